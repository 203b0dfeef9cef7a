/*
 * Meter readings; see reading.h.
 *
 * Bill meters are read on foot, fifty a route, a route by whoever takes it first in the month.  A
 * task's number is the month and the customer.  A reading is taken once: the same one again is done
 * again, another one is refused.
 */
#include "reading.h"

#include "answer.h"
#include "base/money.h"
#include "base/text.h"
#include "people.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define FIRST_CUSTOMER INT64_C(1000000000)
#define ROUTES         200
#define PERIOD_DIGITS  6

GT_STMT(sim_route_find, "SELECT operator_no FROM gt_sim_route WHERE route = ? AND period = ?");
GT_STMT(sim_route_of, "SELECT route FROM gt_sim_route WHERE operator_no = ? AND period = ?"
                      " AND route >= ? ORDER BY route");
GT_STMT(sim_route_take, "INSERT INTO gt_sim_route (route, period, operator_no) VALUES (?, ?, ?)");
GT_STMT(sim_reading_find, "SELECT reading FROM gt_sim_reading WHERE task = ?");
GT_STMT(sim_reading_add, "INSERT INTO gt_sim_reading (task, customer, reading, read_date,"
                         " operator_no, times) VALUES (?, ?, ?, ?, ?, 1)");
GT_STMT(sim_reading_again, "UPDATE gt_sim_reading SET times = times + 1 WHERE task = ?");
GT_STMT(sim_reading_list, "SELECT task, reading, operator_no, times FROM gt_sim_reading"
                          " ORDER BY task");

struct reading {
    const struct gt_sg_request *req;
    struct gt_sg_tasks *tasks;
    int64_t period;
    int64_t code;
};

/* --- routes */

/* "R0007" is 7; -1 for anything else. */
static int64_t route_number(const char *route)
{
    int64_t number = -1;
    if (route[0] != 'R' || strlen(route) != 5 || gt_int_parse(route + 1, &number) ||
        number >= ROUTES) {
        return -1;
    }
    return number;
}

/* Whether the operator has the route, which becomes theirs if it is nobody's. */
static bool take_route(struct gt_tx *tx, struct reading *r, const char *route)
{
    char owner[GT_SG_KEY_MAX];
    if (!gt_tx_one(tx, &sim_route_find, GT_TEXT(route), GT_INT(r->period))) {
        gt_tx_exec(tx, &sim_route_take, GT_TEXT(route), GT_INT(r->period),
                   GT_TEXT(r->req->operator_no));
        return true;
    }
    gt_col_text(tx, owner, sizeof(owner));
    return strcmp(owner, r->req->operator_no) == 0;
}

/* The operator's first route that is not before `from`; "" if there is none. */
static void route_from(struct gt_tx *tx, const struct reading *r, const char *from, char route[9])
{
    route[0] = '\0';
    if (gt_tx_one(tx, &sim_route_of, GT_TEXT(r->req->operator_no), GT_INT(r->period),
                  GT_TEXT(from))) {
        gt_col_text(tx, route, 9);
    }
}

/* Gives who has none the first that is nobody's. */
static void give_route(struct gt_tx *tx, struct reading *r, char route[9])
{
    for (int i = 0; i < ROUTES; i++) {
        snprintf(route, 9, "R%04d", i);
        if (take_route(tx, r, route)) {
            return;
        }
    }
    route[0] = '\0';
}

/* --- tasks */

static bool make_task(int64_t number, int64_t period, struct gt_sg_task *task)
{
    struct gt_sim_person who;
    char text[24];
    snprintf(text, sizeof(text), "%" PRId64, number);
    if (!gt_sim_person_make(text, &who)) {
        return false;
    }
    *task = (struct gt_sg_task){.last_date = period % 100 == 1 ? (period - 89) * 100 + 5
                                                               : (period - 1) * 100 + 5};
    snprintf(task->number, sizeof(task->number), "%" PRId64 "%s", period, text);
    memcpy(task->customer, who.number, sizeof(task->customer));
    memcpy(task->name, who.name, sizeof(task->name));
    memcpy(task->address, who.address, sizeof(task->address));
    memcpy(task->meter, who.meter, sizeof(task->meter));
    task->usual = 4000 + number * 7919 % 30000;
    task->last_read = 100000 + number * 104729 % 3000000;
    return true;
}

/* The customer of a task of this operator and month; 0 if it is none. */
static int64_t customer_of(struct gt_tx *tx, struct reading *r, const char *task)
{
    char month[PERIOD_DIGITS + 1], route[9], owner[GT_SG_KEY_MAX] = "";
    int64_t number = 0;
    snprintf(month, sizeof(month), "%06" PRId64, r->period);
    if (strncmp(task, month, PERIOD_DIGITS) != 0 || gt_int_parse(task + PERIOD_DIGITS, &number) ||
        number < FIRST_CUSTOMER || number >= FIRST_CUSTOMER + (int64_t)ROUTES * GT_SG_TASKS_MAX) {
        return 0;
    }
    snprintf(route, sizeof(route), "R%04d", (int)((number - FIRST_CUSTOMER) / GT_SG_TASKS_MAX));
    if (gt_tx_one(tx, &sim_route_find, GT_TEXT(route), GT_INT(r->period))) {
        gt_col_text(tx, owner, sizeof(owner));
    }
    return strcmp(owner, r->req->operator_no) == 0 ? number : 0;
}

/* A page of tasks is what is left of a route behind a task. */
static enum gt_err tasks_tx(struct gt_tx *tx, void *arg)
{
    struct reading *r = arg;
    struct gt_sg_tasks *tasks = r->tasks;
    const char *after = r->req->after;
    int64_t behind = *after ? customer_of(tx, r, after) : 0;
    char first[9] = "R0000";

    *tasks = (struct gt_sg_tasks){.period = r->period};
    r->code = GT_SG_NO_RECORD;
    if (*after && !behind) {
        return gt_tx_err(tx);
    }
    if (*r->req->route) {
        if (route_number(r->req->route) < 0) {
            return gt_tx_err(tx);
        }
        snprintf(tasks->route, sizeof(tasks->route), "%.8s", r->req->route);
        if (!take_route(tx, r, tasks->route)) {
            r->code = GT_SG_ROUTE_TAKEN;
            return gt_tx_err(tx);
        }
    } else {
        if (behind) {
            snprintf(first, sizeof(first), "R%04d",
                     (int)((behind + 1 - FIRST_CUSTOMER) / GT_SG_TASKS_MAX) % 10000);
        }
        route_from(tx, r, first, tasks->route);
        if (!*tasks->route && !behind) {
            give_route(tx, r, tasks->route);
        }
    }
    if (!*tasks->route) {
        return gt_tx_err(tx);
    }
    int64_t from = FIRST_CUSTOMER + route_number(tasks->route) * GT_SG_TASKS_MAX;
    for (int64_t number = from; number < from + GT_SG_TASKS_MAX; number++) {
        if (number > behind && make_task(number, r->period, &tasks->all[tasks->n])) {
            tasks->n++;
        }
    }
    r->code = tasks->n ? GT_SG_DONE : GT_SG_NO_RECORD;
    if (!*r->req->route) {
        char next[9];
        snprintf(next, sizeof(next), "R%04d", (int)(route_number(tasks->route) + 1) % 10000);
        route_from(tx, r, next, first);
        tasks->more = *first != '\0';
    }
    return gt_tx_err(tx);
}

/* --- readings */

/* Customers who refuse, or are in clearing, do it here too, one by one. */
static int64_t refusal_of(int64_t customer)
{
    return customer % 10000 == 9006   ? GT_SG_ELSEWHERE
           : customer % 10000 == 9009 ? GT_SG_CLEARING
                                      : 0;
}

static int64_t take(struct gt_tx *tx, struct reading *r, const struct gt_sg_task *given)
{
    struct gt_sg_task task;
    int64_t customer = customer_of(tx, r, given->number);
    if (!customer || !make_task(customer, r->period, &task)) {
        return GT_SG_NO_TASK;
    }
    if (*given->customer && strcmp(given->customer, task.customer) != 0) {
        return GT_SG_CUSTOMER_DIFFERS;
    }
    if (refusal_of(customer)) {
        return refusal_of(customer);
    }
    if (gt_tx_one(tx, &sim_reading_find, GT_TEXT(given->number))) {
        if (gt_col_int(tx) != given->reading) {
            return GT_SG_READ_ALREADY;
        }
        gt_tx_exec(tx, &sim_reading_again, GT_TEXT(given->number));
        return GT_SG_DONE;
    }
    if (given->reading < task.last_read && !given->confirmed) {
        return GT_SG_READ_BELOW;
    }
    gt_tx_exec(tx, &sim_reading_add, GT_TEXT(given->number), GT_TEXT(task.customer),
               GT_INT(given->reading), GT_INT(given->date), GT_TEXT(r->req->operator_no));
    return GT_SG_DONE;
}

static enum gt_err readings_tx(struct gt_tx *tx, void *arg)
{
    struct reading *r = arg;
    for (int i = 0; i < r->tasks->n; i++) {
        r->tasks->all[i].code = take(tx, r, &r->tasks->all[i]);
    }
    r->code = GT_SG_DONE;
    return gt_tx_err(tx);
}

enum gt_err gt_sim_read(const struct gt_sim *sim, const struct gt_sg_request *req,
                        int64_t refuse_with, struct gt_sg_answer *ans)
{
    struct reading r = {.req = req,
                        .tasks = req->tasks,
                        .period = gt_time_date(gt_now(sim->clock), GT_SIM_TZ_MINUTES) / 100,
                        .code = refuse_with};
    bool upload = req->op == GT_SG_READINGS;
    enum gt_err err = GT_OK;
    if (!refuse_with) {
        err = gt_db_transact(sim->db, "sim.read", upload ? readings_tx : tasks_tx, &r);
    }
    gt_sim_answer_code(ans, r.code);
    return err;
}

static enum gt_err print_tx(struct gt_tx *tx, void *arg)
{
    FILE *out = arg;
    gt_tx_query0(tx, &sim_reading_list);
    while (gt_tx_next(tx)) {
        char task[GT_SG_KEY_MAX], operator_no[GT_SG_KEY_MAX], shown[GT_MONEY_MAX];
        gt_col_text(tx, task, sizeof(task));
        int64_t reading = gt_col_int(tx);
        gt_col_text(tx, operator_no, sizeof(operator_no));
        fprintf(out, "%s\t%s\t%s\t%" PRId64 "\n", task, gt_money_format(reading, shown),
                operator_no, gt_col_int(tx));
    }
    return gt_tx_err(tx);
}

enum gt_err gt_sim_readings_print(struct gt_db *db, FILE *out)
{
    return gt_db_read(db, "sim.readings", print_tx, out);
}
