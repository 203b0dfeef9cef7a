/*
 * Summaries: from a posted transaction to its row.
 */
#include "till/summary.h"

#include <string.h>

GT_ROW_DEFINE_KEPT(gt_summary, GT_SUMMARY_COLS);

GT_STMT(summary_by_key,
        GT_ROW_SELECT(gt_summary, GT_SUMMARY_COLS) " WHERE biz_date = ? AND account_id = ? AND "
                                                   "hour = ? AND user_id = ? AND channel = ?"
                                                   " AND op = ? AND system = ? AND org_id = ?");

void gt_summary_of(const struct gt_txn *txn, const struct gt_txn *sale, struct gt_summary *out)
{
    int64_t due = sale->amount + sale->fee;
    bool reversal = txn->id != sale->id;

    *out = (struct gt_summary){.biz_date = txn->out_date,
                               .hour = txn->out_hour,
                               .account_id = txn->account_id,
                               .org_id = txn->org_id,
                               .user_id = txn->user_id,
                               .channel = txn->channel,
                               .op = sale->op,
                               .sales = !reversal,
                               .amount = reversal ? 0 : sale->amount,
                               .fees = reversal ? 0 : sale->fee,
                               .reversals = reversal,
                               .reversed = reversal ? due : 0};
    GT_FIELD_COPY(out->system, sale->system);
}

void gt_summary_add(struct gt_tx *tx, const struct gt_txn *txn, const struct gt_txn *sale,
                    struct gt_bag *bag)
{
    struct gt_summary one, row;

    gt_summary_of(txn, sale, &one);
    if (gt_row_kept_one(tx, &gt_summary_row, &row, &summary_by_key, GT_INT(one.biz_date),
                        GT_INT(one.account_id), GT_INT(one.hour), GT_INT(one.user_id),
                        GT_INT(one.channel), GT_INT(one.op), GT_TEXT(one.system),
                        GT_INT(one.org_id))) {
        row.sales += one.sales;
        row.amount += one.amount;
        row.fees += one.fees;
        row.reversals += one.reversals;
        row.reversed += one.reversed;
        gt_row_save(tx, &gt_summary_row, &row);
        return;
    }
    one.id = gt_bag_take(bag);
    gt_row_insert(tx, &gt_summary_row, &one);
}

static int compare(int64_t x, int64_t y)
{
    return (x > y) - (x < y);
}

int gt_summary_compare(const void *a, const void *b)
{
    const struct gt_summary *x = a, *y = b;
    const int by[] = {
        compare(x->biz_date, y->biz_date), compare(x->account_id, y->account_id),
        compare(x->hour, y->hour),         compare(x->user_id, y->user_id),
        compare(x->channel, y->channel),   compare(x->op, y->op),
        strcmp(x->system, y->system),      compare(x->org_id, y->org_id),
    };
    for (size_t i = 0; i < sizeof(by) / sizeof(by[0]); i++) {
        if (by[i])
            return by[i];
    }
    return 0;
}
