/*
 * The stand-in marketing system in one's own process: our adapter's words, the stand-in's ears and
 * rules, no sockets between them; and now and then a message that is lost.
 */
#ifndef GT_TESTS_STANDIN_H
#define GT_TESTS_STANDIN_H

#include "../../cmd/sim/rules.h"
#include "../simulate/rng.h"
#include "link/adapter.h"

struct standin {
    struct gt_adapter *adapter;
    struct gt_sim sim;
    struct sim_rng *rng;
    int loss; /* permille of calls whose request or answer is lost */
};

/* `folder` is where its database may be.  Owned by the caller (standin_done). */
enum gt_err standin_init(struct standin *s, const char *folder, const char *source,
                         const struct gt_clock *clock) GT_CHECK;
void standin_done(struct standin *s);
/* The table of functions that the till wants. */
struct gt_upstream standin_upstream(struct standin *s);
/* What it holds of a customer. */
void standin_ask(struct standin *s, const char *customer_no, struct gt_sg_answer *ans);

#endif
