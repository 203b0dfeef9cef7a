/*
 * Faults that the stand-in plays: which one a request meets, and what each consists of.
 *
 * A fault is by customer number (the last four digits from 9001 on) or by command, for everybody;
 * the customer's own comes first.  What a fault does is data; serve.c plays it.
 */
#ifndef GT_SIM_FAULT_H
#define GT_SIM_FAULT_H

#include "sg186.h"
#include "store/db.h"

/* In the order of the customers 9001, 9002, …; what is behind GT_SIM_FAULT_HTTP_503 is by command
 * only. */
enum gt_sim_fault {
    GT_SIM_FAULT_NONE,
    GT_SIM_FAULT_SLOW,
    GT_SIM_FAULT_LATE,
    GT_SIM_FAULT_LOST_REPLY,
    GT_SIM_FAULT_LOST_REQUEST,
    GT_SIM_FAULT_SILENT,
    GT_SIM_FAULT_REFUSE,
    GT_SIM_FAULT_GARBAGE,
    GT_SIM_FAULT_TWICE,
    GT_SIM_FAULT_CLEARING,
    GT_SIM_FAULT_QUEUED,
    GT_SIM_FAULT_HTTP_500,
    GT_SIM_FAULT_HTTP_503,
    GT_SIM_FAULT_DUPLICATE,
    GT_SIM_FAULT_CUT,
    GT_SIM_FAULT_ABSENT,
    GT_SIM_FAULT__MAX
};

enum gt_sim_fault_reply {
    GT_SIM_REPLY_ANSWER,    /* as it should be */
    GT_SIM_REPLY_TWICE,     /* the same answer two times */
    GT_SIM_REPLY_GARBAGE,   /* HTTP 200 with something that is not XML */
    GT_SIM_REPLY_DUPLICATE, /* says 11004, as if a front end had sent it on twice */
    GT_SIM_REPLY_500,
    GT_SIM_REPLY_503,
    GT_SIM_REPLY_404,
    GT_SIM_REPLY_CUT,   /* the first half, as if it were all */
    GT_SIM_REPLY_CLOSE, /* closes the connection */
    GT_SIM_REPLY_HANG   /* says nothing until the client leaves */
};

struct gt_sim_fault_info {
    const char *name;
    const char *help;
    int64_t before_ms;   /* waits before the work */
    bool works;          /* does the work */
    int64_t refuse_with; /* the work is a refusal with this code, 0: what is asked */
    int64_t after_ms;    /* waits before the reply */
    enum gt_sim_fault_reply reply;
};

/* The fault that holds for everybody, as one command stored it. */
struct gt_sim_fault_rule {
    enum gt_sim_fault kind;
    enum gt_sg_op operation; /* GT_SG_OP__MAX: all that move money */
    int rate;                /* of a hundred requests, 1 … 100 */
};

/* What a fault consists of.  Static. */
const struct gt_sim_fault_info *gt_sim_fault_info(enum gt_sim_fault kind);
/* The fault called `name` ("none" too); false if there is none. */
bool gt_sim_fault_named(const char *name, enum gt_sim_fault *kind);

/* The fault this request meets under the rule. */
enum gt_sim_fault gt_sim_fault_pick(const struct gt_sim_fault_rule *rule,
                                    const struct gt_sg_request *req);

/* Reads the rule from the books, or stores it there; kind GT_SIM_FAULT_NONE means no rule. */
enum gt_err gt_sim_fault_load(struct gt_db *db, struct gt_sim_fault_rule *rule) GT_CHECK;
enum gt_err gt_sim_fault_save(struct gt_db *db, const struct gt_sim_fault_rule *rule) GT_CHECK;

#endif
