/*
 * Faults between the till and the model marketing system.
 *
 * A call lasts: while the request and the answer are under way the world goes on, so that other
 * flows, the worker and power cuts happen inside of it.  An answer may therefore be stale when it
 * arrives.
 */
#include "upstream.h"

#include "invariant.h"
#include "world.h"

#include <stdio.h>
#include <string.h>

static bool wire_serves(void *ctx, const char *customer_no)
{
    (void)ctx;
    return customer_no[0] >= '1' && customer_no[0] <= '3';
}

static enum gt_err wire_admit(void *ctx, int64_t wait_ms)
{
    struct sim_wire *wire = ctx;
    (void)wait_ms;
    if (sim_rng_hit(&wire->rng, wire->weather.down ? 500 : wire->weather.busy))
        return GT_ERR_BUSY;
    wire->slots++;
    return GT_OK;
}

static void wire_leave(void *ctx)
{
    struct sim_wire *wire = ctx;
    wire->slots--;
    sim_expect(wire->world, wire->slots >= 0, "a slot upstream was left twice");
}

static void say_unknown(struct gt_up_reply *reply, const char *text)
{
    memset(reply, 0, sizeof(*reply));
    reply->class = GT_UP_UNKNOWN;
    (void)snprintf(reply->text, sizeof(reply->text), "%s", text);
}

static void say_not_sent(struct gt_up_reply *reply)
{
    memset(reply, 0, sizeof(*reply));
    reply->class = GT_UP_NOT_SENT;
    reply->outcome = GT_OUT_UPSTREAM_NOT_REACHED;
    (void)snprintf(reply->text, sizeof(reply->text), "connection refused");
}

/* The request lies in a queue of upstream's; false if there is no room. */
static bool queue(struct sim_wire *wire, const struct gt_up_request *request, int64_t now)
{
    for (int i = 0; i < SIM_LATE; i++) {
        struct sim_late *late = &wire->late[i];
        if (late->used)
            continue;
        late->used = true;
        late->due = now + sim_rng_from(&wire->rng, 1, SIM_GRACE_MS - 1);
        late->request = *request;
        return true;
    }
    return false;
}

/* The request has arrived: it is done, perhaps twice, and answered. */
static void arrive(struct sim_wire *wire, const struct gt_up_request *request,
                   struct gt_up_reply *reply)
{
    sim_market_do(&wire->market, request, reply);
    if (!sim_rng_hit(&wire->rng, wire->weather.twice))
        return;
    struct gt_up_reply second;
    sim_market_do(&wire->market, request, &second);
    if (sim_rng_hit(&wire->rng, 500))
        *reply = second;
}

static void exchange(struct sim_wire *wire, const struct gt_up_request *request, int64_t limit_ms,
                     struct gt_up_reply *reply)
{
    struct sim_world *world = wire->world;
    const struct sim_weather *weather = &wire->weather;
    if (sim_rng_hit(&wire->rng, weather->lose_request)) {
        sim_world_meanwhile(world, limit_ms);
        say_unknown(reply, "no answer");
    } else if (sim_rng_hit(&wire->rng, weather->delay) && queue(wire, request, world->now)) {
        sim_world_meanwhile(world, limit_ms);
        say_unknown(reply, "no answer in time");
    } else {
        sim_world_meanwhile(world, sim_rng_below(&wire->rng, limit_ms));
        arrive(wire, request, reply);
        bool lost = sim_rng_hit(&wire->rng, weather->lose_answer);
        sim_world_meanwhile(world, lost ? limit_ms : sim_rng_below(&wire->rng, limit_ms));
        if (lost)
            say_unknown(reply, sim_rng_hit(&wire->rng, 500) ? "garbage" : "connection lost");
    }
}

static void wire_call(void *ctx, const struct gt_up_request *request, int64_t limit_ms,
                      struct gt_up_reply *reply)
{
    static const char *const classes[] = {"ok", "refused", "not sent", "unknown"};
    struct sim_wire *wire = ctx;
    struct sim_world *world = wire->world;
    int64_t limit = limit_ms > 0 && limit_ms < 6000 ? limit_ms : 6000;
    wire->calls++;
    sim_check_call(world, request);
    sim_trace(world, "  call %s %s orig %s customer %s amount %lld", gt_up_op_name(request->op),
              request->serial, request->orig_serial, request->customer_no,
              (long long)request->amount);
    if (wire->weather.down || sim_rng_hit(&wire->rng, wire->weather.no_connection)) {
        say_not_sent(reply);
    } else {
        int64_t horizon = sim_world_limit(world, limit);
        exchange(wire, request, limit, reply);
        world->horizon = horizon;
    }
    sim_trace(world, "  answer to %s %s: %s outcome %d fate %d", gt_up_op_name(request->op),
              request->serial, classes[reply->class], (int)reply->outcome, (int)reply->fate);
}

void sim_wire_init(struct sim_wire *wire, struct sim_world *world, uint64_t seed, int64_t date)
{
    memset(wire, 0, sizeof(*wire));
    wire->world = world;
    wire->rng = (struct sim_rng){seed};
    sim_market_init(&wire->market, sim_rng_bits(&wire->rng), date);
    wire->table = (struct gt_upstream){.name = "model",
                                       .ctx = wire,
                                       .grace_ms = SIM_GRACE_MS,
                                       .serves = wire_serves,
                                       .admit = wire_admit,
                                       .leave = wire_leave,
                                       .call = wire_call};
    wire->list = (struct gt_upstreams){&wire->table, 1};
    sim_wire_weather(wire, false);
}

void sim_wire_weather(struct sim_wire *wire, bool fine)
{
    static const int rates[] = {0, 0, 20, 60, 200, 500};
    struct sim_rng *rng = &wire->rng;
    wire->weather = (struct sim_weather){0};
    wire->market.clearing = false;
    wire->market.refuse = 0;
    if (fine)
        return;
    wire->weather = (struct sim_weather){
        .no_connection = rates[sim_rng_below(rng, 5)],
        .lose_request = rates[sim_rng_below(rng, 6)],
        .lose_answer = rates[sim_rng_below(rng, 6)],
        .delay = rates[sim_rng_below(rng, 6)],
        .twice = rates[sim_rng_below(rng, 5)],
        .busy = rates[sim_rng_below(rng, 4)],
        .down = sim_rng_hit(rng, 60),
    };
    wire->market.refuse = rates[sim_rng_below(rng, 5)];
    wire->market.clearing = sim_rng_hit(rng, 40);
}

void sim_wire_tick(struct sim_wire *wire, int64_t now)
{
    for (;;) {
        struct sim_late *next = NULL;
        for (int i = 0; i < SIM_LATE; i++) {
            struct sim_late *late = &wire->late[i];
            if (late->used && late->due <= now && (!next || late->due < next->due))
                next = late;
        }
        if (!next)
            return;
        struct gt_up_reply reply;
        next->used = false;
        sim_market_do(&wire->market, &next->request, &reply);
        sim_trace(wire->world, "  late %s %s: %s", gt_up_op_name(next->request.op),
                  next->request.serial, reply.class == GT_UP_OK ? "done" : "not done");
    }
}
