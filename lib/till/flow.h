/*
 * A transaction's way: intent, call, outcome.
 *
 *     intent   one commit: the row (pending, upstream leg `sent`), credit held; or the refusal
 *     call     upstream is asked; no database transaction is open
 *     outcome  one commit: posted with ledger, receipt, credit; or declined; or left in doubt
 *
 * The steps share only the journal's row and the request that was made with it, so a simulation can
 * interleave many flows in one thread and drop any of them between two steps: the row then tells
 * the worker (resolve.h) what to find out.
 */
#ifndef GT_TILL_FLOW_H
#define GT_TILL_FLOW_H

#include "till/account.h"
#include "till/till.h"

enum gt_flow_next {
    GT_FLOW_DONE, /* `result` is the answer: refused, or the stored answer of an earlier one */
    GT_FLOW_WAIT, /* the same order is in flight elsewhere: `txn_id` tells which */
    GT_FLOW_CALL  /* the intent is committed: call, then outcome */
};

struct gt_flow {
    enum gt_flow_next next;
    bool stale; /* rights have changed since the order's actor was read */
    int64_t txn_id;
    int64_t created_at;           /* time of the intent */
    struct gt_txn row;            /* as the intent left it; id 0: the outcome reads it */
    char red_no[41];              /* a red entry that stands for the call; "": none */
    struct gt_upstream *upstream; /* whom to call; borrowed from the till */
    struct gt_up_request request; /* what to send */
    struct gt_up_reply reply;     /* what came back */
};

/* Step 1.  GT_OK: look at `flow->next`.  Otherwise nothing is stored (GT_ERR_FATAL, GT_ERR_LOST:
 * unknown). */
enum gt_err gt_flow_intent(const struct gt_till *till, const struct gt_order *order,
                           struct gt_flow *flow, struct gt_result *result) GT_CHECK;
/* Step 2: fills flow->reply.  A flow that is too old to be sent safely (the worker may already
 * have asked about it) is not sent. */
void gt_flow_call(const struct gt_till *till, struct gt_flow *flow, int64_t limit_ms);
/* Step 3: commits what flow->reply says about transaction flow->txn_id and fills `result` with
 * what the row then is.  Does nothing but read if somebody else decided it meanwhile. */
enum gt_err gt_flow_outcome(const struct gt_till *till, struct gt_flow *flow,
                            struct gt_result *result) GT_CHECK;

/* In a transaction that holds the account and saves it afterwards: no transaction of the terminal
 * may have this trace number any more, as an inquiry made it void (GT_OUT_VOIDED), or something
 * that is no transaction has it (GT_OUT_TRACE_REUSED).  `number` is a key of the series "txn". */
struct gt_spend {
    const struct gt_actor *actor; /* borrowed */
    int64_t trace_no, number, now;
    enum gt_outcome outcome;
};
void gt_trace_spend(struct gt_tx *tx, struct gt_account *account, const struct gt_spend *spend);

/* In a transaction: `txn` is no longer in flight. */
void gt_flow_guard_gone(struct gt_tx *tx, const struct gt_txn *txn);

/* In a transaction: the outcome of a transaction that is still pending, as flow->reply says (which
 * is decided, and has no bills); for a decision by people.  `till` gives the zone; `note` becomes
 * an event.  `bag` holds GT_DECIDE_KEYS keys, used in this run only.  False, nothing done, if there
 * is an outcome already. */
#define GT_DECIDE_KEYS 15
struct gt_bag;
bool gt_flow_decide(struct gt_tx *tx, const struct gt_till *till, const struct gt_flow *flow,
                    int64_t now, struct gt_bag *bag, const char *note);

/* In a transaction: what a reply about `txn` says now, `repeated` or not. */
void gt_flow_result(struct gt_tx *tx, const struct gt_txn *txn, bool repeated,
                    struct gt_result *result);
/* The same by whoever has just written these rows: the account may be NULL, the receipt 0. */
void gt_flow_result_of(struct gt_tx *tx, const struct gt_txn *txn, const struct gt_account *account,
                       int64_t receipt_no, bool repeated, struct gt_result *result);
/* Whether the actor may see the transaction: its own terminal's or its own account's. */
bool gt_flow_may_see(const struct gt_actor *actor, const struct gt_txn *txn);
/* Fills a result that stores nothing: outcome with its text. */
void gt_result_plain(struct gt_result *result, enum gt_outcome outcome);

/* What the guard of a money transaction is called: "system/customer". */
#define GT_GUARD_MAX 64

#define GT_PENDING_COLS(KI, KT, I, T) KI(id) T(guard, 49) KI(sent_at) I(due_at) I(tries) I(version)
struct gt_pending {
    GT_ROW_STRUCT(GT_PENDING_COLS)
};
extern const struct gt_row gt_pending_row;

#define GT_TXN_BILL_COLS(KI, KT, I, T) \
    KI(id) KI(txn_id) KI(line) KT(bill_no, 33) KI(period) KI(kwh) KI(amount) KI(late_fee) I(version)
struct gt_txn_bill {
    GT_ROW_STRUCT(GT_TXN_BILL_COLS)
};
extern const struct gt_row gt_txn_bill_row;

#define GT_PACKET_COLS(KI, KT, I, T) \
    KI(id)                           \
    KI(purchase_count) KT(data, 1025) KT(mac1, 17) KT(mac2, 17) KT(mac3, 17) KT(mac4, 17) I(version)
struct gt_packet {
    GT_ROW_STRUCT(GT_PACKET_COLS)
};
extern const struct gt_row gt_packet_row;

#define GT_EVENT_COLS(KI, KT, I, T) \
    KI(id) KI(txn_id) KI(seq) KI(at) KT(kind, 25) KT(note, 601) I(version)
struct gt_event {
    GT_ROW_STRUCT(GT_EVENT_COLS)
};
extern const struct gt_row gt_event_row;

/* An answer of upstream's as it came, masked and cut.  Its id is that of its event, an "answer". */
#define GT_MESSAGE_COLS(KI, KT, I, T) \
    KI(id) KI(txn_id) KI(at) KI(op) KT(code, 21) KI(took_ms) KT(message, GT_UP_RAW_MAX) I(version)
struct gt_message {
    GT_ROW_STRUCT(GT_MESSAGE_COLS)
};
extern const struct gt_row gt_message_row;

#endif
