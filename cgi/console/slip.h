/*
 * A remittance slip as its page, the list and the forms about it find and show it.
 */
#ifndef GT_CONSOLE_SLIP_H
#define GT_CONSOLE_SLIP_H

#include "books/remit.h"
#include "console.h"
#include "scope.h"

struct gt_slip_found {
    struct gt_page *page;
    int64_t id;
    bool there; /* there is one, and the visitor sees remittance of who sent or who receives it */
    struct gt_slip slip;
    struct gt_org org, to_org;
    char name[GT_SLIP_NAME];
    char owner[289]; /* whose money: the cashier, or the organisation */
};

/* In a transaction: the slip `found->id`. */
void gt_slip_find(struct gt_tx *tx, struct gt_slip_found *found);
/* In a transaction: the names beside a slip whose row is read already. */
void gt_slip_fill(struct gt_tx *tx, struct gt_orgs_seen *seen, struct gt_slip_found *found);
/* Gives the template `leaf` ("Slip", "Slip.3"): Id, Name, Owner, Org, OrgId, To, ToId, Kind,
 * Amount, Due, At, Date, State.Kind, State.Word, and Bank where it ends in the bank. */
void gt_slip_set(struct gt_page *page, const struct gt_slip_found *found, const char *leaf);
/* The words for its kind and state: "slip.kind_cashier", "slip.state_received". */
const char *gt_slip_kind_word(const struct gt_slip *slip);
const char *gt_slip_state_word(const struct gt_slip *slip, char word[40]);

#endif
