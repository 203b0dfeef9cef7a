/*
 * What the files of the ODBC backend share.
 *
 * odbc_db.c runs callbacks: which connection, when again, what a lost link means; odbc_group.c many
 * of them in one transaction.  odbc_conn.c opens connections and runs text on them, odbc_tx.c
 * statements and columns, odbc_fail.c makes failures of what drivers say, odbc_string.c connection
 * strings; server.c knows how each server is spoken to and what its errors mean.  away.c knows
 * whether the server is there, watch.c looks after threads that wait for it, wire.c cuts the socket
 * below them.
 */
#ifndef GT_STORE_ODBC_H
#define GT_STORE_ODBC_H

#include "base/buf.h"
#include "store/internal.h"

#include <sql.h>
#include <sqlext.h>

/* --- servers (server.c) ----------------------------------------------------------------------- */

/* What an error means for the transaction, besides its failure. */
enum gt_fate {
    GT_FATE_FAILED, /* it is over; another run would fail alike */
    GT_FATE_AGAIN,  /* others were in the way: another run may succeed */
    GT_FATE_LOST    /* the link is gone, or the server is about to go */
};

struct gt_server_code {
    const char *state; /* SQLSTATE; of one with two characters, its class; NULL ends the table */
    SQLINTEGER native; /* the server's own number; 0: the state decides */
    enum gt_err err;
    enum gt_fate fate;
};

/* How several writes go in one round trip. */
enum gt_join {
    GT_JOIN_NONE, /* they do not */
    GT_JOIN_WITH, /* as parts of one WITH, with arrays of rows */
    GT_JOIN_BATCH /* one after the other */
};

/* What the platform wants of a server: `ask` gives 'good', or there is a problem. */
struct gt_server_want {
    const char *ask, *problem, *mend; /* ask NULL ends the table */
};

/* A server as the backend speaks to it: texts of its dialect, and its error codes. */
struct gt_server {
    enum gt_dialect dialect;
    const char *setup;         /* run once on each connection */
    const char *setup_serving; /* and this in a process that serves others; NULL: nothing */
    const char *begin;         /* a write transaction; what follows is in the same round trip */
    /* Run once on a connection whose transactions are of many callbacks (NULL: there are none), and
     * what begins those. */
    const char *together, *begin_together;
    const char *begin_read; /* one state of the database */
    const char *commit, *rollback;
    const char *has_table; /* the name is its parameter */
    const char *mark_look; /* the row of gt_mark, when nobody holds it; %lld is its id */
    const char *alone;     /* waits for all other write transactions, and keeps them out */
    const char *clock;     /* UTC milliseconds by the server's clock */
    const char *isolation; /* what the server says of isolation; of collations; NULL: nothing */
    const char *collation;
    SQLSMALLINT text_type, long_type; /* what text is bound as; above GT_TEXT_MOST characters */
    enum gt_join join;
    const struct gt_server_code *codes;
    const struct gt_server_want *wants;
};

/* Characters of a parameter's declared size: the column refuses what is too long for it, a smaller
 * size here would cut it silently. */
#define GT_TEXT_MOST 4000

/* The server with this product name (SQL_DBMS_NAME); NULL if it is none we know. */
const struct gt_server *gt_server_find(const char *product);
/* What an error means.  A code that is in no table is GT_ERR_INTERNAL, GT_FATE_FAILED. */
const struct gt_server_code *gt_server_code(const struct gt_server *server, const char *state,
                                            SQLINTEGER native);

/* --- connection strings (odbc_string.c) ------------------------------------------------------- */

/* Appends `given` and whatever its driver needs to be safe and was not said in it.  `patient`: a
 * statement may take as long as it takes. */
enum gt_err gt_odbc_string(const char *given, bool patient, struct gt_buf *out) GT_CHECK;
/* The value of a key; false if it is not there. */
bool gt_odbc_value(const char *string, const char *key, char *out, size_t size);

/* --- connections (odbc_conn.c) ---------------------------------------------------------------- */

struct gt_odbc_param {
    bool text; /* else an integer */
    int64_t i;
    char *t;     /* where it is bound; NULL until the first text */
    size_t size; /* of `t` */
    SQLLEN len;  /* or SQL_NULL_DATA */
};

struct gt_odbc_stmt {
    SQLHSTMT handle;
    char *loose; /* the text of one that is not registered, else NULL */
    size_t nparams;
    bool bound;
    int ncols;                    /* -1 until it was executed */
    struct gt_odbc_param *params; /* [nparams] */
    SQLSMALLINT *types;           /* [ncols] */
};

/* Sequences of writes that a connection keeps prepared. */
#define GT_BATCHES_MAX 64
#define GT_BATCH_MOST  12 /* writes of one */

struct gt_odbc_batch;  /* odbc_batch.c */
struct gt_odbc_merges; /* odbc_merge.c */
struct gt_row_vals;    /* later.h */

struct gt_odbc_conn {
    struct gt_pool_item item;   /* of the pool; must be first */
    struct gt_odbc_conn *other; /* all there are, for the watch; under its lock */
    struct gt_db *db;
    const struct gt_server *server;
    SQLHDBC dbc;
    SQLHSTMT text;                 /* runs text as it is */
    struct gt_odbc_stmt **stmts;   /* by gt_stmt_index(), prepared when first used */
    struct gt_odbc_stmt *open;     /* of the open result */
    struct gt_odbc_batch *batches; /* [GT_BATCHES_MAX], NULL before the first */
    unsigned next_batch;
    struct gt_row_vals *row_vals;  /* [GT_BATCH_MOST], NULL before the first */
    struct gt_odbc_merges *merges; /* likewise */
    struct gt_later *later;
    struct gt_hmac *hmac; /* NULL: rows have no seals */
    char *cell;           /* a column's text */
    size_t cell_size;
    enum gt_fate fate;            /* the worst since the connection was taken */
    bool broken;                  /* something failed since then */
    struct gt_odbc_conn **holder; /* who keeps it between transactions; NULL: the pool */
    int most, count;              /* statements it may run now, 0: any number; has run */
    int64_t mark, seq;  /* its row of gt_mark, 0: none; number of its last write transaction */
    atomic_llong since; /* when the driver was entered, monotonic milliseconds; 0: it is not */
    /* Under the lock of gt_odbc: */
    bool used; /* and by whom */
    pthread_t user;
    int64_t limit; /* when its user must have an answer, monotonic milliseconds; 0: none */
    bool cut;      /* the watch has cut it */
    int wire;      /* duplicate of its socket, -1: not known */
};

/* The whole: one environment for all connections. */
struct gt_odbc {
    struct gt_db *db;
    SQLHENV env;
    char *string; /* holds the secret */
    int connect_ms, stuck_ms;
    struct gt_pool pool;
    struct gt_watch *watch;
    pthread_mutex_t lock;
    struct gt_odbc_conn *all; /* with who uses them, under the lock */
    int port;                 /* the server's, as seen; 0: not known; for who connects */
    struct gt_group *group;   /* NULL: each callback has a transaction of its own */
    atomic_llong down_until;  /* no connecting before; monotonic milliseconds */
    atomic_llong heard;       /* when a transaction last ended on a link that lives */
    atomic_llong away_since;  /* when the server was found to be away, 0: it is not */
};

/* Opens a connection.  GT_ERR_BUSY: the server is not there now; GT_ERR_DENIED, GT_ERR_CONFIG. */
enum gt_err gt_odbc_connect(struct gt_db *db, struct gt_odbc_conn **conn) GT_CHECK;
void gt_odbc_disconnect(struct gt_odbc_conn *conn);

/* Around each call of the driver that may wait for the server. */
void gt_odbc_in(struct gt_odbc_conn *conn);
void gt_odbc_out(struct gt_odbc_conn *conn);

/* Runs text, any number of statements; `*rows` (may be NULL) is what the last of them changed. */
enum gt_err gt_odbc_text(struct gt_odbc_conn *conn, const char *sql, int64_t *rows) GT_CHECK;
/* Runs text that gives one value.  GT_ERR_ABSENT: it gave no row. */
enum gt_err gt_odbc_value_int(struct gt_odbc_conn *conn, const char *sql, int64_t *out) GT_CHECK;
enum gt_err gt_odbc_value_text(struct gt_odbc_conn *conn, const char *sql, char *out,
                               size_t size) GT_CHECK;

/* --- failures (odbc_fail.c) ------------------------------------------------------------------- */

/* Turns the diagnosis of a handle into a failure with context, and notes its fate. */
enum gt_err gt_odbc_fail(struct gt_odbc_conn *conn, SQLSMALLINT kind, SQLHANDLE handle,
                         const char *what);
/* The same for a connect, in plain words and without the secret. */
enum gt_err gt_odbc_connect_fail(struct gt_odbc_conn *conn);
/* Masks in `text` the values of the string's secret keys, and its secret where it stands alone. */
void gt_odbc_mask(const char *string, char *text, size_t size);

/* --- using connections (odbc_db.c) ------------------------------------------------------------ */

/* Takes a connection and gives it back, or closes it if it was lost; `*holder` is then NULL. use():
 * it is kept, and now used by this thread. */
enum gt_err gt_odbc_get(struct gt_db *db, struct gt_odbc_conn **conn) GT_CHECK;
void gt_odbc_put(struct gt_db *db, struct gt_odbc_conn *conn);
void gt_odbc_use(struct gt_odbc_conn *conn);
/* Undoes the transaction. */
void gt_odbc_rollback(struct gt_odbc_conn *conn);
/* Commits, and gives the connection back in any case. */
enum gt_err gt_odbc_commit(struct gt_db *db, struct gt_odbc_conn *conn,
                           struct gt_run *run) GT_CHECK;

/* --- many callbacks in one transaction (odbc_group.c) ----------------------------------------- */

struct gt_group;

enum gt_err gt_group_start(struct gt_db *db, struct gt_group **group) GT_CHECK;
void gt_group_stop(struct gt_group *group);
/* Runs `fn` with others.  `*again`: nothing of it is stored, and it shall be run by itself. */
enum gt_err gt_group_run(struct gt_group *group, gt_db_fn fn, void *arg, bool *again) GT_CHECK;
/* A callback that goes by itself begins, or has ended. */
void gt_group_others(struct gt_group *group, bool begin);

/* --- transactions (odbc_tx.c) ----------------------------------------------------------------- */

/* What a callback sees of the connection. */
void gt_odbc_tx(struct gt_odbc_conn *conn, bool writes, struct gt_tx *tx);
enum gt_err gt_odbc_call(struct gt_odbc_conn *conn, bool writes, gt_db_fn fn, void *arg) GT_CHECK;
/* Prepares SQL that is expanded already. */
enum gt_err gt_odbc_stmt_new(struct gt_odbc_conn *conn, const char *sql,
                             struct gt_odbc_stmt **stmt) GT_CHECK;
void gt_odbc_stmt_free(struct gt_odbc_stmt *stmt);
/* Binds the values and executes. */
enum gt_err gt_odbc_stmt_run(struct gt_odbc_conn *conn, struct gt_odbc_stmt *stmt,
                             const struct gt_val *vals, size_t nvals) GT_CHECK;

/* --- several writes at once (odbc_batch.c, odbc_merge.c) -------------------------------------- */

enum gt_err gt_odbc_flush(struct gt_tx *tx) GT_CHECK;
enum gt_err gt_odbc_merge(struct gt_tx *tx) GT_CHECK;
void gt_odbc_batches_free(struct gt_odbc_conn *conn);
void gt_odbc_merges_free(struct gt_odbc_conn *conn);
/* Reads a row of `n` counts. */
enum gt_err gt_odbc_counts(struct gt_odbc_conn *conn, struct gt_odbc_stmt *stmt, int n,
                           int64_t counts[]) GT_CHECK;

/* --- marks (odbc_mark.c) ---------------------------------------------------------------------- */

/* Begins a write transaction that leaves a mark, so that its outcome can be looked up. */
enum gt_err gt_mark_begin(struct gt_odbc_conn *conn) GT_CHECK;
/* Takes the connection's row away when it is closed in order. */
void gt_mark_drop(struct gt_odbc_conn *conn);
/* After a lost commit, on another connection: whether the transaction `seq` of `mark` is stored. */
enum gt_err gt_mark_find(struct gt_odbc_conn *conn, int64_t mark, int64_t seq,
                         bool *stored) GT_CHECK;

/* --- whether the server is there (away.c) ----------------------------------------------------- */

/* It answered. */
void gt_away_heard(struct gt_odbc *odbc);
/* Something failed as it does when the server is away: if nothing was heard of it for a while, it
 * is. */
void gt_away_begin(struct gt_odbc *odbc, const char *why);
bool gt_away(struct gt_odbc *odbc);
/* Away for so long that nobody waits for it any more. */
bool gt_away_for_long(struct gt_odbc *odbc);
/* Whether anybody takes a TCP connection at its address, where that is known; takes half a second
 * at most. */
bool gt_away_reach(const struct gt_odbc *odbc);

/* --- the socket below a connection (wire.c) --------------------------------------------------- */

/* Our ports of the links that are there already. */
#define GT_WIRES_MAX 256
struct gt_wires {
    int n, ours[GT_WIRES_MAX];
};

/* Before and after connecting, while nobody else connects: finds the socket of the new connection.
 */
void gt_wire_before(const struct gt_odbc *odbc, struct gt_wires *before);
void gt_wire_find(struct gt_odbc_conn *conn, const struct gt_wires *before);
/* Ends the link, so that a thread inside the driver comes back; false if it is not known. */
bool gt_wire_cut(struct gt_odbc_conn *conn);
/* Under the lock of gt_odbc, together with leaving its list. */
void gt_wire_close(struct gt_odbc_conn *conn);

/* --- the watch (watch.c) ---------------------------------------------------------------------- */

struct gt_watch;

/* A thread that cuts the link when another waits too long in the driver, and ends the process where
 * that does not help. */
enum gt_err gt_watch_start(struct gt_odbc *odbc, struct gt_watch **watch) GT_CHECK;
void gt_watch_stop(struct gt_watch *watch);

#endif
