/*
 * Parameters: what holds at an organisation, and where it comes from.
 */
#include "param.h"
#include "scope.h"

#include <inttypes.h>
#include <stdio.h>

enum { F_ORG, F__MAX };
static const struct gt_field filters[F__MAX] = {
    [F_ORG] = {"org", GT_FIELD_LINE, .most = 32},
};

struct found {
    struct gt_page *page;
    const char *code;
    struct gt_scopes scopes;
    struct gt_org org; /* id 0: there is none to show */
    struct gt_param_view views[GT_PARAM__MAX];
    struct gt_org from[GT_PARAM__MAX];
};

/* The last organisation of a path "/1/5/9/". */
static bool org_of_path(struct gt_tx *tx, const char *path, struct gt_org *org)
{
    int64_t id = 0, last = 0;
    for (; *path; path++) {
        if (*path == '/') {
            last = id ? id : last;
            id = 0;
        } else {
            id = id * 10 + (*path - '0');
        }
    }
    return last && gt_row_find(tx, &gt_org_row, last, org);
}

/* The organisation that was asked for; else the first one where the visitor may see parameters. */
static enum gt_err read_in(struct gt_tx *tx, void *arg)
{
    struct found *f = arg;
    gt_scopes_read(tx, f->page, GT_RIGHT_PARAM_VIEW, f->code, &f->scopes);
    f->org = f->scopes.org;
    if (!f->org.id && !f->scopes.absent &&
        (f->scopes.n == 0 || !org_of_path(tx, f->scopes.path[0], &f->org)))
        f->org.id = 0;
    for (int i = 0; f->org.id && i < GT_PARAM__MAX; i++) {
        gt_param_look(tx, (enum gt_param)i, &f->org, &f->views[i]);
        f->from[i].id = 0;
        if (f->views[i].from_id && !gt_row_find(tx, &gt_org_row, f->views[i].from_id, &f->from[i]))
            f->from[i].id = 0;
    }
    return gt_tx_err(tx);
}

static void set_row(struct gt_page *page, const struct found *f, int i)
{
    const struct gt_param_info *info = gt_param_info((enum gt_param)i);
    const struct gt_param_view *view = &f->views[i];
    bool english = page->lang == GT_LANG_EN;
    char text[GT_PARAM_TEXT];
    gt_page_set(page, info->key, "Param.%d.Key", i);
    gt_page_set(page, english ? info->en : info->zh, "Param.%d.Name", i);
    gt_page_set(page, english ? info->en_help : info->zh_help, "Param.%d.Help", i);
    gt_page_set(page, gt_param_text(page, (enum gt_param)i, view->value, text), "Param.%d.Value",
                i);
    gt_page_set(page, gt_param_text(page, (enum gt_param)i, info->standard, text),
                "Param.%d.Default", i);
    if (view->version)
        gt_page_set(page, "1", "Param.%d.Set", i);
    else if (f->from[i].id)
        gt_page_set(page, f->from[i].name, "Param.%d.From", i);
}

static enum gt_err show(struct gt_page *page)
{
    struct gt_list list;
    struct found f = {.page = page};
    gt_list_read(page, filters, F__MAX, NULL, &list);
    f.code = list.filters.value[F_ORG].bad ? "" : list.filters.value[F_ORG].text;
    enum gt_err err = gt_page_read(page, "params.list", read_in, &f);
    if (err != GT_OK)
        return err;
    if (f.scopes.absent)
        gt_form_fail(&list.filters, F_ORG, "no_such_org", NULL);
    if (f.org.id) {
        gt_page_set(page, f.org.name, "Org.Name");
        gt_page_set(page, f.org.code, "Org.Code");
        for (int i = 0; i < GT_PARAM__MAX; i++)
            set_row(page, &f, i);
    }
    gt_list_show(&list, "");
    return gt_page_show(page, "params");
}

GT_ROUTE(params, .path = "/console/params", .name = "params", .get = show,
         .right = GT_RIGHT_PARAM_VIEW, .menu = GT_MENU_SYSTEM + 10);
