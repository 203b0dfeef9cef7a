/*
 * A month of a whole bureau: what people do from the first morning to the last evening, with every
 * fault on the way, and what must be true when the month is closed.
 *
 * The platform is the real one (lib/), on a database file, with the clock in our hands.  The
 * marketing systems are the models of tests/simulate, one for the customers of each site; they keep
 * their own books, from which the statements are made.  Differences are planted in the statements,
 * so it is known beforehand which items there must be.
 */
#ifndef MONTH_H
#define MONTH_H

#include "../simulate/field.h"
#include "../simulate/market.h"
#include "access/by.h"
#include "books/day.h"
#include "books/item.h"
#include "books/settle.h"
#include "till/shift.h"
#include "till/till.h"

#define MONTH_BUREAUS  3
#define MONTH_STATIONS 40
#define MONTH_AGENTS   20
#define MONTH_SITES    (MONTH_STATIONS + MONTH_AGENTS)
#define MONTH_SYSTEMS  2
#define MONTH_LATE     8     /* requests that lie in a system's queue */
#define MONTH_FLOAT    20000 /* fen of change */
#define MONTH_PLANTS   2000
#define MONTH_MISTOLD  200
#define MONTH_KEPT     2000
#define MONTH_TODAY    200 /* sales of one site and date that are remembered */
#define MONTH_OLD      8   /* of the date before, that may be refunded */

/* What the cashier remembers of a sale of today. */
struct month_sale {
    int64_t id, amount, fee;
    int customer, card; /* card: index in the field, -1 */
    bool cash;
    bool doubt;     /* not told yet what became of it */
    bool reversing; /* nor of the reversal of it */
};

/* A refund that was asked for. */
struct month_refund {
    struct month_sale sale;
    int64_t id, txn_id; /* request, and what carries it out */
    bool cash;          /* else the bank transfers it */
};

/* A station with its cashier, or an agent with one of its staff: where customers go. */
struct month_site {
    int number;
    bool is_agent;
    int system; /* index of the marketing system of its customers */
    int bureau;
    int64_t org_id, account_id, user_id;
    char operator_no[21], terminal_no[21];
    struct gt_actor actor;
    struct sim_market market;
    struct sim_field field;
    int64_t traces;
    struct gt_day_figure counted[GT_DAY_LINES]; /* of today, as its people count */
    int64_t shift_id;
    int64_t drawer; /* fen that really lie in it */
    int nsales;
    struct month_sale sale[MONTH_TODAY];
    int nold, nrefunds, nkept;
    struct month_sale old[MONTH_OLD];
    struct month_refund refund[MONTH_OLD]; /* in doubt */
    struct month_sale kept[MONTH_OLD];     /* cash that lies in suspense */
};

/* Faults of a system's wire, in permille of the calls. */
struct month_weather {
    int no_connection, lose_request, lose_answer, delay, twice, refuse;
    bool down, clearing;
};

struct month_late {
    bool used;
    int64_t due;
    struct gt_up_request request;
};

/* A difference between the books of both, made by us. */
struct month_plant {
    int system;
    int class;          /* enum gt_item_class */
    int64_t date, next; /* of the sale; the day after, in whose statement it stands */
    char serial[20];
    int64_t amount; /* of one that only they have */
    int found;      /* items of it at the end */
};

/* A figure of a day close that was declared wrong. */
struct month_mistold {
    int class; /* GT_ITEM_COUNT, GT_ITEM_MONEY */
    int64_t org_id, date;
    int64_t ours, told; /* how many, or fen */
    int found;          /* items of it at the end */
};

/* Cash of a released sale that the customer did not take back. */
struct month_kept {
    int64_t txn_id, amount;
    int found;
};

struct month;

struct month_system {
    struct month *month;
    int index;
    struct month_weather weather;
    struct month_late late[MONTH_LATE];
};

/* What happened, for the report. */
struct month_tally {
    int64_t sales, refused, doubts, reversals, refunds, cards, rewrites, shifts, over, shorts,
        slips, deposits, days, settled, resent, kept, given;
};

struct month {
    uint64_t seed;
    struct sim_rng rng;
    bool verbose;
    int64_t now; /* UTC ms */
    int64_t serial;
    char folder[512];
    struct gt_clock clock;
    struct gt_db *db;
    struct gt_keysrc *keys;
    struct gt_keys secrets;
    struct gt_logger logger;
    struct gt_till till;
    struct gt_upstream upstream[MONTH_SYSTEMS];
    struct gt_upstreams upstreams;
    struct month_system system[MONTH_SYSTEMS];
    int64_t top_id, bureau_id[MONTH_BUREAUS];
    int64_t head[2];                   /* two at the top */
    int64_t manager[MONTH_BUREAUS][2]; /* two at each bureau */
    struct month_site *site;           /* MONTH_SITES */
    int nplants;
    struct month_plant plant[MONTH_PLANTS];
    int nmistold;
    struct month_mistold mistold[MONTH_MISTOLD];
    struct month_kept kept[MONTH_KEPT]; /* tally.kept of them */
    struct month_tally tally;
    bool last; /* the last day */
    bool failed;
};

/* --- what must be true --------------------------------------------------------------------------
 */

/* Something is not as it must be: said, and the month has failed. */
void month_fail(struct month *m, const char *fmt, ...) GT_PRINTF(2, 3);
/* A call of the platform that must go well. */
void month_must(struct month *m, enum gt_err err, const char *what);
/* A line for who watches. */
void month_say(const struct month *m, const char *fmt, ...) GT_PRINTF(2, 3);

/* --- town.c: the bureau, its people and its marketing systems ------------------------------------
 */

/* Makes all of it in the folder; false if it could not be made. */
bool month_found(struct month *m, const char *sql_folder);
void month_end(struct month *m);
/* The person asking: user_id. */
struct gt_by month_by(const struct month *m, int64_t user_id);
/* A key that no form had before. */
const char *month_key(struct month *m, char key[24]);
int64_t month_date(struct month *m);

/* --- wire.c: calls of the platform upstream ------------------------------------------------------
 */

void month_wire_init(struct month *m);
/* New weather at each system; `fine`: none of it. */
void month_weather(struct month *m, bool fine);
/* Time passes; what lies in queues is done. */
void month_pass(struct month *m, int64_t ms);
/* Whose customer this is; NULL: nobody's. */
struct month_site *month_site_of(struct month *m, const char *customer_no);

/* --- trade.c: a customer comes -------------------------------------------------------------------
 */

void month_trade(struct month *m, struct month_site *site);
/* Settles what is in doubt everywhere, and hands cash back for what was declined. */
void month_settle(struct month *m);

/* --- kept.c: cash of a released sale that the customer did not take back
 * ----------------------- */

/* A doubtful sale in cash was released: the cashier says what became of the money. */
void month_released(struct month *m, struct month_site *site, const struct month_sale *sale);
/* Some of those customers come for their money. */
void month_give(struct month *m, struct month_site *site);
/* An item of kept cash: it must be of one that kept it. */
void month_kept_item(struct month *m, const struct gt_item *item);
/* Each time that cash was kept must have been an item. */
void month_kept_check(struct month *m);

/* --- refund.c: what is given back later
 * ----------------------------------------------------------- */

/* In the morning: what was sold the day before may be refunded today. */
void month_remember(struct month *m, struct month_site *site);
/* Somebody wants it back: asked for, approved, carried out. */
void month_refund(struct month *m, struct month_site *site);
/* What became of those in doubt. */
void month_refunds_settle(struct month *m, struct month_site *site);

/* --- evening.c -----------------------------------------------------------------------------------
 */

void month_open(struct month *m, struct month_site *site);
/* Count, close, and a slip; over and short by chance. */
void month_close(struct month *m, struct month_site *site);
/* All slips go up and into the bank. */
void month_remit(struct month *m);

/* --- statement.c: what a marketing system tells of a day
 * ------------------------------------------ */

/* The plant about a serial, NULL: none. */
const struct month_plant *month_planted(const struct month *m, const char *serial);
/* Plants differences of each class, now and then, in a day that is over; `next` is the day after,
 * 0: there is none. */
void month_plant(struct month *m, int64_t date, int64_t next);
void month_totals(const struct month_system *system, int64_t date, struct gt_up_reply *reply);
enum gt_err month_fetch(void *ctx, int64_t date, const char *path, const struct gt_up_tick *tick);
enum gt_err month_lines(void *ctx, int64_t date, const char *path, gt_up_line_fn fn, void *arg);

/* --- day.c: day closes
 * ------------------------------------------------------------------------------------------- */

/* Somebody counts a sale, or one that was taken back, for the day close. */
void month_count(struct month_site *site, int64_t op, int64_t fen);
/* Closes the date up the tree; now and then with a figure that is not so. */
void month_days(struct month *m, int64_t date);
/* An item of a day close: it must be one that was told so. */
void month_day_item(struct month *m, const struct gt_item *item);
/* Each one that was told wrong must have been an item. */
void month_days_check(struct month *m);

/* --- account.c: the books
 * -------------------------------------------------------------------------- */

/* One step of an item: head 0 asks, head 1 decides, and never the same. */
void month_step(struct month *m, int64_t item_id, enum gt_item_action action,
                enum gt_settle_way way);
/* All that is done when a date is over; `before` is the date before it, 0: none. */
void month_books(struct month *m, int64_t date, int64_t before, bool last);
/* Every difference was found once, as what was planted, and is closed. */
void month_items_check(struct month *m);
/* All money is in the bank: nothing in suspense, under way, in drawers or safes. */
void month_balances_check(struct month *m);

#endif
