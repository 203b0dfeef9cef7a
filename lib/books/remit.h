/*
 * Remittance: collected money goes up, cashier → station → county → bureau, agent → bureau.
 *
 * A slip covers, series by series (batches of an account and terminal; for an organisation what its
 * safe received), the range from the first number that is in no slip up to one that the maker
 * chooses.  So it can neither leave a gap nor overlap, and each fen is in one slip or still waits.
 * Its amount is the money of these ranges and the over and short of the shifts that end in them.
 *
 *     of a cashier, or of a safe below the top   submitted → received (into the safe above)
 *     of an agent, or to the bureau              submitted → received → banked
 *     each                                       submitted → returned: its ranges are free again
 *
 * Slips of an account are received in their order and returned from the last, so that what is in
 * slips never has a hole.  A cashier's credit is free when the slip is received, an agent's when it
 * is banked.  Nobody confirms a slip that they made, or one of their own account.
 */
#ifndef GT_BOOKS_REMIT_H
#define GT_BOOKS_REMIT_H

#include "access/by.h"
#include "books/attach.h"
#include "till/shift.h"
#include "till/slip.h"

/* --- what waits --------------------------------------------------------------------------------
 */

/* A series of an account, and what of it a slip may cover now. */
struct gt_remit_series {
    int64_t source_id;         /* terminal; 0: what a safe received */
    char name[21];             /* number of the terminal, "" */
    int64_t first_no, last_no; /* last below first: nothing */
    int64_t amount;            /* fen of it */
    int64_t next_no;           /* the first behind it that is not closed, or whose shift is not;
                                  0: none */
};

struct gt_remit_offer {
    struct gt_account account; /* of a safe that has not sent anything yet: id 0 */
    int64_t to_org_id;         /* who receives */
    bool to_bank;              /* a slip of it ends in the bank */
    int nseries;
    struct gt_remit_series series[GT_SLIP_LINES];
    int64_t shifts;    /* closed ones that end in it, */
    int64_t over;      /* and fen of their differences and repaid shorts; below zero: short */
    int64_t prepaid;   /* fen of all that deposits have repaid already */
    int64_t due;       /* fen of series and shifts, less what is prepaid; may be below zero */
    int64_t reversing; /* transactions of it that are being reversed: these end first */
};

/* What a slip may be made of.  Fields: amount, bank, bank_no, bank_date. */
struct gt_remit_form {
    int64_t account_id; /* account of a cashier or agent, or 0: */
    int64_t org_id;     /* the safe of this organisation */
    int64_t through;    /* business date up to which batches go in, 0: all that are closed */
    int nranges;        /* above 0: exactly these ranges, each the next of its series */
    struct {
        int64_t source_id, first_no, last_no;
    } range[GT_SLIP_LINES];
    int64_t amount;               /* fen as the maker saw them; an agent may give more (deposit) */
    const char *bank, *bank_no;   /* up to 40 characters; NULL or "": not known yet */
    int64_t bank_date;            /* 0: not known yet */
    const char *key;              /* of the form: the same again gives the same slip */
    const struct gt_actor *actor; /* of a terminal, */
    int64_t trace_no;             /* whose trace number the slip uses up; 0: made on a page */
};

/* What a slip of this form would cover: account_id or org_id, through and ranges are looked at.
 * Who may make it may look: a cashier's is for the cashier, an agent's for its staff
 * (cashier.collect), a safe's for remit.send at the organisation; else GT_WHY_ABSENT.
 * GT_WHY_REMIT_GAP, REMIT_OVERLAP, REMIT_CLOSED: of ranges that are not the next (n: the number it
 * is about). */
enum gt_err gt_remit_offer(const struct gt_by *by, const struct gt_remit_form *form,
                           struct gt_remit_offer *offer, struct gt_refusal *no) GT_CHECK;

/* Makes and submits a slip.  As gt_remit_offer(); besides GT_WHY_REMIT_NONE, REMIT_AMOUNT (money:
 * what is due), REMIT_REVERSING, REMIT_BELOW, KEY_USED (with another amount), CHANGED (somebody
 * else was faster). */
enum gt_err gt_remit_submit(const struct gt_by *by, const struct gt_remit_form *form, int64_t *id,
                            struct gt_refusal *no) GT_CHECK;

/* --- confirming: remit.confirm at the receiving organisation -----------------------------------
 *
 * GT_WHY_OWN_SLIP; REMIT_ORDER (n: the slip that comes first); SLIP_STATE, unless it was the same
 * person who did the same: then nothing happens and it is GT_OK.
 */

enum gt_err gt_remit_receive(const struct gt_by *by, int64_t slip_id,
                             struct gt_refusal *no) GT_CHECK;
/* Fields: reason. */
enum gt_err gt_remit_return(const struct gt_by *by, int64_t slip_id, const char *reason,
                            struct gt_refusal *no) GT_CHECK;
/* Its money was found in the bank.  Fields: bank, bank_no, bank_date. */
enum gt_err gt_remit_bank(const struct gt_by *by, int64_t slip_id, const char *bank,
                          const char *bank_no, int64_t bank_date, struct gt_refusal *no) GT_CHECK;

/* In a read of its own: whether the person could do the step that leads to `to` now; as these. */
enum gt_err gt_remit_could(const struct gt_by *by, int64_t slip_id, enum gt_slip_state to,
                           struct gt_refusal *no) GT_CHECK;

/* Puts a picture of the bank's slip (or another paper) beside it: for who made it, whose account it
 * is of, or who may confirm it.  As gt_attach_begin(), gt_attach_add(); the same file again is the
 * one that is there. */
enum gt_err gt_slip_attach(const struct gt_by *by, int64_t slip_id, const char *name,
                           const void *data, size_t len, int64_t *id,
                           struct gt_refusal *no) GT_CHECK;

/* --- looking: in a read ------------------------------------------------------------------------
 */

/* Its lines; `lines` has room for GT_SLIP_LINES.  Gives how many. */
size_t gt_slip_lines(struct gt_tx *tx, const struct gt_slip *slip, struct gt_slip_line *lines);
/* The newest of an account first, with ids below `before_id` (0: from the newest), `most` (50) at
 * most. */
size_t gt_slips_of(struct gt_tx *tx, int64_t account_id, int64_t before_id, struct gt_slip *slips,
                   size_t most);

/* Slips that a subtree sent or receives. */
struct gt_slip_find {
    const char *path;         /* the subtree */
    enum gt_slip_state state; /* 0: any */
    bool receives;            /* only those that it receives */
    bool to_bank;             /* only those that end in the bank */
    int64_t kind;             /* of the account, 0: any */
    int64_t account_id;       /* 0: any */
    const char *text;         /* stands in bank, number of the bank's slip or note; "", NULL: any */
    int64_t maker_id;         /* 0: whoever made them */
    int64_t from, to;         /* business dates of the making, 0: any */
    int64_t before_id;        /* those below this id, 0: from the newest */
    size_t most;              /* 51 at most */
};
/* What came of it. */
struct gt_slips_found {
    size_t n;
    bool more;      /* there may be more */
    int64_t before; /* of less than `most`: all from this id on were looked at */
};
/* Slips that one call looks at, about, where no index finds them. */
#define GT_SLIP_LOOK 10000
/* The newest first.  A bounded number of rows is looked at, so `more` may come with few rows, or
 * none: ask again with `before` as `before_id`. */
void gt_slips_find(struct gt_tx *tx, const struct gt_slip_find *find, struct gt_slip *slips,
                   struct gt_slips_found *found);

/* What people call a slip: the number of its cashier, or the code of its organisation, and its own:
 * "900001-J12" (a receipt is 900001-0000012).  `out` has GT_SLIP_NAME. */
#define GT_SLIP_NAME 64
void gt_slip_name(struct gt_tx *tx, const struct gt_slip *slip, char out[GT_SLIP_NAME]);
/* The slip that is called so; false if there is none. */
bool gt_slip_named(struct gt_tx *tx, const char *name, struct gt_slip *slip);
/* The shifts whose difference it counts, `most` (200) at most; none of one that was returned. */
size_t gt_slip_shifts(struct gt_tx *tx, const struct gt_slip *slip, struct gt_shift *shifts,
                      size_t most);

/* Safes below `path` that have received something: organisations by id above `after`, and fen that
 * wait there to be sent on. */
struct gt_safe_line {
    struct gt_org org;
    int64_t waiting;
};
size_t gt_safes_below(struct gt_tx *tx, const char *path, int64_t after, struct gt_safe_line *lines,
                      size_t most);
/* The one that this person's form with this key made; false if none did. */
bool gt_slip_of_key(struct gt_tx *tx, int64_t maker_id, const char *key, struct gt_slip *slip);
/* By account and number; false if there is none. */
bool gt_slip_by_no(struct gt_tx *tx, int64_t account_id, int64_t slip_no, struct gt_slip *slip);

#endif
