/*
 * What the auditor found the last time: kept in the operation log, so that pages can tell.
 */
#ifndef GT_TILL_CHECKED_H
#define GT_TILL_CHECKED_H

#include "access/by.h"
#include "till/check.h"

/* Books that were not checked for this long are worth a word. */
#define GT_CHECKED_OLD_MS (INT64_C(48) * 60 * 60 * 1000)

/* Keeps what gt_check_books() found.  It is not part of it: the auditor itself only reads. */
enum gt_err gt_checked_keep(const struct gt_by *by, const struct gt_check_sums *sums) GT_CHECK;

struct gt_checked {
    int64_t at; /* time, 0: never */
    char who[241], origin[193];
    int64_t differences, rows;
};
/* In a transaction: the last time. */
void gt_checked_read(struct gt_tx *tx, struct gt_checked *last);

#endif
