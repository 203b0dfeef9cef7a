/*
 * The ledger: double entry.  Each posting's entries sum to zero, are never changed, and move the
 * balances in the same commit.
 */
#ifndef GT_TILL_LEDGER_H
#define GT_TILL_LEDGER_H

#include "till/account.h"
#include "till/bag.h"
#include "till/txn.h"

/* What made a posting; gt_posting.of_id is the transaction, shift, approval (of a refund or an
 * item too) or slip. */
enum gt_posting_kind {
    GT_POSTING_SALE = 1,
    GT_POSTING_REVERSAL,
    GT_POSTING_PAY_IN,
    GT_POSTING_SHIFT_OPEN,
    GT_POSTING_SHIFT_CLOSE,
    GT_POSTING_WRITE_OFF,
    GT_POSTING_SLIP_SENT,
    GT_POSTING_SLIP_RETURNED,
    GT_POSTING_SLIP_RECEIVED,
    GT_POSTING_SLIP_BANKED,
    GT_POSTING_REFUND,
    GT_POSTING_REFUND_PAID,
    GT_POSTING_ITEM,
    GT_POSTING__MAX
};

/* The posting of a transaction has the transaction's id; others have keys of their own. */
#define GT_POSTING_COLS(KI, KT, I, T) \
    KI(id)                            \
    KI(account_id)                    \
    KI(account_seq) KI(kind) KI(of_id) KI(batch_id) KI(biz_date) KI(entries) KI(at) I(version)
struct gt_posting {
    GT_ROW_STRUCT(GT_POSTING_COLS)
};
extern const struct gt_row gt_posting_row;
/* Whether a transaction made it. */
bool gt_posting_is_of_txn(const struct gt_posting *posting);

#define GT_ENTRY_COLS(KI, KT, I, T) \
    KI(id) KI(account_id) KT(code, 33) KI(biz_date) KI(amount) I(version)
struct gt_entry {
    GT_ROW_STRUCT(GT_ENTRY_COLS)
};
extern const struct gt_row gt_entry_row;

#define GT_BALANCE_COLS(KI, KT, I, T) \
    KI(id) KI(account_id) KT(code, 33) KI(biz_date) I(debit) I(credit) I(entries) I(version)
struct gt_balance {
    GT_ROW_STRUCT(GT_BALANCE_COLS)
};
extern const struct gt_row gt_balance_row;

/* Lines of one posting at most, and the keys gt_ledger_post() may take from the bag. */
#define GT_LEDGER_LINES 6
#define GT_LEDGER_KEYS  (GT_LEDGER_LINES + 1)

/* The id of an entry: posting and line (1 …). */
#define GT_ENTRY_ID(posting, line) ((posting)*8 + (line))

/* A line of a posting: debit positive, credit negative. */
struct gt_line {
    char code[33];
    int64_t amount;
};

/* The lines of `txn`, design §5; how many.  `sale` is the transaction itself, or what it reverses
 * or refunds; txn->drawn is what the deposit gave, or gets back.  They sum to zero. */
int gt_ledger_lines(const struct gt_txn *txn, const struct gt_txn *sale,
                    struct gt_line lines[GT_LEDGER_LINES]);
/* The lines of a refund's transfer from the bank; how many. */
int gt_ledger_refund_lines(int64_t amount, struct gt_line lines[GT_LEDGER_LINES]);

/* In a transaction: posts the lines for `txn` (whose batch_id and out_date are set); `sale` is the
 * transaction itself or the original of what gives money back.  Counts in `account`, which the
 * caller saves. A posting of nothing (all zero) is not made. */
void gt_ledger_post(struct gt_tx *tx, struct gt_account *account, const struct gt_txn *txn,
                    const struct gt_txn *sale, int64_t now, struct gt_bag *bag);

/* Appends a line for "code" or "code:of" unless the amount is 0; gives how many there are then. */
int gt_line_add(struct gt_line *lines, int n, const char *code, const char *of, int64_t amount);
/* The same for the safe of an organisation: "safe:5". */
int gt_line_safe(struct gt_line *lines, int n, int64_t org_id, int64_t amount);

/* In a transaction: posts `n` lines that no transaction made.  Counts in `account`, which the
 * caller saves.  Nothing is posted where there are none. */
void gt_ledger_book(struct gt_tx *tx, struct gt_account *account, enum gt_posting_kind kind,
                    int64_t of_id, int64_t biz_date, int64_t now, const struct gt_line *lines,
                    int n, struct gt_bag *bag);

/* In a transaction: money reached the bank for `account` - it repays what is unremitted first, the
 * rest becomes deposit.  The caller saves the account.  `amount` > 0. */
void gt_ledger_pay_in(struct gt_tx *tx, struct gt_account *account, int64_t amount,
                      int64_t biz_date, int64_t now, struct gt_bag *bag);

#endif
