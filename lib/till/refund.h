/*
 * Refunds: what is given back too late for a reversal, or for another account's transaction.
 *
 * One person asks, another approves (the approval "refund"), then a window carries it out once, as
 * an order of its own: GT_OP_REFUND, or GT_OP_REVERSE where only the account is another one.  Its
 * intent takes the request, its outcome keeps or frees it.  Cash goes back only when upstream, or
 * somebody with a red entry made there, has taken the original back.
 */
#ifndef GT_TILL_REFUND_H
#define GT_TILL_REFUND_H

#include "access/approval.h"
#include "till/txn.h"

#define GT_REFUND_KIND "refund"

/* clang-format off */
#define GT_REFUND_COLS(KI, KT, I, T)                                                              \
    KI(id) KI(orig_id) KI(org_id) KI(amount) KT(method, 13) KT(red_no, 41) KI(maker_id)           \
    KI(made_at) I(txn_id) T(bank_no, 121) I(paid_by) I(paid_at) I(paid_date) I(version)
/* clang-format on */
struct gt_refund {
    GT_ROW_STRUCT(GT_REFUND_COLS)
};
extern const struct gt_row gt_refund_row;

struct gt_refund_form {
    int64_t txn_id;     /* what is to be taken back */
    int64_t amount;     /* fen, typed again */
    const char *method; /* "cash" at a window, or "transfer" from the bank */
    const char *red_no; /* number of the red entry that was made upstream; "": we ask upstream */
    const char *reason;
};

/* Asks for a refund.  cashier.reverse at the original's organisation; refund.approve decides, which
 * neither the maker nor the original's operator may.  `*approval` is the request's id.  Fields:
 * amount, method, red_no, reason.  GT_WHY_ABSENT, REFUND_KIND, REFUND_AMOUNT, REFUND_ASKED,
 * CODE_FORM, REASON. */
enum gt_err gt_refund_ask(const struct gt_by *by, const struct gt_refund_form *form,
                          int64_t *approval, struct gt_refusal *no) GT_CHECK;

/* --- in a transaction ---------------------------------------------------------------------------
 */

/* The last request about a transaction, with its approval; false if there is none. */
bool gt_refund_last(struct gt_tx *tx, int64_t orig_id, struct gt_refund *refund,
                    struct gt_approval *approval);
/* Whether a request can be carried out: approved, and by no transaction yet. */
bool gt_refund_waits(const struct gt_refund *refund, const struct gt_approval *approval);
/* Whether a user may carry out the request about `orig`: GT_OUT_OK with the request, locked;
 * REFUND_NOT_APPROVED; REFUND_OWN for who approved it. */
enum gt_outcome gt_refund_permit(struct gt_tx *tx, const struct gt_txn *orig, int64_t user_id,
                                 struct gt_refund *refund);
/* Whether the request about `orig_id` that waits has the number of a red entry: then nobody
 * upstream is asked. */
bool gt_refund_is_red(struct gt_tx *tx, int64_t orig_id);
/* `txn` takes the request, in its intent; */
void gt_refund_take(struct gt_tx *tx, struct gt_refund *refund, const struct gt_txn *txn);
/* and frees it, where it was declined.  A transaction that took none frees none. */
void gt_refund_free(struct gt_tx *tx, const struct gt_txn *txn);

/* How a request stands. */
enum gt_refund_standing {
    GT_REFUND_WAITING, /* for approval */
    GT_REFUND_READY,   /* to be carried out */
    GT_REFUND_RUNNING,
    GT_REFUND_UNPAID, /* posted; the bank's transfer is not entered yet */
    GT_REFUND_DONE,
    GT_REFUND_REFUSED,
    GT_REFUND_WITHDRAWN,
    GT_REFUND_EXPIRED,
    GT_REFUND__MAX
};
/* A request with what belongs to it. */
struct gt_refund_view {
    struct gt_refund refund;
    struct gt_approval approval;
    struct gt_txn orig;
    struct gt_txn txn; /* that carries it out; id 0: none */
};
/* Reads what belongs to view->refund; false if it is not there. */
bool gt_refund_view_read(struct gt_tx *tx, struct gt_refund_view *view);
enum gt_refund_standing gt_refund_standing(const struct gt_refund_view *view);
/* "waiting", "ready" …; static. */
const char *gt_refund_standing_name(enum gt_refund_standing standing);

/* What is looked for. */
struct gt_refund_find {
    const char *path;                 /* subtree of the originals; "/" is all */
    enum gt_refund_standing standing; /* GT_REFUND__MAX: any */
    int64_t maker_id;                 /* who asked, 0: anybody */
    int64_t orig_id;                  /* of this original, 0: any */
    const char *customer;             /* stands somewhere in the customer's number; "": any */
    int64_t from, to;                 /* times of asking: from <= made_at < to */
    bool oldest;                      /* the oldest first */
    int64_t after_id;                 /* keyset, 0 to begin with */
    size_t most;
};
#define GT_REFUNDS_MAX 51
/* In a transaction: requests in the order of their ids, `find->most` (GT_REFUNDS_MAX) at most;
 * gives how many. */
size_t gt_refunds_find(struct gt_tx *tx, const struct gt_refund_find *find,
                       struct gt_refund *refunds);
/* Those that are approved and not carried out, below an organisation, the newest first, 50 at most.
 */
size_t gt_refunds_ready(struct gt_tx *tx, const char *path, struct gt_refund *refunds, size_t most);

#endif
