/*
 * A customer comes: bills, recharges, cards, reversals, as a cashier does them.
 *
 * What lies in the drawer is counted here from what was handed over and given back, so the count of
 * the evening is a second witness to the books.
 */
#include "month.h"

#include "till/flow.h"
#include "till/resolve.h"

#include <stdio.h>
#include <string.h>

#define COPY(dst, src) (void)snprintf((dst), sizeof(dst), "%.*s", (int)sizeof(dst) - 1, (src))

/* --- orders -------------------------------------------------------------------------------------
 */

static struct gt_order order_new(struct month *m, struct month_site *site, enum gt_op op,
                                 int customer)
{
    struct gt_order o = {.op = op, .actor = &site->actor};

    o.trace_no = month_date(m) * 1000000 + ++site->traces;
    COPY(o.customer_no, site->market.customers[customer].no);
    COPY(o.method, sim_rng_hit(&m->rng, 850) ? "cash" : "wechat");
    return o;
}

static int card_of(const struct month_site *site, int customer, bool blank)
{
    const char *no = site->market.customers[customer].card_no;

    for (int i = 0; i < site->field.ncards; i++) {
        const struct sim_card *c = &site->field.cards[i];
        if (c->customer != customer || c->old || c->engaged)
            continue;
        if (blank ? !c->meter_no[0] && strcmp(c->card_no, no) != 0 : strcmp(c->card_no, no) == 0)
            return i;
    }
    return -1;
}

static int card_blank(struct month_site *site, int customer)
{
    int i = card_of(site, customer, true);

    if (i >= 0)
        return i;
    i = sim_field_card(&site->field, customer);
    if (i >= 0)
        (void)snprintf(site->field.cards[i].card_no, sizeof(site->field.cards[i].card_no),
                       "C%03d%04d", site->number, i + 1);
    return i;
}

static void card_read(struct month *m, struct month_site *site, int card, struct gt_order *o)
{
    sim_card_engage(&site->field.cards[card], &m->rng);
    sim_card_read(&site->field.cards[card], &o->card);
}

static int64_t some_yuan(struct month *m)
{
    return sim_rng_from(&m->rng, 10, 500) * 100;
}

static bool order_pay(struct month *m, struct month_site *site, int customer, struct gt_order *o)
{
    struct sim_customer *c = &site->market.customers[customer];
    int nbills = 0;

    if (sim_rng_hit(&m->rng, 600) || !sim_market_due(&site->market, customer, &nbills))
        sim_market_bill(&site->market, customer);
    *o = order_new(m, site, GT_OP_PAY, customer);
    o->amount = sim_market_due(&site->market, customer, &nbills);
    if (nbills > 1 && sim_rng_hit(&m->rng, 300)) { /* one of them only */
        int i = 0;
        while (c->dues[i].paid_by >= 0)
            i++;
        o->nbills = 1;
        o->amount = c->dues[i].amount;
        COPY(o->bill_no[0], c->dues[i].bill_no);
    } else if (nbills == 0 || sim_rng_hit(&m->rng, 200)) { /* some of it in advance */
        o->amount += some_yuan(m);
    }
    o->tendered = (o->amount + 9999) / 10000 * 10000;
    return true;
}

static bool order_card(struct month *m, struct month_site *site, int customer, struct gt_order *o,
                       int *card)
{
    const struct sim_customer *c = &site->market.customers[customer];

    if (!c->open || sim_rng_hit(&m->rng, 30)) {
        *card = card_blank(site, customer);
        if (*card < 0 || c->nold == 8)
            return false;
        *o = order_new(m, site, c->open ? GT_OP_REPLACE : GT_OP_OPEN, customer);
        o->amount = c->open ? 0 : some_yuan(m);
        o->fee = c->open ? sim_rng_below(&m->rng, 3) * 500 : 0;
        COPY(o->reason, c->open ? "遗失" : "");
        COPY(o->meter_no, c->meter_no);
    } else {
        *card = card_of(site, customer, false);
        if (*card < 0 || site->field.cards[*card].owed || c->count >= SIM_PURCHASES - 2)
            return false;
        if (sim_rng_hit(&m->rng, 950))
            sim_meter_insert(&site->field.meters[customer], &site->field.cards[*card]);
        *o = order_new(m, site, GT_OP_RECHARGE, customer);
        o->amount = some_yuan(m);
    }
    card_read(m, site, *card, o);
    return true;
}

static bool order_make(struct month *m, struct month_site *site, struct gt_order *o,
                       struct month_sale *sale)
{
    sale->customer = (int)sim_rng_below(&m->rng, site->market.ncustomers);
    sale->card = -1;
    switch (site->market.customers[sale->customer].kind) {
    case GT_METER_BILL:
        return order_pay(m, site, sale->customer, o);
    case GT_METER_CARD:
        return order_card(m, site, sale->customer, o, &sale->card);
    default:
        *o = order_new(m, site, GT_OP_RECHARGE, sale->customer);
        o->amount = some_yuan(m);
        return true;
    }
}

/* --- cards: write, report, write again -----------------------------------------------------------
 */

static struct gt_result run(struct month *m, struct gt_order *o)
{
    struct gt_result result;

    month_must(m, gt_till_run(&m->till, o, &result), "an order");
    return result;
}

static void confirm(struct month *m, struct month_site *site, int customer, int64_t purchase,
                    bool written)
{
    struct gt_order o = order_new(m, site, GT_OP_CONFIRM, customer);

    o.method[0] = '\0';
    o.orig_id = purchase;
    o.written = written;
    (void)run(m, &o);
}

/* The packet goes onto the card, mostly; else the card is owed a write. */
static void write_card(struct month *m, struct month_site *site, int card, int64_t purchase,
                       const struct gt_card_packet *packet)
{
    struct sim_card *c = &site->field.cards[card];

    c->engaged = false;
    if (!packet->present)
        return;
    bool wrote = sim_rng_hit(&m->rng, 930) &&
                 sim_card_write(c, site->field.meters[c->customer].meter_no, packet);
    c->owed = wrote ? 0 : purchase;
    m->tally.cards += wrote;
    if (sim_rng_hit(&m->rng, 850))
        confirm(m, site, c->customer, purchase, wrote);
}

/* The new card of a customer makes the others old. */
static void others_old(struct month_site *site, int card)
{
    for (int i = 0; i < site->field.ncards; i++) {
        struct sim_card *c = &site->field.cards[i];
        if (i == card || c->customer != site->field.cards[card].customer)
            continue;
        c->old = true;
        c->owed = 0;
    }
}

static void rewrite(struct month *m, struct month_site *site, int card)
{
    struct sim_card *c = &site->field.cards[card];
    struct gt_order o = order_new(m, site, GT_OP_REWRITE, c->customer);

    o.method[0] = '\0';
    o.orig_id = c->owed;
    card_read(m, site, card, &o);
    struct gt_result result = run(m, &o);
    m->tally.rewrites++;
    c->engaged = false;
    if (result.outcome == GT_OUT_OK)
        write_card(m, site, card, o.orig_id, &result.packet);
}

/* --- answers
 * -------------------------------------------------------------------------------------- */

static void take_cash(struct month_site *site, const struct month_sale *sale, int sign)
{
    if (sale->cash)
        site->drawer += sign * (sale->amount + sale->fee);
}

static void forget(struct month_site *site, struct month_sale *sale)
{
    if (sale->card >= 0)
        site->field.cards[sale->card].engaged = false;
    *sale = site->sale[--site->nsales];
}

/* What a sale, told as posted, leads to. */
static void sold(struct month *m, struct month_site *site, struct month_sale *sale,
                 const struct gt_result *result)
{
    sale->id = result->txn.id;
    sale->doubt = false;
    m->tally.sales++;
    month_count(site, result->txn.op, sale->amount + sale->fee);
    if (sale->card < 0)
        return;
    if (result->txn.op == GT_OP_OPEN || result->txn.op == GT_OP_REPLACE)
        others_old(site, sale->card);
    write_card(m, site, sale->card, sale->id, &result->packet);
}

static void sell(struct month *m, struct month_site *site)
{
    struct month_sale *sale = &site->sale[site->nsales];
    struct gt_order o;

    if (site->nsales == MONTH_TODAY)
        return;
    *sale = (struct month_sale){.id = 0};
    if (!order_make(m, site, &o, sale))
        return;
    site->nsales++;
    sale->amount = o.amount;
    sale->fee = o.fee;
    sale->cash = strcmp(o.method, "cash") == 0;
    struct gt_result result = run(m, &o);
    sale->id = result.txn.id;
    switch (gt_outcome_info(result.outcome)->class) {
    case GT_CLASS_OK:
        take_cash(site, sale, 1);
        sold(m, site, sale, &result);
        break;
    case GT_CLASS_IN_DOUBT:
        take_cash(site, sale, 1); /* it was on the table; what if it must go back: month_settle() */
        sale->doubt = true;
        m->tally.doubts++;
        break;
    default:
        m->tally.refused++;
        forget(site, sale);
        break;
    }
}

/* --- reversals
 * ------------------------------------------------------------------------------------ */

static void reversed(struct month *m, struct month_site *site, struct month_sale *sale,
                     const struct gt_result *result)
{
    take_cash(site, sale, -1);
    m->tally.reversals++;
    month_count(site, GT_OP_REVERSE, sale->amount + sale->fee);
    if (sale->card >= 0) {
        struct sim_card *c = &site->field.cards[sale->card];
        if (c->owed == sale->id)
            c->owed = 0;
        write_card(m, site, sale->card, result->txn.id, &result->packet);
    }
    forget(site, sale);
}

/* Whether a cashier would take it back: the last purchase of a card that was not inserted since. */
static bool reversible(const struct month_site *site, const struct month_sale *sale)
{
    if (sale->doubt || sale->reversing || sale->amount == 0)
        return false;
    if (sale->card < 0)
        return true;
    const struct sim_card *c = &site->field.cards[sale->card];
    const struct sim_customer *customer = &site->market.customers[sale->customer];
    return !c->engaged && !c->old && !c->returned && customer->last >= 0 &&
           strcmp(customer->card_no, c->card_no) == 0 && customer->last == customer->carrier &&
           site->market.records[customer->last].fate == SIM_FATE_POSTED;
}

static void take_back(struct month *m, struct month_site *site)
{
    if (site->nsales == 0)
        return;
    struct month_sale *sale = &site->sale[sim_rng_below(&m->rng, site->nsales)];
    if (!reversible(site, sale))
        return;
    struct gt_order o = order_new(m, site, GT_OP_REVERSE, sale->customer);
    o.method[0] = '\0';
    o.orig_id = sale->id;
    o.amount = sale->amount;
    COPY(o.reason, "户号错误");
    if (sale->card >= 0)
        card_read(m, site, sale->card, &o);
    struct gt_result result = run(m, &o);
    if (result.outcome == GT_OUT_OK) {
        reversed(m, site, sale, &result);
    } else if (gt_outcome_info(result.outcome)->class == GT_CLASS_IN_DOUBT) {
        struct month_sale *doubt = &site->sale[site->nsales];
        if (site->nsales == MONTH_TODAY) {
            month_fail(m, "%s: no room to remember a reversal", site->terminal_no);
            return;
        }
        site->nsales++;
        *doubt = *sale;
        doubt->id = result.txn.id;
        doubt->doubt = true;
        sale->reversing = true; /* nobody touches it meanwhile */
        m->tally.doubts++;
    } else if (sale->card >= 0) {
        site->field.cards[sale->card].engaged = false;
    }
}

/* --- doubt ends
 * ----------------------------------------------------------------------------------- */

/* The sale that a reversal was for. */
static struct month_sale *original(struct month_site *site, int64_t id)
{
    for (int i = 0; i < site->nsales; i++)
        if (site->sale[i].id == id)
            return &site->sale[i];
    return NULL;
}

/* The reversal at place `at` has an outcome. */
static void reversal_known(struct month *m, struct month_site *site, int at,
                           const struct gt_result *result)
{
    site->sale[at] = site->sale[--site->nsales];
    struct month_sale *orig = original(site, result->txn.orig_id);
    if (!orig) {
        month_fail(m, "%lld: reversed, and nobody remembers it", (long long)result->txn.orig_id);
        return;
    }
    orig->reversing = false;
    if (result->outcome == GT_OUT_OK)
        reversed(m, site, orig, result);
    else if (orig->card >= 0)
        site->field.cards[orig->card].engaged = false;
}

static void sale_known(struct month *m, struct month_site *site, struct month_sale *sale,
                       const struct gt_result *result)
{
    if (result->outcome == GT_OUT_OK) {
        sold(m, site, sale, result);
        return;
    }
    month_released(m, site, sale);
    forget(site, sale);
}

/* Asks about everything a site is in doubt of. */
static void site_settle(struct month *m, struct month_site *site)
{
    for (int i = site->nsales - 1; i >= 0; i--) {
        struct gt_result result;
        if (i >= site->nsales || !site->sale[i].doubt)
            continue;
        month_must(m, gt_till_look(&m->till, &site->actor, 0, site->sale[i].id, &result), "look");
        if (gt_outcome_info(result.outcome)->class == GT_CLASS_IN_DOUBT)
            month_fail(m, "%lld is still in doubt", (long long)site->sale[i].id);
        else if (result.txn.op == GT_OP_REVERSE)
            reversal_known(m, site, i, &result);
        else
            sale_known(m, site, &site->sale[i], &result);
    }
    for (int i = 0; i < site->field.ncards; i++)
        for (int tries = 0; site->field.cards[i].owed && tries < 20; tries++)
            rewrite(m, site, i);
}

void month_settle(struct month *m)
{
    month_weather(m, true);
    for (int round = 0; round < 50; round++) {
        int looked = 0;
        month_pass(m, 70000);
        month_must(m, gt_resolve_due(&m->till, 1000, 30000, &looked), "the worker");
        if (round > 1 && looked == 0)
            break;
    }
    for (int i = 0; i < MONTH_SITES && !m->failed; i++)
        site_settle(m, &m->site[i]);
    for (int i = 0; i < MONTH_SITES && !m->failed; i++)
        month_refunds_settle(m, &m->site[i]);
}

void month_trade(struct month *m, struct month_site *site)
{
    month_pass(m, sim_rng_below(&m->rng, 20000));
    if (sim_rng_hit(&m->rng, 80))
        take_back(m, site);
    else if (sim_rng_hit(&m->rng, 40))
        month_refund(m, site);
    else if (site->nkept > 0 && sim_rng_hit(&m->rng, 100))
        month_give(m, site);
    else
        sell(m, site);
}
