/*
 * In doubt ends: what the worker does with transactions that no process is working on any more.
 */
#ifndef GT_TILL_RESOLVE_H
#define GT_TILL_RESOLVE_H

#include "access/by.h"
#include "till/till.h"

/* Looks at up to `most` transactions that are due, asks upstream about each and decides those it
 * can.  `*looked` is how many it looked at.  A breaker that is open, or silence, leaves a row for a
 * later call (after `retry_ms`).  GT_OK, GT_ERR_FATAL, or a failure of the store. */
enum gt_err gt_resolve_due(const struct gt_till *till, int most, int64_t retry_ms,
                           int *looked) GT_CHECK;

/* Asks about those of a system with numbers from `first` to below `end` that no process works on,
 * due or not, once each: before a date is reconciled.  As gt_resolve_due(). */
enum gt_err gt_resolve_range(const struct gt_till *till, const char *system, int64_t first,
                             int64_t end, int64_t retry_ms) GT_CHECK;

/* What an inquiry led to. */
enum gt_asked {
    GT_ASKED_DECIDED,   /* there is an outcome now */
    GT_ASKED_BUSY,      /* not asked: upstream is down, or has no free slot */
    GT_ASKED_SILENT,    /* asked: no answer, or none that decides */
    GT_ASKED_TOO_EARLY, /* upstream has not got it, but still might: its grace time is not over */
    GT_ASKED__MAX
};

/* Asks upstream now about one transaction in doubt, for a person: txn.view at its organisation.
 * Written to the operation log.  GT_WHY_ABSENT, NOT_IN_DOUBT, IN_FLIGHT (a process may be calling
 * right now). */
enum gt_err gt_resolve_now(const struct gt_till *till, const struct gt_by *by, int64_t id,
                           int64_t retry_ms, enum gt_asked *asked, struct gt_refusal *no) GT_CHECK;
/* Whether no process can be working on it any more, so that it may be asked about and decided. */
bool gt_doubt_rests(const struct gt_txn *txn, int64_t now, int64_t answer_ms);

#endif
