/*
 * What the pages of statistics share: what was asked in the address, and what came of it.
 */
#ifndef GT_CONSOLE_STATS_H
#define GT_CONSOLE_STATS_H

#include "books/stats.h"
#include "console.h"
#include "scope.h"

enum gt_stats_filter {
    GT_SF_ORG,
    GT_SF_FROM,
    GT_SF_TO,
    GT_SF_GRAIN,
    GT_SF_VERSUS,
    GT_SF_BY,
    GT_SF__MAX
};
extern const struct gt_field gt_stats_filters[GT_SF__MAX];

/* "org", "operator" …: as the address of an export names it; static. */
const char *gt_stats_by_name(enum gt_stats_by by);

/* What is asked, and its figures.  Nothing in it is the page's. */
struct gt_stats_found {
    struct gt_scopes scopes;
    const char *path[GT_GRANTS_MAX]; /* into scopes */
    struct gt_stats_ask ask;
    struct gt_stats stats;
    int64_t today; /* business date */
    bool late;     /* the range goes to the running date */
};

/* Reads the figures that the filters ask for; what is wrong with them is told in the form, and then
 * there are none.  gt_stats_free(&found->stats) in any case. */
enum gt_err gt_stats_find(struct gt_page *page, enum gt_stats_by by, struct gt_form *filters,
                          struct gt_stats_found *found) GT_CHECK;

/* How a line is called. */
struct gt_stats_name {
    char name[289]; /* in words */
    char code[33];  /* of the organisation, operator number; "" for the others */
    char key[33];   /* what a filter of transactions takes */
    bool below;     /* an organisation that may have others below it */
};
/* In a transaction: looks it up. */
void gt_stats_name_read(struct gt_tx *tx, const struct gt_words *words, enum gt_lang lang,
                        const struct gt_stats_found *found, const struct gt_stats_line *line,
                        struct gt_stats_name *name);

/* `part` of `whole` as "12.3%", and the change from `before` to `now` as "+12.3%"; "" where there
 * is nothing to compare with. */
#define GT_PERCENT_MAX 32
void gt_percent(int64_t part, int64_t whole, char out[GT_PERCENT_MAX]);
void gt_percent_change(int64_t now, int64_t before, char out[GT_PERCENT_MAX]);

#endif
