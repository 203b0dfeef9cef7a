/*
 * DownloadReadingTasks: the operator's routes, or the tasks of one, a page at a time.
 *
 * The first page asks the marketing system; the others are of what was kept then.
 */
#include "terminal/call.h"
#include "till/reading.h"

#include <inttypes.h>
#include <stdlib.h>

#define ROUTES 20
#define TASKS  GT_TASKS_MAX

struct download {
    struct gt_call *call;
    char route_no[GT_TERMINAL_NO_MAX + 12];
    int64_t after;
    bool found;
    struct gt_round rounds[ROUTES];
    int64_t counts[ROUTES][GT_READING__MAX];
    size_t nrounds;
    struct gt_reading tasks[TASKS + 1];
    size_t ntasks;
};

static enum gt_err look_in(struct gt_tx *tx, void *arg)
{
    struct download *d = arg;
    int64_t user_id = d->call->actor.user.id;
    d->ntasks = 0;
    if (d->route_no[0]) {
        d->found = gt_round_of_route(tx, user_id, d->route_no, &d->rounds[0]);
        d->nrounds = d->found;
        struct gt_reading_find find = {.round_id = d->rounds[0].id, .after = d->after};
        if (d->found)
            d->ntasks = gt_reading_list(tx, &find, d->tasks, TASKS + 1);
    } else {
        d->nrounds = gt_rounds_of(tx, user_id, 0, d->rounds, ROUTES);
        d->found = d->nrounds > 0;
    }
    for (size_t i = 0; i < d->nrounds; i++)
        gt_round_counts(tx, d->rounds[i].id, d->counts[i]);
    return gt_tx_err(tx);
}

static void put_route(struct gt_buf *out, const struct gt_round *round, const int64_t *counts)
{
    gt_buf_puts(out, "<Route>");
    gt_put_text(out, "RouteNo", round->route_no);
    gt_put_text(out, "Name", round->name);
    gt_buf_printf(out, "<Period>%06" PRId64 "</Period>", round->period);
    gt_put_int(out, "Tasks", round->tasks);
    gt_put_int(out, "Open", counts[GT_READING_OPEN]);
    gt_put_int(out, "Waiting", counts[GT_READING_WAITS]);
    gt_put_int(out, "Accepted", counts[GT_READING_ACCEPTED]);
    gt_put_int(out, "Refused", counts[GT_READING_REFUSED]);
    gt_buf_puts(out, "</Route>");
}

static void put_task(struct gt_buf *out, const struct gt_reading *task)
{
    gt_buf_puts(out, "<Task>");
    gt_put_text(out, "TaskNo", task->task_no);
    gt_put_int(out, "Place", task->seq);
    gt_put_text(out, "CustomerNo", task->customer_no);
    gt_put_text(out, "Name", task->customer_name);
    gt_put_text(out, "Address", task->address);
    gt_put_text(out, "MeterNo", task->meter_no);
    if (task->last_read >= 0)
        gt_put_money(out, "LastReading", task->last_read); /* hundredths, like fen */
    if (task->last_date)
        gt_buf_printf(out, "<LastDate>%08" PRId64 "</LastDate>", task->last_date);
    if (task->usual)
        gt_put_money(out, "UsualUse", task->usual);
    gt_put_int(out, "Factor", task->factor);
    gt_put_text(out, "State", gt_reading_state_name((enum gt_reading_state)task->state));
    if (task->state != GT_READING_OPEN)
        gt_put_money(out, "Reading", task->reading);
    if (task->note[0])
        gt_put_text(out, "ResultText", task->note);
    gt_buf_puts(out, "</Task>");
}

static void put_all(const struct download *d)
{
    struct gt_buf *out = &d->call->reply.fields;
    for (size_t i = 0; i < d->nrounds; i++)
        put_route(out, &d->rounds[i], d->counts[i]);
    for (size_t i = 0; i < d->ntasks && i < TASKS; i++)
        put_task(out, &d->tasks[i]);
    gt_put_bool(out, "More", d->ntasks > TASKS);
}

static enum gt_err may_in(struct gt_tx *tx, void *arg)
{
    struct download *d = arg;
    gt_reply_outcome(&d->call->reply, gt_reading_may(tx, &d->call->actor));
    return gt_tx_err(tx);
}

static enum gt_err answer(struct download *d)
{
    struct gt_call *call = d->call;
    struct gt_reply *reply = &call->reply;
    bool part = false; /* the text says so */
    enum gt_err err = gt_call_text(call, "RouteNo", d->route_no, sizeof d->route_no);
    if (err == GT_OK)
        err = gt_call_int(call, "After", &d->after);
    if (err == GT_OK && d->after)
        err = gt_db_read(call->till->db, "reading.may", may_in, d);
    else if (err == GT_OK)
        err = gt_reading_fetch(call->till, &call->actor, d->route_no, &reply->outcome, &part,
                               reply->text);
    if (err == GT_OK && reply->outcome == GT_OUT_OK)
        err = gt_db_read(call->till->db, "reading.tasks", look_in, d);
    if (err == GT_OK)
        err = gt_call_available(call);
    if (err != GT_OK || reply->outcome != GT_OUT_OK)
        return err;
    if (d->found)
        put_all(d);
    else
        gt_reply_outcome(reply, GT_OUT_READING_NONE);
    return GT_OK;
}

enum gt_err gt_op_download_reading_tasks(struct gt_call *call)
{
    struct download *d = calloc(1, sizeof *d);
    if (!d)
        return gt_err_set(GT_ERR_NOMEM, "no memory for reading tasks");
    d->call = call;
    enum gt_err err = answer(d);
    free(d);
    return err;
}
