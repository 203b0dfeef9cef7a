/*
 * ReplaceCard: a new card instead of a lost or broken one.
 */
#include "terminal/call.h"

enum gt_err gt_op_replace_card(struct gt_call *call)
{
    struct gt_order order;
    gt_call_order(call, &order);
    enum gt_err err = gt_call_text(call, "CustomerNo", order.customer_no, sizeof order.customer_no);
    if (err == GT_OK)
        err = gt_call_text(call, "Reason", order.reason, sizeof order.reason);
    if (err == GT_OK)
        err = gt_call_money(call, "Fee", &order.fee);
    if (err == GT_OK)
        err = gt_call_text(call, "PaymentMethod", order.method, sizeof order.method);
    if (err == GT_OK)
        err = gt_call_card(call, &order.card);
    return err == GT_OK ? gt_call_sell(call, &order) : err;
}
