/*
 * The wire to the model marketing system: a struct gt_upstream that may do anything an upstream is
 * allowed to do, and nothing else.
 *
 * What it keeps to is the contract of link/upstream.h: NOT_SENT only when the request never
 * arrived, and no request is processed later than the grace time after it was sent.
 */
#ifndef SIM_UPSTREAM_H
#define SIM_UPSTREAM_H

#include "market.h"

#define SIM_LATE     32 /* requests that lie in queues */
#define SIM_GRACE_MS 60000

struct sim_world;

/* Faults, in permille of the calls. */
struct sim_weather {
    int no_connection;
    int lose_request;
    int lose_answer; /* or garbage, or an answer behind the time limit */
    int delay;       /* done later, within the grace time */
    int twice;       /* the request arrives twice */
    int busy;        /* no slot, or the breaker is open */
    bool down;       /* nothing can be connected */
};

struct sim_late {
    bool used;
    int64_t due;
    struct gt_up_request request;
};

struct sim_wire {
    struct sim_world *world;
    struct gt_upstream table;
    struct gt_upstreams list;
    struct sim_market market;
    struct sim_weather weather;
    struct sim_late late[SIM_LATE];
    struct sim_rng rng;
    int slots; /* taken now */
    int64_t calls;
};

void sim_wire_init(struct sim_wire *wire, struct sim_world *world, uint64_t seed, int64_t date);
/* Draws new weather; `fine` ends all faults. */
void sim_wire_weather(struct sim_wire *wire, bool fine);
/* The time up to which requests in queues have been waiting is now `now`. */
void sim_wire_tick(struct sim_wire *wire, int64_t now);

#endif
