/*
 * What operations have in common: reading fields, and running an order.
 *
 * The schema has passed every field before it is read here, so a failure to read one means that
 * something is longer in bytes than in characters, and is told as a malformed request.
 */
#include "terminal/call.h"

#include <string.h>

/* Marks the request as malformed if `err` is a failure; gives it back. */
static enum gt_err judge(struct gt_call *call, enum gt_err err)
{
    if (err != GT_OK)
        call->malformed = true;
    return err;
}

static bool has(const struct gt_call *call, const char *name)
{
    return gt_xml_child(call->request, name) != NULL;
}

enum gt_err gt_call_text(struct gt_call *call, const char *name, char *out, size_t size)
{
    if (!has(call, name))
        return GT_OK;
    return judge(call, gt_xml_child_text(call->request, name, out, size));
}

enum gt_err gt_call_int(struct gt_call *call, const char *name, int64_t *out)
{
    return judge(call, gt_xml_child_int(call->request, name, out));
}

enum gt_err gt_call_money(struct gt_call *call, const char *name, int64_t *out)
{
    return judge(call, gt_xml_child_money(call->request, name, out));
}

enum gt_err gt_call_bool(struct gt_call *call, const char *name, bool *out)
{
    char text[8] = "";
    enum gt_err err = gt_call_text(call, name, text, sizeof text);
    if (err == GT_OK && text[0])
        *out = text[0] == 't' || text[0] == '1'; /* xs:boolean: true, 1, false, 0 */
    return err;
}

enum gt_err gt_call_card(struct gt_call *call, struct gt_card_read *card)
{
    xmlNodePtr node = gt_xml_child(call->request, "Card");
    if (!node)
        return GT_OK;
    card->present = true;
    enum gt_err err = gt_xml_child_text(node, "CardNo", card->card_no, sizeof card->card_no);
    if (err == GT_OK)
        err = gt_xml_child_text(node, "MeterNo", card->meter_no, sizeof card->meter_no);
    if (err == GT_OK)
        err = gt_xml_child_int(node, "PurchaseCount", &card->count);
    if (err == GT_OK)
        err = gt_xml_child_text(node, "ReturnFile", card->return_file, sizeof card->return_file);
    if (err == GT_OK)
        err = gt_xml_child_text(node, "Random", card->random, sizeof card->random);
    return judge(call, gt_err_add(err, "Card"));
}

enum gt_err gt_call_head(struct gt_call *call)
{
    char sent_at[GT_TIME_MAX] = "";
    enum gt_err err = gt_call_text(call, "TerminalNo", call->terminal_no, sizeof call->terminal_no);
    if (err == GT_OK)
        err = gt_call_text(call, "OperatorNo", call->operator_no, sizeof call->operator_no);
    if (err == GT_OK)
        err = gt_call_int(call, "TraceNo", &call->trace_no);
    if (err == GT_OK)
        err = gt_call_text(call, "SentAt", sent_at, sizeof sent_at);
    if (err == GT_OK)
        err = gt_err_add(gt_time_parse_xsd(sent_at, call->till->tz_minutes, &call->sent_at),
                         "SentAt");
    return judge(call, err);
}

void gt_call_order(const struct gt_call *call, struct gt_order *order)
{
    *order = (struct gt_order){
        .op = call->operation->op, .actor = &call->actor, .trace_no = call->trace_no};
}

enum gt_err gt_call_run(struct gt_call *call, const struct gt_order *order,
                        struct gt_result *result)
{
    enum gt_err err = gt_till_run(call->till, order, result);
    if (err != GT_OK)
        return err;
    struct gt_reply *reply = &call->reply;
    reply->outcome = result->outcome;
    err = gt_str_copy(reply->text, sizeof reply->text, result->text);
    reply->txn_id = result->txn.id;
    if (result->biz_date > 0)
        reply->biz_date = result->biz_date;
    reply->has_available = result->has_available;
    reply->available = result->available;
    reply->repeated = result->repeated;
    call->stale = result->stale;
    return err;
}

enum gt_err gt_call_sell(struct gt_call *call, const struct gt_order *order)
{
    struct gt_result result;
    enum gt_err err = gt_call_run(call, order, &result);
    if (err != GT_OK)
        return err;
    gt_put_receipt_no(&call->reply.fields, &result);
    gt_put_card_write(&call->reply.fields, &result);
    return GT_OK;
}

enum gt_err gt_call_available(struct gt_call *call)
{
    struct gt_credit credit;
    enum gt_err err = gt_till_credit(call->till, &call->actor, &credit);
    if (err == GT_ERR_ABSENT)
        return GT_OK;
    if (err != GT_OK)
        return err;
    call->reply.has_available = true;
    call->reply.available = credit.available;
    return GT_OK;
}
