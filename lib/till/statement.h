/*
 * The statement of a credit account: what stood at the beginning, what each business date added and
 * took, what stands at the end.
 *
 * It is read from balances and summaries, which are written in the postings' own commits; never
 * from the journal.  Entries of a posting sum to zero, so each date's lines do too:
 *
 *     unremitted - deposit, after = before + cash taken - remitted + differences
 */
#ifndef GT_TILL_STATEMENT_H
#define GT_TILL_STATEMENT_H

#include "till/account.h"
#include "till/txn.h"

/* Dates of one statement, people and methods in it, at most; more people share the last place. */
#define GT_STATEMENT_DAYS    92
#define GT_STATEMENT_PEOPLE  200
#define GT_STATEMENT_METHODS 12

/* What was sold and taken back, fen. */
struct gt_work {
    int64_t sales, amount, fees; /* amount without fees */
    int64_t reversals, reversed; /* fees come back too */
};
/* What was sold less what was taken back, with fees. */
int64_t gt_work_net(const struct gt_work *work);

struct gt_statement_day {
    int64_t biz_date;
    struct gt_work work;
    int64_t other;               /* of its net, paid otherwise than in cash */
    int64_t remitted;            /* slips received or banked, deposits paid in */
    int64_t difference;          /* over of shifts, less shorts written off: till then a short is
                                    still unremitted */
    int64_t unremitted, deposit; /* at its end */
};

struct gt_statement {
    int64_t unremitted, deposit; /* at the beginning */
    int ndays;                   /* only dates on which something happened, in their order */
    struct gt_statement_day day[GT_STATEMENT_DAYS];
    struct gt_work op[GT_OP__MAX]; /* by business; fees are the work of their business */
    int npeople;
    struct gt_statement_person {
        int64_t user_id; /* 0: all others */
        struct gt_work work;
    } person[GT_STATEMENT_PEOPLE];
    int nmethods; /* cash first, if any */
    struct gt_statement_method {
        char method[33];
        int64_t taken, given_back; /* fen */
    } method[GT_STATEMENT_METHODS];
};

/* In a read: the account's statement of all dates from `from` to `to`, GT_STATEMENT_DAYS at most:
 * what is behind them is not looked at. */
void gt_statement_read(struct gt_tx *tx, int64_t account_id, int64_t from, int64_t to,
                       struct gt_statement *out);

#endif
