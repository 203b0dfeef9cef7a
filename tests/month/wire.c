/*
 * The wire between the platform and its two marketing systems: a customer's number says at which
 * site's model it ends, and the weather what goes wrong on the way.
 *
 * It keeps to the contract of link/upstream.h: "not sent" only if nothing arrived, and nothing is
 * done later than the grace time.
 */
#include "month.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

#define GRACE_MS  60000
#define ANSWER_MS 6000

struct month_site *month_site_of(struct month *m, const char *customer_no)
{
    int64_t no = 0;

    if (strlen(customer_no) != 10 || customer_no[0] < '1' || customer_no[0] > '3' ||
        gt_int_parse(customer_no, &no))
        return NULL;
    int64_t i = no / 1000000 % 1000 - 1;
    return i >= 0 && i < MONTH_SITES ? &m->site[i] : NULL;
}

static bool wire_serves(void *ctx, const char *customer_no)
{
    const struct month_system *system = ctx;
    const struct month_site *site = month_site_of(system->month, customer_no);

    return site && site->system == system->index;
}

static enum gt_err wire_admit(void *ctx, int64_t wait_ms)
{
    const struct month_system *system = ctx;

    (void)wait_ms;
    return system->weather.down && sim_rng_hit(&system->month->rng, 500) ? GT_ERR_BUSY : GT_OK;
}

static void wire_leave(void *ctx)
{
    (void)ctx;
}

static void say(struct gt_up_reply *reply, enum gt_up_class class, const char *text)
{
    memset(reply, 0, sizeof(*reply));
    reply->class = class;
    if (class == GT_UP_NOT_SENT)
        reply->outcome = GT_OUT_UPSTREAM_NOT_REACHED;
    (void)snprintf(reply->text, sizeof(reply->text), "%s", text);
}

/* An inquiry names only the serial: the system looks in all its books. */
static struct month_site *inquired(struct month_system *system, const struct gt_up_request *request)
{
    struct month *m = system->month;

    for (int i = 0; i < MONTH_SITES; i++)
        if (m->site[i].system == system->index &&
            sim_market_find(&m->site[i].market, request->orig_serial) >= 0)
            return &m->site[i];
    return NULL;
}

static void arrive(struct month_system *system, const struct gt_up_request *request,
                   struct gt_up_reply *reply)
{
    struct month_site *site = request->op == GT_UP_INQUIRE
                                  ? inquired(system, request)
                                  : month_site_of(system->month, request->customer_no);

    if (!site) /* nobody's: any model says so */
        site = &system->month->site[system->index];
    site->market.refuse = system->weather.refuse;
    site->market.clearing = system->weather.clearing;
    sim_market_do(&site->market, request, reply);
}

static bool queue(struct month_system *system, const struct gt_up_request *request)
{
    for (int i = 0; i < MONTH_LATE; i++) {
        struct month_late *late = &system->late[i];
        if (late->used)
            continue;
        *late = (struct month_late){.used = true,
                                    .due = system->month->now +
                                           sim_rng_from(&system->month->rng, 1, GRACE_MS - 1),
                                    .request = *request};
        return true;
    }
    return false;
}

static void wire_call(void *ctx, const struct gt_up_request *request, int64_t limit_ms,
                      struct gt_up_reply *reply)
{
    struct month_system *system = ctx;
    struct month *m = system->month;
    const struct month_weather *weather = &system->weather;
    int64_t limit = limit_ms > 0 && limit_ms < ANSWER_MS ? limit_ms : ANSWER_MS;

    if (request->op == GT_UP_TOTALS) {
        month_totals(system, request->biz_date, reply);
        return;
    }
    if (weather->down || sim_rng_hit(&m->rng, weather->no_connection)) {
        say(reply, GT_UP_NOT_SENT, "connection refused");
        return;
    }
    if (sim_rng_hit(&m->rng, weather->lose_request)) {
        month_pass(m, limit);
        say(reply, GT_UP_UNKNOWN, "no answer");
        return;
    }
    if (sim_rng_hit(&m->rng, weather->delay) && queue(system, request)) {
        month_pass(m, limit);
        say(reply, GT_UP_UNKNOWN, "no answer in time");
        return;
    }
    month_pass(m, sim_rng_below(&m->rng, 400));
    arrive(system, request, reply);
    if (sim_rng_hit(&m->rng, weather->twice)) {
        struct gt_up_reply second;
        arrive(system, request, &second);
        if (sim_rng_hit(&m->rng, 500))
            *reply = second;
    }
    if (sim_rng_hit(&m->rng, weather->lose_answer))
        say(reply, GT_UP_UNKNOWN, sim_rng_hit(&m->rng, 500) ? "garbage" : "connection lost");
}

void month_pass(struct month *m, int64_t ms)
{
    m->now += ms;
    for (int s = 0; s < MONTH_SYSTEMS; s++) {
        for (int i = 0; i < MONTH_LATE; i++) {
            struct month_late *late = &m->system[s].late[i];
            struct gt_up_reply reply;
            if (!late->used || late->due > m->now)
                continue;
            late->used = false;
            arrive(&m->system[s], &late->request, &reply);
        }
    }
}

void month_weather(struct month *m, bool fine)
{
    static const int rates[] = {0, 0, 10, 20, 60, 150};

    for (int s = 0; s < MONTH_SYSTEMS; s++) {
        struct month_weather *w = &m->system[s].weather;
        *w = (struct month_weather){.down = false};
        if (fine)
            continue;
        *w = (struct month_weather){.no_connection = rates[sim_rng_below(&m->rng, 6)],
                                    .lose_request = rates[sim_rng_below(&m->rng, 5)],
                                    .lose_answer = rates[sim_rng_below(&m->rng, 6)],
                                    .delay = rates[sim_rng_below(&m->rng, 5)],
                                    .twice = rates[sim_rng_below(&m->rng, 5)],
                                    .refuse = rates[sim_rng_below(&m->rng, 5)],
                                    .down = sim_rng_hit(&m->rng, 40),
                                    .clearing = sim_rng_hit(&m->rng, 30)};
    }
}

void month_wire_init(struct month *m)
{
    static const char *const names[MONTH_SYSTEMS] = {"sg186", "a8"};

    for (int s = 0; s < MONTH_SYSTEMS; s++) {
        m->system[s] = (struct month_system){.month = m, .index = s};
        m->upstream[s] = (struct gt_upstream){.ctx = &m->system[s],
                                              .grace_ms = GRACE_MS,
                                              .serves = wire_serves,
                                              .admit = wire_admit,
                                              .leave = wire_leave,
                                              .call = wire_call,
                                              .totals = true,
                                              .fetch = month_fetch,
                                              .lines = month_lines};
        (void)snprintf(m->upstream[s].name, sizeof(m->upstream[s].name), "%s", names[s]);
    }
    m->upstreams = (struct gt_upstreams){m->upstream, MONTH_SYSTEMS};
}
