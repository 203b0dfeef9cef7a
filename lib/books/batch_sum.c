/*
 * Batches as terminals compare them.
 */
#include "books/batch_sum.h"

#include "base/step.h"

/* clang-format off */
GT_STMT(sum_batch_no, GT_ROW_SELECT(gt_batch, GT_BATCH_COLS)
        " WHERE account_id = ? AND terminal_id = ? AND batch_no = ?");
GT_STMT(sum_batch_last, "SELECT {top 1} " GT_ROW_NAMES(GT_BATCH_COLS) " FROM gt_batch "
        "WHERE account_id = ? AND terminal_id = ? ORDER BY batch_no DESC {limit 1}");
/* 7 and 9 give back what their originals took. */
GT_STMT(sum_taken, "SELECT op, COUNT(*), CAST(SUM(amount + fee) AS BIGINT) FROM gt_txn "
        "WHERE account_id = ? AND account_seq >= ? AND account_seq <= ? AND batch_id = ? "
        "AND op <> 7 AND op <> 9 GROUP BY op ORDER BY op");
GT_STMT(sum_given, "SELECT t.op, COUNT(*), CAST(SUM(o.amount + o.fee) AS BIGINT) FROM gt_txn t "
        "JOIN gt_txn o ON o.id = t.orig_id WHERE t.account_id = ? AND t.account_seq >= ? "
        "AND t.account_seq <= ? AND t.batch_id = ? AND (t.op = 7 OR t.op = 9) GROUP BY t.op "
        "ORDER BY t.op");
GT_STMT(sum_lines, "SELECT {top 101} id, trace_no, amount + fee, decided_at, op, state, customer_no, "
        "method FROM gt_txn WHERE account_id = ? AND account_seq >= ? AND account_seq <= ? "
        "AND batch_id = ? AND id > ? ORDER BY id {limit 101}");
/* clang-format on */

/* The last place of an open batch is not known yet. */
static int64_t last_place(const struct gt_batch *batch)
{
    return batch->closed_at ? batch->last_seq : INT64_MAX;
}

bool gt_batch_find(struct gt_tx *tx, int64_t account_id, int64_t terminal_id, int64_t batch_no,
                   struct gt_batch *batch)
{
    if (batch_no)
        return gt_row_one(tx, &gt_batch_row, batch, &sum_batch_no, GT_INT(account_id),
                          GT_INT(terminal_id), GT_INT(batch_no));
    return gt_row_one(tx, &gt_batch_row, batch, &sum_batch_last, GT_INT(account_id),
                      GT_INT(terminal_id));
}

static size_t read_totals(struct gt_tx *tx, const struct gt_stmt *const *stmt,
                          const struct gt_batch *batch, struct gt_batch_total *totals, size_t n)
{
    gt_tx_query(tx, stmt, GT_INT(batch->account_id), GT_INT(batch->from_seq),
                GT_INT(last_place(batch)), GT_INT(batch->id));
    while (n < GT_BATCH_TOTALS && gt_tx_next(tx)) {
        totals[n].op = (enum gt_op)gt_col_int(tx);
        totals[n].count = gt_col_int(tx);
        totals[n++].amount = gt_col_int(tx);
    }
    return n;
}

size_t gt_batch_totals(struct gt_tx *tx, const struct gt_batch *batch,
                       struct gt_batch_total *totals)
{
    size_t n = read_totals(tx, &sum_taken, batch, totals, 0);

    n = read_totals(tx, &sum_given, batch, totals, n);
    return gt_tx_err(tx) == GT_OK ? n : 0;
}

size_t gt_batch_lines(struct gt_tx *tx, const struct gt_batch *batch, int64_t after,
                      struct gt_batch_line *lines, size_t most)
{
    size_t n = 0;

    gt_tx_query(tx, &sum_lines, GT_INT(batch->account_id), GT_INT(batch->from_seq),
                GT_INT(last_place(batch)), GT_INT(batch->id), GT_INT(after));
    while (n < most && gt_tx_next(tx)) {
        struct gt_batch_line *line = &lines[n++];

        line->id = gt_col_int(tx);
        line->trace_no = gt_col_int(tx);
        line->amount = gt_col_int(tx);
        line->at = gt_col_int(tx);
        line->op = (enum gt_op)gt_col_int(tx);
        line->state = (enum gt_txn_state)gt_col_int(tx);
        gt_col_text(tx, line->customer_no, sizeof(line->customer_no));
        gt_col_text(tx, line->method, sizeof(line->method));
    }
    return gt_tx_err(tx) == GT_OK ? n : 0;
}

/* --- closing -----------------------------------------------------------------------------------
 */

struct ending {
    const struct gt_actor *actor;
    int64_t batch_no, now;
    struct gt_account account;
    struct gt_batch *batch;
    bool was_open;
};

static enum gt_err end_in(struct gt_tx *tx, void *arg)
{
    struct ending *e = arg;
    int64_t terminal = e->actor->terminal.id;
    struct gt_batch closed;

    e->was_open = false;
    if (!gt_row_lock(tx, &gt_account_row, e->actor->user.account_id, &e->account) ||
        !gt_batch_find(tx, e->account.id, terminal, e->batch_no, e->batch))
        return gt_tx_fail(tx, gt_err_set(GT_ERR_ABSENT, "no such batch"));
    if (e->batch->closed_at)
        return gt_tx_err(tx);
    /* Only the last one is open. */
    e->was_open = gt_batch_close(tx, &e->account, terminal, e->now, &closed);
    if (e->was_open)
        *e->batch = closed;
    return gt_tx_err(tx);
}

enum gt_err gt_batch_end(const struct gt_till *till, const struct gt_actor *actor, int64_t batch_no,
                         struct gt_batch *batch, bool *was_open)
{
    struct ending e = {
        .actor = actor, .batch_no = batch_no, .now = gt_now(till->clock), .batch = batch};
    enum gt_err err = gt_db_transact(till->db, "batch.end", end_in, &e);

    GT_STEP("batch.ended");
    *was_open = e.was_open;
    return err;
}
