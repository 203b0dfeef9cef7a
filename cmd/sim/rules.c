/*
 * The rules of bills, remote meters and reversals; card meters are in cards.c, queries and
 * inquiries in answer.c. The order of the checks is part of the dialect: a test tells each.
 */
#include "rules.h"

#include "answer.h"
#include "base/money.h"
#include "cards.h"
#include "day.h"
#include "reading.h"

#include <stdio.h>
#include <string.h>

/* --- bills */

/* Which of the due bills a payment names: all of them if it names none. */
struct choice {
    struct gt_sg_bill due[GT_SG_BILLS_MAX];
    bool named[GT_SG_BILLS_MAX];
    int ndue, nnamed;
    int64_t total; /* of the named ones */
};

static int find_due(const struct choice *ch, const char *number)
{
    for (int i = 0; i < ch->ndue; i++) {
        if (strcmp(ch->due[i].number, number) == 0) {
            return i;
        }
    }
    return -1;
}

static enum gt_sg_code choose(struct gt_tx *tx, const struct gt_sim_deal *d, struct choice *ch)
{
    const struct gt_sg_request *req = d->req;
    for (int i = 0; i < req->nbills; i++) {
        int at = find_due(ch, req->bills[i]);
        if (at < 0) {
            bool paid = gt_sim_bill_known(tx, d->c.number, req->bills[i]);
            return paid ? GT_SG_PAID : GT_SG_NO_RECORD;
        }
        if (ch->named[at]) {
            return GT_SG_TOTAL_DIFFERS; /* named twice */
        }
        ch->named[at] = true;
    }
    for (int i = 0; i < ch->ndue; i++) {
        ch->named[i] = ch->named[i] || req->nbills == 0;
        ch->nnamed += ch->named[i];
        if (ch->named[i] && gt_money_add(ch->total, ch->due[i].amount, &ch->total)) {
            return GT_SG_INTERNAL;
        }
    }
    return GT_SG_DONE;
}

static enum gt_sg_code check_amount(const struct choice *ch, int64_t amount)
{
    if (amount < ch->total) {
        return GT_SG_NO_PARTIAL;
    }
    if (amount > ch->total && ch->nnamed < ch->ndue) {
        return GT_SG_TOTAL_DIFFERS; /* no advance while other bills stay due */
    }
    return GT_SG_DONE;
}

static enum gt_sg_code pay(struct gt_tx *tx, struct gt_sim_deal *d)
{
    struct choice ch = {0};
    ch.ndue = gt_sim_bills_due(tx, d->c.number, ch.due);
    if (ch.ndue == 0 && d->c.kind != GT_SIM_BILL) {
        return GT_SG_CARD_CUSTOMER; /* prepaid; but arrears of theirs are paid like any bill */
    }
    if (ch.ndue == 0 && d->req->nbills == 0) {
        return gt_sim_bill_any(tx, d->c.number) ? GT_SG_PAID : GT_SG_NO_RECORD;
    }
    enum gt_sg_code code = choose(tx, d, &ch);
    if (code != GT_SG_DONE || (code = check_amount(&ch, d->req->amount)) != GT_SG_DONE) {
        return code;
    }
    int64_t advance = 0;
    if (gt_money_add(d->c.advance, d->req->amount - ch.total, &advance)) {
        return GT_SG_AMOUNT_RANGE;
    }
    for (int i = 0; i < ch.ndue; i++) {
        if (ch.named[i]) {
            gt_sim_bill_settle(tx, ch.due[i].number, d->req->serial);
        }
    }
    d->txn.advance_part = d->req->amount - ch.total;
    d->changed = advance != d->c.advance;
    d->c.advance = advance;
    return GT_SG_DONE;
}

/* --- remote meters, and who may do what */

static enum gt_sg_code remote_recharge(struct gt_tx *tx, struct gt_sim_deal *d)
{
    int64_t balance = 0;
    if (gt_sim_in_arrears(tx, d->c.number)) {
        return GT_SG_ARREARS;
    }
    if (d->req->amount < GT_SIM_LEAST || d->req->amount > GT_SIM_GREATEST ||
        gt_money_add(d->c.balance, d->req->amount, &balance)) {
        return GT_SG_AMOUNT_RANGE;
    }
    d->c.balance = balance;
    d->c.count++;
    d->changed = true;
    d->txn.count = d->c.count;
    return GT_SG_DONE;
}

static enum gt_sg_code recharge(struct gt_tx *tx, struct gt_sim_deal *d)
{
    switch (d->c.kind) {
    case GT_SIM_CARD:
        return gt_sim_card_recharge(tx, d);
    case GT_SIM_REMOTE:
        return remote_recharge(tx, d);
    default:
        return GT_SG_NOT_CARD;
    }
}

/* --- reversal and refund */

static enum gt_sg_code take_back_payment(struct gt_tx *tx, struct gt_sim_deal *d,
                                         const struct gt_sim_txn *orig)
{
    if (orig->advance_part > d->c.advance) {
        return GT_SG_ADVANCE_USED;
    }
    d->c.advance -= orig->advance_part;
    d->changed = true;
    gt_sim_bill_reopen(tx, orig->serial);
    return GT_SG_DONE;
}

static enum gt_sg_code take_back(struct gt_tx *tx, struct gt_sim_deal *d,
                                 const struct gt_sim_txn *orig)
{
    if (orig->op == GT_SG_PAY) {
        return take_back_payment(tx, d, orig);
    }
    if (d->c.kind == GT_SIM_CARD) {
        return gt_sim_card_reverse(tx, d, orig);
    }
    if (orig->amount > d->c.balance) {
        return GT_SG_ADVANCE_USED;
    }
    d->c.balance -= orig->amount; /* the count stays: a remote meter numbers its commands on */
    d->changed = true;
    d->txn.count = d->c.count;
    return GT_SG_DONE;
}

static enum gt_sg_code reverse(struct gt_tx *tx, struct gt_sim_deal *d)
{
    struct gt_sim_txn orig;
    if (!gt_sim_txn_find(tx, d->req->orig_serial, &orig)) {
        return GT_SG_NO_PAYMENT;
    }
    if (strcmp(orig.customer, d->c.number) != 0) {
        return GT_SG_CUSTOMER_DIFFERS;
    }
    bool kind = orig.op == GT_SG_PAY || orig.op == GT_SG_RECHARGE || orig.op == GT_SG_OPEN;
    if (!kind || orig.state == GT_SIM_REFUSED) {
        return GT_SG_NO_PAYMENT;
    }
    if (orig.state == GT_SIM_REVERSED) {
        return GT_SG_REVERSED;
    }
    if (orig.amount != d->req->amount) {
        return GT_SG_AMOUNT_DIFFERS;
    }
    if (d->req->op == GT_SG_REVERSE && orig.up_date != d->txn.up_date) {
        return GT_SG_NEXT_DAY;
    }
    enum gt_sg_code code = take_back(tx, d, &orig);
    if (code == GT_SG_DONE) {
        gt_sim_txn_reverse(tx, orig.serial);
    }
    return code;
}

static enum gt_sg_code decide(struct gt_tx *tx, struct gt_sim_deal *d)
{
    enum gt_sg_op op = d->req->op;
    if (op == GT_SG_PAY) {
        return pay(tx, d);
    }
    if (op == GT_SG_RECHARGE) {
        return recharge(tx, d);
    }
    if (op == GT_SG_REVERSE || op == GT_SG_REFUND) {
        return reverse(tx, d);
    }
    if (d->c.kind != GT_SIM_CARD) {
        return GT_SG_NOT_CARD;
    }
    switch (op) {
    case GT_SG_OPEN:
        return gt_sim_card_open(tx, d);
    case GT_SG_REPLACE:
        return gt_sim_card_renew(tx, d);
    case GT_SG_REWRITE:
        return gt_sim_card_rewrite(tx, d);
    case GT_SG_CONFIRM:
        return gt_sim_card_confirm(tx, d);
    default:
        return GT_SG_INTERNAL;
    }
}

/* --- requests with a serial */

struct dealing {
    struct gt_sim_deal deal;
    int64_t refuse_with;
    int64_t now;
    int64_t code;
    int nbills;
    struct gt_sg_bill bills[GT_SG_BILLS_MAX];
};

static void start_txn(struct dealing *a)
{
    const struct gt_sg_request *req = a->deal.req;
    struct gt_sim_txn *t = &a->deal.txn;
    *t = (struct gt_sim_txn){.op = (int64_t)req->op,
                             .amount = req->amount > 0 ? req->amount : 0,
                             .fee = req->fee,
                             .biz_date = req->biz_date,
                             .up_date = gt_time_date(a->now, GT_SIM_TZ_MINUTES),
                             .done_at = a->now,
                             .lines = 1};
    memcpy(t->serial, req->serial, sizeof(t->serial));
    memcpy(t->customer, req->customer, sizeof(t->customer));
    memcpy(t->orig_serial, req->orig_serial, sizeof(t->orig_serial));
    memcpy(t->method, req->method, sizeof(t->method));
    memcpy(t->operator_no, req->operator_no, sizeof(t->operator_no));
    memcpy(t->terminal_no, req->terminal_no, sizeof(t->terminal_no));
}

static void end_txn(struct dealing *a)
{
    struct gt_sim_txn *t = &a->deal.txn;
    bool posted = a->code == GT_SG_DONE;
    t->state = posted ? GT_SIM_POSTED : GT_SIM_REFUSED;
    t->code = a->code;
    snprintf(t->note, sizeof(t->note), "%s",
             posted ? a->deal.req->reason : gt_sg_code_text(a->code));
}

static enum gt_err deal_tx(struct gt_tx *tx, void *arg)
{
    struct dealing *a = arg;
    struct gt_sim_deal *d = &a->deal;
    a->nbills = 0;
    d->changed = false;
    if (gt_sim_txn_known(tx, d->req->serial)) {
        a->code = GT_SG_DUPLICATE;
        return gt_tx_err(tx);
    }
    start_txn(a);
    if (a->refuse_with) {
        a->code = a->refuse_with;
    } else if (!gt_sim_customer_touch(tx, d->req->customer, &d->c)) {
        a->code = GT_SG_NO_CUSTOMER;
    } else {
        a->code = (int64_t)decide(tx, d);
    }
    if (d->changed) {
        gt_sim_customer_save(tx, &d->c);
    }
    end_txn(a);
    gt_sim_txn_insert(tx, &d->txn);
    if (d->req->op == GT_SG_PAY && a->code == GT_SG_DONE) {
        a->nbills = gt_sim_bills_paid_by(tx, d->req->serial, a->bills);
    }
    return gt_tx_err(tx);
}

static enum gt_err run_deal(const struct gt_sim *sim, const struct gt_sg_request *req,
                            int64_t refuse_with, struct gt_sg_answer *ans)
{
    struct dealing a = {
        .deal = {.req = req}, .refuse_with = refuse_with, .now = gt_now(sim->clock)};
    enum gt_err err = gt_db_transact(sim->db, "sim.deal", deal_tx, &a);
    if (err) {
        return err;
    }
    gt_sim_answer_code(ans, a.code);
    if (a.code != GT_SG_DONE) {
        return GT_OK;
    }
    ans->nbills = a.nbills;
    memcpy(ans->bills, a.bills, sizeof(a.bills[0]) * (size_t)a.nbills);
    return gt_sim_answer_posted(ans, &a.deal.txn);
}

enum gt_err gt_sim_run(const struct gt_sim *sim, const struct gt_sg_request *req,
                       int64_t refuse_with, struct gt_sg_answer *ans)
{
    *ans = (struct gt_sg_answer){.op = req->op};
    switch (req->op) {
    case GT_SG_QUERY:
        return gt_sim_query(sim, req, ans);
    case GT_SG_SEARCH:
        gt_sim_search(req, ans);
        return GT_OK;
    case GT_SG_TASKS:
    case GT_SG_READINGS:
        return gt_sim_read(sim, req, refuse_with, ans);
    case GT_SG_INQUIRE:
        return gt_sim_inquire(sim, req, ans);
    case GT_SG_TOTALS:
        return gt_sim_day_answer(sim, req->biz_date, ans);
    default:
        return run_deal(sim, req, refuse_with, ans);
    }
}

/* --- new bills */

struct issuing {
    const char *customer;
    int64_t amount;
    int64_t date;
    struct gt_sg_bill bill;
};

static enum gt_err issue_tx(struct gt_tx *tx, void *arg)
{
    struct issuing *a = arg;
    struct gt_sim_customer c;
    struct gt_sg_bill due[GT_SG_BILLS_MAX];
    struct gt_sg_bill *b = &a->bill;
    if (!gt_sim_customer_touch(tx, a->customer, &c)) {
        return gt_tx_fail(tx, GT_ERR_ABSENT);
    }
    if (gt_sim_bills_due(tx, c.number, due) == GT_SG_BILLS_MAX) {
        return gt_tx_fail(tx, GT_ERR_FULL);
    }
    *b = (struct gt_sg_bill){.period = a->date / 100, .kwh = a->amount * 10000 / 5469};
    int n = 1;
    do {
        snprintf(b->number, sizeof(b->number), "%.10s%06d%02d", c.number, (int)b->period, n++);
    } while (gt_sim_bill_known(tx, c.number, b->number));
    int64_t held = c.advance < a->amount ? c.advance : a->amount;
    b->amount = a->amount - held;
    gt_sim_bill_add(tx, c.number, b, b->amount ? "" : "ADVANCE");
    if (held) {
        c.advance -= held;
        gt_sim_customer_save(tx, &c);
    }
    return gt_tx_err(tx);
}

enum gt_err gt_sim_bill_issue(const struct gt_sim *sim, const char *customer, int64_t amount,
                              struct gt_sg_bill *bill)
{
    struct issuing a = {.customer = customer,
                        .amount = amount,
                        .date = gt_time_date(gt_now(sim->clock), GT_SIM_TZ_MINUTES)};
    enum gt_err err = gt_db_transact(sim->db, "sim.bill", issue_tx, &a);
    if (err == GT_OK) {
        *bill = a.bill;
    }
    return err;
}
