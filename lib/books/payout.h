/*
 * Refunds that the bank pays: entering the transfer, when upstream has taken the original back.
 *
 * The bank's side of a refund stands in the books of the organisation's safe, so that the account
 * of whoever carried the refund out moves only by cash.
 */
#ifndef GT_BOOKS_PAYOUT_H
#define GT_BOOKS_PAYOUT_H

#include "till/refund.h"

/* Enters the transfer of a posted refund: remit.confirm at its organisation, but not who asked for
 * it or carried it out.  The same person once more with the same number changes nothing.  Fields:
 * bank_no.  GT_WHY_ABSENT, REFUND_PAID (there is nothing to pay), REFUND_PAYER, NAME_FORM. */
enum gt_err gt_refund_pay(const struct gt_by *by, int64_t refund_id, const char *bank_no,
                          struct gt_refusal *no) GT_CHECK;

#endif
