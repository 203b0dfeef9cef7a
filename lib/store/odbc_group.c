/*
 * Group commit on a server: callbacks of a process that wait go together into one transaction.
 *
 * One thread runs them one after the other on a connection of its own.  What they write waits until
 * the last has run, and then goes in one statement; so a group costs three round trips - BEGIN with
 * its mark, that statement, COMMIT - and one sync of the server's disk, and each callback a share
 * of them.  A callback that fails is left out: what it wrote is forgotten before it was sent.
 *
 * This is the fast way, and it may presume (guess.c); the slow one is each callback in a
 * transaction of its own, on its own thread, which presumes nothing.  Whatever goes wrong here - a
 * guess, a key, a lock that does not come free soon, a deadlock, a lost link - undoes the group,
 * and its callbacks go the slow way, where each has the failure that is its own.  A lost COMMIT is
 * looked up by the group's one mark, for all of them.
 */
#include "base/clock.h"
#include "base/limit.h"
#include "base/log.h"
#include "store/guess.h"
#include "store/keep.h"
#include "store/later.h"
#include "store/odbc.h"
#include "store/queue.h"

#include <stdlib.h>

/* How long a callback waits to be begun: others cannot take longer and be alive. */
#define WAIT_MS 2000

/* After a wrong guess nothing kept is taken for so long, the more the oftener: rows that several
 * processes write are then read. */
#define BLIND_MS      20
#define BLIND_MOST_MS 5000

/* A link that was broken before it was used shows within this. */
#define BROKEN_MS 100

struct gt_group {
    struct gt_db *db;
    struct gt_odbc_conn *conn; /* its own; NULL: not yet, or lost */
    struct gt_keep *keep;
    struct gt_guess *guess;
    int64_t blind_until; /* monotonic milliseconds */
    int blind_ms;
    long seen; /* of `others_done`, when rows were last kept */
    pthread_t thread;
    struct gt_queue queue;
    struct gt_job *jobs[GT_GROUP_MAX]; /* the thread's own */
    /* Callbacks of this process that go the slow way, and have: they write what is kept here. */
    atomic_int others;
    atomic_long others_done;
};

/* --- beginning -------------------------------------------------------------------------------- */

static int64_t mono_now(void)
{
    const struct gt_clock *clock = gt_clock_system();
    return clock->mono(clock->ctx);
}

/* Begins on the group's connection, which may have been lost since it was last used. */
static enum gt_err conn_begin(struct gt_group *g)
{
    enum gt_err err = GT_OK;
    if (!g->conn) {
        err = gt_odbc_get(g->db, &g->conn);
        if (err)
            return err;
        g->conn->holder = &g->conn;
        err = gt_odbc_text(g->conn, g->conn->server->together, NULL);
    } else {
        gt_odbc_use(g->conn);
    }
    if (!err)
        err = gt_mark_begin(g->conn);
    if (err) {
        gt_odbc_rollback(g->conn);
        gt_odbc_put(g->db, g->conn);
    }
    return err;
}

static enum gt_err group_begin(struct gt_group *g)
{
    bool old = g->conn != NULL;
    /* One that is away is for those who go by themselves, each within its own time. */
    if (!old && gt_away(g->db->odbc))
        return gt_err_set(GT_ERR_BUSY, "the database is not there");
    int64_t start = mono_now();
    enum gt_err err = conn_begin(g);
    /* A link that broke while nobody used it says so at once. */
    if (err && old && !g->conn && mono_now() - start < BROKEN_MS)
        err = conn_begin(g);
    if (err)
        return err;
    int others = atomic_load(&g->others);
    long done = atomic_load(&g->others_done);
    if (done != g->seen)
        gt_keep_clear(g->keep);
    g->seen = done;
    gt_guess_begin(g->guess, others > 0 || mono_now() < g->blind_until);
    return GT_OK;
}

/* --- running ---------------------------------------------------------------------------------- */

/* Runs one callback in the group's transaction.  False if that cannot be stored any more. */
static bool run_part(struct gt_group *g, struct gt_job *job)
{
    struct gt_tx tx;
    bool whole = false;
    gt_odbc_tx(g->conn, true, &tx);
    tx.keep = g->keep;
    tx.guess = g->guess;
    enum gt_err err = gt_tx_part(&tx, job->fn, job->arg, &whole);
    gt_job_end(job, err);
    job->again = err != GT_OK;
    return whole && !g->conn->broken;
}

static enum gt_err flush_all(struct gt_group *g)
{
    struct gt_tx tx;
    gt_odbc_tx(g->conn, true, &tx);
    tx.keep = g->keep;
    tx.guess = g->guess;
    gt_err_clear();
    gt_tx_flush(&tx);
    return gt_tx_err(&tx);
}

/* Runs all; GT_OK when the transaction stands and is worth a commit. */
static enum gt_err run_parts(struct gt_group *g, struct gt_job **jobs, int n)
{
    int good = 0;
    for (int i = 0; i < n; i++) {
        if (!run_part(g, jobs[i]))
            return GT_ERR_BUSY;
        good += jobs[i]->err == GT_OK;
    }
    return good > 0 ? flush_all(g) : GT_ERR_BUSY;
}

/* Each goes the slow way. */
static void all_again(struct gt_job **jobs, int n)
{
    for (int i = 0; i < n; i++)
        jobs[i]->again = true;
}

static void guess_was(struct gt_group *g, bool right)
{
    if (right) {
        g->blind_ms /= 2;
        return;
    }
    g->blind_ms = g->blind_ms < BLIND_MS ? BLIND_MS : 2 * g->blind_ms;
    if (g->blind_ms > BLIND_MOST_MS)
        g->blind_ms = BLIND_MOST_MS;
    g->blind_until = mono_now() + g->blind_ms;
}

/* Leaves out those whose time is over; `*first` is when the first of the others must have an
 * answer, for then the link is cut.  How many there are. */
static int leave_late(struct gt_job **jobs, int n, int64_t *first)
{
    int64_t now = mono_now();
    int left = 0;
    *first = 0;
    for (int i = 0; i < n; i++) {
        struct gt_job *job = jobs[i];
        if (job->limit && job->limit <= now) {
            job->again = true;
            continue;
        }
        if (job->limit && (!*first || job->limit < *first))
            *first = job->limit;
        jobs[i] = jobs[left];
        jobs[left++] = job;
    }
    return left;
}

static void run_group(struct gt_group *g, struct gt_job **jobs, int n)
{
    struct gt_run run = {.number = 1};
    int64_t first;
    n = leave_late(jobs, n, &first);
    if (n == 0)
        return;
    gt_limit_set(first);
    enum gt_err err = group_begin(g);
    if (err) {
        all_again(jobs, n);
        return;
    }
    err = run_parts(g, jobs, n);
    gt_later_end(g->conn->later);
    if (err) {
        if (err == GT_ERR_CHANGED)
            guess_was(g, false);
        gt_odbc_rollback(g->conn);
        gt_odbc_put(g->db, g->conn);
        gt_keep_clear(g->keep);
        all_again(jobs, n);
        return;
    }
    err = gt_odbc_commit(g->db, g->conn, &run);
    if (!err) {
        atomic_fetch_add_explicit(&g->db->commits, 1, memory_order_relaxed);
        guess_was(g, true);
        return;
    }
    gt_keep_clear(g->keep);
    for (int i = 0; i < n; i++) {
        if (!jobs[i]->again)
            gt_job_end(jobs[i], err);
        jobs[i]->again = jobs[i]->again || run.again;
    }
}

static void *group_main(void *arg)
{
    struct gt_group *g = arg;
    while (gt_queue_wait(&g->queue)) {
        int n = gt_queue_take(&g->queue, g->jobs);
        if (n > 0)
            run_group(g, g->jobs, n);
        gt_jobs_wake(g->jobs, n);
    }
    return NULL;
}

/* --- for others ------------------------------------------------------------------------------- */

static void group_free(struct gt_group *g)
{
    if (g->conn) {
        g->conn->holder = NULL;
        gt_odbc_put(g->db, g->conn);
    }
    gt_guess_free(g->guess);
    gt_keep_free(g->keep);
    gt_queue_done(&g->queue);
    free(g);
}

enum gt_err gt_group_start(struct gt_db *db, struct gt_group **group)
{
    struct gt_group *g = calloc(1, sizeof(*g));
    if (!g)
        return gt_err_set(GT_ERR_NOMEM, "no memory for the writer");
    g->db = db;
    gt_queue_init(&g->queue, &db->queue_max);
    enum gt_err err = gt_keep_new(&g->keep);
    if (!err)
        err = gt_guess_new(&g->guess);
    if (!err) {
        int rc = pthread_create(&g->thread, NULL, group_main, g);
        if (rc != 0)
            err = gt_err_sys(GT_ERR_NOMEM, rc, "cannot start the writer");
    }
    if (err) {
        group_free(g);
        return err;
    }
    *group = g;
    return GT_OK;
}

void gt_group_stop(struct gt_group *g)
{
    if (!g)
        return;
    gt_queue_stop(&g->queue);
    pthread_join(g->thread, NULL);
    group_free(g);
}

enum gt_err gt_group_run(struct gt_group *g, gt_db_fn fn, void *arg, bool *again)
{
    return gt_queue_run(&g->queue, (int)gt_limit_wait(WAIT_MS), fn, arg, again);
}

void gt_group_others(struct gt_group *g, bool begin)
{
    if (begin) {
        atomic_fetch_add(&g->others, 1);
        return;
    }
    atomic_fetch_add(&g->others_done, 1);
    atomic_fetch_sub(&g->others, 1);
}
