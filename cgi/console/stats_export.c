/*
 * Statistics as a file: all lines of what is shown, with their sum.
 */
#include "stats.h"

#include "staff/export.h"

#include <stdio.h>
#include <stdlib.h>

#define PIECE 200 /* lines */

static const char *const columns[] = {"name",       "code",     "sales",   "amount",
                                      "reversals",  "reversed", "net",     "share",
                                      "before_net", "change",   "percent", NULL};

struct stream {
    struct gt_db *db;
    const struct gt_words *words;
    enum gt_lang lang;
    struct gt_stats_found stats;
    struct gt_stats_name name[PIECE];
    size_t at, n; /* lines put so far; of this piece */
};

static enum gt_err names_in(struct gt_tx *tx, void *arg)
{
    struct stream *s = arg;
    const struct gt_stats *stats = &s->stats.stats;
    for (s->n = 0; s->n < PIECE && s->at + s->n < stats->nlines; s->n++)
        gt_stats_name_read(tx, s->words, s->lang, &s->stats, &stats->line[s->at + s->n],
                           &s->name[s->n]);
    return gt_tx_err(tx);
}

static void put_line(const struct stream *s, const struct gt_sum sum[GT_STATS_RANGES],
                     struct gt_sheet *sheet)
{
    int64_t now = gt_sum_net(&sum[GT_STATS_NOW]), before = gt_sum_net(&sum[GT_STATS_BEFORE]);
    char text[GT_PERCENT_MAX];
    gt_cell_int(sheet, sum[GT_STATS_NOW].sales);
    gt_cell_money(sheet, sum[GT_STATS_NOW].amount);
    gt_cell_int(sheet, sum[GT_STATS_NOW].reversals);
    gt_cell_money(sheet, sum[GT_STATS_NOW].reversed);
    gt_cell_money(sheet, now);
    gt_percent(now, gt_sum_net(&s->stats.stats.total[GT_STATS_NOW]), text);
    gt_cell_text(sheet, text);
    gt_cell_money(sheet, before);
    gt_cell_money(sheet, now - before);
    gt_percent_change(now, before, text);
    gt_cell_text(sheet, text[0] == '+' ? text + 1 : text);
}

static enum gt_err put_rows(struct gt_sheet *sheet, void *list, bool *more)
{
    struct stream *s = list;
    const struct gt_stats *stats = &s->stats.stats;
    enum gt_err err = gt_db_read(s->db, "stats.export", names_in, s);
    for (size_t i = 0; err == GT_OK && i < s->n; i++) {
        gt_cell_text(sheet, s->name[i].name);
        gt_cell_text(sheet, s->name[i].code);
        put_line(s, stats->line[s->at + i].sum, sheet);
    }
    s->at += s->n;
    *more = s->at < stats->nlines;
    if (err == GT_OK && !*more) {
        gt_cell_word(sheet, "stats.total");
        gt_cell_text(sheet, "");
        put_line(s, stats->total, sheet);
    }
    return err;
}

static void done(void *list)
{
    struct stream *s = list;
    gt_stats_free(&s->stats.stats);
    free(s);
}

static enum gt_err answer(struct gt_page *page)
{
    static const struct gt_sheet_source source = {"statistics", "stats", columns, put_rows, done};
    struct gt_form form;
    struct stream *s = calloc(1, sizeof *s);
    if (!s)
        return gt_err_set(GT_ERR_NOMEM, "no memory for an export");
    (void)gt_form_read_query(page, gt_stats_filters, GT_SF__MAX, &form);
    const struct gt_value *by = &form.value[GT_SF_BY];
    s->db = gt_console_of(page)->start->db;
    s->words = page->site->words;
    s->lang = page->lang;
    enum gt_err err =
        gt_stats_find(page, by->text[0] && !by->bad ? (enum gt_stats_by)by->number : GT_STATS_ORG,
                      &form, &s->stats);
    if (err != GT_OK) {
        done(s);
        return err;
    }
    return gt_export_send(page, GT_RIGHT_STATS_VIEW, &form, "stats.export", &source, s);
}

GT_ROUTE(stats_export, .path = "/console/stats/export", .name = "stats_export", .words = "stats",
         .get = answer, .right = GT_RIGHT_EXPORT, .under = "stats_org");
