/*
 * gridtill terminal: terminals, their secrets and the operators bound to them.
 *
 * A secret is shown once, when it is made; the store keeps it under the master key.
 */
#include "access/terminal.h"
#include "base/buf.h"
#include "commands.h"
#include "common.h"
#include "record.h"
#include "till/manage.h"
#include "till/txn.h"

#include <stdio.h>
#include <string.h>

#define BOUND_SHOWN 20

static void ops_text(int64_t ops, struct gt_buf *out)
{
    for (int op = GT_OP_PAY; op < GT_OP__MAX; op++) {
        if (ops >> op & 1)
            gt_buf_printf(out, "%s%s", out->len ? "," : "", gt_op_name((enum gt_op)op));
    }
}

/* Reads "pay,recharge"; false if a word is no operation. */
static bool read_ops(const char *text, int64_t *ops)
{
    *ops = 0;
    while (*text) {
        size_t len = strcspn(text, ",");
        int op = GT_OP_PAY;

        while (op < GT_OP__MAX && (strlen(gt_op_name((enum gt_op)op)) != len ||
                                   strncmp(gt_op_name((enum gt_op)op), text, len) != 0))
            op++;
        if (op == GT_OP__MAX || !(GT_OPS_ALL >> op & 1))
            return false;
        *ops |= INT64_C(1) << op;
        text += len + (text[len] == ',');
    }
    return *ops != 0;
}

static void fill(struct gt_record *r, const void *row)
{
    const struct gt_terminal *terminal = row;
    struct gt_buf ops;

    *r = (struct gt_record){.n = 0};
    gt_record_text(r, "terminal_no", 12, terminal->terminal_no);
    gt_record_text(r, "kind", 8, gt_terminal_kind_name((enum gt_terminal_kind)terminal->kind));
    gt_record_text(r, "state", 8, terminal->state == GT_ENABLED ? "enabled" : "disabled");
    gt_record_int(r, "id", 8, terminal->id);
    gt_record_int(r, "org_id", 8, terminal->org_id);
    gt_record_money(r, "limit_txn", 12, terminal->limit_txn);
    gt_record_money(r, "limit_day", 12, terminal->limit_day);
    gt_buf_init(&ops, 200);
    ops_text(terminal->ops, &ops);
    gt_record_text(r, "ops", 24, gt_buf_err(&ops) == GT_OK && ops.len ? ops.data : "");
    gt_buf_done(&ops);
}

static void tell_secret(const char *plain, bool from_stdin)
{
    if (!from_stdin)
        printf("Secret, shown this once: %s\n", plain);
}

/* --- add -------------------------------------------------------------------------------------- */

static int read_form(const struct gt_args *args, struct gt_terminal_form *form)
{
    const char *kind_name = gt_arg(args, "kind"), *ops = gt_arg(args, "ops");

    *form = (struct gt_terminal_form){.terminal_no = args->operand[0], .ops = GT_OPS_ALL};
    if (!gt_arg(args, "org"))
        return gt_args_wrong(args, "--org CODE is missing");
    if (!kind_name || !gt_terminal_kind_find(kind_name, &form->kind))
        return gt_args_wrong(args, "--kind is pos, handheld, kiosk or pc");
    if (!gt_cmd_money(args, "limit-txn", &form->limit_txn) ||
        !gt_cmd_money(args, "limit-day", &form->limit_day))
        return GT_EXIT_USAGE;
    if (ops && !read_ops(ops, &form->ops))
        return gt_args_wrong(args,
                             "--ops is a list of pay, recharge, open, replace, rewrite, confirm, "
                             "reverse and reading");
    return GT_EXIT_OK;
}

static int run_add(struct gt_cmd *cmd, const struct gt_args *args)
{
    bool typed = gt_arg_given(args, "secret-stdin");
    struct gt_terminal_form form;
    struct gt_refusal no;
    char plain[GT_SECRET_MAX] = "";
    int64_t id;
    int status = read_form(args, &form);

    if (status != GT_EXIT_OK)
        return status;
    enum gt_err err = gt_cmd_open(cmd);
    struct gt_by by = gt_cmd_by(cmd);
    if (err == GT_OK && typed)
        err = gt_cmd_secret("secret", true, plain, sizeof(plain));
    if (err == GT_OK)
        err = gt_cmd_log(cmd);
    if (err == GT_OK)
        err = gt_cmd_find(cmd, GT_CMD_ORG, gt_arg(args, "org"), &form.org_id);
    if (err == GT_OK)
        err = gt_terminal_make(&by, &form, &id, plain, &no);
    if (err == GT_OK) {
        printf("Added terminal %s.\n", form.terminal_no);
        tell_secret(plain, typed);
    }
    gt_wipe(plain, sizeof(plain));
    return err == GT_OK ? GT_EXIT_OK : gt_cmd_fail(err);
}

/* --- change ----------------------------------------------------------------------------------- */

/* Opens the store and finds the terminal that the first operand names. */
static enum gt_err begin(struct gt_cmd *cmd, const struct gt_args *args, int64_t *id)
{
    enum gt_err err = gt_cmd_open(cmd);

    if (err == GT_OK)
        err = gt_cmd_log(cmd);
    if (err == GT_OK)
        err = gt_cmd_find(cmd, GT_CMD_TERMINAL, args->operand[0], id);
    return err;
}

static int finish(enum gt_err err, const char *done, const struct gt_args *args)
{
    if (err != GT_OK)
        return gt_cmd_fail(err);
    printf("%s terminal %s.\n", done, args->operand[0]);
    return GT_EXIT_OK;
}

static int set_state(struct gt_cmd *cmd, const struct gt_args *args, bool enable)
{
    struct gt_refusal no;
    int64_t id;
    enum gt_err err = begin(cmd, args, &id);
    struct gt_by by = gt_cmd_by(cmd);

    if (err == GT_OK)
        err = gt_terminal_enable(&by, id, 0, enable, gt_arg(args, "reason"), &no);
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

static int run_secret(struct gt_cmd *cmd, const struct gt_args *args)
{
    bool typed = gt_arg_given(args, "secret-stdin");
    char plain[GT_SECRET_MAX] = "";
    struct gt_refusal no;
    int64_t id;
    enum gt_err err = begin(cmd, args, &id);
    struct gt_by by = gt_cmd_by(cmd);

    if (err == GT_OK && typed)
        err = gt_cmd_secret("secret", true, plain, sizeof(plain));
    if (err == GT_OK)
        err = gt_terminal_rotate(&by, id, plain, &no);
    int status = finish(err, "New secret for", args);
    if (status == GT_EXIT_OK)
        tell_secret(plain, typed);
    gt_wipe(plain, sizeof(plain));
    return status;
}

static int run_bind(struct gt_cmd *cmd, const struct gt_args *args)
{
    bool bind = strcmp(args->verb->name, "bind") == 0;
    struct gt_refusal no;
    int64_t id, user_id;
    enum gt_err err = begin(cmd, args, &id);
    struct gt_by by = gt_cmd_by(cmd);

    if (err == GT_OK)
        err = gt_cmd_find(cmd, GT_CMD_OPERATOR, args->operand[1], &user_id);
    if (err == GT_OK)
        err = gt_terminal_operator(&by, id, user_id, bind, &no);
    if (err != GT_OK)
        return gt_cmd_fail(err);
    printf("Operator %s %s terminal %s.\n", args->operand[1], bind ? "bound to" : "taken off",
           args->operand[0]);
    return GT_EXIT_OK;
}

/* --- show and list ---------------------------------------------------------------------------- */

struct found {
    const char *terminal_no;
    struct gt_terminal terminal;
    bool there;
    size_t bound; /* operators bound to it */
    char operators[BOUND_SHOWN][21];
};

static enum gt_err read_one(struct gt_tx *tx, void *arg)
{
    struct found *f = arg;
    int64_t ids[BOUND_SHOWN];
    struct gt_user user;

    f->there = gt_terminal_by_no(tx, f->terminal_no, &f->terminal);
    if (!f->there)
        return gt_tx_err(tx);
    f->bound = gt_terminal_bindings(tx, f->terminal.id, ids, BOUND_SHOWN);
    for (size_t i = 0; i < f->bound && i < BOUND_SHOWN; i++) {
        f->operators[i][0] = '\0';
        if (gt_row_find(tx, &gt_user_row, ids[i], &user))
            memcpy(f->operators[i], user.operator_no, sizeof(user.operator_no));
    }
    return gt_tx_err(tx);
}

static int run_show(struct gt_cmd *cmd, const struct gt_args *args)
{
    struct found f = {.terminal_no = args->operand[0]};
    struct gt_record r;
    struct gt_buf bound;
    enum gt_err err = gt_cmd_open(cmd);

    if (err == GT_OK)
        err = gt_db_read(cmd->db, "terminal.show", read_one, &f);
    if (err != GT_OK)
        return gt_cmd_fail(err);
    if (!f.there)
        return gt_cmd_refuse("there is no terminal %s", f.terminal_no);
    gt_buf_init(&bound, 599);
    for (size_t i = 0; i < f.bound && i < BOUND_SHOWN; i++)
        gt_buf_printf(&bound, "%s%s", i ? "," : "", f.operators[i]);
    if (f.bound > BOUND_SHOWN)
        gt_buf_printf(&bound, " and %zu more", f.bound - BOUND_SHOWN);
    fill(&r, &f.terminal);
    gt_record_text(&r, "bound", 0, bound.len ? bound.data : "");
    gt_buf_done(&bound);
    gt_record_show(&r, cmd->json);
    return GT_EXIT_OK;
}

static int run_list(struct gt_cmd *cmd, const struct gt_args *args)
{
    (void)args;
    return gt_listing_table(cmd, &gt_terminal_row, fill);
}

static const struct gt_option add_options[] = {
    {"org", "CODE", "organisation it stands in"},
    {"kind", "KIND", "pos, handheld, kiosk or pc"},
    {"ops", "LIST", "business it may do: pay,recharge,...; default all"},
    {"limit-txn", "YUAN", "most of one transaction, default 0: no limit"},
    {"limit-day", "YUAN", "most of one business date, default 0: no limit"},
    {"secret-stdin", NULL, "the secret is the first line of standard input"},
    {NULL, NULL, NULL},
};

static const struct gt_option secret_options[] = {
    {"secret-stdin", NULL, "the secret is the first line of standard input"},
    {NULL, NULL, NULL},
};

static const struct gt_option reason_options[] = {
    {"reason", "TEXT", "why, for the history"},
    {NULL, NULL, NULL},
};

static const struct gt_verb verbs[] = {
    {"add", "NO", "Adds a terminal and shows its new secret, once.", 1, 1, add_options, run_add},
    {"list", "", "Lists terminals.", 0, 0, NULL, run_list},
    {"show", "NO", "Shows one, with the operators bound to it.", 1, 1, NULL, run_show},
    {"enable", "NO", "Lets it work again.", 1, 1, reason_options, run_enable},
    {"disable", "NO", "Refuses all it sends.", 1, 1, reason_options, run_disable},
    {"secret", "NO", "Gives it a new secret and shows it, once.", 1, 1, secret_options, run_secret},
    {"bind", "NO OPERATOR", "Only operators bound to it may use it.", 2, 2, NULL, run_bind},
    {"unbind", "NO OPERATOR", "Takes an operator off it.", 2, 2, NULL, run_bind},
    {NULL, NULL, NULL, 0, 0, NULL, NULL},
};

const struct gt_command gt_command_terminal = {"terminal", "terminals and their secrets", verbs};
