/*
 * SQLite: connections, their prepared statements, transactions and columns.  The only file of the
 * store that includes sqlite3.h; who runs on which connection, and when, is in db.c and writer.c.
 *
 * Every result code of SQLite becomes a failure in one place, conn_fail().  An I/O error or a
 * damaged file there poisons the database: after a failed sync the kernel may show data that never
 * reached the disk.  For the same reason checkpoints are not left to SQLite, whose automatic ones
 * forget their errors.
 */
#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "store/internal.h"
#include "store/schema.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Ceiling of one statement as expanded. */
#define SQL_MAX 65536

struct gt_conn {
    struct gt_db *db;
    sqlite3 *sqlite;
    sqlite3_stmt *cmds[GT_CMD__MAX];
    sqlite3_stmt **stmts; /* by gt_stmt_index(), prepared when first used */
    struct gt_hmac *hmac; /* NULL: rows have no seals */
    struct gt_conn *link; /* of the pool */
    int wal_pages;        /* in the log after the last commit */
};

struct gt_tx {
    struct gt_conn *conn;
    bool writes;
    bool done;                  /* the open result has no more rows */
    enum gt_err err;            /* the first failure */
    const struct gt_stmt *name; /* of the last statement, for messages */
    sqlite3_stmt *open;         /* the open result, NULL if none */
    int col, ncols;             /* next column; columns of the row it stands on, 0 if on none */
};

/* --- errors ----------------------------------------------------------------------------------- */

static enum gt_err err_of(int rc)
{
    switch (rc) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
        return GT_ERR_EXISTS;
    default:
        break;
    }
    switch (rc & 0xff) {
    case SQLITE_NOMEM:
        return GT_ERR_NOMEM;
    case SQLITE_FULL:
        return GT_ERR_FULL;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
        return GT_ERR_BUSY;
    case SQLITE_TOOBIG:
        return GT_ERR_TOOBIG;
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
        return GT_ERR_IO;
    case SQLITE_IOERR:
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return GT_ERR_FATAL;
    default:
        return GT_ERR_INTERNAL;
    }
}

/* Turns a result code into a failure with context; `what` says what was done. */
static enum gt_err conn_fail(struct gt_conn *c, int rc, const char *what)
{
    enum gt_err err = err_of(rc);
    gt_err_set(err, "%s: %s (sqlite %d)", what, sqlite3_errmsg(c->sqlite), rc);
    if (err == GT_ERR_FATAL)
        gt_db_poison(c->db, gt_err_text());
    return err;
}

/* --- connections ------------------------------------------------------------------------------ */

void gt_conn_setup(void)
{
    /* A counter behind a process-wide mutex that every allocation would take.  When SQLite has
     * started already it refuses, and is only slower. */
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

static int wal_grew(void *ctx, sqlite3 *sqlite, const char *schema, int pages)
{
    (void)sqlite;
    (void)schema;
    struct gt_conn *c = ctx;
    c->wal_pages = pages;
    return SQLITE_OK;
}

static enum gt_err conn_script(struct gt_conn *c, const char *sql)
{
    int rc = sqlite3_exec(c->sqlite, sql, NULL, NULL, NULL);
    return rc == SQLITE_OK ? GT_OK : conn_fail(c, rc, sql);
}

static bool file_exists(const struct gt_db *db)
{
    sqlite3_vfs *vfs = sqlite3_vfs_find(db->vfs);
    if (!vfs)
        return false;
    char *full = malloc((size_t)vfs->mxPathname + 1);
    int there = 0;
    if (full && vfs->xFullPathname(vfs, db->path, vfs->mxPathname + 1, full) == SQLITE_OK &&
        vfs->xAccess(vfs, full, SQLITE_ACCESS_EXISTS, &there) != SQLITE_OK)
        there = 0;
    free(full);
    return there != 0;
}

static enum gt_err conn_open_file(struct gt_conn *c)
{
    const struct gt_db *db = c->db;
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (db->create ? SQLITE_OPEN_CREATE : 0);
    int rc = sqlite3_open_v2(db->path, &c->sqlite, flags, db->vfs);
    if (rc == SQLITE_OK)
        return GT_OK;
    if (!c->sqlite)
        return gt_err_set(GT_ERR_NOMEM, "cannot open %s", db->path);
    if ((rc & 0xff) == SQLITE_CANTOPEN && !db->create && !file_exists(db))
        return gt_err_set(GT_ERR_ABSENT, "there is no database %s", db->path);
    return gt_err_set(GT_ERR_IO, "cannot open %s: %s", db->path, sqlite3_errmsg(c->sqlite));
}

static enum gt_err conn_configure(struct gt_conn *c, enum gt_conn_use use)
{
    sqlite3_extended_result_codes(c->sqlite, 1);
    sqlite3_db_config(c->sqlite, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    sqlite3_db_config(c->sqlite, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    /* Processes of ours take turns and never get here; this is for recovery, and for strangers. */
    sqlite3_busy_timeout(c->sqlite, GT_BUSY_MS);
    sqlite3_wal_hook(c->sqlite, wal_grew, c);
    enum gt_err err = GT_OK;
    if (use == GT_CONN_INLINE)
        err = conn_script(c, "PRAGMA locking_mode = EXCLUSIVE");
    if (!err)
        err =
            conn_script(c, use == GT_CONN_READER
                               ? "PRAGMA cache_size = -256; PRAGMA query_only = ON"
                               : "PRAGMA cache_size = -8192; PRAGMA journal_size_limit = 67108864");
    if (!err)
        err = conn_script(c, c->db->sync == GT_DB_RELAXED ? "PRAGMA synchronous = OFF"
                                                          : "PRAGMA synchronous = FULL");
    if (!err)
        err = conn_script(c, "PRAGMA foreign_keys = OFF; PRAGMA temp_store = MEMORY; "
                             "PRAGMA mmap_size = 0; PRAGMA trusted_schema = OFF");
    return err;
}

static enum gt_err conn_prepare_cmds(struct gt_conn *c)
{
    static const char *const text[GT_CMD__MAX] = {
        [GT_CMD_BEGIN] = "BEGIN",         [GT_CMD_BEGIN_WRITE] = "BEGIN IMMEDIATE",
        [GT_CMD_COMMIT] = "COMMIT",       [GT_CMD_SAVEPOINT] = "SAVEPOINT job",
        [GT_CMD_RELEASE] = "RELEASE job", [GT_CMD_BACK] = "ROLLBACK TO job",
        [GT_CMD_ROLLBACK] = "ROLLBACK",
    };
    for (size_t i = 0; i < GT_CMD__MAX; i++) {
        int rc = sqlite3_prepare_v3(c->sqlite, text[i], -1, SQLITE_PREPARE_PERSISTENT, &c->cmds[i],
                                    NULL);
        if (rc != SQLITE_OK)
            return conn_fail(c, rc, text[i]);
    }
    return GT_OK;
}

enum gt_err gt_conn_open(struct gt_db *db, enum gt_conn_use use, struct gt_conn **conn)
{
    struct gt_conn *c = calloc(1, sizeof(*c));
    if (!c)
        return gt_err_set(GT_ERR_NOMEM, "no memory for a connection");
    c->db = db;
    enum gt_err err = GT_OK;
    c->stmts = calloc(gt_stmt_count() + 1, sizeof(c->stmts[0]));
    if (!c->stmts)
        err = gt_err_set(GT_ERR_NOMEM, "no memory for statements");
    if (!err && db->sealed)
        err = gt_hmac_new(db->seal_key, &c->hmac);
    if (!err)
        err = conn_open_file(c);
    if (!err)
        err = conn_configure(c, use);
    if (!err)
        err = conn_prepare_cmds(c);
    if (err) {
        gt_conn_close(c);
        return err;
    }
    *conn = c;
    return GT_OK;
}

void gt_conn_close(struct gt_conn *c)
{
    if (!c)
        return;
    for (size_t i = 0; i < GT_CMD__MAX; i++)
        sqlite3_finalize(c->cmds[i]);
    for (size_t i = 0; c->stmts && i < gt_stmt_count(); i++)
        sqlite3_finalize(c->stmts[i]);
    free(c->stmts);
    /* What cannot be trusted must not be carried into the database file. */
    if (c->sqlite && atomic_load(&c->db->poisoned))
        sqlite3_db_config(c->sqlite, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    sqlite3_close(c->sqlite);
    gt_hmac_free(c->hmac);
    free(c);
}

struct gt_conn **gt_conn_link(struct gt_conn *c)
{
    return &c->link;
}

const char *gt_conn_path(const struct gt_conn *c)
{
    return sqlite3_db_filename(c->sqlite, "main");
}

/* Runs a pragma that answers with one text and compares that. */
static enum gt_err conn_pragma_is(struct gt_conn *c, const char *sql, const char *answer, bool *is)
{
    sqlite3_stmt *stmt = NULL;
    int rc = sqlite3_prepare_v2(c->sqlite, sql, -1, &stmt, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_step(stmt);
    enum gt_err err = GT_OK;
    if (rc == SQLITE_ROW) {
        const char *text = (const char *)sqlite3_column_text(stmt, 0);
        *is = text && strcmp(text, answer) == 0;
    } else {
        err = rc == SQLITE_DONE ? gt_err_set(GT_ERR_INTERNAL, "%s: no answer", sql)
                                : conn_fail(c, rc, sql);
    }
    sqlite3_finalize(stmt);
    return err;
}

enum gt_err gt_conn_is_wal(struct gt_conn *c, bool *wal)
{
    return conn_pragma_is(c, "PRAGMA journal_mode", "wal", wal);
}

enum gt_err gt_conn_make_wal(struct gt_conn *c)
{
    const struct gt_clock *clock = gt_clock_system();
    int64_t start = clock->mono(clock->ctx);
    bool wal = false;
    enum gt_err err = conn_pragma_is(c, "PRAGMA journal_mode = WAL", "wal", &wal);
    /* SQLite gives up at once here when anybody reads at this moment. */
    while (err == GT_ERR_BUSY && clock->mono(clock->ctx) - start < GT_BUSY_MS) {
        clock->sleep(clock->ctx, 5);
        err = conn_pragma_is(c, "PRAGMA journal_mode = WAL", "wal", &wal);
    }
    if (!err && !wal)
        err = gt_err_set(GT_ERR_IO, "%s cannot have a write-ahead log", c->db->path);
    return err;
}

enum gt_err gt_conn_run(struct gt_conn *c, enum gt_conn_cmd cmd)
{
    sqlite3_stmt *stmt = c->cmds[cmd];
    int rc = sqlite3_step(stmt);
    enum gt_err err = rc == SQLITE_DONE ? GT_OK : conn_fail(c, rc, sqlite3_sql(stmt));
    sqlite3_reset(stmt);
    return err;
}

void gt_conn_rollback(struct gt_conn *c)
{
    if (sqlite3_get_autocommit(c->sqlite))
        return;
    sqlite3_step(c->cmds[GT_CMD_ROLLBACK]);
    sqlite3_reset(c->cmds[GT_CMD_ROLLBACK]);
}

bool gt_conn_in_transaction(const struct gt_conn *c)
{
    return !sqlite3_get_autocommit(c->sqlite);
}

int gt_conn_log_pages(const struct gt_conn *c)
{
    return c->wal_pages;
}

enum gt_err gt_conn_checkpoint(struct gt_conn *c, bool *whole)
{
    int pages = 0, moved = 0;
    int rc =
        sqlite3_wal_checkpoint_v2(c->sqlite, "main", SQLITE_CHECKPOINT_PASSIVE, &pages, &moved);
    *whole = rc == SQLITE_OK && moved == pages;
    if (rc == SQLITE_OK || (rc & 0xff) == SQLITE_BUSY)
        return GT_OK;
    enum gt_err err = conn_fail(c, rc, "checkpoint");
    /* The log still holds everything: a full disk is met again, or not, when it is tried again. */
    if (err != GT_ERR_FATAL) {
        gt_log_err("store.checkpoint", err);
        err = GT_OK;
    }
    return err;
}

/* --- statements ------------------------------------------------------------------------------- */

static enum gt_err stmt_prepare(struct gt_conn *c, const struct gt_stmt *s, sqlite3_stmt **out)
{
    struct gt_buf sql;
    gt_buf_init(&sql, SQL_MAX);
    sqlite3_stmt *stmt = NULL;
    const char *tail = NULL;
    enum gt_err err = gt_sql_expand(GT_DIALECT_SQLITE, s->sql, &sql);
    if (!err) {
        int rc = sqlite3_prepare_v3(c->sqlite, sql.data, (int)sql.len, SQLITE_PREPARE_PERSISTENT,
                                    &stmt, &tail);
        if (rc == SQLITE_ERROR)
            err = gt_err_set(GT_ERR_SYNTAX, "%s", sqlite3_errmsg(c->sqlite));
        else if (rc != SQLITE_OK)
            err = conn_fail(c, rc, "prepare");
        else if (!stmt || tail[strspn(tail, " \n;")] != '\0')
            err = gt_err_set(GT_ERR_SYNTAX, "not one statement");
    }
    if (err)
        sqlite3_finalize(stmt);
    else
        *out = stmt;
    gt_buf_done(&sql);
    return err;
}

static void tx_close_result(struct gt_tx *tx)
{
    if (tx->open)
        sqlite3_reset(tx->open);
    tx->open = NULL;
    tx->ncols = 0;
}

/* A failure with the name of the statement in front, which sticks. */
static void tx_fail_at(struct gt_tx *tx, enum gt_err err)
{
    if (tx->name)
        gt_err_add(err, "%s", tx->name->name);
    tx_close_result(tx);
    gt_tx_fail(tx, err);
}

static int bind_all(sqlite3_stmt *stmt, const struct gt_val *vals, size_t nvals,
                    sqlite3_destructor_type lifetime)
{
    int rc = SQLITE_OK;
    for (size_t i = 0; rc == SQLITE_OK && i < nvals; i++) {
        int at = (int)i + 1;
        if (vals[i].kind == GT_VAL_INT)
            rc = sqlite3_bind_int64(stmt, at, vals[i].i);
        else if (!vals[i].t || vals[i].t[0] == '\0')
            rc = sqlite3_bind_null(stmt, at);
        else
            rc = sqlite3_bind_text(stmt, at, vals[i].t, -1, lifetime);
    }
    return rc;
}

/* Closes the open result, finds the prepared statement and binds; NULL after an error. */
static sqlite3_stmt *tx_bind(struct gt_tx *tx, const struct gt_stmt *const *stmt,
                             const struct gt_val *vals, size_t nvals,
                             sqlite3_destructor_type lifetime)
{
    if (tx->err)
        return NULL;
    tx_close_result(tx);
    struct gt_conn *c = tx->conn;
    sqlite3_stmt **slot = &c->stmts[gt_stmt_index(stmt)];
    tx->name = *stmt;
    enum gt_err err = *slot ? GT_OK : stmt_prepare(c, *stmt, slot);
    if (err) {
        tx_fail_at(tx, err);
        return NULL;
    }
    if (!tx->writes && !sqlite3_stmt_readonly(*slot))
        err = gt_err_set(GT_ERR_INTERNAL, "writes in gt_db_read()");
    else if (nvals != (size_t)sqlite3_bind_parameter_count(*slot))
        err = gt_err_set(GT_ERR_INTERNAL, "%zu values for %d parameters", nvals,
                         sqlite3_bind_parameter_count(*slot));
    if (!err) {
        int rc = bind_all(*slot, vals, nvals, lifetime);
        if (rc != SQLITE_OK)
            err = conn_fail(c, rc, "bind");
    }
    if (err) {
        tx_fail_at(tx, err);
        return NULL;
    }
    return *slot;
}

int64_t gt_tx_exec_(struct gt_tx *tx, const struct gt_stmt *const *stmt, const struct gt_val *vals,
                    size_t nvals)
{
    /* The caller's text lives until the statement is through; nothing is copied. */
    sqlite3_stmt *s = tx_bind(tx, stmt, vals, nvals, SQLITE_STATIC);
    if (!s)
        return 0;
    int rc = sqlite3_step(s);
    enum gt_err err = GT_OK;
    if (rc == SQLITE_ROW)
        err = gt_err_set(GT_ERR_INTERNAL, "gives rows");
    else if (rc != SQLITE_DONE)
        err = conn_fail(tx->conn, rc, "exec");
    int64_t changed = err ? 0 : sqlite3_changes64(tx->conn->sqlite);
    sqlite3_reset(s);
    if (err)
        tx_fail_at(tx, err);
    return changed;
}

void gt_tx_query_(struct gt_tx *tx, const struct gt_stmt *const *stmt, const struct gt_val *vals,
                  size_t nvals)
{
    tx->open = tx_bind(tx, stmt, vals, nvals, SQLITE_TRANSIENT);
    tx->done = false;
}

bool gt_tx_one_(struct gt_tx *tx, const struct gt_stmt *const *stmt, const struct gt_val *vals,
                size_t nvals)
{
    gt_tx_query_(tx, stmt, vals, nvals);
    return gt_tx_next(tx);
}

bool gt_tx_next(struct gt_tx *tx)
{
    if (tx->err)
        return false;
    if (!tx->open) {
        gt_tx_fail(tx, gt_err_set(GT_ERR_INTERNAL, "no result is open"));
        return false;
    }
    if (tx->done)
        return false;
    int rc = sqlite3_step(tx->open);
    tx->col = 0;
    tx->ncols = 0;
    if (rc == SQLITE_ROW) {
        tx->ncols = sqlite3_data_count(tx->open);
        return true;
    }
    if (rc != SQLITE_DONE) {
        tx_fail_at(tx, conn_fail(tx->conn, rc, "query"));
    } else {
        sqlite3_reset(tx->open);
        tx->done = true; /* another step would run it anew */
    }
    return false;
}

/* --- columns ---------------------------------------------------------------------------------- */

/* The type of what stands in the next column. */
static enum gt_err col_type(struct gt_tx *tx, int *type)
{
    if (tx->err)
        return tx->err;
    if (tx->col >= tx->ncols)
        return gt_err_set(GT_ERR_INTERNAL, "there is no column %d", tx->col + 1);
    *type = sqlite3_column_type(tx->open, tx->col);
    return GT_OK;
}

static enum gt_err col_int(struct gt_tx *tx, int64_t *out)
{
    int type = 0;
    enum gt_err err = col_type(tx, &type);
    if (err)
        return err;
    if (type != SQLITE_INTEGER && type != SQLITE_NULL)
        return gt_err_set(GT_ERR_INTERNAL, "column %d is no integer", tx->col + 1);
    *out = sqlite3_column_int64(tx->open, tx->col++);
    return GT_OK;
}

static enum gt_err col_text(struct gt_tx *tx, char *out, size_t size)
{
    int type = 0;
    enum gt_err err = col_type(tx, &type);
    if (err)
        return err;
    if (type != SQLITE_TEXT && type != SQLITE_NULL)
        return gt_err_set(GT_ERR_INTERNAL, "column %d is no text", tx->col + 1);
    const void *text = sqlite3_column_text(tx->open, tx->col);
    size_t len = (size_t)sqlite3_column_bytes(tx->open, tx->col);
    if (type == SQLITE_TEXT && !text)
        return gt_err_set(GT_ERR_NOMEM, "no memory for column %d", tx->col + 1);
    if (len >= size)
        return gt_err_set(GT_ERR_TOOBIG, "column %d has %zu bytes, %zu fit", tx->col + 1, len,
                          size - 1);
    if (len > 0 && memchr(text, '\0', len))
        return gt_err_set(GT_ERR_TAMPERED, "column %d holds a NUL", tx->col + 1);
    if (len > 0)
        memcpy(out, text, len);
    out[len] = '\0';
    tx->col++;
    return GT_OK;
}

int64_t gt_col_int(struct gt_tx *tx)
{
    int64_t value = 0;
    enum gt_err err = col_int(tx, &value);
    if (err && !tx->err)
        tx_fail_at(tx, err);
    return value;
}

void gt_col_text(struct gt_tx *tx, char *out, size_t size)
{
    out[0] = '\0';
    enum gt_err err = col_text(tx, out, size);
    if (err && !tx->err)
        tx_fail_at(tx, err);
}

enum gt_err gt_col_strict_int(struct gt_tx *tx, int64_t *out)
{
    int type = 0;
    enum gt_err err = col_type(tx, &type);
    if (!err && type != SQLITE_INTEGER)
        err = gt_err_set(GT_ERR_TAMPERED, "column %d is no integer", tx->col + 1);
    return err ? err : col_int(tx, out);
}

enum gt_err gt_col_strict_text(struct gt_tx *tx, char *out, size_t size)
{
    int type = 0;
    enum gt_err err = col_type(tx, &type);
    if (!err && type != SQLITE_NULL &&
        (type != SQLITE_TEXT || sqlite3_column_bytes(tx->open, tx->col) == 0))
        err = gt_err_set(GT_ERR_TAMPERED, "column %d is no text of ours", tx->col + 1);
    if (!err)
        err = col_text(tx, out, size);
    /* The column was made for what fits the struct. */
    return err == GT_ERR_TOOBIG ? GT_ERR_TAMPERED : err;
}

/* --- transactions ----------------------------------------------------------------------------- */

enum gt_err gt_tx_err(const struct gt_tx *tx)
{
    return tx->err;
}

enum gt_err gt_tx_fail(struct gt_tx *tx, enum gt_err err)
{
    if (!tx->err)
        tx->err = err;
    return tx->err;
}

struct gt_hmac *gt_tx_seal(struct gt_tx *tx)
{
    return tx->conn->hmac;
}

enum gt_err gt_tx_call(struct gt_conn *c, bool writes, gt_db_fn fn, void *arg)
{
    struct gt_tx tx = {.conn = c, .writes = writes};
    gt_err_clear();
    enum gt_err err = fn(&tx, arg);
    tx_close_result(&tx);
    return err ? err : tx.err;
}

void gt_tx_script(struct gt_tx *tx, const char *sql)
{
    if (tx->err)
        return;
    tx_close_result(tx);
    tx->name = NULL;
    enum gt_err err = GT_OK;
    int rc = sqlite3_exec(tx->conn->sqlite, sql, NULL, NULL, NULL);
    if (rc == SQLITE_ERROR)
        err = gt_err_set(GT_ERR_SYNTAX, "%s", sqlite3_errmsg(tx->conn->sqlite));
    else if (rc != SQLITE_OK)
        err = conn_fail(tx->conn, rc, "script");
    if (err)
        tx_fail_at(tx, err);
}

bool gt_tx_has_table(struct gt_tx *tx, const char *table)
{
    if (tx->err)
        return false;
    tx_close_result(tx);
    tx->name = NULL;
    sqlite3_stmt *stmt = NULL;
    int rc = sqlite3_prepare_v2(tx->conn->sqlite,
                                "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?", -1,
                                &stmt, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_bind_text(stmt, 1, table, -1, SQLITE_STATIC);
    if (rc == SQLITE_OK)
        rc = sqlite3_step(stmt);
    if (rc != SQLITE_ROW && rc != SQLITE_DONE)
        tx_fail_at(tx, conn_fail(tx->conn, rc, "table"));
    sqlite3_finalize(stmt);
    return rc == SQLITE_ROW;
}

enum gt_err gt_tx_try(struct gt_tx *tx, const struct gt_stmt *stmt)
{
    sqlite3_stmt *prepared = NULL;
    enum gt_err err = tx->err ? tx->err : stmt_prepare(tx->conn, stmt, &prepared);
    sqlite3_finalize(prepared);
    return err;
}
