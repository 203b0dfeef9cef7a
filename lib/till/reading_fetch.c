/*
 * Reading tasks come in: page by page from each marketing system, each route of a page in a commit
 * of its own.
 *
 * Who is given a route is its reader from then on: the marketing system knows.  What was read
 * already stays as it is, only tasks that are open take what has changed.
 */
#include "till/reading.h"

#include "base/log.h"
#include "till/ask.h"
#include "till/bag.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Pages of one system at most: a reader walks no 2,000 meters. */
#define PAGES 40

GT_STMT(round_same, GT_ROW_SELECT(gt_round, GT_ROUND_COLS) " WHERE system = ? AND route_no = ? "
                                                           "AND period = ?");
GT_STMT(task_same, GT_ROW_SELECT(gt_reading, GT_READING_COLS) " WHERE task_no = ? "
                                                              "AND round_id = ?");

struct fetch {
    const struct gt_till *till;
    const struct gt_actor *actor;
    struct gt_up_request request;
    struct gt_up_reply reply;
    struct gt_up_tasks tasks;
    const char *system;
    int64_t until; /* mono clock */
    /* A run of tasks of one route. */
    int from, to;
    struct gt_bag bag;
    int64_t now;
    /* What has been said so far. */
    bool got, part;
    enum gt_outcome outcome;
    char text[601];
};

/* --- keeping ---------------------------------------------------------------------------------- */

static void take_round(struct gt_tx *tx, struct fetch *f, struct gt_round *round)
{
    const struct gt_up_task *first = &f->tasks.all[f->from];

    if (!gt_row_one(tx, &gt_round_row, round, &round_same, GT_TEXT(f->system),
                    GT_TEXT(first->route_no), GT_INT(first->period))) {
        *round = (struct gt_round){.id = gt_bag_take(&f->bag), .period = first->period};
        GT_FIELD_COPY(round->system, f->system);
        GT_FIELD_COPY(round->route_no, first->route_no);
    }
    GT_FIELD_COPY(round->name, first->route_name);
    round->user_id = f->actor->user.id;
    round->fetched_at = f->now;
}

static bool is_as_told(const struct gt_reading *row, const struct gt_up_task *task)
{
    return strcmp(row->customer_no, task->customer_no) == 0 &&
           strcmp(row->customer_name, task->customer_name) == 0 &&
           strcmp(row->address, task->address) == 0 && strcmp(row->meter_no, task->meter_no) == 0 &&
           row->last_read == task->last_read && row->last_date == task->last_date &&
           row->usual == task->usual && row->factor == task->factor;
}

static void tell(struct gt_reading *row, const struct gt_up_task *task)
{
    GT_FIELD_COPY(row->customer_no, task->customer_no);
    GT_FIELD_COPY(row->customer_name, task->customer_name);
    GT_FIELD_COPY(row->address, task->address);
    GT_FIELD_COPY(row->meter_no, task->meter_no);
    row->last_read = task->last_read;
    row->last_date = task->last_date;
    row->usual = task->usual;
    row->factor = task->factor;
}

static void take_task(struct gt_tx *tx, struct fetch *f, struct gt_round *round,
                      const struct gt_up_task *task)
{
    struct gt_reading row;

    if (gt_row_one(tx, &gt_reading_row, &row, &task_same, GT_TEXT(task->task_no),
                   GT_INT(round->id))) {
        if (row.state != GT_READING_OPEN || is_as_told(&row, task))
            return;
        tell(&row, task);
        gt_row_save(tx, &gt_reading_row, &row);
        return;
    }
    row = (struct gt_reading){.id = gt_bag_take(&f->bag),
                              .round_id = round->id,
                              .seq = ++round->tasks,
                              .state = GT_READING_OPEN};
    GT_FIELD_COPY(row.task_no, task->task_no);
    tell(&row, task);
    gt_row_insert(tx, &gt_reading_row, &row);
}

static enum gt_err keep_in(struct gt_tx *tx, void *arg)
{
    struct fetch *f = arg;
    struct gt_round round;

    gt_bag_rewind(&f->bag);
    take_round(tx, f, &round);
    for (int i = f->from; i < f->to && gt_tx_err(tx) == GT_OK; i++)
        take_task(tx, f, &round, &f->tasks.all[i]);
    if (round.version) {
        gt_row_save(tx, &gt_round_row, &round);
    } else {
        gt_row_insert(tx, &gt_round_row, &round);
        gt_census_add(tx, gt_round_row.table, 1);
    }
    return gt_tx_err(tx);
}

/* A figure that no meter has is none. */
static void believe(struct gt_up_task *task)
{
    if (task->last_read < 0 || task->last_read > GT_SHOWN_MOST)
        task->last_read = -1;
    if (task->usual < 0 || task->usual > GT_USUAL_MOST)
        task->usual = 0;
    if (task->factor < 1 || task->factor > GT_FACTOR_MOST)
        task->factor = 1;
    if (!gt_date_valid(task->last_date))
        task->last_date = 0;
    /* "202611", which some give as a day of it.  A round without a period could not be told from
     * the next one: what has none is not kept. */
    if (task->period > 999999)
        task->period /= 100;
    if (!gt_date_valid(task->period * 100 + 1))
        task->period = 0;
}

static bool same_route(const struct gt_up_task *a, const struct gt_up_task *b)
{
    return a->period == b->period && strcmp(a->route_no, b->route_no) == 0;
}

static enum gt_err keep_page(struct fetch *f)
{
    enum gt_err err = GT_OK;

    for (int i = 0; i < f->tasks.n; i++)
        believe(&f->tasks.all[i]);
    for (f->from = 0; f->from < f->tasks.n && err == GT_OK; f->from = f->to) {
        struct gt_up_task *first = &f->tasks.all[f->from];

        f->to = f->from + 1;
        while (f->to < f->tasks.n && same_route(first, &f->tasks.all[f->to]))
            f->to++;
        if (!first->period) {
            gt_log(GT_LOG_WARN, "reading.no_period", "system=%s route=%s task=%s tasks=%d",
                   f->system, first->route_no, first->task_no, f->to - f->from);
            continue;
        }
        err = gt_bag_fill(f->till->keys, f->to - f->from + 1, &f->bag);
        if (err == GT_OK)
            err = gt_db_transact(f->till->db, "reading.keep", keep_in, f);
    }
    return err;
}

/* --- asking ----------------------------------------------------------------------------------- */

/* Asks for the next page; `*some`: there is something to be kept of the answer. */
static enum gt_err ask(struct fetch *f, struct gt_upstream *up, bool *some)
{
    f->tasks.n = 0;
    f->outcome = GT_OUT_UPSTREAM_DOWN;
    f->text[0] = '\0';
    enum gt_err err = gt_ask(f->till, up, &f->request, f->until, &f->reply);
    if (err != GT_OK)
        return err;
    if (f->reply.class == GT_UP_REFUSED) {
        f->outcome = f->reply.outcome;
        GT_FIELD_COPY(f->text, f->reply.text);
    } else if (f->reply.class == GT_UP_OK) {
        f->outcome = GT_OUT_OK;
    }
    *some = f->reply.class == GT_UP_OK && f->tasks.n > 0;
    return GT_OK;
}

static enum gt_err fetch_system(struct fetch *f, struct gt_upstream *up)
{
    enum gt_err err = GT_OK;
    bool more = true, some = false;

    f->system = up->name;
    f->request.after[0] = '\0';
    for (int page = 0; page < PAGES && more && err == GT_OK; page++) {
        err = ask(f, up, &some);
        if (err != GT_OK || !some)
            return err;
        f->got = true;
        f->now = gt_now(f->till->clock);
        err = keep_page(f);
        more = f->tasks.more && strcmp(f->request.after, f->tasks.all[f->tasks.n - 1].task_no) != 0;
        GT_FIELD_COPY(f->request.after, f->tasks.all[f->tasks.n - 1].task_no);
    }
    return err;
}

static enum gt_err may_in(struct gt_tx *tx, void *arg)
{
    struct fetch *f = arg;

    f->outcome = gt_reading_may(tx, f->actor);
    return gt_tx_err(tx);
}

static enum gt_err fetch_all(struct fetch *f)
{
    const struct gt_upstreams *ups = f->till->upstreams;
    enum gt_err err = gt_db_read(f->till->db, "reading.may", may_in, f);

    if (err != GT_OK || f->outcome != GT_OUT_OK)
        return err;
    f->outcome = GT_OUT_NOT_SERVED;
    for (int i = 0; i < ups->count && err == GT_OK; i++) {
        enum gt_outcome before = f->outcome;

        if (ups->all[i].reads)
            err = fetch_system(f, &ups->all[i]);
        if (f->outcome == GT_OUT_READING_NONE && before != GT_OUT_NOT_SERVED)
            f->outcome = before; /* it has nothing to add */
        f->part = f->part || f->outcome == GT_OUT_UPSTREAM_DOWN;
        if (f->got && f->request.route_no[0])
            break; /* a route is of one system */
    }
    f->part = f->part && f->got;
    if (f->got)
        f->outcome = GT_OUT_OK; /* what came is there, whatever the last one said */
    return err;
}

enum gt_err gt_reading_fetch(const struct gt_till *till, const struct gt_actor *actor,
                             const char *route_no, enum gt_outcome *outcome, bool *part,
                             char text[601])
{
    struct fetch *f = calloc(1, sizeof(*f));

    if (!f)
        return gt_err_set(GT_ERR_NOMEM, "no memory for reading tasks");
    f->till = till;
    f->actor = actor;
    f->until = gt_ask_until(till);
    f->request.op = GT_UP_TASKS;
    f->request.tasks = &f->tasks;
    GT_FIELD_COPY(f->request.route_no, route_no);
    GT_FIELD_COPY(f->request.operator_no, actor->user.operator_no);
    GT_FIELD_COPY(f->request.terminal_no, actor->terminal.terminal_no);
    enum gt_err err = fetch_all(f);
    if (err == GT_OK) {
        *outcome = f->outcome;
        *part = f->part;
        snprintf(text, 601, "%s",
                 f->part ? "任务只下载了一部分，请稍后再下载"
                 : f->outcome != GT_OUT_OK && f->text[0] ? f->text
                                                         : gt_outcome_info(f->outcome)->zh);
    }
    free(f);
    return err;
}
