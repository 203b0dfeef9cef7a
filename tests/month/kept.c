/*
 * Cash of a sale that was in doubt and then was none: mostly it goes back over the counter at once;
 * now and then the customer has left, and it stays in the drawer, in suspense after the close.
 */
#include "month.h"

#include "books/kept.h"
#include "till/account.h"
#include "till/shift.h"

/* The item about it, and what the account holds. */
struct finding {
    int64_t txn_id, account_id, user_id;
    struct gt_item item; /* id 0: none */
    struct gt_account account;
    int64_t drawer; /* fen that the books know of in the user's drawer, without the float */
};

static enum gt_err find_in(struct gt_tx *tx, void *arg)
{
    struct finding *f = arg;

    f->item.id = 0;
    (void)!gt_items_about(tx, f->txn_id, &f->item, 1);
    (void)!gt_row_find(tx, &gt_account_row, f->account_id, &f->account);
    f->drawer = gt_shift_cash(tx, gt_shift_at(tx, f->account_id, f->user_id));
    return gt_tx_err(tx);
}

void month_released(struct month *m, struct month_site *site, const struct month_sale *sale)
{
    struct gt_by by = month_by(m, site->user_id);
    struct gt_refusal no;
    bool keeps =
        !m->last && site->nkept < MONTH_OLD && !site->is_agent && sim_rng_hit(&m->rng, 300);

    if (!sale->cash || sale->amount + sale->fee == 0)
        return;
    month_must(m, gt_kept_tell(&by, sale->id, keeps, &no), "say what became of cash");
    if (!keeps) {
        site->drawer -= sale->amount + sale->fee;
        return;
    }
    site->kept[site->nkept++] = *sale;
    if (m->tally.kept == MONTH_KEPT)
        month_fail(m, "cash was kept more than %d times", MONTH_KEPT);
    else
        m->kept[m->tally.kept++] =
            (struct month_kept){.txn_id = sale->id, .amount = sale->amount + sale->fee};
}

void month_kept_item(struct month *m, const struct gt_item *item)
{
    for (int64_t i = 0; i < m->tally.kept; i++) {
        if (m->kept[i].txn_id == item->txn_id && item->class == GT_ITEM_KEPT &&
            item->ours == m->kept[i].amount) {
            m->kept[i].found++;
            return;
        }
    }
    month_fail(m, "item %lld tells of kept cash of %lld, which was not kept", (long long)item->id,
               (long long)item->txn_id);
}

void month_kept_check(struct month *m)
{
    for (int64_t i = 0; i < m->tally.kept; i++)
        if (m->kept[i].found != 1)
            month_fail(m, "%lld: its cash was kept: found %d times", (long long)m->kept[i].txn_id,
                       m->kept[i].found);
}

void month_give(struct month *m, struct month_site *site)
{
    const struct month_sale *sale = &site->kept[--site->nkept];
    struct finding f = {
        .txn_id = sale->id, .account_id = site->account_id, .user_id = site->user_id};

    month_must(m, gt_db_read(m->db, "month.kept", find_in, &f), "an item");
    if (!f.item.id)
        month_fail(m, "%lld: its cash was kept, and no item tells", (long long)sale->id);
    /* Others may have sent it by the bank by now, and cash is given of what came in. */
    if (f.item.state != GT_ITEM_SUSPENSE || f.account.unremitted < f.item.suspense ||
        f.drawer < f.item.suspense || site->drawer < f.item.suspense + 2 * MONTH_FLOAT)
        return;
    month_step(m, f.item.id, GT_ITEM_CLEAR, GT_WAY_CASH);
    site->drawer -= sale->amount + sale->fee;
    m->tally.given++;
}
