/*
 * Rows of remittance slips.  What is done with them: books/remit.h.
 *
 * Here and not there, because a reversal asks whether its original is remitted, and the auditor
 * goes through them.
 */
#ifndef GT_TILL_SLIP_H
#define GT_TILL_SLIP_H

#include "till/batch.h"
#include "till/ledger.h"

enum gt_slip_state {
    GT_SLIP_SUBMITTED = 1,
    GT_SLIP_RECEIVED, /* the end for what goes into a safe */
    GT_SLIP_BANKED,   /* the end for what goes to the bureau's bank */
    GT_SLIP_RETURNED, /* its money waits for another slip */
    GT_SLIP__MAX
};

/* clang-format off */
#define GT_SLIP_COLS(KI, KT, I, T)                                                                 \
    KI(id) KI(account_id) KI(slip_no) KI(kind) KI(org_id) KI(to_org_id) KI(to_bank)                \
    KI(maker_id) KT(slip_key, 65) KI(made_at) KI(made_date) KI(due) KI(prepaid) KI(amount) KI(lines)            \
    KI(shifts) I(state) T(bank, 121) T(bank_no, 121) I(bank_date) I(received_no) I(received_by)    \
    I(received_at) I(received_date) I(banked_by) I(banked_at) I(banked_date) T(note, 601)          \
    I(version)
#define GT_SLIP_LINE_COLS(KI, KT, I, T)                                                            \
    KI(id) KI(account_id) KI(source_id) KI(first_no) KI(last_no) KI(amount) I(live) I(version)
/* clang-format on */
struct gt_slip {
    GT_ROW_STRUCT(GT_SLIP_COLS)
};
extern const struct gt_row gt_slip_row;
struct gt_slip_line {
    GT_ROW_STRUCT(GT_SLIP_LINE_COLS)
};
extern const struct gt_row gt_slip_line_row;

/* Lines of one slip at most, and the id of a line: slip and line (1 …). */
#define GT_SLIP_LINES               200
#define GT_SLIP_LINE_ID(slip, line) ((slip)*256 + (line))

/* "submitted", "received" …; static. */
const char *gt_slip_state_name(enum gt_slip_state state);

/* The lines of a slip's posting (GT_POSTING_SLIP_…); how many. */
int gt_slip_entries(const struct gt_slip *slip, enum gt_posting_kind kind,
                    struct gt_line lines[GT_LEDGER_LINES]);

/* In a transaction: the last number of a series (batches of account and terminal; with terminal 0
 * what a safe received) that is in a slip, 0 if none is.  All before it are too. */
int64_t gt_slip_reached(struct gt_tx *tx, int64_t account_id, int64_t source_id);
/* In a transaction: whether the batch is in a slip. */
bool gt_slip_has_batch(struct gt_tx *tx, const struct gt_batch *batch);
/* In a transaction: whether what a transaction brought in is in a slip. */
bool gt_slip_has_txn(struct gt_tx *tx, const struct gt_txn *txn);

#endif
