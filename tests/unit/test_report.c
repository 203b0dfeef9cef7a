/*
 * Reports: which files the worker writes of closed dates and months, and that each is written once.
 */
#include "till_kit.h"

#include "../../cmd/gridtill/report.h"
#include "books/report.h"
#include "till/total.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static struct kit kit;
static struct gt_conf conf;
static struct gt_reports reports;

static bool goes_on(void *ctx)
{
    (void)ctx;
    return false;
}

/* A worker that has just begun. */
static void begin(void)
{
    gt_reports_done(&reports);
    reports = (struct gt_reports){.db = kit.till.db, .conf = &conf, .stopping = goes_on};
}

static int setup(void **state)
{
    const char *top = getenv("srcdir");

    (void)state;
    kit_start(&kit);
    conf = (struct gt_conf){.tz_minutes = 480};
    snprintf(conf.reports, sizeof(conf.reports), "%.400s/reports", kit.folder);
    snprintf(conf.templates, sizeof(conf.templates), "%.400s/templates", top ? top : ".");
    begin();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    gt_reports_done(&reports);
    kit_stop(&kit);
    return 0;
}

static void fold_all(void)
{
    int64_t date;

    do
        assert_ok(gt_fold_next(kit.till.db, &date));
    while (date);
}

static bool is_there(int64_t org_id, int64_t period)
{
    struct gt_report report = {org_id, period < 1000000, period};
    bool csv = gt_report_size(conf.reports, &report, GT_REPORT_CSV) > 0;

    assert_int_equal(csv, gt_report_size(conf.reports, &report, GT_REPORT_XLSX) > 0);
    return csv;
}

static void read_csv(int64_t org_id, int64_t period, char text[8192])
{
    struct gt_report report = {org_id, period < 1000000, period};
    char path[GT_REPORT_PATH_MAX];
    FILE *file = fopen(gt_report_path(conf.reports, &report, GT_REPORT_CSV, path), "r");

    assert_non_null(file);
    text[fread(text, 1, 8191, file)] = '\0';
    (void)fclose(file);
}

static void remove_csv(int64_t org_id, int64_t period)
{
    struct gt_report report = {org_id, period < 1000000, period};
    char path[GT_REPORT_PATH_MAX];

    assert_int_equal(unlink(gt_report_path(conf.reports, &report, GT_REPORT_CSV, path)), 0);
}

static void sell(int64_t trace_no, int64_t amount)
{
    kit_recharge(&kit, trace_no, "3000000001", amount);
    assert_int_equal(kit_run(&kit), GT_OUT_OK);
}

static void a_closed_date_and_its_month_have_files(void **state)
{
    char text[8192];

    (void)state;
    sell(1, 1000);
    assert_ok(gt_reports_do(&reports)); /* nothing is closed */
    assert_false(is_there(1, KIT_DATE));
    assert_ok(gt_bizdate_cut(&kit.till, KIT_DATE, 0, "test"));
    sell(2, 300);
    fold_all();
    assert_ok(gt_reports_do(&reports));
    assert_true(is_there(1, KIT_DATE));  /* the bureau */
    assert_true(is_there(2, KIT_DATE));  /* the county */
    assert_false(is_there(3, KIT_DATE)); /* a station has none, unless it is wanted */
    assert_false(is_there(1, KIT_DATE + 1));
    assert_false(is_there(1, KIT_DATE / 100));
    assert_ok(gt_bizdate_cut(&kit.till, KIT_DATE + 1, 20261201, "test"));
    fold_all();
    assert_ok(gt_reports_do(&reports));
    assert_true(is_there(2, KIT_DATE + 1));
    assert_true(is_there(2, KIT_DATE / 100));
    read_csv(2, KIT_DATE, text);
    assert_memory_equal(text, "\xEF\xBB\xBF", 3);
    assert_holds(text, "业务,充值,,1,10.00,0,0.00,10.00,0,0,0.00,10.00\r\n");
    read_csv(2, KIT_DATE + 1, text); /* beside the day before */
    assert_holds(text, "渠道,合计,,1,3.00,0,0.00,3.00,1,0,10.00,-7.00\r\n");
    read_csv(2, KIT_DATE / 100, text);
    assert_holds(text, "机构,机构 station,station,2,13.00,0,0.00,13.00,0,0,0.00,13.00\r\n");
    assert_holds(text, "日期,2026-11-22,,1,10.00,");
    assert_holds(text, "日期,2026-11-23,,1,3.00,");
}

static void what_is_missing_is_written_and_nothing_else(void **state)
{
    struct gt_report kept = {1, false, KIT_DATE};
    char path[GT_REPORT_PATH_MAX];
    struct stat before, after;

    (void)state;
    sell(1, 1000);
    assert_ok(gt_bizdate_cut(&kit.till, KIT_DATE, 0, "test"));
    fold_all();
    assert_ok(gt_reports_do(&reports));
    gt_report_path(conf.reports, &kept, GT_REPORT_XLSX, path);
    assert_int_equal(stat(path, &before), 0);
    remove_csv(2, KIT_DATE);
    assert_ok(gt_reports_do(&reports)); /* it has looked after this date */
    begin();
    assert_ok(gt_reports_do(&reports));
    assert_true(is_there(2, KIT_DATE));
    assert_int_equal(stat(path, &after), 0);
    assert_int_equal(after.st_ino, before.st_ino);
}

/* A half of a file of this date, as a worker leaves it that dies. */
static void leave_half(const char *maker, int64_t age_s)
{
    struct gt_report report = {1, false, KIT_DATE};
    char path[GT_REPORT_PATH_MAX], half[GT_REPORT_PATH_MAX + 128];
    struct timespec times[2] = {{.tv_sec = time(NULL) - age_s}, {.tv_sec = time(NULL) - age_s}};

    (void)snprintf(half, sizeof(half), "%s.part-%s",
                   gt_report_path(conf.reports, &report, GT_REPORT_CSV, path), maker);
    FILE *file = fopen(half, "w");
    assert_non_null(file);
    (void)fclose(file);
    assert_int_equal(utimensat(AT_FDCWD, half, times, 0), 0);
}

static bool half_is_there(const char *maker)
{
    struct gt_report report = {1, false, KIT_DATE};
    char path[GT_REPORT_PATH_MAX], half[GT_REPORT_PATH_MAX + 128];

    (void)snprintf(half, sizeof(half), "%s.part-%s",
                   gt_report_path(conf.reports, &report, GT_REPORT_CSV, path), maker);
    return access(half, F_OK) == 0;
}

static void halves_go_that_nobody_writes_any_more(void **state)
{
    char host[65] = "", alive[96], dead[96];
    pid_t child = fork();

    (void)state;
    if (child == 0)
        _exit(0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_int_equal(gethostname(host, sizeof(host) - 1), 0);
    (void)snprintf(alive, sizeof(alive), "%s-1", host);
    (void)snprintf(dead, sizeof(dead), "%s-%ld", host, (long)child);
    sell(1, 1000);
    assert_ok(gt_bizdate_cut(&kit.till, KIT_DATE, 0, "test"));
    fold_all();
    assert_ok(gt_reports_do(&reports));
    leave_half(alive, 48 * 3600);
    leave_half(dead, 0);
    leave_half("another-host-7", 3600);
    leave_half("another-host-8", 25 * 3600);
    leave_half("9", 25 * 3600); /* of no known computer */
    begin();
    assert_ok(gt_reports_do(&reports));
    assert_true(half_is_there(alive));
    assert_false(half_is_there(dead));
    assert_true(half_is_there("another-host-7"));
    assert_false(half_is_there("another-host-8"));
    assert_false(half_is_there("9"));
    assert_true(is_there(1, KIT_DATE));
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_closed_date_and_its_month_have_files),
        TEST(what_is_missing_is_written_and_nothing_else),
        TEST(halves_go_that_nobody_writes_any_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
