/*
 * Business date and clearing dates: moved once whoever moves them, by schedule straight to where
 * they should be, and what each transaction carries of them.
 */
#include "office_kit.h"

#include "till/bizdate.h"
#include "till/list.h"

#define SYSTEM   "sg186"
#define CUSTOMER "3000000001"
#define HOUR     INT64_C(3600000)
#define DAY      (24 * HOUR)

static struct office o;
static struct gt_logger schedule;

/* The kit's clock at a time of KIT_DATE, +08:00. */
static int64_t at(int64_t hour, int64_t minute)
{
    return gt_date_due(KIT_DATE, hour * 60 + minute, 480);
}

static int setup(void **state)
{
    (void)state;
    office_start(&o);
    o.kit.till.tz_minutes = 480;
    o.kit.now = at(12, 0);
    assert_ok(gt_logger_for(&o.logger, "schedule", "here", &schedule));
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    office_stop(&o);
    return 0;
}

/* --- what the tests look at --------------------------------------------------------------------
 */

struct looking {
    struct gt_state state;
    struct gt_clearing clearing[4];
    size_t n;
    struct gt_cutoff cutoff[50];
    size_t ncutoffs;
    struct gt_oplog log[20];
    size_t nlog;
};

static enum gt_err look_in(struct gt_tx *tx, void *arg)
{
    struct looking *l = arg;

    gt_state_read(tx, &l->state);
    l->n = gt_clearing_list(tx, l->clearing, 4);
    l->ncutoffs = gt_cutoffs_of(tx, -1, 0, l->cutoff, 50);
    l->nlog = gt_oplog_history(tx, "business date", 0, 0, l->log, 20);
    return gt_tx_err(tx);
}

static struct looking look(void)
{
    static struct looking l;

    assert_ok(gt_db_read(o.kit.till.db, "look", look_in, &l));
    return l;
}

static int64_t biz_date(void)
{
    return look().state.biz_date;
}

/* Lets the schedule look; gives how many dates moved. */
static int tick(void)
{
    int moved = -1;

    assert_ok(gt_bizdate_tick(&o.kit.till, &schedule, &moved));
    return moved;
}

static void schedule_at(const char *system, int64_t minute)
{
    assert_ok(gt_date_schedule(by_of(&o, GT_BY_COMMAND), system, minute, &o.no));
}

static struct gt_txn recharge(int64_t trace)
{
    kit_recharge(&o.kit, trace, CUSTOMER, 100);
    assert_int_equal(kit_run(&o.kit), GT_OUT_OK);
    return o.kit.result.txn;
}

/* --- the business date -------------------------------------------------------------------------
 */

static void by_schedule_once_a_day(void **state)
{
    (void)state;
    schedule_at("", 23 * 60 + 30);
    tick(); /* the system's row is made */
    o.kit.now = at(23, 29);
    assert_int_equal(tick(), 0);
    o.kit.now = at(23, 30);
    assert_int_equal(tick(), 1);
    assert_int_equal(biz_date(), KIT_DATE + 1);
    for (int i = 0; i < 5; i++, o.kit.now += HOUR)
        assert_int_equal(tick(), 0);
    struct looking l = look();
    assert_int_equal(l.ncutoffs, 1);
    assert_int_equal(l.cutoff[0].due_at, at(23, 30));
    assert_string_equal(l.cutoff[0].by_whom, "schedule");
    assert_string_equal(l.log[0].what, "date.cut");
    assert_string_equal(l.log[0].who, "schedule");
    assert_string_equal(l.log[0].detail, "date 20261122 -> 20261123");
}

static void midnight_is_24_00(void **state)
{
    (void)state;
    schedule_at("", 1440);
    o.kit.now = at(23, 59);
    tick();
    assert_int_equal(biz_date(), KIT_DATE);
    o.kit.now = at(24, 0);
    tick();
    assert_int_equal(biz_date(), KIT_DATE + 1);
}

static void a_missed_date_goes_straight_to_the_one_it_should_have(void **state)
{
    (void)state;
    schedule_at("", 23 * 60 + 30);
    tick();
    o.kit.now = at(9, 0) + 4 * DAY;
    assert_int_equal(tick(), 1);
    struct looking l = look();
    assert_int_equal(l.state.biz_date, KIT_DATE + 4);
    assert_int_equal(l.ncutoffs, 1);
    assert_int_equal(l.cutoff[0].from_date, KIT_DATE);
    assert_int_equal(l.cutoff[0].due_at, at(23, 30)); /* and not `at`: it was late */
    assert_int_equal(l.cutoff[0].at, o.kit.now);
    assert_int_equal(tick(), 0);
}

static void the_same_cut_again_does_nothing(void **state)
{
    const struct gt_by *by = by_of(&o, GT_BY_COMMAND);

    (void)state;
    assert_ok(gt_date_cut(by, "", KIT_DATE, 0, &o.no));
    for (int i = 0; i < 3; i++) {
        assert_int_not_equal(gt_date_cut(by, "", KIT_DATE, 0, &o.no), GT_OK);
        assert_int_equal(o.no.why, GT_WHY_DATE_ENDED);
        assert_int_equal(o.no.n, KIT_DATE + 1);
    }
    assert_int_equal(look().ncutoffs, 1);
    assert_int_equal(biz_date(), KIT_DATE + 1);
}

static void no_date_is_left_out_by_a_slip_of_the_finger(void **state)
{
    static const int64_t wrong[] = {KIT_DATE, KIT_DATE - 1, 20261131, 20261130, 20621123};
    const struct gt_by *by = by_of(&o, GT_BY_COMMAND);

    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_int_not_equal(gt_date_cut(by, "", KIT_DATE, wrong[i], &o.no), GT_OK);
        assert_int_equal(o.no.why, GT_WHY_DATE_RANGE);
    }
    assert_int_equal(biz_date(), KIT_DATE);
    assert_ok(gt_date_cut(by, "", KIT_DATE, KIT_DATE + GT_DATE_AHEAD, &o.no));
}

static void only_who_holds_the_right_at_the_top_moves_it(void **state)
{
    (void)state;
    for (int64_t who = CASHIER; who <= OTHER_BOSS; who++) {
        assert_int_not_equal(gt_date_cut(by_of(&o, who), "", KIT_DATE, 0, &o.no), GT_OK);
        assert_int_equal(o.no.why, GT_WHY_ABSENT);
        assert_int_not_equal(gt_date_schedule(by_of(&o, who), "", 5, &o.no), GT_OK);
    }
    assert_int_equal(biz_date(), KIT_DATE);
    assert_int_equal(look().state.cut_minute, -1);
}

static void what_is_in_flight_keeps_its_date_and_takes_the_outcomes(void **state)
{
    (void)state;
    o.kit.up.next = GT_UP_UNKNOWN;
    kit_recharge(&o.kit, 1, CUSTOMER, 100);
    assert_int_equal(kit_run(&o.kit), GT_OUT_IN_DOUBT);
    int64_t id = o.kit.result.txn.id;
    assert_ok(gt_date_cut(by_of(&o, GT_BY_COMMAND), "", KIT_DATE, 0, &o.no));
    o.kit.up.fate = GT_UP_FATE_POSTED;
    kit_work(&o.kit, 60000);
    assert_ok(gt_till_look(&o.kit.till, &o.kit.cashier, 0, id, &o.kit.result));
    assert_int_equal(o.kit.result.outcome, GT_OUT_OK);
    assert_int_equal(o.kit.result.txn.biz_date, KIT_DATE);
    assert_int_equal(o.kit.result.txn.out_date, KIT_DATE + 1);
    assert_int_equal(o.kit.up.last.biz_date, KIT_DATE);
}

GT_STMT(dates_open_batches, "SELECT COUNT(*) FROM gt_batch WHERE closed_at = 0 AND biz_date < ?");

static enum gt_err open_before_in(struct gt_tx *tx, void *arg)
{
    int64_t *n = arg;

    *n = gt_tx_one(tx, &dates_open_batches, GT_INT(KIT_DATE + 1)) ? gt_col_int(tx) : -1;
    return gt_tx_err(tx);
}

static enum gt_err only_move(struct gt_tx *tx, void *arg)
{
    struct gt_state state;
    struct gt_cutoff row = {.id = 99,
                            .seq = 1,
                            .from_date = KIT_DATE,
                            .to_date = KIT_DATE + 1,
                            .at = o.kit.now,
                            .by_whom = "killed"};

    (void)arg;
    gt_state_read(tx, &state);
    state.biz_date = KIT_DATE + 1;
    state.cut_at = o.kit.now;
    gt_row_save(tx, &gt_state_row, &state);
    gt_row_insert(tx, &gt_cutoff_row, &row);
    return gt_tx_err(tx);
}

static void batches_that_a_killed_cut_off_left_are_closed(void **state)
{
    int64_t open = 0;

    (void)state;
    recharge(1);
    assert_ok(gt_db_transact(o.kit.till.db, "killed", only_move, NULL));
    assert_ok(gt_db_read(o.kit.till.db, "open", open_before_in, &open));
    assert_int_equal(open, 1);
    tick();
    assert_ok(gt_db_read(o.kit.till.db, "open", open_before_in, &open));
    assert_int_equal(open, 0);
}

/* --- clearing dates ----------------------------------------------------------------------------
 */

static void a_system_without_an_hour_follows_the_business_date(void **state)
{
    (void)state;
    assert_int_equal(recharge(1).clear_date, KIT_DATE);
    tick();
    assert_true(gt_clearing_follows(&look().clearing[0]));
    assert_ok(gt_date_cut(by_of(&o, GT_BY_COMMAND), "", KIT_DATE, 0, &o.no));
    assert_int_equal(recharge(2).clear_date, KIT_DATE + 1);
    assert_int_not_equal(gt_date_cut(by_of(&o, GT_BY_COMMAND), SYSTEM, KIT_DATE, 0, &o.no), GT_OK);
    assert_int_equal(o.no.why, GT_WHY_DATE_FOLLOWS);
}

static void two_dates_cut_at_different_hours(void **state)
{
    (void)state;
    o.kit.upstream.clears_at = 17 * 60;
    schedule_at("", 23 * 60 + 30);
    tick();
    struct gt_txn before = recharge(1);
    assert_int_equal(before.clear_date, KIT_DATE);
    assert_int_equal(o.kit.up.last.biz_date, KIT_DATE);
    o.kit.now = at(17, 0);
    assert_int_equal(tick(), 1);
    struct gt_txn after = recharge(2);
    assert_int_equal(after.biz_date, KIT_DATE);
    assert_int_equal(after.clear_date, KIT_DATE + 1);
    assert_int_equal(o.kit.up.last.biz_date, KIT_DATE + 1); /* what upstream is told */
    o.kit.now = at(23, 30);
    assert_int_equal(tick(), 1);
    struct gt_txn late = recharge(3);
    assert_int_equal(late.biz_date, KIT_DATE + 1);
    assert_int_equal(late.clear_date, KIT_DATE + 1);
    struct looking l = look();
    assert_int_equal(l.ncutoffs, 2);
    assert_int_equal(l.cutoff[1].clearing_id, l.clearing[0].id);
    assert_int_equal(l.cutoff[0].clearing_id, 0);
}

static void nothing_is_reversed_over_the_systems_clearing(void **state)
{
    (void)state;
    o.kit.upstream.clears_at = 17 * 60;
    tick();
    struct gt_txn before = recharge(1);
    o.kit.now = at(17, 0);
    tick();
    struct gt_txn after = recharge(2);
    kit_reverse(&o.kit, 3, before.id, 100);
    assert_int_equal(kit_run(&o.kit), GT_OUT_REV_NEXT_DAY);
    kit_reverse(&o.kit, 4, after.id, 100);
    assert_int_equal(kit_run(&o.kit), GT_OUT_OK);
}

static void a_clearing_date_is_moved_and_scheduled_by_hand(void **state)
{
    const struct gt_by *by = by_of(&o, GT_BY_COMMAND);

    (void)state;
    tick();
    assert_ok(gt_date_cut(by, "", KIT_DATE, 0, &o.no));
    schedule_at(SYSTEM, GT_CUT_BY_HAND); /* from here on it has a date of its own: the one it had */
    assert_int_equal(look().clearing[0].clear_date, KIT_DATE + 1);
    assert_ok(gt_date_cut(by, "", KIT_DATE + 1, 0, &o.no));
    assert_int_equal(recharge(1).clear_date, KIT_DATE + 1);
    assert_ok(gt_date_cut(by, SYSTEM, KIT_DATE + 1, 0, &o.no));
    assert_int_equal(recharge(2).clear_date, KIT_DATE + 2);
    assert_int_not_equal(gt_date_cut(by, "nobody", KIT_DATE, 0, &o.no), GT_OK);
    assert_int_equal(o.no.why, GT_WHY_ABSENT);
    assert_int_not_equal(gt_date_schedule(by, SYSTEM, 1441, &o.no), GT_OK);
    assert_int_equal(o.no.why, GT_WHY_MINUTE);
    o.kit.upstream.clears_at = 60;
    schedule_at(SYSTEM, GT_CUT_AS_DEFINED);
    tick();
    assert_int_equal(look().clearing[0].defined, 60);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(by_schedule_once_a_day),
        TEST(midnight_is_24_00),
        TEST(a_missed_date_goes_straight_to_the_one_it_should_have),
        TEST(the_same_cut_again_does_nothing),
        TEST(no_date_is_left_out_by_a_slip_of_the_finger),
        TEST(only_who_holds_the_right_at_the_top_moves_it),
        TEST(what_is_in_flight_keeps_its_date_and_takes_the_outcomes),
        TEST(batches_that_a_killed_cut_off_left_are_closed),
        TEST(a_system_without_an_hour_follows_the_business_date),
        TEST(two_dates_cut_at_different_hours),
        TEST(nothing_is_reversed_over_the_systems_clearing),
        TEST(a_clearing_date_is_moved_and_scheduled_by_hand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
