/*
 * A refund in the console: asking for one, how it stands, and entering the bank's transfer.  A
 * window carries it out (cgi/cashier/refund.c), and the inbox decides (approval.c).
 */
#include "console.h"

#include "books/payout.h"
#include "staff/refund.h"

#include <inttypes.h>
#include <stdio.h>

enum { P_BANK_NO, P_REFUND, P__MAX };
static const struct gt_field pay_fields[P__MAX] = {
    [P_BANK_NO] = {"bank_no", GT_FIELD_LINE, .required = true, .most = 40},
    [P_REFUND] = {"refund", GT_FIELD_HIDDEN, .required = true, .least = 1, .most = INT64_MAX},
};

static enum gt_err show_look(struct gt_refund_look *look, struct gt_form *form)
{
    struct gt_page *page = look->page;
    gt_refund_show(look, form);
    if (look->asked && gt_refund_standing(&look->view) == GT_REFUND_UNPAID &&
        gt_page_may(page, GT_RIGHT_REMIT_CONFIRM, look->org.path))
        gt_page_set(page, "1", "May.Pay");
    if (look->asked && gt_page_may(page, GT_RIGHT_APPROVAL_VIEW, look->org.path))
        gt_page_set(page, "1", "May.Approval");
    gt_page_set(page, look->org.name, "Orig.Org");
    return gt_page_show(page, "refund");
}

/* The forms of asking and of paying stand on one page, never both. */
static void start_form(struct gt_refund_look *look, struct gt_form *form)
{
    char text[24];
    if (!look->asked || gt_refund_standing(&look->view) != GT_REFUND_UNPAID) {
        gt_form_start(look->page, gt_refund_fields, GT_RF__MAX, form);
        return;
    }
    gt_form_start(look->page, pay_fields, P__MAX, form);
    (void)snprintf(text, sizeof text, "%" PRId64, look->view.refund.id);
    gt_page_set(look->page, text, "Refund.Key");
}

static enum gt_err show(struct gt_page *page)
{
    struct gt_refund_look look;
    struct gt_form form;
    enum gt_err err = gt_refund_look(page, &look);
    if (err != GT_OK || page->done)
        return err;
    start_form(&look, &form);
    return show_look(&look, &form);
}

static enum gt_err go_back(struct gt_page *page, int64_t id, const char *said)
{
    char path[64];
    (void)snprintf(path, sizeof path, "/console/refund?id=%" PRId64, id);
    gt_page_flash(page, "success", said, NULL);
    return gt_page_go(page, path);
}

static enum gt_err ask(struct gt_page *page)
{
    struct gt_refund_look look;
    struct gt_form form;
    bool asked = false;
    enum gt_err err = gt_refund_look(page, &look);
    if (err != GT_OK || page->done)
        return err;
    err = gt_refund_post(&look, &form, &asked);
    if (err != GT_OK || page->done)
        return err;
    return asked ? go_back(page, look.id, "refund.asked") : show_look(&look, &form);
}

GT_ROUTE(refund, .path = "/console/refund", .name = "refund", .get = show, .post = ask,
         .right = GT_RIGHT_REVERSE, .object = "txn", .under = "refunds");

static enum gt_err pay(struct gt_page *page)
{
    struct gt_refund_look look;
    struct gt_form form;
    struct gt_refusal no = {.why = GT_WHY_NONE};
    enum gt_err err = gt_refund_look(page, &look);
    if (err != GT_OK || page->done)
        return err;
    (void)gt_form_read(page, pay_fields, P__MAX, &form);
    if (form.value[P_REFUND].bad || !look.asked ||
        form.value[P_REFUND].number != look.view.refund.id)
        return gt_page_error(page, 400);
    if (form.bad)
        return show_look(&look, &form);
    err = gt_refund_pay(&gt_who_of(page)->by, look.view.refund.id, form.value[P_BANK_NO].text, &no);
    if (err == GT_OK)
        return go_back(page, look.id, "refund.paid");
    err = gt_page_refused(&form, err, &no);
    return err != GT_OK || page->done ? err : show_look(&look, &form);
}

GT_ROUTE(refund_pay, .path = "/console/refund/pay", .name = "refund", .post = pay,
         .right = GT_RIGHT_REMIT_CONFIRM, .object = "txn", .under = "refunds");
