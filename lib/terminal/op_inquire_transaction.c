/*
 * InquireTransaction: what became of a transaction.
 */
#include "terminal/call.h"

#include <inttypes.h>

/* The original as it stands now, with the result its own reply would have. */
static void put_transaction(const struct gt_result *original, struct gt_buf *out)
{
    const struct gt_txn *txn = &original->txn;
    const struct gt_outcome_info *info = gt_outcome_info(original->outcome);
    gt_buf_puts(out, "<Transaction>");
    gt_put_text(out, "Operation", gt_operation_name((enum gt_op)txn->op));
    gt_put_text(out, "State", gt_txn_state_name((enum gt_txn_state)txn->state));
    gt_put_int(out, "ResultCode", info->number);
    gt_put_text(out, "ResultClass", gt_class_name(info->class));
    gt_put_text(out, "ResultText", original->text);
    gt_put_transaction_no(out, txn->id);
    gt_put_int(out, "TraceNo", txn->trace_no);
    gt_put_text(out, "CustomerNo", txn->customer_no);
    gt_put_money(out, "Amount", txn->amount);
    gt_buf_printf(out, "<BusinessDate>%08" PRId64 "</BusinessDate>", original->biz_date);
    gt_put_receipt_no(out, original);
    if (txn->card_state != GT_CARD_NONE)
        gt_put_text(out, "CardState", gt_card_leg_name((enum gt_card_leg)txn->card_state));
    gt_put_card_write(out, original);
    gt_buf_puts(out, "</Transaction>");
}

enum gt_err gt_op_inquire_transaction(struct gt_call *call)
{
    int64_t trace_no = 0, txn_id = 0;
    enum gt_err err = gt_call_int(call, "OriginalTraceNo", &trace_no);
    if (err == GT_OK)
        err = gt_call_int(call, "TransactionNo", &txn_id);
    struct gt_result original;
    if (err == GT_OK)
        err = gt_till_inquire(call->till, &call->actor, trace_no, txn_id, &original);
    if (err != GT_OK)
        return err;
    struct gt_reply *reply = &call->reply;
    reply->has_available = original.has_available;
    reply->available = original.available;
    bool found = original.txn.id > 0 && original.txn.op != GT_OP_VOID;
    /* A number that an earlier inquiry made void is as absent as it was then. */
    gt_reply_outcome(reply, found                               ? GT_OUT_OK
                            : original.outcome == GT_OUT_VOIDED ? GT_OUT_ABSENT
                                                                : original.outcome);
    if (found)
        put_transaction(&original, &reply->fields);
    return GT_OK;
}
