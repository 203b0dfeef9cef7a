/*
 * What the tests of the till share: a platform with one county, a station and an agent, a clock
 * that stands still until told, and a marketing system that does what the test says.
 */
#ifndef GT_TESTS_TILL_KIT_H
#define GT_TESTS_TILL_KIT_H

#include "server_kit.h"

#include "store/schema.h"
#include "till/bizdate.h"
#include "till/check.h"
#include "till/flow.h"
#include "till/resolve.h"

#define KIT_DATE  INT64_C(20261122)
#define KIT_LIMIT INT64_C(100000) /* fen of credit of each account */

/* The marketing system: what the next calls are answered with, and what was asked. */
struct kit_up {
    enum gt_up_class next;   /* class of the next answers to money requests */
    enum gt_outcome refusal; /* with GT_UP_REFUSED */
    int64_t count;           /* purchase count it gives; packet if `packet` */
    bool packet;
    int64_t advance; /* PAY: what becomes advance */
    int nbills;
    bool down;       /* admit() says busy */
    const char *raw; /* of answers that are kept; NULL: none */
    int fate;        /* of inquiries, GT_UP_FATE_… */
    int calls, inquiries;
    struct gt_up_request last; /* the last request */
};

struct kit {
    char folder[UNIT_PATH_MAX];
    char path[UNIT_PATH_MAX + 16];
    struct server server; /* of GT_TEST_STORE */
    uint8_t key[GT_KEY_SIZE];
    int64_t now;
    struct gt_clock clock;
    struct kit_up up;
    struct gt_upstream upstream;
    struct gt_upstreams upstreams;
    struct gt_till till;
    struct gt_actor cashier;  /* terminal T1, operator 900001 */
    struct gt_actor handheld; /* terminal T2, operator 900001 */
    struct gt_actor agent;    /* terminal T1, operator 900002: another account */
    struct gt_order order;    /* made by the last kit_… order function */
    struct gt_result result;  /* of the last run */
};

void kit_start(struct kit *kit);
void kit_stop(struct kit *kit);

/* An order of the cashier on T1; amounts in fen, cash. */
struct gt_order *kit_recharge(struct kit *kit, int64_t trace_no, const char *customer_no,
                              int64_t amount);
struct gt_order *kit_pay(struct kit *kit, int64_t trace_no, const char *customer_no,
                         int64_t amount);
struct gt_order *kit_card_recharge(struct kit *kit, int64_t trace_no, int64_t count,
                                   const char *return_file, int64_t amount);
struct gt_order *kit_reverse(struct kit *kit, int64_t trace_no, int64_t orig_id, int64_t amount);
struct gt_order *kit_confirm(struct kit *kit, int64_t trace_no, int64_t orig_id, bool written);
struct gt_order *kit_rewrite(struct kit *kit, int64_t trace_no, int64_t orig_id, int64_t count);

/* Runs the order and gives the outcome; the rest is in kit->result. */
enum gt_outcome kit_run(struct kit *kit);
/* The account of an actor. */
struct gt_credit kit_credit(struct kit *kit, const struct gt_actor *actor);
/* Lets time pass and the worker look. */
void kit_work(struct kit *kit, int64_t ms);
/* Checks the books; fails the test if anything differs. */
void kit_books_agree(struct kit *kit);
/* Pays in for the cashier's account. */
void kit_pay_in(struct kit *kit, int64_t amount);

#endif
