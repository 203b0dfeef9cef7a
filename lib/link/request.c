/*
 * A request as the templates see it: names and text, then rendered.
 *
 * The names are the same for every dialect; a member that is empty is not set, so that a template
 * can leave it out with `if`.
 */
#include "base/clock.h"
#include "base/money.h"
#include "base/template.h"
#include "link/adapter.h"

#include <stdio.h>
#include <string.h>

static void set_text(struct gt_tmpl_data *data, const char *name, const char *text)
{
    if (text[0] != '\0')
        gt_tmpl_set(data, name, text);
}

/* "20261122140305" from the "2026-11-22 14:03:05" of clock.h. */
static void set_time(struct gt_tmpl_data *data, int64_t ms, int tz_minutes)
{
    char text[GT_TIME_MAX], digits[GT_TIME_MAX];
    size_t n = 0;
    gt_time_format(ms, tz_minutes, text);
    for (const char *p = text; *p != '\0'; p++)
        if (*p >= '0' && *p <= '9')
            digits[n++] = *p;
    digits[n] = '\0';
    gt_tmpl_set(data, "SentAt", digits);
    if (n == 14) {
        gt_tmpl_set(data, "SentTime", digits + 8);
        digits[8] = '\0';
        gt_tmpl_set(data, "SentDate", digits);
    }
}

/* Sets a name whose value the definition may put through a map. */
static enum gt_err set_mapped(const struct gt_adapter *adapter, struct gt_tmpl_data *data,
                              const char *name, const char *value, enum gt_outcome *outcome)
{
    if (value[0] == '\0')
        return GT_OK;
    for (size_t i = 0; i < adapter->nsends; i++) {
        const struct gt_send *send = &adapter->sends[i];
        if (strcmp(send->name, name) != 0)
            continue;
        const char *theirs = gt_map_theirs(send->map, value);
        if (theirs == NULL) {
            *outcome = send->otherwise;
            return gt_err_set(GT_ERR_DENIED, "map %s has no value for %s", send->map->name, value);
        }
        value = theirs;
        break;
    }
    gt_tmpl_set(data, name, value);
    return GT_OK;
}

static void set_card(struct gt_tmpl_data *data, const struct gt_card_read *card)
{
    if (!card->present)
        return;
    gt_tmpl_set(data, "Card.Present", "1");
    set_text(data, "Card.No", card->card_no);
    set_text(data, "Card.Meter", card->meter_no);
    gt_tmpl_set_int(data, "Card.Count", card->count);
    set_text(data, "Card.ReturnFile", card->return_file);
    set_text(data, "Card.Random", card->random);
}

static void set_bills(struct gt_tmpl_data *data, const struct gt_up_request *request)
{
    char money[GT_MONEY_MAX], period[24];
    gt_tmpl_set_int(data, "BillCount", request->nbills);
    for (int i = 0; i < request->nbills && i < GT_BILLS_MAX; i++) {
        const struct gt_bill *bill = &request->bills[i];
        size_t n = (size_t)i;
        gt_tmpl_set_item(data, "Bills", n, "BillNo", bill->bill_no);
        snprintf(period, sizeof period, "%lld", (long long)bill->period);
        gt_tmpl_set_item(data, "Bills", n, "Period", period);
        gt_tmpl_set_item(data, "Bills", n, "Amount", gt_money_format(bill->amount, money));
        gt_tmpl_set_item(data, "Bills", n, "LateFee", gt_money_format(bill->late_fee, money));
    }
}

static void set_readings(struct gt_tmpl_data *data, const struct gt_up_request *request,
                         int tz_minutes)
{
    char kwh[GT_MONEY_MAX], date[24];
    int n = request->tasks != NULL && request->op == GT_UP_READINGS ? request->tasks->n : 0;
    for (int i = 0; i < n; i++) {
        const struct gt_up_task *task = &request->tasks->all[i];
        size_t at = (size_t)i;
        gt_tmpl_set_item(data, "Readings", at, "TaskNo", task->task_no);
        gt_tmpl_set_item(data, "Readings", at, "Customer", task->customer_no);
        gt_tmpl_set_item(data, "Readings", at, "Meter", task->meter_no);
        gt_tmpl_set_item(data, "Readings", at, "Reading", gt_money_format(task->reading, kwh));
        snprintf(date, sizeof date, "%lld", (long long)gt_time_date(task->read_at, tz_minutes));
        gt_tmpl_set_item(data, "Readings", at, "Date", date);
        if (task->confirmed)
            gt_tmpl_set_item(data, "Readings", at, "Confirmed", "1");
    }
}

static enum gt_err set_all(const struct gt_adapter *adapter, struct gt_tmpl_data *data,
                           const struct gt_up_request *request, enum gt_outcome *outcome)
{
    enum gt_err err = set_mapped(adapter, data, "Method", request->method, outcome);
    if (err == GT_OK && request->op == GT_UP_CONFIRM)
        err = set_mapped(adapter, data, "Written", request->written ? "yes" : "no", outcome);
    if (err == GT_OK && request->orig_serial[0] != '\0')
        err = set_mapped(adapter, data, "OrigOp", gt_up_op_name(request->orig_op), outcome);
    if (err != GT_OK)
        return err;
    gt_tmpl_set(data, "Operation", gt_up_op_name(request->op));
    set_text(data, "Serial", request->serial);
    set_text(data, "OrigSerial", request->orig_serial);
    set_text(data, "Operator", request->operator_no);
    set_text(data, "Terminal", request->terminal_no);
    set_text(data, "Customer", request->customer_no);
    set_text(data, "Meter", request->meter_no);
    set_text(data, "CardNo", request->card_no);
    set_text(data, "Words", request->words);
    set_text(data, "After", request->after);
    set_text(data, "Reason", request->reason);
    gt_tmpl_set_money(data, "Amount", request->amount);
    gt_tmpl_set_int(data, "AmountFen", request->amount);
    gt_tmpl_set_money(data, "Fee", request->fee);
    gt_tmpl_set_int(data, "FeeFen", request->fee);
    gt_tmpl_set_int(data, "BizDate", request->biz_date);
    set_time(data, request->sent_at, adapter->tz_minutes);
    set_card(data, &request->card);
    set_bills(data, request);
    set_text(data, "Route", request->route_no);
    set_readings(data, request, adapter->tz_minutes);
    return GT_OK;
}

enum gt_err gt_request_render(const struct gt_adapter *adapter, const struct gt_up_request *request,
                              struct gt_buf *out, enum gt_outcome *outcome)
{
    struct gt_tmpl *template = adapter->ops[request->op].template;
    struct gt_tmpl_data *data = NULL;
    enum gt_err err = gt_tmpl_take(template, &data);
    if (err == GT_OK)
        err = set_all(adapter, data, request, outcome);
    if (err == GT_OK)
        err = gt_tmpl_render(data, out);
    gt_tmpl_give(template, data);
    return err;
}
