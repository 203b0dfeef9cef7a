/*
 * Business date and clearing dates: moved by schedule or by hand, never by the clock alone.
 *
 * A move is one commit, in which nobody else writes: what posted before it is of the old date, what
 * posts after it of the new one.  It leaves a row of gt_cutoff and one of the operation log.  Who
 * moves names the date that ends, so that whoever comes second, another worker or the same command
 * again, does nothing.
 */
#ifndef GT_TILL_BIZDATE_H
#define GT_TILL_BIZDATE_H

#include "access/by.h"
#include "access/state.h"
#include "till/clearing.h"
#include "till/till.h"

/* clang-format off */
#define GT_CUTOFF_COLS(KI, KT, I, T)                                                   \
    KI(id) KI(seq) KI(clearing_id) KI(from_date) KI(to_date) KI(due_at) KI(at)         \
    KT(by_whom, 241) I(version)
/* clang-format on */
struct gt_cutoff {
    GT_ROW_STRUCT(GT_CUTOFF_COLS)
};
extern const struct gt_row gt_cutoff_row;

/* A date is moved by hand at most so many days beyond today: one that has begun cannot be taken
 * back, and numbers of transactions hold it. */
#define GT_DATE_AHEAD 7

/* The state now. */
enum gt_err gt_bizdate_get(struct gt_db *db, struct gt_state *state) GT_CHECK;
/* Moves the business date from `from_date` to `to_date` (0: the day after) in one commit, then
 * closes the batches left open, some hundred a commit: nothing posts into a batch of an earlier
 * date anyway.  `by_whom` is for the record.  GT_ERR_CHANGED: it is not `from_date` any more
 * (somebody else cut off).  GT_ERR_RANGE: not after `from_date`, or no day. */
enum gt_err gt_bizdate_cut(const struct gt_till *till, int64_t from_date, int64_t to_date,
                           const char *by_whom) GT_CHECK;

/* --- by schedule -------------------------------------------------------------------------------
 */

/* Does what is due by the clock: moves the business date, gives each of till->upstreams (may be
 * NULL) its clearing date, moves those, and closes batches that a cut-off which was killed has left
 * open.  A date that was missed goes straight to the one it should have.  `*moved` is how many
 * dates moved.  Any number of workers may call it. */
enum gt_err gt_bizdate_tick(const struct gt_till *till, const struct gt_logger *logger,
                            int *moved) GT_CHECK;
/* The date that a schedule of `minute` (1440: midnight) wants at `now`. */
int64_t gt_date_wanted(int64_t now, int64_t minute, int tz_minutes);
/* When a schedule of `minute` wants `date` to end; 0 without a schedule. */
int64_t gt_date_due(int64_t date, int64_t minute, int tz_minutes);

/* --- by hand: date.cut at the top --------------------------------------------------------------
 */

/* Moves the business date, or with `system` that one's clearing date, from `from` to `to` (0: the
 * day after).  Fields: from, to.  GT_WHY_DATE_ENDED (n: the date that it is now): it has ended
 * already, nothing was done.  DATE_RANGE (n: the last that may begin), DATE_FOLLOWS, ABSENT. */
enum gt_err gt_date_cut(const struct gt_by *by, const char *system, int64_t from, int64_t to,
                        struct gt_refusal *no) GT_CHECK;
/* Sets the minute of the day, or GT_CUT_BY_HAND; for a system GT_CUT_AS_DEFINED too.  Field:
 * minute.  GT_WHY_MINUTE, ABSENT. */
enum gt_err gt_date_schedule(const struct gt_by *by, const char *system, int64_t minute,
                             struct gt_refusal *no) GT_CHECK;

/* --- looking: in a read ------------------------------------------------------------------------
 */

/* Moves of the business date (clearing_id 0), of one clearing date, or of all (-1), the last first,
 * with numbers below `before_seq` (0: from the last), `most` (50) at most; gives how many. */
size_t gt_cutoffs_of(struct gt_tx *tx, int64_t clearing_id, int64_t before_seq,
                     struct gt_cutoff *rows, size_t most);

#endif
