/*
 * Marketing systems: how each is now.
 */
#include "systems.h"

#include "base/clock.h"
#include "staff/export.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void gt_systems_read(struct gt_tx *tx, struct gt_systems_found *found)
{
    struct gt_process processes[GT_PROCESSES_MAX];
    struct gt_process_link links[GT_MARKETING_MAX];
    size_t n = gt_process_list(tx, processes, GT_PROCESSES_MAX);
    found->nreports = 0;
    for (size_t i = 0; i < n; i++) {
        if (processes[i].seen_at < found->now - GT_PROCESS_OLD_MS)
            continue;
        size_t nlinks = gt_process_links(tx, processes[i].id, links, GT_MARKETING_MAX);
        for (size_t k = 0; k < nlinks && found->nreports < GT_SYSTEM_REPORTS; k++)
            found->reports[found->nreports++] =
                (struct gt_system_report){.process = processes[i], .link = links[k]};
    }
    found->nloads = gt_system_loads(tx, found->loads);
}

int gt_system_place(const struct gt_page *page, const char *name)
{
    const struct gt_conf *conf = &gt_console_of(page)->start->conf;
    for (int i = 0; i < conf->nmarketing; i++) {
        if (strcmp(conf->marketing[i].name, name) == 0)
            return i;
    }
    return -1;
}

/* --- showing */

static void set_leaf(struct gt_page *page, const char *prefix, const char *leaf, const char *text)
{
    gt_page_set(page, text, "%s.%s", prefix, leaf);
}

/* One word for what the processes say; `busy` are those that called it, or find it shut. */
static const char *state_of(size_t reports, size_t busy, size_t shut, int64_t calls, int64_t bad)
{
    if (reports == 0)
        return "unknown";
    if (shut > 0)
        return shut == busy ? "shut" : "partly";
    return calls > 0 && bad * 10 > calls ? "failing" : "good";
}

static const char *colour_of(const char *state)
{
    static const char *const colours[][2] = {
        {"unknown", "declined"}, {"shut", "error"}, {"partly", "doubt"}, {"failing", "doubt"}};
    for (size_t i = 0; i < sizeof colours / sizeof colours[0]; i++) {
        if (strcmp(colours[i][0], state) == 0)
            return colours[i][1];
    }
    return "posted";
}

/* What all processes say of one system. */
struct sum {
    const char *state;
    size_t reports;
    int64_t calls, in_flight, slowest;
    char error_rate[32]; /* "" without calls */
    struct gt_system_load load;
};

static void sum_up(const struct gt_systems_found *found, const char *name, struct sum *sum)
{
    size_t busy = 0, shut = 0;
    int64_t bad = 0;
    *sum = (struct sum){.reports = 0};
    for (size_t i = 0; i < found->nreports; i++) {
        const struct gt_process_link *link = &found->reports[i].link;
        if (strcmp(link->system, name) != 0)
            continue;
        sum->reports++;
        busy += link->shut || link->calls > 0;
        shut += link->shut != 0;
        sum->calls += link->calls;
        bad += link->bad;
        sum->in_flight += link->in_flight;
        if (link->last_ms > sum->slowest)
            sum->slowest = link->last_ms;
    }
    for (size_t i = 0; i < found->nloads; i++) {
        if (strcmp(found->loads[i].system, name) == 0)
            sum->load = found->loads[i];
    }
    sum->state = state_of(sum->reports, busy, shut, sum->calls, bad);
    if (sum->calls)
        (void)snprintf(sum->error_rate, sizeof sum->error_rate, "%" PRId64 ".%" PRId64 "%%",
                       bad * 100 / sum->calls, bad * 1000 / sum->calls % 10);
}

void gt_system_set(struct gt_page *page, const struct gt_systems_found *found, const char *name,
                   const char *prefix)
{
    struct sum sum;
    char word[64];
    sum_up(found, name, &sum);
    set_leaf(page, prefix, "Colour", colour_of(sum.state));
    (void)snprintf(word, sizeof word, "systems.state_%s", sum.state);
    set_leaf(page, prefix, "State", gt_page_word(page, word));
    gt_page_set_int(page, (int64_t)sum.reports, "%s.Processes", prefix);
    gt_page_set_int(page, sum.calls, "%s.Calls", prefix);
    gt_page_set_int(page, sum.in_flight, "%s.InFlight", prefix);
    if (sum.slowest)
        gt_page_set_int(page, sum.slowest, "%s.LastMs", prefix);
    if (sum.error_rate[0])
        set_leaf(page, prefix, "ErrorRate", sum.error_rate);
    gt_page_set_int(page, sum.load.in_flight, "%s.TxnsInFlight", prefix);
    gt_page_set_int(page, sum.load.in_doubt, "%s.InDoubt", prefix);
    gt_page_set_time(page, sum.load.oldest, "%s.Oldest", prefix);
}

/* What is shown; it outlives the page where it is exported. */
struct shown {
    struct gt_db *db;
    const struct gt_conf *conf; /* of the process */
    struct gt_systems_found found;
};

static enum gt_err read_in(struct gt_tx *tx, void *arg)
{
    gt_systems_read(tx, arg);
    return gt_tx_err(tx);
}

/* Owned by the caller. */
static enum gt_err begin(struct gt_page *page, struct shown **shown)
{
    struct shown *s = calloc(1, sizeof *s);
    if (!s)
        return gt_err_set(GT_ERR_NOMEM, "no memory for the systems");
    s->db = gt_console_of(page)->start->db;
    s->conf = &gt_console_of(page)->start->conf;
    s->found.now = gt_now(gt_console_of(page)->clock);
    *shown = s;
    return GT_OK;
}

static enum gt_err show(struct gt_page *page)
{
    struct gt_list list;
    struct shown *s;
    enum gt_err err = begin(page, &s);
    if (err != GT_OK)
        return err;
    gt_list_read(page, NULL, 0, NULL, &list);
    err = gt_page_read(page, "systems.list", read_in, &s->found);
    for (int i = 0; err == GT_OK && i < s->conf->nmarketing; i++) {
        char prefix[32];
        (void)snprintf(prefix, sizeof prefix, "System.%d", i);
        set_leaf(page, prefix, "Name", s->conf->marketing[i].name);
        gt_system_set(page, &s->found, s->conf->marketing[i].name, prefix);
    }
    free(s);
    gt_export_show(&list, "/console/systems/export");
    return err == GT_OK ? gt_page_show(page, "systems") : err;
}

GT_ROUTE(systems, .path = "/console/systems", .name = "systems", .get = show,
         .right = GT_RIGHT_SYSTEM_VIEW, .menu = GT_MENU_SYSTEM + 20);

/* --- as a file */

static const char *const columns[] = {"name",      "state", "last_ms", "calls",  "rate",
                                      "calls_now", "txns",  "doubt",   "oldest", NULL};

static enum gt_err put_rows(struct gt_sheet *sheet, void *list, bool *more)
{
    struct shown *s = list;
    struct sum sum;
    char word[64];
    enum gt_err err = gt_db_read(s->db, "systems.export", read_in, &s->found);
    for (int i = 0; err == GT_OK && i < s->conf->nmarketing; i++) {
        sum_up(&s->found, s->conf->marketing[i].name, &sum);
        (void)snprintf(word, sizeof word, "systems.state_%s", sum.state);
        gt_cell_text(sheet, s->conf->marketing[i].name);
        gt_cell_word(sheet, word);
        gt_cell_int(sheet, sum.slowest);
        gt_cell_int(sheet, sum.calls);
        gt_cell_text(sheet, sum.error_rate);
        gt_cell_int(sheet, sum.in_flight);
        gt_cell_int(sheet, sum.load.in_flight);
        gt_cell_int(sheet, sum.load.in_doubt);
        gt_cell_time(sheet, sum.load.oldest);
    }
    *more = false;
    return err;
}

static enum gt_err send(struct gt_page *page)
{
    static const struct gt_sheet_source source = {"systems", "systems", columns, put_rows, free};
    struct gt_list list;
    struct shown *s;
    enum gt_err err = begin(page, &s);
    if (err != GT_OK)
        return err;
    gt_list_read(page, NULL, 0, NULL, &list);
    return gt_export_send(page, GT_RIGHT_SYSTEM_VIEW, &list.filters, "system.export", &source, s);
}

GT_ROUTE(systems_export, .path = "/console/systems/export", .name = "systems", .get = send,
         .right = GT_RIGHT_SYSTEM_VIEW, .under = "systems");
