/*
 * Cash of a released sale that the customer did not get back (till/cash_back.h): it lies in a
 * drawer, goes to suspense in the cashier's books when the shift is closed, and is owed to the
 * customer.  Each is an item from the moment it is told of, so two people clear it as any other.
 *
 * An agent's staff keeps what is the agent's own business with the customer: no item is made of it.
 */
#ifndef GT_BOOKS_KEPT_H
#define GT_BOOKS_KEPT_H

#include "access/by.h"
#include "books/item.h"
#include "till/account.h"

/* The one who took the money says that it was given back, or (`kept`) that it was not; once.  As
 * gt_cash_back_in(). */
enum gt_err gt_kept_tell(const struct gt_by *by, int64_t txn_id, bool kept,
                         struct gt_refusal *no) GT_CHECK;

/* --- for settle.c: in a transaction that holds the item -----------------------------------------
 */

/* The customer gets it back out of the drawer that the cashier has open now: it is expected there
 * no more, and the close takes it out of suspense.  GT_WHY_ITEM_ACTION. */
enum gt_err gt_kept_give(struct gt_tx *tx, const struct gt_item *item,
                         struct gt_refusal *no) GT_CHECK;
/* The account in whose books its suspense stands, locked.  GT_WHY_ITEM_ACTION if its shift is not
 * closed: then nothing stands there yet. */
enum gt_err gt_kept_account(struct gt_tx *tx, const struct gt_item *item,
                            struct gt_account *account, struct gt_refusal *no) GT_CHECK;

#endif
