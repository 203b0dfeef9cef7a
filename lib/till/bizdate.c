/*
 * The business date: reading it, moving it, and the schedule.
 */
#include "till/bizdate.h"

#include "base/clock.h"
#include "till/batch.h"

#include <inttypes.h>
#include <stdio.h>

GT_ROW_DEFINE(gt_cutoff, GT_CUTOFF_COLS);

GT_STMT(cutoff_last, "SELECT MAX(seq) FROM gt_cutoff WHERE seq > 0");

struct cut {
    int64_t key, now, from_date, to_date;
    const char *by_whom;
    int closed;
};

static enum gt_err state_read(struct gt_tx *tx, void *arg)
{
    gt_state_read(tx, arg);
    return gt_tx_err(tx);
}

enum gt_err gt_bizdate_get(struct gt_db *db, struct gt_state *state)
{
    return gt_db_look(db, "bizdate.get", state_read, state);
}

static enum gt_err cut_commit(struct gt_tx *tx, void *arg)
{
    struct cut *c = arg;
    struct gt_state state;
    struct gt_cutoff row = {
        .id = c->key, .from_date = c->from_date, .to_date = c->to_date, .at = c->now};

    /* Who has read the old date posts before it ends. */
    gt_tx_alone(tx);
    gt_state_read(tx, &state);
    if (gt_tx_err(tx))
        return gt_tx_err(tx);
    if (state.biz_date != c->from_date)
        return gt_tx_fail(tx, gt_err_set(GT_ERR_CHANGED, "the business date is %" PRId64 " already",
                                         state.biz_date));
    state.biz_date = c->to_date;
    state.state = GT_TRADING;
    state.cut_at = c->now;
    gt_row_save(tx, &gt_state_row, &state);
    row.seq = gt_tx_one0(tx, &cutoff_last) ? gt_col_int(tx) + 1 : 1;
    snprintf(row.by_whom, sizeof(row.by_whom), "%s", c->by_whom);
    gt_row_insert(tx, &gt_cutoff_row, &row);
    return gt_tx_err(tx);
}

static enum gt_err close_commit(struct gt_tx *tx, void *arg)
{
    struct cut *c = arg;

    c->closed = gt_batch_close_before(tx, c->to_date, c->now);
    return gt_tx_err(tx);
}

enum gt_err gt_bizdate_cut(const struct gt_till *till, int64_t from_date, int64_t to_date,
                           const char *by_whom)
{
    struct cut c = {.now = gt_now(till->clock),
                    .from_date = from_date,
                    .to_date = to_date ? to_date : gt_date_next(from_date),
                    .by_whom = by_whom};
    enum gt_err err;

    if (!gt_date_valid(c.to_date) || c.to_date <= from_date)
        return gt_err_set(GT_ERR_RANGE, "%" PRId64 " is not a day after %" PRId64, c.to_date,
                          from_date);
    err = gt_key_next(till->keys, "row", &c.key);
    if (!err)
        err = gt_db_transact(till->db, "bizdate.cut", cut_commit, &c);
    do {
        if (!err)
            err = gt_db_transact(till->db, "bizdate.close", close_commit, &c);
    } while (!err && c.closed > 0);
    return err;
}

enum gt_err gt_bizdate_tick(const struct gt_till *till, bool *cut)
{
    int64_t now = gt_now(till->clock);
    int64_t today = gt_time_date(now, till->tz_minutes);
    struct gt_state state;
    bool due;
    enum gt_err err = gt_bizdate_get(till->db, &state);

    *cut = false;
    if (err || state.cut_minute < 0)
        return err;
    due = today > state.biz_date ||
          (today == state.biz_date && gt_time_minute(now, till->tz_minutes) >= state.cut_minute);
    if (!due)
        return GT_OK;
    /* A platform that slept for days goes to the date it should have, in one move. */
    if (today > state.biz_date && gt_time_minute(now, till->tz_minutes) < state.cut_minute)
        err = gt_bizdate_cut(till, state.biz_date, today, "schedule");
    else
        err = gt_bizdate_cut(till, state.biz_date, gt_date_next(today), "schedule");
    *cut = err == GT_OK;
    return err == GT_ERR_CHANGED ? GT_OK : err;
}

struct schedule {
    int64_t cut_minute;
};

static enum gt_err schedule_commit(struct gt_tx *tx, void *arg)
{
    const struct schedule *s = arg;
    struct gt_state state;

    gt_state_read(tx, &state);
    if (gt_tx_err(tx))
        return gt_tx_err(tx);
    state.cut_minute = s->cut_minute;
    gt_row_save(tx, &gt_state_row, &state);
    return gt_tx_err(tx);
}

enum gt_err gt_bizdate_schedule(const struct gt_till *till, int64_t cut_minute)
{
    struct schedule s = {.cut_minute = cut_minute};

    if (cut_minute < -1 || cut_minute >= 24 * 60)
        return gt_err_set(GT_ERR_RANGE, "a minute of the day is 0 to 1439, or -1");
    return gt_db_transact(till->db, "bizdate.schedule", schedule_commit, &s);
}
