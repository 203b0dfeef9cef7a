/*
 * An XML answer becomes a gt_up_reply, as the definition says.
 *
 * An answer counts only if all that the definition names in it can be read and, where it names a
 * customer, that is the one of the request.  What cannot be read is never guessed: a sale that
 * upstream calls done but whose figures make no sense is unknown, like silence.
 */
#include "base/money.h"
#include "base/text.h"
#include "base/xml.h"
#include "link/adapter.h"

#include <stdio.h>
#include <string.h>

enum target_type {
    TARGET_TEXT,  /* an identifier: never cut */
    TARGET_WORDS, /* text for people: cut when too long */
    TARGET_NUMBER,
    TARGET_FLAG,
    TARGET_METER
};

struct gt_field_target {
    const char *name;
    enum gt_field_of of; /* whose member it is */
    enum target_type type;
    enum gt_field_kind kind; /* unless the definition says otherwise */
    size_t offset;
    size_t size;
};

#define IN_REPLY(name, type, kind, member)                                   \
    {                                                                        \
        name, GT_OF_REPLY, type, kind, offsetof(struct gt_up_reply, member), \
            sizeof(((struct gt_up_reply *)NULL)->member)                     \
    }
#define IN_BILL(name, type, kind, member)                               \
    {                                                                   \
        name, GT_OF_BILL, type, kind, offsetof(struct gt_bill, member), \
            sizeof(((struct gt_bill *)NULL)->member)                    \
    }
#define IN_FOUND(name, type, kind, member)                                   \
    {                                                                        \
        name, GT_OF_FOUND, type, kind, offsetof(struct gt_up_found, member), \
            sizeof(((struct gt_up_found *)NULL)->member)                     \
    }

#define IN_TASK(name, type, kind, member)                                  \
    {                                                                      \
        name, GT_OF_TASK, type, kind, offsetof(struct gt_up_task, member), \
            sizeof(((struct gt_up_task *)NULL)->member)                    \
    }

static const struct gt_field_target targets[] = {
    IN_REPLY("ref", TARGET_TEXT, GT_FIELD_TEXT, ref),
    IN_REPLY("up_date", TARGET_NUMBER, GT_FIELD_DATE, up_date),
    IN_REPLY("customer_no", TARGET_TEXT, GT_FIELD_TEXT, customer_no),
    IN_REPLY("customer_name", TARGET_WORDS, GT_FIELD_TEXT, customer_name),
    IN_REPLY("address", TARGET_WORDS, GT_FIELD_TEXT, address),
    IN_REPLY("meter_no", TARGET_TEXT, GT_FIELD_TEXT, meter_no),
    IN_REPLY("meter_kind", TARGET_METER, GT_FIELD_MAP, meter_kind),
    IN_REPLY("advance", TARGET_NUMBER, GT_FIELD_MONEY, advance),
    IN_REPLY("least", TARGET_NUMBER, GT_FIELD_MONEY, least),
    IN_REPLY("greatest", TARGET_NUMBER, GT_FIELD_MONEY, greatest),
    IN_REPLY("count", TARGET_NUMBER, GT_FIELD_INT, count),
    IN_REPLY("open", TARGET_FLAG, GT_FIELD_MAP, open),
    IN_REPLY("advance_part", TARGET_NUMBER, GT_FIELD_MONEY, advance_part),
    IN_REPLY("total_count", TARGET_NUMBER, GT_FIELD_INT, total_count),
    IN_REPLY("total_amount", TARGET_NUMBER, GT_FIELD_MONEY, total_amount),
    IN_REPLY("packet_count", TARGET_NUMBER, GT_FIELD_INT, packet.count),
    IN_REPLY("packet_data", TARGET_TEXT, GT_FIELD_TEXT, packet.data),
    IN_REPLY("packet_mac1", TARGET_TEXT, GT_FIELD_TEXT, packet.mac[0]),
    IN_REPLY("packet_mac2", TARGET_TEXT, GT_FIELD_TEXT, packet.mac[1]),
    IN_REPLY("packet_mac3", TARGET_TEXT, GT_FIELD_TEXT, packet.mac[2]),
    IN_REPLY("packet_mac4", TARGET_TEXT, GT_FIELD_TEXT, packet.mac[3]),
    IN_REPLY("more", TARGET_FLAG, GT_FIELD_MAP, more),
    IN_BILL("bill_no", TARGET_TEXT, GT_FIELD_TEXT, bill_no),
    IN_BILL("period", TARGET_NUMBER, GT_FIELD_DATE, period),
    IN_BILL("kwh", TARGET_NUMBER, GT_FIELD_KWH, kwh),
    IN_BILL("amount", TARGET_NUMBER, GT_FIELD_MONEY, amount),
    IN_BILL("late_fee", TARGET_NUMBER, GT_FIELD_MONEY, late_fee),
    IN_FOUND("customer_no", TARGET_TEXT, GT_FIELD_TEXT, customer_no),
    IN_FOUND("customer_name", TARGET_WORDS, GT_FIELD_TEXT, customer_name),
    IN_FOUND("address", TARGET_WORDS, GT_FIELD_TEXT, address),
    IN_FOUND("meter_no", TARGET_TEXT, GT_FIELD_TEXT, meter_no),
    IN_FOUND("meter_kind", TARGET_METER, GT_FIELD_MAP, meter_kind),
    IN_TASK("task_no", TARGET_TEXT, GT_FIELD_TEXT, task_no),
    IN_TASK("route_no", TARGET_TEXT, GT_FIELD_TEXT, route_no),
    IN_TASK("route_name", TARGET_WORDS, GT_FIELD_TEXT, route_name),
    IN_TASK("period", TARGET_NUMBER, GT_FIELD_DATE, period),
    IN_TASK("customer_no", TARGET_TEXT, GT_FIELD_TEXT, customer_no),
    IN_TASK("customer_name", TARGET_WORDS, GT_FIELD_TEXT, customer_name),
    IN_TASK("address", TARGET_WORDS, GT_FIELD_TEXT, address),
    IN_TASK("meter_no", TARGET_TEXT, GT_FIELD_TEXT, meter_no),
    IN_TASK("last_read", TARGET_NUMBER, GT_FIELD_KWH, last_read),
    IN_TASK("last_date", TARGET_NUMBER, GT_FIELD_DATE, last_date),
    IN_TASK("usual", TARGET_NUMBER, GT_FIELD_KWH, usual),
    IN_TASK("factor", TARGET_NUMBER, GT_FIELD_INT, factor),
    IN_TASK("code", TARGET_TEXT, GT_FIELD_TEXT, code),
    IN_TASK("text", TARGET_WORDS, GT_FIELD_TEXT, text),
};

static const char *const meter_names[] = {
    [GT_METER_NONE] = "none",
    [GT_METER_BILL] = "bill",
    [GT_METER_CARD] = "card",
    [GT_METER_REMOTE] = "remote",
};

static const char *const fate_names[] = {
    [GT_UP_FATE_POSTED] = "posted",
    [GT_UP_FATE_REFUSED] = "refused",
    [GT_UP_FATE_ABSENT] = "absent",
    [GT_UP_FATE_REVERSED] = "reversed",
};

static int name_index(const char *const *names, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (names[i] != NULL && strcmp(names[i], name) == 0)
            return (int)i;
    return -1;
}

const char *gt_field_target_name(const struct gt_field_target *target)
{
    return target->name;
}

int gt_fate_find(const char *name)
{
    return name_index(fate_names, sizeof fate_names / sizeof *fate_names, name);
}

static int meter_find(const char *name)
{
    return name_index(meter_names, sizeof meter_names / sizeof *meter_names, name);
}

const struct gt_field_target *gt_field_target_find(const char *name, enum gt_field_of of)
{
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++)
        if (targets[i].of == of && strcmp(targets[i].name, name) == 0)
            return &targets[i];
    return NULL;
}

bool gt_field_target_takes(const struct gt_field_target *target, enum gt_field_kind *kind)
{
    if (*kind == GT_FIELD__MAX)
        *kind = target->kind;
    switch (target->type) {
    case TARGET_TEXT:
    case TARGET_WORDS:
        return *kind == GT_FIELD_TEXT;
    case TARGET_NUMBER:
        return *kind != GT_FIELD_TEXT && *kind != GT_FIELD_MAP;
    default:
        return *kind == GT_FIELD_MAP;
    }
}

bool gt_field_target_knows(const struct gt_field_target *target, const char *ours)
{
    if (target->type == TARGET_METER)
        return meter_find(ours) >= 0;
    if (target->type == TARGET_FLAG)
        return strcmp(ours, "yes") == 0 || strcmp(ours, "no") == 0;
    return false;
}

/* Copies words for people: cut to fit, only between characters; control characters become blanks.
 */
static void copy_words(char *dst, size_t size, const char *src)
{
    size_t n = strlen(src);
    if (n >= size) {
        n = size - 1;
        while (n > 0 && ((unsigned char)src[n] & 0xC0) == 0x80)
            n--;
    }
    for (size_t i = 0; i < n; i++)
        dst[i] = (unsigned char)src[i] < 0x20 || src[i] == 0x7F ? ' ' : src[i];
    dst[n] = '\0';
}

void gt_reply_fill(struct gt_up_reply *reply, enum gt_up_class class, enum gt_outcome outcome,
                   const char *text)
{
    memset(reply, 0, sizeof *reply);
    reply->class = class;
    reply->outcome = outcome;
    copy_words(reply->text, sizeof reply->text, text);
}

static bool unreadable(struct gt_up_reply *reply, const char *why)
{
    gt_reply_fill(reply, GT_UP_UNKNOWN, GT_OUT_IN_DOUBT, why);
    return false;
}

static bool stray(struct gt_up_reply *reply, const char *why)
{
    (void)unreadable(reply, why);
    reply->stray = true;
    return false;
}

/* The words in an element of any length; "" if it is not there. */
static enum gt_err read_words(xmlNodePtr node, char *dst, size_t size)
{
    dst[0] = '\0';
    if (node == NULL)
        return GT_OK;
    xmlChar *text = xmlNodeGetContent(node);
    if (text == NULL)
        return gt_err_set(GT_ERR_NOMEM, "no memory for a text");
    char *from = (char *)text;
    from += strspn(from, " \t\r\n");
    size_t n = strlen(from);
    while (n > 0 && strchr(" \t\r\n", from[n - 1]) != NULL)
        n--;
    from[n] = '\0';
    copy_words(dst, size, from);
    xmlFree(text);
    return GT_OK;
}

/* "2026-11-22" and "20261122" are the same. */
static enum gt_err parse_date(const char *text, int64_t *out)
{
    char digits[16];
    size_t n = 0;
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '-' && n > 0)
            continue;
        if (*p < '0' || *p > '9' || n == 8)
            return gt_err_set(GT_ERR_SYNTAX, "not a date");
        digits[n++] = *p;
    }
    if (n != 6 && n != 8)
        return gt_err_set(GT_ERR_SYNTAX, "not a date");
    digits[n] = '\0';
    return gt_int_parse(digits, out);
}

static enum gt_err parse_number(enum gt_field_kind kind, const char *text, int64_t *out)
{
    switch (kind) {
    case GT_FIELD_MONEY:
    case GT_FIELD_KWH: /* hundredths of a kWh: written as yuan are, in fen */
        return gt_money_parse(text, out);
    case GT_FIELD_DATE:
        return parse_date(text, out);
    default:
        return gt_int_parse(text, out);
    }
}

static enum gt_err store_mapped(const struct gt_field *field, const char *text, char *at)
{
    const char *ours = gt_map_ours(field->map, text);
    if (ours == NULL)
        return gt_err_set(GT_ERR_SYNTAX, "not in the map");
    if (field->target->type == TARGET_FLAG)
        *(bool *)(void *)at = strcmp(ours, "yes") == 0;
    else
        *(enum gt_meter_kind *)(void *)at = (enum gt_meter_kind)meter_find(ours);
    return GT_OK;
}

/* Reads one field below `from` into `base`, a reply or one of its list. */
static enum gt_err read_field(const struct gt_field *field, xmlNodePtr from, void *base)
{
    const struct gt_field_target *target = field->target;
    char *at = (char *)base + target->offset;
    char text[64];
    xmlNodePtr node = gt_xml_path(from, field->path);
    if (target->type == TARGET_WORDS)
        return read_words(node, at, target->size);
    if (target->type == TARGET_TEXT) {
        enum gt_err err = gt_xml_text(node, at, target->size);
        if (err == GT_OK && field->required && at[0] == '\0')
            err = gt_err_set(GT_ERR_ABSENT, "not there");
        return err;
    }
    enum gt_err err = gt_xml_text(node, text, sizeof text);
    if (err != GT_OK)
        return err;
    if (text[0] == '\0')
        return field->required ? gt_err_set(GT_ERR_ABSENT, "not there") : GT_OK;
    if (field->kind == GT_FIELD_MAP)
        return store_mapped(field, text, at);
    return parse_number(field->kind, text, (int64_t *)(void *)at);
}

static enum gt_err read_fields(const struct gt_fields *fields, xmlNodePtr from, void *base)
{
    for (size_t i = 0; i < fields->count; i++) {
        enum gt_err err = read_field(&fields->all[i], from, base);
        if (err != GT_OK)
            return gt_err_add(err, "%s", fields->all[i].path);
    }
    return GT_OK;
}

/* Bills beyond GT_BILLS_MAX are left for the next query: upstream settles in its order, oldest
 * first, so the first ones are those that can be paid now. */
static enum gt_err read_bills(const struct gt_adapter_op *op, xmlNodePtr answer,
                              struct gt_up_reply *reply)
{
    if (op->list[0] == '\0')
        return GT_OK;
    xmlNodePtr node = gt_xml_path(answer, op->list);
    for (; node != NULL && reply->nbills < GT_BILLS_MAX; node = gt_xml_next(node)) {
        enum gt_err err = read_fields(&op->items, node, &reply->bills[reply->nbills]);
        if (err != GT_OK)
            return err;
        reply->nbills++;
    }
    return GT_OK;
}

/* Customers beyond GT_FOUND_MAX are asked for with the next search: they stand in the order of
 * their numbers. */
static enum gt_err read_found(const struct gt_adapter_op *op, xmlNodePtr answer,
                              struct gt_up_reply *reply)
{
    xmlNodePtr node = gt_xml_path(answer, op->list);
    for (; node != NULL && reply->nfound < GT_FOUND_MAX; node = gt_xml_next(node)) {
        enum gt_err err = read_fields(&op->items, node, &reply->found[reply->nfound]);
        if (err != GT_OK)
            return err;
        reply->nfound++;
    }
    reply->more = reply->more || node != NULL;
    return GT_OK;
}

/* All that the answer of operation `op` has. */
static enum gt_err read_done(const struct gt_adapter_op *op, xmlNodePtr answer,
                             struct gt_up_reply *reply)
{
    enum gt_err err = read_fields(&op->fields, answer, reply);
    if (err == GT_OK && op->list_of != GT_OF_TASK)
        err = op->list_of == GT_OF_FOUND ? read_found(op, answer, reply)
                                         : read_bills(op, answer, reply);
    reply->packet.present = reply->packet.data[0] != '\0';
    if (!reply->packet.present)
        memset(&reply->packet, 0, sizeof reply->packet);
    return err;
}

/* Tasks beyond GT_TASKS_MAX are asked for behind the last of these. */
static enum gt_err read_tasks(const struct gt_adapter_op *op, xmlNodePtr answer, bool more,
                              struct gt_up_tasks *tasks)
{
    xmlNodePtr node = gt_xml_path(answer, op->list);
    tasks->n = 0;
    for (; node != NULL && tasks->n < GT_TASKS_MAX; node = gt_xml_next(node)) {
        struct gt_up_task *task = &tasks->all[tasks->n];
        *task = (struct gt_up_task){.last_read = -1, .factor = 1};
        enum gt_err err = read_fields(&op->items, node, task);
        if (err != GT_OK)
            return err;
        tasks->n++;
    }
    tasks->more = more || node != NULL;
    return GT_OK;
}

/* What the code that was said to one reading means. */
static void judge_reading(const struct gt_adapter *adapter, const struct gt_up_task *said,
                          struct gt_up_task *task)
{
    const struct gt_code *code = gt_adapter_code(adapter, GT_UP_READINGS, said->code);
    memcpy(task->code, said->code, sizeof task->code);
    memcpy(task->text, said->text, sizeof task->text);
    task->class = code != NULL ? code->class : adapter->ops[GT_UP_READINGS].otherwise;
    task->outcome = task->class == GT_UP_OK ? GT_OUT_OK : GT_OUT_IN_DOUBT;
    if (task->class != GT_UP_REFUSED)
        return;
    task->outcome = code != NULL ? code->outcome : GT_OUT_UPSTREAM_REFUSED;
    if (task->text[0] == '\0')
        copy_words(task->text, sizeof task->text, gt_outcome_info(task->outcome)->zh);
}

/* What was said to each reading; what was said to none of ours is passed over. */
static enum gt_err read_results(const struct gt_adapter *adapter, xmlNodePtr answer,
                                struct gt_up_tasks *tasks)
{
    const struct gt_adapter_op *op = &adapter->ops[GT_UP_READINGS];
    xmlNodePtr node = gt_xml_path(answer, op->list);
    for (; node != NULL; node = gt_xml_next(node)) {
        struct gt_up_task said = {.class = GT_UP_UNKNOWN};
        enum gt_err err = read_fields(&op->items, node, &said);
        if (err != GT_OK)
            return err;
        for (int i = 0; i < tasks->n; i++)
            if (strcmp(tasks->all[i].task_no, said.task_no) == 0)
                judge_reading(adapter, &said, &tasks->all[i]);
    }
    return GT_OK;
}

static enum gt_err read_list(const struct gt_adapter *adapter, const struct gt_up_request *request,
                             xmlNodePtr answer, struct gt_up_reply *reply)
{
    const struct gt_adapter_op *op = &adapter->ops[request->op];
    if (op->list_of != GT_OF_TASK || request->tasks == NULL)
        return GT_OK;
    return request->op == GT_UP_TASKS ? read_tasks(op, answer, reply->more, request->tasks)
                                      : read_results(adapter, answer, request->tasks);
}

/* Outcome and text of a refusal with `code`. */
static void set_refusal(struct gt_up_reply *reply, const struct gt_code *code)
{
    reply->outcome = code != NULL ? code->outcome : GT_OUT_UPSTREAM_REFUSED;
    if (reply->text[0] == '\0')
        copy_words(reply->text, sizeof reply->text, gt_outcome_info(reply->outcome)->zh);
}

/* INQUIRE: what became of the transaction, and all that its own answer would have told. */
static enum gt_err read_fate(const struct gt_adapter *adapter, const struct gt_up_request *request,
                             xmlNodePtr answer, struct gt_up_reply *reply)
{
    const struct gt_adapter_op *op = &adapter->ops[GT_UP_INQUIRE];
    char theirs[24];
    enum gt_err err = gt_xml_text(gt_xml_path(answer, op->fate_path), theirs, sizeof theirs);
    if (err != GT_OK)
        return gt_err_add(err, "%s", op->fate_path);
    const char *ours = gt_map_ours(op->fate_map, theirs);
    int fate = ours != NULL ? gt_fate_find(ours) : -1;
    if (fate == GT_UP_FATE_POSTED) {
        err = read_done(&adapter->ops[request->orig_op], answer, reply);
    } else if (fate == GT_UP_FATE_REFUSED) {
        err = gt_xml_text(gt_xml_path(answer, op->fate_code), reply->code, sizeof reply->code);
        if (err == GT_OK)
            err = read_words(gt_xml_path(answer, op->fate_text), reply->text, sizeof reply->text);
        set_refusal(reply, gt_adapter_code(adapter, request->orig_op, reply->code));
    } else if (fate < 0) {
        err = gt_err_set(GT_ERR_SYNTAX, "%s: no known fate", op->fate_path);
    }
    if (err == GT_OK)
        reply->fate = (unsigned)fate;
    return err;
}

static enum gt_err read_ok(const struct gt_adapter *adapter, const struct gt_up_request *request,
                           const struct gt_code *code, xmlNodePtr answer, struct gt_up_reply *reply)
{
    const struct gt_adapter_op *op = &adapter->ops[request->op];
    enum gt_err err = read_done(op, answer, reply);
    if (err == GT_OK)
        err = read_list(adapter, request, answer, reply);
    if (err != GT_OK || request->op != GT_UP_INQUIRE)
        return err;
    if (code->fate != GT_UP_FATE_NONE) {
        reply->fate = (unsigned)code->fate;
        return GT_OK;
    }
    return op->fate_path[0] != '\0' ? read_fate(adapter, request, answer, reply) : GT_OK;
}

/* Whether the answer is to this request: a kept connection may hold a late or a second answer to
 * the one before.  Totals have no serial: they are about nothing but a day, which is checked, as is
 * the customer of whatever names one. */
static bool is_ours(const struct gt_adapter *adapter, const struct gt_up_request *request,
                    xmlNodePtr answer)
{
    bool inquiry = request->op == GT_UP_INQUIRE;
    const char *path = inquiry ? adapter->orig_path : adapter->serial_path;
    const char *serial = inquiry ? request->orig_serial : request->serial;
    char told[sizeof request->serial];

    if (serial[0] == '\0' || path[0] == '\0')
        return true;
    if (gt_xml_text(gt_xml_path(answer, path), told, sizeof told) != GT_OK)
        return false;
    /* In some dialects the answer to a question repeats none. */
    return (told[0] == '\0' && gt_up_op_asks(request->op)) || strcmp(told, serial) == 0;
}

/* The code says how to go on. */
static bool read_answer(const struct gt_adapter *adapter, const struct gt_up_request *request,
                        xmlNodePtr answer, struct gt_up_reply *reply)
{
    if (!is_ours(adapter, request, answer))
        return stray(reply, "the answer is to another request");
    enum gt_err err =
        gt_xml_text(gt_xml_path(answer, adapter->code_path), reply->code, sizeof reply->code);
    if (err != GT_OK || reply->code[0] == '\0')
        return unreadable(reply, "the answer has no code");
    if (adapter->text_path[0] != '\0') {
        err = read_words(gt_xml_path(answer, adapter->text_path), reply->text, sizeof reply->text);
        if (err != GT_OK)
            return unreadable(reply, gt_err_text());
    }
    const struct gt_code *code = gt_adapter_code(adapter, request->op, reply->code);
    reply->class = code != NULL ? code->class : adapter->ops[request->op].otherwise;
    if (reply->class == GT_UP_REFUSED) {
        set_refusal(reply, code);
        return true;
    }
    if (reply->class != GT_UP_OK) {
        char why[sizeof reply->text + 64];
        snprintf(why, sizeof why, "answered with code %s%s%s", reply->code,
                 reply->text[0] != '\0' ? ": " : "", reply->text);
        reply->outcome = GT_OUT_IN_DOUBT;
        copy_words(reply->text, sizeof reply->text, why);
        return true;
    }
    reply->outcome = GT_OUT_OK;
    err = read_ok(adapter, request, code, answer, reply);
    if (err != GT_OK)
        return unreadable(reply, gt_err_text());
    /* An answer about somebody else belongs to another request, whatever it says. */
    if (request->customer_no[0] != '\0' && reply->customer_no[0] != '\0' &&
        strcmp(request->customer_no, reply->customer_no) != 0)
        return stray(reply, "the answer is about another customer");
    if (request->op == GT_UP_TOTALS && reply->up_date != request->biz_date)
        return unreadable(reply, "the answer is about another day");
    return true;
}

bool gt_reply_read(const struct gt_adapter *adapter, const struct gt_up_request *request,
                   const char *data, size_t len, struct gt_up_reply *reply)
{
    xmlDocPtr doc = NULL;
    gt_reply_fill(reply, GT_UP_UNKNOWN, GT_OUT_IN_DOUBT, "");
    if (gt_xml_parse(data, len, &doc) != GT_OK)
        return unreadable(reply, gt_err_text());
    xmlNodePtr root = xmlDocGetRootElement(doc);
    xmlNodePtr answer = gt_xml_path(root, adapter->ops[request->op].answer);
    /* A second answer to the one before, left in a kept connection, may be of another operation. */
    bool readable = answer != NULL ? read_answer(adapter, request, answer, reply)
                                   : stray(reply, "the answer is not of this operation");
    xmlFreeDoc(doc);
    return readable;
}
