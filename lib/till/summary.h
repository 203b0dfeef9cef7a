/*
 * Summaries: what was sold and taken back, by account, organisation, operator, channel, business,
 * marketing system, business date and hour.
 *
 * They are written in the commit of the posting, so that dashboard and statistics are never late
 * and never count the journal.  Rows are of one account each: nobody queues for them.
 */
#ifndef GT_TILL_SUMMARY_H
#define GT_TILL_SUMMARY_H

#include "till/bag.h"
#include "till/txn.h"

/* clang-format off */
#define GT_SUMMARY_COLS(KI, KT, I, T)                                                        \
    KI(id) KI(biz_date) KI(hour) KI(account_id) KI(org_id) KI(user_id) KI(channel) KI(op)    \
    KT(system, 17) I(sales) I(amount) I(fees) I(reversals) I(reversed) I(version)
/* clang-format on */
struct gt_summary {
    GT_ROW_STRUCT(GT_SUMMARY_COLS)
};
extern const struct gt_row gt_summary_row;

/* What a posted money transaction counts as: fills the key and its own figures (version and id 0).
 * `sale` is the transaction itself, or the original of a reversal: that counts under the original's
 * business and system, but in the hour, the channel and the account that took it back. */
void gt_summary_of(const struct gt_txn *txn, const struct gt_txn *sale, struct gt_summary *out);

/* In a transaction: adds it to its row. */
void gt_summary_add(struct gt_tx *tx, const struct gt_txn *txn, const struct gt_txn *sale,
                    struct gt_bag *bag);

/* Orders rows by their key. */
int gt_summary_compare(const void *a, const void *b);

#endif
