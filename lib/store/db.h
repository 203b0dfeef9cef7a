/*
 * The database: one interface, whatever stands behind it.
 *
 * Writes happen in gt_db_transact(): a named callback that does nothing but database work.  It may
 * run on another thread, and it may run again: it overwrites its results wholly each time, and they
 * are valid only when gt_db_transact() gave GT_OK.  Keys are taken before (key.h).  It writes at
 * most some 500 rows.
 *
 * Errors stick to the transaction: after one, every later call in the callback does nothing and
 * gives the same error, so a callback may run straight through and return gt_tx_err().
 * One result is open at a time; the next statement closes it.  Columns are read left to right.
 *
 *     GT_STMT(credit_find, "SELECT deposit, held FROM gt_account WHERE id = ?");
 *
 *     if (gt_tx_one(tx, &credit_find, GT_INT(id))) {
 *         deposit = gt_col_int(tx);
 *         held = gt_col_int(tx);
 *     }
 */
#ifndef GT_STORE_DB_H
#define GT_STORE_DB_H

#include "base/crypt.h"
#include "base/err.h"
#include "store/stmt.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct gt_db;
struct gt_tx;

/* How far a committed transaction is on the disk. */
enum gt_db_sync {
    GT_DB_DURABLE, /* survives a power cut (synchronous=FULL) */
    GT_DB_RELAXED  /* survives a kill of the process only; for the stand-in */
};

struct gt_db_conf {
    /* An ODBC connection string: the database of a server.  NULL: SQLite, and `path` counts.
     * Borrowed during the call. */
    const char *connection;
    int connections; /* to a server, at most; 0: 16 */
    int connect_ms;  /* a server that does not answer within this is not there; 0: 2000 */
    /* A thread that waits for the server a third of this has its link cut; the whole of it ends the
     * process, for then it cannot be got back; 0: 15000, -1: never (administration: an index takes
     * its time). */
    int stuck_ms;
    /* Callbacks that wait share a transaction of the server, as they do on SQLite: for a process
     * that sells, with many threads. */
    bool together;
    const char *path;        /* of the SQLite file; borrowed during the call.  ":memory:" with
                                inline_mode: nothing is kept */
    const char *vfs;         /* name of an SQLite VFS, NULL for the default one */
    const uint8_t *seal_key; /* audit key of GT_KEY_SIZE bytes, NULL: rows have no seals */
    int readers;             /* reader connections at most, 0: 8 */
    int cache_mib;           /* SQLite's page cache of the connection that writes, 0: 8 */
    enum gt_db_sync sync;
    /* No writer thread, no lock files, one connection, one thread at a time: for the simulation. */
    bool inline_mode;
    bool create; /* make the file if it is not there; else GT_ERR_ABSENT */
};

typedef enum gt_err (*gt_db_fn)(struct gt_tx *tx, void *arg);

/* Opens the database and, unless inline, starts its writer thread.  `*db` is owned by the caller
 * (gt_db_close, when no other thread uses it any more).  GT_ERR_ABSENT, GT_ERR_IO, GT_ERR_BUSY (a
 * server is not there now), GT_ERR_NOMEM. */
enum gt_err gt_db_open(const struct gt_db_conf *conf, struct gt_db **db) GT_CHECK;
void gt_db_close(struct gt_db *db);

/* Runs `fn` in a write transaction and returns when its commit is durable, or when it failed: then
 * nothing of it is stored.  `name` is static, for logs and metrics.  What `fn` returns is returned.
 * Nothing waits beyond the thread's limit (base/limit.h).
 * Besides: GT_ERR_BUSY (others were in the way for too long, or the server is not there),
 * GT_ERR_FULL (disk), GT_ERR_LOST (a server went away at the commit: whether this is stored is not
 * known, other transactions may go on), GT_ERR_FATAL (an I/O or sync error: whether it is stored is
 * not known; the process must end and start anew). */
enum gt_err gt_db_transact(struct gt_db *db, const char *name, gt_db_fn fn, void *arg) GT_CHECK;
/* Runs `fn` on one consistent state of the database; it must not write. */
enum gt_err gt_db_read(struct gt_db *db, const char *name, gt_db_fn fn, void *arg) GT_CHECK;

/* As gt_db_read() for one statement, which sees one state by itself: a server is asked once instead
 * of three times.  A second statement is GT_ERR_INTERNAL. */
enum gt_err gt_db_look(struct gt_db *db, const char *name, gt_db_fn fn, void *arg) GT_CHECK;

/* A value to bind.  Text is borrowed during the call; an empty text is stored as NULL, and NULL is
 * read as "": no store then differs in what '' means.  Keys are never empty. */
struct gt_val {
    enum { GT_VAL_INT, GT_VAL_TEXT } kind;
    int64_t i;
    const char *t;
};
#define GT_INT(value)  ((struct gt_val){.kind = GT_VAL_INT, .i = (value)})
#define GT_TEXT(value) ((struct gt_val){.kind = GT_VAL_TEXT, .t = (value)})

#define GT_VALS_(...)       \
    (const struct gt_val[]) \
    {                       \
        __VA_ARGS__         \
    }
#define GT_NVALS_(...) (sizeof(GT_VALS_(__VA_ARGS__)) / sizeof(struct gt_val))

/* Runs a statement that gives no rows; gives how many rows it changed (0 after an error).
 * A unique key that is there already is GT_ERR_EXISTS. */
#define gt_tx_exec(tx, stmt, ...) \
    gt_tx_exec_((tx), (stmt), GT_VALS_(__VA_ARGS__), GT_NVALS_(__VA_ARGS__))
/* Opens a result; gt_tx_next() then goes from row to row. */
#define gt_tx_query(tx, stmt, ...) \
    gt_tx_query_((tx), (stmt), GT_VALS_(__VA_ARGS__), GT_NVALS_(__VA_ARGS__))
/* Opens a result and steps to its first row: true if there is one. */
#define gt_tx_one(tx, stmt, ...) \
    gt_tx_one_((tx), (stmt), GT_VALS_(__VA_ARGS__), GT_NVALS_(__VA_ARGS__))
/* The statement without parameters. */
#define gt_tx_query0(tx, stmt) gt_tx_query_((tx), (stmt), NULL, 0)
#define gt_tx_one0(tx, stmt)   gt_tx_one_((tx), (stmt), NULL, 0)

int64_t gt_tx_exec_(struct gt_tx *tx, const struct gt_stmt *const *stmt, const struct gt_val *vals,
                    size_t nvals);
void gt_tx_query_(struct gt_tx *tx, const struct gt_stmt *const *stmt, const struct gt_val *vals,
                  size_t nvals);
bool gt_tx_one_(struct gt_tx *tx, const struct gt_stmt *const *stmt, const struct gt_val *vals,
                size_t nvals);

/* Steps to the next row; false behind the last one and after an error. */
bool gt_tx_next(struct gt_tx *tx);
/* The next column of the row, left to right.  An integer column that is NULL is 0. */
int64_t gt_col_int(struct gt_tx *tx);
/* Copied; a text that does not fit is GT_ERR_TOOBIG. */
void gt_col_text(struct gt_tx *tx, char *out, size_t size);

/* From now on no other write transaction goes on beside this one: waits for those that have begun,
 * and others wait for it.  For the few that change what all others rely on without saving it, as
 * the business date.  On SQLite every write transaction is alone. */
void gt_tx_alone(struct gt_tx *tx);

/* The transaction's first error, or GT_OK. */
enum gt_err gt_tx_err(const struct gt_tx *tx) GT_CHECK;
/* Makes the transaction fail with `err` (unless it has failed already); gives its error back. */
enum gt_err gt_tx_fail(struct gt_tx *tx, enum gt_err err);
/* What seals rows here; NULL if rows have no seals.  Borrowed. */
struct gt_hmac *gt_tx_seal(struct gt_tx *tx);

/* Prepares every registered statement; calls `report` (may be NULL) for each that fails, with the
 * database's words.  GT_ERR_SYNTAX if any failed. */
enum gt_err gt_db_check_statements(struct gt_db *db,
                                   void (*report)(void *ctx, const char *name, const char *why),
                                   void *ctx) GT_CHECK;

/* Counters for /metrics: transactions, commits (groups), callbacks run again, the longest queue
 * seen, round trips to the server, calls turned away because the server was not there; and whether
 * it is away now; links cut because it did not answer in time. */
struct gt_db_stats {
    int64_t transactions, commits, retries, queue_max, trips, refused, cuts;
    bool away;
};
void gt_db_stats(struct gt_db *db, struct gt_db_stats *stats);
/* Whether the server is away: what is asked of it now will most likely fail. */
bool gt_db_away(const struct gt_db *db);

/* Another process that has an SQLite file open; pid 0: none has. */
struct gt_db_user {
    long pid;
    char name[32]; /* of its program */
};
/* Asks who has the file at `path` open.  Only while this process has it not open itself: what is
 * closed after asking would drop its locks.  GT_ERR_ABSENT, GT_ERR_IO. */
enum gt_err gt_db_file_user(const char *path, struct gt_db_user *user) GT_CHECK;

/* What the database says about itself, in words for people. */
struct gt_db_probe {
    char server[160];   /* product and version */
    char isolation[80]; /* of transactions */
    char collation[80]; /* of keys */
    char problem[200];  /* what of these the platform cannot work with, "" if nothing */
    char mend[160];     /* the command that mends it */
    int64_t clock_ms;   /* the server's clock minus ours */
    int64_t trip_us;    /* of one round trip, microseconds */
};
/* Asks.  As gt_db_read(). */
enum gt_err gt_db_probe(struct gt_db *db, struct gt_db_probe *probe) GT_CHECK;

#endif
