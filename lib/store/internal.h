/*
 * What the files of the store share among themselves and with nobody else.
 *
 * db.c and tx.c serve db.h and know no database: what sticks, what is tried again, what a value is.
 * A backend is a table of functions below them: SQLite (sqlite_db.c, sqlite_tx.c and what they use)
 * or ODBC (odbc_*.c).  A connection is used by one thread at a time, a transaction lives on one
 * connection.
 */
#ifndef GT_STORE_INTERNAL_H
#define GT_STORE_INTERNAL_H

#include "store/db.h"
#include "store/schema.h"

#include <pthread.h>
#include <stdatomic.h>

/* How long a writer waits for another process before it says GT_ERR_BUSY. */
#define GT_BUSY_MS 5000

/* --- backends --------------------------------------------------------------------------------- */

/* How one run of a callback went, besides its failure. */
struct gt_run {
    int number; /* of the run, from 1 */
    bool again; /* out: nothing was stored, and another run may succeed */
};

struct gt_backend {
    int tries; /* runs of one callback at most */
    /* How long a callback is run again, with a short, random pause before; 0: any time, no pauses.
     */
    int patience_ms;
    enum gt_err (*open)(struct gt_db *db, const struct gt_db_conf *conf);
    /* Frees all that open() made, also when it failed half-way. */
    void (*close)(struct gt_db *db);
    /* GT_ERR_INTERNAL if the calling thread is inside a transaction already. */
    enum gt_err (*enter)(struct gt_db *db);
    enum gt_err (*transact)(struct gt_db *db, gt_db_fn fn, void *arg, struct gt_run *run);
    enum gt_err (*read)(struct gt_db *db, gt_db_fn fn, void *arg, struct gt_run *run);
    /* One statement: a state of its own. */
    enum gt_err (*look)(struct gt_db *db, gt_db_fn fn, void *arg, struct gt_run *run);
    /* Runs `fn` on a connection, in a transaction or not as preparing needs it. */
    enum gt_err (*prepare)(struct gt_db *db, gt_db_fn fn, void *arg);
    enum gt_err (*probe)(struct gt_db *db, struct gt_db_probe *probe);
};

extern const struct gt_backend gt_backend_sqlite, gt_backend_odbc;

/* --- transactions (tx.c) ---------------------------------------------------------------------- */

/* A column's value as a backend gives it. */
struct gt_cell {
    enum { GT_CELL_NULL, GT_CELL_INT, GT_CELL_TEXT, GT_CELL_OTHER } kind;
    int64_t i;
    const char *t; /* not ended; borrowed until the next call on the transaction */
    size_t len;
};

struct gt_guess; /* guess.h */
struct gt_keep;  /* keep.h */
struct gt_later; /* later.h */
struct gt_row;   /* row.h */

enum gt_write_kind { GT_WRITE_INSERT, GT_WRITE_SAVE, GT_WRITE_REMOVE };

/* What a transaction does on its connection.  These are called when no error sticks; a failure
 * they give then does.  None of them keeps a pointer to the values. */
struct gt_tx_ops {
    enum gt_err (*exec)(struct gt_tx *tx, const struct gt_stmt *const *stmt,
                        const struct gt_val *vals, size_t nvals, int64_t *changed);
    /* Opens a result; next() gives its rows. */
    enum gt_err (*query)(struct gt_tx *tx, const struct gt_stmt *const *stmt,
                         const struct gt_val *vals, size_t nvals);
    /* `*ncols`: columns of the row, 0 behind the last row. */
    enum gt_err (*next)(struct gt_tx *tx, int *ncols);
    /* Closes the open result. */
    enum gt_err (*done)(struct gt_tx *tx);
    enum gt_err (*column)(struct gt_tx *tx, int col, struct gt_cell *cell);
    enum gt_err (*script)(struct gt_tx *tx, const char *sql);
    enum gt_err (*has_table)(struct gt_tx *tx, const char *table, bool *there);
    enum gt_err (*try)(struct gt_tx *tx, const struct gt_stmt *stmt);
    /* Writes all that waits, and compares what was guessed; GT_ERR_CHANGED if a row is not as it
     * should be.  NULL: nothing waits here. */
    enum gt_err (*flush)(struct gt_tx *tx);
    enum gt_err (*alone)(struct gt_tx *tx); /* NULL: it always is */
};

struct gt_tx {
    const struct gt_tx_ops *ops;
    void *conn;             /* the backend's connection */
    struct gt_later *later; /* NULL: rows are written at once */
    struct gt_keep *keep;   /* NULL: rows are read each time */
    struct gt_guess *guess; /* NULL: what is kept is true, and nothing is presumed */
    struct gt_hmac *hmac;   /* NULL: rows have no seals */
    bool writes;
    bool open;                  /* a result is */
    bool ended;                 /* the open result has no more rows */
    enum gt_err err;            /* the first failure */
    const struct gt_stmt *name; /* of the last statement, for messages */
    int col, ncols;             /* next column; columns of the row it stands on, 0 if on none */
};

/* Runs `fn` on a transaction that the backend has begun, and gives what it came to. */
enum gt_err gt_tx_call(struct gt_tx *tx, gt_db_fn fn, void *arg) GT_CHECK;
/* The same where others share the transaction: what `fn` wrote waits on.  Where it failed that is
 * taken back; `*whole`: it could be, for nothing of it was sent. */
enum gt_err gt_tx_part(struct gt_tx *tx, gt_db_fn fn, void *arg, bool *whole) GT_CHECK;
/* Sends what waits. */
void gt_tx_flush(struct gt_tx *tx);

/* Runs SQL as it is (already expanded, any number of statements): for migrations. */
void gt_tx_script(struct gt_tx *tx, const char *sql);
/* Whether there is such a table; false after an error. */
bool gt_tx_has_table(struct gt_tx *tx, const char *table);

/* Inserts, saves or removes a row, for row.c: at once, or with others a little later.  What changes
 * no row is GT_ERR_CHANGED.  `version` is what the row must have; `row` the struct as it is to be,
 * NULL if removed. */
void gt_tx_write(struct gt_tx *tx, enum gt_write_kind kind, const struct gt_row *def, int64_t id,
                 int64_t version, const void *row);
/* Notes that the row was read in this transaction. */
void gt_tx_saw(struct gt_tx *tx, const struct gt_row *def, int64_t id);
/* Whether a write of the row waits: then `*there` says whether it is there, and `row` holds it. */
bool gt_tx_waiting(struct gt_tx *tx, const struct gt_row *def, int64_t id, void *row, bool *there);

/* Whether the row is kept: then `row` holds it.  `hold`: it must stay so until the transaction
 * ends.
 */
bool gt_tx_kept(struct gt_tx *tx, const struct gt_row *def, int64_t id, bool hold, void *row);
/* Keeps the row, if it is of those. */
void gt_tx_keep(struct gt_tx *tx, const struct gt_row *def, int64_t id, const void *row);

/* What a column of a sealed row holds, for row.c: unlike gt_col_int() and gt_col_text() these fail
 * without sticking, and a value that this program would not have written is GT_ERR_TAMPERED. */
enum gt_err gt_col_strict_int(struct gt_tx *tx, int64_t *out) GT_CHECK;
enum gt_err gt_col_strict_text(struct gt_tx *tx, char *out, size_t size) GT_CHECK;

/* The next column as it is, for copy.c. */
enum gt_err gt_col_cell(struct gt_tx *tx, struct gt_cell *cell) GT_CHECK;

/* Prepares one statement and forgets it again. */
enum gt_err gt_tx_try(struct gt_tx *tx, const struct gt_stmt *stmt) GT_CHECK;

/* --- the pool of connections (pool.c) --------------------------------------------------------- */

/* The first member of whatever is pooled. */
struct gt_pool_item {
    struct gt_pool_item *next;
};

struct gt_pool {
    pthread_mutex_t lock;
    pthread_cond_t free;
    struct gt_pool_item *idle; /* the one used last is the first */
    int opened, most;
};

void gt_pool_init(struct gt_pool *pool, int most);
void gt_pool_done(struct gt_pool *pool);
/* Gives an idle item, or NULL where one more may be opened, which counts as opened already.
 * `wait_ms` -1: for ever.  GT_ERR_BUSY: none came free in this time. */
enum gt_err gt_pool_get(struct gt_pool *pool, int wait_ms, struct gt_pool_item **item) GT_CHECK;
void gt_pool_put(struct gt_pool *pool, struct gt_pool_item *item);
/* One that was got is no longer there. */
void gt_pool_drop(struct gt_pool *pool);
/* Takes an idle one out for closing it, which the caller then drops; NULL if there is none. */
struct gt_pool_item *gt_pool_take(struct gt_pool *pool);

/* --- the database (db.c) ---------------------------------------------------------------------- */

struct gt_sqlite; /* sqlite.h */
struct gt_odbc;   /* odbc.h */

struct gt_db {
    const struct gt_backend *backend;
    struct gt_sqlite *sqlite; /* NULL unless that is the backend */
    struct gt_odbc *odbc;     /* likewise */
    enum gt_dialect dialect;
    uint8_t seal_key[GT_KEY_SIZE];
    bool sealed;

    atomic_bool poisoned;
    pthread_mutex_t poison_lock;
    char poison_text[GT_ERR_TEXT_MAX]; /* the first reason */

    atomic_llong transactions, commits, retries, queue_max, trips, refused, cuts;
    atomic_bool away; /* a server: it is not there */
};

/* From now on every call gives GT_ERR_FATAL; the words are kept.  Gives GT_ERR_FATAL. */
enum gt_err gt_db_poison(struct gt_db *db, const char *why);
/* GT_OK, or GT_ERR_FATAL with the first reason. */
enum gt_err gt_db_trusted(struct gt_db *db) GT_CHECK;

#endif
