/*
 * An order, before anything is stored: its digest, and the request it becomes upstream.
 */
#ifndef GT_TILL_ORDER_H
#define GT_TILL_ORDER_H

#include "till/till.h"

/* Digest of the operation and its business fields, hex: what makes a repeat the same.  Not in it:
 * the time of sending, a card's random number. */
enum gt_err gt_order_digest(const struct gt_order *order, char out[GT_SHA256_HEX]) GT_CHECK;

/* Fills what the call sends, of an order, the row that it became, and the row it is about (id 0:
 * none). */
void gt_order_request(const struct gt_order *order, const struct gt_txn *txn,
                      const struct gt_txn *orig, struct gt_up_request *request);

/* Fills what asks for the fate of a transaction; `orig` is what it is about, with op 0 for none. */
void gt_order_inquiry(const struct gt_txn *txn, const struct gt_txn *orig, int64_t now,
                      struct gt_up_request *request);

/* What upstream calls an operation of ours; GT_UP_OP__MAX for one it never hears of. */
enum gt_up_op gt_order_up_op(enum gt_op op);

/* Writes a transaction number as upstream's serial. */
void gt_order_serial(int64_t txn_id, char out[20]);

#endif
