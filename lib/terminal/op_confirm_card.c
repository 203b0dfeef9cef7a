/*
 * ConfirmCard: the card was written, or was not.
 */
#include "terminal/call.h"

enum gt_err gt_op_confirm_card(struct gt_call *call)
{
    struct gt_order order;
    gt_call_order(call, &order);
    enum gt_err err = gt_call_int(call, "TransactionNo", &order.orig_id);
    if (err == GT_OK)
        err = gt_call_bool(call, "Written", &order.written);
    if (err == GT_OK)
        err = gt_call_text(call, "Reason", order.reason, sizeof order.reason);
    struct gt_result result;
    return err == GT_OK ? gt_call_run(call, &order, &result) : err;
}
