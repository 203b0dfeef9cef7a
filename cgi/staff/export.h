/*
 * Lists as files: who may take one away, and that it is known.
 */
#ifndef GT_STAFF_EXPORT_H
#define GT_STAFF_EXPORT_H

#include "kit/sheet.h"
#include "staff/staff.h"

/* Shows the links to a list's files, to who may export: on the list's page, in call:exports(). */
void gt_export_show(struct gt_list *list, const char *path);
/* The same where whoever sees the list may take it away: what is one's own. */
void gt_export_show_own(struct gt_list *list, const char *path);

/* Answers the route of the files, which wants GT_RIGHT_EXPORT or, where few hold it, the list's own
 * `right`: 403 without both, 400 if a filter is wrong, because that would give more than was asked
 * for.  The operation log gets `what`, with the filters.  `list` is taken. */
enum gt_err gt_export_send(struct gt_page *page, enum gt_right right, const struct gt_form *filters,
                           const char *what, const struct gt_sheet_source *source,
                           void *list) GT_CHECK;
/* The same for a list whose filters name what must be looked up first: in `begin`, with `list`. */
enum gt_err gt_export_send_read(struct gt_page *page, gt_db_fn begin, enum gt_right right,
                                const struct gt_form *filters, const char *what,
                                const struct gt_sheet_source *source, void *list) GT_CHECK;
/* The same for what is one's own: the route's right is enough. */
enum gt_err gt_export_send_own(struct gt_page *page, const struct gt_form *filters,
                               const char *what, const struct gt_sheet_source *source,
                               void *list) GT_CHECK;

#endif
