/*
 * The machine's clock and random source, and the calendar.
 *
 * Not here: business dates, which the platform moves and no clock does.  The calendar is counted
 * here rather than by localtime(), which knows one zone a process and no thread's wish.  Years are
 * taken to begin in March, so that a leap day is the last day of its year.
 */
#include "base/clock.h"

#include "base/buf.h"

#include <errno.h>
#include <inttypes.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define DAY_S          86400
#define DAYS_4_YEARS   1461
#define DAYS_100_YEARS 36524
#define DAYS_400_YEARS 146097
/* From 1 March of year 0 to 1 January 1970. */
#define DAYS_TO_1970 719468

static int64_t read_clock(clockid_t id)
{
    struct timespec ts;
    (void)clock_gettime(id, &ts);
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static int64_t system_now(void *ctx)
{
    (void)ctx;
    return read_clock(CLOCK_REALTIME);
}

static int64_t system_mono(void *ctx)
{
    (void)ctx;
    return read_clock(CLOCK_MONOTONIC);
}

static void system_sleep(void *ctx, int64_t ms)
{
    (void)ctx;
    if (ms <= 0)
        return;
    struct timespec ts = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    (void)nanosleep(&ts, NULL);
}

const struct gt_clock *gt_clock_system(void)
{
    static const struct gt_clock clock = {system_now, system_mono, system_sleep, NULL};
    return &clock;
}

static enum gt_err system_fill(void *ctx, void *out, size_t len)
{
    (void)ctx;
    if (len > INT32_MAX || RAND_bytes(out, (int)len) != 1)
        return gt_err_set(GT_ERR_CRYPTO, "the random source gives nothing");
    return GT_OK;
}

const struct gt_random *gt_random_system(void)
{
    static const struct gt_random random = {system_fill, NULL};
    return &random;
}

struct civil {
    int64_t year;
    int month; /* 1 … 12 */
    int day;   /* 1 … 31 */
};

/* a / b and what is left over, rounded down for a negative `a` too. */
static int64_t floor_div(int64_t a, int64_t b, int64_t *rest)
{
    int64_t q = a / b;
    int64_t r = a % b;
    if (r < 0) {
        q--;
        r += b;
    }
    *rest = r;
    return q;
}

/* The date of the day `days` after 1 January 1970. */
static struct civil civil_of_days(int64_t days)
{
    int64_t rest;
    int64_t year = 400 * floor_div(days + DAYS_TO_1970, DAYS_400_YEARS, &rest);
    /* The last century of four and the last year of four have a day more: they do not count up. */
    int64_t centuries = rest / DAYS_100_YEARS;
    centuries -= centuries == 4;
    rest -= centuries * DAYS_100_YEARS;
    int64_t fours = rest / DAYS_4_YEARS;
    rest -= fours * DAYS_4_YEARS;
    int64_t ones = rest / 365;
    ones -= ones == 4;
    rest -= ones * 365;
    year += 100 * centuries + 4 * fours + ones;

    /* From March on, months of 31, 30, 31, 30, 31 days repeat: 153 days in five months. */
    int month = (int)((5 * rest + 2) / 153);
    int day = (int)(rest - (153 * month + 2) / 5) + 1;
    return (struct civil){
        .year = year + (month >= 10), .month = month < 10 ? month + 3 : month - 9, .day = day};
}

/* Days from 1 January 1970 to a date of the calendar. */
static int64_t days_of_civil(struct civil c)
{
    int64_t rest;
    int month = c.month > 2 ? c.month - 3 : c.month + 9;
    int64_t cycles = floor_div(c.year - (c.month <= 2), 400, &rest);
    int64_t days = rest * 365 + rest / 4 - rest / 100 + (153 * month + 2) / 5 + c.day - 1;
    return cycles * DAYS_400_YEARS + days - DAYS_TO_1970;
}

static struct civil civil_of_date(int64_t date)
{
    return (struct civil){
        .year = date / 10000, .month = (int)(date / 100 % 100), .day = (int)(date % 100)};
}

static int64_t date_of_civil(struct civil c)
{
    return c.year * 10000 + c.month * 100 + c.day;
}

/* Splits a moment into its day in the zone and the second of that day. */
static int64_t split(int64_t ms, int tz_minutes, int64_t *second)
{
    int64_t rest;
    int64_t seconds = floor_div(ms, 1000, &rest) + (int64_t)tz_minutes * 60;
    return floor_div(seconds, DAY_S, second);
}

int64_t gt_time_date(int64_t ms, int tz_minutes)
{
    int64_t second;
    return date_of_civil(civil_of_days(split(ms, tz_minutes, &second)));
}

int gt_time_minute(int64_t ms, int tz_minutes)
{
    int64_t second;
    (void)split(ms, tz_minutes, &second);
    return (int)(second / 60);
}

/* Writes "2026-11-22", `between`, "14:03:05". */
static void format(int64_t ms, int tz_minutes, char between, char out[GT_TIME_MAX])
{
    int64_t second;
    struct civil c = civil_of_days(split(ms, tz_minutes, &second));
    (void)snprintf(out, GT_TIME_MAX, "%04" PRId64 "-%02d-%02d%c%02d:%02d:%02d", c.year, c.month,
                   c.day, between, (int)(second / 3600), (int)(second / 60 % 60),
                   (int)(second % 60));
}

char *gt_time_format(int64_t ms, int tz_minutes, char out[GT_TIME_MAX])
{
    format(ms, tz_minutes, ' ', out);
    return out;
}

char *gt_time_format_xsd(int64_t ms, int tz_minutes, char out[GT_TIME_MAX])
{
    format(ms, tz_minutes, 'T', out);
    int east = tz_minutes < 0 ? -tz_minutes : tz_minutes;
    size_t n = strlen(out);
    (void)snprintf(out + n, GT_TIME_MAX - n, "%c%02d:%02d", tz_minutes < 0 ? '-' : '+', east / 60,
                   east % 60);
    return out;
}

/* Reads exactly `n` digits at `*s` and moves behind them.  -1 if they are not there. */
static int take_digits(const char **s, int n)
{
    int value = 0;
    for (; n > 0; n--, (*s)++) {
        if (**s < '0' || **s > '9')
            return -1;
        value = value * 10 + (**s - '0');
    }
    return value;
}

/* Moves behind `c`; false if it is not there. */
static int take(const char **s, char c)
{
    if (**s != c)
        return 0;
    (*s)++;
    return 1;
}

/* Reads "14:03:05.123" as milliseconds of the day, -1 if it is none.  24:00:00 is the end of the
 * day (XML Schema part 2, 3.2.7.1). */
static int64_t take_time(const char **s)
{
    int hour = take_digits(s, 2);
    int minute = take(s, ':') ? take_digits(s, 2) : -1;
    int second = take(s, ':') ? take_digits(s, 2) : -1;
    if (hour < 0 || hour > 24 || minute < 0 || minute > 59 || second < 0 || second > 59)
        return -1;
    int ms = 0;
    if (take(s, '.')) {
        int weight = 100;
        if (**s < '0' || **s > '9')
            return -1;
        for (; **s >= '0' && **s <= '9'; (*s)++, weight /= 10)
            ms += (**s - '0') * weight;
    }
    int64_t result = ((hour * 60 + minute) * 60 + second) * INT64_C(1000) + ms;
    return result <= DAY_S * INT64_C(1000) ? result : -1;
}

/* Reads "Z", "+08:00" or nothing; false if it is something else. */
static int take_zone(const char **s, int *tz_minutes)
{
    if (**s == '\0')
        return 1;
    if (take(s, 'Z')) {
        *tz_minutes = 0;
        return 1;
    }
    int sign = **s == '-' ? -1 : 1;
    if (!take(s, '+') && !take(s, '-'))
        return 0;
    int hour = take_digits(s, 2);
    int minute = take(s, ':') ? take_digits(s, 2) : -1;
    if (hour < 0 || minute < 0 || minute > 59 || hour * 60 + minute > 14 * 60)
        return 0;
    *tz_minutes = sign * (hour * 60 + minute);
    return 1;
}

enum gt_err gt_time_parse_xsd(const char *text, int tz_minutes, int64_t *ms)
{
    const char *s = text;
    int year = take_digits(&s, 4);
    int month = take(&s, '-') ? take_digits(&s, 2) : -1;
    int day = take(&s, '-') ? take_digits(&s, 2) : -1;
    struct civil c = {.year = year, .month = month, .day = day};
    int64_t time = take(&s, 'T') ? take_time(&s) : -1;
    if (year < 0 || month < 0 || day < 0 || !gt_date_valid(date_of_civil(c)) || time < 0 ||
        !take_zone(&s, &tz_minutes) || *s != '\0')
        return gt_err_set(GT_ERR_SYNTAX, "'%.64s' is not a date and time", text);
    *ms = (days_of_civil(c) * DAY_S - (int64_t)tz_minutes * 60) * 1000 + time;
    return GT_OK;
}

int64_t gt_date_next(int64_t date)
{
    return date_of_civil(civil_of_days(days_of_civil(civil_of_date(date)) + 1));
}

int64_t gt_date_before(int64_t date)
{
    return date_of_civil(civil_of_days(days_of_civil(civil_of_date(date)) - 1));
}

int gt_date_valid(int64_t date)
{
    if (date < 10101 || date > 99991231)
        return 0;
    struct civil c = civil_of_date(date);
    /* A day the calendar does not have comes back as another one. */
    return c.month >= 1 && c.month <= 12 && c.day >= 1 && c.day <= 31 &&
           date_of_civil(civil_of_days(days_of_civil(c))) == date;
}
