/*
 * An order, before anything is stored: its digest, and the request it becomes upstream.
 */
#ifndef GT_TILL_ORDER_H
#define GT_TILL_ORDER_H

#include "till/till.h"

/* Digest of the operation and its business fields, hex: what makes a repeat the same.  Not in it:
 * the time of sending, a card's random number. */
enum gt_err gt_order_digest(const struct gt_order *order, char out[GT_SHA256_HEX]) GT_CHECK;

/* Fills a request from an order; serial, original and dates are the caller's to add. */
void gt_order_request(const struct gt_order *order, struct gt_up_request *request);

/* What upstream calls an operation of ours; GT_UP_OP__MAX for one it never hears of. */
enum gt_up_op gt_order_up_op(enum gt_op op);

/* Writes a transaction number as upstream's serial. */
void gt_order_serial(int64_t txn_id, char out[20]);

#endif
