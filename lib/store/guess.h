/*
 * What a transaction on a server presumes of rows that it has not asked for; see guess.c.
 */
#ifndef GT_STORE_GUESS_H
#define GT_STORE_GUESS_H

#include "store/row.h"

#define GT_GUESS_MAX 2000

/* A row that was taken as it was kept, and must still be so. */
struct gt_guess_row {
    const struct gt_row *def;
    int64_t id, version;
    bool hold; /* until the transaction has ended */
};

struct gt_guess;

enum gt_err gt_guess_new(struct gt_guess **guess) GT_CHECK;
void gt_guess_free(struct gt_guess *guess);

/* A transaction begins.  `blind`: nothing kept is taken in it. */
void gt_guess_begin(struct gt_guess *guess, bool blind);
/* The transaction has read or written the row itself. */
void gt_guess_know(struct gt_guess *guess, const struct gt_row *def, int64_t id);
/* Whether the row may be taken as it is kept; it is noted, so that it is compared. */
bool gt_guess_take(struct gt_guess *guess, const struct gt_row *def, int64_t id, bool hold,
                   const void *row);
/* What is to be compared.  Borrowed until the next take(). */
const struct gt_guess_row *gt_guess_rows(const struct gt_guess *guess, int *n);
/* It was compared, and is as it was taken. */
void gt_guess_right(struct gt_guess *guess);

/* Whether nobody here has asked for such a row of late, and notes that somebody has; unhear(): it
 * is gone, and may be presumed new once more. */
bool gt_guess_unheard(struct gt_guess *guess, const struct gt_stmt *const *stmt,
                      const struct gt_val *vals, size_t nvals);
void gt_guess_unhear(struct gt_guess *guess, const struct gt_stmt *const *stmt,
                     const struct gt_val *vals, size_t nvals);

#endif
