/*
 * The business of the stand-in: what may be done, and what it does to the books.
 *
 * Every request with a serial is decided and stored in one database transaction, refusals too; a
 * serial is stored once, so the same one again is refused (11004) and changes nothing.  The answer
 * is made from the stored row, by the same function for the first answer and for an inquiry: both
 * say the same by construction.
 */
#ifndef GT_SIM_RULES_H
#define GT_SIM_RULES_H

#include "base/clock.h"
#include "rows.h"
#include "sg186.h"
#include "store/db.h"

#define GT_SIM_TZ_MINUTES 480 /* dates are Chinese ones */
#define GT_SIM_LEAST      100 /* fen: least and greatest amount of a purchase */
#define GT_SIM_GREATEST   500000

struct gt_sim {
    struct gt_db *db;
    const struct gt_clock *clock;
};

/* Does what the request asks and fills the answer.  `refuse_with` is 0, or a code with which a
 * request that changes the books is refused, whatever it asks.  Failures are those of the store:
 * nothing is in the books then, except after GT_ERR_FATAL, when nobody knows. */
enum gt_err gt_sim_run(const struct gt_sim *sim, const struct gt_sg_request *req,
                       int64_t refuse_with, struct gt_sg_answer *ans) GT_CHECK;

/* Issues a new bill of this month to a customer.  What the customer holds in advance pays of it
 * first.  `*bill` is what is left to pay (0: the advance covered it).  GT_ERR_ABSENT: no such
 * customer; GT_ERR_FULL: as many bills are due already as one answer can hold. */
enum gt_err gt_sim_bill_issue(const struct gt_sim *sim, const char *customer, int64_t amount,
                              struct gt_sg_bill *bill) GT_CHECK;

/* One request on its way through the rules. */
struct gt_sim_deal {
    const struct gt_sg_request *req;
    struct gt_sim_customer c; /* as read; rules change it */
    bool changed;             /* `c` must be saved, even when the request is refused */
    struct gt_sim_txn txn;    /* as it will be stored */
};

#endif
