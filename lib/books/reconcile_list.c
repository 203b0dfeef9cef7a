/*
 * Reconciliation from outside a run: what is wanted, what is due, and what pages list.
 */
#include "books/reconcile.h"

#include "access/state.h"
#include "base/log.h"
#include "till/audit.h"
#include "till/bizdate.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Between two looks for what is due, and before a run that could not be done is tried again. */
#define LOOK_MS  60000
#define RETRY_MS 600000

GT_STMT(recon_top, "SELECT id FROM gt_org WHERE parent_id = 0");
GT_STMT(recon_list, "SELECT {top 50} " GT_ROW_NAMES(
                        GT_RECON_COLS) " FROM gt_recon WHERE"
                                       " biz_date < ? ORDER BY biz_date DESC, system {limit 50}");
GT_STMT(recon_jobs,
        "SELECT {top 50} " GT_ROW_NAMES(GT_RECON_JOB_COLS) " FROM gt_recon_job WHERE"
                                                           " id > 0 ORDER BY id {limit 50}");
GT_STMT(recon_doubts, "SELECT {top 50} gt_pending.id FROM gt_pending, gt_txn WHERE gt_txn.id ="
                      " gt_pending.id AND gt_pending.id > ? AND gt_pending.id < ? AND"
                      " gt_txn.system = ? ORDER BY gt_pending.id {limit 50}");

/* --- lists --------------------------------------------------------------------------------------
 */

int64_t gt_recon_top(struct gt_tx *tx)
{
    return gt_tx_one0(tx, &recon_top) ? gt_col_int(tx) : 0;
}

size_t gt_recon_list(struct gt_tx *tx, int64_t before, struct gt_recon *rows)
{
    size_t n = 0;

    gt_tx_query(tx, &recon_list, GT_INT(before ? before : INT64_MAX));
    while (n < GT_RECON_PAGE && gt_tx_next(tx))
        gt_row_read(tx, &gt_recon_row, &rows[n++]);
    return gt_tx_err(tx) == GT_OK ? n : 0;
}

size_t gt_recon_jobs(struct gt_tx *tx, struct gt_recon_job *rows)
{
    size_t n = 0;

    gt_tx_query0(tx, &recon_jobs);
    while (n < GT_RECON_PAGE && gt_tx_next(tx))
        gt_row_read(tx, &gt_recon_job_row, &rows[n++]);
    return gt_tx_err(tx) == GT_OK ? n : 0;
}

size_t gt_recon_doubts(struct gt_tx *tx, const char *system, int64_t date, int64_t *ids)
{
    size_t n = 0;

    gt_tx_query(tx, &recon_doubts, GT_INT(date * 10000000000), GT_INT((date + 1) * 10000000000),
                GT_TEXT(system));
    while (n < GT_RECON_PAGE && gt_tx_next(tx))
        ids[n++] = gt_col_int(tx);
    return gt_tx_err(tx) == GT_OK ? n : 0;
}

/* --- wanted -------------------------------------------------------------------------------------
 */

struct wanting {
    const struct gt_by *by;
    const char *system;
    int64_t date, key, now;
    bool known, lined;
    struct gt_refusal *no;
};

static enum gt_err want_in(struct gt_tx *tx, void *arg)
{
    struct wanting *w = arg;
    struct gt_recon_job job;
    struct gt_state state;
    char object[40];

    *w->no = (struct gt_refusal){.why = GT_WHY_NONE};
    if (gt_by_may(tx, w->by, GT_RIGHT_RECON_RUN, gt_recon_top(tx), NULL, w->no) != GT_OK)
        return gt_tx_err(tx);
    if (!w->known)
        return gt_tx_refuse(tx, w->no, GT_WHY_ABSENT, "system", 0, NULL);
    gt_state_read(tx, &state);
    int64_t today = gt_clearing_date(tx, w->system, state.biz_date);
    if (!gt_date_valid(w->date) || w->date > (today > state.biz_date ? today : state.biz_date))
        return gt_tx_refuse(tx, w->no, GT_WHY_RECON_DATE, "date", 0, NULL);
    if (gt_recon_job_of(tx, w->system, w->date, &job))
        return gt_tx_err(tx);
    job = (struct gt_recon_job){.id = w->key,
                                .biz_date = w->date,
                                .lined = w->lined,
                                .phase = GT_RECON_WANTED,
                                .made_at = w->now};
    gt_field_copy(job.system, sizeof(job.system), w->system);
    gt_field_copy(job.by_whom, sizeof(job.by_whom), w->by->logger->who);
    gt_row_insert(tx, &gt_recon_job_row, &job);
    (void)snprintf(object, sizeof(object), "%s %" PRId64, w->system, w->date);
    gt_oplog_add(tx, w->by->logger, "recon.want", object, w->lined ? "line by line" : "");
    return gt_tx_err(tx);
}

enum gt_err gt_recon_want(const struct gt_by *by, const struct gt_upstreams *systems,
                          const char *system, int64_t date, bool lined, struct gt_refusal *no)
{
    const struct gt_upstream *up = gt_upstream_named(systems, system);
    struct wanting w = {.by = by,
                        .system = system,
                        .date = date,
                        .now = gt_now(by->clock),
                        .known = up && (up->totals || up->fetch),
                        .lined = lined,
                        .no = no};
    enum gt_err err = gt_key_next(by->src, "recon.job", &w.key);

    if (err == GT_OK)
        err = gt_db_transact(by->db, "recon.want", want_in, &w);
    return err == GT_ERR_EXISTS && no->why == GT_WHY_NONE ? GT_OK : err;
}

/* --- due ----------------------------------------------------------------------------------------
 */

struct due {
    const struct gt_recon_conf *conf;
    int64_t now;
    bool looks; /* at the schedule too */
    bool found;
    char system[17], by_whom[241];
    int64_t date;
    bool lined;
};

static bool job_waits(struct gt_tx *tx, struct due *d)
{
    struct gt_recon_job jobs[GT_RECON_PAGE];
    size_t n = gt_recon_jobs(tx, jobs);

    for (size_t i = 0; i < n; i++) {
        const struct gt_recon_job *job = &jobs[i];

        if (gt_recon_job_held(job, d->now))
            continue;
        if (!gt_upstream_named(d->conf->till->upstreams, job->system))
            continue;
        gt_field_copy(d->system, sizeof(d->system), job->system);
        gt_field_copy(d->by_whom, sizeof(d->by_whom), job->by_whom);
        d->date = job->biz_date;
        d->lined = job->lined != 0;
        return true;
    }
    return false;
}

/* Whether anything of the system is in doubt on the date or beside it, where business date and
 * clearing date may be apart. */
static bool has_doubt(struct gt_tx *tx, const char *system, int64_t date)
{
    int64_t ids[GT_RECON_PAGE];

    return gt_recon_doubts(tx, system, gt_date_before(date), ids) > 0 ||
           gt_recon_doubts(tx, system, date, ids) > 0 ||
           gt_recon_doubts(tx, system, gt_date_next(date), ids) > 0;
}

static bool date_is_due(struct gt_tx *tx, const struct due *d, const char *system, int64_t date)
{
    struct gt_recon recon;
    struct gt_recon_job job;

    if (gt_recon_job_of(tx, system, date, &job))
        return false;
    if (!gt_recon_of(tx, system, date, &recon))
        return gt_tx_err(tx) == GT_OK;
    if (recon.state == GT_RECON_FAILED)
        return d->now >= recon.ended_at + RETRY_MS;
    return recon.doubt && !has_doubt(tx, system, date);
}

/* The first of a system's dates that ended of late and want a run; 0 if there is none. */
static int64_t due_date(struct gt_tx *tx, const struct due *d, const char *system)
{
    struct gt_cutoff ended[GT_RECON_DAYS];
    struct gt_clearing clearing;
    bool own = gt_clearing_get(tx, system, &clearing) && !gt_clearing_follows(&clearing);
    size_t n = gt_cutoffs_of(tx, own ? clearing.id : 0, 0, ended, GT_RECON_DAYS);

    while (n-- > 0)
        if (date_is_due(tx, d, system, ended[n].from_date))
            return ended[n].from_date;
    return 0;
}

static bool schedule_waits(struct gt_tx *tx, struct due *d)
{
    const struct gt_upstreams *ups = d->conf->till->upstreams;

    for (int i = 0; i < ups->count; i++) {
        const struct gt_upstream *up = &ups->all[i];

        d->date = up->totals || up->fetch ? due_date(tx, d, up->name) : 0;
        if (!d->date)
            continue;
        gt_field_copy(d->system, sizeof(d->system), up->name);
        gt_field_copy(d->by_whom, sizeof(d->by_whom), "schedule");
        d->lined = false;
        return true;
    }
    return false;
}

static enum gt_err due_in(struct gt_tx *tx, void *arg)
{
    struct due *d = arg;

    d->found = job_waits(tx, d) || (d->looks && schedule_waits(tx, d));
    return gt_tx_err(tx);
}

enum gt_err gt_recon_work(const struct gt_recon_conf *conf, int64_t *look_at, bool *did)
{
    struct due d = {.conf = conf, .now = gt_now(conf->till->clock)};
    struct gt_recon recon;

    *did = false;
    d.looks = d.now >= *look_at || d.now < *look_at - LOOK_MS;
    enum gt_err err = gt_db_read(conf->till->db, "recon.due", due_in, &d);
    if (err != GT_OK)
        return err;
    if (!d.found) {
        if (d.looks)
            *look_at = d.now + LOOK_MS;
        return GT_OK;
    }
    *did = true;
    err = gt_recon_run(conf, d.system, d.date, d.lined, d.by_whom, &recon);
    if (err != GT_ERR_BUSY && err != GT_ERR_CHANGED && err != GT_ERR_ABSENT)
        return err;
    gt_log_err("recon.left", err);
    gt_err_clear();
    *did = false;
    return GT_OK;
}

/* --- the auditor --------------------------------------------------------------------------------
 */

static void audit_recon(struct gt_audit *a, const void *row)
{
    const struct gt_recon *r = row;
    int64_t found = r->n_date + r->n_amount + r->n_state + r->n_ours + r->n_theirs + r->n_twice;

    if (r->state == GT_RECON_AGREED && found != r->n_ruled)
        gt_audit_say(a, "gt_recon", r->id, "agreed, but with differences");
    if (r->state == GT_RECON_DIFFERS && found <= r->n_ruled)
        gt_audit_say(a, "gt_recon", r->id, "differs, but in nothing");
    if (r->ended_at < r->began_at)
        gt_audit_say(a, "gt_recon", r->id, "ended before it began");
}

GT_AUDIT(recon, {&gt_recon_row, audit_recon, GT_COUNTED_SAVES});
GT_AUDIT(recon_job, {&gt_recon_job_row, NULL, false}); /* that come and go with their runs */
