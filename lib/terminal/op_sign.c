/*
 * SignOn and SignOff: the batch of a terminal, and what it should know of the platform.
 */
#include "terminal/call.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A terminal whose clock is off by more is told so, long before its messages are refused. */
#define CLOCK_TOLERANCE_MS 60000

static void put_parameter(struct gt_buf *out, const char *name, const char *value)
{
    gt_buf_puts(out, "<Parameter>");
    gt_put_text(out, "Name", name);
    gt_put_text(out, "Value", value);
    gt_buf_puts(out, "</Parameter>");
}

static void put_parameters(const struct gt_call *call, struct gt_buf *out)
{
    char limit[32];
    (void)snprintf(limit, sizeof limit, "%" PRId64, call->till->answer_ms);
    put_parameter(out, "currency", "CNY");
    put_parameter(out, "trace_digits", "18");
    put_parameter(out, "answer_ms", limit);
    put_parameter(out, "receipt_columns", "48");
}

static void put_notice(const struct gt_call *call, int64_t now, struct gt_buf *out)
{
    int64_t off = call->sent_at - now;
    if (call->state.state == GT_CLEARING)
        gt_put_text(out, "Notice", "系统正在日切，请稍后再办理业务");
    else if (llabs(off) > CLOCK_TOLERANCE_MS)
        gt_buf_printf(out, "<Notice>终端时钟比系统%s %lld 秒，请校时</Notice>",
                      off > 0 ? "快" : "慢", llabs(off) / 1000);
}

enum gt_err gt_op_sign(struct gt_call *call)
{
    bool on = strcmp(call->operation->name, "SignOn") == 0;
    struct gt_signon batch;
    enum gt_err err = on ? gt_till_sign_on(call->till, &call->actor, &batch)
                         : gt_till_sign_off(call->till, &call->actor, &batch);
    struct gt_reply *reply = &call->reply;
    if (err == GT_ERR_ABSENT) {
        gt_reply_outcome(reply, GT_OUT_NO_ACCOUNT);
        return GT_OK;
    }
    if (err != GT_OK)
        return err;
    gt_reply_outcome(reply, GT_OUT_OK);
    reply->biz_date = batch.biz_date;
    reply->has_available = true;
    reply->available = batch.available;

    struct gt_buf *out = &reply->fields;
    int64_t now = gt_now(call->till->clock);
    char time[GT_TIME_MAX];
    gt_put_int(out, "BatchNo", batch.batch_no);
    gt_put_int(out, "LastTraceNo", batch.last_trace);
    gt_put_text(out, "ServerTime", gt_time_format_xsd(now, call->till->tz_minutes, time));
    put_parameters(call, out);
    put_notice(call, now, out);
    return GT_OK;
}
