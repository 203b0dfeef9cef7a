/*
 * Reverse: takes back a transaction of the same business date.
 */
#include "terminal/call.h"

enum gt_err gt_op_reverse(struct gt_call *call)
{
    struct gt_order order;
    gt_call_order(call, &order);
    enum gt_err err = gt_call_int(call, "TransactionNo", &order.orig_id);
    if (err == GT_OK)
        err = gt_call_text(call, "CustomerNo", order.customer_no, sizeof order.customer_no);
    if (err == GT_OK)
        err = gt_call_money(call, "Amount", &order.amount);
    if (err == GT_OK)
        err = gt_call_text(call, "Reason", order.reason, sizeof order.reason);
    if (err == GT_OK)
        err = gt_call_card(call, &order.card);
    struct gt_result result;
    if (err == GT_OK)
        err = gt_call_run(call, &order, &result);
    if (err == GT_OK)
        gt_put_card_write(&call->reply.fields, &result);
    return err;
}
