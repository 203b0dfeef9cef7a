/*
 * The job of a run: its claim, its progress, and its end with the result.
 *
 * A job that was not saved for GT_RECON_LEASE_MS has lost its run; whoever comes next takes it
 * over, and the old one, should it still be there, notices at its next save.
 */
#include "books/reconcile_run.h"

#include <string.h>

#define SAVE_MS 1000

/* --- claiming -----------------------------------------------------------------------------------
 */

struct claiming {
    struct gt_recon_run_state *r;
    int64_t job_id, owner, now;
    bool busy;
};

static enum gt_err claim_in(struct gt_tx *tx, void *arg)
{
    struct claiming *c = arg;
    struct gt_recon_run_state *r = c->r;
    struct gt_recon_job *job = &r->job;

    c->busy = false;
    if (!gt_recon_job_of(tx, r->system, r->date, job)) {
        *job = (struct gt_recon_job){.id = c->job_id, .biz_date = r->date, .made_at = c->now};
        GT_FIELD_COPY(job->system, r->system);
        GT_FIELD_COPY(job->by_whom, r->recon.by_whom);
        job->lined = r->lined;
        job->phase = GT_RECON_DOUBT;
        job->owner = c->owner;
        job->seen_at = c->now;
        gt_row_insert(tx, &gt_recon_job_row, job);
        return gt_tx_err(tx);
    }
    c->busy = gt_recon_job_held(job, c->now);
    if (c->busy)
        return gt_tx_err(tx);
    job->lined = job->lined || r->lined;
    job->phase = GT_RECON_DOUBT;
    job->done = job->total = 0;
    job->owner = c->owner;
    job->seen_at = c->now;
    gt_row_save(tx, &gt_recon_job_row, job);
    return gt_tx_err(tx);
}

enum gt_err gt_recon_claim(struct gt_recon_run_state *r)
{
    const struct gt_till *till = r->conf->till;
    struct claiming c = {.r = r, .now = gt_now(till->clock)};
    enum gt_err err = gt_key_next(till->keys, "recon.job", &c.job_id);

    if (err == GT_OK)
        err = gt_key_next(till->keys, "recon.owner", &c.owner);
    if (err == GT_OK)
        err = gt_db_transact(till->db, "recon.claim", claim_in, &c);
    if (err == GT_ERR_EXISTS) /* two made it at once */
        c.busy = true;
    if (c.busy)
        return gt_err_set(GT_ERR_BUSY, "%s %lld is being reconciled already", r->system,
                          (long long)r->date);
    r->lined = r->job.lined;
    if (err == GT_OK && r->job.by_whom[0])
        GT_FIELD_COPY(r->recon.by_whom, r->job.by_whom);
    r->saved_at = c.now;
    return err;
}

/* --- progress -----------------------------------------------------------------------------------
 */

struct saving {
    const struct gt_recon_job *job;
    struct gt_recon_job row;
    bool lost;
};

static enum gt_err save_in(struct gt_tx *tx, void *arg)
{
    struct saving *s = arg;

    s->lost =
        !gt_row_lock(tx, &gt_recon_job_row, s->job->id, &s->row) || s->row.owner != s->job->owner;
    if (s->lost)
        return gt_tx_err(tx);
    s->row.phase = s->job->phase;
    s->row.done = s->job->done;
    s->row.total = s->job->total;
    s->row.seen_at = s->job->seen_at;
    gt_row_save(tx, &gt_recon_job_row, &s->row);
    return gt_tx_err(tx);
}

static enum gt_err save(struct gt_recon_run_state *r)
{
    const struct gt_till *till = r->conf->till;
    struct saving s = {.job = &r->job};

    r->job.seen_at = gt_now(till->clock);
    enum gt_err err = gt_db_transact(till->db, "recon.progress", save_in, &s);
    if (err == GT_OK && s.lost)
        return gt_err_set(GT_ERR_CHANGED, "another process has taken this run over");
    r->saved_at = r->job.seen_at;
    if (r->conf->progress)
        r->conf->progress(r->conf->arg, &r->job);
    return err;
}

enum gt_err gt_recon_phase(struct gt_recon_run_state *r, enum gt_recon_phase phase)
{
    r->job.phase = phase;
    r->job.done = r->job.total = 0;
    return save(r);
}

enum gt_err gt_recon_tick(struct gt_recon_run_state *r, int64_t done, int64_t total)
{
    int64_t now = gt_now(r->conf->till->clock);

    r->job.done = done;
    r->job.total = total;
    if (r->conf->stop && r->conf->stop(r->conf->arg))
        return gt_err_set(GT_ERR_TIMEOUT, "told to stop");
    return now < r->saved_at + SAVE_MS && now >= r->saved_at ? GT_OK : save(r);
}

/* --- the end ------------------------------------------------------------------------------------
 */

struct ending {
    struct gt_recon_run_state *r;
    int64_t recon_id;
    struct gt_recon_job job;
    struct gt_recon row;
    bool lost;
};

/* Whether the result says something else than the one that is there. */
static bool is_news(const struct gt_recon *old, const struct gt_recon *now)
{
    if (now->state == GT_RECON_FAILED)
        return true;
    return old->state != now->state || old->lined != now->lined ||
           old->ours_count != now->ours_count || old->ours_amount != now->ours_amount ||
           old->theirs_count != now->theirs_count || old->theirs_amount != now->theirs_amount ||
           old->lines != now->lines || old->matched != now->matched || old->n_date != now->n_date ||
           old->n_amount != now->n_amount || old->n_state != now->n_state ||
           old->n_ours != now->n_ours || old->n_theirs != now->n_theirs ||
           old->n_twice != now->n_twice || old->n_ruled != now->n_ruled ||
           old->doubt != now->doubt || strcmp(old->why, now->why) != 0;
}

/* The new result in place of the old one, whose id and version it keeps; one that failed keeps the
 * figures of the time before. */
static void take_over(struct gt_recon *row, const struct gt_recon *now)
{
    struct gt_recon old = *row;

    if (now->state == GT_RECON_FAILED) {
        row->state = now->state;
        GT_FIELD_COPY(row->why, now->why);
        row->began_at = now->began_at;
        row->ended_at = now->ended_at;
        GT_FIELD_COPY(row->by_whom, now->by_whom);
        return;
    }
    *row = *now;
    row->id = old.id;
    row->version = old.version;
}

static enum gt_err end_in(struct gt_tx *tx, void *arg)
{
    struct ending *e = arg;
    struct gt_recon_run_state *r = e->r;

    e->lost =
        !gt_row_lock(tx, &gt_recon_job_row, r->job.id, &e->job) || e->job.owner != r->job.owner;
    if (e->lost)
        return gt_tx_err(tx);
    if (!gt_recon_of(tx, r->system, r->date, &e->row)) {
        e->row = r->recon;
        e->row.id = e->recon_id;
        gt_row_insert(tx, &gt_recon_row, &e->row);
        gt_census_add(tx, gt_recon_row.table, 1);
    } else if (is_news(&e->row, &r->recon)) {
        take_over(&e->row, &r->recon);
        gt_counted_save(tx, &gt_recon_row, &e->row);
    }
    gt_row_remove(tx, &gt_recon_job_row, &e->job);
    return gt_tx_err(tx);
}

enum gt_err gt_recon_end(struct gt_recon_run_state *r)
{
    const struct gt_till *till = r->conf->till;
    struct ending e = {.r = r};
    enum gt_err err = gt_key_next(till->keys, "recon", &e.recon_id);

    r->recon.ended_at = gt_now(till->clock);
    if (err == GT_OK)
        err = gt_db_transact(till->db, "recon.end", end_in, &e);
    if (err == GT_OK && e.lost)
        return gt_err_set(GT_ERR_CHANGED, "another process has taken this run over");
    if (err == GT_OK)
        r->recon = e.row;
    return err;
}

static enum gt_err leave_in(struct gt_tx *tx, void *arg)
{
    struct gt_recon_run_state *r = arg;
    struct gt_recon_job job;

    if (gt_row_find(tx, &gt_recon_job_row, r->job.id, &job) && job.owner == r->job.owner) {
        job.owner = 0;
        job.phase = GT_RECON_WANTED;
        gt_row_save(tx, &gt_recon_job_row, &job);
    }
    return gt_tx_err(tx);
}

void gt_recon_leave(struct gt_recon_run_state *r)
{
    /* If it cannot be said now, the lease says it later. */
    if (gt_db_transact(r->conf->till->db, "recon.leave", leave_in, r) != GT_OK)
        gt_err_clear();
}
