/*
 * Void numbers: receipts whose paper was spoiled.
 *
 * The operator says so and why; the number is void for ever and stands here, and the transaction
 * takes the next number of the operator's series.  So each number of a series is a receipt's or
 * stands here, which the auditor looks at.  Nothing of the money changes.
 */
#ifndef GT_TILL_VOID_H
#define GT_TILL_VOID_H

#include "access/by.h"

/* clang-format off */
#define GT_VOID_COLS(KI, KT, I, T)                                                               \
    KI(id) KI(user_id) KI(receipt_no) KI(txn_id) KI(org_id) KI(shift_id) KI(biz_date) KI(at)     \
    T(reason, 601) I(version)
/* clang-format on */
struct gt_void {
    GT_ROW_STRUCT(GT_VOID_COLS)
};
extern const struct gt_row gt_void_row;

/* Makes the number `receipt_no` of a transaction's receipt void; the receipt gets the next number,
 * and counts its prints from nothing.  By the operator who collected it, who holds cashier.void
 * there.  The same number again does nothing.  Fields: reason.  GT_WHY_ABSENT (not theirs, or it
 * has no receipt), REASON, CHANGED (it has another number now). */
enum gt_err gt_receipt_void(const struct gt_by *by, int64_t txn_id, int64_t receipt_no,
                            const char *reason, struct gt_refusal *no) GT_CHECK;

/* What is looked for. */
struct gt_void_find {
    const char *path;   /* subtree of the transactions; "/" is all */
    int64_t user_id;    /* whose series, 0: anybody's */
    int64_t receipt_no; /* this number of `user_id`, 0: any */
    int64_t shift_id;   /* of this shift of `user_id`, 0: any */
    int64_t from, to;   /* business dates when it was told; to 0: any */
    int64_t before_id;
    size_t most;
};
#define GT_VOIDS_MAX 51
/* In a transaction: the newest first, `find->most` (GT_VOIDS_MAX) at most. */
size_t gt_voids_find(struct gt_tx *tx, const struct gt_void_find *find, struct gt_void *voids);

#endif
