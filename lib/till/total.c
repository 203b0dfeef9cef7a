/*
 * Running totals: folding a closed date.
 *
 * All of a date is computed in memory first, from what no longer changes: its summaries, and the
 * totals of the date before.  So whoever computes it gets the same lines in the same order, and the
 * number of those written, which is saved in the commit of each piece, says where to go on.
 */
#include "till/total.h"

#include "access/state.h"
#include "base/step.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PIECE 400

GT_ROW_DEFINE(gt_total, GT_TOTAL_COLS);
GT_ROW_DEFINE(gt_fold, GT_FOLD_COLS);

/* clang-format off */
GT_STMT(fold_last, "SELECT MAX(id) FROM gt_fold WHERE id <= ? AND written = lines");
GT_STMT(fold_next_date, "SELECT MIN(biz_date) FROM gt_summary WHERE biz_date > ?");
GT_STMT(fold_next_posted, "SELECT MIN(biz_date) FROM gt_balance WHERE biz_date > ?");
/* Joined by hand: the balances of a date are few, and must be begun with. */
GT_STMT(fold_balances, "SELECT (SELECT a.org_id FROM gt_account a WHERE a.id = b.account_id), "
        "b.code, b.debit, b.credit, b.entries FROM gt_balance b WHERE b.biz_date = ?");
GT_STMT(fold_before, GT_ROW_SELECT(gt_total, GT_TOTAL_COLS) " WHERE id > ? AND id < ?");
GT_STMT(fold_summaries, GT_ROW_SELECT(gt_summary, GT_SUMMARY_COLS) " WHERE biz_date = ?");
/* clang-format on */

/* --- totals in memory ------------------------------------------------------------------------- */

static size_t hash_of(const struct gt_total *key)
{
    uint64_t hash = ((uint64_t)key->org_id << 3) + (uint64_t)key->kind;

    for (const char *at = key->part; *at; at++)
        hash = (hash ^ (unsigned char)*at) * UINT64_C(0x100000001b3);
    hash = (hash ^ (hash >> 29)) * UINT64_C(0x9e3779b97f4a7c15);
    return (size_t)(hash ^ (hash >> 32));
}

static bool is_same(const struct gt_total *a, const struct gt_total *b)
{
    return a->org_id == b->org_id && a->kind == b->kind && strcmp(a->part, b->part) == 0;
}

/* The slot of a key, or the free one where it belongs; there is always a free one. */
static struct gt_total *slot_of(const struct gt_totals *totals, const struct gt_total *key)
{
    size_t at = hash_of(key) & (totals->room - 1);

    while (totals->slot[at].kind && !is_same(&totals->slot[at], key))
        at = (at + 1) & (totals->room - 1);
    return &totals->slot[at];
}

/* Room is a power of two, and half of it stays free. */
static enum gt_err make_room(struct gt_totals *totals)
{
    struct gt_totals more = {.n = totals->n, .room = totals->room ? 2 * totals->room : 1024};

    if (2 * totals->n < totals->room)
        return GT_OK;
    more.slot = calloc(more.room, sizeof(*more.slot));
    if (!more.slot)
        return gt_err_set(GT_ERR_NOMEM, "no memory for totals");
    for (size_t i = 0; i < totals->room; i++) {
        if (totals->slot[i].kind)
            *slot_of(&more, &totals->slot[i]) = totals->slot[i];
    }
    free(totals->slot);
    *totals = more;
    return GT_OK;
}

static enum gt_err add(struct gt_totals *totals, const struct gt_total *more)
{
    enum gt_err err = make_room(totals);

    if (err != GT_OK)
        return err;
    struct gt_total *slot = slot_of(totals, more);
    if (!slot->kind) {
        *slot = *more;
        totals->n++;
        return GT_OK;
    }
    slot->sales += more->sales;
    slot->amount += more->amount;
    slot->reversals += more->reversals;
    slot->reversed += more->reversed;
    return GT_OK;
}

static enum gt_err add_part(struct gt_totals *totals, struct gt_total *one, enum gt_total_kind kind,
                            const char *part)
{
    one->kind = kind;
    GT_FIELD_COPY(one->part, part);
    return add(totals, one);
}

void gt_totals_tree(struct gt_tx *tx, struct gt_tree *tree)
{
    const char *const root = "/";

    gt_tree_read(tx, &root, 1, tree);
}

enum gt_err gt_totals_count(struct gt_totals *totals, const struct gt_tree *tree,
                            const struct gt_summary *row)
{
    const struct gt_place *org = gt_tree_find(tree, row->org_id);
    struct gt_total one = {.sales = row->sales,
                           .amount = row->amount + row->fees,
                           .reversals = row->reversals,
                           .reversed = row->reversed};
    char op[24], channel[24], user[24];
    enum gt_err err = GT_OK;

    (void)snprintf(op, sizeof(op), "%" PRId64, row->op);
    (void)snprintf(channel, sizeof(channel), "%" PRId64, row->channel);
    (void)snprintf(user, sizeof(user), "%" PRId64, row->user_id);
    const struct {
        const char *part;
        bool here, everywhere;
    } of[GT_TOTAL__MAX] = {
        [GT_TOTAL_ALL] = {"-", true, true},
        [GT_TOTAL_OP] = {op, true, true},
        [GT_TOTAL_CHANNEL] = {channel, true, true},
        [GT_TOTAL_SYSTEM] = {row->system, true, true},
        [GT_TOTAL_USER] = {user, true, false},
        [GT_TOTAL_AGENTS] = {"-", false, org && org->kind == GT_ORG_AGENT},
    };
    for (int kind = GT_TOTAL_ALL; kind < GT_TOTAL__MAX && err == GT_OK; kind++) {
        one.org_id = row->org_id;
        if (of[kind].here)
            err = add_part(totals, &one, (enum gt_total_kind)kind, of[kind].part);
        one.org_id = GT_TOTAL_EVERYWHERE;
        if (err == GT_OK && of[kind].everywhere)
            err = add_part(totals, &one, (enum gt_total_kind)kind, of[kind].part);
    }
    return err;
}

enum gt_err gt_totals_book(struct gt_totals *totals, int64_t org_id, const struct gt_balance *row)
{
    struct gt_total one = {
        .org_id = org_id, .sales = row->entries, .amount = row->debit, .reversed = row->credit};
    enum gt_err err = add_part(totals, &one, GT_TOTAL_LEDGER, row->code);

    one.org_id = GT_TOTAL_EVERYWHERE;
    return err == GT_OK ? add_part(totals, &one, GT_TOTAL_LEDGER, row->code) : err;
}

const struct gt_total *gt_totals_find(const struct gt_totals *totals, const struct gt_total *key)
{
    const struct gt_total *slot = totals->room ? slot_of(totals, key) : NULL;

    return slot && slot->kind ? slot : NULL;
}

void gt_totals_free(struct gt_totals *totals)
{
    free(totals->slot);
    *totals = (struct gt_totals){.n = 0};
}

static int by_key(const void *a, const void *b)
{
    const struct gt_total *x = a, *y = b;

    if (x->org_id != y->org_id)
        return x->org_id < y->org_id ? -1 : 1;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    return strcmp(x->part, y->part);
}

/* Moves them together, in their order; nothing can be found by key any more. */
static void settle(struct gt_totals *totals)
{
    size_t n = 0;

    for (size_t i = 0; i < totals->room; i++) {
        if (totals->slot[i].kind)
            totals->slot[n++] = totals->slot[i];
    }
    if (n > 0)
        qsort(totals->slot, n, sizeof(totals->slot[0]), by_key);
}

/* --- a date ----------------------------------------------------------------------------------- */

struct folding {
    int64_t date, before; /* 0: there is none */
    struct gt_totals totals;
    size_t from, to; /* the piece that is written now */
    bool lost;       /* another process writes it */
};

int64_t gt_fold_last(struct gt_tx *tx, int64_t date)
{
    return gt_tx_one(tx, &fold_last, GT_INT(date)) ? gt_col_int(tx) : 0;
}

int64_t gt_fold_next_date(struct gt_tx *tx, int64_t after)
{
    int64_t sold = gt_tx_one(tx, &fold_next_date, GT_INT(after)) ? gt_col_int(tx) : 0;
    int64_t posted = gt_tx_one(tx, &fold_next_posted, GT_INT(after)) ? gt_col_int(tx) : 0;

    return !sold || (posted && posted < sold) ? posted : sold;
}

static void read_balances(struct gt_tx *tx, struct folding *f)
{
    struct gt_balance row = {.id = 0};

    gt_tx_query(tx, &fold_balances, GT_INT(f->date));
    while (gt_tx_next(tx)) {
        int64_t org_id = gt_col_int(tx);

        gt_col_text(tx, row.code, sizeof(row.code));
        row.debit = gt_col_int(tx);
        row.credit = gt_col_int(tx);
        row.entries = gt_col_int(tx);
        if (gt_tx_err(tx) == GT_OK)
            gt_tx_fail(tx, gt_totals_book(&f->totals, org_id, &row));
    }
}

static void read_before(struct gt_tx *tx, struct folding *f)
{
    struct gt_total row;

    gt_tx_query(tx, &fold_before, GT_INT(GT_TOTAL_ID(f->before, 0)),
                GT_INT(GT_TOTAL_ID(f->before + 1, 0)));
    while (gt_tx_next(tx)) {
        gt_row_read(tx, &gt_total_row, &row);
        if (gt_tx_err(tx) == GT_OK)
            gt_tx_fail(tx, add(&f->totals, &row));
    }
}

/* Finds the date that comes next, and computes it. */
static enum gt_err compute_in(struct gt_tx *tx, void *arg)
{
    struct folding *f = arg;
    struct gt_state state;
    struct gt_tree tree;
    struct gt_fold fold;
    struct gt_summary row;

    gt_totals_free(&f->totals);
    gt_state_read(tx, &state);
    f->before = gt_fold_last(tx, state.biz_date);
    f->date = gt_fold_next_date(tx, f->before);
    if (gt_tx_err(tx) != GT_OK || f->date == 0 || f->date >= state.biz_date) {
        f->date = 0;
        return gt_tx_err(tx);
    }
    f->from = gt_row_find(tx, &gt_fold_row, f->date, &fold) ? (size_t)fold.written : 0;
    if (f->before)
        read_before(tx, f);
    gt_totals_tree(tx, &tree);
    gt_tx_query(tx, &fold_summaries, GT_INT(f->date));
    while (gt_tx_next(tx)) {
        gt_row_read(tx, &gt_summary_row, &row);
        if (gt_tx_err(tx) == GT_OK)
            gt_tx_fail(tx, gt_totals_count(&f->totals, &tree, &row));
    }
    gt_tree_free(&tree);
    read_balances(tx, f);
    settle(&f->totals);
    return gt_tx_err(tx);
}

static enum gt_err write_in(struct gt_tx *tx, void *arg)
{
    struct folding *f = arg;
    struct gt_fold fold = {.id = f->date, .prior_date = f->before, .lines = (int64_t)f->totals.n};
    bool there = gt_row_lock(tx, &gt_fold_row, f->date, &fold);

    f->lost = there ? fold.written != (int64_t)f->from : f->from != 0;
    if (f->lost)
        return gt_tx_err(tx);
    if (fold.lines != (int64_t)f->totals.n || fold.prior_date != f->before)
        return gt_tx_fail(tx, gt_err_set(GT_ERR_CHANGED,
                                         "the summaries of %" PRId64 " have changed since its "
                                         "totals were begun: run gridtill check books",
                                         f->date));
    for (size_t i = f->from; i < f->to; i++) {
        struct gt_total row = f->totals.slot[i];

        row.id = GT_TOTAL_ID(f->date, (int64_t)i + 1);
        row.biz_date = f->date;
        gt_row_insert(tx, &gt_total_row, &row);
    }
    fold.written = (int64_t)f->to;
    if (there) {
        gt_row_save(tx, &gt_fold_row, &fold);
    } else {
        gt_row_insert(tx, &gt_fold_row, &fold);
        gt_census_add(tx, gt_fold_row.table, 1);
    }
    return gt_tx_err(tx);
}

enum gt_err gt_fold_next(struct gt_db *db, int64_t *date)
{
    struct folding f = {.date = 0};
    enum gt_err err = gt_db_read(db, "fold.compute", compute_in, &f);

    *date = 0;
    while (err == GT_OK && f.date && !f.lost && f.from < f.totals.n) {
        f.to = f.from + PIECE < f.totals.n ? f.from + PIECE : f.totals.n;
        err = gt_db_transact(db, "fold.write", write_in, &f);
        f.from = f.to;
        GT_STEP("fold.piece");
    }
    /* Whoever inserts first goes on. */
    if (err == GT_ERR_EXISTS || (err == GT_OK && f.lost))
        err = GT_OK;
    else if (err == GT_OK)
        *date = f.date;
    gt_totals_free(&f.totals);
    return gt_err_add(err, "totals of a date");
}
