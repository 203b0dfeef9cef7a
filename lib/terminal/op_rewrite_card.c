/*
 * RewriteCard: the same purchase written again, same purchase count.
 */
#include "terminal/call.h"

enum gt_err gt_op_rewrite_card(struct gt_call *call)
{
    struct gt_order order;
    gt_call_order(call, &order);
    enum gt_err err = gt_call_int(call, "TransactionNo", &order.orig_id);
    if (err == GT_OK)
        err = gt_call_card(call, &order.card);
    return err == GT_OK ? gt_call_sell(call, &order) : err;
}
