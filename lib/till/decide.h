/*
 * What cannot be found out is decided by two persons: one asks for it, another approves.
 *
 * The decision becomes the outcome in the approval's own commit, the same way as an answer of
 * upstream would; what upstream has told meanwhile wins.
 */
#ifndef GT_TILL_DECIDE_H
#define GT_TILL_DECIDE_H

#include "access/approval.h"

/* The kind of the request in gt_approval; its object is the transaction. */
#define GT_DECIDE_KIND "txn.decide"

/* Asks that a transaction in doubt be decided: posted, or never happened.  txn.decide at its
 * organisation; another person with the same right approves, but not who made it (GT_WHY_IS_SELF).
 * `*approval` is the request's id.
 * Fields: posted, reason.  GT_WHY_ABSENT, NOT_IN_DOUBT, IN_FLIGHT, ASKED_BEFORE, NO_PACKET (with a
 * card, posted would leave nothing to write on it), REASON. */
enum gt_err gt_decide_ask(const struct gt_by *by, int64_t txn_id, bool posted, const char *reason,
                          int64_t answer_ms, int64_t *approval, struct gt_refusal *no) GT_CHECK;

/* In a transaction: the request that waits for this transaction; false if there is none. */
bool gt_decide_waiting(struct gt_tx *tx, int64_t txn_id, struct gt_approval *row);

#endif
