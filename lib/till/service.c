/*
 * The beat of a service, and reading what others said.
 *
 * The first beat comes late: a process that ends at once, as one does that cannot serve, need not
 * have been there.
 */
#include "till/service.h"

#include "base/buf.h"
#include "base/log.h"
#include "till/txn.h"

#include "config.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define SYSTEMS  8
#define MINUTE   (60000 / GT_BEAT_EVERY_MS) /* beats */
#define SWEEP_MS INT64_C(86400000)          /* after this the rows of a killed process go */

GT_ROW_DEFINE(gt_process, GT_PROCESS_COLS);
GT_ROW_DEFINE(gt_process_link, GT_PROCESS_LINK_COLS);

/* clang-format off */
GT_STMT(service_list, "SELECT {top 50} " GT_ROW_NAMES(GT_PROCESS_COLS) " FROM gt_process "
        "ORDER BY name, host, id {limit 50}");
GT_STMT(service_links, GT_ROW_SELECT(gt_process_link, GT_PROCESS_LINK_COLS)
        " WHERE process_id = ? ORDER BY system");
GT_STMT(service_sweep, "DELETE FROM gt_process WHERE seen_at < ?");
GT_STMT(service_link_sweep, "DELETE FROM gt_process_link WHERE process_id NOT IN "
        "(SELECT s.id FROM gt_process s)");
GT_STMT(system_loads, "SELECT t.system, t.up_state, COUNT(*), MIN(t.created_at) FROM gt_pending p "
        "JOIN gt_txn t ON t.id = p.id GROUP BY t.system, t.up_state ORDER BY t.system");
/* clang-format on */

/* Counters of a system as they were at each beat of the last minute. */
struct past {
    int64_t calls[MINUTE], bad[MINUTE];
};

struct gt_beat {
    struct gt_beat_conf conf;
    struct gt_process service; /* as saved; version 0: not yet */
    struct gt_process_link links[SYSTEMS];
    struct past past[SYSTEMS];
    int nlinks;
    unsigned beats;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool stop;
};

/* --- one beat ----------------------------------------------------------------------------------
 */

static void look(struct gt_beat *b)
{
    unsigned at = b->beats++ % MINUTE;

    b->service.seen_at = gt_now(b->conf.clock);
    for (int i = 0; i < b->nlinks; i++) {
        const struct gt_upstream *up = &b->conf.ups->all[i];
        struct gt_process_link *link = &b->links[i];
        struct gt_up_health health;

        up->health(up->ctx, &health);
        link->shut = health.shut;
        link->in_flight = health.in_flight;
        link->last_ms = health.last_ms;
        link->calls = health.calls - b->past[i].calls[at];
        link->bad = health.bad - b->past[i].bad[at];
        b->past[i].calls[at] = health.calls;
        b->past[i].bad[at] = health.bad;
    }
}

/* Saves copies: the callback may run again. */
static enum gt_err save_in(struct gt_tx *tx, void *arg)
{
    const struct gt_beat *b = arg;
    struct gt_process service = b->service;

    if (service.version) {
        gt_row_save(tx, &gt_process_row, &service);
    } else {
        gt_row_insert(tx, &gt_process_row, &service);
        gt_tx_exec(tx, &service_sweep, GT_INT(service.seen_at - SWEEP_MS));
        gt_tx_exec_(tx, &service_link_sweep, NULL, 0);
    }
    for (int i = 0; i < b->nlinks; i++) {
        struct gt_process_link link = b->links[i];

        if (link.version)
            gt_row_save(tx, &gt_process_link_row, &link);
        else
            gt_row_insert(tx, &gt_process_link_row, &link);
    }
    return gt_tx_err(tx);
}

static enum gt_err take_keys(struct gt_beat *b)
{
    enum gt_err err = gt_key_next(b->conf.src, "service", &b->service.id);

    for (int i = 0; i < b->nlinks && err == GT_OK; i++) {
        err = gt_key_next(b->conf.src, "service", &b->links[i].id);
        b->links[i].process_id = b->service.id;
    }
    return err;
}

static void beat(struct gt_beat *b)
{
    enum gt_err err = b->service.id ? GT_OK : take_keys(b);

    look(b);
    if (err == GT_OK)
        err = gt_db_transact(b->conf.db, "service.beat", save_in, b);
    if (err == GT_OK) {
        b->service.version++;
        for (int i = 0; i < b->nlinks; i++)
            b->links[i].version++;
        return;
    }
    if (err != GT_ERR_BUSY)
        gt_log_err("service.beat", err);
    /* Whether it was saved is not known, or another hand was there: rows anew. */
    if (err == GT_ERR_LOST || err == GT_ERR_CHANGED || err == GT_ERR_EXISTS) {
        b->service.id = b->service.version = 0;
        for (int i = 0; i < b->nlinks; i++)
            b->links[i].version = 0;
    }
}

static enum gt_err remove_in(struct gt_tx *tx, void *arg)
{
    const struct gt_beat *b = arg;

    gt_row_remove(tx, &gt_process_row, &b->service);
    for (int i = 0; i < b->nlinks; i++)
        gt_row_remove(tx, &gt_process_link_row, &b->links[i]);
    return gt_tx_err(tx);
}

/* --- the thread --------------------------------------------------------------------------------
 */

/* Waits under the lock; true if it is the end. */
static bool wait(struct gt_beat *b, int64_t ms)
{
    struct timespec until;

    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += (time_t)(ms / 1000);
    while (!b->stop && pthread_cond_timedwait(&b->wake, &b->lock, &until) == 0)
        ;
    return b->stop;
}

static void *run(void *arg)
{
    struct gt_beat *b = arg;

    pthread_mutex_lock(&b->lock);
    for (bool end = wait(b, GT_BEAT_FIRST_MS); !end; end = wait(b, GT_BEAT_EVERY_MS)) {
        pthread_mutex_unlock(&b->lock);
        beat(b);
        pthread_mutex_lock(&b->lock);
    }
    pthread_mutex_unlock(&b->lock);
    return NULL;
}

static void fill(struct gt_beat *b)
{
    const struct gt_upstreams *ups = b->conf.ups;

    b->service.pid = getpid();
    b->service.since = gt_now(b->conf.clock);
    (void)!gt_str_copy(b->service.name, sizeof(b->service.name), b->conf.name);
    (void)!gt_str_copy(b->service.build, sizeof(b->service.build), PACKAGE_VERSION);
    if (gethostname(b->service.host, sizeof(b->service.host) - 1) != 0)
        b->service.host[0] = '\0';
    for (int i = 0; ups && i < ups->count && b->nlinks < SYSTEMS; i++)
        (void)!gt_str_copy(b->links[b->nlinks++].system, sizeof(b->links[0].system),
                           ups->all[i].name);
}

enum gt_err gt_beat_start(const struct gt_beat_conf *conf, struct gt_beat **beat)
{
    struct gt_beat *b = calloc(1, sizeof(*b));
    pthread_condattr_t attr;

    if (!b)
        return gt_err_set(GT_ERR_NOMEM, "no memory for the beat");
    b->conf = *conf;
    fill(b);
    pthread_mutex_init(&b->lock, NULL);
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&b->wake, &attr);
    pthread_condattr_destroy(&attr);
    if (pthread_create(&b->thread, NULL, run, b) != 0) {
        pthread_cond_destroy(&b->wake);
        pthread_mutex_destroy(&b->lock);
        free(b);
        return gt_err_set(GT_ERR_NOMEM, "cannot start the thread of the beat");
    }
    *beat = b;
    return GT_OK;
}

void gt_beat_stop(struct gt_beat *beat)
{
    if (!beat)
        return;
    pthread_mutex_lock(&beat->lock);
    beat->stop = true;
    pthread_cond_signal(&beat->wake);
    pthread_mutex_unlock(&beat->lock);
    pthread_join(beat->thread, NULL);
    if (beat->service.version) {
        enum gt_err err = gt_db_transact(beat->conf.db, "service.end", remove_in, beat);
        if (err != GT_OK)
            gt_log_err("service.end", err);
    }
    pthread_cond_destroy(&beat->wake);
    pthread_mutex_destroy(&beat->lock);
    free(beat);
}

/* --- reading -----------------------------------------------------------------------------------
 */

size_t gt_process_list(struct gt_tx *tx, struct gt_process *services, size_t most)
{
    size_t n = 0;

    gt_tx_query0(tx, &service_list);
    while (n < most && gt_tx_next(tx))
        gt_row_read(tx, &gt_process_row, &services[n++]);
    return gt_tx_err(tx) == GT_OK ? n : 0;
}

size_t gt_process_links(struct gt_tx *tx, int64_t process_id, struct gt_process_link *links,
                        size_t most)
{
    size_t n = 0;

    gt_tx_query(tx, &service_links, GT_INT(process_id));
    while (n < most && gt_tx_next(tx))
        gt_row_read(tx, &gt_process_link_row, &links[n++]);
    return gt_tx_err(tx) == GT_OK ? n : 0;
}

size_t gt_system_loads(struct gt_tx *tx, struct gt_system_load loads[GT_SYSTEM_LOADS])
{
    size_t n = 0;

    gt_tx_query0(tx, &system_loads);
    while (gt_tx_next(tx)) {
        struct gt_system_load row = {.oldest = 0};
        gt_col_text(tx, row.system, sizeof(row.system));
        int64_t state = gt_col_int(tx), count = gt_col_int(tx), oldest = gt_col_int(tx);
        if (n == 0 || strcmp(loads[n - 1].system, row.system) != 0) {
            if (n == GT_SYSTEM_LOADS)
                break;
            loads[n++] = row;
        }
        if (state == GT_UPS_UNKNOWN) {
            loads[n - 1].in_doubt += count;
            loads[n - 1].oldest = oldest;
        } else {
            loads[n - 1].in_flight += count;
        }
    }
    return gt_tx_err(tx) == GT_OK ? n : 0;
}
