/*
 * Rights in their groups, as pages show and choose them.
 */
#ifndef GT_CONSOLE_RIGHTS_H
#define GT_CONSOLE_RIGHTS_H

#include "console.h"

/* Gives the template Group.i with .Name and .Right.k: .Key, .Name, .Has (is in `has`), .Closed (is
 * not in `open`, so the visitor cannot give it). */
void gt_rights_show(struct gt_page *page, int64_t has, int64_t open);
/* The name of a right in the page's language; static. */
const char *gt_right_label(const struct gt_page *page, enum gt_right right);
/* The rights that were ticked in the body; unknown ones are left out. */
int64_t gt_rights_ticked(const struct gt_page *page);

#endif
