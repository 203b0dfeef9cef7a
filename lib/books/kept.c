/*
 * Kept cash: told of, and given back.
 */
#include "books/kept.h"

#include "access/state.h"
#include "till/cash_back.h"
#include "till/shift.h"

struct telling {
    const struct gt_by *by;
    struct gt_refusal *no;
    int64_t txn_id, now, key;
    bool kept;
};

/* --- telling -----------------------------------------------------------------------------------
 */

static enum gt_err enter(struct gt_tx *tx, const struct telling *t, const struct gt_cash_back *row)
{
    struct gt_account account;
    struct gt_txn txn;
    int64_t id;

    if (!gt_row_find(tx, &gt_txn_row, row->id, &txn) ||
        !gt_row_find(tx, &gt_account_row, row->account_id, &account))
        return gt_tx_fail(tx, gt_err_set(GT_ERR_INTERNAL, "cash of a sale that is not there"));
    if (account.kind == GT_ACCOUNT_AGENT)
        return gt_tx_err(tx);
    const struct gt_item_found found = {.source = GT_ITEM_DRAWER,
                                        .class = GT_ITEM_KEPT,
                                        .org_id = txn.org_id,
                                        .biz_date = row->biz_date,
                                        .txn_id = txn.id,
                                        .op = txn.op,
                                        .ours = row->amount,
                                        .suspense = row->amount};
    return gt_item_enter(tx, &found, t->key, t->now, &id, NULL);
}

static enum gt_err tell_in(struct gt_tx *tx, void *arg)
{
    const struct telling *t = arg;
    struct gt_cash_back row;
    bool is_new = false;

    if (gt_cash_back_in(tx, t->by, t->txn_id, t->kept, t->now, &row, &is_new, t->no) == GT_OK &&
        is_new && t->kept)
        (void)!enter(tx, t, &row);
    return gt_tx_err(tx);
}

enum gt_err gt_kept_tell(const struct gt_by *by, int64_t txn_id, bool kept, struct gt_refusal *no)
{
    struct telling t = {
        .by = by, .no = no, .txn_id = txn_id, .kept = kept, .now = gt_now(by->clock)};
    enum gt_err err = gt_key_next(by->src, "item", &t.key);

    *no = (struct gt_refusal){.why = GT_WHY_NONE};
    if (err == GT_OK)
        err = gt_db_transact(by->db, "cash_back", tell_in, &t);
    return err;
}

/* --- clearing ----------------------------------------------------------------------------------
 */

static enum gt_err refuse(struct gt_tx *tx, struct gt_refusal *no, const char *zh, const char *en)
{
    return gt_tx_fail(tx, gt_refuse_named(no, GT_WHY_ITEM_ACTION, "way", zh, en));
}

static enum gt_err find(struct gt_tx *tx, const struct gt_item *item, struct gt_cash_back *back,
                        struct gt_account *account, struct gt_refusal *no)
{
    if (!gt_row_find(tx, &gt_cash_back_row, item->txn_id, back) ||
        !gt_row_lock(tx, &gt_account_row, back->account_id, account) ||
        !gt_row_lock(tx, &gt_cash_back_row, item->txn_id, back))
        return gt_tx_refuse(tx, no, GT_WHY_ABSENT, "", 0, NULL);
    return gt_tx_err(tx);
}

enum gt_err gt_kept_give(struct gt_tx *tx, const struct gt_item *item, struct gt_refusal *no)
{
    struct gt_account account;
    struct gt_cash_back back;
    struct gt_shift shift;

    if (find(tx, item, &back, &account, no) != GT_OK)
        return gt_tx_err(tx);
    int64_t shift_id = gt_shift_at(tx, account.id, back.user_id);
    if (!shift_id || !gt_row_lock(tx, &gt_shift_row, shift_id, &shift))
        return gt_tx_err(tx) ? gt_tx_err(tx)
                             : refuse(tx, no, "收费员没有开班，不能以现金退还",
                                      "the cashier has no shift open to give cash out of");
    /* Never out of the float; and of another shift's only out of what was collected. */
    if (gt_shift_cash(tx, shift_id) < back.amount ||
        (shift_id != back.shift_id && account.unremitted < back.amount))
        return refuse(tx, no, "钱箱中收进的现金不足",
                      "less cash was collected than would be given back");
    shift.kept -= back.amount;
    back.given_id = shift_id;
    gt_counted_save(tx, &gt_shift_row, &shift);
    gt_counted_save(tx, &gt_cash_back_row, &back);
    return gt_tx_err(tx);
}

enum gt_err gt_kept_account(struct gt_tx *tx, const struct gt_item *item,
                            struct gt_account *account, struct gt_refusal *no)
{
    struct gt_cash_back back;
    struct gt_shift shift;

    if (find(tx, item, &back, account, no) != GT_OK)
        return gt_tx_err(tx);
    if (!gt_row_find(tx, &gt_shift_row, back.shift_id, &shift) || shift.state != GT_SHIFT_CLOSED)
        return gt_tx_err(tx) ? gt_tx_err(tx)
                             : refuse(tx, no, "该班尚未交班，款项仍在钱箱中",
                                      "its shift is not closed: the money is in the drawer still");
    return gt_tx_err(tx);
}
