/*
 * The journal's row, its three legs, and what hangs on it.
 */
#ifndef GT_TILL_TXN_H
#define GT_TILL_TXN_H

#include "base/outcome.h"
#include "link/upstream.h"
#include "store/row.h"

#include <string.h>

/* Operations of the journal.  The numbers are stored: never change one. */
enum gt_op {
    GT_OP_NONE,
    GT_OP_PAY, /* bills of an old meter */
    GT_OP_RECHARGE,
    GT_OP_OPEN,    /* first card of a smart meter */
    GT_OP_REPLACE, /* a new card */
    GT_OP_REWRITE, /* the same purchase written again */
    GT_OP_CONFIRM, /* a card was written, or not */
    GT_OP_REVERSE,
    GT_OP_VOID,    /* a trace number that an inquiry made void, or that a slip has */
    GT_OP_REFUND,  /* a reversal that comes too late to be one */
    GT_OP_READING, /* meter readings: never in the journal, but what a terminal may do */
    GT_OP__MAX
};

/* Our leg. */
enum gt_txn_state {
    GT_TXN_PENDING = 1,
    GT_TXN_POSTED,
    GT_TXN_DECLINED,
    GT_TXN_REVERSING, /* posted, and a reversal of it is in flight */
    GT_TXN_REVERSED,
    GT_TXN_REFUNDED, /* taken back too late for a reversal */
    GT_TXN__MAX
};

/* Upstream's leg. */
enum gt_up_state {
    GT_UPS_NONE,
    GT_UPS_SENT, /* the process that wrote it may be calling now; nobody else may think it is not */
    GT_UPS_ACCEPTED,
    GT_UPS_REFUSED,
    GT_UPS_NOT_SENT,
    GT_UPS_UNKNOWN,
    GT_UPS__MAX
};

/* The card's leg. */
enum gt_card_leg {
    GT_CARD_NONE,
    GT_CARD_TO_WRITE,
    GT_CARD_WRITTEN,
    GT_CARD_FAILED,
    GT_CARD_SUPERSEDED,
    GT_CARD__MAX
};

/* clang-format off */
#define GT_TXN_COLS(KI, KT, I, T)                                                            \
    KI(id) KI(terminal_id) KI(trace_no) KT(digest, 65) KI(account_id) KI(account_seq)        \
    KI(user_id) KT(operator_no, 21) KI(org_id) KI(channel) KI(op) KT(system, 17)             \
    KT(customer_no, 33)                                                                      \
    KI(amount) KI(fee) KT(method, 13) KI(tendered) KT(card_no, 33) KI(card_count)            \
    KI(orig_id) KT(reason, 241) KI(biz_date) KI(clear_date) KI(created_at)                   \
    I(state) I(up_state) I(card_state) I(outcome) T(outcome_text, 601) T(up_code, 21)        \
    T(up_ref, 41) I(up_date) I(held) I(drawn) I(advance) T(meter_no, 33)                     \
    T(customer_name, 241) T(address, 481) I(purchase_count) I(bills) I(out_date) I(out_hour) \
    I(batch_id) I(decided_at) I(reversed_by) I(events) I(version)
/* clang-format on */
struct gt_txn {
    GT_ROW_STRUCT(GT_TXN_COLS)
};
extern const struct gt_row gt_txn_row;

/* "pay", "recharge" …; "pending", "posted" …; static. */
const char *gt_op_name(enum gt_op op);
const char *gt_txn_state_name(enum gt_txn_state state);
const char *gt_card_leg_name(enum gt_card_leg leg);
/* All that a terminal can be allowed to do: bit n for operation n. */
#define GT_OPS_ALL (((INT64_C(1) << GT_OP_VOID) - 2) | INT64_C(1) << GT_OP_READING)
/* Whether the operation moves money. */
bool gt_op_is_money(enum gt_op op);
/* Whether it gives money back: a reversal or a refund. */
bool gt_op_gives_back(enum gt_op op);

/* Whether it was posted, whatever became of it since. */
bool gt_txn_is_posted(const struct gt_txn *txn);
/* Whether it was reversed or refunded. */
bool gt_txn_taken_back(const struct gt_txn *txn);

/* Copies a text into an array: between rows and requests, whose fields are as long as each other or
 * hold people's words, which may be cut. */
#define GT_FIELD_COPY(dst, src) gt_field_copy((dst), sizeof(dst), (src))
static inline void gt_field_copy(char *dst, size_t size, const char *src)
{
    size_t len = strlen(src);
    if (len >= size)
        len = size - 1;
    memcpy(dst, src, len);
    dst[len] = '\0';
}

/* In a transaction: by terminal and trace number. */
bool gt_txn_by_trace(struct gt_tx *tx, int64_t terminal_id, int64_t trace_no, struct gt_txn *txn);
/* The same before such a transaction is inserted: may be left to the unique key. */
bool gt_txn_repeated(struct gt_tx *tx, int64_t terminal_id, int64_t trace_no, struct gt_txn *txn);
/* In a transaction: the last trace number seen of a terminal, 0 if none. */
int64_t gt_txn_last_trace(struct gt_tx *tx, int64_t terminal_id);

#endif
