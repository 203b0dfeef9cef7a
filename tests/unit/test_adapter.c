/*
 * Definitions: a dialect nobody wrote C for is understood, a wrong one is refused with file, line
 * and reason, and answers become replies.
 */
#include "base/template.h"
#include "base/text.h"
#include "base/xml.h"
#include "link/adapter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* A province with other names, other codes, fen instead of yuan, and no SOAP. */
static const char province[] =
    "<adapter name=\"gansu\" codec=\"xml\" transport=\"http\" tz-minutes=\"0\">\n"
    "<limits grace-ms=\"900\" slots=\"7\"/>\n"
    "<http path=\"/in\"/>\n"
    "<serves><customer match=\"62[0-9]{4}\"/><customer prefix=\"GS\"/></serves>\n"
    "<doubt settle=\"inquire\"/>\n"
    "<map name=\"kinds\"><value ours=\"bill\" theirs=\"P\"/><value ours=\"card\" "
    "theirs=\"K\"/></map>\n"
    "<map name=\"fates\"><value ours=\"posted\" theirs=\"OK\"/><value ours=\"refused\" "
    "theirs=\"NO\"/></map>\n"
    "<map name=\"ways\"><value ours=\"cash\" theirs=\"XJ\"/></map>\n"
    "<map name=\"verbs\"><value ours=\"pay\" theirs=\"JF\"/></map>\n"
    "<requests><send name=\"Method\" map=\"ways\"/><send name=\"OrigOp\" "
    "map=\"verbs\"/></requests>\n"
    "<answers code=\"head/rc\"/>\n"
    "<codes>\n"
    "<code value=\"0\" class=\"ok\"/>\n"
    "<code value=\"1035\" class=\"refused\" outcome=\"CROSS_CITY\"/>\n"
    "<code value=\"77\" class=\"unknown\" outcome=\"ALREADY_PAID\"/>\n"
    "</codes>\n"
    "<fields name=\"who\"><field name=\"customer_no\" path=\"who/no\"/></fields>\n"
    "<operation name=\"query\" template=\"q.cs\" answer=\"data\">\n"
    "<use fields=\"who\"/>\n"
    "<field name=\"customer_name\" path=\"who/name\"/>\n"
    "<field name=\"meter_kind\" path=\"kind\" map=\"kinds\"/>\n"
    "<field name=\"advance\" path=\"adv\" kind=\"fen\"/>\n"
    "<list name=\"bills\" path=\"rows/row\"><field name=\"bill_no\" path=\"id\"/>"
    "<field name=\"amount\" path=\"a\" kind=\"fen\"/><field name=\"period\" path=\"m\"/></list>\n"
    "<code value=\"1035\" class=\"refused\" outcome=\"NO_PARTIAL\"/>\n"
    "</operation>\n"
    "<operation name=\"pay\" path=\"/pay\" template=\"p.cs\" answer=\"data\">\n"
    "<use fields=\"who\"/><field name=\"ref\" path=\"ref\" required=\"true\"/>\n"
    "<field name=\"up_date\" path=\"day\"/>\n"
    "</operation>\n"
    "<operation name=\"confirm\" template=\"p.cs\" answer=\"data\" otherwise=\"refused\"/>\n"
    "<operation name=\"inquire\" template=\"p.cs\" answer=\"data\">\n"
    "<fate path=\"state\" map=\"fates\" code=\"why/rc\" text=\"why/text\"/>\n"
    "<code value=\"404\" class=\"ok\" fate=\"absent\"/>\n"
    "</operation>\n"
    "</adapter>\n";

struct fixture {
    char dir[64];
    char xsd[512];
    char definition[128];
    struct gt_adapter *adapter;
};

static void put(const struct fixture *f, const char *name, const char *text)
{
    char path[160];
    snprintf(path, sizeof path, "%s/%s", f->dir, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void make_dir(const struct fixture *f, const char *name)
{
    char path[160];
    snprintf(path, sizeof path, "%s/%s", f->dir, name);
    assert_int_equal(mkdir(path, 0700), 0);
}

static int setup(void **state)
{
    static struct fixture f;
    const char *src = getenv("srcdir") != NULL ? getenv("srcdir") : ".";
    memset(&f, 0, sizeof f);
    snprintf(f.dir, sizeof f.dir, "/tmp/gt-adapter-XXXXXX");
    assert_non_null(mkdtemp(f.dir));
    snprintf(f.xsd, sizeof f.xsd, "%s/conf/marketing/adapter.xsd", src);
    snprintf(f.definition, sizeof f.definition, "%s/gansu.xml", f.dir);
    make_dir(&f, "marketing");
    make_dir(&f, "marketing/gansu");
    put(&f, "gansu.xml", province);
    put(&f, "marketing/gansu/q.cs", "<q><?cs var:Customer ?></q>");
    put(&f, "marketing/gansu/p.cs",
        "<p f='<?cs var:AmountFen ?>' w='<?cs var:Method ?>' o='<?cs var:OrigOp ?>' "
        "d='<?cs var:SentDate ?>' t='<?cs var:SentTime ?>'/>");
    *state = &f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    static const char *const names[] = {"marketing/gansu/q.cs", "marketing/gansu/p.cs",
                                        "gansu.xml"};
    char path[160];
    gt_adapter_free(f->adapter);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", f->dir, names[i]);
        unlink(path);
    }
    snprintf(path, sizeof path, "%s/marketing/gansu", f->dir);
    rmdir(path);
    snprintf(path, sizeof path, "%s/marketing", f->dir);
    rmdir(path);
    return rmdir(f->dir);
}

static void load(struct fixture *f)
{
    if (gt_adapter_load(f->definition, f->xsd, f->dir, &f->adapter) != GT_OK)
        fail_msg("%s", gt_err_text());
}

/* Writes the province with `from` replaced by `to` and expects it refused with all of `line`
 * ("line 13"), `reason` and the file's name in the context. */
static void refused(struct fixture *f, const char *from, const char *to, const char *line,
                    const char *reason)
{
    char text[8192];
    const char *at = strstr(province, from);
    assert_non_null(at);
    snprintf(text, sizeof text, "%.*s%s%s", (int)(at - province), province, to, at + strlen(from));
    put(f, "gansu.xml", text);
    assert_int_equal(gt_adapter_load(f->definition, f->xsd, f->dir, &f->adapter), GT_ERR_CONFIG);
    assert_null(f->adapter);
    if (strstr(gt_err_text(), f->definition) == NULL || strstr(gt_err_text(), line) == NULL ||
        strstr(gt_err_text(), reason) == NULL)
        fail_msg("'%s' does not say '%s' and '%s'", gt_err_text(), line, reason);
}

static void wrong_definitions_are_refused_with_line_and_reason(void **state)
{
    struct fixture *f = *state;
    refused(f, "\"CROSS_CITY\"", "\"CROSS_TOWN\"", "line 14", "CROSS_TOWN");
    refused(f, "\"CROSS_CITY\"", "\"BUSY\"", "line 14", "not one of a refusal");
    refused(f, "template=\"p.cs\" answer=\"data\" otherwise",
            "template=\"no.cs\" answer=\"data\" otherwise", "line 30", "no.cs");
    refused(f, "path=\"who/name\"", "path=\"who//name\"", "line 20", "who//name");
    refused(f, "path=\"who/name\"", "path=\"/who\"", "line 20", "/who");
    refused(f, "name=\"customer_name\"", "name=\"shoe_size\"", "line 20", "shoe_size");
    refused(f, "map=\"kinds\"/>", "map=\"sorts\"/>", "line 21", "sorts");
    refused(f, "map=\"kinds\"/>", "map=\"fates\"/>", "line 21", "means nothing");
    refused(f, "path=\"adv\" kind=\"fen\"", "path=\"adv\" kind=\"text\"", "line 22", "kind");
    refused(f, "62[0-9]{4}", "62[0-9", "line 4", "62[0-9");
    refused(f, "<use fields=\"who\"/>", "<use fields=\"whom\"/>", "line 19", "whom");
    refused(f, "<code value=\"77\"", "<code value=\"0\"", "line 15", "twice");
    refused(f, "name=\"confirm\"", "name=\"pay\"", "line 30", "twice");
    refused(f, "\"posted\"", "\"done\"", "line 32", "not a fate");
    refused(f, "grace-ms=\"900\"", "grace-ms=\"soon\"", "line 2", "soon");
    refused(f, "class=\"unknown\" outcome", "class=\"ok\" fate=\"absent\" outcome", "line 15",
            "inquire");
}

static void what_settles_doubt_must_be_there(void **state)
{
    struct fixture *f = *state;
    refused(f, "settle=\"inquire\"", "settle=\"reverse\"", "line 5", "operation reverse");
}

static void broken_templates_are_refused(void **state)
{
    struct fixture *f = *state;
    put(f, "marketing/gansu/q.cs", "<q><?cs dance:Customer ?></q>");
    refused(f, "adapter", "adapter", "line 18", "template");
    put(f, "marketing/gansu/q.cs", "<q><r></q>");
    refused(f, "adapter", "adapter", "line 18", "template");
}

static void missing_definition_is_refused(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(gt_adapter_load("/nowhere/x.xml", f->xsd, f->dir, &f->adapter), GT_ERR_CONFIG);
    assert_non_null(strstr(gt_err_text(), "/nowhere/x.xml"));
}

static void limits_and_customers_are_read(void **state)
{
    struct fixture *f = *state;
    load(f);
    assert_string_equal(f->adapter->name, "gansu");
    assert_int_equal(f->adapter->grace_ms, 900);
    assert_int_equal(f->adapter->slots, 7);
    assert_int_equal(f->adapter->answer_ms, 6000);
    assert_int_equal(f->adapter->connect_ms, 1000);
    assert_int_equal(f->adapter->breaker_failures, 5);
    assert_int_equal(f->adapter->breaker_open_ms, 2000);
    assert_int_equal(f->adapter->reply_max, 262144);
    assert_int_equal(f->adapter->settle, GT_SETTLE_INQUIRE);
    assert_true(gt_adapter_serves(f->adapter, "621234"));
    assert_false(gt_adapter_serves(f->adapter, "6212345"));
    assert_true(gt_adapter_serves(f->adapter, "GS9"));
    assert_false(gt_adapter_serves(f->adapter, "9GS"));
    assert_false(gt_adapter_serves(f->adapter, ""));
    assert_string_equal(f->adapter->ops[GT_UP_PAY].path, "/pay");
    assert_string_equal(f->adapter->ops[GT_UP_QUERY].path, "/in");
    assert_false(f->adapter->ops[GT_UP_REVERSE].defined);
}

/* 24:00 and 00:00 are the midnight at the end of the day. */
static void the_hour_of_its_own_day_end_is_read(void **state)
{
    static const struct {
        const char *at;
        int minute;
    } hours[] = {{"17:05", 1025}, {"00:00", 1440}, {"24:00", 1440}};
    struct fixture *f = *state;
    const char *doubt = "<doubt settle=\"inquire\"/>", *behind = strstr(province, doubt);
    char text[8192];
    load(f);
    assert_int_equal(f->adapter->clears_at, 0);
    for (size_t i = 0; i < sizeof hours / sizeof *hours; i++) {
        gt_adapter_free(f->adapter);
        f->adapter = NULL;
        snprintf(text, sizeof text, "%.*s%s<clearing at=\"%s\"/>%s", (int)(behind - province),
                 province, doubt, hours[i].at, behind + strlen(doubt));
        put(f, "gansu.xml", text);
        load(f);
        assert_int_equal(f->adapter->clears_at, hours[i].minute);
    }
    gt_adapter_free(f->adapter);
    f->adapter = NULL;
    refused(f, doubt, "<doubt settle=\"inquire\"/><clearing at=\"25:00\"/>", "line 5", "25:00");
}

static void request_is_rendered_in_their_words(void **state)
{
    struct fixture *f = *state;
    struct gt_up_request r = {.op = GT_UP_PAY,
                              .amount = 12345,
                              .method = "cash",
                              .orig_serial = "1",
                              .orig_op = GT_UP_PAY,
                              .sent_at = 1795327385000};
    enum gt_outcome outcome = GT_OUT_OK;
    struct gt_buf out;
    load(f);
    gt_buf_init(&out, 4096);
    assert_int_equal(gt_request_render(f->adapter, &r, &out, &outcome), GT_OK);
    assert_string_equal(out.data, "<p f='12345' w='XJ' o='JF' d='20261122' t='060305'/>");
    snprintf(r.method, sizeof r.method, "wechat");
    assert_int_equal(gt_request_render(f->adapter, &r, &out, &outcome), GT_ERR_DENIED);
    assert_int_equal(outcome, GT_OUT_UPSTREAM_REFUSED);
    gt_buf_done(&out);
}

static struct gt_up_reply read_as(struct fixture *f, struct gt_up_request *r, const char *text)
{
    struct gt_up_reply reply;
    memset(&reply, 0x5A, sizeof reply);
    bool readable = gt_reply_read(f->adapter, r, text, strlen(text), &reply);
    if (!readable) {
        assert_int_equal(reply.class, GT_UP_UNKNOWN);
        assert_true(reply.text[0] != '\0');
    }
    return reply;
}

static struct gt_up_reply read_op(struct fixture *f, enum gt_up_op op, const char *text)
{
    struct gt_up_request r = {.op = op, .orig_op = GT_UP_PAY};
    return read_as(f, &r, text);
}

static void fields_are_found_where_the_definition_says(void **state)
{
    struct fixture *f = *state;
    load(f);
    struct gt_up_reply r = read_op(f, GT_UP_QUERY,
                                   "<x><data><head><rc> 0 </rc></head><who><no>621234</no>"
                                   "<name>李四</name></who><kind>K</kind><adv>105</adv><rows>"
                                   "<row><id>a</id><a>7</a><m>2026-10</m></row>"
                                   "<row><id>b</id><a>8</a></row></rows></data></x>");
    assert_int_equal(r.class, GT_UP_OK);
    assert_string_equal(r.customer_no, "621234");
    assert_string_equal(r.customer_name, "李四");
    assert_int_equal(r.meter_kind, GT_METER_CARD);
    assert_int_equal(r.advance, 105);
    assert_int_equal(r.nbills, 2);
    assert_int_equal(r.bills[0].period, 202610);
    assert_string_equal(r.bills[1].bill_no, "b");
    assert_int_equal(r.bills[1].amount, 8);
    assert_int_equal(r.bills[1].period, 0);
}

#define CODE(n) "<x><data><head><rc>" n "</rc></head></data></x>"
#define DONE(s) "<x><data><head><rc>0</rc></head>" s "</data></x>"

static void one_code_may_mean_two_things(void **state)
{
    struct fixture *f = *state;
    load(f);
    struct gt_up_reply r = read_op(f, GT_UP_PAY, CODE("1035"));
    assert_int_equal(r.class, GT_UP_REFUSED);
    assert_int_equal(r.outcome, GT_OUT_CROSS_CITY);
    assert_string_equal(r.code, "1035");
    assert_string_equal(r.text, gt_outcome_info(GT_OUT_CROSS_CITY)->zh);
    r = read_op(f, GT_UP_QUERY, CODE("1035"));
    assert_int_equal(r.outcome, GT_OUT_NO_PARTIAL);
}

static void unexplained_code_is_no_refusal_where_money_moves(void **state)
{
    struct fixture *f = *state;
    load(f);
    struct gt_up_reply r = read_op(f, GT_UP_PAY, CODE("31337"));
    assert_int_equal(r.class, GT_UP_UNKNOWN);
    assert_string_equal(r.code, "31337");
    assert_int_equal(read_op(f, GT_UP_QUERY, CODE("31337")).class, GT_UP_REFUSED);
    assert_int_equal(read_op(f, GT_UP_CONFIRM, CODE("31337")).class, GT_UP_REFUSED);
    assert_int_equal(read_op(f, GT_UP_INQUIRE, CODE("31337")).class, GT_UP_UNKNOWN);
    assert_int_equal(read_op(f, GT_UP_PAY, CODE("")).class, GT_UP_UNKNOWN);
}

static void figures_that_make_no_sense_are_unknown(void **state)
{
    struct fixture *f = *state;
    load(f);
    assert_int_equal(read_op(f, GT_UP_PAY, DONE("<ref>1</ref>")).class, GT_UP_OK);
    assert_int_equal(read_op(f, GT_UP_PAY, DONE("")).class, GT_UP_UNKNOWN);
    assert_int_equal(read_op(f, GT_UP_PAY, DONE("<ref>1</ref><day>soon</day>")).class,
                     GT_UP_UNKNOWN);
    assert_int_equal(
        read_op(f, GT_UP_PAY, DONE("<ref>0123456789012345678901234567890123456789</ref>")).class,
        GT_UP_UNKNOWN);
    assert_int_equal(read_op(f, GT_UP_QUERY, DONE("<adv>1.05</adv>")).class, GT_UP_UNKNOWN);
    assert_int_equal(read_op(f, GT_UP_QUERY, DONE("<adv>99999999999999999999</adv>")).class,
                     GT_UP_UNKNOWN);
    assert_int_equal(read_op(f, GT_UP_QUERY, DONE("<kind>Z</kind>")).class, GT_UP_UNKNOWN);
    assert_int_equal(read_op(f, GT_UP_PAY, "<x><data><head><rc>0</rc>").class, GT_UP_UNKNOWN);
    assert_int_equal(read_op(f, GT_UP_PAY, "").class, GT_UP_UNKNOWN);
}

static void long_words_are_cut_between_characters(void **state)
{
    struct fixture *f = *state;
    char text[1024] = "<x><data><head><rc>0</rc></head><who><name>a";
    load(f);
    for (int i = 0; i < 60; i++)
        strncat(text, "电", sizeof text - strlen(text) - 1);
    strncat(text, "</name></who></data></x>", sizeof text - strlen(text) - 1);
    struct gt_up_reply r = read_op(f, GT_UP_QUERY, text);
    assert_int_equal(r.class, GT_UP_OK);
    assert_int_equal(strlen(r.customer_name), 79); /* 1 + 26 × 3 */
    assert_true(gt_utf8_valid(r.customer_name, strlen(r.customer_name)));
}

static void more_bills_than_fit_are_left(void **state)
{
    struct fixture *f = *state;
    static char text[4096] = "<x><data><head><rc>0</rc></head><rows>";
    load(f);
    for (int i = 0; i < GT_BILLS_MAX + 5; i++)
        strncat(text, "<row><id>i</id><a>1</a></row>", sizeof text - strlen(text) - 1);
    strncat(text, "</rows></data></x>", sizeof text - strlen(text) - 1);
    struct gt_up_reply r = read_op(f, GT_UP_QUERY, text);
    assert_int_equal(r.class, GT_UP_OK);
    assert_int_equal(r.nbills, GT_BILLS_MAX);
}

static void inquiry_tells_the_fate(void **state)
{
    struct fixture *f = *state;
    load(f);
    struct gt_up_reply r = read_op(f, GT_UP_INQUIRE, DONE("<state>OK</state><ref>R1</ref>"));
    assert_int_equal(r.class, GT_UP_OK);
    assert_int_equal(r.fate, GT_UP_FATE_POSTED);
    assert_string_equal(r.ref, "R1");
    /* Posted, but without what the payment's own answer must have. */
    r = read_op(f, GT_UP_INQUIRE, DONE("<state>OK</state>"));
    assert_int_equal(r.class, GT_UP_UNKNOWN);
    assert_int_equal(r.fate, GT_UP_FATE_NONE);
    r = read_op(f, GT_UP_INQUIRE,
                DONE("<state>NO</state><why><rc>1035</rc><text>跨市</text></why>"));
    assert_int_equal(r.class, GT_UP_OK);
    assert_int_equal(r.fate, GT_UP_FATE_REFUSED);
    assert_int_equal(r.outcome, GT_OUT_CROSS_CITY);
    assert_string_equal(r.code, "1035");
    assert_string_equal(r.text, "跨市");
    r = read_op(f, GT_UP_INQUIRE, DONE("<state>NO</state><why><rc>77</rc></why>"));
    assert_int_equal(r.fate, GT_UP_FATE_REFUSED);
    assert_int_equal(r.outcome, GT_OUT_ALREADY_PAID);
    r = read_op(f, GT_UP_INQUIRE, CODE("404"));
    assert_int_equal(r.class, GT_UP_OK);
    assert_int_equal(r.fate, GT_UP_FATE_ABSENT);
    r = read_op(f, GT_UP_INQUIRE, DONE("<state>MAYBE</state>"));
    assert_int_equal(r.class, GT_UP_UNKNOWN);
    assert_int_equal(r.fate, GT_UP_FATE_NONE);
}

static void load_sg186(struct fixture *f)
{
    const char *src = getenv("srcdir") != NULL ? getenv("srcdir") : ".";
    char path[512], templates[512];
    snprintf(path, sizeof path, "%s/conf/marketing/sg186.xml", src);
    snprintf(templates, sizeof templates, "%s/templates", src);
    if (gt_adapter_load(path, NULL, templates, &f->adapter) != GT_OK)
        fail_msg("%s", gt_err_text());
}

#define SG(op, s)                                                                  \
    "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Body><" op \
    "Response xmlns='urn:sg186:pay'>" s "</" op "Response></e:Body></e:Envelope>"

static void sg186_codes_mean_what_its_document_says(void **state)
{
    struct fixture *f = *state;
    load_sg186(f);
    static const char *const doubtful[] = {"1044", "11004", "9999", "31337"};
    static const struct {
        enum gt_up_op op;
        const char *element;
    } ops[] = {{GT_UP_PAY, "dfjf"},
               {GT_UP_RECHARGE, "gdcz"},
               {GT_UP_OPEN, "gdkh"},
               {GT_UP_REPLACE, "gdbk"},
               {GT_UP_REVERSE, "jfcz"}};
    char text[512];
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++) {
        for (size_t j = 0; j < sizeof doubtful / sizeof *doubtful; j++) {
            snprintf(text, sizeof text, SG("%s", "<retcode>%s</retcode>"), ops[i].element,
                     doubtful[j], ops[i].element);
            assert_int_equal(read_op(f, ops[i].op, text).class, GT_UP_UNKNOWN);
        }
        snprintf(text, sizeof text, SG("%s", "<retcode>1090</retcode>"), ops[i].element,
                 ops[i].element);
        struct gt_up_reply r = read_op(f, ops[i].op, text);
        assert_int_equal(r.class, GT_UP_REFUSED);
        assert_int_equal(r.outcome, GT_OUT_CLEARING);
    }
    struct gt_up_reply r = read_op(f, GT_UP_REVERSE, SG("jfcz", "<retcode>11008</retcode>"));
    assert_int_equal(r.outcome, GT_OUT_REV_AMOUNT);
    r = read_op(f, GT_UP_QUERY, SG("dfcx", "<retcode>1004</retcode><retmsg>无此户</retmsg>"));
    assert_int_equal(r.outcome, GT_OUT_NO_CUSTOMER);
    assert_string_equal(r.text, "无此户");
}

/* What belongs to another request is told from what belongs to none: it is asked once more. */
static void an_answer_of_another_operation_is_a_stray(void **state)
{
    struct fixture *f = *state;
    struct gt_up_request r = {.op = GT_UP_QUERY, .serial = "Q2"};
    load_sg186(f);
    assert_true(read_as(f, &r, SG("dfjf", "<retcode>1001</retcode>")).stray);
    assert_true(read_as(f, &r, SG("dfcx", "<jylsh>Q1</jylsh><retcode>1004</retcode>")).stray);
    assert_false(read_as(f, &r, "no answer at all").stray);
    assert_false(read_as(f, &r, SG("dfcx", "<jylsh>Q2</jylsh>")).stray);
}

static void sg186_card_packet_is_read(void **state)
{
    struct fixture *f = *state;
    load_sg186(f);
    struct gt_up_reply r = read_op(
        f, GT_UP_RECHARGE,
        SG("gdcz",
           "<retcode>1001</retcode><sgls>S1</sgls><zwrq>20261122</zwrq><gdcs>2</gdcs>"
           "<xksj>00AA</xksj><mac1>11</mac1><mac2>22</mac2><mac3>33</mac3><mac4>44</mac4>"));
    assert_int_equal(r.class, GT_UP_OK);
    assert_int_equal(r.count, 2);
    assert_true(r.packet.present);
    assert_int_equal(r.packet.count, 2);
    assert_string_equal(r.packet.data, "00AA");
    assert_string_equal(r.packet.mac[0], "11");
    assert_string_equal(r.packet.mac[3], "44");
    r = read_op(f, GT_UP_RECHARGE,
                SG("gdcz", "<retcode>1001</retcode><sgls>S1</sgls><gdcs>2</gdcs>"));
    assert_false(r.packet.present);
    assert_int_equal(r.packet.count, 0);
}

static void sg186_inquiry_returns_the_packet(void **state)
{
    struct fixture *f = *state;
    struct gt_up_request request = {
        .op = GT_UP_INQUIRE, .orig_op = GT_UP_RECHARGE, .customer_no = "2000000001"};
    load_sg186(f);
    struct gt_up_reply r = read_as(
        f, &request,
        SG("jycx", "<retcode>1001</retcode><jyzt>1</jyzt><yhbh>2000000001</yhbh><sgls>S1</sgls>"
                   "<gdcs>5</gdcs><xksj>FF</xksj><mac1>1</mac1>"));
    assert_int_equal(r.fate, GT_UP_FATE_POSTED);
    assert_int_equal(r.packet.count, 5);
    assert_string_equal(r.packet.data, "FF");
    r = read_as(f, &request,
                SG("jycx", "<retcode>1001</retcode><jyzt>2</jyzt><ycode>11209</ycode>"
                           "<ymsg>卡未插表</ymsg>"));
    assert_int_equal(r.fate, GT_UP_FATE_REFUSED);
    assert_int_equal(r.outcome, GT_OUT_CARD_NOT_INSERTED);
    assert_string_equal(r.text, "卡未插表");
    r = read_as(f, &request, SG("jycx", "<retcode>1001</retcode><jyzt>3</jyzt>"));
    assert_int_equal(r.fate, GT_UP_FATE_ABSENT);
    r = read_as(f, &request, SG("jycx", "<retcode>1001</retcode><jyzt>4</jyzt>"));
    assert_int_equal(r.fate, GT_UP_FATE_REVERSED);
}

static void sg186_requests_have_the_documented_fields(void **state)
{
    struct fixture *f = *state;
    struct gt_up_request r = {.op = GT_UP_CONFIRM,
                              .serial = "2",
                              .orig_serial = "1",
                              .customer_no = "2000000001",
                              .reason = "坏卡 <&>",
                              .card = {.present = true, .card_no = "C1", .count = 3}};
    enum gt_outcome outcome;
    struct gt_buf out;
    load_sg186(f);
    gt_buf_init(&out, 8192);
    assert_int_equal(gt_request_render(f->adapter, &r, &out, &outcome), GT_OK);
    assert_non_null(strstr(out.data, "<yjylsh>1</yjylsh><xkjg>0</xkjg>"
                                     "<yy>坏卡 &lt;&amp;&gt;</yy></xkqr>"));
    gt_buf_reset(&out);
    r.op = GT_UP_REWRITE;
    assert_int_equal(gt_request_render(f->adapter, &r, &out, &outcome), GT_OK);
    assert_non_null(strstr(out.data, "<kxlh>C1</kxlh>"));
    assert_non_null(strstr(out.data, "<gdcs>3</gdcs>"));
    gt_buf_reset(&out);
    r.op = GT_UP_QUERY;
    assert_int_equal(gt_request_render(f->adapter, &r, &out, &outcome), GT_OK);
    assert_non_null(strstr(out.data, "<jylsh>2</jylsh><yhbh>2000000001</yhbh></dfcx>"));
    gt_buf_reset(&out);
    r.serial[0] = '\0';
    assert_int_equal(gt_request_render(f->adapter, &r, &out, &outcome), GT_OK);
    assert_null(strstr(out.data, "jylsh"));
    gt_buf_done(&out);
}

static void operations_have_names(void **state)
{
    enum gt_up_op op = GT_UP_QUERY;
    (void)state;
    for (int i = 0; i < GT_UP_OP__MAX; i++) {
        assert_true(gt_up_op_find(gt_up_op_name((enum gt_up_op)i), &op));
        assert_int_equal(op, i);
    }
    assert_false(gt_up_op_find("dance", &op));
}

static int start(void **state)
{
    (void)state;
    gt_xml_start();
    return gt_tmpl_start() == GT_OK ? 0 : -1;
}

static int stop(void **state)
{
    (void)state;
    gt_xml_stop();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
        T(wrong_definitions_are_refused_with_line_and_reason),
        T(what_settles_doubt_must_be_there),
        T(broken_templates_are_refused),
        T(missing_definition_is_refused),
        T(limits_and_customers_are_read),
        T(the_hour_of_its_own_day_end_is_read),
        T(request_is_rendered_in_their_words),
        T(fields_are_found_where_the_definition_says),
        T(one_code_may_mean_two_things),
        T(unexplained_code_is_no_refusal_where_money_moves),
        T(figures_that_make_no_sense_are_unknown),
        T(long_words_are_cut_between_characters),
        T(more_bills_than_fit_are_left),
        T(inquiry_tells_the_fate),
        T(sg186_codes_mean_what_its_document_says),
        T(an_answer_of_another_operation_is_a_stray),
        T(sg186_card_packet_is_read),
        T(sg186_inquiry_returns_the_packet),
        T(sg186_requests_have_the_documented_fields),
        T(operations_have_names),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
