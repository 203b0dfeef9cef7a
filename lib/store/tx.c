/*
 * Transactions on SQLite: statements, prepared once a connection, their binds and their columns.
 *
 * The first failure sticks to the transaction; each of the functions here does nothing after it.
 */
#include "base/buf.h"
#include "store/schema.h"
#include "store/sqlite.h"

#include <string.h>

/* Ceiling of one statement as expanded. */
#define SQL_MAX 65536

struct gt_tx {
    struct gt_conn *conn;
    bool writes;
    bool done;                  /* the open result has no more rows */
    enum gt_err err;            /* the first failure */
    const struct gt_stmt *name; /* of the last statement, for messages */
    sqlite3_stmt *open;         /* the open result, NULL if none */
    int col, ncols;             /* next column; columns of the row it stands on, 0 if on none */
};

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
            err = gt_conn_fail(c, rc, "prepare");
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
            err = gt_conn_fail(c, rc, "bind");
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
        err = gt_conn_fail(tx->conn, rc, "exec");
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
        tx_fail_at(tx, gt_conn_fail(tx->conn, rc, "query"));
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
        err = gt_conn_fail(tx->conn, rc, "script");
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
        tx_fail_at(tx, gt_conn_fail(tx->conn, rc, "table"));
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
