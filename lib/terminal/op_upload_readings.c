/*
 * UploadReadings: what meters showed, and a result for each.
 */
#include "terminal/call.h"
#include "till/reading.h"

#include <stdlib.h>
#include <string.h>

struct upload {
    struct gt_call *call;
    struct gt_reading_line lines[GT_TASKS_MAX];
    int n;
};

static enum gt_err read_line(const struct upload *u, xmlNodePtr node, struct gt_reading_line *line)
{
    char read_at[GT_TIME_MAX] = "", confirmed[8] = "";
    enum gt_err err = gt_xml_child_text(node, "TaskNo", line->task_no, sizeof line->task_no);
    if (err == GT_OK)
        err = gt_xml_child_money(node, "Shown", &line->reading); /* hundredths, like fen */
    if (err == GT_OK)
        err = gt_xml_child_text(node, "ReadAt", read_at, sizeof read_at);
    if (err == GT_OK)
        err = gt_time_parse_xsd(read_at, u->call->till->tz_minutes, &line->read_at);
    if (err == GT_OK)
        err = gt_xml_child_text(node, "Confirmed", confirmed, sizeof confirmed);
    line->confirmed = confirmed[0] == 't' || confirmed[0] == '1';
    return err;
}

static enum gt_err read_lines(struct upload *u)
{
    xmlNodePtr node = gt_xml_child(u->call->request, "Reading");
    enum gt_err err = GT_OK;
    for (; node && err == GT_OK && u->n < GT_TASKS_MAX; node = gt_xml_next(node))
        err = gt_err_add(read_line(u, node, &u->lines[u->n++]), "Reading");
    if (err != GT_OK)
        u->call->malformed = true;
    return err;
}

static void put_results(const struct upload *u)
{
    struct gt_buf *out = &u->call->reply.fields;
    for (int i = 0; i < u->n; i++) {
        const struct gt_reading_line *line = &u->lines[i];
        gt_buf_puts(out, "<Result>");
        gt_put_text(out, "TaskNo", line->task_no);
        gt_put_int(out, "ResultCode", line->outcome);
        gt_put_text(out, "ResultClass", gt_class_name(gt_outcome_info(line->outcome)->class));
        gt_put_text(out, "ResultText", line->text);
        gt_buf_puts(out, "</Result>");
    }
}

static enum gt_err answer(struct upload *u)
{
    struct gt_call *call = u->call;
    enum gt_outcome outcome = GT_OUT_OK;
    bool repeated = false;
    enum gt_err err = read_lines(u);
    if (err == GT_OK)
        err = gt_reading_upload(call->till, &call->actor, call->trace_no, u->lines, u->n, &outcome,
                                &repeated);
    if (err == GT_OK)
        err = gt_call_available(call);
    if (err != GT_OK)
        return err;
    gt_reply_outcome(&call->reply, outcome);
    call->reply.repeated = repeated && outcome == GT_OUT_OK;
    if (outcome == GT_OUT_OK)
        put_results(u);
    return GT_OK;
}

enum gt_err gt_op_upload_readings(struct gt_call *call)
{
    struct upload *u = calloc(1, sizeof *u);
    if (!u)
        return gt_err_set(GT_ERR_NOMEM, "no memory for readings");
    u->call = call;
    enum gt_err err = answer(u);
    free(u);
    return err;
}
