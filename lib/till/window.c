/*
 * Windows and their trace numbers.
 */
#include "till/window.h"

#include "access/name.h"
#include "base/text.h"
#include "till/till.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define SECRET_BYTES 24
/* Trace numbers have 18 digits: 13 of the time, 5 of a number. */
#define TRACE_TAIL 100000

GT_STMT(money_seen, "SELECT CAST(SUM(id % 10000000000) AS BIGINT) FROM gt_txn "
                    "WHERE biz_date = ? AND customer_no = ? AND state <> 3 "
                    "AND op IN (1, 2, 3, 4, 7, 9)");

struct window {
    const struct gt_by *by;
    struct gt_actor *actor;
    char terminal_no[GT_TERMINAL_NO_MAX];
    char hidden[201];
    int64_t terminal_id, binding_id; /* keys */
};

static enum gt_err find_in(struct gt_tx *tx, void *arg)
{
    struct window *w = arg;
    struct gt_user user;

    if (!gt_row_find(tx, &gt_user_row, w->by->user_id, &user))
        return gt_tx_err(tx) ? gt_tx_err(tx) : gt_tx_fail(tx, gt_err_set(GT_ERR_ABSENT, "no user"));
    (void)gt_actor_load(tx, w->terminal_no, user.operator_no, w->actor);
    return gt_tx_err(tx);
}

/* A secret that is told nobody: the row wants one. */
static enum gt_err make_secret(struct window *w)
{
    const struct gt_by *by = w->by;
    uint8_t bytes[SECRET_BYTES];
    char secret[2 * SECRET_BYTES + 1];
    enum gt_err err = by->random->fill(by->random->ctx, bytes, sizeof(bytes));

    if (err == GT_OK) {
        gt_hex_encode(bytes, sizeof(bytes), secret);
        err = gt_terminal_hide(by->keys, by->random, w->terminal_no, secret, w->hidden);
    }
    gt_wipe(bytes, sizeof(bytes));
    gt_wipe(secret, sizeof(secret));
    return err;
}

static enum gt_err make_in(struct gt_tx *tx, void *arg)
{
    struct window *w = arg;
    struct gt_terminal terminal = {.id = w->terminal_id, .kind = GT_TERMINAL_PAGE}, old;
    struct gt_user user;

    if (!gt_row_find(tx, &gt_user_row, w->by->user_id, &user))
        return gt_tx_err(tx);
    if (gt_terminal_by_no(tx, w->terminal_no, &old)) /* another request was faster */
        return find_in(tx, w);
    terminal.org_id = user.org_id;
    memcpy(terminal.terminal_no, w->terminal_no, sizeof(terminal.terminal_no));
    memcpy(terminal.secret, w->hidden, sizeof(terminal.secret));
    if (gt_terminal_add(tx, &terminal) != GT_OK ||
        gt_terminal_bind(tx, w->binding_id, terminal.id, user.id) != GT_OK)
        return gt_tx_err(tx);
    gt_oplog_add(tx, w->by->logger, "terminal.add", terminal.terminal_no, "kind=page");
    return find_in(tx, w);
}

enum gt_err gt_window_open(const struct gt_by *by, struct gt_actor *actor)
{
    struct window w = {.by = by, .actor = actor};

    snprintf(w.terminal_no, sizeof(w.terminal_no), "W%07" PRId64, by->user_id);
    enum gt_err err = gt_db_read(by->db, "window.find", find_in, &w);
    if (err != GT_OK || actor->terminal.id > 0)
        return err;
    err = make_secret(&w);
    if (err == GT_OK)
        err = gt_key_next(by->src, "terminal", &w.terminal_id);
    if (err == GT_OK)
        err = gt_key_next(by->src, "binding", &w.binding_id);
    return err == GT_OK ? gt_db_transact(by->db, "window.make", make_in, &w) : err;
}

enum gt_err gt_window_trace(const struct gt_by *by, int64_t *trace_no)
{
    int64_t tail = 0;
    enum gt_err err = gt_key_next(by->src, "trace", &tail);

    if (err == GT_OK)
        *trace_no = gt_now(by->clock) * TRACE_TAIL + tail % TRACE_TAIL;
    return err;
}

void gt_seen_read(struct gt_tx *tx, const char *customer_no, struct gt_seen *seen)
{
    struct gt_state state;

    gt_state_read(tx, &state);
    seen->date = state.biz_date;
    seen->mark = gt_tx_one(tx, &money_seen, GT_INT(state.biz_date), GT_TEXT(customer_no))
                     ? gt_col_int(tx)
                     : 0;
}
