/*
 * gridtill worker: what happens without anybody asking.
 *
 * One thread looks every poll_ms: at the schedule of the cut-off, at transactions in doubt, and
 * each minute at sessions and requests for approval whose time has passed.
 * When it finds as many as it takes at once there may be thousands - upstream was away - and the
 * other threads help until none is left; else they sleep.  A claim in the store keeps them, and
 * other workers, off each other's rows.  One more does the chores of the books (chores.h) and sends
 * meter readings that wait, and one reconciles with marketing systems, which may take minutes.  The
 * main thread only waits for signals.
 */
#include "access/approval.h"
#include "access/session.h"
#include "base/log.h"
#include "base/stop.h"
#include "base/template.h"
#include "books/reconcile.h"
#include "books/resend.h"
#include "chores.h"
#include "commands.h"
#include "common.h"
#include "link/link.h"
#include "till/bizdate.h"
#include "till/reading.h"
#include "till/resolve.h"
#include "till/service.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define THREADS 8 /* for transactions */
/* Taken at once: a stop waits for what was taken. */
#define TAKEN        10
#define SLOT_WAIT_MS 1000
#define KEY_BLOCK    1000
/* Between two looks for a store that is not there. */
#define STORE_EVERY_MS 200
#define SWEEP_MS       60000
#define READING_TURNS  10
#define CHORES_MS      2000

struct worker {
    struct gt_till till;
    struct gt_chores chores;
    struct gt_logger logger; /* of the schedule */
    const char *statements;  /* folder */
    int64_t poll_ms, retry_ms;
    int64_t resend_at;    /* time of the next look at what is to be sent again */
    int64_t resend_after; /* where that look begins */
    int64_t sweep_at;     /* time of the next look at what has ended by itself */
    int64_t old_at;       /* and at readings that are too old */
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool stop;       /* under lock */
    unsigned rounds; /* under lock: goes up when there is work for all */
};

static bool stopping(struct worker *w)
{
    pthread_mutex_lock(&w->lock);
    bool stop = w->stop;
    pthread_mutex_unlock(&w->lock);
    return stop;
}

/* A store that failed is not trusted again: nothing more is written, not even what is in flight;
 * whoever starts the process anew reads what is on the disk. */
static void die_if_fatal(enum gt_err err)
{
    if (err != GT_ERR_FATAL)
        return;
    gt_log_err("worker.fatal", err);
    _exit(GT_EXIT_STORE);
}

/* Takes some: true if there may be more. */
static bool resolve_some(struct worker *w)
{
    int looked = 0;
    enum gt_err err = gt_resolve_due(&w->till, TAKEN, w->retry_ms, &looked);

    die_if_fatal(err);
    if (err != GT_OK)
        gt_log_err("worker.resolve", err);
    return err == GT_OK && looked == TAKEN;
}

static void tick(struct worker *w)
{
    int moved = 0;
    enum gt_err err = gt_bizdate_tick(&w->till, &w->logger, &moved);

    die_if_fatal(err);
    if (err != GT_OK)
        gt_log_err("worker.tick", err);
    if (moved > 0)
        gt_log(GT_LOG_INFO, "date.cut", "by=schedule dates=%d", moved);
}

/* Once a minute: what has ended by itself goes.  Late is no harm: nobody takes it for valid. */
static void sweep(struct worker *w)
{
    int64_t now = gt_now(w->till.clock), n;

    if (now < w->sweep_at)
        return;
    w->sweep_at = now + SWEEP_MS;
    enum gt_err err = gt_sessions_sweep(w->till.db, now, &n);
    if (err == GT_OK)
        err = gt_approval_expire(w->till.db, now, &n);
    die_if_fatal(err);
    if (err != GT_OK)
        gt_log_err("worker.sweep", err);
}

/* Waits for so long or the stop. */
static void rest(struct worker *w, int64_t ms)
{
    struct timespec until;

    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += (time_t)(ms / 1000);
    until.tv_nsec += (long)(ms % 1000) * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    pthread_mutex_lock(&w->lock);
    while (!w->stop && pthread_cond_timedwait(&w->wake, &w->lock, &until) != ETIMEDOUT)
        ;
    pthread_mutex_unlock(&w->lock);
}

static void *look_out(void *arg)
{
    struct worker *w = arg;

    while (!stopping(w)) {
        tick(w);
        while (!stopping(w) && resolve_some(w)) {
            pthread_mutex_lock(&w->lock);
            w->rounds++;
            pthread_cond_broadcast(&w->wake);
            pthread_mutex_unlock(&w->lock);
            tick(w);
        }
        sweep(w);
        rest(w, w->poll_ms);
    }
    return NULL;
}

static void *help_out(void *arg)
{
    struct worker *w = arg;
    unsigned seen = 0;

    for (;;) {
        pthread_mutex_lock(&w->lock);
        while (!w->stop && w->rounds == seen)
            pthread_cond_wait(&w->wake, &w->lock);
        bool stop = w->stop;
        seen = w->rounds;
        pthread_mutex_unlock(&w->lock);
        if (stop)
            return NULL;
        while (!stopping(w) && resolve_some(w))
            ;
    }
}

static bool chores_end(void *ctx)
{
    return stopping(ctx);
}

static bool reading_failed(enum gt_err err)
{
    die_if_fatal(err);
    if (err != GT_OK)
        gt_log_err("worker.readings", err);
    return err != GT_OK;
}

/* Sends meter readings that wait, some at a time, for others wait for this thread too; and takes
 * away what is too old. */
static void do_readings(struct worker *w)
{
    int64_t now = gt_now(w->till.clock), old = 1;
    int sent = 1;

    for (int turn = 0; turn < READING_TURNS && sent > 0 && !stopping(w); turn++)
        if (reading_failed(gt_reading_work(&w->till, &sent)))
            return;
    if (now < w->old_at)
        return;
    w->old_at = now + SWEEP_MS;
    while (old > 0 && !stopping(w))
        if (reading_failed(gt_reading_sweep(&w->till, &old)))
            return;
}

static void *do_chores(void *arg)
{
    struct worker *w = arg;

    while (!stopping(w)) {
        gt_chores_do(&w->chores);
        do_readings(w);
        rest(w, CHORES_MS);
    }
    gt_chores_end(&w->chores);
    return NULL;
}

/* Now and then: what two people want sent again. */
static void resend(struct worker *w)
{
    int64_t now = gt_now(w->till.clock);
    int sent = 0;

    if (now < w->resend_at)
        return;
    w->resend_at = now + w->retry_ms;
    enum gt_err err = gt_resend_due(&w->till, &w->logger, &w->resend_after, &sent);
    die_if_fatal(err);
    if (err != GT_OK)
        gt_log_err("worker.resend", err);
}

/* What is wanted, and dates that have ended. */
static void *reconcile(void *arg)
{
    struct worker *w = arg;
    const struct gt_recon_conf conf = {.till = &w->till,
                                       .folder = w->statements,
                                       .retry_ms = w->retry_ms,
                                       .stop = chores_end,
                                       .arg = w};
    int64_t look_at = 0;

    while (!stopping(w)) {
        bool did = false;

        resend(w);
        enum gt_err err = gt_recon_work(&conf, &look_at, &did);

        die_if_fatal(err);
        if (err != GT_OK && err != GT_ERR_TIMEOUT)
            gt_log_err("worker.reconcile", err);
        if (err != GT_OK || !did)
            rest(w, w->poll_ms);
    }
    return NULL;
}

static void stop_all(struct worker *w)
{
    pthread_mutex_lock(&w->lock);
    w->stop = true;
    pthread_cond_broadcast(&w->wake);
    pthread_mutex_unlock(&w->lock);
}

/* Waits for a signal that ends the process; one of rotation reopens the log. */
static void serve_signals(const sigset_t *signals)
{
    for (;;) {
        int sig = 0;

        if (sigwait(signals, &sig) != 0)
            continue;
        if (sig != SIGHUP) {
            gt_log(GT_LOG_INFO, "worker.stopping", "signal=%d", sig);
            return;
        }
        enum gt_err err = gt_log_reopen();
        if (err != GT_OK)
            gt_log_err("worker.log", err);
    }
}

/* Runs the threads until a signal.  GT_ERR_NOMEM if not even one could be started. */
static enum gt_err run_threads(struct worker *w, const sigset_t *signals)
{
    static void *(*const first[])(void *) = {look_out, do_chores, reconcile};
    pthread_t threads[THREADS + 2];
    pthread_condattr_t attr;
    int n = 0;

    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&w->wake, &attr);
    pthread_condattr_destroy(&attr);
    pthread_mutex_init(&w->lock, NULL);
    while (n < THREADS + 2 &&
           pthread_create(&threads[n], NULL, n < 3 ? first[n] : help_out, w) == 0)
        n++;
    if (n > 0) {
        gt_log(GT_LOG_INFO, "worker.started", "threads=%d", n);
        serve_signals(signals);
    }
    stop_all(w);
    for (int i = 0; i < n; i++)
        pthread_join(threads[i], NULL);
    pthread_mutex_destroy(&w->lock);
    pthread_cond_destroy(&w->wake);
    return n > 0 ? GT_OK : gt_err_set(GT_ERR_NOMEM, "cannot start a thread");
}

static enum gt_err open_log(const struct gt_conf *conf)
{
    char path[GT_PATH_MAX + 16];

    gt_log_level(conf->log_level);
    snprintf(path, sizeof(path), "%s/worker.log", conf->log);
    return gt_log_open(*conf->log ? path : NULL, "worker", conf->tz_minutes);
}

/* Opens the store; a server that is not there is waited for.  GT_ERR_BUSY: the end came first. */
static enum gt_err await_store(struct gt_cmd *cmd)
{
    enum gt_err err = gt_cmd_open(cmd);

    if (err == GT_ERR_BUSY)
        gt_log_err("worker.waits_for_store", err);
    while (err == GT_ERR_BUSY && !gt_stop_within(STORE_EVERY_MS)) {
        gt_cmd_done(cmd);
        err = gt_cmd_open(cmd);
    }
    return err;
}

static enum gt_err open_all(struct gt_cmd *cmd, struct gt_link **link)
{
    enum gt_err err = gt_cmd_load(cmd);

    if (err == GT_OK)
        err = open_log(&cmd->conf);
    if (err == GT_OK)
        err = await_store(cmd);
    if (err == GT_OK)
        err = gt_tmpl_start();
    if (err == GT_OK)
        err = gt_link_new(&cmd->conf, gt_clock_system(), THREADS + 2, link);
    return err;
}

static int run(struct gt_cmd *cmd, const struct gt_args *args)
{
    struct gt_link *link = NULL;
    struct gt_beat *beat = NULL;
    struct worker w = {0};
    sigset_t signals;

    (void)args;
    /* Blocked before the first thread, the store's writer among them, so that only main gets them.
     */
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    signal(SIGPIPE, SIG_IGN);

    cmd->key_block = KEY_BLOCK;
    cmd->serves = true;
    enum gt_err err = open_all(cmd, &link);
    if (err == GT_OK) {
        w.poll_ms = cmd->conf.poll_ms;
        w.retry_ms = cmd->conf.retry_ms;
        w.statements = cmd->conf.statements;
        w.till = (struct gt_till){.db = cmd->db,
                                  .keys = cmd->src,
                                  .clock = gt_clock_system(),
                                  .upstreams = gt_link_upstreams(link),
                                  .tz_minutes = cmd->conf.tz_minutes,
                                  .answer_ms = cmd->conf.answer_ms,
                                  .slot_wait_ms = SLOT_WAIT_MS,
                                  .lease_ms = cmd->conf.answer_ms};
        w.chores = (struct gt_chores){
            .db = cmd->db,
            .src = cmd->src,
            .config = cmd->config,
            .tz_minutes = cmd->conf.tz_minutes,
            .reports = {.db = cmd->db, .conf = &cmd->conf, .stopping = chores_end, .ctx = &w},
            .stopping = chores_end,
            .fatal = die_if_fatal,
            .ctx = &w};
        err = gt_cmd_log(cmd);
        if (err == GT_OK)
            err = gt_logger_for(&cmd->logger, "schedule", cmd->logger.origin, &w.logger);
    }
    if (err == GT_OK) {
        err = gt_beat_start(&(struct gt_beat_conf){.db = cmd->db,
                                                   .src = cmd->src,
                                                   .clock = gt_clock_system(),
                                                   .name = "worker",
                                                   .ups = gt_link_upstreams(link)},
                            &beat);
        if (err == GT_OK)
            err = run_threads(&w, &signals);
        gt_beat_stop(beat);
    }
    if (link)
        gt_link_free(link);
    if (err != GT_OK && err != GT_ERR_BUSY)
        return gt_cmd_fail(err);
    gt_log(GT_LOG_INFO, "worker.stopped", "%s", "");
    return GT_EXIT_OK;
}

static const struct gt_verb verbs[] = {
    {"", "",
     "Cuts off the business date on schedule, settles what is in doubt, and reconciles ended "
     "dates\n"
     "with the marketing systems, until SIGTERM.\n"
     "SIGHUP opens the log file anew.",
     0, 0, NULL, run},
    {NULL, NULL, NULL, 0, 0, NULL, NULL},
};

const struct gt_command gt_command_worker = {"worker",
                                             "settle what is in doubt, cut off on schedule", verbs};
