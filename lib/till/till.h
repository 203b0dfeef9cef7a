/*
 * The till: what the terminal contract, the cashier page and the worker call.
 *
 * It takes its clock, chance, store and upstream as parameters, and starts no threads.  A money
 * operation is three functions - intent, call, outcome - that share only the journal's row
 * (flow.h); gt_till_run() puts them together for a request.
 */
#ifndef GT_TILL_TILL_H
#define GT_TILL_TILL_H

#include "access/terminal.h"
#include "base/buf.h"
#include "base/clock.h"
#include "store/key.h"
#include "till/txn.h"

struct gt_till {
    struct gt_db *db;
    struct gt_keysrc *keys;
    const struct gt_clock *clock;
    const struct gt_upstreams *upstreams;
    int tz_minutes;
    int64_t answer_ms;    /* a terminal is answered after this, be it "in doubt" */
    int64_t slot_wait_ms; /* longest wait for a slot upstream */
    int64_t lease_ms;     /* after an intent the worker leaves the row alone for this long */
};

/* What the cashier page knew of a customer's money when it was shown.  A page stays open, in two
 * tabs too: an order that carries this is refused (PAGE_OLD) if there is other money of the
 * customer by then, or another business date. */
struct gt_seen {
    int64_t date; /* business date; 0: the order comes from no page */
    int64_t mark; /* over the customer's money transactions of that date that were not declined */
};
/* In a transaction: as it is now. */
void gt_seen_read(struct gt_tx *tx, const char *customer_no, struct gt_seen *seen);
/* In a transaction: the customer's transaction that is in flight or in doubt at `system`; 0 if
 * there is none.  While there is one, another is refused (CUSTOMER_BUSY). */
int64_t gt_underway(struct gt_tx *tx, const char *system, const char *customer_no);

/* What a terminal wants: typed, and checked against the contract's schema. */
struct gt_order {
    enum gt_op op;
    const struct gt_actor *actor; /* borrowed; may be an old copy: the intent looks */
    int64_t trace_no;             /* 1 … 18 digits */
    char customer_no[33];
    char meter_no[33]; /* OPEN */
    int64_t amount;    /* fen, > 0 for PAY, RECHARGE, OPEN, REVERSE, REFUND */
    int64_t fee;       /* REPLACE: fen, may be 0 */
    char method[13];   /* "cash", "card", "wechat", "alipay", "cheque", "transfer" */
    int64_t tendered;  /* fen handed over, 0: not told */
    char reason[241];
    struct gt_card_read card;
    bool wants_shift;    /* refused without an open shift of the operator; so is an order of an
                            actor who wants one */
    int64_t orig_id;     /* REWRITE, CONFIRM, REVERSE, REFUND: the transaction meant */
    bool written;        /* CONFIRM */
    struct gt_seen seen; /* PAY … REPLACE from a page */
    int nbills;          /* PAY: bills named, 0: all that are due */
    char bill_no[GT_BILLS_MAX][33];
};

/* What became of it.  Everything a reply shows comes from here. */
struct gt_result {
    enum gt_outcome outcome; /* number; its class tells whether anything is stored */
    char text[601];          /* for people, Chinese */
    bool repeated;           /* the answer of an earlier, same request */
    bool stale;       /* rights have changed since the order's actor was read: read it again */
    int64_t biz_date; /* business date: of the outcome, or now */
    bool has_available;
    int64_t available;            /* live available credit of the account, fen */
    struct gt_txn txn;            /* id 0: nothing is stored */
    int64_t receipt_no;           /* number in the operator's series, 0: none */
    struct gt_card_packet packet; /* what to write to the card, if anything */
    int nbills;                   /* PAY: what was settled */
    struct gt_bill bills[GT_BILLS_MAX];
};

/* Runs an order from start to end, at most answer_ms: intent, call, outcome; or the stored answer
 * again.  Always fills `result`, with class `error` if nothing was stored.  Gives GT_OK, or
 * GT_ERR_FATAL: the process must end; `result` then must not be sent (what it would say may be
 * untrue). */
enum gt_err gt_till_run(const struct gt_till *till, const struct gt_order *order,
                        struct gt_result *result) GT_CHECK;

/* The transaction with this trace number of the actor's terminal, or (trace_no 0) with this number
 * if it belongs to the actor's account or terminal.  `original` is filled as gt_till_run() would
 * answer it now; its outcome is ABSENT if there is none - then the trace number is void from now
 * on.  GT_OK, GT_ERR_FATAL, or a failure (nothing stored: ask again). */
enum gt_err gt_till_inquire(const struct gt_till *till, const struct gt_actor *actor,
                            int64_t trace_no, int64_t txn_id, struct gt_result *original) GT_CHECK;

/* The same for who only looks: nothing is made void. */
enum gt_err gt_till_look(const struct gt_till *till, const struct gt_actor *actor, int64_t trace_no,
                         int64_t txn_id, struct gt_result *original) GT_CHECK;

/* Asks upstream about a customer, by exactly one of the three.  `outcome` and `text` as in
 * gt_result; `reply` holds the answer for OK.  Nothing is stored. */
enum gt_err gt_till_query(const struct gt_till *till, const struct gt_actor *actor,
                          const char *customer_no, const char *meter_no, const char *card_no,
                          struct gt_up_reply *reply, enum gt_outcome *outcome,
                          char text[601]) GT_CHECK;

/* Where a search goes on: the system, and the customer number behind which. */
struct gt_search_place {
    char system[16]; /* "": the first that can be searched; in an answer: there are no more */
    char after[33];
};
/* Asks one marketing system for customers by name and address: `words` (2 characters at least,
 * between blanks, all of which must be there).  `place` is where to go on, and becomes where the
 * next page begins.  `outcome` and `text` as of a query; reply->found holds the answer for OK, and
 * may be empty.  NOT_SERVED: none can be searched. */
enum gt_err gt_till_search(const struct gt_till *till, const struct gt_actor *actor,
                           const char *words, struct gt_search_place *place,
                           struct gt_up_reply *reply, enum gt_outcome *outcome,
                           char text[601]) GT_CHECK;

/* The credit account of an actor: all in fen. */
struct gt_credit {
    int64_t deposit, limit, unremitted, held, available;
};
/* GT_ERR_ABSENT if the actor has no account. */
enum gt_err gt_till_credit(const struct gt_till *till, const struct gt_actor *actor,
                           struct gt_credit *credit) GT_CHECK;

/* A terminal starts, or ends, its batch.  Nothing of it uses up a trace number. */
struct gt_signon {
    int64_t biz_date;
    int64_t batch_no;
    int64_t last_trace;
    int64_t available;
};
/* GT_ERR_ABSENT if the actor has no account.  Signing on again in the same batch is no harm. */
enum gt_err gt_till_sign_on(const struct gt_till *till, const struct gt_actor *actor,
                            struct gt_signon *out) GT_CHECK;
/* Closes the open batch; batch_no is 0 if there was none. */
enum gt_err gt_till_sign_off(const struct gt_till *till, const struct gt_actor *actor,
                             struct gt_signon *out) GT_CHECK;

/* The receipt of a transaction as lines of text (UTF-8, '\n' behind each), 48 columns at most, and
 * counts this as a print: *prints is 1 for the first, and from the second on the text says 补打.
 * The actor must be of the same account or terminal.  `outcome`: OK, ABSENT, NO_RECEIPT. */
enum gt_err gt_till_receipt(const struct gt_till *till, const struct gt_actor *actor,
                            const char *bureau, int64_t txn_id, struct gt_buf *lines,
                            int64_t *prints, enum gt_outcome *outcome) GT_CHECK;
/* The same for a page, which may ask twice for one print: it is counted only if there were `seen`
 * prints before, and otherwise shown as it was printed last.  With `seen` -1 it is only shown. */
enum gt_err gt_till_receipt_once(const struct gt_till *till, const struct gt_actor *actor,
                                 const char *bureau, int64_t txn_id, int64_t seen,
                                 struct gt_buf *lines, int64_t *prints,
                                 enum gt_outcome *outcome) GT_CHECK;

#endif
