/*
 * One-off permissions: one customer, one amount, beyond what the limits allow.
 *
 * A manager grants it; the first transaction of the account with just this customer and amount that
 * the limits would refuse uses it up, in the intent's commit.
 */
#ifndef GT_TILL_PERMIT_H
#define GT_TILL_PERMIT_H

#include "access/by.h"

/* clang-format off */
#define GT_PERMIT_COLS(KI, KT, I, T)                                                           \
    KI(id) KI(account_id) KT(customer_no, 33) KI(amount) KT(reason, 601) KI(by_id) KI(made_at) \
    KI(expires_at) I(txn_id) I(version)
/* clang-format on */
struct gt_permit {
    GT_ROW_STRUCT(GT_PERMIT_COLS)
};
extern const struct gt_row gt_permit_row;

/* Grants one, good for the hours of the parameter permit.hours.  credit.grant at the account's
 * organisation, and not by the account's own user; `amount` (fen, with the fee) not above the
 * parameter credit.second.  Fields: customer_no, amount, reason. */
enum gt_err gt_permit_give(const struct gt_by *by, int64_t account_id, const char *customer_no,
                           int64_t amount, const char *reason, int64_t *id,
                           struct gt_refusal *no) GT_CHECK;

/* In a transaction: the permission that a transaction could use; false if there is none. */
bool gt_permit_for_sale(struct gt_tx *tx, int64_t account_id, const char *customer_no,
                        int64_t amount, int64_t now, struct gt_permit *permit);
/* In the intent's transaction: it is used up. */
void gt_permit_use(struct gt_tx *tx, struct gt_permit *permit, int64_t txn_id);
/* In a transaction: those of an account, the newest first, `most` at most; gives how many. */
size_t gt_permits_of(struct gt_tx *tx, int64_t account_id, struct gt_permit *permits, size_t most);

#endif
