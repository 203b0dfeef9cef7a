/*
 * Actors that were loaded lately: who stands behind a request seldom changes.
 */
#ifndef GT_TERMINAL_ACTORS_H
#define GT_TERMINAL_ACTORS_H

#include "access/terminal.h"

struct gt_actors; /* one a process; any thread may use it */

enum gt_err gt_actors_new(struct gt_actors **actors) GT_CHECK;
void gt_actors_free(struct gt_actors *actors);

/* The actor last kept of a terminal and an operator.  It is true only if its `rights` is still the
 * state's: that is for the caller to look at, or for the till (gt_result.stale).  False if there is
 * none. */
bool gt_actors_find(struct gt_actors *actors, const char *terminal_no, const char *operator_no,
                    struct gt_actor *actor) GT_CHECK;
/* Keeps a copy; another one may have to go for it. */
void gt_actors_keep(struct gt_actors *actors, const struct gt_actor *actor);
/* Forgets the actor, if this very one is kept: the next request reads it anew. */
void gt_actors_drop(struct gt_actors *actors, const struct gt_actor *actor);

#endif
