/*
 * What became of the cash of a sale that was in doubt and then released.
 *
 * The customer had paid, and the cashier was told to wait: now nothing was sold, so whoever took
 * the money says whether it was given back.  What was kept lies in the drawer of the open shift: it
 * is expected there at the count, and the close puts it to suspense, owed to the customer.
 */
#ifndef GT_TILL_CASH_BACK_H
#define GT_TILL_CASH_BACK_H

#include "access/by.h"
#include "till/txn.h"

/* id is the transaction's. */
#define GT_CASH_BACK_COLS(KI, KT, I, T) \
    KI(id)                              \
    KI(user_id)                         \
    KI(account_id) KI(amount) KI(kept) KI(shift_id) KI(biz_date) KI(at) I(given_id) I(version)
struct gt_cash_back {
    GT_ROW_STRUCT(GT_CASH_BACK_COLS)
};
extern const struct gt_row gt_cash_back_row;

/* In a transaction: whether it is of those whose cash must be told of: a sale in cash that was in
 * doubt and was declined. */
bool gt_cash_back_asked(struct gt_tx *tx, const struct gt_txn *txn);

/* In a transaction: the one who took the money says that it was given back, or (`kept`) that it was
 * not; once.  `*row` is what stands in the books, `*is_new` whether it was told just now.  Pages
 * ask gt_kept_tell() (books/kept.h).  Fields: none.  GT_WHY_ABSENT (not theirs, or none that is
 * asked about), NO_SHIFT (kept, and no shift is open), TOLD_BEFORE (otherwise). */
enum gt_err gt_cash_back_in(struct gt_tx *tx, const struct gt_by *by, int64_t txn_id, bool kept,
                            int64_t now, struct gt_cash_back *row, bool *is_new,
                            struct gt_refusal *no) GT_CHECK;

#endif
