/*
 * The figures of a dashboard.
 *
 * A business date begins with the hour of its cut-off, so hours are counted from there: 22, 23, 0 …
 * where the cut-off is at 22:00.
 */
#include "till/board.h"

#include "access/org.h"
#include "base/clock.h"
#include "till/tree.h"

#include <stdlib.h>
#include <string.h>

/* clang-format off */
/* An account that has used anything, and as much as warns of what it has. */
GT_STMT(board_near, "SELECT COUNT(*) FROM gt_account a JOIN gt_org o ON o.id = a.org_id "
        "WHERE o.path >= ? AND o.path < ? AND a.unremitted + a.held > 0 AND "
        "(a.unremitted + a.held) * 100 >= (a.deposit + a.credit_limit) * ?");
/* clang-format on */

void gt_board_begin(const struct gt_state *state, int64_t now, int tz_minutes,
                    struct gt_board *board)
{
    int hour = gt_time_minute(now, tz_minutes) / 60;

    *board = (struct gt_board){.state = *state, .at = now, .tz_minutes = tz_minutes};
    board->date[GT_BOARD_TODAY] = state->biz_date;
    board->date[GT_BOARD_BEFORE] = gt_date_before(state->biz_date);
    /* A cut-off at 23:50 begins the hour 0. */
    board->first_hour = state->cut_minute < 0 ? 0 : (int)((state->cut_minute + 30) / 60 % 24);
    board->now = (hour - board->first_hour + 24) % 24;
}

static void add(struct gt_sum *sum, const struct gt_sum *more)
{
    sum->sales += more->sales;
    sum->amount += more->amount;
    sum->reversals += more->reversals;
    sum->reversed += more->reversed;
}

/* Hours since the first of the date. */
static int order_of(const struct gt_board *board, int64_t hour)
{
    return (int)((hour - board->first_hour + 24) % 24);
}

static void add_system(struct gt_board *board, int day, const char *name, const struct gt_sum *sum)
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

static void add_org(struct gt_board *board, int day, int64_t id, const struct gt_sum *sum)
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

/* --- the summaries of a date ------------------------------------------------------------------ */

/* Where the cells of an hour go. */
struct adding {
    struct gt_board *board;
    const struct gt_tree *tree;
    int day;
};

static void add_cell(struct gt_board *board, int day, const struct gt_hour_cell *cell,
                     int64_t child)
{
    const struct gt_sum *sum = &cell->sum;

    add(&board->total[day], sum);
    if (cell->op > 0 && cell->op < GT_OP__MAX)
        add(&board->op[day][cell->op], sum);
    if (cell->channel > 0 && cell->channel < GT_BOARD_CHANNEL)
        add(&board->channel[day][cell->channel], sum);
    add_system(board, day, cell->system, sum);
    add_org(board, day, child, sum);
}

/* The cells stand by organisation: each is looked up once. */
static void add_hour(void *ctx, int hour, const struct gt_hour_cell *cells, size_t n)
{
    struct adding *a = ctx;
    int order = order_of(a->board, hour);
    const struct gt_place *place = NULL;

    for (size_t i = 0; i < n; i++) {
        if (i == 0 || cells[i].org_id != cells[i - 1].org_id)
            place = gt_tree_find(a->tree, cells[i].org_id);
        if (!place)
            continue;
        add(&a->board->hour[a->day][order], &cells[i].sum);
        if (order <= a->board->now)
            add_cell(a->board, a->day, &cells[i], place->child);
    }
}

void gt_board_add(struct gt_tx *tx, const char *path, int64_t warn_percent, struct gt_board *board)
{
    char end[202];

    gt_org_range_end(path, end);
    if (board->npaths < GT_GRANTS_MAX)
        board->path[board->npaths++] = path;
    if (gt_tx_one(tx, &board_near, GT_TEXT(path), GT_TEXT(end), GT_INT(warn_percent)))
        board->near_limit += gt_col_int(tx);
}

static int greatest_first(const void *a, const void *b)
{
    const struct gt_board_org *x = a, *y = b;
    int64_t one = x->sum[GT_BOARD_TODAY].amount, other = y->sum[GT_BOARD_TODAY].amount;

    return (one < other) - (one > other);
}

void gt_board_end(struct gt_tx *tx, struct gt_hours *hours, struct gt_board *board)
{
    struct gt_tree tree;

    gt_tree_read(tx, board->path, board->npaths, &tree);
    for (int day = 0; day < GT_BOARD_DAYS && tree.n > 0; day++) {
        struct adding a = {board, &tree, day};
        gt_hours_read(tx, hours, &board->state, board->date[day], board->at, board->tz_minutes,
                      add_hour, &a);
    }
    gt_tree_free(&tree);
    qsort(board->org, board->norgs, sizeof(board->org[0]), greatest_first);
}
