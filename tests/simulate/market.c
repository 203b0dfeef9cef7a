/*
 * Rules and books of the model marketing system.  Faults of the wire are in upstream.c: what
 * arrives here has arrived.
 *
 * A rule is a function that gives the refusal or GT_OUT_OK; what is done stands behind the rules.
 */
#include "market.h"

#include "field.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define COPY(dst, src) (void)snprintf((dst), sizeof(dst), "%.*s", (int)sizeof(dst) - 1, (src))

/* --- customers ----------------------------------------------------------------------------------
 */

static void customer_add(struct sim_market *m, enum gt_meter_kind kind, bool open)
{
    int i = m->ncustomers++;
    struct sim_customer *c = &m->customers[i];
    *c = (struct sim_customer){.kind = kind, .open = open, .last = -1, .before = -1};
    (void)snprintf(c->no, sizeof(c->no), "%d%09d", (int)kind, i + 1);
    (void)snprintf(c->meter_no, sizeof(c->meter_no), "M%07d", i + 1);
}

void sim_market_init(struct sim_market *market, uint64_t seed, int64_t date)
{
    memset(market, 0, sizeof(*market));
    market->rng = (struct sim_rng){seed};
    market->date = date;
    market->refuse = 20;
    for (int i = 0; i < 4; i++)
        customer_add(market, GT_METER_BILL, true);
    for (int i = 0; i < 5; i++)
        customer_add(market, GT_METER_CARD, false);
    for (int i = 0; i < 4; i++)
        customer_add(market, GT_METER_REMOTE, true);
    for (int i = 0; i < 4; i++) {
        sim_market_bill(market, i);
        sim_market_bill(market, i);
    }
}

void sim_market_bill(struct sim_market *market, int customer)
{
    struct sim_customer *c = &market->customers[customer];
    if (c->kind != GT_METER_BILL || c->ndues == SIM_DUES)
        return;
    struct sim_due *due = &c->dues[c->ndues++];
    due->paid_by = -1;
    due->amount = sim_rng_from(&market->rng, 500, 30000);
    (void)snprintf(due->bill_no, sizeof(due->bill_no), "B%09" PRId64, ++market->dues);
}

int64_t sim_market_due(const struct sim_market *market, int customer, int *nbills)
{
    const struct sim_customer *c = &market->customers[customer];
    int64_t sum = 0;
    *nbills = 0;
    for (int i = 0; i < c->ndues; i++) {
        if (c->dues[i].paid_by >= 0)
            continue;
        sum += c->dues[i].amount;
        ++*nbills;
    }
    return sum;
}

static int customer_find(const struct sim_market *m, const char *no)
{
    for (int i = 0; i < m->ncustomers; i++)
        if (strcmp(m->customers[i].no, no) == 0)
            return i;
    return -1;
}

/* Whose valid card this is, -1: nobody's. */
static int card_owner(const struct sim_market *m, const char *card_no)
{
    for (int i = 0; i < m->ncustomers; i++)
        if (m->customers[i].card_no[0] && strcmp(m->customers[i].card_no, card_no) == 0)
            return i;
    return -1;
}

static bool card_is_old(const struct sim_customer *c, const char *card_no)
{
    for (int i = 0; i < c->nold; i++)
        if (strcmp(c->old_card[i], card_no) == 0)
            return true;
    return false;
}

int sim_market_find(const struct sim_market *market, const char *serial)
{
    for (int i = market->nrecords - 1; i >= 0; i--)
        if (strcmp(market->records[i].serial, serial) == 0)
            return i;
    return -1;
}

/* --- bills --------------------------------------------------------------------------------------
 */

static bool bill_named(const struct gt_up_request *q, const char *bill_no)
{
    for (int i = 0; i < q->nbills; i++)
        if (strcmp(q->bills[i].bill_no, bill_no) == 0)
            return true;
    return q->nbills == 0;
}

static enum gt_outcome do_pay(struct sim_customer *c, const struct gt_up_request *q,
                              struct sim_record *r, int index)
{
    int64_t due = 0;
    int found = 0;
    if (c->kind != GT_METER_BILL)
        return GT_OUT_CARD_CUSTOMER;
    for (int i = 0; i < c->ndues; i++) {
        if (c->dues[i].paid_by >= 0 || !bill_named(q, c->dues[i].bill_no))
            continue;
        due += c->dues[i].amount;
        found++;
    }
    if (found == 0 || found < q->nbills) {
        r->doubtful = true;
        return GT_OUT_ALREADY_PAID;
    }
    if (q->amount < due)
        return GT_OUT_NO_PARTIAL;
    if (q->amount > due && q->nbills > 0)
        return GT_OUT_AMOUNT_DIFFERS;
    for (int i = 0; i < c->ndues; i++)
        if (c->dues[i].paid_by < 0 && bill_named(q, c->dues[i].bill_no))
            c->dues[i].paid_by = index;
    r->advance_part = q->amount - due;
    c->advance += r->advance_part;
    return GT_OUT_OK;
}

static void answer_bills(const struct sim_customer *c, int index, struct gt_up_reply *reply)
{
    for (int i = 0; i < c->ndues; i++) {
        if (c->dues[i].paid_by != index)
            continue;
        struct gt_bill *bill = &reply->bills[reply->nbills++];
        *bill = (struct gt_bill){.period = 202610, .kwh = 100, .amount = c->dues[i].amount};
        COPY(bill->bill_no, c->dues[i].bill_no);
    }
}

/* --- purchases ----------------------------------------------------------------------------------
 */

static void purchase(struct sim_customer *c, struct sim_record *r, int index)
{
    c->before = c->last;
    c->last = index;
    r->count = ++c->count;
    c->written = c->inserted = c->kind == GT_METER_REMOTE;
}

/* What a reading of the card tells upstream by the way. */
static void card_seen(struct sim_customer *c, const struct gt_card_read *card)
{
    if (card->present && strcmp(card->card_no, c->card_no) == 0 && card->count == c->count) {
        c->written = true;
        if (strspn(card->return_file, "0") < strlen(card->return_file))
            c->inserted = true;
    }
}

static enum gt_outcome card_refuse(const struct sim_market *m, int customer,
                                   const struct gt_card_read *card)
{
    const struct sim_customer *c = &m->customers[customer];
    if (!card->present)
        return GT_OUT_CARD_MISSING;
    if (card_is_old(c, card->card_no))
        return GT_OUT_CARD_OLD;
    if (strcmp(c->card_no, card->card_no) != 0)
        return GT_OUT_CARD_WRONG_CUSTOMER;
    return GT_OUT_OK;
}

static enum gt_outcome do_recharge(struct sim_market *m, int customer,
                                   const struct gt_up_request *q, struct sim_record *r, int index)
{
    struct sim_customer *c = &m->customers[customer];
    if (c->kind == GT_METER_BILL)
        return GT_OUT_NOT_CARD_CUSTOMER;
    if (!c->open)
        return GT_OUT_NOT_OPEN;
    if (c->kind == GT_METER_CARD) {
        enum gt_outcome outcome = card_refuse(m, customer, &q->card);
        if (outcome != GT_OUT_OK)
            return outcome;
        card_seen(c, &q->card);
        if (!c->written && q->card.count != c->count)
            return GT_OUT_CARD_NOT_WRITTEN;
        if (q->card.count != c->count)
            return GT_OUT_CARD_COUNT;
        if (!c->inserted)
            return GT_OUT_CARD_NOT_INSERTED;
    }
    purchase(c, r, index);
    if (c->kind == GT_METER_CARD)
        sim_packet_make(&r->packet, r->count, q->amount, q->card.random);
    return GT_OUT_OK;
}

static enum gt_outcome do_open(struct sim_market *m, int customer, const struct gt_up_request *q,
                               struct sim_record *r, int index)
{
    struct sim_customer *c = &m->customers[customer];
    if (c->kind != GT_METER_CARD)
        return GT_OUT_NOT_CARD_CUSTOMER;
    if (c->open)
        return GT_OUT_ALREADY_OPEN;
    if (strcmp(q->meter_no, c->meter_no) != 0)
        return GT_OUT_METER_DIFFERS;
    if (!q->card.present)
        return GT_OUT_CARD_MISSING;
    if (q->card.meter_no[0] || card_owner(m, q->card.card_no) >= 0)
        return GT_OUT_CARD_WRONG_CUSTOMER;
    c->open = true;
    COPY(c->card_no, q->card.card_no);
    purchase(c, r, index);
    sim_packet_make(&r->packet, r->count, q->amount, q->card.random);
    return GT_OUT_OK;
}

static enum gt_outcome do_replace(struct sim_market *m, int customer, const struct gt_up_request *q,
                                  struct sim_record *r)
{
    struct sim_customer *c = &m->customers[customer];
    if (c->kind != GT_METER_CARD)
        return GT_OUT_NOT_CARD_CUSTOMER;
    if (!c->open)
        return GT_OUT_NOT_OPEN;
    if (!q->card.present)
        return GT_OUT_CARD_MISSING;
    if (card_is_old(c, q->card.card_no))
        return GT_OUT_CARD_OLD;
    if (q->card.meter_no[0] || card_owner(m, q->card.card_no) >= 0)
        return GT_OUT_CARD_WRONG_CUSTOMER;
    if (c->nold == 8)
        return GT_OUT_WORK_ORDER_OPEN;
    memcpy(c->old_card[c->nold++], c->card_no, sizeof(c->card_no));
    COPY(c->card_no, q->card.card_no);
    int64_t carried = c->inserted || c->last < 0 ? 0 : m->records[c->last].amount;
    c->written = false;
    r->count = c->count;
    sim_packet_make(&r->packet, r->count, carried, q->card.random);
    return GT_OUT_OK;
}

/* The purchase that a rewrite or a confirmation means: the one on record, or the replacement that
 * carries it; -1: it is neither. */
static bool means_last(const struct sim_market *m, const struct sim_customer *c,
                       const struct sim_record *r)
{
    const struct sim_record *orig = &m->records[r->orig];
    return orig->fate == SIM_FATE_POSTED && orig->count == c->count &&
           (r->orig == c->last || orig->op == GT_UP_REPLACE);
}

static enum gt_outcome do_rewrite(struct sim_market *m, int customer, const struct gt_up_request *q,
                                  struct sim_record *r)
{
    struct sim_customer *c = &m->customers[customer];
    enum gt_outcome outcome = card_refuse(m, customer, &q->card);
    if (outcome != GT_OUT_OK)
        return outcome;
    if (r->orig < 0 || !means_last(m, c, r))
        return GT_OUT_CARD_NO_PURCHASE;
    if (c->written || q->card.count == c->count)
        return GT_OUT_CARD_ALREADY_WRITTEN;
    if (q->card.meter_no[0] && q->card.count != c->count - 1)
        return GT_OUT_CARD_COUNT;
    int64_t carried = c->inserted ? 0 : m->records[c->last].amount;
    r->count = c->count;
    sim_packet_make(&r->packet, r->count, carried, q->card.random);
    return GT_OUT_OK;
}

static enum gt_outcome do_confirm(struct sim_market *m, int customer, const struct gt_up_request *q,
                                  struct sim_record *r)
{
    struct sim_customer *c = &m->customers[customer];
    if (r->orig < 0)
        return GT_OUT_CARD_NO_PURCHASE;
    if (q->written && means_last(m, c, r))
        c->written = true;
    return GT_OUT_OK;
}

/* --- reversal -----------------------------------------------------------------------------------
 */

static enum gt_outcome card_reverse_refuse(const struct sim_market *m, int customer, int orig,
                                           const struct gt_card_read *card)
{
    const struct sim_customer *c = &m->customers[customer];
    enum gt_outcome outcome = card_refuse(m, customer, card);
    if (outcome == GT_OUT_CARD_MISSING)
        return GT_OUT_REV_CARD_MISSING;
    if (outcome != GT_OUT_OK)
        return outcome;
    if (c->last != orig || m->records[orig].count != c->count)
        return GT_OUT_CARD_COUNT;
    bool returned = strspn(card->return_file, "0") < strlen(card->return_file);
    if (card->count == c->count)
        return returned ? GT_OUT_REV_CARD_INSERTED : GT_OUT_OK;
    return card->count == c->count - 1 && !c->written ? GT_OUT_OK : GT_OUT_CARD_COUNT;
}

/* The purchase is taken off the record; the next one takes its count again. */
static void purchase_undo(struct sim_market *m, struct sim_customer *c,
                          const struct gt_up_request *q, struct sim_record *r)
{
    struct sim_record *orig = &m->records[r->orig];
    bool on_card = q->card.count == c->count;
    c->count--;
    c->last = c->before;
    c->before = -1;
    c->written = c->inserted = true;
    r->count = c->count;
    if (c->kind != GT_METER_CARD)
        return;
    if (on_card)
        sim_packet_make(&r->packet, c->count, 0, q->card.random);
    if (orig->op == GT_UP_OPEN) {
        c->open = false;
        c->card_no[0] = '\0';
    }
}

static void bills_undo(struct sim_customer *c, const struct sim_record *orig, int index)
{
    for (int i = 0; i < c->ndues; i++)
        if (c->dues[i].paid_by == index)
            c->dues[i].paid_by = -1;
    c->advance -= orig->advance_part;
}

static enum gt_outcome do_reverse(struct sim_market *m, int customer, const struct gt_up_request *q,
                                  struct sim_record *r)
{
    struct sim_customer *c = &m->customers[customer];
    if (r->orig < 0)
        return GT_OUT_REV_NO_ORIGINAL;
    struct sim_record *orig = &m->records[r->orig];
    if (orig->fate == SIM_FATE_REVERSED)
        return GT_OUT_REV_DONE;
    if (orig->fate != SIM_FATE_POSTED)
        return GT_OUT_REV_NOT_POSTED;
    if (orig->op != GT_UP_PAY && orig->op != GT_UP_RECHARGE && orig->op != GT_UP_OPEN)
        return GT_OUT_REV_KIND;
    if (orig->customer != customer)
        return GT_OUT_REV_CUSTOMER;
    if (orig->amount != q->amount)
        return GT_OUT_REV_AMOUNT;
    if (orig->date != m->date)
        return GT_OUT_REV_NEXT_DAY;
    if (c->kind == GT_METER_CARD) {
        enum gt_outcome outcome = card_reverse_refuse(m, customer, r->orig, &q->card);
        if (outcome != GT_OUT_OK)
            return outcome;
    } else if (c->kind == GT_METER_REMOTE && c->last != r->orig) {
        return GT_OUT_REV_ADVANCE_USED;
    }
    orig->fate = SIM_FATE_REVERSED;
    if (orig->op == GT_UP_PAY)
        bills_undo(c, orig, r->orig);
    else
        purchase_undo(m, c, q, r);
    return GT_OUT_OK;
}

/* --- the door -----------------------------------------------------------------------------------
 */

static enum gt_outcome decide(struct sim_market *m, const struct gt_up_request *q,
                              struct sim_record *r, int index)
{
    if (r->customer < 0)
        return GT_OUT_NO_CUSTOMER;
    if (m->clearing)
        return GT_OUT_CLEARING;
    if (sim_rng_hit(&m->rng, m->refuse))
        return GT_OUT_COLLECTED_ELSEWHERE;
    switch (q->op) {
    case GT_UP_PAY:
        return do_pay(&m->customers[r->customer], q, r, index);
    case GT_UP_RECHARGE:
        return do_recharge(m, r->customer, q, r, index);
    case GT_UP_OPEN:
        return do_open(m, r->customer, q, r, index);
    case GT_UP_REPLACE:
        return do_replace(m, r->customer, q, r);
    case GT_UP_REWRITE:
        return do_rewrite(m, r->customer, q, r);
    case GT_UP_CONFIRM:
        return do_confirm(m, r->customer, q, r);
    case GT_UP_REVERSE:
        return do_reverse(m, r->customer, q, r);
    default:
        return GT_OUT_UPSTREAM_REFUSED;
    }
}

/* The operation's own answer, at once or to an inquiry. */
static void answer(const struct sim_market *m, int index, struct gt_up_reply *reply)
{
    const struct sim_record *r = &m->records[index];
    reply->outcome = r->fate == SIM_FATE_REFUSED ? r->outcome : GT_OUT_OK;
    (void)snprintf(reply->code, sizeof(reply->code), "%d",
                   r->fate == SIM_FATE_REFUSED ? (int)r->outcome : 1001);
    if (r->fate == SIM_FATE_REFUSED) {
        (void)snprintf(reply->text, sizeof(reply->text), "refused %d", (int)r->outcome);
        return;
    }
    const struct sim_customer *c = &m->customers[r->customer];
    (void)snprintf(reply->ref, sizeof(reply->ref), "R%06d", index);
    reply->up_date = r->date;
    COPY(reply->customer_no, c->no);
    COPY(reply->customer_name, "张三");
    COPY(reply->meter_no, c->meter_no);
    reply->meter_kind = c->kind;
    reply->count = r->count;
    reply->advance_part = r->advance_part;
    reply->packet = r->packet;
    if (r->op == GT_UP_PAY)
        answer_bills(c, index, reply);
}

static void inquire(const struct sim_market *m, const struct gt_up_request *q,
                    struct gt_up_reply *reply)
{
    int index = sim_market_find(m, q->orig_serial);
    reply->class = GT_UP_OK;
    if (index < 0) {
        reply->fate = GT_UP_FATE_ABSENT;
        return;
    }
    switch (m->records[index].fate) {
    case SIM_FATE_REFUSED:
        reply->fate = GT_UP_FATE_REFUSED;
        break;
    case SIM_FATE_POSTED:
        reply->fate = GT_UP_FATE_POSTED;
        break;
    case SIM_FATE_REVERSED:
        reply->fate = GT_UP_FATE_REVERSED;
        break;
    }
    answer(m, index, reply);
}

void sim_market_do(struct sim_market *market, const struct gt_up_request *request,
                   struct gt_up_reply *reply)
{
    memset(reply, 0, sizeof(*reply));
    if (request->op == GT_UP_INQUIRE) {
        inquire(market, request, reply);
        return;
    }
    if (sim_market_find(market, request->serial) >= 0) {
        reply->class = GT_UP_UNKNOWN;
        COPY(reply->code, "11004");
        COPY(reply->text, "duplicate serial");
        return;
    }
    assert(market->nrecords < SIM_RECORDS);
    int index = market->nrecords;
    struct sim_record *r = &market->records[index];
    *r = (struct sim_record){
        .op = request->op,
        .customer = customer_find(market, request->customer_no),
        .amount = request->amount,
        .fee = request->fee,
        .orig = request->orig_serial[0] ? sim_market_find(market, request->orig_serial) : -1,
        .fate = SIM_FATE_REFUSED,
        .date = market->date};
    COPY(r->serial, request->serial);
    COPY(r->operator_no, request->operator_no);
    COPY(r->terminal_no, request->terminal_no);
    COPY(r->method, request->method);
    market->nrecords++;
    r->outcome = decide(market, request, r, index);
    if (r->outcome == GT_OUT_OK)
        r->fate = SIM_FATE_POSTED;
    answer(market, index, reply);
    reply->class = r->fate == SIM_FATE_POSTED ? GT_UP_OK
                   : r->doubtful              ? GT_UP_UNKNOWN
                                              : GT_UP_REFUSED;
}
