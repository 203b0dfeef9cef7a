/*
 * The summaries of a business date by hour, kept in memory as far as they can no longer change.
 *
 * On a large platform a date has some ten thousand rows of gt_summary.  Only those of the running
 * hour change: the others are read once a process, and the rows of a date that was cut for good.
 * What is kept is nobody's truth: another process, or the next start, reads the same again.
 */
#ifndef GT_TILL_HOURS_H
#define GT_TILL_HOURS_H

#include "access/state.h"

/* What was sold and taken back: transactions, and fen with fees. */
struct gt_sum {
    int64_t sales, amount, reversals, reversed;
};

/* What an operator sold for an organisation in an hour, by business, channel and marketing system.
 */
struct gt_hour_cell {
    int64_t org_id, user_id;
    int op, channel;
    char system[17];
    struct gt_sum sum;
};

struct gt_hours; /* what is kept; any thread may use it */

enum gt_err gt_hours_new(struct gt_hours **hours) GT_CHECK;
void gt_hours_free(struct gt_hours *hours);

/* Gets the cells of one local hour (0 to 23), by organisation; borrowed during the call. */
typedef void (*gt_hour_fn)(void *ctx, int hour, const struct gt_hour_cell *cells, size_t n);

/* In a transaction: gives all hours of `date` that have any; `state` was read in it.  `now` is this
 * machine's time: hours that ended some minutes ago are believed to have ended for all. */
void gt_hours_read(struct gt_tx *tx, struct gt_hours *hours, const struct gt_state *state,
                   int64_t date, int64_t now, int tz_minutes, gt_hour_fn fn, void *ctx);

#endif
