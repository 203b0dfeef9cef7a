/*
 * Asking that a transaction in doubt be decided.  Another person approves it (approvals).
 */
#include "txn.h"

#include "base/text.h"
#include "till/decide.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { F_HOW, F_AMOUNT, F_REASON, F__MAX };
static const char *const hows[] = {"posted", "never", NULL};
static const struct gt_field fields[F__MAX] = {
    [F_HOW] = {"posted", GT_FIELD_CHOICE, .required = true, .choices = hows},
    [F_AMOUNT] = {"amount", GT_FIELD_MONEY, .required = true, .most = INT64_MAX},
    [F_REASON] = {"reason", GT_FIELD_TEXT, .required = true, .most = 200},
};

struct found {
    struct gt_page *page;
    int64_t id;
    bool there, waits;
    struct gt_txn txn;
    struct gt_approval waiting;
};

static enum gt_err read_in(struct gt_tx *tx, void *arg)
{
    struct found *f = arg;
    struct gt_org org;
    f->there = gt_row_find(tx, &gt_txn_row, f->id, &f->txn) &&
               gt_row_find(tx, &gt_org_row, f->txn.org_id, &org) &&
               gt_page_may(f->page, GT_RIGHT_TXN_DECIDE, org.path);
    f->waits = f->there && gt_decide_waiting(tx, f->id, &f->waiting);
    return gt_tx_err(tx);
}

/* The transaction that the address names; answers 404 if the visitor may not decide it. */
static enum gt_err find(struct gt_page *page, struct found *f)
{
    *f = (struct found){.page = page};
    enum gt_err err = GT_OK;
    if (gt_page_id(page, "id", &f->id))
        err = gt_page_read(page, "doubt.decide", read_in, f);
    return err == GT_OK && !f->there ? gt_page_error(page, 404) : err;
}

static enum gt_err show_form(struct gt_form *form, const struct found *f)
{
    struct gt_page *page = form->page;
    const struct gt_txn *txn = &f->txn;
    const char *standing = gt_standing_name(gt_txn_standing(txn));
    char number[GT_TXN_NUMBER_MAX], name[sizeof txn->customer_name];
    gt_mask_name(txn->customer_name, name, sizeof name);
    gt_page_set_int(page, txn->id, "Txn.Id");
    gt_page_set(page, gt_txn_number(txn->id, number), "Txn.Number");
    gt_page_set(page, txn->customer_no, "Txn.Customer");
    gt_page_set(page, name, "Txn.Name");
    gt_page_set_money(page, txn->amount + txn->fee, "Txn.Amount");
    gt_page_set(page, txn->system, "Txn.System");
    gt_txn_set_state(page, "Txn.State", standing, "state", standing);
    if (txn->state == GT_TXN_PENDING)
        gt_page_set(page, "1", f->waits ? "Waits" : "Open");
    gt_form_show(form);
    return gt_page_show(page, "doubt_decide");
}

static enum gt_err show(struct gt_page *page)
{
    struct found f;
    struct gt_form form;
    enum gt_err err = find(page, &f);
    if (err != GT_OK || page->done)
        return err;
    gt_form_start(page, fields, F__MAX, &form);
    return show_form(&form, &f);
}

static enum gt_err decide(struct gt_page *page)
{
    struct found f;
    struct gt_form form;
    struct gt_refusal no = {.why = GT_WHY_NONE};
    char path[64];
    int64_t approval = 0;
    enum gt_err err = find(page, &f);
    if (err != GT_OK || page->done)
        return err;
    (void)gt_form_read(page, fields, F__MAX, &form);
    /* Typed once more, so that nobody decides the wrong one. */
    if (!form.value[F_AMOUNT].bad && form.value[F_AMOUNT].number != f.txn.amount + f.txn.fee)
        gt_form_fail(&form, F_AMOUNT, "doubt_decide.amount_differs", NULL);
    if (form.bad)
        return show_form(&form, &f);
    err = gt_decide_ask(&gt_who_of(page)->by, f.id, form.value[F_HOW].number == 0,
                        form.value[F_REASON].text, gt_console_of(page)->till.answer_ms, &approval,
                        &no);
    if (err != GT_OK) {
        err = gt_page_refused(&form, err, &no);
        return err != GT_OK || page->done ? err : show_form(&form, &f);
    }
    (void)snprintf(path, sizeof path, "/console/txn?id=%" PRId64, f.id);
    gt_page_flash(page, "success", "doubt_decide.done", NULL);
    return gt_page_go(page, path);
}

GT_ROUTE(doubt_decide, .path = "/console/doubt/decide", .name = "doubt_decide", .get = show,
         .post = decide, .right = GT_RIGHT_TXN_DECIDE, .object = "txn", .under = "doubts");
