/*
 * A day of the stand-in: its totals, its statement, and differences planted in it.
 *
 * A planted difference is a change of the stand-in's own books, so that statement, totals and
 * inquiries all tell the same of it, as a marketing system would.
 */
#ifndef GT_SIM_DAY_H
#define GT_SIM_DAY_H

#include "rules.h"

/* Answers what the books have of an accounting date: what stands, with fees. */
enum gt_err gt_sim_day_answer(const struct gt_sim *sim, int64_t date,
                              struct gt_sg_answer *ans) GT_CHECK;

/* Takes a part of a statement; `middle` is true once, when half of its lines are through.  False
 * ends the writing. */
typedef bool (*gt_sim_day_fn)(void *ctx, const char *data, size_t len, bool middle);

/* Writes the statement of a day in GBK, page by page: doc/sg186.md tells its columns.  GT_ERR_IO:
 * `fn` said no. */
enum gt_err gt_sim_day_write(struct gt_db *db, int64_t date, gt_sim_day_fn fn, void *ctx) GT_CHECK;

/* What was planted, as the books tell it now. */
struct gt_sim_planted {
    char serial[GT_SG_KEY_MAX];
    char customer[GT_SG_KEY_MAX];
    int64_t amount;
};
/* Whether there is such a kind: date, amount, state, missing, extra, twice. */
bool gt_sim_plant_known(const char *kind);
/* Plants one into a transaction of the day: `serial`, or (NULL) the first that stands and has none
 * yet.  GT_ERR_ABSENT: there is none. */
enum gt_err gt_sim_plant(const struct gt_sim *sim, const char *kind, int64_t date,
                         const char *serial, struct gt_sim_planted *planted) GT_CHECK;

#endif
