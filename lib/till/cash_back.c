/*
 * Cash of released sales.
 *
 * A shift that was counted takes no more of it: telling locks the account first, as counting does.
 */
#include "till/cash_back.h"

#include "till/account.h"
#include "till/search.h"
#include "till/shift.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

GT_ROW_DEFINE(gt_cash_back, GT_CASH_BACK_COLS);

GT_STMT(doubt_of, "SELECT COUNT(*) FROM gt_event WHERE txn_id = ? "
                  "AND (kind = 'unknown' OR kind = 'decided')");

/* Whether anybody was told to wait: its call ended without an answer, or its process did. */
static bool was_in_doubt(struct gt_tx *tx, const struct gt_txn *txn)
{
    return txn->outcome == GT_OUT_UPSTREAM_NEVER_GOT ||
           (txn->events > 0 && gt_tx_one(tx, &doubt_of, GT_INT(txn->id)) && gt_col_int(tx) > 0);
}

bool gt_cash_back_asked(struct gt_tx *tx, const struct gt_txn *txn)
{
    return txn->state == GT_TXN_DECLINED && strcmp(txn->method, "cash") == 0 &&
           gt_op_is_money((enum gt_op)txn->op) && !gt_op_gives_back((enum gt_op)txn->op) &&
           txn->amount + txn->fee > 0 && was_in_doubt(tx, txn);
}

/* The open shift gets what was kept. */
static enum gt_err keep(struct gt_tx *tx, struct gt_cash_back *row, struct gt_refusal *no)
{
    struct gt_shift shift;

    row->shift_id = gt_shift_at(tx, row->account_id, row->user_id);
    if (!row->shift_id || !gt_row_lock(tx, &gt_shift_row, row->shift_id, &shift))
        return gt_tx_refuse(tx, no, GT_WHY_NO_SHIFT, "", 0, NULL);
    shift.kept += row->amount;
    gt_counted_save(tx, &gt_shift_row, &shift);
    return gt_tx_err(tx);
}

static enum gt_err insert(struct gt_tx *tx, const struct gt_by *by, struct gt_cash_back *row)
{
    char object[24];

    gt_row_insert(tx, &gt_cash_back_row, row);
    gt_census_add(tx, gt_cash_back_row.table, 1);
    (void)snprintf(object, sizeof(object), "%" PRId64, row->id);
    gt_oplog_add(tx, by->logger, row->kept ? "txn.cash_kept" : "txn.cash_back", object, "");
    return gt_tx_err(tx);
}

enum gt_err gt_cash_back_in(struct gt_tx *tx, const struct gt_by *by, int64_t txn_id, bool kept,
                            int64_t now, struct gt_cash_back *row, bool *is_new,
                            struct gt_refusal *no)
{
    struct gt_account account;
    struct gt_state state;
    struct gt_txn txn;

    *no = (struct gt_refusal){.why = GT_WHY_NONE};
    *is_new = false;
    if (!gt_row_find(tx, &gt_txn_row, txn_id, &txn) || txn.user_id != by->user_id ||
        !gt_cash_back_asked(tx, &txn) ||
        !gt_row_lock(tx, &gt_account_row, txn.account_id, &account))
        return gt_tx_refuse(tx, no, GT_WHY_ABSENT, "", 0, NULL);
    if (gt_by_may(tx, by, GT_RIGHT_COLLECT, txn.org_id, NULL, no) != GT_OK)
        return gt_tx_err(tx);
    if (gt_row_find(tx, &gt_cash_back_row, txn.id, row))
        return (row->kept != 0) == kept ? gt_tx_err(tx)
                                        : gt_tx_refuse(tx, no, GT_WHY_TOLD_BEFORE, "", 0, NULL);
    gt_state_read(tx, &state);
    *row = (struct gt_cash_back){.id = txn.id,
                                 .user_id = txn.user_id,
                                 .account_id = txn.account_id,
                                 .amount = txn.amount + txn.fee,
                                 .kept = kept,
                                 .biz_date = state.biz_date,
                                 .at = now};
    if (kept && keep(tx, row, no) != GT_OK)
        return gt_tx_err(tx);
    *is_new = true;
    return insert(tx, by, row);
}
