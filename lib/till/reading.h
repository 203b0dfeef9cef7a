/*
 * Meter readings: tasks by route, from the marketing systems, and what a reader read, back to them.
 *
 * A task is downloaded once and belongs to who was given its route last.  A reading is kept before
 * it is sent, and is sent again, by the worker or at a person's wish, until it is answered: the
 * marketing system takes the same reading of a task any number of times.  So nothing that was read
 * is lost, and nothing has to be asked about.
 *
 * Meters show hundredths of a kWh here.  Not money: no journal, no ledger, no credit.
 */
#ifndef GT_TILL_READING_H
#define GT_TILL_READING_H

#include "till/till.h"

enum gt_reading_state {
    GT_READING_OPEN = 1, /* nothing was read */
    GT_READING_WAITS,    /* kept; sent or not, not answered; sent in vain: may be read again */
    GT_READING_ACCEPTED,
    GT_READING_REFUSED, /* may be read again */
    GT_READING__MAX
};

/* A route in a period: what a reader walks. */
#define GT_ROUND_COLS(KI, KT, I, T) \
    KI(id)                          \
    KT(system, 17)                  \
    KT(route_no, 33) KI(period) T(name, 241) I(user_id) I(tasks) I(fetched_at) I(version)
struct gt_round {
    GT_ROW_STRUCT(GT_ROUND_COLS)
};
extern const struct gt_row gt_round_row;

/* A task with its reading. */
/* clang-format off */
#define GT_READING_COLS(KI, KT, I, T)                                                            \
    KI(id) KI(round_id) KI(seq) KT(task_no, 33)                                                  \
    T(customer_no, 33) T(customer_name, 241) T(address, 481) T(meter_no, 33)                     \
    I(last_read) I(last_date) I(usual) I(factor)                                                 \
    I(state) I(reading) I(read_at) I(confirmed) I(user_id) I(terminal_id) I(trace_no)            \
    I(due_at) I(tries) I(outcome) T(note, 601) I(decided_at) I(version)
/* clang-format on */
struct gt_reading {
    GT_ROW_STRUCT(GT_READING_COLS)
};
extern const struct gt_row gt_reading_row;

/* Greatest figures that are believed: what a meter shows, kWh of a period, and a factor. */
#define GT_SHOWN_MOST  INT64_C(9999999999)
#define GT_USUAL_MOST  INT64_C(1000000000000)
#define GT_FACTOR_MOST INT64_C(100000)

/* "open", "waits" …; static. */
const char *gt_reading_state_name(enum gt_reading_state state);
/* What was used since the last reading, multiplied; 0 where the last one is not known. */
int64_t gt_reading_used(const struct gt_reading *reading);

/* --- downloading (reading_fetch.c) ------------------------------------------------------------ */

/* Asks the marketing systems for the tasks of a route ("": of all that are the actor's) and keeps
 * what is new.  `outcome` and `text` as of a query: OK, READING_NONE, READING_OTHERS, NOT_SERVED,
 * UPSTREAM_DOWN, OP_NOT_ALLOWED …  Within the time for an answer: what came is kept in any case,
 * and told as OK; `*part`: there may be more, for a system did not answer to the end. */
enum gt_err gt_reading_fetch(const struct gt_till *till, const struct gt_actor *actor,
                             const char *route_no, enum gt_outcome *outcome, bool *part,
                             char text[601]) GT_CHECK;

/* --- uploading (reading_send.c) --------------------------------------------------------------- */

/* One reading on its way in, and what became of it. */
struct gt_reading_line {
    char task_no[33];
    int64_t round_id; /* 0: the reader's newest round that has a task called so */
    int64_t reading;
    int64_t read_at; /* UTC ms; one that cannot be is taken as now */
    bool confirmed;  /* it is so, though it does not look like it */
    /* OK, READING_WAITS, or how it is refused: READING_BELOW and READING_FAR want `confirmed`, and
     * nothing is kept of them. */
    enum gt_outcome outcome;
    char text[601];
};

/* Keeps readings (GT_TASKS_MAX at most) and sends them.  `outcome` OK: each line says what became
 * of it; else (OP_NOT_ALLOWED, TRACE_REUSED, VOIDED) nothing was kept of any.  The same again is
 * harmless: `*repeated`, and the lines say how it stands. */
enum gt_err gt_reading_upload(const struct gt_till *till, const struct gt_actor *actor,
                              int64_t trace_no, struct gt_reading_line *lines, int n,
                              enum gt_outcome *outcome, bool *repeated) GT_CHECK;
/* Whether a reading may be entered: there is none, it was refused, or it waits and cannot be got
 * through. */
bool gt_reading_may_enter(const struct gt_reading *row);
/* Sends again what waits of a round of the actor; `*n`: how many these were.  GT_ERR_ABSENT. */
enum gt_err gt_reading_again(const struct gt_till *till, const struct gt_actor *actor,
                             int64_t round_id, int *n) GT_CHECK;
/* For the worker: sends some of what is due; `*n` how many, 0: none is due. */
enum gt_err gt_reading_work(const struct gt_till *till, int *n) GT_CHECK;

/* --- in a transaction (reading.c) ------------------------------------------------------------- */

/* How the actor may: OK, or OP_NOT_ALLOWED. */
enum gt_outcome gt_reading_may(struct gt_tx *tx, const struct gt_actor *actor);

/* Rounds of a reader, the newest first, with ids below `before` (0: from the newest); at most
 * `most` (20).  Gives how many. */
size_t gt_rounds_of(struct gt_tx *tx, int64_t user_id, int64_t before, struct gt_round *rounds,
                    size_t most);
/* The newest round of a reader on a route; false if there is none. */
bool gt_round_of_route(struct gt_tx *tx, int64_t user_id, const char *route_no,
                       struct gt_round *round);
/* How many tasks of a round are in each state. */
void gt_round_counts(struct gt_tx *tx, int64_t round_id, int64_t counts[GT_READING__MAX]);

/* What of a round is listed, in the order of the walk. */
struct gt_reading_find {
    int64_t round_id;
    int64_t after;               /* only behind this place, 0: from the first */
    enum gt_reading_state state; /* 0: any */
    const char *text;            /* part of number, meter, name or address; NULL or "": any */
};
/* At most `most` (51); gives how many. */
size_t gt_reading_list(struct gt_tx *tx, const struct gt_reading_find *find,
                       struct gt_reading *readings, size_t most);
/* The task of a reader that a line is for; false if it is not theirs, or not there. */
bool gt_reading_of_line(struct gt_tx *tx, int64_t user_id, const struct gt_reading_line *line,
                        struct gt_reading *reading);
/* How a reading looks beside the last one and the usual use: OK, READING_BELOW, READING_FAR. */
enum gt_outcome gt_reading_judge(struct gt_tx *tx, const struct gt_reading *task, int64_t reading);

/* Takes away what is older than the parameter reading.days says; some at a time, `*n` how many
 * tasks.  Runs its own transaction. */
enum gt_err gt_reading_sweep(const struct gt_till *till, int64_t *n) GT_CHECK;

#endif
