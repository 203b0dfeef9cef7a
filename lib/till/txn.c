/*
 * The journal's row: names of its states, and looking it up.
 */
#include "till/txn.h"

#include <assert.h>

GT_ROW_DEFINE(gt_txn, GT_TXN_COLS);

GT_STMT(txn_by_trace, GT_ROW_SELECT(gt_txn, GT_TXN_COLS) " WHERE terminal_id = ? AND trace_no = ?");
GT_STMT(txn_last_trace, "SELECT MAX(trace_no) FROM gt_txn WHERE terminal_id = ?");

static const char *const op_names[GT_OP__MAX] = {"none",    "pay",     "recharge", "open",
                                                 "replace", "rewrite", "confirm",  "reverse",
                                                 "void",    "refund",  "reading"};
static const char *const state_names[GT_TXN__MAX] = {"none",      "pending",  "posted",  "declined",
                                                     "reversing", "reversed", "refunded"};
static const char *const leg_names[GT_CARD__MAX] = {"none", "to_write", "written", "failed",
                                                    "superseded"};

const char *gt_op_name(enum gt_op op)
{
    assert(op < GT_OP__MAX);
    return op_names[op];
}

const char *gt_txn_state_name(enum gt_txn_state state)
{
    assert(state < GT_TXN__MAX);
    return state_names[state];
}

const char *gt_card_leg_name(enum gt_card_leg leg)
{
    assert(leg < GT_CARD__MAX);
    return leg_names[leg];
}

bool gt_op_is_money(enum gt_op op)
{
    return op == GT_OP_PAY || op == GT_OP_RECHARGE || op == GT_OP_OPEN || op == GT_OP_REPLACE ||
           gt_op_gives_back(op);
}

bool gt_op_gives_back(enum gt_op op)
{
    return op == GT_OP_REVERSE || op == GT_OP_REFUND;
}

bool gt_txn_is_posted(const struct gt_txn *txn)
{
    return txn->state == GT_TXN_POSTED || txn->state == GT_TXN_REVERSING || gt_txn_taken_back(txn);
}

bool gt_txn_taken_back(const struct gt_txn *txn)
{
    return txn->state == GT_TXN_REVERSED || txn->state == GT_TXN_REFUNDED;
}

bool gt_txn_by_trace(struct gt_tx *tx, int64_t terminal_id, int64_t trace_no, struct gt_txn *txn)
{
    return gt_row_one(tx, &gt_txn_row, txn, &txn_by_trace, GT_INT(terminal_id), GT_INT(trace_no));
}

bool gt_txn_repeated(struct gt_tx *tx, int64_t terminal_id, int64_t trace_no, struct gt_txn *txn)
{
    return !gt_row_unheard(tx, &txn_by_trace, GT_INT(terminal_id), GT_INT(trace_no)) &&
           gt_txn_by_trace(tx, terminal_id, trace_no, txn);
}

int64_t gt_txn_last_trace(struct gt_tx *tx, int64_t terminal_id)
{
    return gt_tx_one(tx, &txn_last_trace, GT_INT(terminal_id)) ? gt_col_int(tx) : 0;
}
