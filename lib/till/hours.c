/*
 * The summaries of a business date by hour.
 *
 * A row belongs to the local hour in which its transaction was decided.  So what was read of an
 * hour is good until that hour of the day comes again: a date that nobody cuts has it twice.  Each
 * look therefore forgets the hours through which the clock went since the look before, with some
 * minutes on both sides for clocks that differ and commits that were under way, and reads these.
 * Once a look has seen the date cut, nothing of it is forgotten any more.
 */
#include "till/hours.h"

#include "base/clock.h"
#include "till/txn.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define DATES   2 /* today and the one before */
#define HOURS   24
#define HOUR_MS INT64_C(3600000)
#define SLACK   INT64_C(600000)

/* clang-format off */
/* The rows as they are: grouped in the database they would first be sorted there. */
GT_STMT(hours_rows, "SELECT hour, org_id, user_id, op, channel, system, sales, amount + fees, reversals, reversed "
        "FROM gt_summary WHERE biz_date = ? AND hour IN "
        "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
/* clang-format on */

struct hour {
    bool known;
    struct gt_hour_cell *cells;
    size_t n, room;
};

struct date {
    int64_t date; /* 0: none */
    int64_t seen; /* time of the last look */
    bool closed;  /* it was cut before that */
    struct hour hour[HOURS];
};

struct gt_hours {
    pthread_mutex_t lock;
    struct date date[DATES];
};

enum gt_err gt_hours_new(struct gt_hours **hours)
{
    struct gt_hours *h = calloc(1, sizeof(*h));

    if (!h)
        return gt_err_set(GT_ERR_NOMEM, "no memory for summaries");
    pthread_mutex_init(&h->lock, NULL);
    *hours = h;
    return GT_OK;
}

static void forget(struct hour *hour)
{
    free(hour->cells);
    *hour = (struct hour){.known = false};
}

static void forget_all(struct date *date)
{
    for (int i = 0; i < HOURS; i++)
        forget(&date->hour[i]);
    *date = (struct date){.date = 0};
}

void gt_hours_free(struct gt_hours *hours)
{
    if (!hours)
        return;
    for (int i = 0; i < DATES; i++)
        forget_all(&hours->date[i]);
    pthread_mutex_destroy(&hours->lock);
    free(hours);
}

/* --- what is kept */

/* The place of a date; that of the older one if it has none. */
static struct date *place_of(struct gt_hours *hours, int64_t date)
{
    struct date *oldest = &hours->date[0];

    for (int i = 0; i < DATES; i++) {
        if (hours->date[i].date == date)
            return &hours->date[i];
        if (hours->date[i].date < oldest->date)
            oldest = &hours->date[i];
    }
    forget_all(oldest);
    oldest->date = date;
    return oldest;
}

/* Forgets the hours through which the clock went since the last look. */
static void forget_moved(struct date *date, int64_t now, int tz_minutes)
{
    int64_t from = date->seen - SLACK, to = now + SLACK;

    /* A clock that was set back says nothing about what went on meanwhile. */
    if (now < date->seen || to - from >= (HOURS - 1) * HOUR_MS)
        from = to - HOURS * HOUR_MS;
    for (int64_t at = from; at < to + HOUR_MS; at += HOUR_MS)
        forget(&date->hour[gt_time_minute(at < to ? at : to, tz_minutes) / 60]);
}

/* --- reading */

/* Adds a row; false without memory. */
static bool add_cell(struct hour *hour, const struct gt_hour_cell *cell)
{
    if (hour->n == hour->room) {
        size_t room = hour->room ? 2 * hour->room : 64;
        struct gt_hour_cell *more = realloc(hour->cells, room * sizeof(*more));

        if (!more)
            return false;
        hour->cells = more;
        hour->room = room;
    }
    hour->cells[hour->n++] = *cell;
    return true;
}

static int by_key(const void *a, const void *b)
{
    const struct gt_hour_cell *x = a, *y = b;

    if (x->org_id != y->org_id)
        return x->org_id < y->org_id ? -1 : 1;
    if (x->user_id != y->user_id)
        return x->user_id < y->user_id ? -1 : 1;
    if (x->op != y->op)
        return x->op - y->op;
    return x->channel != y->channel ? x->channel - y->channel : strcmp(x->system, y->system);
}

/* Puts the rows of one key together. */
static void merge(struct hour *hour)
{
    size_t n = 0;

    if (hour->n == 0)
        return;
    qsort(hour->cells, hour->n, sizeof(hour->cells[0]), by_key);
    for (size_t i = 1; i < hour->n; i++) {
        struct gt_sum *sum = &hour->cells[n].sum;
        const struct gt_sum *more = &hour->cells[i].sum;

        if (by_key(&hour->cells[n], &hour->cells[i]) != 0) {
            hour->cells[++n] = hour->cells[i];
            continue;
        }
        sum->sales += more->sales;
        sum->amount += more->amount;
        sum->reversals += more->reversals;
        sum->reversed += more->reversed;
    }
    hour->n = n + 1;
}

static void read_cell(struct gt_tx *tx, struct gt_hour_cell *cell)
{
    cell->org_id = gt_col_int(tx);
    cell->user_id = gt_col_int(tx);
    cell->op = (int)gt_col_int(tx);
    cell->channel = (int)gt_col_int(tx);
    gt_col_text(tx, cell->system, sizeof(cell->system));
    cell->sum.sales = gt_col_int(tx);
    cell->sum.amount = gt_col_int(tx);
    cell->sum.reversals = gt_col_int(tx);
    cell->sum.reversed = gt_col_int(tx);
}

/* Reads the hours that are not known. */
static void read_hours(struct gt_tx *tx, struct date *date)
{
    struct gt_val vals[HOURS + 1] = {GT_INT(date->date)};
    struct gt_hour_cell cell;
    bool unknown[HOURS], any = false;

    for (int i = 0; i < HOURS; i++) {
        unknown[i] = !date->hour[i].known;
        any |= unknown[i];
        vals[i + 1] = GT_INT(unknown[i] ? i : -1);
    }
    if (!any)
        return;
    gt_tx_query_(tx, &hours_rows, vals, HOURS + 1);
    while (gt_tx_next(tx)) {
        int64_t hour = gt_col_int(tx);

        read_cell(tx, &cell);
        if (hour >= 0 && hour < HOURS && !add_cell(&date->hour[hour], &cell))
            gt_tx_fail(tx, gt_err_set(GT_ERR_NOMEM, "no memory for summaries"));
    }
    for (int i = 0; i < HOURS; i++) {
        if (unknown[i])
            merge(&date->hour[i]);
        date->hour[i].known = true;
    }
}

void gt_hours_read(struct gt_tx *tx, struct gt_hours *hours, const struct gt_state *state,
                   int64_t day, int64_t now, int tz_minutes, gt_hour_fn fn, void *ctx)
{
    pthread_mutex_lock(&hours->lock);
    struct date *date = place_of(hours, day);

    if (!date->closed)
        forget_moved(date, now, tz_minutes);
    read_hours(tx, date);
    date->seen = now;
    date->closed = day < state->biz_date;
    if (gt_tx_err(tx) != GT_OK)
        forget_all(date);
    for (int i = 0; i < HOURS; i++) {
        if (date->hour[i].n > 0)
            fn(ctx, i, date->hour[i].cells, date->hour[i].n);
    }
    pthread_mutex_unlock(&hours->lock);
}
