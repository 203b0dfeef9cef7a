/*
 * The wire of the SG186 dialect; see sg186.h.  The parser knows which fields an operation cannot
 * do without, the renderer which fields its answer has; both are tables as far as they can be.
 */
#include "sg186.h"

#include "base/clock.h"
#include "base/money.h"
#include "base/xml.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define SOAP_NS  "http://schemas.xmlsoap.org/soap/envelope/"
#define SG186_NS "urn:sg186:pay"

enum need {
    NEED_SERIAL = 1 << 0,
    NEED_CUSTOMER = 1 << 1,
    NEED_AMOUNT = 1 << 2,
    NEED_ORIGINAL = 1 << 3,
    NEED_METER = 1 << 4,
    NEED_WRITTEN = 1 << 5,
    NEED_DATE = 1 << 6,
    NEED_WORDS = 1 << 7,
    NEED_OPERATOR = 1 << 8
};

static const struct op_info {
    const char *name;
    const char *element;
    int needs;
    bool money;
} ops[GT_SG_OP__MAX] = {
    [GT_SG_QUERY] = {"query", "dfcx", 0, false},
    [GT_SG_PAY] = {"pay", "dfjf", NEED_SERIAL | NEED_CUSTOMER | NEED_AMOUNT, true},
    [GT_SG_RECHARGE] = {"recharge", "gdcz", NEED_SERIAL | NEED_CUSTOMER | NEED_AMOUNT, true},
    [GT_SG_OPEN] = {"open", "gdkh", NEED_SERIAL | NEED_CUSTOMER | NEED_AMOUNT | NEED_METER, true},
    [GT_SG_REPLACE] = {"replace", "gdbk", NEED_SERIAL | NEED_CUSTOMER, true},
    [GT_SG_REWRITE] = {"rewrite", "gdbx", NEED_SERIAL | NEED_CUSTOMER | NEED_ORIGINAL, false},
    [GT_SG_CONFIRM] = {"confirm", "xkqr",
                       NEED_SERIAL | NEED_CUSTOMER | NEED_ORIGINAL | NEED_WRITTEN, false},
    [GT_SG_REVERSE] = {"reverse", "jfcz", NEED_SERIAL | NEED_CUSTOMER | NEED_ORIGINAL | NEED_AMOUNT,
                       true},
    [GT_SG_INQUIRE] = {"inquire", "jycx", NEED_ORIGINAL, false},
    [GT_SG_TOTALS] = {"totals", "dzhz", NEED_DATE, false},
    [GT_SG_STATEMENT] = {"statement", "", 0, false},
    [GT_SG_REFUND] = {"refund", "jftf", NEED_SERIAL | NEED_CUSTOMER | NEED_ORIGINAL | NEED_AMOUNT,
                      true},
    [GT_SG_SEARCH] = {"search", "yhjs", NEED_WORDS, false},
    [GT_SG_TASKS] = {"tasks", "cbrw", NEED_SERIAL | NEED_OPERATOR, false},
    [GT_SG_READINGS] = {"readings", "cbsc", NEED_SERIAL | NEED_OPERATOR, false},
};

const char *gt_sg_op_name(enum gt_sg_op op)
{
    return op < GT_SG_OP__MAX ? ops[op].name : "?";
}

bool gt_sg_op_find(const char *name, enum gt_sg_op *op)
{
    for (int i = 0; i < GT_SG_OP__MAX; i++) {
        if (strcmp(ops[i].name, name) == 0) {
            *op = (enum gt_sg_op)i;
            return true;
        }
    }
    return false;
}

bool gt_sg_op_moves_money(enum gt_sg_op op)
{
    return op < GT_SG_OP__MAX && ops[op].money;
}

const char *gt_sg_code_text(int64_t code)
{
    switch (code) {
#define GT_X(name, number, text) \
    case number:                 \
        return text;
        GT_SG_CODES(GT_X)
#undef GT_X
    default:
        return gt_sg_code_text(GT_SG_INTERNAL);
    }
}

/* --- requests */

static const struct text_field {
    const char *name;
    size_t offset;
    size_t size;
} text_fields[] = {
#define FIELD(n, member)                                                                       \
    {                                                                                          \
        n, offsetof(struct gt_sg_request, member), sizeof(((struct gt_sg_request *)0)->member) \
    }
    FIELD("jylsh", serial),     FIELD("yjylsh", orig_serial), FIELD("yhbh", customer),
    FIELD("dbbh", meter),       FIELD("kh", card_no),         FIELD("czybh", operator_no),
    FIELD("zdbh", terminal_no), FIELD("jsfs", method),        FIELD("gjz", words),
    FIELD("kxlh", card.serial), FIELD("kbh", card.meter),     FIELD("fhwj", card.return_file),
    FIELD("sjs", card.random),  FIELD("cbdbh", route),        FIELD("rwbs", after),
#undef FIELD
};

static enum gt_err missing(const char *field)
{
    return gt_err_set(GT_ERR_SYNTAX, "field %s is missing", field);
}

static enum gt_err wrong(const char *field)
{
    return gt_err_set(GT_ERR_SYNTAX, "field %s has a wrong form", field);
}

static enum gt_err parse_texts(xmlNodePtr node, struct gt_sg_request *req)
{
    for (size_t i = 0; i < sizeof(text_fields) / sizeof(text_fields[0]); i++) {
        const struct text_field *f = &text_fields[i];
        if (gt_xml_child_text(node, f->name, (char *)req + f->offset, f->size)) {
            return wrong(f->name);
        }
    }
    const char *reason = req->op == GT_SG_REPLACE ? "bkyy" : "yy";
    if (gt_xml_child_text(node, reason, req->reason, sizeof(req->reason))) {
        return wrong(reason);
    }
    return GT_OK;
}

static enum gt_err parse_numbers(xmlNodePtr node, struct gt_sg_request *req)
{
    req->amount = req->written = -1;
    if (gt_xml_child_money(node, "jfje", &req->amount) || (req->amount < 0 && req->amount != -1)) {
        return wrong("jfje");
    }
    if (gt_xml_child_money(node, "bkfy", &req->fee) || req->fee < 0) {
        return wrong("bkfy");
    }
    if (gt_xml_child_int(node, "zwrq", &req->biz_date)) {
        return wrong("zwrq");
    }
    if (gt_xml_child_int(node, "gdcs", &req->card.count) || req->card.count < 0) {
        return wrong("gdcs");
    }
    if (gt_xml_child_int(node, "xkjg", &req->written) || req->written > 1) {
        return wrong("xkjg");
    }
    return GT_OK;
}

static enum gt_err parse_bills(xmlNodePtr node, struct gt_sg_request *req)
{
    int64_t told = -1;
    if (gt_xml_child_int(node, "jfbs", &told)) {
        return wrong("jfbs");
    }
    for (xmlNodePtr d = gt_xml_child(node, "zdmx"); d; d = gt_xml_next(d)) {
        if (req->nbills == GT_SG_BILLS_MAX) {
            return gt_err_set(GT_ERR_SYNTAX, "more than %d zdmx", GT_SG_BILLS_MAX);
        }
        char *number = req->bills[req->nbills];
        if (gt_xml_child_text(d, "ysbs", number, sizeof(req->bills[0])) || !*number) {
            return wrong("ysbs");
        }
        req->nbills++;
    }
    if (req->nbills && told >= 0 && told != req->nbills) {
        return wrong("jfbs");
    }
    return GT_OK;
}

static enum gt_err parse_reading(xmlNodePtr node, struct gt_sg_task *task)
{
    task->reading = -1;
    if (gt_xml_child_text(node, "rwbs", task->number, sizeof(task->number)) || !*task->number) {
        return wrong("rwbs");
    }
    if (gt_xml_child_text(node, "yhbh", task->customer, sizeof(task->customer))) {
        return wrong("yhbh");
    }
    if (gt_xml_child_money(node, "bcsd", &task->reading) || task->reading < 0) {
        return wrong("bcsd");
    }
    if (gt_xml_child_int(node, "cbrq", &task->date) || !gt_date_valid(task->date)) {
        return wrong("cbrq");
    }
    return gt_xml_child_int(node, "qrbz", &task->confirmed) ? wrong("qrbz") : GT_OK;
}

static enum gt_err parse_readings(xmlNodePtr node, struct gt_sg_request *req)
{
    if (req->op != GT_SG_TASKS && req->op != GT_SG_READINGS) {
        return GT_OK;
    }
    req->tasks = calloc(1, sizeof(*req->tasks));
    if (!req->tasks) {
        return GT_ERR_NOMEM;
    }
    if (req->op == GT_SG_TASKS) {
        return GT_OK;
    }
    for (xmlNodePtr d = gt_xml_child(node, "cbmx"); d; d = gt_xml_next(d)) {
        if (req->tasks->n == GT_SG_TASKS_MAX) {
            return gt_err_set(GT_ERR_SYNTAX, "more than %d cbmx", GT_SG_TASKS_MAX);
        }
        enum gt_err err = parse_reading(d, &req->tasks->all[req->tasks->n]);
        if (err) {
            return err;
        }
        req->tasks->n++;
    }
    return req->tasks->n ? GT_OK : missing("cbmx");
}

void gt_sg_done(struct gt_sg_request *req)
{
    free(req->tasks);
    req->tasks = NULL;
}

static bool is_key(const char *text)
{
    return text[strspn(text, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_")] ==
           '\0';
}

static bool is_hex(const char *text)
{
    size_t len = strspn(text, "0123456789abcdefABCDEF");
    return text[len] == '\0' && len % 2 == 0;
}

static enum gt_err check_forms(const struct gt_sg_request *req)
{
    int needs = ops[req->op].needs;
    if ((needs & NEED_SERIAL) && !*req->serial) {
        return missing("jylsh");
    }
    if ((needs & NEED_CUSTOMER) && !*req->customer) {
        return missing("yhbh");
    }
    if ((needs & NEED_AMOUNT) && req->amount < 0) {
        return missing("jfje");
    }
    if ((needs & NEED_ORIGINAL) && !*req->orig_serial) {
        return missing("yjylsh");
    }
    if ((needs & NEED_METER) && !*req->meter) {
        return missing("dbbh");
    }
    if ((needs & NEED_WRITTEN) && req->written < 0) {
        return missing("xkjg");
    }
    if ((needs & NEED_DATE) && !gt_date_valid(req->biz_date)) {
        return missing("zwrq");
    }
    if ((needs & NEED_WORDS) && !*req->words) {
        return missing("gjz");
    }
    if ((needs & NEED_OPERATOR) && !*req->operator_no) {
        return missing("czybh");
    }
    if (!is_key(req->serial)) {
        return wrong("jylsh");
    }
    if (!is_hex(req->card.return_file)) {
        return wrong("fhwj");
    }
    if (*req->card.serial && !*req->card.random) {
        return missing("sjs");
    }
    if (!is_hex(req->card.random)) {
        return wrong("sjs");
    }
    if (req->op == GT_SG_QUERY && !*req->customer && !*req->meter && !*req->card_no) {
        return missing("yhbh, dbbh or kh");
    }
    return GT_OK;
}

static enum gt_err find_operation(xmlDocPtr doc, struct gt_sg_request *req, xmlNodePtr *node)
{
    xmlNodePtr root = xmlDocGetRootElement(doc);
    if (!root || !gt_xml_is(root, SOAP_NS, "Envelope")) {
        return gt_err_set(GT_ERR_SYNTAX, "not a SOAP 1.1 envelope");
    }
    xmlNodePtr body = gt_xml_child(root, "Body");
    xmlNodePtr op = body ? xmlFirstElementChild(body) : NULL;
    for (int i = 0; op && i < GT_SG_OP__MAX; i++) {
        if (gt_xml_is(op, SG186_NS, ops[i].element)) {
            req->op = (enum gt_sg_op)i;
            *node = op;
            return GT_OK;
        }
    }
    return gt_err_set(GT_ERR_SYNTAX, "no operation of %s in the body", SG186_NS);
}

enum gt_err gt_sg_parse(const char *data, size_t len, struct gt_sg_request *req, bool *wellformed)
{
    xmlDocPtr doc = NULL;
    *wellformed = false;
    enum gt_err err = gt_xml_parse(data, len, &doc);
    if (err == GT_ERR_NOMEM) {
        return err;
    }
    if (err) {
        return gt_err_add(GT_ERR_SYNTAX, "not XML");
    }
    *wellformed = true;
    *req = (struct gt_sg_request){0};
    xmlNodePtr node = NULL;
    if ((err = find_operation(doc, req, &node)) == GT_OK &&
        (err = parse_texts(node, req)) == GT_OK && (err = parse_numbers(node, req)) == GT_OK &&
        (err = parse_bills(node, req)) == GT_OK && (err = parse_readings(node, req)) == GT_OK) {
        err = check_forms(req);
    }
    if (err) {
        gt_sg_done(req);
    }
    xmlFreeDoc(doc);
    return err;
}

/* --- answers */

static void put_raw(struct gt_buf *out, const char *tag, const char *text)
{
    gt_buf_putc(out, '<');
    gt_buf_puts(out, tag);
    gt_buf_putc(out, '>');
    gt_buf_puts(out, text);
    gt_buf_puts(out, "</");
    gt_buf_puts(out, tag);
    gt_buf_putc(out, '>');
}

static void put_text(struct gt_buf *out, const char *tag, const char *text)
{
    gt_buf_printf(out, "<%s>", tag);
    gt_buf_put_xml(out, text);
    gt_buf_printf(out, "</%s>", tag);
}

static void put_int(struct gt_buf *out, const char *tag, int64_t value)
{
    gt_buf_printf(out, "<%s>%" PRId64 "</%s>", tag, value, tag);
}

/* Also for energy: hundredths of a kWh are written as fen are. */
static void put_money(struct gt_buf *out, const char *tag, int64_t fen)
{
    char text[GT_MONEY_MAX];
    put_raw(out, tag, gt_money_format(fen, text));
}

static void put_who(struct gt_buf *out, const struct gt_sg_answer *ans)
{
    put_text(out, "yhbh", ans->customer);
    put_text(out, "yhmc", ans->name);
    put_text(out, "yddz", ans->address);
    put_text(out, "dbbh", ans->meter);
}

static void put_bills(struct gt_buf *out, const struct gt_sg_answer *ans)
{
    for (int i = 0; i < ans->nbills; i++) {
        const struct gt_sg_bill *b = &ans->bills[i];
        gt_buf_puts(out, "<zdmx>");
        put_text(out, "ysbs", b->number);
        put_int(out, "dfny", b->period);
        put_money(out, "dl", b->kwh);
        put_money(out, "ysje", b->amount);
        put_money(out, "wyjje", b->late_fee);
        gt_buf_puts(out, "</zdmx>");
    }
}

static void put_packet(struct gt_buf *out, const struct gt_sg_answer *ans)
{
    static const char *const tags[GT_SG_MACS] = {"mac1", "mac2", "mac3", "mac4"};
    if (!ans->packet.present) {
        return;
    }
    put_raw(out, "xksj", ans->packet.data);
    for (int i = 0; i < GT_SG_MACS; i++) {
        put_raw(out, tags[i], ans->packet.mac[i]);
    }
}

static void put_query(struct gt_buf *out, const struct gt_sg_answer *ans)
{
    put_who(out, ans);
    put_int(out, "yhlx", ans->kind);
    put_int(out, "khbz", ans->opened);
    put_money(out, "hjje", ans->total);
    put_money(out, "hjwyj", ans->late_fee);
    put_money(out, "hjys", ans->advance);
    put_money(out, "zxje", ans->least);
    put_money(out, "zdje", ans->greatest);
    put_int(out, "gdcs", ans->count);
    put_bills(out, ans);
}

static void put_found(struct gt_buf *out, const struct gt_sg_answer *ans)
{
    put_int(out, "hybz", ans->more);
    for (int i = 0; i < ans->nfound; i++) {
        const struct gt_sg_found *f = &ans->found[i];
        gt_buf_puts(out, "<yhmx>");
        put_text(out, "yhbh", f->customer);
        put_text(out, "yhmc", f->name);
        put_text(out, "yddz", f->address);
        put_text(out, "dbbh", f->meter);
        put_int(out, "yhlx", f->kind);
        gt_buf_puts(out, "</yhmx>");
    }
}

static void put_tasks(struct gt_buf *out, const struct gt_sg_tasks *tasks)
{
    put_int(out, "hybz", tasks->more);
    for (int i = 0; i < tasks->n; i++) {
        const struct gt_sg_task *t = &tasks->all[i];
        gt_buf_puts(out, "<cbmx>");
        put_text(out, "rwbs", t->number);
        put_text(out, "cbdbh", tasks->route);
        gt_buf_printf(out, "<cbdmc>城关 %s 段</cbdmc>", tasks->route);
        put_int(out, "dfny", tasks->period);
        put_text(out, "yhbh", t->customer);
        put_text(out, "yhmc", t->name);
        put_text(out, "yddz", t->address);
        put_text(out, "dbbh", t->meter);
        put_money(out, "scsd", t->last_read);
        put_int(out, "sccbrq", t->last_date);
        put_money(out, "yjdl", t->usual);
        put_int(out, "bl", 1);
        gt_buf_puts(out, "</cbmx>");
    }
}

static void put_results(struct gt_buf *out, const struct gt_sg_tasks *tasks)
{
    for (int i = 0; i < tasks->n; i++) {
        const struct gt_sg_task *t = &tasks->all[i];
        gt_buf_puts(out, "<cbmx>");
        put_text(out, "rwbs", t->number);
        put_int(out, "jgdm", t->code);
        put_text(out, "jgms", gt_sg_code_text(t->code));
        gt_buf_puts(out, "</cbmx>");
    }
}

/* The fields of a done operation. */
static void put_done(struct gt_buf *out, const struct gt_sg_answer *ans, enum gt_sg_op op)
{
    if (op == GT_SG_QUERY) {
        put_query(out, ans);
        return;
    }
    if (op == GT_SG_SEARCH) {
        put_found(out, ans);
        return;
    }
    if (op == GT_SG_TOTALS) {
        put_int(out, "zwrq", ans->up_date);
        put_int(out, "jybs", ans->day_count);
        put_money(out, "jyje", ans->day_amount);
        return;
    }
    bool sale = op == GT_SG_PAY || op == GT_SG_RECHARGE || op == GT_SG_OPEN || op == GT_SG_REPLACE;
    if (sale) {
        put_who(out, ans);
    }
    put_text(out, "sgls", ans->ref);
    if (sale || op == GT_SG_REVERSE || op == GT_SG_REFUND) {
        put_int(out, "zwrq", ans->up_date);
    }
    if (op == GT_SG_PAY) {
        put_money(out, "bcys", ans->advance_part);
        put_bills(out, ans);
    } else if (op == GT_SG_RECHARGE || ans->packet.present) {
        put_int(out, "gdcs", ans->count);
        put_packet(out, ans);
    }
}

static void put_inquiry(struct gt_buf *out, const struct gt_sg_answer *ans)
{
    put_int(out, "jyzt", (int64_t)ans->fate);
    if (ans->fate == GT_SG_FATE_REFUSED) {
        put_int(out, "ycode", ans->orig_code);
        put_text(out, "ymsg", ans->orig_text);
    } else if (ans->fate == GT_SG_FATE_POSTED) {
        put_done(out, ans, ans->orig_op);
    }
}

#define ENVELOPE_HEAD                            \
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>" \
    "<soap:Envelope xmlns:soap=\"" SOAP_NS "\"><soap:Body>"
#define ENVELOPE_TAIL "</soap:Body></soap:Envelope>"

enum gt_err gt_sg_render(const struct gt_sg_request *req, const struct gt_sg_answer *ans,
                         struct gt_buf *out)
{
    const char *element = ops[ans->op].element;
    gt_buf_puts(out, ENVELOPE_HEAD);
    gt_buf_printf(out, "<%sResponse xmlns=\"" SG186_NS "\">", element);
    put_text(out, "jylsh", req->serial);
    put_text(out, "yjylsh", req->orig_serial);
    put_int(out, "retcode", ans->code);
    put_text(out, "retmsg", ans->text);
    if (ans->code == GT_SG_DONE) {
        if (ans->op == GT_SG_INQUIRE) {
            put_inquiry(out, ans);
        } else if (ans->op == GT_SG_TASKS) {
            put_tasks(out, req->tasks);
        } else if (ans->op == GT_SG_READINGS) {
            put_results(out, req->tasks);
        } else {
            put_done(out, ans, ans->op);
        }
    }
    gt_buf_printf(out, "</%sResponse>" ENVELOPE_TAIL, element);
    return gt_buf_err(out);
}

enum gt_err gt_sg_render_fault(const char *why, struct gt_buf *out)
{
    gt_buf_puts(out, ENVELOPE_HEAD "<soap:Fault><faultcode>soap:Client</faultcode>");
    put_text(out, "faultstring", why);
    gt_buf_puts(out, "</soap:Fault>" ENVELOPE_TAIL);
    return gt_buf_err(out);
}
