/*
 * One-off permissions.
 */
#include "till/permit.h"

#include "access/name.h"
#include "access/param.h"
#include "access/state.h"
#include "base/buf.h"
#include "base/money.h"
#include "till/credit.h"

#include <stdio.h>

#define CUSTOMER_CHARS 32
#define HOUR_MS        INT64_C(3600000)

GT_ROW_DEFINE(gt_permit, GT_PERMIT_COLS);
GT_STMT(permit_for,
        GT_ROW_SELECT(gt_permit, GT_PERMIT_COLS) " WHERE account_id = ? AND customer_no = ? AND "
                                                 "amount = ? AND txn_id = 0 AND "
                                                 "expires_at > ? ORDER BY id");
GT_STMT(permit_list, "SELECT {top 100} " GT_ROW_NAMES(
                         GT_PERMIT_COLS) " FROM gt_permit WHERE account_id = ? ORDER BY id DESC "
                                         "{limit 100}");

bool gt_permit_for_sale(struct gt_tx *tx, int64_t account_id, const char *customer_no,
                        int64_t amount, int64_t now, struct gt_permit *permit)
{
    return gt_row_one(tx, &gt_permit_row, permit, &permit_for, GT_INT(account_id),
                      GT_TEXT(customer_no), GT_INT(amount), GT_INT(now));
}

void gt_permit_use(struct gt_tx *tx, struct gt_permit *permit, int64_t txn_id)
{
    permit->txn_id = txn_id;
    gt_row_save(tx, &gt_permit_row, permit);
}

size_t gt_permits_of(struct gt_tx *tx, int64_t account_id, struct gt_permit *permits, size_t most)
{
    size_t n = 0;

    gt_tx_query(tx, &permit_list, GT_INT(account_id));
    while (n < most && gt_tx_next(tx))
        gt_row_read(tx, &gt_permit_row, &permits[n++]);
    return gt_tx_err(tx) == GT_OK ? n : 0;
}

struct giving {
    const struct gt_by *by;
    struct gt_refusal *no;
    struct gt_permit given;
};

static enum gt_err give_in(struct gt_tx *tx, void *arg)
{
    const struct giving *g = arg;
    struct gt_permit permit = g->given;
    struct gt_account account;
    struct gt_org org;
    char object[241], detail[200], money[GT_MONEY_MAX];

    *g->no = (struct gt_refusal){.why = GT_WHY_NONE};
    if (!gt_row_find(tx, &gt_account_row, permit.account_id, &account))
        return gt_tx_refuse(tx, g->no, GT_WHY_ABSENT, "", 0, NULL);
    if (gt_by_may(tx, g->by, GT_RIGHT_CREDIT_GRANT, account.org_id, &org, g->no) != GT_OK)
        return gt_tx_err(tx);
    if (gt_credit_own(tx, g->by, &account))
        return gt_tx_refuse(tx, g->no, GT_WHY_IS_SELF, "", 0, NULL);
    if (gt_credit_wants_second(tx, g->by, &org, permit.amount))
        return gt_tx_refuse(tx, g->no, GT_WHY_PERMIT_MOST, "amount",
                            gt_param_get(tx, GT_PARAM_CREDIT_SECOND, org.path), NULL);
    permit.expires_at =
        permit.made_at + gt_param_get(tx, GT_PARAM_PERMIT_HOURS, org.path) * HOUR_MS;
    gt_row_insert(tx, &gt_permit_row, &permit);
    gt_census_add(tx, gt_permit_row.table, 1);
    gt_account_name(tx, &account, object);
    snprintf(detail, sizeof(detail), "customer=%s amount=%s", permit.customer_no,
             gt_money_format(permit.amount, money));
    gt_oplog_add(tx, g->by->logger, "account.permit", object, detail);
    return gt_tx_err(tx);
}

enum gt_err gt_permit_give(const struct gt_by *by, int64_t account_id, const char *customer_no,
                           int64_t amount, const char *reason, int64_t *id, struct gt_refusal *no)
{
    struct giving g = {.by = by, .no = no};

    if (!gt_code_ok(customer_no, CUSTOMER_CHARS, ".-_"))
        return gt_refuse(no, GT_WHY_CODE_FORM, "customer_no", CUSTOMER_CHARS, ". - _");
    if (amount <= 0)
        return gt_refuse(no, GT_WHY_MONEY_ZERO, "amount", 0, NULL);
    if (!gt_reason_ok(reason))
        return gt_refuse(no, GT_WHY_REASON, "reason", 0, NULL);
    g.given = (struct gt_permit){.account_id = account_id,
                                 .amount = amount,
                                 .by_id = by->user_id,
                                 .made_at = gt_now(by->clock)};
    enum gt_err err = gt_str_copy(g.given.customer_no, sizeof(g.given.customer_no), customer_no);
    if (err == GT_OK)
        err = gt_str_copy(g.given.reason, sizeof(g.given.reason), reason);
    if (err == GT_OK)
        err = gt_key_next(by->src, "permit", &g.given.id);
    if (err == GT_OK)
        err = gt_db_transact(by->db, "account.permit", give_in, &g);
    if (err == GT_OK)
        *id = g.given.id;
    return err;
}
