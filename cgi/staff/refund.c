/*
 * Refunds on pages: looking, showing, asking.
 */
#include "staff/refund.h"

#include "access/user.h"
#include "base/text.h"
#include "staff/txn_words.h"
#include "till/clearing.h"
#include "till/search.h"
#include "till/slip.h"

#include <stdio.h>
#include <string.h>

#define AMOUNT_MOST INT64_C(99999999999)

static const char *const methods[] = {"cash", "transfer", NULL};
const struct gt_field gt_refund_fields[GT_RF__MAX] = {
    [GT_RF_AMOUNT] = {"amount", GT_FIELD_MONEY, .required = true, .least = 1, .most = AMOUNT_MOST},
    [GT_RF_METHOD] = {"method", GT_FIELD_CHOICE, .required = true, .choices = methods},
    [GT_RF_RED_NO] = {"red_no", GT_FIELD_LINE, .most = 40},
    [GT_RF_REASON] = {"reason", GT_FIELD_LINE, .required = true, .most = 200},
};

static bool is_kind(const struct gt_txn *txn)
{
    return txn->op == GT_OP_PAY || txn->op == GT_OP_RECHARGE || txn->op == GT_OP_OPEN;
}

static enum gt_err read_in(struct gt_tx *tx, void *arg)
{
    struct gt_refund_look *l = arg;
    struct gt_refund_view *v = &l->view;
    struct gt_state state;
    l->there = gt_row_find(tx, &gt_txn_row, l->id, &v->orig) && is_kind(&v->orig) &&
               gt_row_find(tx, &gt_org_row, v->orig.org_id, &l->org) &&
               gt_page_may(l->page, GT_RIGHT_REVERSE, l->org.path);
    if (!l->there)
        return gt_tx_err(tx);
    gt_state_read(tx, &state);
    l->today = v->orig.out_date == state.biz_date && state.state == GT_TRADING &&
               v->orig.clear_date == gt_clearing_date(tx, v->orig.system, state.biz_date) &&
               !gt_slip_has_txn(tx, &v->orig);
    l->asked = gt_refund_last(tx, l->id, &v->refund, &v->approval) && gt_refund_view_read(tx, v);
    return gt_tx_err(tx);
}

enum gt_err gt_refund_look(struct gt_page *page, struct gt_refund_look *look)
{
    *look = (struct gt_refund_look){.page = page};
    enum gt_err err = GT_OK;
    if (gt_page_id(page, "id", &look->id))
        err = gt_page_read(page, "refund.look", read_in, look);
    return err == GT_OK && !look->there ? gt_page_error(page, 404) : err;
}

/* --- showing */

void gt_refund_words(struct gt_page *page)
{
    gt_page_words(page, "refund");
}

static const char *standing_kind(enum gt_refund_standing standing)
{
    static const char *const kinds[GT_REFUND__MAX] = {
        "pending", "doubt", "pending", "doubt", "posted", "declined", "declined", "declined",
    };
    return kinds[standing];
}

static void show_orig(struct gt_page *page, const struct gt_txn *txn)
{
    const char *standing = gt_standing_name(gt_txn_standing(txn));
    char number[GT_TXN_NUMBER_MAX], name[sizeof txn->customer_name];
    gt_mask_name(txn->customer_name, name, sizeof name);
    gt_page_set_int(page, txn->id, "Orig.Id");
    gt_page_set(page, gt_txn_number(txn->id, number), "Orig.Number");
    gt_page_set(page, txn->customer_no, "Orig.Customer");
    gt_page_set(page, name, "Orig.Name");
    gt_page_set(page, txn->card_no, "Orig.CardNo");
    gt_page_set(page, txn->operator_no, "Orig.Operator");
    gt_page_set_money(page, txn->amount + txn->fee, "Orig.Amount");
    gt_page_set_time(page, txn->decided_at, "Orig.At");
    gt_page_set_date(page, txn->out_date, "Orig.Date");
    gt_page_set(page, gt_txn_method(page->site->words, page->lang, txn->method), "Orig.Method");
    gt_page_set(page,
                gt_txn_word(page->site->words, page->lang, "op", gt_op_name((enum gt_op)txn->op)),
                "Orig.Op");
    gt_txn_set_state(page, "Orig.State", standing, "state", standing);
}

void gt_refund_row_show(struct gt_page *page, const struct gt_refund_view *v, const char *leaf)
{
    const struct gt_refund *refund = &v->refund;
    enum gt_refund_standing standing = gt_refund_standing(v);
    char word[64], number[GT_TXN_NUMBER_MAX];
    (void)snprintf(word, sizeof word, "refund.state_%s", gt_refund_standing_name(standing));
    gt_page_set(page, gt_refund_standing_name(standing), "%s.Standing", leaf);
    gt_page_set(page, gt_page_word(page, word), "%s.Word", leaf);
    gt_page_set(page, standing_kind(standing), "%s.Kind", leaf);
    gt_page_set_int(page, refund->id, "%s.Id", leaf);
    gt_page_set_int(page, refund->orig_id, "%s.OrigId", leaf);
    gt_page_set(page, gt_txn_number(refund->orig_id, number), "%s.Number", leaf);
    gt_page_set(page, v->orig.customer_no, "%s.Customer", leaf);
    gt_page_set_money(page, refund->amount, "%s.Amount", leaf);
    (void)snprintf(word, sizeof word, "refund.method_%s", refund->method);
    gt_page_set(page, gt_page_word(page, word), "%s.Method", leaf);
    gt_page_set(page, refund->red_no, "%s.RedNo", leaf);
    gt_page_set(page, v->approval.reason, "%s.Reason", leaf);
    gt_page_set(page, v->approval.note, "%s.Note", leaf);
    gt_page_set_time(page, refund->made_at, "%s.At", leaf);
    gt_page_set_time(page, v->approval.decided_at, "%s.DecidedAt", leaf);
    gt_page_set(page, refund->bank_no, "%s.BankNo", leaf);
    gt_page_set_time(page, refund->paid_at, "%s.PaidAt", leaf);
    if (v->txn.id) {
        gt_page_set_int(page, v->txn.id, "%s.TxnId", leaf);
        gt_page_set(page, gt_txn_number(v->txn.id, number), "%s.TxnNumber", leaf);
    }
}

void gt_refund_show(struct gt_refund_look *look, struct gt_form *form)
{
    struct gt_page *page = look->page;
    const struct gt_refund_view *v = &look->view;
    show_orig(page, &v->orig);
    if (look->asked)
        gt_refund_row_show(page, v, "Refund");
    bool open = !look->asked || gt_refund_standing(v) >= GT_REFUND_REFUSED;
    if (open && v->orig.state == GT_TXN_POSTED)
        gt_page_set(page, "1", "May.Ask");
    gt_form_show(form);
}

/* --- asking */

enum gt_err gt_refund_post(struct gt_refund_look *look, struct gt_form *form, bool *asked)
{
    struct gt_refusal no = {.why = GT_WHY_NONE};
    int64_t id = 0;
    *asked = false;
    if (!gt_form_read(look->page, gt_refund_fields, GT_RF__MAX, form))
        return GT_OK;
    struct gt_refund_form asks = {.txn_id = look->id,
                                  .amount = form->value[GT_RF_AMOUNT].number,
                                  .method = form->value[GT_RF_METHOD].text,
                                  .red_no = form->value[GT_RF_RED_NO].text,
                                  .reason = form->value[GT_RF_REASON].text};
    enum gt_err err = gt_refund_ask(&gt_who_of(look->page)->by, &asks, &id, &no);
    *asked = err == GT_OK;
    return err == GT_OK ? GT_OK : gt_page_refused(form, err, &no);
}
