/*
 * What people do: terminals with their sales, and the scheduler that lets one of them take the next
 * step.
 *
 * A sale is one trace number of a terminal, with everything that was sent under it and everything
 * that was told about it.  A flow is one copy of its message that the platform is working on.
 */
#ifndef SIM_SCENARIO_H
#define SIM_SCENARIO_H

#include "till/flow.h"
#include "world.h"

#define SIM_SALES 260
#define SIM_FLOWS 12

/* What a terminal was told for good. */
struct sim_answer {
    enum gt_outcome outcome;
    int64_t txn_id, receipt_no, biz_date, amount, count;
};

struct sim_sale {
    int terminal, clerk;
    int64_t trace_no;
    struct gt_order order; /* its actor is set when it is sent */
    int64_t other_amount; /* a second message with this amount was sent under the number; 0: none */
    int customer;         /* -1: no such customer */
    int card;             /* in the reader until the sale is finished; -1: none */
    bool sent;            /* a message was sent */
    bool asked;           /* an inquiry was sent */
    bool absent;          /* the terminal was told "does not exist" */
    bool doubt;           /* it was told "in doubt", about doubt_id */
    int64_t doubt_id;
    bool told;       /* it was told `answer` */
    bool told_other; /* to the other message */
    struct sim_answer answer;
    int64_t prints; /* of its receipt, as told last */
    bool finished;  /* the terminal has done what follows from the answer */
};

enum sim_stage { SIM_STAGE_INTENT, SIM_STAGE_CALL, SIM_STAGE_OUTCOME };

struct sim_flow {
    bool used;
    bool busy; /* the present step stands in its call */
    int sale;
    bool other; /* the message with the other amount */
    enum sim_stage stage;
    struct gt_order order;
    struct gt_flow flow;
};

struct sim_office {
    struct sim_sale sales[SIM_SALES];
    int nsales;
    struct sim_flow flows[SIM_FLOWS];
    bool closing;   /* nobody begins anything new */
    bool armed;     /* a fault of the disk is due, or just is */
    int full_steps; /* the disk is full for so many steps more */
    int crashes;    /* faults of the disk still to come */
};

/* Owned by the caller (sim_office_free).  Aborts without memory. */
struct sim_office *sim_office_new(void);
void sim_office_free(struct sim_office *office);

/* Runs the seed: some hundred steps, then the end phase. */
void sim_office_run(struct sim_world *world);
/* Somebody may take a step while a call is under way. */
void sim_office_meanwhile(struct sim_world *world);

/* --- sales: orders (order.c), answers (sale.c)
 * ----------------------------------------------------------------------------- */

/* A sale with the next trace number of a terminal, and an order still to be filled in; NULL if
 * there is no room. */
struct sim_sale *sim_sale_add(struct sim_world *world, int terminal, int clerk);
/* A new sale with an order made by chance: its index, or -1 if there is no room or nothing to do.
 */
int sim_sale_new(struct sim_world *world);
/* A trace number that will be asked about before anything is sent under it; the same. */
int sim_sale_unsent(struct sim_world *world);
/* Puts one copy of the sale's message under way; false if too many are. */
bool sim_sale_send(struct sim_world *world, int sale, bool other);
/* The terminal asks what became of it. */
void sim_sale_inquire(struct sim_world *world, int sale);
/* The terminal gets the answer to its message. */
void sim_sale_answer(struct sim_world *world, int sale, bool other, const struct gt_result *result);
/* The sale for what follows from `from`: the card was written (or not), or is to be written again.
 */
int sim_sale_confirm(struct sim_world *world, const struct sim_sale *from, int64_t txn_id,
                     bool written);
int sim_sale_rewrite(struct sim_world *world, int terminal, int clerk, int card);

#endif
