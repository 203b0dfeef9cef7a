/*
 * Limits by kind of business.
 */
#include "till/limit.h"

#include "base/buf.h"
#include "base/money.h"
#include "till/credit.h"

#include <stdio.h>

GT_ROW_DEFINE(gt_limit, GT_LIMIT_COLS);
GT_STMT(limits_of, GT_ROW_SELECT(gt_limit, GT_LIMIT_COLS) " WHERE id >= ? AND id < ?");

const enum gt_op gt_limit_op[GT_LIMIT_OPS] = {GT_OP_PAY, GT_OP_RECHARGE, GT_OP_OPEN, GT_OP_REPLACE};

/* The limits of one business, read only where the account says that there are any. */
static bool find(struct gt_tx *tx, const struct gt_account *account, enum gt_op op,
                 struct gt_limit *limit)
{
    return (account->limit_ops >> op & 1) &&
           gt_row_find(tx, &gt_limit_row, GT_LIMIT_ID(account->id, op), limit);
}

enum gt_outcome gt_limit_refuse(struct gt_tx *tx, const struct gt_account *account, enum gt_op op,
                                int64_t biz_date, int64_t due)
{
    struct gt_limit limit;

    if (!find(tx, account, op, &limit))
        return GT_OUT_OK;
    if (limit.limit_txn && due > limit.limit_txn)
        return GT_OUT_OVER_TXN_LIMIT;
    return gt_use_room(tx, GT_USE_BUSINESS, limit.id, biz_date, limit.limit_day, due)
               ? GT_OUT_OK
               : GT_OUT_OVER_DAY_LIMIT;
}

void gt_limit_use(struct gt_tx *tx, const struct gt_account *account, enum gt_op op, int64_t key,
                  int64_t biz_date, int64_t due)
{
    struct gt_limit limit;

    if (find(tx, account, op, &limit) && limit.limit_day)
        gt_use_add(tx, key, GT_USE_BUSINESS, limit.id, biz_date, due);
}

void gt_limits_read(struct gt_tx *tx, int64_t account_id, struct gt_limits *limits)
{
    struct gt_limit limit;

    *limits = (struct gt_limits){.seen = 0};
    gt_tx_query(tx, &limits_of, GT_INT(GT_LIMIT_ID(account_id, 0)),
                GT_INT(GT_LIMIT_ID(account_id + 1, 0)));
    while (gt_tx_next(tx)) {
        gt_row_read(tx, &gt_limit_row, &limit);
        limits->seen += limit.version;
        for (int i = 0; i < GT_LIMIT_OPS; i++) {
            if (limit.op == (int64_t)gt_limit_op[i]) {
                limits->of[i].txn = limit.limit_txn;
                limits->of[i].day = limit.limit_day;
            }
        }
    }
}

/* --- changing them */

struct change {
    const struct gt_by *by;
    struct gt_refusal *no;
    int64_t account_id;
    const struct gt_limits *limits;
};

static void note(struct gt_buf *detail, enum gt_op op, const char *which, int64_t before,
                 int64_t after)
{
    char from[GT_MONEY_MAX], to[GT_MONEY_MAX];

    if (before != after)
        gt_buf_printf(detail, "%s%s_%s %s -> %s", detail->len ? ", " : "", gt_op_name(op), which,
                      gt_money_format(before, from), gt_money_format(after, to));
}

/* A row stays where its limits are taken away: the account's row says that there are none. */
static void put_one(struct gt_tx *tx, struct gt_account *account, enum gt_op op, int64_t txn,
                    int64_t day, struct gt_buf *detail)
{
    struct gt_limit limit = {
        .id = GT_LIMIT_ID(account->id, op), .account_id = account->id, .op = op};
    bool there = gt_row_lock(tx, &gt_limit_row, limit.id, &limit);

    if (limit.limit_txn == txn && limit.limit_day == day)
        return;
    note(detail, op, "txn", limit.limit_txn, txn);
    note(detail, op, "day", limit.limit_day, day);
    limit.limit_txn = txn;
    limit.limit_day = day;
    if (there) {
        gt_row_save(tx, &gt_limit_row, &limit);
    } else {
        gt_row_insert(tx, &gt_limit_row, &limit);
        gt_census_add(tx, gt_limit_row.table, 1);
    }
    account->limit_ops &= ~(INT64_C(1) << op);
    if (txn || day)
        account->limit_ops |= INT64_C(1) << op;
}

static enum gt_err put_in(struct gt_tx *tx, void *arg)
{
    const struct change *c = arg;
    struct gt_account account;
    struct gt_limits before;
    struct gt_buf detail;
    char object[241];

    if (gt_credit_find(tx, c->by, c->account_id, GT_RIGHT_CREDIT_GRANT, &account, NULL, c->no) !=
        GT_OK)
        return gt_tx_err(tx);
    gt_limits_read(tx, account.id, &before);
    if (before.seen != c->limits->seen)
        return gt_tx_refuse(tx, c->no, GT_WHY_CHANGED, "", 0, NULL);
    gt_buf_init(&detail, 600);
    for (int i = 0; i < GT_LIMIT_OPS; i++)
        put_one(tx, &account, gt_limit_op[i], c->limits->of[i].txn, c->limits->of[i].day, &detail);
    enum gt_err err = gt_buf_err(&detail);
    if (err != GT_OK) {
        gt_tx_fail(tx, err);
    } else if (detail.len > 0) {
        gt_row_save(tx, &gt_account_row, &account);
        gt_account_name(tx, &account, object);
        gt_oplog_add(tx, c->by->logger, "account.limit", object, detail.data);
    }
    gt_buf_done(&detail);
    return gt_tx_err(tx);
}

enum gt_err gt_limits_put(const struct gt_by *by, int64_t account_id,
                          const struct gt_limits *limits, struct gt_refusal *no)
{
    struct change c = {by, no, account_id, limits};

    for (int i = 0; i < GT_LIMIT_OPS; i++)
        if (limits->of[i].txn < 0 || limits->of[i].day < 0)
            return gt_refuse(no, GT_WHY_MONEY_FORM, "", 0, NULL);
    return gt_db_transact(by->db, "account.limits", put_in, &c);
}
