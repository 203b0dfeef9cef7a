/*
 * Spoiled paper: the number of a receipt is made void with a reason, and the receipt gets the next
 * one; one's own void numbers, and these as a file.
 *
 * The form says which number it is about: sent twice, it voids once.
 */
#include "cashier.h"

#include "base/text.h"
#include "staff/export.h"
#include "staff/void_row.h"
#include "till/search.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { F_REASON, F_NO, F__MAX };
static const struct gt_field fields[F__MAX] = {
    [F_REASON] = {"reason", GT_FIELD_LINE, .required = true, .most = 60},
    [F_NO] = {"no", GT_FIELD_HIDDEN, .required = true, .least = 1, .most = INT64_MAX},
};

/* Finds one's own transaction that has a receipt; 404 if the address names none. */
static enum gt_err find(struct gt_page *page, struct gt_actor *actor, struct gt_result *result)
{
    int64_t id = 0;
    enum gt_err err = gt_cashier_open(page, actor);
    if (err != GT_OK || page->done)
        return err;
    if (!gt_page_id(page, "id", &id))
        return gt_page_error(page, 404);
    err = gt_till_look(&gt_staff_of(page)->till, actor, 0, id, result);
    if (err == GT_OK &&
        (result->txn.id == 0 || result->txn.user_id != actor->user.id || result->receipt_no == 0))
        return gt_page_error(page, 404);
    return err;
}

static enum gt_err show_form(const struct gt_actor *actor, const struct gt_result *result,
                             struct gt_form *form)
{
    struct gt_page *page = form->page;
    const struct gt_txn *txn = &result->txn;
    char number[GT_TXN_NUMBER_MAX], receipt[48];
    (void)snprintf(receipt, sizeof receipt, "%s-%07" PRId64, txn->operator_no, result->receipt_no);
    gt_cashier_txn(page, txn, "Orig");
    gt_page_set_int(page, txn->id, "Orig.Id");
    gt_page_set(page, gt_txn_number(txn->id, number), "Orig.Number");
    gt_page_set(page, receipt, "Orig.Receipt");
    gt_page_set(page, txn->customer_no, "Orig.Customer");
    gt_page_set_money(page, txn->amount + txn->fee, "Orig.Amount");
    gt_page_set_time(page, txn->decided_at, "Orig.At");
    gt_page_words(page, "voids");
    gt_form_show(form);
    return gt_cashier_show(page, actor, "cashier_void");
}

static enum gt_err show(struct gt_page *page)
{
    struct gt_actor actor;
    struct gt_result result;
    struct gt_form form;
    char text[24];
    enum gt_err err = find(page, &actor, &result);
    if (err != GT_OK || page->done)
        return err;
    (void)snprintf(text, sizeof text, "%" PRId64, result.receipt_no);
    gt_form_start(page, fields, F__MAX, &form);
    gt_form_put(&form, F_NO, text);
    return show_form(&actor, &result, &form);
}

static enum gt_err make_void(struct gt_page *page)
{
    struct gt_actor actor;
    struct gt_result result;
    struct gt_form form;
    struct gt_refusal no = {.why = GT_WHY_NONE};
    char path[64];
    enum gt_err err = find(page, &actor, &result);
    if (err != GT_OK || page->done)
        return err;
    (void)gt_form_read(page, fields, F__MAX, &form);
    if (form.value[F_NO].bad)
        return gt_page_error(page, 400);
    if (form.bad)
        return show_form(&actor, &result, &form);
    (void)snprintf(path, sizeof path, "/cashier/receipt?id=%" PRId64, result.txn.id);
    err = gt_receipt_void(&gt_who_of(page)->by, result.txn.id, form.value[F_NO].number,
                          form.value[F_REASON].text, &no);
    if (err != GT_OK)
        return gt_page_refused_to(page, err, &no, path);
    gt_page_flash(page, "success", "voids.done", NULL);
    return gt_page_go(page, path);
}

GT_ROUTE(void, .path = "/cashier/void", .name = "voids", .get = show, .post = make_void,
         .right = GT_RIGHT_VOID, .object = "txn");

/* --- one's own */

#define PAGE 50

enum { F_FROM, F_TO, F_DAYS };
static const struct gt_field filters[F_DAYS] = {
    [F_FROM] = {"from", GT_FIELD_DATE},
    [F_TO] = {"to", GT_FIELD_DATE},
};

/* It outlives the page where it is exported. */
struct found {
    struct gt_db *db;
    struct gt_void_find find;
    int64_t today;
    struct gt_void numbers[PAGE + 1];
    struct gt_void_row rows[PAGE];
    size_t n;
};

static enum gt_err read_in(struct gt_tx *tx, void *arg)
{
    struct found *f = arg;
    struct gt_state state;
    gt_state_read(tx, &state);
    f->today = state.biz_date;
    f->n = gt_voids_find(tx, &f->find, f->numbers);
    for (size_t i = 0; i < f->n && i < PAGE; i++) {
        f->rows[i].number = f->numbers[i];
        gt_void_row_read(tx, &f->rows[i]);
    }
    return gt_tx_err(tx);
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
        return gt_err_set(GT_ERR_NOMEM, "no memory for a list");
    gt_list_read(page, filters, F_DAYS, NULL, list);
    f->db = gt_staff_of(page)->start->db;
    f->find = (struct gt_void_find){.path = "/", .user_id = actor->user.id, .most = PAGE + 1};
    if (!list->filters.value[F_FROM].bad)
        f->find.from = list->filters.value[F_FROM].number;
    if (!list->filters.value[F_TO].bad)
        f->find.to = list->filters.value[F_TO].number;
    *found = f;
    return GT_OK;
}

static enum gt_err show_list(struct gt_page *page)
{
    struct gt_actor actor;
    struct gt_list list;
    struct found *f;
    char leaf[32];
    enum gt_err err = begin(page, &actor, &list, &f);
    if (err != GT_OK || page->done)
        return err;
    f->find.before_id = gt_list_after_id(&list);
    err = gt_page_read(page, "cashier.voids", read_in, f);
    if (err == GT_OK) {
        for (size_t i = 0; i < f->n && i < PAGE; i++) {
            (void)snprintf(leaf, sizeof leaf, "Row.%zu", i);
            gt_void_row_show(page, &f->rows[i], leaf);
        }
        if (f->n > 0)
            gt_export_show_own(&list, "/cashier/voids/export");
        gt_page_words(page, "voids");
        gt_list_ranges(&list, F_FROM, F_TO, f->today);
        gt_list_show_id(&list, f->n > PAGE ? f->numbers[PAGE - 1].id : 0);
        err = gt_cashier_show(page, &actor, "cashier_voids");
    }
    free(f);
    return err;
}

GT_ROUTE(voids, .path = "/cashier/voids", .name = "voids", .get = show_list,
         .right = GT_RIGHT_COLLECT);

static enum gt_err put_rows(struct gt_sheet *sheet, void *list, bool *more)
{
    struct found *f = list;
    enum gt_err err = gt_db_read(f->db, "voids.export", read_in, f);
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
    struct gt_actor actor;
    struct gt_list list;
    struct found *f;
    enum gt_err err = begin(page, &actor, &list, &f);
    return err == GT_OK && !page->done
               ? gt_export_send_own(page, &list.filters, "voids.export", &source, f)
               : err;
}

GT_ROUTE(voids_export, .path = "/cashier/voids/export", .name = "voids", .get = send,
         .right = GT_RIGHT_COLLECT);
