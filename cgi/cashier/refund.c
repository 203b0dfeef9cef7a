/*
 * Refunds at the window: asking for one, taking that back while it waits, carrying out what was
 * approved.  Lists of them are in refunds.c.
 *
 * Carrying out is an order like any other: the form holds its trace number, and the browser goes on
 * to what became of that.
 */
#include "cashier.h"

#include "base/text.h"
#include "staff/refund.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* What the window would send: where only the account is another one, upstream gets a reversal. */
static enum gt_op op_of(const struct gt_refund_look *look, const struct gt_actor *actor)
{
    return look->today && look->view.orig.account_id != actor->user.account_id ? GT_OP_REVERSE
                                                                               : GT_OP_REFUND;
}

static enum gt_err open_look(struct gt_page *page, struct gt_actor *actor,
                             struct gt_refund_look *look)
{
    enum gt_err err = gt_cashier_open(page, actor);
    return err == GT_OK && !page->done ? gt_refund_look(page, look) : err;
}

static enum gt_err show_look(struct gt_refund_look *look, const struct gt_actor *actor,
                             struct gt_form *form)
{
    struct gt_page *page = look->page;
    int64_t trace = 0;
    enum gt_err err = GT_OK;
    gt_refund_show(look, form);
    gt_refund_words(page);
    if (look->asked && gt_refund_standing(&look->view) == GT_REFUND_WAITING &&
        look->view.refund.maker_id == actor->user.id)
        gt_page_set(page, "1", "May.Withdraw");
    if (look->asked && gt_refund_standing(&look->view) == GT_REFUND_READY) {
        err = gt_window_trace(&gt_who_of(page)->by, &trace);
        gt_page_set_int(page, trace, "Run.Trace");
        if (look->view.approval.checker_id == actor->user.id)
            gt_cashier_says(page, GT_OUT_REFUND_OWN, "", "Run.Why");
    }
    return err == GT_OK ? gt_cashier_show(page, actor, "cashier_refund") : err;
}

static enum gt_err show(struct gt_page *page)
{
    struct gt_actor actor;
    struct gt_refund_look look;
    struct gt_form form;
    enum gt_err err = open_look(page, &actor, &look);
    if (err != GT_OK || page->done)
        return err;
    gt_form_start(page, gt_refund_fields, GT_RF__MAX, &form);
    return show_look(&look, &actor, &form);
}

static enum gt_err ask(struct gt_page *page)
{
    struct gt_actor actor;
    struct gt_refund_look look;
    struct gt_form form;
    bool asked = false;
    char path[64];
    enum gt_err err = open_look(page, &actor, &look);
    if (err != GT_OK || page->done)
        return err;
    err = gt_refund_post(&look, &form, &asked);
    if (err != GT_OK || page->done)
        return err;
    if (!asked)
        return show_look(&look, &actor, &form);
    (void)snprintf(path, sizeof path, "/cashier/refund?id=%" PRId64, look.id);
    gt_page_flash(page, "success", "refund.asked", NULL);
    return gt_page_go(page, path);
}

GT_ROUTE(refund, .path = "/cashier/refund", .name = "refund", .get = show, .post = ask,
         .right = GT_RIGHT_REVERSE, .object = "txn");

/* One's own request; another's answers like none. */
static enum gt_err withdraw(struct gt_page *page)
{
    struct gt_actor actor;
    struct gt_refund_look look;
    struct gt_refusal no = {.why = GT_WHY_NONE};
    char path[64];
    enum gt_err err = open_look(page, &actor, &look);
    if (err != GT_OK || page->done)
        return err;
    if (!look.asked)
        return gt_page_error(page, 404);
    (void)snprintf(path, sizeof path, "/cashier/refund?id=%" PRId64, look.id);
    err = gt_approval_withdraw(&gt_who_of(page)->by, look.view.refund.id, &no);
    if (err != GT_OK)
        return gt_page_refused_to(page, err, &no, path);
    gt_page_flash(page, "success", "refund.withdrawn", NULL);
    return gt_page_go(page, path);
}

GT_ROUTE(refund_withdraw, .path = "/cashier/refund/withdraw", .name = "refund", .post = withdraw,
         .right = GT_RIGHT_REVERSE, .object = "txn");

static enum gt_err run(struct gt_page *page)
{
    struct gt_actor actor;
    struct gt_refund_look look;
    struct gt_result result;
    struct gt_order order = {.actor = &actor, .wants_shift = true};
    char path[64];
    enum gt_err err = open_look(page, &actor, &look);
    if (err != GT_OK || page->done)
        return err;
    if (gt_int_parse(gt_params_get(&page->form, "trace"), &order.trace_no) != GT_OK ||
        order.trace_no <= 0 || !gt_card_fields(page, &order.card))
        return gt_page_error(page, 400);
    order.op = op_of(&look, &actor);
    order.amount = look.view.orig.amount;
    order.orig_id = look.id;
    GT_FIELD_COPY(order.customer_no, look.view.orig.customer_no);
    if (look.asked)
        GT_FIELD_COPY(order.reason, look.view.approval.reason);
    err = gt_till_run(&gt_staff_of(page)->till, &order, &result);
    if (err != GT_OK)
        return err;
    const struct gt_outcome_info *info = gt_outcome_info(result.outcome);
    if (info->class != GT_CLASS_ERROR && result.outcome != GT_OUT_TRACE_REUSED)
        return gt_cashier_go_done(page, order.trace_no);
    (void)snprintf(path, sizeof path, "/cashier/refund?id=%" PRId64, look.id);
    gt_page_flash(page, "warning", "as_it_is",
                  GT_ARGS(page->lang == GT_LANG_EN ? info->en : info->zh));
    return gt_page_go(page, path);
}

GT_ROUTE(refund_run, .path = "/cashier/refund/run", .name = "refund", .post = run,
         .right = GT_RIGHT_REVERSE, .object = "txn");
