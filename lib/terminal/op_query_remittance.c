/*
 * QueryRemittance: one slip of the operator's account, by its number or by the trace number that
 * made it; and what is due now, with the batches that make it.
 */
#include "terminal/batch_fields.h"

#include <stdlib.h>

struct querying {
    struct gt_call *call;
    char no[41];
    int64_t trace_no;
    bool found;
    struct gt_slip slip;
    char name[GT_SLIP_NAME];
    struct gt_remit_offer offer;
};

static enum gt_err find_in(struct gt_tx *tx, void *arg)
{
    struct querying *q = arg;
    const struct gt_actor *actor = &q->call->actor;
    char key[GT_CALL_KEY];
    gt_call_key(q->call, q->trace_no, key);
    q->found = q->trace_no ? gt_slip_of_key(tx, actor->user.id, key, &q->slip)
                           : gt_slip_named(tx, q->no, &q->slip);
    q->found = q->found && q->slip.account_id == actor->user.account_id;
    if (q->found)
        gt_slip_name(tx, &q->slip, q->name);
    return gt_tx_err(tx);
}

static void put_offer(const struct querying *q)
{
    struct gt_buf *out = &q->call->reply.fields;
    gt_put_money(out, "Due", q->offer.due);
    for (int i = 0; i < q->offer.nseries; i++) {
        const struct gt_remit_series *series = &q->offer.series[i];
        if (series->last_no < series->first_no)
            continue;
        gt_buf_puts(out, "<Batch>");
        gt_put_text(out, "TerminalNo", series->name);
        gt_put_int(out, "FirstBatchNo", series->first_no);
        gt_put_int(out, "LastBatchNo", series->last_no);
        gt_put_money(out, "Amount", series->amount);
        gt_buf_puts(out, "</Batch>");
    }
}

/* What is due now. */
static enum gt_err read_offer(struct querying *q)
{
    struct gt_remit_form form = {.account_id = q->call->actor.user.account_id};
    struct gt_refusal no = {.why = GT_WHY_NONE};
    struct gt_logger logger;
    struct gt_by by;
    enum gt_err err = gt_call_by(q->call, &logger, &by);
    if (err == GT_OK)
        err = gt_remit_offer(&by, &form, &q->offer, &no);
    if (no.why == GT_WHY_NONE)
        return err;
    gt_err_clear();
    gt_reply_outcome(&q->call->reply, GT_OUT_OP_NOT_ALLOWED);
    return GT_OK;
}

static enum gt_err answer(struct querying *q)
{
    struct gt_call *call = q->call;
    enum gt_err err = gt_call_text(call, "RemittanceNo", q->no, sizeof q->no);
    if (err == GT_OK)
        err = gt_call_int(call, "OriginalTraceNo", &q->trace_no);
    if (err != GT_OK)
        return err;
    if (!call->actor.user.account_id) {
        gt_reply_outcome(&call->reply, GT_OUT_NO_ACCOUNT);
        return GT_OK;
    }
    bool asked = q->no[0] || q->trace_no;
    if (asked)
        err = gt_db_read(call->till->db, "remit.find", find_in, q);
    gt_reply_outcome(&call->reply, asked && !q->found ? GT_OUT_REMIT_ABSENT : GT_OUT_OK);
    if (err == GT_OK && call->reply.outcome == GT_OUT_OK)
        err = read_offer(q);
    if (err == GT_OK)
        err = gt_call_available(call);
    if (err == GT_OK && call->reply.outcome == GT_OUT_OK) {
        if (q->found)
            gt_put_slip(&call->reply.fields, &q->slip, q->name);
        put_offer(q);
    }
    return err;
}

enum gt_err gt_op_query_remittance(struct gt_call *call)
{
    struct querying *q = calloc(1, sizeof *q);
    if (!q)
        return gt_err_set(GT_ERR_NOMEM, "no memory for a slip");
    q->call = call;
    enum gt_err err = answer(q);
    free(q);
    return err;
}
