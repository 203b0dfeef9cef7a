/*
 * CloseBatch: ends a batch, and tells whether the terminal's totals are ours.
 *
 * The batch is closed whether they agree or not: what is in it is what was posted, and a difference
 * is for people, who find it with ListBatch.  Closing is once by itself: a batch that is closed
 * only is compared again.
 */
#include "access/note.h"
#include "terminal/batch_fields.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct closing {
    struct gt_batch batch;
    struct gt_batch_total ours[GT_BATCH_TOTALS], theirs[GT_BATCH_TOTALS];
    size_t nours, ntheirs;
};

static enum gt_err malformed(struct gt_call *call, enum gt_err err)
{
    if (err != GT_OK)
        call->malformed = true;
    return err;
}

/* Reads the terminal's totals; an operation that comes twice is added up. */
static enum gt_err read_theirs(struct gt_call *call, struct closing *c)
{
    xmlNodePtr node = gt_xml_child(call->request, "Total");
    for (; node; node = gt_xml_next(node)) {
        char name[32];
        struct gt_batch_total total = {.count = 0};
        enum gt_err err = gt_xml_child_text(node, "Operation", name, sizeof name);
        if (err == GT_OK)
            err = gt_xml_child_int(node, "Count", &total.count);
        if (err == GT_OK)
            err = gt_xml_child_money(node, "Amount", &total.amount);
        if (err != GT_OK)
            return malformed(call, err);
        const struct gt_operation *operation = gt_operation_find(name);
        total.op = operation ? operation->op : GT_OP_NONE;
        size_t at = 0;
        while (at < c->ntheirs && c->theirs[at].op != total.op)
            at++;
        if (at == c->ntheirs && c->ntheirs < GT_BATCH_TOTALS)
            c->theirs[c->ntheirs++] = (struct gt_batch_total){.op = total.op};
        if (at < c->ntheirs) {
            c->theirs[at].count += total.count;
            c->theirs[at].amount += total.amount;
        }
    }
    return GT_OK;
}

static struct gt_batch_total find(const struct gt_batch_total *totals, size_t n, enum gt_op op)
{
    for (size_t i = 0; i < n; i++)
        if (totals[i].op == op)
            return totals[i];
    return (struct gt_batch_total){.op = op};
}

/* An operation that is left out has none. */
static bool agrees(const struct closing *c)
{
    for (int op = GT_OP_NONE; op < GT_OP__MAX; op++) {
        struct gt_batch_total ours = find(c->ours, c->nours, (enum gt_op)op);
        struct gt_batch_total theirs = find(c->theirs, c->ntheirs, (enum gt_op)op);
        if (ours.count != theirs.count || ours.amount != theirs.amount)
            return false;
    }
    return true;
}

static enum gt_err sum_in(struct gt_tx *tx, void *arg)
{
    struct closing *c = arg;
    c->nours = gt_batch_totals(tx, &c->batch, c->ours);
    return gt_tx_err(tx);
}

/* A difference is kept where people find it. */
static enum gt_err note_difference(const struct gt_call *call, const struct closing *c)
{
    struct gt_logger logger;
    struct gt_by by;
    char object[64], detail[200];
    int64_t ours = 0, theirs = 0;
    for (size_t i = 0; i < c->nours; i++)
        ours += c->ours[i].count;
    for (size_t i = 0; i < c->ntheirs; i++)
        theirs += c->theirs[i].count;
    (void)snprintf(object, sizeof object, "%s", call->terminal_no);
    (void)snprintf(detail, sizeof detail,
                   "batch %" PRId64 " of %s: %" PRId64 " by the terminal, %" PRId64 " by the books",
                   c->batch.batch_no, call->operator_no, theirs, ours);
    enum gt_err err = gt_call_by(call, &logger, &by);
    return err == GT_OK ? gt_note(&by, "batch.differs", object, detail) : err;
}

enum gt_err gt_op_close_batch(struct gt_call *call)
{
    struct closing c = {.nours = 0};
    int64_t batch_no = 0;
    bool was_open = false;
    enum gt_err err = gt_call_int(call, "BatchNo", &batch_no);
    if (err == GT_OK)
        err = read_theirs(call, &c);
    if (err == GT_OK)
        err = gt_batch_end(call->till, &call->actor, batch_no, &c.batch, &was_open);
    if (err == GT_ERR_ABSENT) {
        gt_reply_outcome(&call->reply, GT_OUT_NO_BATCH);
        return GT_OK;
    }
    if (err == GT_OK)
        err = gt_db_read(call->till->db, "batch.sum", sum_in, &c);
    bool agreed = err == GT_OK && agrees(&c);
    if (err == GT_OK && was_open && !agreed)
        err = note_difference(call, &c);
    if (err == GT_OK)
        err = gt_call_available(call);
    if (err != GT_OK)
        return err;
    gt_reply_outcome(&call->reply, GT_OUT_OK);
    call->reply.repeated = !was_open;
    gt_put_batch(&call->reply.fields, &c.batch);
    gt_put_bool(&call->reply.fields, "Agreed", agreed);
    gt_put_totals(&call->reply.fields, c.ours, c.nours);
    return GT_OK;
}
