/*
 * A credit account as its page, the list and the forms that change it find and show it.
 */
#ifndef GT_CONSOLE_ACCOUNT_FOUND_H
#define GT_CONSOLE_ACCOUNT_FOUND_H

#include "console.h"
#include "till/account.h"

struct gt_account_found {
    struct gt_page *page;
    int64_t id;
    bool there; /* there is one, and the visitor holds the right where it belongs */
    struct gt_account account;
    struct gt_org org;
    char owner[289]; /* name of the cashier, or of the agent */
    char code[33];   /* their operator number, or code */
    int64_t warn;    /* per cent of use that warns there */
};

/* In a transaction: the account `found->id`, where the visitor holds `right`; and one whose row is
 * read already. */
void gt_account_find(struct gt_tx *tx, enum gt_right right, struct gt_account_found *found);
void gt_account_fill(struct gt_tx *tx, struct gt_account_found *found);
/* Gives the template Account.… of it (`leaf` is "Account", or "Account.3"): Id, Owner, Code, Org,
 * Kind, figures, Suspended, Warns, and Bar.Used, .Held, .HeldAt, .Free in thousandths of the width.
 */
void gt_account_show(struct gt_page *page, const struct gt_account_found *found, const char *leaf);

#endif
