/*
 * Statistics: one page for each of what can be asked by, all made here.
 *
 * What differs between them is the line's name and where it leads: an organisation to those below
 * it, everything else to its transactions.
 */
#include "stats.h"

#include "staff/export.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHOWN 100 /* lines; the others are one */

struct found {
    struct gt_page *page;
    struct gt_stats_found stats;
    struct gt_stats_name name[SHOWN];
    struct gt_org above[GT_GRANTS_MAX]; /* of the organisation asked for, as far as it is seen */
    size_t nabove;
};

/* --- reading */

/* The organisations on the way to the one asked for. */
static void read_above(struct gt_tx *tx, struct found *f)
{
    const struct gt_org *org = &f->stats.scopes.org;
    const char *at = org->id ? org->path + 1 : "";
    while (*at && f->nabove < GT_GRANTS_MAX) {
        struct gt_org *above = &f->above[f->nabove];
        char *end;
        int64_t id = strtoll(at, &end, 10);
        at = *end ? end + 1 : end;
        if (gt_row_find(tx, &gt_org_row, id, above) &&
            gt_page_may(f->page, GT_RIGHT_STATS_VIEW, above->path))
            f->nabove++;
    }
}

static enum gt_err names_in(struct gt_tx *tx, void *arg)
{
    struct found *f = arg;
    const struct gt_page *page = f->page;
    for (size_t i = 0; i < f->stats.stats.nlines && i < SHOWN; i++)
        gt_stats_name_read(tx, page->site->words, page->lang, &f->stats, &f->stats.stats.line[i],
                           &f->name[i]);
    f->nabove = 0;
    read_above(tx, f);
    return gt_tx_err(tx);
}

/* --- showing */

/* Sets what stands in a row: <leaf>.Sales, .Amount, .Reversals, .Reversed, .Net, .Share, .Before,
 * .Change, .Percent, .Way; and as bare numbers .Fen and .FenBefore. */
static void set_sums(struct gt_page *page, const struct gt_sum sum[GT_STATS_RANGES],
                     const struct gt_sum *total, const char *leaf)
{
    const struct gt_sum *now = &sum[GT_STATS_NOW], *before = &sum[GT_STATS_BEFORE];
    char text[GT_PERCENT_MAX];
    gt_page_set_int(page, now->sales, "%s.Sales", leaf);
    gt_page_set_money(page, now->amount, "%s.Amount", leaf);
    gt_page_set_int(page, now->reversals, "%s.Reversals", leaf);
    gt_page_set_money(page, now->reversed, "%s.Reversed", leaf);
    gt_page_set_money(page, gt_sum_net(now), "%s.Net", leaf);
    gt_page_set_money(page, gt_sum_net(before), "%s.Before", leaf);
    gt_page_set_money(page, gt_sum_net(now) - gt_sum_net(before), "%s.Change", leaf);
    gt_page_set_int(page, gt_sum_net(now), "%s.Fen", leaf);
    gt_page_set_int(page, gt_sum_net(before), "%s.FenBefore", leaf);
    gt_page_set(page, gt_sum_net(now) < gt_sum_net(before) ? "down" : "up", "%s.Way", leaf);
    gt_percent(gt_sum_net(now), gt_sum_net(total), text);
    gt_page_set(page, text, "%s.Share", leaf);
    gt_percent_change(gt_sum_net(now), gt_sum_net(before), text);
    gt_page_set(page, text, "%s.Percent", leaf);
}

/* What a filter of transactions is called that picks a line. */
static const char *const picked_by[GT_STATS__MAX] = {
    [GT_STATS_ORG] = "org",   [GT_STATS_OPERATOR] = "operator",
    [GT_STATS_AGENT] = "org", [GT_STATS_CHANNEL] = "channel",
    [GT_STATS_OP] = "op",     [GT_STATS_SYSTEM] = "system",
};

static void put_pair(struct gt_buf *out, const char *name, const char *value)
{
    gt_buf_printf(out, "%s=", name);
    gt_url_put(out, value);
    gt_buf_putc(out, '&');
}

/* Sets <leaf>.Txns, the transactions of a line, and <leaf>.TxnsBack, those that took back. */
static void set_links(struct gt_page *page, const struct found *f,
                      const struct gt_stats_range *range, enum gt_stats_by by, const char *key,
                      const char *leaf)
{
    const struct gt_org *org = &f->stats.scopes.org;
    char date[24];
    struct gt_buf out;
    if (!gt_grants_anywhere(&gt_who_of(page)->visit.grants, GT_RIGHT_TXN_VIEW))
        return;
    gt_buf_init(&out, 1024);
    gt_buf_puts(&out, "/console/txns?");
    for (int i = 0; i < 2; i++) {
        int64_t at = i ? range->to : range->from;
        (void)snprintf(date, sizeof date, "%04d-%02d-%02d", (int)(at / 10000),
                       (int)(at / 100 % 100), (int)(at % 100));
        put_pair(&out, i ? "to" : "from", date);
    }
    if (org->id && (!key || strcmp(picked_by[by], "org") != 0))
        put_pair(&out, "org", org->code);
    size_t len = out.len;
    if (key && by != GT_STATS_OP)
        put_pair(&out, picked_by[by], key);
    gt_buf_puts(&out, "op=reverse");
    if (gt_buf_err(&out) == GT_OK)
        gt_page_set(page, out.data, "%s.TxnsBack", leaf);
    out.data[len] = '\0';
    out.len = len;
    put_pair(&out, key ? picked_by[by] : "state", key ? key : "");
    if (gt_buf_err(&out) == GT_OK) {
        out.data[out.len - 1] = '\0';
        gt_page_set(page, out.data, "%s.Txns", leaf);
    }
    gt_buf_done(&out);
}

/* Sets <leaf>.Below: the same figures of the organisations below it. */
static void set_below(struct gt_list *list, const char *code, const char *leaf)
{
    struct gt_value given = list->filters.value[GT_SF_ORG];
    char name[48];
    (void)snprintf(name, sizeof name, "%s.Below", leaf);
    list->filters.value[GT_SF_ORG] = (struct gt_value){.text = code};
    gt_list_elsewhere(list, name, list->page->request->path);
    list->filters.value[GT_SF_ORG] = given;
}

static void show_lines(struct gt_list *list, struct found *f)
{
    struct gt_page *page = f->page;
    const struct gt_stats *stats = &f->stats.stats;
    const struct gt_stats_range *range = &f->stats.ask.range[GT_STATS_NOW];
    struct gt_sum others[GT_STATS_RANGES] = {{0}};
    char leaf[32];
    for (size_t i = 0; i < stats->nlines && i < SHOWN; i++) {
        const struct gt_stats_name *name = &f->name[i];
        (void)snprintf(leaf, sizeof leaf, "Line.%zu", i);
        gt_page_set(page, name->name, "%s.Name", leaf);
        gt_page_set(page, name->code, "%s.Code", leaf);
        set_sums(page, stats->line[i].sum, &stats->total[GT_STATS_NOW], leaf);
        set_links(page, f, range, f->stats.ask.by, name->key, leaf);
        if (name->below && f->stats.ask.by == GT_STATS_ORG)
            set_below(list, name->code, leaf);
        for (int r = 0; r < GT_STATS_RANGES; r++) {
            others[r].sales -= stats->line[i].sum[r].sales;
            others[r].amount -= stats->line[i].sum[r].amount;
            others[r].reversals -= stats->line[i].sum[r].reversals;
            others[r].reversed -= stats->line[i].sum[r].reversed;
        }
    }
    set_sums(page, stats->total, &stats->total[GT_STATS_NOW], "Total");
    set_links(page, f, range, f->stats.ask.by, NULL, "Total");
    if (stats->nlines <= SHOWN)
        return;
    for (int r = 0; r < GT_STATS_RANGES; r++) {
        others[r].sales += stats->total[r].sales;
        others[r].amount += stats->total[r].amount;
        others[r].reversals += stats->total[r].reversals;
        others[r].reversed += stats->total[r].reversed;
    }
    gt_page_set_int(page, (int64_t)(stats->nlines - SHOWN), "Others.Count");
    set_sums(page, others, &stats->total[GT_STATS_NOW], "Others");
}

/* First and last day of a period, inside the range. */
static struct gt_stats_range days_of(int64_t period, enum gt_stats_grain grain,
                                     const struct gt_stats_range *range)
{
    struct gt_stats_range days = {period, period};
    if (grain == GT_STATS_MONTH)
        days = (struct gt_stats_range){period * 100 + 1, period * 100 + 31};
    else if (grain == GT_STATS_YEAR)
        days = (struct gt_stats_range){period * 10000 + 101, period * 10000 + 1231};
    while (!gt_date_valid(days.to))
        days.to--;
    days.from = days.from < range->from ? range->from : days.from;
    days.to = days.to > range->to ? range->to : days.to;
    return days;
}

static void show_points(struct gt_page *page, const struct found *f)
{
    const struct gt_stats *stats = &f->stats.stats;
    enum gt_stats_grain grain = f->stats.ask.grain;
    const int64_t parts[] = {1, 100, 10000};
    const size_t shown[] = {10, 7, 4}; /* characters of a date */
    char leaf[32], text[24];
    for (size_t i = 0; i < stats->npoints; i++) {
        const struct gt_stats_point *point = &stats->point[i];
        int64_t first = point->period * parts[grain];
        struct gt_stats_range days =
            days_of(point->period, grain, &f->stats.ask.range[GT_STATS_NOW]);
        (void)snprintf(leaf, sizeof leaf, "Point.%zu", i);
        (void)snprintf(text, sizeof text, "%04d-%02d-%02d", (int)(first / 10000),
                       (int)(first / 100 % 100), (int)(first % 100));
        text[shown[grain]] = '\0';
        gt_page_set(page, text, "%s.Period", leaf);
        gt_page_set(page, grain == GT_STATS_DAY ? text + 5 : text, "%s.Label", leaf);
        gt_page_set_int(page, point->sum.sales, "%s.Sales", leaf);
        gt_page_set_int(page, point->sum.reversals, "%s.Reversals", leaf);
        gt_page_set_money(page, gt_sum_net(&point->sum), "%s.Net", leaf);
        gt_page_set_int(page, gt_sum_net(&point->sum), "%s.Fen", leaf);
        set_links(page, f, &days, f->stats.ask.by, NULL, leaf);
    }
}

static void show_head(struct gt_list *list, const struct found *f)
{
    struct gt_page *page = f->page;
    const struct gt_stats_range *range = f->stats.ask.range;
    char word[64], leaf[32];
    (void)snprintf(word, sizeof word, "%s.title", page->route->name);
    gt_page_set(page, gt_page_word(page, word), "Title");
    (void)snprintf(word, sizeof word, "stats.by_%s", gt_stats_by_name(f->stats.ask.by));
    gt_page_set(page, gt_page_word(page, word), "By");
    gt_page_set_date(page, range[GT_STATS_NOW].from, "From");
    gt_page_set_date(page, range[GT_STATS_NOW].to, "To");
    gt_page_set_date(page, range[GT_STATS_BEFORE].from, "BeforeFrom");
    gt_page_set_date(page, range[GT_STATS_BEFORE].to, "BeforeTo");
    if (f->stats.late)
        gt_page_set(page, "1", "Late");
    for (size_t i = 0; i < f->nabove; i++) {
        (void)snprintf(leaf, sizeof leaf, "Above.%zu", i);
        gt_page_set(page, f->above[i].name, "%s.Name", leaf);
        if (i + 1 < f->nabove)
            set_below(list, f->above[i].code, leaf);
    }
}

/* Fills in what was not asked, so that the fields and the links say what is shown. */
static void put_asked(struct gt_form *form, const struct gt_stats_found *f, char text[2][16])
{
    static const enum gt_stats_filter fields[] = {GT_SF_FROM, GT_SF_TO};
    const struct gt_stats_range *range = &f->ask.range[GT_STATS_NOW];
    struct gt_value *versus = &form->value[GT_SF_VERSUS], *grain = &form->value[GT_SF_GRAIN];
    for (int i = 0; i < 2; i++) {
        int64_t date = i ? range->to : range->from;
        (void)snprintf(text[i], 16, "%04d-%02d-%02d", (int)(date / 10000), (int)(date / 100 % 100),
                       (int)(date % 100));
        if (!form->value[fields[i]].text[0])
            form->value[fields[i]] = (struct gt_value){text[i], date, false};
    }
    if (!versus->bad && !versus->text[0])
        *versus = (struct gt_value){.text = "before"};
    if (!grain->bad && f->ask.grain < GT_STATS_GRAINS)
        *grain = (struct gt_value){.text = gt_stats_filters[GT_SF_GRAIN].choices[f->ask.grain]};
}

static void show_export(struct gt_list *list, enum gt_stats_by by)
{
    struct gt_value *value = &list->filters.value[GT_SF_BY], given = *value;
    value->text = gt_stats_by_name(by);
    gt_export_show(list, "/console/stats/export");
    *value = given;
}

static enum gt_err show(struct gt_page *page, enum gt_stats_by by)
{
    struct gt_list list;
    char text[2][16];
    struct found *f = calloc(1, sizeof *f);
    if (!f)
        return gt_err_set(GT_ERR_NOMEM, "no memory for statistics");
    f->page = page;
    gt_list_read(page, gt_stats_filters, GT_SF__MAX, NULL, &list);
    list.filters.value[GT_SF_BY] = (struct gt_value){.text = ""};
    enum gt_err err = gt_stats_find(page, by, &list.filters, &f->stats);
    if (err == GT_OK)
        err = gt_page_read(page, "stats.names", names_in, f);
    if (err == GT_OK) {
        put_asked(&list.filters, &f->stats, text);
        show_head(&list, f);
        if (f->stats.stats.nlines > 0) {
            show_lines(&list, f);
            show_points(page, f);
            show_export(&list, by);
        }
        gt_list_ranges(&list, GT_SF_FROM, GT_SF_TO, f->stats.today);
        gt_list_show(&list, "");
        err = gt_page_show(page, "stats");
    }
    gt_stats_free(&f->stats.stats);
    free(f);
    return err;
}

/* --- the pages */

static enum gt_err by_org(struct gt_page *page)
{
    return show(page, GT_STATS_ORG);
}

static enum gt_err by_operator(struct gt_page *page)
{
    return show(page, GT_STATS_OPERATOR);
}

static enum gt_err by_agent(struct gt_page *page)
{
    return show(page, GT_STATS_AGENT);
}

static enum gt_err by_channel(struct gt_page *page)
{
    return show(page, GT_STATS_CHANNEL);
}

static enum gt_err by_op(struct gt_page *page)
{
    return show(page, GT_STATS_OP);
}

static enum gt_err by_system(struct gt_page *page)
{
    return show(page, GT_STATS_SYSTEM);
}

#define STATS_ROUTE(by, place)                                                                  \
    GT_ROUTE(stats_##by, .path = "/console/stats/" #by, .name = "stats_" #by, .words = "stats", \
             .get = by_##by, .right = GT_RIGHT_STATS_VIEW, .menu = GT_MENU_STATS + (place))

STATS_ROUTE(org, 10);
STATS_ROUTE(operator, 20);
STATS_ROUTE(agent, 30);
STATS_ROUTE(channel, 40);
STATS_ROUTE(op, 50);
STATS_ROUTE(system, 60);
