/*
 * OpenAccount: the first card of a smart meter, with its first purchase.
 */
#include "terminal/call.h"

enum gt_err gt_op_open_account(struct gt_call *call)
{
    struct gt_order order;
    gt_call_order(call, &order);
    enum gt_err err = gt_str_copy(order.method, sizeof order.method, "cash");
    if (err == GT_OK)
        err = gt_call_text(call, "CustomerNo", order.customer_no, sizeof order.customer_no);
    if (err == GT_OK)
        err = gt_call_text(call, "MeterNo", order.meter_no, sizeof order.meter_no);
    if (err == GT_OK)
        err = gt_call_money(call, "Amount", &order.amount);
    if (err == GT_OK)
        err = gt_call_text(call, "PaymentMethod", order.method, sizeof order.method);
    if (err == GT_OK)
        err = gt_call_money(call, "CashReceived", &order.tendered);
    if (err == GT_OK)
        err = gt_call_card(call, &order.card);
    return err == GT_OK ? gt_call_sell(call, &order) : err;
}
