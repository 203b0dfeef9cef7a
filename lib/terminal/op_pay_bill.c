/*
 * PayBill: bills of an old meter.
 */
#include "terminal/call.h"

static enum gt_err read_bills(struct gt_call *call, struct gt_order *order)
{
    xmlNodePtr node = gt_xml_child(call->request, "BillNo");
    for (; node && order->nbills < GT_BILLS_MAX; node = gt_xml_next(node)) {
        char *bill_no = order->bill_no[order->nbills];
        enum gt_err err = gt_xml_text(node, bill_no, sizeof order->bill_no[0]);
        if (err != GT_OK) {
            call->malformed = true;
            return err;
        }
        order->nbills++;
    }
    return GT_OK;
}

enum gt_err gt_op_pay_bill(struct gt_call *call)
{
    struct gt_order order;
    gt_call_order(call, &order);
    enum gt_err err = gt_call_text(call, "CustomerNo", order.customer_no, sizeof order.customer_no);
    if (err == GT_OK)
        err = gt_call_money(call, "Amount", &order.amount);
    if (err == GT_OK)
        err = read_bills(call, &order);
    if (err == GT_OK)
        err = gt_call_text(call, "PaymentMethod", order.method, sizeof order.method);
    if (err == GT_OK)
        err = gt_call_money(call, "CashReceived", &order.tendered);
    struct gt_result result;
    if (err == GT_OK)
        err = gt_call_run(call, &order, &result);
    if (err != GT_OK)
        return err;
    struct gt_buf *out = &call->reply.fields;
    gt_put_receipt_no(out, &result);
    gt_put_bills(out, result.bills, result.nbills);
    if (result.outcome == GT_OUT_OK)
        gt_put_money(out, "Advance", result.txn.advance);
    return GT_OK;
}
