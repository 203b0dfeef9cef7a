/*
 * What a marketing system tells of a day: totals and statement, made of its models' books, with the
 * differences that were planted.
 *
 * The file is ours to choose here: a line a transaction, as the structure itself, so that nothing
 * of the reader of foreign bytes is in the way.
 */
#include "month.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- planting ------------------------------------------------------------------------------------
 */

const struct month_plant *month_planted(const struct month *m, const char *serial)
{
    for (int i = 0; i < m->nplants; i++)
        if (strcmp(m->plant[i].serial, serial) == 0)
            return &m->plant[i];
    return NULL;
}

/* A sale of the date that stands in the books of both, and nothing planted in it; NULL: none found.
 */
static const struct sim_record *some_record(struct month *m, int system, int64_t date)
{
    for (int tries = 0; tries < 200; tries++) {
        const struct month_site *site = &m->site[sim_rng_below(&m->rng, MONTH_SITES)];
        if (site->system != system || site->market.nrecords == 0)
            continue;
        const struct sim_record *r =
            &site->market.records[sim_rng_below(&m->rng, site->market.nrecords)];
        if (r->date == date && r->fate == SIM_FATE_POSTED && r->amount > 1000 &&
            (r->op == GT_UP_PAY || r->op == GT_UP_RECHARGE) && !month_planted(m, r->serial))
            return r;
    }
    return NULL;
}

void month_plant(struct month *m, int64_t date, int64_t next)
{
    for (int s = 0; s < MONTH_SYSTEMS; s++) {
        for (int class = GT_ITEM_OTHER_DATE; class <= GT_ITEM_TWICE; class ++) {
            struct month_plant *p = &m->plant[m->nplants];
            if (!sim_rng_hit(&m->rng, 400) || m->nplants == MONTH_PLANTS ||
                (class == GT_ITEM_OTHER_DATE && !next))
                continue;
            *p = (struct month_plant){.system = s, .date = date, .next = next, .class = class};
            const struct sim_record *r = some_record(m, s, date);
            if (class == GT_ITEM_ONLY_THEIRS) {
                (void)snprintf(p->serial, sizeof(p->serial), "9%017d", m->nplants + 1);
                p->amount = 4200;
            } else if (r) {
                memcpy(p->serial, r->serial, sizeof(p->serial));
                p->amount = r->amount;
            } else {
                continue;
            }
            m->nplants++;
        }
    }
}

/* --- a day as it is told
 * -------------------------------------------------------------------------- */

typedef void (*line_fn)(void *arg, const struct gt_up_line *line);

/* Whether it was taken back on its own day; what was refunded later stands in the statement. */
static bool wiped(const struct sim_market *market, const struct sim_record *r)
{
    for (int i = 0; r->fate == SIM_FATE_REVERSED && i < market->nrecords; i++) {
        const struct sim_record *back = &market->records[i];
        if (back->op == GT_UP_REFUND && back->fate == SIM_FATE_POSTED &&
            &market->records[back->orig] == r)
            return false;
    }
    return r->fate == SIM_FATE_REVERSED;
}

static struct gt_up_line line_of(const struct month_site *site, const struct sim_record *r)
{
    struct gt_up_line line = {
        .amount = r->amount + r->fee, .date = r->date, .reversed = wiped(&site->market, r)};

    (void)snprintf(line.serial, sizeof(line.serial), "%s", r->serial);
    (void)snprintf(line.ref, sizeof(line.ref), "R%s", r->serial);
    (void)snprintf(line.customer_no, sizeof(line.customer_no), "%s",
                   site->market.customers[r->customer].no);
    return line;
}

/* Tells one record as it is planted; `date` is the day told. */
static void tell(const struct month *m, const struct month_site *site, const struct sim_record *r,
                 int64_t date, line_fn fn, void *arg)
{
    struct gt_up_line line = line_of(site, r);
    const struct month_plant *p = month_planted(m, r->serial);

    if (p && p->class == GT_ITEM_ONLY_OURS)
        return;
    if (p && p->class == GT_ITEM_OTHER_DATE)
        line.date = p->next;
    if (p && p->class == GT_ITEM_AMOUNT)
        line.amount += 100;
    if (p && p->class == GT_ITEM_STATE)
        line.reversed = true;
    if (line.date != date)
        return;
    fn(arg, &line);
    if (p && p->class == GT_ITEM_TWICE)
        fn(arg, &line);
}

static void tell_day(const struct month_system *system, int64_t date, line_fn fn, void *arg)
{
    const struct month *m = system->month;

    for (int i = 0; i < MONTH_SITES; i++) {
        const struct month_site *site = &m->site[i];
        for (int k = 0; site->system == system->index && k < site->market.nrecords; k++) {
            const struct sim_record *r = &site->market.records[k];
            if (r->op >= GT_UP_PAY && r->op <= GT_UP_REPLACE && r->fate != SIM_FATE_REFUSED)
                tell(m, site, r, date, fn, arg);
        }
    }
    for (int i = 0; i < m->nplants; i++) {
        const struct month_plant *p = &m->plant[i];
        struct gt_up_line line = {.amount = p->amount, .date = p->date};
        if (p->class != GT_ITEM_ONLY_THEIRS || p->system != system->index || p->date != date)
            continue;
        memcpy(line.serial, p->serial, sizeof(p->serial));
        (void)snprintf(line.customer_no, sizeof(line.customer_no), "3%03d000001",
                       system->index + 1);
        fn(arg, &line);
    }
}

/* --- totals
 * ---------------------------------------------------------------------------------------- */

static void count_line(void *arg, const struct gt_up_line *line)
{
    struct gt_up_reply *reply = arg;

    reply->total_count += !line->reversed;
    reply->total_amount += line->reversed ? 0 : line->amount;
}

void month_totals(const struct month_system *system, int64_t date, struct gt_up_reply *reply)
{
    memset(reply, 0, sizeof(*reply));
    reply->class = GT_UP_OK;
    reply->up_date = date;
    tell_day(system, date, count_line, reply);
}

/* --- the file
 * -------------------------------------------------------------------------------------- */

static void write_line(void *arg, const struct gt_up_line *line)
{
    (void)fwrite(line, sizeof(*line), 1, arg);
}

enum gt_err month_fetch(void *ctx, int64_t date, const char *path, const struct gt_up_tick *tick)
{
    const struct month_system *system = ctx;
    FILE *file = date < month_date(system->month) ? fopen(path, "w") : NULL;

    (void)tick;
    if (!file)
        return gt_err_set(GT_ERR_ABSENT, "the day is not over");
    tell_day(system, date, write_line, file);
    return fclose(file) == 0 ? GT_OK : gt_err_set(GT_ERR_IO, "%s", path);
}

enum gt_err month_lines(void *ctx, int64_t date, const char *path, gt_up_line_fn fn, void *arg)
{
    struct gt_up_line line;
    enum gt_err err = GT_OK;
    FILE *file = fopen(path, "r");

    (void)ctx;
    (void)date;
    if (!file)
        return gt_err_set(GT_ERR_IO, "%s", path);
    for (int64_t no = 1; err == GT_OK && fread(&line, sizeof(line), 1, file) == 1; no++) {
        line.line_no = no;
        err = fn(arg, &line);
    }
    (void)fclose(file);
    return err;
}
