/*
 * Refunds at the window, as lists: what is approved and waits to be carried out here, and what the
 * visitor has asked for, which can be filtered and taken away as a file.
 */
#include "cashier.h"

#include "staff/export.h"
#include "staff/refund_list.h"

#include <stdio.h>
#include <stdlib.h>

#define PAGE  50
#define READY 30

/* What is found; it outlives the page where it is exported. */
struct found {
    struct gt_page *page; /* as long as it lasts */
    struct gt_db *db;
    int64_t org_id;
    char q[GT_REFUND_Q];
    struct gt_refund_find find;
    struct gt_refund ready[READY], rows[PAGE + 1];
    struct gt_refund_view ready_views[READY], views[PAGE];
    size_t nready, n;
};

static enum gt_err read_on(struct gt_tx *tx, void *arg)
{
    struct found *f = arg;
    f->n = gt_refunds_find(tx, &f->find, f->rows);
    gt_refund_views_read(tx, f->rows, f->n < PAGE ? f->n : PAGE, f->views);
    return gt_tx_err(tx);
}

static enum gt_err read_in(struct gt_tx *tx, void *arg)
{
    struct found *f = arg;
    struct gt_org org;
    f->nready = 0;
    if (gt_row_find(tx, &gt_org_row, f->org_id, &org) &&
        gt_page_may(f->page, GT_RIGHT_REVERSE, org.path))
        f->nready = gt_refunds_ready(tx, org.path, f->ready, READY);
    gt_refund_views_read(tx, f->ready, f->nready, f->ready_views);
    return read_on(tx, f);
}

/* Owned by the caller. */
static enum gt_err begin(struct gt_page *page, struct gt_actor *actor, struct gt_list *list,
                         struct found **found)
{
    enum gt_err err = gt_cashier_open(page, actor);
    if (err != GT_OK || page->done)
        return err;
    struct found *f = calloc(1, sizeof *f);
    if (!f)
        return gt_err_set(GT_ERR_NOMEM, "no memory for refunds");
    gt_list_read(page, gt_refund_filters, GT_RL_ORG, gt_refund_sorts, list);
    gt_refund_find_fill(list, f->q, &f->find);
    f->find.maker_id = actor->user.id;
    f->page = page;
    f->db = gt_staff_of(page)->start->db;
    f->org_id = actor->user.org_id;
    *found = f;
    return GT_OK;
}

static enum gt_err show(struct gt_page *page)
{
    struct gt_actor actor;
    struct gt_list list;
    struct found *f;
    char leaf[32];
    enum gt_err err = begin(page, &actor, &list, &f);
    if (err != GT_OK || page->done)
        return err;
    f->find.after_id = gt_list_after_id(&list);
    err = gt_page_read(page, "cashier.refunds", read_in, f);
    if (err == GT_OK) {
        for (size_t i = 0; i < f->nready; i++) {
            (void)snprintf(leaf, sizeof leaf, "Ready.%zu", i);
            gt_refund_row_show(page, &f->ready_views[i], leaf);
        }
        for (size_t i = 0; i < f->n && i < PAGE; i++) {
            (void)snprintf(leaf, sizeof leaf, "Mine.%zu", i);
            gt_refund_row_show(page, &f->views[i], leaf);
        }
        if (f->n > 0)
            gt_export_show_own(&list, "/cashier/refunds/export");
        gt_list_show_id(&list, f->n > PAGE ? f->rows[PAGE - 1].id : 0);
        gt_refund_words(page);
        gt_page_words(page, "refunds");
        err = gt_cashier_show(page, &actor, "cashier_refunds");
    }
    free(f);
    return err;
}

GT_ROUTE(refunds, .path = "/cashier/refunds", .name = "refunds", .get = show,
         .right = GT_RIGHT_REVERSE);

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
    struct gt_actor actor;
    struct gt_list list;
    struct found *f;
    enum gt_err err = begin(page, &actor, &list, &f);
    return err == GT_OK && !page->done
               ? gt_export_send_own(page, &list.filters, "refunds.export", &source, f)
               : err;
}

GT_ROUTE(refunds_export, .path = "/cashier/refunds/export", .name = "refunds", .get = send,
         .right = GT_RIGHT_REVERSE);
