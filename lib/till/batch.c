/*
 * Batches: opening, closing, and what a cut-off does to those left open.
 */
#include "till/batch.h"

#include "access/state.h"
#include "till/shift.h"

GT_ROW_DEFINE_KEPT(gt_batch, GT_BATCH_COLS);

GT_STMT(batch_last,
        "SELECT {top 1} " GT_ROW_NAMES(GT_BATCH_COLS) " FROM gt_batch {lock}"
                                                      " WHERE account_id = ? AND terminal_id = ? "
                                                      "ORDER BY batch_no DESC {limit 1} {locked}");
GT_STMT(batch_open_of, "SELECT {top 200} id FROM gt_batch WHERE account_id = ? AND user_id = ?"
                       " AND closed_at = 0 ORDER BY terminal_id, batch_no {limit 200}");
GT_STMT(batch_open_before, "SELECT {top 200} id FROM gt_batch WHERE closed_at = 0 AND biz_date < ?"
                           " ORDER BY biz_date {limit 200}");

enum { CLOSE_AT_ONCE = 200 };

/* The batch stays as it is read until the transaction ends: what posts into it must find it open.
 */
static bool batch_last_of(struct gt_tx *tx, int64_t account_id, int64_t terminal_id,
                          struct gt_batch *batch)
{
    return gt_row_kept_one(tx, &gt_batch_row, batch, &batch_last, GT_INT(account_id),
                           GT_INT(terminal_id));
}

/* The shift that a transaction of the operator is of, 0: none.  Only where an account is shared and
 * a shift of it is open is it asked for. */
static int64_t shift_now(struct gt_tx *tx, const struct gt_batch_of *of)
{
    return of->account->shifts ? gt_shift_at(tx, of->account->id, of->user_id) : 0;
}

/* Whether the open batch takes the operator's transactions.  The operator's own was closed when the
 * shift changed. */
static bool takes(struct gt_tx *tx, const struct gt_batch *batch, const struct gt_batch_of *of)
{
    if (batch->closed_at || batch->biz_date != of->biz_date)
        return false;
    return batch->user_id == of->user_id || batch->shift_id == shift_now(tx, of);
}

static void close_one(struct gt_tx *tx, struct gt_batch *batch, int64_t last_seq, int64_t now)
{
    batch->closed_at = now;
    batch->last_seq = last_seq;
    gt_row_save(tx, &gt_batch_row, batch);
}

void gt_batch_need(struct gt_tx *tx, const struct gt_batch_of *of, int64_t now, struct gt_bag *bag,
                   struct gt_batch *batch)
{
    int64_t next_no = 1;

    if (batch_last_of(tx, of->account->id, of->terminal_id, batch)) {
        if (takes(tx, batch, of)) {
            if (of->seq < batch->from_seq) {
                batch->from_seq = of->seq;
                gt_row_save(tx, &gt_batch_row, batch);
            }
            return;
        }
        next_no = batch->batch_no + 1;
        if (!batch->closed_at)
            close_one(tx, batch, of->account->txn_count, now);
    }
    *batch = (struct gt_batch){.id = gt_bag_take(bag),
                               .account_id = of->account->id,
                               .terminal_id = of->terminal_id,
                               .batch_no = next_no,
                               .user_id = of->user_id,
                               .shift_id = shift_now(tx, of),
                               .biz_date = of->biz_date,
                               .opened_at = now,
                               .from_seq = of->seq};
    gt_row_insert(tx, &gt_batch_row, batch);
    gt_census_add(tx, "gt_batch", 1);
}

bool gt_batch_close(struct gt_tx *tx, const struct gt_account *account, int64_t terminal_id,
                    int64_t now, struct gt_batch *batch)
{
    if (!batch_last_of(tx, account->id, terminal_id, batch) || batch->closed_at)
        return false;
    close_one(tx, batch, account->txn_count, now);
    return true;
}

void gt_batch_close_of(struct gt_tx *tx, const struct gt_account *account, int64_t user_id,
                       int64_t now)
{
    int64_t ids[CLOSE_AT_ONCE];
    struct gt_batch batch;
    int count;

    do {
        count = 0;
        gt_tx_query(tx, &batch_open_of, GT_INT(account->id), GT_INT(user_id));
        while (count < CLOSE_AT_ONCE && gt_tx_next(tx))
            ids[count++] = gt_col_int(tx);
        for (int i = 0; i < count; i++)
            if (gt_row_lock(tx, &gt_batch_row, ids[i], &batch) && !batch.closed_at)
                close_one(tx, &batch, account->txn_count, now);
    } while (count == CLOSE_AT_ONCE && !gt_tx_err(tx));
}

/* The account is not locked: what posted into the batch had its place before. */
int gt_batch_close_before(struct gt_tx *tx, int64_t biz_date, int64_t now)
{
    int64_t ids[CLOSE_AT_ONCE];
    struct gt_account account;
    struct gt_batch batch;
    int count = 0;

    gt_tx_query(tx, &batch_open_before, GT_INT(biz_date));
    while (count < CLOSE_AT_ONCE && gt_tx_next(tx))
        ids[count++] = gt_col_int(tx);
    for (int i = 0; i < count; i++)
        if (gt_row_lock(tx, &gt_batch_row, ids[i], &batch) && !batch.closed_at &&
            gt_row_find(tx, &gt_account_row, batch.account_id, &account))
            close_one(tx, &batch, account.txn_count, now);
    return count;
}
