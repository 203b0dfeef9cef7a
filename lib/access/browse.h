/*
 * What belongs to one organisation or user itself, for its page; lists of whole subtrees are in
 * list.h.  By key, so that what follows costs what the first costs.  Who may see it is for the
 * caller to look at.
 */
#ifndef GT_ACCESS_BROWSE_H
#define GT_ACCESS_BROWSE_H

#include "access/terminal.h"

#define GT_BROWSE_MAX 50 /* rows a call gives at most */

/* In a transaction: organisations right below one, by code, behind the code `after` ("" to begin
 * with).  Give how many, `most` and GT_BROWSE_MAX at most, as all below. */
size_t gt_orgs_below(struct gt_tx *tx, int64_t parent_id, const char *after, struct gt_org *orgs,
                     size_t most);
/* In a transaction: its own users, and terminals, by id behind `after`. */
size_t gt_users_of_org(struct gt_tx *tx, int64_t org_id, int64_t after, struct gt_user *users,
                       size_t most);
size_t gt_terminals_of_org(struct gt_tx *tx, int64_t org_id, int64_t after,
                           struct gt_terminal *terminals, size_t most);

/* In a transaction: terminals an operator is bound to, by id behind `after`. */
size_t gt_terminals_of_user(struct gt_tx *tx, int64_t user_id, int64_t after,
                            struct gt_terminal *terminals, size_t most);

#endif
