/*
 * Clearing dates: which day of a marketing system's own a transaction belongs to.
 *
 * Two systems close their days at different hours, neither of them ours, so each has a date of its
 * own, which is sent upstream as the accounting date and by which the two are reconciled.  One that
 * has no hour of its own follows the business date.
 */
#ifndef GT_TILL_CLEARING_H
#define GT_TILL_CLEARING_H

#include "store/row.h"

/* gt_clearing.cut_minute besides a minute of the day (1440: midnight). */
#define GT_CUT_BY_HAND    INT64_C(-1)
#define GT_CUT_AS_DEFINED INT64_C(-2)

#define GT_CLEARING_COLS(KI, KT, I, T) \
    KI(id) KT(system, 17) I(clear_date) I(cut_minute) I(defined) I(cut_at) I(version)
struct gt_clearing {
    GT_ROW_STRUCT(GT_CLEARING_COLS)
};
extern const struct gt_row gt_clearing_row;

/* Systems that have one, at most. */
#define GT_CLEARINGS_MAX 32

/* The minute it moves at, GT_CUT_BY_HAND for none. */
int64_t gt_clearing_minute(const struct gt_clearing *clearing);
/* Whether it has no date of its own: it is the business date. */
bool gt_clearing_follows(const struct gt_clearing *clearing);

/* In a transaction: the date of a system now, where the business date is `biz_date`. */
int64_t gt_clearing_date(struct gt_tx *tx, const char *system, int64_t biz_date);
/* In a transaction: the row of a system; false if there is none. */
bool gt_clearing_get(struct gt_tx *tx, const char *system, struct gt_clearing *clearing);
/* In a transaction: all of them, by system; gives how many. */
size_t gt_clearing_list(struct gt_tx *tx, struct gt_clearing *rows, size_t most);

#endif
