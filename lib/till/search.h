/*
 * Finding transactions in the journal, for pages and exports.
 *
 * What a caller can name finds its transaction by an index: our number, terminal and trace number,
 * receipt, customer (day by day), account.  Anything else is looked for from the newest to the
 * oldest, in windows of numbers, and one call looks at a bounded number of rows: then it gives what
 * it has and says where to go on, so no search takes long, however rare what it looks for is.  The
 * journal gets no index for it, as every sale would pay for that.
 */
#ifndef GT_TILL_SEARCH_H
#define GT_TILL_SEARCH_H

#include "access/list.h"
#include "till/txn.h"

/* What transactions are asked for; 0, NULL or "": any. */
struct gt_txn_find {
    const char *path;        /* the subtree, of the account's organisation; "/" is all */
    int64_t from, to;        /* business dates of the intent, both inclusive */
    int64_t from_at, to_at;  /* times of the intent, both inclusive */
    int64_t before;          /* keyset: ids below this one, 0 to begin with */
    int64_t account_id;      /* an index serves this */
    const char *customer_no; /* and this */
    int64_t terminal_id, user_id, channel, op, state, up_state;
    int64_t least, greatest;        /* amount with fee, fen */
    const char *meter_no, *card_no; /* exactly */
    const char *system;             /* marketing system */
};

/* What came of it. */
struct gt_txn_found {
    size_t n;
    bool more;      /* there may be more: ask again with `before` as below */
    int64_t before; /* keyset of what follows */
};

/* Rows that one call looks at, about. */
#define GT_TXN_LOOK 30000

/* In a transaction: the newest first, `most` (GT_LIST_MAX) at most into `txns`. */
void gt_txn_search(struct gt_tx *tx, const struct gt_txn_find *find, struct gt_txn *txns,
                   size_t most, struct gt_txn_found *found);

/* In a transaction: the transaction of a receipt (operator number and number in the series); 0 if
 * none. */
int64_t gt_txn_of_receipt(struct gt_tx *tx, const char *operator_no, int64_t receipt_no);

/* The business date of a transaction number, and how people read it: "20261122 0000000042". */
int64_t gt_txn_date(int64_t id);
#define GT_TXN_NUMBER_MAX 32
char *gt_txn_number(int64_t id, char out[GT_TXN_NUMBER_MAX]);
/* Reads what people type of a transaction number, with or without blanks; false if it is none. */
bool gt_txn_number_read(const char *text, int64_t *id);
/* Reads "900001-0000042", a receipt number; false if it is none. */
bool gt_receipt_number_read(const char *text, char operator_no[21], int64_t *receipt_no);

#endif
