/*
 * A run from its claim to its end; what each step is, is told in reconcile.h.
 */
#include "books/reconcile_run.h"

#include "access/param.h"
#include "base/log.h"
#include "base/step.h"
#include "base/text.h"
#include "till/resolve.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- in doubt -----------------------------------------------------------------------------------
 */

static enum gt_err settle_doubt(struct gt_recon_run_state *r)
{
    enum gt_err err = gt_recon_phase(r, GT_RECON_DOUBT);

    if (err == GT_OK)
        err = gt_resolve_range(r->conf->till, r->system, GT_RECON_FIRST(r->date),
                               GT_RECON_FIRST(r->date + 1), r->conf->retry_ms);
    GT_STEP("recon.settled");
    return err;
}

/* --- totals -------------------------------------------------------------------------------------
 */

/* Ours: what stands, and what is in doubt. */
static enum gt_err sum_ours(struct gt_recon_run_state *r)
{
    struct gt_recon_journal *journal = NULL;
    const struct gt_recon_ours *ours = NULL;
    struct gt_recon *recon = &r->recon;
    int64_t n = 0;
    enum gt_err err =
        gt_recon_journal_open(r, gt_date_before(r->date), gt_date_next(r->date), &journal);

    while (err == GT_OK && (err = gt_recon_journal_next(journal, &ours)) == GT_OK && ours) {
        if (ours->date == r->date && gt_recon_stands(ours)) {
            recon->ours_count++;
            if (__builtin_add_overflow(recon->ours_amount, ours->amount, &recon->ours_amount))
                err = gt_err_set(GT_ERR_RANGE, "the money of a day is beyond all bounds");
        }
        recon->doubt += ours->date == r->date && ours->state == GT_TXN_PENDING;
        if (err == GT_OK && ++n % 4096 == 0)
            err = gt_recon_tick(r, n, 0);
    }
    gt_recon_journal_close(journal);
    return err;
}

/* Theirs.  GT_ERR_BUSY: no answer that can be believed. */
static enum gt_err ask_totals(struct gt_recon_run_state *r)
{
    const struct gt_till *till = r->conf->till;
    struct gt_up_request request = {.op = GT_UP_TOTALS, .biz_date = r->date};
    struct gt_up_reply reply;
    enum gt_err err = r->up->admit(r->up->ctx, till->slot_wait_ms);

    if (err != GT_OK)
        return gt_err_add(GT_ERR_BUSY, "totals");
    request.sent_at = gt_now(till->clock);
    r->up->call(r->up->ctx, &request, till->answer_ms, &reply);
    r->up->leave(r->up->ctx);
    if (reply.class != GT_UP_OK)
        return gt_err_set(GT_ERR_BUSY, "totals: %s %s", reply.code, reply.text);
    r->recon.theirs_count = reply.total_count;
    r->recon.theirs_amount = reply.total_amount;
    return GT_OK;
}

/* Whether it has to be looked at line by line. */
static enum gt_err compare_totals(struct gt_recon_run_state *r, bool *lined)
{
    const struct gt_recon *recon = &r->recon;
    bool open = false;
    enum gt_err err = gt_recon_phase(r, GT_RECON_TOTALS);

    if (err == GT_OK)
        err = sum_ours(r);
    if (err == GT_OK && r->up->totals)
        err = ask_totals(r);
    if (err == GT_OK)
        err = gt_recon_open_items(r, &open);
    *lined = r->lined || open || !r->up->totals || recon->ours_count != recon->theirs_count ||
             recon->ours_amount != recon->theirs_amount;
    GT_STEP("recon.compared");
    return err;
}

/* --- line by line -------------------------------------------------------------------------------
 */

/* A file without a name for what is left to look for. */
static FILE *left_file(const char *folder)
{
    int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    FILE *file = fd >= 0 ? fdopen(fd, "w+") : tmpfile();

    if (!file && fd >= 0)
        (void)close(fd);
    return file;
}

static enum gt_err make_left(const struct gt_recon_run_state *r, FILE **left)
{
    *left = left_file(r->conf->folder);
    return *left ? GT_OK : gt_err_sys(GT_ERR_IO, errno, "%s", r->conf->folder);
}

/* Looks for what is left in the statement of a day beside; where there is none, all stays left. */
static enum gt_err look_beside(struct gt_recon_run_state *r, int64_t date, FILE **left)
{
    struct gt_sort *lines = NULL;
    FILE *still = NULL;
    bool any = ftell(*left) > 0;
    enum gt_err err = any ? gt_recon_statement(r, date, &lines) : GT_ERR_ABSENT;

    /* The next day may not be over, or its statement wrong: that is its own run's matter. */
    if (err == GT_ERR_ABSENT || err == GT_ERR_SYNTAX || err == GT_ERR_BUSY)
        return GT_OK;
    if (err == GT_OK)
        err = make_left(r, &still);
    if (err == GT_OK)
        err = gt_recon_beside(r, *left, lines, date, still);
    gt_sort_free(lines);
    if (err == GT_OK) {
        (void)fclose(*left);
        *left = still;
    } else if (still) {
        (void)fclose(still);
    }
    return err;
}

static enum gt_err look_for_left(struct gt_recon_run_state *r, FILE **left)
{
    enum gt_err err = gt_recon_phase(r, GT_RECON_NEAR);

    if (err == GT_OK)
        err = look_beside(r, gt_date_before(r->date), left);
    if (err == GT_OK)
        err = look_beside(r, gt_date_next(r->date), left);
    if (err == GT_OK)
        err = gt_recon_phase(r, GT_RECON_ASK);
    return err == GT_OK ? gt_recon_ask(r, *left) : err;
}

static enum gt_err match_lines(struct gt_recon_run_state *r)
{
    struct gt_sort *lines = NULL;
    FILE *left = NULL;
    enum gt_err err = gt_recon_phase(r, GT_RECON_FETCH);

    if (err == GT_OK)
        err = gt_recon_statement(r, r->date, &lines);
    GT_STEP("recon.fetched");
    if (err == GT_OK)
        err = make_left(r, &left);
    if (err == GT_OK)
        err = gt_recon_phase(r, GT_RECON_MATCH);
    if (err == GT_OK) {
        r->recon.lines = gt_sort_count(lines);
        err = gt_recon_match(r, lines, left);
    }
    gt_sort_free(lines);
    if (err == GT_OK)
        err = look_for_left(r, &left);
    if (left)
        (void)fclose(left);
    if (err == GT_OK)
        err = gt_recon_phase(r, GT_RECON_CLOSE);
    if (err == GT_OK)
        err = gt_recon_flush(r);
    return err == GT_OK ? gt_recon_close_others(r) : err;
}

/* --- the run ------------------------------------------------------------------------------------
 */

static enum gt_err do_steps(struct gt_recon_run_state *r)
{
    struct gt_recon *recon = &r->recon;
    bool lined = false;
    enum gt_err err = settle_doubt(r);

    if (err == GT_OK)
        err = compare_totals(r, &lined);
    if (err == GT_OK && lined && !r->up->fetch)
        return gt_err_set(GT_ERR_ABSENT, "the totals differ, and %s gives no statements",
                          r->system);
    if (err == GT_OK && lined)
        err = match_lines(r);
    recon->lined = lined;
    recon->state = recon->n_date + recon->n_amount + recon->n_state + recon->n_ours +
                           recon->n_theirs + recon->n_twice - recon->n_ruled
                       ? GT_RECON_DIFFERS
                       : GT_RECON_AGREED;
    return err;
}

/* Errors that are ours, or that end the process, are not a result. */
static bool is_result(enum gt_err err)
{
    switch (err) {
    case GT_ERR_FATAL:
    case GT_ERR_LOST:
    case GT_ERR_NOMEM:
    case GT_ERR_CHANGED:
        return false;
    default:
        return true;
    }
}

/* Why it could not be done: the failure's short name, which pages have words for, and its text. */
static void tell_why(enum gt_err err, char why[601])
{
    (void)snprintf(why, 201, "%s: %s", gt_err_name(err), gt_err_text());
    for (size_t n = strlen(why); n > 0 && !gt_utf8_valid(why, n); n--)
        why[n - 1] = '\0'; /* upstream's own words may have been cut inside a character */
}

static enum gt_err make_folder(const char *folder)
{
    if (mkdir(folder, 0750) == 0 || errno == EEXIST)
        return GT_OK;
    return gt_err_sys(GT_ERR_IO, errno, "%s", folder);
}

static enum gt_err run_claimed(struct gt_recon_run_state *r)
{
    enum gt_err err = make_folder(r->conf->folder);

    if (err == GT_OK)
        err = do_steps(r);
    if (err == GT_ERR_TIMEOUT) {
        gt_recon_leave(r);
        return gt_err_set(err, "told to stop");
    }
    if (err != GT_OK && !is_result(err))
        return err;
    if (err != GT_OK) {
        gt_log_err("recon.failed", err);
        r->recon.state = GT_RECON_FAILED;
        tell_why(err, r->recon.why);
    }
    return gt_recon_end(r);
}

static enum gt_err setting_in(struct gt_tx *tx, void *arg)
{
    struct gt_recon_run_state *r = arg;

    r->top_org = gt_recon_top(tx);
    r->dates_ok = gt_param_get(tx, GT_PARAM_RECON_DATES, "");
    return gt_tx_err(tx);
}

enum gt_err gt_recon_run(const struct gt_recon_conf *conf, const char *system, int64_t date,
                         bool lined, const char *by_whom, struct gt_recon *recon)
{
    struct gt_upstream *up = gt_upstream_named(conf->till->upstreams, system);

    if (!up || (!up->totals && !up->fetch))
        return gt_err_set(GT_ERR_ABSENT, "%s: no such system, or none that tells of its days",
                          system);
    struct gt_recon_run_state *r = calloc(1, sizeof(*r));
    if (!r)
        return gt_err_set(GT_ERR_NOMEM, "no memory to reconcile");
    r->conf = conf;
    r->up = up;
    r->system = system;
    r->date = date;
    r->lined = lined;
    r->recon = (struct gt_recon){.biz_date = date, .began_at = gt_now(conf->till->clock)};
    GT_FIELD_COPY(r->recon.system, system);
    GT_FIELD_COPY(r->recon.by_whom, by_whom);
    enum gt_err err = gt_db_read(conf->till->db, "recon.setting", setting_in, r);
    if (err == GT_OK)
        err = gt_recon_claim(r);
    if (err == GT_OK)
        err = run_claimed(r);
    if (err == GT_OK) {
        *recon = r->recon;
        gt_log(GT_LOG_INFO, "recon.done", "system=%s date=%" PRId64 " state=%s lines=%" PRId64,
               system, date, gt_recon_state_name(recon->state), recon->lines);
    }
    free(r->seen);
    free(r);
    return err;
}
