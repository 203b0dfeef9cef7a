/*
 * Envelopes: a message that is not as it must be gives a fault that names the cause.
 */
#include "soap_kit.h"

/* Reads `text`, which must be refused with this code and words. */
static void refused(const char *text, size_t len, enum gt_fault_code code, const char *words)
{
    struct gt_envelope envelope;
    struct gt_fault fault = {.code = GT_FAULT__MAX};
    bool good = gt_envelope_read(text, len, &envelope, &fault);
    gt_envelope_done(&envelope);
    assert_false(good);
    assert_string_equal(gt_fault_name(fault.code), gt_fault_name(code));
    assert_holds(fault.text, words);
}

static void refused_text(const char *text, enum gt_fault_code code, const char *words)
{
    refused(text, strlen(text), code, words);
}

static void request_and_security_are_found(void **state)
{
    (void)state;
    static const char text[] =
        SOAP_OPEN "<s:Header><x xmlns='urn:other'/><w:Security xmlns:w='" GT_WSSE_NS
                  "' s:mustUnderstand='1'/></s:Header><s:Body> <!-- one -->"
                  "<SignOn xmlns='urn:a'/></s:Body></s:Envelope>";
    struct gt_envelope envelope;
    struct gt_fault fault;
    assert_true(gt_envelope_read(text, sizeof text - 1, &envelope, &fault));
    assert_true(gt_xml_is(envelope.security, GT_WSSE_NS, "Security"));
    assert_true(gt_xml_is(envelope.request, "urn:a", "SignOn"));
    gt_envelope_done(&envelope);
}

static void envelope_without_header_is_read(void **state)
{
    (void)state;
    static const char text[] = SOAP_OPEN "<s:Body><a/></s:Body></s:Envelope>";
    struct gt_envelope envelope;
    struct gt_fault fault;
    assert_true(gt_envelope_read(text, sizeof text - 1, &envelope, &fault));
    assert_null(envelope.security);
    gt_envelope_done(&envelope);
}

static void what_is_no_xml_is_refused(void **state)
{
    (void)state;
    refused_text("", GT_FAULT_NotXml, "refused");
    refused_text("hello", GT_FAULT_NotXml, "line 1");
    refused_text("<a><b></a>", GT_FAULT_NotXml, "mismatch");
    refused("<a>\0</a>", 8, GT_FAULT_NotXml, "UTF-8");
    refused_text("<a>\xC3\x28</a>", GT_FAULT_NotXml, "UTF-8");
    refused_text("<?xml version='1.0' encoding='GBK'?><a/>", GT_FAULT_NotXml, "GBK");
}

static void dtd_and_billion_laughs_are_refused(void **state)
{
    (void)state;
    refused_text("<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>",
                 GT_FAULT_NotXml, "DTD");
    refused_text("<!DOCTYPE a [<!ENTITY b 'ha'><!ENTITY c '&b;&b;&b;'><!ENTITY d '&c;&c;&c;'>]>"
                 "<a>&d;</a>",
                 GT_FAULT_NotXml, "DTD");
    refused_text("<a>&d;</a>", GT_FAULT_NotXml, "d");
}

static void ten_thousand_levels_are_refused(void **state)
{
    (void)state;
    struct gt_buf text;
    gt_buf_init(&text, 200000);
    gt_buf_puts(&text, SOAP_OPEN "<s:Body>");
    for (int i = 0; i < 10000; i++)
        gt_buf_puts(&text, "<a>");
    for (int i = 0; i < 10000; i++)
        gt_buf_puts(&text, "</a>");
    gt_buf_puts(&text, "</s:Body></s:Envelope>");
    assert_ok(gt_buf_err(&text));
    refused(text.data, text.len, GT_FAULT_NotXml, "nested");
    gt_buf_done(&text);
}

static void what_is_no_envelope_is_refused(void **state)
{
    (void)state;
    refused_text("<hello/>", GT_FAULT_NotSoap, "hello");
    refused_text("<Envelope><Body><a/></Body></Envelope>", GT_FAULT_NotSoap, "namespace");
    refused_text("<s:Envelope xmlns:s='http://www.w3.org/2003/05/soap-envelope'/>",
                 GT_FAULT_VersionMismatch, "SOAP 1.2");
    refused_text(SOAP_OPEN "</s:Envelope>", GT_FAULT_NotSoap, "no Body");
    refused_text(SOAP_OPEN "<s:Body/></s:Envelope>", GT_FAULT_NotSoap, "no request");
    refused_text(SOAP_OPEN "<s:Body>text</s:Body></s:Envelope>", GT_FAULT_NotSoap, "no request");
    refused_text(SOAP_OPEN "<s:Body><a/></s:Body><s:Header/></s:Envelope>", GT_FAULT_NotSoap,
                 "Header stands behind");
}

static void two_requests_are_refused(void **state)
{
    (void)state;
    refused_text(SOAP_OPEN "<s:Body><PayBill/><Recharge/></s:Body></s:Envelope>", GT_FAULT_NotSoap,
                 "Recharge stands behind PayBill");
    refused_text(SOAP_OPEN "<s:Body><a/></s:Body><s:Body><b/></s:Body></s:Envelope>",
                 GT_FAULT_NotSoap, "Body stands behind");
}

static void two_security_headers_are_refused(void **state)
{
    (void)state;
    refused_text(SOAP_OPEN "<s:Header><w:Security xmlns:w='" GT_WSSE_NS
                           "'/><w:Security xmlns:w='" GT_WSSE_NS
                           "'/></s:Header><s:Body><a/></s:Body></s:Envelope>",
                 GT_FAULT_SecurityMalformed, "more than one Security");
}

static void unknown_header_that_must_be_understood_is_refused(void **state)
{
    (void)state;
    refused_text(SOAP_OPEN "<s:Header><Route s:mustUnderstand='1'/></s:Header><s:Body><a/></s:Body>"
                           "</s:Envelope>",
                 GT_FAULT_MustUnderstand, "Route");
}

static void fault_tells_code_time_and_request(void **state)
{
    (void)state;
    struct gt_fault fault;
    struct gt_buf out;
    char text[64];
    gt_buf_init(&out, 4096);
    assert_false(gt_fault_set(&fault, GT_FAULT_BadRequest, "Amount: '<%d>' & more", 5));
    gt_fault_write(&fault, "2026-11-22T14:00:00+08:00", "req-1", &out);
    assert_ok(gt_buf_err(&out));
    assert_string_equal(soap_field(out.data, "faultcode", text, sizeof text), "soap:Client");
    assert_string_equal(soap_field(out.data, "faultstring", text, sizeof text),
                        "Amount: &apos;&lt;5&gt;&apos; &amp; more");
    assert_string_equal(soap_field(out.data, "Code", text, sizeof text), "BadRequest");
    assert_string_equal(soap_field(out.data, "ServerTime", text, sizeof text),
                        "2026-11-22T14:00:00+08:00");
    assert_string_equal(soap_field(out.data, "RequestId", text, sizeof text), "req-1");
    gt_buf_done(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(request_and_security_are_found),
        cmocka_unit_test(envelope_without_header_is_read),
        cmocka_unit_test(what_is_no_xml_is_refused),
        cmocka_unit_test(dtd_and_billion_laughs_are_refused),
        cmocka_unit_test(ten_thousand_levels_are_refused),
        cmocka_unit_test(what_is_no_envelope_is_refused),
        cmocka_unit_test(two_requests_are_refused),
        cmocka_unit_test(two_security_headers_are_refused),
        cmocka_unit_test(unknown_header_that_must_be_understood_is_refused),
        cmocka_unit_test(fault_tells_code_time_and_request),
    };
    gt_xml_start();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    gt_xml_stop();
    return failed;
}
