/*
 * Sending again: a sale that is only ours, because upstream never booked it.
 *
 * Two people have decided it (settle.h); the worker does it.  It asks upstream about the serial
 * first: what is there after all is not sent, and only what is certainly absent goes out, with the
 * serial it always had, so that a second copy can book nothing.  Whoever dies between asking and
 * noting leaves the item as it was, and the next one asks again.
 */
#ifndef GT_BOOKS_RESEND_H
#define GT_BOOKS_RESEND_H

#include "access/oplog.h"
#include "books/item.h"
#include "till/till.h"

/* In a transaction: whether the item's sale can be sent again: only ours, standing, and without a
 * card, whose packet would come too late. */
bool gt_resend_can(struct gt_tx *tx, const struct gt_item *item);
/* Sends what was decided, some items a call: those behind the item `*after`, which is 0 to begin
 * with and is moved on, so that what waits holds up no other.  What upstream says nothing to waits
 * until its turn comes again, or until somebody stops it (gt_settle_stop).  `*sent` is how many
 * have an end now.  GT_ERR_FATAL, or a failure of the store. */
enum gt_err gt_resend_due(const struct gt_till *till, struct gt_logger *logger, int64_t *after,
                          int *sent) GT_CHECK;

#endif
