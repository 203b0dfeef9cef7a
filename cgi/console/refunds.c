/*
 * Refunds that were asked for, the newest first: what waits for approval, for a window, for the
 * bank, and what is done.
 */
#include "console.h"

#include "base/text.h"
#include "scope.h"
#include "staff/refund.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define PAGE 49 /* one more is read, of at most 50 */

struct found {
    struct gt_page *page;
    int64_t before;
    struct gt_scopes scopes;
    struct gt_refund rows[GT_GRANTS_MAX * (PAGE + 1)];
    struct gt_refund_view views[PAGE];
    size_t n;
};

static int newest_first(const void *a, const void *b)
{
    const struct gt_refund *one = a, *two = b;
    return (one->id < two->id) - (one->id > two->id);
}

static enum gt_err read_in(struct gt_tx *tx, void *arg)
{
    struct found *f = arg;
    f->n = 0;
    gt_scopes_read(tx, f->page, GT_RIGHT_TXN_VIEW, "", &f->scopes);
    for (size_t i = 0; i < f->scopes.n; i++)
        f->n += gt_refunds_below(tx, f->scopes.path[i], f->before, f->rows + f->n, PAGE + 1);
    f->n = gt_rows_merge(f->rows, f->n, sizeof f->rows[0], PAGE + 1, newest_first);
    for (size_t i = 0; i < f->n && i < PAGE; i++) {
        f->views[i].refund = f->rows[i];
        if (!gt_refund_view_read(tx, &f->views[i]))
            return gt_tx_fail(tx, gt_err_set(GT_ERR_TAMPERED, "a refund without its approval"));
    }
    return gt_tx_err(tx);
}

static enum gt_err show(struct gt_page *page)
{
    struct gt_list list;
    char next[24] = "", leaf[32];
    struct found *f = calloc(1, sizeof *f);
    if (!f)
        return gt_err_set(GT_ERR_NOMEM, "no memory for refunds");
    gt_list_read(page, NULL, 0, NULL, &list);
    if (gt_int_parse(list.after, &f->before) != GT_OK || f->before < 0)
        f->before = 0;
    f->page = page;
    enum gt_err err = gt_page_read(page, "refunds.list", read_in, f);
    for (size_t i = 0; err == GT_OK && i < f->n && i < PAGE; i++) {
        (void)snprintf(leaf, sizeof leaf, "Row.%zu", i);
        gt_refund_row_show(page, &f->views[i], leaf);
    }
    if (gt_grants_anywhere(&gt_who_of(page)->visit.grants, GT_RIGHT_REVERSE))
        gt_page_set(page, "1", "May.Open"); /* the page of one wants it */
    if (err == GT_OK && f->n > PAGE)
        (void)snprintf(next, sizeof next, "%" PRId64, f->rows[PAGE - 1].id);
    if (err == GT_OK) {
        gt_list_show(&list, next);
        err = gt_page_show(page, "refunds");
    }
    free(f);
    return err;
}

GT_ROUTE(refunds, .path = "/console/refunds", .name = "refunds", .get = show,
         .right = GT_RIGHT_TXN_VIEW, .menu = GT_MENU_TXN + 40);
