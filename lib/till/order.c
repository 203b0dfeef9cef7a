/*
 * From an order to its digest and to upstream's request.
 */
#include "till/order.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum gt_err gt_order_digest(const struct gt_order *order, char out[GT_SHA256_HEX])
{
    const struct gt_card_read *card = &order->card;
    uint8_t digest[GT_SHA256_SIZE];
    struct gt_buf b;
    enum gt_err err;

    gt_buf_init(&b, 8192);
    gt_buf_printf(&b, "%d\x1f%s\x1f%s\x1f%s\x1f", (int)order->op, order->actor->user.operator_no,
                  order->customer_no, order->meter_no);
    gt_buf_printf(&b, "%" PRId64 "\x1f%" PRId64 "\x1f%s\x1f%" PRId64 "\x1f%s\x1f", order->amount,
                  order->fee, order->method, order->tendered, order->reason);
    gt_buf_printf(&b, "%d\x1f%s\x1f%s\x1f%" PRId64 "\x1f%s\x1f", card->present, card->card_no,
                  card->meter_no, card->count, card->return_file);
    gt_buf_printf(&b, "%" PRId64 "\x1f%d", order->orig_id, order->written);
    for (int i = 0; i < order->nbills; i++)
        gt_buf_printf(&b, "\x1f%s", order->bill_no[i]);
    err = gt_buf_err(&b);
    if (!err)
        err = gt_sha256(b.data, b.len, digest);
    if (!err)
        gt_hex_encode(digest, sizeof(digest), out);
    gt_buf_done(&b);
    return err;
}

enum gt_up_op gt_order_up_op(enum gt_op op)
{
    switch (op) {
    case GT_OP_PAY:
        return GT_UP_PAY;
    case GT_OP_RECHARGE:
        return GT_UP_RECHARGE;
    case GT_OP_OPEN:
        return GT_UP_OPEN;
    case GT_OP_REPLACE:
        return GT_UP_REPLACE;
    case GT_OP_REWRITE:
        return GT_UP_REWRITE;
    case GT_OP_CONFIRM:
        return GT_UP_CONFIRM;
    case GT_OP_REVERSE:
        return GT_UP_REVERSE;
    case GT_OP_REFUND:
        return GT_UP_REFUND;
    default:
        return GT_UP_OP__MAX;
    }
}

void gt_order_serial(int64_t txn_id, char out[20])
{
    snprintf(out, 20, "%018" PRId64, txn_id);
}

/* What stands in the order itself. */
static void order_fill(const struct gt_order *order, struct gt_up_request *request)
{
    *request = (struct gt_up_request){.op = gt_order_up_op(order->op),
                                      .amount = order->amount,
                                      .fee = order->fee,
                                      .written = order->written,
                                      .card = order->card,
                                      .nbills = order->nbills};
    GT_FIELD_COPY(request->operator_no, order->actor->user.operator_no);
    GT_FIELD_COPY(request->terminal_no, order->actor->terminal.terminal_no);
    GT_FIELD_COPY(request->customer_no, order->customer_no);
    GT_FIELD_COPY(request->meter_no, order->meter_no);
    GT_FIELD_COPY(request->card_no, order->card.card_no);
    GT_FIELD_COPY(request->method, order->method);
    GT_FIELD_COPY(request->reason, order->reason);
    for (int i = 0; i < order->nbills; i++)
        GT_FIELD_COPY(request->bills[i].bill_no, order->bill_no[i]);
}

void gt_order_request(const struct gt_order *order, const struct gt_txn *txn,
                      const struct gt_txn *orig, struct gt_up_request *request)
{
    order_fill(order, request);
    gt_order_serial(txn->id, request->serial);
    GT_FIELD_COPY(request->customer_no, txn->customer_no);
    if (orig->id) {
        gt_order_serial(orig->id, request->orig_serial);
        request->orig_op = gt_order_up_op((enum gt_op)orig->op);
        GT_FIELD_COPY(request->method, txn->op == GT_OP_REFUND ? txn->method : orig->method);
    }
    request->biz_date = txn->clear_date;
    request->sent_at = txn->created_at;
}

void gt_order_inquiry(const struct gt_txn *txn, const struct gt_txn *orig, int64_t now,
                      struct gt_up_request *request)
{
    memset(request, 0, sizeof(*request));
    request->op = GT_UP_INQUIRE;
    gt_order_serial(txn->id, request->serial);
    gt_order_serial(txn->id, request->orig_serial);
    request->orig_op = gt_order_up_op((enum gt_op)txn->op);
    GT_FIELD_COPY(request->operator_no, txn->operator_no);
    GT_FIELD_COPY(request->customer_no, txn->customer_no);
    GT_FIELD_COPY(request->meter_no, orig->op ? orig->meter_no : txn->meter_no);
    request->amount = txn->amount;
    request->biz_date = txn->clear_date;
    request->sent_at = now;
}
