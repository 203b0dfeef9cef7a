/*
 * Rows of reconciliation; see reconcile_row.h.
 */
#include "books/reconcile_row.h"

GT_ROW_DEFINE(gt_recon, GT_RECON_COLS);
GT_ROW_DEFINE(gt_recon_job, GT_RECON_JOB_COLS);

GT_STMT(recon_of, GT_ROW_SELECT(gt_recon, GT_RECON_COLS) " WHERE system = ? AND biz_date = ?");
GT_STMT(recon_job_of,
        GT_ROW_SELECT(gt_recon_job, GT_RECON_JOB_COLS) " WHERE system = ? AND biz_date = ?");

bool gt_recon_of(struct gt_tx *tx, const char *system, int64_t date, struct gt_recon *recon)
{
    return gt_row_one(tx, &gt_recon_row, recon, &recon_of, GT_TEXT(system), GT_INT(date));
}

bool gt_recon_job_of(struct gt_tx *tx, const char *system, int64_t date, struct gt_recon_job *job)
{
    return gt_row_one(tx, &gt_recon_job_row, job, &recon_job_of, GT_TEXT(system), GT_INT(date));
}

bool gt_recon_job_held(const struct gt_recon_job *job, int64_t now)
{
    return job->owner && now < job->seen_at + GT_RECON_LEASE_MS &&
           now > job->seen_at - GT_RECON_LEASE_MS;
}

const char *gt_recon_state_name(int64_t state)
{
    static const char *const names[GT_RECON__MAX] = {
        [GT_RECON_AGREED] = "agreed", [GT_RECON_DIFFERS] = "differs", [GT_RECON_FAILED] = "failed"};

    return state > 0 && state < GT_RECON__MAX ? names[state] : "none";
}

const char *gt_recon_phase_name(int64_t phase)
{
    static const char *const names[GT_RECON_PHASE__MAX] = {
        [GT_RECON_WANTED] = "wanted", [GT_RECON_DOUBT] = "doubt", [GT_RECON_TOTALS] = "totals",
        [GT_RECON_FETCH] = "fetch",   [GT_RECON_SORT] = "sort",   [GT_RECON_MATCH] = "match",
        [GT_RECON_NEAR] = "near",     [GT_RECON_ASK] = "ask",     [GT_RECON_CLOSE] = "close"};

    return phase >= 0 && phase < GT_RECON_PHASE__MAX ? names[phase] : "none";
}
