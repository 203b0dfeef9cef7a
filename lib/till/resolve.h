/*
 * In doubt ends: what the worker does with transactions that no process is working on any more.
 */
#ifndef GT_TILL_RESOLVE_H
#define GT_TILL_RESOLVE_H

#include "till/till.h"

/* Looks at up to `most` transactions that are due, asks upstream about each and decides those it
 * can.  `*looked` is how many it looked at.  A breaker that is open, or silence, leaves a row for a
 * later call (after `retry_ms`).  GT_OK, GT_ERR_FATAL, or a failure of the store. */
enum gt_err gt_resolve_due(const struct gt_till *till, int most, int64_t retry_ms,
                           int *looked) GT_CHECK;

#endif
