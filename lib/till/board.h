/*
 * The figures of a dashboard: a business date beside the one before at the same hour.
 *
 * All comes from gt_summary, which is written in the postings' commits, and never from the journal;
 * hours that are over are kept in memory (hours.h).
 */
#ifndef GT_TILL_BOARD_H
#define GT_TILL_BOARD_H

#include "access/role.h"
#include "access/terminal.h"
#include "till/hours.h"
#include "till/txn.h"

#define GT_BOARD_ORGS    200
#define GT_BOARD_SYSTEMS 8
#define GT_BOARD_CHANNEL GT_TERMINAL__MAX

enum { GT_BOARD_TODAY, GT_BOARD_BEFORE, GT_BOARD_DAYS };

struct gt_board {
    int64_t date[GT_BOARD_DAYS]; /* business dates */
    int first_hour;              /* local hour that a business date begins with */
    int now;                     /* hours since then, now: the last one that is compared */
    /* By hours since the first; the date before as a whole. */
    struct gt_sum hour[GT_BOARD_DAYS][24];
    /* The others up to the same hour. */
    struct gt_sum total[GT_BOARD_DAYS], op[GT_BOARD_DAYS][GT_OP__MAX];
    struct gt_sum channel[GT_BOARD_DAYS][GT_BOARD_CHANNEL];
    struct gt_board_system {
        char name[17];
        struct gt_sum sum[GT_BOARD_DAYS];
    } system[GT_BOARD_SYSTEMS];
    size_t nsystems;
    struct gt_board_org {
        int64_t id;
        struct gt_sum sum[GT_BOARD_DAYS];
    } org[GT_BOARD_ORGS]; /* right below a subtree's top, or the top itself */
    size_t norgs;
    int64_t near_limit; /* accounts that have used more than the share that warns */
    /* What was asked. */
    struct gt_state state;
    int64_t at;
    int tz_minutes;
    const char *path[GT_GRANTS_MAX];
    size_t npaths;
};

/* Begins: dates and hours, by the platform's state and the local hour. */
void gt_board_begin(const struct gt_state *state, int64_t now, int tz_minutes,
                    struct gt_board *board);
/* In a transaction: adds a subtree; `path` is borrowed until the end, `warn_percent` as
 * gt_credit_warns() has it.  Subtrees that are added overlap nowhere; GT_GRANTS_MAX at most. */
void gt_board_add(struct gt_tx *tx, const char *path, int64_t warn_percent, struct gt_board *board);
/* In the same transaction: reads the figures of what was added; the organisations come with the
 * greatest amount of today first. */
void gt_board_end(struct gt_tx *tx, struct gt_hours *hours, struct gt_board *board);

#endif
