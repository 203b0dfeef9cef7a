/*
 * Inside the market: purchases, cards and reversals.
 *
 * Each function gives the refusal, or does it and gives GT_OUT_OK.
 */
#ifndef SIM_PURCHASE_H
#define SIM_PURCHASE_H

#include "market.h"

enum gt_outcome sim_do_recharge(struct sim_market *m, int customer, const struct gt_up_request *q,
                                struct sim_record *r, int index);
enum gt_outcome sim_do_open(struct sim_market *m, int customer, const struct gt_up_request *q,
                            struct sim_record *r, int index);
enum gt_outcome sim_do_replace(struct sim_market *m, int customer, const struct gt_up_request *q,
                               struct sim_record *r, int index);
enum gt_outcome sim_do_rewrite(struct sim_market *m, int customer, const struct gt_up_request *q,
                               struct sim_record *r);
enum gt_outcome sim_do_confirm(struct sim_market *m, int customer, const struct gt_up_request *q,
                               struct sim_record *r);
enum gt_outcome sim_do_reverse(struct sim_market *m, int customer, const struct gt_up_request *q,
                               struct sim_record *r);

/* The bills of a payment are due again (market.c). */
void sim_bills_undo(struct sim_customer *c, const struct sim_record *orig, int index);

#endif
