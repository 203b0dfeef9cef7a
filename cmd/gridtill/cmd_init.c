/*
 * gridtill init: key file, store, schema, state, and the bureau at the top of the tree.
 *
 * The keys come first and are never made anew for a store that is there: its seals and secrets
 * could not be read any more.
 */
#include "access/org.h"
#include "access/state.h"
#include "base/buf.h"
#include "commands.h"
#include "common.h"
#include "demo.h"
#include "store/copy.h"
#include "store/schema.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct beginning {
    struct gt_cmd *cmd;
    int64_t biz_date, cut_minute;
    struct gt_org given; /* the bureau: id, code, kind, name */
};

static enum gt_err begin_in(struct gt_tx *tx, void *arg)
{
    struct beginning *b = arg;
    struct gt_org org = b->given;
    char detail[80];

    if (gt_state_create(tx, b->biz_date, b->cut_minute) != GT_OK || gt_roles_ensure(tx) != GT_OK ||
        gt_org_add(tx, "", &org) != GT_OK)
        return gt_tx_err(tx);
    int n = snprintf(detail, sizeof(detail), "date=%" PRId64, b->biz_date);
    if (b->cut_minute >= 0)
        snprintf(detail + n, sizeof(detail) - (size_t)n, " cut_off=%02d:%02d",
                 (int)(b->cut_minute / 60), (int)(b->cut_minute % 60));
    gt_oplog_add(tx, &b->cmd->logger, "platform.init", org.code, detail);
    return gt_tx_err(tx);
}

struct look {
    bool initialised;
};

/* Looks for the platform's row; its seal does not matter. */
static enum gt_err look_unsealed(struct gt_tx *tx, void *arg)
{
    struct look *look = arg;

    look->initialised = gt_tx_one(tx, gt_state_row.find, GT_INT(1));
    return gt_tx_err(tx);
}

/* Fails if the store holds a platform already: called where its keys are not there. */
static enum gt_err check_unused(const struct gt_cmd *cmd)
{
    struct gt_db_conf conf = gt_cmd_store_conf(cmd);
    struct look look = {false};
    struct gt_db *db = NULL;
    int version = 0;

    enum gt_err err = gt_db_open(&conf, &db);
    if (err == GT_ERR_ABSENT)
        return GT_OK;
    if (err == GT_OK)
        err = gt_schema_version(db, &version);
    if (err == GT_OK && version > 0)
        err = gt_db_read(db, "init.unused", look_unsealed, &look);
    gt_db_close(db);
    if (err == GT_OK && look.initialised)
        err = gt_err_set(GT_ERR_DENIED,
                         "%s is there but its key file %s is not: bring it back from the backup",
                         gt_cmd_store(cmd), cmd->conf.keys);
    return err;
}

/* Fails if the store waits for the rest of a copy. */
static enum gt_err check_no_copy(const struct gt_cmd *cmd)
{
    bool begun;
    enum gt_err err = gt_copy_begun(cmd->db, &begun);

    if (err == GT_OK && begun)
        err =
            gt_err_set(GT_ERR_CONFIG,
                       "a copy into %s was begun and has not ended: go on with gridtill store copy",
                       gt_cmd_store(cmd));
    return err;
}

/* Key file and store, made where they are not there. */
static enum gt_err make_files(struct gt_cmd *cmd)
{
    enum gt_err err = GT_OK;
    int applied;

    if (access(cmd->conf.keys, F_OK) != 0)
        err = check_unused(cmd);
    if (err == GT_OK)
        err = gt_keys_create(cmd->conf.keys, gt_random_system());
    if (err == GT_ERR_EXISTS)
        err = GT_OK;
    if (err == GT_OK)
        err = gt_cmd_open_store(cmd, true);
    if (err == GT_OK)
        err = check_no_copy(cmd);
    if (err == GT_OK)
        err = gt_migrate(cmd->db, cmd->conf.sql, &applied);
    if (err == GT_OK)
        err = gt_cmd_open_keys(cmd);
    return err;
}

static enum gt_err look_in(struct gt_tx *tx, void *arg)
{
    struct look *look = arg;
    struct gt_state state;

    look->initialised = gt_state_peek(tx, &state);
    return gt_tx_err(tx);
}

/* Reads what was typed into `b`; GT_EXIT_OK, or how the command ends. */
static int read_beginning(const struct gt_args *args, struct beginning *b)
{
    const char *code = gt_arg(args, "bureau"), *cut_off = gt_arg(args, "cut-off");
    const char *name = args->operand[0];
    bool demo = gt_arg_given(args, "demo");

    if (!code && !name && demo) {
        code = GT_DEMO_BUREAU;
        name = GT_DEMO_BUREAU_NAME;
    }
    if (!code || !name)
        return gt_args_wrong(args, "wanted: --bureau CODE NAME, or --demo");
    if (cut_off && !gt_cmd_minute(args, cut_off, &b->cut_minute))
        return GT_EXIT_USAGE;
    b->given.kind = GT_ORG_BUREAU;
    if (gt_str_copy(b->given.code, sizeof(b->given.code), code) != GT_OK ||
        gt_str_copy(b->given.name, sizeof(b->given.name), name) != GT_OK)
        return gt_cmd_refuse("code or name is too long");
    return GT_EXIT_OK;
}

static enum gt_err begin(struct gt_cmd *cmd, struct beginning *b)
{
    enum gt_err err = gt_cmd_log(cmd);

    if (err == GT_OK)
        err = gt_key_next(cmd->src, "org", &b->given.id);
    b->biz_date = gt_time_date(gt_now(gt_clock_system()), cmd->conf.tz_minutes);
    if (err == GT_OK)
        err = gt_db_transact(cmd->db, "init", begin_in, b);
    if (err == GT_OK)
        printf("Initialised %s: %s, business date %" PRId64 ".\n", gt_cmd_store(cmd), b->given.code,
               b->biz_date);
    return err;
}

static int run(struct gt_cmd *cmd, const struct gt_args *args)
{
    struct beginning b = {.cmd = cmd, .cut_minute = -1};
    bool demo = gt_arg_given(args, "demo");
    struct look look = {false};
    int status = read_beginning(args, &b);

    if (status != GT_EXIT_OK)
        return status;
    enum gt_err err = gt_cmd_load(cmd);
    if (err == GT_OK)
        err = make_files(cmd);
    if (err == GT_OK)
        err = gt_db_read(cmd->db, "init", look_in, &look);
    if (err == GT_OK && look.initialised && !demo)
        return gt_cmd_refuse("%s is initialised already; nothing was changed", gt_cmd_store(cmd));
    if (err == GT_OK && !look.initialised)
        err = begin(cmd, &b);
    if (err == GT_OK && demo)
        err = gt_demo_make(cmd);
    return err == GT_OK ? GT_EXIT_OK : gt_cmd_fail(err);
}

static const struct gt_option options[] = {
    {"bureau", "CODE", "code of the bureau at the top; its name is the operand"},
    {"cut-off", "HH:MM|off", "time of the daily cut-off, default off: by hand"},
    {"demo", NULL, "adds users and terminals to try it with; keeps what is there"},
    {NULL, NULL, NULL},
};

static const struct gt_verb verbs[] = {
    {"", "NAME", "Makes key file, store and the bureau: gridtill init --bureau CODE NAME.", 0, 1,
     options, run},
    {NULL, NULL, NULL, 0, 0, NULL, NULL},
};

const struct gt_command gt_command_init = {"init", "make the platform's store", verbs};
