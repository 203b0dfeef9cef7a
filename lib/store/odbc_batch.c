/*
 * Several writes in one round trip.
 *
 * PostgreSQL prepares one statement at a time, but one statement may hold many: each write is a
 * part of a WITH, and what it gives is how many rows each has changed.  They see one state and come
 * in no order, which is right for writes of different rows.  MSSQL takes a batch.  What a program
 * writes together is always the same few sequences, so each is prepared once a connection.
 */
#include "store/later.h"
#include "store/odbc.h"

#include <stdlib.h>
#include <string.h>

/* Ceiling of the text of a sequence. */
#define SQL_MAX ((size_t)1 << 18)

struct gt_odbc_batch {
    int n;
    size_t index[GT_LATER_MAX]; /* of the statements, in order */
    struct gt_odbc_stmt *stmt;
};

void gt_odbc_batches_free(struct gt_odbc_conn *c)
{
    for (int i = 0; c->batches && i < GT_BATCHES_MAX; i++)
        gt_odbc_stmt_free(c->batches[i].stmt);
    free(c->batches);
}

/* --- making one ------------------------------------------------------------------------------- */

static enum gt_err text_make(const struct gt_server *server, const struct gt_later *l,
                             struct gt_buf *out)
{
    enum gt_err err = GT_OK;
    bool with = server->join == GT_JOIN_WITH;
    for (int i = 0; !err && i < l->n; i++) {
        if (with)
            gt_buf_printf(out, "%s w%d AS (", i ? "," : "WITH", i);
        err = gt_sql_expand(server->dialect, (*l->writes[i].stmt)->sql, out);
        gt_buf_puts(out, with ? " RETURNING 1)" : "; SELECT @@ROWCOUNT; ");
    }
    for (int i = 0; with && i < l->n; i++)
        gt_buf_printf(out, "%s (SELECT COUNT(*) FROM w%d)", i ? "," : " SELECT", i);
    return err ? err : gt_buf_err(out);
}

static bool batch_is(const struct gt_odbc_batch *b, const struct gt_later *l)
{
    bool same = b->stmt && b->n == l->n;
    for (int i = 0; same && i < l->n; i++)
        same = b->index[i] == gt_stmt_index(l->writes[i].stmt);
    return same;
}

/* The prepared sequence; one that is new takes the place of the one that was made longest ago. */
static enum gt_err batch_get(struct gt_odbc_conn *c, const struct gt_later *l,
                             struct gt_odbc_stmt **out)
{
    struct gt_buf sql;
    if (!c->batches)
        c->batches = calloc(GT_BATCHES_MAX, sizeof(c->batches[0]));
    if (!c->batches)
        return gt_err_set(GT_ERR_NOMEM, "no memory for a batch");
    for (int i = 0; i < GT_BATCHES_MAX; i++) {
        if (batch_is(&c->batches[i], l)) {
            *out = c->batches[i].stmt;
            return GT_OK;
        }
    }
    struct gt_odbc_batch *b = &c->batches[c->next_batch++ % GT_BATCHES_MAX];
    gt_odbc_stmt_free(b->stmt);
    b->stmt = NULL;
    gt_buf_init(&sql, SQL_MAX);
    enum gt_err err = text_make(c->server, l, &sql);
    if (!err)
        err = gt_odbc_stmt_new(c, sql.data, &b->stmt);
    gt_buf_done(&sql);
    b->n = l->n;
    for (int i = 0; i < l->n; i++)
        b->index[i] = gt_stmt_index(l->writes[i].stmt);
    if (!err)
        *out = b->stmt;
    return err;
}

/* --- running it ------------------------------------------------------------------------------- */

/* The row of counts that a WITH gives, or one of the results of a batch. */
static enum gt_err counts_of_row(struct gt_odbc_conn *c, struct gt_odbc_stmt *s, int n,
                                 int64_t changed[])
{
    SQLRETURN rc = SQLFetch(s->handle);
    for (int i = 0; i < n && SQL_SUCCEEDED(rc); i++) {
        SQLBIGINT value = 0;
        SQLLEN len;
        rc = SQLGetData(s->handle, (SQLUSMALLINT)(i + 1), SQL_C_SBIGINT, &value,
                        (SQLLEN)sizeof(value), &len);
        changed[i] = value;
    }
    return SQL_SUCCEEDED(rc) ? GT_OK : gt_odbc_fail(c, SQL_HANDLE_STMT, s->handle, "batch");
}

/* The results of a batch: behind each write its count.  Whether the driver also shows the write as
 * a result, one without columns, is its own affair. */
static enum gt_err counts_of_results(struct gt_odbc_conn *c, struct gt_odbc_stmt *s, int n,
                                     int64_t changed[])
{
    SQLRETURN rc = SQL_SUCCESS;
    enum gt_err err = GT_OK;
    int at = 0;
    while (!err && SQL_SUCCEEDED(rc)) {
        SQLSMALLINT ncols = 0;
        if (SQL_SUCCEEDED(SQLNumResultCols(s->handle, &ncols)) && ncols > 0 && at < n)
            err = counts_of_row(c, s, 1, &changed[at++]);
        if (!err)
            rc = SQLMoreResults(s->handle);
    }
    if (!err && rc != SQL_NO_DATA)
        err = gt_odbc_fail(c, SQL_HANDLE_STMT, s->handle, "batch");
    return err;
}

enum gt_err gt_odbc_flush(struct gt_tx *tx, struct gt_later *l, int64_t changed[])
{
    struct gt_odbc_conn *c = tx->conn;
    struct gt_odbc_stmt *s = NULL;
    memset(changed, 0, (size_t)l->n * sizeof(changed[0]));
    gt_later_settle(l);
    if (l->n == 1 || c->server->join == GT_JOIN_NONE) {
        enum gt_err err = GT_OK;
        for (int i = 0; !err && i < l->n; i++) {
            const struct gt_write *w = &l->writes[i];
            tx->name = *w->stmt;
            err = tx->ops->exec(tx, w->stmt, &l->vals[w->first], w->nvals, &changed[i]);
        }
        return err;
    }
    tx->name = NULL;
    enum gt_err err = batch_get(c, l, &s);
    if (!err)
        err = gt_odbc_stmt_run(c, s, l->vals, l->nvals);
    if (err)
        return err;
    gt_odbc_in(c);
    if (c->server->join == GT_JOIN_WITH)
        err = counts_of_row(c, s, l->n, changed);
    else
        err = counts_of_results(c, s, l->n, changed);
    SQLFreeStmt(s->handle, SQL_CLOSE);
    atomic_store_explicit(&c->since, 0, memory_order_relaxed);
    return err;
}
