/*
 * Readings: rows, lists, what looks odd, and what is too old to be kept.
 *
 * Not here: how tasks come (reading_fetch.c) and how readings go (reading_send.c).
 */
#include "till/reading.h"

#include "access/list.h"
#include "access/param.h"
#include "access/role.h"
#include "till/audit.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define DAY_MS        INT64_C(86400000)
#define SWEEP_AT_ONCE 200

GT_ROW_DEFINE(gt_round, GT_ROUND_COLS);
GT_ROW_DEFINE(gt_reading, GT_READING_COLS);

/* clang-format off */
GT_STMT(rounds_of, "SELECT {top 20} " GT_ROW_NAMES(GT_ROUND_COLS) " FROM gt_round "
        "WHERE user_id = ? AND id < ? ORDER BY id DESC {limit 20}");
GT_STMT(round_of_route, "SELECT {top 1} " GT_ROW_NAMES(GT_ROUND_COLS) " FROM gt_round "
        "WHERE user_id = ? AND route_no = ? ORDER BY id DESC {limit 1}");
GT_STMT(round_counts, "SELECT state, COUNT(*) FROM gt_reading WHERE round_id = ? GROUP BY state");
GT_STMT(round_old, "SELECT {top 1} " GT_ROW_NAMES(GT_ROUND_COLS) " FROM gt_round "
        "WHERE period < ? ORDER BY period {limit 1}");
GT_STMT(round_rows, "SELECT COUNT(*) FROM gt_reading WHERE round_id = ?");
GT_STMT(reading_list, "SELECT {top 51} " GT_ROW_NAMES(GT_READING_COLS) " FROM gt_reading "
        "WHERE round_id = ? AND seq > ? AND state >= ? AND state <= ? "
        "AND (LOWER(customer_no) LIKE ? ESCAPE '!' OR LOWER(meter_no) LIKE ? ESCAPE '!' "
        "OR LOWER(customer_name) LIKE ? ESCAPE '!' OR LOWER(address) LIKE ? ESCAPE '!') "
        "ORDER BY seq {limit 51}");
GT_STMT(reading_of_task, "SELECT {top 1} " GT_ROW_NAMES(GT_READING_COLS) " FROM gt_reading "
        "WHERE task_no = ? AND round_id >= ? AND round_id <= ? "
        "AND round_id IN (SELECT r.id FROM gt_round r WHERE r.user_id = ?) "
        "ORDER BY round_id DESC {limit 1}");
/* clang-format on */

const char *gt_reading_state_name(enum gt_reading_state state)
{
    static const char *const names[GT_READING__MAX] = {"none", "open", "waits", "accepted",
                                                       "refused"};

    return names[state];
}

int64_t gt_reading_used(const struct gt_reading *reading)
{
    return reading->last_read < 0 ? 0 : (reading->reading - reading->last_read) * reading->factor;
}

/* --- who may, and what is theirs ----------------------------------------------------------------
 */

enum gt_outcome gt_reading_may(struct gt_tx *tx, const struct gt_actor *actor)
{
    struct gt_grants grants;

    if (actor->terminal.ops && !(actor->terminal.ops >> GT_OP_READING & 1))
        return GT_OUT_OP_NOT_ALLOWED;
    gt_grants_load(tx, actor->user.id, &grants);
    return gt_grants_allow(&grants, GT_RIGHT_READ, actor->org.path) ? GT_OUT_OK
                                                                    : GT_OUT_OP_NOT_ALLOWED;
}

bool gt_reading_of_line(struct gt_tx *tx, int64_t user_id, const struct gt_reading_line *line,
                        struct gt_reading *reading)
{
    int64_t only = line->round_id;

    return gt_row_one(tx, &gt_reading_row, reading, &reading_of_task, GT_TEXT(line->task_no),
                      GT_INT(only), GT_INT(only ? only : INT64_MAX), GT_INT(user_id));
}

enum gt_outcome gt_reading_judge(struct gt_tx *tx, const struct gt_reading *task, int64_t reading)
{
    struct gt_reading as_read = *task;

    if (reading < task->last_read)
        return GT_OUT_READING_BELOW;
    as_read.reading = reading;
    int64_t percent = gt_param_get(tx, GT_PARAM_READING_FAR, "");
    int64_t used = gt_reading_used(&as_read);
    return percent && task->usual && used * 100 > task->usual * percent ? GT_OUT_READING_FAR
                                                                        : GT_OUT_OK;
}

/* --- lists -------------------------------------------------------------------------------------
 */

size_t gt_rounds_of(struct gt_tx *tx, int64_t user_id, int64_t before, struct gt_round *rounds,
                    size_t most)
{
    size_t n = 0;

    gt_tx_query(tx, &rounds_of, GT_INT(user_id), GT_INT(before ? before : INT64_MAX));
    while (n < most && gt_tx_next(tx))
        gt_row_read(tx, &gt_round_row, &rounds[n++]);
    return gt_tx_err(tx) == GT_OK ? n : 0;
}

bool gt_round_of_route(struct gt_tx *tx, int64_t user_id, const char *route_no,
                       struct gt_round *round)
{
    return gt_row_one(tx, &gt_round_row, round, &round_of_route, GT_INT(user_id),
                      GT_TEXT(route_no));
}

void gt_round_counts(struct gt_tx *tx, int64_t round_id, int64_t counts[GT_READING__MAX])
{
    memset(counts, 0, GT_READING__MAX * sizeof(counts[0]));
    gt_tx_query(tx, &round_counts, GT_INT(round_id));
    while (gt_tx_next(tx)) {
        int64_t state = gt_col_int(tx);

        if (state >= GT_READING_OPEN && state < GT_READING__MAX)
            counts[state] = gt_col_int(tx);
    }
}

size_t gt_reading_list(struct gt_tx *tx, const struct gt_reading_find *find,
                       struct gt_reading *readings, size_t most)
{
    char like[GT_LIKE_MAX];
    int64_t state = (int64_t)find->state;
    size_t n = 0;

    gt_like(find->text, like);
    gt_tx_query(tx, &reading_list, GT_INT(find->round_id), GT_INT(find->after), GT_INT(state),
                GT_INT(state ? state : INT64_MAX), GT_TEXT(like), GT_TEXT(like), GT_TEXT(like),
                GT_TEXT(like));
    while (n < most && gt_tx_next(tx))
        gt_row_read(tx, &gt_reading_row, &readings[n++]);
    return gt_tx_err(tx) == GT_OK ? n : 0;
}

/* --- what is too old ---------------------------------------------------------------------------
 */

GT_STMT(round_some,
        "SELECT {top 200} " GT_ROW_NAMES(GT_READING_COLS) " FROM gt_reading WHERE round_id = ? "
                                                          "ORDER BY id {limit 200}");

struct sweep {
    int64_t now;
    int tz_minutes;
    int64_t n;
    struct gt_reading rows[SWEEP_AT_ONCE];
};

/* Of one round some at a time. */
static enum gt_err sweep_in(struct gt_tx *tx, void *arg)
{
    struct sweep *s = arg;
    struct gt_round round;
    int64_t days = gt_param_get(tx, GT_PARAM_READING_DAYS, "");
    int64_t period = gt_time_date(s->now - days * DAY_MS, s->tz_minutes) / 100;

    s->n = 0;
    if (!gt_row_one(tx, &gt_round_row, &round, &round_old, GT_INT(period)))
        return gt_tx_err(tx);
    gt_tx_query(tx, &round_some, GT_INT(round.id));
    while (s->n < SWEEP_AT_ONCE && gt_tx_next(tx))
        gt_row_read(tx, &gt_reading_row, &s->rows[s->n++]);
    for (int64_t i = 0; i < s->n; i++)
        gt_row_remove(tx, &gt_reading_row, &s->rows[i]);
    round.tasks -= s->n;
    if (round.tasks == 0) {
        gt_row_remove(tx, &gt_round_row, &round);
        gt_census_add(tx, gt_round_row.table, -1);
    } else {
        gt_row_save(tx, &gt_round_row, &round);
    }
    return gt_tx_err(tx);
}

enum gt_err gt_reading_sweep(const struct gt_till *till, int64_t *n)
{
    struct sweep *s = calloc(1, sizeof(*s));

    if (!s)
        return gt_err_set(GT_ERR_NOMEM, "no memory for old readings");
    s->now = gt_now(till->clock);
    s->tz_minutes = till->tz_minutes;
    enum gt_err err = gt_db_transact(till->db, "reading.sweep", sweep_in, s);
    if (err == GT_OK)
        *n = s->n;
    free(s);
    return err;
}

/* --- the auditor: a round knows how many tasks it has ------------------------------------------
 */

static void audit_round(struct gt_audit *a, const void *row)
{
    const struct gt_round *round = row;
    int64_t rows = gt_tx_one(a->tx, &round_rows, GT_INT(round->id)) ? gt_col_int(a->tx) : 0;

    if (rows != round->tasks)
        gt_audit_say(a, "gt_round", round->id, "%" PRId64 " tasks, but %" PRId64 " by the round",
                     rows, round->tasks);
}

static void audit_reading(struct gt_audit *a, const void *row)
{
    const struct gt_reading *reading = row;

    if (!gt_tx_one(a->tx, gt_round_row.find, GT_INT(reading->round_id)))
        gt_audit_say(a, "gt_reading", reading->id, "its round is not there");
}

GT_AUDIT(round, {&gt_round_row, audit_round, true});
GT_AUDIT(reading, {&gt_reading_row, audit_reading, false});
