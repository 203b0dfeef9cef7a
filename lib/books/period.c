/*
 * Ranges of business dates: the one before, and how finely one is shown.
 */
#include "base/clock.h"
#include "books/stats.h"

static int64_t month_of(int64_t date)
{
    return date / 100;
}

static int64_t month_before(int64_t month)
{
    return month % 100 == 1 ? month - 100 + 11 : month - 1;
}

/* The day of a month (yyyymm), or its last if it has fewer. */
static int64_t day_in(int64_t month, int64_t day)
{
    while (!gt_date_valid(month * 100 + day))
        day--;
    return month * 100 + day;
}

static bool is_last_of_month(int64_t date)
{
    return month_of(gt_date_next(date)) != month_of(date);
}

/* The same day of another month; the last stays the last. */
static int64_t moved(int64_t date, int64_t month)
{
    return day_in(month, is_last_of_month(date) ? 31 : date % 100);
}

struct gt_stats_range gt_stats_year_before(struct gt_stats_range range)
{
    return (struct gt_stats_range){moved(range.from, month_of(range.from) - 100),
                                   moved(range.to, month_of(range.to) - 100)};
}

static struct gt_stats_range days_before(struct gt_stats_range range)
{
    struct gt_stats_range before = {.to = gt_date_before(range.from)};

    before.from = before.to;
    for (int64_t date = range.from; date < range.to; date = gt_date_next(date))
        before.from = gt_date_before(before.from);
    return before;
}

struct gt_stats_range gt_stats_before(struct gt_stats_range range)
{
    bool first = range.from % 100 == 1;

    if (first && month_of(range.from) == month_of(range.to) && range.from != range.to) {
        int64_t month = month_before(month_of(range.from));
        return (struct gt_stats_range){month * 100 + 1, moved(range.to, month)};
    }
    if (first && range.from / 100 % 100 == 1 && range.from / 10000 == range.to / 10000 &&
        month_of(range.from) != month_of(range.to))
        return gt_stats_year_before(range);
    return days_before(range);
}

enum gt_stats_grain gt_stats_grain_for(struct gt_stats_range range, enum gt_stats_grain grain)
{
    int64_t years = range.to / 10000 - range.from / 10000;
    int64_t months = years * 12 + month_of(range.to) % 100 - month_of(range.from) % 100;
    int64_t days = 1;

    if (years >= GT_STATS_YEARS)
        return GT_STATS_GRAINS;
    for (int64_t date = range.from; date < range.to && days <= GT_STATS_POINTS; days++)
        date = gt_date_next(date);
    if (grain == GT_STATS_DAY && days > GT_STATS_POINTS)
        grain = GT_STATS_MONTH;
    if (grain == GT_STATS_MONTH && months >= GT_STATS_POINTS)
        grain = GT_STATS_YEAR;
    return grain;
}
