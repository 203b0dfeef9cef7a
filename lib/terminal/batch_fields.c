/*
 * Elements of batches and slips.
 */
#include "terminal/batch_fields.h"

#include <inttypes.h>
#include <stdio.h>

void gt_put_batch(struct gt_buf *out, const struct gt_batch *batch)
{
    gt_put_int(out, "BatchNo", batch->batch_no);
    gt_buf_printf(out, "<BatchDate>%08" PRId64 "</BatchDate>", batch->biz_date);
    gt_put_bool(out, "Closed", batch->closed_at != 0);
}

void gt_put_totals(struct gt_buf *out, const struct gt_batch_total *totals, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const char *name = gt_operation_name(totals[i].op);
        if (!name[0])
            continue;
        gt_buf_puts(out, "<Total>");
        gt_put_text(out, "Operation", name);
        gt_put_int(out, "Count", totals[i].count);
        gt_put_money(out, "Amount", totals[i].amount);
        gt_buf_puts(out, "</Total>");
    }
}

static void put_date(struct gt_buf *out, const char *name, int64_t date)
{
    if (date)
        gt_buf_printf(out, "<%s>%08" PRId64 "</%s>", name, date, name);
}

static void put_some(struct gt_buf *out, const char *name, const char *text)
{
    if (text[0])
        gt_put_text(out, name, text);
}

void gt_put_slip(struct gt_buf *out, const struct gt_slip *slip, const char *name)
{
    gt_buf_puts(out, "<Remittance>");
    gt_put_text(out, "RemittanceNo", name);
    gt_put_text(out, "State", gt_slip_state_name((enum gt_slip_state)slip->state));
    gt_put_money(out, "Amount", slip->amount);
    gt_put_money(out, "Due", slip->due);
    put_date(out, "MadeDate", slip->made_date);
    put_some(out, "Bank", slip->bank);
    put_some(out, "BankSlipNo", slip->bank_no);
    put_date(out, "BankDate", slip->bank_date);
    put_some(out, "Reason", slip->note);
    gt_buf_puts(out, "</Remittance>");
}

enum gt_err gt_call_by(const struct gt_call *call, struct gt_logger *logger, struct gt_by *by)
{
    *by = (struct gt_by){.db = call->till->db,
                         .src = call->till->keys,
                         .clock = call->till->clock,
                         .logger = logger,
                         .user_id = call->actor.user.id,
                         .tz_minutes = call->till->tz_minutes};
    return gt_logger_for(call->logger, call->operator_no, call->terminal_no, logger);
}

void gt_call_key(const struct gt_call *call, int64_t trace_no, char key[GT_CALL_KEY])
{
    (void)snprintf(key, GT_CALL_KEY, "t%" PRId64 "-%" PRId64, call->actor.terminal.id, trace_no);
}
