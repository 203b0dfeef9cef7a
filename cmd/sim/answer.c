/*
 * Answers out of the books: of what was just done, of queries and of inquiries.  Nothing here
 * decides; see rules.c.
 */
#include "answer.h"

#include "base/money.h"
#include "packet.h"

#include <stdio.h>
#include <string.h>

/* --- answers */

void gt_sim_answer_code(struct gt_sg_answer *ans, int64_t code)
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

enum gt_err gt_sim_answer_posted(struct gt_sg_answer *ans, const struct gt_sim_txn *txn)
{
    struct gt_sim_person who = {0};
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
    const struct gt_sim_load load = {.serial = txn->packet_serial,
                                     .customer = txn->customer,
                                     .meter = who.meter,
                                     .kind = (enum gt_sim_packet_kind)txn->packet_kind,
                                     .count = txn->count,
                                     .amount = txn->packet_amount};
    return gt_sim_packet_make(&load, txn->random, &ans->packet);
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

enum gt_err gt_sim_query(const struct gt_sim *sim, const struct gt_sg_request *req,
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
    gt_sim_answer_code(ans, a.code);
    if (a.code != GT_SG_DONE) {
        return GT_OK;
    }
    if (!*a.c.number && ((err = gt_db_transact(sim->db, "sim.touch", touch_tx, &a)) ||
                         (err = gt_db_read(sim->db, "sim.query", ask_tx, &a)))) {
        return err;
    }
    return fill_query(ans, &a, &who);
}

_Static_assert(GT_SG_FOUND_MAX == GT_SIM_FOUND_MAX, "an answer is one page");

void gt_sim_search(const struct gt_sg_request *req, struct gt_sg_answer *ans)
{
    struct gt_sim_person who[GT_SIM_FOUND_MAX];
    ans->nfound = gt_sim_people_find(req->words, req->customer, who, &ans->more);
    gt_sim_answer_code(ans, ans->nfound > 0 ? GT_SG_DONE : GT_SG_NO_RECORD);
    for (int i = 0; i < ans->nfound; i++) {
        struct gt_sg_found *f = &ans->found[i];
        memcpy(f->customer, who[i].number, sizeof(f->customer));
        memcpy(f->name, who[i].name, sizeof(f->name));
        memcpy(f->address, who[i].address, sizeof(f->address));
        memcpy(f->meter, who[i].meter, sizeof(f->meter));
        f->kind = who[i].kind;
    }
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
        return gt_sim_answer_posted(ans, &a->txn);
    }
}

enum gt_err gt_sim_inquire(const struct gt_sim *sim, const struct gt_sg_request *req,
                           struct gt_sg_answer *ans)
{
    struct inquiring a = {.req = req};
    enum gt_err err = gt_db_read(sim->db, "sim.inquire", inquire_tx, &a);
    if (err) {
        return err;
    }
    bool differs = a.found && *req->customer && strcmp(req->customer, a.txn.customer) != 0;
    gt_sim_answer_code(ans, differs ? GT_SG_CUSTOMER_DIFFERS : GT_SG_DONE);
    return differs ? GT_OK : fill_inquiry(ans, &a);
}
