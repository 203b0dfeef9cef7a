/*
 * Remittance: money goes up in its order, through the hands of two people; nothing is left out and
 * nothing goes twice, however many try at once.
 */
#include "remit_kit.h"

#include "till/statement.h"

#include <pthread.h>

/* --- tests --------------------------------------------------------------------------------------
 */

static void money_goes_up_from_the_cashier_to_the_bank(void **state)
{
    struct office o;
    struct slipping s;

    (void)state;
    start(&o);
    int64_t shift = open_shift(&o, CASHIER, 1000, "k1");
    sell(&o, &o.kit.cashier, 1, 3000);
    sell(&o, &o.kit.handheld, 2, 500);
    assert_int_equal(submit(&o, CASHIER, 1, 0, "s0"), 0); /* nothing is closed */
    assert_int_equal(o.no.why, GT_WHY_REMIT_NONE);
    count_shift(&o, CASHIER, shift, 4600, "c1");
    assert_int_equal(submit(&o, CASHIER, 1, 0, "s0"), 0); /* counted is not closed */
    assert_int_equal(o.no.why, GT_WHY_REMIT_NONE);
    close_shift(&o, CASHIER, shift, 100, "z1");
    int64_t slip = submit(&o, CASHIER, 1, 0, "s1");
    s = slip_of(&o, slip);
    assert_int_equal(s.slip.amount, 3600);
    assert_int_equal(s.nlines, 2);
    assert_int_equal(s.slip.shifts, 1);
    assert_int_equal(kit_credit(&o.kit, &o.kit.cashier).unremitted, 3600);
    receive(&o, BOSS, slip);
    assert_int_equal(kit_credit(&o.kit, &o.kit.cashier).unremitted, 0);
    assert_int_equal(balance(&o, "safe:3"), 3600);

    slip = submit(&o, BOSS, 0, 3, "s2"); /* station to county */
    assert_int_equal(balance(&o, "transit"), 3600);
    receive(&o, OTHER_BOSS, slip);
    assert_int_equal(balance(&o, "safe:2"), 3600);
    slip = submit(&o, BOSS, 0, 2, "s3"); /* county to bureau */
    assert_int_equal(gt_remit_bank(by_of(&o, TOP), slip, "b", "1", KIT_DATE, &o.no), GT_ERR_DENIED);
    assert_int_equal(o.no.why, GT_WHY_SLIP_STATE);
    receive(&o, TOP, slip);
    bank(&o, TOP, slip);
    bank(&o, TOP, slip); /* clicked twice */
    assert_int_equal(balance(&o, "bank"), 3600);
    assert_int_equal(balance(&o, "transit"), 0);
    assert_int_equal(balance(&o, "safe:2") + balance(&o, "safe:3"), 0);
    assert_int_equal(sum_of(&o, &remit_trial, GT_INT(0)), 0);
    assert_string_equal(slip_of(&o, slip).slip.bank_no, "B-1");
    office_stop(&o);
}

static void an_agent_remits_straight_to_the_bureau(void **state)
{
    struct gt_remit_form form = {.account_id = 2, .key = "s1", .bank = "工行", .amount = 5500};
    struct office o;
    int64_t approval = 0, id = 0;

    (void)state;
    start(&o);
    sell(&o, &o.kit.agent, 1, 5000);
    sign_off(&o, &o.kit.agent);
    /* What a deposit has repaid is not remitted again. */
    assert_ok(gt_credit_deposit(by_of(&o, BOSS), 2, 1000, "到账", &approval, &o.no));
    assert_ok(gt_approval_decide(by_of(&o, OTHER_BOSS), approval, 1, true, "", &o.no));
    assert_int_equal(offer_of(&o, STAFF, 2, 0).due, 4000);
    form.amount = 3999;
    assert_int_equal(gt_remit_submit(by_of(&o, STAFF), &form, &id, &o.no), GT_ERR_RANGE);
    assert_int_equal(o.no.why, GT_WHY_REMIT_AMOUNT);
    assert_int_equal(o.no.n, 4000);
    form.amount = 4500; /* 500 more than is due: deposit */
    assert_ok(gt_remit_submit(by_of(&o, STAFF), &form, &id, &o.no));
    assert_int_equal(gt_remit_receive(by_of(&o, BOSS), id, &o.no), GT_ERR_ABSENT); /* not theirs */
    receive(&o, TOP, id);
    assert_int_equal(kit_credit(&o.kit, &o.kit.agent).unremitted, 4000); /* banked first */
    bank(&o, TOP_TOO, id);
    assert_int_equal(kit_credit(&o.kit, &o.kit.agent).unremitted, 0);
    assert_int_equal(kit_credit(&o.kit, &o.kit.agent).deposit, 500);
    assert_int_equal(balance(&o, "bank"), 5500);
    office_stop(&o);
}

/* --- statements ------------------------------------------------------------------------------ */

struct stating {
    int64_t account_id, from, to;
    struct gt_account account;
    struct gt_statement said;
};

static enum gt_err state_in(struct gt_tx *tx, void *arg)
{
    struct stating *s = arg;

    assert_true(gt_row_find(tx, &gt_account_row, s->account_id, &s->account));
    gt_statement_read(tx, s->account_id, s->from, s->to, &s->said);
    return gt_tx_err(tx);
}

/* The statement of the account; line by line it must add up, to what the account is now. */
static void state_account(struct office *o, int64_t account_id, struct stating *s)
{
    *s = (struct stating){.account_id = account_id, .from = KIT_DATE - 1, .to = KIT_DATE + 2};
    assert_ok(gt_db_read(o->kit.till.db, "statement", state_in, s));
    int64_t unremitted = s->said.unremitted, deposit = s->said.deposit;

    for (int i = 0; i < s->said.ndays; i++) {
        const struct gt_statement_day *day = &s->said.day[i];
        assert_int_equal(day->unremitted - day->deposit, unremitted - deposit +
                                                             gt_work_net(&day->work) - day->other -
                                                             day->remitted + day->difference);
        unremitted = day->unremitted;
        deposit = day->deposit;
    }
    assert_int_equal(unremitted, s->account.unremitted);
    assert_int_equal(deposit, s->account.deposit);
}

static void a_cashiers_statement_adds_up(void **state)
{
    struct office o;
    struct stating s;

    (void)state;
    start(&o);
    int64_t shift = open_shift(&o, CASHIER, 1000, "k1");
    sell(&o, &o.kit.cashier, 1, 3000);
    sell(&o, &o.kit.handheld, 2, 500);
    kit_recharge(&o.kit, 3, "3000000001", 700);
    snprintf(o.kit.order.method, sizeof(o.kit.order.method), "wechat");
    assert_int_equal(kit_run(&o.kit), GT_OUT_OK);
    int64_t sale = o.kit.result.txn.id;
    state_account(&o, 1, &s);
    assert_int_equal(s.said.ndays, 1);
    assert_int_equal(s.said.day[0].other, 700);
    assert_int_equal(s.said.day[0].remitted, 0); /* the float is none */
    kit_reverse(&o.kit, 4, sale, 700);
    assert_int_equal(kit_run(&o.kit), GT_OUT_OK);
    assert_ok(gt_bizdate_cut(&o.kit.till, KIT_DATE, KIT_DATE + 1, "test"));
    count_shift(&o, CASHIER, shift, 4600, "c1");
    close_shift(&o, CASHIER, shift, 100, "z1"); /* 100 over */
    receive(&o, BOSS, submit(&o, CASHIER, 1, 0, "s1"));
    state_account(&o, 1, &s);
    assert_int_equal(s.said.ndays, 2);
    assert_int_equal(s.said.day[0].unremitted, 3500);
    assert_int_equal(s.said.day[0].work.reversals, 1);
    assert_int_equal(s.said.day[1].difference, 100);
    assert_int_equal(s.said.day[1].remitted, 3600);
    assert_int_equal(s.said.day[1].unremitted, 0);
    assert_int_equal(s.said.nmethods, 2);
    assert_string_equal(s.said.method[0].method, "cash");
    assert_int_equal(s.said.method[0].taken, 3500);
    assert_int_equal(s.said.method[0].given_back, 0);
    assert_int_equal(s.said.method[1].taken - s.said.method[1].given_back, 0);
    assert_int_equal(s.said.op[GT_OP_RECHARGE].amount, 4200);
    s.from = KIT_DATE + 1; /* what came before is in the opening */
    assert_ok(gt_db_read(o.kit.till.db, "statement", state_in, &s));
    assert_int_equal(s.said.unremitted, 3500);
    assert_int_equal(s.said.ndays, 1);
    office_stop(&o);
}

static void an_agents_statement_adds_up(void **state)
{
    struct gt_remit_form form = {.account_id = 2, .key = "s1", .amount = 4500};
    struct office o;
    struct stating s;
    int64_t approval = 0, id = 0;

    (void)state;
    start(&o);
    state_account(&o, 2, &s);
    assert_int_equal(s.said.ndays, 0);
    sell(&o, &o.kit.agent, 1, 5000);
    sign_off(&o, &o.kit.agent);
    assert_ok(gt_credit_deposit(by_of(&o, BOSS), 2, 1000, "到账", &approval, &o.no));
    assert_ok(gt_approval_decide(by_of(&o, OTHER_BOSS), approval, 1, true, "", &o.no));
    assert_ok(gt_remit_submit(by_of(&o, STAFF), &form, &id, &o.no));
    state_account(&o, 2, &s);
    assert_int_equal(s.said.day[0].remitted, 1000); /* submitted is not banked */
    receive(&o, TOP, id);
    bank(&o, TOP_TOO, id);
    sell(&o, &o.kit.agent, 2, 200); /* of the deposit */
    state_account(&o, 2, &s);
    assert_int_equal(s.said.ndays, 1);
    assert_int_equal(s.said.day[0].remitted, 5500);
    assert_int_equal(s.said.day[0].unremitted, 0);
    assert_int_equal(s.said.day[0].deposit, 300);
    assert_int_equal(s.said.npeople, 1);
    assert_int_equal(s.said.person[0].user_id, o.kit.agent.user.id);
    assert_int_equal(s.said.person[0].work.amount, 5200);
    office_stop(&o);
}

static void nobody_confirms_their_own(void **state)
{
    struct office o;

    (void)state;
    start(&o);
    sell(&o, &o.kit.cashier, 1, 100);
    sign_off(&o, &o.kit.cashier);
    int64_t slip = submit(&o, CASHIER, 1, 0, "s1");
    assert_int_equal(gt_remit_receive(by_of(&o, CASHIER), slip, &o.no), GT_ERR_DENIED);
    assert_int_equal(o.no.why, GT_WHY_NO_RIGHT);
    assert_int_equal(submit(&o, CASHIER, 1, 0, "s2"), 0); /* all of it is in s1 */
    assert_int_equal(o.no.why, GT_WHY_REMIT_NONE);
    receive(&o, BOSS, slip);
    receive(&o, BOSS, slip); /* clicked twice */
    assert_int_equal(gt_remit_receive(by_of(&o, OTHER_BOSS), slip, &o.no), GT_ERR_DENIED);
    assert_int_equal(o.no.why, GT_WHY_SLIP_STATE);
    slip = submit(&o, BOSS, 0, 3, "s1");
    assert_int_equal(gt_remit_receive(by_of(&o, BOSS), slip, &o.no), GT_ERR_DENIED);
    assert_int_equal(o.no.why, GT_WHY_OWN_SLIP);
    assert_int_equal(gt_remit_return(by_of(&o, BOSS), slip, "退", &o.no), GT_ERR_DENIED);
    receive(&o, OTHER_BOSS, slip);
    assert_int_equal(sum_of(&o, &remit_slips, GT_INT(1)), 1);
    office_stop(&o);
}

static void the_same_form_again_is_the_same_slip(void **state)
{
    struct gt_remit_form form = {.account_id = 1, .key = "s1", .amount = 100};
    struct office o;
    int64_t id = 0, again = 0;

    (void)state;
    start(&o);
    sell(&o, &o.kit.cashier, 1, 100);
    sign_off(&o, &o.kit.cashier);
    assert_ok(gt_remit_submit(by_of(&o, CASHIER), &form, &id, &o.no));
    assert_ok(gt_remit_submit(by_of(&o, CASHIER), &form, &again, &o.no));
    assert_int_equal(again, id);
    form.amount = 200;
    assert_int_equal(gt_remit_submit(by_of(&o, CASHIER), &form, &again, &o.no), GT_ERR_DENIED);
    assert_int_equal(o.no.why, GT_WHY_KEY_USED);
    office_stop(&o);
}

static void a_slip_leaves_no_gap_and_does_not_overlap(void **state)
{
    struct gt_remit_form form = {.account_id = 1, .nranges = 1, .amount = 0, .key = "s1"};
    struct office o;
    int64_t id = 0;

    (void)state;
    start(&o);
    for (int64_t i = 1; i <= 4; i++) { /* batches 1 … 4 of 10, 20, 30, 40; the last stays open */
        sell(&o, &o.kit.cashier, i, 10 * i);
        if (i < 4)
            sign_off(&o, &o.kit.cashier);
    }
    form.range[0].source_id = 1;
    form.range[0].first_no = 2;
    form.range[0].last_no = 2;
    assert_int_equal(gt_remit_submit(by_of(&o, CASHIER), &form, &id, &o.no), GT_ERR_DENIED);
    assert_int_equal(o.no.why, GT_WHY_REMIT_GAP);
    assert_int_equal(o.no.n, 1);
    form.range[0].first_no = 1;
    form.amount = 30;
    assert_ok(gt_remit_submit(by_of(&o, CASHIER), &form, &id, &o.no));
    form.key = "s2";
    assert_int_equal(gt_remit_submit(by_of(&o, CASHIER), &form, &id, &o.no), GT_ERR_DENIED);
    assert_int_equal(o.no.why, GT_WHY_REMIT_OVERLAP);
    form.range[0].first_no = 3;
    form.range[0].last_no = 4;
    assert_int_equal(gt_remit_submit(by_of(&o, CASHIER), &form, &id, &o.no), GT_ERR_DENIED);
    assert_int_equal(o.no.why, GT_WHY_REMIT_CLOSED);
    assert_int_equal(o.no.n, 4);
    form.range[0].source_id = 99;
    assert_int_equal(gt_remit_submit(by_of(&o, CASHIER), &form, &id, &o.no), GT_ERR_ABSENT);
    form.range[0].source_id = 1;
    form.range[0].last_no = 3;
    assert_ok(gt_remit_submit(by_of(&o, CASHIER), &form, &id, &o.no));
    assert_int_equal(slip_of(&o, id).slip.amount, 30);
    office_stop(&o);
}

static void slips_are_received_in_order_and_returned_from_the_last(void **state)
{
    struct office o;

    (void)state;
    start(&o);
    sell(&o, &o.kit.cashier, 1, 100);
    sign_off(&o, &o.kit.cashier);
    int64_t first = submit(&o, CASHIER, 1, 0, "s1");
    int64_t shift = open_shift(&o, CASHIER, 0, "k1");
    count_shift(&o, CASHIER, shift, 5, "c1");
    close_shift(&o, CASHIER, shift, 5, "z1");
    sell(&o, &o.kit.cashier, 2, 200);
    sign_off(&o, &o.kit.cashier);
    int64_t second = submit(&o, CASHIER, 1, 0, "s2");
    assert_int_equal(gt_remit_receive(by_of(&o, BOSS), second, &o.no), GT_ERR_DENIED);
    assert_int_equal(o.no.why, GT_WHY_REMIT_ORDER);
    assert_int_equal(gt_remit_return(by_of(&o, BOSS), first, "少", &o.no), GT_ERR_DENIED);
    assert_int_equal(o.no.why, GT_WHY_REMIT_ORDER);
    assert_ok(gt_remit_return(by_of(&o, BOSS), second, "少", &o.no));
    assert_ok(gt_remit_return(by_of(&o, BOSS), first, "少", &o.no));
    int64_t third = submit(&o, CASHIER, 1, 0, "s3");
    assert_int_equal(slip_of(&o, third).slip.amount, 305);
    assert_int_equal(slip_of(&o, third).line[0].first_no, 1);
    receive(&o, BOSS, third);
    assert_int_equal(gt_remit_return(by_of(&o, BOSS), third, "迟", &o.no), GT_ERR_DENIED);
    assert_int_equal(o.no.why, GT_WHY_SLIP_STATE);
    assert_int_equal(kit_credit(&o.kit, &o.kit.cashier).unremitted, 0);
    office_stop(&o);
}

static void what_is_remitted_is_not_reversed_and_the_other_way_round(void **state)
{
    struct office o;

    (void)state;
    start(&o);
    int64_t sale = sell(&o, &o.kit.cashier, 1, 100);
    sell(&o, &o.kit.cashier, 2, 50);
    sign_off(&o, &o.kit.cashier);
    o.kit.up.next = GT_UP_UNKNOWN;
    kit_reverse(&o.kit, 3, sale, 100);
    assert_int_equal(kit_run(&o.kit), GT_OUT_IN_DOUBT);
    assert_int_equal(submit(&o, CASHIER, 1, 0, "s1"), 0);
    assert_int_equal(o.no.why, GT_WHY_REMIT_REVERSING);
    o.kit.up.next = GT_UP_OK;
    o.kit.up.fate = GT_UP_FATE_POSTED;
    kit_work(&o.kit, 60000);
    assert_int_equal(submit(&o, CASHIER, 1, 0, "s1") != 0, true); /* 150, the 100 come back later */
    sale = sell(&o, &o.kit.cashier, 4, 30);
    sign_off(&o, &o.kit.cashier);
    assert_int_equal(submit(&o, CASHIER, 1, 0, "s2"), 0); /* 30 less 100 */
    sell(&o, &o.kit.cashier, 5, 70);
    sign_off(&o, &o.kit.cashier);
    assert_int_not_equal(submit(&o, CASHIER, 1, 0, "s3"), 0);
    kit_reverse(&o.kit, 6, sale, 30);
    assert_int_equal(kit_run(&o.kit), GT_OUT_REV_REMITTED);
    office_stop(&o);
}

/* --- all at once --------------------------------------------------------------------------------
 */

enum { THREADS = 8 };
enum { OPEN, COUNT, CLOSE, SUBMIT };

struct racer {
    pthread_t thread;
    struct gt_by by;
    struct gt_logger logger;
    struct gt_refusal no;
    int what, number;
    int64_t id;
    enum gt_err err;
};

static void *race(void *arg)
{
    struct gt_count_form form = drawer(100, 0);
    struct gt_remit_form slip = {.account_id = 1, .amount = 100};
    struct racer *r = arg;
    char key[16];

    snprintf(key, sizeof(key), "key-%d", r->number);
    slip.key = key;
    if (r->what == OPEN)
        r->err = gt_shift_open(&r->by, 0, key, &r->id, &r->no);
    else if (r->what == COUNT)
        r->err = gt_shift_count(&r->by, r->id, &form, "same", &r->no);
    else if (r->what == CLOSE)
        r->err = gt_shift_close(&r->by, r->id, 0, "", key, &r->no);
    else
        r->err = gt_remit_submit(&r->by, &slip, &r->id, &r->no);
    return NULL;
}

/* Lets everybody do the same at the same moment; how many could, and the id of one who did. */
static int race_all(struct office *o, int what, int64_t *id)
{
    struct racer racers[THREADS];
    int done = 0;

    for (int i = 0; i < THREADS; i++) {
        racers[i] = (struct racer){.by = *by_of(o, CASHIER), .what = what, .number = i, .id = *id};
        assert_ok(gt_logger_for(&o->logger, "test", "here", &racers[i].logger));
        racers[i].by.logger = &racers[i].logger;
    }
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&racers[i].thread, NULL, race, &racers[i]), 0);
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(racers[i].thread, NULL), 0);
        if (racers[i].err == GT_OK) {
            *id = racers[i].id;
            done++;
        } else {
            assert_int_not_equal(racers[i].no.why, GT_WHY_NONE);
        }
    }
    return done;
}

/* The platform's store as services open it: with a writer, for many threads. */
static void open_for_many(struct office *o)
{
    struct gt_db_conf conf = {.sync = GT_DB_RELAXED, .path = o->kit.path, .seal_key = o->kit.key};

    conf.connection = server_string(&o->kit.server);
    gt_keysrc_free(o->kit.till.keys);
    gt_db_close(o->kit.till.db);
    assert_ok(gt_db_open(&conf, &o->kit.till.db));
    assert_ok(gt_keysrc_new(o->kit.till.db, 100, &o->kit.till.keys));
    o->by.db = o->kit.till.db;
    o->by.src = o->kit.till.keys;
}

static void of_many_at_once_one_is_first(void **state)
{
    struct office o;
    int64_t id = 0;

    (void)state;
    start(&o);
    open_for_many(&o);
    assert_int_equal(race_all(&o, OPEN, &id), 1);
    sell(&o, &o.kit.cashier, 1, 100);
    assert_int_equal(race_all(&o, COUNT, &id), THREADS); /* the same key */
    assert_int_equal(report_of(&o, id).shift.counts, 1);
    assert_int_equal(race_all(&o, CLOSE, &id), 1);
    assert_int_equal(race_all(&o, SUBMIT, &id), 1);
    assert_int_equal(sum_of(&o, &remit_shifts, GT_INT(CASHIER)), 1);
    assert_int_equal(sum_of(&o, &remit_slips, GT_INT(1)), 1);
    office_stop(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(money_goes_up_from_the_cashier_to_the_bank),
        cmocka_unit_test(an_agent_remits_straight_to_the_bureau),
        cmocka_unit_test(a_cashiers_statement_adds_up),
        cmocka_unit_test(an_agents_statement_adds_up),
        cmocka_unit_test(nobody_confirms_their_own),
        cmocka_unit_test(the_same_form_again_is_the_same_slip),
        cmocka_unit_test(a_slip_leaves_no_gap_and_does_not_overlap),
        cmocka_unit_test(slips_are_received_in_order_and_returned_from_the_last),
        cmocka_unit_test(what_is_remitted_is_not_reversed_and_the_other_way_round),
        cmocka_unit_test(of_many_at_once_one_is_first),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
