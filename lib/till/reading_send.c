/*
 * Readings go out: kept in one commit, sent with no transaction open, answered in another.
 *
 * Between the commits a row waits, and whoever finds it due sends it again: the worker, a terminal
 * that repeats its message, a person at the page.  Two that send the same do no harm.  An answer
 * counts for a row only while it waits with the reading that was sent.
 */
#include "till/reading.h"

#include "base/log.h"
#include "base/step.h"
#include "till/account.h"
#include "till/ask.h"
#include "till/flow.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Between two tries: twice as long each time. */
#define RETRY_MS      INT64_C(2000)
#define RETRY_DOUBLES 8
/* A reading that so many answers told nothing of, or none came to, goes alone from then on: it may
 * be what upstream cannot digest.  It may also be read again, and typed right. */
#define ALONE_AT 3
/* So many, and to the last one upstream had something to say: that is a refusal.  Half an hour. */
#define GIVE_UP_AT 10
/* A reading is of this period or the one before: else the clock of the terminal is wrong. */
#define READ_AGO_MS (INT64_C(62) * 86400000)

/* clang-format off */
GT_STMT(reading_of_trace, GT_ROW_SELECT(gt_reading, GT_READING_COLS)
        " WHERE terminal_id = ? AND trace_no = ? ORDER BY id");
GT_STMT(reading_due, "SELECT {top 50} " GT_ROW_NAMES(GT_READING_COLS) " FROM gt_reading "
        "WHERE state = 2 AND due_at <= ? ORDER BY due_at {limit 50}");
GT_STMT(reading_waits, "SELECT {top 50} " GT_ROW_NAMES(GT_READING_COLS) " FROM gt_reading "
        "WHERE round_id = ? AND state = 2 AND seq > ? ORDER BY seq {limit 50}");
/* clang-format on */

/* Readings on their way to one system: of one reader and one terminal. */
struct send {
    const struct gt_till *till;
    int64_t now;
    char system[17], operator_no[21], terminal_no[GT_TERMINAL_NO_MAX];
    int n;
    bool alone; /* the first one goes alone */
    struct gt_reading rows[GT_TASKS_MAX];
    struct gt_up_request request;
    struct gt_up_reply reply;
    struct gt_up_tasks tasks;
};

/* --- calling ---------------------------------------------------------------------------------- */

static void fill_tasks(struct send *s)
{
    s->tasks.n = s->n;
    for (int i = 0; i < s->n; i++) {
        const struct gt_reading *row = &s->rows[i];
        struct gt_up_task *task = &s->tasks.all[i];

        *task = (struct gt_up_task){.class = GT_UP_UNKNOWN,
                                    .reading = row->reading,
                                    .read_at = row->read_at,
                                    .confirmed = row->confirmed != 0};
        GT_FIELD_COPY(task->task_no, row->task_no);
        GT_FIELD_COPY(task->customer_no, row->customer_no);
        GT_FIELD_COPY(task->meter_no, row->meter_no);
    }
}

/* Calls upstream; s->tasks then says what is known of each. */
static enum gt_err call(struct send *s)
{
    const struct gt_till *till = s->till;
    struct gt_upstream *up = gt_upstream_named(till->upstreams, s->system);

    fill_tasks(s);
    if (!up || !up->reads)
        return GT_OK;
    s->request = (struct gt_up_request){.op = GT_UP_READINGS, .tasks = &s->tasks};
    GT_FIELD_COPY(s->request.operator_no, s->operator_no);
    GT_FIELD_COPY(s->request.terminal_no, s->terminal_no);
    enum gt_err err = gt_ask(till, up, &s->request, gt_ask_until(till), &s->reply);
    for (int i = 0; i < s->n && s->reply.class != GT_UP_OK; i++) {
        struct gt_up_task *task = &s->tasks.all[i];

        task->class = s->reply.class == GT_UP_REFUSED ? GT_UP_REFUSED : GT_UP_UNKNOWN;
        task->outcome = s->reply.outcome;
        GT_FIELD_COPY(task->code, s->n == 1 ? s->reply.code : "");
        GT_FIELD_COPY(task->text, s->reply.text);
    }
    return err;
}

/* Upstream answers, but will neither take it nor refuse it. */
static bool is_given_up(const struct gt_reading *sent, const struct gt_up_task *task)
{
    return task->class == GT_UP_UNKNOWN && task->code[0] && sent->tries >= GIVE_UP_AT;
}

static void take_answer(struct gt_reading *row, const struct gt_reading *sent,
                        const struct gt_up_task *task, int64_t now)
{
    bool given_up = is_given_up(sent, task);

    if (task->class != GT_UP_OK && task->class != GT_UP_REFUSED && !given_up) {
        int64_t doubles = row->tries < RETRY_DOUBLES ? row->tries : RETRY_DOUBLES;

        row->due_at = now + (RETRY_MS << doubles);
        return;
    }
    row->state = task->class == GT_UP_OK ? GT_READING_ACCEPTED : GT_READING_REFUSED;
    row->outcome = given_up ? GT_OUT_UPSTREAM_REFUSED : task->outcome;
    GT_FIELD_COPY(row->note, task->class == GT_UP_OK ? "" : task->text);
    row->due_at = 0;
    row->decided_at = now;
}

/* A copy that was sent before it was confirmed may be refused for just that. */
static bool is_of(const struct gt_reading *row, const struct gt_reading *sent,
                  const struct gt_up_task *task)
{
    return row->state == GT_READING_WAITS && row->reading == sent->reading &&
           (row->confirmed == sent->confirmed || task->class == GT_UP_OK);
}

static enum gt_err told_in(struct gt_tx *tx, void *arg)
{
    struct send *s = arg;

    for (int i = 0; i < s->n && gt_tx_err(tx) == GT_OK; i++) {
        struct gt_reading row;

        if (!gt_row_lock(tx, &gt_reading_row, s->rows[i].id, &row) ||
            !is_of(&row, &s->rows[i], &s->tasks.all[i]))
            continue;
        take_answer(&row, &s->rows[i], &s->tasks.all[i], s->now);
        gt_row_save(tx, &gt_reading_row, &row);
    }
    return gt_tx_err(tx);
}

/* Sends what is in `s`, and keeps what was answered. */
static enum gt_err send_all(struct send *s)
{
    GT_STEP("reading.kept");
    enum gt_err err = call(s);
    GT_STEP("reading.called");
    s->now = gt_now(s->till->clock);
    if (err == GT_OK)
        err = gt_db_transact(s->till->db, "reading.told", told_in, s);
    GT_STEP("reading.told");
    return err;
}

/* Puts a waiting row, already read, with those that go together; false if it does not. */
static bool put(struct gt_tx *tx, struct send *s, const struct gt_reading *row)
{
    struct gt_round round;
    struct gt_user user;
    struct gt_terminal terminal;

    if (s->n == GT_TASKS_MAX || (s->n > 0 && (row->tries >= ALONE_AT || s->alone)) ||
        (s->n > 0 &&
         (row->user_id != s->rows[0].user_id || row->terminal_id != s->rows[0].terminal_id)) ||
        !gt_row_find(tx, &gt_round_row, row->round_id, &round) ||
        (s->n > 0 && strcmp(round.system, s->system) != 0))
        return false;
    if (s->n == 0) {
        if (!gt_row_find(tx, &gt_user_row, row->user_id, &user) ||
            !gt_row_find(tx, &gt_terminal_row, row->terminal_id, &terminal))
            return false;
        GT_FIELD_COPY(s->system, round.system);
        GT_FIELD_COPY(s->operator_no, user.operator_no);
        GT_FIELD_COPY(s->terminal_no, terminal.terminal_no);
    }
    s->alone = row->tries >= ALONE_AT;
    s->rows[s->n++] = *row;
    return true;
}

/* The row is this process's for the time of a call. */
static void claim(struct gt_tx *tx, const struct send *s, struct gt_reading *row)
{
    row->due_at = s->now + s->till->lease_ms;
    row->tries++;
    gt_row_save(tx, &gt_reading_row, row);
}

bool gt_reading_may_enter(const struct gt_reading *row)
{
    return row->state == GT_READING_OPEN || row->state == GT_READING_REFUSED ||
           (row->state == GT_READING_WAITS && row->tries >= ALONE_AT);
}

/* --- uploading -------------------------------------------------------------------------------- */

struct upload {
    const struct gt_actor *actor;
    int64_t trace_no, number; /* number: of the row that keeps the trace number */
    struct gt_reading_line *lines;
    int n;
    enum gt_outcome outcome;
    bool repeated;
    struct send send;
};

static void say(struct gt_reading_line *line, enum gt_outcome outcome, const char *text)
{
    line->outcome = outcome;
    GT_FIELD_COPY(line->text, text[0] ? text : gt_outcome_info(outcome)->zh);
}

/* How a row that was read stands. */
static void say_row(struct gt_reading_line *line, const struct gt_reading *row)
{
    if (row->state == GT_READING_ACCEPTED)
        say(line, GT_OUT_OK, "");
    else if (row->state == GT_READING_REFUSED)
        say(line, (enum gt_outcome)row->outcome, row->note);
    else
        say(line, GT_OUT_READING_WAITS, "");
}

/* Whether what came under this trace number is what comes now: `*known` if anything did. */
static bool is_same(struct gt_tx *tx, const struct upload *u, bool *known)
{
    struct gt_reading row;
    int rows = 0, found = 0;

    gt_tx_query(tx, &reading_of_trace, GT_INT(u->actor->terminal.id), GT_INT(u->trace_no));
    for (; gt_tx_next(tx); rows++) {
        bool same = false;

        gt_row_read(tx, &gt_reading_row, &row);
        for (int i = 0; i < u->n; i++)
            same = same || (strcmp(u->lines[i].task_no, row.task_no) == 0 &&
                            (!u->lines[i].round_id || u->lines[i].round_id == row.round_id) &&
                            u->lines[i].reading == row.reading);
        found += same;
    }
    *known = rows > 0;
    return rows == found;
}

static enum gt_outcome judge_trace(struct gt_tx *tx, struct upload *u)
{
    struct gt_txn txn;

    if (!is_same(tx, u, &u->repeated))
        return GT_OUT_TRACE_REUSED;
    if (u->repeated || !gt_txn_by_trace(tx, u->actor->terminal.id, u->trace_no, &txn))
        return GT_OUT_OK;
    return txn.op == GT_OP_VOID ? (enum gt_outcome)txn.outcome : GT_OUT_TRACE_REUSED;
}

/* The trace number is used up: no sale can have it any more, nor another upload. */
static void spend_trace(struct gt_tx *tx, const struct upload *u)
{
    struct gt_account account;

    if (!gt_row_lock(tx, &gt_account_row, u->actor->user.account_id, &account))
        return; /* who has no account sells nothing */
    gt_trace_spend(
        tx, &account,
        &(struct gt_spend){u->actor, u->trace_no, u->number, u->send.now, GT_OUT_TRACE_REUSED});
    gt_row_save(tx, &gt_account_row, &account);
}

/* No terminal's clock is believed against ours by more than it can be. */
static int64_t when_read(const struct gt_reading_line *line, int64_t now)
{
    return line->read_at < now && line->read_at > now - READ_AGO_MS ? line->read_at : now;
}

/* Keeps a reading of a task that may be read. */
static void keep(struct gt_tx *tx, struct upload *u, struct gt_reading_line *line,
                 struct gt_reading *row)
{
    enum gt_outcome odd = line->confirmed ? GT_OUT_OK : gt_reading_judge(tx, row, line->reading);

    if (odd != GT_OUT_OK) {
        say(line, odd, "");
        return;
    }
    if (u->repeated) { /* it was not in the message that came under this number */
        u->outcome = GT_OUT_TRACE_REUSED;
        return;
    }
    row->state = GT_READING_WAITS;
    row->reading = line->reading;
    row->read_at = when_read(line, u->send.now);
    row->confirmed = line->confirmed;
    row->user_id = u->actor->user.id;
    row->terminal_id = u->actor->terminal.id;
    row->trace_no = u->trace_no;
    row->tries = row->outcome = row->decided_at = 0;
    row->note[0] = '\0';
    claim(tx, &u->send, row);
    (void)put(tx, &u->send, row);
    say_row(line, row);
}

static void take_line(struct gt_tx *tx, struct upload *u, struct gt_reading_line *line)
{
    struct gt_reading row;
    bool there = gt_reading_of_line(tx, u->actor->user.id, line, &row);
    bool same = there && row.reading == line->reading;

    if (!there)
        say(line, GT_OUT_READING_NO_TASK, "");
    else if (gt_reading_may_enter(&row) &&
             !(same && (u->repeated || row.state == GT_READING_WAITS)))
        keep(tx, u, line, &row);
    else if (same)
        say_row(line, &row);
    else
        say(line, GT_OUT_READING_TAKEN, "");
}

static enum gt_err upload_in(struct gt_tx *tx, void *arg)
{
    struct upload *u = arg;

    u->send.n = 0;
    u->repeated = false;
    u->outcome = gt_reading_may(tx, u->actor);
    if (u->outcome == GT_OUT_OK)
        u->outcome = judge_trace(tx, u);
    for (int i = 0; i < u->n && u->outcome == GT_OUT_OK && gt_tx_err(tx) == GT_OK; i++)
        take_line(tx, u, &u->lines[i]);
    if (u->send.n > 0)
        spend_trace(tx, u);
    return gt_tx_err(tx);
}

/* The lines of what was just sent say how it stands now. */
static enum gt_err look_in(struct gt_tx *tx, void *arg)
{
    struct upload *u = arg;

    for (int i = 0; i < u->n; i++) {
        struct gt_reading row;

        if (u->lines[i].outcome == GT_OUT_READING_WAITS &&
            gt_reading_of_line(tx, u->actor->user.id, &u->lines[i], &row))
            say_row(&u->lines[i], &row);
    }
    return gt_tx_err(tx);
}

static enum gt_err run(struct upload *u)
{
    struct gt_db *db = u->send.till->db;
    enum gt_err err = gt_key_next(u->send.till->keys, "txn", &u->number);

    if (err == GT_OK)
        err = gt_db_transact(db, "reading.upload", upload_in, u);
    if (err != GT_OK || u->outcome != GT_OUT_OK || u->send.n == 0)
        return err;
    err = send_all(&u->send);
    if (err == GT_OK)
        err = gt_db_read(db, "reading.look", look_in, u);
    if (err == GT_OK || err == GT_ERR_FATAL)
        return err;
    /* They are kept, and go on by the worker: that is what the lines say. */
    gt_log_err("reading.send", err);
    return GT_OK;
}

enum gt_err gt_reading_upload(const struct gt_till *till, const struct gt_actor *actor,
                              int64_t trace_no, struct gt_reading_line *lines, int n,
                              enum gt_outcome *outcome, bool *repeated)
{
    struct upload *u = calloc(1, sizeof(*u));

    if (!u)
        return gt_err_set(GT_ERR_NOMEM, "no memory for readings");
    u->actor = actor;
    u->trace_no = trace_no;
    u->lines = lines;
    u->n = n;
    u->send.till = till;
    u->send.now = gt_now(till->clock);
    enum gt_err err = run(u);
    if (err == GT_OK) {
        *outcome = u->outcome;
        *repeated = u->repeated;
    }
    free(u);
    return err;
}

/* --- again ------------------------------------------------------------------------------------ */

struct again {
    int64_t round_id, after; /* what waits of a round, or (0) all that is due */
    int64_t user_id;
    bool absent;
    struct gt_reading found[GT_TASKS_MAX];
    struct send send;
};

/* Claims rows that go together; others of those found are left for the next time. */
static enum gt_err claim_in(struct gt_tx *tx, void *arg)
{
    struct again *a = arg;
    struct gt_round round;
    int n = 0;

    a->send.n = 0;
    a->absent = a->round_id && (!gt_row_find(tx, &gt_round_row, a->round_id, &round) ||
                                round.user_id != a->user_id);
    if (a->absent)
        return gt_tx_err(tx);
    if (a->round_id)
        gt_tx_query(tx, &reading_waits, GT_INT(a->round_id), GT_INT(a->after));
    else
        gt_tx_query(tx, &reading_due, GT_INT(a->send.now));
    while (n < GT_TASKS_MAX && gt_tx_next(tx))
        gt_row_read(tx, &gt_reading_row, &a->found[n++]);
    for (int i = 0; i < n && gt_tx_err(tx) == GT_OK; i++) {
        if (put(tx, &a->send, &a->found[i]))
            claim(tx, &a->send, &a->send.rows[a->send.n - 1]);
        else if (a->round_id)
            break; /* the next time begins here */
    }
    return gt_tx_err(tx);
}

static enum gt_err due_in(struct gt_tx *tx, void *arg)
{
    struct again *a = arg;

    a->send.n = gt_tx_one(tx, &reading_due, GT_INT(a->send.now));
    return gt_tx_err(tx);
}

static enum gt_err send_some(struct again *a)
{
    a->send.now = gt_now(a->send.till->clock);
    enum gt_err err = gt_db_transact(a->send.till->db, "reading.claim", claim_in, a);
    if (err == GT_ERR_CHANGED) { /* somebody else claims them */
        gt_err_clear();
        a->send.n = 0;
        return GT_OK;
    }
    if (err == GT_OK && a->send.n > 0)
        err = send_all(&a->send);
    return err;
}

static struct again *again_new(const struct gt_till *till, int64_t round_id, int64_t user_id)
{
    struct again *a = calloc(1, sizeof(*a));

    if (a) {
        a->round_id = round_id;
        a->user_id = user_id;
        a->send.till = till;
        a->send.now = gt_now(till->clock);
    }
    return a;
}

enum gt_err gt_reading_again(const struct gt_till *till, const struct gt_actor *actor,
                             int64_t round_id, int *n)
{
    struct again *a = again_new(till, round_id, actor->user.id);
    int64_t until = till->clock->mono(till->clock->ctx) + till->answer_ms;
    enum gt_err err = a ? GT_OK : gt_err_set(GT_ERR_NOMEM, "no memory for readings");

    *n = 0;
    while (err == GT_OK) {
        err = send_some(a);
        if (err != GT_OK || a->send.n == 0)
            break;
        *n += a->send.n;
        a->after = a->send.rows[a->send.n - 1].seq;
        if (till->clock->mono(till->clock->ctx) >= until)
            break; /* upstream is slow: the worker goes on */
    }
    if (err == GT_OK && a->absent)
        err = gt_err_set(GT_ERR_ABSENT, "no such round");
    free(a);
    return err;
}

enum gt_err gt_reading_work(const struct gt_till *till, int *n)
{
    struct again *a = again_new(till, 0, 0);

    if (!a)
        return gt_err_set(GT_ERR_NOMEM, "no memory for readings");
    enum gt_err err = gt_db_look(till->db, "reading.due", due_in, a);
    if (err == GT_OK && a->send.n > 0)
        err = send_some(a);
    if (err == GT_OK)
        *n = a->send.n;
    free(a);
    return err;
}
