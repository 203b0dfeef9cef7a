/*
 * Taking lists away.
 */
#include "export.h"

#include "access/note.h"

#include <stdio.h>

void gt_export_show(struct gt_list *list, const char *path)
{
    char as[128];
    if (!gt_grants_anywhere(&gt_who_of(list->page)->visit.grants, GT_RIGHT_EXPORT))
        return;
    gt_list_elsewhere(list, "Export.Csv", path);
    (void)snprintf(as, sizeof as, "%s?as=xlsx", path);
    gt_list_elsewhere(list, "Export.Xlsx", as);
}

enum gt_err gt_export_send(struct gt_page *page, enum gt_right right, const struct gt_form *filters,
                           const char *what, const struct gt_sheet_source *source, void *list)
{
    const struct gt_who *who = gt_who_of(page);
    enum gt_err err = GT_OK;
    if (!gt_grants_anywhere(&who->visit.grants, right) ||
        !gt_grants_anywhere(&who->visit.grants, GT_RIGHT_EXPORT))
        err = gt_page_error(page, 403);
    else if (filters->bad)
        err = gt_page_error(page, 400);
    else
        err = gt_note(&who->by, what, "", page->request->query);
    if (err == GT_OK && !page->done)
        return gt_sheet_send(page, source, list);
    source->done(list);
    return err;
}

enum gt_err gt_export_send_read(struct gt_page *page, gt_db_fn begin, enum gt_right right,
                                const struct gt_form *filters, const char *what,
                                const struct gt_sheet_source *source, void *list)
{
    enum gt_err err = gt_page_read(page, "export.begin", begin, list);
    if (err == GT_OK)
        return gt_export_send(page, right, filters, what, source, list);
    source->done(list);
    return err;
}
