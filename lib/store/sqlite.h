/*
 * What the two files that know SQLite share: a connection, and how its errors are told.
 */
#ifndef GT_STORE_SQLITE_H
#define GT_STORE_SQLITE_H

#include "store/internal.h"

#include <sqlite3.h>

struct gt_conn {
    struct gt_db *db;
    sqlite3 *sqlite;
    sqlite3_stmt *cmds[GT_CMD__MAX];
    sqlite3_stmt **stmts; /* by gt_stmt_index(), prepared when first used */
    struct gt_hmac *hmac; /* NULL: rows have no seals */
    struct gt_conn *link; /* of the pool */
    int wal_pages;        /* in the log after the last commit */
};

/* Turns a result code into a failure with context; `what` says what was done. */
enum gt_err gt_conn_fail(struct gt_conn *conn, int rc, const char *what);

#endif
