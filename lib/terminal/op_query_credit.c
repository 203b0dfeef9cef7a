/*
 * QueryCredit: the credit account of the operator.
 */
#include "terminal/call.h"

enum gt_err gt_op_query_credit(struct gt_call *call)
{
    struct gt_credit credit;
    enum gt_err err = gt_till_credit(call->till, &call->actor, &credit);
    struct gt_reply *reply = &call->reply;
    if (err == GT_ERR_ABSENT) {
        gt_reply_outcome(reply, GT_OUT_NO_ACCOUNT);
        return GT_OK;
    }
    if (err != GT_OK)
        return err;
    gt_reply_outcome(reply, GT_OUT_OK);
    reply->has_available = true;
    reply->available = credit.available;
    struct gt_buf *out = &reply->fields;
    gt_put_money(out, "Limit", credit.limit);
    gt_put_money(out, "Deposit", credit.deposit);
    gt_put_money(out, "Unremitted", credit.unremitted);
    gt_put_money(out, "Held", credit.held);
    gt_put_money(out, "Available", credit.available);
    return GT_OK;
}
