/*
 * What the tests of remittance share: people at the bureau, figures of the books, and slips.
 */
#ifndef GT_TESTS_REMIT_KIT_H
#define GT_TESTS_REMIT_KIT_H

#include "office_kit.h"

#include "books/remit.h"

enum { TOP = 6, TOP_TOO = 7 };

static inline enum gt_err add_bureau(struct gt_tx *tx, void *arg)
{
    (void)arg;
    add_person(tx, TOP, "700001", 1, 0, GT_ROLE_ADMIN);
    add_person(tx, TOP_TOO, "700002", 1, 0, GT_ROLE_ADMIN);
    return gt_tx_err(tx);
}

static inline void start(struct office *o)
{
    office_start(o);
    assert_ok(gt_db_transact(o->kit.till.db, "bureau", add_bureau, NULL));
    assert_ok(gt_db_read(o->kit.till.db, "actors", load_again, &o->kit));
}

/* --- what the tests do --------------------------------------------------------------------------
 */

GT_STMT(remit_code_sum,
        "SELECT CAST(SUM(debit - credit) AS BIGINT) FROM gt_balance WHERE code = ?");
GT_STMT(remit_trial, "SELECT CAST(SUM(debit - credit) AS BIGINT) FROM gt_balance WHERE id > 0");
GT_STMT(remit_live_sum, "SELECT CAST(SUM(amount) AS BIGINT) FROM gt_slip_line WHERE account_id = ?"
                        " AND live = 1");
GT_STMT(remit_sold, "SELECT CAST(SUM(amount + fee - drawn) AS BIGINT) FROM gt_txn"
                    " WHERE account_id = ? AND state = 2 AND batch_id > 0 AND method = 'cash'"
                    " AND op <> 7");
GT_STMT(remit_slips, "SELECT COUNT(*) FROM gt_slip WHERE account_id = ?");
GT_STMT(remit_shifts, "SELECT COUNT(*) FROM gt_shift WHERE user_id = ?");

struct summing {
    const struct gt_stmt *const *stmt;
    struct gt_val val;
    int64_t sum;
};

static inline enum gt_err sum_in(struct gt_tx *tx, void *arg)
{
    struct summing *s = arg;

    assert_true(s->stmt == &remit_trial ? gt_tx_one0(tx, s->stmt) : gt_tx_one(tx, s->stmt, s->val));
    s->sum = gt_col_int(tx);
    return gt_tx_err(tx);
}

static inline int64_t sum_of(struct office *o, const struct gt_stmt *const *stmt, struct gt_val val)
{
    struct summing s = {.stmt = stmt, .val = val};

    assert_ok(gt_db_read(o->kit.till.db, "sum", sum_in, &s));
    return s.sum;
}

static inline int64_t balance(struct office *o, const char *code)
{
    return sum_of(o, &remit_code_sum, GT_TEXT(code));
}

static inline struct gt_remit_offer offer_of(struct office *o, int64_t user_id, int64_t account_id,
                                             int64_t org_id)
{
    struct gt_remit_form form = {.account_id = account_id, .org_id = org_id};
    struct gt_remit_offer offer;

    assert_ok(gt_remit_offer(by_of(o, user_id), &form, &offer, &o->no));
    return offer;
}

/* Makes a slip of all that waits; 0, with the refusal in o->no, if there can be none. */
static inline int64_t submit(struct office *o, int64_t user_id, int64_t account_id, int64_t org_id,
                             const char *key)
{
    struct gt_remit_form form = {.account_id = account_id, .org_id = org_id, .key = key};
    int64_t id = 0;

    form.amount = offer_of(o, user_id, account_id, org_id).due;
    if (form.amount < 0)
        return 0;
    enum gt_err err = gt_remit_submit(by_of(o, user_id), &form, &id, &o->no);
    if (err != GT_OK && o->no.why == GT_WHY_NONE)
        fail_msg("%s", gt_err_text());
    return id;
}

struct slipping {
    int64_t id;
    struct gt_slip slip;
    struct gt_slip_line line[GT_SLIP_LINES];
    size_t nlines;
};

static inline enum gt_err slip_in(struct gt_tx *tx, void *arg)
{
    struct slipping *s = arg;

    assert_true(gt_row_find(tx, &gt_slip_row, s->id, &s->slip));
    s->nlines = gt_slip_lines(tx, &s->slip, s->line);
    return gt_tx_err(tx);
}

static inline struct slipping slip_of(struct office *o, int64_t id)
{
    struct slipping s = {.id = id};

    assert_ok(gt_db_read(o->kit.till.db, "slip", slip_in, &s));
    return s;
}

static inline void sign_off(struct office *o, const struct gt_actor *actor)
{
    struct gt_signon out;

    assert_ok(gt_till_sign_off(&o->kit.till, actor, &out));
}

static inline void receive(struct office *o, int64_t user_id, int64_t slip_id)
{
    assert_ok(gt_remit_receive(by_of(o, user_id), slip_id, &o->no));
}

static inline void bank(struct office *o, int64_t user_id, int64_t slip_id)
{
    assert_ok(gt_remit_bank(by_of(o, user_id), slip_id, "建设银行", "B-1", KIT_DATE, &o->no));
}

#endif
