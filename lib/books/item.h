/*
 * Items: differences that reconciling found, each one until somebody has closed it.
 *
 * An item is found by what it is about - source, system, date, class, transaction, their reference,
 * organisation and business - so the same difference found again is the same row, and running a
 * reconciliation again changes nothing.  Who finds it enters it here; what people then do with it
 * is settle.h.
 */
#ifndef GT_BOOKS_ITEM_H
#define GT_BOOKS_ITEM_H

#include "store/row.h"

/* The numbers are stored: never change one. */
enum gt_item_source {
    GT_ITEM_SYSTEM = 1, /* against a marketing system's statement */
    GT_ITEM_ORG,        /* between organisations, at a day close */
    GT_ITEM_DRAWER,     /* between a customer and a drawer */
    GT_ITEM_SOURCE__MAX
};
enum gt_item_class {
    GT_ITEM_OTHER_DATE = 1, /* both have it, on different dates */
    GT_ITEM_AMOUNT,         /* both have it, with different amounts */
    GT_ITEM_STATE,          /* reversed on one side only */
    GT_ITEM_ONLY_OURS,
    GT_ITEM_ONLY_THEIRS,
    GT_ITEM_TWICE, /* theirs has it more than once */
    GT_ITEM_COUNT, /* of organisations: how many of a business */
    GT_ITEM_MONEY, /* of organisations: how much of a business */
    GT_ITEM_KEPT,  /* of a drawer: cash of a released sale that was not given back */
    GT_ITEM_CLASS__MAX
};
enum gt_item_state {
    GT_ITEM_OPEN = 1, /* perhaps with an action that waits for a second person */
    GT_ITEM_SUSPENSE, /* its money lies in suspense */
    GT_ITEM_CLOSED,
    GT_ITEM_STATE__MAX
};
/* What was done last. */
enum gt_item_action {
    GT_ITEM_NOTHING,
    GT_ITEM_AGREED,      /* a later run found it no more */
    GT_ITEM_ACCEPT,      /* nothing is to be done: both sides are right, or it is explained */
    GT_ITEM_ADJUST,      /* a correcting posting */
    GT_ITEM_REVERSE,     /* ours was taken back */
    GT_ITEM_SEND_AGAIN,  /* theirs got it after all */
    GT_ITEM_TO_SUSPENSE, /* its money went to suspense */
    GT_ITEM_CLEAR,       /* and out of it again */
    GT_ITEM_REFUND,      /* the customer got it back */
    GT_ITEM_ACTION__MAX
};

/* clang-format off */
#define GT_ITEM_COLS(KI, KT, I, T)                                                                 \
    KI(id) KT(finding, 65) KI(source) KI(class) KI(org_id) KT(system, 17) KI(biz_date) KI(txn_id)  \
    KT(ref, 41) KI(op) KI(found_at) I(ours) I(theirs) T(note, 601) I(state) I(action)              \
    I(approval_id) T(reason, 601) I(maker_id) I(checker_id) I(suspense) I(closed_at)               \
    I(closed_date) I(version)
/* clang-format on */
struct gt_item {
    GT_ROW_STRUCT(GT_ITEM_COLS)
};
extern const struct gt_row gt_item_row;

/* A difference, as it was found.  Texts are borrowed; NULL is "". */
struct gt_item_found {
    enum gt_item_source source;
    enum gt_item_class class;
    int64_t org_id;       /* whose it is: of the transaction, of the day close, or the top */
    const char *system;   /* marketing system; "" between organisations */
    int64_t biz_date;     /* date that was reconciled */
    int64_t txn_id;       /* our transaction, 0: none */
    const char *ref;      /* their number of it, 40 characters at most */
    int64_t op;           /* business: enum gt_op, 0: not of one */
    int64_t ours, theirs; /* fen; how many for GT_ITEM_COUNT */
    int64_t suspense;     /* fen of it that go to suspense by themselves; 0: none */
    const char *note;     /* what else the finder knows, 200 characters at most */
};

/* In a transaction: enters a difference; `key` (series "item") is used if it is new, `now` its
 * time. One that is there already stays as people left it; but if its figures are others by now it
 * is open again with the new ones, unless an action waits or its money is in suspense.  `*id` is
 * the item,
 * `*is_new` (may be NULL) whether the row was made.  The error is the transaction's. */
enum gt_err gt_item_enter(struct gt_tx *tx, const struct gt_item_found *found, int64_t key,
                          int64_t now, int64_t *id, bool *is_new) GT_CHECK;
/* In a transaction: the item was not found any more by a later run.  Closes it if it is open; any
 * other stays as it is.  The same again does nothing. */
enum gt_err gt_item_agree(struct gt_tx *tx, int64_t id, int64_t now, int64_t date) GT_CHECK;

/* --- looking: in a read ------------------------------------------------------------------------
 */

/* Items of a reconciled date that are not closed, by id behind `after`; `system` for those of a
 * system, `org_id` for those of an organisation (the other is "" or 0).  `most` (100) at most;
 * gives how many. */
size_t gt_items_open(struct gt_tx *tx, enum gt_item_source source, const char *system,
                     int64_t org_id, int64_t biz_date, int64_t after, struct gt_item *items,
                     size_t most);
/* Items about a transaction, `most` (20) at most. */
size_t gt_items_about(struct gt_tx *tx, int64_t txn_id, struct gt_item *items, size_t most);

/* Whether it is decided that its sale is sent again, and the worker has not done it yet. */
bool gt_item_is_sending(const struct gt_item *item);

/* "only_ours", "open", "to_suspense" …: names of words and in addresses; static.  And back: false
 * if there is none. */
const char *gt_item_class_name(enum gt_item_class class);
bool gt_item_class_find(const char *name, enum gt_item_class *class);
const char *gt_item_state_name(enum gt_item_state state);
const char *gt_item_action_name(enum gt_item_action action);

#endif
