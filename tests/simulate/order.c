/*
 * Orders by chance: mostly what people really do, sometimes what they should not.
 *
 * People know what they see - their bills, whether a meter is open, the card in their hand - so
 * this file looks into the market and the field.  What is told to them is in sale.c.
 */
#include "scenario.h"

#include "till/refund.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define COPY(dst, src) (void)snprintf((dst), sizeof(dst), "%.*s", (int)sizeof(dst) - 1, (src))

#define TRACE_BASE INT64_C(20261122000000)

struct sim_sale *sim_sale_add(struct sim_world *world, int terminal, int clerk)
{
    struct sim_office *office = world->office;
    if (office->nsales == SIM_SALES)
        return NULL;
    struct sim_sale *s = &office->sales[office->nsales++];
    *s = (struct sim_sale){.terminal = terminal, .clerk = clerk, .customer = -1, .card = -1};
    s->trace_no = TRACE_BASE + ++world->terminals[terminal].traces;
    s->order.trace_no = s->trace_no;
    COPY(s->order.method, sim_rng_hit(&world->rng, 800) ? "cash" : "wechat");
    return s;
}

static int index_of(const struct sim_world *world, const struct sim_sale *s)
{
    return (int)(s - world->office->sales);
}

/* A terminal, and somebody who works there. */
static struct sim_sale *sale_somewhere(struct sim_world *world)
{
    int terminal = (int)sim_rng_below(&world->rng, SIM_TERMINALS);
    int clerk = terminal < 2 ? 0 : (int)sim_rng_from(&world->rng, 1, 2);
    return sim_sale_add(world, terminal, clerk);
}

static void set_customer(struct sim_world *world, struct sim_sale *s, int customer)
{
    s->customer = customer;
    COPY(s->order.customer_no, world->wire.market.customers[customer].no);
}

static void set_card(struct sim_world *world, struct sim_sale *s, int card)
{
    struct sim_card *c = &world->field.cards[card];
    s->card = card;
    sim_card_engage(c, &world->rng);
    sim_card_read(c, &s->order.card);
}

/* The valid card of a customer that nobody is using, or a blank one; -1: none. */
static int card_valid(const struct sim_world *world, int customer)
{
    const char *no = world->wire.market.customers[customer].card_no;
    for (int i = 0; i < world->field.ncards; i++) {
        const struct sim_card *c = &world->field.cards[i];
        if (!c->engaged && c->customer == customer && strcmp(c->card_no, no) == 0)
            return i;
    }
    return -1;
}

static int card_blank(struct sim_world *world, int customer)
{
    for (int i = 0; i < world->field.ncards; i++) {
        const struct sim_card *c = &world->field.cards[i];
        if (c->customer == customer && !c->meter_no[0] && !c->old)
            return c->engaged ? -1 : i;
    }
    return sim_field_card(&world->field, customer);
}

static int card_old(const struct sim_world *world, int customer)
{
    for (int i = 0; i < world->field.ncards; i++) {
        const struct sim_card *c = &world->field.cards[i];
        if (c->customer == customer && c->old && !c->engaged && c->meter_no[0])
            return i;
    }
    return -1;
}

/* --- bills and remote meters --------------------------------------------------------------------
 */

static bool fill_pay(struct sim_world *world, struct sim_sale *s)
{
    struct sim_rng *rng = &world->rng;
    int nbills = 0;
    int64_t due = sim_market_due(&world->wire.market, s->customer, &nbills);
    struct gt_order *o = &s->order;
    o->op = GT_OP_PAY;
    o->amount = due;
    if (nbills == 0)
        o->amount = sim_rng_from(rng, 100, 10000);
    else if (sim_rng_hit(rng, 100))
        o->amount += sim_rng_from(rng, 1, 5000);
    else if (sim_rng_hit(rng, 50))
        o->amount -= sim_rng_from(rng, 1, 99);
    const struct sim_customer *c = &world->wire.market.customers[s->customer];
    for (int i = 0; i < c->ndues && nbills > 1 && sim_rng_hit(rng, 300); i++) {
        if (c->dues[i].paid_by >= 0)
            continue;
        o->amount = c->dues[i].amount;
        COPY(o->bill_no[0], c->dues[i].bill_no);
        o->nbills = 1;
        break;
    }
    o->tendered = o->amount + sim_rng_below(rng, 3) * 100;
    return true;
}

static int64_t some_amount(struct sim_rng *rng)
{
    return sim_rng_hit(rng, 20) ? 100000000 : sim_rng_from(rng, 1, 250) * 100;
}

static bool fill_remote(struct sim_world *world, struct sim_sale *s)
{
    s->order.op = GT_OP_RECHARGE;
    s->order.amount = some_amount(&world->rng);
    return true;
}

/* --- cards --------------------------------------------------------------------------------------
 */

static bool fill_open(struct sim_world *world, struct sim_sale *s)
{
    int card = card_blank(world, s->customer);
    if (card < 0)
        return false;
    s->order.op = GT_OP_OPEN;
    s->order.amount = some_amount(&world->rng);
    COPY(s->order.meter_no, sim_rng_hit(&world->rng, 20)
                                ? "M9999999"
                                : world->wire.market.customers[s->customer].meter_no);
    set_card(world, s, card);
    return true;
}

static bool fill_replace(struct sim_world *world, struct sim_sale *s)
{
    int card = card_blank(world, s->customer);
    if (card < 0)
        return false;
    s->order.op = GT_OP_REPLACE;
    s->order.fee = sim_rng_below(&world->rng, 3) * 500;
    COPY(s->order.reason, "lost");
    set_card(world, s, card);
    return true;
}

static void fill_rewrite(struct sim_world *world, struct sim_sale *s, int card)
{
    s->order.op = GT_OP_REWRITE;
    s->order.orig_id = world->field.cards[card].owed;
    s->order.method[0] = '\0';
    set_customer(world, s, world->field.cards[card].customer);
    set_card(world, s, card);
}

static bool fill_card(struct sim_world *world, struct sim_sale *s)
{
    struct sim_rng *rng = &world->rng;
    const struct sim_customer *c = &world->wire.market.customers[s->customer];
    bool open = sim_rng_hit(rng, 20) ? !c->open : c->open;
    if (!open)
        return fill_open(world, s);
    if (sim_rng_hit(rng, 60))
        return fill_replace(world, s);
    int card = sim_rng_hit(rng, 30) ? card_old(world, s->customer) : card_valid(world, s->customer);
    if (card < 0)
        return false;
    struct sim_card *physical = &world->field.cards[card];
    if (physical->owed && sim_rng_hit(rng, 700)) {
        fill_rewrite(world, s, card);
        return true;
    }
    if (physical->meter_no[0] && !physical->kept && sim_rng_hit(rng, 800))
        sim_meter_insert(&world->field.meters[s->customer], physical);
    s->order.op = GT_OP_RECHARGE;
    s->order.amount = some_amount(rng);
    if (sim_rng_hit(rng, 980))
        set_card(world, s, card);
    return true;
}

/* --- reversals ----------------------------------------------------------------------------------
 */

/* A sale of the last `reach` that was told ok and can be taken back; NULL: none was found. */
static const struct sim_sale *reversible(struct sim_world *world, int account, int reach)
{
    const struct sim_office *office = world->office;
    for (int tries = 0; tries < 8; tries++) {
        int back = (int)sim_rng_below(&world->rng, reach);
        if (back >= office->nsales)
            continue;
        const struct sim_sale *s = &office->sales[office->nsales - 1 - back];
        if (!s->told || s->answer.outcome != GT_OUT_OK || s->customer < 0 || !s->finished)
            continue;
        if (world->operators[s->clerk].account != account && sim_rng_hit(&world->rng, 900))
            continue;
        if (s->order.op == GT_OP_PAY || s->order.op == GT_OP_RECHARGE || s->order.op == GT_OP_OPEN)
            return s;
    }
    return NULL;
}

static bool fill_back(struct sim_world *world, struct sim_sale *s, const struct sim_sale *orig,
                      enum gt_op op)
{
    int card = -1;
    if (orig->order.card.present) {
        card = card_valid(world, orig->customer);
        if (card < 0)
            return false;
    }
    s->order.op = op;
    s->order.orig_id = orig->answer.txn_id;
    s->order.amount = orig->answer.amount + (sim_rng_hit(&world->rng, 50) ? 1 : 0);
    s->order.method[0] = '\0';
    COPY(s->order.reason, "wrong customer");
    set_customer(world, s, orig->customer);
    if (card >= 0)
        set_card(world, s, card);
    return true;
}

static bool fill_reverse(struct sim_world *world, struct sim_sale *s)
{
    const struct sim_sale *orig = reversible(world, world->operators[s->clerk].account, 20);
    return orig && fill_back(world, s, orig, GT_OP_REVERSE);
}

/* One of those who work there asks for a refund, and somebody above approves. */
static void ask_refund(struct sim_world *world, const struct sim_sale *s,
                       const struct sim_sale *orig)
{
    struct gt_by by = {.db = world->db,
                       .src = world->keys,
                       .clock = &world->clock,
                       .logger = &world->logger,
                       .user_id = world->operators[s->clerk].user_id,
                       .tz_minutes = 480};
    struct gt_refund_form form = {
        .txn_id = orig->answer.txn_id,
        .amount = orig->answer.amount,
        .method = sim_rng_hit(&world->rng, 800) ? "cash" : "transfer",
        .red_no = "",
        .reason = "too late to reverse",
    };
    struct gt_refusal no = {.why = GT_WHY_NONE};
    int64_t id = 0;
    enum gt_err err = gt_refund_ask(&by, &form, &id, &no);
    if (!err && sim_rng_hit(&world->rng, 900)) {
        by.user_id = GT_BY_COMMAND;
        err = gt_approval_decide(&by, id, 1, true, "", &no);
    }
    sim_trace(world, "refund of %lld asked for: %s, %lld", (long long)form.txn_id, gt_err_name(err),
              (long long)no.why);
    if (no.why == GT_WHY_NONE)
        (void)sim_went_well(world, err, "asking for a refund");
}

static bool fill_refund(struct sim_world *world, struct sim_sale *s)
{
    const struct sim_sale *orig = reversible(world, world->operators[s->clerk].account, SIM_SALES);
    if (!orig || world->crashed)
        return false;
    ask_refund(world, s, orig);
    return !world->crashed && fill_back(world, s, orig, GT_OP_REFUND);
}

/* --- any of them --------------------------------------------------------------------------------
 */

static bool fill(struct sim_world *world, struct sim_sale *s)
{
    struct sim_rng *rng = &world->rng;
    if (sim_rng_hit(rng, 150))
        return sim_rng_hit(rng, 600) ? fill_reverse(world, s) : fill_refund(world, s);
    set_customer(world, s, (int)sim_rng_below(rng, world->wire.market.ncustomers));
    if (sim_rng_hit(rng, 15)) {
        s->customer = -1;
        COPY(s->order.customer_no, sim_rng_hit(rng, 500) ? "1999999999" : "9000000001");
        return fill_remote(world, s);
    }
    switch (world->wire.market.customers[s->customer].kind) {
    case GT_METER_BILL:
        return fill_pay(world, s);
    case GT_METER_CARD:
        return fill_card(world, s);
    default:
        return fill_remote(world, s);
    }
}

static void trace_order(struct sim_world *world, const struct sim_sale *s)
{
    const struct gt_order *o = &s->order;
    sim_trace(world,
              "sale %d: %s trace %lld %s customer %s amount %lld card %s count %lld orig %lld",
              index_of(world, s), gt_op_name(o->op), (long long)s->trace_no,
              world->terminals[s->terminal].terminal_no, o->customer_no, (long long)o->amount,
              o->card.card_no, (long long)o->card.count, (long long)o->orig_id);
}

int sim_sale_new(struct sim_world *world)
{
    struct sim_sale *s = sale_somewhere(world);
    if (!s)
        return -1;
    if (!fill(world, s)) {
        world->terminals[s->terminal].traces--;
        world->office->nsales--;
        return -1;
    }
    trace_order(world, s);
    return index_of(world, s);
}

int sim_sale_unsent(struct sim_world *world)
{
    struct sim_sale *s = sale_somewhere(world);
    if (!s)
        return -1;
    set_customer(world, s, world->wire.market.ncustomers - 1);
    (void)fill_remote(world, s);
    trace_order(world, s);
    return index_of(world, s);
}

int sim_sale_confirm(struct sim_world *world, const struct sim_sale *from, int64_t txn_id,
                     bool written)
{
    struct sim_sale *s = sim_sale_add(world, from->terminal, from->clerk);
    if (!s)
        return -1;
    s->order.op = GT_OP_CONFIRM;
    s->order.orig_id = txn_id;
    s->order.written = written;
    s->order.method[0] = '\0';
    set_customer(world, s, from->customer);
    trace_order(world, s);
    return index_of(world, s);
}

int sim_sale_rewrite(struct sim_world *world, int terminal, int clerk, int card)
{
    struct sim_sale *s = sim_sale_add(world, terminal, clerk);
    if (!s)
        return -1;
    fill_rewrite(world, s, card);
    trace_order(world, s);
    return index_of(world, s);
}
