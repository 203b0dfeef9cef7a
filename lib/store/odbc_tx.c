/*
 * Transactions over ODBC: statements, prepared and bound once a connection, and their columns.
 *
 * A parameter is bound to memory that stays where it is; running the statement again only writes
 * new values there, because a new bind prepares it again at half the speed.  Text is checked to be
 * UTF-8 first: one bad byte spoils a FreeTDS connection for good.
 */
#include "base/text.h"
#include "store/odbc.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Ceilings: of one statement as expanded, of a column's text. */
#define SQL_MAX  65536
#define CELL_MAX ((size_t)16 << 20)

#define PARAM_SIZE 256  /* first memory of a text parameter */
#define CELL_SIZE  8192 /* and of a column's text */

static struct gt_odbc_conn *conn_of(const struct gt_tx *tx)
{
    return tx->conn;
}

/* --- statements ------------------------------------------------------------------------------- */

void gt_odbc_stmt_free(struct gt_odbc_stmt *s)
{
    if (!s)
        return;
    if (s->handle)
        SQLFreeHandle(SQL_HANDLE_STMT, s->handle);
    for (size_t i = 0; s->params && i < s->nparams; i++)
        free(s->params[i].t);
    free(s->params);
    free(s->types);
    free(s->loose);
    free(s);
}

enum gt_err gt_odbc_stmt_new(struct gt_odbc_conn *c, const char *sql, struct gt_odbc_stmt **out)
{
    SQLSMALLINT nparams = 0;
    struct gt_odbc_stmt *s = calloc(1, sizeof(*s));
    if (!s)
        return gt_err_set(GT_ERR_NOMEM, "no memory for a statement");
    enum gt_err err = GT_OK;
    s->ncols = -1;
    if (!SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_STMT, c->dbc, &s->handle))) {
        err = gt_odbc_fail(c, SQL_HANDLE_DBC, c->dbc, "prepare");
        gt_odbc_stmt_free(s);
        return err;
    }
    gt_odbc_in(c);
    SQLRETURN rc = SQLPrepare(s->handle, (SQLCHAR *)(uintptr_t)sql, SQL_NTS);
    if (SQL_SUCCEEDED(rc))
        rc = SQLNumParams(s->handle, &nparams);
    if (!SQL_SUCCEEDED(rc))
        err = gt_odbc_fail(c, SQL_HANDLE_STMT, s->handle, "prepare");
    gt_odbc_out(c);
    s->nparams = (size_t)nparams;
    s->params = calloc(s->nparams + 1, sizeof(s->params[0]));
    if (!err && !s->params)
        err = gt_err_set(GT_ERR_NOMEM, "no memory for a statement");
    if (err)
        gt_odbc_stmt_free(s);
    else
        *out = s;
    return err;
}

static enum gt_err stmt_prepare(struct gt_odbc_conn *c, const struct gt_stmt *stmt,
                                struct gt_odbc_stmt **out)
{
    struct gt_buf sql;
    gt_buf_init(&sql, SQL_MAX);
    enum gt_err err = gt_sql_expand(c->server->dialect, stmt->sql, &sql);
    if (!err && !gt_sql_single(sql.data))
        err = gt_err_set(GT_ERR_SYNTAX, "not one statement");
    if (!err)
        err = gt_odbc_stmt_new(c, sql.data, out);
    gt_buf_done(&sql);
    return err;
}

/* --- parameters ------------------------------------------------------------------------------- */

/* Writes a value where its parameter is bound; `*moved`: it must be bound anew. */
static enum gt_err param_set(struct gt_odbc_param *p, const struct gt_val *val, bool *moved)
{
    if (val->kind == GT_VAL_INT) {
        *moved = *moved || p->text;
        p->text = false;
        p->i = val->i;
        p->len = sizeof(p->i);
        return GT_OK;
    }
    size_t len = val->t ? strlen(val->t) : 0;
    if (!gt_utf8_valid(val->t ? val->t : "", len))
        return gt_err_set(GT_ERR_UTF8, "a text is not UTF-8");
    if (!p->text || len >= p->size) {
        size_t size = p->size ? p->size : PARAM_SIZE;
        while (size <= len)
            size *= 2;
        char *t = realloc(p->t, size);
        if (!t)
            return gt_err_set(GT_ERR_NOMEM, "no memory for a text");
        p->t = t;
        p->size = size;
        p->text = true;
        *moved = true;
    }
    memcpy(p->t, val->t ? val->t : "", len + 1);
    p->len = len ? (SQLLEN)len : SQL_NULL_DATA;
    return GT_OK;
}

static SQLRETURN param_bind(const struct gt_odbc_conn *c, struct gt_odbc_stmt *s, size_t i)
{
    struct gt_odbc_param *p = &s->params[i];
    SQLUSMALLINT at = (SQLUSMALLINT)(i + 1);
    if (!p->text)
        return SQLBindParameter(s->handle, at, SQL_PARAM_INPUT, SQL_C_SBIGINT, SQL_BIGINT, 19, 0,
                                &p->i, sizeof(p->i), &p->len);
    /* Whatever fits into the memory must fit into the declared size, or it would be cut. */
    bool fits = p->size <= GT_TEXT_MOST;
    return SQLBindParameter(s->handle, at, SQL_PARAM_INPUT, SQL_C_CHAR,
                            fits ? c->server->text_type : c->server->long_type,
                            fits ? GT_TEXT_MOST : (SQLULEN)p->size, 0, p->t, (SQLLEN)p->size,
                            &p->len);
}

static enum gt_err stmt_bind(struct gt_odbc_conn *c, struct gt_odbc_stmt *s,
                             const struct gt_val *vals, size_t nvals)
{
    bool moved = !s->bound;
    if (nvals != s->nparams)
        return gt_err_set(GT_ERR_INTERNAL, "%zu values for %zu parameters", nvals, s->nparams);
    for (size_t i = 0; i < nvals; i++) {
        enum gt_err err = param_set(&s->params[i], &vals[i], &moved);
        if (err)
            return err;
    }
    for (size_t i = 0; moved && i < nvals; i++) {
        if (!SQL_SUCCEEDED(param_bind(c, s, i)))
            return gt_odbc_fail(c, SQL_HANDLE_STMT, s->handle, "bind");
    }
    s->bound = true;
    return GT_OK;
}

/* --- running ---------------------------------------------------------------------------------- */

static bool only_reads(const struct gt_stmt *stmt)
{
    return strncasecmp(stmt->sql, "SELECT", 6) == 0;
}

/* Columns and their types, known when it was executed for the first time. */
static enum gt_err stmt_describe(struct gt_odbc_conn *c, struct gt_odbc_stmt *s)
{
    SQLSMALLINT n = 0;
    if (s->ncols >= 0)
        return GT_OK;
    if (!SQL_SUCCEEDED(SQLNumResultCols(s->handle, &n)))
        return gt_odbc_fail(c, SQL_HANDLE_STMT, s->handle, "columns");
    s->types = calloc((size_t)n + 1, sizeof(s->types[0]));
    if (!s->types)
        return gt_err_set(GT_ERR_NOMEM, "no memory for a statement");
    for (SQLSMALLINT i = 0; i < n; i++) {
        SQLCHAR name[64];
        SQLSMALLINT len, digits, nullable;
        SQLULEN size;
        SQLRETURN rc = SQLDescribeCol(s->handle, (SQLUSMALLINT)(i + 1), name, sizeof(name), &len,
                                      &s->types[i], &size, &digits, &nullable);
        if (!SQL_SUCCEEDED(rc))
            return gt_odbc_fail(c, SQL_HANDLE_STMT, s->handle, "columns");
    }
    s->ncols = n;
    return GT_OK;
}

enum gt_err gt_odbc_stmt_run(struct gt_odbc_conn *c, struct gt_odbc_stmt *s,
                             const struct gt_val *vals, size_t nvals)
{
    enum gt_err err = stmt_bind(c, s, vals, nvals);
    if (err)
        return err;
    gt_odbc_in(c);
    SQLRETURN rc = SQLExecute(s->handle);
    if (!SQL_SUCCEEDED(rc) && rc != SQL_NO_DATA)
        err = gt_odbc_fail(c, SQL_HANDLE_STMT, s->handle, "execute");
    gt_odbc_out(c);
    return err;
}

/* Finds the prepared statement, or prepares it. */
static enum gt_err stmt_get(struct gt_odbc_conn *c, const struct gt_stmt *const *stmt,
                            struct gt_odbc_stmt **out)
{
    size_t i = gt_stmt_index(stmt);
    struct gt_odbc_stmt **slot = &c->stmts[i];
    if (*slot && (*slot)->loose && strcmp((*slot)->loose, (*stmt)->sql) != 0) {
        gt_odbc_stmt_free(*slot);
        *slot = NULL;
    }
    enum gt_err err = *slot ? GT_OK : stmt_prepare(c, *stmt, slot);
    if (!err && i == gt_stmt_count() && !(*slot)->loose) {
        (*slot)->loose = strdup((*stmt)->sql);
        if (!(*slot)->loose)
            err = gt_err_set(GT_ERR_NOMEM, "no memory for a statement");
    }
    if (!err)
        *out = *slot;
    return err;
}

/* Finds the prepared statement, binds and executes it. */
static enum gt_err stmt_run(struct gt_tx *tx, const struct gt_stmt *const *stmt,
                            const struct gt_val *vals, size_t nvals, struct gt_odbc_stmt **out)
{
    struct gt_odbc_conn *c = conn_of(tx);
    struct gt_odbc_stmt *s = NULL;
    if (c->most && ++c->count > c->most)
        return gt_err_set(GT_ERR_INTERNAL, "a second statement in gt_db_look()");
    if (!tx->writes && !only_reads(*stmt))
        return gt_err_set(GT_ERR_INTERNAL, "writes in gt_db_read()");
    enum gt_err err = stmt_get(c, stmt, &s);
    if (!err)
        err = gt_odbc_stmt_run(c, s, vals, nvals);
    if (!err)
        err = stmt_describe(c, s);
    if (!err)
        *out = s;
    return err;
}

/* Reads on to the end of all results and closes them: an error may stand behind the last row. */
static enum gt_err stmt_end(struct gt_odbc_conn *c, struct gt_odbc_stmt *s, bool rows)
{
    SQLRETURN rc = SQL_SUCCESS;
    enum gt_err err = GT_OK;
    gt_odbc_in(c);
    while (rows && SQL_SUCCEEDED(rc))
        rc = SQLFetch(s->handle);
    if (SQL_SUCCEEDED(rc) || rc == SQL_NO_DATA) {
        do
            rc = SQLMoreResults(s->handle);
        while (SQL_SUCCEEDED(rc));
    }
    if (rc != SQL_NO_DATA)
        err = gt_odbc_fail(c, SQL_HANDLE_STMT, s->handle, "end");
    SQLFreeStmt(s->handle, SQL_CLOSE);
    atomic_store_explicit(&c->since, 0, memory_order_relaxed);
    return err;
}

static enum gt_err odbc_exec(struct gt_tx *tx, const struct gt_stmt *const *stmt,
                             const struct gt_val *vals, size_t nvals, int64_t *changed)
{
    struct gt_odbc_conn *c = conn_of(tx);
    struct gt_odbc_stmt *s = NULL;
    SQLLEN n = 0;
    enum gt_err err = stmt_run(tx, stmt, vals, nvals, &s);
    if (err)
        return err;
    bool rows = s->ncols > 0;
    if (rows)
        err = gt_err_set(GT_ERR_INTERNAL, "gives rows");
    else if (!SQL_SUCCEEDED(SQLRowCount(s->handle, &n)))
        err = gt_odbc_fail(c, SQL_HANDLE_STMT, s->handle, "count");
    enum gt_err end = stmt_end(c, s, rows);
    *changed = n > 0 ? n : 0;
    return err ? err : end;
}

static enum gt_err odbc_query(struct gt_tx *tx, const struct gt_stmt *const *stmt,
                              const struct gt_val *vals, size_t nvals)
{
    struct gt_odbc_stmt *s = NULL;
    enum gt_err err = stmt_run(tx, stmt, vals, nvals, &s);
    if (!err && s->ncols == 0)
        err = gt_err_set(GT_ERR_INTERNAL, "gives no rows");
    if (!err)
        conn_of(tx)->open = s;
    return err;
}

static enum gt_err odbc_next(struct gt_tx *tx, int *ncols)
{
    struct gt_odbc_conn *c = conn_of(tx);
    gt_odbc_in(c);
    SQLRETURN rc = SQLFetch(c->open->handle);
    enum gt_err err = GT_OK;
    if (!SQL_SUCCEEDED(rc) && rc != SQL_NO_DATA)
        err = gt_odbc_fail(c, SQL_HANDLE_STMT, c->open->handle, "fetch");
    atomic_store_explicit(&c->since, 0, memory_order_relaxed);
    *ncols = SQL_SUCCEEDED(rc) ? c->open->ncols : 0;
    return err;
}

static enum gt_err odbc_done(struct gt_tx *tx)
{
    struct gt_odbc_conn *c = conn_of(tx);
    struct gt_odbc_stmt *s = c->open;
    c->open = NULL;
    if (tx->err) {
        SQLFreeStmt(s->handle, SQL_CLOSE);
        return GT_OK;
    }
    return stmt_end(c, s, !tx->ended);
}

/* --- columns ---------------------------------------------------------------------------------- */

/* Reads a column as text, however long it is. */
static enum gt_err cell_text(struct gt_odbc_conn *c, SQLUSMALLINT at, struct gt_cell *cell)
{
    SQLHSTMT handle = c->open->handle;
    SQLLEN len = 0;
    size_t have = 0;
    for (;;) {
        if (c->cell_size - have < CELL_SIZE) {
            size_t size = c->cell_size ? 2 * c->cell_size : CELL_SIZE;
            char *more = size > CELL_MAX ? NULL : realloc(c->cell, size);
            if (!more)
                return gt_err_set(GT_ERR_NOMEM, "no memory for column %d", at);
            c->cell = more;
            c->cell_size = size;
        }
        size_t room = c->cell_size - have;
        SQLRETURN rc = SQLGetData(handle, at, SQL_C_CHAR, c->cell + have, (SQLLEN)room, &len);
        if (!SQL_SUCCEEDED(rc) && rc != SQL_NO_DATA)
            return gt_odbc_fail(c, SQL_HANDLE_STMT, handle, "column");
        if (len == SQL_NULL_DATA) {
            cell->kind = GT_CELL_NULL;
            return GT_OK;
        }
        bool whole = rc == SQL_NO_DATA || (len != SQL_NO_TOTAL && (size_t)len < room);
        if (rc != SQL_NO_DATA)
            have += whole ? (size_t)len : strnlen(c->cell + have, room);
        if (whole)
            break;
    }
    c->cell[have] = '\0';
    cell->t = c->cell;
    cell->len = have;
    return GT_OK;
}

static enum gt_err cell_int(struct gt_odbc_conn *c, SQLUSMALLINT at, struct gt_cell *cell)
{
    SQLLEN len = 0;
    SQLBIGINT value = 0;
    SQLRETURN rc =
        SQLGetData(c->open->handle, at, SQL_C_SBIGINT, &value, (SQLLEN)sizeof(value), &len);
    if (!SQL_SUCCEEDED(rc))
        return gt_odbc_fail(c, SQL_HANDLE_STMT, c->open->handle, "column");
    if (len == SQL_NULL_DATA)
        cell->kind = GT_CELL_NULL;
    cell->i = value;
    return GT_OK;
}

/* A sum of integers is a decimal number to some servers. */
static enum gt_err cell_decimal(struct gt_odbc_conn *c, SQLUSMALLINT at, struct gt_cell *cell)
{
    enum gt_err err = cell_text(c, at, cell);
    if (!err && cell->kind != GT_CELL_NULL)
        err = gt_err_add(gt_int_parse(cell->t, &cell->i), "column %d", at);
    return err;
}

static enum gt_err odbc_column(struct gt_tx *tx, int col, struct gt_cell *cell)
{
    struct gt_odbc_conn *c = conn_of(tx);
    SQLUSMALLINT at = (SQLUSMALLINT)(col + 1);
    switch (c->open->types[col]) {
    case SQL_BIGINT:
    case SQL_INTEGER:
    case SQL_SMALLINT:
    case SQL_TINYINT:
    case SQL_BIT:
        *cell = (struct gt_cell){.kind = GT_CELL_INT};
        return cell_int(c, at, cell);
    case SQL_NUMERIC:
    case SQL_DECIMAL:
        *cell = (struct gt_cell){.kind = GT_CELL_INT};
        return cell_decimal(c, at, cell);
    case SQL_CHAR:
    case SQL_VARCHAR:
    case SQL_LONGVARCHAR:
    case SQL_WCHAR:
    case SQL_WVARCHAR:
    case SQL_WLONGVARCHAR:
        *cell = (struct gt_cell){.kind = GT_CELL_TEXT};
        return cell_text(c, at, cell);
    default:
        *cell = (struct gt_cell){.kind = GT_CELL_OTHER};
        return GT_OK;
    }
}

/* --- the rest --------------------------------------------------------------------------------- */

static enum gt_err odbc_script(struct gt_tx *tx, const char *sql)
{
    return gt_odbc_text(conn_of(tx), sql, NULL);
}

static enum gt_err odbc_has_table(struct gt_tx *tx, const char *table, bool *there)
{
    struct gt_odbc_conn *c = conn_of(tx);
    struct gt_odbc_stmt *s = NULL;
    enum gt_err err = gt_odbc_stmt_new(c, c->server->has_table, &s);
    if (!err)
        err = gt_odbc_stmt_run(c, s, &GT_TEXT(table), 1);
    if (!err) {
        SQLRETURN rc = SQLFetch(s->handle);
        *there = SQL_SUCCEEDED(rc);
        if (*there || rc == SQL_NO_DATA)
            err = stmt_end(c, s, *there);
        else
            err = gt_odbc_fail(c, SQL_HANDLE_STMT, s->handle, "table");
    }
    gt_odbc_stmt_free(s);
    return err;
}

/* The driver sends a statement when somebody asks what it is like. */
static enum gt_err odbc_try(struct gt_tx *tx, const struct gt_stmt *stmt)
{
    struct gt_odbc_conn *c = conn_of(tx);
    struct gt_odbc_stmt *s = NULL;
    SQLSMALLINT ncols = 0;
    enum gt_err err = stmt_prepare(c, stmt, &s);
    if (err)
        return err;
    gt_odbc_in(c);
    if (!SQL_SUCCEEDED(SQLNumResultCols(s->handle, &ncols)))
        err = gt_odbc_fail(c, SQL_HANDLE_STMT, s->handle, "prepare");
    gt_odbc_out(c);
    gt_odbc_stmt_free(s);
    return err;
}

/* Every write transaction has changed its row of gt_mark, so who locks the table waits for all. */
static enum gt_err odbc_alone(struct gt_tx *tx)
{
    struct gt_odbc_conn *c = conn_of(tx);
    return c->mark ? gt_odbc_text(c, c->server->alone, NULL) : GT_OK;
}

static const struct gt_tx_ops odbc_ops = {
    .exec = odbc_exec,
    .query = odbc_query,
    .next = odbc_next,
    .done = odbc_done,
    .column = odbc_column,
    .script = odbc_script,
    .has_table = odbc_has_table,
    .try = odbc_try,
    .flush = gt_odbc_flush,
    .alone = odbc_alone,
};

void gt_odbc_tx(struct gt_odbc_conn *c, bool writes, struct gt_tx *tx)
{
    *tx = (struct gt_tx){
        .ops = &odbc_ops, .conn = c, .later = c->later, .hmac = c->hmac, .writes = writes};
}

enum gt_err gt_odbc_call(struct gt_odbc_conn *c, bool writes, gt_db_fn fn, void *arg)
{
    struct gt_tx tx;
    gt_odbc_tx(c, writes, &tx);
    return gt_tx_call(&tx, fn, arg);
}
