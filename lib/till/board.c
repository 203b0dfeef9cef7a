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
GT_STMT(board_rows, "SELECT s.org_id, s.hour, s.op, s.channel, s.system, "
        "CAST(SUM(s.sales) AS BIGINT), CAST(SUM(s.amount + s.fees) AS BIGINT), "
        "CAST(SUM(s.reversals) AS BIGINT), CAST(SUM(s.reversed) AS BIGINT) FROM gt_summary s "
        "WHERE s.biz_date = ? GROUP BY s.org_id, s.hour, s.op, s.channel, s.system");
GT_STMT(board_tree, "SELECT id, path FROM gt_org WHERE path >= ? AND path < ? ORDER BY id");
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

/* --- the tree below a path ---------------------------------------------------------------------
 *
 * Read once and looked up here: joined in the database, the summaries of a date might be gone
 * through once for each organisation.
 */

struct place {
    int64_t id;
    int64_t child; /* the organisation right below the path that it belongs to, or the path's own */
};

struct tree {
    struct place *place; /* by id */
    size_t n, room;
};

static int64_t child_of(const char *path, const char *org_path)
{
    const char *rest = org_path + strlen(path), *at = path + strlen(path) - 1;

    if (*rest)
        return strtoll(rest, NULL, 10);
    while (at > path && at[-1] != '/')
        at--;
    return strtoll(at, NULL, 10);
}

static void read_tree(struct gt_tx *tx, const char *path, const char *end, struct tree *tree)
{
    char org_path[201];

    gt_tx_query(tx, &board_tree, GT_TEXT(path), GT_TEXT(end));
    while (gt_tx_next(tx)) {
        if (tree->n == tree->room) {
            size_t room = tree->room ? 2 * tree->room : 64;
            struct place *more = realloc(tree->place, room * sizeof(*more));

            if (!more) {
                gt_tx_fail(tx, gt_err_set(GT_ERR_NOMEM, "no memory for organisations"));
                return;
            }
            tree->place = more;
            tree->room = room;
        }
        tree->place[tree->n].id = gt_col_int(tx);
        gt_col_text(tx, org_path, sizeof(org_path));
        tree->place[tree->n++].child = child_of(path, org_path);
    }
}

static int by_id(const void *a, const void *b)
{
    const struct place *x = a, *y = b;

    return (x->id > y->id) - (x->id < y->id);
}

/* --- the summaries of a date ------------------------------------------------------------------ */

static void add_day(struct gt_tx *tx, struct gt_board *board, int day, const struct tree *tree)
{
    char system[17];

    gt_tx_query(tx, &board_rows, GT_INT(board->date[day]));
    while (gt_tx_next(tx)) {
        struct place key = {.id = gt_col_int(tx)};
        const struct place *place =
            tree->n ? bsearch(&key, tree->place, tree->n, sizeof(key), by_id) : NULL;

        if (!place)
            continue;
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
        add_org(board, day, place->child, &sum);
    }
}

void gt_board_add(struct gt_tx *tx, const char *path, int64_t warn_percent, struct gt_board *board)
{
    struct tree tree = {.n = 0};
    char end[202];

    gt_org_range_end(path, end);
    read_tree(tx, path, end, &tree);
    for (int day = 0; day < GT_BOARD_DAYS; day++)
        add_day(tx, board, day, &tree);
    free(tree.place);
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
