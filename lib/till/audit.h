/*
 * Inside the auditor: what check.c (going through the tables) and audit.c (the rules) share.
 */
#ifndef GT_TILL_AUDIT_H
#define GT_TILL_AUDIT_H

#include "till/account.h"
#include "till/check.h"
#include "till/ledger.h"
#include "till/receipt.h"
#include "till/summary.h"
#include "till/total.h"

/* An account, as it is told and as it is recomputed. */
struct gt_audit_account {
    struct gt_account row;
    int64_t held, cash, deposit; /* cash with shorts; from the journal, and from the entries */
    int64_t txns, last_seq;      /* rows of the journal, greatest account_seq */
    int64_t postings, last_posting;
    int64_t sale_postings; /* those that a transaction made */
    int64_t sales;         /* posted transactions of the journal that must have a posting */
    int64_t open_shifts;
    int64_t prepaid; /* repaid by deposits, less what slips have counted of it */
};

/* A balance, as it is told and as it is recomputed. */
struct gt_audit_balance {
    struct gt_balance row;
    int64_t debit, credit, entries;
};

/* A batch: what of cash its transactions brought in. */
struct gt_audit_batch {
    int64_t id;
    int64_t from_seq, last_seq;
    int64_t taken; /* fen of cash */
    int64_t cash;  /* of it to remit: less what the deposit paid */
};

/* A receipt series. */
struct gt_audit_series {
    struct gt_series row;
    int64_t receipts, voids, last_no;
    int64_t posted; /* transactions of the journal that must have a receipt */
};

/* A summary. */
struct gt_audit_summary {
    struct gt_summary row;
    int64_t sales, amount, fees, reversals, reversed;
};

/* A folded date. */
struct gt_audit_fold {
    struct gt_fold row;
    int64_t rows, expected; /* totals that are there; that the summaries make */
};

/* Tables whose rows are read ahead (ahead.c), and a page of one. */
enum gt_ahead_table {
    GT_AHEAD_TXN,
    GT_AHEAD_PENDING,
    GT_AHEAD_RECEIPT,
    GT_AHEAD_PACKET,
    GT_AHEAD_POSTING,
    GT_AHEAD_ENTRY,
    GT_AHEAD__MAX
};
#define GT_AHEAD_ROWS 500

struct gt_ahead {
    char *rows; /* [GT_AHEAD_ROWS], by id; NULL before the first */
    int n;
    bool known;       /* a page was read: */
    int64_t from, to; /* all rows with ids from … to are in it */
};

struct gt_audit {
    struct gt_tx *tx;
    gt_check_report report;
    void *ctx;
    struct gt_check_sums *sums;
    struct gt_audit_account *accounts; /* by id */
    size_t naccounts;
    struct gt_audit_balance *balances; /* by id; from the first entry on by account, code, date */
    size_t nbalances;
    bool sorted;
    struct gt_audit_summary *summaries; /* by id; from the first transaction on by their key */
    size_t nsummaries;
    bool summaries_sorted;
    struct gt_audit_series *series; /* by id */
    size_t nseries;
    struct gt_audit_batch *batches; /* by id */
    size_t nbatches;
    struct gt_audit_fold *folds; /* by date */
    size_t nfolds;
    struct gt_tree tree;               /* all organisations, once a total was met */
    struct gt_totals totals;           /* what the summaries add up to, to the end of */
    int64_t total_date;                /* this date: */
    size_t counted;                    /* so many summaries, */
    size_t booked;                     /* and so many balances: */
    const struct gt_balance **by_date; /* all of them */
    struct gt_txn *orig;               /* room for looking one up */
    struct gt_ahead ahead[GT_AHEAD__MAX];
};

/* The rows of a table with ids from `first` to `last` in their order, `*n` of them (a few at most);
 * NULL if there is none.  Borrowed until the next call for this table. */
const void *gt_audit_rows(struct gt_audit *a, enum gt_ahead_table table, int64_t first,
                          int64_t last, int *n);
/* The row with this id. */
const void *gt_audit_row(struct gt_audit *a, enum gt_ahead_table table, int64_t id);
void gt_audit_rows_done(struct gt_audit *a);

/* Reports that `table` row `id` is wrong. */
void gt_audit_say(struct gt_audit *a, const char *table, int64_t id, const char *fmt, ...)
    GT_PRINTF(4, 5);

/* A table of the books: its rows, the rule for one of them (NULL: the seal is all there is to
 * check), and whether the census counts them. */
struct gt_audit_table {
    const struct gt_row *def;
    void (*rule)(struct gt_audit *a, const void *row);
    int counted; /* 0 not, 1 its rows, or: */
};
#define GT_COUNTED_SAVES 2 /* and how often they were saved (gt_counted_save()) */
/* The i-th of all tables that the auditor looks at, in its order; NULL behind the last. */
const struct gt_audit_table *gt_audit_table_at(size_t i);
/* Makes a table of a room above known to the auditor by being written; its rows are looked at after
 * all of the till's, in no order among such tables. */
#define GT_AUDIT(ident, ...)                                        \
    static const struct gt_audit_table ident##_audit = __VA_ARGS__; \
    static const struct gt_audit_table *const ident##_audit_at      \
        __attribute__((section("gt_audits"), used)) = &ident##_audit

/* The same for a kind of posting that a room above makes: the lines it must have, -1 if what it is
 * of is not there. */
struct gt_audit_made {
    enum gt_posting_kind kind;
    int (*lines)(struct gt_audit *a, const struct gt_posting *posting,
                 struct gt_line lines[GT_LEDGER_LINES]);
};
#define GT_AUDIT_MADE(ident, ...)                                 \
    static const struct gt_audit_made ident##_made = __VA_ARGS__; \
    static const struct gt_audit_made *const ident##_made_at      \
        __attribute__((section("gt_mades"), used)) = &ident##_made

/* The rules for one row of a table; `row` is as read.  They may run statements of their own. */
void gt_audit_account(struct gt_audit *a, const void *row);
void gt_audit_balance(struct gt_audit *a, const void *row);
void gt_audit_series(struct gt_audit *a, const void *row);
void gt_audit_summary(struct gt_audit *a, const void *row);
void gt_audit_batch(struct gt_audit *a, const void *row);
void gt_audit_cash_back(struct gt_audit *a, const void *row);
void gt_audit_clearing(struct gt_audit *a, const void *row); /* check.c */
void gt_audit_txn(struct gt_audit *a, const void *row);
void gt_audit_pending(struct gt_audit *a, const void *row);
void gt_audit_bill(struct gt_audit *a, const void *row);
void gt_audit_packet(struct gt_audit *a, const void *row);
void gt_audit_event(struct gt_audit *a, const void *row);
void gt_audit_message(struct gt_audit *a, const void *row);
void gt_audit_posting(struct gt_audit *a, const void *row);
void gt_audit_entry(struct gt_audit *a, const void *row);
void gt_audit_receipt(struct gt_audit *a, const void *row);
void gt_audit_void(struct gt_audit *a, const void *row);
void gt_audit_refund(struct gt_audit *a, const void *row);
/* Puts the summaries in the order of their key. */
void gt_audit_sort_summaries(struct gt_audit *a);
/* Those of running totals, and what is to be said of them at the end (audit_total.c). */
void gt_audit_fold(struct gt_audit *a, const void *row);
void gt_audit_total(struct gt_audit *a, const void *row);
void gt_audit_finish_totals(struct gt_audit *a);
/* Those of shifts and slips (audit_shift.c). */
void gt_audit_shift(struct gt_audit *a, const void *row);
void gt_audit_count(struct gt_audit *a, const void *row);
void gt_audit_count_line(struct gt_audit *a, const void *row);
void gt_audit_slip(struct gt_audit *a, const void *row);
void gt_audit_slip_line(struct gt_audit *a, const void *row);
/* The lines that a posting of a shift, a slip or a write-off must have; how many, -1 if what it is
 * of is not there. */
int gt_audit_lines(struct gt_audit *a, const struct gt_posting *posting,
                   struct gt_line lines[GT_LEDGER_LINES]);
/* Series of shifts and slips: what is missing in them. */
void gt_audit_series_of_shifts(struct gt_audit *a);
/* The account as it is told and recomputed; NULL if there is none. */
struct gt_audit_account *gt_audit_account_of(struct gt_audit *a, int64_t id);
/* The same of a batch. */
struct gt_audit_batch *gt_audit_batch_of(struct gt_audit *a, int64_t id);
/* What can be said only at the end, when all rows were seen. */
void gt_audit_finish(struct gt_audit *a);

#endif
