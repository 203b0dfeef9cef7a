/*
 * Running totals: what was sold and taken back from the first day to the end of a business date, by
 * organisation, and there by business, channel, marketing system and operator.
 *
 * They go up from date to date, so what a range of any length holds is the difference of two of
 * them.  They are made of gt_summary, those of the ledger of gt_balance, when a date is closed, and
 * then never change: nothing posts into a closed date.  The running date, and one that was not
 * folded yet, is read from the summaries; so statistics are never late, and no sale pays for them.
 */
#ifndef GT_TILL_TOTAL_H
#define GT_TILL_TOTAL_H

#include "till/hours.h"
#include "till/ledger.h"
#include "till/summary.h"
#include "till/tree.h"

enum gt_total_kind {
    GT_TOTAL_ALL = 1, /* part "-" */
    GT_TOTAL_OP,      /* number of the operation */
    GT_TOTAL_CHANNEL, /* number of the kind of terminal */
    GT_TOTAL_SYSTEM,  /* name of the marketing system */
    GT_TOTAL_USER,    /* id of the operator; not of all organisations together */
    GT_TOTAL_AGENTS,  /* part "-": those organisations that are agents; of all together alone */
    GT_TOTAL_LEDGER,  /* ledger account: debit as amount, credit as reversed, entries as sales */
    GT_TOTAL__MAX
};
/* The organisation of what all have together. */
#define GT_TOTAL_EVERYWHERE INT64_C(0)
/* Rows of a date: their ids are its number and theirs. */
#define GT_TOTAL_ID(date, line) ((date)*INT64_C(1000000000) + (line))

/* clang-format off */
#define GT_TOTAL_COLS(KI, KT, I, T)                                                          \
    KI(id) KI(biz_date) KI(org_id) KI(kind) KT(part, 33) KI(sales) KI(amount) KI(reversals)  \
    KI(reversed) I(version)
#define GT_FOLD_COLS(KI, KT, I, T) KI(id) KI(prior_date) KI(lines) I(written) I(version)
/* clang-format on */
struct gt_total {
    GT_ROW_STRUCT(GT_TOTAL_COLS)
};
extern const struct gt_row gt_total_row;

/* A date that was folded: it is done when all its lines are written. */
struct gt_fold {
    GT_ROW_STRUCT(GT_FOLD_COLS)
};
extern const struct gt_row gt_fold_row;

/* Totals in memory, found by organisation, kind and part. */
struct gt_totals {
    struct gt_total *slot; /* [room]; kind 0: free */
    size_t n, room;
};
void gt_totals_free(struct gt_totals *totals);
/* In a transaction: reads all organisations, for gt_totals_count(). */
void gt_totals_tree(struct gt_tx *tx, struct gt_tree *tree);
/* Adds what a summary counts to all that it belongs to.  GT_ERR_NOMEM. */
enum gt_err gt_totals_count(struct gt_totals *totals, const struct gt_tree *tree,
                            const struct gt_summary *row) GT_CHECK;
/* Adds what an account of an organisation has in a ledger account.  GT_ERR_NOMEM. */
enum gt_err gt_totals_book(struct gt_totals *totals, int64_t org_id,
                           const struct gt_balance *row) GT_CHECK;
/* The total like `key`, NULL if there is none. */
const struct gt_total *gt_totals_find(const struct gt_totals *totals, const struct gt_total *key);

/* In a transaction: the last folded date that is not after `date`; 0 if there is none. */
int64_t gt_fold_last(struct gt_tx *tx, int64_t date);
/* In a transaction: the first date behind `after` that anything was sold, taken back or posted on;
 * 0 if there is none. */
int64_t gt_fold_next_date(struct gt_tx *tx, int64_t after);

/* Folds the oldest closed date that is not, some hundred rows a commit.  It may die anywhere, and
 * may run in several processes: the next goes on where one ended.  `*date` is the date that was
 * folded, 0 if there was none, or if another process is at it. */
enum gt_err gt_fold_next(struct gt_db *db, int64_t *date) GT_CHECK;

#endif
