/*
 * The auditor's rules of running totals.
 *
 * They stand date by date, and each must be what the summaries up to that date add up to.  So the
 * totals are gone through once beside the summaries and the balances, with those of one date in
 * memory.  What the summaries themselves must be, the journal says (audit.c).
 */
#include "till/audit.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

void gt_audit_fold(struct gt_audit *a, const void *row)
{
    struct gt_audit_fold *more = realloc(a->folds, (a->nfolds + 1) * sizeof(*more));

    if (!more) {
        gt_tx_fail(a->tx, gt_err_set(GT_ERR_NOMEM, "no memory for the folded dates"));
        return;
    }
    a->folds = more;
    a->folds[a->nfolds++] = (struct gt_audit_fold){.row = *(const struct gt_fold *)row};
}

static struct gt_audit_fold *fold_of(struct gt_audit *a, int64_t date)
{
    for (size_t i = a->nfolds; i > 0; i--) {
        if (a->folds[i - 1].row.id == date)
            return &a->folds[i - 1];
    }
    return NULL;
}

static int by_date(const void *a, const void *b)
{
    const struct gt_balance *const *x = a, *const *y = b;

    return ((*x)->biz_date > (*y)->biz_date) - ((*x)->biz_date < (*y)->biz_date);
}

/* Puts the balances into the order of their dates. */
static void sort_balances(struct gt_audit *a)
{
    if (a->by_date || !a->nbalances)
        return;
    a->by_date = malloc(a->nbalances * sizeof(*a->by_date));
    if (!a->by_date) {
        gt_tx_fail(a->tx, gt_err_set(GT_ERR_NOMEM, "no memory for the balances by date"));
        return;
    }
    for (size_t i = 0; i < a->nbalances; i++)
        a->by_date[i] = &a->balances[i].row;
    qsort(a->by_date, a->nbalances, sizeof(*a->by_date), by_date);
}

/* Counts the balances up to a date in the totals. */
static void book_to(struct gt_audit *a, int64_t date)
{
    sort_balances(a);
    while (a->by_date && a->booked < a->nbalances && a->by_date[a->booked]->biz_date <= date) {
        const struct gt_balance *row = a->by_date[a->booked++];
        const struct gt_audit_account *account = gt_audit_account_of(a, row->account_id);

        if (row->biz_date != date && !fold_of(a, row->biz_date))
            gt_audit_say(a, "gt_fold", row->biz_date, "the date was posted on and is not folded");
        if (account)
            gt_tx_fail(a->tx, gt_totals_book(&a->totals, account->row.org_id, row));
    }
}

/* Counts the summaries and balances up to a date in the totals. */
static void go_to(struct gt_audit *a, int64_t date)
{
    book_to(a, date);
    gt_audit_sort_summaries(a);
    if (a->tree.n == 0)
        gt_totals_tree(a->tx, &a->tree);
    while (a->counted < a->nsummaries && a->summaries[a->counted].row.biz_date <= date) {
        const struct gt_summary *row = &a->summaries[a->counted++].row;

        if (row->biz_date != date && !fold_of(a, row->biz_date))
            gt_audit_say(a, "gt_fold", row->biz_date, "the date was sold on and is not folded");
        gt_tx_fail(a->tx, gt_totals_count(&a->totals, &a->tree, row));
    }
    a->total_date = date;
}

void gt_audit_total(struct gt_audit *a, const void *row)
{
    const struct gt_total *total = row;
    struct gt_audit_fold *fold = fold_of(a, total->biz_date);

    if (total->id / GT_TOTAL_ID(1, 0) != total->biz_date || !fold) {
        gt_audit_say(a, "gt_total", total->id, "its date was not folded");
        return;
    }
    if (total->id % GT_TOTAL_ID(1, 0) != ++fold->rows)
        gt_audit_say(a, "gt_total", total->id, "is not line %" PRId64 " of its date", fold->rows);
    if (total->biz_date > a->total_date)
        go_to(a, total->biz_date);
    fold->expected = (int64_t)a->totals.n;
    const struct gt_total *found = gt_totals_find(&a->totals, total);
    if (!found)
        gt_audit_say(a, "gt_total", total->id, "no summary tells of it");
    else if (found->sales != total->sales || found->amount != total->amount ||
             found->reversals != total->reversals || found->reversed != total->reversed)
        gt_audit_say(a, "gt_total", total->id,
                     "%" PRId64 " sales of %" PRId64 " fen, %" PRId64 " reversals of %" PRId64
                     "; the summaries say %" PRId64 " of %" PRId64 ", %" PRId64 " of %" PRId64,
                     total->sales, total->amount, total->reversals, total->reversed, found->sales,
                     found->amount, found->reversals, found->reversed);
}

void gt_audit_finish_totals(struct gt_audit *a)
{
    int64_t before = 0;

    for (size_t i = 0; i < a->nfolds; i++) {
        const struct gt_audit_fold *fold = &a->folds[i];
        bool done = fold->row.written == fold->row.lines;

        if (fold->rows != fold->row.written)
            gt_audit_say(a, "gt_fold", fold->row.id, "%" PRId64 " totals, should be %" PRId64,
                         fold->rows, fold->row.written);
        else if (done && fold->rows != fold->expected)
            gt_audit_say(a, "gt_fold", fold->row.id,
                         "%" PRId64 " totals, of %" PRId64 " by the "
                         "summaries",
                         fold->rows, fold->expected);
        if (fold->row.prior_date != before || (!done && i + 1 < a->nfolds))
            gt_audit_say(a, "gt_fold", fold->row.id, "does not go on from the date before it");
        before = fold->row.id;
    }
}
