/*
 * The database as its callers see it: opening, the pool of readers, the retry of whole callbacks,
 * and the poison that ends all trust after an I/O error.  What runs on a connection is in tx.c.
 */
#include "base/buf.h"
#include "base/log.h"
#include "store/internal.h"
#include "store/schema.h"

#include <stdlib.h>
#include <string.h>

#define READERS_DEFAULT 8

/* --- trust ------------------------------------------------------------------------------------ */

enum gt_err gt_db_poison(struct gt_db *db, const char *why)
{
    pthread_mutex_lock(&db->poison_lock);
    bool first = !atomic_load(&db->poisoned);
    if (first && gt_str_copy(db->poison_text, sizeof(db->poison_text), why) != GT_OK)
        db->poison_text[0] = '\0';
    atomic_store(&db->poisoned, true);
    pthread_mutex_unlock(&db->poison_lock);
    if (first)
        gt_log(GT_LOG_ERROR, "store.untrusted", "why=\"%s\"", db->poison_text);
    return GT_ERR_FATAL;
}

enum gt_err gt_db_trusted(struct gt_db *db)
{
    if (!atomic_load(&db->poisoned))
        return GT_OK;
    pthread_mutex_lock(&db->poison_lock);
    gt_err_set(GT_ERR_FATAL, "%s", db->poison_text);
    pthread_mutex_unlock(&db->poison_lock);
    return GT_ERR_FATAL;
}

/* --- the pool of readers ---------------------------------------------------------------------- */

static enum gt_err pool_get(struct gt_db *db, struct gt_conn **conn)
{
    struct gt_pool *p = &db->pool;
    enum gt_err err = GT_OK;
    pthread_mutex_lock(&p->lock);
    while (!p->idle && p->opened == p->most)
        pthread_cond_wait(&p->free, &p->lock);
    struct gt_conn *c = p->idle;
    if (c)
        p->idle = *gt_conn_link(c);
    else
        p->opened++;
    pthread_mutex_unlock(&p->lock);
    if (!c) {
        err = gt_conn_open(db, GT_CONN_READER, &c);
        if (err) {
            pthread_mutex_lock(&p->lock);
            p->opened--;
            pthread_mutex_unlock(&p->lock);
            pthread_cond_signal(&p->free);
            return err;
        }
    }
    *conn = c;
    return GT_OK;
}

static void pool_put(struct gt_db *db, struct gt_conn *c)
{
    struct gt_pool *p = &db->pool;
    pthread_mutex_lock(&p->lock);
    *gt_conn_link(c) = p->idle;
    p->idle = c;
    pthread_mutex_unlock(&p->lock);
    pthread_cond_signal(&p->free);
}

static void pool_close(struct gt_pool *p)
{
    while (p->idle) {
        struct gt_conn *c = p->idle;
        p->idle = *gt_conn_link(c);
        gt_conn_close(c);
    }
}

/* --- opening ---------------------------------------------------------------------------------- */

static enum gt_err db_copy_conf(struct gt_db *db, const struct gt_db_conf *conf)
{
    db->path = strdup(conf->path);
    db->vfs = conf->vfs ? strdup(conf->vfs) : NULL;
    if (!db->path || (conf->vfs && !db->vfs))
        return gt_err_set(GT_ERR_NOMEM, "no memory to open %s", conf->path);
    db->sealed = conf->seal_key != NULL;
    if (db->sealed)
        memcpy(db->seal_key, conf->seal_key, sizeof(db->seal_key));
    db->inline_mode = conf->inline_mode;
    db->create = conf->create;
    db->sync = conf->sync;
    db->pool.most = conf->readers > 0 ? conf->readers : READERS_DEFAULT;
    return GT_OK;
}

static enum gt_err db_open_inline(struct gt_db *db)
{
    enum gt_err err = gt_conn_open(db, GT_CONN_INLINE, &db->inline_conn);
    return err ? err : gt_conn_make_wal(db->inline_conn);
}

/* A new database is brought into its journal mode by one process while the others wait. */
static enum gt_err db_open_threads(struct gt_db *db)
{
    struct gt_conn *conn = NULL;
    struct gt_turn turn;
    enum gt_err err = gt_conn_open(db, GT_CONN_WRITER, &conn);
    if (err)
        return err;
    err = gt_turn_open(&turn, gt_conn_path(conn));
    if (err) {
        gt_conn_close(conn);
        return err;
    }
    bool wal = false;
    err = gt_conn_is_wal(conn, &wal);
    if (!err && !wal) {
        err = gt_turn_take(&turn);
        if (!err)
            err = gt_conn_make_wal(conn);
        gt_turn_give(&turn);
    }
    if (err) {
        gt_conn_close(conn);
        gt_turn_close(&turn);
        return err;
    }
    db->create = false; /* readers never make a file */
    return gt_writer_start(db, conn, &turn, &db->writer);
}

enum gt_err gt_db_open(const struct gt_db_conf *conf, struct gt_db **out)
{
    struct gt_db *db = calloc(1, sizeof(*db));
    if (!db)
        return gt_err_set(GT_ERR_NOMEM, "no memory to open %s", conf->path);
    pthread_mutex_init(&db->poison_lock, NULL);
    pthread_mutex_init(&db->pool.lock, NULL);
    pthread_cond_init(&db->pool.free, NULL);
    gt_conn_setup();
    enum gt_err err = db_copy_conf(db, conf);
    if (!err)
        err = db->inline_mode ? db_open_inline(db) : db_open_threads(db);
    if (err) {
        gt_db_close(db);
        /* Not opened is not "in an unknown state". */
        return err == GT_ERR_FATAL ? GT_ERR_IO : err;
    }
    *out = db;
    return GT_OK;
}

void gt_db_close(struct gt_db *db)
{
    if (!db)
        return;
    gt_writer_stop(db->writer);
    pool_close(&db->pool);
    gt_conn_close(db->inline_conn);
    pthread_cond_destroy(&db->pool.free);
    pthread_mutex_destroy(&db->pool.lock);
    pthread_mutex_destroy(&db->poison_lock);
    gt_wipe(db->seal_key, sizeof(db->seal_key));
    free(db->path);
    free(db->vfs);
    free(db);
}

/* --- transactions ----------------------------------------------------------------------------- */

/* A callback must not call the database again: inline it would run inside itself, on the writer
 * thread it would wait for itself. */
static enum gt_err db_enter(struct gt_db *db)
{
    if (db->inline_mode ? db->inline_busy : gt_writer_is_self(db->writer))
        return gt_err_set(GT_ERR_INTERNAL, "called inside a transaction");
    return gt_db_trusted(db);
}

static enum gt_err run_inline(struct gt_db *db, bool writes, gt_db_fn fn, void *arg)
{
    struct gt_conn *c = db->inline_conn;
    enum gt_err err = gt_conn_run(c, writes ? GT_CMD_BEGIN_WRITE : GT_CMD_BEGIN);
    if (err)
        return err;
    db->inline_busy = true;
    err = gt_tx_call(c, writes, fn, arg);
    db->inline_busy = false;
    if (!err)
        err = gt_conn_run(c, GT_CMD_COMMIT);
    if (err)
        gt_conn_rollback(c);
    enum gt_err trusted = gt_db_trusted(db);
    if (trusted)
        return trusted;
    if (!err && writes) {
        atomic_fetch_add_explicit(&db->commits, 1, memory_order_relaxed);
        gt_log_move_inline(c, &db->inline_threshold);
    }
    return err;
}

enum gt_err gt_db_transact(struct gt_db *db, const char *name, gt_db_fn fn, void *arg)
{
    enum gt_err err = db_enter(db);
    for (int tries = 1; !err; tries++) {
        enum gt_err ran =
            db->inline_mode ? run_inline(db, true, fn, arg) : gt_writer_run(db->writer, fn, arg);
        if (ran == GT_OK) {
            atomic_fetch_add_explicit(&db->transactions, 1, memory_order_relaxed);
            return GT_OK;
        }
        if (ran != GT_ERR_CHANGED || tries == GT_CHANGED_TRIES)
            err = ran;
        else
            atomic_fetch_add_explicit(&db->retries, 1, memory_order_relaxed);
    }
    return gt_err_add(err, "%s", name);
}

static enum gt_err run_reader(struct gt_db *db, gt_db_fn fn, void *arg)
{
    struct gt_conn *c = NULL;
    enum gt_err err = pool_get(db, &c);
    if (err)
        return err;
    err = gt_conn_run(c, GT_CMD_BEGIN);
    if (!err) {
        err = gt_tx_call(c, false, fn, arg);
        if (!err)
            err = gt_conn_run(c, GT_CMD_COMMIT);
        gt_conn_rollback(c);
    }
    pool_put(db, c);
    enum gt_err trusted = gt_db_trusted(db);
    return trusted ? trusted : err;
}

enum gt_err gt_db_read(struct gt_db *db, const char *name, gt_db_fn fn, void *arg)
{
    enum gt_err err = db_enter(db);
    if (!err)
        err = db->inline_mode ? run_inline(db, false, fn, arg) : run_reader(db, fn, arg);
    return gt_err_add(err, "%s", name);
}

/* --- looking at it ---------------------------------------------------------------------------- */

struct check {
    void (*report)(void *ctx, const char *name, const char *why);
    void *ctx;
    bool failed;
};

static enum gt_err check_all(struct gt_tx *tx, void *arg)
{
    struct check *check = arg;
    check->failed = false;
    for (size_t i = 0; i < gt_stmt_count(); i++) {
        const struct gt_stmt *stmt = gt_stmt_at(i);
        enum gt_err err = gt_tx_try(tx, stmt);
        if (err == GT_ERR_FATAL || err == GT_ERR_NOMEM)
            return err;
        if (!err)
            continue;
        check->failed = true;
        if (check->report)
            check->report(check->ctx, stmt->name, gt_err_text());
    }
    return GT_OK;
}

enum gt_err gt_db_check_statements(struct gt_db *db,
                                   void (*report)(void *ctx, const char *name, const char *why),
                                   void *ctx)
{
    struct check check = {.report = report, .ctx = ctx};
    enum gt_err err = gt_db_read(db, "check_statements", check_all, &check);
    if (!err && check.failed)
        err = gt_err_set(GT_ERR_SYNTAX, "some statements do not prepare");
    return err;
}

void gt_db_stats(struct gt_db *db, struct gt_db_stats *stats)
{
    stats->transactions = atomic_load(&db->transactions);
    stats->commits = atomic_load(&db->commits);
    stats->retries = atomic_load(&db->retries);
    stats->queue_max = atomic_load(&db->queue_max);
}
