/*
 * Making a slip: the plan is read first, then the transaction looks whether it still holds.
 */
#include "books/remit.h"

#include "access/name.h"
#include "base/clock.h"
#include "base/money.h"
#include "base/step.h"
#include "books/plan.h"
#include "till/bag.h"
#include "till/credit.h"
#include "till/flow.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEY_CHARS  64
#define BANK_CHARS 40

GT_STMT(slip_of_key, GT_ROW_SELECT(gt_slip, GT_SLIP_COLS) " WHERE maker_id = ? AND slip_key = ?");
GT_STMT(slip_last_no, "SELECT MAX(slip_no) FROM gt_slip WHERE account_id = ?");

struct making {
    struct gt_plan plan;
    struct gt_bag bag;
    int64_t now, account_key, number; /* number: of the row that keeps the trace number */
    int64_t slip_id;                  /* result */
    struct gt_state state;
    struct gt_slip slip;
    struct gt_account account;
};

/* --- what a maker may get wrong ----------------------------------------------------------------
 */

static bool bank_text_ok(const char *text)
{
    return !text || !*text || gt_name_ok(text, BANK_CHARS);
}

static enum gt_err check_form(const struct gt_remit_form *form, struct gt_refusal *no)
{
    *no = (struct gt_refusal){.why = GT_WHY_NONE};
    if (!gt_code_ok(form->key, KEY_CHARS, "-_"))
        return gt_refuse(no, GT_WHY_KEY_FORM, "", 0, NULL);
    if (form->amount < 0)
        return gt_refuse(no, GT_WHY_MONEY_FORM, "amount", 0, NULL);
    if (!bank_text_ok(form->bank))
        return gt_refuse(no, GT_WHY_NAME_FORM, "bank", BANK_CHARS, NULL);
    if (!bank_text_ok(form->bank_no))
        return gt_refuse(no, GT_WHY_NAME_FORM, "bank_no", BANK_CHARS, NULL);
    if (form->bank_date && !gt_date_valid(form->bank_date))
        return gt_refuse(no, GT_WHY_BANK_DATE, "bank_date", 0, NULL);
    return GT_OK;
}

/* Whether the offer makes a slip of this amount. */
static enum gt_err check_offer(struct gt_tx *tx, struct making *m)
{
    const struct gt_remit_offer *offer = m->plan.offer;
    struct gt_refusal *no = m->plan.no;
    int64_t amount = m->plan.form->amount;
    int64_t covers = offer->shifts;

    for (int i = 0; i < offer->nseries; i++)
        covers += offer->series[i].last_no >= offer->series[i].first_no;
    if (!covers)
        return gt_tx_refuse(tx, no, GT_WHY_REMIT_NONE, "", 0, NULL);
    int64_t reversing = gt_plan_reversing(tx, offer);
    if (reversing)
        return gt_tx_refuse(tx, no, GT_WHY_REMIT_REVERSING, "", reversing, NULL);
    if (offer->due < 0)
        return gt_tx_refuse(tx, no, GT_WHY_REMIT_BELOW, "", -offer->due, NULL);
    if (amount < offer->due || (amount > offer->due && offer->account.kind != GT_ACCOUNT_AGENT))
        return gt_tx_refuse(tx, no, GT_WHY_REMIT_AMOUNT, "amount", offer->due, NULL);
    return gt_tx_err(tx);
}

/* --- the transaction ---------------------------------------------------------------------------
 */

/* The account, locked; that of a safe is made when it first sends something. */
static enum gt_err lock_account(struct gt_tx *tx, struct making *m)
{
    const struct gt_account *seen = &m->plan.offer->account;

    m->account = *seen;
    if (seen->id ? !gt_row_lock(tx, &gt_account_row, seen->id, &m->account)
                 : gt_account_by_owner(tx, GT_ACCOUNT_SAFE, seen->owner_id, &m->account))
        return gt_tx_refuse(tx, m->plan.no, GT_WHY_CHANGED, "", 0, NULL);
    if (!seen->id) {
        m->account.id = m->account_key;
        return gt_account_add(tx, &m->account);
    }
    if (m->account.prepaid != seen->prepaid)
        return gt_tx_refuse(tx, m->plan.no, GT_WHY_CHANGED, "", 0, NULL);
    return gt_tx_err(tx);
}

/* Whether nothing else has come with its trace number meanwhile. */
static enum gt_err trace_free(struct gt_tx *tx, struct making *m)
{
    const struct gt_remit_form *form = m->plan.form;
    struct gt_txn txn;

    if (form->trace_no && gt_txn_by_trace(tx, form->actor->terminal.id, form->trace_no, &txn))
        return gt_tx_refuse(tx, m->plan.no, GT_WHY_KEY_USED, "", 0, NULL);
    return gt_tx_err(tx);
}

/* Whether nobody has put anything of it into another slip meanwhile. */
static enum gt_err still_free(struct gt_tx *tx, struct making *m)
{
    const struct gt_remit_offer *offer = m->plan.offer;

    for (int i = 0; i < offer->nseries; i++)
        if (gt_slip_reached(tx, m->account.id, offer->series[i].source_id) + 1 !=
            offer->series[i].first_no)
            return gt_tx_refuse(tx, m->plan.no, GT_WHY_CHANGED, "", 0, NULL);
    return gt_tx_err(tx);
}

static void insert_lines(struct gt_tx *tx, struct making *m)
{
    const struct gt_remit_offer *offer = m->plan.offer;

    for (int i = 0; i < offer->nseries; i++) {
        const struct gt_remit_series *s = &offer->series[i];
        struct gt_slip_line line = {.account_id = m->account.id,
                                    .source_id = s->source_id,
                                    .first_no = s->first_no,
                                    .last_no = s->last_no,
                                    .amount = s->amount,
                                    .live = 1};

        if (s->last_no < s->first_no)
            continue;
        line.id = GT_SLIP_LINE_ID(m->slip.id, ++m->slip.lines);
        gt_row_insert(tx, &gt_slip_line_row, &line);
    }
}

static enum gt_err take_shifts(struct gt_tx *tx, struct making *m)
{
    struct gt_shift shift;

    for (int64_t i = 0; i < m->plan.offer->shifts; i++) {
        if (!gt_row_lock(tx, &gt_shift_row, m->plan.shift_id[i], &shift) || shift.slip_id)
            return gt_tx_refuse(tx, m->plan.no, GT_WHY_CHANGED, "", 0, NULL);
        shift.slip_id = m->slip.id;
        gt_counted_save(tx, &gt_shift_row, &shift);
    }
    return gt_tx_err(tx);
}

static void fill_slip(struct gt_tx *tx, struct making *m)
{
    const struct gt_remit_form *form = m->plan.form;
    const struct gt_remit_offer *offer = m->plan.offer;

    m->slip = (struct gt_slip){.id = gt_bag_take(&m->bag),
                               .account_id = m->account.id,
                               .slip_no = 1,
                               .kind = m->account.kind,
                               .org_id = m->account.org_id,
                               .to_org_id = offer->to_org_id,
                               .to_bank = offer->to_bank,
                               .maker_id = m->plan.by->user_id,
                               .made_at = m->now,
                               .made_date = m->state.biz_date,
                               .due = offer->due,
                               .prepaid = offer->prepaid,
                               .amount = form->amount,
                               .shifts = offer->shifts,
                               .state = GT_SLIP_SUBMITTED,
                               .bank_date = form->bank_date};
    if (gt_tx_one(tx, &slip_last_no, GT_INT(m->account.id)))
        m->slip.slip_no = gt_col_int(tx) + 1;
    (void)snprintf(m->slip.slip_key, sizeof(m->slip.slip_key), "%s", form->key);
    (void)snprintf(m->slip.bank, sizeof(m->slip.bank), "%s", form->bank ? form->bank : "");
    (void)snprintf(m->slip.bank_no, sizeof(m->slip.bank_no), "%s",
                   form->bank_no ? form->bank_no : "");
}

static void insert_slip(struct gt_tx *tx, struct making *m)
{
    const struct gt_remit_form *form = m->plan.form;
    struct gt_line lines[GT_LEDGER_LINES];

    if (form->trace_no)
        gt_trace_spend(tx, &m->account,
                       &(struct gt_spend){form->actor, form->trace_no, m->number, m->now,
                                          GT_OUT_TRACE_REUSED});
    gt_row_insert(tx, &gt_slip_row, &m->slip);
    gt_census_add(tx, gt_slip_row.table, 1);
    m->account.prepaid -= m->slip.prepaid;
    if (m->slip.kind == GT_ACCOUNT_SAFE)
        gt_ledger_book(tx, &m->account, GT_POSTING_SLIP_SENT, m->slip.id, m->state.biz_date, m->now,
                       lines, gt_slip_entries(&m->slip, GT_POSTING_SLIP_SENT, lines), &m->bag);
    gt_row_save(tx, &gt_account_row, &m->account);
}

bool gt_slip_of_key(struct gt_tx *tx, int64_t maker_id, const char *key, struct gt_slip *slip)
{
    return gt_row_one(tx, &gt_slip_row, slip, &slip_of_key, GT_INT(maker_id), GT_TEXT(key));
}

/* The slip that this key made before. */
static bool made_before(struct gt_tx *tx, struct making *m)
{
    if (!gt_slip_of_key(tx, m->plan.by->user_id, m->plan.form->key, &m->slip))
        return false;
    m->slip_id = m->slip.id;
    if (m->slip.amount != m->plan.form->amount)
        gt_tx_refuse(tx, m->plan.no, GT_WHY_KEY_USED, "", 0, NULL);
    return true;
}

static enum gt_err submit_in(struct gt_tx *tx, void *arg)
{
    struct making *m = arg;
    char object[40], name[GT_SLIP_NAME], detail[200];

    *m->plan.no = (struct gt_refusal){.why = GT_WHY_NONE};
    gt_bag_rewind(&m->bag);
    if (made_before(tx, m))
        return gt_tx_err(tx);
    gt_state_read(tx, &m->state);
    if (lock_account(tx, m) != GT_OK || made_before(tx, m) || trace_free(tx, m) != GT_OK ||
        still_free(tx, m) != GT_OK || check_offer(tx, m) != GT_OK)
        return gt_tx_err(tx);
    fill_slip(tx, m);
    insert_lines(tx, m);
    if (take_shifts(tx, m) != GT_OK)
        return gt_tx_err(tx);
    insert_slip(tx, m);
    m->slip_id = m->slip.id;
    gt_slip_name(tx, &m->slip, name);
    (void)snprintf(object, sizeof(object), "slip %" PRId64, m->slip.id);
    (void)snprintf(detail, sizeof(detail), "slip=%s amount=%" PRId64 " ranges=%" PRId64, name,
                   m->slip.amount, m->slip.lines);
    gt_oplog_add(tx, m->plan.by->logger, "remit.submit", object, detail);
    return gt_tx_err(tx);
}

static enum gt_err repeat_in(struct gt_tx *tx, void *arg)
{
    struct making *m = arg;

    m->slip_id = 0;
    (void)made_before(tx, m);
    return gt_tx_err(tx);
}

static enum gt_err submit(struct making *m)
{
    const struct gt_by *by = m->plan.by;
    /* A repeated form first: what it covered is covered now. */
    enum gt_err err = gt_db_read(by->db, "remit.repeat", repeat_in, m);

    if (err != GT_OK || m->slip_id)
        return err;
    err = gt_db_read(by->db, "remit.plan", gt_plan_read, &m->plan);
    if (err == GT_OK)
        err = gt_bag_fill(by->src, GT_LEDGER_KEYS + 1, &m->bag);
    if (err == GT_OK)
        err = gt_key_next(by->src, "account", &m->account_key);
    if (err == GT_OK && m->plan.form->trace_no)
        err = gt_key_next(by->src, "txn", &m->number);
    m->now = gt_now(by->clock);
    GT_STEP("remit.planned");
    if (err == GT_OK)
        err = gt_db_transact(by->db, "remit.submit", submit_in, m);
    GT_STEP("remit.submitted");
    return err;
}

enum gt_err gt_remit_submit(const struct gt_by *by, const struct gt_remit_form *form, int64_t *id,
                            struct gt_refusal *no)
{
    enum gt_err err = check_form(form, no);
    struct making *m;

    if (err != GT_OK)
        return err;
    m = calloc(1, sizeof(*m) + sizeof(*m->plan.offer));
    if (!m)
        return gt_err_set(GT_ERR_NOMEM, "no memory for a slip");
    m->plan.by = by;
    m->plan.form = form;
    m->plan.offer = (struct gt_remit_offer *)(m + 1);
    m->plan.no = no;
    err = submit(m);
    if (err == GT_OK)
        *id = m->slip_id;
    free(m);
    return err;
}
