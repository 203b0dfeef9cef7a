/*
 * Rows of remittance slips, how far slips reach, and what they post.
 */
#include "till/slip.h"

#include <assert.h>

GT_ROW_DEFINE(gt_slip, GT_SLIP_COLS);
GT_ROW_DEFINE(gt_slip_line, GT_SLIP_LINE_COLS);
GT_STMT(slip_reached, "SELECT MAX(last_no) FROM gt_slip_line WHERE account_id = ? AND source_id = ?"
                      " AND live = 1");

const char *gt_slip_state_name(enum gt_slip_state state)
{
    static const char *const names[GT_SLIP__MAX] = {"none", "submitted", "received", "banked",
                                                    "returned"};

    assert(state < GT_SLIP__MAX);
    return names[state];
}

int64_t gt_slip_reached(struct gt_tx *tx, int64_t account_id, int64_t source_id)
{
    return gt_tx_one(tx, &slip_reached, GT_INT(account_id), GT_INT(source_id)) ? gt_col_int(tx) : 0;
}

bool gt_slip_has_batch(struct gt_tx *tx, const struct gt_batch *batch)
{
    return batch->batch_no <= gt_slip_reached(tx, batch->account_id, batch->terminal_id);
}

bool gt_slip_has_txn(struct gt_tx *tx, const struct gt_txn *txn)
{
    struct gt_batch batch;

    return gt_row_find(tx, &gt_batch_row, txn->batch_id, &batch) && gt_slip_has_batch(tx, &batch);
}

int gt_slip_entries(const struct gt_slip *slip, enum gt_posting_kind kind,
                    struct gt_line lines[GT_LEDGER_LINES])
{
    int64_t amount = slip->amount;
    int n = 0;

    switch (kind) {
    case GT_POSTING_SLIP_SENT:
        n = gt_line_add(lines, n, "transit", "", amount);
        return gt_line_safe(lines, n, slip->org_id, -amount);
    case GT_POSTING_SLIP_RETURNED:
        n = gt_line_safe(lines, n, slip->org_id, amount);
        return gt_line_add(lines, n, "transit", "", -amount);
    case GT_POSTING_SLIP_RECEIVED:
        n = gt_line_safe(lines, n, slip->to_org_id, amount);
        return gt_line_add(lines, n, slip->kind == GT_ACCOUNT_SAFE ? "transit" : "cash", "",
                           -amount);
    case GT_POSTING_SLIP_BANKED:
        n = gt_line_add(lines, n, "bank", "", amount);
        if (slip->kind == GT_ACCOUNT_SAFE)
            return gt_line_add(lines, n, "transit", "", -amount);
        n = gt_line_add(lines, n, "cash", "", -slip->due);
        return gt_line_add(lines, n, "deposit", "", slip->due - amount);
    default:
        return 0;
    }
}
