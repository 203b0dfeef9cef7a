/*
 * One system and date: both sides' totals, what differs by class, what goes on now; and "run now".
 *
 * The page is there for every date, so that one that was never reconciled can be.  The worker does
 * the run: the button only says that it is wanted.
 */
#include "recon.h"

#include "history.h"
#include "till/search.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct found {
    const char *system;
    int64_t date;
    bool has, has_job;
    struct gt_recon recon;
    struct gt_recon_job job;
    int64_t doubts[GT_RECON_PAGE];
    size_t ndoubts;
    struct gt_org top;
    struct gt_state state;
    struct gt_history history;
};

static enum gt_err read_in(struct gt_tx *tx, void *arg)
{
    struct found *f = arg;
    char object[40];

    f->has = gt_recon_of(tx, f->system, f->date, &f->recon);
    f->has_job = gt_recon_job_of(tx, f->system, f->date, &f->job);
    f->ndoubts = gt_recon_doubts(tx, f->system, f->date, f->doubts);
    if (!gt_row_find(tx, &gt_org_row, gt_recon_top(tx), &f->top))
        f->top.path[0] = '\0';
    gt_state_read(tx, &f->state);
    (void)snprintf(object, sizeof object, "%s %" PRId64, f->system, f->date);
    gt_history_read(tx, GT_ARGS("recon"), object, &f->history);
    return gt_tx_err(tx);
}

/* Counts by class, each a line that leads to its items. */
static void set_classes(struct gt_page *page, const struct gt_recon *recon)
{
    const struct {
        const char *name;
        int64_t n;
    } classes[] = {{"other_date", recon->n_date},    {"amount", recon->n_amount},
                   {"state", recon->n_state},        {"only_ours", recon->n_ours},
                   {"only_theirs", recon->n_theirs}, {"twice", recon->n_twice}};
    char word[64];

    for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++) {
        (void)snprintf(word, sizeof word, "recon.class_%s", classes[i].name);
        gt_page_set(page, gt_page_word(page, word), "Class.%zu.Label", i);
        gt_page_set(page, classes[i].name, "Class.%zu.Name", i);
        gt_page_set_int(page, classes[i].n, "Class.%zu.Count", i);
    }
    if (gt_grants_anywhere(&gt_who_of(page)->visit.grants, GT_RIGHT_ITEM_VIEW))
        gt_page_set(page, "1", "Items");
}

/* What people can do about it, for the failures that have a name: "busy: curl 7 …". */
static void set_why(struct gt_page *page, const char *why)
{
    static const char *const named[] = {"absent", "busy", "syntax", "denied", "toobig"};
    size_t n = strcspn(why, ":");
    const char *found = "other";
    char word[64];

    for (size_t i = 0; i < sizeof named / sizeof named[0]; i++)
        if (strlen(named[i]) == n && strncmp(named[i], why, n) == 0)
            found = named[i];
    (void)snprintf(word, sizeof word, "recon.why_%s", found);
    gt_page_set(page, gt_page_word(page, word), "Recon.Why");
    gt_page_set(page, why, "Recon.WhyText");
}

static void set_result(struct gt_page *page, const struct found *f)
{
    const struct gt_recon *recon = &f->recon;

    gt_recon_set(page, recon, "Recon");
    gt_page_set(page, "1", "Recon.There");
    if (recon->state == GT_RECON_FAILED)
        set_why(page, recon->why);
    gt_page_set_money(page, recon->ours_amount - recon->theirs_amount, "Recon.Difference");
    gt_page_set_int(page, recon->ours_count - recon->theirs_count, "Recon.DifferenceCount");
    gt_page_set_int(page, recon->matched, "Recon.Matched");
    gt_page_set_int(page, recon->lines, "Recon.Lines");
    if (recon->n_ruled)
        gt_page_set_int(page, recon->n_ruled, "Recon.Ruled");
    if (recon->lined)
        gt_page_set(page, "1", "Recon.Lined");
    set_classes(page, recon);
}

static enum gt_err show(struct gt_page *page)
{
    const struct gt_upstream *up = NULL;
    struct found *f = calloc(1, sizeof *f);
    char text[GT_TXN_NUMBER_MAX], day[32];

    if (!f)
        return gt_err_set(GT_ERR_NOMEM, "no memory for a page");
    if (!gt_recon_named(page, &up, &f->date)) {
        free(f);
        return gt_params_get(&page->query, "system")[0] ? gt_page_error(page, 404)
                                                        : gt_page_go(page, "/console/recons");
    }
    f->system = up->name;
    enum gt_err err = gt_page_read(page, "recon.show", read_in, f);
    if (err == GT_OK) {
        (void)snprintf(day, sizeof day, "%" PRId64, f->date);
        gt_page_set(page, up->name, "Recon.System");
        gt_page_set(page, day, "Recon.Day");
        gt_page_set_date(page, f->date, "Recon.Date");
        if (f->has)
            set_result(page, f);
        if (f->has_job)
            gt_recon_job_set(page, &f->job, "Job");
        for (size_t i = 0; i < f->ndoubts; i++) {
            gt_page_set_int(page, f->doubts[i], "Doubt.%zu.Id", i);
            gt_page_set(page, gt_txn_number(f->doubts[i], text), "Doubt.%zu.Number", i);
        }
        if (f->date <= f->state.biz_date && gt_page_may(page, GT_RIGHT_RECON_RUN, f->top.path))
            gt_page_set(page, "1", "May.Run");
        gt_history_show(page, &f->history);
        err = gt_page_show(page, "recon");
    }
    free(f);
    return err;
}

GT_ROUTE(recon, .path = "/console/recon", .name = "recon", .get = show,
         .right = GT_RIGHT_RECON_VIEW, .under = "recons");

static enum gt_err run(struct gt_page *page)
{
    const struct gt_upstream *up = NULL;
    struct gt_refusal no = {.why = GT_WHY_NONE};
    int64_t date = 0;
    char path[96], day[32];

    if (!gt_recon_named(page, &up, &date))
        return gt_page_error(page, 404);
    bool lined = gt_params_get(&page->form, "lines")[0] != '\0';
    (void)snprintf(day, sizeof day, "%" PRId64, date);
    (void)snprintf(path, sizeof path, "/console/recon?system=%s&date=%s", up->name, day);
    enum gt_err err =
        gt_recon_want(&gt_who_of(page)->by, gt_link_upstreams(gt_console_of(page)->link), up->name,
                      date, lined, &no);
    if (err != GT_OK)
        return gt_page_refused_to(page, err, &no, path);
    gt_page_flash(page, "success", "recon.wanted", GT_ARGS(up->name, day));
    return gt_page_go(page, path);
}

GT_ROUTE(recon_run, .path = "/console/recon/run", .name = "recon", .post = run,
         .right = GT_RIGHT_RECON_RUN, .under = "recons");
