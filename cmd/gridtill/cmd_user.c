/*
 * gridtill user: people and their passwords.
 *
 * A cashier gets a credit account with the user, in the same commit; staff of an agent use the
 * agent's.  Passwords come from standard input or are asked for, and are hashed before the
 * transaction.
 */
#include "access/user.h"
#include "base/buf.h"
#include "base/money.h"
#include "commands.h"
#include "common.h"
#include "record.h"
#include "till/account.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void fill(struct gt_record *r, const void *row)
{
    const struct gt_user *user = row;
    *r = (struct gt_record){.n = 0};
    gt_record_text(r, "login", 16, user->login);
    gt_record_text(r, "operator_no", 12, user->operator_no);
    gt_record_text(r, "role", 8, user->role);
    gt_record_text(r, "state", 8, user->state == GT_ENABLED ? "enabled" : "disabled");
    gt_record_int(r, "id", 8, user->id);
    gt_record_int(r, "org_id", 8, user->org_id);
    gt_record_int(r, "account_id", 10, user->account_id);
    gt_record_int(r, "must_change", 0, user->must_change);
    gt_record_text(r, "name", 16, user->name);
}

/* Asks for a password, checks the rule and hashes it. */
static enum gt_err new_password(bool from_stdin, char hash[161])
{
    char password[300];
    enum gt_err err = gt_cmd_secret("password", from_stdin, password, sizeof(password));

    if (err == GT_OK)
        err = gt_password_rule(password);
    if (err == GT_OK)
        err = gt_password_hash(gt_random_system(), password, hash);
    gt_wipe(password, sizeof(password));
    return err;
}

/* --- add -------------------------------------------------------------------------------------- */

struct addition {
    struct gt_cmd *cmd;
    const char *org;
    struct gt_user given; /* id, login, operator_no, role, name, password, must_change */
    int64_t account_id;   /* key for a cashier's account */
    int64_t limit;        /* its credit limit, fen */
};

/* The account that the user's takings go to; a cashier's is made. */
static enum gt_err give_account(struct gt_tx *tx, const struct addition *a, struct gt_user *user)
{
    struct gt_account account = {.id = a->account_id,
                                 .kind = GT_ACCOUNT_CASHIER,
                                 .owner_id = user->id,
                                 .org_id = user->org_id,
                                 .credit_limit = a->limit};

    if (strcmp(user->role, "cashier") == 0) {
        user->account_id = account.id;
        return gt_account_add(tx, &account);
    }
    if (strcmp(user->role, "agent") == 0) {
        if (!gt_account_by_owner(tx, GT_ACCOUNT_AGENT, user->org_id, &account))
            return gt_tx_fail(tx, gt_err_set(GT_ERR_DENIED, "%s is no agent", a->org));
        user->account_id = account.id;
    }
    return gt_tx_err(tx);
}

static enum gt_err add_in(struct gt_tx *tx, void *arg)
{
    struct addition *a = arg;
    struct gt_user user = a->given;
    struct gt_org org;
    char detail[300], money[GT_MONEY_MAX];

    if (!gt_org_by_code(tx, a->org, &org))
        return gt_tx_fail(tx, gt_err_set(GT_ERR_ABSENT, "there is no organisation %s", a->org));
    user.org_id = org.id;
    if (give_account(tx, a, &user) != GT_OK || gt_user_add(tx, &user) != GT_OK)
        return gt_tx_err(tx);
    snprintf(detail, sizeof(detail), "operator_no=%s role=%s org=%s limit=%s", user.operator_no,
             user.role, a->org, gt_money_format(a->limit, money));
    gt_oplog_add(tx, &a->cmd->logger, "user.add", user.login, detail);
    return gt_tx_err(tx);
}

/* Reads what was typed into `a`; GT_EXIT_OK, or how the command ends. */
static int read_addition(const struct gt_args *args, struct addition *a)
{
    const char *number = gt_arg(args, "operator"), *role = gt_arg(args, "role");
    struct gt_user *user = &a->given;

    a->org = gt_arg(args, "org");
    if (!a->org || !number || !role)
        return gt_args_wrong(args, "--org, --operator and --role are wanted");
    if (gt_arg_given(args, "limit") && strcmp(role, "cashier") != 0)
        return gt_args_wrong(args, "--limit is for a cashier; an agent's is set with gridtill "
                                   "account limit");
    if (!gt_cmd_money(args, "limit", &a->limit))
        return GT_EXIT_USAGE;
    if (gt_str_copy(user->login, sizeof(user->login), args->operand[0]) != GT_OK ||
        gt_str_copy(user->name, sizeof(user->name), args->operand[1]) != GT_OK ||
        gt_str_copy(user->operator_no, sizeof(user->operator_no), number) != GT_OK ||
        gt_str_copy(user->role, sizeof(user->role), role) != GT_OK)
        return gt_cmd_refuse("login, name, operator number or role is too long");
    user->must_change = 1;
    return GT_EXIT_OK;
}

static int run_add(struct gt_cmd *cmd, const struct gt_args *args)
{
    struct addition a = {.cmd = cmd};
    int status = read_addition(args, &a);

    if (status != GT_EXIT_OK)
        return status;
    enum gt_err err = gt_cmd_open(cmd);
    if (err == GT_OK)
        err = new_password(gt_arg_given(args, "password-stdin"), a.given.password);
    if (err == GT_OK)
        err = gt_cmd_log(cmd);
    if (err == GT_OK)
        err = gt_key_next(cmd->src, "user", &a.given.id);
    if (err == GT_OK)
        err = gt_key_next(cmd->src, "account", &a.account_id);
    if (err == GT_OK)
        err = gt_db_transact(cmd->db, "user.add", add_in, &a);
    if (err != GT_OK)
        return gt_cmd_fail(err);
    printf("Added %s %s.\n", a.given.role, a.given.login);
    return GT_EXIT_OK;
}

/* --- change ----------------------------------------------------------------------------------- */

struct change {
    struct gt_cmd *cmd;
    const char *what;
    const char *login;
    int64_t state;  /* new state, 0: stays */
    char hash[161]; /* new password, "": stays */
};

static enum gt_err change_in(struct gt_tx *tx, void *arg)
{
    struct change *c = arg;
    struct gt_user user;
    char detail[80] = "";

    if (!gt_user_by_login(tx, c->login, &user))
        return gt_tx_fail(tx, gt_err_set(GT_ERR_ABSENT, "there is no user %s", c->login));
    if (c->state) {
        if (user.state == c->state)
            return GT_OK;
        snprintf(detail, sizeof(detail), "state %" PRId64 " -> %" PRId64, user.state, c->state);
        user.state = c->state;
    } else {
        memcpy(user.password, c->hash, sizeof(user.password));
        user.must_change = 1;
    }
    if (gt_user_change(tx, &user) != GT_OK)
        return gt_tx_err(tx);
    gt_oplog_add(tx, &c->cmd->logger, c->what, user.login, detail);
    return gt_tx_err(tx);
}

static int change(struct gt_cmd *cmd, struct change *c, const char *done)
{
    c->cmd = cmd;
    enum gt_err err = gt_cmd_log(cmd);
    if (err == GT_OK)
        err = gt_db_transact(cmd->db, c->what, change_in, c);
    if (err != GT_OK)
        return gt_cmd_fail(err);
    printf("%s %s.\n", done, c->login);
    return GT_EXIT_OK;
}

static int run_enable(struct gt_cmd *cmd, const struct gt_args *args)
{
    struct change c = {.what = "user.enable", .login = args->operand[0], .state = GT_ENABLED};
    enum gt_err err = gt_cmd_open(cmd);

    return err == GT_OK ? change(cmd, &c, "Enabled") : gt_cmd_fail(err);
}

static int run_disable(struct gt_cmd *cmd, const struct gt_args *args)
{
    struct change c = {.what = "user.disable", .login = args->operand[0], .state = GT_DISABLED};
    enum gt_err err = gt_cmd_open(cmd);

    return err == GT_OK ? change(cmd, &c, "Disabled") : gt_cmd_fail(err);
}

static int run_password(struct gt_cmd *cmd, const struct gt_args *args)
{
    struct change c = {.what = "user.password", .login = args->operand[0]};
    enum gt_err err = gt_cmd_open(cmd);

    if (err == GT_OK)
        err = new_password(gt_arg_given(args, "password-stdin"), c.hash);
    return err == GT_OK ? change(cmd, &c, "New password for") : gt_cmd_fail(err);
}

/* --- show and list ---------------------------------------------------------------------------- */

struct found {
    const char *login;
    struct gt_user user;
    bool there;
};

static enum gt_err read_one(struct gt_tx *tx, void *arg)
{
    struct found *f = arg;

    f->there = gt_user_by_login(tx, f->login, &f->user);
    return gt_tx_err(tx);
}

static int run_show(struct gt_cmd *cmd, const struct gt_args *args)
{
    struct found f = {.login = args->operand[0]};
    struct gt_record r;
    enum gt_err err = gt_cmd_open(cmd);

    if (err == GT_OK)
        err = gt_db_read(cmd->db, "user.show", read_one, &f);
    if (err != GT_OK)
        return gt_cmd_fail(err);
    if (!f.there)
        return gt_cmd_refuse("there is no user %s", f.login);
    fill(&r, &f.user);
    gt_record_show(&r, cmd->json);
    return GT_EXIT_OK;
}

static int run_list(struct gt_cmd *cmd, const struct gt_args *args)
{
    (void)args;
    return gt_listing_table(cmd, &gt_user_row, fill);
}

static const struct gt_option add_options[] = {
    {"org", "CODE", "organisation"},
    {"operator", "NO", "number on receipts and in terminal requests"},
    {"role", "ROLE", "admin, manager, cashier or agent"},
    {"limit", "YUAN", "credit limit of a cashier, default 0"},
    {"password-stdin", NULL, "the password is the first line of standard input"},
    {NULL, NULL, NULL},
};

static const struct gt_option password_options[] = {
    {"password-stdin", NULL, "the password is the first line of standard input"},
    {NULL, NULL, NULL},
};

static const struct gt_verb verbs[] = {
    {"add", "LOGIN NAME", "Adds a user, who must change the password at the first sign-in.", 2, 2,
     add_options, run_add},
    {"list", "", "Lists users.", 0, 0, NULL, run_list},
    {"show", "LOGIN", "Shows one.", 1, 1, NULL, run_show},
    {"enable", "LOGIN", "Lets the user work again.", 1, 1, NULL, run_enable},
    {"disable", "LOGIN", "The user can do nothing any more.", 1, 1, NULL, run_disable},
    {"password", "LOGIN", "Sets a password that must be changed at the next sign-in.", 1, 1,
     password_options, run_password},
    {NULL, NULL, NULL, 0, 0, NULL, NULL},
};

const struct gt_command gt_command_user = {"user", "people and their passwords", verbs};
