/*
 * Rows that wait are written in one round trip: on MSSQL as a batch of their statements, one behind
 * the other; on PostgreSQL see odbc_merge.c; elsewhere one by one.  What a program writes together
 * is always the same few sequences, so each is prepared once a connection.
 */
#include "store/later.h"
#include "store/odbc.h"

#include <stdlib.h>
#include <string.h>

/* Ceiling of the text of a sequence. */
#define SQL_MAX ((size_t)1 << 18)

struct gt_odbc_batch {
    int n;
    size_t index[GT_BATCH_MOST]; /* of the statements, in order */
    struct gt_odbc_stmt *stmt;
};

void gt_odbc_batches_free(struct gt_odbc_conn *c)
{
    for (int i = 0; c->batches && i < GT_BATCHES_MAX; i++)
        gt_odbc_stmt_free(c->batches[i].stmt);
    free(c->batches);
    free(c->row_vals);
}

/* --- making one ------------------------------------------------------------------------------- */

static size_t index_of(const struct gt_write *w)
{
    return gt_stmt_index(gt_row_stmt(w->def, w->kind));
}

static enum gt_err text_make(const struct gt_server *server, const struct gt_later *l,
                             struct gt_buf *out)
{
    enum gt_err err = GT_OK;
    for (int i = 0; !err && i < l->n; i++) {
        const struct gt_write *w = &l->writes[i];
        err = gt_sql_expand(server->dialect, (*gt_row_stmt(w->def, w->kind))->sql, out);
        gt_buf_puts(out, "; SELECT @@ROWCOUNT; ");
    }
    return err ? err : gt_buf_err(out);
}

static bool batch_is(const struct gt_odbc_batch *b, const struct gt_later *l)
{
    bool same = b->stmt && b->n == l->n;
    for (int i = 0; same && i < l->n; i++)
        same = b->index[i] == index_of(&l->writes[i]);
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
        b->index[i] = index_of(&l->writes[i]);
    if (!err)
        *out = b->stmt;
    return err;
}

/* --- running it ------------------------------------------------------------------------------- */

enum gt_err gt_odbc_counts(struct gt_odbc_conn *c, struct gt_odbc_stmt *s, int n, int64_t counts[])
{
    SQLRETURN rc = SQLFetch(s->handle);
    for (int i = 0; i < n && SQL_SUCCEEDED(rc); i++) {
        SQLBIGINT value = 0;
        SQLLEN len;
        rc = SQLGetData(s->handle, (SQLUSMALLINT)(i + 1), SQL_C_SBIGINT, &value,
                        (SQLLEN)sizeof(value), &len);
        counts[i] = value;
    }
    return SQL_SUCCEEDED(rc) ? GT_OK : gt_odbc_fail(c, SQL_HANDLE_STMT, s->handle, "batch");
}

/* The results of a batch: behind each write its count.  Whether the driver also shows the write as
 * a result, one without columns, is its own affair. */
static enum gt_err counts_of_results(struct gt_odbc_conn *c, struct gt_odbc_stmt *s, int n,
                                     int64_t counts[])
{
    SQLRETURN rc = SQL_SUCCESS;
    enum gt_err err = GT_OK;
    int at = 0;
    while (!err && SQL_SUCCEEDED(rc)) {
        SQLSMALLINT ncols = 0;
        if (SQL_SUCCEEDED(SQLNumResultCols(s->handle, &ncols)) && ncols > 0 && at < n)
            err = gt_odbc_counts(c, s, 1, &counts[at++]);
        if (!err)
            rc = SQLMoreResults(s->handle);
    }
    if (!err && rc != SQL_NO_DATA)
        err = gt_odbc_fail(c, SQL_HANDLE_STMT, s->handle, "batch");
    return err;
}

/* Makes the values of all that waits. */
static enum gt_err vals_make(struct gt_odbc_conn *c, const struct gt_later *l)
{
    enum gt_err err = GT_OK;
    if (!c->row_vals)
        c->row_vals = calloc(GT_BATCH_MOST, sizeof(c->row_vals[0]));
    if (!c->row_vals)
        return gt_err_set(GT_ERR_NOMEM, "no memory for a batch");
    for (int i = 0; !err && i < l->n; i++) {
        const struct gt_write *w = &l->writes[i];
        err = gt_row_vals(c->hmac, w->def, w->kind, w->id, w->version, gt_later_row(l, w),
                          &c->row_vals[i]);
    }
    return err;
}

static enum gt_err flush_each(struct gt_tx *tx, const struct gt_later *l, int64_t counts[])
{
    struct gt_odbc_conn *c = tx->conn;
    enum gt_err err = GT_OK;
    for (int i = 0; !err && i < l->n; i++) {
        const struct gt_stmt *const *stmt = gt_row_stmt(l->writes[i].def, l->writes[i].kind);
        tx->name = *stmt;
        err = tx->ops->exec(tx, stmt, c->row_vals[i].vals, c->row_vals[i].n, &counts[i]);
    }
    return err;
}

static enum gt_err flush_batch(struct gt_odbc_conn *c, const struct gt_later *l, int64_t counts[])
{
    struct gt_val vals[GT_BATCH_MOST * GT_ROW_VALS_MAX];
    struct gt_odbc_stmt *s = NULL;
    size_t n = 0;
    for (int i = 0; i < l->n; i++) {
        memcpy(vals + n, c->row_vals[i].vals, c->row_vals[i].n * sizeof(vals[0]));
        n += c->row_vals[i].n;
    }
    enum gt_err err = batch_get(c, l, &s);
    if (!err)
        err = gt_odbc_stmt_run(c, s, vals, n);
    if (err)
        return err;
    gt_odbc_in(c);
    err = counts_of_results(c, s, l->n, counts);
    SQLFreeStmt(s->handle, SQL_CLOSE);
    atomic_store_explicit(&c->since, 0, memory_order_relaxed);
    return err;
}

enum gt_err gt_odbc_flush(struct gt_tx *tx)
{
    struct gt_odbc_conn *c = tx->conn;
    const struct gt_later *l = tx->later;
    int64_t counts[GT_BATCH_MOST] = {0};
    tx->name = NULL;
    if (l->n == 0 && !tx->guess)
        return GT_OK;
    if (c->server->join == GT_JOIN_WITH && (l->n != 1 || tx->guess))
        return gt_odbc_merge(tx);
    enum gt_err err = vals_make(c, l);
    if (err)
        return err;
    if (l->n == 1 || c->server->join == GT_JOIN_NONE)
        err = flush_each(tx, l, counts);
    else
        err = flush_batch(c, l, counts);
    for (int i = 0; !err && i < l->n; i++) {
        if (counts[i] != 1)
            err = gt_row_changed(l->writes[i].def, l->writes[i].id);
    }
    return err;
}
