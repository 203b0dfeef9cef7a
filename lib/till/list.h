/*
 * Lists of accounts and transactions for pages, in the manner of access/list.h.
 */
#ifndef GT_TILL_LIST_H
#define GT_TILL_LIST_H

#include "access/list.h"
#include "till/account.h"
#include "till/txn.h"

/* In a transaction: by id; the keyset is the id.  Kind and state of accounts; no text. */
size_t gt_account_list(struct gt_tx *tx, const struct gt_find *find, struct gt_account *accounts);

/* What transactions are asked for; 0 or NULL or "": any. */
struct gt_txn_find {
    const char *path;        /* the subtree, of the account's organisation */
    int64_t from, to;        /* business dates of the intent, both inclusive; wanted */
    int64_t before;          /* keyset: ids below this one, 0 to begin with */
    int64_t account_id;      /* an index serves this */
    const char *customer_no; /* and this */
    int64_t terminal_id, op, state, up_state;
    int64_t least, greatest;          /* amount, fen */
    const char *operator_no, *method; /* exactly */
    const char *meter_no, *card_no;   /* exactly */
};

/* What came of it. */
struct gt_txn_found {
    size_t n;
    bool more;      /* there may be more: ask again with `before` as below */
    int64_t before; /* keyset of what follows */
};

/* Rows that one call looks at, at most: then it gives what it has and says where to go on, so that
 * no search takes long, however rare what it looks for is. */
#define GT_TXN_LOOK 4000

/* In a transaction: the newest first, `most` (GT_LIST_MAX) at most into `txns`. */
void gt_txn_list(struct gt_tx *tx, const struct gt_txn_find *find, struct gt_txn *txns, size_t most,
                 struct gt_txn_found *found);

/* In a transaction: transactions in flight or in doubt in a subtree, the oldest first; the keyset
 * is the id.  Gives how many. */
size_t gt_doubt_list(struct gt_tx *tx, const char *path, int64_t after_id, struct gt_txn *txns,
                     size_t most);

/* In a transaction: the transaction of a receipt (operator number and number in the series); 0 if
 * none. */
int64_t gt_txn_of_receipt(struct gt_tx *tx, const char *operator_no, int64_t receipt_no);
/* In a transaction: the last transactions of a terminal, by trace number, `most` (20) at most. */
size_t gt_txns_of_terminal(struct gt_tx *tx, int64_t terminal_id, struct gt_txn *txns, size_t most);
/* In a transaction: when a terminal last sent something that was stored; 0: never. */
int64_t gt_terminal_seen(struct gt_tx *tx, int64_t terminal_id);

#endif
