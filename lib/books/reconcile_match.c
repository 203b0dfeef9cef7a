/*
 * Their lines beside our rows: sorted, merged, and classed.
 *
 * Lines of one serial make a group: a sale, perhaps twice, and what takes it back.  A reversal is
 * sorted under the serial that it takes back, so it stands beside its sale; where upstream wipes
 * the pair there is no line at all, which is right for what we reversed too.
 */
#include "books/reconcile_run.h"

#include "base/text.h"

#include <inttypes.h>
#include <string.h>

#define TICK_EVERY 2048

/* --- sorting ------------------------------------------------------------------------------------
 */

static int by_serial(const void *a, const void *b)
{
    const struct gt_recon_line *x = a, *y = b;

    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    int order = x->key == INT64_MAX ? strcmp(x->serial, y->serial) : 0;
    if (order)
        return order;
    return x->line_no < y->line_no ? -1 : x->line_no > y->line_no;
}

struct loading {
    struct gt_recon_run_state *r;
    struct gt_sort *lines;
};

/* Our numbers have 18 digits; anything else is a serial that we never gave. */
static int64_t key_of(const char *serial)
{
    int64_t key = 0;

    if (strlen(serial) != 18 || strspn(serial, "0123456789") != 18 ||
        gt_int_parse(serial, &key) != GT_OK)
        return INT64_MAX;
    return key;
}

static enum gt_err take_line(void *arg, const struct gt_up_line *line)
{
    struct loading *l = arg;
    struct gt_recon_line record;

    memset(&record, 0, sizeof(record));
    record.line_no = line->line_no;
    record.amount = line->amount;
    record.date = line->date;
    record.reversal = line->reversal;
    record.reversed = line->reversed;
    GT_FIELD_COPY(record.serial, line->reversal ? line->orig_serial : line->serial);
    GT_FIELD_COPY(record.customer_no, line->customer_no);
    GT_FIELD_COPY(record.ref, line->ref);
    record.key = key_of(record.serial);
    enum gt_err err = gt_sort_put(l->lines, &record);
    if (err == GT_OK && gt_sort_count(l->lines) % TICK_EVERY == 0)
        err = gt_recon_tick(l->r, gt_sort_count(l->lines), 0);
    return err;
}

struct ticking {
    struct gt_recon_run_state *r;
    enum gt_err err; /* why the fetch was told to stop */
};

static bool tick(void *arg, int64_t done, int64_t total)
{
    struct ticking *t = arg;

    t->err = gt_recon_tick(t->r, done, total);
    return t->err == GT_OK;
}

enum gt_err gt_recon_statement(struct gt_recon_run_state *r, int64_t date, struct gt_sort **lines)
{
    struct ticking ticking = {.r = r};
    const struct gt_up_tick up_tick = {.tick = tick, .arg = &ticking};
    struct loading l = {.r = r};
    char path[600];

    (void)snprintf(path, sizeof(path), "%s/%s-%" PRId64 ".txt", r->conf->folder, r->system, date);
    enum gt_err err = r->up->fetch(r->up->ctx, date, path, &up_tick);
    if (err == GT_ERR_TIMEOUT && ticking.err != GT_OK)
        err = ticking.err;
    if (err == GT_OK)
        err = gt_recon_phase(r, r->job.phase == GT_RECON_FETCH ? GT_RECON_SORT : r->job.phase);
    if (err == GT_OK)
        err = gt_sort_new(r->conf->folder, sizeof(struct gt_recon_line), by_serial, &l.lines);
    if (err == GT_OK)
        err = r->up->lines(r->up->ctx, date, path, take_line, &l);
    if (err == GT_OK)
        err = gt_sort_turn(l.lines);
    if (err != GT_OK) {
        gt_sort_free(l.lines);
        return err;
    }
    *lines = l.lines;
    return GT_OK;
}

/* --- groups -------------------------------------------------------------------------------------
 */

struct group {
    struct gt_recon_line first; /* its first sale, or if there is none its first line */
    int sales;
    int64_t total; /* fen of the sales */
    bool back;     /* taken back */
};

struct groups {
    struct gt_sort *lines;
    struct gt_recon_line next;
    bool has_next, has_group;
    int64_t read;
    struct group group;
};

static enum gt_err read_next(struct groups *g)
{
    const void *record = NULL;
    enum gt_err err = gt_sort_next(g->lines, &record);

    g->has_next = record != NULL;
    if (record) {
        memcpy(&g->next, record, sizeof(g->next));
        g->read++;
    }
    return err;
}

static enum gt_err add_line(struct group *group, const struct gt_recon_line *line)
{
    if (line->reversal || line->reversed)
        group->back = true;
    if (line->reversal)
        return GT_OK;
    if (group->sales++ == 0)
        group->first = *line;
    if (__builtin_add_overflow(group->total, line->amount, &group->total))
        return gt_err_set(GT_ERR_RANGE, "line %" PRId64 ": its money is beyond all bounds",
                          line->line_no);
    return GT_OK;
}

static enum gt_err next_group(struct groups *g)
{
    enum gt_err err = GT_OK;

    g->has_group = g->has_next;
    if (!g->has_next)
        return GT_OK;
    g->group = (struct group){.first = g->next};
    do {
        err = add_line(&g->group, &g->next);
        if (err == GT_OK)
            err = read_next(g);
    } while (err == GT_OK && g->has_next && g->next.key == g->group.first.key &&
             strcmp(g->next.serial, g->group.first.serial) == 0);
    return err;
}

static enum gt_err groups_begin(struct groups *g, struct gt_sort *lines)
{
    *g = (struct groups){.lines = lines};
    enum gt_err err = read_next(g);
    return err == GT_OK ? next_group(g) : err;
}

/* --- what a pair is -----------------------------------------------------------------------------
 */

static void diff_of(const struct gt_recon_run_state *r, const struct gt_recon_ours *ours,
                    struct gt_recon_diff *diff)
{
    memset(diff, 0, sizeof(*diff));
    diff->biz_date = ours ? ours->date : r->date;
    diff->org_id = ours ? ours->org_id : r->top_org;
    diff->txn_id = ours ? ours->id : 0;
    diff->op = ours ? ours->op : 0;
    if (ours)
        (void)snprintf(diff->ref, sizeof(diff->ref), "%018" PRId64, ours->id);
}

static const char *state_note(const struct gt_recon_ours *ours)
{
    switch (ours->state) {
    case GT_TXN_POSTED:
    case GT_TXN_REVERSING:
        return "我方成功，上级已冲正";
    case GT_TXN_REVERSED:
    case GT_TXN_REFUNDED:
        return "我方已冲正，上级仍成功";
    case GT_TXN_PENDING:
        return "我方未决，上级成功";
    default:
        return "我方失败，上级成功";
    }
}

static enum gt_err state_differs(struct gt_recon_run_state *r, const struct gt_recon_ours *ours,
                                 const struct group *g)
{
    bool stands = gt_recon_stands(ours);
    struct gt_recon_diff diff;

    diff_of(r, ours, &diff);
    diff.class = GT_ITEM_STATE;
    diff.ours = stands ? ours->amount : 0;
    diff.theirs = stands && g->back ? 0 : g->first.amount;
    if (stands && !g->back)
        (void)snprintf(diff.note, sizeof(diff.note), "户号不同：上级为 %s（第 %" PRId64 " 行）",
                       g->first.customer_no, g->first.line_no);
    else
        (void)snprintf(diff.note, sizeof(diff.note), "%s（第 %" PRId64 " 行）", state_note(ours),
                       g->first.line_no);
    return gt_recon_found(r, &diff);
}

static enum gt_err other_date(struct gt_recon_run_state *r, const struct gt_recon_ours *ours,
                              int64_t theirs, int64_t date)
{
    struct gt_recon_diff diff;

    diff_of(r, ours, &diff);
    diff.class = GT_ITEM_OTHER_DATE;
    diff.ours = ours->amount;
    diff.theirs = theirs;
    (void)snprintf(diff.note, sizeof(diff.note), "我方 %" PRId64 "，上级 %" PRId64, ours->date,
                   date);
    return gt_recon_found(r, &diff);
}

static enum gt_err money_differs(struct gt_recon_run_state *r, const struct gt_recon_ours *ours,
                                 const struct group *g)
{
    struct gt_recon_diff diff;

    diff_of(r, ours, &diff);
    diff.class = g->sales > 1 ? GT_ITEM_TWICE : GT_ITEM_AMOUNT;
    diff.ours = gt_recon_stands(ours) ? ours->amount : 0;
    diff.theirs = g->total;
    if (g->sales > 1)
        (void)snprintf(diff.note, sizeof(diff.note), "上级对账单中有 %d 行（第 %" PRId64 " 行起）",
                       g->sales, g->first.line_no);
    else
        (void)snprintf(diff.note, sizeof(diff.note), "上级对账单第 %" PRId64 " 行",
                       g->first.line_no);
    return gt_recon_found(r, &diff);
}

static bool same_customer(const struct gt_recon_ours *ours, const struct group *g)
{
    return !g->first.customer_no[0] || strcmp(ours->customer_no, g->first.customer_no) == 0;
}

static enum gt_err match_pair(struct gt_recon_run_state *r, const struct gt_recon_ours *ours,
                              const struct group *g)
{
    bool stands = gt_recon_stands(ours);

    if (g->sales > 1 && !g->back)
        return money_differs(r, ours, g);
    if (stands == g->back || (stands && !same_customer(ours, g)))
        return state_differs(r, ours, g);
    if (!stands) {
        r->recon.matched++;
        return GT_OK;
    }
    if (ours->amount != g->first.amount)
        return money_differs(r, ours, g);
    if (ours->date != r->date)
        return other_date(r, ours, g->first.amount, r->date);
    r->recon.matched++;
    return GT_OK;
}

/* A serial that the journal does not have among those of these days. */
static enum gt_err match_theirs(struct gt_recon_run_state *r, const struct group *g)
{
    struct gt_recon_ours ours;
    struct gt_recon_diff diff;
    bool found = false;

    if (g->first.key != INT64_MAX) {
        enum gt_err err = gt_recon_ours_find(r, g->first.key, &ours, &found);
        if (err != GT_OK)
            return err;
    }
    /* Of this day though its business date is far off: the totals did not see it. */
    if (found && ours.date == r->date && gt_recon_stands(&ours)) {
        r->recon.ours_count++;
        r->recon.ours_amount += ours.amount;
    }
    if (found)
        return match_pair(r, &ours, g);
    if (g->back || g->sales == 0)
        return GT_OK;
    diff_of(r, NULL, &diff);
    diff.class = GT_ITEM_ONLY_THEIRS;
    diff.theirs = g->total;
    GT_FIELD_COPY(diff.ref, g->first.serial);
    (void)snprintf(diff.note, sizeof(diff.note),
                   "上级对账单第 %" PRId64 " 行，户号 %s，上级流水 %s", g->first.line_no,
                   g->first.customer_no, g->first.ref);
    return gt_recon_found(r, &diff);
}

static enum gt_err put_left(const struct gt_recon_ours *ours, FILE *left)
{
    if (fwrite(ours, sizeof(*ours), 1, left) != 1)
        return gt_err_set(GT_ERR_IO, "writing what is left");
    return GT_OK;
}

enum gt_err gt_recon_match(struct gt_recon_run_state *r, struct gt_sort *lines, FILE *left)
{
    struct gt_recon_journal *journal = NULL;
    const struct gt_recon_ours *ours = NULL;
    struct groups g = {.lines = lines};
    int64_t steps = 0;
    enum gt_err err =
        gt_recon_journal_open(r, gt_date_before(r->date), gt_date_next(r->date), &journal);

    if (err == GT_OK)
        err = groups_begin(&g, lines);
    if (err == GT_OK)
        err = gt_recon_journal_next(journal, &ours);
    while (err == GT_OK && (ours || g.has_group)) {
        bool theirs = g.has_group && (!ours || g.group.first.key <= ours->id);
        bool both = theirs && ours && g.group.first.key == ours->id;

        if (both)
            err = match_pair(r, ours, &g.group);
        else if (theirs)
            err = match_theirs(r, &g.group);
        else if (ours->date == r->date && gt_recon_stands(ours))
            err = put_left(ours, left);
        if (err == GT_OK && theirs)
            err = next_group(&g);
        if (err == GT_OK && (both || !theirs))
            err = gt_recon_journal_next(journal, &ours);
        if (err == GT_OK && ++steps % TICK_EVERY == 0)
            err = gt_recon_tick(r, g.read, gt_sort_count(lines));
    }
    gt_recon_journal_close(journal);
    return err;
}

/* --- what has no line ----------------------------------------------------------------------------
 */

static enum gt_err next_left(FILE *from, struct gt_recon_ours *ours, bool *there)
{
    *there = fread(ours, sizeof(*ours), 1, from) == 1;
    return ferror(from) ? gt_err_set(GT_ERR_IO, "reading what is left") : GT_OK;
}

enum gt_err gt_recon_beside(struct gt_recon_run_state *r, FILE *from, struct gt_sort *lines,
                            int64_t date, FILE *left)
{
    struct gt_recon_ours ours;
    struct groups g = {.lines = lines};
    bool there = false;
    enum gt_err err = groups_begin(&g, lines);

    rewind(from);
    if (err == GT_OK)
        err = next_left(from, &ours, &there);
    while (err == GT_OK && there) {
        if (g.has_group && g.group.first.key < ours.id) {
            err = next_group(&g);
            continue;
        }
        bool here = g.has_group && g.group.first.key == ours.id && !g.group.back;
        err = here ? other_date(r, &ours, g.group.total, date) : put_left(&ours, left);
        if (err == GT_OK)
            err = next_left(from, &ours, &there);
    }
    return err;
}
