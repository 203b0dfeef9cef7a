/*
 * Taking a transaction back: with a reason, and the same amount typed again.
 *
 * Here is said beforehand what cannot be reversed and why; the till looks at all of it again.
 */
#include "cashier.h"

#include "till/search.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define AMOUNT_MOST INT64_C(99999999999)

enum { F_AMOUNT, F_REASON, F_TRACE, F__MAX };
static const struct gt_field fields[F__MAX] = {
    [F_AMOUNT] = {"amount", GT_FIELD_MONEY, .required = true, .least = 1, .most = AMOUNT_MOST},
    [F_REASON] = {"reason", GT_FIELD_LINE, .required = true, .most = 60},
    [F_TRACE] = {"trace", GT_FIELD_HIDDEN, .required = true, .least = 1, .most = INT64_MAX},
};

/* Finds the transaction that the address names, of this account or window; 404 if there is none. */
static enum gt_err find(struct gt_page *page, const struct gt_actor *actor,
                        struct gt_result *original)
{
    int64_t id = 0;
    if (!gt_page_id(page, "id", &id))
        return gt_page_error(page, 404);
    enum gt_err err = gt_till_look(&gt_staff_of(page)->till, actor, 0, id, original);
    if (err == GT_OK && original->txn.id == 0)
        return gt_page_error(page, 404);
    return err;
}

/* Why it cannot be reversed, as far as that is certain; OK if it may be tried. */
static enum gt_outcome hindrance(const struct gt_actor *actor, const struct gt_txn *txn,
                                 int64_t biz_date)
{
    if (txn->account_id != actor->user.account_id)
        return GT_OUT_REV_OTHER_OPERATOR;
    if (txn->op != GT_OP_PAY && txn->op != GT_OP_RECHARGE && txn->op != GT_OP_OPEN)
        return GT_OUT_REV_KIND;
    if (gt_txn_taken_back(txn))
        return GT_OUT_REV_DONE;
    if (txn->state == GT_TXN_REVERSING)
        return GT_OUT_REV_IN_PROGRESS;
    if (txn->state != GT_TXN_POSTED)
        return GT_OUT_REV_NOT_POSTED;
    return txn->out_date == biz_date ? GT_OUT_OK : GT_OUT_REV_NEXT_DAY;
}

static enum gt_err read_state(struct gt_tx *tx, void *arg)
{
    gt_state_read(tx, arg);
    return gt_tx_err(tx);
}

static enum gt_err show_form(struct gt_page *page, const struct gt_actor *actor,
                             const struct gt_txn *txn, struct gt_form *form)
{
    struct gt_state state;
    char number[GT_TXN_NUMBER_MAX];
    enum gt_err err = gt_page_read(page, "cashier.state", read_state, &state);
    if (err != GT_OK)
        return err;
    enum gt_outcome why = hindrance(actor, txn, state.biz_date);
    if (why != GT_OUT_OK)
        gt_cashier_says(page, why, "", "Why");
    if (why == GT_OUT_REV_NEXT_DAY || why == GT_OUT_REV_OTHER_OPERATOR)
        gt_page_set(page, "1", "May.Refund");
    gt_cashier_txn(page, txn, "Orig");
    gt_page_set_int(page, txn->id, "Orig.Id");
    gt_page_set(page, gt_txn_number(txn->id, number), "Orig.Number");
    gt_page_set(page, txn->customer_no, "Orig.Customer");
    gt_page_set(page, txn->card_no, "Orig.CardNo");
    gt_page_set_money(page, txn->amount + txn->fee, "Orig.Amount");
    gt_page_set_time(page, txn->decided_at, "Orig.At");
    gt_page_set(page, gt_txn_method(page->site->words, page->lang, txn->method), "Orig.Method");
    gt_form_show(form);
    return gt_cashier_show(page, actor, "cashier_reverse");
}

static enum gt_err show(struct gt_page *page)
{
    struct gt_actor actor;
    struct gt_result original;
    struct gt_form form;
    int64_t trace = 0;
    char text[24];
    enum gt_err err = gt_cashier_open(page, &actor);
    if (err == GT_OK && !page->done)
        err = find(page, &actor, &original);
    if (err != GT_OK || page->done)
        return err;
    err = gt_window_trace(&gt_who_of(page)->by, &trace);
    if (err != GT_OK)
        return err;
    (void)snprintf(text, sizeof text, "%" PRId64, trace);
    gt_form_start(page, fields, F__MAX, &form);
    gt_form_put(&form, F_TRACE, text);
    return show_form(page, &actor, &original.txn, &form);
}

static enum gt_err reverse(struct gt_page *page)
{
    struct gt_actor actor;
    struct gt_result original, result;
    struct gt_form form;
    enum gt_err err = gt_cashier_open(page, &actor);
    if (err == GT_OK && !page->done)
        err = find(page, &actor, &original);
    if (err != GT_OK || page->done)
        return err;
    (void)gt_form_read(page, fields, F__MAX, &form);
    if (form.value[F_TRACE].bad)
        return gt_page_error(page, 400);
    if (!form.bad && form.value[F_AMOUNT].number != original.txn.amount)
        gt_form_fail(&form, F_AMOUNT, "cashier.amount_again", NULL);
    if (form.bad)
        return show_form(page, &actor, &original.txn, &form);
    struct gt_order order = {.op = GT_OP_REVERSE,
                             .actor = &actor,
                             .trace_no = form.value[F_TRACE].number,
                             .amount = form.value[F_AMOUNT].number,
                             .orig_id = original.txn.id,
                             .wants_shift = true};
    GT_FIELD_COPY(order.customer_no, original.txn.customer_no);
    GT_FIELD_COPY(order.reason, form.value[F_REASON].text);
    if (!gt_card_fields(page, &order.card))
        return gt_page_error(page, 400);
    err = gt_till_run(&gt_staff_of(page)->till, &order, &result);
    if (err != GT_OK)
        return err;
    if (gt_outcome_info(result.outcome)->class == GT_CLASS_ERROR) {
        gt_cashier_says(page, result.outcome, "", "Sale");
        return show_form(page, &actor, &original.txn, &form);
    }
    if (result.outcome == GT_OUT_TRACE_REUSED)
        gt_page_flash(page, "warning", "cashier.reused", NULL);
    return gt_cashier_go_done(page, order.trace_no);
}

GT_ROUTE(reverse, .path = "/cashier/reverse", .name = "cashier", .get = show, .post = reverse,
         .right = GT_RIGHT_REVERSE, .object = "txn");
