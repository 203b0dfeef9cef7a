/*
 * Lists: filters, sort and place in the address, so that a list can be sent to a colleague.
 *
 * Pages go by key, not by number: `after` in the address is the key of the last row shown, so page
 * ten thousand costs what the first costs and nothing is counted.
 */
#ifndef GT_KIT_LIST_H
#define GT_KIT_LIST_H

#include "kit/form.h"

struct gt_list {
    struct gt_page *page;
    struct gt_form filters;
    const char *const *sorts; /* names of columns one may sort by, NULL-ended; first: the default */
    size_t sort;              /* which */
    bool down;                /* greatest first */
    const char *after;        /* key of the last row of the page before; "" at the beginning */
};

/* Reads filters, `sort` ("name" or "-name") and `after` from the address.  A filter that is wrong
 * has its error and counts as not given.  `sorts` may be NULL. */
void gt_list_read(struct gt_page *page, const struct gt_field *filters, size_t n,
                  const char *const *sorts, struct gt_list *list);
/* Whether any filter is set. */
bool gt_list_filtered(const struct gt_list *list);
/* Gives the template filters (Form.…), List.Next (an address; only if `next`, the key of the last
 * row shown, is not ""), List.First, List.Sort.<name>.Href and .Dir, List.Filtered, List.Clear. */
void gt_list_show(struct gt_list *list, const char *next);
/* The same for a list whose keyset is an id: what `after` says, 0 at the beginning; and the id of
 * the last row shown, 0 if there are no more. */
int64_t gt_list_after_id(const struct gt_list *list);
void gt_list_show_id(struct gt_list *list, int64_t next);
/* The times from the beginning of the day that the date field `from` names to the end of that of
 * `to`, as people's clocks have it; all of time where none is named. */
void gt_list_days(const struct gt_list *list, size_t from, size_t to, int64_t *begin, int64_t *end);
/* Gives the template links to often wanted dates, as Range.<i>.Href, .Label and .Here, with all
 * other filters kept: `from` and `to` are date fields, `today` is yyyymmdd.  Before
 * gt_list_show(). */
void gt_list_ranges(struct gt_list *list, size_t from, size_t to, int64_t today);
/* Sets `leaf` to the address of what is filtered, as it is sorted, on another page: for an export.
 */
void gt_list_elsewhere(struct gt_list *list, const char *leaf, const char *path);

#endif
