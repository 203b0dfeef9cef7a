/*
 * A request as lists, its page and the page of its object show it.
 */
#ifndef GT_CONSOLE_APPROVALS_H
#define GT_CONSOLE_APPROVALS_H

#include "access/approval.h"
#include "console.h"

/* The name of its kind in the page's language; static, or of the row. */
const char *gt_approval_kind_label(const struct gt_page *page, const struct gt_approval *row);
/* Gives the template "<leaf>.…": Id, Kind, Object, Reason, At, Until, State and StateKind (its
 * colour), Own (the visitor asked), and the figures as Figure.k with Name, Before, After (or only
 * Value). */
void gt_approval_show(struct gt_page *page, const struct gt_approval *row, const char *leaf);

#endif
