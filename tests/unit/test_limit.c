/*
 * Limits by kind of business: of one transaction and of one date, given back with what was declined
 * or reversed, lifted by a permission, and never passed however many come at once.
 */
#include "office_kit.h"

#include "till/flow.h"
#include "till/limit.h"
#include "till/permit.h"

#include <pthread.h>

enum { PAY, RECHARGE }; /* places in gt_limit_op */
enum { ACCOUNT = 1, THREADS = 64 };

struct looking {
    struct gt_limits limits;
    struct gt_account account;
};

static enum gt_err look_in(struct gt_tx *tx, void *arg)
{
    struct looking *l = arg;

    gt_limits_read(tx, ACCOUNT, &l->limits);
    assert_true(gt_row_find(tx, &gt_account_row, ACCOUNT, &l->account));
    return gt_tx_err(tx);
}

static struct looking look(struct office *o)
{
    static struct looking l;

    assert_ok(gt_db_read(o->kit.till.db, "limits", look_in, &l));
    return l;
}

static void set(struct office *o, int op, int64_t txn, int64_t day)
{
    struct gt_limits limits = look(o).limits;

    limits.of[op].txn = txn;
    limits.of[op].day = day;
    assert_ok(gt_limits_put(by_of(o, BOSS), ACCOUNT, &limits, &o->no));
}

static enum gt_outcome recharge(struct office *o, int64_t trace_no, int64_t amount)
{
    kit_recharge(&o->kit, trace_no, "3000000001", amount);
    return kit_run(&o->kit);
}

static void each_business_has_its_own(void **state)
{
    struct office o;

    (void)state;
    office_start(&o);
    set(&o, RECHARGE, 1000, 2500);
    assert_int_equal(recharge(&o, 1, 1001), GT_OUT_OVER_TXN_LIMIT);
    assert_int_equal(recharge(&o, 2, 1000), GT_OUT_OK);
    assert_int_equal(recharge(&o, 3, 1000), GT_OUT_OK);
    assert_int_equal(recharge(&o, 4, 501), GT_OUT_OVER_DAY_LIMIT);
    kit_pay(&o.kit, 5, "1000000001", 5000); /* bills have none */
    assert_int_equal(kit_run(&o.kit), GT_OUT_OK);
    assert_int_equal(recharge(&o, 6, 500), GT_OUT_OK);
    assert_int_equal(recharge(&o, 7, 1), GT_OUT_OVER_DAY_LIMIT);
    kit_recharge(&o.kit, 8, "3000000001", 1000)->actor = &o.kit.agent; /* nor has the agent */
    assert_int_equal(kit_run(&o.kit), GT_OUT_OK);
    set(&o, RECHARGE, 0, 0);
    assert_int_equal(look(&o).account.limit_ops, 0);
    assert_int_equal(recharge(&o, 9, 9000), GT_OUT_OK);
    office_stop(&o);
}

static void another_method_than_cash_counts_too(void **state)
{
    struct office o;

    (void)state;
    office_start(&o);
    set(&o, RECHARGE, 0, 1000);
    struct gt_order *order = kit_recharge(&o.kit, 1, "3000000001", 1000);
    snprintf(order->method, sizeof(order->method), "%s", "wechat");
    assert_int_equal(kit_run(&o.kit), GT_OUT_OK);
    assert_int_equal(recharge(&o, 2, 1), GT_OUT_OVER_DAY_LIMIT);
    office_stop(&o);
}

static void what_is_declined_or_reversed_is_free_again(void **state)
{
    struct office o;

    (void)state;
    office_start(&o);
    set(&o, RECHARGE, 0, 1000);
    o.kit.up.next = GT_UP_REFUSED;
    o.kit.up.refusal = GT_OUT_ARREARS_FIRST;
    assert_int_equal(recharge(&o, 1, 1000), GT_OUT_ARREARS_FIRST);
    o.kit.up.next = GT_UP_OK;
    assert_int_equal(recharge(&o, 2, 1000), GT_OUT_OK);
    int64_t sale = o.kit.result.txn.id;
    assert_int_equal(recharge(&o, 3, 1), GT_OUT_OVER_DAY_LIMIT);
    kit_reverse(&o.kit, 4, sale, 1000);
    assert_int_equal(kit_run(&o.kit), GT_OUT_OK);
    assert_int_equal(recharge(&o, 5, 1000), GT_OUT_OK);
    assert_int_equal(recharge(&o, 6, 1), GT_OUT_OVER_DAY_LIMIT);
    office_stop(&o);
}

static void a_permission_lifts_it_once(void **state)
{
    struct office o;
    int64_t id = 0;

    (void)state;
    office_start(&o);
    set(&o, RECHARGE, 100, 0);
    assert_ok(gt_permit_give(by_of(&o, BOSS), ACCOUNT, "3000000001", 5000, "敬老院", &id, &o.no));
    assert_int_equal(recharge(&o, 1, 5000), GT_OUT_OK);
    assert_int_equal(recharge(&o, 2, 5000), GT_OUT_OVER_TXN_LIMIT);
    office_stop(&o);
}

static void who_sets_them(void **state)
{
    struct office o;
    struct gt_limits limits, mine;

    (void)state;
    office_start(&o);
    limits = mine = look(&o).limits;
    limits.of[PAY].day = 500;
    assert_int_equal(gt_limits_put(by_of(&o, CASHIER), ACCOUNT, &limits, &o.no), GT_ERR_DENIED);
    assert_ok(gt_limits_put(by_of(&o, BOSS), ACCOUNT, &limits, &o.no));
    assert_int_equal(look(&o).account.limit_ops, 1 << GT_OP_PAY);
    mine.of[PAY].day = 700; /* made from what was there before */
    assert_int_equal(gt_limits_put(by_of(&o, OTHER_BOSS), ACCOUNT, &mine, &o.no), GT_ERR_DENIED);
    assert_int_equal(o.no.why, GT_WHY_CHANGED);
    assert_int_equal(look(&o).limits.of[PAY].day, 500);
    mine = look(&o).limits;
    mine.of[RECHARGE].txn = -1;
    assert_int_equal(gt_limits_put(by_of(&o, BOSS), ACCOUNT, &mine, &o.no), GT_ERR_RANGE);
    office_stop(&o);
}

/* --- at once ---------------------------------------------------------------------------------- */

struct racer {
    pthread_t thread;
    struct gt_till till;
    struct gt_order order;
    struct gt_flow flow;
    struct gt_result result;
    enum gt_err err;
};

static void *race(void *arg)
{
    struct racer *r = arg;

    r->err = gt_flow_intent(&r->till, &r->order, &r->flow, &r->result);
    return NULL;
}

/* The platform's store as services open it: with a writer, for many threads. */
static void open_for_many(struct office *o)
{
    struct gt_db_conf conf = {.sync = GT_DB_RELAXED, .path = o->kit.path, .seal_key = o->kit.key};

    conf.connection = server_string(&o->kit.server);
    conf.together = true;
    gt_keysrc_free(o->kit.till.keys);
    gt_db_close(o->kit.till.db);
    assert_ok(gt_db_open(&conf, &o->kit.till.db));
    assert_ok(gt_keysrc_new(o->kit.till.db, 100, &o->kit.till.keys));
    o->by.db = o->kit.till.db;
    o->by.src = o->kit.till.keys;
}

static void of_64_at_once_just_as_many_as_there_is_room_for(void **state)
{
    static struct racer racers[THREADS];
    struct office o;
    int taken = 0, over = 0;

    (void)state;
    office_start(&o);
    set(&o, RECHARGE, 0, 2050);
    open_for_many(&o);
    for (int i = 0; i < THREADS; i++) {
        racers[i] = (struct racer){.till = o.kit.till};
        racers[i].order = *kit_recharge(&o.kit, i + 1, "", 100);
        snprintf(racers[i].order.customer_no, sizeof(racers[i].order.customer_no), "30000001%02d",
                 i);
    }
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&racers[i].thread, NULL, race, &racers[i]), 0);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_join(racers[i].thread, NULL), 0);
    for (int i = 0; i < THREADS; i++) {
        assert_ok(racers[i].err);
        taken += racers[i].flow.next == GT_FLOW_CALL;
        over += racers[i].flow.next == GT_FLOW_DONE &&
                racers[i].result.outcome == GT_OUT_OVER_DAY_LIMIT;
    }
    assert_int_equal(taken, 20);
    assert_int_equal(over, THREADS - 20);
    assert_int_equal(look(&o).account.held, 2000);
    for (int i = 0; i < THREADS; i++) {
        if (racers[i].flow.next == GT_FLOW_CALL) {
            gt_flow_call(&o.kit.till, &racers[i].flow, 1000);
            assert_ok(gt_flow_outcome(&o.kit.till, &racers[i].flow, &racers[i].result));
        }
    }
    office_stop(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_business_has_its_own),
        cmocka_unit_test(another_method_than_cash_counts_too),
        cmocka_unit_test(what_is_declined_or_reversed_is_free_again),
        cmocka_unit_test(a_permission_lifts_it_once),
        cmocka_unit_test(who_sets_them),
        cmocka_unit_test(of_64_at_once_just_as_many_as_there_is_room_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
