/*
 * The FastCGI kit as far as it needs no web server: headers, replies, metrics.
 */
#include "unit.h"

#include "kit/metrics.h"
#include "kit/request.h"

static void content_type_is_xml_in_utf8(void **state)
{
    (void)state;
    assert_true(gt_http_type_is("text/xml", "text/xml"));
    assert_true(gt_http_type_is("Text/XML; charset=UTF-8", "text/xml"));
    assert_true(gt_http_type_is("text/xml;charset=\"utf-8\"", "text/xml"));
    assert_true(gt_http_type_is("text/xml ; action=\"x\"", "text/xml"));
    assert_false(gt_http_type_is("", "text/xml"));
    assert_false(gt_http_type_is("text/xmlx", "text/xml"));
    assert_false(gt_http_type_is("application/soap+xml", "text/xml"));
    assert_false(gt_http_type_is("text/xml; charset=gbk", "text/xml"));
    assert_false(gt_http_type_is("text/xml; charset=utf-16", "text/xml"));
    assert_false(gt_http_type_is("text/xml; charset=utf-80", "text/xml"));
}

static void host_is_a_name_and_a_port(void **state)
{
    (void)state;
    assert_true(gt_http_host_good("till.example"));
    assert_true(gt_http_host_good("192.0.2.1:8443"));
    assert_true(gt_http_host_good("[::1]:8443"));
    assert_false(gt_http_host_good(""));
    assert_false(gt_http_host_good("a b"));
    assert_false(gt_http_host_good("till.example/x"));
    assert_false(gt_http_host_good("a\"><x"));
    assert_false(gt_http_host_good("user@till"));
}

static void head_of_a_reply(void **state)
{
    (void)state;
    struct gt_http_reply reply;
    struct gt_buf head;
    gt_http_reply_init(&reply);
    gt_buf_init(&head, 4096);
    gt_http_reply_text(&reply, 405, "no");
    gt_http_reply_header(&reply, "Allow", "GET");
    gt_http_reply_head(&reply, "req-1", &head);
    assert_ok(gt_buf_err(&head));
    assert_holds(head.data, "Status: 405 Method Not Allowed\r\n");
    assert_holds(head.data, "Content-Length: 3\r\n");
    assert_holds(head.data, "X-Request-Id: req-1\r\n");
    assert_holds(head.data, "Allow: GET\r\n\r\n");
    assert_string_equal(reply.body.data, "no\n");
    gt_buf_done(&head);
    gt_http_reply_done(&reply);
}

static void header_cannot_begin_another(void **state)
{
    (void)state;
    struct gt_http_reply reply;
    gt_http_reply_init(&reply);
    gt_http_reply_header(&reply, "Location", "/x\r\nSet-Cookie: a=b");
    assert_err(GT_ERR_SYNTAX, gt_buf_err(&reply.headers));
    assert_int_equal(reply.headers.len, 0);
    gt_http_reply_done(&reply);
}

static void metrics_count_by_operation_and_class(void **state)
{
    (void)state;
    struct gt_metrics *metrics;
    struct gt_buf out;
    assert_ok(gt_metrics_new(&metrics));
    gt_buf_init(&out, 65536);
    gt_metrics_count(metrics, "Recharge", "ok", 900);
    gt_metrics_count(metrics, "Recharge", "ok", 1000);
    gt_metrics_count(metrics, "Recharge", "declined", 1500000);
    gt_metrics_count(metrics, "PayBill", "ok", 60000000);
    gt_metrics_write(metrics, &out);
    assert_ok(gt_buf_err(&out));
    assert_holds(out.data, "gridtill_requests_total{operation=\"Recharge\",class=\"ok\"} 2\n");
    assert_holds(out.data, "{operation=\"Recharge\",class=\"declined\"} 1\n");
    assert_holds(out.data, "_bucket{operation=\"Recharge\",le=\"0.001\"} 2\n");
    assert_holds(out.data, "_bucket{operation=\"Recharge\",le=\"1\"} 2\n");
    assert_holds(out.data, "_bucket{operation=\"Recharge\",le=\"2.5\"} 3\n");
    assert_holds(out.data, "_sum{operation=\"Recharge\"} 1.501900\n");
    assert_holds(out.data, "_bucket{operation=\"PayBill\",le=\"10\"} 0\n");
    assert_holds(out.data, "_bucket{operation=\"PayBill\",le=\"+Inf\"} 1\n");
    gt_buf_done(&out);
    gt_metrics_free(metrics);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(content_type_is_xml_in_utf8),
        cmocka_unit_test(host_is_a_name_and_a_port),
        cmocka_unit_test(head_of_a_reply),
        cmocka_unit_test(header_cannot_begin_another),
        cmocka_unit_test(metrics_count_by_operation_and_class),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
