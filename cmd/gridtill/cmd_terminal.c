/*
 * gridtill terminal: terminals, their secrets and the operators bound to them.
 *
 * A secret is shown once, when it is made; the store keeps it under the master key.
 */
#include "access/terminal.h"
#include "base/buf.h"
#include "base/text.h"
#include "commands.h"
#include "common.h"
#include "record.h"
#include "till/txn.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define SECRET_BYTES 24
#define BOUND_SHOWN  20

/* Business that a terminal may do if nothing else is said: all that a terminal can ask for. */
#define ALL_OPS ((INT64_C(1) << GT_OP_VOID) - 2)

static void ops_text(int64_t ops, struct gt_buf *out)
{
    for (int op = GT_OP_PAY; op < GT_OP_VOID; op++) {
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

        while (op < GT_OP_VOID && (strlen(gt_op_name((enum gt_op)op)) != len ||
                                   strncmp(gt_op_name((enum gt_op)op), text, len) != 0))
            op++;
        if (op == GT_OP_VOID)
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

/* A secret: typed, or made and then to be shown. */
static enum gt_err new_secret(const struct gt_cmd *cmd, const char *terminal_no, bool from_stdin,
                              char plain[GT_SECRET_MAX], char hidden[201])
{
    uint8_t bytes[SECRET_BYTES];
    enum gt_err err;

    if (from_stdin) {
        err = gt_cmd_secret("secret", true, plain, GT_SECRET_MAX);
    } else {
        err = gt_random_system()->fill(gt_random_system()->ctx, bytes, sizeof(bytes));
        if (err == GT_OK)
            err = gt_base64_encode(bytes, sizeof(bytes), plain, GT_SECRET_MAX);
        gt_wipe(bytes, sizeof(bytes));
    }
    if (err == GT_OK)
        err = gt_terminal_hide(&cmd->keys, gt_random_system(), terminal_no, plain, hidden);
    return err;
}

static void tell_secret(const char *plain, bool from_stdin)
{
    if (!from_stdin)
        printf("Secret, shown this once: %s\n", plain);
}

/* --- add -------------------------------------------------------------------------------------- */

struct addition {
    struct gt_cmd *cmd;
    const char *org;
    struct gt_terminal given;
};

static enum gt_err add_in(struct gt_tx *tx, void *arg)
{
    struct addition *a = arg;
    struct gt_terminal terminal = a->given;
    struct gt_org org;
    char detail[120];

    if (!gt_org_by_code(tx, a->org, &org))
        return gt_tx_fail(tx, gt_err_set(GT_ERR_ABSENT, "there is no organisation %s", a->org));
    terminal.org_id = org.id;
    if (gt_terminal_add(tx, &terminal) != GT_OK)
        return gt_tx_err(tx);
    snprintf(detail, sizeof(detail), "kind=%s org=%s ops=%" PRIx64,
             gt_terminal_kind_name((enum gt_terminal_kind)terminal.kind), a->org,
             (uint64_t)terminal.ops);
    gt_oplog_add(tx, &a->cmd->logger, "terminal.add", terminal.terminal_no, detail);
    return gt_tx_err(tx);
}

static int read_addition(const struct gt_args *args, struct addition *a)
{
    const char *kind_name = gt_arg(args, "kind"), *ops = gt_arg(args, "ops");
    enum gt_terminal_kind kind;

    a->org = gt_arg(args, "org");
    if (!a->org)
        return gt_args_wrong(args, "--org CODE is missing");
    if (!kind_name || !gt_terminal_kind_find(kind_name, &kind))
        return gt_args_wrong(args, "--kind is pos, handheld, kiosk or pc");
    if (!gt_cmd_money(args, "limit-txn", &a->given.limit_txn) ||
        !gt_cmd_money(args, "limit-day", &a->given.limit_day))
        return GT_EXIT_USAGE;
    a->given.kind = kind;
    a->given.ops = ALL_OPS;
    if (ops && !read_ops(ops, &a->given.ops))
        return gt_args_wrong(args, "--ops is a list of pay, recharge, open, replace, rewrite, "
                                   "confirm and reverse");
    if (gt_str_copy(a->given.terminal_no, sizeof(a->given.terminal_no), args->operand[0]) != GT_OK)
        return gt_cmd_refuse("a terminal number has at most 20 characters");
    return GT_EXIT_OK;
}

static int run_add(struct gt_cmd *cmd, const struct gt_args *args)
{
    bool typed = gt_arg_given(args, "secret-stdin");
    struct addition a = {.cmd = cmd};
    char plain[GT_SECRET_MAX];
    int status = read_addition(args, &a);

    if (status != GT_EXIT_OK)
        return status;
    enum gt_err err = gt_cmd_open(cmd);
    if (err == GT_OK)
        err = new_secret(cmd, a.given.terminal_no, typed, plain, a.given.secret);
    if (err == GT_OK)
        err = gt_cmd_log(cmd);
    if (err == GT_OK)
        err = gt_key_next(cmd->src, "terminal", &a.given.id);
    if (err == GT_OK)
        err = gt_db_transact(cmd->db, "terminal.add", add_in, &a);
    if (err == GT_OK) {
        printf("Added terminal %s.\n", a.given.terminal_no);
        tell_secret(plain, typed);
    }
    gt_wipe(plain, sizeof(plain));
    return err == GT_OK ? GT_EXIT_OK : gt_cmd_fail(err);
}

/* --- change ----------------------------------------------------------------------------------- */

struct change {
    struct gt_cmd *cmd;
    const char *what;
    const char *terminal_no;
    int64_t state;    /* new state, 0: stays */
    char hidden[201]; /* new secret, "": stays */
};

static enum gt_err change_in(struct gt_tx *tx, void *arg)
{
    struct change *c = arg;
    struct gt_terminal terminal;
    char detail[80] = "";

    if (!gt_terminal_by_no(tx, c->terminal_no, &terminal))
        return gt_tx_fail(tx, gt_err_set(GT_ERR_ABSENT, "there is no terminal %s", c->terminal_no));
    if (c->state) {
        if (terminal.state == c->state)
            return GT_OK;
        snprintf(detail, sizeof(detail), "state %" PRId64 " -> %" PRId64, terminal.state, c->state);
        terminal.state = c->state;
    } else {
        memcpy(terminal.secret, c->hidden, sizeof(terminal.secret));
    }
    if (gt_terminal_change(tx, &terminal) != GT_OK)
        return gt_tx_err(tx);
    gt_oplog_add(tx, &c->cmd->logger, c->what, terminal.terminal_no, detail);
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
    printf("%s terminal %s.\n", done, c->terminal_no);
    return GT_EXIT_OK;
}

static int run_enable(struct gt_cmd *cmd, const struct gt_args *args)
{
    struct change c = {
        .what = "terminal.enable", .terminal_no = args->operand[0], .state = GT_ENABLED};
    enum gt_err err = gt_cmd_open(cmd);

    return err == GT_OK ? change(cmd, &c, "Enabled") : gt_cmd_fail(err);
}

static int run_disable(struct gt_cmd *cmd, const struct gt_args *args)
{
    struct change c = {
        .what = "terminal.disable", .terminal_no = args->operand[0], .state = GT_DISABLED};
    enum gt_err err = gt_cmd_open(cmd);

    return err == GT_OK ? change(cmd, &c, "Disabled") : gt_cmd_fail(err);
}

static int run_secret(struct gt_cmd *cmd, const struct gt_args *args)
{
    bool typed = gt_arg_given(args, "secret-stdin");
    struct change c = {.what = "terminal.secret", .terminal_no = args->operand[0]};
    char plain[GT_SECRET_MAX];

    if (strlen(c.terminal_no) >= GT_TERMINAL_NO_MAX)
        return gt_cmd_refuse("there is no terminal %s", c.terminal_no);
    enum gt_err err = gt_cmd_open(cmd);
    if (err == GT_OK)
        err = new_secret(cmd, c.terminal_no, typed, plain, c.hidden);
    int status = err == GT_OK ? change(cmd, &c, "New secret for") : gt_cmd_fail(err);
    if (status == GT_EXIT_OK)
        tell_secret(plain, typed);
    gt_wipe(plain, sizeof(plain));
    return status;
}

/* --- bind ------------------------------------------------------------------------------------- */

struct binding {
    struct gt_cmd *cmd;
    const char *terminal_no, *operator_no;
    int64_t id; /* key of the binding, 0: take it away */
};

static enum gt_err bind_in(struct gt_tx *tx, void *arg)
{
    struct binding *b = arg;
    struct gt_terminal terminal;
    struct gt_user user;
    char detail[60];

    if (!gt_terminal_by_no(tx, b->terminal_no, &terminal))
        return gt_tx_fail(tx, gt_err_set(GT_ERR_ABSENT, "there is no terminal %s", b->terminal_no));
    if (!gt_user_by_operator(tx, b->operator_no, &user))
        return gt_tx_fail(tx, gt_err_set(GT_ERR_ABSENT, "there is no operator %s", b->operator_no));
    if (b->id)
        gt_terminal_bind(tx, b->id, terminal.id, user.id);
    else
        gt_terminal_unbind(tx, terminal.id, user.id);
    snprintf(detail, sizeof(detail), "operator_no=%s", user.operator_no);
    gt_oplog_add(tx, &b->cmd->logger, b->id ? "terminal.bind" : "terminal.unbind",
                 terminal.terminal_no, detail);
    return gt_tx_err(tx);
}

static int run_bind(struct gt_cmd *cmd, const struct gt_args *args)
{
    bool bind = strcmp(args->verb->name, "bind") == 0;
    struct binding b = {
        .cmd = cmd, .terminal_no = args->operand[0], .operator_no = args->operand[1]};
    enum gt_err err = gt_cmd_open(cmd);

    if (err == GT_OK)
        err = gt_cmd_log(cmd);
    if (err == GT_OK && bind)
        err = gt_key_next(cmd->src, "binding", &b.id);
    if (err == GT_OK)
        err = gt_db_transact(cmd->db, bind ? "terminal.bind" : "terminal.unbind", bind_in, &b);
    if (err != GT_OK)
        return gt_cmd_fail(err);
    printf("Operator %s %s terminal %s.\n", b.operator_no, bind ? "bound to" : "taken off",
           b.terminal_no);
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

static const struct gt_verb verbs[] = {
    {"add", "NO", "Adds a terminal and shows its new secret, once.", 1, 1, add_options, run_add},
    {"list", "", "Lists terminals.", 0, 0, NULL, run_list},
    {"show", "NO", "Shows one, with the operators bound to it.", 1, 1, NULL, run_show},
    {"enable", "NO", "Lets it work again.", 1, 1, NULL, run_enable},
    {"disable", "NO", "Refuses all it sends.", 1, 1, NULL, run_disable},
    {"secret", "NO", "Gives it a new secret and shows it, once.", 1, 1, secret_options, run_secret},
    {"bind", "NO OPERATOR", "Only operators bound to it may use it.", 2, 2, NULL, run_bind},
    {"unbind", "NO OPERATOR", "Takes an operator off it.", 2, 2, NULL, run_bind},
    {NULL, NULL, NULL, 0, 0, NULL, NULL},
};

const struct gt_command gt_command_terminal = {"terminal", "terminals and their secrets", verbs};
