/*
 * Lists of accounts and of what is in doubt, for pages, in the manner of access/list.h.
 *
 * Not here: finding transactions in the journal (search.h).
 */
#ifndef GT_TILL_LIST_H
#define GT_TILL_LIST_H

#include "access/list.h"
#include "till/account.h"
#include "till/txn.h"

/* In a transaction: by id; the keyset is the id.  Kind and state of accounts.  Text:
 * login, operator number and name of a cashier, code and name of an agent. */
size_t gt_account_list(struct gt_tx *tx, const struct gt_find *find, struct gt_account *accounts);

/* A transaction without an outcome, and what the worker knows of it. */
struct gt_doubt {
    struct gt_txn txn;
    int64_t sent_at, due_at; /* times: sent upstream; when the worker asks next */
    int64_t tries;           /* answered inquiries so far */
};
/* In a transaction: those in a subtree, in flight or in doubt, the oldest first; the keyset is the
 * id.  Gives how many. */
size_t gt_doubt_list(struct gt_tx *tx, const char *path, int64_t after_id, struct gt_doubt *rows,
                     size_t most);
/* In a transaction: how many there are in doubt (not merely in flight) in a subtree by marketing
 * system, and the time of the oldest; gives how many systems, `most` at most. */
struct gt_doubt_sum {
    char system[17];
    int64_t count, since;
};
size_t gt_doubt_sums(struct gt_tx *tx, const char *path, struct gt_doubt_sum *sums, size_t most);

/* In a transaction: the last transactions of a terminal, by trace number, `most` (20) at most. */
size_t gt_txns_of_terminal(struct gt_tx *tx, int64_t terminal_id, struct gt_txn *txns, size_t most);
/* In a transaction: when a terminal last sent something that was stored; 0: never. */
int64_t gt_terminal_seen(struct gt_tx *tx, int64_t terminal_id);
/* The same of a page's terminals (GT_PAGE_IDS at most), each at the place of its id. */
void gt_terminals_seen(struct gt_tx *tx, const int64_t *ids, size_t n, int64_t *seen);

#endif
