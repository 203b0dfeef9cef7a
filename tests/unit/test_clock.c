/*
 * The calendar, and the machine's clock and random source.
 */
#include "base/clock.h"
#include "unit.h"

#include <time.h>

/* The C library's calendar is the other opinion. */
static void dates_agree_with_the_c_library(void **state)
{
    (void)state;
    for (int64_t s = INT64_C(-60000000000); s < INT64_C(250000000000); s += 4999999) {
        time_t t = (time_t)s;
        struct tm tm;
        char expected[40];
        char got[GT_TIME_MAX];
        assert_non_null(gmtime_r(&t, &tm));
        (void)strftime(expected, sizeof expected, "%Y-%m-%d %H:%M:%S", &tm);
        if (tm.tm_year + 1900 < 1000 || tm.tm_year + 1900 > 9999)
            continue;
        assert_string_equal(gt_time_format(s * 1000, 0, got), expected);
        assert_int_equal(gt_time_date(s * 1000, 0),
                         (tm.tm_year + 1900) * 10000 + (tm.tm_mon + 1) * 100 + tm.tm_mday);
        assert_int_equal(gt_time_minute(s * 1000, 0), tm.tm_hour * 60 + tm.tm_min);
    }
}

static void zone_moves_the_date(void **state)
{
    (void)state;
    const int64_t ms = INT64_C(1795363200000) - 1; /* 2026-11-22T15:59:59.999Z */
    char text[GT_TIME_MAX];
    assert_int_equal(gt_time_date(ms, 480), 20261122);
    assert_int_equal(gt_time_date(ms + 1, 480), 20261123);
    assert_int_equal(gt_time_minute(ms, 480), 23 * 60 + 59);
    assert_int_equal(gt_time_minute(ms + 1, 480), 0);
    assert_string_equal(gt_time_format(ms, 480, text), "2026-11-22 23:59:59");
    assert_string_equal(gt_time_format_xsd(ms, 480, text), "2026-11-22T23:59:59+08:00");
    assert_string_equal(gt_time_format_xsd(ms, -210, text), "2026-11-22T12:29:59-03:30");
    assert_string_equal(gt_time_format_xsd(ms, -30, text), "2026-11-22T15:29:59-00:30");
}

static void times_before_1970_round_down(void **state)
{
    (void)state;
    char text[GT_TIME_MAX];
    assert_string_equal(gt_time_format(-1, 0, text), "1969-12-31 23:59:59");
    assert_int_equal(gt_time_date(-1, 0), 19691231);
    /* The ends of the type are years nobody needs, but no undefined behaviour. */
    assert_holds(gt_time_format_xsd(INT64_MIN, 840, text), "+14:00");
    assert_holds(gt_time_format_xsd(INT64_MAX, 840, text), "+14:00");
}

static void xsd_times_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t ms;
    } cases[] = {
        {"1970-01-01T00:00:00Z", 0},
        {"1970-01-01T08:00:00", 0},
        {"1970-01-01T08:00:00+08:00", 0},
        {"1969-12-31T23:30:00-00:30", 0},
        {"1970-01-01T00:00:00.5Z", 500},
        {"1970-01-01T00:00:01.0079999Z", 1007},
        {"1969-12-31T24:00:00Z", 0},
        {"2026-11-22T14:03:05+08:00", INT64_C(1795327385000)},
        {"2024-02-29T00:00:00Z", INT64_C(1709164800000)},
        {"0001-01-01T00:00:00Z", INT64_C(-62135596800000)},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t ms = 77;
        assert_ok(gt_time_parse_xsd(cases[i].text, 480, &ms));
        assert_true(ms == cases[i].ms);
    }
}

static void other_texts_are_no_xsd_times(void **state)
{
    (void)state;
    static const char *const cases[] = {"",
                                        "2026-11-22",
                                        "2026-11-22 14:03:05",
                                        "2026-11-22T14:03",
                                        "2026-11-22T14:03:05.",
                                        "2026-11-22T14:03:05+8:00",
                                        "2026-11-22T14:03:05+08",
                                        "2026-11-22T14:03:05+14:01",
                                        "2026-11-22T14:03:05Zx",
                                        "2026-11-22T14:03:05 ",
                                        "2026-02-29T00:00:00Z",
                                        "2026-13-01T00:00:00Z",
                                        "2026-00-01T00:00:00Z",
                                        "2026-11-31T00:00:00Z",
                                        "2026-11-22T24:00:01Z",
                                        "2026-11-22T25:00:00Z",
                                        "2026-11-22T14:60:00Z",
                                        "2026-11-22T14:00:60Z",
                                        "0000-01-01T00:00:00Z",
                                        "-001-01-01T00:00:00Z"};
    int64_t ms = 77;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_err(GT_ERR_SYNTAX, gt_time_parse_xsd(cases[i], 480, &ms));
    assert_true(ms == 77);
}

static void next_day_crosses_months_and_leap_days(void **state)
{
    (void)state;
    assert_int_equal(gt_date_next(20261122), 20261123);
    assert_int_equal(gt_date_next(20261130), 20261201);
    assert_int_equal(gt_date_next(20261231), 20270101);
    assert_int_equal(gt_date_next(20240228), 20240229);
    assert_int_equal(gt_date_next(20230228), 20230301);
    assert_int_equal(gt_date_next(21000228), 21000301);
    assert_int_equal(gt_date_next(20000228), 20000229);
    assert_int_equal(gt_date_before(20270101), 20261231);
    assert_int_equal(gt_date_before(20240301), 20240229);
    int64_t days = 0;
    for (int64_t date = 20000101; date != 24000101; date = gt_date_next(date), days++)
        assert_true(gt_date_valid(date));
    assert_int_equal(days, 146097);
}

static void dates_outside_the_calendar_are_not_valid(void **state)
{
    (void)state;
    static const int64_t bad[] = {0,        -20261122, 20260229, 20261131, 20261301,  20260001,
                                  20260100, 20260132,  21000229, 10100,    100000101, INT64_MAX};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(gt_date_valid(bad[i]));
    assert_true(gt_date_valid(20240229));
    assert_true(gt_date_valid(99991231));
}

static void machine_clock_moves_on(void **state)
{
    (void)state;
    const struct gt_clock *clock = gt_clock_system();
    int64_t mono = clock->mono(clock->ctx);
    assert_true(llabs(gt_now(clock) / 1000 - (int64_t)time(NULL)) <= 1);
    clock->sleep(clock->ctx, 15);
    clock->sleep(clock->ctx, -5);
    int64_t passed = clock->mono(clock->ctx) - mono;
    assert_in_range(passed, 14, 5000);
}

static void random_bytes_differ(void **state)
{
    (void)state;
    const struct gt_random *random = gt_random_system();
    uint8_t a[32] = {0};
    uint8_t b[32] = {0};
    assert_ok(random->fill(random->ctx, a, sizeof a));
    assert_ok(random->fill(random->ctx, b, sizeof b));
    assert_memory_not_equal(a, b, sizeof a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dates_agree_with_the_c_library),
        cmocka_unit_test(zone_moves_the_date),
        cmocka_unit_test(times_before_1970_round_down),
        cmocka_unit_test(xsd_times_are_read),
        cmocka_unit_test(other_texts_are_no_xsd_times),
        cmocka_unit_test(next_day_crosses_months_and_leap_days),
        cmocka_unit_test(dates_outside_the_calendar_are_not_valid),
        cmocka_unit_test(machine_clock_moves_on),
        cmocka_unit_test(random_bytes_differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
