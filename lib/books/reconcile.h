/*
 * Reconciliation with a marketing system (接口对账): what it booked on a date, and what we did.
 *
 *     in doubt   what is not decided yet is asked about; what stays so is counted and named
 *     totals     count and money of what stands, both sides; if they agree that is all
 *     statement  fetched, sorted, and merged with the journal line by line
 *     beside     what has no line is looked for in the statements of the days before and after
 *     asking     of what is still only ours upstream is asked, before anybody sends it again
 *     items      each difference becomes an item (item.h), once; one that is no more is closed
 *
 * A transaction belongs to the date that upstream told in its answer, where it told one, else to
 * the clearing date it was sent with: what both sides call the same day is no difference of date.
 *
 * Running again changes nothing: the result and the items of a date are found by what they are
 * about. A run is claimed by its job, which a run that died leaves to the next one after a while;
 * whatever was entered by then is found there again.  Nothing is in memory whole: neither
 * statement, nor journal, nor differences.
 */
#ifndef GT_BOOKS_RECONCILE_H
#define GT_BOOKS_RECONCILE_H

#include "access/by.h"
#include "books/reconcile_row.h"
#include "till/till.h"

/* What a run needs besides a system and a date. */
struct gt_recon_conf {
    const struct gt_till *till; /* store, keys, clock, systems */
    const char *folder;         /* where statements and sorting go; made if it is not there */
    int64_t retry_ms;           /* between inquiries about one transaction */
    bool (*stop)(void *arg);    /* true: end soon; NULL: never */
    /* Told of each step and of progress within it; NULL: not wanted. */
    void (*progress)(void *arg, const struct gt_recon_job *job);
    void *arg;
};

/* Reconciles, now and to the end.  `lined`: line by line even if the totals agree.  The result in
 * `*recon`; a run that could not be done has the state FAILED and says why.  GT_OK; GT_ERR_ABSENT
 * (no such system, or it tells neither totals nor lines), GT_ERR_BUSY (another run of it goes on),
 * GT_ERR_TIMEOUT (told to stop: the job waits for the next), GT_ERR_CHANGED (another one took it
 * over), failures of the store. */
enum gt_err gt_recon_run(const struct gt_recon_conf *conf, const char *system, int64_t date,
                         bool lined, const char *by_whom, struct gt_recon *recon) GT_CHECK;

/* For the worker: does one run that somebody wants, or that died, or that is due: of a date that
 * has ended and was not reconciled yet (the last GT_RECON_DAYS), or failed a while ago, or had
 * doubt that is settled.  `*look_at` is when to look for due ones again, 0 at first.  `*did` says
 * whether there was one.  As gt_recon_run(); BUSY and CHANGED are not told. */
#define GT_RECON_DAYS 7
enum gt_err gt_recon_work(const struct gt_recon_conf *conf, int64_t *look_at, bool *did) GT_CHECK;

/* A person wants a run: books.reconcile at the organisation at the top.  The worker does it. GT_OK,
 * also where one is wanted already; GT_WHY_ABSENT, field "system"; GT_WHY_RECON_DATE, field "date"
 * (no day, or one that has not begun). */
enum gt_err gt_recon_want(const struct gt_by *by, const struct gt_upstreams *systems,
                          const char *system, int64_t date, bool lined,
                          struct gt_refusal *no) GT_CHECK;

/* --- for lists: in a read -----------------------------------------------------------------------
 */

/* The first organisation's id; who reconciles has the right there. */
int64_t gt_recon_top(struct gt_tx *tx);
/* Results of dates before `before` (0: from the latest on), the latest first, GT_RECON_PAGE at
 * most. Gives how many. */
#define GT_RECON_PAGE 50
size_t gt_recon_list(struct gt_tx *tx, int64_t before, struct gt_recon *rows);
/* All jobs, at most GT_RECON_PAGE. */
size_t gt_recon_jobs(struct gt_tx *tx, struct gt_recon_job *rows);
/* Transactions of the date that are in doubt still, at most GT_RECON_PAGE. */
size_t gt_recon_doubts(struct gt_tx *tx, const char *system, int64_t date, int64_t *ids);

#endif
