/*
 * Parameters, cookies, tokens: what comes from a browser, and from who is none.
 */
#include "unit.h"

#include "base/crypt.h"
#include "kit/cookie.h"
#include "kit/csrf.h"
#include "kit/page.h"
#include "kit/params.h"

static enum gt_err read_query(struct gt_params *params, const char *text)
{
    gt_params_done(params);
    return gt_params_urlencoded(params, text, strlen(text));
}

static void names_and_values_are_decoded(void **state)
{
    (void)state;
    struct gt_params p = {.n = 0};
    assert_ok(read_query(&p, "a=1&name=%E5%BC%A0+%E4%B8%89&empty=&bare&a=2&x%2B=%25"));
    assert_int_equal(p.n, 6);
    assert_string_equal(gt_params_get(&p, "a"), "1");
    assert_string_equal(gt_params_at(&p, "a", 1)->value, "2");
    assert_null(gt_params_at(&p, "a", 2));
    assert_string_equal(gt_params_get(&p, "name"), "张 三");
    assert_string_equal(gt_params_get(&p, "empty"), "");
    assert_non_null(gt_params_at(&p, "bare", 0));
    assert_string_equal(gt_params_get(&p, "x+"), "%");
    assert_string_equal(gt_params_get(&p, "none"), "");
    assert_ok(read_query(&p, ""));
    assert_int_equal(p.n, 0);
    gt_params_done(&p);
}

static void broken_queries_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum gt_err err;
    } cases[] = {
        {"a=%", GT_ERR_SYNTAX},       {"a=%4", GT_ERR_SYNTAX},  {"a=%4g", GT_ERR_SYNTAX},
        {"a=%-1", GT_ERR_SYNTAX},     {"=1", GT_ERR_SYNTAX},    {"a=1&&b=2", GT_ERR_SYNTAX},
        {"a=%00", GT_ERR_UTF8},       {"a%00b=1", GT_ERR_UTF8}, {"a=%C0%80", GT_ERR_UTF8},
        {"a=%ED%A0%80", GT_ERR_UTF8}, {"%FF=1", GT_ERR_UTF8},
    };
    struct gt_params p = {.n = 0};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_err(cases[i].err, read_query(&p, cases[i].text));
    gt_params_done(&p);
}

static void counts_and_lengths_are_limited(void **state)
{
    (void)state;
    struct gt_params p = {.n = 0};
    struct gt_buf text;
    gt_buf_init(&text, 2 * GT_PARAM_VALUE_MAX);
    for (int i = 0; i < GT_PARAMS_MAX; i++)
        gt_buf_printf(&text, "%sp%d=1", i ? "&" : "", i);
    assert_ok(read_query(&p, text.data));
    gt_buf_puts(&text, "&q=1");
    assert_err(GT_ERR_TOOBIG, read_query(&p, text.data));
    gt_buf_reset(&text);
    for (int i = 0; i < GT_PARAM_NAME_MAX + 1; i++)
        gt_buf_putc(&text, 'n');
    assert_err(GT_ERR_TOOBIG, read_query(&p, text.data));
    gt_buf_reset(&text);
    gt_buf_puts(&text, "a=");
    for (int i = 0; i < GT_PARAM_VALUE_MAX; i++)
        gt_buf_putc(&text, 'v');
    assert_ok(read_query(&p, text.data));
    gt_buf_putc(&text, 'v');
    assert_err(GT_ERR_TOOBIG, read_query(&p, text.data));
    gt_params_done(&p);
    gt_buf_done(&text);
}

#define TYPE "multipart/form-data; boundary=xYz"

static enum gt_err read_multipart(struct gt_params *params, const char *type, const char *body)
{
    gt_params_done(params);
    return gt_params_multipart(params, type, body, strlen(body));
}

static void multipart_gives_fields_and_files(void **state)
{
    (void)state;
    static const char body[] =
        "--xYz\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\n机构\r\n"
        "--xYz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"C:\\\\d\\\\t.csv\"\r\n"
        "Content-Type: text/csv\r\n\r\na,b\r\n\0c\xff\r\n"
        "--xYz--\r\n";
    struct gt_params p = {.n = 0};
    assert_ok(gt_params_multipart(&p, TYPE, body, sizeof body - 1));
    assert_int_equal(p.n, 2);
    assert_string_equal(gt_params_get(&p, "title"), "机构");
    assert_null(p.list[0].file);
    assert_string_equal(p.list[1].file, "t.csv");
    assert_int_equal(p.list[1].len, 8);
    assert_memory_equal(p.list[1].value, "a,b\r\n\0c\xff", 8);
    gt_params_done(&p);
    assert_ok(
        gt_params_multipart(&p, "multipart/form-data; boundary=\"xYz\"", body, sizeof body - 1));
    gt_params_done(&p);
}

static void broken_multipart_is_refused(void **state)
{
    (void)state;
    static const char *const bodies[] = {
        "",
        "--xYz",
        "--xYz\r\n",
        "--xYz\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1",
        "--xYz\r\nContent-Disposition: form-data; name=\"a\"\r\n--xYz--",
        "--xYz\r\nContent-Disposition: form-data\r\n\r\n1\r\n--xYz--",
        "--xYz\r\nContent-Disposition: form-data; filename=\"a\"\r\n\r\n1\r\n--xYz--",
        "--xYz\r\nContent-Disposition: form-data; name=\"\"\r\n\r\n1\r\n--xYz--",
        "--other\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--other--",
    };
    struct gt_params p = {.n = 0};
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++)
        assert_err(GT_ERR_SYNTAX, read_multipart(&p, TYPE, bodies[i]));
    static const char good[] = "--xYz\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n"
                               "--xYz--";
    assert_ok(read_multipart(&p, TYPE, good));
    assert_err(GT_ERR_SYNTAX, read_multipart(&p, "multipart/form-data", good));
    assert_err(GT_ERR_SYNTAX, read_multipart(&p, "multipart/form-data; boundary=", good));
    gt_params_done(&p);
}

static void cookies_are_read_strictly(void **state)
{
    (void)state;
    char value[16];
    assert_true(
        gt_cookie_get("a=b; __Host-gridtill-session=abc-_.9; c=d", "session", value, sizeof value));
    assert_string_equal(value, "abc-_.9");
    assert_true(gt_cookie_get("__Host-gridtill-lang=en", "lang", value, sizeof value));
    assert_false(gt_cookie_get("", "lang", value, sizeof value));
    assert_false(gt_cookie_get("gridtill-lang=en", "lang", value, sizeof value));
    assert_false(gt_cookie_get("x__Host-gridtill-lang=en", "lang", value, sizeof value));
    assert_false(gt_cookie_get("__Host-gridtill-lang=", "lang", value, sizeof value));
    assert_false(gt_cookie_get("__Host-gridtill-lang=e n", "lang", value, sizeof value));
    assert_false(gt_cookie_get("__Host-gridtill-lang=\"en\"", "lang", value, sizeof value));
    assert_false(
        gt_cookie_get("__Host-gridtill-lang=0123456789abcdef", "lang", value, sizeof value));
    assert_false(gt_cookie_get("__Host-gridtill-lang=zh; __Host-gridtill-lang=en", "lang", value,
                               sizeof value));
    assert_string_equal(value, "");
}

static void cookies_are_set_strictly(void **state)
{
    (void)state;
    struct gt_http_reply reply;
    gt_http_reply_init(&reply);
    gt_cookie_set(&reply, "session", "abc", 0);
    assert_string_equal(reply.headers.data,
                        "Set-Cookie: __Host-gridtill-session=abc; Path=/; Secure; HttpOnly; "
                        "SameSite=Strict\r\n");
    gt_cookie_drop(&reply, "flash");
    assert_holds(reply.headers.data, "__Host-gridtill-flash=; Path=/; Secure; HttpOnly; "
                                     "SameSite=Strict; Max-Age=0\r\n");
    gt_http_reply_done(&reply);
}

static void a_token_belongs_to_one_visit(void **state)
{
    (void)state;
    char one[GT_SHA256_HEX], same[GT_SHA256_HEX], other[GT_SHA256_HEX];
    assert_ok(gt_csrf_token("visit-1", one));
    assert_ok(gt_csrf_token("visit-1", same));
    assert_ok(gt_csrf_token("visit-2", other));
    assert_true(gt_csrf_good(one, same));
    assert_false(gt_csrf_good(one, other));
    assert_false(gt_csrf_good(one, ""));
    assert_false(gt_csrf_good("", ""));
    same[10] = '\0';
    assert_false(gt_csrf_good(one, same));
}

struct headers {
    const char *origin, *site;
};

static const char *header(void *ctx, const char *name)
{
    const struct headers *h = ctx;
    const char *value = strcmp(name, "HTTP_ORIGIN") == 0           ? h->origin
                        : strcmp(name, "HTTP_SEC_FETCH_SITE") == 0 ? h->site
                                                                   : NULL;
    return value ? value : "";
}

static bool from(const char *origin, const char *site)
{
    struct headers h = {origin, site};
    struct gt_http_request request = {.host = "till.example:8443", .param = header, .ctx = &h};
    return gt_origin_good(&request);
}

static void changes_come_from_this_origin(void **state)
{
    (void)state;
    assert_true(from(NULL, NULL));
    assert_true(from("https://till.example:8443", NULL));
    assert_true(from("https://till.example:8443", "same-origin"));
    assert_true(from(NULL, "same-origin"));
    assert_false(from("https://till.example", NULL));
    assert_false(from("http://till.example:8443", NULL));
    assert_false(from("https://till.example:8443.evil.example", NULL));
    assert_false(from("null", NULL));
    assert_false(from("https://till.example:8443", "cross-site"));
    assert_false(from(NULL, "same-site"));
    assert_false(from(NULL, "none"));
}

static void paths_lead_to_this_host(void **state)
{
    (void)state;
    assert_true(gt_path_good("/console"));
    assert_true(gt_path_good("/console/orgs?q=%E5&after=1"));
    assert_false(gt_path_good(""));
    assert_false(gt_path_good("//evil.example/"));
    assert_false(gt_path_good("https://evil.example/"));
    assert_false(gt_path_good("/\\evil.example/"));
    assert_false(gt_path_good("/a\r\nSet-Cookie: a=b"));
    assert_false(gt_path_good("/a b"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_and_values_are_decoded),
        cmocka_unit_test(broken_queries_are_refused),
        cmocka_unit_test(counts_and_lengths_are_limited),
        cmocka_unit_test(multipart_gives_fields_and_files),
        cmocka_unit_test(broken_multipart_is_refused),
        cmocka_unit_test(cookies_are_read_strictly),
        cmocka_unit_test(cookies_are_set_strictly),
        cmocka_unit_test(a_token_belongs_to_one_visit),
        cmocka_unit_test(changes_come_from_this_origin),
        cmocka_unit_test(paths_lead_to_this_host),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
