/*
 * Rules and books of the model marketing system.  Faults of the wire are in upstream.c: what
 * arrives here has arrived.
 *
 * A rule is a function that gives the refusal or GT_OUT_OK; what is done stands behind the rules.
 */
#include "market.h"

#include "purchase.h"

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
    *c = (struct sim_customer){.kind = kind, .open = open, .last = -1, .carrier = -1, .before = -1};
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

void sim_bills_undo(struct sim_customer *c, const struct sim_record *orig, int index)
{
    for (int i = 0; i < c->ndues; i++)
        if (c->dues[i].paid_by == index)
            c->dues[i].paid_by = -1;
    c->advance -= orig->advance_part;
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
        return sim_do_recharge(m, r->customer, q, r, index);
    case GT_UP_OPEN:
        return sim_do_open(m, r->customer, q, r, index);
    case GT_UP_REPLACE:
        return sim_do_replace(m, r->customer, q, r, index);
    case GT_UP_REWRITE:
        return sim_do_rewrite(m, r->customer, q, r);
    case GT_UP_CONFIRM:
        return sim_do_confirm(m, r->customer, q, r);
    case GT_UP_REVERSE:
    case GT_UP_REFUND:
        return sim_do_reverse(m, r->customer, q, r);
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
        .date = market->date,
        .biz_date = request->biz_date};
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
