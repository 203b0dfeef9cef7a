/*
 * One marketing system: how it is now, what each process says, what its definition says (limits,
 * customers, codes).
 *
 * The address names it as the configuration does: ?name=sg186.
 */
#include "systems.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum gt_err read_in(struct gt_tx *tx, void *arg)
{
    gt_systems_read(tx, arg);
    return gt_tx_err(tx);
}

static void show_reports(struct gt_page *page, const struct gt_systems_found *f, const char *name)
{
    size_t n = 0;
    for (size_t i = 0; i < f->nreports; i++) {
        const struct gt_system_report *report = &f->reports[i];
        const struct gt_process_link *link = &report->link;
        if (strcmp(link->system, name) != 0)
            continue;
        gt_page_set(page, report->process.name, "Report.%zu.Process", n);
        gt_page_set(page, report->process.host, "Report.%zu.Host", n);
        gt_page_set_int(page, report->process.pid, "Report.%zu.Pid", n);
        gt_page_set_int(page, link->in_flight, "Report.%zu.InFlight", n);
        gt_page_set_int(page, link->calls, "Report.%zu.Calls", n);
        gt_page_set_int(page, link->bad, "Report.%zu.Bad", n);
        if (link->last_ms)
            gt_page_set_int(page, link->last_ms, "Report.%zu.LastMs", n);
        gt_page_set_time(page, report->process.seen_at, "Report.%zu.At", n);
        if (link->shut)
            gt_page_set(page, "1", "Report.%zu.Shut", n);
        n++;
    }
}

/* --- the definition */

static void set_ms(struct gt_page *page, const char *leaf, int64_t ms)
{
    char text[40];
    (void)snprintf(text, sizeof text, "%lld.%01lld", (long long)(ms / 1000),
                   (long long)(ms % 1000 / 100));
    gt_page_set_word(page, leaf, "system.seconds", GT_ARGS(text));
}

static void show_limits(struct gt_page *page, const struct gt_link *link, int place)
{
    struct gt_link_about about;
    const char *prefix;
    char word[64];
    if (!gt_link_about(link, place, &about))
        return;
    gt_page_set(page, "1", "Defined");
    set_ms(page, "Limit.Connect", about.connect_ms);
    set_ms(page, "Limit.Answer", about.answer_ms);
    set_ms(page, "Limit.Grace", about.grace_ms);
    set_ms(page, "Limit.BreakerOpen", about.breaker_open_ms);
    gt_page_set_int(page, about.breaker_failures, "Limit.BreakerFailures");
    if (about.slots)
        gt_page_set_int(page, about.slots, "Limit.Slots");
    gt_page_set_int(page, about.reply_max / 1024, "Limit.ReplyMax");
    (void)snprintf(word, sizeof word, "system.settle_%s", about.settle);
    gt_page_set(page, gt_page_word(page, word), "Limit.Settle");
    for (size_t i = 0; (prefix = gt_link_serves(link, place, i)); i++)
        gt_page_set(page, prefix, "Serves.%zu.Prefix", i);
}

static void show_code(struct gt_page *page, const struct gt_link_code *code, size_t i)
{
    static const char *const classes[][2] = {[GT_UP_OK] = {"ok", "posted"},
                                             [GT_UP_REFUSED] = {"refused", "declined"},
                                             [GT_UP_NOT_SENT] = {"not_sent", "declined"},
                                             [GT_UP_UNKNOWN] = {"unknown", "doubt"}};
    const struct gt_outcome_info *info = gt_outcome_info(code->outcome);
    char word[64];
    gt_page_set(page, code->value, "Code.%zu.Value", i);
    (void)snprintf(word, sizeof word, "system.class_%s", classes[code->class][0]);
    gt_page_set(page, gt_page_word(page, word), "Code.%zu.Class", i);
    gt_page_set(page, classes[code->class][1], "Code.%zu.Colour", i);
    if (code->op) {
        (void)snprintf(word, sizeof word, "system.op_%s", code->op);
        gt_page_set(page, gt_page_word(page, word), "Code.%zu.Op", i);
    }
    if (code->class == GT_UP_OK)
        return;
    gt_page_set_int(page, info->number, "Code.%zu.Number", i);
    gt_page_set(page, page->lang == GT_LANG_EN ? info->en : info->zh, "Code.%zu.Text", i);
}

static void show_definition(struct gt_page *page, int place)
{
    const struct gt_staff *console = gt_console_of(page);
    struct gt_link_code code;
    gt_page_set(page, console->start->conf.marketing[place].url, "System.Url");
    show_limits(page, console->link, place);
    for (size_t i = 0; gt_link_code(console->link, place, i, &code); i++)
        show_code(page, &code, i);
}

static enum gt_err show(struct gt_page *page)
{
    const char *name = gt_params_get(&page->query, "name");
    int place = gt_system_place(page, name);
    if (!name[0])
        return gt_page_go(page, "/console/systems");
    if (place < 0)
        return gt_page_error(page, 404);
    struct gt_systems_found *f = calloc(1, sizeof *f);
    if (!f)
        return gt_err_set(GT_ERR_NOMEM, "no memory for a system");
    f->now = gt_now(gt_console_of(page)->clock);
    enum gt_err err = gt_page_read(page, "system.show", read_in, f);
    if (err == GT_OK) {
        gt_page_set(page, name, "System.Name");
        gt_system_set(page, f, name, "System");
        show_reports(page, f, name);
        show_definition(page, place);
        if (gt_grants_anywhere(&gt_who_of(page)->visit.grants, GT_RIGHT_SYSTEM_MANAGE))
            gt_page_set(page, "1", "May.Test");
        err = gt_page_show(page, "system");
    }
    free(f);
    return err;
}

GT_ROUTE(system, .path = "/console/system", .name = "system", .get = show,
         .right = GT_RIGHT_SYSTEM_VIEW, .under = "systems");
