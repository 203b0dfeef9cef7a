/*
 * What is in a batch: its totals by operation, and its transactions a page at a time, for a
 * terminal that compares them with its own.
 *
 * What is in a batch has posted money.  A batch that is closed never changes, and nothing of one is
 * counted by hand: it is read from the journal by the batch's places in its account.
 */
#ifndef GT_BOOKS_BATCH_SUM_H
#define GT_BOOKS_BATCH_SUM_H

#include "till/batch.h"
#include "till/till.h"

/* One operation: how many transactions, fen with fees; of reversals, what they gave back. */
struct gt_batch_total {
    enum gt_op op;
    int64_t count, amount;
};
#define GT_BATCH_TOTALS ((size_t)GT_OP__MAX)

/* A transaction of it, the least that lets a person find it. */
struct gt_batch_line {
    int64_t id, trace_no, amount, at; /* amount with fee; time of the outcome */
    enum gt_op op;
    enum gt_txn_state state;
    char customer_no[33], method[13];
};
#define GT_BATCH_LINES 100 /* of a page */

/* In a read: the batch with this number of an account and terminal, number 0: the last one. */
bool gt_batch_find(struct gt_tx *tx, int64_t account_id, int64_t terminal_id, int64_t batch_no,
                   struct gt_batch *batch);
/* In a read: its totals, by operation; gives how many (GT_BATCH_TOTALS at most). */
size_t gt_batch_totals(struct gt_tx *tx, const struct gt_batch *batch,
                       struct gt_batch_total *totals);
/* In a read: its transactions with numbers above `after`, by number, `most` (GT_BATCH_LINES + 1) at
 * most; gives how many. */
size_t gt_batch_lines(struct gt_tx *tx, const struct gt_batch *batch, int64_t after,
                      struct gt_batch_line *lines, size_t most);

/* Closes the batch with this number (0: the last one) of the actor's account and terminal, if it is
 * open still; `*batch` is as it then stands.  GT_ERR_ABSENT: there is none, or no account. */
enum gt_err gt_batch_end(const struct gt_till *till, const struct gt_actor *actor, int64_t batch_no,
                         struct gt_batch *batch, bool *was_open) GT_CHECK;

#endif
