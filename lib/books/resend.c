/*
 * Items to be sent again: found, asked about, sent, noted.
 */
#include "books/resend.h"

#include "access/state.h"
#include "access/terminal.h"
#include "base/buf.h"
#include "base/log.h"
#include "base/step.h"
#include "till/clearing.h"
#include "till/flow.h"
#include "till/order.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST 20

/* clang-format off */
GT_STMT(items_to_send, "SELECT {top 20} " GT_ROW_NAMES(GT_ITEM_COLS) " FROM gt_item "
        "WHERE state = 1 AND action = 5 AND id > ? ORDER BY id {limit 20}");
GT_STMT(bills_to_send, GT_ROW_SELECT(gt_txn_bill, GT_TXN_BILL_COLS) " WHERE txn_id = ? ORDER BY line");
/* clang-format on */

bool gt_resend_can(struct gt_tx *tx, const struct gt_item *item)
{
    struct gt_txn txn;

    return item->source == GT_ITEM_SYSTEM && item->class == GT_ITEM_ONLY_OURS &&
           gt_row_find(tx, &gt_txn_row, item->txn_id, &txn) && txn.state == GT_TXN_POSTED &&
           (txn.op == GT_OP_PAY || txn.op == GT_OP_RECHARGE) && txn.card_state == GT_CARD_NONE;
}

struct sending {
    const struct gt_till *till;
    struct gt_logger *logger;
    int64_t after;
    struct gt_item item[MOST];
    int n;
    /* Of one of them: */
    struct gt_item *at;
    struct gt_txn txn;
    struct gt_up_request inquiry, request;
    struct gt_up_reply reply;
    bool can, done;
    int64_t now;
};

/* --- what is sent ------------------------------------------------------------------------------
 */

/* The bills that were settled; where some of it became advance, upstream takes what is due. */
static void read_bills(struct gt_tx *tx, struct sending *s)
{
    struct gt_txn_bill bill;

    if (s->txn.advance)
        return;
    gt_tx_query(tx, &bills_to_send, GT_INT(s->txn.id));
    while (s->request.nbills < GT_BILLS_MAX && gt_tx_next(tx)) {
        gt_row_read(tx, &gt_txn_bill_row, &bill);
        GT_FIELD_COPY(s->request.bills[s->request.nbills++].bill_no, bill.bill_no);
    }
}

static enum gt_err read_in(struct gt_tx *tx, void *arg)
{
    struct sending *s = arg;
    struct gt_terminal terminal;
    struct gt_state state;
    static const struct gt_txn none = {.op = GT_OP_NONE};

    s->can = gt_resend_can(tx, s->at) && gt_row_find(tx, &gt_txn_row, s->at->txn_id, &s->txn) &&
             gt_row_find(tx, &gt_terminal_row, s->txn.terminal_id, &terminal);
    if (!s->can)
        return gt_tx_err(tx);
    gt_state_read(tx, &state);
    gt_order_inquiry(&s->txn, &none, s->now, &s->inquiry);
    s->request =
        (struct gt_up_request){.op = gt_order_up_op((enum gt_op)s->txn.op),
                               .amount = s->txn.amount,
                               .fee = s->txn.fee,
                               .biz_date = gt_clearing_date(tx, s->txn.system, state.biz_date),
                               .sent_at = s->now};
    gt_order_serial(s->txn.id, s->request.serial);
    GT_FIELD_COPY(s->request.operator_no, s->txn.operator_no);
    GT_FIELD_COPY(s->request.terminal_no, terminal.terminal_no);
    GT_FIELD_COPY(s->request.customer_no, s->txn.customer_no);
    GT_FIELD_COPY(s->request.method, s->txn.method);
    read_bills(tx, s);
    return gt_tx_err(tx);
}

/* --- what became of it -------------------------------------------------------------------------
 */

/* Closed, or open again with what upstream said, for people to decide anew. */
static enum gt_err note_in(struct gt_tx *tx, void *arg)
{
    struct sending *s = arg;
    struct gt_state state;
    struct gt_item item;
    struct gt_txn txn;
    char object[32];

    gt_state_read(tx, &state);
    if (!gt_row_lock(tx, &gt_item_row, s->at->id, &item) || item.state != GT_ITEM_OPEN)
        return gt_tx_err(tx);
    /* Somebody stopped it while it was on its way: what is booked there is booked. */
    if (item.action != GT_ITEM_SEND_AGAIN && !(item.action == GT_ITEM_NOTHING && s->done))
        return gt_tx_err(tx);
    /* Given back meanwhile, it stands on their side alone: the item stays open for people. */
    bool stands = gt_row_find(tx, &gt_txn_row, item.txn_id, &txn) && txn.state == GT_TXN_POSTED;
    if (s->done && stands) {
        item.state = GT_ITEM_CLOSED;
        item.action = GT_ITEM_SEND_AGAIN;
        item.closed_at = s->now;
        item.closed_date = state.biz_date;
    } else {
        item.action = GT_ITEM_NOTHING;
    }
    gt_counted_save(tx, &gt_item_row, &item);
    (void)snprintf(object, sizeof(object), "item %" PRId64, item.id);
    gt_oplog_add(tx, s->logger, s->done ? "item.sent" : "item.unsent", object,
                 s->reply.text[0] ? s->reply.text : s->reply.code);
    return gt_tx_err(tx);
}

static void call(struct sending *s, struct gt_upstream *up, const struct gt_up_request *request)
{
    memset(&s->reply, 0, sizeof(s->reply));
    up->call(up->ctx, request, s->till->answer_ms, &s->reply);
}

/* Asks; whether it is absent there. */
static bool is_absent(struct sending *s, struct gt_upstream *up)
{
    call(s, up, &s->inquiry);
    s->done = s->reply.class == GT_UP_OK && s->reply.fate == GT_UP_FATE_POSTED;
    return s->reply.class == GT_UP_OK && s->reply.fate == GT_UP_FATE_ABSENT;
}

/* Asks, and sends what is absent.  Whether there is an end; s->done whether it is booked there. */
static bool ask_and_send(struct sending *s, struct gt_upstream *up)
{
    struct gt_up_reply answer;

    if (!is_absent(s, up))
        return s->reply.class == GT_UP_OK && s->reply.fate != GT_UP_FATE_NONE;
    GT_STEP("resend.asked");
    call(s, up, &s->request);
    GT_STEP("resend.sent");
    s->done = s->reply.class == GT_UP_OK;
    if (s->done || s->reply.class == GT_UP_REFUSED)
        return true;
    if (!s->reply.code[0] || s->reply.stray)
        return false;
    /* It answered, and the code is neither yes nor no: if it has nothing now, that was a no. */
    answer = s->reply;
    if (!is_absent(s, up))
        return s->reply.class == GT_UP_OK && s->reply.fate != GT_UP_FATE_NONE;
    s->reply = answer;
    return true;
}

static enum gt_err send_one(struct sending *s, int *sent)
{
    s->now = gt_now(s->till->clock);
    s->done = false;
    memset(&s->reply, 0, sizeof(s->reply));
    enum gt_err err = gt_db_read(s->till->db, "resend.read", read_in, s);
    struct gt_upstream *up = s->can ? gt_upstream_named(s->till->upstreams, s->txn.system) : NULL;
    bool ended = !s->can; /* it was taken back meanwhile */

    if (err != GT_OK)
        return err;
    if (up && up->admit(up->ctx, s->till->slot_wait_ms) == GT_OK) {
        ended = ask_and_send(s, up);
        up->leave(up->ctx);
    }
    if (!ended)
        return GT_OK;
    ++*sent;
    gt_log(GT_LOG_INFO, "item.resend", "item=%" PRId64 " done=%d code=%s", s->at->id, s->done,
           s->reply.code);
    return gt_db_transact(s->till->db, "resend.note", note_in, s);
}

static enum gt_err find_in(struct gt_tx *tx, void *arg)
{
    struct sending *s = arg;

    s->n = 0;
    gt_tx_query(tx, &items_to_send, GT_INT(s->after));
    while (s->n < MOST && gt_tx_next(tx))
        gt_row_read(tx, &gt_item_row, &s->item[s->n++]);
    return gt_tx_err(tx);
}

enum gt_err gt_resend_due(const struct gt_till *till, struct gt_logger *logger, int64_t *after,
                          int *sent)
{
    struct sending *s = calloc(1, sizeof(*s));

    *sent = 0;
    if (!s)
        return gt_err_set(GT_ERR_NOMEM, "no memory to send again");
    s->till = till;
    s->logger = logger;
    s->after = *after;
    enum gt_err err = gt_db_look(till->db, "resend.find", find_in, s);
    for (int i = 0; i < s->n && err == GT_OK; i++) {
        s->at = &s->item[i];
        err = send_one(s, sent);
    }
    *after = s->n == MOST ? s->item[MOST - 1].id : 0;
    free(s);
    return err;
}
