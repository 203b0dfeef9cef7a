/*
 * ListBatch: the transactions of a batch, a page at a time, and its totals.
 */
#include "terminal/batch_fields.h"

#include <stdlib.h>

struct listing {
    struct gt_call *call;
    int64_t batch_no, after;
    bool found;
    struct gt_batch batch;
    struct gt_batch_total totals[GT_BATCH_TOTALS];
    size_t ntotals;
    struct gt_batch_line lines[GT_BATCH_LINES + 1];
    size_t n;
};

static enum gt_err list_in(struct gt_tx *tx, void *arg)
{
    struct listing *l = arg;
    const struct gt_actor *actor = &l->call->actor;
    l->found = actor->user.account_id && gt_batch_find(tx, actor->user.account_id,
                                                       actor->terminal.id, l->batch_no, &l->batch);
    if (l->found) {
        l->ntotals = gt_batch_totals(tx, &l->batch, l->totals);
        l->n = gt_batch_lines(tx, &l->batch, l->after, l->lines, GT_BATCH_LINES + 1);
    }
    return gt_tx_err(tx);
}

static void put_line(struct gt_call *call, const struct gt_batch_line *line)
{
    struct gt_buf *out = &call->reply.fields;
    char time[GT_TIME_MAX];
    gt_buf_puts(out, "<Entry>");
    gt_put_text(out, "Operation", gt_operation_name(line->op));
    gt_put_text(out, "State", gt_txn_state_name(line->state));
    gt_put_transaction_no(out, line->id);
    gt_put_int(out, "TraceNo", line->trace_no);
    gt_put_text(out, "CustomerNo", line->customer_no);
    gt_put_money(out, "Amount", line->amount);
    gt_put_text(out, "PaymentMethod", line->method);
    gt_put_text(out, "PostedAt", gt_time_format_xsd(line->at, call->till->tz_minutes, time));
    gt_buf_puts(out, "</Entry>");
}

static void put_all(struct listing *l)
{
    struct gt_buf *out = &l->call->reply.fields;
    bool more = l->n > GT_BATCH_LINES;
    gt_put_batch(out, &l->batch);
    gt_put_totals(out, l->totals, l->ntotals);
    for (size_t i = 0; i < l->n && i < GT_BATCH_LINES; i++)
        if (gt_operation_name(l->lines[i].op)[0])
            put_line(l->call, &l->lines[i]);
    gt_put_bool(out, "More", more);
}

enum gt_err gt_op_list_batch(struct gt_call *call)
{
    struct listing *l = calloc(1, sizeof *l);
    if (!l)
        return gt_err_set(GT_ERR_NOMEM, "no memory for a batch");
    l->call = call;
    enum gt_err err = gt_call_int(call, "BatchNo", &l->batch_no);
    if (err == GT_OK)
        err = gt_call_int(call, "After", &l->after);
    if (err == GT_OK)
        err = gt_db_read(call->till->db, "batch.list", list_in, l);
    if (err == GT_OK)
        err = gt_call_available(call);
    if (err == GT_OK) {
        gt_reply_outcome(&call->reply, l->found ? GT_OUT_OK : GT_OUT_NO_BATCH);
        if (l->found)
            put_all(l);
    }
    free(l);
    return err;
}
