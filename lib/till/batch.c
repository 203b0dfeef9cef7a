/*
 * Batches: opening, closing, and what a cut-off does to those left open.
 */
#include "till/batch.h"

#include "access/state.h"

GT_ROW_DEFINE_KEPT(gt_batch, GT_BATCH_COLS);

GT_STMT(batch_last,
        "SELECT {top 1} " GT_ROW_NAMES(GT_BATCH_COLS) " FROM gt_batch {lock}"
                                                      " WHERE account_id = ? AND terminal_id = ? "
                                                      "ORDER BY batch_no DESC {limit 1} {locked}");
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

void gt_batch_need(struct gt_tx *tx, int64_t account_id, int64_t terminal_id, int64_t biz_date,
                   int64_t now, struct gt_bag *bag, struct gt_batch *batch)
{
    int64_t next_no = 1;

    if (batch_last_of(tx, account_id, terminal_id, batch)) {
        if (!batch->closed_at && batch->biz_date == biz_date)
            return;
        next_no = batch->batch_no + 1;
        if (!batch->closed_at) {
            batch->closed_at = now;
            gt_row_save(tx, &gt_batch_row, batch);
        }
    }
    *batch = (struct gt_batch){.id = gt_bag_take(bag),
                               .account_id = account_id,
                               .terminal_id = terminal_id,
                               .batch_no = next_no,
                               .biz_date = biz_date,
                               .opened_at = now};
    gt_row_insert(tx, &gt_batch_row, batch);
    gt_census_add(tx, "gt_batch", 1);
}

bool gt_batch_close(struct gt_tx *tx, int64_t account_id, int64_t terminal_id, int64_t now,
                    struct gt_batch *batch)
{
    if (!batch_last_of(tx, account_id, terminal_id, batch) || batch->closed_at)
        return false;
    batch->closed_at = now;
    gt_row_save(tx, &gt_batch_row, batch);
    return true;
}

int gt_batch_close_before(struct gt_tx *tx, int64_t biz_date, int64_t now)
{
    int64_t ids[CLOSE_AT_ONCE];
    struct gt_batch batch;
    int count = 0;

    gt_tx_query(tx, &batch_open_before, GT_INT(biz_date));
    while (count < CLOSE_AT_ONCE && gt_tx_next(tx))
        ids[count++] = gt_col_int(tx);
    for (int i = 0; i < count; i++) {
        if (!gt_row_lock(tx, &gt_batch_row, ids[i], &batch))
            continue;
        batch.closed_at = now;
        gt_row_save(tx, &gt_batch_row, &batch);
    }
    return count;
}
