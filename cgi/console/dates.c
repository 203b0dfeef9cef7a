/*
 * Business date and clearing dates: what each is, when it moves next, and every move there was.
 */
#include "dates.h"

#include "base/clock.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* A schedule that is later than this was missed: the worker looks every second or so. */
#define LATE_MS 60000

enum gt_err gt_dates_read(struct gt_tx *tx, void *arg)
{
    struct gt_dates_found *f = arg;
    struct gt_org top;
    gt_state_read(tx, &f->state);
    if (gt_tx_err(tx) != GT_OK)
        return gt_tx_err(tx);
    f->top_id = 0;
    if (gt_org_page(tx, "", &top, 1) == 1) {
        f->top_id = top.id;
        (void)!gt_str_copy(f->top_path, sizeof f->top_path, top.path);
    }
    f->n = gt_clearing_list(tx, f->clearing, GT_CLEARINGS_MAX);
    f->ncutoffs = gt_cutoffs_of(tx, -1, f->before_seq, f->cutoff, GT_DATES_HISTORY + 1);
    return gt_tx_err(tx);
}

const char *gt_date_minute(const struct gt_page *page, int64_t minute, char out[32])
{
    if (minute < 0)
        return gt_page_word(page, "dates.by_hand");
    (void)snprintf(out, 32, "%02" PRId64 ":%02" PRId64, minute / 60, minute % 60);
    return out;
}

char *gt_date_text(int64_t date, char out[GT_DATE_TEXT])
{
    (void)snprintf(out, GT_DATE_TEXT, "%04d-%02d-%02d", (int)(date / 10000 % 10000),
                   (int)(date / 100 % 100), (int)(date % 100));
    return out;
}

/* --- showing */

/* A date, its schedule and when that moves it next; `leaf` is "Platform" or "System.2". */
static void set_date(struct gt_page *page, const char *leaf, int64_t date, int64_t minute,
                     int64_t cut_at)
{
    const struct gt_staff *console = gt_console_of(page);
    int64_t due = gt_date_due(date, minute, console->start->conf.tz_minutes);
    char text[32];
    gt_page_set_date(page, date, "%s.Date", leaf);
    gt_page_set(page, gt_date_minute(page, minute, text), "%s.Schedule", leaf);
    gt_page_set_time(page, due, "%s.Next", leaf);
    if (due && due + LATE_MS < gt_now(console->clock))
        gt_page_set(page, "1", "%s.Late", leaf);
    gt_page_set_time(page, cut_at, "%s.CutAt", leaf);
}

static void show_systems(struct gt_page *page, const struct gt_dates_found *f)
{
    char leaf[32];
    for (size_t i = 0; i < f->n; i++) {
        const struct gt_clearing *c = &f->clearing[i];
        bool follows = gt_clearing_follows(c);
        (void)snprintf(leaf, sizeof leaf, "System.%zu", i);
        gt_page_set(page, c->system, "%s.Name", leaf);
        set_date(page, leaf, follows ? f->state.biz_date : c->clear_date,
                 follows ? f->state.cut_minute : gt_clearing_minute(c),
                 follows ? f->state.cut_at : c->cut_at);
        if (follows)
            gt_page_set(page, "1", "%s.Follows", leaf);
    }
}

static const char *system_of(const struct gt_dates_found *f, int64_t clearing_id)
{
    for (size_t i = 0; i < f->n; i++) {
        if (f->clearing[i].id == clearing_id)
            return f->clearing[i].system;
    }
    return "";
}

static void show_moves(struct gt_page *page, const struct gt_dates_found *f)
{
    for (size_t i = 0; i < f->ncutoffs && i < GT_DATES_HISTORY; i++) {
        const struct gt_cutoff *c = &f->cutoff[i];
        bool schedule = c->due_at != 0;
        gt_page_set_int(page, c->seq, "Move.%zu.No", i);
        gt_page_set(page, system_of(f, c->clearing_id), "Move.%zu.System", i);
        gt_page_set_date(page, c->from_date, "Move.%zu.From", i);
        gt_page_set_date(page, c->to_date, "Move.%zu.To", i);
        gt_page_set_time(page, c->due_at, "Move.%zu.Due", i);
        gt_page_set_time(page, c->at, "Move.%zu.At", i);
        gt_page_set(page, schedule ? gt_page_word(page, "dates.schedule") : c->by_whom,
                    "Move.%zu.By", i);
        if (schedule && c->at > c->due_at + LATE_MS)
            gt_page_set(page, "1", "Move.%zu.Late", i);
    }
}

static enum gt_err show(struct gt_page *page)
{
    struct gt_list list;
    struct gt_dates_found *f = calloc(1, sizeof *f);
    if (!f)
        return gt_err_set(GT_ERR_NOMEM, "no memory for the dates");
    gt_list_read(page, NULL, 0, NULL, &list);
    f->before_seq = gt_list_after_id(&list);
    enum gt_err err = gt_page_read(page, "dates.show", gt_dates_read, f);
    if (err == GT_OK) {
        set_date(page, "Platform", f->state.biz_date, f->state.cut_minute, f->state.cut_at);
        gt_page_set(page, f->state.state == GT_TRADING ? "1" : "", "Platform.Trading");
        show_systems(page, f);
        show_moves(page, f);
        if (gt_page_may(page, GT_RIGHT_DATE_CUT, f->top_path))
            gt_page_set(page, "1", "May.Cut");
        gt_list_show_id(&list,
                        f->ncutoffs > GT_DATES_HISTORY ? f->cutoff[GT_DATES_HISTORY - 1].seq : 0);
        err = gt_page_show(page, "dates");
    }
    free(f);
    return err;
}

GT_ROUTE(dates, .path = "/console/dates", .name = "dates", .get = show, .right = GT_RIGHT_DATE_VIEW,
         .menu = GT_MENU_BOOKS + 10);
