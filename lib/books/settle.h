/*
 * By hand (手工对账): what people do with an item.  One asks with a reason, another decides through
 * the approvals (kind "item"), and the posting is made in the commit that changes the item.
 *
 * The postings, for a difference of D = ours - theirs with a marketing system s:
 *
 *     to suspense           payable:s D / suspense D
 *     adjust                payable:s D / over D          (D below zero: loss / payable:s)
 *     clear: to the system  suspense / payable:s          it was booked there after all
 *     clear: by the bank    suspense / bank               given back, or collected later
 *     clear: written off    suspense / over               (what we are owed: loss / suspense)
 *
 * They stand in the books of the organisation's safe, so no cashier's or agent's account moves.
 * Kept cash (kept.h) is cleared where it stands, in the cashier's books, by the bank or written
 * off; or given back in cash, out of the drawer that the cashier has open: then nothing is posted
 * here, and the close of that shift takes it out of suspense.
 */
#ifndef GT_BOOKS_SETTLE_H
#define GT_BOOKS_SETTLE_H

#include "access/by.h"
#include "books/item.h"

#define GT_SETTLE_KIND "item"

/* Where cleared money goes.  The numbers are stored. */
enum gt_settle_way {
    GT_WAY_NONE,
    GT_WAY_SYSTEM,    /* to the marketing system, or back from it */
    GT_WAY_BANK,      /* through the bank */
    GT_WAY_WRITE_OFF, /* it stays: over, or loss */
    GT_WAY_CASH,      /* kept cash: out of the cashier's drawer to the customer */
    GT_WAY__MAX
};

struct gt_settle_form {
    int64_t item_id;
    enum gt_item_action action; /* ACCEPT … REFUND */
    enum gt_settle_way way;     /* of CLEAR */
    const char *reason;
};

/* Asks for an action: item.settle at the item's organisation.  `*approval` is the request's id.
 * GT_WHY_ABSENT, NO_RIGHT, ITEM_ACTION (the item does not permit it), ITEM_ASKED (one waits
 * already), REASON; field "way". */
enum gt_err gt_settle_ask(const struct gt_by *by, const struct gt_settle_form *form,
                          int64_t *approval, struct gt_refusal *no) GT_CHECK;

/* Stops the sending again of an item that upstream does not answer about: it is open, and another
 * action may be asked for.  What is on its way and gets booked closes it all the same. item.settle.
 * GT_WHY_ABSENT, NO_RIGHT, ITEM_ACTION (it is not being sent), REASON. */
enum gt_err gt_settle_stop(const struct gt_by *by, int64_t item_id, const char *reason,
                           struct gt_refusal *no) GT_CHECK;
/* A note beside an item: kept for ever, in the operation log, as what=item.note.  item.settle.
 * Fields: note. */
enum gt_err gt_settle_note(const struct gt_by *by, int64_t item_id, const char *note,
                           struct gt_refusal *no) GT_CHECK;
/* A file beside it; as gt_attach_begin() and gt_attach_add().  item.settle. */
enum gt_err gt_settle_attach(const struct gt_by *by, int64_t item_id, const char *name,
                             const void *data, size_t len, int64_t *id,
                             struct gt_refusal *no) GT_CHECK;

/* --- in a read ----------------------------------------------------------------------------------
 */

/* Whether the item permits the action as it is now (who may is another matter).  If not, `*zh` and
 * `*en` say why; static. */
bool gt_settle_allowed(struct gt_tx *tx, const struct gt_item *item, enum gt_item_action action,
                       const char **zh, const char **en);
/* Fen that the action would move: ours less theirs, or what is in suspense for CLEAR; 0: none. */
int64_t gt_settle_amount(const struct gt_item *item, enum gt_item_action action);
/* What is most often right for an item that is not closed: where people begin. */
enum gt_item_action gt_settle_proposed(struct gt_tx *tx, const struct gt_item *item);
/* Whether what is in suspense of the item can go that way. */
bool gt_settle_way_ok(const struct gt_item *item, enum gt_settle_way way);
/* "system", "bank", "write_off", "cash"; static.  And back: false if there is none. */
const char *gt_settle_way_name(enum gt_settle_way way);
bool gt_settle_way_find(const char *name, enum gt_settle_way *way);
/* "accept" …: and back. */
bool gt_item_action_find(const char *name, enum gt_item_action *action);

/* What a list of items asks for. */
struct gt_item_find {
    const char *path;     /* subtree of organisations */
    int64_t state;        /* enum gt_item_state, 0: all that are not closed, -1: any */
    int64_t class;        /* 0: any */
    const char *system;   /* "": any, and none */
    int64_t from, to;     /* reconciled dates, 0: no bound */
    const char *text;     /* our transaction's number, or what stands in their reference; "": any */
    int64_t found_before; /* found before this time, 0: any */
    bool oldest;          /* the oldest first */
    int64_t before;       /* keyset: the id behind which it goes on, 0 to begin with */
    size_t most;          /* rows wanted, 101 at most */
};
/* Items, the newest first unless told; gives how many. */
size_t gt_item_list(struct gt_tx *tx, const struct gt_item_find *find, struct gt_item *items);

/* How many are not closed below an organisation, by age. */
struct gt_item_ages {
    int64_t open;      /* all of them */
    int64_t days, old; /* found more than a day ago, more than a week ago */
    int64_t oldest;    /* time of the oldest, 0: none */
};
void gt_item_ages(struct gt_tx *tx, const char *path, int64_t now, struct gt_item_ages *ages);

#endif
