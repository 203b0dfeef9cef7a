/*
 * Statistics from running totals.
 *
 * A range is what stands at its end less what stood before its beginning; both are totals of the
 * last folded date up to there.  Two ranges are four dates, with +1 or -1 for each range, and a row
 * of any of them goes where its date says.  What is not folded yet is added from its summaries.
 */
#include "books/stats.h"

#include "base/clock.h"
#include "base/text.h"
#include "till/total.h"
#include "till/tree.h"

#include <stdlib.h>
#include <string.h>

#define EDGES      4  /* dates that two ranges want */
#define AT_ONCE    32 /* dates that one statement asks for */
#define KINDS_LAST 99

/* clang-format off */
#define MARKS "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?"
#define SUMS  "CAST(SUM(t.sales) AS BIGINT), CAST(SUM(t.amount) AS BIGINT), " \
              "CAST(SUM(t.reversals) AS BIGINT), CAST(SUM(t.reversed) AS BIGINT) "
#define BELOW "FROM gt_org o JOIN gt_total t ON t.org_id = o.id WHERE o.path >= ? AND o.path < ? " \
              "AND o.kind >= ? AND o.kind <= ? AND t.kind = ? "
GT_STMT(stats_folds, "SELECT id FROM gt_fold WHERE id >= ? AND id <= ? AND written = lines ORDER BY id");
GT_STMT(stats_parts, "SELECT t.org_id, t.biz_date, t.part, t.sales, t.amount, t.reversals, t.reversed "
        BELOW "AND t.biz_date IN (?, ?, ?, ?)");
GT_STMT(stats_parts_of_all, "SELECT org_id, biz_date, part, sales, amount, reversals, reversed "
        "FROM gt_total WHERE org_id = ? AND kind = ? AND biz_date IN (?, ?, ?, ?)");
GT_STMT(stats_parts_at, "SELECT org_id, biz_date, part, sales, amount, reversals, reversed "
        "FROM gt_total WHERE id > ? AND id < ? AND kind = ?");
GT_STMT(stats_times, "SELECT t.biz_date, " SUMS BELOW "AND t.biz_date IN (" MARKS ") GROUP BY t.biz_date");
GT_STMT(stats_times_of_all, "SELECT t.biz_date, " SUMS "FROM gt_total t WHERE t.org_id = ? AND t.kind = ? "
        "AND t.biz_date IN (" MARKS ") GROUP BY t.biz_date");
/* clang-format on */

/* A date at the edge of ranges: what stands at its end counts so many times in each. */
struct edge {
    int64_t date;
    int times[GT_STATS_RANGES];
};

struct reading {
    struct gt_tx *tx;
    const struct gt_stats_ask *ask;
    struct gt_stats *out;
    struct gt_tree tree;
    bool everywhere; /* all organisations: totals of all together do */
    enum gt_total_kind kind;
    int64_t kind_from, kind_to; /* of organisations that count */
    int64_t *folds;             /* dates, rising */
    size_t nfolds, folds_room;
    struct edge edge[EDGES];
    size_t nedges;
    uint32_t *slot; /* [nslots] of lines by key: a line's place and 1, 0: free */
    size_t nslots, last;
};

int64_t gt_sum_net(const struct gt_sum *sum)
{
    return sum->amount - sum->reversed;
}

static void sum_add(struct gt_sum *to, const struct gt_sum *more, int times)
{
    to->sales += times * more->sales;
    to->amount += times * more->amount;
    to->reversals += times * more->reversals;
    to->reversed += times * more->reversed;
}

static void no_memory(struct reading *r)
{
    gt_tx_fail(r->tx, gt_err_set(GT_ERR_NOMEM, "no memory for statistics"));
}

/* --- lines ------------------------------------------------------------------------------------ */

static int by_key(const void *a, const void *b)
{
    const struct gt_stats_line *x = a, *y = b;

    if (x->id != y->id)
        return x->id < y->id ? -1 : 1;
    return strcmp(x->name, y->name);
}

static int greatest_first(const void *a, const void *b)
{
    const struct gt_stats_line *x = a, *y = b;
    int64_t one = gt_sum_net(&x->sum[GT_STATS_NOW]), other = gt_sum_net(&y->sum[GT_STATS_NOW]);

    if (one != other)
        return one > other ? -1 : 1;
    return by_key(a, b);
}

/* Where a key is looked for first; `mask` is a power of two less one. */
static size_t place_of(int64_t id, const char *name, size_t mask)
{
    uint64_t h = (uint64_t)id * UINT64_C(0x9e3779b97f4a7c15);

    for (; *name; name++)
        h = (h ^ (unsigned char)*name) * UINT64_C(0x100000001b3);
    return (size_t)(h >> 32) & mask;
}

/* The slot of a key: that of its line, or a free one (0). */
static uint32_t *slot_of(const struct reading *r, int64_t id, const char *name)
{
    size_t i = place_of(id, name, r->nslots - 1);

    for (; r->slot[i]; i = (i + 1) & (r->nslots - 1)) {
        const struct gt_stats_line *line = &r->out->line[r->slot[i] - 1];

        if (line->id == id && strcmp(line->name, name) == 0)
            break;
    }
    return &r->slot[i];
}

/* Makes room for one line more: twice as many, and slots for twice as many as these. */
static bool lines_grow(struct reading *r)
{
    struct gt_stats *out = r->out;
    size_t room = out->room ? 2 * out->room : 256;
    struct gt_stats_line *more = realloc(out->line, room * sizeof(*more));
    uint32_t *slot = more ? calloc(2 * room, sizeof(*slot)) : NULL;

    if (more)
        out->line = more;
    if (!slot) {
        no_memory(r);
        return false;
    }
    out->room = room;
    free(r->slot);
    r->slot = slot;
    r->nslots = 2 * room;
    for (size_t i = 0; i < out->nlines; i++)
        *slot_of(r, out->line[i].id, out->line[i].name) = (uint32_t)i + 1;
    return true;
}

/* The line of a key, made if it is the first of it; rows of one come together, mostly. */
static struct gt_stats_line *line_of(struct reading *r, int64_t id, const char *name)
{
    struct gt_stats *out = r->out;
    struct gt_stats_line *line = out->nlines ? &out->line[r->last] : NULL;

    if (line && line->id == id && strcmp(line->name, name) == 0)
        return line;
    if (out->nlines == out->room && !lines_grow(r))
        return NULL;
    uint32_t *slot = slot_of(r, id, name);
    if (!*slot) {
        line = &out->line[out->nlines++];
        *line = (struct gt_stats_line){.id = id};
        GT_FIELD_COPY(line->name, name);
        *slot = (uint32_t)out->nlines;
    }
    r->last = *slot - 1;
    return &out->line[r->last];
}

static bool is_zero(const struct gt_stats_line *line)
{
    for (int range = 0; range < GT_STATS_RANGES; range++) {
        if (line->sum[range].sales || line->sum[range].reversals)
            return false;
    }
    return true;
}

/* Leaves out what is zero, and sums up. */
static void settle_lines(struct gt_stats *out)
{
    size_t kept = 0;

    for (size_t i = 0; i < out->nlines; i++) {
        if (is_zero(&out->line[i]))
            continue;
        for (int range = 0; range < GT_STATS_RANGES; range++)
            sum_add(&out->total[range], &out->line[i].sum[range], 1);
        out->line[kept++] = out->line[i];
    }
    out->nlines = kept;
    if (kept)
        qsort(out->line, out->nlines, sizeof(out->line[0]), greatest_first);
}

/* --- folded dates ----------------------------------------------------------------------------- */

static void read_folds(struct reading *r, int64_t from, int64_t to)
{
    gt_tx_query(r->tx, &stats_folds, GT_INT(gt_fold_last(r->tx, from)), GT_INT(to));
    while (gt_tx_next(r->tx)) {
        if (r->nfolds == r->folds_room) {
            size_t room = r->folds_room ? 2 * r->folds_room : 256;
            int64_t *more = realloc(r->folds, room * sizeof(*more));

            if (!more) {
                no_memory(r);
                return;
            }
            r->folds = more;
            r->folds_room = room;
        }
        r->folds[r->nfolds++] = gt_col_int(r->tx);
    }
}

/* The last folded date up to `date`, 0 if there is none. */
static int64_t folded(const struct reading *r, int64_t date)
{
    size_t low = 0, high = r->nfolds;

    while (low < high) {
        size_t middle = (low + high) / 2;

        if (r->folds[middle] <= date)
            low = middle + 1;
        else
            high = middle;
    }
    return low ? r->folds[low - 1] : 0;
}

static void add_edge(struct reading *r, int64_t date, int range, int times)
{
    size_t i = 0;

    date = folded(r, date);
    while (i < r->nedges && r->edge[i].date != date)
        i++;
    if (i == r->nedges)
        r->edge[r->nedges++] = (struct edge){.date = date};
    r->edge[i].times[range] += times;
}

/* Where a row of an organisation or a part belongs; NULL: nowhere. */
static struct gt_stats_line *line_for(struct reading *r, int64_t org_id, const char *part)
{
    const struct gt_place *place;

    switch (r->ask->by) {
    case GT_STATS_ORG:
        place = gt_tree_find(&r->tree, org_id);
        return place ? line_of(r, place->child, "") : NULL;
    case GT_STATS_AGENT:
        return line_of(r, org_id, "");
    case GT_STATS_SYSTEM:
        return line_of(r, 0, part);
    default:
        return line_of(r, strtoll(part, NULL, 10), "");
    }
}

static void read_sum(struct gt_tx *tx, struct gt_sum *sum)
{
    sum->sales = gt_col_int(tx);
    sum->amount = gt_col_int(tx);
    sum->reversals = gt_col_int(tx);
    sum->reversed = gt_col_int(tx);
}

static void take_parts(struct reading *r)
{
    char part[33];
    struct gt_sum sum;

    while (gt_tx_next(r->tx)) {
        int64_t org_id = gt_col_int(r->tx), date = gt_col_int(r->tx);

        gt_col_text(r->tx, part, sizeof(part));
        read_sum(r->tx, &sum);
        for (size_t i = 0; i < r->nedges; i++) {
            struct gt_stats_line *line = r->edge[i].date == date ? line_for(r, org_id, part) : NULL;

            for (int range = 0; line && range < GT_STATS_RANGES; range++)
                sum_add(&line->sum[range], &sum, r->edge[i].times[range]);
        }
    }
}

/* All organisations: a date's rows stand together, so going through them is less than finding each
 * organisation's. */
static void read_all_parts(struct reading *r)
{
    for (size_t i = 0; i < r->nedges; i++) {
        int64_t date = r->edge[i].date;

        gt_tx_query(r->tx, &stats_parts_at, GT_INT(GT_TOTAL_ID(date, 0)),
                    GT_INT(GT_TOTAL_ID(date + 1, 0)), GT_INT(r->kind));
        take_parts(r);
    }
}

static void read_parts(struct reading *r)
{
    int64_t date[EDGES] = {0};
    char end[202];

    for (size_t i = 0; i < r->nedges; i++)
        date[i] = r->edge[i].date;
    if (r->everywhere && r->kind != GT_TOTAL_ALL && r->kind != GT_TOTAL_USER) {
        gt_tx_query(r->tx, &stats_parts_of_all, GT_INT(GT_TOTAL_EVERYWHERE), GT_INT(r->kind),
                    GT_INT(date[0]), GT_INT(date[1]), GT_INT(date[2]), GT_INT(date[3]));
        take_parts(r);
        return;
    }
    if (r->everywhere && r->kind == GT_TOTAL_USER) {
        read_all_parts(r);
        return;
    }
    for (size_t i = 0; i < r->ask->npaths; i++) {
        gt_org_range_end(r->ask->path[i], end);
        gt_tx_query(r->tx, &stats_parts, GT_TEXT(r->ask->path[i]), GT_TEXT(end),
                    GT_INT(r->kind_from), GT_INT(r->kind_to), GT_INT(r->kind), GT_INT(date[0]),
                    GT_INT(date[1]), GT_INT(date[2]), GT_INT(date[3]));
        take_parts(r);
    }
}

/* --- over time -------------------------------------------------------------------------------- */

static int64_t period_of(enum gt_stats_grain grain, int64_t date)
{
    return grain == GT_STATS_DAY ? date : grain == GT_STATS_MONTH ? date / 100 : date / 10000;
}

static struct gt_stats_point *point_of(struct reading *r, int64_t date)
{
    int64_t period = period_of(r->ask->grain, date);

    for (size_t i = 0; i < r->out->npoints; i++) {
        if (r->out->point[i].period == period)
            return &r->out->point[i];
    }
    return NULL;
}

/* Makes the points; gives the last date of each. */
static void make_points(struct reading *r, int64_t last[GT_STATS_POINTS])
{
    const struct gt_stats_range *range = &r->ask->range[GT_STATS_NOW];
    struct gt_stats *out = r->out;

    for (int64_t date = range->from; date <= range->to; date = gt_date_next(date)) {
        int64_t period = period_of(r->ask->grain, date);

        if (out->npoints == 0 || out->point[out->npoints - 1].period != period) {
            if (out->npoints == GT_STATS_POINTS)
                return;
            out->point[out->npoints++] = (struct gt_stats_point){.period = period};
        }
        last[out->npoints - 1] = date;
    }
}

/* What stood at the end of the dates, 0: nothing; rows of one path are added to those of others. */
struct standing {
    const int64_t *date;
    struct gt_sum *sum;
    size_t n;
};

static void take_times(struct reading *r, const struct standing *s)
{
    struct gt_sum sum;

    while (gt_tx_next(r->tx)) {
        int64_t date = gt_col_int(r->tx);

        read_sum(r->tx, &sum);
        for (size_t i = 0; i < s->n; i++) {
            if (s->date[i] == date)
                sum_add(&s->sum[i], &sum, 1);
        }
    }
}

static void read_times(struct reading *r, const struct standing *s)
{
    struct gt_val vals[5 + AT_ONCE];
    size_t heads = r->everywhere ? 2 : 5;
    char end[202];

    for (size_t i = 0; i < AT_ONCE; i++)
        vals[heads + i] = GT_INT(i < s->n ? s->date[i] : 0);
    if (r->everywhere) {
        vals[0] = GT_INT(GT_TOTAL_EVERYWHERE);
        vals[1] = GT_INT(r->ask->by == GT_STATS_AGENT ? GT_TOTAL_AGENTS : GT_TOTAL_ALL);
        gt_tx_query_(r->tx, &stats_times_of_all, vals, heads + AT_ONCE);
        take_times(r, s);
        return;
    }
    for (size_t i = 0; i < r->ask->npaths; i++) {
        gt_org_range_end(r->ask->path[i], end);
        vals[0] = GT_TEXT(r->ask->path[i]);
        vals[1] = GT_TEXT(end);
        vals[2] = GT_INT(r->kind_from);
        vals[3] = GT_INT(r->kind_to);
        vals[4] = GT_INT(GT_TOTAL_ALL);
        gt_tx_query_(r->tx, &stats_times, vals, heads + AT_ONCE);
        take_times(r, s);
    }
}

static void read_points(struct reading *r)
{
    int64_t last[GT_STATS_POINTS], date[GT_STATS_POINTS + 1];
    struct gt_sum sum[GT_STATS_POINTS + 1] = {{0}};

    make_points(r, last);
    date[0] = folded(r, gt_date_before(r->ask->range[GT_STATS_NOW].from));
    for (size_t i = 0; i < r->out->npoints; i++)
        date[i + 1] = folded(r, last[i]);
    for (size_t i = 0; i <= r->out->npoints; i += AT_ONCE) {
        size_t left = r->out->npoints + 1 - i;

        read_times(r, &(struct standing){date + i, sum + i, left < AT_ONCE ? left : AT_ONCE});
    }
    for (size_t i = 0; i < r->out->npoints; i++) {
        r->out->point[i].sum = sum[i + 1];
        sum_add(&r->out->point[i].sum, &sum[i], -1);
    }
}

/* --- what is not folded yet ------------------------------------------------------------------- */

struct running {
    struct reading *r;
    bool in[GT_STATS_RANGES];
    struct gt_stats_point *point;
};

static struct gt_stats_line *line_for_cell(struct reading *r, const struct gt_hour_cell *cell,
                                           const struct gt_place *place)
{
    switch (r->ask->by) {
    case GT_STATS_ORG:
        return line_of(r, place->child, "");
    case GT_STATS_OPERATOR:
        return line_of(r, cell->user_id, "");
    case GT_STATS_AGENT:
        return line_of(r, cell->org_id, "");
    case GT_STATS_CHANNEL:
        return line_of(r, cell->channel, "");
    case GT_STATS_SYSTEM:
        return line_of(r, 0, cell->system);
    default:
        return line_of(r, cell->op, "");
    }
}

/* The cells stand by organisation: each is looked up once. */
static void take_hour(void *ctx, int hour, const struct gt_hour_cell *cells, size_t n)
{
    const struct running *now = ctx;
    struct reading *r = now->r;
    const struct gt_place *place = NULL;

    (void)hour;
    for (size_t i = 0; i < n; i++) {
        if (i == 0 || cells[i].org_id != cells[i - 1].org_id)
            place = gt_tree_find(&r->tree, cells[i].org_id);
        if (!place || place->kind < r->kind_from || place->kind > r->kind_to)
            continue;
        struct gt_stats_line *line = line_for_cell(r, &cells[i], place);
        for (int range = 0; line && range < GT_STATS_RANGES; range++)
            sum_add(&line->sum[range], &cells[i].sum, now->in[range]);
        if (now->point)
            sum_add(&now->point->sum, &cells[i].sum, 1);
    }
}

static bool is_in(const struct gt_stats_range *range, int64_t date)
{
    return date >= range->from && date <= range->to;
}

static void read_running(struct reading *r)
{
    const struct gt_stats_ask *ask = r->ask;
    struct gt_state state;
    int64_t date = gt_fold_last(r->tx, INT64_C(99991231));

    gt_state_read(r->tx, &state);
    while (gt_tx_err(r->tx) == GT_OK && (date = gt_fold_next_date(r->tx, date)) != 0) {
        struct running now = {.r = r};

        for (int range = 0; range < GT_STATS_RANGES; range++)
            now.in[range] = is_in(&ask->range[range], date);
        if (now.in[GT_STATS_NOW])
            now.point = point_of(r, date);
        if (now.in[GT_STATS_NOW] || now.in[GT_STATS_BEFORE])
            gt_hours_read(r->tx, ask->hours, &state, date, ask->now, ask->tz_minutes, take_hour,
                          &now);
    }
}

/* --- all of it -------------------------------------------------------------------------------- */

/* The top has one id in its path: "/1/". */
static bool is_top(const char *path)
{
    const char *second = strchr(path + 1, '/');

    return second && second[1] == '\0';
}

static void begin(struct reading *r)
{
    static const enum gt_total_kind kinds[GT_STATS__MAX] = {
        [GT_STATS_ORG] = GT_TOTAL_ALL,   [GT_STATS_OPERATOR] = GT_TOTAL_USER,
        [GT_STATS_AGENT] = GT_TOTAL_ALL, [GT_STATS_CHANNEL] = GT_TOTAL_CHANNEL,
        [GT_STATS_OP] = GT_TOTAL_OP,     [GT_STATS_SYSTEM] = GT_TOTAL_SYSTEM,
    };
    const struct gt_stats_range *now = &r->ask->range[GT_STATS_NOW];
    const struct gt_stats_range *before = &r->ask->range[GT_STATS_BEFORE];
    bool agents = r->ask->by == GT_STATS_AGENT;

    r->kind = kinds[r->ask->by];
    r->kind_from = agents ? GT_ORG_AGENT : 0;
    r->kind_to = agents ? GT_ORG_AGENT : KINDS_LAST;
    r->everywhere = r->ask->npaths == 1 && is_top(r->ask->path[0]);
    gt_tree_read(r->tx, r->ask->path, r->ask->npaths, &r->tree);
    int64_t from = now->from < before->from ? now->from : before->from;
    read_folds(r, gt_date_before(from), now->to > before->to ? now->to : before->to);
    add_edge(r, now->to, GT_STATS_NOW, 1);
    add_edge(r, gt_date_before(now->from), GT_STATS_NOW, -1);
    add_edge(r, before->to, GT_STATS_BEFORE, 1);
    add_edge(r, gt_date_before(before->from), GT_STATS_BEFORE, -1);
}

void gt_stats_read(struct gt_tx *tx, const struct gt_stats_ask *ask, struct gt_stats *stats)
{
    struct reading r = {.tx = tx, .ask = ask, .out = stats};

    memset(stats, 0, sizeof(*stats));
    begin(&r);
    read_points(&r);
    read_parts(&r);
    if (ask->hours)
        read_running(&r);
    settle_lines(stats);
    gt_tree_free(&r.tree);
    free(r.folds);
    free(r.slot);
}

void gt_stats_free(struct gt_stats *stats)
{
    free(stats->line);
    memset(stats, 0, sizeof(*stats));
}
