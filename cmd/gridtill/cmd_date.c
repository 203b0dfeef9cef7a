/*
 * gridtill date: the business date.
 *
 * The cut-off leaves its own record (gt_cutoff) in the commit that moves the date, with who did it;
 * the operation log tells of it besides.
 */
#include "base/buf.h"
#include "commands.h"
#include "common.h"
#include "record.h"
#include "till/bizdate.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void make_till(const struct gt_cmd *cmd, struct gt_till *till)
{
    *till = (struct gt_till){.db = cmd->db,
                             .keys = cmd->src,
                             .clock = gt_clock_system(),
                             .tz_minutes = cmd->conf.tz_minutes};
}

static void minute_text(int64_t minute, char out[32])
{
    if (minute < 0)
        snprintf(out, 32, "off");
    else
        snprintf(out, 32, "%02" PRId64 ":%02" PRId64, minute / 60, minute % 60);
}

struct entry {
    struct gt_cmd *cmd;
    const char *what, *detail;
};

static enum gt_err log_in(struct gt_tx *tx, void *arg)
{
    struct entry *e = arg;

    gt_oplog_add(tx, &e->cmd->logger, e->what, "business date", e->detail);
    return gt_tx_err(tx);
}

static enum gt_err log_it(struct gt_cmd *cmd, const char *what, const char *detail)
{
    struct entry e = {.cmd = cmd, .what = what, .detail = detail};

    return gt_db_transact(cmd->db, what, log_in, &e);
}

static int run_show(struct gt_cmd *cmd, const struct gt_args *args)
{
    char minute[32], time[GT_TIME_MAX];
    struct gt_record r = {.n = 0};
    struct gt_state state;
    enum gt_err err = gt_cmd_open(cmd);

    (void)args;
    if (err == GT_OK)
        err = gt_bizdate_get(cmd->db, &state);
    if (err != GT_OK)
        return gt_cmd_fail(err);
    minute_text(state.cut_minute, minute);
    gt_record_int(&r, "biz_date", 8, state.biz_date);
    gt_record_text(&r, "state", 8, state.state == GT_TRADING ? "trading" : "clearing");
    gt_record_text(&r, "cut_off", 5, minute);
    gt_record_text(&r, "last_cut_off", 19,
                   state.cut_at ? gt_time_format(state.cut_at, cmd->conf.tz_minutes, time) : "");
    gt_record_show(&r, cmd->json);
    return GT_EXIT_OK;
}

static int run_cut(struct gt_cmd *cmd, const struct gt_args *args)
{
    int64_t from = 0, to = 0;
    struct gt_state state;
    struct gt_till till;
    char detail[80];

    if (!gt_cmd_date(args, "from", &from) || !gt_cmd_date(args, "to", &to))
        return GT_EXIT_USAGE;
    enum gt_err err = gt_cmd_open(cmd);
    if (err == GT_OK)
        err = gt_bizdate_get(cmd->db, &state);
    if (err == GT_OK)
        err = gt_cmd_log(cmd);
    if (err != GT_OK)
        return gt_cmd_fail(err);
    if (from == 0)
        from = state.biz_date;
    if (to == 0)
        to = gt_date_next(from);
    make_till(cmd, &till);
    err = gt_bizdate_cut(&till, from, to, cmd->logger.who);
    snprintf(detail, sizeof(detail), "%" PRId64 " -> %" PRId64, from, to);
    if (err == GT_OK)
        err = log_it(cmd, "date.cut", detail);
    if (err != GT_OK)
        return gt_cmd_fail(err);
    printf("The business date is %" PRId64 " now.\n", to);
    return GT_EXIT_OK;
}

static int run_schedule(struct gt_cmd *cmd, const struct gt_args *args)
{
    char before[32], after[32], detail[80];
    struct gt_state state;
    struct gt_till till;
    int64_t minute;

    if (!gt_cmd_minute(args, args->operand[0], &minute))
        return GT_EXIT_USAGE;
    enum gt_err err = gt_cmd_open(cmd);
    if (err == GT_OK)
        err = gt_bizdate_get(cmd->db, &state);
    if (err == GT_OK)
        err = gt_cmd_log(cmd);
    if (err != GT_OK)
        return gt_cmd_fail(err);
    make_till(cmd, &till);
    err = gt_bizdate_schedule(&till, minute);
    minute_text(state.cut_minute, before);
    minute_text(minute, after);
    snprintf(detail, sizeof(detail), "cut-off %s -> %s", before, after);
    if (err == GT_OK)
        err = log_it(cmd, "date.schedule", detail);
    if (err != GT_OK)
        return gt_cmd_fail(err);
    printf("Cut-off: %s.\n", after);
    return GT_EXIT_OK;
}

static const struct gt_option cut_options[] = {
    {"from", "DATE", "date that must end, so that two people do not cut off twice"},
    {"to", "DATE", "date that begins, default: the day after"},
    {NULL, NULL, NULL},
};

static const struct gt_verb verbs[] = {
    {"show", "", "Shows business date and schedule.", 0, 0, NULL, run_show},
    {"cut", "", "Ends the business date now and closes open batches.", 0, 0, cut_options, run_cut},
    {"schedule", "HH:MM|off", "Sets the time of the daily cut-off.", 1, 1, NULL, run_schedule},
    {NULL, NULL, NULL, 0, 0, NULL, NULL},
};

const struct gt_command gt_command_date = {"date", "the business date and its cut-off", verbs};
