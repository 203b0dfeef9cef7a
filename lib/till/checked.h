/*
 * What the auditor found the last time, kept in the operation log so that pages can tell; and whose
 * turn it is to have the books checked at night.
 */
#ifndef GT_TILL_CHECKED_H
#define GT_TILL_CHECKED_H

#include "access/by.h"
#include "till/check.h"

/* What is done at certain times by whichever worker comes first. */
#define GT_CHORE_COLS(KI, KT, I, T) KI(id) KT(name, 33) I(at) I(version)
struct gt_chore {
    GT_ROW_STRUCT(GT_CHORE_COLS)
};
extern const struct gt_row gt_chore_row;

/* Books that were not checked for this long are worth a word. */
#define GT_CHECKED_OLD_MS (INT64_C(48) * 60 * 60 * 1000)

/* Room for the first differences, in words. */
#define GT_CHECKED_FOUND 300

/* Keeps what gt_check_books() found; `found` is of the first differences, "" if there are none.  It
 * is not part of it: the auditor itself only reads. */
enum gt_err gt_checked_keep(const struct gt_by *by, const struct gt_check_sums *sums,
                            const char *found) GT_CHECK;

struct gt_checked {
    int64_t at; /* time, 0: never */
    char who[241], origin[193];
    int64_t differences, rows;
    char found[GT_CHECKED_FOUND];
};
/* In a transaction: the last time. */
void gt_checked_read(struct gt_tx *tx, struct gt_checked *last);

/* A check that was begun this long ago has died: another one may begin. */
#define GT_CHECKED_LEASE_MS (INT64_C(2) * 60 * 60 * 1000)

/* Whether the nightly check is due (GT_PARAM_BOOKS_HOUR): it was not done since that hour struck
 * last, and nobody is at it.  `*taken`: it is the caller's now. */
enum gt_err gt_checked_take(struct gt_db *db, struct gt_keysrc *src, int64_t now, int tz_minutes,
                            bool *taken) GT_CHECK;

#endif
