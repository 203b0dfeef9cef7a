/*
 * A role as its page and the forms that change it find it.
 */
#ifndef GT_CONSOLE_ROLE_H
#define GT_CONSOLE_ROLE_H

#include "console.h"

struct gt_role_found {
    struct gt_page *page;
    int64_t id;
    bool there; /* the visitor may see it: built in, made in their subtrees or above */
    bool own;   /* the visitor may change it */
    struct gt_role role;
    struct gt_org org; /* where it was made; id 0: built in */
};

/* In a transaction. */
void gt_role_read(struct gt_tx *tx, struct gt_role_found *found);
/* Gives the template Role.Id, .Code, .Name, .Org. */
void gt_role_show(struct gt_page *page, const struct gt_role_found *found);

#endif
