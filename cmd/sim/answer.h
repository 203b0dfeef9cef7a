/*
 * Answers out of the books.
 */
#ifndef GT_SIM_ANSWER_H
#define GT_SIM_ANSWER_H

#include "rules.h"

/* Sets `retcode` and the text that goes with it. */
void gt_sim_answer_code(struct gt_sg_answer *ans, int64_t code);
/* Fills in the fields of a posted transaction, but for bills: the same for its own answer and for
 * an inquiry.  GT_ERR_CRYPTO. */
enum gt_err gt_sim_answer_posted(struct gt_sg_answer *ans, const struct gt_sim_txn *txn) GT_CHECK;

/* Answer a query and an inquiry.  Failures of the store. */
enum gt_err gt_sim_query(const struct gt_sim *sim, const struct gt_sg_request *req,
                         struct gt_sg_answer *ans) GT_CHECK;
/* Answers a search: who lives where stands in no books. */
void gt_sim_search(const struct gt_sg_request *req, struct gt_sg_answer *ans);
enum gt_err gt_sim_inquire(const struct gt_sim *sim, const struct gt_sg_request *req,
                           struct gt_sg_answer *ans) GT_CHECK;

#endif
