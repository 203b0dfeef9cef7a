/*
 * The rules of card meters.  A rule gives the code to answer with; for GT_SG_DONE it has changed
 * the customer and the cards and told in the deal's transaction which packet goes with it.
 * What a shown card teaches (written, inserted) is kept even when the request is refused.
 */
#ifndef GT_SIM_CARDS_H
#define GT_SIM_CARDS_H

#include "rules.h"

enum gt_sg_code gt_sim_card_recharge(struct gt_tx *tx, struct gt_sim_deal *d);
enum gt_sg_code gt_sim_card_open(struct gt_tx *tx, struct gt_sim_deal *d);
enum gt_sg_code gt_sim_card_renew(struct gt_tx *tx, struct gt_sim_deal *d);
enum gt_sg_code gt_sim_card_rewrite(struct gt_tx *tx, struct gt_sim_deal *d);
enum gt_sg_code gt_sim_card_confirm(struct gt_tx *tx, struct gt_sim_deal *d);
/* The card's part of reversing `orig`, a purchase that may be reversed otherwise. */
enum gt_sg_code gt_sim_card_reverse(struct gt_tx *tx, struct gt_sim_deal *d,
                                    const struct gt_sim_txn *orig);

#endif
