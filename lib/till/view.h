/*
 * All that is known of one transaction, for its page; and its receipt, printed by whoever may see
 * it.
 */
#ifndef GT_TILL_VIEW_H
#define GT_TILL_VIEW_H

#include "access/by.h"
#include "access/terminal.h"
#include "till/flow.h"
#include "till/ledger.h"
#include "till/receipt.h"

#define GT_VIEW_EVENTS   60
#define GT_VIEW_ENTRIES  24
#define GT_VIEW_MESSAGES 4

struct gt_txn_view {
    struct gt_txn txn;
    struct gt_org org;
    struct gt_user user;         /* operator; id 0: none */
    struct gt_terminal terminal; /* id 0: none */
    struct gt_pending pending;   /* id 0: decided */
    struct gt_receipt receipt;   /* id 0: none */
    struct gt_packet packet;     /* id 0: none */
    struct gt_txn orig;          /* that it reverses, rewrites or confirms; id 0: none */
    struct gt_txn reversal;      /* that reverses it; id 0: none */
    struct gt_event events[GT_VIEW_EVENTS];
    size_t nevents;
    struct gt_message messages[GT_VIEW_MESSAGES]; /* answers that were kept, oldest first */
    size_t nmessages;
    struct gt_entry entries[GT_VIEW_ENTRIES];
    size_t nentries;
    struct gt_txn_bill bills[GT_BILLS_MAX];
    size_t nbills;
    int64_t batch_no; /* 0: in none */
};

/* In a transaction: reads it; false if there is no such transaction.  Whether it may be seen is for
 * the caller to look at, by `view->org`. */
bool gt_txn_view_read(struct gt_tx *tx, int64_t id, struct gt_txn_view *view);

/* The request as it went upstream, made again of what the journal holds.  Not kept are what a
 * card's meter wrote back and its random number, which stand as "***", and which bills were named:
 * they are those that were settled.  Its card number is masked. */
void gt_txn_view_request(const struct gt_txn_view *view, struct gt_up_request *request);

/* Counts a print of the receipt.  txn.view at the transaction's organisation.  GT_WHY_ABSENT: none
 * such, or it has no receipt. */
enum gt_err gt_txn_print(const struct gt_by *by, int64_t id, struct gt_refusal *no) GT_CHECK;

#endif
