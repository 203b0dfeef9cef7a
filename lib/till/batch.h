/*
 * Batches: a series per account and terminal, each of one business date.
 *
 * Sign-on opens one; a sale without sign-on opens it by itself, so that a cut-off never turns a
 * terminal away.  Closing says only when: what is in a batch are the postings that name it.
 */
#ifndef GT_TILL_BATCH_H
#define GT_TILL_BATCH_H

#include "store/row.h"
#include "till/bag.h"

#define GT_BATCH_COLS(KI, KT, I, T) \
    KI(id)                          \
    KI(account_id) KI(terminal_id) KI(batch_no) KI(biz_date) KI(opened_at) I(closed_at) I(version)
struct gt_batch {
    GT_ROW_STRUCT(GT_BATCH_COLS)
};
extern const struct gt_row gt_batch_row;

/* In a transaction: the open batch of account and terminal on `biz_date`; opens the next of the
 * series (one key of the bag) if there is none, after closing one left open from an earlier date.
 */
void gt_batch_need(struct gt_tx *tx, int64_t account_id, int64_t terminal_id, int64_t biz_date,
                   int64_t now, struct gt_bag *bag, struct gt_batch *batch);
/* In a transaction: closes the open batch; false if there is none. */
bool gt_batch_close(struct gt_tx *tx, int64_t account_id, int64_t terminal_id, int64_t now,
                    struct gt_batch *batch);
/* In a transaction: closes up to 200 open batches of dates before `biz_date`; how many. */
int gt_batch_close_before(struct gt_tx *tx, int64_t biz_date, int64_t now);

#endif
