/*
 * The world of one seed: time, chance, the disk, the platform on it, and what became of it.
 */
#ifndef SIM_WORLD_H
#define SIM_WORLD_H

#include "access/oplog.h"
#include "field.h"
#include "till/till.h"
#include "upstream.h"
#include "vfs.h"

#define SIM_TERMINALS 4
#define SIM_OPERATORS 3
#define SIM_ACCOUNTS  2

struct sim_office; /* scenario.h */

struct sim_operator {
    char operator_no[21];
    int account;
    int64_t user_id;
};

struct sim_terminal {
    char terminal_no[21];
    int account;    /* of the operators that work there */
    int64_t traces; /* trace numbers used so far */
};

struct sim_account {
    int64_t limit;
    int64_t limit_day; /* 0: none */
    int64_t paid_in;
};

struct sim_world {
    uint64_t seed;
    struct sim_rng rng;
    int64_t now;     /* UTC ms */
    int64_t horizon; /* a call is under way: time may not pass this; INT64_MAX outside */
    int depth;       /* calls that the present step stands in */

    struct sim_disk *disk;
    struct gt_db *db;
    struct gt_keysrc *keys;
    struct gt_clock clock;
    struct gt_till till;
    struct gt_logger logger; /* of this process */
    bool crashed;            /* the platform's process is gone, or must go */

    struct sim_wire wire;
    struct sim_field field;
    struct sim_office *office;
    struct sim_terminal terminals[SIM_TERMINALS];
    struct sim_operator operators[SIM_OPERATORS];
    struct sim_account accounts[SIM_ACCOUNTS];
    struct gt_actor actors[SIM_TERMINALS][SIM_OPERATORS]; /* user.id 0: does not work there */

    bool verbose;
    bool outside;    /* leave out the look at our own rows before each call */
    uint64_t digest; /* of the trace */
    int64_t lines;
    bool failed;
    char why[600]; /* the first invariant that broke */
    int reboots;
};

/* Makes the disk, and on it the database that seeds begin with.  Owned by the caller
 * (sim_disk_free).  NULL: it could not be made; gt_err_text() says why. */
struct sim_disk *sim_world_disk(const char *sql_folder);

/* Begins the world of a seed; some install the platform first, from `sql_folder`. */
void sim_world_init(struct sim_world *world, struct sim_disk *disk, uint64_t seed, bool verbose,
                    const char *sql_folder);
void sim_world_done(struct sim_world *world);

/* The platform starts on what the disk holds; `power`: after a power cut; `again`: the power goes
 * once more while it starts.  Then world->crashed says whether it has to be started once more. */
void sim_world_boot(struct sim_world *world, bool power, bool again);

/* Time passes: queues upstream are worked off. */
void sim_world_pass(struct sim_world *world, int64_t ms);
/* While a call is under way: time passes and others do something. */
void sim_world_meanwhile(struct sim_world *world, int64_t ms);
/* From now on time passes by `ms` at most; gives the limit before, for the end of the call. */
int64_t sim_world_limit(struct sim_world *world, int64_t ms);

/* A line of the trace: part of its digest, and printed when verbose. */
void sim_trace(struct sim_world *world, const char *fmt, ...) GT_PRINTF(2, 3);
/* An invariant: if it does not hold, the seed has failed. */
void sim_expect(struct sim_world *world, bool holds, const char *fmt, ...) GT_PRINTF(3, 4);
/* Looks at what a call of the platform came to; true if the platform is still there and it was
 * GT_OK.  Failures that no fault of the disk explains break an invariant. */
bool sim_went_well(struct sim_world *world, enum gt_err err, const char *what);

#endif
