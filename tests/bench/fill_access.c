/*
 * Filling a platform: the tree, who may what, and what people did.  See fill.c.
 */
#include "fill.h"

#include "access/approval.h"
#include "access/credential.h"
#include "access/oplog.h"
#include "access/param.h"
#include "access/role.h"
#include "access/session.h"
#include "till/credit.h"
#include "till/permit.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define ROLES     200
#define MANY      16 /* grants of the user who has many */
#define SESSIONS  3000
#define SETTINGS  400
#define PERMITS   2000
#define ASKED     20000 /* approvals that are decided */
#define WAITING   400   /* and those that are not */
#define CHAINS    40
#define LOG_DAYS  200
#define ALL_RIGHT INT64_C(-1)

/* Where the ids of each table begin. */
static struct {
    int64_t org, user, role, grant, terminal, binding, account, session, setting, approval, permit,
        chain;
} first;
static int64_t log_rows;

/* --- organisations */

static void make_orgs(struct fill *f)
{
    static const char *const towns[] = {"城东", "城西", "河口", "新桥", "石门",
                                        "青山", "龙泉", "白沙", "高坪", "双河"};

    first.org = take_keys(f, "org", ORGS);
    for (int i = 0; i < ORGS; i++) {
        struct gt_org *org = &f->orgs[i];
        int station = i - COUNTIES, agent = station - STATIONS;
        const struct gt_org *above = i < COUNTIES ? &f->top
                                     : agent < 0  ? &f->orgs[station % COUNTIES]
                                                  : &f->orgs[COUNTIES + agent % STATIONS];
        const char *town = towns[noise((uint64_t)i) % 10];
        char path[sizeof(org->path)];

        *org = (struct gt_org){.id = first.org + i, .parent_id = above->id, .state = GT_ENABLED};
        org->kind = i < COUNTIES ? GT_ORG_COUNTY : agent < 0 ? GT_ORG_STATION : GT_ORG_AGENT;
        (void)snprintf(path, sizeof(path), "%.100s%" PRId64 "/", above->path, org->id);
        GT_FIELD_COPY(org->path, path);
        if (i < COUNTIES) {
            snprintf(org->code, sizeof(org->code), "C%02d", i);
            snprintf(org->name, sizeof(org->name), "%s%d县供电公司", town, i);
        } else if (agent < 0) {
            snprintf(org->code, sizeof(org->code), "S%03d", station);
            snprintf(org->name, sizeof(org->name), "%s%d供电所", town, station);
        } else {
            snprintf(org->code, sizeof(org->code), "A%03d", agent);
            snprintf(org->name, sizeof(org->name), "%s便民%d号代收点", town, agent);
            org->state = agent % 50 == 49 ? GT_DISABLED : GT_ENABLED;
        }
    }
}

static void put_org(struct gt_tx *tx, struct fill *f, int64_t i)
{
    gt_row_insert(tx, &gt_org_row, &f->orgs[i]);
    if (i < COUNTIES) {
        struct gt_quota quota = {.id = f->orgs[i].id, .granted = INT64_C(100000000000)};
        gt_row_insert(tx, &gt_quota_row, &quota);
    }
}

/* --- people */

static void make_users(struct fill *f)
{
    static const char *const families[] = {"王", "李", "张", "刘", "陈",
                                           "杨", "赵", "黄", "周", "吴"};
    static const char *const given[] = {"伟", "芳", "秀英", "敏", "静",
                                        "磊", "洋", "艳",   "勇", "军"};

    first.user = take_keys(f, "user", USERS);
    first.account = take_keys(f, "account", ACCOUNTS);
    for (int i = 0; i < USERS; i++) {
        struct gt_user *user = &f->users[i];
        int64_t seller = i - MANAGERS;
        bool sells = seller >= 0 && seller < SELLERS;

        *user = (struct gt_user){.id = first.user + i, .state = GT_ENABLED};
        user->org_id = i < MANAGERS ? f->orgs[i].id : sells ? seller_org(f, seller)->id : f->top.id;
        user->account_id = sells ? first.account + seller_account(seller) : 0;
        snprintf(user->login, sizeof(user->login), "%s%05d",
                 i < MANAGERS ? "manager"
                 : sells      ? "seller"
                              : "staff",
                 i);
        snprintf(user->operator_no, sizeof(user->operator_no), "5%05d", i);
        snprintf(user->name, sizeof(user->name), "%s%s", families[noise((uint64_t)i) % 10],
                 given[noise((uint64_t)i + USERS) % 10]);
        if (sells && i % 40 == 39)
            user->state = GT_DISABLED;
    }
}

static void put_user(struct gt_tx *tx, struct fill *f, int64_t i)
{
    struct gt_user *user = &f->users[i];
    struct gt_credential credential = {.id = user->id, .changed_at = f->now - 100 * DAY_MS};
    int64_t seller = i - MANAGERS;
    bool sells = seller >= 0 && seller < SELLERS;
    struct gt_grant grant = {.id = first.grant + i,
                             .user_id = user->id,
                             .org_id = user->org_id,
                             .by_id = first.user,
                             .at = f->now - 200 * DAY_MS};

    memcpy(credential.password, f->password, sizeof(credential.password));
    credential.last_at = f->now - (int64_t)(noise((uint64_t)i) % (uint64_t)DAY_MS);
    grant.role_id = i < MANAGERS                 ? GT_ROLE_MANAGER
                    : sells && seller < CASHIERS ? GT_ROLE_CASHIER
                    : sells                      ? GT_ROLE_AGENT
                                                 : first.role + i % ROLES;
    gt_row_insert(tx, &gt_user_row, user);
    gt_row_insert(tx, &gt_credential_row, &credential);
    gt_row_insert(tx, &gt_grant_row, &grant);
}

/* The last user manages stations here and there: as many subtrees as anybody can have. */
static void put_many(struct gt_tx *tx, struct fill *f, int64_t i)
{
    struct gt_grant grant = {.id = first.grant + USERS + i,
                             .user_id = f->users[USERS - 1].id,
                             .role_id = GT_ROLE_MANAGER,
                             .org_id = f->orgs[COUNTIES + i * 17].id,
                             .by_id = first.user,
                             .at = f->now - 200 * DAY_MS};

    if (i < MANY - 1)
        gt_row_insert(tx, &gt_grant_row, &grant);
}

static void put_role(struct gt_tx *tx, struct fill *f, int64_t i)
{
    struct gt_role role = {.id = first.role + i,
                           .org_id = f->orgs[i % COUNTIES].id,
                           .rights = GT_RIGHT_BIT(GT_RIGHT_ORG_VIEW) | GT_RIGHT_BIT(i % 10),
                           .state = GT_ENABLED};

    snprintf(role.code, sizeof(role.code), "R%03" PRId64, i);
    snprintf(role.name, sizeof(role.name), "岗位%" PRId64, i);
    gt_row_insert(tx, &gt_role_row, &role);
}

static void put_session(struct gt_tx *tx, struct fill *f, int64_t i)
{
    const struct gt_user *user = &f->users[noise((uint64_t)i) % USERS];
    struct gt_session session = {.id = first.session + i,
                                 .user_id = user->id,
                                 .stage = GT_STAGE_FULL,
                                 .origin = "10.1.2.3",
                                 .agent = "Mozilla/5.0 (X11; Linux x86_64) Chrome/120.0",
                                 .since = f->now - 3600000,
                                 .seen_at = f->now - 60000,
                                 .ends_at = f->now + DAY_MS / 2};
    uint8_t digest[GT_SHA256_SIZE];

    must(gt_sha256(&i, sizeof(i), digest), "session");
    gt_hex_encode(digest, sizeof(digest), session.digest);
    gt_row_insert(tx, &gt_session_row, &session);
}

/* --- terminals */

static void make_terminals(struct fill *f)
{
    first.terminal = take_keys(f, "terminal", TERMINALS);
    for (int i = 0; i < TERMINALS; i++) {
        struct gt_terminal *t = &f->terminals[i];

        *t = (struct gt_terminal){.id = first.terminal + i,
                                  .org_id = f->orgs[COUNTIES + i / TERMINALS_EACH].id,
                                  .kind = i % GT_TERMINAL_PC + 1,
                                  .limit_day = i % 7 == 0 ? 10000000 : 0,
                                  .state = i % 60 == 59 ? GT_DISABLED : GT_ENABLED};
        snprintf(t->terminal_no, sizeof(t->terminal_no), "P%06d", i);
    }
    must(gt_terminal_hide(&f->keys, gt_random_system(), "P000000", "bench", f->terminals[0].secret),
         "secret");
}

/* Every second one is bound, to those who sell there. */
static void put_terminal(struct gt_tx *tx, struct fill *f, int64_t i)
{
    memcpy(f->terminals[i].secret, f->terminals[0].secret, sizeof(f->terminals[i].secret));
    gt_row_insert(tx, &gt_terminal_row, &f->terminals[i]);
    if (i % 2)
        return;
    int64_t of = i / TERMINALS_EACH;
    int64_t seller = of < STATIONS ? of * CASHIERS_EACH : CASHIERS + (of - STATIONS) * STAFF_EACH;
    struct gt_binding binding = {.id = first.binding + i / 2,
                                 .terminal_id = f->terminals[i].id,
                                 .user_id = seller_of(f, seller + i % TERMINALS_EACH)->id};

    gt_row_insert(tx, &gt_binding_row, &binding);
}

/* --- parameters, permissions, approvals */

static void put_setting(struct gt_tx *tx, struct fill *f, int64_t i)
{
    struct gt_setting setting = {.id = first.setting + i, .org_id = f->orgs[i].id, .setting = 75};

    GT_FIELD_COPY(setting.name, gt_param_info(GT_PARAM_CREDIT_WARN)->key);
    gt_row_insert(tx, &gt_setting_row, &setting);
}

static void put_permit(struct gt_tx *tx, struct fill *f, int64_t i)
{
    struct gt_permit permit = {.id = first.permit + i,
                               .account_id = first.account + i % 500,
                               .amount = 5000000,
                               .by_id = f->users[0].id,
                               .made_at = f->now - i * 600000};

    permit.expires_at = permit.made_at + DAY_MS;
    snprintf(permit.customer_no, sizeof(permit.customer_no), "30%08" PRId64, i);
    GT_FIELD_COPY(permit.reason, "企业客户一次性大额购电");
    gt_row_insert(tx, &gt_permit_row, &permit);
}

/* A request for a higher limit of a cashier; the newest ones wait. */
static void put_approval(struct gt_tx *tx, struct fill *f, int64_t i)
{
    int64_t seller = (int64_t)(noise((uint64_t)i) % CASHIERS), left = ASKED + WAITING - i;
    const struct gt_user *user = seller_of(f, seller);
    struct gt_approval row = {.id = first.approval + i,
                              .org_id = user->org_id,
                              .object_id = user->account_id,
                              .maker_id = f->users[i % MANAGERS].id,
                              .made_at = f->now - left * 900000,
                              .state = GT_APPROVAL_WAITING};

    row.expires_at = row.made_at + 7 * DAY_MS;
    GT_FIELD_COPY(row.kind, "credit.limit");
    snprintf(row.object, sizeof(row.object), "account %" PRId64 " %s", user->account_id,
             user->operator_no);
    must(gt_asked_put(row.asked, "limit", 20000000 + i), "approval");
    must(gt_asked_put(row.asked, "from", 10000000), "approval");
    GT_FIELD_COPY(row.reason, "迎峰度夏，收费量增加");
    if (left > WAITING) {
        row.state = GT_APPROVAL_APPROVED + i % 4;
        row.checker_id = f->users[(i + 1) % MANAGERS].id;
        row.decided_at = row.made_at + 3600000;
    }
    gt_row_insert(tx, &gt_approval_row, &row);
}

/* --- the operation log */

/* What was done, to which kind of object. */
static const struct {
    const char *what, *detail;
    char object; /* (u)ser, (o)rganisation, (t)erminal, (a)ccount, (s)ession */
} deeds[] = {
    {"session.begin", "", 's'},
    {"session.end", "", 's'},
    {"user.rename", "name 王芳 -> 王芳芳", 'u'},
    {"org.rename", "name 城东所 -> 城东供电所", 'o'},
    {"terminal.change", "limit_txn 1000.00 -> 2000.00", 't'},
    {"account.limit", "credit_limit 1000.00 -> 2000.00", 'a'},
    {"terminal.bind", "operator=500123", 't'},
};

/* Every hundredth row is about one station, one manager, one terminal: those have long histories.
 */
static void log_object(struct fill *f, struct gt_oplog *row, char kind, int64_t i)
{
    uint64_t n = i % 100 == 0 ? 1 : noise((uint64_t)i);
    const struct gt_user *seller = seller_of(f, (int64_t)(n % CASHIERS));

    if (kind == 'o')
        GT_FIELD_COPY(row->object, f->orgs[COUNTIES + n % STATIONS].code);
    else if (kind == 't')
        GT_FIELD_COPY(row->object, f->terminals[n % TERMINALS].terminal_no);
    else if (kind == 'a')
        snprintf(row->object, sizeof(row->object), "account %" PRId64 " %s", seller->account_id,
                 seller->operator_no);
    else
        GT_FIELD_COPY(row->object, kind == 's' ? row->who : seller->login);
}

static char chain_digest[65]; /* of the row before, in its chain */

static void put_log(struct gt_tx *tx, struct fill *f, int64_t i)
{
    int64_t each = log_rows / CHAINS, chain = i / each, seq = i % each + 1;
    struct gt_oplog row = {.chain = first.chain + chain, .seq = seq};
    size_t deed = noise((uint64_t)i + 77) % (sizeof(deeds) / sizeof(deeds[0]));

    row.id = row.chain * GT_OPLOG_CHAIN_MAX + seq;
    row.at = f->now - LOG_DAYS * DAY_MS + LOG_DAYS * DAY_MS / each * (seq - 1) + chain * 1000;
    if (noise((uint64_t)i) % 3 == 0)
        GT_FIELD_COPY(row.who, f->users[noise((uint64_t)i) % MANAGERS].login);
    else
        GT_FIELD_COPY(row.who, f->users[noise((uint64_t)i) % USERS].login);
    GT_FIELD_COPY(row.origin, "10.1.2.3");
    GT_FIELD_COPY(row.what, deeds[deed].what);
    GT_FIELD_COPY(row.detail, deeds[deed].detail);
    log_object(f, &row, deeds[deed].object, i);
    if (seq > 1)
        GT_FIELD_COPY(row.prev, chain_digest);
    gt_row_insert(tx, &gt_oplog_row, &row);
    must(gt_oplog_digest(&row, chain_digest), "digest");
    if (seq < each)
        return;
    struct gt_chain head = {
        .id = row.chain, .opened_at = f->now - LOG_DAYS * DAY_MS, .members = seq};
    gt_row_insert(tx, &gt_chain_row, &head);
}

/* --- all of it */

static enum gt_err rights_moved(struct gt_tx *tx, void *arg)
{
    (void)arg;
    gt_rights_changed(tx);
    return gt_tx_err(tx);
}

static void fill_people(struct fill *f)
{
    make_orgs(f);
    make_users(f);
    make_terminals(f);
    first.role = take_keys(f, "role", ROLES) + GT_ROLE_OWN;
    first.grant = take_keys(f, "grant", USERS + MANY);
    first.session = take_keys(f, "session", SESSIONS);
    first.binding = take_keys(f, "binding", TERMINALS);
    put_all(f, "organisations", ORGS, put_org);
    put_all(f, "roles", ROLES, put_role);
    put_all(f, "users", USERS, put_user);
    put_all(f, "grants", MANY, put_many);
    put_all(f, "sessions", SESSIONS, put_session);
    put_all(f, "terminals", TERMINALS, put_terminal);
    put_census(f, "gt_org", ORGS);
    put_census(f, "gt_quota", COUNTIES);
    put_census(f, "gt_role", ROLES);
    put_census(f, "gt_user", USERS);
    put_census(f, "gt_credential", USERS);
    put_census(f, "gt_grant", USERS + MANY - 1);
    put_census(f, "gt_terminal", TERMINALS);
    put_census(f, "gt_binding", TERMINALS / 2);
}

void fill_access(struct fill *f, int64_t rows)
{
    log_rows = rows / CHAINS * CHAINS;
    fill_people(f);
    first.setting = take_keys(f, "param", SETTINGS);
    first.permit = take_keys(f, "permit", PERMITS);
    first.approval = take_keys(f, "approval", ASKED + WAITING);
    first.chain = take_keys(f, "chain", CHAINS);
    put_all(f, "settings", SETTINGS, put_setting);
    put_all(f, "permits", PERMITS, put_permit);
    put_all(f, "approvals", ASKED + WAITING, put_approval);
    put_all(f, "log", log_rows, put_log);
    put_census(f, "gt_setting", SETTINGS);
    put_census(f, "gt_permit", PERMITS);
    put_census(f, "gt_approval", ASKED + WAITING);
    put_census(f, "gt_chain", CHAINS);
    must(gt_db_transact(f->db, "rights", rights_moved, NULL), "rights");
}
