/*
 * What the demo has, as tables, and the adding of each entry that is not there yet.
 *
 * Numbers, names, secrets and the password are fixed, so that documents and clients can rely on
 * them.  Each entry is a transaction of its own: a demo that was cut short is completed by the next
 * run.
 */
#include "demo.h"

#include "access/terminal.h"
#include "base/buf.h"
#include "till/account.h"
#include "till/txn.h"

#include <stdio.h>
#include <string.h>

#define PASSWORD "GridTill-demo-1"
#define ALL_OPS  ((INT64_C(1) << GT_OP_VOID) - 2)

/* `below` NULL: the bureau at the top, whatever its code is. */
static const struct demo_org {
    const char *code, *below, *name;
    enum gt_org_kind kind;
    int64_t limit; /* of an agent, fen */
} orgs[] = {
    {"DEMO-COUNTY", NULL, "城关县供电公司", GT_ORG_COUNTY, 0},
    {"DEMO-STATION", "DEMO-COUNTY", "城关供电所", GT_ORG_STATION, 0},
    {"DEMO-AGENT", "DEMO-STATION", "惠民代收点", GT_ORG_AGENT, 5000000},
};

/* `org` NULL: the bureau at the top. */
static const struct demo_user {
    const char *login, *operator_no, *org, *role, *name;
    int64_t limit; /* of a cashier, fen */
} users[] = {
    {"admin", "900009", NULL, "admin", "系统管理员", 0},
    {"manager", "900008", "DEMO-COUNTY", "manager", "李主任", 0},
    {"cashier", "900001", "DEMO-STATION", "cashier", "王收费", 10000000},
    {"agent", "900002", "DEMO-AGENT", "agent", "赵代理", 0},
};

static const struct demo_terminal {
    const char *no, *secret;
    enum gt_terminal_kind kind;
} terminals[] = {
    {"T0000001", "demo-secret-1", GT_TERMINAL_POS},
    {"T0000002", "demo-secret-2", GT_TERMINAL_HANDHELD},
    {"T0000003", "demo-secret-3", GT_TERMINAL_KIOSK},
};

/* One entry on its way into the store. */
struct adding {
    struct gt_cmd *cmd;
    const struct demo_org *org;
    const struct demo_user *user;
    const struct demo_terminal *terminal;
    int64_t id, account_id;
    char hidden[201]; /* password's hash or terminal's secret */
    bool there;       /* nothing is to be added */
};

/* The organisation with a code, or the one at the top: paths begin with it. */
static bool find_org(struct gt_tx *tx, const char *code, struct gt_org *org)
{
    return code ? gt_org_by_code(tx, code, org) : gt_org_page(tx, "", org, 1) == 1;
}

static void add_account(struct gt_tx *tx, const struct adding *a, enum gt_account_kind kind,
                        int64_t org_id, int64_t limit)
{
    struct gt_account account = {.id = a->account_id,
                                 .kind = kind,
                                 .owner_id = a->id,
                                 .org_id = org_id,
                                 .credit_limit = limit};

    (void)!gt_account_add(tx, &account);
}

static enum gt_err org_in(struct gt_tx *tx, void *arg)
{
    struct adding *a = arg;
    struct gt_org org = {.id = a->id, .kind = a->org->kind}, above;

    a->there = gt_org_by_code(tx, a->org->code, &above);
    if (a->there || !find_org(tx, a->org->below, &above))
        return gt_tx_err(tx);
    snprintf(org.code, sizeof(org.code), "%s", a->org->code);
    snprintf(org.name, sizeof(org.name), "%s", a->org->name);
    if (gt_org_add(tx, above.code, &org) != GT_OK)
        return gt_tx_err(tx);
    if (org.kind == GT_ORG_AGENT)
        add_account(tx, a, GT_ACCOUNT_AGENT, org.id, a->org->limit);
    gt_oplog_add(tx, &a->cmd->logger, "org.add", org.code, "demo");
    return gt_tx_err(tx);
}

static enum gt_err user_in(struct gt_tx *tx, void *arg)
{
    struct adding *a = arg;
    struct gt_user user = {.id = a->id};
    struct gt_account account;
    struct gt_org org;

    a->there = gt_user_by_login(tx, a->user->login, &user);
    if (a->there || !find_org(tx, a->user->org, &org))
        return gt_tx_err(tx);
    user = (struct gt_user){.id = a->id, .org_id = org.id};
    snprintf(user.login, sizeof(user.login), "%s", a->user->login);
    snprintf(user.operator_no, sizeof(user.operator_no), "%s", a->user->operator_no);
    snprintf(user.role, sizeof(user.role), "%s", a->user->role);
    snprintf(user.name, sizeof(user.name), "%s", a->user->name);
    memcpy(user.password, a->hidden, sizeof(user.password));
    if (a->user->limit) {
        user.account_id = a->account_id;
        add_account(tx, a, GT_ACCOUNT_CASHIER, org.id, a->user->limit);
    } else if (gt_account_by_owner(tx, GT_ACCOUNT_AGENT, org.id, &account)) {
        user.account_id = account.id;
    }
    if (gt_user_add(tx, &user) != GT_OK)
        return gt_tx_err(tx);
    gt_oplog_add(tx, &a->cmd->logger, "user.add", user.login, "demo");
    return gt_tx_err(tx);
}

static enum gt_err terminal_in(struct gt_tx *tx, void *arg)
{
    struct adding *a = arg;
    struct gt_terminal terminal;
    struct gt_org org;

    a->there = gt_terminal_by_no(tx, a->terminal->no, &terminal);
    if (a->there || !find_org(tx, "DEMO-STATION", &org))
        return gt_tx_err(tx);
    terminal = (struct gt_terminal){
        .id = a->id, .org_id = org.id, .kind = a->terminal->kind, .ops = ALL_OPS};
    snprintf(terminal.terminal_no, sizeof(terminal.terminal_no), "%s", a->terminal->no);
    memcpy(terminal.secret, a->hidden, sizeof(terminal.secret));
    if (gt_terminal_add(tx, &terminal) != GT_OK)
        return gt_tx_err(tx);
    gt_oplog_add(tx, &a->cmd->logger, "terminal.add", terminal.terminal_no, "demo");
    return gt_tx_err(tx);
}

/* Takes the keys of an entry and runs its transaction. */
static enum gt_err add(struct adding *a, const char *series, gt_db_fn fn)
{
    enum gt_err err = gt_key_next(a->cmd->src, series, &a->id);

    if (err == GT_OK && !a->terminal)
        err = gt_key_next(a->cmd->src, "account", &a->account_id);
    if (err == GT_OK)
        err = gt_db_transact(a->cmd->db, "init.demo", fn, a);
    return err;
}

static enum gt_err add_users(struct gt_cmd *cmd)
{
    enum gt_err err = GT_OK;

    for (size_t i = 0; err == GT_OK && i < sizeof(users) / sizeof(users[0]); i++) {
        struct adding a = {.cmd = cmd, .user = &users[i]};

        err = gt_password_hash(gt_random_system(), PASSWORD, a.hidden);
        if (err == GT_OK)
            err = add(&a, "user", user_in);
        if (err == GT_OK)
            printf("user      %-10s operator %s  %s%s\n", users[i].login, users[i].operator_no,
                   users[i].role, a.there ? "  (kept)" : "");
    }
    return err;
}

static enum gt_err add_terminals(struct gt_cmd *cmd)
{
    enum gt_err err = GT_OK;

    for (size_t i = 0; err == GT_OK && i < sizeof(terminals) / sizeof(terminals[0]); i++) {
        struct adding a = {.cmd = cmd, .terminal = &terminals[i]};

        err = gt_terminal_hide(&cmd->keys, gt_random_system(), terminals[i].no, terminals[i].secret,
                               a.hidden);
        if (err == GT_OK)
            err = add(&a, "terminal", terminal_in);
        if (err == GT_OK)
            printf("terminal  %-10s %s%s\n", terminals[i].no,
                   gt_terminal_kind_name(terminals[i].kind), a.there ? "  (kept)" : "");
    }
    return err;
}

enum gt_err gt_demo_make(struct gt_cmd *cmd)
{
    enum gt_err err = gt_cmd_log(cmd);

    for (size_t i = 0; err == GT_OK && i < sizeof(orgs) / sizeof(orgs[0]); i++) {
        struct adding a = {.cmd = cmd, .org = &orgs[i]};

        err = add(&a, "org", org_in);
        if (err == GT_OK)
            printf("org       %-13s %s%s\n", orgs[i].code, orgs[i].name, a.there ? "  (kept)" : "");
    }
    if (err == GT_OK)
        err = add_users(cmd);
    if (err == GT_OK)
        err = add_terminals(cmd);
    return err;
}
