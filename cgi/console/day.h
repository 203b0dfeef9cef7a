/*
 * What the pages of day closes share.
 */
#ifndef GT_CONSOLE_DAY_H
#define GT_CONSOLE_DAY_H

#include "books/day.h"
#include "dates.h"

/* Sets "<leaf>.State" and "<leaf>.Colour". */
void gt_day_state_set(struct gt_page *page, enum gt_day_state state, const char *leaf);
/* Sets what a list shows of one. */
void gt_day_node_set(struct gt_page *page, const struct gt_day_node *node, int64_t date,
                     const char *leaf);

#endif
