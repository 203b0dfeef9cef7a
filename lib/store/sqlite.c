/*
 * SQLite: connections, how they are set up, and what their result codes mean.  Statements and
 * columns are in sqlite_tx.c; who runs on which connection, and when, is in sqlite_db.c and
 * writer.c.
 *
 * Every result code of SQLite becomes a failure in one place, gt_conn_fail().  An I/O error or a
 * damaged file there poisons the database: after a failed sync the kernel may show data that never
 * reached the disk.  For the same reason checkpoints are not left to SQLite, whose automatic ones
 * forget their errors.
 */
#include "store/sqlite.h"
#include "base/clock.h"
#include "base/log.h"
#include "store/keep.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CACHE_MIB 8 /* of who writes */

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

enum gt_err gt_conn_fail(struct gt_conn *c, int rc, const char *what)
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
    return rc == SQLITE_OK ? GT_OK : gt_conn_fail(c, rc, sql);
}

static bool file_exists(const struct gt_sqlite *db)
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

static enum gt_err conn_open_file(struct gt_conn *c, enum gt_conn_use use)
{
    const struct gt_sqlite *db = c->db->sqlite;
    bool writes = use == GT_CONN_WRITER || use == GT_CONN_MOVER;
    const char *vfs = writes && db->writes ? gt_vfs_name(db->writes) : db->vfs;
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (db->create ? SQLITE_OPEN_CREATE : 0);
    int rc = sqlite3_open_v2(db->path, &c->sqlite, flags, vfs);
    if (rc == SQLITE_OK)
        return GT_OK;
    if (!c->sqlite)
        return gt_err_set(GT_ERR_NOMEM, "cannot open %s", db->path);
    if ((rc & 0xff) == SQLITE_CANTOPEN && !db->create && !file_exists(db))
        return gt_err_set(GT_ERR_ABSENT, "there is no database %s", db->path);
    return gt_err_set(GT_ERR_IO, "cannot open %s: %s", db->path, sqlite3_errmsg(c->sqlite));
}

/* The log is written over, not made anew: growing a file costs each sync a commit of the file
 * system's own journal, which waits for everybody's data. */
static enum gt_err conn_writes(struct gt_conn *c)
{
    char sql[100];
    int mib = c->db->sqlite->cache_mib;

    (void)snprintf(sql, sizeof sql, "PRAGMA cache_size = %d; PRAGMA journal_size_limit = 268435456",
                   -1024 * (mib > 0 ? mib : CACHE_MIB));
    return conn_script(c, sql);
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
    if (!err && (use == GT_CONN_READER || use == GT_CONN_MOVER))
        err = conn_script(c, "PRAGMA cache_size = -256; PRAGMA query_only = ON");
    else if (!err)
        err = conn_writes(c);
    if (!err)
        err = conn_script(c, c->db->sqlite->sync == GT_DB_RELAXED ? "PRAGMA synchronous = OFF"
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
            return gt_conn_fail(c, rc, text[i]);
    }
    return GT_OK;
}

static enum gt_err conn_keep_rows(struct gt_conn *c)
{
    static const char sql[] = "PRAGMA data_version";
    int rc = sqlite3_prepare_v3(c->sqlite, sql, -1, SQLITE_PREPARE_PERSISTENT, &c->others, NULL);
    return rc == SQLITE_OK ? gt_keep_new(&c->keep) : gt_conn_fail(c, rc, sql);
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
        err = conn_open_file(c, use);
    if (!err)
        err = conn_configure(c, use);
    if (!err)
        err = conn_prepare_cmds(c);
    if (!err && use != GT_CONN_READER && use != GT_CONN_MOVER)
        err = conn_keep_rows(c);
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
    sqlite3_finalize(c->others);
    gt_keep_free(c->keep);
    for (size_t i = 0; c->stmts && i <= gt_stmt_count(); i++)
        sqlite3_finalize(c->stmts[i]);
    free(c->stmts);
    free(c->loose);
    /* What cannot be trusted must not be carried into the database file. */
    if (c->sqlite && atomic_load(&c->db->poisoned))
        sqlite3_db_config(c->sqlite, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    sqlite3_close(c->sqlite);
    gt_hmac_free(c->hmac);
    free(c);
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
                                : gt_conn_fail(c, rc, sql);
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
    bool durable = c->db->sqlite->sync == GT_DB_DURABLE;
    /* The switch goes through a rollback journal: FULL does not sync the folder when that is
     * deleted, and a power cut could bring it back and undo commits.  EXTRA does. */
    enum gt_err err = durable ? conn_script(c, "PRAGMA synchronous = EXTRA") : GT_OK;
    if (!err)
        err = conn_pragma_is(c, "PRAGMA journal_mode = WAL", "wal", &wal);
    /* SQLite gives up at once here when anybody reads at this moment. */
    while (err == GT_ERR_BUSY && clock->mono(clock->ctx) - start < GT_BUSY_MS) {
        clock->sleep(clock->ctx, 5);
        err = conn_pragma_is(c, "PRAGMA journal_mode = WAL", "wal", &wal);
    }
    if (!err && !wal)
        err = gt_err_set(GT_ERR_IO, "%s cannot have a write-ahead log", c->db->sqlite->path);
    if (!err && durable)
        err = conn_script(c, "PRAGMA synchronous = FULL");
    return err;
}

static void forget_rows(struct gt_conn *c)
{
    if (c->keep)
        gt_keep_clear(c->keep);
}

/* Rows that are kept were true when this connection wrote last: did another one write since? */
static enum gt_err look_around(struct gt_conn *c)
{
    int rc = sqlite3_step(c->others);
    int64_t now = rc == SQLITE_ROW ? sqlite3_column_int64(c->others, 0) : 0;
    enum gt_err err = rc == SQLITE_ROW ? GT_OK : gt_conn_fail(c, rc, "PRAGMA data_version");
    sqlite3_reset(c->others);
    if (err || now != c->seen)
        forget_rows(c);
    c->seen = now;
    return err;
}

enum gt_err gt_conn_run(struct gt_conn *c, enum gt_conn_cmd cmd)
{
    sqlite3_stmt *stmt = c->cmds[cmd];
    int rc = sqlite3_step(stmt);
    enum gt_err err = rc == SQLITE_DONE ? GT_OK : gt_conn_fail(c, rc, sqlite3_sql(stmt));
    sqlite3_reset(stmt);
    if (cmd == GT_CMD_BACK)
        forget_rows(c);
    return !err && cmd == GT_CMD_BEGIN_WRITE ? look_around(c) : err;
}

void gt_conn_rollback(struct gt_conn *c)
{
    forget_rows(c);
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
    enum gt_err err = gt_conn_fail(c, rc, "checkpoint");
    /* The log still holds everything: a full disk is met again, or not, when it is tried again. */
    if (err != GT_ERR_FATAL) {
        gt_log_err("store.checkpoint", err);
        err = GT_OK;
    }
    return err;
}
