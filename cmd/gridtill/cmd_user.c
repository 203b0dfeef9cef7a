/*
 * gridtill user: people, their passwords and roles.
 *
 * The work is done by the functions that the console's pages use.  Passwords come from standard
 * input or are asked for.
 */
#include "access/credential.h"
#include "base/buf.h"
#include "commands.h"
#include "common.h"
#include "record.h"
#include "till/manage.h"

#include <stdio.h>
#include <string.h>

static void fill(struct gt_record *r, const void *row)
{
    const struct gt_user *user = row;
    *r = (struct gt_record){.n = 0};
    gt_record_text(r, "login", 16, user->login);
    gt_record_text(r, "operator_no", 12, user->operator_no);
    gt_record_text(r, "state", 8, user->state == GT_ENABLED ? "enabled" : "disabled");
    gt_record_int(r, "id", 8, user->id);
    gt_record_int(r, "org_id", 8, user->org_id);
    gt_record_int(r, "account_id", 10, user->account_id);
    gt_record_text(r, "name", 16, user->name);
}

/* --- add -------------------------------------------------------------------------------------- */

/* Reads what was typed into `form`; GT_EXIT_OK, or how the command ends. */
static int read_form(const struct gt_args *args, struct gt_user_form *form)
{
    const char *role = gt_arg(args, "role");
    bool cashier = role && strcmp(role, "cashier") == 0;

    *form = (struct gt_user_form){.login = args->operand[0],
                                  .name = args->operand[1],
                                  .operator_no = gt_arg(args, "operator"),
                                  .limit = cashier ? 0 : -1};
    if (!gt_arg(args, "org") || !form->operator_no || !role)
        return gt_args_wrong(args, "--org, --operator and --role are wanted");
    if (gt_arg_given(args, "limit") && !cashier)
        return gt_args_wrong(args, "--limit is for a cashier; an agent's is set with gridtill "
                                   "account limit");
    return gt_cmd_money(args, "limit", &form->limit) ? GT_EXIT_OK : GT_EXIT_USAGE;
}

static int run_add(struct gt_cmd *cmd, const struct gt_args *args)
{
    struct gt_user_form form;
    struct gt_refusal no;
    char password[300] = "", first[32];
    int64_t id;
    int status = read_form(args, &form);

    if (status != GT_EXIT_OK)
        return status;
    enum gt_err err = gt_cmd_open(cmd);
    struct gt_by by = gt_cmd_by(cmd);
    if (err == GT_OK)
        err = gt_cmd_secret("password", gt_arg_given(args, "password-stdin"), password,
                            sizeof(password));
    form.password = password;
    if (err == GT_OK)
        err = gt_cmd_log(cmd);
    if (err == GT_OK)
        err = gt_cmd_find(cmd, GT_CMD_ORG, gt_arg(args, "org"), &form.org_id);
    if (err == GT_OK)
        err = gt_cmd_find(cmd, GT_CMD_ROLE, gt_arg(args, "role"), &form.role_id);
    if (err == GT_OK)
        err = gt_user_make(&by, &form, &id, first, &no);
    gt_wipe(password, sizeof(password));
    if (err != GT_OK)
        return gt_cmd_fail(err);
    printf("Added %s %s.\n", gt_arg(args, "role"), form.login);
    return GT_EXIT_OK;
}

/* --- change ----------------------------------------------------------------------------------- */

/* Opens the store and finds the user that the first operand names. */
static enum gt_err begin(struct gt_cmd *cmd, const struct gt_args *args, int64_t *id)
{
    enum gt_err err = gt_cmd_open(cmd);

    if (err == GT_OK)
        err = gt_cmd_log(cmd);
    if (err == GT_OK)
        err = gt_cmd_find(cmd, GT_CMD_USER, args->operand[0], id);
    return err;
}

static int finish(enum gt_err err, const char *done, const struct gt_args *args)
{
    if (err != GT_OK)
        return gt_cmd_fail(err);
    printf("%s %s.\n", done, args->operand[0]);
    return GT_EXIT_OK;
}

static int set_state(struct gt_cmd *cmd, const struct gt_args *args, bool enable)
{
    struct gt_refusal no;
    int64_t id;
    enum gt_err err = begin(cmd, args, &id);
    struct gt_by by = gt_cmd_by(cmd);

    if (err == GT_OK)
        err = gt_user_enable(&by, id, 0, enable, gt_arg(args, "reason"), &no);
    return finish(err, enable ? "Enabled" : "Disabled", args);
}

static int run_enable(struct gt_cmd *cmd, const struct gt_args *args)
{
    return set_state(cmd, args, true);
}

static int run_disable(struct gt_cmd *cmd, const struct gt_args *args)
{
    return set_state(cmd, args, false);
}

static int run_unlock(struct gt_cmd *cmd, const struct gt_args *args)
{
    struct gt_refusal no;
    int64_t id;
    enum gt_err err = begin(cmd, args, &id);
    struct gt_by by = gt_cmd_by(cmd);

    if (err == GT_OK)
        err = gt_user_unlock(&by, id, &no);
    return finish(err, "Unlocked", args);
}

/* The administrator who lost the device has nobody else to ask. */
static int run_otp_reset(struct gt_cmd *cmd, const struct gt_args *args)
{
    struct gt_refusal no;
    int64_t id;
    enum gt_err err = begin(cmd, args, &id);
    struct gt_by by = gt_cmd_by(cmd);

    if (err == GT_OK)
        err = gt_user_otp_reset(&by, id, &no);
    return finish(err, "Took one-time codes away from", args);
}

static int run_password(struct gt_cmd *cmd, const struct gt_args *args)
{
    struct gt_refusal no;
    char password[300] = "";
    int64_t id;
    enum gt_err err = begin(cmd, args, &id);
    struct gt_by by = gt_cmd_by(cmd);

    if (err == GT_OK)
        err = gt_cmd_secret("password", gt_arg_given(args, "password-stdin"), password,
                            sizeof(password));
    if (err == GT_OK)
        err = gt_user_set_password(&by, id, password, &no);
    gt_wipe(password, sizeof(password));
    return finish(err, "New password for", args);
}

static int change_grant(struct gt_cmd *cmd, const struct gt_args *args, bool give)
{
    struct gt_refusal no;
    int64_t id, role_id, org_id, grant_id;
    enum gt_err err = begin(cmd, args, &id);
    struct gt_by by = gt_cmd_by(cmd);

    if (err == GT_OK)
        err = gt_cmd_find(cmd, GT_CMD_ROLE, args->operand[1], &role_id);
    if (err == GT_OK)
        err = gt_cmd_find(cmd, GT_CMD_ORG, args->operand[2], &org_id);
    if (err == GT_OK && give)
        err = gt_grant_give(&by, id, role_id, org_id, &grant_id, &no);
    else if (err == GT_OK)
        err = gt_grant_take_back(&by, id, role_id, org_id, &no);
    if (err != GT_OK)
        return gt_cmd_fail(err);
    printf("%s %s %s at %s.\n", args->operand[0], give ? "is now" : "is no longer",
           args->operand[1], args->operand[2]);
    return GT_EXIT_OK;
}

static int run_grant(struct gt_cmd *cmd, const struct gt_args *args)
{
    return change_grant(cmd, args, true);
}

static int run_revoke(struct gt_cmd *cmd, const struct gt_args *args)
{
    return change_grant(cmd, args, false);
}

/* --- show and list ---------------------------------------------------------------------------- */

struct found {
    const char *login;
    struct gt_user user;
    bool there;
    struct gt_credential credential;
    struct gt_grant_line grants[GT_GRANTS_MAX];
    size_t ngrants;
};

static enum gt_err read_one(struct gt_tx *tx, void *arg)
{
    struct found *f = arg;

    f->there = gt_user_by_login(tx, f->login, &f->user);
    f->credential = (struct gt_credential){.id = 0};
    if (f->there && gt_credential_of(tx, f->user.id, &f->credential))
        f->ngrants = gt_grants_of_user(tx, f->user.id, f->grants);
    return gt_tx_err(tx);
}

static int run_show(struct gt_cmd *cmd, const struct gt_args *args)
{
    struct found f = {.login = args->operand[0]};
    struct gt_record r;
    struct gt_buf grants;
    enum gt_err err = gt_cmd_open(cmd);

    if (err == GT_OK)
        err = gt_db_read(cmd->db, "user.show", read_one, &f);
    if (err != GT_OK)
        return gt_cmd_fail(err);
    if (!f.there)
        return gt_cmd_refuse("there is no user %s", f.login);
    fill(&r, &f.user);
    gt_buf_init(&grants, 599);
    for (size_t i = 0; i < f.ngrants; i++)
        gt_buf_printf(&grants, "%s%s@%s", i ? "," : "", f.grants[i].role_code,
                      f.grants[i].org_code);
    gt_record_text(&r, "grants", 0, gt_buf_err(&grants) == GT_OK && grants.len ? grants.data : "");
    gt_buf_done(&grants);
    gt_record_int(&r, "must_change", 0, f.credential.must_change);
    gt_record_int(&r, "failures", 0, f.credential.failures);
    gt_record_text(&r, "one_time_codes", 0, f.credential.otp_state == GT_OTP_ON ? "on" : "off");
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
    {"role", "ROLE", "admin, manager, cashier, agent, or one of your own"},
    {"limit", "YUAN", "credit limit of a cashier, default 0"},
    {"password-stdin", NULL, "the password is the first line of standard input"},
    {NULL, NULL, NULL},
};

static const struct gt_option password_options[] = {
    {"password-stdin", NULL, "the password is the first line of standard input"},
    {NULL, NULL, NULL},
};

static const struct gt_option reason_options[] = {
    {"reason", "TEXT", "why, for the history"},
    {NULL, NULL, NULL},
};

static const struct gt_verb verbs[] = {
    {"add", "LOGIN NAME", "Adds a user, who must change the password at the first sign-in.", 2, 2,
     add_options, run_add},
    {"list", "", "Lists users.", 0, 0, NULL, run_list},
    {"show", "LOGIN", "Shows one.", 1, 1, NULL, run_show},
    {"enable", "LOGIN", "Lets the user work again.", 1, 1, reason_options, run_enable},
    {"disable", "LOGIN", "The user can do nothing any more.", 1, 1, reason_options, run_disable},
    {"password", "LOGIN", "Sets a password that must be changed at the next sign-in.", 1, 1,
     password_options, run_password},
    {"unlock", "LOGIN", "Lifts a lock after too many wrong passwords.", 1, 1, NULL, run_unlock},
    {"otp-reset", "LOGIN", "Takes one-time codes away: the device is lost.", 1, 1, NULL,
     run_otp_reset},
    {"grant", "LOGIN ROLE ORG", "Gives a role at an organisation and below it.", 3, 3, NULL,
     run_grant},
    {"revoke", "LOGIN ROLE ORG", "Takes it back.", 3, 3, NULL, run_revoke},
    {NULL, NULL, NULL, 0, 0, NULL, NULL},
};

const struct gt_command gt_command_user = {"user", "people and their passwords", verbs};
