/*
 * Batches: a series per account and terminal, each of one business date and at most one shift.
 *
 * A batch that is opened while the operator has a shift open is of that shift, and takes no other
 * operator's transactions.  Where a shift opens or ends, the operator's open batches are closed: so
 * a sale need not ask for the shift, its batch says it.
 *
 * A batch's transactions are found by their places in the account: it keeps the range in which they
 * lie, which a transaction from before its opening widens.
 *
 * Sign-on opens one; a sale without sign-on opens it by itself, so that a cut-off never turns a
 * terminal away.  Closing says only when: what is in a batch are the postings that name it.
 */
#ifndef GT_TILL_BATCH_H
#define GT_TILL_BATCH_H

#include "till/account.h"
#include "till/bag.h"

#define GT_BATCH_COLS(KI, KT, I, T) \
    KI(id)                          \
    KI(account_id)                  \
    KI(terminal_id)                 \
    KI(batch_no)                    \
    KI(user_id)                     \
    KI(shift_id) KI(biz_date) KI(opened_at) I(from_seq) I(last_seq) I(closed_at) I(version)
struct gt_batch {
    GT_ROW_STRUCT(GT_BATCH_COLS)
};
extern const struct gt_row gt_batch_row;

/* Whose batch it must be. */
struct gt_batch_of {
    const struct gt_account *account; /* as locked in this transaction */
    int64_t terminal_id, user_id;
    int64_t biz_date;
    int64_t seq; /* place of the transaction in the account; of a sign-on the next one */
};
/* In a transaction: the open batch of account and terminal on the date that takes the operator's
 * transactions; opens the next of the series (one key of the bag) if there is none, after closing
 * one left open from an earlier date or of another shift. */
void gt_batch_need(struct gt_tx *tx, const struct gt_batch_of *of, int64_t now, struct gt_bag *bag,
                   struct gt_batch *batch);
/* In a transaction: closes the open batch; false if there is none. */
bool gt_batch_close(struct gt_tx *tx, const struct gt_account *account, int64_t terminal_id,
                    int64_t now, struct gt_batch *batch);
/* In a transaction that holds the account: closes those a user has open on it. */
void gt_batch_close_of(struct gt_tx *tx, const struct gt_account *account, int64_t user_id,
                       int64_t now);
/* In a transaction: closes up to 200 open batches of dates before `biz_date`; how many. */
int gt_batch_close_before(struct gt_tx *tx, int64_t biz_date, int64_t now);

#endif
