/*
 * Shifts: a user opens one with a float, collects, counts blindly, and closes it over or short.
 *
 * What belongs to a shift are the batches that name it: a batch opened while a shift is open is of
 * that shift, and the first count closes them.  So nothing posts into a shift that was counted, and
 * its figures never change again; what is in doubt then posts later, outside of it.
 *
 * A user has one shift at a time that is not closed.  Each function that changes something takes a
 * key which the page made with its form: the same key again does nothing and gives the same answer.
 */
#ifndef GT_TILL_SHIFT_H
#define GT_TILL_SHIFT_H

#include "access/by.h"
#include "till/account.h"

enum gt_shift_state {
    GT_SHIFT_OPEN = 1,
    GT_SHIFT_COUNTED, /* takes no more transactions; may be counted again */
    GT_SHIFT_CLOSED,
    GT_SHIFT__MAX
};

/* clang-format off */
#define GT_SHIFT_COLS(KI, KT, I, T)                                                                \
    KI(id) KI(user_id) KI(shift_no) KI(account_id) KI(org_id) KT(open_key, 65) KI(float_amount)    \
    KI(opened_at) KI(open_date) I(state) I(repaid) I(kept) I(counts) I(counted) I(apart) I(counted_at)     \
    I(pending) I(pending_cash) I(expected) I(difference) T(note, 601) T(close_key, 65)             \
    I(closed_by) I(closed_at) I(close_date) I(slip_id) I(version)
#define GT_COUNT_COLS(KI, KT, I, T)                                                                \
    KI(id) KI(shift_id) KI(count_no) KT(count_key, 65) KI(total) KI(apart) KI(lines) KI(by_id)     \
    KI(at) I(version)
/* clang-format on */
struct gt_shift {
    GT_ROW_STRUCT(GT_SHIFT_COLS)
};
extern const struct gt_row gt_shift_row;
struct gt_count {
    GT_ROW_STRUCT(GT_COUNT_COLS)
};
extern const struct gt_row gt_count_row;
#define GT_COUNT_LINE_COLS(KI, KT, I, T) KI(id) KI(denomination) KI(pieces) I(version)
struct gt_count_line {
    GT_ROW_STRUCT(GT_COUNT_LINE_COLS)
};
extern const struct gt_row gt_count_line_row;

/* The id of a line: count and line (1 …). */
#define GT_COUNT_LINE_ID(count, line) ((count)*16 + (line))

/* Notes and coins, the greatest first: ¥100 … 1 fen. */
#define GT_DENOMINATIONS 13
extern const int64_t gt_denomination[GT_DENOMINATIONS];

/* Most of one float, and of one kind of note: fen, and pieces. */
#define GT_FLOAT_MAX  INT64_C(10000000)
#define GT_PIECES_MAX INT64_C(1000000)

/* --- changing ----------------------------------------------------------------------------------
 *
 * By the user whose shift it is, who holds cashier.collect where they belong; to count and close
 * another's takes shift.manage there.  All write the operation log.
 */

/* Opens the next shift of the user who asks, with `float_amount` fen from the safe.  Fields: float.
 * GT_WHY_SHIFT_OPEN, SHIFT_COUNTED (number n: which one is unsettled, and what to do), NO_ACCOUNT,
 * KEY_USED (the key was used with another float). */
enum gt_err gt_shift_open(const struct gt_by *by, int64_t float_amount, const char *key,
                          int64_t *id, struct gt_refusal *no) GT_CHECK;

/* How often each of gt_denomination[] lies in the drawer, and how much of the sum is set apart for
 * what is in doubt (at most the cash of what is pending: gt_shift_report()). */
struct gt_count_form {
    int64_t pieces[GT_DENOMINATIONS];
    int64_t apart; /* fen */
};
/* Stores a count.  The first one ends the collecting: the shift is counted from then on; further
 * ones correct it until it is closed, and all are kept.  Fields: apart, pieces_FEN (pieces_10000).
 * GT_WHY_SHIFT_CLOSED, COUNT_RANGE, APART (money: what is pending), KEY_USED. */
enum gt_err gt_shift_count(const struct gt_by *by, int64_t shift_id,
                           const struct gt_count_form *form, const char *key,
                           struct gt_refusal *no) GT_CHECK;

/* Closes a counted shift: float back to the safe, over or short posted (of an agent's staff only
 * noted: the agent owes it all).  `seen` is the difference that was shown: GT_WHY_CHANGED if it is
 * another one.  Fields: note.  GT_WHY_SHIFT_UNCOUNTED, SHIFT_CLOSED, NOTE (a difference wants a
 * note). */
enum gt_err gt_shift_close(const struct gt_by *by, int64_t shift_id, int64_t seen, const char *note,
                           const char *key, struct gt_refusal *no) GT_CHECK;

/* The cashier puts `amount` fen of an earlier short into the drawer of the open shift.  Fields:
 * amount.  GT_WHY_SHORT_LESS (money: what is short). */
enum gt_err gt_shift_repay(const struct gt_by *by, int64_t shift_id, int64_t amount,
                           struct gt_refusal *no) GT_CHECK;
/* Asks that `amount` fen of an account's short be written off; another person decides it (approval
 * short.off).  credit.grant asks, credit.approve decides.  Fields: amount, reason. */
enum gt_err gt_short_write_off(const struct gt_by *by, int64_t account_id, int64_t amount,
                               const char *reason, int64_t *approval,
                               struct gt_refusal *no) GT_CHECK;

/* --- looking: in a read ------------------------------------------------------------------------
 */

/* The shift of a user that is not closed; false if there is none. */
bool gt_shift_unsettled(struct gt_tx *tx, int64_t user_id, struct gt_shift *shift);
/* Shifts of a user, the last first, those with numbers below `before_no` (0: from the last), `most`
 * (50) at most; gives how many. */
size_t gt_shifts_of(struct gt_tx *tx, int64_t user_id, int64_t before_no, struct gt_shift *shifts,
                    size_t most);
/* Shifts of a subtree in a state (0: any), the newest first, with ids below `before_id` (0: from
 * the newest), `most` (50) at most. */
size_t gt_shifts_below(struct gt_tx *tx, const char *path, enum gt_shift_state state,
                       int64_t before_id, struct gt_shift *shifts, size_t most);
/* Fen that an account is short of and has not put in yet. */
int64_t gt_short_of(struct gt_tx *tx, int64_t account_id);
/* What is pending of a user: transactions, and the cash of them. */
void gt_shift_pending(struct gt_tx *tx, int64_t user_id, int64_t *count, int64_t *cash);

/* One business by one method of payment. */
struct gt_shift_line {
    int64_t op;                  /* enum gt_op; of what was taken back, the original's */
    char method[13];             /* "cash" … */
    int64_t sales, amount;       /* how many, fen with fees */
    int64_t reversals, reversed; /* how many, fen with fees */
};
#define GT_SHIFT_LINES_MAX 64
struct gt_shift_report {
    struct gt_shift shift;
    int nlines;
    struct gt_shift_line line[GT_SHIFT_LINES_MAX]; /* by op and method */
    int64_t taken;                                 /* fen of cash taken less given back */
    int64_t unremitted;            /* fen of it to remit: less what an agent's deposit paid */
    int64_t expected;              /* float + taken + repaid + kept */
    int64_t difference;            /* counted - apart - expected; 0 before the count */
    int64_t pending, pending_cash; /* in doubt: now, or at the close */
    struct gt_count count;         /* the last one; id 0: none */
    int64_t pieces[GT_DENOMINATIONS];
};
/* False if there is no such shift.  A page shows nothing of `taken`, `expected` and the lines to
 * the one who counts before shift.state is GT_SHIFT_COUNTED: the count is blind.  Reads as many
 * rows as the shift has transactions. */
bool gt_shift_report(struct gt_tx *tx, int64_t shift_id, struct gt_shift_report *report);

/* --- for the till ------------------------------------------------------------------------------
 */

/* In a transaction that holds the account: the open shift of a user on it, 0 if there is none. */
int64_t gt_shift_at(struct gt_tx *tx, int64_t account_id, int64_t user_id);
/* Fen in the drawer of an open shift that may be given out: what should lie there, without the
 * float.  Reads as many rows as the shift has transactions. */
int64_t gt_shift_cash(struct gt_tx *tx, int64_t shift_id);

#endif
