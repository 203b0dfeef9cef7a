/*
 * Inside a run of reconciliation: what its files share.  Nobody else includes this.
 *
 * reconcile.c goes from step to step, reconcile_job.c claims and tells how far it is,
 * reconcile_ours.c reads the journal, reconcile_match.c merges it with sorted lines and says what
 * differs, reconcile_found.c keeps differences and makes items of them.
 */
#ifndef GT_BOOKS_RECONCILE_RUN_H
#define GT_BOOKS_RECONCILE_RUN_H

#include "books/item.h"
#include "books/reconcile.h"
#include "books/sort.h"

#include <stdio.h>

/* Transaction numbers are the business date of the intent and ten digits. */
#define GT_RECON_FIRST(date) ((date)*INT64_C(10000000000))

/* A line of a statement on its way through the sorter: in the order of the serial it is about. */
struct gt_recon_line {
    int64_t key; /* the serial as a number, INT64_MAX for one that is none of ours */
    int64_t line_no;
    int64_t amount;
    int64_t date;
    bool reversal, reversed;
    char serial[33]; /* of a reversal: what it takes back */
    char customer_no[33];
    char ref[40];
};

/* A transaction of the journal, as far as it is matched. */
struct gt_recon_ours {
    int64_t id;
    int64_t amount; /* fen, with fee */
    int64_t date;   /* the date it belongs to */
    int64_t biz_date;
    int64_t org_id;
    int64_t state; /* enum gt_txn_state */
    int64_t op;    /* enum gt_op */
    char customer_no[33];
};

/* A difference, before it is an item. */
struct gt_recon_diff {
    enum gt_item_class class;
    int64_t biz_date, org_id, txn_id, op;
    int64_t ours, theirs;
    char ref[41];
    char note[201];
};
#define GT_RECON_BATCH 100

struct gt_recon_run_state {
    const struct gt_recon_conf *conf;
    struct gt_upstream *up;
    const char *system;
    int64_t date;
    bool lined;
    int64_t top_org;  /* whose the items are that are nobody's */
    int64_t dates_ok; /* parameter: a difference of date alone is no item */
    struct gt_recon_job job;
    int64_t saved_at; /* time of the job's last save */
    struct gt_recon recon;
    struct gt_recon_diff batch[GT_RECON_BATCH];
    int nbatch;
    uint64_t *seen; /* marks of all differences of this run, to tell which items are no more */
    size_t nseen, seen_cap;
};

/* --- reconcile_job.c --- */
enum gt_err gt_recon_claim(struct gt_recon_run_state *r) GT_CHECK;
/* The run is at `phase` now; `done` of `total` of it.  Saved now and then.  GT_ERR_TIMEOUT,
 * GT_ERR_CHANGED: the run has to end. */
enum gt_err gt_recon_phase(struct gt_recon_run_state *r, enum gt_recon_phase phase) GT_CHECK;
enum gt_err gt_recon_tick(struct gt_recon_run_state *r, int64_t done, int64_t total) GT_CHECK;
/* The job goes, and the result is saved if it is another than before. */
enum gt_err gt_recon_end(struct gt_recon_run_state *r) GT_CHECK;
/* The job stays for another run to take up at once. */
void gt_recon_leave(struct gt_recon_run_state *r);

/* --- reconcile_ours.c --- */
struct gt_recon_journal; /* the journal's rows of a system, by number */
enum gt_err gt_recon_journal_open(struct gt_recon_run_state *r, int64_t from_date, int64_t to_date,
                                  struct gt_recon_journal **journal) GT_CHECK;
void gt_recon_journal_close(struct gt_recon_journal *journal);
/* The next one; NULL behind the last.  Borrowed until the next call. */
enum gt_err gt_recon_journal_next(struct gt_recon_journal *journal,
                                  const struct gt_recon_ours **ours) GT_CHECK;
/* One by its number; `*found` is false if there is none of this system that brings in money. */
enum gt_err gt_recon_ours_find(struct gt_recon_run_state *r, int64_t id, struct gt_recon_ours *ours,
                               bool *found) GT_CHECK;
/* Whether it stands: its money is ours to have. */
bool gt_recon_stands(const struct gt_recon_ours *ours);

/* --- reconcile_match.c --- */
/* Fetches the statement of `date` and puts its lines, sorted, into `*lines` (gt_sort_free). */
enum gt_err gt_recon_statement(struct gt_recon_run_state *r, int64_t date,
                               struct gt_sort **lines) GT_CHECK;
/* Merges; what has no line is written to `left` for another look. */
enum gt_err gt_recon_match(struct gt_recon_run_state *r, struct gt_sort *lines,
                           FILE *left) GT_CHECK;
/* Looks for what is left of `from` in the lines of another day; what is not there goes to `left`.
 */
enum gt_err gt_recon_beside(struct gt_recon_run_state *r, FILE *from, struct gt_sort *lines,
                            int64_t date, FILE *left) GT_CHECK;
/* Asks upstream about what is left, and says what it is. */
enum gt_err gt_recon_ask(struct gt_recon_run_state *r, FILE *from) GT_CHECK;

/* --- reconcile_found.c --- */
enum gt_err gt_recon_found(struct gt_recon_run_state *r, const struct gt_recon_diff *diff) GT_CHECK;
/* Enters what waits; then closes the items of this date that were not found again. */
enum gt_err gt_recon_flush(struct gt_recon_run_state *r) GT_CHECK;
enum gt_err gt_recon_close_others(struct gt_recon_run_state *r) GT_CHECK;
/* Whether there are open items of this date. */
enum gt_err gt_recon_open_items(struct gt_recon_run_state *r, bool *open) GT_CHECK;

#endif
