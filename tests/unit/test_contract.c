/*
 * The terminal contract over a real till: envelopes in, envelopes out, each reply as the schema
 * wants it.
 */
#include "soap_kit.h"
#include "till_kit.h"

#include "base/log.h"
#include "terminal/contract.h"

#define SECRET "demo-secret-1"
#define REMOTE "3000000001"

struct desk {
    struct kit kit;
    struct gt_keys keys;
    struct gt_contract *contract;
    struct gt_xml_schema *schema;
    int64_t nonce; /* of the last message */
    struct gt_buf reply;
    struct gt_answer answer;
};

/* --- a platform with terminals that can sign */

static enum gt_err add_terminal(struct gt_tx *tx, const struct gt_keys *keys, int64_t id,
                                const char *number, int64_t state)
{
    struct gt_terminal terminal = {.id = id, .org_id = 2, .kind = GT_TERMINAL_POS};
    (void)snprintf(terminal.terminal_no, sizeof terminal.terminal_no, "%s", number);
    assert_ok(gt_terminal_hide(keys, gt_random_system(), number, SECRET, terminal.secret));
    assert_ok(gt_terminal_add(tx, &terminal));
    terminal.state = state;
    gt_row_save(tx, &gt_terminal_row, &terminal);
    return gt_tx_err(tx);
}

static enum gt_err add_terminals(struct gt_tx *tx, void *arg)
{
    const struct gt_keys *keys = arg;
    (void)add_terminal(tx, keys, 11, "T0000001", GT_ENABLED);
    return add_terminal(tx, keys, 12, "T0000009", GT_DISABLED);
}

static int setup(void **state)
{
    struct desk *desk = calloc(1, sizeof *desk);
    char folder[UNIT_PATH_MAX], path[UNIT_PATH_MAX];
    assert_non_null(desk);
    kit_start(&desk->kit);
    memset(&desk->keys, 5, sizeof desk->keys);
    assert_ok(gt_db_transact(desk->kit.till.db, "terminals", add_terminals, &desk->keys));
    struct gt_contract_conf conf = {
        .folder = unit_source("conf/terminal", folder),
        .bureau = "国网示范供电公司",
        .till = &desk->kit.till,
        .keys = &desk->keys,
        .random = gt_random_system(),
        .fresh_ms = 300000,
        .rate = 20,
    };
    assert_ok(gt_contract_new(&conf, &desk->contract));
    assert_ok(gt_xml_schema_load(unit_source("conf/terminal/terminal.xsd", path), &desk->schema));
    gt_buf_init(&desk->reply, GT_REPLY_MAX);
    gt_log_request("unit-1");
    *state = desk;
    return 0;
}

static int teardown(void **state)
{
    struct desk *desk = *state;
    kit_books_agree(&desk->kit);
    gt_buf_done(&desk->reply);
    gt_xml_schema_free(desk->schema);
    gt_contract_free(desk->contract);
    kit_stop(&desk->kit);
    free(desk);
    return 0;
}

/* --- sending */

/* Checks what was answered against the schema: the one element of the body, or the fault's. */
static void check_answer(struct desk *desk)
{
    xmlDocPtr doc;
    assert_ok(gt_xml_parse(desk->reply.data, desk->reply.len, &doc));
    xmlNodePtr body = gt_xml_path(xmlDocGetRootElement(doc), "Body");
    xmlNodePtr detail = gt_xml_path(body, "Fault/detail/FaultDetail");
    assert_ok(gt_xml_schema_check(desk->schema, detail ? detail : body->children));
    xmlFreeDoc(doc);
}

static void send(struct desk *desk, const char *envelope)
{
    gt_buf_reset(&desk->reply);
    assert_ok(gt_contract_answer(desk->contract, envelope, strlen(envelope), &desk->reply,
                                 &desk->answer));
    check_answer(desk);
}

/* Sends `operation` with this trace number and what stands behind the head. */
static void ask_as(struct desk *desk, const char *terminal, const char *secret,
                   const char *operator_no, const char *operation, int64_t trace,
                   const char *fields)
{
    struct gt_buf out;
    gt_buf_init(&out, 65536);
    gt_buf_puts(&out, SOAP_OPEN "<s:Header>");
    soap_sign(&out, terminal, secret, ++desk->nonce, desk->kit.now);
    gt_buf_printf(&out,
                  "</s:Header><s:Body><%s xmlns='" GT_TERMINAL_NS
                  "'><TerminalNo>%s</TerminalNo><OperatorNo>%s</OperatorNo><TraceNo>%lld</TraceNo>"
                  "<SentAt>2026-11-22T14:00:00+08:00</SentAt>%s</%s></s:Body></s:Envelope>",
                  operation, terminal, operator_no, (long long)trace, fields, operation);
    assert_ok(gt_buf_err(&out));
    send(desk, out.data);
    gt_buf_done(&out);
}

static void ask(struct desk *desk, const char *operation, int64_t trace, const char *fields)
{
    ask_as(desk, "T0000001", SECRET, "900001", operation, trace, fields);
}

static void has(struct desk *desk, const char *field, const char *value)
{
    char text[GT_ERR_TEXT_MAX];
    soap_field(desk->reply.data, field, text, sizeof text);
    if (strcmp(text, value) != 0)
        fail_msg("%s is '%s', not '%s', in %s", field, text, value, desk->reply.data);
}

/* The answer is a fault with this code, and its sentence holds `words`. */
static void faulted(struct desk *desk, const char *code, const char *words)
{
    char text[GT_ERR_TEXT_MAX];
    assert_int_equal(desk->answer.http_status, 500);
    assert_string_equal(desk->answer.class, "fault");
    has(desk, "Code", code);
    has(desk, "RequestId", "unit-1");
    has(desk, "ServerTime", "2026-11-22T14:00:00+08:00");
    assert_holds(soap_field(desk->reply.data, "faultstring", text, sizeof text), words);
}

static int64_t journal_rows(struct desk *desk)
{
    struct gt_check_sums sums;
    assert_ok(gt_check_books(desk->kit.till.db, NULL, NULL, &sums));
    return sums.txns;
}

#define RECHARGE(amount)                                             \
    "<CustomerNo>" REMOTE "</CustomerNo><Amount>" amount "</Amount>" \
    "<PaymentMethod>cash</PaymentMethod>"

#define CARD(count, file)                                                                   \
    "<Card><CardNo>C2000000001</CardNo><MeterNo>M2000000001</MeterNo><PurchaseCount>" count \
    "</PurchaseCount><ReturnFile>" file "</ReturnFile><Random>00112233</Random></Card>"

/* --- business */

static void recharge_is_posted(void **state)
{
    struct desk *desk = *state;
    ask(desk, "Recharge", 1, RECHARGE("50.00"));
    assert_int_equal(desk->answer.http_status, 200);
    assert_string_equal(desk->answer.operation, "Recharge");
    assert_string_equal(desk->answer.class, "ok");
    has(desk, "ResultCode", "0");
    has(desk, "ResultClass", "ok");
    has(desk, "TraceNo", "1");
    has(desk, "BusinessDate", "20261122");
    has(desk, "AvailableCredit", "950.00");
    has(desk, "Repeated", "false");
    has(desk, "ReceiptNo", "900001-0000001");
    assert_int_equal(desk->kit.up.last.amount, 5000);
}

static void repeat_gives_the_stored_reply(void **state)
{
    struct desk *desk = *state;
    char number[32];
    ask(desk, "Recharge", 7, RECHARGE("50"));
    soap_field(desk->reply.data, "TransactionNo", number, sizeof number);
    assert_int_equal(strlen(number), 18);
    ask(desk, "Recharge", 7, RECHARGE("50.0"));
    has(desk, "Repeated", "true");
    has(desk, "TransactionNo", number);
    has(desk, "ReceiptNo", "900001-0000001");
    has(desk, "AvailableCredit", "950.00");
    assert_int_equal(desk->kit.up.calls, 1);
    ask(desk, "Recharge", 7, RECHARGE("51.00"));
    has(desk, "ResultCode", "6001");
}

static void card_is_sold_written_and_confirmed(void **state)
{
    struct desk *desk = *state;
    char number[32], fields[256];
    desk->kit.up.packet = true;
    desk->kit.up.count = 2;
    ask(desk, "Recharge", 1,
        "<CustomerNo>2000000001</CustomerNo><Amount>20.00</Amount><PaymentMethod>wechat"
        "</PaymentMethod>" CARD("1", "01"));
    has(desk, "ResultClass", "ok");
    has(desk, "Data", "0badcafe");
    has(desk, "Mac1", "a1b2c3d4");
    assert_string_equal(desk->kit.up.last.card.return_file, "01");
    assert_string_equal(desk->kit.up.last.method, "wechat");
    soap_field(desk->reply.data, "TransactionNo", number, sizeof number);

    (void)snprintf(fields, sizeof fields, "<TransactionNo>%s</TransactionNo>" CARD("1", ""),
                   number);
    ask(desk, "RewriteCard", 2, fields);
    has(desk, "ResultClass", "ok");
    has(desk, "PurchaseCount", "2");

    (void)snprintf(fields, sizeof fields, "<TransactionNo>%s</TransactionNo><Written>1</Written>",
                   number);
    ask(desk, "ConfirmCard", 3, fields);
    has(desk, "ResultClass", "ok");
    (void)snprintf(fields, sizeof fields, "<TransactionNo>%s</TransactionNo>", number);
    ask(desk, "InquireTransaction", 4, fields);
    has(desk, "CardState", "written");
    has(desk, "Operation", "Recharge");
}

static void pay_bill_tells_what_was_settled(void **state)
{
    struct desk *desk = *state;
    desk->kit.up.nbills = 2;
    desk->kit.up.advance = 40;
    ask(desk, "PayBill", 1,
        "<CustomerNo>1000000001</CustomerNo><Amount>2.40</Amount><BillNo>B0</BillNo><BillNo>B1"
        "</BillNo><PaymentMethod>cash</PaymentMethod><CashReceived>5</CashReceived>");
    has(desk, "ResultClass", "ok");
    has(desk, "BillNo", "B0");
    has(desk, "Advance", "0.40");
    assert_holds(desk->reply.data, "<BillNo>B1</BillNo>");
    assert_int_equal(desk->kit.up.last.nbills, 2);
    assert_string_equal(desk->kit.up.last.bills[1].bill_no, "B1");
}

static void reversal_gives_the_credit_back(void **state)
{
    struct desk *desk = *state;
    char number[32], fields[256];
    ask(desk, "Recharge", 1, RECHARGE("50.00"));
    soap_field(desk->reply.data, "TransactionNo", number, sizeof number);
    (void)snprintf(fields, sizeof fields,
                   "<TransactionNo>%s</TransactionNo><CustomerNo>" REMOTE
                   "</CustomerNo><Amount>50.00</Amount><Reason>收错</Reason>",
                   number);
    ask(desk, "Reverse", 2, fields);
    has(desk, "ResultClass", "ok");
    has(desk, "AvailableCredit", "1000.00");
    (void)snprintf(fields, sizeof fields, "<TransactionNo>%s</TransactionNo>", number);
    ask(desk, "InquireTransaction", 3, fields);
    has(desk, "State", "reversed");
}

static void doubt_is_told_and_inquired(void **state)
{
    struct desk *desk = *state;
    desk->kit.up.next = GT_UP_UNKNOWN;
    ask(desk, "Recharge", 1, RECHARGE("50.00"));
    assert_string_equal(desk->answer.class, "in_doubt");
    has(desk, "ResultCode", "1001");
    has(desk, "AvailableCredit", "950.00");
    ask(desk, "InquireTransaction", 2, "<OriginalTraceNo>1</OriginalTraceNo>");
    has(desk, "ResultCode", "0"); /* of the inquiry: the first in the reply */
    has(desk, "State", "pending");
    has(desk, "Amount", "50.00");
    desk->kit.up.next = GT_UP_OK;
    desk->kit.up.fate = GT_UP_FATE_POSTED;
    kit_work(&desk->kit, 60000);
    ask(desk, "InquireTransaction", 3, "<OriginalTraceNo>1</OriginalTraceNo>");
    has(desk, "State", "posted");
    has(desk, "ReceiptNo", "900001-0000001");
}

static void absent_is_final(void **state)
{
    struct desk *desk = *state;
    ask(desk, "InquireTransaction", 2, "<OriginalTraceNo>1</OriginalTraceNo>");
    has(desk, "ResultCode", "6002");
    assert_null(strstr(desk->reply.data, "<Transaction>"));
    ask(desk, "InquireTransaction", 3, "<OriginalTraceNo>1</OriginalTraceNo>");
    has(desk, "ResultCode", "6002");
    ask(desk, "Recharge", 1, RECHARGE("50.00"));
    has(desk, "ResultCode", "6003");
    assert_int_equal(desk->kit.up.calls, 0);
}

static void sign_on_tells_batch_and_last_trace(void **state)
{
    struct desk *desk = *state;
    ask(desk, "Recharge", 41, RECHARGE("1"));
    ask(desk, "SignOn", 42, "");
    has(desk, "ResultClass", "ok");
    has(desk, "BatchNo", "1");
    has(desk, "LastTraceNo", "41");
    has(desk, "ServerTime", "2026-11-22T14:00:00+08:00");
    assert_holds(desk->reply.data, "<Name>currency</Name><Value>CNY</Value>");
    assert_null(strstr(desk->reply.data, "<Notice>"));
    ask(desk, "SignOff", 43, "");
    has(desk, "BatchNo", "1");
}

static void clock_that_is_off_is_noticed(void **state)
{
    struct desk *desk = *state;
    desk->kit.now += 90000;
    ask(desk, "SignOn", 1, "");
    has(desk, "Notice", "终端时钟比系统慢 90 秒，请校时");
}

static void credit_and_receipt(void **state)
{
    struct desk *desk = *state;
    char number[32], fields[128];
    ask(desk, "QueryCredit", 1, "");
    has(desk, "Limit", "1000.00");
    has(desk, "Available", "1000.00");
    ask(desk, "Recharge", 1, RECHARGE("50.00"));
    soap_field(desk->reply.data, "TransactionNo", number, sizeof number);
    (void)snprintf(fields, sizeof fields, "<TransactionNo>%s</TransactionNo>", number);
    ask(desk, "GetReceipt", 2, fields);
    has(desk, "ResultClass", "ok");
    has(desk, "PrintCount", "1");
    assert_holds(desk->reply.data, "国网示范供电公司");
    ask(desk, "GetReceipt", 2, fields);
    has(desk, "PrintCount", "2");
    assert_holds(desk->reply.data, "补打");
    ask(desk, "GetReceipt", 2, "<TransactionNo>202611220000099999</TransactionNo>");
    has(desk, "ResultCode", "6002");
}

static void customer_is_queried_by_one_number(void **state)
{
    struct desk *desk = *state;
    ask(desk, "QueryCustomer", 1, "<CustomerNo>" REMOTE "</CustomerNo>");
    has(desk, "ResultClass", "ok");
    has(desk, "Name", "张小三");
    has(desk, "AvailableCredit", "1000.00");
    assert_int_equal(desk->kit.up.last.op, GT_UP_QUERY);
    ask(desk, "QueryCustomer", 1, "<CustomerNo>1</CustomerNo><MeterNo>2</MeterNo>");
    faulted(desk, "BadRequest", "MeterNo");
}

/* --- who may */

static void unknown_operator_is_an_error(void **state)
{
    struct desk *desk = *state;
    ask_as(desk, "T0000001", SECRET, "999999", "Recharge", 1, RECHARGE("50.00"));
    assert_int_equal(desk->answer.http_status, 200);
    assert_string_equal(desk->answer.class, "error");
    has(desk, "ResultCode", "9005");
    assert_int_equal(journal_rows(desk), 0);
    ask(desk, "Recharge", 1, RECHARGE("50.00"));
    has(desk, "ResultClass", "ok");
}

static enum gt_err disable_operator(struct gt_tx *tx, void *arg)
{
    struct gt_user user;
    (void)arg;
    assert_true(gt_user_by_operator(tx, "900001", &user));
    user.state = GT_DISABLED;
    gt_row_save(tx, &gt_user_row, &user);
    gt_rights_changed(tx);
    return gt_tx_err(tx);
}

/* Actors are kept between requests. */
static void change_of_rights_is_seen_at_once(void **state)
{
    struct desk *desk = *state;
    ask(desk, "Recharge", 1, RECHARGE("50.00"));
    ask(desk, "Recharge", 2, RECHARGE("50.00"));
    has(desk, "ResultClass", "ok");
    assert_ok(gt_db_transact(desk->kit.till.db, "disable", disable_operator, NULL));
    ask(desk, "Recharge", 3, RECHARGE("50.00"));
    has(desk, "ResultCode", "9005");
    ask_as(desk, "T0000001", SECRET, "900002", "Recharge", 3, RECHARGE("50.00"));
    has(desk, "ReceiptNo", "900002-0000001");
}

static enum gt_err change_secret(struct gt_tx *tx, void *arg)
{
    struct desk *desk = arg;
    struct gt_terminal terminal;
    assert_true(gt_terminal_by_no(tx, "T0000001", &terminal));
    assert_ok(gt_terminal_hide(&desk->keys, gt_random_system(), "T0000001", "another-secret",
                               terminal.secret));
    return gt_terminal_change(tx, &terminal);
}

/* The old secret is worth nothing from the commit on, though the actor was kept with it. */
static void change_of_secret_is_seen_at_once(void **state)
{
    struct desk *desk = *state;
    ask(desk, "Recharge", 1, RECHARGE("50.00"));
    ask(desk, "Recharge", 2, RECHARGE("50.00"));
    has(desk, "ResultClass", "ok");
    assert_ok(gt_db_transact(desk->kit.till.db, "rotate", change_secret, desk));
    ask(desk, "Recharge", 3, RECHARGE("50.00"));
    assert_string_equal(desk->answer.class, "error");
    assert_int_equal(journal_rows(desk), 2);
    ask(desk, "Recharge", 3, RECHARGE("50.00"));
    faulted(desk, "NotAuthentic", "unknown terminal or wrong digest");
    ask_as(desk, "T0000001", "another-secret", "900001", "Recharge", 3, RECHARGE("50.00"));
    has(desk, "ResultClass", "ok");
}

static void a_terminal_that_runs_wild_is_told_to_wait(void **state)
{
    struct desk *desk = *state;
    for (int i = 0; i < 20; i++) {
        ask(desk, "QueryCredit", 1, "");
        has(desk, "ResultClass", "ok");
    }
    ask(desk, "Recharge", 1, RECHARGE("50.00"));
    has(desk, "ResultCode", "9008");
    assert_string_equal(desk->answer.class, "error");
    assert_int_equal(journal_rows(desk), 0);
    desk->kit.now += 100; /* a tenth of a second pays for two */
    ask(desk, "Recharge", 1, RECHARGE("50.00"));
    has(desk, "ResultClass", "ok");
    ask(desk, "Recharge", 2, RECHARGE("50.00"));
    has(desk, "ResultClass", "ok");
    ask(desk, "Recharge", 3, RECHARGE("50.00"));
    has(desk, "ResultCode", "9008");
}

static void disabled_terminal_is_an_error(void **state)
{
    struct desk *desk = *state;
    ask_as(desk, "T0000009", SECRET, "900001", "Recharge", 1, RECHARGE("50.00"));
    has(desk, "ResultCode", "9007");
    ask_as(desk, "T0000009", "wrong", "900001", "Recharge", 1, RECHARGE("50.00"));
    faulted(desk, "NotAuthentic", "unknown terminal or wrong digest");
    assert_int_equal(journal_rows(desk), 0);
}

static void unknown_terminal_looks_like_a_wrong_secret(void **state)
{
    struct desk *desk = *state;
    char first[GT_ERR_TEXT_MAX], second[GT_ERR_TEXT_MAX];
    ask_as(desk, "T0000001", "wrong", "900001", "Recharge", 1, RECHARGE("50.00"));
    faulted(desk, "NotAuthentic", "unknown terminal or wrong digest");
    soap_field(desk->reply.data, "faultstring", first, sizeof first);
    ask_as(desk, "T7777777", SECRET, "900001", "Recharge", 1, RECHARGE("50.00"));
    faulted(desk, "NotAuthentic", "unknown terminal");
    assert_string_equal(soap_field(desk->reply.data, "faultstring", second, sizeof second), first);
    ask_as(desk, "T7777777", "", "900001", "Recharge", 1, RECHARGE("50.00"));
    faulted(desk, "NotAuthentic", "unknown terminal");
    assert_int_equal(journal_rows(desk), 0);
}

static void repeated_nonce_did_nothing(void **state)
{
    struct desk *desk = *state;
    ask(desk, "QueryCredit", 1, "");
    desk->nonce--;
    ask(desk, "Recharge", 2, RECHARGE("50.00"));
    faulted(desk, "RepeatedNonce", "did nothing");
    assert_int_equal(journal_rows(desk), 0);
}

/* What a wrong digest brought does not use the nonce up for the one that is right. */
static void wrong_digest_uses_no_nonce(void **state)
{
    struct desk *desk = *state;
    ask_as(desk, "T0000001", "wrong", "900001", "QueryCredit", 1, "");
    desk->nonce--;
    ask(desk, "QueryCredit", 1, "");
    has(desk, "ResultClass", "ok");
}

/* --- malformed */

static void stale_message_did_nothing(void **state)
{
    struct desk *desk = *state;
    struct gt_buf out;
    gt_buf_init(&out, 65536);
    gt_buf_puts(&out, SOAP_OPEN "<s:Header>");
    soap_sign(&out, "T0000001", SECRET, 1, desk->kit.now - 300000);
    gt_buf_puts(&out, "</s:Header><s:Body><QueryCredit xmlns='" GT_TERMINAL_NS
                      "'><TerminalNo>T0000001</TerminalNo><OperatorNo>900001</OperatorNo>"
                      "<TraceNo>1</TraceNo><SentAt>2026-11-22T14:00:00Z</SentAt></QueryCredit>"
                      "</s:Body></s:Envelope>");
    send(desk, out.data);
    faulted(desk, "StaleMessage", "did nothing");
    gt_buf_done(&out);
}

static void token_of_another_terminal_is_refused(void **state)
{
    struct desk *desk = *state;
    struct gt_buf out;
    gt_buf_init(&out, 65536);
    gt_buf_puts(&out, SOAP_OPEN "<s:Header>");
    soap_sign(&out, "T0000001", SECRET, 1, desk->kit.now);
    gt_buf_puts(&out, "</s:Header><s:Body><QueryCredit xmlns='" GT_TERMINAL_NS
                      "'><TerminalNo>T0000009</TerminalNo><OperatorNo>900001</OperatorNo>"
                      "<TraceNo>1</TraceNo><SentAt>2026-11-22T14:00:00Z</SentAt></QueryCredit>"
                      "</s:Body></s:Envelope>");
    send(desk, out.data);
    faulted(desk, "TerminalDiffers", "TerminalNo");
    gt_buf_done(&out);
}

static void message_without_security_is_refused(void **state)
{
    struct desk *desk = *state;
    send(desk, SOAP_OPEN "<s:Body><QueryCredit xmlns='" GT_TERMINAL_NS
                         "'><TerminalNo>T0000001</TerminalNo><OperatorNo>900001</OperatorNo>"
                         "<TraceNo>1</TraceNo><SentAt>2026-11-22T14:00:00Z</SentAt></QueryCredit>"
                         "</s:Body></s:Envelope>");
    faulted(desk, "SecurityMissing", "Security");
}

static void unknown_operation_is_named(void **state)
{
    struct desk *desk = *state;
    ask(desk, "GiveMoney", 1, "");
    faulted(desk, "UnknownOperation", "GiveMoney");
    assert_string_equal(desk->answer.operation, "none");
    ask(desk, "RechargeResponse", 1, "");
    faulted(desk, "UnknownOperation", "RechargeResponse");
    send(desk, SOAP_OPEN "<s:Body><SignOn xmlns='urn:other'/></s:Body></s:Envelope>");
    faulted(desk, "UnknownOperation", "namespace");
    send(desk, "hello");
    faulted(desk, "NotXml", "line 1");
}

static void wrong_amounts_are_named(void **state)
{
    static const char *const wrong[] = {"12.345", "1e3",  "-1",    "+1",       "abc",   "",
                                        "0",      "0.00", "0.001", "10000000", "1,000", "１",
                                        ".5",     "5.",   "NaN",   "INF",      "0x10"};
    struct desk *desk = *state;
    char fields[256];
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        (void)snprintf(fields, sizeof fields,
                       "<CustomerNo>" REMOTE "</CustomerNo><Amount>%s</Amount>"
                       "<PaymentMethod>cash</PaymentMethod>",
                       wrong[i]);
        ask(desk, "Recharge", 1, fields);
        faulted(desk, "BadRequest", "Amount");
    }
    assert_int_equal(journal_rows(desk), 0);
}

static void wrong_fields_are_named(void **state)
{
    static const struct {
        const char *operation, *fields, *named;
    } wrong[] = {
        {"Recharge", "<CustomerNo>1</CustomerNo><Amount>1</Amount>", "Recharge"},
        {"Recharge", RECHARGE("1") "<Extra>1</Extra>", "Extra"},
        {"Recharge", "<Amount>1</Amount>", "Amount"},
        {"Recharge",
         "<CustomerNo>'; DROP</CustomerNo><Amount>1</Amount><PaymentMethod>cash</PaymentMethod>",
         "CustomerNo"},
        {"Recharge",
         "<CustomerNo>1</CustomerNo><Amount>1</Amount><PaymentMethod>gold</PaymentMethod>",
         "PaymentMethod"},
        {"Recharge", RECHARGE("1") CARD("-1", ""), "PurchaseCount"},
        {"Recharge", RECHARGE("1") CARD("1", "0"), "ReturnFile"},
        {"Recharge", RECHARGE("1") CARD("1", "xy"), "ReturnFile"},
        {"OpenAccount", "<CustomerNo>1</CustomerNo><MeterNo>1</MeterNo><Amount>1</Amount>", "Card"},
        {"ConfirmCard",
         "<TransactionNo>202611220000000001</TransactionNo><Written>perhaps</Written>", "Written"},
        {"ConfirmCard", "<TransactionNo>42</TransactionNo><Written>1</Written>", "TransactionNo"},
        {"InquireTransaction", "", "InquireTransaction"},
        {"InquireTransaction", "<OriginalTraceNo>0</OriginalTraceNo>", "OriginalTraceNo"},
        {"QueryCustomer", "", "QueryCustomer"},
    };
    struct desk *desk = *state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        ask(desk, wrong[i].operation, 1, wrong[i].fields);
        faulted(desk, "BadRequest", wrong[i].named);
    }
    assert_int_equal(journal_rows(desk), 0);
}

static void trace_number_has_1_to_18_digits(void **state)
{
    struct desk *desk = *state;
    ask(desk, "QueryCredit", INT64_C(999999999999999999), "");
    has(desk, "TraceNo", "999999999999999999");
    ask(desk, "QueryCredit", INT64_C(1000000000000000000), "");
    faulted(desk, "BadRequest", "TraceNo");
    ask(desk, "QueryCredit", 0, "");
    faulted(desk, "BadRequest", "TraceNo");
    ask(desk, "QueryCredit", -1, "");
    faulted(desk, "BadRequest", "TraceNo");
}

/* 80 characters of four bytes are more than the journal keeps. */
static void reason_too_long_in_bytes_is_named(void **state)
{
    struct desk *desk = *state;
    struct gt_buf fields;
    gt_buf_init(&fields, 4096);
    gt_buf_puts(&fields, "<TransactionNo>202611220000000001</TransactionNo><CustomerNo>" REMOTE
                         "</CustomerNo><Amount>1</Amount><Reason>");
    for (int i = 0; i < 80; i++)
        gt_buf_puts(&fields, "\xF0\x9F\x98\x80");
    gt_buf_puts(&fields, "</Reason>");
    ask(desk, "Reverse", 1, fields.data);
    faulted(desk, "BadRequest", "Reason");
    gt_buf_done(&fields);
}

static void wsdl_has_schema_and_address(void **state)
{
    struct desk *desk = *state;
    struct gt_buf out;
    gt_buf_init(&out, 1 << 20);
    gt_contract_wsdl(desk->contract, "https://till.example:8443/terminal", &out);
    assert_ok(gt_buf_err(&out));
    assert_holds(out.data, "<soap:address location=\"https://till.example:8443/terminal\"/>");
    assert_holds(out.data, "<xs:element name=\"RechargeResponse\">");
    assert_null(strstr(out.data, "schemaLocation"));
    xmlDocPtr doc;
    assert_ok(gt_xml_parse(out.data, out.len, &doc));
    xmlFreeDoc(doc);
    gt_buf_done(&out);
}

#define DESK_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(recharge_is_posted),
        DESK_TEST(repeat_gives_the_stored_reply),
        DESK_TEST(card_is_sold_written_and_confirmed),
        DESK_TEST(pay_bill_tells_what_was_settled),
        DESK_TEST(reversal_gives_the_credit_back),
        DESK_TEST(doubt_is_told_and_inquired),
        DESK_TEST(absent_is_final),
        DESK_TEST(sign_on_tells_batch_and_last_trace),
        DESK_TEST(clock_that_is_off_is_noticed),
        DESK_TEST(credit_and_receipt),
        DESK_TEST(customer_is_queried_by_one_number),
        DESK_TEST(unknown_operator_is_an_error),
        DESK_TEST(change_of_rights_is_seen_at_once),
        DESK_TEST(change_of_secret_is_seen_at_once),
        DESK_TEST(a_terminal_that_runs_wild_is_told_to_wait),
        DESK_TEST(disabled_terminal_is_an_error),
        DESK_TEST(unknown_terminal_looks_like_a_wrong_secret),
        DESK_TEST(repeated_nonce_did_nothing),
        DESK_TEST(wrong_digest_uses_no_nonce),
        DESK_TEST(stale_message_did_nothing),
        DESK_TEST(token_of_another_terminal_is_refused),
        DESK_TEST(message_without_security_is_refused),
        DESK_TEST(unknown_operation_is_named),
        DESK_TEST(wrong_amounts_are_named),
        DESK_TEST(wrong_fields_are_named),
        DESK_TEST(trace_number_has_1_to_18_digits),
        DESK_TEST(reason_too_long_in_bytes_is_named),
        DESK_TEST(wsdl_has_schema_and_address),
    };
    gt_log_level(GT_LOG_ERROR);
    gt_xml_start();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    gt_xml_stop();
    return failed;
}
