/*
 * A request from start to end: a slot upstream, then intent, call, outcome.
 *
 * Read this file to follow a recharge.  The slot is taken before the intent, so that a terminal is
 * turned away before anything is held when upstream is down or full.
 */
#include "base/limit.h"
#include "base/log.h"
#include "base/step.h"
#include "till/account.h"
#include "till/flow.h"
#include "till/refund.h"

#include <inttypes.h>

enum { POLL_FIRST_MS = 4, POLL_MOST_MS = 100 };

/* The answer to a failed intent: nothing is committed, unless the store itself does not know.  Then
 * the terminal inquires; the row, if it is there, is nobody's but the worker's. */
static void result_of_failure(enum gt_err err, struct gt_result *result)
{
    if (err == GT_ERR_LOST)
        gt_result_plain(result, GT_OUT_IN_DOUBT);
    else if (err == GT_ERR_BUSY || err == GT_ERR_CHANGED || err == GT_ERR_EXISTS)
        gt_result_plain(result, GT_OUT_BUSY);
    else if (err == GT_ERR_FULL)
        gt_result_plain(result, GT_OUT_STORE_FULL);
    else
        gt_result_plain(result, GT_OUT_INTERNAL);
}

struct lookup {
    int64_t terminal_id, trace_no, txn_id;
    struct gt_result *result;
    bool found;
};

static enum gt_err lookup_read(struct gt_tx *tx, void *arg)
{
    struct lookup *l = arg;
    struct gt_txn txn;

    l->found = l->txn_id ? gt_row_find(tx, &gt_txn_row, l->txn_id, &txn)
                         : gt_txn_by_trace(tx, l->terminal_id, l->trace_no, &txn);
    if (l->found)
        gt_flow_result(tx, &txn, true, l->result);
    return gt_tx_err(tx);
}

/* Another request is working on the same order: its answer, or "in doubt" when time is up. */
static enum gt_err wait_for_other(const struct gt_till *till, int64_t txn_id, int64_t deadline,
                                  struct gt_result *result)
{
    struct lookup l = {.txn_id = txn_id, .result = result};
    int64_t pause = POLL_FIRST_MS;

    for (;;) {
        enum gt_err err = gt_db_read(till->db, "flow.wait", lookup_read, &l);

        if (err == GT_ERR_FATAL)
            return err;
        if (err) {
            /* The row is there, whatever keeps us from reading it now. */
            gt_log_err("wait.failed", err);
            gt_result_plain(result, GT_OUT_IN_DOUBT);
            result->txn.id = txn_id;
            return GT_OK;
        }
        if (result->outcome != GT_OUT_IN_DOUBT ||
            till->clock->mono(till->clock->ctx) + pause >= deadline)
            return GT_OK;
        till->clock->sleep(till->clock->ctx, pause);
        pause = pause * 2 < POLL_MOST_MS ? pause * 2 : POLL_MOST_MS;
    }
}

/* After the intent a terminal is told only what is committed, or "in doubt".  A store that let the
 * time pass is not asked once more. */
static void in_doubt(const struct gt_till *till, int64_t txn_id, int64_t deadline,
                     struct gt_result *result)
{
    struct lookup l = {.txn_id = txn_id, .result = result};

    if (till->clock->mono(till->clock->ctx) >= deadline ||
        gt_db_read(till->db, "flow.doubt", lookup_read, &l) || !l.found) {
        gt_result_plain(result, GT_OUT_IN_DOUBT);
        result->txn.id = txn_id;
    }
    result->repeated = false;
}

static enum gt_err call_and_decide(const struct gt_till *till, struct gt_flow *flow,
                                   int64_t deadline, struct gt_result *result)
{
    int64_t left = deadline - till->clock->mono(till->clock->ctx);
    enum gt_err err;

    GT_STEP("intent.committed");
    gt_flow_call(till, flow, left > 1 ? left : 1);
    GT_STEP("call.returned");
    err = gt_flow_outcome(till, flow, result);
    GT_STEP("outcome.committed");
    if (err == GT_ERR_FATAL)
        return err;
    if (err) {
        gt_log_err("outcome.failed", err);
        in_doubt(till, flow->txn_id, deadline, result);
    }
    return GT_OK;
}

/* No slot: an order that is stored already is answered all the same. */
static enum gt_err turn_away(const struct gt_till *till, const struct gt_order *order,
                             int64_t deadline, struct gt_result *result)
{
    struct gt_flow flow;
    struct lookup l = {
        .terminal_id = order->actor->terminal.id, .trace_no = order->trace_no, .result = result};
    enum gt_err err = gt_db_read(till->db, "flow.stored", lookup_read, &l);

    if (err || !l.found) {
        gt_result_plain(result, err ? GT_OUT_BUSY : GT_OUT_UPSTREAM_DOWN);
        return err == GT_ERR_FATAL ? err : GT_OK;
    }
    /* The row is there, so the intent only compares and answers. */
    err = gt_flow_intent(till, order, &flow, result);
    if (!err && flow.next == GT_FLOW_WAIT)
        err = wait_for_other(till, flow.txn_id, deadline, result);
    if (err && err != GT_ERR_FATAL)
        result_of_failure(err, result);
    return err == GT_ERR_FATAL ? err : GT_OK;
}

struct red_entry {
    int64_t orig_id;
    bool found;
};

static enum gt_err red_read(struct gt_tx *tx, void *arg)
{
    struct red_entry *red = arg;

    red->found = gt_refund_is_red(tx, red->orig_id);
    return gt_tx_err(tx);
}

/* Whether a refund was made upstream by hand already; if that cannot be read, the intent finds out.
 */
static bool is_red(const struct gt_till *till, const struct gt_order *order)
{
    struct red_entry red = {.orig_id = order->orig_id};

    return order->op == GT_OP_REFUND && gt_db_read(till->db, "flow.red", red_read, &red) == GT_OK &&
           red.found;
}

/* Which system an order needs; NULL if none: its customer is served by none (the intent refuses
 * it), it only reports that a card was not written, or it was done there by hand. */
static struct gt_upstream *upstream_of(const struct gt_till *till, const struct gt_order *order)
{
    if ((order->op == GT_OP_CONFIRM && !order->written) || is_red(till, order))
        return NULL;
    if (order->customer_no[0])
        return gt_upstream_for(till->upstreams, order->customer_no);
    return till->upstreams->count ? &till->upstreams->all[0] : NULL;
}

/* When the result must be known: the limit of the request, which may have waited before. */
static int64_t answer_by(const struct gt_till *till)
{
    int64_t by = till->clock->mono(till->clock->ctx) + till->answer_ms - GT_LIMIT_MARGIN_MS;

    return gt_limit() && gt_limit() < by ? gt_limit() : by;
}

enum gt_err gt_till_run(const struct gt_till *till, const struct gt_order *order,
                        struct gt_result *result)
{
    int64_t deadline = answer_by(till);
    struct gt_upstream *upstream = upstream_of(till, order);
    struct gt_flow flow;
    enum gt_err err;

    if (upstream && upstream->admit(upstream->ctx, till->slot_wait_ms))
        return turn_away(till, order, deadline, result);
    err = gt_flow_intent(till, order, &flow, result);
    if (!err && flow.next == GT_FLOW_CALL)
        err = call_and_decide(till, &flow, deadline, result);
    else if (err && err != GT_ERR_FATAL) {
        gt_log_err("intent.failed", err);
        result_of_failure(err, result);
        err = GT_OK;
    }
    if (upstream)
        upstream->leave(upstream->ctx);
    if (!err && flow.next == GT_FLOW_WAIT)
        err = wait_for_other(till, flow.txn_id, deadline, result);
    result->stale = flow.stale;
    return err;
}
