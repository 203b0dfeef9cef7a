/*
 * The database as its callers see it: which backend, the retry of whole callbacks, and the poison
 * that ends all trust after an I/O error.  What a callback sees is in tx.c.
 */
#include "base/buf.h"
#include "base/clock.h"
#include "base/limit.h"
#include "base/log.h"
#include "store/internal.h"

#include <stdlib.h>
#include <string.h>

/* Between two runs of a callback, milliseconds: at most this, and twice that for each further. */
#define PAUSE_MS      4
#define PAUSE_MOST_MS 250

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

/* --- opening ---------------------------------------------------------------------------------- */

enum gt_err gt_db_open(const struct gt_db_conf *conf, struct gt_db **out)
{
    struct gt_db *db = calloc(1, sizeof(*db));
    if (!db)
        return gt_err_set(GT_ERR_NOMEM, "no memory to open the database");
    pthread_mutex_init(&db->poison_lock, NULL);
    db->sealed = conf->seal_key != NULL;
    if (db->sealed)
        memcpy(db->seal_key, conf->seal_key, sizeof(db->seal_key));
    db->dialect = GT_DIALECT_SQLITE;
    db->backend = conf->connection ? &gt_backend_odbc : &gt_backend_sqlite;
    enum gt_err err = db->backend->open(db, conf);
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
    db->backend->close(db);
    pthread_mutex_destroy(&db->poison_lock);
    gt_wipe(db->seal_key, sizeof(db->seal_key));
    free(db);
}

enum gt_dialect gt_db_dialect(const struct gt_db *db)
{
    return db->dialect;
}

/* --- transactions ----------------------------------------------------------------------------- */

/* Lets a short, random time pass, so that two that met do not meet again. */
static void pause_before(int number)
{
    const struct gt_clock *clock = gt_clock_system();
    const struct gt_random *random = gt_random_system();
    int most = number < 7 ? PAUSE_MS << number : PAUSE_MOST_MS;
    uint16_t chance = 0;
    if (random->fill(random->ctx, &chance, sizeof(chance)) != GT_OK)
        chance = UINT16_MAX / 2;
    clock->sleep(clock->ctx, 1 + (int64_t)chance * most / UINT16_MAX);
}

typedef enum gt_err (*run_fn)(struct gt_db *db, gt_db_fn fn, void *arg, struct gt_run *run);

/* Runs a callback until it came to something, or as often and as long as its backend lets it. */
static enum gt_err run_often(struct gt_db *db, run_fn once, gt_db_fn fn, void *arg)
{
    const struct gt_clock *clock = gt_clock_system();
    const struct gt_backend *backend = db->backend;
    int64_t patience = backend->patience_ms ? gt_limit_wait(backend->patience_ms) : 0;
    int64_t start = backend->patience_ms ? clock->mono(clock->ctx) : 0;
    for (int number = 1;; number++) {
        struct gt_run run = {.number = number};
        enum gt_err err = once(db, fn, arg, &run);
        if (!err || !run.again || number == backend->tries)
            return err;
        if (backend->patience_ms) {
            if (clock->mono(clock->ctx) - start >= patience)
                return err;
            pause_before(number);
        }
        atomic_fetch_add_explicit(&db->retries, 1, memory_order_relaxed);
    }
}

/* The ways in: no call inside a transaction, none after trust has ended. */
static enum gt_err db_enter(struct gt_db *db)
{
    enum gt_err err = db->backend->enter(db);
    return err ? err : gt_db_trusted(db);
}

enum gt_err gt_db_transact(struct gt_db *db, const char *name, gt_db_fn fn, void *arg)
{
    enum gt_err err = db_enter(db);
    if (!err)
        err = run_often(db, db->backend->transact, fn, arg);
    if (!err)
        atomic_fetch_add_explicit(&db->transactions, 1, memory_order_relaxed);
    return gt_err_add(err, "%s", name);
}

enum gt_err gt_db_read(struct gt_db *db, const char *name, gt_db_fn fn, void *arg)
{
    enum gt_err err = db_enter(db);
    if (!err)
        err = run_often(db, db->backend->read, fn, arg);
    return gt_err_add(err, "%s", name);
}

enum gt_err gt_db_look(struct gt_db *db, const char *name, gt_db_fn fn, void *arg)
{
    enum gt_err err = db_enter(db);
    if (!err)
        err = run_often(db, db->backend->look, fn, arg);
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
    enum gt_err err = db_enter(db);
    if (!err)
        err = gt_err_add(db->backend->prepare(db, check_all, &check), "check_statements");
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
    stats->trips = atomic_load(&db->trips);
    stats->refused = atomic_load(&db->refused);
    stats->cuts = atomic_load(&db->cuts);
    stats->away = atomic_load(&db->away);
}

bool gt_db_away(const struct gt_db *db)
{
    return atomic_load_explicit(&db->away, memory_order_relaxed);
}

enum gt_err gt_db_probe(struct gt_db *db, struct gt_db_probe *probe)
{
    enum gt_err err = db_enter(db);
    *probe = (struct gt_db_probe){0};
    return err ? err : db->backend->probe(db, probe);
}
