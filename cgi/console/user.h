/*
 * A user as their page and the forms that change them find them.
 */
#ifndef GT_CONSOLE_USER_H
#define GT_CONSOLE_USER_H

#include "access/credential.h"
#include "console.h"

struct gt_user_found {
    int64_t id;
    bool there; /* there is one, and the visitor holds the right where they are */
    bool self;  /* the visitor */
    bool above; /* the visitor holds all that they hold */
    bool signs_in;
    struct gt_user user;
    struct gt_org org;
    struct gt_credential credential; /* only if `signs_in` */
};

/* In a transaction: finds a user where the visitor holds `right`. */
void gt_user_read(struct gt_tx *tx, struct gt_page *page, enum gt_right right, int64_t id,
                  struct gt_user_found *found);
/* Gives the template User.Id, .Login, .Name, .Operator, .Org, .OrgCode, .Enabled. */
void gt_user_show(struct gt_page *page, const struct gt_user_found *found);
/* Whether they are locked after failed sign-ins. */
bool gt_user_locked(const struct gt_page *page, const struct gt_user_found *found);

#endif
