/*
 * The service log: what a line looks like, and that none is lost or mixed.
 */
#include "base/log.h"
#include "unit.h"

#include <ctype.h>
#include <pthread.h>
#include <stdatomic.h>

#define WRITERS 4
#define LINES   2000

static char folder[UNIT_PATH_MAX];
static char path[UNIT_PATH_MAX + 8];
static char content[1 << 21];

static int open_log(void **state)
{
    (void)state;
    unit_folder(folder);
    (void)snprintf(path, sizeof path, "%s/log", folder);
    gt_log_level(GT_LOG_INFO);
    gt_log_request("");
    return gt_log_open(path, "unit", 480) == GT_OK ? 0 : -1;
}

static int close_log(void **state)
{
    (void)state;
    unit_remove(folder);
    return gt_log_open(NULL, "unit", 480) == GT_OK ? 0 : -1;
}

/* Gives all of a file back. */
static const char *content_of(const char *file)
{
    int fd = open(file, O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    ssize_t n = read(fd, content, sizeof content - 1);
    assert_true(n >= 0);
    close(fd);
    content[n] = '\0';
    return content;
}

static size_t count(const char *text, const char *part)
{
    size_t n = 0;
    for (const char *at = text; (at = strstr(at, part)); at += strlen(part))
        n++;
    return n;
}

static void line_has_time_level_service_process_request_event(void **state)
{
    (void)state;
    char expected[128];
    gt_log_request("5f0c1a");
    assert_string_equal(gt_log_request_id(), "5f0c1a");
    gt_log(GT_LOG_WARN, "recharge.posted", "txn=%d amount=%s", 7, "50.00");
    (void)snprintf(expected, sizeof expected,
                   "+08:00 warn unit[%d] req=5f0c1a recharge.posted txn=7 amount=50.00\n",
                   (int)getpid());
    const char *line = content_of(path);
    static const char form[] = "dddd-dd-ddTdd:dd:dd.ddd";
    for (size_t i = 0; form[i]; i++)
        assert_true(form[i] == 'd' ? isdigit((unsigned char)line[i]) != 0 : line[i] == form[i]);
    assert_string_equal(line + sizeof form - 1, expected);
}

static void line_without_request_or_values_is_short(void **state)
{
    (void)state;
    gt_log(GT_LOG_INFO, "service.started", "%s", "");
    char expected[64];
    (void)snprintf(expected, sizeof expected, " info unit[%d] service.started\n", (int)getpid());
    assert_holds(content_of(path), expected);
}

static void values_cannot_forge_lines(void **state)
{
    (void)state;
    gt_log(GT_LOG_INFO, "customer.found", "name=%s", "a\nb\r\t\x1B[2J\x7F\\\xC2\x9B\xFF中");
    assert_holds(content_of(path),
                 "customer.found name=a\\nb\\x0d\\t\\x1b[2J\\x7f\\\\\\x9b\\xff中\n");
    assert_int_equal(count(content, "\n"), 1);
}

static void long_lines_are_cut_between_characters(void **state)
{
    (void)state;
    char text[4096];
    for (size_t i = 0; i + 3 < sizeof text; i += 3)
        memcpy(text + i, "中", 4);
    gt_log(GT_LOG_INFO, "long.text", "x=%s", text);
    gt_log(GT_LOG_INFO, "long.text", "xy=%s", text);
    gt_log(GT_LOG_INFO, "long.text", "xyz=%s", text);
    const char *line = content_of(path);
    assert_int_equal(count(line, " cut=1\n"), 3);
    for (int i = 0; i < 3; i++) {
        size_t n = strcspn(line, "\n") + 1;
        assert_in_range(n, 2000, 2048);
        assert_memory_equal(line + n - 7 - 3, "中", 3);
        line += n;
    }
}

static void levels_below_the_least_are_dropped(void **state)
{
    (void)state;
    gt_log(GT_LOG_DEBUG, "debug.hidden", "a=1");
    gt_log_level(GT_LOG_DEBUG);
    gt_log(GT_LOG_DEBUG, "debug.shown", "a=1");
    gt_log_level(GT_LOG_ERROR);
    gt_log(GT_LOG_WARN, "warn.hidden", "a=1");
    (void)gt_err_set(GT_ERR_IO, "disk gone");
    gt_log_err("store.failed", GT_ERR_IO);
    const char *text = content_of(path);
    assert_holds(text, " debug unit[");
    assert_holds(text, " error unit[");
    assert_holds(text, "store.failed err=io disk gone\n");
    assert_int_equal(count(text, "hidden"), 0);
}

/* A store that is gone must not fill the disk with the same line; other failures are not touched.
 */
static void of_one_failure_few_lines_are_written_and_the_rest_counted(void **state)
{
    (void)state;
    (void)gt_err_set(GT_ERR_BUSY, "not there");
    for (int i = 0; i < 1000; i++)
        gt_log_err("intent.failed", GT_ERR_BUSY);
    gt_log_err("intent.failed", GT_ERR_FULL);
    size_t lines = count(content_of(path), "intent.failed err=busy");
    assert_in_range(lines, 5, 10); /* the second may have changed meanwhile */
    assert_int_equal(count(content, "intent.failed err=full not there"), 1);
    (void)usleep(1100000);
    gt_log_err("intent.failed", GT_ERR_BUSY);
    assert_holds(content_of(path), "intent.failed err=busy left_out=");
}

static void request_id_that_does_not_fit_is_left_out(void **state)
{
    (void)state;
    char id[GT_REQUEST_ID_MAX + 1] = {0};
    memset(id, '7', GT_REQUEST_ID_MAX - 1);
    gt_log_request(id);
    assert_string_equal(gt_log_request_id(), id);
    id[GT_REQUEST_ID_MAX - 1] = '7';
    gt_log_request(id);
    assert_string_equal(gt_log_request_id(), "");
}

static void log_that_cannot_be_opened_is_told(void **state)
{
    (void)state;
    assert_err(GT_ERR_IO, gt_log_open("/nonexistent/folder/log", "unit", 480));
    assert_holds(gt_err_text(), "/nonexistent/folder/log");
    assert_ok(gt_log_open(path, "unit", 480));
    gt_log(GT_LOG_INFO, "still.here", "a=1");
    assert_holds(content_of(path), "still.here");
}

static atomic_int writing;

static void *write_lines(void *arg)
{
    char id[GT_REQUEST_ID_MAX];
    (void)snprintf(id, sizeof id, "w%d", *(const int *)arg);
    gt_log_request(id);
    for (int i = 0; i < LINES; i++)
        gt_log(GT_LOG_INFO, "line.written", "i=%d filler=%0100d", i, i);
    atomic_fetch_sub(&writing, 1);
    return NULL;
}

static void rotation_loses_no_line_of_any_thread(void **state)
{
    (void)state;
    pthread_t threads[WRITERS];
    int numbers[WRITERS];
    size_t lines = 0;
    int rotations = 0;
    char old[UNIT_PATH_MAX + 32];
    atomic_store(&writing, WRITERS);
    for (int i = 0; i < WRITERS; i++) {
        numbers[i] = i;
        assert_int_equal(pthread_create(&threads[i], NULL, write_lines, &numbers[i]), 0);
    }
    while (atomic_load(&writing) > 0 || rotations == 0) {
        (void)snprintf(old, sizeof old, "%s.%d", path, rotations++);
        assert_int_equal(rename(path, old), 0);
        assert_ok(gt_log_reopen());
        usleep(2000);
    }
    for (int i = 0; i < WRITERS; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    for (int i = 0; i <= rotations; i++) {
        if (i < rotations)
            (void)snprintf(old, sizeof old, "%s.%d", path, i);
        else
            (void)snprintf(old, sizeof old, "%s", path);
        const char *text = content_of(old);
        size_t n = count(text, "\n");
        assert_int_equal(n, count(text, " req=w"));
        lines += n;
    }
    assert_int_equal(lines, WRITERS * LINES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_log, close_log)
        TEST(line_has_time_level_service_process_request_event),
        TEST(line_without_request_or_values_is_short),
        TEST(values_cannot_forge_lines),
        TEST(long_lines_are_cut_between_characters),
        TEST(levels_below_the_least_are_dropped),
        TEST(of_one_failure_few_lines_are_written_and_the_rest_counted),
        TEST(request_id_that_does_not_fit_is_left_out),
        TEST(log_that_cannot_be_opened_is_told),
        TEST(rotation_loses_no_line_of_any_thread),
#undef TEST
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
