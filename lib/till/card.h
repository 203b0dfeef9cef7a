/*
 * Cards as far as we have seen them, and the refusals that are certain before money moves.
 *
 * Upstream is the system of record: what we cannot know for sure is left for it to refuse.
 */
#ifndef GT_TILL_CARD_H
#define GT_TILL_CARD_H

#include "till/bag.h"
#include "till/txn.h"

enum gt_card_state { GT_CARD_VALID = 1, GT_CARD_REPLACED };

#define GT_CARD_COLS(KI, KT, I, T) \
    KI(id)                         \
    KT(system, 17)                 \
    KT(card_no, 33) KT(customer_no, 33) T(meter_no, 33) I(state) I(last_txn) I(version)
struct gt_card {
    GT_ROW_STRUCT(GT_CARD_COLS)
};
extern const struct gt_row gt_card_row;

/* Whether the meter has written nothing back: the card was not inserted since the last purchase. */
bool gt_card_not_inserted(const struct gt_card_read *read);

/* In a transaction: what a reading confirms.  A card that shows the count of a purchase we still
 * have as "to write" confirms it, and so does one that shows the count before a reversed purchase
 * for its write-back: that row is then in `seen` (id 0: none), for the caller to mark as written.
 */
void gt_card_seen(struct gt_tx *tx, const char *system, const struct gt_card_read *read,
                  struct gt_txn *seen);
/* In a transaction: the outcome with which a recharge with this card is refused, or OK; `seen` as
 * above. */
enum gt_outcome gt_card_refuse_recharge(struct gt_tx *tx, const char *system,
                                        const char *customer_no, const struct gt_card_read *read,
                                        struct gt_txn *seen);
/* The same for writing the purchase `orig` again: */
enum gt_outcome gt_card_refuse_rewrite(const struct gt_txn *orig, const struct gt_card_read *read);
/* and for reversing it. */
enum gt_outcome gt_card_refuse_reverse(struct gt_tx *tx, const struct gt_txn *orig,
                                       const struct gt_card_read *read);

/* In the outcome's transaction: remembers that `txn` was a purchase for its card; for a
 * replacement, also that the customer's other cards are not valid any more, and gives in
 * `replaced` (id 0: none) the purchase not yet written that the new card now carries. */
void gt_card_remember(struct gt_tx *tx, const struct gt_txn *txn, struct gt_bag *bag,
                      struct gt_txn *replaced);

#endif
