/*
 * The scheduler: who takes the next step, when the power goes, and how a seed ends.
 *
 * All steps are drawn from the seed.  A step may happen inside of a call upstream, as if another
 * thread had taken it; only rebooting waits until no call is under way.
 */
#include "scenario.h"

#include "invariant.h"
#include "till/bizdate.h"
#include "till/ledger.h"
#include "till/resolve.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STEPS_LEAST 250
#define STEPS_MOST  450
#define DEPTH_MOST  2
#define RETRY_MS    5000
#define SETTLE_MS   60000 /* after the grace time nothing is in doubt for longer */

struct sim_office *sim_office_new(void)
{
    struct sim_office *office = calloc(1, sizeof(*office));
    if (!office)
        abort();
    return office;
}

void sim_office_free(struct sim_office *office)
{
    free(office);
}

/* --- flows --------------------------------------------------------------------------------------
 */

/* The client may have gone away: then nobody hears the answer. */
static void flow_answer(struct sim_world *world, struct sim_flow *f, const struct gt_result *result)
{
    f->used = false;
    if (!sim_rng_hit(&world->rng, 100))
        sim_sale_answer(world, f->sale, f->other, result);
}

static void flow_intent(struct sim_world *world, struct sim_flow *f)
{
    struct gt_result result;
    enum gt_err err = gt_flow_intent(&world->till, &f->order, &f->flow, &result);
    if (!sim_went_well(world, err, "intent"))
        f->used = false;
    else if (f->flow.next == GT_FLOW_CALL)
        f->stage = SIM_STAGE_CALL;
    else
        flow_answer(world, f, &result);
}

static void flow_outcome(struct sim_world *world, struct sim_flow *f)
{
    struct gt_result result;
    enum gt_err err = gt_flow_outcome(&world->till, &f->flow, &result);
    if (sim_went_well(world, err, "outcome"))
        flow_answer(world, f, &result);
    else
        f->used = false;
}

static void flow_step(struct sim_world *world, struct sim_flow *f)
{
    static const char *const stages[] = {"intent", "call", "outcome"};
    sim_trace(world, "%s of sale %d%s", stages[f->stage], f->sale, f->other ? " (other)" : "");
    f->busy = true;
    switch (f->stage) {
    case SIM_STAGE_INTENT:
        flow_intent(world, f);
        break;
    case SIM_STAGE_CALL:
        gt_flow_call(&world->till, &f->flow, 6000);
        f->stage = SIM_STAGE_OUTCOME;
        break;
    case SIM_STAGE_OUTCOME:
        flow_outcome(world, f);
        break;
    }
    f->busy = false;
}

/* A flow that can take a step, by chance; NULL: there is none. */
static struct sim_flow *flow_some(struct sim_world *world)
{
    struct sim_flow *ready[SIM_FLOWS] = {NULL};
    int n = 0;
    for (int i = 0; i < SIM_FLOWS; i++) {
        struct sim_flow *f = &world->office->flows[i];
        if (f->used && !f->busy)
            ready[n++] = f;
    }
    return n > 0 ? ready[sim_rng_below(&world->rng, n)] : NULL;
}

static void act_flow(struct sim_world *world)
{
    struct sim_flow *f = flow_some(world);
    if (f)
        flow_step(world, f);
}

/* The process that worked on it hangs for good. */
static void act_drop(struct sim_world *world)
{
    struct sim_flow *f = flow_some(world);
    if (!f)
        return;
    sim_trace(world, "dropped: sale %d", f->sale);
    f->used = false;
}

/* --- terminals ----------------------------------------------------------------------------------
 */

static void act_new(struct sim_world *world)
{
    int sale = sim_sale_new(world);
    if (sale >= 0)
        (void)sim_sale_send(world, sale, false);
}

/* A whole request at once, as the handlers run it. */
static void act_run(struct sim_world *world)
{
    int sale = sim_sale_new(world);
    if (sale < 0)
        return;
    struct sim_sale *s = &world->office->sales[sale];
    struct gt_order order = s->order;
    struct gt_result result;
    order.actor = &world->actors[s->terminal][s->clerk];
    s->sent = true;
    enum gt_err err = gt_till_run(&world->till, &order, &result);
    /* A client that is not answered in full repeats; what the store could not do has been said. */
    if (sim_went_well(world, err, "run") && !world->crashed)
        sim_sale_answer(world, sale, false, &result);
}

/* A sale by chance, of the last few: what is old is seldom asked about. */
static int sale_some(struct sim_world *world)
{
    int n = world->office->nsales;
    int64_t back = sim_rng_below(&world->rng, sim_rng_hit(&world->rng, 700) ? 10 : n);
    return n > 0 ? n - 1 - (int)(back < n ? back : n - 1) : -1;
}

static void act_repeat(struct sim_world *world)
{
    int sale = sale_some(world);
    if (sale >= 0)
        (void)sim_sale_send(world, sale, false);
}

static void act_other(struct sim_world *world)
{
    int sale = sale_some(world);
    if (sale < 0 || !gt_op_is_money(world->office->sales[sale].order.op))
        return;
    struct sim_sale *s = &world->office->sales[sale];
    if (!s->other_amount)
        s->other_amount = s->order.amount + 100;
    (void)sim_sale_send(world, sale, true);
}

static void act_inquire(struct sim_world *world)
{
    int sale = sale_some(world);
    if (sale >= 0)
        sim_sale_inquire(world, sale);
}

/* An inquiry for a number that was never sent; the original comes later. */
static void act_unsent(struct sim_world *world)
{
    int sale = sim_sale_unsent(world);
    if (sale < 0)
        return;
    sim_sale_inquire(world, sale);
    (void)sim_sale_send(world, sale, false);
}

/* The receipt once more: each print is counted, and says so. */
static void act_receipt(struct sim_world *world)
{
    int sale = sale_some(world);
    if (sale < 0 || !world->office->sales[sale].told)
        return;
    struct sim_sale *s = &world->office->sales[sale];
    struct gt_buf lines;
    int64_t prints = 0;
    enum gt_outcome outcome = GT_OUT_OK;
    gt_buf_init(&lines, 8192);
    enum gt_err err = gt_till_receipt(&world->till, &world->actors[s->terminal][s->clerk], "bureau",
                                      s->answer.txn_id, &lines, &prints, &outcome);
    gt_buf_done(&lines);
    if (!sim_went_well(world, err, "receipt") || !s->told)
        return;
    sim_expect(world, (outcome == GT_OUT_OK) == (s->answer.receipt_no != 0),
               "%lld: outcome %d of its receipt", (long long)s->answer.txn_id, (int)outcome);
    sim_expect(world, outcome != GT_OUT_OK || prints > s->prints,
               "%lld: print %lld after print %lld", (long long)s->answer.txn_id, (long long)prints,
               (long long)s->prints);
    s->prints = outcome == GT_OUT_OK ? prints : 0;
}

static void act_sign(struct sim_world *world)
{
    int t = (int)sim_rng_below(&world->rng, SIM_TERMINALS);
    const struct gt_actor *actor = &world->actors[t][t < 2 ? 0 : sim_rng_from(&world->rng, 1, 2)];
    struct gt_signon out;
    bool on = sim_rng_hit(&world->rng, 600);
    enum gt_err err = on ? gt_till_sign_on(&world->till, actor, &out)
                         : gt_till_sign_off(&world->till, actor, &out);
    if (!sim_went_well(world, err, "sign"))
        return;
    sim_trace(world, "%s %s batch %lld last trace %lld", actor->terminal.terminal_no,
              on ? "signs on" : "signs off", (long long)out.batch_no, (long long)out.last_trace);
    sim_expect(world, out.available >= 0, "available credit is %lld at sign-on",
               (long long)out.available);
}

/* --- the bureau ---------------------------------------------------------------------------------
 */

static void act_worker(struct sim_world *world)
{
    int looked = 0;
    int most = (int)sim_rng_from(&world->rng, 1, 10);
    sim_trace(world, "worker");
    (void)sim_went_well(world, gt_resolve_due(&world->till, most, RETRY_MS, &looked), "worker");
}

static void act_cut(struct sim_world *world)
{
    struct gt_state state;
    if (!sim_went_well(world, gt_bizdate_get(world->db, &state), "bizdate"))
        return;
    sim_trace(world, "cut-off of %lld", (long long)state.biz_date);
    enum gt_err err = gt_bizdate_cut(&world->till, state.biz_date, 0, "simulation");
    (void)sim_went_well(world, err, "cut-off");
    if (sim_rng_hit(&world->rng, 500))
        world->wire.market.date = gt_date_next(world->wire.market.date);
}

struct pay_in {
    int64_t account_id, amount, now, biz_date;
    struct gt_bag bag;
};

static enum gt_err pay_in_commit(struct gt_tx *tx, void *arg)
{
    struct pay_in *p = arg;
    struct gt_account account;
    struct gt_state state;
    gt_bag_rewind(&p->bag);
    gt_state_read(tx, &state);
    if (!gt_row_find(tx, &gt_account_row, p->account_id, &account))
        return gt_tx_fail(tx, GT_ERR_ABSENT);
    gt_ledger_pay_in(tx, &account, p->amount, state.biz_date, p->now, &p->bag);
    gt_row_save(tx, &gt_account_row, &account);
    return gt_tx_err(tx);
}

/* Money reaches the bank.  Only when no fault is due: nothing tells later whether it was booked. */
static void act_pay_in(struct sim_world *world)
{
    if (world->office->armed || world->office->full_steps)
        return;
    int account = (int)sim_rng_below(&world->rng, SIM_ACCOUNTS);
    struct pay_in p = {.account_id = account + 1,
                       .amount = sim_rng_from(&world->rng, 1, 200) * 100,
                       .now = world->now};
    enum gt_err err = gt_bag_fill(world->keys, GT_LEDGER_KEYS, &p.bag);
    if (!err)
        err = gt_db_transact(world->db, "pay_in", pay_in_commit, &p);
    if (sim_went_well(world, err, "pay in"))
        world->accounts[account].paid_in += p.amount;
    sim_trace(world, "account %d pays in %lld", account + 1, (long long)p.amount);
}

static void act_bill(struct sim_world *world)
{
    sim_market_bill(&world->wire.market, (int)sim_rng_below(&world->rng, 4));
}

static void act_insert(struct sim_world *world)
{
    struct sim_field *field = &world->field;
    int i = (int)sim_rng_below(&world->rng, field->ncards);
    if (i >= field->ncards || field->cards[i].engaged || field->cards[i].kept ||
        !field->cards[i].meter_no[0])
        return;
    sim_trace(world, "card %s count %lld goes into its meter", field->cards[i].card_no,
              (long long)field->cards[i].count);
    sim_meter_insert(&field->meters[field->cards[i].customer], &field->cards[i]);
}

static void act_weather(struct sim_world *world)
{
    sim_wire_weather(&world->wire, sim_rng_hit(&world->rng, 300));
    sim_trace(world, "weather: down %d", (int)world->wire.weather.down);
}

static void act_time(struct sim_world *world)
{
    static const int64_t most[] = {200, 2000, 2000, 10000, 30000, 120000};
    int64_t ms = sim_rng_below(&world->rng, most[sim_rng_below(&world->rng, 6)]);
    sim_trace(world, "%lld ms pass", (long long)ms);
    sim_world_pass(world, ms);
}

/* --- faults of the disk -------------------------------------------------------------------------
 */

static void act_fault(struct sim_world *world)
{
    struct sim_office *office = world->office;
    struct sim_rng *rng = &world->rng;
    if (office->armed || office->crashes == 0)
        return;
    office->crashes--;
    office->armed = true;
    int64_t kind = sim_rng_below(rng, 100), in = sim_rng_from(rng, 1, 25);
    sim_trace(world, "fault %lld in %lld", (long long)kind, (long long)in);
    if (kind < 55) {
        sim_disk_cut_at(world->disk, (int)in);
    } else if (kind < 68) {
        sim_disk_fail_sync_at(world->disk, (int)in);
    } else if (kind < 78) {
        sim_disk_fail_write_at(world->disk, (int)in * 4);
    } else if (kind < 92) {
        sim_disk_kill(world->disk);
        world->crashed = true;
    } else {
        office->full_steps = (int)in * 2;
        sim_disk_fill(world->disk, true);
    }
}

static void full_ends(struct sim_world *world)
{
    struct sim_office *office = world->office;
    if (office->full_steps == 0 || --office->full_steps > 0)
        return;
    sim_disk_fill(world->disk, false);
    office->armed = false;
}

/* The process is gone: whatever was in flight is dropped, and it starts again from the disk. */
static void reboot(struct sim_world *world)
{
    struct sim_office *office = world->office;
    for (int i = 0; i < SIM_FLOWS; i++)
        office->flows[i].used = false;
    sim_trace(world, "reboot");
    do {
        world->reboots++;
        sim_world_boot(world, sim_rng_hit(&world->rng, 300), sim_rng_hit(&world->rng, 150));
    } while (world->crashed && !world->failed);
    struct gt_check_sums sums;
    sim_check_books(world, &sums);
    for (int i = 0; i < 6 && office->nsales > 0 && !world->failed; i++)
        sim_sale_inquire(world, sale_some(world));
}

/* --- the scheduler ------------------------------------------------------------------------------
 */

static const struct {
    int weight;
    void (*act)(struct sim_world *world);
} acts[] = {
    {560, act_flow},   {170, act_new},    {40, act_repeat}, {40, act_inquire}, {15, act_other},
    {12, act_unsent},  {25, act_run},     {60, act_worker}, {70, act_time},    {35, act_insert},
    {20, act_sign},    {10, act_receipt}, {4, act_cut},     {12, act_pay_in},  {20, act_bill},
    {18, act_weather}, {8, act_drop},     {25, act_fault},
};

static void step(struct sim_world *world)
{
    int sum = 0;
    for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++)
        sum += acts[i].weight;
    int64_t draw = sim_rng_below(&world->rng, sum);
    size_t i = 0;
    while (draw >= acts[i].weight)
        draw -= acts[i++].weight;
    acts[i].act(world);
    sim_world_pass(world, sim_rng_below(&world->rng, 400));
}

void sim_office_meanwhile(struct sim_world *world)
{
    if (world->office->closing || world->depth > DEPTH_MOST || !sim_rng_hit(&world->rng, 300))
        return;
    for (int64_t n = sim_rng_from(&world->rng, 1, 4); n > 0; n--) {
        if (world->crashed || world->failed || sim_disk_state(world->disk) != SIM_DISK_FINE)
            return;
        step(world);
    }
}

/* --- the end ------------------------------------------------------------------------------------
 */

static void flows_finish(struct sim_world *world)
{
    for (struct sim_flow *f = flow_some(world); f && !world->failed; f = flow_some(world))
        flow_step(world, f);
}

/* Everything is well again. */
static void make_well(struct sim_world *world)
{
    world->office->closing = true;
    while ((world->crashed || sim_disk_state(world->disk) != SIM_DISK_FINE) && !world->failed)
        reboot(world);
    sim_disk_fill(world->disk, false);
    sim_disk_cut_at(world->disk, 0);
    sim_disk_fail_sync_at(world->disk, 0);
    sim_disk_fail_write_at(world->disk, 0);
    world->office->crashes = 0;
    world->office->full_steps = 0;
    world->office->armed = true;
    sim_trace(world, "all is well");
    sim_wire_weather(&world->wire, true);
    if (sim_rng_hit(&world->rng, 500))
        flows_finish(world);
    for (int i = 0; i < SIM_FLOWS; i++)
        world->office->flows[i].used = false;
}

/* The worker has its minute. */
static void settle(struct sim_world *world)
{
    sim_world_pass(world, SIM_GRACE_MS);
    for (int64_t end = world->now + SETTLE_MS; world->now < end && !world->failed;) {
        int looked = 0;
        enum gt_err err = gt_resolve_due(&world->till, 50, RETRY_MS, &looked);
        (void)sim_went_well(world, err, "worker");
        sim_world_pass(world, RETRY_MS);
    }
}

/* Terminals ask about everything, and finish what follows from it; true if anything did. */
static bool finish_all(struct sim_world *world)
{
    int sales = world->office->nsales;
    for (int i = 0; i < world->office->nsales && !world->failed; i++) {
        sim_sale_inquire(world, i);
        flows_finish(world);
    }
    return world->office->nsales > sales && !world->failed;
}

void sim_office_run(struct sim_world *world)
{
    struct sim_office *office = world->office;
    office->crashes = (int)sim_rng_from(&world->rng, 1, 4);
    int64_t steps = sim_rng_from(&world->rng, STEPS_LEAST, STEPS_MOST);
    for (int64_t i = 0; i < steps && !world->failed; i++) {
        if (world->crashed || sim_disk_state(world->disk) != SIM_DISK_FINE)
            reboot(world);
        full_ends(world);
        step(world);
    }
    if (!world->failed)
        make_well(world);
    do
        settle(world);
    while (finish_all(world));
    if (!world->failed)
        sim_check_owed(world);
    if (!world->failed)
        settle(world);
    (void)finish_all(world);
    if (!world->failed)
        sim_check_end(world);
}
