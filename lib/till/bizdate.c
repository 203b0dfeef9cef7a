/*
 * Moving business date and clearing dates.
 */
#include "till/bizdate.h"

#include "access/org.h"
#include "base/clock.h"
#include "base/step.h"
#include "till/batch.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define DAY_MINUTES 1440

GT_ROW_DEFINE(gt_cutoff, GT_CUTOFF_COLS);

/* clang-format off */
#define CUTOFFS "SELECT {top 50} " GT_ROW_NAMES(GT_CUTOFF_COLS) " FROM gt_cutoff "
GT_STMT(cutoff_last, "SELECT MAX(seq) FROM gt_cutoff WHERE seq > 0");
GT_STMT(cutoffs_of, CUTOFFS "WHERE clearing_id = ? AND seq < ? ORDER BY seq DESC {limit 50}");
GT_STMT(cutoffs_all, CUTOFFS "WHERE seq < ? ORDER BY seq DESC {limit 50}");
GT_STMT(batch_left, "SELECT {top 1} id FROM gt_batch WHERE closed_at = 0 AND biz_date < ? {limit 1}");
/* clang-format on */

/* One move. */
struct cut {
    const struct gt_by *by;         /* by hand: whose right is looked at; NULL: nobody's */
    const struct gt_logger *logger; /* NULL: not logged */
    struct gt_refusal *no;
    const char *system; /* "": the business date */
    int64_t from_date, to_date, due_at;
    const char *by_whom;
    int64_t key, now;
    int closed; /* batches, by the last commit of the closing */
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

/* --- one move ----------------------------------------------------------------------------------
 */

/* Whether the person may move dates at all: they are the whole platform's. */
static enum gt_err may_move(struct gt_tx *tx, const struct gt_by *by, struct gt_refusal *no)
{
    struct gt_org top;

    if (gt_org_page(tx, "", &top, 1) == 0)
        return gt_tx_refuse(tx, no, GT_WHY_ABSENT, "", 0, NULL);
    return gt_by_may(tx, by, GT_RIGHT_DATE_CUT, top.id, NULL, no);
}

static enum gt_err ended(struct gt_tx *tx, const struct cut *c, int64_t is)
{
    if (c->no)
        return gt_tx_refuse(tx, c->no, GT_WHY_DATE_ENDED, "from", is, NULL);
    return gt_tx_fail(tx,
                      gt_err_set(GT_ERR_CHANGED, "the business date is %" PRId64 " already", is));
}

static enum gt_err move_platform(struct gt_tx *tx, const struct cut *c)
{
    struct gt_state state;

    gt_state_read(tx, &state);
    if (gt_tx_err(tx))
        return gt_tx_err(tx);
    if (state.biz_date != c->from_date)
        return ended(tx, c, state.biz_date);
    state.biz_date = c->to_date;
    state.state = GT_TRADING;
    state.cut_at = c->now;
    gt_row_save(tx, &gt_state_row, &state);
    return gt_tx_err(tx);
}

static enum gt_err move_clearing(struct gt_tx *tx, const struct cut *c, int64_t *id)
{
    struct gt_clearing clearing;

    if (!gt_clearing_get(tx, c->system, &clearing))
        return gt_tx_refuse(tx, c->no, GT_WHY_ABSENT, "", 0, NULL);
    if (gt_clearing_follows(&clearing))
        return gt_tx_refuse(tx, c->no, GT_WHY_DATE_FOLLOWS, "", 0, c->system);
    if (clearing.clear_date != c->from_date)
        return ended(tx, c, clearing.clear_date);
    clearing.clear_date = c->to_date;
    clearing.cut_at = c->now;
    gt_row_save(tx, &gt_clearing_row, &clearing);
    *id = clearing.id;
    return gt_tx_err(tx);
}

/* What the operation log calls a date. */
static void date_name(const char *system, char out[40])
{
    (void)snprintf(out, 40, *system ? "clearing date %s" : "business date", system);
}

static void note(struct gt_tx *tx, const struct cut *c, int64_t clearing_id)
{
    struct gt_cutoff row = {.id = c->key,
                            .clearing_id = clearing_id,
                            .from_date = c->from_date,
                            .to_date = c->to_date,
                            .due_at = c->due_at,
                            .at = c->now};
    char object[40], detail[80];

    row.seq = gt_tx_one0(tx, &cutoff_last) ? gt_col_int(tx) + 1 : 1;
    (void)snprintf(row.by_whom, sizeof(row.by_whom), "%s", c->by_whom);
    gt_row_insert(tx, &gt_cutoff_row, &row);
    if (!c->logger)
        return;
    date_name(c->system, object);
    (void)snprintf(detail, sizeof(detail), "date %" PRId64 " -> %" PRId64, c->from_date,
                   c->to_date);
    gt_oplog_add(tx, c->logger, "date.cut", object, detail);
}

static enum gt_err cut_commit(struct gt_tx *tx, void *arg)
{
    const struct cut *c = arg;
    int64_t clearing_id = 0;

    if (c->no)
        *c->no = (struct gt_refusal){.why = GT_WHY_NONE};
    /* Who has read the old date posts before it ends. */
    gt_tx_alone(tx);
    if (c->by && may_move(tx, c->by, c->no) != GT_OK)
        return gt_tx_err(tx);
    if ((*c->system ? move_clearing(tx, c, &clearing_id) : move_platform(tx, c)) == GT_OK)
        note(tx, c, clearing_id);
    return gt_tx_err(tx);
}

static enum gt_err close_commit(struct gt_tx *tx, void *arg)
{
    struct cut *c = arg;

    c->closed = gt_batch_close_before(tx, c->to_date, c->now);
    return gt_tx_err(tx);
}

/* Closes what terminals left open before to_date. */
static enum gt_err close_batches(struct gt_db *db, struct cut *c)
{
    enum gt_err err;

    do {
        err = gt_db_transact(db, "bizdate.close", close_commit, c);
        GT_STEP("cut.closing");
    } while (err == GT_OK && c->closed > 0);
    return err;
}

static enum gt_err move(struct gt_db *db, struct gt_keysrc *keys, struct cut *c)
{
    if (!gt_date_valid(c->to_date) || c->to_date <= c->from_date)
        return gt_err_set(GT_ERR_RANGE, "%" PRId64 " is not a day after %" PRId64, c->to_date,
                          c->from_date);
    enum gt_err err = gt_key_next(keys, "row", &c->key);
    if (err == GT_OK)
        err = gt_db_transact(db, "bizdate.cut", cut_commit, c);
    GT_STEP("cut.moved");
    if (err == GT_OK && !*c->system)
        err = close_batches(db, c);
    return err;
}

enum gt_err gt_bizdate_cut(const struct gt_till *till, int64_t from_date, int64_t to_date,
                           const char *by_whom)
{
    struct cut c = {.system = "",
                    .now = gt_now(till->clock),
                    .from_date = from_date,
                    .to_date = to_date ? to_date : gt_date_next(from_date),
                    .by_whom = by_whom};

    return move(till->db, till->keys, &c);
}

/* --- by schedule -------------------------------------------------------------------------------
 */

int64_t gt_date_wanted(int64_t now, int64_t minute, int tz_minutes)
{
    int64_t today = gt_time_date(now, tz_minutes);

    return gt_time_minute(now, tz_minutes) >= minute ? gt_date_next(today) : today;
}

int64_t gt_date_due(int64_t date, int64_t minute, int tz_minutes)
{
    char text[GT_TIME_MAX];
    int64_t midnight;

    if (minute < 0)
        return 0;
    (void)snprintf(text, sizeof(text), "%04d-%02d-%02dT00:00:00", (int)(date / 10000 % 10000),
                   (int)(date / 100 % 100), (int)(date % 100));
    if (gt_time_parse_xsd(text, tz_minutes, &midnight) != GT_OK)
        return 0;
    return midnight + minute * 60000;
}

/* What the tick looks at. */
struct look {
    struct gt_state state;
    struct gt_clearing clearing[GT_CLEARINGS_MAX];
    size_t n;
    bool left; /* batches of earlier dates are open */
};

static enum gt_err look_in(struct gt_tx *tx, void *arg)
{
    struct look *l = arg;

    gt_state_read(tx, &l->state);
    if (gt_tx_err(tx))
        return gt_tx_err(tx);
    l->n = gt_clearing_list(tx, l->clearing, GT_CLEARINGS_MAX);
    l->left = gt_tx_one(tx, &batch_left, GT_INT(l->state.biz_date));
    return gt_tx_err(tx);
}

/* Moves a date to what its schedule wants, in one move however late it is: days on which nothing
 * was dated have not been. */
static enum gt_err move_due(const struct gt_till *till, const struct gt_logger *logger,
                            const char *system, int64_t is, int64_t minute, int *moved)
{
    struct gt_refusal no;
    struct cut c = {.logger = logger,
                    .no = &no,
                    .system = system,
                    .from_date = is,
                    .by_whom = "schedule",
                    .now = gt_now(till->clock)};

    if (minute < 0)
        return GT_OK;
    c.to_date = gt_date_wanted(c.now, minute, till->tz_minutes);
    if (c.to_date <= is)
        return GT_OK;
    c.due_at = gt_date_due(is, minute, till->tz_minutes);
    enum gt_err err = move(till->db, till->keys, &c);
    *moved += err == GT_OK;
    /* Another worker, or somebody by hand, was first. */
    return err == GT_ERR_DENIED && no.why == GT_WHY_DATE_ENDED ? GT_OK : err;
}

/* What a definition says of a system. */
struct defining {
    const char *system;
    int64_t minute, key, today; /* `today`: where a date of its own begins */
};

static enum gt_err define_commit(struct gt_tx *tx, void *arg)
{
    const struct defining *d = arg;
    struct gt_clearing clearing = {.id = d->key,
                                   .clear_date = d->today,
                                   .cut_minute = GT_CUT_AS_DEFINED,
                                   .defined = d->minute};

    if (gt_clearing_get(tx, d->system, &clearing)) {
        clearing.defined = d->minute;
        gt_row_save(tx, &gt_clearing_row, &clearing);
        return gt_tx_err(tx);
    }
    (void)snprintf(clearing.system, sizeof(clearing.system), "%s", d->system);
    gt_row_insert(tx, &gt_clearing_row, &clearing);
    gt_census_add(tx, gt_clearing_row.table, 1);
    return gt_tx_err(tx);
}

/* Notes what the definition of a system says now. */
static enum gt_err define(const struct gt_till *till, const struct look *l,
                          const struct gt_upstream *up)
{
    int64_t now = gt_now(till->clock);
    struct defining d = {.system = up->name,
                         .minute = up->clears_at ? up->clears_at : GT_CUT_BY_HAND};

    for (size_t i = 0; i < l->n; i++) {
        if (strcmp(l->clearing[i].system, up->name) == 0 && l->clearing[i].defined == d.minute)
            return GT_OK;
    }
    d.today =
        up->clears_at ? gt_date_wanted(now, up->clears_at, till->tz_minutes) : l->state.biz_date;
    enum gt_err err = gt_key_next(till->keys, "row", &d.key);
    if (err == GT_OK)
        err = gt_db_transact(till->db, "clearing.define", define_commit, &d);
    return err == GT_ERR_EXISTS ? GT_OK : err;
}

enum gt_err gt_bizdate_tick(const struct gt_till *till, const struct gt_logger *logger, int *moved)
{
    struct look l;
    int ups = till->upstreams ? till->upstreams->count : 0;
    enum gt_err err = gt_db_read(till->db, "bizdate.look", look_in, &l);

    *moved = 0;
    if (err == GT_OK)
        err = move_due(till, logger, "", l.state.biz_date, l.state.cut_minute, moved);
    if (err == GT_OK && l.left) {
        struct cut c = {.to_date = l.state.biz_date, .now = gt_now(till->clock)};
        err = close_batches(till->db, &c);
    }
    for (int i = 0; err == GT_OK && i < ups; i++)
        err = define(till, &l, &till->upstreams->all[i]);
    for (size_t i = 0; err == GT_OK && i < l.n; i++)
        err = move_due(till, logger, l.clearing[i].system, l.clearing[i].clear_date,
                       gt_clearing_minute(&l.clearing[i]), moved);
    return err;
}

/* --- by hand -----------------------------------------------------------------------------------
 */

enum gt_err gt_date_cut(const struct gt_by *by, const char *system, int64_t from, int64_t to,
                        struct gt_refusal *no)
{
    struct cut c = {.by = by,
                    .logger = by->logger,
                    .no = no,
                    .system = system,
                    .from_date = from,
                    .to_date = to ? to : gt_date_next(from),
                    .by_whom = by->logger->who,
                    .now = gt_now(by->clock)};
    int64_t last = gt_time_date(c.now, by->tz_minutes);

    for (int i = 0; i < GT_DATE_AHEAD; i++)
        last = gt_date_next(last);
    if (!gt_date_valid(c.to_date) || c.to_date <= from || c.to_date > last)
        return gt_refuse(no, GT_WHY_DATE_RANGE, "to", last, NULL);
    return move(by->db, by->src, &c);
}

struct scheduling {
    const struct gt_by *by;
    struct gt_refusal *no;
    const char *system;
    int64_t minute, key, now;
};

static void minute_text(int64_t minute, char out[32])
{
    if (minute < 0)
        (void)snprintf(out, 32, minute == GT_CUT_BY_HAND ? "off" : "defined");
    else
        (void)snprintf(out, 32, "%02" PRId64 ":%02" PRId64, minute / 60, minute % 60);
}

/* Gives a system another schedule.  One that has followed begins where the business date is. */
static enum gt_err schedule_clearing(struct gt_tx *tx, const struct scheduling *s, int64_t *before)
{
    struct gt_clearing clearing;
    struct gt_state state;

    if (!gt_clearing_get(tx, s->system, &clearing))
        return gt_tx_refuse(tx, s->no, GT_WHY_ABSENT, "", 0, NULL);
    gt_state_read(tx, &state);
    *before = clearing.cut_minute;
    if (gt_clearing_follows(&clearing) && clearing.clear_date < state.biz_date) {
        struct cut c = {.system = s->system,
                        .key = s->key,
                        .from_date = clearing.clear_date,
                        .to_date = state.biz_date,
                        .by_whom = s->by->logger->who,
                        .now = s->now};
        clearing.clear_date = state.biz_date;
        clearing.cut_at = s->now;
        note(tx, &c, clearing.id);
    }
    clearing.cut_minute = s->minute;
    gt_row_save(tx, &gt_clearing_row, &clearing);
    return gt_tx_err(tx);
}

static enum gt_err schedule_platform(struct gt_tx *tx, const struct scheduling *s, int64_t *before)
{
    struct gt_state state;

    gt_state_read(tx, &state);
    if (gt_tx_err(tx))
        return gt_tx_err(tx);
    *before = state.cut_minute;
    state.cut_minute = s->minute;
    gt_row_save(tx, &gt_state_row, &state);
    return gt_tx_err(tx);
}

static enum gt_err schedule_commit(struct gt_tx *tx, void *arg)
{
    const struct scheduling *s = arg;
    char from[32], to[32], object[40], detail[80];
    int64_t before = 0;

    *s->no = (struct gt_refusal){.why = GT_WHY_NONE};
    gt_tx_alone(tx);
    if (may_move(tx, s->by, s->no) != GT_OK ||
        (*s->system ? schedule_clearing : schedule_platform)(tx, s, &before) != GT_OK)
        return gt_tx_err(tx);
    minute_text(before, from);
    minute_text(s->minute, to);
    date_name(s->system, object);
    (void)snprintf(detail, sizeof(detail), "cut_off %s -> %s", from, to);
    gt_oplog_add(tx, s->by->logger, "date.schedule", object, detail);
    return gt_tx_err(tx);
}

enum gt_err gt_date_schedule(const struct gt_by *by, const char *system, int64_t minute,
                             struct gt_refusal *no)
{
    struct scheduling s = {
        .by = by, .no = no, .system = system, .minute = minute, .now = gt_now(by->clock)};

    if (minute > DAY_MINUTES || minute < (*system ? GT_CUT_AS_DEFINED : GT_CUT_BY_HAND))
        return gt_refuse(no, GT_WHY_MINUTE, "minute", 0, NULL);
    enum gt_err err = gt_key_next(by->src, "row", &s.key);
    return err == GT_OK ? gt_db_transact(by->db, "bizdate.schedule", schedule_commit, &s) : err;
}

/* --- looking -----------------------------------------------------------------------------------
 */

size_t gt_cutoffs_of(struct gt_tx *tx, int64_t clearing_id, int64_t before_seq,
                     struct gt_cutoff *rows, size_t most)
{
    int64_t before = before_seq ? before_seq : INT64_MAX;
    size_t n = 0;

    if (clearing_id < 0)
        gt_tx_query(tx, &cutoffs_all, GT_INT(before));
    else
        gt_tx_query(tx, &cutoffs_of, GT_INT(clearing_id), GT_INT(before));
    while (n < most && gt_tx_next(tx))
        gt_row_read(tx, &gt_cutoff_row, &rows[n++]);
    return gt_tx_err(tx) == GT_OK ? n : 0;
}
