/*
 * Rows of reconciliation with marketing systems: what came of it, and what is being done now.
 *
 * A system and a date have one result, which stays as it is when a later run finds the same.  A job
 * is there from when somebody wants a run until it has ended; it is the claim of who runs it, and
 * shows how far it is.  What they mean is in books/reconcile.h.
 */
#ifndef GT_BOOKS_RECONCILE_ROW_H
#define GT_BOOKS_RECONCILE_ROW_H

#include "store/row.h"

enum gt_recon_state {
    GT_RECON_AGREED = 1, /* as far as was looked: totals, or all lines */
    GT_RECON_DIFFERS,
    GT_RECON_FAILED, /* could not be done (`why`: "busy: …"); figures are of the time before */
    GT_RECON__MAX
};

/* clang-format off */
#define GT_RECON_COLS(KI, KT, I, T)                                                              \
    KI(id) KT(system, 17) KI(biz_date) I(state) I(lined) I(ours_count) I(ours_amount)            \
    I(theirs_count) I(theirs_amount) I(lines) I(matched) I(n_date) I(n_amount) I(n_state)        \
    I(n_ours) I(n_theirs) I(n_twice) I(n_ruled) I(doubt) T(why, 601) I(began_at) I(ended_at) T(by_whom, 241) \
    I(version)
/* clang-format on */
struct gt_recon {
    GT_ROW_STRUCT(GT_RECON_COLS)
};
extern const struct gt_row gt_recon_row;

/* A job that its run has not saved for so long has lost it: whoever comes next takes it over. */
#define GT_RECON_LEASE_MS 15000

/* What a run is at. */
enum gt_recon_phase {
    GT_RECON_WANTED, /* nobody runs it yet */
    GT_RECON_DOUBT,
    GT_RECON_TOTALS,
    GT_RECON_FETCH,
    GT_RECON_SORT,
    GT_RECON_MATCH,
    GT_RECON_NEAR, /* the days beside */
    GT_RECON_ASK,  /* inquiries */
    GT_RECON_CLOSE,
    GT_RECON_PHASE__MAX
};

#define GT_RECON_JOB_COLS(KI, KT, I, T) \
    KI(id)                              \
    KT(system, 17)                      \
    KI(biz_date)                        \
    I(lined) I(phase) I(done) I(total) I(owner) I(made_at) I(seen_at) T(by_whom, 241) I(version)
struct gt_recon_job {
    GT_ROW_STRUCT(GT_RECON_JOB_COLS)
};
extern const struct gt_row gt_recon_job_row;

/* In a transaction: the result and the job of a system and date; false if there is none. */
bool gt_recon_of(struct gt_tx *tx, const char *system, int64_t date, struct gt_recon *recon);
bool gt_recon_job_of(struct gt_tx *tx, const char *system, int64_t date, struct gt_recon_job *job);

/* Whether somebody runs the job at `now`.  It may have been saved after the caller looked at the
 * clock, or by a computer whose clock is ahead; only a time far ahead is a clock that was put back.
 */
bool gt_recon_job_held(const struct gt_recon_job *job, int64_t now);

/* "agreed", "differs", "failed"; "wanted", "doubt" …; static. */
const char *gt_recon_state_name(int64_t state);
const char *gt_recon_phase_name(int64_t phase);

#endif
