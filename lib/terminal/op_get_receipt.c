/*
 * GetReceipt: the receipt as lines of text.
 */
#include "terminal/call.h"

#include <string.h>

/* Longest receipt. */
#define RECEIPT_MAX 16384

/* Writes a Line for each line of `text`, which it cuts up. */
static void put_lines(char *text, struct gt_buf *out)
{
    char *rest = text;
    for (char *line = strsep(&rest, "\n"); rest; line = strsep(&rest, "\n"))
        gt_put_text(out, "Line", line);
}

enum gt_err gt_op_get_receipt(struct gt_call *call)
{
    int64_t txn_id = 0;
    enum gt_err err = gt_call_int(call, "TransactionNo", &txn_id);
    if (err == GT_OK)
        err = gt_call_available(call);
    if (err != GT_OK)
        return err;
    struct gt_buf lines;
    gt_buf_init(&lines, RECEIPT_MAX);
    int64_t prints = 0;
    enum gt_outcome outcome = GT_OUT_INTERNAL;
    err =
        gt_till_receipt(call->till, &call->actor, call->bureau, txn_id, &lines, &prints, &outcome);
    if (err == GT_OK)
        gt_reply_outcome(&call->reply, outcome);
    if (err == GT_OK && outcome == GT_OUT_OK) {
        put_lines(lines.data, &call->reply.fields);
        gt_put_int(&call->reply.fields, "PrintCount", prints);
    }
    gt_buf_done(&lines);
    return err;
}
