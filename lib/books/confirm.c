/*
 * Receiving, returning and banking slips, and what that does to ledger and credit.
 */
#include "access/name.h"
#include "access/user.h"
#include "base/clock.h"
#include "base/money.h"
#include "base/step.h"
#include "books/remit.h"
#include "till/bag.h"
#include "till/shift.h"

#include <inttypes.h>
#include <stdio.h>

#define REASON_CHARS 200
#define BANK_CHARS   40

/* clang-format off */
GT_STMT(slip_waits_before, "SELECT MIN(slip_no) FROM gt_slip WHERE account_id = ? AND slip_no < ? "
        "AND state = 1");
GT_STMT(slip_waits_behind, "SELECT MAX(slip_no) FROM gt_slip WHERE account_id = ? AND slip_no > ? "
        "AND state = 1");
GT_STMT(slip_shift_ids, "SELECT {top 200} id FROM gt_shift WHERE account_id = ? AND slip_id = ? "
        "ORDER BY id {limit 200}");
GT_STMT(received_last, "SELECT MAX(received_no) FROM gt_slip WHERE to_org_id = ?");
/* clang-format on */

/* What is done to a slip. */
struct step {
    const struct gt_by *by;
    struct gt_refusal *no;
    int64_t slip_id, now, safe_key;
    enum gt_slip_state to;
    const char *reason, *bank, *bank_no;
    int64_t bank_date;
    struct gt_bag bag;
    bool done;  /* by the same person before: nothing is left to do */
    bool looks; /* only asks whether it could be done */
    struct gt_state state;
    struct gt_slip slip;
    struct gt_account account;
};

/* --- whether it may ----------------------------------------------------------------------------
 */

static enum gt_err refuse_own(struct gt_tx *tx, const struct step *s)
{
    struct gt_user user;
    int64_t who = s->by->user_id;
    bool own = who != GT_BY_COMMAND && who == s->slip.maker_id;

    if (who != GT_BY_COMMAND && gt_row_find(tx, &gt_user_row, who, &user))
        own = own || user.account_id == s->slip.account_id;
    return own ? gt_tx_refuse(tx, s->no, GT_WHY_OWN_SLIP, "", 0, NULL) : gt_tx_err(tx);
}

static enum gt_err refuse_state(struct gt_tx *tx, struct step *s)
{
    static const struct {
        const char *zh, *en;
    } names[GT_SLIP__MAX] = {{"", ""},
                             {"已提交", "submitted"},
                             {"已接收", "received"},
                             {"已入账", "banked"},
                             {"已退回", "returned"}};
    const struct gt_slip *slip = &s->slip;
    int64_t from = s->to == GT_SLIP_BANKED ? GT_SLIP_RECEIVED : GT_SLIP_SUBMITTED;
    int64_t who = s->to == GT_SLIP_BANKED ? slip->banked_by : slip->received_by;

    s->done = slip->state == (int64_t)s->to && who == s->by->user_id;
    if (s->done || (slip->state == from && (s->to != GT_SLIP_BANKED || slip->to_bank)))
        return gt_tx_err(tx);
    return gt_tx_fail(tx, gt_refuse_named(s->no, GT_WHY_SLIP_STATE, "", names[slip->state].zh,
                                          names[slip->state].en));
}

/* Slips are received from the first, and returned from the last. */
static enum gt_err refuse_order(struct gt_tx *tx, const struct step *s)
{
    int64_t other = 0;

    if (s->to == GT_SLIP_BANKED)
        return gt_tx_err(tx);
    if (gt_tx_one(tx, s->to == GT_SLIP_RETURNED ? &slip_waits_behind : &slip_waits_before,
                  GT_INT(s->slip.account_id), GT_INT(s->slip.slip_no)))
        other = gt_col_int(tx);
    return other ? gt_tx_refuse(tx, s->no, GT_WHY_REMIT_ORDER, "", other, NULL) : gt_tx_err(tx);
}

/* The slip and its account, locked, if the person may do this to it. */
static enum gt_err find_slip(struct gt_tx *tx, struct step *s)
{
    *s->no = (struct gt_refusal){.why = GT_WHY_NONE};
    gt_bag_rewind(&s->bag);
    gt_state_read(tx, &s->state);
    if (!gt_row_find(tx, &gt_slip_row, s->slip_id, &s->slip))
        return gt_tx_refuse(tx, s->no, GT_WHY_ABSENT, "", 0, NULL);
    if (gt_by_may(tx, s->by, GT_RIGHT_REMIT_CONFIRM, s->slip.to_org_id, NULL, s->no) != GT_OK)
        return gt_tx_err(tx);
    if (!s->looks && (!gt_row_lock(tx, &gt_account_row, s->slip.account_id, &s->account) ||
                      !gt_row_lock(tx, &gt_slip_row, s->slip_id, &s->slip)))
        return gt_tx_refuse(tx, s->no, GT_WHY_ABSENT, "", 0, NULL);
    if (refuse_own(tx, s) != GT_OK || refuse_state(tx, s) != GT_OK || s->done)
        return gt_tx_err(tx);
    return refuse_order(tx, s);
}

/* --- doing it ----------------------------------------------------------------------------------
 */

static void post(struct gt_tx *tx, struct step *s, enum gt_posting_kind kind)
{
    struct gt_line lines[GT_LEDGER_LINES];

    gt_ledger_book(tx, &s->account, kind, s->slip.id, s->state.biz_date, s->now, lines,
                   gt_slip_entries(&s->slip, kind, lines), &s->bag);
}

/* The next place in what the receiver's safe received.  The row of the safe is what those who
 * receive at once wait for. */
static void take_place(struct gt_tx *tx, struct step *s)
{
    struct gt_account safe;

    gt_account_safe(tx, s->slip.to_org_id, s->safe_key, &safe);
    s->slip.received_no =
        gt_tx_one(tx, &received_last, GT_INT(s->slip.to_org_id)) ? gt_col_int(tx) + 1 : 1;
}

static void receive(struct gt_tx *tx, struct step *s)
{
    if (s->slip.to_bank)
        return;
    take_place(tx, s);
    post(tx, s, GT_POSTING_SLIP_RECEIVED);
    if (s->slip.kind == GT_ACCOUNT_CASHIER)
        s->account.unremitted -= s->slip.amount;
}

static void give_back(struct gt_tx *tx, struct step *s)
{
    int64_t shifts[GT_SLIP_LINES];
    struct gt_slip_line line;
    struct gt_shift shift;
    int n = 0;

    for (int64_t i = 1; i <= s->slip.lines; i++) {
        if (!gt_row_find(tx, &gt_slip_line_row, GT_SLIP_LINE_ID(s->slip.id, i), &line))
            continue;
        line.live = 0;
        gt_row_save(tx, &gt_slip_line_row, &line);
    }
    gt_tx_query(tx, &slip_shift_ids, GT_INT(s->slip.account_id), GT_INT(s->slip.id));
    while (n < GT_SLIP_LINES && gt_tx_next(tx))
        shifts[n++] = gt_col_int(tx);
    for (int i = 0; i < n; i++) {
        if (!gt_row_lock(tx, &gt_shift_row, shifts[i], &shift))
            continue;
        shift.slip_id = 0;
        gt_counted_save(tx, &gt_shift_row, &shift);
    }
    s->account.prepaid += s->slip.prepaid;
    if (s->slip.kind == GT_ACCOUNT_SAFE)
        post(tx, s, GT_POSTING_SLIP_RETURNED);
}

static void bank(struct gt_tx *tx, struct step *s)
{
    post(tx, s, GT_POSTING_SLIP_BANKED);
    if (s->slip.kind != GT_ACCOUNT_AGENT)
        return;
    s->account.unremitted -= s->slip.due;
    s->account.deposit += s->slip.amount - s->slip.due;
}

/* Notes who did it and when. */
static void sign(struct step *s)
{
    struct gt_slip *slip = &s->slip;

    slip->state = s->to;
    if (s->to == GT_SLIP_BANKED) {
        slip->banked_by = s->by->user_id;
        slip->banked_at = s->now;
        slip->banked_date = s->state.biz_date;
        (void)snprintf(slip->bank, sizeof(slip->bank), "%s", s->bank);
        (void)snprintf(slip->bank_no, sizeof(slip->bank_no), "%s", s->bank_no);
        slip->bank_date = s->bank_date;
        return;
    }
    slip->received_by = s->by->user_id;
    slip->received_at = s->now;
    slip->received_date = s->state.biz_date;
    if (s->to == GT_SLIP_RETURNED)
        (void)snprintf(slip->note, sizeof(slip->note), "%s", s->reason);
}

static enum gt_err step_in(struct gt_tx *tx, void *arg)
{
    static const char *const what[GT_SLIP__MAX] = {"", "", "remit.receive", "remit.bank",
                                                   "remit.return"};
    struct step *s = arg;
    char object[40], detail[700], money[GT_MONEY_MAX];

    if (find_slip(tx, s) != GT_OK || s->done)
        return gt_tx_err(tx);
    sign(s);
    if (s->to == GT_SLIP_RECEIVED)
        receive(tx, s);
    else if (s->to == GT_SLIP_RETURNED)
        give_back(tx, s);
    else
        bank(tx, s);
    gt_counted_save(tx, &gt_slip_row, &s->slip);
    gt_row_save(tx, &gt_account_row, &s->account);
    (void)snprintf(object, sizeof(object), "slip %" PRId64, s->slip.id);
    (void)snprintf(detail, sizeof(detail), "%s%s%s", gt_money_format(s->slip.amount, money),
                   s->reason || s->bank_no ? ": " : "",
                   s->reason    ? s->reason
                   : s->bank_no ? s->bank_no
                                : "");
    gt_oplog_add(tx, s->by->logger, what[s->to], object, detail);
    return gt_tx_err(tx);
}

static enum gt_err run(struct step *s)
{
    *s->no = (struct gt_refusal){.why = GT_WHY_NONE};
    enum gt_err err = gt_bag_fill(s->by->src, GT_LEDGER_KEYS, &s->bag);

    if (err == GT_OK)
        err = gt_key_next(s->by->src, "account", &s->safe_key);
    s->now = gt_now(s->by->clock);
    GT_STEP("remit.step_begins");
    if (err == GT_OK)
        err = gt_db_transact(s->by->db, "remit.step", step_in, s);
    GT_STEP("remit.step_done");
    return err;
}

static enum gt_err could_in(struct gt_tx *tx, void *arg)
{
    return find_slip(tx, arg);
}

enum gt_err gt_remit_could(const struct gt_by *by, int64_t slip_id, enum gt_slip_state to,
                           struct gt_refusal *no)
{
    struct step s = {.by = by, .no = no, .slip_id = slip_id, .to = to, .looks = true};

    *no = (struct gt_refusal){.why = GT_WHY_NONE};
    return gt_db_read(by->db, "remit.could", could_in, &s);
}

enum gt_err gt_remit_receive(const struct gt_by *by, int64_t slip_id, struct gt_refusal *no)
{
    struct step s = {.by = by, .no = no, .slip_id = slip_id, .to = GT_SLIP_RECEIVED};

    return run(&s);
}

enum gt_err gt_remit_return(const struct gt_by *by, int64_t slip_id, const char *reason,
                            struct gt_refusal *no)
{
    struct step s = {
        .by = by, .no = no, .slip_id = slip_id, .to = GT_SLIP_RETURNED, .reason = reason};

    if (!gt_name_ok(reason, REASON_CHARS))
        return gt_refuse(no, GT_WHY_REASON, "reason", 0, NULL);
    return run(&s);
}

enum gt_err gt_remit_bank(const struct gt_by *by, int64_t slip_id, const char *bank_name,
                          const char *bank_no, int64_t bank_date, struct gt_refusal *no)
{
    struct step s = {.by = by,
                     .no = no,
                     .slip_id = slip_id,
                     .to = GT_SLIP_BANKED,
                     .bank = bank_name,
                     .bank_no = bank_no,
                     .bank_date = bank_date};

    if (!gt_name_ok(bank_name, BANK_CHARS))
        return gt_refuse(no, GT_WHY_NAME_FORM, "bank", BANK_CHARS, NULL);
    if (!gt_name_ok(bank_no, BANK_CHARS))
        return gt_refuse(no, GT_WHY_NAME_FORM, "bank_no", BANK_CHARS, NULL);
    if (!gt_date_valid(bank_date))
        return gt_refuse(no, GT_WHY_BANK_DATE, "bank_date", 0, NULL);
    return run(&s);
}
