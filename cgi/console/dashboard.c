/*
 * The dashboard: today beside yesterday at the same hour, and what wants a person.
 *
 * One read of the store: summaries, what is in doubt, requests that wait, accounts near their
 * limit. Each number leads to its list.
 */
#include "health.h"
#include "systems.h"
#include "txn.h"

#include "access/approval.h"
#include "access/param.h"
#include "books/settle.h"
#include "till/board.h"
#include "till/list.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ORGS    8
#define SYSTEMS 8

struct found {
    struct gt_page *page;
    struct gt_board board;
    struct gt_org org[ORGS];
    struct gt_doubt_sum doubts[SYSTEMS];
    size_t ndoubts;
    int64_t approvals;
    struct gt_item_ages items;
    int64_t cut_minute; /* of the cut-off, from midnight; -1: by hand */
    struct gt_checked checked;
    struct gt_systems_found systems;
};

static void add_doubts(struct gt_tx *tx, struct found *f, const char *path)
{
    struct gt_doubt_sum sums[SYSTEMS];
    size_t n = gt_doubt_sums(tx, path, sums, SYSTEMS);
    for (size_t i = 0; i < n; i++) {
        size_t k = 0;
        while (k < f->ndoubts && strcmp(f->doubts[k].system, sums[i].system) != 0)
            k++;
        if (k == SYSTEMS)
            continue;
        if (k == f->ndoubts)
            f->doubts[f->ndoubts++] = (struct gt_doubt_sum){.since = INT64_MAX};
        memcpy(f->doubts[k].system, sums[i].system, sizeof f->doubts[k].system);
        f->doubts[k].count += sums[i].count;
        if (sums[i].since < f->doubts[k].since)
            f->doubts[k].since = sums[i].since;
    }
}

/* Differences that are not closed, by age. */
static void add_items(struct gt_tx *tx, struct found *f)
{
    const struct gt_grants *grants = &gt_who_of(f->page)->visit.grants;
    struct gt_item_ages ages;
    const char *path;
    f->items = (struct gt_item_ages){.open = 0};
    for (size_t i = 0; (path = gt_grants_scope(grants, GT_RIGHT_ITEM_VIEW, i)); i++) {
        gt_item_ages(tx, path, f->systems.now, &ages);
        f->items.open += ages.open;
        f->items.days += ages.days;
        f->items.old += ages.old;
    }
}

static enum gt_err read_in(struct gt_tx *tx, void *arg)
{
    struct found *f = arg;
    const struct gt_staff *console = gt_console_of(f->page);
    const struct gt_visit *visit = &gt_who_of(f->page)->visit;
    struct gt_state state;
    const char *path;
    gt_state_read(tx, &state);
    f->cut_minute = state.cut_minute;
    gt_board_begin(&state, gt_now(console->clock), f->page->site->tz_minutes, &f->board);
    f->ndoubts = 0;
    f->approvals = 0;
    for (size_t i = 0; (path = gt_grants_scope(&visit->grants, GT_RIGHT_STATS_VIEW, i)); i++) {
        gt_board_add(tx, path, gt_param_get(tx, GT_PARAM_CREDIT_WARN, path), &f->board);
        add_doubts(tx, f, path);
    }
    for (size_t i = 0; (path = gt_grants_scope(&visit->grants, GT_RIGHT_APPROVAL_VIEW, i)); i++)
        f->approvals += gt_approval_waiting(tx, path, visit->user.id);
    add_items(tx, f);
    gt_board_end(tx, console->hours, &f->board);
    gt_systems_read(tx, &f->systems);
    gt_checked_read(tx, &f->checked);
    int64_t ids[ORGS];
    size_t norgs = 0;
    for (; norgs < f->board.norgs && norgs < ORGS; norgs++)
        ids[norgs] = f->board.org[norgs].id;
    gt_orgs_by_id(tx, ids, norgs, f->org);
    return gt_tx_err(tx);
}

/* --- showing */

/* Net of what was taken back. */
static int64_t net(const struct gt_sum *sum)
{
    return sum->amount - sum->reversed;
}

/* The change against yesterday in percent, with its sign; nothing where there is nothing to compare
 * with. */
static void set_change(struct gt_page *page, int64_t now, int64_t before, const char *leaf)
{
    char text[32];
    if (before <= 0)
        return;
    int64_t percent = (now - before) / before * 100 + (now - before) % before * 100 / before;
    (void)snprintf(text, sizeof text, "%+" PRId64 "%%", percent);
    gt_page_set(page, text, "%s.Change", leaf);
    gt_page_set(page, percent < 0 ? "down" : "up", "%s.Way", leaf);
}

/* Sets <leaf>.Now, .Before (money), .Sales, .SalesBefore, .Change. */
static void set_pair(struct gt_page *page, const struct gt_sum *today, const struct gt_sum *before,
                     const char *leaf)
{
    gt_page_set_money(page, net(today), "%s.Now", leaf);
    gt_page_set_money(page, net(before), "%s.Before", leaf);
    gt_page_set_int(page, today->sales, "%s.Sales", leaf);
    gt_page_set_int(page, before->sales, "%s.SalesBefore", leaf);
    set_change(page, net(today), net(before), leaf);
}

static void show_totals(struct gt_page *page, const struct gt_board *b)
{
    const struct gt_sum *today = &b->total[GT_BOARD_TODAY];
    const struct gt_sum *before = &b->total[GT_BOARD_BEFORE];
    char hour[16];
    set_pair(page, today, before, "Total");
    set_change(page, today->sales, before->sales, "Count");
    gt_page_set_int(page, today->reversals, "Total.Reversals");
    gt_page_set_int(page, before->reversals, "Total.ReversalsBefore");
    gt_page_set_money(page, today->reversed, "Total.Reversed");
    gt_page_set_date(page, b->date[GT_BOARD_TODAY], "Today");
    gt_page_set_date(page, b->date[GT_BOARD_BEFORE], "Before");
    (void)snprintf(hour, sizeof hour, "%02d:59", (b->first_hour + b->now) % 24);
    gt_page_set_word(page, "Until", "dashboard.until", GT_ARGS(hour));
}

/* Hours in which anything was sold on either date, and all between them. */
static void show_hours(struct gt_page *page, const struct gt_board *b, int64_t cut_minute)
{
    int first = 24, last = -1;
    for (int i = 0; i < 24; i++) {
        for (int day = 0; day < GT_BOARD_DAYS; day++) {
            if (b->hour[day][i].sales || b->hour[day][i].reversals) {
                first = i < first ? i : first;
                last = i > last ? i : last;
            }
        }
    }
    for (int i = first; i <= last; i++) {
        char leaf[32], hour[8];
        int64_t today = net(&b->hour[GT_BOARD_TODAY][i]),
                before = net(&b->hour[GT_BOARD_BEFORE][i]);
        (void)snprintf(leaf, sizeof leaf, "Hour.%d", i);
        (void)snprintf(hour, sizeof hour, "%02d", (b->first_hour + i) % 24);
        set_pair(page, &b->hour[GT_BOARD_TODAY][i], &b->hour[GT_BOARD_BEFORE][i], leaf);
        gt_page_set(page, hour, "%s.Hour", leaf);
        /* An hour with the cut-off inside is two pieces of a day: no list has just them. */
        if (cut_minute < 0 || cut_minute % 60 == 0 ||
            (b->first_hour + i) % 24 != (int)(cut_minute / 60))
            gt_page_set(page, "1", "%s.Whole", leaf);
        gt_page_set_int(page, today, "%s.Fen", leaf);
        gt_page_set_int(page, before, "%s.FenBefore", leaf);
    }
}

static void show_kinds(struct gt_page *page, const struct gt_board *b)
{
    const struct gt_words *words = page->site->words;
    char leaf[32];
    for (int op = 1; op < GT_OP__MAX; op++) {
        if (!b->op[GT_BOARD_TODAY][op].sales && !b->op[GT_BOARD_BEFORE][op].sales)
            continue;
        (void)snprintf(leaf, sizeof leaf, "Op.%d", op);
        set_pair(page, &b->op[GT_BOARD_TODAY][op], &b->op[GT_BOARD_BEFORE][op], leaf);
        gt_page_set(page, gt_op_name((enum gt_op)op), "%s.Key", leaf);
        gt_page_set(page, gt_txn_word(words, page->lang, "op", gt_op_name((enum gt_op)op)),
                    "%s.Name", leaf);
    }
    for (int channel = 1; channel < GT_BOARD_CHANNEL; channel++) {
        const char *name = gt_terminal_kind_name((enum gt_terminal_kind)channel);
        if (!b->channel[GT_BOARD_TODAY][channel].sales &&
            !b->channel[GT_BOARD_BEFORE][channel].sales)
            continue;
        (void)snprintf(leaf, sizeof leaf, "Channel.%d", channel);
        set_pair(page, &b->channel[GT_BOARD_TODAY][channel], &b->channel[GT_BOARD_BEFORE][channel],
                 leaf);
        gt_page_set(page, name, "%s.Key", leaf);
        gt_page_set(page, gt_txn_word(words, page->lang, "channel", name), "%s.Name", leaf);
    }
}

static void show_orgs(struct gt_page *page, const struct found *f)
{
    for (size_t i = 0; i < f->board.norgs && i < ORGS; i++) {
        char leaf[32];
        if (!f->org[i].id)
            continue;
        (void)snprintf(leaf, sizeof leaf, "Org.%zu", i);
        set_pair(page, &f->board.org[i].sum[GT_BOARD_TODAY], &f->board.org[i].sum[GT_BOARD_BEFORE],
                 leaf);
        gt_page_set(page, f->org[i].name, "%s.Name", leaf);
        gt_page_set(page, f->org[i].code, "%s.Key", leaf);
    }
    if (f->board.norgs > ORGS)
        gt_page_set_int(page, (int64_t)f->board.norgs - ORGS, "OrgMore");
}

/* A marketing system: its light and latency as the processes find it, and what it owes answers for
 * where the visitor may see. */
static void show_system(struct gt_page *page, const struct found *f, const char *name, size_t i)
{
    char leaf[32];
    (void)snprintf(leaf, sizeof leaf, "System.%zu", i);
    gt_page_set(page, name, "%s.Name", leaf);
    gt_system_set(page, &f->systems, name, leaf);
    for (size_t k = 0; k < f->board.nsystems; k++) {
        if (strcmp(f->board.system[k].name, name) == 0)
            set_pair(page, &f->board.system[k].sum[GT_BOARD_TODAY],
                     &f->board.system[k].sum[GT_BOARD_BEFORE], leaf);
    }
    for (size_t k = 0; k < f->ndoubts; k++) {
        if (strcmp(f->doubts[k].system, name) != 0)
            continue;
        gt_page_set_int(page, f->doubts[k].count, "%s.Doubts", leaf);
        gt_page_set_time(page, f->doubts[k].since, "%s.Since", leaf);
    }
}

/* Those that are configured, and those that still owe answers. */
static void show_systems(struct gt_page *page, const struct found *f)
{
    const struct gt_conf *conf = &gt_console_of(page)->start->conf;
    size_t n = 0;
    if (gt_grants_anywhere(&gt_who_of(page)->visit.grants, GT_RIGHT_SYSTEM_VIEW))
        gt_page_set(page, "1", "SeesSystems");
    for (int i = 0; i < conf->nmarketing; i++)
        show_system(page, f, conf->marketing[i].name, n++);
    for (size_t i = 0; i < f->ndoubts; i++) {
        if (gt_system_place(page, f->doubts[i].system) < 0)
            show_system(page, f, f->doubts[i].system, n++);
    }
}

static void show_wanted(struct gt_page *page, const struct found *f)
{
    const struct gt_who *who = gt_who_of(page);
    int64_t doubts = 0;
    for (size_t i = 0; i < f->ndoubts; i++)
        doubts += f->doubts[i].count;
    if (gt_grants_anywhere(&who->visit.grants, GT_RIGHT_TXN_VIEW))
        gt_page_set(page, "1", "SeesTxns");
    gt_page_set_int(page, doubts, "Doubts");
    if (gt_grants_anywhere(&who->visit.grants, GT_RIGHT_APPROVAL_VIEW))
        gt_page_set(page, "1", "SeesApprovals");
    if (gt_grants_anywhere(&who->visit.grants, GT_RIGHT_CREDIT_VIEW))
        gt_page_set(page, "1", "SeesCredit");
    gt_page_set_int(page, f->approvals, "Approvals");
    if (gt_grants_anywhere(&who->visit.grants, GT_RIGHT_ITEM_VIEW)) {
        gt_page_set_int(page, f->items.open, "Items.Open");
        gt_page_set_int(page, f->items.days, "Items.Days");
        gt_page_set_int(page, f->items.old, "Items.Weeks");
    }
    gt_page_set_int(page, f->board.near_limit, "Near");
}

/* Books and certificates, for who may see the platform's health. */
static void show_health(struct gt_page *page, const struct found *f)
{
    struct gt_cert_found cert;
    int64_t due = 0;
    if (!gt_grants_anywhere(&gt_who_of(page)->visit.grants, GT_RIGHT_HEALTH_VIEW))
        return;
    for (size_t i = 0; gt_cert_found(page, i, &cert); i++)
        due += strcmp(cert.state, "posted") != 0;
    gt_page_set(page, gt_books_state(&f->checked, f->systems.now), "Books.State");
    gt_page_set_time(page, f->checked.at, "Books.At");
    gt_page_set_int(page, f->checked.differences, "Books.Differences");
    if (due)
        gt_page_set_int(page, due, "CertsDue");
}

static enum gt_err show(struct gt_page *page)
{
    struct found *f = calloc(1, sizeof *f);
    if (!f)
        return gt_err_set(GT_ERR_NOMEM, "no memory for a dashboard");
    f->page = page;
    f->systems.now = gt_now(gt_console_of(page)->clock);
    enum gt_err err = gt_page_read(page, "dashboard", read_in, f);
    if (err == GT_OK) {
        show_totals(page, &f->board);
        show_hours(page, &f->board, f->cut_minute);
        show_kinds(page, &f->board);
        show_orgs(page, f);
        show_wanted(page, f);
        show_systems(page, f);
        show_health(page, f);
        err = gt_page_show(page, "dashboard");
    }
    free(f);
    return err;
}

GT_ROUTE(dashboard, .path = "/console/dashboard", .name = "dashboard", .get = show,
         .right = GT_RIGHT_STATS_VIEW, .menu = GT_MENU_DESK + 10);
