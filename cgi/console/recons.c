/*
 * 接口对账: what goes on, and what came of each system and date.
 */
#include "recon.h"

#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void set_leaf(struct gt_page *page, const char *prefix, const char *leaf, const char *text)
{
    gt_page_set(page, text, "%s.%s", prefix, leaf);
}

static void set_day(struct gt_page *page, const char *prefix, const char *system, int64_t date)
{
    char day[32];

    (void)snprintf(day, sizeof day, "%" PRId64, date);
    set_leaf(page, prefix, "System", system);
    set_leaf(page, prefix, "Day", day);
    gt_page_set_date(page, date, "%s.Date", prefix);
}

void gt_recon_set(struct gt_page *page, const struct gt_recon *recon, const char *prefix)
{
    static const char *const colours[GT_RECON__MAX] = {
        [GT_RECON_AGREED] = "posted", [GT_RECON_DIFFERS] = "doubt", [GT_RECON_FAILED] = "error"};
    bool known = recon->state > 0 && recon->state < GT_RECON__MAX;
    char word[64];

    (void)snprintf(word, sizeof word, "recons.state_%s", gt_recon_state_name(recon->state));
    set_day(page, prefix, recon->system, recon->biz_date);
    set_leaf(page, prefix, "State", gt_page_word(page, word));
    set_leaf(page, prefix, "Colour", known ? colours[recon->state] : "declined");
    gt_page_set_int(page, recon->ours_count, "%s.OursCount", prefix);
    gt_page_set_money(page, recon->ours_amount, "%s.OursAmount", prefix);
    gt_page_set_int(page, recon->theirs_count, "%s.TheirsCount", prefix);
    gt_page_set_money(page, recon->theirs_amount, "%s.TheirsAmount", prefix);
    gt_page_set_int(page,
                    recon->n_date + recon->n_amount + recon->n_state + recon->n_ours +
                        recon->n_theirs + recon->n_twice,
                    "%s.Differences", prefix);
    gt_page_set_int(page, recon->doubt, "%s.Doubt", prefix);
    gt_page_set_time(page, recon->ended_at, "%s.EndedAt", prefix);
    set_leaf(page, prefix, "By",
             strcmp(recon->by_whom, "schedule") == 0 ? gt_page_word(page, "recons.schedule")
                                                     : recon->by_whom);
}

void gt_recon_job_set(struct gt_page *page, const struct gt_recon_job *job, const char *prefix)
{
    char word[64];

    (void)snprintf(word, sizeof word, "recons.phase_%s", gt_recon_phase_name(job->phase));
    set_day(page, prefix, job->system, job->biz_date);
    set_leaf(page, prefix, "Phase", gt_page_word(page, word));
    gt_page_set_int(page, job->done, "%s.Done", prefix);
    if (job->total > 0)
        gt_page_set_int(page, job->total, "%s.Total", prefix);
    gt_page_set_time(page, job->made_at, "%s.Since", prefix);
    set_leaf(page, prefix, "By",
             strcmp(job->by_whom, "schedule") == 0 ? gt_page_word(page, "recons.schedule")
                                                   : job->by_whom);
    if (job->owner)
        set_leaf(page, prefix, "Runs", "1");
}

bool gt_recon_named(const struct gt_page *page, const struct gt_upstream **system, int64_t *date)
{
    const char *text = gt_params_get(&page->query, "date");
    char digits[9];
    size_t n = 0;

    *system = gt_upstream_named(gt_link_upstreams(gt_console_of(page)->link),
                                gt_params_get(&page->query, "system"));
    for (; *text && n < 8; text++)
        if (*text != '-')
            digits[n++] = *text;
    digits[n] = '\0';
    return *system && ((*system)->totals || (*system)->fetch) && !*text &&
           gt_int_parse(digits, date) == GT_OK && gt_date_valid(*date);
}

/* --- the page -----------------------------------------------------------------------------------
 */

struct found {
    int64_t before;
    struct gt_recon rows[GT_RECON_PAGE];
    struct gt_recon_job jobs[GT_RECON_PAGE];
    size_t n, njobs;
    struct gt_state state;
};

static enum gt_err read_in(struct gt_tx *tx, void *arg)
{
    struct found *f = arg;

    f->n = gt_recon_list(tx, f->before, f->rows);
    f->njobs = gt_recon_jobs(tx, f->jobs);
    gt_state_read(tx, &f->state);
    return gt_tx_err(tx);
}

static void set_choices(struct gt_page *page, const struct found *f)
{
    const struct gt_upstreams *ups = gt_link_upstreams(gt_console_of(page)->link);
    int n = 0;

    for (int i = 0; i < ups->count; i++)
        if (ups->all[i].totals || ups->all[i].fetch)
            gt_page_set(page, ups->all[i].name, "Choice.%d.Name", n++);
    gt_page_set_date(page, gt_date_before(f->state.biz_date), "Before");
}

/* Where a full page goes on: before the last date on it, which may not be there whole; 0: nowhere.
 */
static int64_t cut_page(struct found *f)
{
    if (f->n < GT_RECON_PAGE)
        return 0;
    int64_t last = f->rows[f->n - 1].biz_date;
    while (f->n > 0 && f->rows[f->n - 1].biz_date == last)
        f->n--;
    return last + 1;
}

static enum gt_err show(struct gt_page *page)
{
    struct gt_list list;
    char prefix[32];
    struct found *f = calloc(1, sizeof *f);

    if (!f)
        return gt_err_set(GT_ERR_NOMEM, "no memory for a list");
    gt_list_read(page, NULL, 0, NULL, &list);
    f->before = gt_list_after_id(&list);
    enum gt_err err = gt_page_read(page, "recons.list", read_in, f);
    if (err == GT_OK) {
        int64_t on = cut_page(f);
        for (size_t i = 0; i < f->njobs; i++) {
            (void)snprintf(prefix, sizeof prefix, "Job.%zu", i);
            gt_recon_job_set(page, &f->jobs[i], prefix);
        }
        for (size_t i = 0; i < f->n; i++) {
            (void)snprintf(prefix, sizeof prefix, "Recon.%zu", i);
            gt_recon_set(page, &f->rows[i], prefix);
        }
        set_choices(page, f);
        gt_list_show_id(&list, on);
        err = gt_page_show(page, "recons");
    }
    free(f);
    return err;
}

GT_ROUTE(recons, .path = "/console/recons", .name = "recons", .get = show,
         .right = GT_RIGHT_RECON_VIEW, .menu = GT_MENU_BOOKS + 30);
