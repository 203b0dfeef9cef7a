/*
 * The business date: state of the platform, moved by schedule or by hand, never by the clock alone.
 */
#ifndef GT_TILL_BIZDATE_H
#define GT_TILL_BIZDATE_H

#include "access/state.h"
#include "store/key.h"
#include "till/till.h"

#define GT_CUTOFF_COLS(KI, KT, I, T) \
    KI(id) KI(seq) KI(from_date) KI(to_date) KI(at) KT(by_whom, 241) I(version)
struct gt_cutoff {
    GT_ROW_STRUCT(GT_CUTOFF_COLS)
};
extern const struct gt_row gt_cutoff_row;

/* The state now. */
enum gt_err gt_bizdate_get(struct gt_db *db, struct gt_state *state) GT_CHECK;
/* Moves the business date from `from_date` to `to_date` (0: the day after) in one commit, then
 * closes the batches left open, some hundred a commit: nothing posts into a batch of an earlier
 * date anyway.  `by_whom` is for the record.  GT_ERR_CHANGED: it is not `from_date` any more
 * (somebody else cut off).  GT_ERR_RANGE: not after `from_date`, or no day. */
enum gt_err gt_bizdate_cut(const struct gt_till *till, int64_t from_date, int64_t to_date,
                           const char *by_whom) GT_CHECK;
/* Cuts off if the schedule says so: the clock is past `cut_minute` of the business date (or of a
 * later day).  `*cut` tells whether it did. */
enum gt_err gt_bizdate_tick(const struct gt_till *till, bool *cut) GT_CHECK;
/* Sets the scheduled minute of the day, -1 for by hand only. */
enum gt_err gt_bizdate_schedule(const struct gt_till *till, int64_t cut_minute) GT_CHECK;

#endif
