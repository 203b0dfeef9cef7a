/*
 * Void receipt numbers below the visitor's subtrees, the newest first: whose, why, and which number
 * the receipt took.  The numbers are made void at the cashier page.
 */
#include "console.h"

#include "base/text.h"
#include "scope.h"
#include "staff/export.h"
#include "staff/void_row.h"
#include "till/search.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE 50

enum { F_Q, F_ORG, F_FROM, F_TO, F__MAX };
static const struct gt_field filters[F__MAX] = {
    [F_Q] = {"q", GT_FIELD_LINE, .most = 40},
    [F_ORG] = {"org", GT_FIELD_LINE, .most = 32},
    [F_FROM] = {"from", GT_FIELD_DATE},
    [F_TO] = {"to", GT_FIELD_DATE},
};

/* What is found; it outlives the page where it is exported. */
struct found {
    struct gt_page *page; /* as long as it lasts */
    struct gt_db *db;
    char q[40 * 4 + 1], org[32 * 4 + 1];
    struct gt_scopes scopes;
    struct gt_void_find find;
    bool nobody; /* no such operator */
    int64_t today;
    struct gt_void numbers[GT_GRANTS_MAX * (PAGE + 1)];
    struct gt_void_row rows[PAGE];
    size_t n;
};

static int newest_first(const void *a, const void *b)
{
    const struct gt_void *one = a, *two = b;
    return (one->id < two->id) - (one->id > two->id);
}

/* An operator, or a receipt of one. */
static void look_up(struct gt_tx *tx, struct found *f)
{
    char operator_no[21];
    struct gt_user user = {.id = 0};
    f->find.receipt_no = 0;
    f->nobody = f->q[0] && !gt_user_by_operator(tx, f->q, &user) &&
                !(gt_receipt_number_read(f->q, operator_no, &f->find.receipt_no) &&
                  gt_user_by_operator(tx, operator_no, &user));
    f->find.user_id = user.id;
}

static enum gt_err scopes_in(struct gt_tx *tx, void *arg)
{
    struct found *f = arg;
    struct gt_state state;
    gt_state_read(tx, &state);
    f->today = state.biz_date;
    gt_scopes_read(tx, f->page, GT_RIGHT_TXN_VIEW, f->org, &f->scopes);
    look_up(tx, f);
    return gt_tx_err(tx);
}

static enum gt_err read_on(struct gt_tx *tx, void *arg)
{
    struct found *f = arg;
    f->n = 0;
    for (size_t i = 0; !f->nobody && i < f->scopes.n; i++) {
        f->find.path = f->scopes.path[i];
        f->n += gt_voids_find(tx, &f->find, f->numbers + f->n);
    }
    f->n = gt_rows_merge(f->numbers, f->n, sizeof f->numbers[0], PAGE + 1, newest_first);
    for (size_t i = 0; i < f->n && i < PAGE; i++) {
        f->rows[i].number = f->numbers[i];
        gt_void_row_read(tx, &f->rows[i]);
    }
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
        return gt_err_set(GT_ERR_NOMEM, "no memory for a list");
    gt_list_read(page, filters, F__MAX, NULL, list);
    const struct gt_value *value = list->filters.value;
    f->page = page;
    f->db = gt_console_of(page)->start->db;
    f->find = (struct gt_void_find){.most = PAGE + 1};
    if (!value[F_Q].bad)
        (void)!gt_str_copy(f->q, sizeof f->q, value[F_Q].text);
    if (!value[F_ORG].bad)
        (void)!gt_str_copy(f->org, sizeof f->org, value[F_ORG].text);
    if (!value[F_FROM].bad)
        f->find.from = value[F_FROM].number;
    if (!value[F_TO].bad)
        f->find.to = value[F_TO].number;
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
    f->find.before_id = gt_list_after_id(&list);
    err = gt_page_read(page, "voids.list", read_in, f);
    if (err == GT_OK) {
        if (f->scopes.absent)
            gt_form_fail(&list.filters, F_ORG, "no_such_org", NULL);
        for (size_t i = 0; i < f->n && i < PAGE; i++) {
            (void)snprintf(leaf, sizeof leaf, "Row.%zu", i);
            gt_void_row_show(page, &f->rows[i], leaf);
        }
        if (f->n > 0)
            gt_export_show(&list, "/console/voids/export");
        gt_list_ranges(&list, F_FROM, F_TO, f->today);
        gt_list_show_id(&list, f->n > PAGE ? f->numbers[PAGE - 1].id : 0);
        err = gt_page_show(page, "voids");
    }
    free(f);
    return err;
}

GT_ROUTE(voids, .path = "/console/voids", .name = "voids", .get = show, .right = GT_RIGHT_TXN_VIEW,
         .menu = GT_MENU_TXN + 50);

/* --- as a file */

static enum gt_err put_rows(struct gt_sheet *sheet, void *list, bool *more)
{
    struct found *f = list;
    enum gt_err err = gt_db_read(f->db, "voids.export", read_on, f);
    for (size_t i = 0; err == GT_OK && i < f->n && i < PAGE; i++) {
        gt_void_row_put(sheet, &f->rows[i]);
        f->find.before_id = f->numbers[i].id;
    }
    *more = f->n > PAGE;
    return err;
}

static enum gt_err send(struct gt_page *page)
{
    static const struct gt_sheet_source source = {"void-numbers", "voids", gt_void_columns,
                                                  put_rows, free};
    struct gt_list list;
    struct found *f;
    enum gt_err err = begin(page, &list, &f);
    if (err != GT_OK)
        return err;
    return gt_export_send_read(page, scopes_in, GT_RIGHT_TXN_VIEW, &list.filters, "voids.export",
                               &source, f);
}

GT_ROUTE(voids_export, .path = "/console/voids/export", .name = "voids", .get = send,
         .right = GT_RIGHT_EXPORT, .under = "voids");
