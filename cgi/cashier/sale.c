/*
 * A sale: bills of an old meter, a recharge, or the first or a new card of a smart one.
 *
 * The form holds the trace number that it was made with, and what the page knew of the customer's
 * money (gt_seen).  So the same form sent again is the same sale, and another form of an old page
 * is none.  After an answer that is stored, whatever it is, the browser goes to /cashier/done.
 */
#include "cashier.h"

#include "base/money.h"
#include "base/text.h"
#include "link/upstream.h"
#include "till/flow.h"
#include "till/search.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* The most that anybody types; limits that matter are the customer's, the account's, the day's. */
#define AMOUNT_MOST INT64_C(99999999999)

enum {
    F_CUSTOMER,
    F_BUSINESS,
    F_AMOUNT,
    F_ADVANCE,
    F_METHOD,
    F_TENDERED,
    F_METER,
    F_FEE,
    F_REASON,
    F_TRACE,
    F_SEEN_DATE,
    F_SEEN_MARK,
    F__MAX
};
static const char *const businesses[] = {"pay", "recharge", "open", "replace", NULL};
static const char *const methods[] = {"cash",   "card",     "wechat", "alipay",
                                      "cheque", "transfer", NULL};
static const struct gt_field fields[F__MAX] = {
    [F_CUSTOMER] = {"customer", GT_FIELD_LINE, .required = true, .most = 32},
    [F_BUSINESS] = {"business", GT_FIELD_CHOICE, .required = true, .choices = businesses},
    [F_AMOUNT] = {"amount", GT_FIELD_MONEY, .least = 1, .most = AMOUNT_MOST},
    [F_ADVANCE] = {"advance", GT_FIELD_MONEY, .least = 0, .most = AMOUNT_MOST},
    [F_METHOD] = {"method", GT_FIELD_CHOICE, .required = true, .choices = methods},
    [F_TENDERED] = {"tendered", GT_FIELD_MONEY, .least = 0, .most = AMOUNT_MOST},
    [F_METER] = {"meter", GT_FIELD_LINE, .most = 32},
    [F_FEE] = {"fee", GT_FIELD_MONEY, .least = 0, .most = AMOUNT_MOST},
    [F_REASON] = {"reason", GT_FIELD_LINE, .most = 60},
    [F_TRACE] = {"trace", GT_FIELD_HIDDEN, .required = true, .least = 1, .most = INT64_MAX},
    [F_SEEN_DATE] = {"seen_date", GT_FIELD_HIDDEN, .required = true, .least = 1, .most = 99991231},
    [F_SEEN_MARK] = {"seen_mark", GT_FIELD_HIDDEN, .required = true, .least = 0, .most = INT64_MAX},
};

/* --- showing */

#define LOOK 10 /* among these is a customer's last of today that moved money */

struct look {
    const char *customer_no, *system;
    struct gt_seen seen;
    struct gt_txn underway; /* in flight or in doubt; id 0: none */
    struct gt_txn today;    /* the last one that was not declined; id 0: none */
};

static void find_today(struct gt_tx *tx, struct look *l)
{
    struct gt_txn txns[LOOK];
    struct gt_txn_found found = {.n = 0};
    struct gt_txn_find find = {
        .path = "/", .from = l->seen.date, .to = l->seen.date, .customer_no = l->customer_no};
    l->today.id = 0;
    gt_txn_search(tx, &find, txns, LOOK, &found);
    for (size_t i = 0; i < found.n && !l->today.id; i++) {
        if (gt_op_is_money((enum gt_op)txns[i].op) && txns[i].state != GT_TXN_DECLINED)
            l->today = txns[i];
    }
}

static enum gt_err look_in(struct gt_tx *tx, void *arg)
{
    struct look *l = arg;
    gt_seen_read(tx, l->customer_no, &l->seen);
    find_today(tx, l);
    if (!gt_row_find(tx, &gt_txn_row, gt_underway(tx, l->system, l->customer_no), &l->underway))
        l->underway.id = 0;
    return gt_tx_err(tx);
}

/* What the customer has had today: whoever comes back here by a reload sees that it is done. */
static void show_today(struct gt_page *page, const struct gt_actor *actor, const struct gt_txn *txn)
{
    if (!txn->id)
        return;
    gt_cashier_txn(page, txn, "Today");
    gt_page_set_money(page, txn->amount + txn->fee, "Today.Amount");
    gt_page_set_time(page, txn->created_at, "Today.At");
    if (gt_flow_may_see(actor, txn))
        gt_page_set_int(page, txn->id, "Today.Id");
}

/* One at a time: to what is under way, where it is one's own; else why nothing can be collected. */
static enum gt_err show_underway(struct gt_page *page, const struct gt_actor *actor,
                                 const struct gt_txn *txn)
{
    char path[64];
    if (!gt_flow_may_see(actor, txn)) {
        gt_cashier_says(page, GT_OUT_CUSTOMER_BUSY, "", "Find");
        return gt_cashier_show(page, actor, "cashier");
    }
    (void)snprintf(path, sizeof path, "/cashier/done?id=%" PRId64, txn->id);
    return gt_page_go(page, path);
}

/* Which business the page offers: what was asked for, where that makes sense. */
static const char *offered(const struct gt_page *page, const struct gt_up_reply *found)
{
    const char *wanted = gt_params_get(&page->query, "do");
    if (found->meter_kind == GT_METER_BILL || found->meter_kind == GT_METER_NONE)
        return "pay";
    if (found->meter_kind == GT_METER_CARD && !found->open)
        return "open";
    if (found->meter_kind == GT_METER_CARD && strcmp(wanted, "replace") == 0)
        return "replace";
    return found->nbills > 0 && strcmp(wanted, "recharge") != 0 ? "pay" : "recharge";
}

/* What else there is to do for the customer: behind F3 and F4. */
static void show_others(struct gt_page *page, const struct gt_up_reply *found, const char *business)
{
    bool recharge = strcmp(business, "recharge") == 0;
    if (found->meter_kind == GT_METER_REMOTE && found->nbills > 0)
        gt_page_set(page, recharge ? "pay" : "recharge", "Sale.Other");
    if (found->meter_kind == GT_METER_CARD && found->open)
        gt_page_set(page, recharge ? "replace" : "recharge", "Sale.CardOther");
    if (found->meter_kind == GT_METER_CARD && strcmp(business, "pay") != 0)
        gt_page_set(page, recharge ? "own" : "blank", "Sale.Card");
}

/* Whether a bill was ticked in the form that is shown again; all are in a new one. */
static bool ticked(const struct gt_page *page, const struct gt_form *form, const char *bill_no)
{
    const struct gt_pair *pair;
    size_t n = strlen(bill_no);
    if (!form->value[F_TRACE].text[0])
        return true;
    for (size_t i = 0; (pair = gt_params_at(&page->form, "bill", i)); i++) {
        if (strncmp(pair->value, bill_no, n) == 0 && pair->value[n] == ':')
            return true;
    }
    return false;
}

/* Reads "number:fen" of each ticked bill; false if one is not that. */
static bool take_bills(const struct gt_page *page, struct gt_up_reply *found)
{
    const struct gt_pair *pair;
    for (size_t i = 0; (pair = gt_params_at(&page->form, "bill", i)); i++) {
        struct gt_bill *bill = &found->bills[found->nbills];
        const char *colon = strrchr(pair->value, ':');
        size_t n = colon ? (size_t)(colon - pair->value) : 0;
        if (n == 0 || n >= sizeof bill->bill_no || found->nbills == GT_BILLS_MAX)
            return false;
        *bill = (struct gt_bill){.period = 0};
        if (gt_int_parse(colon + 1, &bill->amount) != GT_OK || bill->amount < 0 ||
            bill->amount > AMOUNT_MOST)
            return false;
        memcpy(bill->bill_no, pair->value, n);
        found->nbills++;
    }
    return true;
}

static void show_due(struct gt_page *page, const struct gt_form *form,
                     const struct gt_up_reply *found)
{
    int64_t due = 0;
    for (int i = 0; i < found->nbills; i++) {
        if (!ticked(page, form, found->bills[i].bill_no))
            continue;
        gt_page_set(page, "1", "Bill.%d.Ticked", i);
        due += found->bills[i].amount;
    }
    gt_page_set_money(page, due + form->value[F_ADVANCE].number, "Sale.Due");
}

/* Shows the form; one that was sent keeps its trace number and what it knew. */
static enum gt_err show_form(struct gt_page *page, const struct gt_actor *actor,
                             const struct gt_up_reply *found, struct gt_form *form)
{
    bool again = form->value[F_TRACE].text[0] != '\0';
    const char *business = again ? form->value[F_BUSINESS].text : offered(page, found);
    bool bills = strcmp(business, "pay") == 0;
    gt_customer_show(page, actor, found);
    gt_page_set(page, business, "Sale.Business");
    /* Marketing systems take an advance beside bills, not alone. */
    gt_page_set(page, "1",
                bills && !again && found->nbills == 0 ? "Sale.Nothing" : "Sale.Possible");
    show_others(page, found, business);
    if (bills)
        show_due(page, form, found);
    gt_form_show(form);
    return gt_cashier_show(page, actor, "cashier");
}

enum gt_err gt_sale_show(struct gt_page *page, const struct gt_actor *actor,
                         const struct gt_up_reply *found)
{
    const struct gt_till *till = &gt_staff_of(page)->till;
    const struct gt_upstream *upstream = gt_upstream_for(till->upstreams, found->customer_no);
    struct look l = {.customer_no = found->customer_no, .system = upstream ? upstream->name : ""};
    struct gt_form form;
    int64_t trace = 0;
    enum gt_err err = gt_page_read(page, "cashier.seen", look_in, &l);
    if (err == GT_OK && l.underway.id)
        return show_underway(page, actor, &l.underway);
    if (err == GT_OK)
        err = gt_window_trace(&gt_who_of(page)->by, &trace);
    if (err != GT_OK)
        return err;
    gt_form_start(page, fields, F__MAX, &form);
    gt_form_put(&form, F_METHOD, "cash");
    show_today(page, actor, &l.today);
    gt_page_set_int(page, trace, "Sale.Trace");
    gt_page_set_int(page, l.seen.date, "Sale.SeenDate");
    gt_page_set_int(page, l.seen.mark, "Sale.SeenMark");
    return show_form(page, actor, found, &form);
}

/* The form again, with what is wrong: the customer is asked for again, the trace number stays. */
static enum gt_err show_again(struct gt_page *page, const struct gt_actor *actor,
                              struct gt_form *form)
{
    struct gt_up_reply found;
    enum gt_outcome outcome = GT_OUT_OK;
    char said[601];
    gt_page_set(page, form->value[F_TRACE].text, "Sale.Trace");
    gt_page_set(page, form->value[F_SEEN_DATE].text, "Sale.SeenDate");
    gt_page_set(page, form->value[F_SEEN_MARK].text, "Sale.SeenMark");
    enum gt_err err =
        gt_customer_find(page, actor, form->value[F_CUSTOMER].text, &found, &outcome, said);
    if (err != GT_OK || outcome == GT_OUT_OK)
        return err == GT_OK ? show_form(page, actor, &found, form) : err;
    /* Upstream is away: what can be shown is the form as it was sent, without its customer. */
    bool card = gt_params_get(&page->form, "card_no")[0] != '\0';
    found =
        (struct gt_up_reply){.meter_kind = card ? GT_METER_CARD : GT_METER_REMOTE, .open = true};
    if (gt_str_copy(found.customer_no, sizeof found.customer_no, form->value[F_CUSTOMER].text) !=
        GT_OK)
        return gt_page_error(page, 400);
    if (!take_bills(page, &found))
        found.nbills = 0; /* said at the form */
    return show_form(page, actor, &found, form);
}

/* --- selling */

/* Adds the ticked bills up; false if one is none. */
static bool read_bills(const struct gt_page *page, struct gt_order *order, int64_t *sum)
{
    struct gt_up_reply ticked = {.nbills = 0};
    if (!take_bills(page, &ticked))
        return false;
    for (int i = 0; i < ticked.nbills; i++) {
        if (gt_money_add(*sum, ticked.bills[i].amount, sum) != GT_OK)
            return false;
        GT_FIELD_COPY(order->bill_no[i], ticked.bills[i].bill_no);
    }
    order->nbills = ticked.nbills;
    return true;
}

static enum gt_op op_of(const char *business)
{
    static const enum gt_op ops[] = {GT_OP_PAY, GT_OP_RECHARGE, GT_OP_OPEN, GT_OP_REPLACE};
    for (size_t i = 0; businesses[i]; i++) {
        if (strcmp(businesses[i], business) == 0)
            return ops[i];
    }
    return GT_OP_NONE;
}

/* From the form to an order; what is wrong stands at its field. */
static bool read_order(struct gt_page *page, const struct gt_actor *actor, struct gt_form *form,
                       struct gt_order *order)
{
    enum gt_op op = op_of(form->value[F_BUSINESS].text);
    bool pay = op == GT_OP_PAY;
    *order = (struct gt_order){
        .op = op,
        .actor = actor,
        .trace_no = form->value[F_TRACE].number,
        .wants_shift = true,
        .amount = pay                   ? form->value[F_ADVANCE].number
                  : op == GT_OP_REPLACE ? 0
                                        : form->value[F_AMOUNT].number,
        .fee = op == GT_OP_REPLACE ? form->value[F_FEE].number : 0,
        .seen = {form->value[F_SEEN_DATE].number, form->value[F_SEEN_MARK].number}};
    if (form->bad)
        return false;
    GT_FIELD_COPY(order->customer_no, form->value[F_CUSTOMER].text);
    GT_FIELD_COPY(order->method, form->value[F_METHOD].text);
    GT_FIELD_COPY(order->meter_no, form->value[F_METER].text);
    GT_FIELD_COPY(order->reason, form->value[F_REASON].text);
    if (op == GT_OP_REPLACE && !order->reason[0])
        gt_form_fail(form, F_REASON, "form.required", NULL);
    if (pay && !read_bills(page, order, &order->amount))
        gt_form_fail_text(form, "", gt_page_word(page, "cashier.bad_bill"));
    else if (order->amount == 0 && op != GT_OP_REPLACE)
        gt_form_fail(form, pay ? F_ADVANCE : F_AMOUNT,
                     pay ? "cashier.nothing_chosen" : "form.required", NULL);
    if (strcmp(order->method, "cash") == 0)
        order->tendered = form->value[F_TENDERED].number;
    if (order->tendered && order->tendered < order->amount + order->fee)
        gt_form_fail(form, F_TENDERED, "cashier.too_little", NULL);
    return !form->bad;
}

static enum gt_err sell(struct gt_page *page)
{
    struct gt_actor actor;
    struct gt_form form;
    struct gt_order order;
    struct gt_result result;
    enum gt_err err = gt_cashier_open(page, &actor);
    if (err != GT_OK || page->done)
        return err;
    (void)gt_form_read(page, fields, F__MAX, &form);
    if (form.value[F_CUSTOMER].bad || form.value[F_TRACE].bad || form.value[F_SEEN_DATE].bad ||
        form.value[F_SEEN_MARK].bad)
        return gt_page_error(page, 400);
    if (!read_order(page, &actor, &form, &order))
        return show_again(page, &actor, &form);
    if (!gt_card_fields(page, &order.card))
        return gt_page_error(page, 400);
    err = gt_till_run(&gt_staff_of(page)->till, &order, &result);
    if (err != GT_OK)
        return err;
    if (gt_outcome_info(result.outcome)->class == GT_CLASS_ERROR) {
        gt_cashier_says(page, result.outcome, "", "Sale");
        return show_again(page, &actor, &form);
    }
    if (result.outcome == GT_OUT_TRACE_REUSED)
        gt_page_flash(page, "warning", "cashier.reused", NULL);
    return gt_cashier_go_done(page, order.trace_no);
}

GT_ROUTE(sale, .path = "/cashier/sale", .name = "cashier", .post = sell, .right = GT_RIGHT_COLLECT);
