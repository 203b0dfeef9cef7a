/*
 * A marketing system, as the till sees it: a table of functions.
 *
 * The till fills a request, calls, and looks at the class of the answer; everything of dialect,
 * transport and code meaning is behind the table.  The simulation puts its own behind it.
 */
#ifndef GT_LINK_UPSTREAM_H
#define GT_LINK_UPSTREAM_H

#include "base/err.h"
#include "base/outcome.h"

#include <stdbool.h>
#include <stdint.h>

#define GT_BILLS_MAX 36 /* bills of one customer that are handled at once */
#define GT_FOUND_MAX 10 /* customers of one answer to a search */
#define GT_TASKS_MAX 50 /* reading tasks of one answer, readings of one request */
/* Characters of an answer that are kept, and room for them with their end. */
#define GT_UP_RAW_CHARS 1900
#define GT_UP_RAW_MAX   (3 * GT_UP_RAW_CHARS + 1)

enum gt_up_op {
    GT_UP_QUERY,
    GT_UP_PAY,
    GT_UP_RECHARGE,
    GT_UP_OPEN,
    GT_UP_REPLACE,
    GT_UP_REWRITE,
    GT_UP_CONFIRM,
    GT_UP_REVERSE,
    GT_UP_INQUIRE,
    GT_UP_TOTALS,   /* what it booked on a day */
    GT_UP_REFUND,   /* what is too late for a reversal */
    GT_UP_SEARCH,   /* customers by name and address */
    GT_UP_TASKS,    /* which meters an operator is to read */
    GT_UP_READINGS, /* what they read */
    GT_UP_OP__MAX
};

/* What is known of a call. */
enum gt_up_class {
    GT_UP_OK,       /* upstream answered: done */
    GT_UP_REFUSED,  /* upstream answered: not done, and will not be */
    GT_UP_NOT_SENT, /* nothing left this machine: upstream cannot have done it */
    GT_UP_UNKNOWN   /* anything else: silence, garbage, "duplicate serial", "already paid" */
};

enum gt_meter_kind { GT_METER_NONE, GT_METER_BILL, GT_METER_CARD, GT_METER_REMOTE };

/* A card as a terminal read it. */
struct gt_card_read {
    bool present;
    char card_no[33];      /* serial number of the card */
    char meter_no[33];     /* meter it was issued for; "" on a blank card */
    int64_t count;         /* purchase count on the card */
    char return_file[513]; /* what the meter wrote back, hex; "" or zeros: not inserted since */
    char random[65];       /* the card's random number, hex: MACs are made for it */
};

/* What upstream wants written to a card. */
struct gt_card_packet {
    bool present;
    int64_t count;   /* purchase count after the write */
    char data[1025]; /* hex */
    char mac[4][17]; /* hex */
};

struct gt_bill {
    char bill_no[32];
    int64_t period;   /* yyyymm */
    int64_t kwh;      /* in hundredths of a kWh */
    int64_t amount;   /* fen, with late fee: what is to be paid */
    int64_t late_fee; /* fen, part of amount */
};

/* A customer that a search found. */
struct gt_up_found {
    char customer_no[32];
    char customer_name[80];
    char address[160];
    char meter_no[32];
    enum gt_meter_kind meter_kind;
};

/* A meter that is to be read, and what was read.  Meters count in hundredths of a kWh. */
struct gt_up_task {
    char task_no[33];
    char route_no[33];
    char route_name[80];
    int64_t period; /* yyyymm that the reading is for */
    char customer_no[32];
    char customer_name[80];
    char address[160];
    char meter_no[32];
    int64_t last_read; /* what it showed last; -1: not told */
    int64_t last_date; /* yyyymmdd of that, 0: not told */
    int64_t usual;     /* kWh (hundredths) of a usual period, 0: not told */
    int64_t factor;    /* what the meter shows is to be multiplied by */
    /* READINGS: sent. */
    int64_t reading;
    int64_t read_at; /* UTC ms */
    bool confirmed;  /* who read it was warned and says that it is so */
    /* READINGS: answered; class unknown where nothing was said to this one. */
    enum gt_up_class class;
    enum gt_outcome outcome;
    char code[20];
    char text[200];
};
struct gt_up_tasks {
    int n;
    bool more; /* TASKS: there are others behind these */
    struct gt_up_task all[GT_TASKS_MAX];
};

struct gt_up_request {
    enum gt_up_op op;
    /* Our transaction number: upstream's key of idempotency.  QUERY, SEARCH, TASKS,
     * READINGS: of this call alone, so that no answer to another one is taken for its own; "" for
     * the others that only ask. */
    char serial[20];
    char orig_serial[20];  /* of the transaction reversed, rewritten, confirmed, inquired about */
    enum gt_up_op orig_op; /* what it was */
    char operator_no[21];
    char terminal_no[21];
    char customer_no[33];
    char meter_no[33];
    char card_no[33];  /* QUERY by card */
    char words[121];   /* SEARCH: parts of name and address, between blanks */
    char after[33];    /* SEARCH, TASKS: only numbers behind this one; "" from the first */
    char route_no[33]; /* TASKS: only of this route; "" of all that are the operator's */
    int64_t amount;    /* fen */
    int64_t fee;       /* fen: price of a replacement card */
    int64_t biz_date;  /* clearing date at the intent; TOTALS: the day asked about */
    int64_t sent_at;   /* UTC ms */
    char method[13];   /* "cash", "card", "wechat" … */
    char reason[241];
    bool written; /* CONFIRM: whether the card was written */
    struct gt_card_read card;
    int nbills;
    struct gt_bill bills[GT_BILLS_MAX]; /* PAY: what is settled */
    /* READINGS: what was read, which gets its answers; TASKS: room for the answer.  Borrowed. */
    struct gt_up_tasks *tasks;
};

struct gt_up_reply {
    enum gt_up_class class;
    enum gt_outcome outcome; /* ours, for class ok and refused */
    char code[20];           /* upstream's own code, "" if it gave none */
    /* Upstream's reason, or ours for not sent and unknown, with upstream's words behind a code that
     * means neither; UTF-8. */
    char text[200];
    bool stray;      /* UNKNOWN: the answer was to another request */
    char ref[40];    /* upstream's number of the transaction */
    int64_t up_date; /* upstream's accounting date, yyyymmdd, 0 if not told */
    /* INQUIRE: what became of the transaction asked about. */
    enum {
        GT_UP_FATE_NONE,
        GT_UP_FATE_POSTED,
        GT_UP_FATE_REFUSED,
        GT_UP_FATE_ABSENT,
        GT_UP_FATE_REVERSED
    } fate;
    /* QUERY, and what PAY … REPLACE repeat of it. */
    char customer_no[32];
    char customer_name[80];
    char address[160];
    char meter_no[32];
    enum gt_meter_kind meter_kind;
    int64_t advance;         /* fen held in advance */
    int64_t least, greatest; /* fen that may be paid at once; 0: not told */
    int64_t count;           /* purchase count so far */
    bool open;               /* the meter account is open */
    int64_t advance_part;    /* PAY: how much of the amount became advance */
    int64_t total_count;     /* TOTALS of up_date: transactions that stand */
    int64_t total_amount;    /* and fen of them, with fees */
    int nbills;
    struct gt_bill bills[GT_BILLS_MAX];
    bool
        more; /* SEARCH: there are others behind these, which stand in the order of their numbers */
    int nfound;
    struct gt_up_found found[GT_FOUND_MAX];
    struct gt_card_packet
        packet;      /* RECHARGE, OPEN, REPLACE, REWRITE, REVERSE, and INQUIRE of them */
    int64_t took_ms; /* from the call to its end */
    /* The answer itself, masked and cut, UTF-8: of an inquiry, and of a sale where it was refused
     * or could not be believed.  Else "", as for silence and for a plain "done". */
    char raw[GT_UP_RAW_MAX];
};

/* How a process finds a system. */
struct gt_up_health {
    bool shut; /* the breaker is open */
    int64_t in_flight;
    int64_t calls, bad; /* since the start; bad: not sent, or unknown */
    int64_t last_ms;    /* how long the last answered call took */
};

/* A line of a day statement. */
struct gt_up_line {
    int64_t line_no;      /* in the file, from 1 */
    char serial[33];      /* our transaction number, as upstream tells it */
    char orig_serial[33]; /* of a reversal: what it takes back */
    char ref[40];         /* upstream's number; "" if it tells none */
    char customer_no[33];
    int64_t amount; /* fen, with fee */
    int64_t date;   /* upstream's accounting date, 0 if not told */
    bool reversal;  /* takes another one back */
    bool reversed;  /* was taken back: does not stand any more */
};
/* Anything but GT_OK ends the reading with it. */
typedef enum gt_err (*gt_up_line_fn)(void *arg, const struct gt_up_line *line);

/* Asked now and then during long work: how much is done, of how much (0: not known).  False ends
 * the work. */
struct gt_up_tick {
    bool (*tick)(void *arg, int64_t done, int64_t total);
    void *arg;
};

struct gt_upstream {
    char name[16]; /* "sg186" */
    void *ctx;
    /* How doubt is settled, what upstream promises, when it closes its day. */
    int clears_at;    /* minute of the day at which its own day ends, 1 to 1440; 0: it says none */
    int64_t grace_ms; /* a request not processed this long after it was sent never will be */
    /* Whether this system serves the customer. */
    bool (*serves)(void *ctx, const char *customer_no);
    /* Takes a slot for a call: GT_OK; GT_ERR_BUSY (none free within `wait_ms`, or the breaker is
     * open).  Every GT_OK is followed by exactly one leave(). */
    enum gt_err (*admit)(void *ctx, int64_t wait_ms);
    void (*leave)(void *ctx);
    /* Calls, within the time limits of the definition and at most `limit_ms` (0: no other limit).
     * Always fills `reply` wholly; never fails otherwise: what went wrong is its class and text. */
    void (*call)(void *ctx, const struct gt_up_request *request, int64_t limit_ms,
                 struct gt_up_reply *reply);
    /* A look at how it is; any thread.  NULL in the simulation. */
    void (*health)(void *ctx, struct gt_up_health *health);
    bool totals; /* it can be asked for the totals of a day */
    bool search; /* and for customers by name and address */
    bool reads;  /* it gives reading tasks, and takes readings */
    /* Gets the statement of `date` into the file `path`, whole or not at all.  GT_ERR_ABSENT (there
     * is none, or none yet), GT_ERR_BUSY (it was not reached, or broke off: try later),
     * GT_ERR_DENIED (not let in), GT_ERR_TOOBIG, GT_ERR_TIMEOUT (`tick` said no), GT_ERR_IO (ours).
     * NULL: it gives no statements. */
    enum gt_err (*fetch)(void *ctx, int64_t date, const char *path, const struct gt_up_tick *tick);
    /* Goes through such a file, never all of it in memory.  GT_ERR_SYNTAX with the line's number,
     * where it breaks off too; GT_ERR_IO. */
    enum gt_err (*lines)(void *ctx, int64_t date, const char *path, gt_up_line_fn fn, void *arg);
};

/* All systems, in the order of the configuration. */
struct gt_upstreams {
    struct gt_upstream *all;
    int count;
};

/* The first system that serves the customer, or the one called `name`; NULL if there is none. */
struct gt_upstream *gt_upstream_for(const struct gt_upstreams *ups, const char *customer_no);
struct gt_upstream *gt_upstream_named(const struct gt_upstreams *ups, const char *name);
/* "pay" for GT_UP_PAY; static.  And back: false if there is none. */
const char *gt_up_op_name(enum gt_up_op op);
bool gt_up_op_find(const char *name, enum gt_up_op *op);
/* Whether it only asks, and may be asked again. */
bool gt_up_op_asks(enum gt_up_op op);

#endif
