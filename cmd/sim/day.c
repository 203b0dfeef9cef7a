/*
 * Totals, statements and planted differences; see day.h.
 */
#include "day.h"

#include "answer.h"
#include "base/money.h"
#include "people.h"

#include <iconv.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE     500
#define PART_MAX (256 * 1024) /* a page of lines */

/* --- totals */

struct summing {
    int64_t date, lines, count, amount;
};

static enum gt_err sums_tx(struct gt_tx *tx, void *arg)
{
    struct summing *s = arg;
    gt_sim_day_sums(tx, s->date, &s->lines, &s->count, &s->amount);
    return gt_tx_err(tx);
}

enum gt_err gt_sim_day_answer(const struct gt_sim *sim, int64_t date, struct gt_sg_answer *ans)
{
    struct summing s = {.date = date};
    enum gt_err err = gt_db_read(sim->db, "sim.totals", sums_tx, &s);
    if (err) {
        return err;
    }
    gt_sim_answer_code(ans, GT_SG_DONE);
    ans->up_date = date;
    ans->day_count = s.count;
    ans->day_amount = s.amount;
    return GT_OK;
}

/* --- the statement */

struct writing {
    struct gt_db *db;
    int64_t date;
    char after[GT_SG_KEY_MAX];
    int n;
    struct gt_sim_txn page[PAGE];
    iconv_t gbk;
    struct gt_buf out;
    gt_sim_day_fn fn;
    void *ctx;
    int64_t lines, written;
    bool half;
};

static enum gt_err page_tx(struct gt_tx *tx, void *arg)
{
    struct writing *w = arg;
    w->n = gt_sim_day_page(tx, w->date, w->after, w->page, PAGE);
    return gt_tx_err(tx);
}

/* The customer's name, in the statement's character set; "" for nobody. */
static void put_name(struct writing *w, const char *customer)
{
    struct gt_sim_person who;
    char name[128];
    char *from = who.name, *to = name;
    size_t left = 0, room = sizeof(name);
    if (gt_sim_person_make(customer, &who)) {
        left = strlen(who.name);
        (void)iconv(w->gbk, &from, &left, &to, &room);
    }
    gt_buf_put(&w->out, name, sizeof(name) - room);
}

/* serial|reference|customer|name|kind|state|amount|fee|date|original| */
static void put_line(struct writing *w, const struct gt_sim_txn *t)
{
    char amount[GT_MONEY_MAX], fee[GT_MONEY_MAX];
    gt_buf_printf(&w->out, "%s|SG%s|%s|", t->serial, t->serial, t->customer);
    put_name(w, t->customer);
    gt_buf_printf(&w->out, "|1|%d|%s|%s|%" PRId64 "|%s|\n", t->state == GT_SIM_REVERSED ? 4 : 1,
                  gt_money_format(t->amount, amount), gt_money_format(t->fee, fee), t->up_date,
                  t->orig_serial);
}

/* Hands on what is written so far. */
static enum gt_err hand_on(struct writing *w)
{
    enum gt_err err = gt_buf_err(&w->out);
    bool middle = !w->half && w->written * 2 >= w->lines;
    if (err) {
        return err;
    }
    w->half = w->half || middle;
    if (!w->fn(w->ctx, w->out.data, w->out.len, middle)) {
        return gt_err_set(GT_ERR_IO, "nobody takes the statement any more");
    }
    gt_buf_reset(&w->out);
    return GT_OK;
}

static enum gt_err write_page(struct writing *w)
{
    enum gt_err err = gt_db_read(w->db, "sim.day", page_tx, w);
    for (int i = 0; i < w->n && err == GT_OK; i++) {
        for (int64_t k = 0; k < w->page[i].lines; k++) {
            put_line(w, &w->page[i]);
            w->written++;
        }
        /* A short statement too has a middle. */
        if (!w->half && w->written * 2 >= w->lines) {
            err = hand_on(w);
        }
    }
    if (err == GT_OK && w->n > 0) {
        memcpy(w->after, w->page[w->n - 1].serial, sizeof(w->after));
        err = hand_on(w);
    }
    return err;
}

static enum gt_err write_all(struct writing *w)
{
    struct summing s = {.date = w->date};
    enum gt_err err = gt_db_read(w->db, "sim.totals", sums_tx, &s);
    if (err) {
        return err;
    }
    w->lines = s.lines;
    gt_buf_printf(&w->out, "%" PRId64 "|%" PRId64 "|\n", w->date, s.lines);
    w->half = s.lines == 0;
    err = gt_buf_err(&w->out);
    if (err == GT_OK && !w->fn(w->ctx, w->out.data, w->out.len, false)) {
        err = gt_err_set(GT_ERR_IO, "nobody takes the statement any more");
    }
    gt_buf_reset(&w->out);
    do {
        if (err == GT_OK) {
            err = write_page(w);
        }
    } while (err == GT_OK && w->n > 0);
    return err;
}

enum gt_err gt_sim_day_write(struct gt_db *db, int64_t date, gt_sim_day_fn fn, void *ctx)
{
    struct writing *w = calloc(1, sizeof(*w));
    if (!w) {
        return GT_ERR_NOMEM;
    }
    w->db = db;
    w->date = date;
    w->fn = fn;
    w->ctx = ctx;
    w->gbk = iconv_open("GBK", "UTF-8");
    gt_buf_init(&w->out, PART_MAX);
    enum gt_err err = w->gbk != (iconv_t)-1
                          ? write_all(w)
                          : gt_err_set(GT_ERR_CONFIG, "this system cannot write GBK");
    if (w->gbk != (iconv_t)-1) {
        iconv_close(w->gbk);
    }
    gt_buf_done(&w->out);
    free(w);
    return err;
}

/* --- planted differences */

enum plant {
    PLANT_DATE,
    PLANT_AMOUNT,
    PLANT_STATE,
    PLANT_MISSING,
    PLANT_EXTRA,
    PLANT_TWICE,
    PLANTS
};

static const char *const plant_names[PLANTS] = {"date",    "amount", "state",
                                                "missing", "extra",  "twice"};

struct planting {
    enum plant kind;
    int64_t date, now;
    const char *serial;
    struct gt_sim_txn page[PAGE];
    struct gt_sim_txn found;
};

static enum plant plant_named(const char *kind)
{
    int i = 0;
    while (i < PLANTS && strcmp(plant_names[i], kind) != 0) {
        i++;
    }
    return (enum plant)i;
}

bool gt_sim_plant_known(const char *kind)
{
    return plant_named(kind) < PLANTS;
}

/* The first of the day that stands and is as it came. */
static bool choose(struct gt_tx *tx, struct planting *p)
{
    char after[GT_SG_KEY_MAX] = "";
    int n;
    while ((n = gt_sim_day_page(tx, p->date, after, p->page, PAGE)) > 0) {
        for (int i = 0; i < n; i++) {
            if (p->page[i].state == GT_SIM_POSTED && !p->page[i].planted) {
                p->found = p->page[i];
                return true;
            }
        }
        memcpy(after, p->page[n - 1].serial, sizeof(after));
    }
    return false;
}

/* A transaction that the platform never sent. */
static void add_extra(struct gt_tx *tx, struct planting *p)
{
    int64_t n = 1;
    struct gt_sim_txn *t = &p->found;
    *t = (struct gt_sim_txn){.op = GT_SG_RECHARGE,
                             .customer = "3000000001",
                             .amount = 1234,
                             .method = "01",
                             .biz_date = p->date,
                             .up_date = p->date,
                             .done_at = p->now,
                             .state = GT_SIM_POSTED,
                             .code = GT_SG_DONE,
                             .lines = 1,
                             .planted = 1};
    do {
        snprintf(t->serial, sizeof(t->serial), "%" PRId64 "99%08" PRId64, p->date, n++);
    } while (gt_sim_txn_known(tx, t->serial));
    gt_sim_txn_insert(tx, t);
}

static enum gt_err plant_tx(struct gt_tx *tx, void *arg)
{
    struct planting *p = arg;
    struct gt_sim_txn *t = &p->found;
    if (p->kind == PLANT_EXTRA) {
        add_extra(tx, p);
        return gt_tx_err(tx);
    }
    if (p->serial ? !gt_sim_txn_find(tx, p->serial, t) || t->state != GT_SIM_POSTED
                  : !choose(tx, p)) {
        return gt_tx_fail(tx, GT_ERR_ABSENT);
    }
    t->planted = 1;
    if (p->kind == PLANT_MISSING) {
        gt_sim_bill_reopen(tx, t->serial);
        gt_sim_txn_lose(tx, t->serial);
        return gt_tx_err(tx);
    }
    if (p->kind == PLANT_DATE) {
        t->up_date = gt_date_next(t->up_date);
    } else if (p->kind == PLANT_AMOUNT) {
        t->amount += 100;
    } else if (p->kind == PLANT_STATE) {
        t->state = GT_SIM_REVERSED;
    } else {
        t->lines = 2;
    }
    gt_sim_txn_plant(tx, t);
    return gt_tx_err(tx);
}

enum gt_err gt_sim_plant(const struct gt_sim *sim, const char *kind, int64_t date,
                         const char *serial, struct gt_sim_planted *planted)
{
    struct planting *p = calloc(1, sizeof(*p));
    if (!p) {
        return GT_ERR_NOMEM;
    }
    p->kind = plant_named(kind);
    p->date = date;
    p->now = gt_now(sim->clock);
    p->serial = serial;
    enum gt_err err = gt_db_transact(sim->db, "sim.plant", plant_tx, p);
    if (err == GT_OK) {
        memcpy(planted->serial, p->found.serial, sizeof(planted->serial));
        memcpy(planted->customer, p->found.customer, sizeof(planted->customer));
        planted->amount = p->found.amount + p->found.fee;
    }
    free(p);
    return err;
}
