/*
 * Looking at day closes: which organisations have to close a date, our figures, and the auditor.
 */
#include "books/day.h"

#include "access/list.h"
#include "till/audit.h"
#include "till/total.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

GT_ROW_DEFINE(gt_day, GT_DAY_COLS);
GT_ROW_DEFINE(gt_day_line, GT_DAY_LINE_COLS);

/* clang-format off */
#define BELOW "WHERE path >= ? AND path < ?"
GT_STMT(day_orgs, GT_ROW_SELECT(gt_org, GT_ORG_COLS) " " BELOW " ORDER BY path");
GT_STMT(day_org_count, "SELECT COUNT(*) FROM gt_org " BELOW);
/* 2 is GT_TOTAL_OP. */
GT_STMT(day_totals, GT_ROW_SELECT(gt_total, GT_TOTAL_COLS) " WHERE org_id IN "
        "(SELECT o.id FROM gt_org o WHERE o.path >= ? AND o.path < ?) AND kind = 2 AND biz_date = ?");
GT_STMT(days_of_date, GT_ROW_SELECT(gt_day, GT_DAY_COLS) " WHERE biz_date = ?");
GT_STMT(day_of, GT_ROW_SELECT(gt_day, GT_DAY_COLS) " WHERE biz_date = ? AND org_id = ?");
GT_STMT(day_lines, GT_ROW_SELECT(gt_day_line, GT_DAY_LINE_COLS) " WHERE id >= ? AND id < ? ORDER BY id");
GT_STMT(day_below, "SELECT CAST(SUM(l.ours_count) AS BIGINT), CAST(SUM(l.ours_amount) AS BIGINT), "
        "CAST(SUM(l.told_count) AS BIGINT), CAST(SUM(l.told_amount) AS BIGINT) "
        "FROM gt_day d JOIN gt_day_line l ON l.id = d.id * 16 + ? WHERE d.up_id = ?");
GT_STMT(day_before, "SELECT MAX(id) FROM gt_fold WHERE id < ? AND written = lines");
GT_STMT(day_behind, "SELECT MIN(id) FROM gt_fold WHERE id > ? AND written = lines");
/* 3 is a shift that is closed. */
GT_STMT(day_shifts, "SELECT COUNT(*) FROM gt_shift WHERE state < 3 AND org_id = ? AND open_date <= ?");
GT_STMT(day_pending, "SELECT COUNT(*) FROM gt_txn t WHERE t.id IN (SELECT p.id FROM gt_pending p) "
        "AND t.org_id = ? AND t.biz_date = ?");
GT_STMT(day_line_count, "SELECT COUNT(*) FROM gt_day_line WHERE id >= ? AND id < ?");
GT_STMT(day_own, "SELECT CAST(SUM(sales) AS BIGINT), CAST(SUM(amount) AS BIGINT), "
        "CAST(SUM(reversals) AS BIGINT), CAST(SUM(reversed) AS BIGINT) FROM gt_total "
        "WHERE org_id = ? AND kind = 2 AND biz_date = ? AND part >= ? AND part <= ?");
/* clang-format on */

const int64_t gt_day_op[GT_DAY_LINES] = {GT_OP_PAY, GT_OP_RECHARGE, GT_OP_OPEN, GT_OP_REPLACE,
                                         GT_OP_REVERSE};
enum { REVERSED = GT_DAY_LINES - 1 };

char *gt_day_name(const char *org_code, int64_t date, char out[GT_DAY_NAME])
{
    (void)snprintf(out, GT_DAY_NAME, "%.40s %" PRId64, org_code, date);
    return out;
}

const char *gt_day_state_name(enum gt_day_state state)
{
    static const char *const names[GT_DAY__MAX] = {"missing", "open", "declared", "confirmed"};

    assert(state < GT_DAY__MAX);
    return names[state];
}

/* --- the tree ----------------------------------------------------------------------------------
 */

void gt_day_tree_free(struct gt_day_tree *tree)
{
    free(tree->node);
    tree->node = NULL;
    tree->n = 0;
}

struct gt_day_node *gt_day_node_of(const struct gt_day_tree *tree, int64_t org_id)
{
    for (size_t i = 0; i < tree->n; i++) {
        if (tree->node[i].org.id == org_id)
            return &tree->node[i];
    }
    return NULL;
}

bool gt_day_counts(const struct gt_day_node *below, int64_t above_id)
{
    return below->above_id == above_id;
}

int64_t gt_day_confirmer(const struct gt_org *org)
{
    if (!org->parent_id)
        return org->id;
    return org->kind == GT_ORG_AGENT ? strtoll(org->path + 1, NULL, 10) : org->parent_id;
}

static void read_orgs(struct gt_tx *tx, const char *path, const char *end, struct gt_day_tree *tree)
{
    size_t room =
        gt_tx_one(tx, &day_org_count, GT_TEXT(path), GT_TEXT(end)) ? (size_t)gt_col_int(tx) : 0;

    tree->node = calloc(room + 1, sizeof(*tree->node));
    if (!tree->node) {
        (void)!gt_tx_fail(tx, gt_err_set(GT_ERR_NOMEM, "no memory for a tree"));
        return;
    }
    gt_tx_query(tx, &day_orgs, GT_TEXT(path), GT_TEXT(end));
    while (tree->n < room && gt_tx_next(tx)) {
        struct gt_day_node *node = &tree->node[tree->n++];
        gt_row_read(tx, &gt_org_row, &node->org);
        node->above_id = node->org.parent_id ? gt_day_confirmer(&node->org) : 0;
    }
}

/* Adds (or with `sign` -1 takes off) what the totals at the end of a date say. */
static void count_totals(struct gt_tx *tx, const char *path, const char *end, int64_t date,
                         int64_t sign, struct gt_day_tree *tree)
{
    struct gt_day_node *node = NULL;
    struct gt_total total;

    gt_tx_query(tx, &day_totals, GT_TEXT(path), GT_TEXT(end), GT_INT(date));
    while (gt_tx_next(tx)) {
        gt_row_read(tx, &gt_total_row, &total);
        if (!node || node->org.id != total.org_id)
            node = gt_day_node_of(tree, total.org_id);
        if (!node)
            continue;
        for (int i = 0; i < REVERSED; i++) {
            if (strtoll(total.part, NULL, 10) != gt_day_op[i])
                continue;
            node->own[i].count += sign * total.sales;
            node->own[i].amount += sign * total.amount;
        }
        node->own[REVERSED].count += sign * total.reversals;
        node->own[REVERSED].amount += sign * total.reversed;
    }
}

static void read_days(struct gt_tx *tx, struct gt_day_tree *tree)
{
    struct gt_day day;

    gt_tx_query(tx, &days_of_date, GT_INT(tree->date));
    while (gt_tx_next(tx)) {
        gt_row_read(tx, &gt_day_row, &day);
        struct gt_day_node *node = gt_day_node_of(tree, day.org_id);
        if (node)
            node->day = day;
    }
}

/* Those below stand behind, so from the last one on each is known when its level above is.  What
 * was declared once is due, also where the business has moved away since. */
static void find_due(struct gt_day_tree *tree)
{
    for (size_t i = tree->n; i-- > 0;) {
        struct gt_day_node *node = &tree->node[i], *above;

        node->due = node->due || node->day.id;
        for (int k = 0; k < GT_DAY_LINES; k++)
            node->due = node->due || node->own[k].count || node->own[k].amount;
        if (node->due && (above = gt_day_node_of(tree, node->above_id)))
            above->due = true;
    }
}

void gt_day_tree_read(struct gt_tx *tx, const char *path, int64_t date, struct gt_day_tree *tree)
{
    struct gt_fold fold;
    char end[202];

    gt_day_tree_free(tree);
    gt_org_range_end(path, end);
    tree->date = date;
    tree->rights = gt_rights_version(tx);
    tree->ready = gt_row_find(tx, &gt_fold_row, date, &fold) && fold.written == fold.lines;
    read_orgs(tx, path, end, tree);
    if (!tree->ready || gt_tx_err(tx) != GT_OK)
        return;
    count_totals(tx, path, end, date, 1, tree);
    if (fold.prior_date)
        count_totals(tx, path, end, fold.prior_date, -1, tree);
    read_days(tx, tree);
    find_due(tree);
}

/* --- one of them -------------------------------------------------------------------------------
 */

void gt_day_lines(struct gt_tx *tx, int64_t day_id, struct gt_day_line lines[GT_DAY_LINES])
{
    size_t n = 0;

    memset(lines, 0, GT_DAY_LINES * sizeof(lines[0]));
    gt_tx_query(tx, &day_lines, GT_INT(GT_DAY_LINE_ID(day_id, 0)),
                GT_INT(GT_DAY_LINE_ID(day_id + 1, 0)));
    while (n < GT_DAY_LINES && gt_tx_next(tx))
        gt_row_read(tx, &gt_day_line_row, &lines[n++]);
}

/* Sums of a line over the day closes that one counts: ours, and as told. */
static void sum_below(struct gt_tx *tx, int64_t day_id, int64_t line, struct gt_day_figure *ours,
                      struct gt_day_figure *told)
{
    *ours = *told = (struct gt_day_figure){0};
    if (!gt_tx_one(tx, &day_below, GT_INT(line), GT_INT(day_id)))
        return;
    ours->count = gt_col_int(tx);
    ours->amount = gt_col_int(tx);
    told->count = gt_col_int(tx);
    told->amount = gt_col_int(tx);
}

void gt_day_below(struct gt_tx *tx, int64_t day_id, struct gt_day_figure below[GT_DAY_LINES])
{
    struct gt_day_figure ours, told;

    for (int64_t i = 0; i < GT_DAY_LINES; i++) {
        sum_below(tx, day_id, i, &ours, &told);
        below[i] = (struct gt_day_figure){told.count - ours.count, told.amount - ours.amount};
    }
}

bool gt_day_of(struct gt_tx *tx, int64_t org_id, int64_t date, struct gt_day *day)
{
    return gt_row_one(tx, &gt_day_row, day, &day_of, GT_INT(date), GT_INT(org_id));
}

int64_t gt_day_before(struct gt_tx *tx, int64_t date)
{
    return gt_tx_one(tx, &day_before, GT_INT(date)) ? gt_col_int(tx) : 0;
}

int64_t gt_day_behind(struct gt_tx *tx, int64_t date)
{
    return gt_tx_one(tx, &day_behind, GT_INT(date)) ? gt_col_int(tx) : 0;
}

int64_t gt_day_shifts(struct gt_tx *tx, int64_t org_id, int64_t date)
{
    return gt_tx_one(tx, &day_shifts, GT_INT(org_id), GT_INT(date)) ? gt_col_int(tx) : 0;
}

int64_t gt_day_pending(struct gt_tx *tx, int64_t org_id, int64_t date)
{
    return gt_tx_one(tx, &day_pending, GT_INT(org_id), GT_INT(date)) ? gt_col_int(tx) : 0;
}

/* --- the auditor -------------------------------------------------------------------------------
 */

static void audit_day(struct gt_audit *a, const void *row)
{
    const struct gt_day *day = row;
    bool confirmed = day->state == GT_DAY_CONFIRMED;

    if (day->state < GT_DAY_OPEN || day->state > GT_DAY_CONFIRMED || day->rounds < 1)
        gt_audit_say(a, "gt_day", day->id, "is in no state that there is");
    if (confirmed != (day->confirmed_at != 0) || confirmed != (day->confirmed_by != 0))
        gt_audit_say(a, "gt_day", day->id, "is confirmed without a time, or open with one");
    if (confirmed && day->confirmed_by == day->declared_by && day->confirmed_by > 0)
        gt_audit_say(a, "gt_day", day->id, "was confirmed by who declared it");
    if (gt_tx_one(a->tx, &day_line_count, GT_INT(GT_DAY_LINE_ID(day->id, 0)),
                  GT_INT(GT_DAY_LINE_ID(day->id + 1, 0))) &&
        gt_col_int(a->tx) != GT_DAY_LINES)
        gt_audit_say(a, "gt_day", day->id, "lacks lines");
}

/* What running totals say of a business at an organisation to the end of a date. */
static struct gt_day_figure total_of(struct gt_tx *tx, int64_t org_id, int64_t date, int64_t op)
{
    bool back = op == GT_OP_REVERSE;
    struct gt_day_figure figure = {0};
    char part[24];

    (void)snprintf(part, sizeof(part), "%" PRId64, op);
    if (!gt_tx_one(tx, &day_own, GT_INT(org_id), GT_INT(date), GT_TEXT(back ? "0" : part),
                   GT_TEXT(back ? "~" : part)))
        return figure;
    if (back) {
        (void)gt_col_int(tx);
        (void)gt_col_int(tx);
    }
    figure.count = gt_col_int(tx);
    figure.amount = gt_col_int(tx);
    return figure;
}

static void audit_line(struct gt_audit *a, const void *row)
{
    const struct gt_day_line *line = row;
    struct gt_day_figure own, before = {0}, ours, told;
    struct gt_fold fold = {.prior_date = 0};
    struct gt_day day;

    if (!gt_tx_one(a->tx, gt_day_row.find, GT_INT(line->id / 16))) {
        gt_audit_say(a, "gt_day_line", line->id, "belongs to no day close");
        return;
    }
    (void)gt_row_read_unchecked(a->tx, &gt_day_row, &day);
    if (gt_tx_one(a->tx, gt_fold_row.find, GT_INT(day.biz_date)))
        (void)gt_row_read_unchecked(a->tx, &gt_fold_row, &fold);
    own = total_of(a->tx, day.org_id, day.biz_date, line->op);
    if (fold.prior_date)
        before = total_of(a->tx, day.org_id, fold.prior_date, line->op);
    own.count -= before.count;
    own.amount -= before.amount;
    sum_below(a->tx, day.id, line->id % 16, &ours, &told);
    if (line->own_count != own.count || line->own_amount != own.amount)
        gt_audit_say(a, "gt_day_line", line->id, "differs from the totals of the date");
    if (line->ours_count != own.count + ours.count || line->ours_amount != own.amount + ours.amount)
        gt_audit_say(a, "gt_day_line", line->id, "is not the sum of itself and those below");
}

GT_AUDIT(day, {&gt_day_row, audit_day, GT_COUNTED_SAVES});
GT_AUDIT(day_line, {&gt_day_line_row, audit_line, false});
