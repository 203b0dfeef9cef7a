/*
 * Transactions on SQLite: statements, prepared once a connection, their binds and their columns.
 *
 * Here is what tx.c asks of a backend; what sticks and what a value means is there.
 */
#include "base/buf.h"
#include "store/sqlite.h"

#include <stdlib.h>
#include <string.h>

/* Ceiling of one statement as expanded. */
#define SQL_MAX 65536

static struct gt_conn *conn_of(const struct gt_tx *tx)
{
    return tx->conn;
}

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

/* Finds the prepared statement, or prepares it. */
static enum gt_err stmt_get(struct gt_conn *c, const struct gt_stmt *const *stmt,
                            sqlite3_stmt **out)
{
    size_t i = gt_stmt_index(stmt);
    bool loose = i == gt_stmt_count();
    if (loose && c->loose && strcmp(c->loose, (*stmt)->sql) != 0) {
        sqlite3_finalize(c->stmts[i]);
        c->stmts[i] = NULL;
    }
    enum gt_err err = c->stmts[i] ? GT_OK : stmt_prepare(c, *stmt, &c->stmts[i]);
    if (!err && loose) {
        free(c->loose);
        c->loose = strdup((*stmt)->sql);
        if (!c->loose)
            err = gt_err_set(GT_ERR_NOMEM, "no memory for a statement");
    }
    if (!err)
        *out = c->stmts[i];
    return err;
}

/* Binds the prepared statement. */
static enum gt_err stmt_bind(struct gt_tx *tx, const struct gt_stmt *const *stmt,
                             const struct gt_val *vals, size_t nvals,
                             sqlite3_destructor_type lifetime, sqlite3_stmt **out)
{
    struct gt_conn *c = conn_of(tx);
    sqlite3_stmt *s = NULL;
    enum gt_err err = stmt_get(c, stmt, &s);
    if (err)
        return err;
    if (!tx->writes && !sqlite3_stmt_readonly(s))
        return gt_err_set(GT_ERR_INTERNAL, "writes in gt_db_read()");
    if (nvals != (size_t)sqlite3_bind_parameter_count(s))
        return gt_err_set(GT_ERR_INTERNAL, "%zu values for %d parameters", nvals,
                          sqlite3_bind_parameter_count(s));
    int rc = bind_all(s, vals, nvals, lifetime);
    if (rc != SQLITE_OK)
        return gt_conn_fail(c, rc, "bind");
    *out = s;
    return GT_OK;
}

static enum gt_err sqlite_exec(struct gt_tx *tx, const struct gt_stmt *const *stmt,
                               const struct gt_val *vals, size_t nvals, int64_t *changed)
{
    struct gt_conn *c = conn_of(tx);
    sqlite3_stmt *s = NULL;
    /* The caller's text lives until the statement is through; nothing is copied. */
    enum gt_err err = stmt_bind(tx, stmt, vals, nvals, SQLITE_STATIC, &s);
    if (err)
        return err;
    int rc = sqlite3_step(s);
    if (rc == SQLITE_ROW)
        err = gt_err_set(GT_ERR_INTERNAL, "gives rows");
    else if (rc != SQLITE_DONE)
        err = gt_conn_fail(c, rc, "exec");
    else
        *changed = sqlite3_changes64(c->sqlite);
    sqlite3_reset(s);
    return err;
}

static enum gt_err sqlite_query(struct gt_tx *tx, const struct gt_stmt *const *stmt,
                                const struct gt_val *vals, size_t nvals)
{
    return stmt_bind(tx, stmt, vals, nvals, SQLITE_TRANSIENT, &conn_of(tx)->open);
}

static enum gt_err sqlite_next(struct gt_tx *tx, int *ncols)
{
    struct gt_conn *c = conn_of(tx);
    int rc = sqlite3_step(c->open);
    *ncols = rc == SQLITE_ROW ? sqlite3_data_count(c->open) : 0;
    if (rc == SQLITE_ROW)
        return GT_OK;
    if (rc != SQLITE_DONE)
        return gt_conn_fail(c, rc, "query");
    sqlite3_reset(c->open);
    return GT_OK;
}

static enum gt_err sqlite_done(struct gt_tx *tx)
{
    struct gt_conn *c = conn_of(tx);
    sqlite3_reset(c->open);
    c->open = NULL;
    return GT_OK;
}

static enum gt_err sqlite_column(struct gt_tx *tx, int col, struct gt_cell *cell)
{
    sqlite3_stmt *s = conn_of(tx)->open;
    switch (sqlite3_column_type(s, col)) {
    case SQLITE_NULL:
        *cell = (struct gt_cell){.kind = GT_CELL_NULL};
        break;
    case SQLITE_INTEGER:
        *cell = (struct gt_cell){.kind = GT_CELL_INT, .i = sqlite3_column_int64(s, col)};
        break;
    case SQLITE_TEXT:
        *cell = (struct gt_cell){.kind = GT_CELL_TEXT};
        cell->t = (const char *)sqlite3_column_text(s, col);
        cell->len = (size_t)sqlite3_column_bytes(s, col);
        if (!cell->t)
            return gt_err_set(GT_ERR_NOMEM, "no memory for column %d", col + 1);
        break;
    default:
        *cell = (struct gt_cell){.kind = GT_CELL_OTHER};
    }
    return GT_OK;
}

static enum gt_err sqlite_script(struct gt_tx *tx, const char *sql)
{
    struct gt_conn *c = conn_of(tx);
    int rc = sqlite3_exec(c->sqlite, sql, NULL, NULL, NULL);
    if (rc == SQLITE_ERROR)
        return gt_err_set(GT_ERR_SYNTAX, "%s", sqlite3_errmsg(c->sqlite));
    return rc == SQLITE_OK ? GT_OK : gt_conn_fail(c, rc, "script");
}

static enum gt_err sqlite_has_table(struct gt_tx *tx, const char *table, bool *there)
{
    struct gt_conn *c = conn_of(tx);
    enum gt_err err = GT_OK;
    sqlite3_stmt *stmt = NULL;
    int rc = sqlite3_prepare_v2(c->sqlite,
                                "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?", -1,
                                &stmt, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_bind_text(stmt, 1, table, -1, SQLITE_STATIC);
    if (rc == SQLITE_OK)
        rc = sqlite3_step(stmt);
    if (rc != SQLITE_ROW && rc != SQLITE_DONE)
        err = gt_conn_fail(c, rc, "table");
    *there = rc == SQLITE_ROW;
    sqlite3_finalize(stmt);
    return err;
}

static enum gt_err sqlite_try(struct gt_tx *tx, const struct gt_stmt *stmt)
{
    sqlite3_stmt *prepared = NULL;
    enum gt_err err = stmt_prepare(conn_of(tx), stmt, &prepared);
    sqlite3_finalize(prepared);
    return err;
}

static const struct gt_tx_ops sqlite_ops = {
    .exec = sqlite_exec,
    .query = sqlite_query,
    .next = sqlite_next,
    .done = sqlite_done,
    .column = sqlite_column,
    .script = sqlite_script,
    .has_table = sqlite_has_table,
    .try = sqlite_try,
};

enum gt_err gt_conn_call(struct gt_conn *c, bool writes, gt_db_fn fn, void *arg)
{
    struct gt_tx tx = {.ops = &sqlite_ops,
                       .conn = c,
                       .hmac = c->hmac,
                       .writes = writes,
                       .keep = writes ? c->keep : NULL};
    return gt_tx_call(&tx, fn, arg);
}
