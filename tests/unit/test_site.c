/*
 * From a request to a page: routes, rights of the handler, tokens, forms, words, messages, errors.
 *
 * The pages of this test are two of its own, with templates and words in a folder of its own.
 */
#include "unit.h"

#include "base/text.h"
#include "kit/csv.h"
#include "kit/form.h"
#include "kit/list.h"
#include "kit/sheet.h"
#include "kit/site.h"
#include "kit/xlsx.h"

static char folder[UNIT_PATH_MAX], lang[UNIT_PATH_MAX];
static struct gt_words *words;
static struct gt_metrics *metrics;

/* --- the pages */

enum { F_NAME, F_SUM, F_DAY, F_KIND, F_AGE, F_BOX, F__MAX };
static const char *const kinds[] = {"county", "station", NULL};
static const struct gt_field fields[F__MAX] = {
    [F_NAME] = {"name", GT_FIELD_LINE, .required = true, .most = 5},
    [F_SUM] = {"sum", GT_FIELD_MONEY, .least = 0, .most = 100000},
    [F_DAY] = {"day", GT_FIELD_DATE},
    [F_KIND] = {"kind", GT_FIELD_CHOICE, .choices = kinds},
    [F_AGE] = {"age", GT_FIELD_INT, .least = 18, .most = 99},
    [F_BOX] = {"box", GT_FIELD_FLAG},
};
static struct gt_form last;

static enum gt_err show(struct gt_page *page)
{
    gt_form_start(page, fields, F__MAX, &last);
    gt_page_set_money(page, 123456789, "Sum");
    gt_form_show(&last);
    return gt_page_show(page, "thing");
}

static enum gt_err change(struct gt_page *page)
{
    if (gt_form_read(page, fields, F__MAX, &last)) {
        gt_page_flash(page, "success", "thing.done", GT_ARGS("<b>"));
        return gt_page_go(page, "/t/thing");
    }
    gt_form_show(&last);
    return gt_page_show(page, "thing");
}

static enum gt_err broken(struct gt_page *page)
{
    if (gt_params_get(&page->query, "busy")[0])
        return gt_err_set(GT_ERR_BUSY, "locked");
    return gt_page_show(page, "absent");
}

GT_ROUTE(thing, .path = "/t/thing", .name = "thing", .get = show, .post = change,
         .right = GT_ROUTE_SIGNED, .body_max = 200);
GT_ROUTE(broken_one, .path = "/t/broken", .name = "thing", .get = broken, .right = GT_ROUTE_SIGNED);
GT_ROUTE(closed, .path = "/t/closed", .name = "thing", .get = show, .right = 3, .object = "org");

/* A list of as many rows as `n` says, 1000 a piece; it breaks at the row `broken`. */
struct rows {
    int64_t n, broken, at;
};
static int rows_freed;

static enum gt_err put_rows(struct gt_sheet *sheet, void *list, bool *more)
{
    struct rows *rows = list;
    for (int i = 0; i < 1000 && rows->at < rows->n; i++, rows->at++) {
        if (rows->at == rows->broken)
            return gt_err_set(GT_ERR_BUSY, "locked");
        gt_cell_int(sheet, rows->at);
        gt_cell_word(sheet, "thing.title");
        gt_cell_money(sheet, rows->at);
    }
    *more = rows->at < rows->n;
    return GT_OK;
}

static void free_rows(void *list)
{
    free(list);
    rows_freed++;
}

static enum gt_err send_list(struct gt_page *page)
{
    static const char *const columns[] = {"title", "done", "title", NULL};
    static const struct gt_sheet_source source = {"things", "thing", columns, put_rows, free_rows};
    struct rows *rows = calloc(1, sizeof *rows);
    assert_non_null(rows);
    rows->broken = -1;
    (void)!gt_int_parse(gt_params_get(&page->query, "n"), &rows->n);
    (void)!gt_int_parse(gt_params_get(&page->query, "broken"), &rows->broken);
    return gt_sheet_send(page, &source, rows);
}

GT_ROUTE(list_page, .path = "/t/list", .name = "list", .get = show, .right = GT_ROUTE_SIGNED,
         .menu = 101);
GT_ROUTE(list_file, .path = "/t/list/export", .name = "list", .get = send_list,
         .right = GT_ROUTE_SIGNED, .under = "list");

static enum gt_err enter(struct gt_page *page)
{
    if (page->route && page->route->right == 3)
        return gt_page_error(page, 403);
    return gt_str_copy(page->token, sizeof page->token, "good-token");
}

static void leave(struct gt_page *page)
{
    (void)page;
}

/* --- asking */

static struct {
    const char *cookie;
    struct gt_http_reply reply;
} asked;

static const char *param(void *ctx, const char *name)
{
    (void)ctx;
    return strcmp(name, "HTTP_COOKIE") == 0 && asked.cookie ? asked.cookie : "";
}

static int ask(const char *method, const char *path, const char *query, const char *body)
{
    struct gt_site site = {.name = "test",
                           .prefix = "/t",
                           .templates = folder,
                           .words = words,
                           .metrics = metrics,
                           .clock = gt_clock_system(),
                           .random = gt_random_system(),
                           .tz_minutes = 480,
                           .enter = enter,
                           .leave = leave};
    struct gt_http_request request = {.method = method,
                                      .path = path,
                                      .query = query,
                                      .content_type = "application/x-www-form-urlencoded",
                                      .host = "till.example",
                                      .body = body,
                                      .body_len = strlen(body),
                                      .param = param};
    gt_http_reply_done(&asked.reply);
    gt_http_reply_init(&asked.reply);
    assert_ok(gt_site_answer(&site, &request, &asked.reply));
    return asked.reply.status;
}

#define GET(path, query) ask("GET", path, query, "")
#define POST(path, body) ask("POST", path, "", body)

static void addresses_methods_and_sizes(void **state)
{
    (void)state;
    assert_int_equal(GET("/t/thing", ""), 200);
    assert_holds(asked.reply.body.data, "东西 1,234,567.89 good-token");
    assert_int_equal(ask("HEAD", "/t/thing", "", ""), 200);
    assert_int_equal(GET("/t/none", ""), 404);
    assert_holds(asked.reply.body.data, "404 没有 Gone");
    assert_int_equal(POST("/t/broken", "token=good-token"), 405);
    assert_holds(asked.reply.headers.data, "Allow: GET, HEAD\r\n");
    assert_int_equal(ask("DELETE", "/t/thing", "", ""), 405);
    assert_int_equal(GET("/t/thing", "a=%"), 400);
    char body[300];
    memset(body, 'a', sizeof body - 1);
    body[sizeof body - 1] = '\0';
    assert_int_equal(POST("/t/thing", body), 413);
}

static void who_may_not_learns_nothing(void **state)
{
    (void)state;
    assert_int_equal(GET("/t/closed", ""), 403);
    assert_int_equal(GET("/t/closed", "a=%"), 403);
    assert_int_equal(POST("/t/closed", ""), 403);
}

static void failures_are_error_pages(void **state)
{
    (void)state;
    assert_int_equal(GET("/t/broken", ""), 500);
    assert_holds(asked.reply.body.data, "500");
    assert_int_equal(GET("/t/broken", "busy=1"), 503);
    assert_null(strstr(asked.reply.body.data, "locked"));
}

static void a_change_needs_its_token(void **state)
{
    (void)state;
    assert_int_equal(POST("/t/thing", "name=a"), 403);
    assert_int_equal(POST("/t/thing", "name=a&token=bad"), 403);
    assert_int_equal(POST("/t/thing", "name=a&token=good-token"), 303);
    assert_holds(asked.reply.headers.data, "Location: /t/thing\r\n");
}

static void messages_are_words_and_shown_once(void **state)
{
    (void)state;
    char cookie[512];
    assert_int_equal(POST("/t/thing", "name=a&token=good-token"), 303);
    const char *set = strstr(asked.reply.headers.data, "__Host-gridtill-flash=");
    assert_non_null(set);
    (void)snprintf(cookie, sizeof cookie, "%.*s", (int)strcspn(set, ";"), set);
    asked.cookie = cookie;
    assert_int_equal(GET("/t/thing", ""), 200);
    assert_holds(asked.reply.body.data, "已办 &lt;b&gt;");
    assert_holds(asked.reply.headers.data, "__Host-gridtill-flash=; ");
    asked.cookie = "__Host-gridtill-flash=zz";
    assert_int_equal(GET("/t/thing", ""), 200);
    asked.cookie = "__Host-gridtill-flash=610a2e2e2e"; /* a word that is none */
    assert_int_equal(GET("/t/thing", ""), 200);
    asked.cookie = NULL;
}

static void language_comes_by_cookie(void **state)
{
    (void)state;
    asked.cookie = "__Host-gridtill-lang=en";
    assert_int_equal(GET("/t/thing", ""), 200);
    assert_holds(asked.reply.body.data, "Thing 1,234,567.89");
    asked.cookie = "__Host-gridtill-lang=fr";
    assert_int_equal(GET("/t/thing", ""), 200);
    assert_holds(asked.reply.body.data, "东西");
    asked.cookie = NULL;
}

static void good_fields_are_read(void **state)
{
    (void)state;
    assert_int_equal(POST("/t/thing", "token=good-token&name=+abc+&sum=1,000.00&day=2026-02-28&"
                                      "kind=station&age=18&box=1"),
                     303);
    assert_int_equal(last.value[F_SUM].number, 100000);
    assert_int_equal(last.value[F_DAY].number, 20260228);
    assert_int_equal(last.value[F_KIND].number, 1);
    assert_int_equal(last.value[F_AGE].number, 18);
    assert_int_equal(last.value[F_BOX].number, 1);
}

static void wrong_fields_say_so_and_keep_what_was_typed(void **state)
{
    (void)state;
    static const struct {
        const char *body;
        size_t field;
        const char *says;
    } cases[] = {
        {"name=", F_NAME, "须填"},
        {"name=%20", F_NAME, "须填"},
        {"name=abcdef", F_NAME, "最多 5"},
        {"name=a%0Ab", F_NAME, "不能用"},
        {"name=a&sum=1000.01", F_SUM, "不大于 1000.00"},
        {"name=a&sum=1.234", F_SUM, "金额"},
        {"name=a&sum=1e3", F_SUM, "金额"},
        {"name=a&day=2026-02-29", F_DAY, "日期"},
        {"name=a&day=20260228", F_DAY, "日期"},
        {"name=a&kind=bureau", F_KIND, "选"},
        {"name=a&age=17", F_AGE, "不小于 18"},
        {"name=a&age=1x", F_AGE, "整数"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char body[200];
        (void)snprintf(body, sizeof body, "token=good-token&%s", cases[i].body);
        assert_int_equal(POST("/t/thing", body), 200);
        assert_true(last.value[cases[i].field].bad);
        assert_holds(asked.reply.body.data, cases[i].says);
    }
    assert_int_equal(POST("/t/thing", "token=good-token&name=<b>too+long"), 200);
    assert_holds(asked.reply.body.data, "[&lt;b&gt;too long]");
}

/* --- lists as files */

/* The whole of the reply, with what follows its body. */
static void read_file(struct gt_buf *out)
{
    struct gt_buf piece;
    bool more = true;
    gt_buf_init(&piece, 1 << 20);
    gt_buf_init(out, 8 << 20);
    while (more) {
        gt_buf_reset(&piece);
        more = asked.reply.more(asked.reply.stream, &piece);
        assert_ok(gt_buf_err(&piece));
        assert_true(piece.len < 100000);
        gt_buf_put(out, piece.data, piece.len);
    }
    gt_buf_done(&piece);
    assert_ok(gt_buf_err(out));
}

static void a_list_is_sent_in_pieces(void **state)
{
    (void)state;
    struct gt_buf out;
    assert_int_equal(GET("/t/list/export", "n=2"), 200);
    assert_holds(asked.reply.headers.data, "filename=\"things.csv\"");
    read_file(&out);
    assert_string_equal(out.data,
                        GT_CSV_MARK "东西,已办 {1},东西\r\n0,东西,0.00\r\n1,东西,0.01\r\n");
    gt_buf_done(&out);
    assert_int_equal(GET("/t/list/export", "n=100000"), 200);
    read_file(&out);
    assert_holds(out.data, "\r\n99999,东西,999.99\r\n");
    gt_buf_done(&out);
}

static void a_list_that_breaks_off_says_so(void **state)
{
    (void)state;
    struct gt_buf out;
    assert_int_equal(GET("/t/list/export", "n=5000&broken=3000"), 200);
    read_file(&out);
    assert_holds(out.data, "\r\n2999,东西,29.99\r\n没有发完\r\n");
    gt_buf_done(&out);
    assert_int_equal(GET("/t/list/export", "n=5000&broken=3000&as=xlsx"), 503);
}

static void a_workbook_has_an_end_to_its_rows(void **state)
{
    (void)state;
    struct gt_buf out;
    int before = rows_freed;
    assert_int_equal(GET("/t/list/export", "as=xlsx&n=20000"), 200);
    assert_string_equal(asked.reply.content_type, GT_XLSX_TYPE);
    read_file(&out);
    assert_memory_equal(out.data, "PK", 2);
    gt_buf_done(&out);
    assert_int_equal(GET("/t/list/export", "n=20001&as=xlsx"), 303);
    assert_holds(asked.reply.headers.data, "Location: /t/list?n=20001&as=xlsx\r\n");
    assert_holds(asked.reply.headers.data, "__Host-gridtill-flash=");
    assert_null(asked.reply.more);
    assert_int_equal(rows_freed, before + 2);
}

/* --- routes and addresses */

static const char *right_name(int right)
{
    return right < 0 ? "signed" : "three";
}

static void routes_are_listed(void **state)
{
    (void)state;
    struct gt_buf out;
    gt_buf_init(&out, 10000);
    assert_ok(gt_routes_check());
    gt_routes_print(&out, right_name);
    assert_holds(out.data, "/t/thing\tGET\tsigned\t-\t0\t-\n");
    assert_holds(out.data, "/t/thing\tPOST\tsigned\tcsrf\t200\t-\n");
    assert_holds(out.data, "/t/closed\tGET\tthree\t-\t0\torg\n");
    gt_buf_done(&out);
}

static void words_are_the_same_in_both_languages(void **state)
{
    (void)state;
    char other[UNIT_PATH_MAX], path[UNIT_PATH_MAX];
    struct gt_words *none = NULL;
    unit_folder(other);
    unit_write(other, "zh.hdf", "a = 甲\nb = 乙\n", path);
    unit_write(other, "en.hdf", "a = A\n", path);
    assert_err(GT_ERR_CONFIG, gt_words_load(other, &none));
    assert_holds(gt_err_text(), "b has no text in one language");
    unit_write(other, "en.hdf", "a = A\nb = B\na = C\n", path);
    assert_err(GT_ERR_CONFIG, gt_words_load(other, &none));
    assert_holds(gt_err_text(), "a stands there twice in en");
    unit_write(other, "en.hdf", "a = A\nb B\n", path);
    assert_err(GT_ERR_CONFIG, gt_words_load(other, &none));
    assert_holds(gt_err_text(), "line 2");
    unit_remove(other);
    assert_err(GT_ERR_ABSENT, gt_words_load(other, &none));
    assert_string_equal(gt_words_get(words, GT_LANG_ZH, "thing.title"), "东西");
    assert_string_equal(gt_words_get(words, GT_LANG_ZH, "no.such"), "no.such");
}

static int begin(void **state)
{
    (void)state;
    char path[UNIT_PATH_MAX];
    static const char zh[] =
        "form.required = 须填\nform.long = 最多 {1} 字\nform.control = 不能用\n"
        "form.money = 金额\nform.date = 日期\nform.choice = 选\n"
        "form.great = 不大于 {1}\nform.small = 不小于 {1}\nform.int = 整数\n"
        "error.404 = 没有\nerror.404_help = 无\n"
        "sheet.broken_off = 没有发完\nsheet.too_many = 最多 {1}\n";
    static const char en[] = "form.required = fill\nform.long = most {1}\nform.control = no\n"
                             "form.money = money\nform.date = date\nform.choice = choose\n"
                             "form.great = most {1}\nform.small = least {1}\nform.int = int\n"
                             "error.404 = Gone\nerror.404_help = none\n"
                             "sheet.broken_off = broken\nsheet.too_many = most {1}\n";
    unit_folder(folder);
    (void)snprintf(lang, sizeof lang, "%.400s/lang", folder);
    if (mkdir(lang, 0700) != 0)
        return -1;
    unit_write(lang, "zh.hdf", zh, path);
    unit_write(lang, "en.hdf", en, path);
    unit_write(lang, "thing.zh.hdf", "# its own\ntitle = 东西\ndone = 已办 {1}\n", path);
    unit_write(lang, "thing.en.hdf", "title = Thing\ndone = Done {1}\n", path);
    unit_write(folder, "thing.cs",
               "<?cs var:W.thing.title ?> <?cs var:Sum ?> <?cs var:Page.Token ?>"
               "<?cs var:Page.Flash.Text ?><?cs each:f = Form ?>[<?cs var:f.Value ?>]"
               "<?cs var:f.Error ?><?cs /each ?>",
               path);
    unit_write(folder, "error.cs",
               "<?cs var:Error.Status ?> <?cs var:Error.0.Title ?> <?cs var:Error.1.Title ?>",
               path);
    return gt_tmpl_start() == GT_OK && gt_words_load(lang, &words) == GT_OK &&
                   gt_metrics_new(&metrics) == GT_OK
               ? 0
               : -1;
}

static int end(void **state)
{
    (void)state;
    gt_http_reply_done(&asked.reply);
    gt_metrics_free(metrics);
    gt_words_free(words);
    unit_remove(folder);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_methods_and_sizes),
        cmocka_unit_test(who_may_not_learns_nothing),
        cmocka_unit_test(failures_are_error_pages),
        cmocka_unit_test(a_change_needs_its_token),
        cmocka_unit_test(messages_are_words_and_shown_once),
        cmocka_unit_test(language_comes_by_cookie),
        cmocka_unit_test(good_fields_are_read),
        cmocka_unit_test(wrong_fields_say_so_and_keep_what_was_typed),
        cmocka_unit_test(a_list_is_sent_in_pieces),
        cmocka_unit_test(a_list_that_breaks_off_says_so),
        cmocka_unit_test(a_workbook_has_an_end_to_its_rows),
        cmocka_unit_test(routes_are_listed),
        cmocka_unit_test(words_are_the_same_in_both_languages),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
