/*
 * What the pages of business date and clearing dates share.
 */
#ifndef GT_CONSOLE_DATES_H
#define GT_CONSOLE_DATES_H

#include "console.h"

#include "till/bizdate.h"

#define GT_DATES_HISTORY 30

struct gt_dates_found {
    int64_t top_id;
    char top_path[201];
    struct gt_state state;
    struct gt_clearing clearing[GT_CLEARINGS_MAX];
    size_t n;
    int64_t before_seq; /* of the history: those before this number, 0: the last */
    struct gt_cutoff cutoff[GT_DATES_HISTORY + 1];
    size_t ncutoffs;
};
/* In a read. */
enum gt_err gt_dates_read(struct gt_tx *tx, void *found) GT_CHECK;
/* "23:30", or a word for by hand; of a system that follows, that. */
const char *gt_date_minute(const struct gt_page *page, int64_t minute, char out[32]);
/* The date in words people type: 2026-11-22. */
#define GT_DATE_TEXT 32
char *gt_date_text(int64_t date, char out[GT_DATE_TEXT]);

#endif
