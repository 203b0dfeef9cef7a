/*
 * Day statements as foreign bytes: the shipped definition reads them line by line, and says which
 * line is wrong; they come whole or not at all.
 */
#include "base/template.h"
#include "base/xml.h"
#include "link/adapter.h"
#include "link/fetch.h"
#include "unit.h"

#include <inttypes.h>
#include <sys/file.h>

#define DAY  INT64_C(20261122)
#define HEAD "20261122|2|\n"
#define ONE  "202611220000000001|SG1|3000000001|\xd5\xc5\xc8\xfd|1|1|50.00|0.00|20261122||\n"
#define TWO  "202611220000000002|SG2|2000000001||1|4|30.00|2.50|2026-11-22||\n"

struct fixture {
    char folder[UNIT_PATH_MAX];
    char path[UNIT_PATH_MAX];
    struct gt_adapter *adapter;
    int n;
    struct gt_up_line line[8];
};

static int set_up(void **state)
{
    char definition[UNIT_PATH_MAX], templates[UNIT_PATH_MAX];
    struct fixture *f = calloc(1, sizeof(*f));

    assert_non_null(f);
    unit_folder(f->folder);
    assert_ok(gt_adapter_load(unit_source("conf/marketing/sg186.xml", definition), NULL,
                              unit_source("templates", templates), &f->adapter));
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    gt_adapter_free(f->adapter);
    unit_remove(f->folder);
    free(f);
    return 0;
}

static enum gt_err take(void *arg, const struct gt_up_line *line)
{
    struct fixture *f = arg;

    if (f->n < 8)
        f->line[f->n] = *line;
    f->n++;
    return GT_OK;
}

static enum gt_err read_text(struct fixture *f, const char *text)
{
    f->n = 0;
    unit_write(f->folder, "day.txt", text, f->path);
    return gt_day_read(&f->adapter->statement, DAY, f->path, take, f);
}

static void expect_wrong(struct fixture *f, const char *text, const char *why)
{
    assert_err(GT_ERR_SYNTAX, read_text(f, text));
    assert_holds(gt_err_text(), why);
}

static void lines_are_read_as_the_definition_says(void **state)
{
    struct fixture *f = *state;

    assert_ok(read_text(f, HEAD ONE TWO));
    assert_int_equal(f->n, 2);
    assert_string_equal(f->line[0].serial, "202611220000000001");
    assert_string_equal(f->line[0].ref, "SG1");
    assert_string_equal(f->line[0].customer_no, "3000000001");
    assert_int_equal(f->line[0].amount, 5000);
    assert_int_equal(f->line[0].date, DAY);
    assert_int_equal(f->line[0].line_no, 2);
    assert_false(f->line[0].reversed);
    assert_int_equal(f->line[1].amount, 3250);
    assert_int_equal(f->line[1].date, DAY);
    assert_true(f->line[1].reversed);
    assert_false(f->line[1].reversal);
    /* Ends of lines as the other system has them, and none at the very end. */
    assert_ok(read_text(f, "20261122|1|\r\n202611220000000001|SG1|3|x|1|1|1|0|20261122|"));
    assert_int_equal(f->n, 1);
    assert_int_equal(f->line[0].amount, 100);
}

static void a_bar_inside_a_chinese_character_is_no_delimiter(void **state)
{
    struct fixture *f = *state;

    /* 0x8B7C is one character, and its second byte is '|'. */
    assert_ok(read_text(f, "20261122|1|\n202611220000000001|SG1|3000000001|\x8b\x7c\xd5\xc5|1|1|"
                           "50.00||20261122||\n"));
    assert_int_equal(f->line[0].amount, 5000);
    expect_wrong(f, "20261122|1|\n202611220000000001|SG1|3000000001|\x8b|1|1|50.00||20261122||\n",
                 "line 2: a state");
    expect_wrong(f, "20261122|1|\n2026|SG1|30|\xff\xfe|1|1|50.00||20261122||\n", "line 2: not GBK");
}

static void a_reversal_names_what_it_takes_back(void **state)
{
    struct fixture *f = *state;

    assert_ok(read_text(f, "20261122|1|\n202611220000000003|S|3|x|2|1|-50.00|0|20261122|"
                           "202611220000000001|\n"));
    assert_true(f->line[0].reversal);
    assert_string_equal(f->line[0].orig_serial, "202611220000000001");
    assert_int_equal(f->line[0].amount, 5000);
    expect_wrong(f, "20261122|1|\n202611220000000003|S|3|x|2|1|50.00|0|20261122||\n",
                 "line 2: a reversal that does not say of what");
    expect_wrong(f, "20261122|1|\n202611220000000003|S|3|x|1|1|-50.00|0|20261122||\n",
                 "line 2: a negative amount");
}

static void what_is_wrong_is_told_with_its_line(void **state)
{
    struct fixture *f = *state;

    expect_wrong(f, HEAD ONE "\x1b<<%$ not what you wait for\n", "line 3: fewer columns");
    expect_wrong(f, HEAD ONE "2|S|3|x|9|1|50.00|0|20261122||\n", "line 3: a kind");
    expect_wrong(f, HEAD ONE "2|S|3|x|1|7|50.00|0|20261122||\n", "line 3: a state");
    expect_wrong(f, HEAD ONE "2|S|3|x|1|1|5O.00|0|20261122||\n", "line 3: an amount");
    expect_wrong(f, HEAD ONE "2|S|3|x|1|1|92233720368547758.07|1|20261122||\n",
                 "line 3: an amount");
    expect_wrong(f, HEAD ONE "2|S|3|x|1|1|50.00|0|20261332||\n", "line 3: a date");
    expect_wrong(f, HEAD ONE "2|S\x07|3|x|1|1|50.00|0|20261122||\n", "line 3: a number");
    expect_wrong(f, HEAD ONE "|S|3|x|1|1|50.00|0|20261122||\n", "line 3: no serial");
    expect_wrong(f, HEAD ONE "1234567890123456789012345678901234|S|3|x|1|1|50.00|0|20261122||\n",
                 "line 3: a number that is too long");
}

static void no_line_is_longer_than_it_may_be(void **state)
{
    struct fixture *f = *state;
    char *text = malloc(1024 * 1024);

    assert_non_null(text);
    memset(text, 'x', 1024 * 1024 - 1);
    memcpy(text, HEAD, sizeof(HEAD) - 1);
    text[1024 * 1024 - 1] = '\0';
    expect_wrong(f, text, "line 2: longer");
    assert_int_equal(f->n, 0);
    free(text);
}

static void a_statement_that_breaks_off_is_not_believed(void **state)
{
    struct fixture *f = *state;

    expect_wrong(f, HEAD ONE, "breaks off: its head tells of 2 lines, there are 1");
    expect_wrong(f, "", "not even its head");
    expect_wrong(f, "20261122|many|\n" ONE, "line 1: the count");
    expect_wrong(f, "20261121|1|\n" ONE, "line 1: the statement is of another day");
    assert_ok(read_text(f, "20261122|0|\n"));
    assert_int_equal(f->n, 0);
    /* Without a head an end in the middle of a line tells it. */
    f->adapter->statement.head = false;
    expect_wrong(f, ONE "202611220000000002|SG2|2000000001||1|4|30.00|2.50|20261122|",
                 "line 2: the statement breaks off");
    assert_ok(read_text(f, ONE TWO));
}

static void utf8_is_checked_where_it_is_promised(void **state)
{
    struct fixture *f = *state;

    f->adapter->statement.gbk = false;
    expect_wrong(f, HEAD ONE TWO, "line 2: not UTF-8");
    assert_ok(read_text(f, "20261122|1|\n202611220000000001|SG1|3|张三|1|1|1|0|20261122||\n"));
}

/* A byte here and there is another: each is read, or told with its line, and nothing else. */
static void foreign_bytes_do_no_harm(void **state)
{
    struct fixture *f = *state;
    static const char good[] = HEAD ONE TWO;
    char text[sizeof(good)];
    uint64_t seed = 1;
    int read = 0;

    for (int i = 0; i < 3000; i++) {
        memcpy(text, good, sizeof(good));
        for (int k = 0; k <= i % 3; k++) {
            seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
            text[(seed >> 33) % (sizeof(good) - 1)] = (char)(1 + (seed >> 20) % 255);
        }
        enum gt_err err = read_text(f, text);
        if (err != GT_OK)
            assert_err(GT_ERR_SYNTAX, err);
        read += err == GT_OK;
        for (int n = 0; err == GT_OK && n < f->n; n++) {
            assert_true(f->line[n].amount >= 0);
            assert_true(strlen(f->line[n].serial) > 0);
        }
    }
    assert_true(read > 100 && read < 2900);
}

/* --- fetching ----------------------------------------------------------------------------------
 */

static bool say_no(void *arg, int64_t done, int64_t total)
{
    (void)arg, (void)done, (void)total;
    return false;
}

static void from_a_folder_it_comes_whole_or_not_at_all(void **state)
{
    struct fixture *f = *state;
    struct gt_source source = {.bytes_max = 1024};
    char path[UNIT_PATH_MAX + 16], part[UNIT_PATH_MAX + 32], there[UNIT_PATH_MAX];
    const struct gt_up_tick no = {.tick = say_no};

    (void)snprintf(source.url, sizeof(source.url), "file://%.240s", f->folder);
    (void)snprintf(path, sizeof(path), "%s/got.txt", f->folder);
    (void)snprintf(part, sizeof(part), "%s.part", path);
    unit_write(f->folder, "20261122.txt", HEAD ONE TWO, there);
    assert_err(GT_ERR_ABSENT, gt_fetch(&source, "/20261123.txt", path, NULL));
    assert_int_equal(access(path, F_OK), -1);
    assert_int_equal(access(part, F_OK), -1);
    assert_err(GT_ERR_TIMEOUT, gt_fetch(&source, "/20261122.txt", path, &no));
    assert_int_equal(access(path, F_OK), -1);
    assert_ok(gt_fetch(&source, "/20261122.txt", path, NULL));
    assert_ok(gt_day_read(&f->adapter->statement, DAY, path, take, f));
    assert_int_equal(f->n, 2);
    /* While another one is under way it is left alone. */
    int other = open(part, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_true(other >= 0);
    assert_int_equal(flock(other, LOCK_EX), 0);
    assert_err(GT_ERR_BUSY, gt_fetch(&source, "/20261122.txt", path, NULL));
    assert_int_equal(close(other), 0);
    assert_ok(gt_fetch(&source, "/20261122.txt", path, NULL));
    /* A longer one is refused, and the one that is there stays. */
    source.bytes_max = 20;
    assert_err(GT_ERR_TOOBIG, gt_fetch(&source, "/20261122.txt", path, NULL));
    assert_ok(gt_day_read(&f->adapter->statement, DAY, path, take, f));
}

static void nobody_there_is_busy(void **state)
{
    struct fixture *f = *state;
    struct gt_source source = {.url = "http://127.0.0.1:1", .bytes_max = 1024};
    char path[UNIT_PATH_MAX + 16];

    (void)snprintf(path, sizeof(path), "%s/got.txt", f->folder);
    assert_err(GT_ERR_BUSY, gt_fetch(&source, "/20261122.txt", path, NULL));
    assert_err(GT_ERR_IO, gt_fetch(&source, "/20261122.txt", "/nowhere/got.txt", NULL));
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(lines_are_read_as_the_definition_says),
        T(a_bar_inside_a_chinese_character_is_no_delimiter),
        T(a_reversal_names_what_it_takes_back),
        T(what_is_wrong_is_told_with_its_line),
        T(no_line_is_longer_than_it_may_be),
        T(a_statement_that_breaks_off_is_not_believed),
        T(utf8_is_checked_where_it_is_promised),
        T(foreign_bytes_do_no_harm),
        T(from_a_folder_it_comes_whole_or_not_at_all),
        T(nobody_there_is_busy),
    };

    gt_xml_start();
    assert_ok(gt_tmpl_start());
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    gt_xml_stop();
    return failed;
}
