/*
 * Writing replies: what all have in common, in one place, and the elements that several share.
 *
 * Not here: which fields an operation adds; see op_*.c.
 */
#include "base/money.h"
#include "terminal/call.h"
#include "terminal/envelope.h"

#include <inttypes.h>
#include <string.h>

void gt_reply_outcome(struct gt_reply *reply, enum gt_outcome outcome)
{
    const struct gt_outcome_info *info = gt_outcome_info(outcome);
    reply->outcome = info->number;
    if (gt_str_copy(reply->text, sizeof reply->text, info->zh) != GT_OK)
        gt_err_clear();
}

void gt_reply_failure(struct gt_reply *reply, enum gt_err err)
{
    gt_buf_reset(&reply->fields);
    reply->txn_id = 0;
    reply->repeated = false;
    switch (err) {
    case GT_ERR_BUSY:
    case GT_ERR_TIMEOUT:
    case GT_ERR_CHANGED:
    case GT_ERR_LOST: /* of what may be done again: an order's is in doubt (till/run.c) */
    case GT_ERR_NOMEM:
        gt_reply_outcome(reply, GT_OUT_BUSY);
        break;
    case GT_ERR_FULL:
        gt_reply_outcome(reply, GT_OUT_STORE_FULL);
        break;
    default:
        gt_reply_outcome(reply, GT_OUT_INTERNAL);
        break;
    }
}

void gt_put_text(struct gt_buf *out, const char *name, const char *value)
{
    gt_buf_putc(out, '<');
    gt_buf_puts(out, name);
    gt_buf_putc(out, '>');
    gt_buf_put_xml(out, value);
    gt_buf_puts(out, "</");
    gt_buf_puts(out, name);
    gt_buf_putc(out, '>');
}

void gt_put_int(struct gt_buf *out, const char *name, int64_t value)
{
    gt_buf_printf(out, "<%s>%" PRId64 "</%s>", name, value, name);
}

void gt_put_money(struct gt_buf *out, const char *name, int64_t fen)
{
    char text[GT_MONEY_MAX];
    gt_put_text(out, name, gt_money_format(fen, text));
}

void gt_put_bool(struct gt_buf *out, const char *name, bool value)
{
    gt_put_text(out, name, value ? "true" : "false");
}

void gt_put_transaction_no(struct gt_buf *out, int64_t txn_id)
{
    gt_buf_printf(out, "<TransactionNo>%018" PRId64 "</TransactionNo>", txn_id);
}

void gt_put_bills(struct gt_buf *out, const struct gt_bill *bills, int nbills)
{
    for (int i = 0; i < nbills; i++) {
        gt_buf_puts(out, "<Bill>");
        gt_put_text(out, "BillNo", bills[i].bill_no);
        gt_buf_printf(out, "<Period>%06" PRId64 "</Period>", bills[i].period);
        gt_put_money(out, "KWh", bills[i].kwh); /* hundredths, like fen */
        gt_put_money(out, "Amount", bills[i].amount);
        gt_put_money(out, "LateFee", bills[i].late_fee);
        gt_buf_puts(out, "</Bill>");
    }
}

void gt_put_receipt_no(struct gt_buf *out, const struct gt_result *result)
{
    if (result->receipt_no > 0)
        gt_buf_printf(out, "<ReceiptNo>%s-%07" PRId64 "</ReceiptNo>", result->txn.operator_no,
                      result->receipt_no);
}

void gt_put_card_write(struct gt_buf *out, const struct gt_result *result)
{
    static const char *const macs[] = {"Mac1", "Mac2", "Mac3", "Mac4"};
    const struct gt_card_packet *packet = &result->packet;
    if (!packet->present)
        return;
    gt_buf_puts(out, "<CardWrite>");
    gt_put_int(out, "PurchaseCount", packet->count);
    gt_put_text(out, "Data", packet->data);
    for (size_t i = 0; i < sizeof macs / sizeof macs[0]; i++)
        gt_put_text(out, macs[i], packet->mac[i]);
    gt_buf_puts(out, "</CardWrite>");
}

static void put_head(const struct gt_call *call, struct gt_buf *out)
{
    const struct gt_reply *reply = &call->reply;
    const struct gt_outcome_info *info = gt_outcome_info(reply->outcome);
    gt_put_int(out, "ResultCode", info->number);
    gt_put_text(out, "ResultClass", gt_class_name(info->class));
    gt_put_text(out, "ResultText", reply->text);
    gt_put_int(out, "TraceNo", call->trace_no);
    if (reply->txn_id > 0)
        gt_put_transaction_no(out, reply->txn_id);
    gt_buf_printf(out, "<BusinessDate>%08" PRId64 "</BusinessDate>", reply->biz_date);
    if (reply->has_available)
        gt_put_money(out, "AvailableCredit", reply->available);
    gt_put_bool(out, "Repeated", reply->repeated);
}

void gt_reply_write(const struct gt_call *call, struct gt_buf *out)
{
    gt_envelope_begin(out);
    gt_buf_printf(out, "<%sResponse xmlns=\"" GT_TERMINAL_NS "\">", call->operation->name);
    put_head(call, out);
    gt_buf_put(out, call->reply.fields.data, call->reply.fields.len);
    gt_buf_printf(out, "</%sResponse>", call->operation->name);
    gt_envelope_end(out);
}
