/*
 * QueryCustomer: who it is, what is due, what may be paid.
 */
#include "terminal/call.h"

static void put_customer(const struct gt_up_reply *found, struct gt_buf *out)
{
    gt_buf_puts(out, "<Customer>");
    gt_put_text(out, "CustomerNo", found->customer_no);
    gt_put_text(out, "Name", found->customer_name);
    gt_put_text(out, "Address", found->address);
    gt_buf_puts(out, "</Customer>");
}

static void put_meter(const struct gt_up_reply *found, struct gt_buf *out)
{
    static const char *const kinds[] = {
        [GT_METER_BILL] = "bill", [GT_METER_CARD] = "card", [GT_METER_REMOTE] = "remote"};
    if (found->meter_kind == GT_METER_NONE)
        return;
    gt_buf_puts(out, "<Meter>");
    gt_put_text(out, "MeterNo", found->meter_no);
    gt_put_text(out, "Kind", kinds[found->meter_kind]);
    gt_put_bool(out, "Opened", found->open);
    gt_buf_puts(out, "</Meter>");
}

static void put_found(const struct gt_up_reply *found, struct gt_buf *out)
{
    put_customer(found, out);
    put_meter(found, out);
    gt_put_bills(out, found->bills, found->nbills);
    gt_put_money(out, "Advance", found->advance);
    if (found->least > 0)
        gt_put_money(out, "LeastAmount", found->least);
    if (found->greatest > 0)
        gt_put_money(out, "GreatestAmount", found->greatest);
    gt_put_int(out, "PurchaseCount", found->count);
}

enum gt_err gt_op_query_customer(struct gt_call *call)
{
    char customer_no[32] = "", meter_no[32] = "", card_no[32] = "";
    enum gt_err err = gt_call_text(call, "CustomerNo", customer_no, sizeof customer_no);
    if (err == GT_OK)
        err = gt_call_text(call, "MeterNo", meter_no, sizeof meter_no);
    if (err == GT_OK)
        err = gt_call_text(call, "CardNo", card_no, sizeof card_no);
    if (err != GT_OK)
        return err;

    struct gt_up_reply found;
    struct gt_reply *reply = &call->reply;
    err = gt_till_query(call->till, &call->actor, customer_no, meter_no, card_no, &found,
                        &reply->outcome, reply->text);
    if (err == GT_OK)
        err = gt_call_available(call);
    if (err == GT_OK && reply->outcome == GT_OUT_OK)
        put_found(&found, &reply->fields);
    return err;
}
