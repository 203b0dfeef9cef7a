/*
 * Void numbers.
 *
 * The account is locked first, as every outcome does it: a shift that was counted gets no more of
 * them.
 */
#include "till/void.h"

#include "access/state.h"
#include "base/text.h"
#include "till/account.h"
#include "till/receipt.h"
#include "till/shift.h"

#include <inttypes.h>
#include <stdio.h>

/* clang-format off */
GT_ROW_DEFINE(gt_void, GT_VOID_COLS);
GT_STMT(void_of_number, "SELECT txn_id FROM gt_void WHERE user_id = ? AND receipt_no = ?");
#define VOIDS "SELECT {top 51} " GT_ROW_NAMES(GT_VOID_COLS) " FROM gt_void WHERE "
#define VOIDS_FOUND "id < ? AND receipt_no >= ? AND receipt_no <= ? AND shift_id >= ? AND shift_id <= ? AND biz_date >= ? " \
    "AND biz_date <= ? AND org_id IN (SELECT o.id FROM gt_org o WHERE o.path >= ? AND o.path < ?) " \
    "ORDER BY id DESC {limit 51}"
GT_STMT(voids_of_user, VOIDS "user_id = ? AND " VOIDS_FOUND);
GT_STMT(voids_below, VOIDS "user_id >= ? AND " VOIDS_FOUND);
/* clang-format on */

struct voiding {
    const struct gt_by *by;
    int64_t key, now;
    int64_t txn_id, receipt_no;
    const char *reason;
    struct gt_refusal *no;
};

/* The old number is kept, the receipt gets the next one. */
static enum gt_err exchange(struct gt_tx *tx, const struct voiding *v, const struct gt_txn *txn,
                            struct gt_receipt *receipt)
{
    struct gt_void row = {.id = v->key,
                          .user_id = txn->user_id,
                          .receipt_no = receipt->receipt_no,
                          .txn_id = txn->id,
                          .org_id = txn->org_id,
                          .at = v->now};
    struct gt_state state;
    char object[24], detail[64 + sizeof(row.reason)];

    gt_state_read(tx, &state);
    row.biz_date = state.biz_date;
    row.shift_id = gt_shift_at(tx, txn->account_id, txn->user_id);
    (void)!gt_str_copy(row.reason, sizeof(row.reason), v->reason);
    gt_row_insert(tx, &gt_void_row, &row);
    receipt->receipt_no = gt_series_next(tx, txn->user_id);
    receipt->prints = 0;
    gt_row_save(tx, &gt_receipt_row, receipt);
    (void)snprintf(object, sizeof(object), "%" PRId64, txn->id);
    (void)snprintf(detail, sizeof(detail), "receipt %" PRId64 " -> %" PRId64 "; %s", row.receipt_no,
                   receipt->receipt_no, row.reason);
    gt_oplog_add(tx, v->by->logger, "txn.void", object, detail);
    return gt_tx_err(tx);
}

static enum gt_err void_in(struct gt_tx *tx, void *arg)
{
    const struct voiding *v = arg;
    struct gt_account account;
    struct gt_receipt receipt;
    struct gt_txn txn;

    *v->no = (struct gt_refusal){.why = GT_WHY_NONE};
    if (!gt_row_find(tx, &gt_txn_row, v->txn_id, &txn) || txn.user_id != v->by->user_id ||
        !gt_row_lock(tx, &gt_account_row, txn.account_id, &account) ||
        !gt_row_lock(tx, &gt_receipt_row, txn.id, &receipt))
        return gt_tx_refuse(tx, v->no, GT_WHY_ABSENT, "", 0, NULL);
    if (gt_by_may(tx, v->by, GT_RIGHT_VOID, txn.org_id, NULL, v->no) != GT_OK)
        return gt_tx_err(tx);
    if (receipt.receipt_no == v->receipt_no)
        return exchange(tx, v, &txn, &receipt);
    bool done = gt_tx_one(tx, &void_of_number, GT_INT(txn.user_id), GT_INT(v->receipt_no)) &&
                gt_col_int(tx) == txn.id;
    return done ? gt_tx_err(tx) : gt_tx_refuse(tx, v->no, GT_WHY_CHANGED, "", 0, NULL);
}

enum gt_err gt_receipt_void(const struct gt_by *by, int64_t txn_id, int64_t receipt_no,
                            const char *reason, struct gt_refusal *no)
{
    struct voiding v = {.by = by,
                        .now = gt_now(by->clock),
                        .txn_id = txn_id,
                        .receipt_no = receipt_no,
                        .reason = reason,
                        .no = no};
    enum gt_err err = gt_by_reason(by, reason, no);

    if (err == GT_OK)
        err = gt_key_next(by->src, "void", &v.key);
    return err == GT_OK ? gt_db_transact(by->db, "receipt.void", void_in, &v) : err;
}

size_t gt_voids_find(struct gt_tx *tx, const struct gt_void_find *find, struct gt_void *voids)
{
    char end[202];
    size_t n = 0;

    gt_org_range_end(find->path, end);
    gt_tx_query(tx, find->user_id ? &voids_of_user : &voids_below, GT_INT(find->user_id),
                GT_INT(find->before_id ? find->before_id : INT64_MAX), GT_INT(find->receipt_no),
                GT_INT(find->receipt_no ? find->receipt_no : INT64_MAX), GT_INT(find->shift_id),
                GT_INT(find->shift_id ? find->shift_id : INT64_MAX), GT_INT(find->from),
                GT_INT(find->to ? find->to : INT64_MAX), GT_TEXT(find->path), GT_TEXT(end));
    while (n < find->most && gt_tx_next(tx))
        gt_row_read(tx, &gt_void_row, &voids[n++]);
    return gt_tx_err(tx) == GT_OK ? n : 0;
}
