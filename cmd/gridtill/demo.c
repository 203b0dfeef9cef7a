/*
 * What the demo has, as tables, and the adding of each entry that is not there yet.
 *
 * Numbers, names, secrets and the password are fixed, so that documents and clients can rely on
 * them.  Each entry is a transaction of its own: a demo that was cut short is completed by the next
 * run.
 */
#include "demo.h"

#include "access/param.h"
#include "till/manage.h"
#include "till/txn.h"

#include <stdio.h>

#define PASSWORD "GridTill-demo-1"

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

/* What is there already: ids, 0 where nothing is. */
struct look {
    const char *code;        /* of an entry */
    const char *below;       /* organisation it belongs to; NULL: the one at the top */
    enum gt_cmd_thing thing; /* what kind of entry */
    int64_t id, org_id;
};

static enum gt_err look_in(struct gt_tx *tx, void *arg)
{
    struct look *l = arg;
    struct gt_org org = {.id = 0}, above = {.id = 0};
    struct gt_user user = {.id = 0};
    struct gt_terminal terminal = {.id = 0};

    if (l->thing == GT_CMD_ORG)
        (void)gt_org_by_code(tx, l->code, &org);
    else if (l->thing == GT_CMD_USER)
        (void)gt_user_by_login(tx, l->code, &user);
    else
        (void)gt_terminal_by_no(tx, l->code, &terminal);
    l->id = org.id + user.id + terminal.id; /* one of them */
    if (l->below)
        (void)gt_org_by_code(tx, l->below, &above);
    else
        (void)gt_org_page(tx, "", &above, 1); /* paths begin with the one at the top */
    l->org_id = above.id;
    return gt_tx_err(tx);
}

static enum gt_err add_org(struct gt_cmd *cmd, const struct demo_org *org)
{
    struct gt_by by = gt_cmd_by(cmd);
    struct look l = {.code = org->code, .below = org->below, .thing = GT_CMD_ORG};
    struct gt_org_form form = {
        .code = org->code, .name = org->name, .kind = org->kind, .limit = org->limit};
    struct gt_refusal no;
    enum gt_err err = gt_db_read(cmd->db, "init.demo", look_in, &l);
    bool kept = l.id != 0;

    form.parent_id = l.org_id;
    if (err == GT_OK && !kept)
        err = gt_org_make(&by, &form, &l.id, &no);
    if (err == GT_OK)
        printf("org       %-13s %s%s\n", org->code, org->name, kept ? "  (kept)" : "");
    return err;
}

static enum gt_err add_user(struct gt_cmd *cmd, const struct demo_user *user)
{
    struct gt_by by = gt_cmd_by(cmd);
    struct look l = {.code = user->login, .below = user->org, .thing = GT_CMD_USER};
    struct gt_user_form form = {.login = user->login,
                                .operator_no = user->operator_no,
                                .name = user->name,
                                .limit = user->limit ? user->limit : -1,
                                .password = PASSWORD,
                                .settled = true};
    struct gt_refusal no;
    char first[32];
    enum gt_err err = gt_db_read(cmd->db, "init.demo", look_in, &l);
    bool kept = l.id != 0;

    form.org_id = l.org_id;
    if (err == GT_OK)
        err = gt_cmd_find(cmd, GT_CMD_ROLE, user->role, &form.role_id);
    if (err == GT_OK && !kept)
        err = gt_user_make(&by, &form, &l.id, first, &no);
    if (err == GT_OK)
        printf("user      %-10s operator %s  %s%s\n", user->login, user->operator_no, user->role,
               kept ? "  (kept)" : "");
    return err;
}

static enum gt_err add_terminal(struct gt_cmd *cmd, const struct demo_terminal *terminal)
{
    struct gt_by by = gt_cmd_by(cmd);
    struct look l = {.code = terminal->no, .below = "DEMO-STATION", .thing = GT_CMD_TERMINAL};
    struct gt_terminal_form form = {
        .terminal_no = terminal->no, .kind = terminal->kind, .ops = GT_OPS_ALL};
    char secret[GT_SECRET_MAX];
    struct gt_refusal no;
    enum gt_err err = gt_db_read(cmd->db, "init.demo", look_in, &l);
    bool kept = l.id != 0;

    form.org_id = l.org_id;
    snprintf(secret, sizeof(secret), "%s", terminal->secret);
    if (err == GT_OK && !kept)
        err = gt_terminal_make(&by, &form, &l.id, secret, &no);
    if (err == GT_OK)
        printf("terminal  %-10s %s%s\n", terminal->no, gt_terminal_kind_name(terminal->kind),
               kept ? "  (kept)" : "");
    return err;
}

/* The demo's users are known by heart: nobody is asked to enrol a device first. */
static enum gt_err no_codes_wanted(struct gt_cmd *cmd)
{
    struct gt_by by = gt_cmd_by(cmd);
    struct look l = {.code = "-", .thing = GT_CMD_ORG};
    struct gt_refusal no = {.why = GT_WHY_NONE};
    enum gt_err err = gt_db_read(cmd->db, "init.demo", look_in, &l);

    if (err == GT_OK)
        err = gt_param_put(&by, GT_PARAM_OTP_WHO, l.org_id, false, 0, 0, &no);
    return no.why == GT_WHY_CHANGED ? GT_OK : err; /* it was set already: kept */
}

enum gt_err gt_demo_make(struct gt_cmd *cmd)
{
    enum gt_err err = gt_cmd_log(cmd);

    for (size_t i = 0; err == GT_OK && i < sizeof(orgs) / sizeof(orgs[0]); i++)
        err = add_org(cmd, &orgs[i]);
    for (size_t i = 0; err == GT_OK && i < sizeof(users) / sizeof(users[0]); i++)
        err = add_user(cmd, &users[i]);
    for (size_t i = 0; err == GT_OK && i < sizeof(terminals) / sizeof(terminals[0]); i++)
        err = add_terminal(cmd, &terminals[i]);
    return err == GT_OK ? no_codes_wanted(cmd) : err;
}
