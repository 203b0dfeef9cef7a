/*
 * The day closes of an evening, from the stations and agents up to the top; some of them tell what
 * is not so, and each of those must be an item in the end, as it was told.
 */
#include "month.h"

#include "books/day.h"
#include "books/item.h"

#include <string.h>

#define MISTOLD_LINE 1 /* of gt_day_op: the business whose figures are told wrong */

static int line_of(int64_t op)
{
    for (int i = 0; i < GT_DAY_LINES; i++)
        if (gt_day_op[i] == op)
            return i;
    return -1;
}

void month_count(struct month_site *site, int64_t op, int64_t fen)
{
    int i = line_of(op);

    if (i < 0)
        return;
    site->counted[i].count++;
    site->counted[i].amount += fen;
}

static void add(struct gt_day_figure sum[GT_DAY_LINES], const struct gt_day_figure *more)
{
    for (int i = 0; i < GT_DAY_LINES; i++) {
        sum[i].count += more[i].count;
        sum[i].amount += more[i].amount;
    }
}

struct day_reading {
    int64_t id;
    struct gt_day day;
};

static enum gt_err day_read(struct gt_tx *tx, void *arg)
{
    struct day_reading *r = arg;

    (void)!gt_row_find(tx, &gt_day_row, r->id, &r->day);
    return gt_tx_err(tx);
}

/* Declares the day of an organisation, and confirms it. */
static void day_close(struct month *m, int64_t org_id, int64_t date,
                      const struct gt_day_figure *told, int64_t by_id, int64_t up_id)
{
    struct gt_by by = month_by(m, by_id), up = month_by(m, up_id);
    struct gt_day_form form = {.note = ""};
    struct gt_refusal no = {.why = GT_WHY_NONE};
    struct day_reading r = {.id = 0};
    char text[600];

    memcpy(form.told, told, sizeof(form.told));
    enum gt_err err = gt_day_declare(&by, org_id, date, &form, &r.id, &no);
    if (err && no.why == GT_WHY_DAY_NOTHING)
        return;
    if (err)
        month_fail(m, "day close of %lld: %s", (long long)org_id,
                   gt_refusal_text(&no, true, text, sizeof(text)));
    month_must(m, err, "declare a day");
    month_must(m, gt_db_read(m->db, "month.day", day_read, &r), "a day");
    month_must(m, gt_day_confirm(&up, r.id, r.day.version, &no), "confirm a day");
    m->tally.days++;
}

/* Now and then somebody declares what is not so, which is to become an item. */
static void tell_wrong(struct month *m, struct month_site *site, int64_t date,
                       enum gt_item_class class)
{
    struct gt_day_figure *figure = &site->counted[MISTOLD_LINE];
    struct month_mistold *p = &m->mistold[m->nmistold];
    bool counts = class == GT_ITEM_COUNT;

    if (m->nmistold == MONTH_MISTOLD) {
        month_fail(m, "more than %d figures told wrong", MONTH_MISTOLD);
        return;
    }
    m->nmistold++;
    *p = (struct month_mistold){.class = class,
                                .org_id = site->org_id,
                                .date = date,
                                .ours = counts ? figure->count : figure->amount};
    if (counts)
        figure->count++;
    else /* a figure too much, or too little */
        figure->amount += sim_rng_hit(&m->rng, 500) ? 900 : -figure->amount;
    p->told = counts ? figure->count : figure->amount;
    month_say(m, "organisation %lld on %lld: %s %lld, declared %lld", (long long)p->org_id,
              (long long)p->date, gt_item_class_name(class), (long long)p->ours,
              (long long)p->told);
}

void month_days(struct month *m, int64_t date)
{
    struct gt_day_figure bureau[MONTH_BUREAUS][GT_DAY_LINES] = {0}, top[GT_DAY_LINES] = {0};

    for (int i = 0; i < MONTH_SITES && !m->failed; i++) {
        struct month_site *site = &m->site[i];
        const int64_t *manager = m->manager[site->bureau];
        if (site->counted[MISTOLD_LINE].count > 0 && sim_rng_hit(&m->rng, 5))
            tell_wrong(m, site, date, GT_ITEM_COUNT);
        if (site->counted[MISTOLD_LINE].amount > 0 && sim_rng_hit(&m->rng, 5))
            tell_wrong(m, site, date, GT_ITEM_MONEY);
        day_close(m, site->org_id, date, site->counted, manager[0],
                  site->is_agent ? m->head[0] : manager[1]);
        add(site->is_agent ? top : bureau[site->bureau], site->counted);
        memset(site->counted, 0, sizeof(site->counted));
    }
    for (int b = 0; b < MONTH_BUREAUS && !m->failed; b++) {
        day_close(m, m->bureau_id[b], date, bureau[b], m->manager[b][0], m->head[0]);
        add(top, bureau[b]);
    }
    if (!m->failed)
        day_close(m, m->top_id, date, top, m->head[0], m->head[1]);
}

/* --- at the end
 * --------------------------------------------------------------------------------------- */

void month_day_item(struct month *m, const struct gt_item *item)
{
    for (int i = 0; i < m->nmistold; i++) {
        struct month_mistold *p = &m->mistold[i];
        if (p->class == (int)item->class && p->org_id == item->org_id &&
            p->date == item->biz_date && gt_day_op[MISTOLD_LINE] == item->op &&
            p->ours == item->ours && p->told == item->theirs) {
            p->found++;
            return;
        }
    }
    month_fail(m,
               "item %lld of a day close, %s: organisation %lld on %lld has %lld and declared %lld",
               (long long)item->id, gt_item_class_name((enum gt_item_class)item->class),
               (long long)item->org_id, (long long)item->biz_date, (long long)item->ours,
               (long long)item->theirs);
}

void month_days_check(struct month *m)
{
    for (int i = 0; i < m->nmistold; i++) {
        const struct month_mistold *p = &m->mistold[i];
        if (p->found != 1)
            month_fail(m, "organisation %lld on %lld declared %lld for %lld: found %d times",
                       (long long)p->org_id, (long long)p->date, (long long)p->told,
                       (long long)p->ours, p->found);
    }
}
