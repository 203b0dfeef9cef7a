/*
 * gridtill reconcile: with a marketing system, now, by hand.
 *
 * The worker does the same on its own after a date has ended; both claim the run, so they never do
 * it at once.
 */
#include "base/log.h"
#include "base/money.h"
#include "base/template.h"
#include "base/text.h"
#include "books/reconcile.h"
#include "commands.h"
#include "common.h"
#include "link/link.h"
#include "record.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define KEY_BLOCK    100
#define SLOT_WAIT_MS 5000
/* A run that died leaves its claim for a while. */
#define WAIT_S 30

struct show {
    bool counts; /* progress is a line that is written over */
};

static void tell(void *arg, const struct gt_recon_job *job)
{
    const struct show *show = arg;
    const char *phase = gt_recon_phase_name(job->phase);

    if (!show->counts)
        return;
    if (job->total)
        fprintf(stderr, "\r\033[K%s: %" PRId64 " of %" PRId64, phase, job->done, job->total);
    else if (job->done)
        fprintf(stderr, "\r\033[K%s: %" PRId64, phase, job->done);
    else
        fprintf(stderr, "\r\033[K%s", phase);
}

static void show_result(const struct gt_recon *recon, bool json)
{
    struct gt_record r = {.n = 0};

    gt_record_text(&r, "system", 16, recon->system);
    gt_record_int(&r, "date", 8, recon->biz_date);
    gt_record_text(&r, "state", 8, gt_recon_state_name(recon->state));
    gt_record_text(&r, "looked_at", 6, recon->lined ? "lines" : "totals");
    gt_record_int(&r, "ours", 10, recon->ours_count);
    gt_record_money(&r, "ours_amount", 16, recon->ours_amount);
    gt_record_int(&r, "theirs", 10, recon->theirs_count);
    gt_record_money(&r, "theirs_amount", 16, recon->theirs_amount);
    gt_record_int(&r, "lines", 10, recon->lines);
    gt_record_int(&r, "matched", 10, recon->matched);
    gt_record_int(&r, "other_date", 10, recon->n_date);
    gt_record_int(&r, "amount", 10, recon->n_amount);
    gt_record_int(&r, "state_differs", 10, recon->n_state);
    gt_record_int(&r, "only_ours", 10, recon->n_ours);
    gt_record_int(&r, "only_theirs", 10, recon->n_theirs);
    gt_record_int(&r, "twice", 10, recon->n_twice);
    gt_record_int(&r, "in_doubt", 10, recon->doubt);
    gt_record_text(&r, "why", 40, recon->why);
    gt_record_show(&r, json);
}

struct entry {
    struct gt_cmd *cmd;
    const char *system;
    int64_t date;
    bool lined;
};

/* Who ran it by hand stands in the operation log. */
static enum gt_err log_in(struct gt_tx *tx, void *arg)
{
    const struct entry *e = arg;
    char object[40];

    (void)snprintf(object, sizeof(object), "%s %" PRId64, e->system, e->date);
    gt_oplog_add(tx, &e->cmd->logger, "recon.run", object, e->lined ? "line by line" : "");
    return gt_tx_err(tx);
}

static enum gt_err run_waiting(const struct gt_recon_conf *conf, const char *system, int64_t date,
                               bool lined, const char *who, struct gt_recon *recon)
{
    enum gt_err err;

    for (int waited = 0;; waited++) {
        err = gt_recon_run(conf, system, date, lined, who, recon);
        if (err != GT_ERR_BUSY || waited == WAIT_S)
            return err;
        if (waited == 0)
            fprintf(stderr, "Another run of it goes on, or died a moment ago: waiting.\n");
        (void)sleep(1);
    }
}

static int reconcile(struct gt_cmd *cmd, const char *system, int64_t date, bool lined, bool json,
                     struct gt_link *link)
{
    struct show show = {.counts = isatty(STDERR_FILENO)};
    struct gt_till till = {.db = cmd->db,
                           .keys = cmd->src,
                           .clock = gt_clock_system(),
                           .upstreams = gt_link_upstreams(link),
                           .tz_minutes = cmd->conf.tz_minutes,
                           .answer_ms = cmd->conf.answer_ms,
                           .slot_wait_ms = SLOT_WAIT_MS,
                           .lease_ms = cmd->conf.answer_ms};
    struct gt_recon_conf conf = {.till = &till,
                                 .folder = cmd->conf.statements,
                                 .retry_ms = cmd->conf.retry_ms,
                                 .progress = tell,
                                 .arg = &show};
    struct entry entry = {.cmd = cmd, .system = system, .date = date, .lined = lined};
    struct gt_recon recon;

    if (!gt_upstream_named(till.upstreams, system))
        return gt_cmd_refuse("There is no marketing system %s.", system);
    enum gt_err err = gt_db_transact(cmd->db, "recon.log", log_in, &entry);
    if (err != GT_OK)
        return gt_cmd_fail(err);
    err = run_waiting(&conf, system, date, lined, cmd->logger.who, &recon);

    if (show.counts)
        fprintf(stderr, "\r\033[K");
    if (err == GT_ERR_ABSENT)
        return gt_cmd_refuse("Marketing system %s tells neither totals nor lines of its days.",
                             system);
    if (err != GT_OK)
        return gt_cmd_fail(err);
    show_result(&recon, json);
    if (recon.state == GT_RECON_FAILED)
        return gt_cmd_refuse("%s %" PRId64 " could not be reconciled: %s. Run it again later.",
                             system, date, recon.why);
    return recon.state == GT_RECON_DIFFERS ? GT_EXIT_DIFFERS : GT_EXIT_OK;
}

static int run(struct gt_cmd *cmd, const struct gt_args *args)
{
    struct gt_link *link = NULL;
    int64_t date = 0;

    if (gt_int_parse(args->operand[1], &date) != GT_OK || !gt_date_valid(date))
        return gt_args_wrong(args, "%s is no date: give yyyymmdd", args->operand[1]);
    cmd->key_block = KEY_BLOCK;
    enum gt_err err = gt_cmd_open(cmd);
    if (err == GT_OK)
        err = gt_cmd_log(cmd);
    if (err == GT_OK)
        err = gt_tmpl_start();
    if (err == GT_OK)
        err = gt_link_new(&cmd->conf, gt_clock_system(), 2, &link);
    if (err != GT_OK)
        return gt_cmd_fail(err);
    gt_log_level(GT_LOG_ERROR);
    int status =
        reconcile(cmd, args->operand[0], date, gt_arg_given(args, "lines"), args->json, link);
    gt_link_free(link);
    return status;
}

static const struct gt_option options[] = {
    {"lines", NULL, "line by line, even if the totals agree"},
    {NULL, NULL, NULL},
};

static const struct gt_verb verbs[] = {
    {"", "SYSTEM DATE",
     "Compares what a marketing system booked on a date with the journal; differences become "
     "items.\n"
     "Run again it changes nothing.  Exit status: 0 both agree, 3 they differ, 1 it could not be\n"
     "done, 2 wrong use.",
     2, 2, options, run},
    {NULL, NULL, NULL, 0, 0, NULL, NULL},
};

const struct gt_command gt_command_reconcile = {"reconcile", "reconcile with a marketing system",
                                                verbs};
