/*
 * Shorts that are written off: one person asks, another decides.  How a cashier puts a short in
 * again is in shift.c.
 */
#include "access/approval.h"
#include "access/name.h"
#include "access/state.h"
#include "till/bag.h"
#include "till/credit.h"
#include "till/shift_post.h"

#include <stdio.h>
#include <string.h>

#define REASON_CHARS 200

int gt_short_entries(int64_t amount, struct gt_line lines[GT_LEDGER_LINES])
{
    int n = gt_line_add(lines, 0, "loss", "", amount);

    return gt_line_add(lines, n, "short", "", -amount);
}

struct write_off {
    const struct gt_by *by;
    struct gt_refusal *no;
    int64_t account_id, amount, key;
    const char *reason;
};

/* The account of a write-off, locked, if it is short of as much. */
static enum gt_err find_short(struct gt_tx *tx, int64_t account_id, int64_t amount,
                              struct gt_account *account, struct gt_refusal *no)
{
    if (!gt_row_lock(tx, &gt_account_row, account_id, account))
        return gt_tx_refuse(tx, no, GT_WHY_ABSENT, "", 0, NULL);
    int64_t lacks = gt_short_of(tx, account_id);
    if (amount > lacks)
        return gt_tx_refuse(tx, no, GT_WHY_SHORT_LESS, "amount", lacks, NULL);
    return gt_tx_err(tx);
}

static enum gt_err write_off_in(struct gt_tx *tx, void *arg)
{
    const struct write_off *w = arg;
    struct gt_account account;
    struct gt_approval row = {.id = w->key, .kind = "short.off", .object_id = w->account_id};

    *w->no = (struct gt_refusal){.why = GT_WHY_NONE};
    if (!gt_row_find(tx, &gt_account_row, w->account_id, &account))
        return gt_tx_refuse(tx, w->no, GT_WHY_ABSENT, "", 0, NULL);
    if (gt_by_may(tx, w->by, GT_RIGHT_CREDIT_GRANT, account.org_id, NULL, w->no) != GT_OK ||
        find_short(tx, w->account_id, w->amount, &account, w->no) != GT_OK)
        return gt_tx_err(tx);
    if (gt_credit_own(tx, w->by, &account))
        return gt_tx_refuse(tx, w->no, GT_WHY_IS_SELF, "", 0, NULL);
    row.org_id = account.org_id;
    gt_account_name(tx, &account, row.object);
    (void)snprintf(row.reason, sizeof(row.reason), "%s", w->reason);
    enum gt_err err = gt_asked_put(row.asked, "amount", w->amount);
    if (err != GT_OK)
        return gt_tx_fail(tx, err);
    if (gt_approval_ask(tx, w->by, &row, w->no) == GT_OK)
        gt_oplog_add(tx, w->by->logger, "short.off_ask", row.object, row.asked);
    return gt_tx_err(tx);
}

enum gt_err gt_short_write_off(const struct gt_by *by, int64_t account_id, int64_t amount,
                               const char *reason, int64_t *approval, struct gt_refusal *no)
{
    struct write_off w = {
        .by = by, .no = no, .account_id = account_id, .amount = amount, .reason = reason};

    if (amount <= 0)
        return gt_refuse(no, GT_WHY_MONEY_ZERO, "amount", 0, NULL);
    if (!gt_name_ok(reason, REASON_CHARS))
        return gt_refuse(no, GT_WHY_REASON, "reason", 0, NULL);
    enum gt_err err = gt_key_next(by->src, "approval", &w.key);
    if (err == GT_OK)
        err = gt_db_transact(by->db, "short.off", write_off_in, &w);
    if (err == GT_OK)
        *approval = w.key;
    return err;
}

static enum gt_err write_off_apply(struct gt_tx *tx, const struct gt_by *by,
                                   const struct gt_approval *asked, const int64_t *keys,
                                   struct gt_refusal *no)
{
    struct gt_bag bag = {.count = GT_APPROVAL_KEYS};
    int64_t amount = gt_asked_get(asked->asked, "amount");
    struct gt_line lines[GT_LEDGER_LINES];
    struct gt_account account;
    struct gt_state state;

    memcpy(bag.key, keys, GT_APPROVAL_KEYS * sizeof(keys[0]));
    gt_state_read(tx, &state);
    if (find_short(tx, asked->object_id, amount, &account, no) != GT_OK)
        return gt_tx_err(tx);
    if (gt_credit_own(tx, by, &account))
        return gt_tx_refuse(tx, no, GT_WHY_IS_SELF, "", 0, NULL);
    gt_ledger_book(tx, &account, GT_POSTING_WRITE_OFF, asked->id, state.biz_date, gt_now(by->clock),
                   lines, gt_short_entries(amount, lines), &bag);
    account.unremitted -= amount;
    gt_row_save(tx, &gt_account_row, &account);
    gt_oplog_add(tx, by->logger, "short.off", asked->object, asked->asked);
    return gt_tx_err(tx);
}

GT_APPROVAL(short_off, {.key = "short.off",
                        .zh = "核销短款",
                        .en = "Write-off of a short",
                        .ask = GT_RIGHT_CREDIT_GRANT,
                        .decide = GT_RIGHT_CREDIT_APPROVE,
                        .apply = write_off_apply});
