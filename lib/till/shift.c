/*
 * Shifts: opening, counting, closing.
 *
 * Everything happens under the account's lock, as outcomes do: whether a transaction is of a shift
 * is decided by who comes first.  What a close posts is computed before its transaction: a counted
 * shift's batches are closed, so no figure of it can move any more.  Looking is in shift_view.c.
 */
#include "till/shift.h"

#include "access/approval.h"
#include "access/name.h"
#include "access/user.h"
#include "base/money.h"
#include "base/step.h"
#include "till/bag.h"
#include "till/batch.h"
#include "till/credit.h"
#include "till/ledger.h"
#include "till/shift_post.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define KEY_CHARS  64
#define NOTE_CHARS 200

GT_ROW_DEFINE(gt_shift, GT_SHIFT_COLS);
GT_ROW_DEFINE(gt_count, GT_COUNT_COLS);
GT_ROW_DEFINE(gt_count_line, GT_COUNT_LINE_COLS);
GT_STMT(
    shift_last,
    GT_ROW_SELECT(gt_shift,
                  GT_SHIFT_COLS) " WHERE user_id = ? AND shift_no = "
                                 "(SELECT MAX(s.shift_no) FROM gt_shift s WHERE s.user_id = ?)");
GT_STMT(shift_of_key, GT_ROW_SELECT(gt_shift, GT_SHIFT_COLS) " WHERE user_id = ? AND open_key = ?");
GT_STMT(count_of_key,
        GT_ROW_SELECT(gt_count, GT_COUNT_COLS) " WHERE shift_id = ? AND count_key = ?");

const int64_t gt_denomination[GT_DENOMINATIONS] = {10000, 5000, 2000, 1000, 500, 200, 100,
                                                   50,    20,   10,   5,    2,   1};

/* What a change of a shift works on. */
struct change {
    const struct gt_by *by;
    struct gt_refusal *no;
    struct gt_bag bag;
    int64_t now;
    int64_t shift_id;
    const char *key;
    int64_t amount;                   /* float, or repaid */
    const struct gt_count_form *form; /* of a count */
    int64_t total;                    /* fen of it */
    const char *note;                 /* of a close, with */
    int64_t expected, seen;           /* what was recomputed before, and shown */
    /* Read anew each time it runs: */
    struct gt_state state;
    struct gt_account account;
    struct gt_shift shift;
    struct gt_user user; /* whose shift it is */
    struct gt_org org;   /* of the account */
};

/* --- what they share ---------------------------------------------------------------------------
 */

static bool shift_last_of(struct gt_tx *tx, int64_t user_id, struct gt_shift *shift)
{
    return gt_row_one(tx, &gt_shift_row, shift, &shift_last, GT_INT(user_id), GT_INT(user_id));
}

bool gt_shift_unsettled(struct gt_tx *tx, int64_t user_id, struct gt_shift *shift)
{
    return shift_last_of(tx, user_id, shift) && shift->state != GT_SHIFT_CLOSED;
}

int64_t gt_shift_at(struct gt_tx *tx, int64_t account_id, int64_t user_id)
{
    struct gt_shift shift;

    return shift_last_of(tx, user_id, &shift) && shift.state == GT_SHIFT_OPEN &&
                   shift.account_id == account_id
               ? shift.id
               : 0;
}

static void log_it(struct gt_tx *tx, const struct change *c, const char *what, const char *detail)
{
    char object[80];

    snprintf(object, sizeof(object), "shift %s-%" PRId64, c->user.operator_no, c->shift.shift_no);
    gt_oplog_add(tx, c->by->logger, what, object, detail);
}

/* The shift to change, with its account locked, if the person may change it: it is theirs, or they
 * hold shift.manage. */
static enum gt_err find_shift(struct gt_tx *tx, struct change *c)
{
    struct gt_shift *shift = &c->shift;

    *c->no = (struct gt_refusal){.why = GT_WHY_NONE};
    gt_bag_rewind(&c->bag);
    if (!gt_row_find(tx, &gt_shift_row, c->shift_id, shift) ||
        !gt_row_find(tx, &gt_user_row, shift->user_id, &c->user))
        return gt_tx_refuse(tx, c->no, GT_WHY_ABSENT, "", 0, NULL);
    bool own = c->by->user_id == shift->user_id;
    if (gt_by_may(tx, c->by, own ? GT_RIGHT_COLLECT : GT_RIGHT_SHIFT_MANAGE, shift->org_id, &c->org,
                  c->no) != GT_OK)
        return gt_tx_err(tx);
    gt_state_read(tx, &c->state);
    if (!gt_row_lock(tx, &gt_account_row, shift->account_id, &c->account) ||
        !gt_row_lock(tx, &gt_shift_row, c->shift_id, shift))
        return gt_tx_refuse(tx, c->no, GT_WHY_ABSENT, "", 0, NULL);
    return gt_tx_err(tx);
}

static void post(struct gt_tx *tx, struct change *c, enum gt_posting_kind kind)
{
    struct gt_line lines[GT_LEDGER_LINES];
    int n = gt_shift_entries(&c->shift, kind, c->account.kind == GT_ACCOUNT_AGENT, lines);

    gt_ledger_book(tx, &c->account, kind, c->shift.id, c->state.biz_date, c->now, lines, n,
                   &c->bag);
}

/* Runs a change. */
static enum gt_err run(struct change *c, const char *name, gt_db_fn fn)
{
    *c->no = (struct gt_refusal){.why = GT_WHY_NONE};
    if (!gt_code_ok(c->key, KEY_CHARS, "-_"))
        return gt_refuse(c->no, GT_WHY_KEY_FORM, "", 0, NULL);
    enum gt_err err = gt_bag_fill(c->by->src, GT_LEDGER_KEYS + 1, &c->bag);
    c->now = gt_now(c->by->clock);
    return err == GT_OK ? gt_db_transact(c->by->db, name, fn, c) : err;
}

/* --- what the ledger gets ----------------------------------------------------------------------
 */

int gt_shift_entries(const struct gt_shift *shift, enum gt_posting_kind kind, bool agent,
                     struct gt_line lines[GT_LEDGER_LINES])
{
    int64_t over = shift->difference > 0 ? shift->difference : 0;
    int64_t lacks = shift->difference < 0 ? -shift->difference : 0;
    int n = 0;

    if (kind == GT_POSTING_SHIFT_OPEN) {
        n = gt_line_add(lines, n, "float", "", shift->float_amount);
        return gt_line_safe(lines, n, shift->org_id, -shift->float_amount);
    }
    n = gt_line_safe(lines, n, shift->org_id, shift->float_amount);
    n = gt_line_add(lines, n, "float", "", -shift->float_amount);
    if (agent)
        return n;
    n = gt_line_add(lines, n, "cash", "", over - lacks + shift->repaid + shift->kept);
    n = gt_line_add(lines, n, "suspense", "", -shift->kept);
    n = gt_line_add(lines, n, "over", "", -over);
    return gt_line_add(lines, n, "short", "", lacks - shift->repaid);
}

/* --- opening -----------------------------------------------------------------------------------
 */

/* Who opens, and the account, locked. */
static enum gt_err find_opener(struct gt_tx *tx, struct change *c)
{
    *c->no = (struct gt_refusal){.why = GT_WHY_NONE};
    gt_bag_rewind(&c->bag);
    if (!gt_row_find(tx, &gt_user_row, c->by->user_id, &c->user))
        return gt_tx_refuse(tx, c->no, GT_WHY_ABSENT, "", 0, NULL);
    if (gt_by_may(tx, c->by, GT_RIGHT_COLLECT, c->user.org_id, NULL, c->no) != GT_OK)
        return gt_tx_err(tx);
    gt_state_read(tx, &c->state);
    if (!gt_row_lock(tx, &gt_account_row, c->user.account_id, &c->account))
        return gt_tx_refuse(tx, c->no, GT_WHY_NO_ACCOUNT, "", 0, NULL);
    return gt_tx_err(tx);
}

static void insert_shift(struct gt_tx *tx, struct change *c, int64_t shift_no)
{
    c->shift = (struct gt_shift){.id = gt_bag_take(&c->bag),
                                 .user_id = c->user.id,
                                 .shift_no = shift_no,
                                 .account_id = c->account.id,
                                 .org_id = c->account.org_id,
                                 .float_amount = c->amount,
                                 .opened_at = c->now,
                                 .open_date = c->state.biz_date,
                                 .state = GT_SHIFT_OPEN};
    (void)snprintf(c->shift.open_key, sizeof(c->shift.open_key), "%s", c->key);
    gt_row_insert(tx, &gt_shift_row, &c->shift);
    gt_census_add(tx, gt_shift_row.table, 1);
}

static enum gt_err open_in(struct gt_tx *tx, void *arg)
{
    struct change *c = arg;
    char money[GT_MONEY_MAX], detail[60];
    int64_t last = 0;

    if (find_opener(tx, c) != GT_OK)
        return gt_tx_err(tx);
    if (gt_row_one(tx, &gt_shift_row, &c->shift, &shift_of_key, GT_INT(c->user.id),
                   GT_TEXT(c->key)))
        return c->shift.float_amount == c->amount
                   ? gt_tx_err(tx)
                   : gt_tx_refuse(tx, c->no, GT_WHY_KEY_USED, "", 0, NULL);
    if (shift_last_of(tx, c->user.id, &c->shift)) {
        last = c->shift.shift_no;
        if (c->shift.state != GT_SHIFT_CLOSED)
            return gt_tx_refuse(tx, c->no,
                                c->shift.state == GT_SHIFT_OPEN ? GT_WHY_SHIFT_OPEN
                                                                : GT_WHY_SHIFT_COUNTED,
                                "", last, NULL);
    }
    gt_batch_close_of(tx, &c->account, c->user.id, c->now);
    insert_shift(tx, c, last + 1);
    post(tx, c, GT_POSTING_SHIFT_OPEN);
    c->account.shifts++;
    gt_row_save(tx, &gt_account_row, &c->account);
    snprintf(detail, sizeof(detail), "float %s", gt_money_format(c->amount, money));
    log_it(tx, c, "shift.open", detail);
    return gt_tx_err(tx);
}

enum gt_err gt_shift_open(const struct gt_by *by, int64_t float_amount, const char *key,
                          int64_t *id, struct gt_refusal *no)
{
    struct change c = {.by = by, .no = no, .key = key, .amount = float_amount};

    if (float_amount < 0 || float_amount > GT_FLOAT_MAX)
        return gt_refuse(no, GT_WHY_FLOAT, "float", GT_FLOAT_MAX, NULL);
    enum gt_err err = run(&c, "shift.open", open_in);
    GT_STEP("shift.opened");
    if (err == GT_OK)
        *id = c.shift.id;
    return err;
}

/* --- counting ----------------------------------------------------------------------------------
 */

/* From now on the shift takes no more transactions. */
static void stop_collecting(struct gt_tx *tx, struct change *c)
{
    gt_shift_pending(tx, c->shift.user_id, &c->shift.pending, &c->shift.pending_cash);
    gt_batch_close_of(tx, &c->account, c->shift.user_id, c->now);
    c->shift.state = GT_SHIFT_COUNTED;
    c->shift.counted_at = c->now;
    c->account.shifts--;
    gt_row_save(tx, &gt_account_row, &c->account);
}

static void insert_count(struct gt_tx *tx, struct change *c)
{
    struct gt_count count = {.id = gt_bag_take(&c->bag),
                             .shift_id = c->shift.id,
                             .count_no = ++c->shift.counts,
                             .total = c->total,
                             .apart = c->form->apart,
                             .by_id = c->by->user_id,
                             .at = c->now};

    (void)snprintf(count.count_key, sizeof(count.count_key), "%s", c->key);
    for (int i = 0; i < GT_DENOMINATIONS; i++) {
        struct gt_count_line line = {.denomination = gt_denomination[i],
                                     .pieces = c->form->pieces[i]};

        if (line.pieces == 0)
            continue;
        line.id = GT_COUNT_LINE_ID(count.id, ++count.lines);
        gt_row_insert(tx, &gt_count_line_row, &line);
    }
    gt_row_insert(tx, &gt_count_row, &count);
    gt_census_add(tx, gt_count_row.table, 1);
    c->shift.counted = count.total;
    c->shift.apart = count.apart;
}

static enum gt_err count_in(struct gt_tx *tx, void *arg)
{
    struct change *c = arg;
    char money[GT_MONEY_MAX], apart[GT_MONEY_MAX], detail[120];
    struct gt_count old;

    if (find_shift(tx, c) != GT_OK)
        return gt_tx_err(tx);
    if (gt_row_one(tx, &gt_count_row, &old, &count_of_key, GT_INT(c->shift_id), GT_TEXT(c->key)))
        return old.total == c->total && old.apart == c->form->apart
                   ? gt_tx_err(tx)
                   : gt_tx_refuse(tx, c->no, GT_WHY_KEY_USED, "", 0, NULL);
    if (c->shift.state == GT_SHIFT_CLOSED)
        return gt_tx_refuse(tx, c->no, GT_WHY_SHIFT_CLOSED, "", c->shift.shift_no, NULL);
    if (c->shift.state == GT_SHIFT_OPEN)
        stop_collecting(tx, c);
    if (c->form->apart > c->total || c->form->apart > c->shift.pending_cash)
        return gt_tx_refuse(tx, c->no, GT_WHY_APART, "apart", c->shift.pending_cash, NULL);
    insert_count(tx, c);
    gt_counted_save(tx, &gt_shift_row, &c->shift);
    snprintf(detail, sizeof(detail), "count %" PRId64 ": %s, %s apart", c->shift.counts,
             gt_money_format(c->total, money), gt_money_format(c->form->apart, apart));
    log_it(tx, c, "shift.count", detail);
    return gt_tx_err(tx);
}

enum gt_err gt_shift_count(const struct gt_by *by, int64_t shift_id,
                           const struct gt_count_form *form, const char *key, struct gt_refusal *no)
{
    struct change c = {.by = by, .no = no, .shift_id = shift_id, .key = key, .form = form};
    char field[33];

    for (int i = 0; i < GT_DENOMINATIONS; i++) {
        if (form->pieces[i] < 0 || form->pieces[i] > GT_PIECES_MAX) {
            snprintf(field, sizeof(field), "pieces_%" PRId64, gt_denomination[i]);
            return gt_refuse(no, GT_WHY_COUNT_RANGE, field, GT_PIECES_MAX, NULL);
        }
        c.total += form->pieces[i] * gt_denomination[i];
    }
    if (form->apart < 0)
        return gt_refuse(no, GT_WHY_MONEY_FORM, "apart", 0, NULL);
    enum gt_err err = run(&c, "shift.count", count_in);
    GT_STEP("shift.counted");
    return err;
}

/* --- closing -----------------------------------------------------------------------------------
 */

struct expecting {
    int64_t shift_id, expected;
};

static enum gt_err expected_read(struct gt_tx *tx, void *arg)
{
    struct expecting *e = arg;
    struct gt_shift_report report;

    if (gt_shift_report(tx, e->shift_id, &report))
        e->expected = report.expected;
    return gt_tx_err(tx);
}

static void close_shift(struct gt_tx *tx, struct change *c)
{
    struct gt_shift *shift = &c->shift;

    shift->state = GT_SHIFT_CLOSED;
    shift->expected = c->expected;
    shift->difference = shift->counted - shift->apart - c->expected;
    (void)snprintf(shift->note, sizeof(shift->note), "%s", c->note);
    (void)snprintf(shift->close_key, sizeof(shift->close_key), "%s", c->key);
    shift->closed_by = c->by->user_id;
    shift->closed_at = c->now;
    shift->close_date = c->state.biz_date;
    gt_counted_save(tx, &gt_shift_row, shift);
    post(tx, c, GT_POSTING_SHIFT_CLOSE);
    if (c->account.kind != GT_ACCOUNT_AGENT)
        c->account.unremitted += shift->kept + (shift->difference > 0 ? shift->difference : 0);
    gt_row_save(tx, &gt_account_row, &c->account);
}

static enum gt_err close_in(struct gt_tx *tx, void *arg)
{
    struct change *c = arg;
    char money[GT_MONEY_MAX], detail[700];

    if (find_shift(tx, c) != GT_OK)
        return gt_tx_err(tx);
    if (c->shift.state == GT_SHIFT_CLOSED)
        return strcmp(c->shift.close_key, c->key) == 0
                   ? gt_tx_err(tx)
                   : gt_tx_refuse(tx, c->no, GT_WHY_SHIFT_CLOSED, "", c->shift.shift_no, NULL);
    if (c->shift.state == GT_SHIFT_OPEN)
        return gt_tx_refuse(tx, c->no, GT_WHY_SHIFT_UNCOUNTED, "", c->shift.shift_no, NULL);
    if (c->shift.counted - c->shift.apart - c->expected != c->seen)
        return gt_tx_refuse(tx, c->no, GT_WHY_CHANGED, "", 0, NULL);
    if (c->seen != 0 && !gt_name_ok(c->note, NOTE_CHARS))
        return gt_tx_refuse(tx, c->no, GT_WHY_NOTE, "note", 0, NULL);
    close_shift(tx, c);
    snprintf(detail, sizeof(detail), "difference %s%s%s", gt_money_format(c->seen, money),
             *c->note ? ": " : "", c->note);
    log_it(tx, c, "shift.close", detail);
    return gt_tx_err(tx);
}

enum gt_err gt_shift_close(const struct gt_by *by, int64_t shift_id, int64_t seen, const char *note,
                           const char *key, struct gt_refusal *no)
{
    struct change c = {
        .by = by, .no = no, .shift_id = shift_id, .key = key, .note = note, .seen = seen};
    struct expecting e = {.shift_id = shift_id};

    *no = (struct gt_refusal){.why = GT_WHY_NONE};
    if (*note && !gt_name_ok(note, NOTE_CHARS))
        return gt_refuse(no, GT_WHY_NAME_FORM, "note", NOTE_CHARS, NULL);
    enum gt_err err = gt_db_read(by->db, "shift.expected", expected_read, &e);
    c.expected = e.expected;
    if (err == GT_OK)
        err = run(&c, "shift.close", close_in);
    GT_STEP("shift.closed");
    return err;
}

/* --- shorts ------------------------------------------------------------------------------------
 */

static enum gt_err repay_in(struct gt_tx *tx, void *arg)
{
    struct change *c = arg;
    char money[GT_MONEY_MAX];

    if (find_shift(tx, c) != GT_OK)
        return gt_tx_err(tx);
    if (c->shift.state != GT_SHIFT_OPEN)
        return gt_tx_refuse(tx, c->no,
                            c->shift.state == GT_SHIFT_CLOSED ? GT_WHY_SHIFT_CLOSED
                                                              : GT_WHY_SHIFT_COUNTED,
                            "", c->shift.shift_no, NULL);
    int64_t lacks = gt_short_of(tx, c->account.id);
    if (c->amount > lacks)
        return gt_tx_refuse(tx, c->no, GT_WHY_SHORT_LESS, "amount", lacks, NULL);
    if (c->shift.repaid == c->amount)
        return gt_tx_err(tx);
    c->shift.repaid = c->amount;
    gt_counted_save(tx, &gt_shift_row, &c->shift);
    log_it(tx, c, "shift.repay", gt_money_format(c->amount, money));
    return gt_tx_err(tx);
}

enum gt_err gt_shift_repay(const struct gt_by *by, int64_t shift_id, int64_t amount,
                           struct gt_refusal *no)
{
    struct change c = {.by = by, .no = no, .shift_id = shift_id, .key = "repay", .amount = amount};

    if (amount < 0)
        return gt_refuse(no, GT_WHY_MONEY_FORM, "amount", 0, NULL);
    return run(&c, "shift.repay", repay_in);
}
