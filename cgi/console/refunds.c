/*
 * Refunds that were asked for below the visitor's subtrees: what waits for approval, for a window,
 * for the bank, and what is done.
 */
#include "console.h"

#include "scope.h"
#include "staff/export.h"
#include "staff/refund_list.h"

#include <stdio.h>
#include <stdlib.h>

#define PAGE 50

/* What is found; it outlives the page where it is exported. */
struct found {
    struct gt_page *page; /* as long as it lasts */
    struct gt_db *db;
    const char *org; /* as typed, as long as the page */
    char q[GT_REFUND_Q];
    struct gt_refund_find find;
    struct gt_scopes scopes;
    struct gt_refund rows[GT_GRANTS_MAX * (PAGE + 1)];
    struct gt_refund_view views[PAGE];
    size_t n;
    int64_t today;
};

static int oldest_first(const void *a, const void *b)
{
    const struct gt_refund *one = a, *two = b;
    return (one->id > two->id) - (one->id < two->id);
}

static int newest_first(const void *a, const void *b)
{
    return oldest_first(b, a);
}

static enum gt_err scopes_in(struct gt_tx *tx, void *arg)
{
    struct found *f = arg;
    struct gt_state state;
    gt_state_read(tx, &state);
    f->today = state.biz_date;
    gt_scopes_read(tx, f->page, GT_RIGHT_TXN_VIEW, f->org, &f->scopes);
    return gt_tx_err(tx);
}

static enum gt_err read_on(struct gt_tx *tx, void *arg)
{
    struct found *f = arg;
    f->n = 0;
    for (size_t i = 0; i < f->scopes.n; i++) {
        f->find.path = f->scopes.path[i];
        f->n += gt_refunds_find(tx, &f->find, f->rows + f->n);
    }
    f->n = gt_rows_merge(f->rows, f->n, sizeof f->rows[0], PAGE + 1,
                         f->find.oldest ? oldest_first : newest_first);
    gt_refund_views_read(tx, f->rows, f->n < PAGE ? f->n : PAGE, f->views);
    return gt_tx_err(tx);
}

static enum gt_err read_in(struct gt_tx *tx, void *arg)
{
    return scopes_in(tx, arg) == GT_OK ? read_on(tx, arg) : gt_tx_err(tx);
}

/* Owned by the caller. */
static enum gt_err begin(struct gt_page *page, struct gt_list *list, struct found **found)
{
    struct found *f = calloc(1, sizeof *f);
    if (!f)
        return gt_err_set(GT_ERR_NOMEM, "no memory for refunds");
    gt_list_read(page, gt_refund_filters, GT_RL__MAX, gt_refund_sorts, list);
    gt_refund_find_fill(list, f->q, &f->find);
    f->page = page;
    f->db = gt_console_of(page)->start->db;
    f->org = list->filters.value[GT_RL_ORG].text;
    *found = f;
    return GT_OK;
}

static enum gt_err show(struct gt_page *page)
{
    struct gt_list list;
    struct found *f;
    char leaf[32];
    enum gt_err err = begin(page, &list, &f);
    if (err != GT_OK)
        return err;
    f->find.after_id = gt_list_after_id(&list);
    err = gt_page_read(page, "refunds.list", read_in, f);
    if (err == GT_OK) {
        if (f->scopes.absent)
            gt_form_fail(&list.filters, GT_RL_ORG, "no_such_org", NULL);
        for (size_t i = 0; i < f->n && i < PAGE; i++) {
            (void)snprintf(leaf, sizeof leaf, "Row.%zu", i);
            gt_refund_row_show(page, &f->views[i], leaf);
        }
        if (gt_grants_anywhere(&gt_who_of(page)->visit.grants, GT_RIGHT_REVERSE))
            gt_page_set(page, "1", "May.Open"); /* the page of one wants it */
        if (f->n > 0)
            gt_export_show(&list, "/console/refunds/export");
        gt_list_ranges(&list, GT_RL_FROM, GT_RL_TO, f->today);
        gt_list_show_id(&list, f->n > PAGE ? f->rows[PAGE - 1].id : 0);
        err = gt_page_show(page, "refunds");
    }
    free(f);
    return err;
}

GT_ROUTE(refunds, .path = "/console/refunds", .name = "refunds", .get = show,
         .right = GT_RIGHT_TXN_VIEW, .menu = GT_MENU_TXN + 40);

/* --- as a file */

static enum gt_err put_rows(struct gt_sheet *sheet, void *list, bool *more)
{
    struct found *f = list;
    enum gt_err err = gt_db_read(f->db, "refunds.export", read_on, f);
    for (size_t i = 0; err == GT_OK && i < f->n && i < PAGE; i++) {
        gt_refund_row_put(sheet, &f->views[i]);
        f->find.after_id = f->rows[i].id;
    }
    *more = f->n > PAGE;
    return err;
}

static enum gt_err send(struct gt_page *page)
{
    static const struct gt_sheet_source source = {"refunds", "refunds", gt_refund_columns, put_rows,
                                                  free};
    struct gt_list list;
    struct found *f;
    enum gt_err err = begin(page, &list, &f);
    if (err != GT_OK)
        return err;
    return gt_export_send_read(page, scopes_in, GT_RIGHT_TXN_VIEW, &list.filters, "refunds.export",
                               &source, f);
}

GT_ROUTE(refunds_export, .path = "/console/refunds/export", .name = "refunds", .get = send,
         .right = GT_RIGHT_EXPORT, .under = "refunds");
