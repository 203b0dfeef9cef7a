/*
 * Statistics: what was sold and taken back on a range of business dates, beside another range, by
 * organisation, operator, agent, channel, business or marketing system; and how it went over time.
 *
 * From running totals (till/total.h), the running date from its summaries; never from the journal.
 * So a range costs the same whatever its length, and the figures are those of this moment.
 */
#ifndef GT_BOOKS_STATS_H
#define GT_BOOKS_STATS_H

#include "till/hours.h"

enum gt_stats_by {
    GT_STATS_ORG, /* right below the path, and the path's own */
    GT_STATS_OPERATOR,
    GT_STATS_AGENT,
    GT_STATS_CHANNEL, /* enum gt_terminal_kind */
    GT_STATS_OP,      /* enum gt_op */
    GT_STATS_SYSTEM,
    GT_STATS__MAX
};
enum gt_stats_grain { GT_STATS_DAY, GT_STATS_MONTH, GT_STATS_YEAR, GT_STATS_GRAINS };

/* Business dates, both inclusive. */
struct gt_stats_range {
    int64_t from, to;
};
/* The range before: a month, or its first days, beside those of the month before, a year likewise,
 * and any other beside as many days right before it; or the same days of the year before. */
struct gt_stats_range gt_stats_before(struct gt_stats_range range);
struct gt_stats_range gt_stats_year_before(struct gt_stats_range range);

/* Points of time that a range has at most; and the finest grain, from `grain` on, with which it
 * has no more.  A range longer than GT_STATS_YEARS is GT_STATS_GRAINS. */
#define GT_STATS_POINTS 62
#define GT_STATS_YEARS  10
enum gt_stats_grain gt_stats_grain_for(struct gt_stats_range range, enum gt_stats_grain grain);

enum { GT_STATS_NOW, GT_STATS_BEFORE, GT_STATS_RANGES };

struct gt_stats_ask {
    enum gt_stats_by by;
    enum gt_stats_grain grain; /* as gt_stats_grain_for() allows */
    struct gt_stats_range range[GT_STATS_RANGES];
    const char *const *path; /* subtrees, none of them inside another; borrowed */
    size_t npaths;
    struct gt_hours *hours; /* of the running date; NULL: only what is folded counts */
    int64_t now;
    int tz_minutes;
};

struct gt_stats_line {
    int64_t id;    /* of the organisation or user, or the number; 0 for a system */
    char name[17]; /* of the system */
    struct gt_sum sum[GT_STATS_RANGES];
};

struct gt_stats {
    struct gt_stats_line *line; /* the greatest of the first range first; none that is all zero */
    size_t nlines, room;
    struct gt_sum total[GT_STATS_RANGES]; /* of the lines */
    struct gt_stats_point {
        int64_t period; /* yyyymmdd, yyyymm or yyyy */
        struct gt_sum sum;
    } point[GT_STATS_POINTS]; /* of the first range */
    size_t npoints;
};

/* Sold less taken back. */
int64_t gt_sum_net(const struct gt_sum *sum);

/* In a transaction: gt_stats_free() when it is not wanted any more, also after an error. */
void gt_stats_read(struct gt_tx *tx, const struct gt_stats_ask *ask, struct gt_stats *stats);
void gt_stats_free(struct gt_stats *stats);

#endif
