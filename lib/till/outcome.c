/*
 * Steps 2 and 3 of a transaction: the call, and the outcome in one commit.
 *
 * The outcome takes the business date, the batch and the receipt of its own moment, so nothing
 * posts into a closed day.  Whoever comes second - the handler or the worker - finds the row
 * decided and only reads it.
 */
#include "till/account.h"
#include "till/bag.h"
#include "till/batch.h"
#include "till/card.h"
#include "till/event.h"
#include "till/flow.h"
#include "till/ledger.h"
#include "till/limit.h"
#include "till/order.h"
#include "till/receipt.h"
#include "till/refund.h"
#include "till/summary.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Keys an outcome may take besides those of the bills and of a kept answer: posting and balances,
 * batch, summary, card, events. */
#define OUTCOME_KEYS (GT_LEDGER_KEYS + 7)

struct outcome {
    const struct gt_till *till;
    const struct gt_flow *flow;
    struct gt_result *result;
    struct gt_bag bag;
    bool fresh; /* the flow's own copy of the row is used; not when the callback runs again */
    bool own;   /* it is, in this run */
    int64_t now;
    int64_t receipt_no;
    struct gt_state state;
    struct gt_account account;
    struct gt_txn txn;
    struct gt_txn orig; /* that is given back, rewritten or confirmed; else id 0 */
};

void gt_flow_call(const struct gt_till *till, struct gt_flow *flow, int64_t limit_ms)
{
    int64_t age = gt_now(till->clock) - flow->created_at;

    if (flow->red_no[0]) { /* somebody did it there already */
        memset(&flow->reply, 0, sizeof(flow->reply));
        flow->reply.class = GT_UP_OK;
        GT_FIELD_COPY(flow->reply.ref, flow->red_no);
        return;
    }
    if (flow->upstream && age >= 0 && age < till->answer_ms) {
        flow->upstream->call(flow->upstream->ctx, &flow->request, limit_ms, &flow->reply);
        return;
    }
    memset(&flow->reply, 0, sizeof(flow->reply));
    flow->reply.class = GT_UP_NOT_SENT;
    flow->reply.outcome = GT_OUT_UPSTREAM_NOT_REACHED;
    GT_FIELD_COPY(flow->reply.text,
                  flow->upstream ? "too late to be sent" : "no such marketing system");
}

/* An answer that was out of the ordinary is kept as it came, in the commit of what it leads to. */
static void answer_keep(struct gt_tx *tx, struct outcome *o)
{
    const struct gt_flow *flow = o->flow;
    struct gt_message row = {
        .txn_id = o->txn.id, .at = o->now, .op = flow->request.op, .took_ms = flow->reply.took_ms};

    if (!flow->reply.raw[0])
        return;
    row.id = gt_bag_take(&o->bag);
    GT_FIELD_COPY(row.code, flow->reply.code);
    GT_FIELD_COPY(row.message, flow->reply.raw);
    gt_event_add(tx, &o->txn, row.id, o->now, GT_EVENT_ANSWER, flow->reply.code);
    gt_row_insert(tx, &gt_message_row, &row);
}

/* --- posting ------------------------------------------------------------------------------- */

static void bills_insert(struct gt_tx *tx, struct outcome *o)
{
    const struct gt_up_reply *reply = &o->flow->reply;

    for (int i = 0; i < reply->nbills; i++) {
        const struct gt_bill *bill = &reply->bills[i];
        struct gt_txn_bill row = {.id = gt_bag_take(&o->bag),
                                  .txn_id = o->txn.id,
                                  .line = i + 1,
                                  .period = bill->period,
                                  .kwh = bill->kwh,
                                  .amount = bill->amount,
                                  .late_fee = bill->late_fee};

        GT_FIELD_COPY(row.bill_no, bill->bill_no);
        gt_row_insert(tx, &gt_txn_bill_row, &row);
    }
    o->txn.bills = reply->nbills;
}

static void packet_insert(struct gt_tx *tx, struct outcome *o)
{
    const struct gt_card_packet *packet = &o->flow->reply.packet;
    struct gt_packet row = {.id = o->txn.id, .purchase_count = packet->count};

    if (!packet->present)
        return;
    GT_FIELD_COPY(row.data, packet->data);
    GT_FIELD_COPY(row.mac1, packet->mac[0]);
    GT_FIELD_COPY(row.mac2, packet->mac[1]);
    GT_FIELD_COPY(row.mac3, packet->mac[2]);
    GT_FIELD_COPY(row.mac4, packet->mac[3]);
    gt_row_insert(tx, &gt_packet_row, &row);
    if (o->txn.op != GT_OP_REWRITE)
        o->txn.card_state = GT_CARD_TO_WRITE;
}

/* What upstream told of customer, meter and itself. */
static void row_learn(struct outcome *o)
{
    const struct gt_up_reply *reply = &o->flow->reply;
    struct gt_txn *txn = &o->txn;

    GT_FIELD_COPY(txn->up_code, reply->code);
    GT_FIELD_COPY(txn->up_ref, reply->ref);
    txn->up_date = reply->up_date;
    if (reply->customer_name[0])
        GT_FIELD_COPY(txn->customer_name, reply->customer_name);
    if (reply->address[0])
        GT_FIELD_COPY(txn->address, reply->address);
    if (reply->meter_no[0])
        GT_FIELD_COPY(txn->meter_no, reply->meter_no);
    txn->purchase_count = reply->packet.present ? reply->packet.count : reply->count;
}

/* Money goes back to the customer: a reversal splits it as the original was. */
static void give_back(struct outcome *o)
{
    struct gt_txn *txn = &o->txn;
    int64_t due = txn->amount + txn->fee;

    if (strcmp(txn->method, "cash") != 0)
        return;
    if (txn->op == GT_OP_REFUND || txn->account_id != o->orig.account_id) {
        gt_account_give(&o->account, due, &txn->drawn);
        return;
    }
    txn->drawn = o->orig.drawn;
    gt_account_restore(&o->account, due, txn->drawn);
}

static void money_move(struct gt_tx *tx, struct outcome *o)
{
    struct gt_txn *txn = &o->txn;
    bool back = gt_op_gives_back((enum gt_op)txn->op);
    const struct gt_txn *sale = back ? &o->orig : txn;
    struct gt_batch_of of = {.account = &o->account,
                             .terminal_id = txn->terminal_id,
                             .user_id = txn->user_id,
                             .biz_date = o->state.biz_date,
                             .seq = txn->account_seq};
    struct gt_batch batch;

    gt_batch_need(tx, &of, o->now, &o->bag, &batch);
    txn->batch_id = batch.id;
    if (back)
        give_back(o);
    else if (txn->held)
        gt_account_take(&o->account, txn->held, &txn->drawn);
    txn->held = 0;
    gt_ledger_post(tx, &o->account, txn, sale, o->now, &o->bag);
    gt_summary_add(tx, txn, sale, &o->bag);
    o->receipt_no = gt_receipt_take(tx, txn);
}

/* The purchase on a card that a replacement or a reversal makes worthless. */
static void card_supersede(struct gt_tx *tx, struct outcome *o, struct gt_txn *txn, const char *why)
{
    txn->card_state = GT_CARD_SUPERSEDED;
    gt_event_add(tx, txn, gt_bag_take(&o->bag), o->now, "card_superseded", why);
}

static void card_move(struct gt_tx *tx, struct outcome *o)
{
    struct gt_txn replaced = {.id = 0};

    if (o->txn.op != GT_OP_RECHARGE && o->txn.op != GT_OP_OPEN && o->txn.op != GT_OP_REPLACE)
        return;
    gt_card_remember(tx, &o->txn, &o->bag, &replaced);
    if (!replaced.id)
        return;
    card_supersede(tx, o, &replaced, "the card was replaced");
    gt_row_save(tx, &gt_txn_row, &replaced);
}

/* What a sale counted towards the limits of its date, where there were such. */
static void return_use(struct gt_tx *tx, const struct gt_txn *txn)
{
    int64_t due = txn->amount + txn->fee;

    gt_use_return(tx, GT_USE_TERMINAL, txn->terminal_id, txn->biz_date, due);
    gt_use_return(tx, GT_USE_ACCOUNT, txn->account_id, txn->biz_date, due);
    gt_use_return(tx, GT_USE_BUSINESS, GT_LIMIT_ID(txn->account_id, txn->op), txn->biz_date, due);
}

static void original_reversed(struct gt_tx *tx, struct outcome *o)
{
    o->orig.state = o->txn.op == GT_OP_REFUND ? GT_TXN_REFUNDED : GT_TXN_REVERSED;
    if (o->orig.card_state != GT_CARD_NONE)
        card_supersede(tx, o, &o->orig, "the purchase was reversed");
    gt_row_save(tx, &gt_txn_row, &o->orig);
    return_use(tx, &o->orig);
}

/* The purchase that was written again waits for its writing again. */
static void original_rewritten(struct gt_tx *tx, struct outcome *o)
{
    if (o->orig.card_state != GT_CARD_FAILED)
        return;
    o->orig.card_state = GT_CARD_TO_WRITE;
    gt_event_add(tx, &o->orig, gt_bag_take(&o->bag), o->now, "rewritten", "");
    gt_row_save(tx, &gt_txn_row, &o->orig);
}

static void post(struct gt_tx *tx, struct outcome *o)
{
    o->txn.state = GT_TXN_POSTED;
    o->txn.up_state = GT_UPS_ACCEPTED;
    o->txn.outcome = GT_OUT_OK;
    row_learn(o);
    if (o->txn.op == GT_OP_PAY)
        o->txn.advance = o->flow->reply.advance_part;
    packet_insert(tx, o);
    bills_insert(tx, o);
    if (gt_op_is_money((enum gt_op)o->txn.op))
        money_move(tx, o);
    card_move(tx, o);
    if (gt_op_gives_back((enum gt_op)o->txn.op))
        original_reversed(tx, o);
    if (o->txn.op == GT_OP_REWRITE)
        original_rewritten(tx, o);
}

/* --- declining and doubt --------------------------------------------------------------------- */

static void decline(struct gt_tx *tx, struct outcome *o, enum gt_up_state up_state,
                    enum gt_outcome outcome)
{
    const struct gt_up_reply *reply = &o->flow->reply;
    struct gt_txn *txn = &o->txn;

    txn->state = GT_TXN_DECLINED;
    txn->up_state = up_state;
    txn->outcome = outcome;
    GT_FIELD_COPY(txn->up_code, reply->code);
    if (outcome == reply->outcome && up_state == GT_UPS_REFUSED)
        GT_FIELD_COPY(txn->outcome_text, reply->text);
    if (txn->held)
        gt_account_release(&o->account, txn->held);
    txn->held = 0;
    if (gt_op_gives_back((enum gt_op)txn->op)) {
        if (txn->op == GT_OP_REFUND || txn->account_id != o->orig.account_id)
            gt_refund_free(tx, txn);
        o->orig.state = GT_TXN_POSTED;
        o->orig.reversed_by = 0;
        gt_row_save(tx, &gt_txn_row, &o->orig);
    } else if (gt_op_is_money((enum gt_op)txn->op)) {
        return_use(tx, txn);
    }
}

static void stay_in_doubt(struct gt_tx *tx, struct outcome *o)
{
    struct gt_pending pending;

    if (o->txn.up_state == GT_UPS_UNKNOWN)
        return;
    o->txn.up_state = GT_UPS_UNKNOWN;
    GT_FIELD_COPY(o->txn.up_code, o->flow->reply.code);
    answer_keep(tx, o);
    gt_event_add(tx, &o->txn, gt_bag_take(&o->bag), o->now, "unknown", o->flow->reply.text);
    gt_row_save(tx, &gt_txn_row, &o->txn);
    if (!gt_row_find(tx, &gt_pending_row, o->txn.id, &pending))
        return;
    pending.due_at = o->now;
    gt_row_save(tx, &gt_pending_row, &pending);
}

/* --- the transaction ---------------------------------------------------------------------------
 */

static void decided(struct gt_tx *tx, struct outcome *o)
{
    gt_row_save(tx, &gt_account_row, &o->account);
    gt_row_save(tx, &gt_txn_row, &o->txn);
}

static bool rows_load(struct gt_tx *tx, struct outcome *o)
{
    gt_state_read(tx, &o->state);
    o->own = o->fresh;
    o->fresh = false;
    if (o->own) {
        o->txn = o->flow->row;
        gt_row_own(tx, &gt_txn_row, o->txn.id);
    } else if (!gt_row_find(tx, &gt_txn_row, o->flow->txn_id, &o->txn)) {
        return false;
    }
    o->orig.id = 0;
    if (o->txn.orig_id && !gt_row_find(tx, &gt_txn_row, o->txn.orig_id, &o->orig))
        return false;
    return gt_row_lock(tx, &gt_account_row, o->txn.account_id, &o->account);
}

/* A purchase written again must keep its count: with another one a meter could credit twice. */
static bool count_changed(const struct outcome *o)
{
    const struct gt_card_packet *packet = &o->flow->reply.packet;

    return o->txn.op == GT_OP_REWRITE && packet->present && packet->count != o->orig.purchase_count;
}

/* Takes the row out of the list: who does that decides.  If it is gone, or not as the intent left
 * it, our copy of the transaction may be old: the callback runs again and reads it. */
static bool take_out(struct gt_tx *tx, const struct outcome *o)
{
    struct gt_pending pending = {.id = o->txn.id, .version = 1};

    if (!o->own && !gt_row_find(tx, &gt_pending_row, o->txn.id, &pending)) {
        gt_tx_fail(tx, gt_err_set(GT_ERR_CHANGED, "somebody else decided it"));
        return false;
    }
    gt_row_remove(tx, &gt_pending_row, &pending);
    gt_flow_guard_gone(tx, &o->txn);
    return gt_tx_err(tx) == GT_OK;
}

static void decide(struct gt_tx *tx, struct outcome *o)
{
    const struct gt_up_reply *reply = &o->flow->reply;

    if (reply->class == GT_UP_UNKNOWN) {
        stay_in_doubt(tx, o);
        return;
    }
    if (!take_out(tx, o))
        return;
    answer_keep(tx, o);
    o->txn.decided_at = o->now;
    o->txn.out_date = o->state.biz_date;
    o->txn.out_hour = gt_time_minute(o->now, o->till->tz_minutes) / 60;
    if (reply->class == GT_UP_NOT_SENT)
        decline(tx, o, GT_UPS_NOT_SENT, reply->outcome);
    else if (reply->class == GT_UP_REFUSED)
        decline(tx, o, GT_UPS_REFUSED, reply->outcome);
    else if (count_changed(o))
        decline(tx, o, GT_UPS_REFUSED, GT_OUT_CARD_COUNT);
    else
        post(tx, o);
    decided(tx, o);
}

static enum gt_err outcome_commit(struct gt_tx *tx, void *arg)
{
    struct outcome *o = arg;

    gt_bag_rewind(&o->bag);
    o->receipt_no = 0;
    if (!rows_load(tx, o))
        return gt_tx_fail(tx, gt_err_set(GT_ERR_TAMPERED, "its rows are not there"));
    if (o->txn.state != GT_TXN_PENDING) {
        gt_flow_result(tx, &o->txn, false, o->result);
        return gt_tx_err(tx);
    }
    decide(tx, o);
    if (!gt_tx_err(tx))
        gt_flow_result_of(tx, &o->txn, &o->account, o->receipt_no, false, o->result);
    return gt_tx_err(tx);
}

_Static_assert(GT_DECIDE_KEYS >= OUTCOME_KEYS + 1, "an outcome without bills, and an event");

bool gt_flow_decide(struct gt_tx *tx, const struct gt_till *till, const struct gt_flow *flow,
                    int64_t now, struct gt_bag *bag, const char *note)
{
    struct outcome o = {.till = till, .flow = flow, .bag = *bag, .now = now};

    if (!rows_load(tx, &o) || o.txn.state != GT_TXN_PENDING)
        return false;
    gt_event_add(tx, &o.txn, gt_bag_take(&o.bag), now, "decided", note);
    decide(tx, &o);
    return gt_tx_err(tx) == GT_OK;
}

enum gt_err gt_flow_outcome(const struct gt_till *till, struct gt_flow *flow,
                            struct gt_result *result)
{
    struct outcome o = {.till = till,
                        .flow = flow,
                        .result = result,
                        .fresh =
                            flow->row.id == flow->txn_id && flow->reply.class != GT_UP_UNKNOWN};
    int keys = OUTCOME_KEYS + flow->reply.nbills + (flow->reply.raw[0] != '\0');
    enum gt_err err = gt_bag_fill(till->keys, keys, &o.bag);

    if (err)
        return err;
    o.now = gt_now(till->clock);
    err = gt_db_transact(till->db, "outcome", outcome_commit, &o);
    return gt_err_add(err, "outcome of %" PRId64, flow->txn_id);
}
