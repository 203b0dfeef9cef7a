/*
 * An item as its page, the list and the forms about it find and show it.
 */
#ifndef GT_CONSOLE_ITEM_H
#define GT_CONSOLE_ITEM_H

#include "books/settle.h"
#include "console.h"
#include "scope.h"

struct gt_item_seen {
    struct gt_page *page;
    int64_t id;
    bool there; /* there is one, and the visitor sees items of its organisation */
    bool asked; /* an action waits for a second person */
    struct gt_item item;
    struct gt_org org;
};

/* In a transaction: the item `seen->id`. */
void gt_item_see(struct gt_tx *tx, struct gt_item_seen *seen);
/* In a transaction: what stands beside an item whose row is read already. */
void gt_item_fill(struct gt_tx *tx, struct gt_orgs_seen *orgs, struct gt_item_seen *seen);
/* Gives the template `leaf` ("Item", "Item.3"): Id, Class, Source, System, Date, Org, OrgId, Txn,
 * Ref, Op, Ours, Theirs, Difference (with Count instead of money: Plain), At, Days, State.Kind,
 * State.Word, Action, Note. */
void gt_item_set(struct gt_page *page, const struct gt_item_seen *seen, const char *leaf);
/* The words of its class, state and action: "item.class_only_ours" … */
const char *gt_item_class_word(const struct gt_item *item, char word[40]);
const char *gt_item_state_word(const struct gt_item_seen *seen, char word[40]);
const char *gt_item_action_word(enum gt_item_action action, char word[40]);

#endif
