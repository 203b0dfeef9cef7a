/*
 * What happened to a transaction besides its intent and its outcome, for people who look later.
 */
#ifndef GT_TILL_EVENT_H
#define GT_TILL_EVENT_H

#include "till/txn.h"

/* The kind of an event to which a row of gt_message belongs. */
#define GT_EVENT_ANSWER "answer"

/* In a transaction: adds an event to `txn`, whose `events` goes up; the caller saves the row.
 * `kind` at most 24 bytes; `note` is cut to what the column holds. */
void gt_event_add(struct gt_tx *tx, struct gt_txn *txn, int64_t key, int64_t now, const char *kind,
                  const char *note);

#endif
