/*
 * What a shift posts, for shift.c and the auditor.
 */
#ifndef GT_TILL_SHIFT_POST_H
#define GT_TILL_SHIFT_POST_H

#include "till/ledger.h"
#include "till/shift.h"

/* The lines of a shift's posting (GT_POSTING_SHIFT_OPEN, _CLOSE); how many.  The differences of an
 * `agent`'s staff are not posted: the agent owes all that was sold. */
int gt_shift_entries(const struct gt_shift *shift, enum gt_posting_kind kind, bool agent,
                     struct gt_line lines[GT_LEDGER_LINES]);

/* The lines of a short that is written off; how many. */
int gt_short_entries(int64_t amount, struct gt_line lines[GT_LEDGER_LINES]);

#endif
