/*
 * Marketing systems: how each is now.
 */
#include "systems.h"

#include "base/clock.h"

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

static void set_load(struct gt_page *page, const struct gt_systems_found *found, const char *name,
                     const char *prefix)
{
    struct gt_system_load load = {.oldest = 0};
    for (size_t i = 0; i < found->nloads; i++) {
        if (strcmp(found->loads[i].system, name) == 0)
            load = found->loads[i];
    }
    gt_page_set_int(page, load.in_flight, "%s.TxnsInFlight", prefix);
    gt_page_set_int(page, load.in_doubt, "%s.InDoubt", prefix);
    gt_page_set_time(page, load.oldest, "%s.Oldest", prefix);
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

void gt_system_set(struct gt_page *page, const struct gt_systems_found *found, const char *name,
                   const char *prefix)
{
    size_t reports = 0, busy = 0, shut = 0;
    int64_t calls = 0, bad = 0, in_flight = 0, slowest = 0;
    char text[64];
    for (size_t i = 0; i < found->nreports; i++) {
        const struct gt_process_link *link = &found->reports[i].link;
        if (strcmp(link->system, name) != 0)
            continue;
        reports++;
        busy += link->shut || link->calls > 0;
        shut += link->shut != 0;
        calls += link->calls;
        bad += link->bad;
        in_flight += link->in_flight;
        if (link->last_ms > slowest)
            slowest = link->last_ms;
    }
    const char *state = state_of(reports, busy, shut, calls, bad);
    set_leaf(page, prefix, "Colour", colour_of(state));
    (void)snprintf(text, sizeof text, "systems.state_%s", state);
    set_leaf(page, prefix, "State", gt_page_word(page, text));
    gt_page_set_int(page, (int64_t)reports, "%s.Processes", prefix);
    gt_page_set_int(page, calls, "%s.Calls", prefix);
    gt_page_set_int(page, in_flight, "%s.InFlight", prefix);
    if (slowest)
        gt_page_set_int(page, slowest, "%s.LastMs", prefix);
    if (calls) {
        (void)snprintf(text, sizeof text, "%" PRId64 ".%" PRId64 "%%", bad * 100 / calls,
                       bad * 1000 / calls % 10);
        set_leaf(page, prefix, "ErrorRate", text);
    }
    set_load(page, found, name, prefix);
}

static enum gt_err read_in(struct gt_tx *tx, void *arg)
{
    gt_systems_read(tx, arg);
    return gt_tx_err(tx);
}

static enum gt_err show(struct gt_page *page)
{
    const struct gt_staff *console = gt_console_of(page);
    const struct gt_conf *conf = &console->start->conf;
    struct gt_systems_found *f = calloc(1, sizeof *f);
    if (!f)
        return gt_err_set(GT_ERR_NOMEM, "no memory for the systems");
    f->now = gt_now(console->clock);
    enum gt_err err = gt_page_read(page, "systems.list", read_in, f);
    for (int i = 0; err == GT_OK && i < conf->nmarketing; i++) {
        char prefix[32];
        (void)snprintf(prefix, sizeof prefix, "System.%d", i);
        set_leaf(page, prefix, "Name", conf->marketing[i].name);
        gt_system_set(page, f, conf->marketing[i].name, prefix);
    }
    free(f);
    if (err != GT_OK)
        return err;
    return gt_page_show(page, "systems");
}

GT_ROUTE(systems, .path = "/console/systems", .name = "systems", .get = show,
         .right = GT_RIGHT_SYSTEM_VIEW, .menu = GT_MENU_SYSTEM + 20);
