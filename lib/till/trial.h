/*
 * The ledger, looked at: the trial balance of a subtree, what accounts hold, entries, postings.
 *
 * The trial balance is read from the running totals of closed dates (total.h) and from the balances
 * of the dates behind the last of them; entries are never summed.  Entries have no index but their
 * id, which sales would pay for: they are gone through downwards, in windows, as the journal is
 * (search.h), until as many were found as the balances tell.
 */
#ifndef GT_TILL_TRIAL_H
#define GT_TILL_TRIAL_H

#include "till/ledger.h"

/* Ledger accounts of a trial balance, at most; the safes of all organisations are one. */
#define GT_TRIAL_LINES 200

struct gt_trial_line {
    char code[33];                  /* "cash", "payable:sg186" …; "safe" for all safes */
    int64_t opening, debit, credit; /* fen: before the first date; of the dates */
};
struct gt_trial {
    int n;
    struct gt_trial_line line[GT_TRIAL_LINES]; /* by code */
    int64_t opening, debit, credit;            /* sums: opening 0, debit equal to credit */
};

/* In a read: what the accounts of a subtree have in each ledger account, from date to date.  "/" is
 * everything. */
void gt_trial_read(struct gt_tx *tx, const char *path, int64_t from, int64_t to,
                   struct gt_trial *trial);

/* In a read: the same of one account; "" stands for no code. */
void gt_trial_of(struct gt_tx *tx, int64_t account_id, int64_t from, int64_t to,
                 struct gt_trial *trial);

/* Which entries. */
struct gt_entry_find {
    const char *path;   /* of the subtree */
    int64_t account_id; /* that keeps them, 0: any */
    const char *code;   /* ledger account; "safe" is all safes */
    int64_t from, to;   /* business dates */
    int64_t before;     /* keyset: ids below this one, 0 to begin with */
    int64_t left;       /* entries that are still to come, -1: not known */
};
struct gt_entry_seen {
    struct gt_entry entry;
    struct gt_posting posting;
};
struct gt_entry_found {
    size_t n;
    bool more;
    int64_t before, left; /* where to go on */
};
#define GT_ENTRY_ROWS 50
/* In a read: the newest first, GT_ENTRY_ROWS at most. */
void gt_entry_search(struct gt_tx *tx, const struct gt_entry_find *find, struct gt_entry_seen *rows,
                     struct gt_entry_found *found);

/* In a read: the entries of a posting; how many, GT_LEDGER_LINES + 1 at most. */
int gt_posting_entries(struct gt_tx *tx, int64_t posting_id,
                       struct gt_entry entries[GT_LEDGER_LINES + 1]);
/* "sale", "reversal", "slip_sent" …; static. */
const char *gt_posting_kind_name(enum gt_posting_kind kind);

#endif
