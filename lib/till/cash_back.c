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

struct telling {
    const struct gt_by *by;
    struct gt_refusal *no;
    int64_t txn_id, now;
    bool kept;
};

/* The open shift gets what was kept. */
static enum gt_err keep(struct gt_tx *tx, const struct telling *t, struct gt_cash_back *row)
{
    struct gt_shift shift;

    row->shift_id = gt_shift_at(tx, row->account_id, row->user_id);
    if (!row->shift_id || !gt_row_lock(tx, &gt_shift_row, row->shift_id, &shift))
        return gt_tx_refuse(tx, t->no, GT_WHY_NO_SHIFT, "", 0, NULL);
    shift.kept += row->amount;
    gt_row_save(tx, &gt_shift_row, &shift);
    return gt_tx_err(tx);
}

static void log_it(struct gt_tx *tx, const struct telling *t)
{
    char object[24];

    (void)snprintf(object, sizeof(object), "%" PRId64, t->txn_id);
    gt_oplog_add(tx, t->by->logger, t->kept ? "txn.cash_kept" : "txn.cash_back", object, "");
}

static enum gt_err tell_in(struct gt_tx *tx, void *arg)
{
    const struct telling *t = arg;
    struct gt_cash_back row, old;
    struct gt_account account;
    struct gt_state state;
    struct gt_txn txn;

    *t->no = (struct gt_refusal){.why = GT_WHY_NONE};
    if (!gt_row_find(tx, &gt_txn_row, t->txn_id, &txn) || txn.user_id != t->by->user_id ||
        !gt_cash_back_asked(tx, &txn) ||
        !gt_row_lock(tx, &gt_account_row, txn.account_id, &account))
        return gt_tx_refuse(tx, t->no, GT_WHY_ABSENT, "", 0, NULL);
    if (gt_by_may(tx, t->by, GT_RIGHT_COLLECT, txn.org_id, NULL, t->no) != GT_OK)
        return gt_tx_err(tx);
    if (gt_row_find(tx, &gt_cash_back_row, txn.id, &old))
        return (old.kept != 0) == t->kept
                   ? gt_tx_err(tx)
                   : gt_tx_refuse(tx, t->no, GT_WHY_TOLD_BEFORE, "", 0, NULL);
    gt_state_read(tx, &state);
    row = (struct gt_cash_back){.id = txn.id,
                                .user_id = txn.user_id,
                                .account_id = txn.account_id,
                                .amount = txn.amount + txn.fee,
                                .kept = t->kept,
                                .biz_date = state.biz_date,
                                .at = t->now};
    if (t->kept && keep(tx, t, &row) != GT_OK)
        return gt_tx_err(tx);
    gt_row_insert(tx, &gt_cash_back_row, &row);
    gt_census_add(tx, gt_cash_back_row.table, 1);
    log_it(tx, t);
    return gt_tx_err(tx);
}

enum gt_err gt_cash_back_tell(const struct gt_by *by, int64_t txn_id, bool kept,
                              struct gt_refusal *no)
{
    struct telling t = {
        .by = by, .no = no, .txn_id = txn_id, .kept = kept, .now = gt_now(by->clock)};

    *no = (struct gt_refusal){.why = GT_WHY_NONE};
    return gt_db_transact(by->db, "cash_back", tell_in, &t);
}
