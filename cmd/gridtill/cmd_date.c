/*
 * gridtill date: the business date, and the clearing dates of marketing systems.
 *
 * Who cuts off names the date that ends: the same command again, by somebody else or by a script
 * that was run twice, then finds that it has ended, and does nothing.
 */
#include "commands.h"
#include "common.h"
#include "record.h"
#include "till/bizdate.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void minute_text(int64_t minute, char out[32])
{
    if (minute < 0)
        snprintf(out, 32, "off");
    else
        snprintf(out, 32, "%02" PRId64 ":%02" PRId64, minute / 60, minute % 60);
}

static const char *time_text(const struct gt_cmd *cmd, int64_t at, char out[GT_TIME_MAX])
{
    return at ? gt_time_format(at, cmd->conf.tz_minutes, out) : "";
}

/* The system that --system names, "" for the platform. */
static const char *system_of(const struct gt_args *args)
{
    const char *name = gt_arg(args, "system");

    return name ? name : "";
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
    gt_record_text(&r, "last_cut_off", 19, time_text(cmd, state.cut_at, time));
    gt_record_show(&r, cmd->json);
    return GT_EXIT_OK;
}

struct found {
    int64_t biz_date;
    struct gt_clearing clearing[GT_CLEARINGS_MAX];
    size_t n;
    struct gt_cutoff cutoff[50];
    size_t ncutoffs;
};

static enum gt_err read_in(struct gt_tx *tx, void *arg)
{
    struct found *f = arg;
    struct gt_state state;

    gt_state_read(tx, &state);
    if (gt_tx_err(tx) != GT_OK)
        return gt_tx_err(tx);
    f->biz_date = state.biz_date;
    f->n = gt_clearing_list(tx, f->clearing, GT_CLEARINGS_MAX);
    f->ncutoffs = gt_cutoffs_of(tx, -1, 0, f->cutoff, 50);
    return gt_tx_err(tx);
}

static enum gt_err read_all(struct gt_cmd *cmd, struct found *f)
{
    enum gt_err err = gt_cmd_open(cmd);

    return err == GT_OK ? gt_db_read(cmd->db, "date.list", read_in, f) : err;
}

static int run_systems(struct gt_cmd *cmd, const struct gt_args *args)
{
    struct gt_listing list = {.json = cmd->json};
    char minute[32], time[GT_TIME_MAX];
    struct found f;
    enum gt_err err = read_all(cmd, &f);

    (void)args;
    if (err != GT_OK)
        return gt_cmd_fail(err);
    for (size_t i = 0; i < f.n; i++) {
        const struct gt_clearing *c = &f.clearing[i];
        bool follows = gt_clearing_follows(c);
        struct gt_record r = {.n = 0};

        minute_text(gt_clearing_minute(c), minute);
        gt_record_text(&r, "system", 16, c->system);
        gt_record_int(&r, "clear_date", 10, follows ? f.biz_date : c->clear_date);
        gt_record_text(&r, "cut_off", 7, follows ? "with us" : minute);
        gt_record_text(&r, "last_cut_off", 19, time_text(cmd, c->cut_at, time));
        gt_listing_row(&list, &r);
    }
    gt_listing_end(&list);
    return GT_EXIT_OK;
}

static const char *name_of(const struct found *f, int64_t clearing_id)
{
    for (size_t i = 0; i < f->n; i++) {
        if (f->clearing[i].id == clearing_id)
            return f->clearing[i].system;
    }
    return "";
}

static int run_history(struct gt_cmd *cmd, const struct gt_args *args)
{
    struct gt_listing list = {.json = cmd->json};
    char time[GT_TIME_MAX];
    struct found f;
    enum gt_err err = read_all(cmd, &f);

    (void)args;
    if (err != GT_OK)
        return gt_cmd_fail(err);
    for (size_t i = 0; i < f.ncutoffs; i++) {
        const struct gt_cutoff *c = &f.cutoff[i];
        struct gt_record r = {.n = 0};

        gt_record_int(&r, "number", 6, c->seq);
        gt_record_text(&r, "system", 16, name_of(&f, c->clearing_id));
        gt_record_int(&r, "from", 8, c->from_date);
        gt_record_int(&r, "to", 8, c->to_date);
        gt_record_text(&r, "due", 19, time_text(cmd, c->due_at, time));
        gt_record_text(&r, "at", 19, time_text(cmd, c->at, time));
        gt_record_text(&r, "by", 16, c->by_whom);
        gt_listing_row(&list, &r);
    }
    gt_listing_end(&list);
    return GT_EXIT_OK;
}

static int run_cut(struct gt_cmd *cmd, const struct gt_args *args)
{
    const char *system = system_of(args);
    int64_t from = 0, to = 0;
    struct gt_refusal no = {.why = GT_WHY_NONE};

    if (!gt_cmd_date(args, "from", &from) || !gt_cmd_date(args, "to", &to))
        return GT_EXIT_USAGE;
    if (from == 0)
        return gt_args_wrong(args, "say which date ends (--from): gridtill date show tells it");
    enum gt_err err = gt_cmd_open(cmd);
    if (err == GT_OK)
        err = gt_cmd_log(cmd);
    if (err == GT_OK) {
        const struct gt_by by = gt_cmd_by(cmd);
        err = gt_date_cut(&by, system, from, to, &no);
    }
    if (no.why == GT_WHY_DATE_ENDED && no.n > from) {
        printf("%" PRId64 " has ended already: it is %" PRId64 ", nothing was done.\n", from, no.n);
        return GT_EXIT_OK;
    }
    if (err != GT_OK)
        return gt_cmd_fail(err);
    printf("The %s%s is %" PRId64 " now.\n", *system ? "clearing date of " : "business date",
           system, to ? to : gt_date_next(from));
    return GT_EXIT_OK;
}

static int run_schedule(struct gt_cmd *cmd, const struct gt_args *args)
{
    const char *system = system_of(args);
    struct gt_refusal no = {.why = GT_WHY_NONE};
    int64_t minute = GT_CUT_AS_DEFINED;

    if ((!*system || strcmp(args->operand[0], "defined") != 0) &&
        !gt_cmd_minute(args, args->operand[0], &minute))
        return GT_EXIT_USAGE;
    enum gt_err err = gt_cmd_open(cmd);
    if (err == GT_OK)
        err = gt_cmd_log(cmd);
    if (err == GT_OK) {
        const struct gt_by by = gt_cmd_by(cmd);
        err = gt_date_schedule(&by, system, minute, &no);
    }
    if (err != GT_OK)
        return gt_cmd_fail(err);
    printf("Cut-off%s%s: %s.\n", *system ? " of " : "", system, args->operand[0]);
    return GT_EXIT_OK;
}

#define OF_SYSTEM                                                      \
    {                                                                  \
        "system", "NAME", "the clearing date of this marketing system" \
    }

static const struct gt_option cut_options[] = {
    {"from", "DATE", "date that ends; once it has, the command does nothing"},
    {"to", "DATE", "date that begins, default: the day after"},
    OF_SYSTEM,
    {NULL, NULL, NULL},
};

static const struct gt_option schedule_options[] = {
    OF_SYSTEM,
    {NULL, NULL, NULL},
};

static const struct gt_verb verbs[] = {
    {"show", "", "Shows business date and schedule.", 0, 0, NULL, run_show},
    {"systems", "", "Lists the clearing dates of marketing systems.", 0, 0, NULL, run_systems},
    {"history", "", "Lists the last 50 moves of all dates.", 0, 0, NULL, run_history},
    {"cut", "", "Ends the business date now and closes open batches.", 0, 0, cut_options, run_cut},
    {"schedule", "HH:MM|off|defined",
     "Sets the time of the daily cut-off; 24:00 is midnight, \"defined\" what a system's "
     "definition\n"
     "says.",
     1, 1, schedule_options, run_schedule},
    {NULL, NULL, NULL, 0, 0, NULL, NULL},
};

const struct gt_command gt_command_date = {"date", "the business date and its cut-off", verbs};
