/*
 * The figures of a dashboard.
 *
 * A business date begins with the hour of its cut-off, so hours are counted from there: 22, 23, 0 …
 * where the cut-off is at 22:00.
 */
#include "till/board.h"

#include "access/org.h"
#include "base/clock.h"

#include <stdlib.h>
#include <string.h>

/* clang-format off */
#define SUMS "CAST(SUM(s.sales) AS BIGINT), CAST(SUM(s.amount + s.fees) AS BIGINT), " \
             "CAST(SUM(s.reversals) AS BIGINT), CAST(SUM(s.reversed) AS BIGINT) "
#define BELOW "FROM gt_summary s JOIN gt_org o ON o.id = s.org_id " \
              "WHERE s.biz_date = ? AND o.path >= ? AND o.path < ? "

GT_STMT(board_hours, "SELECT s.hour, s.op, s.channel, s.system, " SUMS BELOW
        "GROUP BY s.hour, s.op, s.channel, s.system");
GT_STMT(board_orgs, "SELECT o.path, s.hour, " SUMS BELOW "GROUP BY o.path, s.hour");
/* An account that has used anything, and as much as warns of what it has. */
GT_STMT(board_near, "SELECT COUNT(*) FROM gt_account a JOIN gt_org o ON o.id = a.org_id "
        "WHERE o.path >= ? AND o.path < ? AND a.unremitted + a.held > 0 AND "
        "(a.unremitted + a.held) * 100 >= (a.deposit + a.credit_limit) * ?");
/* clang-format on */

void gt_board_begin(const struct gt_state *state, int64_t now, int tz_minutes,
                    struct gt_board *board)
{
    int hour = gt_time_minute(now, tz_minutes) / 60;

    memset(board, 0, sizeof(*board));
    board->date[GT_BOARD_TODAY] = state->biz_date;
    board->date[GT_BOARD_BEFORE] = gt_date_before(state->biz_date);
    /* A cut-off at 23:50 begins the hour 0. */
    board->first_hour = state->cut_minute < 0 ? 0 : (int)((state->cut_minute + 30) / 60 % 24);
    board->now = (hour - board->first_hour + 24) % 24;
}

static void add(struct gt_board_sum *sum, const struct gt_board_sum *more)
{
    sum->sales += more->sales;
    sum->amount += more->amount;
    sum->reversals += more->reversals;
    sum->reversed += more->reversed;
}

static struct gt_board_sum read_sum(struct gt_tx *tx)
{
    struct gt_board_sum sum;

    sum.sales = gt_col_int(tx);
    sum.amount = gt_col_int(tx);
    sum.reversals = gt_col_int(tx);
    sum.reversed = gt_col_int(tx);
    return sum;
}

/* Hours since the first of the date. */
static int order_of(const struct gt_board *board, int64_t hour)
{
    return (int)((hour - board->first_hour + 24) % 24);
}

static void add_system(struct gt_board *board, int day, const char *name,
                       const struct gt_board_sum *sum)
{
    size_t i = 0;

    while (i < board->nsystems && strcmp(board->system[i].name, name) != 0)
        i++;
    if (i == GT_BOARD_SYSTEMS)
        return;
    if (i == board->nsystems) {
        GT_FIELD_COPY(board->system[i].name, name);
        board->nsystems++;
    }
    add(&board->system[i].sum[day], sum);
}

static void add_hours(struct gt_tx *tx, struct gt_board *board, int day, const char *path,
                      const char *end)
{
    char system[17];

    gt_tx_query(tx, &board_hours, GT_INT(board->date[day]), GT_TEXT(path), GT_TEXT(end));
    while (gt_tx_next(tx)) {
        int order = order_of(board, gt_col_int(tx));
        int64_t op = gt_col_int(tx), channel = gt_col_int(tx);
        gt_col_text(tx, system, sizeof(system));
        struct gt_board_sum sum = read_sum(tx);

        add(&board->hour[day][order], &sum);
        if (order > board->now)
            continue;
        add(&board->total[day], &sum);
        if (op > 0 && op < GT_OP__MAX)
            add(&board->op[day][op], &sum);
        if (channel > 0 && channel < GT_BOARD_CHANNEL)
            add(&board->channel[day][channel], &sum);
        add_system(board, day, system, &sum);
    }
}

/* The organisation right below `path` that `org_path` belongs to, or the one at `path`. */
static int64_t child_of(const char *path, const char *org_path)
{
    const char *rest = org_path + strlen(path), *at = path + strlen(path) - 1;

    if (*rest)
        return strtoll(rest, NULL, 10);
    while (at > path && at[-1] != '/')
        at--;
    return strtoll(at, NULL, 10);
}

static void add_org(struct gt_board *board, int day, int64_t id, const struct gt_board_sum *sum)
{
    size_t i = 0;

    while (i < board->norgs && board->org[i].id != id)
        i++;
    if (i == GT_BOARD_ORGS)
        return;
    if (i == board->norgs)
        board->org[board->norgs++] = (struct gt_board_org){.id = id};
    add(&board->org[i].sum[day], sum);
}

static void add_orgs(struct gt_tx *tx, struct gt_board *board, int day, const char *path,
                     const char *end)
{
    char org_path[201];

    gt_tx_query(tx, &board_orgs, GT_INT(board->date[day]), GT_TEXT(path), GT_TEXT(end));
    while (gt_tx_next(tx)) {
        gt_col_text(tx, org_path, sizeof(org_path));
        int order = order_of(board, gt_col_int(tx));
        struct gt_board_sum sum = read_sum(tx);

        if (order <= board->now)
            add_org(board, day, child_of(path, org_path), &sum);
    }
}

void gt_board_add(struct gt_tx *tx, const char *path, int64_t warn_percent, struct gt_board *board)
{
    char end[202];

    gt_org_range_end(path, end);
    for (int day = 0; day < GT_BOARD_DAYS; day++) {
        add_hours(tx, board, day, path, end);
        add_orgs(tx, board, day, path, end);
    }
    if (gt_tx_one(tx, &board_near, GT_TEXT(path), GT_TEXT(end), GT_INT(warn_percent)))
        board->near_limit += gt_col_int(tx);
}

static int greatest_first(const void *a, const void *b)
{
    const struct gt_board_org *x = a, *y = b;
    int64_t one = x->sum[GT_BOARD_TODAY].amount, other = y->sum[GT_BOARD_TODAY].amount;

    return (one < other) - (one > other);
}

void gt_board_end(struct gt_board *board)
{
    qsort(board->org, board->norgs, sizeof(board->org[0]), greatest_first);
}
