/*
 * Receipts: a gap-free series per operator, taken in the outcome's commit.
 */
#ifndef GT_TILL_RECEIPT_H
#define GT_TILL_RECEIPT_H

#include "base/buf.h"
#include "till/txn.h"

#define GT_SERIES_COLS(KI, KT, I, T) KI(id) I(last_no) I(version)
struct gt_series {
    GT_ROW_STRUCT(GT_SERIES_COLS)
};
extern const struct gt_row gt_series_row;

#define GT_RECEIPT_COLS(KI, KT, I, T) KI(id) KI(user_id) I(receipt_no) I(prints) I(version)
struct gt_receipt {
    GT_ROW_STRUCT(GT_RECEIPT_COLS)
};
extern const struct gt_row gt_receipt_row;

/* In a transaction: the next number of an operator's series, which it begins if need be. */
int64_t gt_series_next(struct gt_tx *tx, int64_t user_id);

/* In the outcome's transaction: gives `txn` the next number of its operator's series. */
int64_t gt_receipt_take(struct gt_tx *tx, const struct gt_txn *txn);

/* Appends a receipt as lines of text (UTF-8, '\n' behind each), 48 columns at most; from the second
 * print on it says so (补打).  `org` is the name of the transaction's organisation. */
void gt_receipt_write(struct gt_buf *lines, const struct gt_txn *txn,
                      const struct gt_receipt *receipt, const char *bureau, const char *org,
                      int tz_minutes);

#endif
