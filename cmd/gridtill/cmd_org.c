/*
 * gridtill org: the tree of organisations.
 *
 * An agent gets its credit account with it, in the same commit: its staff share that account.
 */
#include "access/org.h"
#include "base/buf.h"
#include "commands.h"
#include "common.h"
#include "record.h"
#include "till/manage.h"

#include <stdio.h>

#define PAGE 100

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

static int run_add(struct gt_cmd *cmd, const struct gt_args *args)
{
    const char *kind_name = gt_arg(args, "kind"), *below = gt_arg(args, "below");
    struct gt_org_form form = {.code = args->operand[0], .name = args->operand[1]};
    struct gt_refusal no;
    int64_t id;

    if (!below || !*below)
        return gt_args_wrong(args, "--below CODE is missing (the bureau is made by gridtill init)");
    if (!kind_name || !gt_org_kind_find(kind_name, &form.kind))
        return gt_args_wrong(args, "--kind is bureau, county, station or agent");
    if (gt_arg_given(args, "limit") && form.kind != GT_ORG_AGENT)
        return gt_args_wrong(args, "--limit is for an agent");
    if (!gt_cmd_money(args, "limit", &form.limit))
        return GT_EXIT_USAGE;

    enum gt_err err = gt_cmd_open(cmd);
    struct gt_by by = gt_cmd_by(cmd);
    if (err == GT_OK)
        err = gt_cmd_log(cmd);
    if (err == GT_OK)
        err = gt_cmd_find(cmd, GT_CMD_ORG, below, &form.parent_id);
    if (err == GT_OK)
        err = gt_org_make(&by, &form, &id, &no);
    if (err != GT_OK)
        return gt_cmd_fail(err);
    printf("Added %s %s.\n", kind_name, form.code);
    return GT_EXIT_OK;
}

/* --- change ----------------------------------------------------------------------------------- */

/* Opens the store and finds the organisation that the first operand names. */
static enum gt_err begin(struct gt_cmd *cmd, const struct gt_args *args, int64_t *id)
{
    enum gt_err err = gt_cmd_open(cmd);

    if (err == GT_OK)
        err = gt_cmd_log(cmd);
    if (err == GT_OK)
        err = gt_cmd_find(cmd, GT_CMD_ORG, args->operand[0], id);
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
        err = gt_org_enable(&by, id, 0, enable, gt_arg(args, "reason"), &no);
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

static int run_rename(struct gt_cmd *cmd, const struct gt_args *args)
{
    struct gt_refusal no;
    int64_t id;
    enum gt_err err = begin(cmd, args, &id);
    struct gt_by by = gt_cmd_by(cmd);

    if (err == GT_OK)
        err = gt_org_rename(&by, id, 0, args->operand[1], &no);
    return finish(err, "Renamed", args);
}

static int run_move(struct gt_cmd *cmd, const struct gt_args *args)
{
    struct gt_refusal no;
    int64_t id, below;
    enum gt_err err = begin(cmd, args, &id);
    struct gt_by by = gt_cmd_by(cmd);

    if (err == GT_OK)
        err = gt_cmd_find(cmd, GT_CMD_ORG, args->operand[1], &below);
    if (err == GT_OK)
        err = gt_org_move(&by, id, 0, below, &no);
    return finish(err, "Moved", args);
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

static const struct gt_option reason_options[] = {
    {"reason", "TEXT", "why, for the history"},
    {NULL, NULL, NULL},
};

static const struct gt_verb verbs[] = {
    {"add", "CODE NAME", "Adds an organisation.", 2, 2, add_options, run_add},
    {"list", "", "Lists the tree.", 0, 0, NULL, run_list},
    {"show", "CODE", "Shows one.", 1, 1, NULL, run_show},
    {"enable", "CODE", "Lets it, and what is below it, work again.", 1, 1, reason_options,
     run_enable},
    {"disable", "CODE", "Stops all business of it and of what is below it.", 1, 1, reason_options,
     run_disable},
    {"move", "CODE BELOW", "Puts it, with all below it, under another one.", 2, 2, NULL, run_move},
    {"rename", "CODE NAME", "Gives it another name.", 2, 2, NULL, run_rename},
    {NULL, NULL, NULL, 0, 0, NULL, NULL},
};

const struct gt_command gt_command_org = {"org", "the tree of organisations", verbs};
