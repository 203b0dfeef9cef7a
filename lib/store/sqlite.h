/*
 * What the files of the SQLite backend share: connections, turns among processes, checkpoints, the
 * writer thread.
 *
 * sqlite_db.c and writer.c know threads and errors but no SQL; only sqlite.c and sqlite_tx.c know
 * SQLite's interface.
 */
#ifndef GT_STORE_SQLITE_H
#define GT_STORE_SQLITE_H

#include "store/internal.h"

#include <sqlite3.h>

/* --- connections (sqlite.c) ------------------------------------------------------------------- */

struct gt_conn;

enum gt_conn_use {
    GT_CONN_READER, /* one of the pool; small cache */
    GT_CONN_WRITER, /* the writer thread's */
    GT_CONN_MOVER,  /* moves the log into the database */
    GT_CONN_INLINE  /* the only one: locks the file for good, needs no shared memory */
};

/* Commands that a connection runs as they are. */
enum gt_conn_cmd {
    GT_CMD_BEGIN,
    GT_CMD_BEGIN_WRITE,
    GT_CMD_COMMIT,
    GT_CMD_SAVEPOINT,
    GT_CMD_RELEASE,
    GT_CMD_BACK, /* undoes what was done since the savepoint, which stays */
    GT_CMD_ROLLBACK,
    GT_CMD__MAX
};

/* Before the first connection: process-wide settings, where it is not too late for them. */
void gt_conn_setup(void);

enum gt_err gt_conn_open(struct gt_db *db, enum gt_conn_use use, struct gt_conn **conn) GT_CHECK;
void gt_conn_close(struct gt_conn *conn);
/* Brings a new database into its journal mode; other processes may be doing the same. */
enum gt_err gt_conn_make_wal(struct gt_conn *conn) GT_CHECK;
/* Whether the database is in its journal mode already. */
enum gt_err gt_conn_is_wal(struct gt_conn *conn, bool *wal) GT_CHECK;
/* The file's full name, with links followed.  Borrowed until gt_conn_close(). */
const char *gt_conn_path(const struct gt_conn *conn);

enum gt_err gt_conn_run(struct gt_conn *conn, enum gt_conn_cmd cmd) GT_CHECK;
/* Ends whatever transaction is open; never fails in a way that matters. */
void gt_conn_rollback(struct gt_conn *conn);
/* Whether a transaction is open: an error may have ended it. */
bool gt_conn_in_transaction(const struct gt_conn *conn);
/* Pages in the write-ahead log after this connection's last commit. */
int gt_conn_log_pages(const struct gt_conn *conn);
/* Moves what the log holds into the database file, as far as readers permit; `whole`: all of it. */
enum gt_err gt_conn_checkpoint(struct gt_conn *conn, bool *whole) GT_CHECK;

struct gt_conn {
    struct gt_pool_item item; /* of the pool; must be first */
    struct gt_db *db;
    sqlite3 *sqlite;
    sqlite3_stmt *cmds[GT_CMD__MAX];
    sqlite3_stmt **stmts; /* by gt_stmt_index(), prepared when first used */
    char *loose;          /* the text of the last of them, which is not registered */
    sqlite3_stmt *open;   /* of the open result */
    struct gt_hmac *hmac; /* NULL: rows have no seals */
    struct gt_keep *keep; /* of who writes; NULL: of a reader */
    sqlite3_stmt *others; /* asks for a number that changes when another connection has written */
    int64_t seen;         /* its last answer */
    int wal_pages;        /* in the log after the last commit */
};

/* Turns a result code into a failure with context; `what` says what was done. */
enum gt_err gt_conn_fail(struct gt_conn *conn, int rc, const char *what);

/* Runs `fn` on an open transaction of `conn` and gives what it came to (sqlite_tx.c). */
enum gt_err gt_conn_call(struct gt_conn *conn, bool writes, gt_db_fn fn, void *arg) GT_CHECK;

/* --- turns (turn.c) --------------------------------------------------------------------------- */

/* The two lock files by which processes take turns; see turn.c. */
struct gt_turn {
    int next, now; /* file descriptors */
};

enum gt_err gt_turn_open(struct gt_turn *turn, const char *db_path) GT_CHECK;
void gt_turn_close(struct gt_turn *turn);
/* Waits until it is this process's turn. */
enum gt_err gt_turn_take(struct gt_turn *turn) GT_CHECK;
void gt_turn_give(struct gt_turn *turn);

/* --- checkpoints (checkpoint.c) --------------------------------------------------------------- */

struct gt_mover;

enum gt_err gt_mover_start(struct gt_db *db, struct gt_mover **mover) GT_CHECK;
void gt_mover_stop(struct gt_mover *mover);
/* After each commit of the writer's, before it gives the turn: moves the log when it is time. */
void gt_mover_poll(struct gt_mover *mover, struct gt_conn *writer);
/* The same without a thread; `threshold` is kept between the calls, 0 at first. */
void gt_log_move_inline(struct gt_conn *conn, int *threshold);

/* --- files (vfs.c) ---------------------------------------------------------------------------- */

/* A VFS in front of `machine`'s (NULL: the default one), for connections that write. */
struct gt_vfs;

/* Made before the first connection on it; freed after the last. */
enum gt_err gt_vfs_new(const char *machine, struct gt_vfs **vfs) GT_CHECK;
/* Its name as a VFS.  Borrowed. */
const char *gt_vfs_name(const struct gt_vfs *vfs);
void gt_vfs_free(struct gt_vfs *vfs);

/* --- the writer thread (writer.c) ------------------------------------------------------------- */

struct gt_writer;

/* Takes `conn` and `turn` whether it succeeds or not. */
enum gt_err gt_writer_start(struct gt_db *db, struct gt_conn *conn, struct gt_turn *turn,
                            struct gt_writer **writer) GT_CHECK;
void gt_writer_stop(struct gt_writer *writer);
/* Hands the callback to the thread and waits for its result. */
enum gt_err gt_writer_run(struct gt_writer *writer, gt_db_fn fn, void *arg) GT_CHECK;
/* Whether the calling thread is the writer, that is: inside a callback. */
bool gt_writer_is_self(const struct gt_writer *writer);

/* --- the database (sqlite_db.c) --------------------------------------------------------------- */

struct gt_sqlite {
    char *path, *vfs;      /* vfs: NULL for the default one */
    struct gt_vfs *writes; /* of the writer and the mover; NULL when inline or relaxed */
    bool inline_mode;
    pthread_mutex_t inline_lock; /* of the inline connection; knows its owner */
    bool create;
    enum gt_db_sync sync;
    int cache_mib; /* as in gt_db_conf */

    struct gt_pool pool;         /* of readers */
    struct gt_writer *writer;    /* NULL when inline */
    struct gt_conn *inline_conn; /* NULL when not */
    int inline_threshold;        /* for gt_log_move_inline() */
};

#endif
