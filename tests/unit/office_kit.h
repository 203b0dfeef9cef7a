/*
 * What the tests of shifts and remittance share: the platform of till_kit.h with people in it.
 */
#ifndef GT_TESTS_OFFICE_KIT_H
#define GT_TESTS_OFFICE_KIT_H

#include "till_kit.h"

#include "access/approval.h"
#include "access/credential.h"
#include "access/param.h"
#include "access/role.h"
#include "till/batch.h"
#include "till/credit.h"
#include "till/shift.h"

enum { CASHIER = 1, STAFF = 2, SECOND = 3, BOSS = 4, OTHER_BOSS = 5 };

/* The platform of till_kit.h with a second member of the agent's staff and two managers. */
struct office {
    struct kit kit;
    struct gt_keys keys;
    struct gt_logger logger;
    struct gt_by by; /* copied by by_of() */
    struct gt_refusal no;
};

static inline void add_person(struct gt_tx *tx, int64_t id, const char *no, int64_t org_id,
                              int64_t account_id, int64_t role_id)
{
    struct gt_user user = {.id = id, .org_id = org_id, .account_id = account_id, .name = "人"};

    snprintf(user.login, sizeof(user.login), "u%s", no);
    snprintf(user.operator_no, sizeof(user.operator_no), "%s", no);
    assert_ok(gt_user_add(tx, &user));
    assert_ok(gt_credential_set(tx, id, "", true, 0));
    assert_ok(gt_grant_add(tx, id, id, role_id, org_id, 0, 0));
}

static inline enum gt_err add_people(struct gt_tx *tx, void *arg)
{
    (void)arg;
    add_person(tx, SECOND, "900003", 4, 2, GT_ROLE_AGENT);
    add_person(tx, BOSS, "800001", 2, 0, GT_ROLE_MANAGER);
    add_person(tx, OTHER_BOSS, "800002", 2, 0, GT_ROLE_MANAGER);
    return gt_tx_err(tx);
}

static inline enum gt_err load_again(struct gt_tx *tx, void *arg)
{
    struct kit *kit = arg;

    assert_true(gt_actor_load(tx, "T1", "900001", &kit->cashier));
    assert_true(gt_actor_load(tx, "T2", "900001", &kit->handheld));
    assert_true(gt_actor_load(tx, "T1", "900002", &kit->agent));
    return gt_tx_err(tx);
}

static inline void office_start(struct office *o)
{
    int64_t taken = 0;

    kit_start(&o->kit);
    while (taken < 10) /* accounts were numbered by hand */
        assert_ok(gt_key_next(o->kit.till.keys, "account", &taken));
    assert_ok(gt_db_transact(o->kit.till.db, "people", add_people, NULL));
    assert_ok(gt_db_read(o->kit.till.db, "actors", load_again, &o->kit));
    assert_ok(gt_logger_init(&o->logger, o->kit.till.keys, &o->kit.clock, "test", "here"));
    o->by = (struct gt_by){.db = o->kit.till.db,
                           .src = o->kit.till.keys,
                           .clock = &o->kit.clock,
                           .keys = &o->keys,
                           .logger = &o->logger,
                           .tz_minutes = 480};
}

static inline void office_stop(struct office *o)
{
    kit_books_agree(&o->kit);
    kit_stop(&o->kit);
}

static inline const struct gt_by *by_of(struct office *o, int64_t user_id)
{
    o->by.user_id = user_id;
    return &o->by;
}

/* --- what the tests do --------------------------------------------------------------------------
 */

static inline int64_t open_shift(struct office *o, int64_t user_id, int64_t float_amount,
                                 const char *key)
{
    int64_t id = 0;

    assert_ok(gt_shift_open(by_of(o, user_id), float_amount, key, &id, &o->no));
    return id;
}

/* Counts `fen` in whole yuan notes and coins of 1 fen. */
static inline struct gt_count_form drawer(int64_t fen, int64_t apart)
{
    struct gt_count_form form = {.apart = apart};

    form.pieces[6] = fen / 100;
    form.pieces[GT_DENOMINATIONS - 1] = fen % 100;
    return form;
}

static inline void count_shift(struct office *o, int64_t user_id, int64_t shift_id, int64_t fen,
                               const char *key)
{
    struct gt_count_form form = drawer(fen, 0);

    assert_ok(gt_shift_count(by_of(o, user_id), shift_id, &form, key, &o->no));
}

static inline void close_shift(struct office *o, int64_t user_id, int64_t shift_id, int64_t seen,
                               const char *key)
{
    assert_ok(gt_shift_close(by_of(o, user_id), shift_id, seen, seen ? "数错了" : "", key, &o->no));
}

/* Sells for cash. */
static inline int64_t sell(struct office *o, const struct gt_actor *actor, int64_t trace_no,
                           int64_t amount)
{
    kit_recharge(&o->kit, trace_no, "3000000001", amount)->actor = actor;
    assert_int_equal(kit_run(&o->kit), GT_OUT_OK);
    return o->kit.result.txn.id;
}

struct reporting {
    int64_t id;
    struct gt_shift_report report;
};

static inline enum gt_err report_in(struct gt_tx *tx, void *arg)
{
    struct reporting *r = arg;

    assert_true(gt_shift_report(tx, r->id, &r->report));
    return gt_tx_err(tx);
}

static inline struct gt_shift_report report_of(struct office *o, int64_t id)
{
    struct reporting r = {.id = id};

    assert_ok(gt_db_read(o->kit.till.db, "report", report_in, &r));
    return r.report;
}

#endif
