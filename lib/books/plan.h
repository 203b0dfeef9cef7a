/*
 * The plan of a slip: what it would cover, read before the transaction that makes it.
 *
 * All of it is closed, so its money can be summed without keeping writers waiting.
 */
#ifndef GT_BOOKS_PLAN_H
#define GT_BOOKS_PLAN_H

#include "books/remit.h"
#include "till/shift.h"

#define GT_PLAN_SHIFTS 200 /* of one slip; more wait for the next */

struct gt_plan {
    const struct gt_by *by;
    const struct gt_remit_form *form;
    struct gt_remit_offer *offer;
    struct gt_refusal *no;
    struct gt_org org; /* of the account */
    int64_t shift_id[GT_PLAN_SHIFTS];
};

/* In a read: fills plan->offer.  The error is the transaction's. */
enum gt_err gt_plan_read(struct gt_tx *tx, void *plan);
/* In a transaction: how many transactions of what the offer covers are being reversed. */
int64_t gt_plan_reversing(struct gt_tx *tx, const struct gt_remit_offer *offer);

#endif
