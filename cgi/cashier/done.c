/*
 * What became of a trace number: posted, declined, in doubt, or never arrived.
 *
 * It only looks.  So it may be asked for at any time and as often as one likes, and a page that has
 * lost its answer finds its way back here.
 */
#include "cashier.h"

#include "base/text.h"
#include "books/kept.h"
#include "till/cash_back.h"
#include "till/search.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Whether cash changed hands, so that a refusal means it goes back. */
static bool is_cash_sale(const struct gt_txn *txn)
{
    return strcmp(txn->method, "cash") == 0 && !gt_op_gives_back((enum gt_op)txn->op);
}

static void show_money(struct gt_page *page, const struct gt_txn *txn)
{
    int64_t due = txn->amount + txn->fee;
    gt_page_set_money(page, due, "Done.Amount");
    if (txn->tendered >= due && !gt_op_gives_back((enum gt_op)txn->op)) {
        gt_page_set_money(page, txn->tendered, "Done.Tendered");
        gt_page_set_money(page, txn->tendered - due, "Done.Change");
    }
    gt_page_set(page, gt_txn_method(page->site->words, page->lang, txn->method), "Done.Method");
    if (is_cash_sale(txn))
        gt_page_set(page, "1", "Done.Cash");
    if (strcmp(txn->method, "cash") == 0)
        gt_page_set(page, "1", "Done.BackInCash");
    if (txn->op == GT_OP_REFUND)
        gt_page_set(page, "1", "Done.IsRefund");
    if (gt_op_gives_back((enum gt_op)txn->op))
        gt_page_set(page, "1", "Done.IsReversal");
    else if (txn->state == GT_TXN_POSTED && txn->op != GT_OP_REPLACE)
        gt_page_set(page, "1", "Done.May"); /* be reversed, as far as can be seen here */
}

static void show_who(struct gt_page *page, const struct gt_txn *txn)
{
    char name[sizeof txn->customer_name];
    gt_mask_name(txn->customer_name, name, sizeof name);
    gt_page_set(page, txn->customer_no, "Done.Customer");
    gt_page_set(page, name, "Done.Name");
    gt_page_set(page, txn->address, "Done.Address");
    gt_page_set(page, txn->meter_no, "Done.Meter");
}

static void show_result(struct gt_page *page, const struct gt_result *result)
{
    const struct gt_txn *txn = &result->txn;
    char number[GT_TXN_NUMBER_MAX];
    int64_t since = gt_now(gt_staff_of(page)->clock) - txn->created_at;
    gt_cashier_txn(page, txn, "Done");
    gt_page_set(page, gt_standing_name(gt_txn_standing(txn)), "Done.State");
    gt_page_set(page, gt_txn_number(txn->id, number), "Done.Number");
    gt_page_set_int(page, txn->id, "Done.Id");
    gt_page_set_time(page, txn->created_at, "Done.At");
    gt_page_set_int(page, since > 0 ? since / 1000 : 0, "Done.Seconds");
    gt_cashier_says(page, result->outcome, result->text, "Done");
    if (result->outcome == GT_OUT_REV_NEXT_DAY || result->outcome == GT_OUT_REV_REMITTED)
        gt_page_set_int(page, txn->orig_id, "Done.Refundable");
    show_money(page, txn);
    show_who(page, txn);
}

/* Looks a transaction up by its trace number, or by its number. */
static enum gt_err look(struct gt_page *page, const struct gt_actor *actor,
                        struct gt_result *result)
{
    int64_t trace = 0, id = 0;
    if (!gt_page_id(page, "trace", &trace) && !gt_page_id(page, "id", &id))
        return gt_page_error(page, 404);
    enum gt_err err = gt_till_look(&gt_staff_of(page)->till, actor, trace, id, result);
    if (err == GT_OK && result->txn.id == 0 && id)
        return gt_page_error(page, 404);
    return err;
}

/* --- the cash of what was released */

struct cash {
    const struct gt_txn *txn;
    bool asked, told;
    struct gt_cash_back back;
};

static enum gt_err cash_in(struct gt_tx *tx, void *arg)
{
    struct cash *c = arg;
    c->asked = gt_cash_back_asked(tx, c->txn);
    c->told = c->asked && gt_row_find(tx, &gt_cash_back_row, c->txn->id, &c->back);
    return gt_tx_err(tx);
}

/* What was in doubt and is not sold: whether the customer has the money again. */
static enum gt_err show_cash(struct gt_page *page, const struct gt_actor *actor,
                             const struct gt_txn *txn)
{
    struct cash c = {.txn = txn};
    enum gt_err err = gt_page_read(page, "cashier.cash", cash_in, &c);
    if (err != GT_OK || !c.asked)
        return err;
    if (c.told)
        gt_page_set(page, c.back.kept ? "kept" : "back", "Cash.Told");
    else if (txn->user_id == actor->user.id)
        gt_page_set(page, "1", "Cash.Ask");
    return GT_OK;
}

static enum gt_err tell(struct gt_page *page)
{
    static const char *const choices[] = {"back", "kept", NULL};
    static const struct gt_field fields[] = {
        {"cash", GT_FIELD_CHOICE, .required = true, .choices = choices}};
    struct gt_actor actor;
    struct gt_result result;
    struct gt_form form;
    struct gt_refusal no = {.why = GT_WHY_NONE};
    char path[64], text[600];
    int64_t id = 0;
    enum gt_err err = gt_cashier_open(page, &actor);
    if (err != GT_OK || page->done)
        return err;
    err = look(page, &actor, &result);
    if (err != GT_OK || page->done)
        return err;
    if (!gt_page_id(page, "id", &id))
        return gt_page_error(page, 404);
    if (!gt_form_read(page, fields, 1, &form))
        return gt_page_error(page, 400);
    err = gt_kept_tell(&gt_who_of(page)->by, id, form.value[0].number == 1, &no);
    if (no.why == GT_WHY_ABSENT)
        return gt_page_error(page, 404);
    if (no.why != GT_WHY_NONE) {
        gt_page_flash(page, "warning", "as_it_is",
                      GT_ARGS(gt_refusal_text(&no, page->lang == GT_LANG_EN, text, sizeof text)));
        err = GT_OK;
    }
    (void)snprintf(path, sizeof path, "/cashier/done?id=%" PRId64, id);
    return err == GT_OK ? gt_page_go(page, path) : err;
}

GT_ROUTE(cash, .path = "/cashier/cash", .name = "cashier", .post = tell, .right = GT_RIGHT_COLLECT,
         .object = "txn");

/* --- looking */

/* Writing again is a step of a purchase: what became of it is shown at the purchase, which is paid
 * whatever that is.  `*written` is what has the packet. */
static enum gt_err to_purchase(struct gt_page *page, const struct gt_actor *actor,
                               struct gt_result *result, struct gt_result *written)
{
    bool refused = result->txn.state == GT_TXN_DECLINED;
    *written = *result;
    if (result->txn.op != GT_OP_REWRITE || (!refused && !gt_txn_is_posted(&result->txn)))
        return GT_OK;
    enum gt_err err =
        gt_till_look(&gt_staff_of(page)->till, actor, 0, written->txn.orig_id, result);
    if (err != GT_OK || !refused)
        return err;
    if (gt_card_waits(&result->txn))
        gt_cashier_says(page, written->outcome, written->text, "Again");
    *written = *result;
    return GT_OK;
}

static enum gt_err show(struct gt_page *page)
{
    struct gt_actor actor;
    struct gt_result result, written;
    enum gt_err err = gt_cashier_open(page, &actor);
    if (err != GT_OK || page->done)
        return err;
    err = look(page, &actor, &result);
    if (err != GT_OK || page->done)
        return err;
    gt_page_set(page, gt_params_get(&page->query, "trace"), "Done.Trace");
    if (result.txn.id)
        gt_page_set_int(page, result.txn.trace_no, "Done.Trace");
    err = to_purchase(page, &actor, &result, &written);
    if (err != GT_OK)
        return err;
    if (result.txn.id == 0 || result.txn.op == GT_OP_VOID)
        gt_page_set(page, "absent", "Done.State");
    else
        show_result(page, &result);
    if (gt_card_waits(&result.txn) && written.packet.present) {
        gt_page_set(page, "to_write", "Done.State");
        err = gt_card_show(page, &result, &written);
    } else if (gt_txn_is_posted(&result.txn) && result.receipt_no) {
        err = gt_receipt_show(page, &actor, result.txn.id);
    }
    if (err == GT_OK && result.txn.state == GT_TXN_DECLINED)
        err = show_cash(page, &actor, &result.txn);
    return err == GT_OK ? gt_cashier_show(page, &actor, "cashier_done") : err;
}

GT_ROUTE(done, .path = "/cashier/done", .name = "cashier", .get = show, .right = GT_RIGHT_COLLECT,
         .object = "txn");
