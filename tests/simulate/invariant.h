/*
 * What must hold, whatever happens.
 */
#ifndef SIM_INVARIANT_H
#define SIM_INVARIANT_H

#include "till/check.h"
#include "world.h"

/* Before a request goes upstream: its intent is committed and says so, and no other transaction of
 * the customer is in flight. */
void sim_check_call(struct sim_world *world, const struct gt_up_request *request);
/* At any quiet time: the auditor finds nothing, no account is overdrawn. */
void sim_check_books(struct sim_world *world, struct gt_check_sums *sums);
/* At the end: who is still owed a write to a card gets it. */
void sim_check_owed(struct sim_world *world);
/* At the end: nothing is pending, and our books say what upstream's say. */
void sim_check_end(struct sim_world *world);

#endif
