/*
 * Transfers of refunds: refund / bank, in the books of the safe.
 */
#include "books/payout.h"

#include "access/name.h"
#include "access/state.h"
#include "base/buf.h"
#include "till/ledger.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define BANK_CHARS 40

struct payout {
    const struct gt_by *by;
    struct gt_refusal *no;
    int64_t refund_id, now, safe_key;
    const char *bank_no;
    struct gt_bag bag;
    struct gt_refund refund;
    bool done; /* by the same person before */
};

static enum gt_err find(struct gt_tx *tx, struct payout *p)
{
    struct gt_refund *refund = &p->refund;
    struct gt_txn txn;
    int64_t who = p->by->user_id;

    if (!gt_row_find(tx, &gt_refund_row, p->refund_id, refund))
        return gt_tx_refuse(tx, p->no, GT_WHY_ABSENT, "", 0, NULL);
    if (gt_by_may(tx, p->by, GT_RIGHT_REMIT_CONFIRM, refund->org_id, NULL, p->no) != GT_OK)
        return gt_tx_err(tx);
    if (!gt_row_lock(tx, &gt_refund_row, p->refund_id, refund))
        return gt_tx_refuse(tx, p->no, GT_WHY_ABSENT, "", 0, NULL);
    p->done = refund->paid_at && refund->paid_by == who && strcmp(refund->bank_no, p->bank_no) == 0;
    if (p->done)
        return GT_OK;
    if (refund->paid_at || !refund->txn_id || !gt_row_find(tx, &gt_txn_row, refund->txn_id, &txn) ||
        txn.op != GT_OP_REFUND || txn.state != GT_TXN_POSTED || strcmp(txn.method, "cash") == 0)
        return gt_tx_refuse(tx, p->no, GT_WHY_REFUND_PAID, "", 0, NULL);
    if (who != GT_BY_COMMAND && (who == refund->maker_id || who == txn.user_id))
        return gt_tx_refuse(tx, p->no, GT_WHY_REFUND_PAYER, "", 0, NULL);
    return gt_tx_err(tx);
}

static enum gt_err pay_in(struct gt_tx *tx, void *arg)
{
    struct payout *p = arg;
    struct gt_refund *refund = &p->refund;
    struct gt_line lines[GT_LEDGER_LINES];
    struct gt_account safe;
    struct gt_state state;
    char object[24];

    *p->no = (struct gt_refusal){.why = GT_WHY_NONE};
    gt_bag_rewind(&p->bag);
    gt_state_read(tx, &state);
    if (find(tx, p) != GT_OK || p->done)
        return gt_tx_err(tx);
    gt_account_safe(tx, refund->org_id, p->safe_key, &safe);
    gt_ledger_book(tx, &safe, GT_POSTING_REFUND_PAID, refund->id, state.biz_date, p->now, lines,
                   gt_ledger_refund_lines(refund->amount, lines), &p->bag);
    gt_row_save(tx, &gt_account_row, &safe);
    (void)!gt_str_copy(refund->bank_no, sizeof(refund->bank_no), p->bank_no);
    refund->paid_by = p->by->user_id;
    refund->paid_at = p->now;
    refund->paid_date = state.biz_date;
    gt_counted_save(tx, &gt_refund_row, refund);
    (void)snprintf(object, sizeof(object), "%" PRId64, refund->orig_id);
    gt_oplog_add(tx, p->by->logger, "refund.pay", object, p->bank_no);
    return gt_tx_err(tx);
}

enum gt_err gt_refund_pay(const struct gt_by *by, int64_t refund_id, const char *bank_no,
                          struct gt_refusal *no)
{
    struct payout p = {.by = by, .no = no, .refund_id = refund_id, .bank_no = bank_no};

    if (!gt_name_ok(bank_no, BANK_CHARS))
        return gt_refuse(no, GT_WHY_NAME_FORM, "bank_no", BANK_CHARS, NULL);
    p.now = gt_now(by->clock);
    enum gt_err err = gt_bag_fill(by->src, GT_LEDGER_KEYS, &p.bag);
    if (err == GT_OK)
        err = gt_key_next(by->src, "account", &p.safe_key);
    return err == GT_OK ? gt_db_transact(by->db, "refund.pay", pay_in, &p) : err;
}
