/*
 * Time and chance, as parameters: the simulation hands in its own.
 *
 * Times are UTC milliseconds since 1970 in an int64_t.  Business and calendar dates are int64_t
 * yyyymmdd.
 */
#ifndef GT_BASE_CLOCK_H
#define GT_BASE_CLOCK_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

struct gt_clock {
    int64_t (*now)(void *ctx);            /* UTC milliseconds */
    int64_t (*mono)(void *ctx);           /* milliseconds that never go back */
    void (*sleep)(void *ctx, int64_t ms); /* waits; may return early on a signal */
    void *ctx;
};

struct gt_random {
    enum gt_err (*fill)(void *ctx, void *out, size_t len); /* GT_OK, GT_ERR_CRYPTO */
    void *ctx;
};

/* The machine's clock and OpenSSL's random source.  Static. */
const struct gt_clock *gt_clock_system(void);
const struct gt_random *gt_random_system(void);

static inline int64_t gt_now(const struct gt_clock *c)
{
    return c->now(c->ctx);
}

/* Room for "2026-11-22 14:03:05" or "2026-11-22T14:03:05.123+08:00". */
#define GT_TIME_MAX 40

/* The calendar date, yyyymmdd, at `ms` in a zone `tz_minutes` east of UTC. */
int64_t gt_time_date(int64_t ms, int tz_minutes);
/* Minutes since midnight at `ms` in that zone. */
int gt_time_minute(int64_t ms, int tz_minutes);
/* "2026-11-22 14:03:05" in that zone; gives `out` back. */
char *gt_time_format(int64_t ms, int tz_minutes, char out[GT_TIME_MAX]);
/* "2026-11-22T14:03:05+08:00", an xs:dateTime; gives `out` back. */
char *gt_time_format_xsd(int64_t ms, int tz_minutes, char out[GT_TIME_MAX]);
/* Reads an xs:dateTime with optional fraction and zone ("Z", "+08:00"; none means `tz_minutes`).
 * GT_ERR_SYNTAX. */
enum gt_err gt_time_parse_xsd(const char *text, int tz_minutes, int64_t *ms) GT_CHECK;
/* The calendar day after `date`, the one before, and whether a yyyymmdd is a day of the calendar.
 */
int64_t gt_date_next(int64_t date);
int64_t gt_date_before(int64_t date);
int gt_date_valid(int64_t date);

#endif
