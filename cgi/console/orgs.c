/*
 * Organisations: the tree of what the visitor may see.
 *
 * In the order of the tree, by path: a page of the list begins behind the path of the last row of
 * the page before.  Who holds the right at several places sees one subtree after the other.
 */
#include "console.h"
#include "staff/export.h"

#include "access/list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE     50
#define TEXT_MAX 64

enum { F_Q, F_KIND, F_STATE, F__MAX };
static const char *const kinds[] = {"bureau", "county", "station", "agent", NULL};
static const char *const states[] = {"enabled", "disabled", NULL};
static const struct gt_field filters[F__MAX] = {
    [F_Q] = {"q", GT_FIELD_LINE, .most = TEXT_MAX},
    [F_KIND] = {"kind", GT_FIELD_CHOICE, .choices = kinds},
    [F_STATE] = {"state", GT_FIELD_CHOICE, .choices = states},
};

/* A way through the list; it outlives the page where it is exported. */
struct walk {
    struct gt_grants grants;
    char text[TEXT_MAX * 4 + 1]; /* filters */
    int64_t kind, state;
    char begin[sizeof((struct gt_org *)NULL)->path]; /* behind this path; "" at the beginning */
    struct gt_org rows[PAGE + 1];
    size_t n;
    struct gt_db *db;
};

/* The number of a choice among the filters plus `first`, 0 if none is set. */
static int64_t chosen(const struct gt_form *filter, size_t field, int64_t first)
{
    const struct gt_value *value = &filter->value[field];
    return value->text[0] && !value->bad ? value->number + first : 0;
}

/* The subtree that comes next behind a path in the order of paths; NULL behind the last. */
static const char *next_scope(const struct gt_grants *grants, const char *path)
{
    const char *next = NULL, *scope;
    for (size_t i = 0; (scope = gt_grants_scope(grants, GT_RIGHT_ORG_VIEW, i)); i++) {
        if (strcmp(scope, path) > 0 && (!next || strcmp(scope, next) < 0))
            next = scope;
    }
    return next;
}

/* The subtree that holds a path, NULL if the visitor's hold none such. */
static const char *scope_of(const struct gt_grants *grants, const char *path)
{
    const char *scope;
    for (size_t i = 0; (scope = gt_grants_scope(grants, GT_RIGHT_ORG_VIEW, i)); i++) {
        if (strncmp(path, scope, strlen(scope)) == 0)
            return scope;
    }
    return NULL;
}

/* Reads one row more than is shown, to know whether there are more. */
static enum gt_err read_in(struct gt_tx *tx, void *arg)
{
    struct walk *w = arg;
    const char *scope = scope_of(&w->grants, w->begin);
    struct gt_find find = {
        .text = w->text,
        .kind = w->kind,
        .state = w->state,
        .after = scope ? w->begin : "",
    };
    if (!scope)
        scope = next_scope(&w->grants, w->begin);
    for (w->n = 0; scope && w->n <= PAGE; scope = next_scope(&w->grants, scope)) {
        find.path = scope;
        find.most = PAGE + 1 - w->n;
        w->n += gt_org_list(tx, &find, w->rows + w->n);
        find.after = "";
    }
    return gt_tx_err(tx);
}

/* How far below the first row of its scope a row stands, for its indentation. */
static int depth_of(const struct gt_grants *grants, const char *path)
{
    const char *scope = scope_of(grants, path);
    int depth = 0;
    for (const char *at = scope ? path + strlen(scope) : ""; *at; at++)
        depth += *at == '/';
    return depth > 5 ? 5 : depth;
}

static void set_row(struct gt_page *page, const struct walk *w, size_t i)
{
    const struct gt_org *org = &w->rows[i];
    char word[64];
    gt_page_set_int(page, org->id, "Org.%zu.Id", i);
    gt_page_set(page, org->code, "Org.%zu.Code", i);
    gt_page_set(page, org->name, "Org.%zu.Name", i);
    gt_page_set_int(page, depth_of(&w->grants, org->path), "Org.%zu.Depth", i);
    (void)snprintf(word, sizeof word, "orgs.kind_%s",
                   gt_org_kind_name((enum gt_org_kind)org->kind));
    gt_page_set(page, gt_page_word(page, word), "Org.%zu.Kind", i);
    if (org->state == GT_ENABLED)
        gt_page_set(page, "1", "Org.%zu.Enabled", i);
}

/* A way through what is filtered, from where the address says; owned by the caller. */
static enum gt_err begin_walk(struct gt_page *page, struct gt_list *list, struct walk **walk)
{
    struct walk *w = calloc(1, sizeof *w);
    if (!w)
        return gt_err_set(GT_ERR_NOMEM, "no memory for a list");
    gt_list_read(page, filters, F__MAX, NULL, list);
    w->db = gt_console_of(page)->start->db;
    w->grants = gt_who_of(page)->visit.grants;
    w->kind = chosen(&list->filters, F_KIND, GT_ORG_BUREAU);
    w->state = chosen(&list->filters, F_STATE, GT_ENABLED);
    /* What does not fit is no path of ours, and no good filter. */
    if (!list->filters.value[F_Q].bad)
        (void)!gt_str_copy(w->text, sizeof w->text, list->filters.value[F_Q].text);
    (void)!gt_str_copy(w->begin, sizeof w->begin, list->after);
    *walk = w;
    return GT_OK;
}

static enum gt_err show(struct gt_page *page)
{
    struct gt_list list;
    struct walk *w;
    enum gt_err err = begin_walk(page, &list, &w);
    if (err != GT_OK)
        return err;
    err = gt_page_read(page, "orgs.list", read_in, w);
    if (err == GT_OK) {
        for (size_t i = 0; i < w->n && i < PAGE; i++)
            set_row(page, w, i);
        if (w->n > 0)
            gt_export_show(&list, "/console/orgs/export");
        if (gt_grants_anywhere(&w->grants, GT_RIGHT_ORG_MANAGE))
            gt_page_set(page, "1", "May.Import");
        gt_list_show(&list, w->n > PAGE ? w->rows[PAGE - 1].path : "");
        err = gt_page_show(page, "orgs");
    }
    free(w);
    return err;
}

GT_ROUTE(orgs, .path = "/console/orgs", .name = "orgs", .get = show, .right = GT_RIGHT_ORG_VIEW,
         .menu = GT_MENU_ORG + 10);

/* --- as a file */

static const char *const columns[] = {"code", "name", "kind", "state", NULL};

static enum gt_err put_rows(struct gt_sheet *sheet, void *list, bool *more)
{
    struct walk *w = list;
    char word[64];
    enum gt_err err = gt_db_read(w->db, "orgs.export", read_in, w);
    for (size_t i = 0; err == GT_OK && i < w->n; i++) {
        const struct gt_org *org = &w->rows[i];
        gt_cell_text(sheet, org->code);
        gt_cell_text(sheet, org->name);
        (void)snprintf(word, sizeof word, "orgs.kind_%s",
                       gt_org_kind_name((enum gt_org_kind)org->kind));
        gt_cell_word(sheet, word);
        gt_cell_word(sheet, org->state == GT_ENABLED ? "state.enabled" : "state.disabled");
    }
    *more = w->n > PAGE;
    if (w->n > 0)
        memcpy(w->begin, w->rows[w->n - 1].path, sizeof w->begin);
    return err;
}

static enum gt_err send(struct gt_page *page)
{
    static const struct gt_sheet_source source = {"organisations", "orgs", columns, put_rows, free};
    struct gt_list list;
    struct walk *w;
    enum gt_err err = begin_walk(page, &list, &w);
    if (err != GT_OK)
        return err;
    w->begin[0] = '\0'; /* all, whichever page is shown */
    return gt_export_send(page, GT_RIGHT_ORG_VIEW, &list.filters, "org.export", &source, w);
}

GT_ROUTE(orgs_export, .path = "/console/orgs/export", .name = "orgs", .get = send,
         .right = GT_RIGHT_EXPORT, .under = "orgs");
