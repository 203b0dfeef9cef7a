/*
 * Parameters: what holds at an organisation, and where it comes from.
 */
#include "param.h"
#include "scope.h"
#include "staff/export.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
        gt_export_show(&list, "/console/params/export");
    }
    gt_list_show(&list, "");
    return gt_page_show(page, "params");
}

GT_ROUTE(params, .path = "/console/params", .name = "params", .get = show,
         .right = GT_RIGHT_PARAM_VIEW, .menu = GT_MENU_SYSTEM + 10);

/* --- as a file */

/* Few and short, so they are put together before anything is sent. */
struct texts {
    bool english;
    bool there; /* an organisation to show them of */
    struct {
        char value[GT_PARAM_TEXT], standard[GT_PARAM_TEXT];
        char from[sizeof((struct gt_org *)NULL)->name]; /* "" for the default */
    } row[GT_PARAM__MAX];
};

static const char *const columns[] = {"name", "key", "value", "from", "standard", "help", NULL};

static enum gt_err put_rows(struct gt_sheet *sheet, void *list, bool *more)
{
    const struct texts *t = list;
    for (int i = 0; t->there && i < GT_PARAM__MAX; i++) {
        const struct gt_param_info *info = gt_param_info((enum gt_param)i);
        gt_cell_text(sheet, t->english ? info->en : info->zh);
        gt_cell_text(sheet, info->key);
        gt_cell_text(sheet, t->row[i].value);
        if (t->row[i].from[0])
            gt_cell_text(sheet, t->row[i].from);
        else
            gt_cell_word(sheet, "params.standard");
        gt_cell_text(sheet, t->row[i].standard);
        gt_cell_text(sheet, t->english ? info->en_help : info->zh_help);
    }
    *more = false;
    return GT_OK;
}

static enum gt_err send(struct gt_page *page)
{
    static const struct gt_sheet_source source = {"parameters", "params", columns, put_rows, free};
    struct gt_list list;
    struct found f = {.page = page};
    struct texts *t = calloc(1, sizeof *t);
    if (!t)
        return gt_err_set(GT_ERR_NOMEM, "no memory for a list");
    gt_list_read(page, filters, F__MAX, NULL, &list);
    f.code = list.filters.value[F_ORG].bad ? "" : list.filters.value[F_ORG].text;
    enum gt_err err = gt_page_read(page, "params.export", read_in, &f);
    if (err != GT_OK) {
        free(t);
        return err;
    }
    t->english = page->lang == GT_LANG_EN;
    t->there = f.org.id != 0;
    for (int i = 0; t->there && i < GT_PARAM__MAX; i++) {
        const struct gt_org *from = f.views[i].version ? &f.org : &f.from[i];
        (void)gt_param_text(page, (enum gt_param)i, f.views[i].value, t->row[i].value);
        (void)gt_param_text(page, (enum gt_param)i, gt_param_info((enum gt_param)i)->standard,
                            t->row[i].standard);
        if (from->id)
            memcpy(t->row[i].from, from->name, sizeof t->row[i].from);
    }
    return gt_export_send(page, GT_RIGHT_PARAM_VIEW, &list.filters, "param.export", &source, t);
}

GT_ROUTE(params_export, .path = "/console/params/export", .name = "params", .get = send,
         .right = GT_RIGHT_EXPORT, .under = "params");
