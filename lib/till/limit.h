/*
 * Limits of an account by kind of business: of one transaction, and of one business date.
 *
 * They stand beside the limits of account and terminal, which count all business together.  Which
 * businesses have any stands in the account's own row (limit_ops), which every sale reads anyway:
 * where there is none, a sale makes no statement for them.
 */
#ifndef GT_TILL_LIMIT_H
#define GT_TILL_LIMIT_H

#include "access/by.h"
#include "base/outcome.h"
#include "till/account.h"
#include "till/txn.h"

#define GT_LIMIT_COLS(KI, KT, I, T) \
    KI(id) KI(account_id) KI(op) I(limit_txn) I(limit_day) I(version)
struct gt_limit {
    GT_ROW_STRUCT(GT_LIMIT_COLS) /* a limit of 0 is none */
};
extern const struct gt_row gt_limit_row;

/* The id of a row, which is also the scope of what a date has used of it (gt_use). */
#define GT_LIMIT_ID(account_id, op) ((account_id)*16 + (int64_t)(op))

/* The businesses that collect. */
#define GT_LIMIT_OPS 4
extern const enum gt_op gt_limit_op[GT_LIMIT_OPS];

/* In the intent's transaction: whether the account may take `due` fen more by a business.
 * GT_OUT_OVER_TXN_LIMIT, GT_OUT_OVER_DAY_LIMIT. */
enum gt_outcome gt_limit_refuse(struct gt_tx *tx, const struct gt_account *account, enum gt_op op,
                                int64_t biz_date, int64_t due);
/* In the intent's transaction: counts it, where a limit of the day asks for it; `key` as
 * gt_use_add(). */
void gt_limit_use(struct gt_tx *tx, const struct gt_account *account, enum gt_op op, int64_t key,
                  int64_t biz_date, int64_t due);

/* All limits of an account, in the order of gt_limit_op. */
struct gt_limits {
    struct {
        int64_t txn, day; /* fen, 0: none */
    } of[GT_LIMIT_OPS];
    int64_t seen; /* grows with each change */
};
/* In a transaction. */
void gt_limits_read(struct gt_tx *tx, int64_t account_id, struct gt_limits *limits);
/* Sets them.  credit.grant at the account's organisation, and not one's own account.
 * GT_WHY_CHANGED if somebody did meanwhile: `seen` is another. */
enum gt_err gt_limits_put(const struct gt_by *by, int64_t account_id,
                          const struct gt_limits *limits, struct gt_refusal *no) GT_CHECK;

#endif
