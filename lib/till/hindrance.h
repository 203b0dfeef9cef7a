/*
 * What stands in the way of moving or disabling an organisation, a user, a terminal: work that is
 * begun, and money that is not where it belongs yet.
 *
 * Whoever has to be kept out at once need not wait for it: a new password ends a user's sessions, a
 * new secret stops a terminal.
 */
#ifndef GT_TILL_HINDRANCE_H
#define GT_TILL_HINDRANCE_H

#include "access/refusal.h"
#include "store/db.h"

#include <stdbool.h>

struct gt_hindrance {
    int64_t open_txns; /* in flight or in doubt */
    int64_t shifts;    /* open, or counted and not closed */
    int64_t slips; /* made there or sent there, not received, or not banked where they go there */
    int64_t unremitted; /* fen, and held */
    int64_t batches;    /* open */
    int64_t safe;       /* fen received and not sent on */
    int64_t deposit;    /* fen */
};

/* In a transaction: of a subtree. */
void gt_hindrance_read(struct gt_tx *tx, const char *path, struct gt_hindrance *h);

/* In a transaction: refuses with the first thing that stands in the way of a subtree, in the order
 * above; with deposits only if `deposits`.  GT_WHY_OPEN_TXNS, SHIFTS, SLIPS_ON_WAY, MONEY_OUT,
 * BATCHES, SAFE, MONEY_IN. */
enum gt_err gt_hindered_org(struct gt_tx *tx, const char *path, bool deposits,
                            struct gt_refusal *no) GT_CHECK;
/* The same for a user: GT_WHY_USER_SHIFT (n: number of the shift that is not closed). */
enum gt_err gt_hindered_user(struct gt_tx *tx, int64_t user_id, struct gt_refusal *no) GT_CHECK;
/* The same for a terminal: GT_WHY_TERMINAL_SHIFT (n: open batches of shifts). */
enum gt_err gt_hindered_terminal(struct gt_tx *tx, int64_t terminal_id,
                                 struct gt_refusal *no) GT_CHECK;

#endif
