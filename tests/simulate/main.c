/*
 * simulate: thousands of small worlds, each from a seed, each replayable.
 *
 *     simulate [--seeds N] [--first S] [--sql FOLDER]     runs the seeds S … S + N - 1
 *     simulate --seed S --verbose                         plays one again, and tells all of it
 *
 * --stop ends at the first failure; --outside leaves out the look at our own rows before each call,
 * so that only what can be seen from outside is left to find a mistake.
 *
 * A failed seed is printed with the invariant that broke and the command that plays it again.
 */
#include "base/log.h"
#include "base/text.h"
#include "scenario.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FAILURES_SHOWN 20

struct options {
    int64_t first, seeds;
    bool verbose;
    bool stop;    /* at the first failure */
    bool outside; /* see struct sim_world */
    const char *sql;
};

struct totals {
    int64_t passed, failed;
    int64_t sales, calls, reboots;
};

static int usage(void)
{
    fputs("usage: simulate [--seeds N] [--first S] [--seed S] [--verbose] [--stop] "
          "[--outside] [--sql FOLDER]\n",
          stderr);
    return 2;
}

static bool options_read(int argc, char **argv, struct options *o)
{
    for (int i = 1; i < argc; i++) {
        int64_t *number = NULL;
        if (strcmp(argv[i], "--verbose") == 0) {
            o->verbose = true;
            continue;
        }
        if (strcmp(argv[i], "--stop") == 0) {
            o->stop = true;
            continue;
        }
        if (strcmp(argv[i], "--outside") == 0) {
            o->outside = true;
            continue;
        }
        if (i + 1 == argc)
            return false;
        if (strcmp(argv[i], "--sql") == 0) {
            o->sql = argv[++i];
            continue;
        }
        if (strcmp(argv[i], "--seeds") == 0)
            number = &o->seeds;
        else if (strcmp(argv[i], "--first") == 0 || strcmp(argv[i], "--seed") == 0)
            number = &o->first;
        if (strcmp(argv[i], "--seed") == 0)
            o->seeds = 1;
        if (!number || gt_int_parse(argv[++i], number) || *number < 0)
            return false;
    }
    return true;
}

/* Every so many seeds one is played twice. */
#define TWICE 100

/* One seed from beginning to end; true if all invariants held. */
static bool run(struct sim_world *world, struct sim_disk *disk, const struct options *o,
                int64_t seed, struct totals *totals)
{
    sim_world_init(world, disk, (uint64_t)seed, o->verbose, o->sql);
    world->outside = o->outside;
    if (!world->failed)
        sim_office_run(world);
    if (seed % TWICE == 0 && !o->verbose && !world->failed) {
        uint64_t digest = world->digest;
        sim_world_done(world);
        sim_world_init(world, disk, (uint64_t)seed, false, o->sql);
        world->outside = o->outside;
        sim_office_run(world);
        sim_expect(world, world->digest == digest, "played twice, it is not the same");
    }
    totals->sales += world->office->nsales;
    totals->calls += world->wire.calls;
    totals->reboots += world->reboots;
    sim_world_done(world);
    return !world->failed;
}

static void report(const struct sim_world *world, const char *program)
{
    printf("seed %" PRIu64 ": %s\n  play it again: %s --seed %" PRIu64 " --verbose\n", world->seed,
           world->why, program, world->seed);
}

int main(int argc, char **argv)
{
    struct options o = {.first = 1, .seeds = 1000, .sql = SIM_SQL};
    struct totals totals = {0};
    if (!options_read(argc, argv, &o))
        return usage();
    gt_log_level(GT_LOG__MAX);
    struct sim_disk *disk = sim_world_disk(o.sql);
    struct sim_world *world = calloc(1, sizeof(*world));
    if (!disk || !world) {
        fprintf(stderr, "simulate: no database to begin with: %s\n", gt_err_text());
        return 1;
    }
    for (int64_t seed = o.first; seed < o.first + o.seeds; seed++) {
        bool fine = run(world, disk, &o, seed, &totals);
        totals.passed += fine;
        totals.failed += !fine;
        if (!fine && totals.failed <= FAILURES_SHOWN)
            report(world, argv[0]);
        if (o.verbose)
            printf("seed %" PRIu64 ": %" PRId64 " lines, digest %016" PRIx64 "\n", world->seed,
                   world->lines, world->digest);
        if (!fine && o.stop)
            break;
    }
    free(world);
    sim_disk_free(disk);
    printf("%" PRId64 " sales, %" PRId64 " calls upstream, %" PRId64 " reboots\n", totals.sales,
           totals.calls, totals.reboots);
    printf("%" PRId64 " passed, %" PRId64 " failed\n", totals.passed, totals.failed);
    return totals.failed ? 1 : 0;
}
