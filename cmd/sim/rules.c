/*
 * The rules of queries, bills, remote meters, reversals and inquiries; card meters are in cards.c.
 * The order of the checks is part of the dialect: a test tells each.
 */
#include "rules.h"

#include "base/money.h"
#include "cards.h"
#include "packet.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

bool gt_sim_in_arrears(struct gt_tx *tx, const char *customer)
{
    struct gt_sg_bill due[GT_SG_BILLS_MAX];
    return gt_sim_bills_due(tx, customer, due) > 0;
}

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

/* --- reversal */

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
    if (orig.up_date != d->txn.up_date) {
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
    if (op == GT_SG_REVERSE) {
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

/* --- answers */

static void set_code(struct gt_sg_answer *ans, int64_t code)
{
    ans->code = code;
    snprintf(ans->text, sizeof(ans->text), "%s", gt_sg_code_text(code));
}

static void fill_who(struct gt_sg_answer *ans, const struct gt_sim_person *who)
{
    memcpy(ans->customer, who->number, sizeof(ans->customer));
    memcpy(ans->name, who->name, sizeof(ans->name));
    memcpy(ans->address, who->address, sizeof(ans->address));
    memcpy(ans->meter, who->meter, sizeof(ans->meter));
    ans->kind = (int)who->kind;
}

/* The fields of a posted transaction, for its own answer and for an inquiry. */
static enum gt_err fill_posted(struct gt_sg_answer *ans, const struct gt_sim_txn *txn)
{
    struct gt_sim_person who;
    if (gt_sim_person_make(txn->customer, &who)) {
        fill_who(ans, &who);
    }
    snprintf(ans->ref, sizeof(ans->ref), "SG%s", txn->serial);
    ans->up_date = txn->up_date;
    ans->count = txn->count;
    ans->advance_part = txn->advance_part;
    if (!*txn->packet_serial) {
        return GT_OK;
    }
    return gt_sim_packet_make(txn->packet_serial, txn->customer, txn->count, txn->packet_amount,
                              txn->random, &ans->packet);
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
                             .done_at = a->now};
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
    set_code(ans, a.code);
    if (a.code != GT_SG_DONE) {
        return GT_OK;
    }
    ans->nbills = a.nbills;
    memcpy(ans->bills, a.bills, sizeof(a.bills[0]) * (size_t)a.nbills);
    return fill_posted(ans, &a.deal.txn);
}

/* --- query */

struct asking {
    const struct gt_sg_request *req;
    char number[GT_SG_KEY_MAX];
    int64_t code;
    struct gt_sim_customer c;
    int nbills;
    struct gt_sg_bill bills[GT_SG_BILLS_MAX];
};

/* Customer, meter or card, the first that was told, to a customer number. */
static int64_t find_number(struct gt_tx *tx, struct asking *a)
{
    const struct gt_sg_request *req = a->req;
    bool replaced = false;
    if (*req->customer) {
        memcpy(a->number, req->customer, sizeof(a->number));
    } else if (*req->meter) {
        memcpy(a->number, req->meter + 1, sizeof(a->number) - 1);
        if (req->meter[0] != 'M') {
            return GT_SG_NO_CUSTOMER;
        }
    } else if (!gt_sim_card_owner(tx, req->card_no, a->number, &replaced)) {
        return GT_SG_NO_CUSTOMER;
    }
    return replaced ? GT_SG_OLD_CARD : GT_SG_DONE;
}

static enum gt_err ask_tx(struct gt_tx *tx, void *arg)
{
    struct asking *a = arg;
    a->nbills = 0;
    a->c.number[0] = '\0';
    a->code = find_number(tx, a);
    if (a->code == GT_SG_DONE && gt_sim_customer_find(tx, a->number, &a->c)) {
        a->nbills = gt_sim_bills_due(tx, a->number, a->bills);
    }
    return gt_tx_err(tx);
}

static enum gt_err touch_tx(struct gt_tx *tx, void *arg)
{
    struct asking *a = arg;
    struct gt_sim_customer c;
    (void)gt_sim_customer_touch(tx, a->number, &c);
    return gt_tx_err(tx);
}

static enum gt_err fill_query(struct gt_sg_answer *ans, const struct asking *a,
                              const struct gt_sim_person *who)
{
    fill_who(ans, who);
    ans->opened = a->c.opened != 0;
    ans->advance = a->c.advance;
    ans->count = a->c.count;
    if (who->kind != GT_SIM_BILL) {
        ans->least = GT_SIM_LEAST;
        ans->greatest = GT_SIM_GREATEST;
    }
    ans->nbills = a->nbills;
    for (int i = 0; i < a->nbills; i++) {
        ans->bills[i] = a->bills[i];
        if (gt_money_add(ans->total, a->bills[i].amount, &ans->total) ||
            gt_money_add(ans->late_fee, a->bills[i].late_fee, &ans->late_fee)) {
            return GT_ERR_RANGE;
        }
    }
    return GT_OK;
}

static enum gt_err run_query(const struct gt_sim *sim, const struct gt_sg_request *req,
                             struct gt_sg_answer *ans)
{
    struct asking a = {.req = req};
    struct gt_sim_person who;
    enum gt_err err = gt_db_read(sim->db, "sim.query", ask_tx, &a);
    if (err) {
        return err;
    }
    if (a.code == GT_SG_DONE && !gt_sim_person_make(a.number, &who)) {
        a.code = GT_SG_NO_CUSTOMER;
    }
    set_code(ans, a.code);
    if (a.code != GT_SG_DONE) {
        return GT_OK;
    }
    if (!*a.c.number && ((err = gt_db_transact(sim->db, "sim.touch", touch_tx, &a)) ||
                         (err = gt_db_read(sim->db, "sim.query", ask_tx, &a)))) {
        return err;
    }
    return fill_query(ans, &a, &who);
}

/* --- inquiry */

struct inquiring {
    const struct gt_sg_request *req;
    bool found;
    struct gt_sim_txn txn;
    int nbills;
    struct gt_sg_bill bills[GT_SG_BILLS_MAX];
};

static enum gt_err inquire_tx(struct gt_tx *tx, void *arg)
{
    struct inquiring *a = arg;
    a->nbills = 0;
    a->found = gt_sim_txn_find(tx, a->req->orig_serial, &a->txn);
    if (a->found && a->txn.op == GT_SG_PAY) {
        a->nbills = gt_sim_bills_paid_by(tx, a->req->orig_serial, a->bills);
    }
    return gt_tx_err(tx);
}

static enum gt_err fill_inquiry(struct gt_sg_answer *ans, const struct inquiring *a)
{
    if (!a->found) {
        ans->fate = GT_SG_FATE_ABSENT;
        return GT_OK;
    }
    switch (a->txn.state) {
    case GT_SIM_REFUSED:
        ans->fate = GT_SG_FATE_REFUSED;
        ans->orig_code = a->txn.code;
        return gt_str_copy(ans->orig_text, sizeof(ans->orig_text), a->txn.note);
    case GT_SIM_REVERSED:
        ans->fate = GT_SG_FATE_REVERSED;
        return GT_OK;
    default:
        ans->fate = GT_SG_FATE_POSTED;
        ans->orig_op = (enum gt_sg_op)a->txn.op;
        ans->nbills = a->nbills;
        memcpy(ans->bills, a->bills, sizeof(a->bills[0]) * (size_t)a->nbills);
        return fill_posted(ans, &a->txn);
    }
}

static enum gt_err run_inquiry(const struct gt_sim *sim, const struct gt_sg_request *req,
                               struct gt_sg_answer *ans)
{
    struct inquiring a = {.req = req};
    enum gt_err err = gt_db_read(sim->db, "sim.inquire", inquire_tx, &a);
    if (err) {
        return err;
    }
    bool differs = a.found && *req->customer && strcmp(req->customer, a.txn.customer) != 0;
    set_code(ans, differs ? GT_SG_CUSTOMER_DIFFERS : GT_SG_DONE);
    return differs ? GT_OK : fill_inquiry(ans, &a);
}

enum gt_err gt_sim_run(const struct gt_sim *sim, const struct gt_sg_request *req,
                       int64_t refuse_with, struct gt_sg_answer *ans)
{
    *ans = (struct gt_sg_answer){.op = req->op};
    switch (req->op) {
    case GT_SG_QUERY:
        return run_query(sim, req, ans);
    case GT_SG_INQUIRE:
        return run_inquiry(sim, req, ans);
    default:
        return run_deal(sim, req, gt_sg_op_moves_money(req->op) ? refuse_with : 0, ans);
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
