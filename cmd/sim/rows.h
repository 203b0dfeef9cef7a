/*
 * The stand-in's rows and the statements that move them; the only file with its SQL.
 */
#ifndef GT_SIM_ROWS_H
#define GT_SIM_ROWS_H

#include "people.h"
#include "sg186.h"
#include "store/db.h"

/* A row of gt_sim_customer. */
struct gt_sim_customer {
    char number[GT_SG_KEY_MAX];
    int64_t kind;
    int64_t opened;
    char card[GT_SG_KEY_MAX]; /* in force; "" if none */
    int64_t count;
    int64_t written;
    int64_t inserted;
    int64_t written_back;
    char purchase[GT_SG_KEY_MAX]; /* serial of the purchase behind the count; "" if delivered so */
    char packet[GT_SG_KEY_MAX];   /* serial of what the card should get last; "" likewise */
    int64_t advance;
    int64_t balance;
};

enum gt_sim_state { GT_SIM_POSTED = 1, GT_SIM_REFUSED = 2, GT_SIM_REVERSED = 3 };

/* A row of gt_sim_txn. */
struct gt_sim_txn {
    char serial[GT_SG_KEY_MAX];
    int64_t op;
    char customer[GT_SG_KEY_MAX];
    char orig_serial[GT_SG_KEY_MAX];
    int64_t amount;
    int64_t fee;
    char method[9];
    char operator_no[GT_SG_KEY_MAX];
    char terminal_no[GT_SG_KEY_MAX];
    int64_t biz_date;
    int64_t up_date;
    int64_t done_at;
    int64_t state;
    int64_t code;
    char note[241];
    int64_t count;
    int64_t advance_part;
    char packet_serial[GT_SG_KEY_MAX]; /* "" if no packet goes with it */
    int64_t packet_amount;
    int64_t packet_kind; /* enum gt_sim_packet_kind */
    char random[65];
    int64_t lines;   /* in the statement, if it stands */
    int64_t planted; /* 1: made to differ from the platform's books */
};

/* What a card is to its meter. */
enum gt_sim_packet_kind {
    GT_SIM_PACKET_OPENING = 1,
    GT_SIM_PACKET_PURCHASE = 2,
    GT_SIM_PACKET_REPLACEMENT = 3
};

/* Reads a customer's row; false if the customer was not touched yet (or does not exist). */
bool gt_sim_customer_find(struct gt_tx *tx, const char *number, struct gt_sim_customer *c);
/* The same, and makes row, card and bills at the first touch; false if there is no such customer.
 */
bool gt_sim_customer_touch(struct gt_tx *tx, const char *number, struct gt_sim_customer *c);
void gt_sim_customer_save(struct gt_tx *tx, const struct gt_sim_customer *c);

/* Whose card this is, copied to `owner`, also for cards delivered to customers not touched yet;
 * false if it is nobody's.  `*replaced`: an old card. */
bool gt_sim_card_owner(struct gt_tx *tx, const char *serial, char owner[GT_SG_KEY_MAX],
                       bool *replaced);
/* Gives a card to a customer; marks it as an old one; takes it back as if never issued. */
void gt_sim_card_issue(struct gt_tx *tx, const char *serial, const char *customer);
void gt_sim_card_replace(struct gt_tx *tx, const char *serial);
void gt_sim_card_withdraw(struct gt_tx *tx, const char *serial);

/* Reads the due bills of a customer, oldest first, and gives how many: at most GT_SG_BILLS_MAX. */
int gt_sim_bills_due(struct gt_tx *tx, const char *customer, struct gt_sg_bill *bills);
/* Reads the bills that a payment settled. */
int gt_sim_bills_paid_by(struct gt_tx *tx, const char *serial, struct gt_sg_bill *bills);
/* Whether anything is due of the customer. */
bool gt_sim_in_arrears(struct gt_tx *tx, const char *customer);
/* Whether the customer ever had a bill, and whether this one is the customer's. */
bool gt_sim_bill_any(struct gt_tx *tx, const char *customer);
bool gt_sim_bill_known(struct gt_tx *tx, const char *customer, const char *number);
/* Adds a bill; `paid_by` is "" for one that is due. */
void gt_sim_bill_add(struct gt_tx *tx, const char *customer, const struct gt_sg_bill *bill,
                     const char *paid_by);
/* Marks a due bill as paid; makes all bills that a payment settled due again. */
void gt_sim_bill_settle(struct gt_tx *tx, const char *number, const char *serial);
void gt_sim_bill_reopen(struct gt_tx *tx, const char *serial);

bool gt_sim_txn_known(struct gt_tx *tx, const char *serial);
bool gt_sim_txn_find(struct gt_tx *tx, const char *serial, struct gt_sim_txn *txn);
void gt_sim_txn_insert(struct gt_tx *tx, const struct gt_sim_txn *txn);
/* posted → reversed; fails the transaction if it was not posted. */
void gt_sim_txn_reverse(struct gt_tx *tx, const char *serial);
/* Reads up to `max` transactions with a serial above `after`, in order; gives how many. */
int gt_sim_txn_page(struct gt_tx *tx, const char *after, struct gt_sim_txn *page, int max);
/* The same of those that have lines in the statement of a day. */
int gt_sim_day_page(struct gt_tx *tx, int64_t date, const char *after, struct gt_sim_txn *page,
                    int max);
/* How many lines that statement has, and of those that stand how many, and fen with fees. */
void gt_sim_day_sums(struct gt_tx *tx, int64_t date, int64_t *lines, int64_t *count,
                     int64_t *amount);
/* Saves what a planted difference changes: up_date, amount, state, lines, planted.  And takes a
 * transaction out of the books, as if it had never come. */
void gt_sim_txn_plant(struct gt_tx *tx, const struct gt_sim_txn *txn);
void gt_sim_txn_lose(struct gt_tx *tx, const char *serial);

/* The fault that holds for everybody: false if none does. */
bool gt_sim_fault_find(struct gt_tx *tx, char kind[17], char operation[17], int64_t *rate);
void gt_sim_fault_store(struct gt_tx *tx, const char *kind, const char *operation, int64_t rate);
void gt_sim_fault_clear(struct gt_tx *tx);

#endif
