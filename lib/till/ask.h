/*
 * Asking upstream what may be asked any number of times: customers, reading tasks, and readings,
 * which are taken once however often they come.
 */
#ifndef GT_TILL_ASK_H
#define GT_TILL_ASK_H

#include "till/till.h"

/* Sends `request` with a serial of its own, and once more, with another one, if the answer was to
 * something else; no longer than until `until` of the mono clock.  GT_OK: `reply` is filled, of
 * class NOT_SENT where upstream could not be asked.  Else no number could be made and nothing was
 * sent. */
enum gt_err gt_ask(const struct gt_till *till, struct gt_upstream *up,
                   struct gt_up_request *request, int64_t until,
                   struct gt_up_reply *reply) GT_CHECK;
/* `until` for an answer that somebody waits for. */
int64_t gt_ask_until(const struct gt_till *till);

#endif
