/*
 * gridtill org: the tree of organisations.
 *
 * An agent gets its credit account with it, in the same commit: its staff share that account.
 */
#include "access/org.h"
#include "base/buf.h"
#include "base/money.h"
#include "commands.h"
#include "common.h"
#include "record.h"
#include "till/account.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define PAGE 100

/* One change of one organisation. */
struct change {
    struct gt_cmd *cmd;
    const char *what; /* "org.rename" */
    const char *code;
    const char *name; /* new name, NULL: stays */
    int64_t state;    /* new state, 0: stays */
};

static void fill(struct gt_record *r, const struct gt_org *org)
{
    *r = (struct gt_record){.n = 0};
    gt_record_text(r, "code", 16, org->code);
    gt_record_text(r, "kind", 8, gt_org_kind_name((enum gt_org_kind)org->kind));
    gt_record_text(r, "state", 8, org->state == GT_ENABLED ? "enabled" : "disabled");
    gt_record_int(r, "id", 8, org->id);
    gt_record_int(r, "parent_id", 9, org->parent_id);
    gt_record_text(r, "path", 20, org->path);
    gt_record_text(r, "name", 24, org->name);
}

/* --- add -------------------------------------------------------------------------------------- */

struct addition {
    struct gt_cmd *cmd;
    const char *below;
    struct gt_org given; /* id, code, kind, name */
    int64_t account_id;  /* of an agent's account */
    int64_t limit;       /* its credit limit, fen */
};

static enum gt_err add_in(struct gt_tx *tx, void *arg)
{
    struct addition *a = arg;
    struct gt_org org = a->given;
    char detail[256], money[GT_MONEY_MAX];

    if (gt_org_add(tx, a->below, &org) != GT_OK)
        return gt_tx_err(tx);
    if (org.kind == GT_ORG_AGENT) {
        struct gt_account account = {.id = a->account_id,
                                     .kind = GT_ACCOUNT_AGENT,
                                     .owner_id = org.id,
                                     .org_id = org.id,
                                     .credit_limit = a->limit};

        if (gt_account_add(tx, &account) != GT_OK)
            return gt_tx_err(tx);
    }
    snprintf(detail, sizeof(detail), "kind=%s below=%s limit=%s",
             gt_org_kind_name((enum gt_org_kind)org.kind), a->below,
             gt_money_format(a->limit, money));
    gt_oplog_add(tx, &a->cmd->logger, "org.add", org.code, detail);
    return gt_tx_err(tx);
}

static int run_add(struct gt_cmd *cmd, const struct gt_args *args)
{
    const char *kind_name = gt_arg(args, "kind");
    struct addition a = {.cmd = cmd, .below = gt_arg(args, "below")};
    enum gt_org_kind kind;

    if (!a.below || !*a.below)
        return gt_args_wrong(args, "--below CODE is missing (the bureau is made by gridtill init)");
    if (!kind_name || !gt_org_kind_find(kind_name, &kind))
        return gt_args_wrong(args, "--kind is bureau, county, station or agent");
    if (gt_arg_given(args, "limit") && kind != GT_ORG_AGENT)
        return gt_args_wrong(args, "--limit is for an agent");
    if (!gt_cmd_money(args, "limit", &a.limit))
        return GT_EXIT_USAGE;
    a.given.kind = kind;

    enum gt_err err = gt_str_copy(a.given.code, sizeof(a.given.code), args->operand[0]);
    if (err == GT_OK)
        err = gt_str_copy(a.given.name, sizeof(a.given.name), args->operand[1]);
    if (err != GT_OK)
        return gt_cmd_refuse("code or name is too long");
    err = gt_cmd_open(cmd);
    if (err == GT_OK)
        err = gt_cmd_log(cmd);
    if (err == GT_OK)
        err = gt_key_next(cmd->src, "org", &a.given.id);
    if (err == GT_OK && kind == GT_ORG_AGENT)
        err = gt_key_next(cmd->src, "account", &a.account_id);
    if (err == GT_OK)
        err = gt_db_transact(cmd->db, "org.add", add_in, &a);
    if (err != GT_OK)
        return gt_cmd_fail(err);
    printf("Added %s %s.\n", kind_name, a.given.code);
    return GT_EXIT_OK;
}

/* --- change ----------------------------------------------------------------------------------- */

static enum gt_err change_in(struct gt_tx *tx, void *arg)
{
    struct change *c = arg;
    struct gt_org org;
    char detail[700];

    if (!gt_org_by_code(tx, c->code, &org))
        return gt_tx_fail(tx, gt_err_set(GT_ERR_ABSENT, "there is no organisation %s", c->code));
    if (c->name) {
        snprintf(detail, sizeof(detail), "name %s -> %s", org.name, c->name);
        if (gt_str_copy(org.name, sizeof(org.name), c->name) != GT_OK)
            return gt_tx_fail(tx, GT_ERR_TOOBIG);
    } else {
        if (org.state == c->state)
            return GT_OK;
        snprintf(detail, sizeof(detail), "state %" PRId64 " -> %" PRId64, org.state, c->state);
        org.state = c->state;
    }
    if (gt_org_change(tx, &org) != GT_OK)
        return gt_tx_err(tx);
    gt_oplog_add(tx, &c->cmd->logger, c->what, org.code, detail);
    return gt_tx_err(tx);
}

static int change(struct gt_cmd *cmd, struct change *c, const char *done)
{
    c->cmd = cmd;
    enum gt_err err = gt_cmd_open(cmd);
    if (err == GT_OK)
        err = gt_cmd_log(cmd);
    if (err == GT_OK)
        err = gt_db_transact(cmd->db, c->what, change_in, c);
    if (err != GT_OK)
        return gt_cmd_fail(err);
    printf("%s %s.\n", done, c->code);
    return GT_EXIT_OK;
}

static int run_enable(struct gt_cmd *cmd, const struct gt_args *args)
{
    struct change c = {.what = "org.enable", .code = args->operand[0], .state = GT_ENABLED};

    return change(cmd, &c, "Enabled");
}

static int run_disable(struct gt_cmd *cmd, const struct gt_args *args)
{
    struct change c = {.what = "org.disable", .code = args->operand[0], .state = GT_DISABLED};

    return change(cmd, &c, "Disabled");
}

static int run_rename(struct gt_cmd *cmd, const struct gt_args *args)
{
    struct change c = {.what = "org.rename", .code = args->operand[0], .name = args->operand[1]};

    return change(cmd, &c, "Renamed");
}

/* --- show and list ---------------------------------------------------------------------------- */

struct page {
    const char *code; /* one: by code */
    char after[201];  /* many: behind this path */
    struct gt_org orgs[PAGE];
    size_t n;
};

static enum gt_err read_one(struct gt_tx *tx, void *arg)
{
    struct page *p = arg;

    p->n = gt_org_by_code(tx, p->code, &p->orgs[0]) ? 1 : 0;
    return gt_tx_err(tx);
}

static enum gt_err read_page(struct gt_tx *tx, void *arg)
{
    struct page *p = arg;

    p->n = gt_org_page(tx, p->after, p->orgs, PAGE);
    return gt_tx_err(tx);
}

static int run_show(struct gt_cmd *cmd, const struct gt_args *args)
{
    struct page p = {.code = args->operand[0]};
    struct gt_record r;
    enum gt_err err = gt_cmd_open(cmd);

    if (err == GT_OK)
        err = gt_db_read(cmd->db, "org.show", read_one, &p);
    if (err != GT_OK)
        return gt_cmd_fail(err);
    if (p.n == 0)
        return gt_cmd_refuse("there is no organisation %s", p.code);
    fill(&r, &p.orgs[0]);
    gt_record_show(&r, cmd->json);
    return GT_EXIT_OK;
}

static int run_list(struct gt_cmd *cmd, const struct gt_args *args)
{
    struct page p = {.n = PAGE};
    struct gt_listing list = {.json = cmd->json};
    struct gt_record r;
    enum gt_err err = gt_cmd_open(cmd);

    (void)args;
    while (err == GT_OK && p.n == PAGE) {
        err = gt_db_read(cmd->db, "org.list", read_page, &p);
        for (size_t i = 0; err == GT_OK && i < p.n; i++) {
            fill(&r, &p.orgs[i]);
            gt_listing_row(&list, &r);
        }
        if (err == GT_OK && p.n > 0)
            err = gt_str_copy(p.after, sizeof(p.after), p.orgs[p.n - 1].path);
    }
    if (err != GT_OK)
        return gt_cmd_fail(err);
    gt_listing_end(&list);
    return GT_EXIT_OK;
}

static const struct gt_option add_options[] = {
    {"below", "CODE", "organisation above it"},
    {"kind", "KIND", "bureau, county, station or agent"},
    {"limit", "YUAN", "credit limit of an agent, default 0"},
    {NULL, NULL, NULL},
};

static const struct gt_verb verbs[] = {
    {"add", "CODE NAME", "Adds an organisation.", 2, 2, add_options, run_add},
    {"list", "", "Lists the tree.", 0, 0, NULL, run_list},
    {"show", "CODE", "Shows one.", 1, 1, NULL, run_show},
    {"enable", "CODE", "Lets it, and what is below it, work again.", 1, 1, NULL, run_enable},
    {"disable", "CODE", "Stops all business of it and of what is below it.", 1, 1, NULL,
     run_disable},
    {"rename", "CODE NAME", "Gives it another name.", 2, 2, NULL, run_rename},
    {NULL, NULL, NULL, 0, 0, NULL, NULL},
};

const struct gt_command gt_command_org = {"org", "the tree of organisations", verbs};
