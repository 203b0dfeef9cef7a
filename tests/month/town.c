/*
 * The bureau of the month: at the top a provincial bureau, below it three bureaus with forty
 * stations and twenty agents, each with its people, terminal and customers.
 */
#include "month.h"

#include "access/credential.h"
#include "access/role.h"
#include "access/state.h"
#include "store/schema.h"
#include "till/account.h"
#include "till/bizdate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define START_MS   INT64_C(1793490000000) /* 2026-11-01 07:40 at +08:00 */
#define START_DATE 20261101
#define LIMIT      INT64_C(50000000) /* fen of credit of each account */

static int64_t clock_now(void *ctx)
{
    return ((const struct month *)ctx)->now;
}

static void clock_sleep(void *ctx, int64_t ms)
{
    month_pass(ctx, ms);
}

struct gt_by month_by(const struct month *m, int64_t user_id)
{
    return (struct gt_by){.db = m->db,
                          .src = m->keys,
                          .clock = &m->clock,
                          .random = gt_random_system(),
                          .keys = &m->secrets,
                          .logger = &m->logger,
                          .user_id = user_id,
                          .tz_minutes = m->till.tz_minutes};
}

const char *month_key(struct month *m, char key[24])
{
    (void)snprintf(key, 24, "k%lld", (long long)++m->serial);
    return key;
}

int64_t month_date(struct month *m)
{
    struct gt_state state = {.biz_date = 0};

    month_must(m, gt_bizdate_get(m->db, &state), "business date");
    return state.biz_date;
}

/* --- who and where -------------------------------------------------------------------------------
 */

static int64_t key_of(struct month *m, const char *series)
{
    int64_t key = 0;

    month_must(m, gt_key_next(m->keys, series, &key), series);
    return key;
}

/* One organisation with its people, made in one commit. */
struct founding {
    struct month *m;
    const char *parent;
    struct gt_org org;
    int npeople;
    struct gt_user user[2];
    int64_t role_id, grant_id[2];
    struct gt_account account;   /* id 0: none */
    struct gt_terminal terminal; /* id 0: none */
};

static enum gt_err found_commit(struct gt_tx *tx, void *arg)
{
    struct founding *f = arg;

    gt_tx_fail(tx, gt_org_add(tx, f->parent, &f->org));
    for (int i = 0; i < f->npeople; i++) {
        gt_tx_fail(tx, gt_user_add(tx, &f->user[i]));
        gt_tx_fail(tx, gt_credential_set(tx, f->user[i].id, "", true, 0));
        gt_tx_fail(tx,
                   gt_grant_add(tx, f->grant_id[i], f->user[i].id, f->role_id, f->org.id, 0, 0));
    }
    if (f->account.id)
        gt_tx_fail(tx, gt_account_add(tx, &f->account));
    if (f->terminal.id)
        gt_tx_fail(tx, gt_terminal_add(tx, &f->terminal));
    return gt_tx_err(tx);
}

static struct founding founding(struct month *m, const char *parent, const char *code,
                                enum gt_org_kind kind, int64_t role_id, int npeople)
{
    struct founding f = {.m = m, .parent = parent, .npeople = npeople, .role_id = role_id};

    f.org = (struct gt_org){.id = key_of(m, "org"), .kind = kind};
    (void)snprintf(f.org.code, sizeof(f.org.code), "%s", code);
    (void)snprintf(f.org.name, sizeof(f.org.name), "机构 %s", code);
    for (int i = 0; i < npeople; i++) {
        struct gt_user *user = &f.user[i];
        *user = (struct gt_user){.id = key_of(m, "user"), .org_id = f.org.id};
        f.grant_id[i] = key_of(m, "grant");
        (void)snprintf(user->login, sizeof(user->login), "%s.%d", code, i + 1);
        (void)snprintf(user->operator_no, sizeof(user->operator_no), "%06lld",
                       900000 + (long long)user->id);
        (void)snprintf(user->name, sizeof(user->name), "%s 之 %d", code, i + 1);
    }
    return f;
}

static int64_t bureau_found(struct month *m, const char *parent, const char *code, int64_t role_id,
                            int64_t people[2])
{
    struct founding f = founding(m, parent, code, GT_ORG_BUREAU, role_id, 2);

    month_must(m, gt_db_transact(m->db, "bureau", found_commit, &f), code);
    people[0] = f.user[0].id;
    people[1] = f.user[1].id;
    return f.org.id;
}

static void site_found(struct month *m, struct month_site *site)
{
    char code[33], parent[33];

    (void)snprintf(code, sizeof(code), "%c%02d", site->is_agent ? 'A' : 'S', site->number);
    (void)snprintf(parent, sizeof(parent), "B%d", site->bureau + 1);
    struct founding f = founding(m, parent, code, site->is_agent ? GT_ORG_AGENT : GT_ORG_STATION,
                                 site->is_agent ? GT_ROLE_AGENT : GT_ROLE_CASHIER, 1);
    f.account = (struct gt_account){.id = key_of(m, "account"),
                                    .kind = site->is_agent ? GT_ACCOUNT_AGENT : GT_ACCOUNT_CASHIER,
                                    .owner_id = site->is_agent ? f.org.id : f.user[0].id,
                                    .org_id = f.org.id,
                                    .credit_limit = LIMIT};
    f.user[0].account_id = f.account.id;
    f.terminal = (struct gt_terminal){
        .id = key_of(m, "terminal"), .org_id = f.org.id, .kind = GT_TERMINAL_POS};
    (void)snprintf(f.terminal.terminal_no, sizeof(f.terminal.terminal_no), "T%07d", site->number);
    (void)snprintf(f.terminal.secret, sizeof(f.terminal.secret), "*");
    month_must(m, gt_db_transact(m->db, "site", found_commit, &f), code);
    site->org_id = f.org.id;
    site->account_id = f.account.id;
    site->user_id = f.user[0].id;
    memcpy(site->operator_no, f.user[0].operator_no, sizeof(site->operator_no));
    memcpy(site->terminal_no, f.terminal.terminal_no, sizeof(site->terminal_no));
}

/* Its customers: of the model, with numbers that nobody else has. */
static void customers_found(struct month *m, struct month_site *site)
{
    sim_market_init(&site->market, sim_rng_bits(&m->rng), START_DATE);
    for (int i = 0; i < site->market.ncustomers; i++) {
        struct sim_customer *c = &site->market.customers[i];
        (void)snprintf(c->no, sizeof(c->no), "%d%03d%06d", (int)c->kind, site->number, i + 1);
        (void)snprintf(c->meter_no, sizeof(c->meter_no), "M%03d%05d", site->number, i + 1);
        memcpy(site->field.meters[i].meter_no, c->meter_no, sizeof(site->field.meters[i].meter_no));
    }
    site->field.nmeters = site->market.ncustomers;
}

static enum gt_err actors_read(struct gt_tx *tx, void *arg)
{
    struct month *m = arg;

    for (int i = 0; i < MONTH_SITES; i++)
        if (!gt_actor_load(tx, m->site[i].terminal_no, m->site[i].operator_no, &m->site[i].actor))
            return gt_tx_fail(tx, GT_ERR_ABSENT);
    return gt_tx_err(tx);
}

static enum gt_err state_commit(struct gt_tx *tx, void *arg)
{
    (void)arg;
    gt_tx_fail(tx, gt_state_create(tx, START_DATE, -1));
    gt_tx_fail(tx, gt_roles_ensure(tx));
    return gt_tx_err(tx);
}

static bool platform_open(struct month *m, const char *sql_folder)
{
    static const uint8_t seal_key[GT_KEY_SIZE] = "the month's key of seals";
    char path[600];
    int applied = 0;

    (void)snprintf(path, sizeof(path), "%s/month.db", m->folder);
    struct gt_db_conf conf = {.path = path,
                              .seal_key = seal_key,
                              .inline_mode = true,
                              .create = true,
                              .sync = GT_DB_RELAXED};
    month_must(m, gt_db_open(&conf, &m->db), path);
    if (m->db)
        month_must(m, gt_migrate(m->db, sql_folder, &applied), sql_folder);
    if (!m->failed)
        month_must(m, gt_keysrc_new(m->db, 100, &m->keys), "keys");
    if (!m->failed)
        month_must(m, gt_logger_init(&m->logger, m->keys, &m->clock, "month", "here"), "log");
    m->till = (struct gt_till){.db = m->db,
                               .keys = m->keys,
                               .clock = &m->clock,
                               .upstreams = &m->upstreams,
                               .tz_minutes = 480,
                               .answer_ms = 8000,
                               .slot_wait_ms = 10,
                               .lease_ms = 15000};
    return !m->failed;
}

bool month_found(struct month *m, const char *sql_folder)
{
    m->rng = (struct sim_rng){m->seed};
    m->now = START_MS;
    m->clock = (struct gt_clock){clock_now, clock_now, clock_sleep, m};
    m->site = calloc(MONTH_SITES, sizeof(*m->site));
    month_wire_init(m);
    if (!m->site || !platform_open(m, sql_folder))
        return false;
    month_must(m, gt_db_transact(m->db, "state", state_commit, NULL), "state");
    m->top_id = bureau_found(m, "", "P", GT_ROLE_ADMIN, m->head);
    for (int b = 0; b < MONTH_BUREAUS; b++) {
        char code[33];
        (void)snprintf(code, sizeof(code), "B%d", b + 1);
        m->bureau_id[b] = bureau_found(m, "P", code, GT_ROLE_MANAGER, m->manager[b]);
    }
    for (int i = 0; i < MONTH_SITES && !m->failed; i++) {
        struct month_site *site = &m->site[i];
        site->number = i + 1;
        site->is_agent = i >= MONTH_STATIONS;
        site->system = i % MONTH_SYSTEMS;
        site->bureau = i % MONTH_BUREAUS;
        site_found(m, site);
        customers_found(m, site);
    }
    if (!m->failed)
        month_must(m, gt_db_read(m->db, "actors", actors_read, m), "actors");
    return !m->failed;
}

void month_end(struct month *m)
{
    gt_keysrc_free(m->keys);
    gt_db_close(m->db);
    free(m->site);
}
