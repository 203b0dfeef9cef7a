/*
 * The auditor: recomputes everything from the journal and the entries, and says what does not
 * agree.
 *
 * It reads only, in one consistent state.  It finds any single row that was changed, added or
 * removed: by its seal, by a gap in a sealed series, or because a recomputed figure differs.  Its
 * memory grows with the number of accounts, operators and balances, not with the journal.
 */
#ifndef GT_TILL_CHECK_H
#define GT_TILL_CHECK_H

#include "store/db.h"

/* One thing that does not agree.  `object` is "gt_txn 202611220000000042"; `what` says what is
 * wrong, in plain English; both borrowed during the call. */
typedef void (*gt_check_report)(void *ctx, const char *object, const char *what);

struct gt_check_sums {
    int64_t rows;        /* rows read */
    int64_t differences; /* reports made */
    int64_t txns, posted, declined, pending, reversed;
};

/* Checks the books.  GT_OK also when there are differences: see `sums`. */
enum gt_err gt_check_books(struct gt_db *db, gt_check_report report, void *ctx,
                           struct gt_check_sums *sums) GT_CHECK;

#endif
