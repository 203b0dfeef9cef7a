/*
 * The model of a marketing system: its customers, its rules and its books.
 *
 * It survives our crashes, and it is the second witness: at the end its books and ours must say
 * the same.  It shares no code with the till; the rules are those of doc/sg186.md.
 */
#ifndef SIM_MARKET_H
#define SIM_MARKET_H

#include "link/upstream.h"
#include "rng.h"

#define SIM_CUSTOMERS 14
#define SIM_RECORDS   1024
#define SIM_DUES      24 /* bills of one customer, paid and not */

struct sim_due {
    char bill_no[32];
    int64_t amount;
    int paid_by; /* index of the record, -1: not paid */
};

struct sim_customer {
    char no[32];
    char meter_no[33];
    enum gt_meter_kind kind;
    struct sim_due dues[SIM_DUES];
    int ndues;
    int64_t advance;
    bool open;
    int64_t count;    /* purchase count on record */
    bool written;     /* the purchase `count` is known to be on the card */
    bool inserted;    /* and the card to have been in the meter */
    char card_no[33]; /* the valid card */
    char old_card[8][32];
    int nold;
    int last;    /* record of the purchase `count`, -1: none */
    int carrier; /* record whose packet the valid card should carry, -1: none */
    int before;  /* record of the one before it, -1 */
};

enum sim_fate { SIM_FATE_REFUSED, SIM_FATE_POSTED, SIM_FATE_REVERSED };

struct sim_record {
    char serial[20];
    enum gt_up_op op;
    int customer; /* -1: unknown to it */
    int64_t amount, fee;
    char operator_no[20], terminal_no[20], method[12];
    int orig; /* record reversed, rewritten, confirmed; -1 */
    enum sim_fate fate;
    enum gt_outcome outcome; /* of a refusal */
    bool doubtful;           /* the refusal reads as if it might be our own first copy */
    int64_t date, biz_date;  /* upstream's, and what the request told of ours */
    int64_t count;           /* purchase count after it */
    int64_t advance_part;    /* PAY */
    struct gt_card_packet packet;
};

struct sim_market {
    struct sim_customer customers[SIM_CUSTOMERS];
    int ncustomers;
    struct sim_record records[SIM_RECORDS];
    int nrecords;
    int64_t date;  /* its own accounting date */
    int64_t dues;  /* bills made so far */
    bool clearing; /* refuses everything for a while */
    int refuse;    /* permille of requests it refuses for reasons of its own */
    struct sim_rng rng;
};

void sim_market_init(struct sim_market *market, uint64_t seed, int64_t date);
/* A new bill for a customer with a bill meter. */
void sim_market_bill(struct sim_market *market, int customer);
/* What the customer owes, fen, and how many bills that is. */
int64_t sim_market_due(const struct sim_market *market, int customer, int *nbills);
/* Index of the record with this serial, -1: none. */
int sim_market_find(const struct sim_market *market, const char *serial);
/* Does what the request wants, or refuses it, and answers.  A serial it has seen before is not done
 * again. */
void sim_market_do(struct sim_market *market, const struct gt_up_request *request,
                   struct gt_up_reply *reply);

#endif
