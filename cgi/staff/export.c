/*
 * Taking lists away.
 */
#include "staff/export.h"

#include "access/note.h"

#include <stdio.h>

void gt_export_show_own(struct gt_list *list, const char *path)
{
    char as[128];
    gt_list_elsewhere(list, "Export.Csv", path);
    (void)snprintf(as, sizeof as, "%s?as=xlsx", path);
    gt_list_elsewhere(list, "Export.Xlsx", as);
}

void gt_export_show(struct gt_list *list, const char *path)
{
    if (gt_grants_anywhere(&gt_who_of(list->page)->visit.grants, GT_RIGHT_EXPORT))
        gt_export_show_own(list, path);
}

enum gt_err gt_export_send_own(struct gt_page *page, const struct gt_form *filters,
                               const char *what, const struct gt_sheet_source *source, void *list)
{
    enum gt_err err = filters->bad ? gt_page_error(page, 400)
                                   : gt_note(&gt_who_of(page)->by, what, "", page->request->query);
    if (err == GT_OK && !page->done)
        return gt_sheet_send(page, source, list);
    source->done(list);
    return err;
}

enum gt_err gt_export_send(struct gt_page *page, enum gt_right right, const struct gt_form *filters,
                           const char *what, const struct gt_sheet_source *source, void *list)
{
    const struct gt_who *who = gt_who_of(page);
    if (gt_grants_anywhere(&who->visit.grants, right) &&
        gt_grants_anywhere(&who->visit.grants, GT_RIGHT_EXPORT))
        return gt_export_send_own(page, filters, what, source, list);
    source->done(list);
    return gt_page_error(page, 403);
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
