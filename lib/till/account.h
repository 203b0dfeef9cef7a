/*
 * Credit accounts: who may still collect how much.
 *
 *     available = deposit + credit_limit - unremitted - held
 *
 * A sale holds its amount with the journal's intent; the outcome turns what is held into drawn
 * deposit and unremitted money, or gives it back.
 */
#ifndef GT_TILL_ACCOUNT_H
#define GT_TILL_ACCOUNT_H

#include "access/state.h"
#include "store/row.h"

/* A safe is no credit account: its row keeps the postings and slips of an organisation's safe. */
enum gt_account_kind { GT_ACCOUNT_CASHIER = 1, GT_ACCOUNT_AGENT, GT_ACCOUNT_SAFE };
enum gt_account_state { GT_ACCOUNT_ENABLED = 1, GT_ACCOUNT_SUSPENDED };

/* clang-format off */
#define GT_ACCOUNT_COLS(KI, KT, I, T)                                                       \
    KI(id) KI(kind) KI(owner_id) KI(org_id) I(deposit) I(credit_limit) I(unremitted)        \
    I(held) I(limit_txn) I(limit_day) I(limit_ops) I(state) I(shifts) I(prepaid) I(txn_count)            \
    I(posting_count) I(version)
/* clang-format on */
struct gt_account {
    GT_ROW_STRUCT(GT_ACCOUNT_COLS)
};
extern const struct gt_row gt_account_row;

#define GT_USE_COLS(KI, KT, I, T) KI(id) KI(scope) KI(scope_id) KI(biz_date) I(amount) I(version)
struct gt_use {
    GT_ROW_STRUCT(GT_USE_COLS)
};
extern const struct gt_row gt_use_row;

enum gt_use_scope { GT_USE_TERMINAL = 1, GT_USE_ACCOUNT, GT_USE_BUSINESS /* limit.h */ };

/* In a transaction: whether a scope may take `amount` more on a business date; a limit of 0 is no
 * limit. */
bool gt_use_room(struct gt_tx *tx, enum gt_use_scope scope, int64_t scope_id, int64_t biz_date,
                 int64_t limit, int64_t amount);
/* In a transaction: counts it; `key` is used if it is the first of the date. */
void gt_use_add(struct gt_tx *tx, int64_t key, enum gt_use_scope scope, int64_t scope_id,
                int64_t biz_date, int64_t amount);
/* In a transaction: takes back what was counted (declined, reversed), if anything was. */
void gt_use_return(struct gt_tx *tx, enum gt_use_scope scope, int64_t scope_id, int64_t biz_date,
                   int64_t amount);

/* Fen that may still be collected; may be below zero after a limit was lowered. */
int64_t gt_account_available(const struct gt_account *account);

/* In a transaction: opens an account (id: key of the series "account"; kind, owner_id, org_id and
 * limits filled in, the rest zero).  GT_ERR_EXISTS: the owner has one. */
enum gt_err gt_account_add(struct gt_tx *tx, struct gt_account *account);
bool gt_account_by_owner(struct gt_tx *tx, enum gt_account_kind kind, int64_t owner_id,
                         struct gt_account *account);

/* In a transaction: the safe of an organisation, locked; made with `key` (series "account") if it
 * has none yet.  A failure sticks to `tx`. */
void gt_account_safe(struct gt_tx *tx, int64_t org_id, int64_t key, struct gt_account *safe);

/* In the intent's transaction: holds `amount`.  False, nothing held, if that is more than what is
 * available.  The caller saves the row. */
bool gt_account_hold(struct gt_account *account, int64_t amount);
/* The same beyond what is available, under a permission. */
void gt_account_hold_beyond(struct gt_account *account, int64_t amount);
/* In the outcome's: what was held is given back, */
void gt_account_release(struct gt_account *account, int64_t amount);
/* or taken for good: the deposit first, only the rest becomes unremitted; `*drawn` is what the
 * deposit gave. */
void gt_account_take(struct gt_account *account, int64_t amount, int64_t *drawn);
/* Cash that an account gave back to a customer for another one, or late: it lowers what is
 * unremitted, and what is beyond that becomes deposit, as money banked does; `*drawn` is that part.
 */
void gt_account_give(struct gt_account *account, int64_t amount, int64_t *drawn);
/* A reversal: split as the original was. */
void gt_account_restore(struct gt_account *account, int64_t amount, int64_t drawn);

#endif
