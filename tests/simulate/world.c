/*
 * Time, chance, boot and reboot, and the demo bureau of the simulation.
 *
 * Every seed begins with the same small bureau.  Most take it from the disk as it was kept; some
 * make it anew, and the power goes while the migrations run.
 */
#include "world.h"

#include "access/role.h"
#include "access/state.h"
#include "scenario.h"
#include "store/schema.h"
#include "till/account.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define START_MS   INT64_C(1795312800000) /* 2026-11-22 10:00 at +08:00 */
#define START_DATE 20261122
#define VFS_NAME   "simulate"
#define DB_NAME    "till.db"
#define BIRTHS     32 /* every so many seeds one begins with an empty disk */

static const uint8_t seal_key[GT_KEY_SIZE] = "the simulation's key of seals";

/* --- trace and verdict --------------------------------------------------------------------------
 */

void sim_trace(struct sim_world *world, const char *fmt, ...)
{
    char line[1024];
    va_list ap;
    va_start(ap, fmt);
    int len = vsnprintf(line, sizeof(line), fmt, ap);
    va_end(ap);
    if (len < 0 || len >= (int)sizeof(line))
        len = (int)sizeof(line) - 1;
    for (int i = 0; i < len; i++)
        world->digest = (world->digest ^ (uint8_t)line[i]) * 0x100000001b3U;
    world->lines++;
    if (world->verbose)
        printf("%7lld.%03lld %*s%s\n", (long long)(world->now - START_MS) / 1000,
               (long long)(world->now - START_MS) % 1000, world->depth * 4, "", line);
}

void sim_expect(struct sim_world *world, bool holds, const char *fmt, ...)
{
    if (holds || world->failed)
        return;
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(world->why, sizeof(world->why), fmt, ap);
    va_end(ap);
    world->failed = true;
    sim_trace(world, "BROKEN: %s", world->why);
}

bool sim_went_well(struct sim_world *world, enum gt_err err, const char *what)
{
    bool fine = sim_disk_state(world->disk) == SIM_DISK_FINE;
    if (!fine || err == GT_ERR_FATAL)
        world->crashed = true;
    if (!err)
        return true;
    sim_trace(world, "%s: %s", what, gt_err_name(err));
    bool explained = !fine || (err == GT_ERR_FULL && world->office->full_steps > 0);
    sim_expect(world, explained, "%s failed without a fault: %s: %s", what, gt_err_name(err),
               gt_err_text());
    return false;
}

/* --- time ---------------------------------------------------------------------------------------
 */

void sim_world_pass(struct sim_world *world, int64_t ms)
{
    world->now = ms < world->horizon - world->now ? world->now + ms : world->horizon;
    sim_wire_tick(&world->wire, world->now);
}

void sim_world_meanwhile(struct sim_world *world, int64_t ms)
{
    sim_world_pass(world, ms / 2);
    world->depth++;
    sim_office_meanwhile(world);
    world->depth--;
    sim_world_pass(world, ms - ms / 2);
}

int64_t sim_world_limit(struct sim_world *world, int64_t ms)
{
    int64_t before = world->horizon;
    if (ms < before - world->now)
        world->horizon = world->now + ms;
    return before;
}

static int64_t clock_now(void *ctx)
{
    const struct sim_world *world = ctx;
    return world->now;
}

static void clock_sleep(void *ctx, int64_t ms)
{
    /* A wait is a call too: others go on meanwhile. */
    sim_world_meanwhile(ctx, ms);
}

/* --- the bureau ---------------------------------------------------------------------------------
 */

static void org_add(struct gt_tx *tx, int64_t id, const char *parent, const char *code,
                    enum gt_org_kind kind)
{
    struct gt_org org = {.id = id, .kind = kind};
    (void)snprintf(org.code, sizeof(org.code), "%s", code);
    (void)snprintf(org.name, sizeof(org.name), "%s", code);
    (void)!gt_org_add(tx, parent, &org);
}

static void user_add(struct gt_tx *tx, int64_t id, int64_t org_id, int64_t account_id)
{
    struct gt_user user = {.id = id, .org_id = org_id, .account_id = account_id};
    (void)snprintf(user.login, sizeof(user.login), "user%d", (int)id);
    (void)snprintf(user.operator_no, sizeof(user.operator_no), "90000%d", (int)id);
    (void)snprintf(user.name, sizeof(user.name), "user%d", (int)id);
    (void)!gt_user_add(tx, &user);
    (void)!gt_grant_add(tx, id, id, id == 1 ? GT_ROLE_CASHIER : GT_ROLE_AGENT, org_id, 0, 0);
}

static void terminal_add(struct gt_tx *tx, int64_t id, int64_t org_id)
{
    struct gt_terminal terminal = {.id = id, .org_id = org_id, .kind = GT_TERMINAL_POS};
    (void)snprintf(terminal.terminal_no, sizeof(terminal.terminal_no), "T000000%d", (int)id);
    (void)snprintf(terminal.secret, sizeof(terminal.secret), "*");
    (void)!gt_terminal_add(tx, &terminal);
}

static void account_add(struct gt_tx *tx, int64_t id, enum gt_account_kind kind, int64_t owner,
                        int64_t org_id)
{
    struct gt_account account = {.id = id, .kind = kind, .owner_id = owner, .org_id = org_id};
    (void)!gt_account_add(tx, &account);
}

/* A bureau with a station, where a cashier works at two terminals, and an agent, whose two people
 * share one account and two terminals. */
static enum gt_err bureau_commit(struct gt_tx *tx, void *arg)
{
    (void)arg;
    struct gt_state state;
    if (gt_state_peek(tx, &state))
        return GT_OK;
    (void)!gt_state_create(tx, START_DATE, -1);
    (void)!gt_roles_ensure(tx);
    org_add(tx, 1, "", "bureau", GT_ORG_BUREAU);
    org_add(tx, 2, "bureau", "station", GT_ORG_STATION);
    org_add(tx, 3, "bureau", "agent", GT_ORG_AGENT);
    account_add(tx, 1, GT_ACCOUNT_CASHIER, 1, 2);
    account_add(tx, 2, GT_ACCOUNT_AGENT, 3, 3);
    user_add(tx, 1, 2, 1);
    user_add(tx, 2, 3, 2);
    user_add(tx, 3, 3, 2);
    for (int i = 1; i <= SIM_TERMINALS; i++)
        terminal_add(tx, i, i <= 2 ? 2 : 3);
    return gt_tx_err(tx);
}

static enum gt_err db_open(struct gt_db **db)
{
    struct gt_db_conf conf = {.path = DB_NAME,
                              .vfs = VFS_NAME,
                              .seal_key = seal_key,
                              .inline_mode = true,
                              .create = true};
    return gt_db_open(&conf, db);
}

/* Brings what is on the disk to a bureau. */
static enum gt_err bureau_make(const char *sql_folder)
{
    struct gt_db *db = NULL;
    int applied = 0;
    enum gt_err err = db_open(&db);
    if (!err)
        err = gt_migrate(db, sql_folder, &applied);
    if (!err)
        err = gt_db_transact(db, "bureau", bureau_commit, NULL);
    gt_db_close(db);
    return err;
}

struct sim_disk *sim_world_disk(const char *sql_folder)
{
    struct sim_disk *disk = sim_disk_new(VFS_NAME);
    sim_disk_reset(disk, false, 1);
    if (bureau_make(sql_folder)) {
        sim_disk_free(disk);
        return NULL;
    }
    sim_disk_keep(disk);
    return disk;
}

/* --- begin and boot -----------------------------------------------------------------------------
 */

/* The limits of this seed, tight enough to be met, in the first commit of its world. */
static enum gt_err limits_commit(struct gt_tx *tx, void *arg)
{
    struct sim_world *world = arg;
    for (int i = 0; i < SIM_ACCOUNTS; i++) {
        struct gt_account account;
        if (!gt_row_find(tx, &gt_account_row, i + 1, &account))
            return gt_tx_fail(tx, GT_ERR_ABSENT);
        account.credit_limit = world->accounts[i].limit;
        account.limit_day = world->accounts[i].limit_day;
        gt_row_save(tx, &gt_account_row, &account);
    }
    return gt_tx_err(tx);
}

static enum gt_err actors_read(struct gt_tx *tx, void *arg)
{
    struct sim_world *world = arg;
    for (int t = 0; t < SIM_TERMINALS; t++)
        for (int o = 0; o < SIM_OPERATORS; o++)
            if (!gt_actor_load(tx, world->terminals[t].terminal_no, world->operators[o].operator_no,
                               &world->actors[t][o]))
                return gt_tx_fail(tx, GT_ERR_ABSENT);
    return gt_tx_err(tx);
}

/* The platform is installed on an empty disk, and the power goes again and again. */
static void birth(struct sim_world *world, const char *sql_folder)
{
    sim_disk_reset(world->disk, false, sim_rng_bits(&world->rng));
    for (int cuts = (int)sim_rng_below(&world->rng, 5);; cuts--) {
        if (cuts > 0)
            sim_disk_cut_at(world->disk, (int)sim_rng_from(&world->rng, 1, 8));
        enum gt_err err = bureau_make(sql_folder);
        sim_trace(world, "installed: %s", gt_err_name(err));
        bool fine = sim_disk_state(world->disk) == SIM_DISK_FINE;
        sim_expect(world, !fine || !err, "installing failed without a fault: %s", gt_err_text());
        sim_disk_boot(world->disk, !fine);
        if (fine)
            return;
    }
}

static void platform_close(struct sim_world *world)
{
    gt_keysrc_free(world->keys);
    gt_db_close(world->db);
    world->keys = NULL;
    world->db = NULL;
}

void sim_world_boot(struct sim_world *world, bool power, bool again)
{
    platform_close(world);
    sim_disk_boot(world->disk, power);
    world->office->armed = again;
    if (again)
        sim_disk_cut_at(world->disk, (int)sim_rng_from(&world->rng, 1, 3));
    world->crashed = false;
    world->office->full_steps = 0;
    enum gt_err err = db_open(&world->db);
    if (!err)
        err = gt_keysrc_new(world->db, 7, &world->keys);
    if (!err)
        err = gt_logger_init(&world->logger, world->keys, &world->clock, "simulation", "");
    if (!err)
        err = gt_db_read(world->db, "actors", actors_read, world);
    world->till = (struct gt_till){.db = world->db,
                                   .keys = world->keys,
                                   .clock = &world->clock,
                                   .upstreams = &world->wire.list,
                                   .tz_minutes = 480,
                                   .answer_ms = 8000,
                                   .slot_wait_ms = 1000,
                                   .lease_ms = 15000};
    world->wire.slots = 0;
    (void)sim_went_well(world, err, "boot");
}

void sim_world_init(struct sim_world *world, struct sim_disk *disk, uint64_t seed, bool verbose,
                    const char *sql_folder)
{
    memset(world, 0, sizeof(*world));
    world->seed = seed;
    world->rng = (struct sim_rng){seed};
    world->now = START_MS;
    world->horizon = INT64_MAX;
    world->disk = disk;
    world->verbose = verbose;
    world->digest = 0xcbf29ce484222325U;
    world->clock = (struct gt_clock){clock_now, clock_now, clock_sleep, world};
    world->office = sim_office_new();
    for (int i = 0; i < SIM_TERMINALS; i++) {
        world->terminals[i].account = i / 2;
        (void)snprintf(world->terminals[i].terminal_no, sizeof(world->terminals[i].terminal_no),
                       "T000000%d", i + 1);
    }
    for (int i = 0; i < SIM_OPERATORS; i++) {
        world->operators[i] = (struct sim_operator){.account = i > 0, .user_id = i + 1};
        (void)snprintf(world->operators[i].operator_no, sizeof(world->operators[i].operator_no),
                       "90000%d", i + 1);
    }
    for (int i = 0; i < SIM_ACCOUNTS; i++) {
        world->accounts[i].limit = sim_rng_from(&world->rng, 100, 900) * 1000;
        if (sim_rng_hit(&world->rng, 300))
            world->accounts[i].limit_day = sim_rng_from(&world->rng, 100, 400) * 1000;
    }
    if (seed % BIRTHS == 0)
        birth(world, sql_folder);
    else
        sim_disk_reset(disk, true, sim_rng_bits(&world->rng));
    sim_wire_init(&world->wire, world, sim_rng_bits(&world->rng), START_DATE);
    world->field.nmeters = world->wire.market.ncustomers;
    for (int i = 0; i < world->field.nmeters; i++)
        memcpy(world->field.meters[i].meter_no, world->wire.market.customers[i].meter_no,
               sizeof(world->field.meters[i].meter_no));
    sim_world_boot(world, false, false);
    (void)sim_went_well(world, gt_db_transact(world->db, "limits", limits_commit, world), "limits");
}

void sim_world_done(struct sim_world *world)
{
    platform_close(world);
    sim_office_free(world->office);
}
