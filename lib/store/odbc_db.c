/*
 * The ODBC backend: the pool of connections, and how a callback is run on one of them.
 *
 * A write transaction is READ COMMITTED: rows are saved by their version, so a lost race is seen by
 * the save that meets no row, or by a unique key, and the whole callback runs again.  A link lost
 * before COMMIT was sent has stored nothing.  Lost later, the transaction's mark tells
 * (odbc_mark.c); where even that cannot be read in time the failure is GT_ERR_LOST.
 */
#include "base/clock.h"
#include "base/limit.h"
#include "base/log.h"
#include "base/step.h"
#include "store/odbc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CONNECTIONS_DEFAULT 16
#define CONNECT_MS_DEFAULT  2000
#define STUCK_MS_DEFAULT    15000

/* How long a thread waits for a connection to come free, and for the outcome of a lost COMMIT:
 * together less than a terminal waits. */
#define POOL_WAIT_MS 2000
/* What a callback must have left of its time to be run again by itself. */
#define AGAIN_MS         500
#define LOOK_UP_MS       3000
#define LOOK_UP_EVERY_MS 100

#define STRING_MAX 4096

static int64_t mono_now(void)
{
    const struct gt_clock *clock = gt_clock_system();
    return clock->mono(clock->ctx);
}

/* --- connections ------------------------------------------------------------------------------ */

/* Notes who uses a connection, for odbc_enter(). */
static void conn_use(struct gt_odbc_conn *c, bool used)
{
    struct gt_odbc *o = c->db->odbc;
    pthread_mutex_lock(&o->lock);
    c->used = used;
    c->user = pthread_self();
    c->limit = gt_limit();
    pthread_mutex_unlock(&o->lock);
}

void gt_odbc_use(struct gt_odbc_conn *c)
{
    c->fate = GT_FATE_FAILED;
    c->broken = false;
    conn_use(c, true);
}

enum gt_err gt_odbc_get(struct gt_db *db, struct gt_odbc_conn **conn)
{
    struct gt_odbc *o = db->odbc;
    struct gt_pool_item *item = NULL;
    /* What others hold does not come free while the server is away. */
    int64_t wait_ms = gt_away(o) ? 0 : gt_limit_wait(POOL_WAIT_MS);
    enum gt_err err = gt_pool_get(&o->pool, (int)wait_ms, &item);
    struct gt_odbc_conn *c = (struct gt_odbc_conn *)item;
    if (!err && !c) {
        err = gt_odbc_connect(db, &c);
        if (err)
            gt_pool_drop(&o->pool);
    }
    if (err) {
        if (gt_away(o))
            atomic_fetch_add_explicit(&db->refused, 1, memory_order_relaxed);
        return err;
    }
    gt_odbc_use(c);
    *conn = c;
    return GT_OK;
}

/* Gives a connection back, or closes one that cannot be used again, with all that are idle: the
 * server that left this one has left those too. */
void gt_odbc_put(struct gt_db *db, struct gt_odbc_conn *c)
{
    struct gt_pool *pool = &db->odbc->pool;
    conn_use(c, false);
    if (c->fate != GT_FATE_LOST) {
        gt_away_heard(db->odbc);
        if (!c->holder)
            gt_pool_put(pool, &c->item);
        return;
    }
    if (c->holder)
        *c->holder = NULL;
    gt_odbc_disconnect(c);
    gt_pool_drop(pool);
    struct gt_pool_item *item;
    while ((item = gt_pool_take(pool)) != NULL) {
        struct gt_odbc_conn *idle = (struct gt_odbc_conn *)item;
        idle->fate = GT_FATE_LOST;
        gt_odbc_disconnect(idle);
        gt_pool_drop(pool);
    }
}

/* --- opening ---------------------------------------------------------------------------------- */

static enum gt_err odbc_start(struct gt_odbc *o, const struct gt_db_conf *conf)
{
    struct gt_buf string;
    gt_buf_init(&string, STRING_MAX);
    enum gt_err err = gt_odbc_string(conf->connection, conf->stuck_ms < 0, &string);
    if (!err) {
        o->string = strdup(string.data);
        if (!o->string)
            err = gt_err_set(GT_ERR_NOMEM, "no memory to open the database");
    }
    if (string.data && string.cap)
        gt_wipe(string.data, string.len);
    gt_buf_done(&string);
    if (err)
        return err;
    if (!SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &o->env)) ||
        !SQL_SUCCEEDED(
            SQLSetEnvAttr(o->env, SQL_ATTR_ODBC_VERSION, (SQLPOINTER)(uintptr_t)SQL_OV_ODBC3, 0)))
        return gt_err_set(GT_ERR_NOMEM, "ODBC does not start");
    return o->stuck_ms > 0 && !conf->inline_mode ? gt_watch_start(o, &o->watch) : GT_OK;
}

static enum gt_err odbc_open(struct gt_db *db, const struct gt_db_conf *conf)
{
    struct gt_odbc *o = db->odbc = calloc(1, sizeof(*o));
    struct gt_odbc_conn *c = NULL;
    if (!o)
        return gt_err_set(GT_ERR_NOMEM, "no memory to open the database");
    o->db = db;
    o->connect_ms = conf->connect_ms ? conf->connect_ms : CONNECT_MS_DEFAULT;
    o->stuck_ms = conf->stuck_ms ? conf->stuck_ms : STUCK_MS_DEFAULT;
    gt_pool_init(&o->pool, conf->connections > 0 ? conf->connections : CONNECTIONS_DEFAULT);
    pthread_mutex_init(&o->lock, NULL);
    enum gt_err err = odbc_start(o, conf);
    if (!err)
        err = gt_odbc_get(db, &c);
    if (err)
        return err;
    db->dialect = c->server->dialect;
    bool together = conf->together && c->server->together;
    gt_odbc_put(db, c);
    return together ? gt_group_start(db, &o->group) : GT_OK;
}

static void odbc_close(struct gt_db *db)
{
    struct gt_odbc *o = db->odbc;
    struct gt_pool_item *item;
    if (!o)
        return;
    gt_group_stop(o->group);
    while ((item = gt_pool_take(&o->pool)) != NULL)
        gt_odbc_disconnect((struct gt_odbc_conn *)item);
    gt_watch_stop(o->watch);
    if (o->env)
        SQLFreeHandle(SQL_HANDLE_ENV, o->env);
    gt_pool_done(&o->pool);
    pthread_mutex_destroy(&o->lock);
    if (o->string)
        gt_wipe(o->string, strlen(o->string));
    free(o->string);
    free(o);
}

/* A callback that calls the database again would take a second connection while it holds one; a
 * pool of such callbacks would wait for itself. */
static enum gt_err odbc_enter(struct gt_db *db)
{
    struct gt_odbc *o = db->odbc;
    bool inside = false;
    pthread_mutex_lock(&o->lock);
    for (struct gt_odbc_conn *c = o->all; c && !inside; c = c->other)
        inside = c->used && pthread_equal(c->user, pthread_self());
    pthread_mutex_unlock(&o->lock);
    return inside ? gt_err_set(GT_ERR_INTERNAL, "called inside a transaction") : GT_OK;
}

/* --- transactions ----------------------------------------------------------------------------- */

/* Undoes the transaction; a connection on which that fails is not used again.  The failure that
 * led here keeps its words. */
void gt_odbc_rollback(struct gt_odbc_conn *c)
{
    char why[GT_ERR_TEXT_MAX];
    enum gt_fate fate = c->fate;
    if (fate == GT_FATE_LOST)
        return;
    (void)snprintf(why, sizeof(why), "%s", gt_err_text());
    if (gt_odbc_text(c, c->server->rollback, NULL) != GT_OK)
        c->fate = GT_FATE_LOST;
    gt_err_set(GT_OK, "%s", why);
}

/* Looks on new connections what became of a COMMIT, until its time is over. */
static enum gt_err outcome_find(struct gt_db *db, int64_t mark, int64_t seq, bool *stored)
{
    const struct gt_clock *clock = gt_clock_system();
    int64_t until = mono_now() + gt_limit_wait(LOOK_UP_MS);
    enum gt_err err = mark ? GT_ERR_BUSY : GT_ERR_ABSENT;
    while (err == GT_ERR_BUSY && mono_now() < until) {
        struct gt_odbc_conn *c = NULL;
        err = gt_odbc_get(db, &c);
        if (!err) {
            err = gt_mark_find(c, mark, seq, stored);
            gt_odbc_put(db, c);
        }
        if (err == GT_ERR_BUSY)
            clock->sleep(clock->ctx, LOOK_UP_EVERY_MS);
    }
    return err;
}

/* Commits.  The connection is given back in any case. */
enum gt_err gt_odbc_commit(struct gt_db *db, struct gt_odbc_conn *c, struct gt_run *run)
{
    int64_t mark = c->mark, seq = c->seq;
    bool stored = false;
    GT_STEP("store.before_commit");
    enum gt_err err = gt_odbc_text(c, c->server->commit, NULL);
    GT_STEP("store.after_commit");
    /* A server that refuses, for a conflict say, has undone it.  Any other silence is unclear. */
    bool refused = err && err != GT_ERR_INTERNAL && c->fate != GT_FATE_LOST;
    if (refused)
        gt_odbc_rollback(c);
    else if (err)
        c->fate = GT_FATE_LOST;
    run->again = c->fate == GT_FATE_AGAIN;
    gt_odbc_put(db, c);
    if (!err || refused)
        return err;
    gt_log_err("store.commit_lost", err);
    if (outcome_find(db, mark, seq, &stored) != GT_OK)
        return gt_err_set(GT_ERR_LOST,
                          "the link was lost at the commit; whether it is stored is not known");
    gt_log(GT_LOG_WARN, "store.commit_found", "stored=%d", stored);
    if (stored)
        return GT_OK;
    run->again = true;
    return gt_err_set(GT_ERR_BUSY, "the link was lost at the commit, nothing is stored");
}

/* Whether another run may succeed.  A unique key met may be another's row that the next run finds
 * where this one found none; one that is met again is no race. */
static bool worth_again(enum gt_err err, enum gt_fate fate, int number)
{
    return fate != GT_FATE_FAILED || err == GT_ERR_CHANGED || (err == GT_ERR_EXISTS && number < 3);
}

static enum gt_err transact_alone(struct gt_db *db, gt_db_fn fn, void *arg, struct gt_run *run)
{
    struct gt_odbc_conn *c = NULL;
    enum gt_err err = gt_odbc_get(db, &c);
    if (err) {
        run->again = err == GT_ERR_BUSY && !gt_away_for_long(db->odbc);
        return err;
    }
    err = gt_mark_begin(c);
    if (!err)
        err = gt_odbc_call(c, true, fn, arg);
    if (!err) {
        err = gt_odbc_commit(db, c, run);
        if (!err)
            atomic_fetch_add_explicit(&db->commits, 1, memory_order_relaxed);
        return err;
    }
    run->again = worth_again(err, c->fate, run->number);
    gt_odbc_rollback(c);
    gt_odbc_put(db, c);
    return err;
}

static enum gt_err odbc_transact(struct gt_db *db, gt_db_fn fn, void *arg, struct gt_run *run)
{
    struct gt_group *group = db->odbc->group;
    bool again = true;
    enum gt_err err = GT_OK;
    if (!group)
        return transact_alone(db, fn, arg, run);
    if (run->number == 1 && !gt_away(db->odbc)) {
        err = gt_group_run(group, fn, arg, &again);
        if (!again)
            return err;
        if (gt_limit() && gt_limit_wait(AGAIN_MS) < AGAIN_MS)
            return gt_err_set(GT_ERR_BUSY, "the time for it was over");
        atomic_fetch_add_explicit(&db->retries, 1, memory_order_relaxed);
    }
    gt_group_others(group, true);
    err = transact_alone(db, fn, arg, run);
    gt_group_others(group, false);
    return err;
}

static enum gt_err odbc_read(struct gt_db *db, gt_db_fn fn, void *arg, struct gt_run *run)
{
    struct gt_odbc_conn *c = NULL;
    enum gt_err err = gt_odbc_get(db, &c);
    if (err) {
        run->again = err == GT_ERR_BUSY && !gt_away_for_long(db->odbc);
        return err;
    }
    err = gt_odbc_text(c, c->server->begin_read, NULL);
    if (!err)
        err = gt_odbc_call(c, false, fn, arg);
    if (!err)
        err = gt_odbc_text(c, c->server->commit, NULL);
    else
        gt_odbc_rollback(c);
    run->again = err && c->fate != GT_FATE_FAILED;
    gt_odbc_put(db, c);
    return err;
}

static enum gt_err odbc_look(struct gt_db *db, gt_db_fn fn, void *arg, struct gt_run *run)
{
    struct gt_odbc_conn *c = NULL;
    enum gt_err err = gt_odbc_get(db, &c);
    if (err) {
        run->again = err == GT_ERR_BUSY && !gt_away_for_long(db->odbc);
        return err;
    }
    c->most = 1;
    c->count = 0;
    err = gt_odbc_call(c, false, fn, arg);
    c->most = 0;
    run->again = err && c->fate != GT_FATE_FAILED;
    gt_odbc_put(db, c);
    return err;
}

/* No transaction around: the first statement that does not prepare would end it. */
static enum gt_err odbc_prepare(struct gt_db *db, gt_db_fn fn, void *arg)
{
    struct gt_odbc_conn *c = NULL;
    enum gt_err err = gt_odbc_get(db, &c);
    if (err)
        return err;
    err = gt_odbc_call(c, true, fn, arg);
    gt_odbc_put(db, c);
    return err;
}

/* --- looking at it ---------------------------------------------------------------------------- */

static enum gt_err probe_conn(struct gt_odbc_conn *c, struct gt_db_probe *probe)
{
    const struct gt_server *s = c->server;
    SQLCHAR name[64] = "", version[64] = "";
    SQLSMALLINT len;
    int64_t server_ms = 0;
    SQLGetInfo(c->dbc, SQL_DBMS_NAME, name, sizeof(name), &len);
    SQLGetInfo(c->dbc, SQL_DBMS_VER, version, sizeof(version), &len);
    (void)snprintf(probe->server, sizeof(probe->server), "%s %s", (char *)name, (char *)version);
    struct timespec from, to;
    clock_gettime(CLOCK_MONOTONIC, &from);
    enum gt_err err = gt_odbc_value_int(c, s->clock, &server_ms);
    clock_gettime(CLOCK_MONOTONIC, &to);
    probe->trip_us = (to.tv_sec - from.tv_sec) * 1000000 + (to.tv_nsec - from.tv_nsec) / 1000;
    probe->clock_ms = server_ms - gt_now(gt_clock_system());
    if (!err && s->isolation)
        err = gt_odbc_value_text(c, s->isolation, probe->isolation, sizeof(probe->isolation));
    if (!err && s->collation)
        err = gt_odbc_value_text(c, s->collation, probe->collation, sizeof(probe->collation));
    return err;
}

static enum gt_err probe_wants(struct gt_odbc_conn *c, struct gt_db_probe *probe)
{
    char answer[16] = "";
    enum gt_err err = GT_OK;
    const struct gt_server_want *want = c->server->wants;
    for (; !err && want->ask && !probe->problem[0]; want++) {
        err = gt_odbc_value_text(c, want->ask, answer, sizeof(answer));
        if (err || strcmp(answer, "good") == 0)
            continue;
        (void)snprintf(probe->problem, sizeof(probe->problem), "%s", want->problem);
        (void)snprintf(probe->mend, sizeof(probe->mend), "%s", want->mend);
    }
    return err;
}

static enum gt_err odbc_probe(struct gt_db *db, struct gt_db_probe *probe)
{
    struct gt_odbc_conn *c = NULL;
    enum gt_err err = gt_odbc_get(db, &c);
    if (err)
        return err;
    err = probe_conn(c, probe);
    if (!err)
        err = probe_wants(c, probe);
    gt_odbc_put(db, c);
    return err;
}

const struct gt_backend gt_backend_odbc = {
    .tries = 10,
    .patience_ms = 2000,
    .open = odbc_open,
    .close = odbc_close,
    .enter = odbc_enter,
    .transact = odbc_transact,
    .read = odbc_read,
    .look = odbc_look,
    .prepare = odbc_prepare,
    .probe = odbc_probe,
};
