/*
 * The dashboard's figures: today beside the date before at the same hour, by everything.
 */
#include "till_kit.h"

#include "till/board.h"

#define HOUR INT64_C(3600000)

static struct kit kit;
static struct gt_board board;
static struct gt_hours *hours;

static int setup(void **state)
{
    (void)state;
    kit_start(&kit);
    assert_ok(gt_hours_new(&hours));
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    gt_hours_free(hours);
    kit_stop(&kit);
    return 0;
}

static enum gt_err board_in(struct gt_tx *tx, void *arg)
{
    struct gt_state state;
    gt_state_read(tx, &state);
    gt_board_begin(&state, kit.now, 480, &board);
    gt_board_add(tx, arg, 80, &board);
    gt_board_end(tx, hours, &board);
    return gt_tx_err(tx);
}

static void read_board(const char *path)
{
    assert_ok(gt_db_read(kit.till.db, "board", board_in, (void *)(uintptr_t)path));
}

static int64_t sell(int64_t trace_no, int64_t amount)
{
    kit_recharge(&kit, trace_no, "3000000001", amount);
    assert_int_equal(kit_run(&kit), GT_OUT_OK);
    return kit.result.txn.id;
}

static void today_stands_beside_yesterday_at_the_same_hour(void **state)
{
    (void)state;
    sell(1, 1000); /* 14:00 */
    kit.now += 3 * HOUR;
    sell(2, 300);         /* 17:00 */
    kit.now += 20 * HOUR; /* 13:00 of the next day */
    assert_ok(gt_bizdate_cut(&kit.till, KIT_DATE, KIT_DATE + 1, "test"));
    int64_t sale = sell(3, 500);
    kit.now += 2 * HOUR; /* 15:00 */
    sell(4, 700);
    kit_reverse(&kit, 5, sale, 500);
    assert_int_equal(kit_run(&kit), GT_OUT_OK);
    read_board("/1/");
    assert_int_equal(board.date[GT_BOARD_TODAY], KIT_DATE + 1);
    assert_int_equal(board.total[GT_BOARD_TODAY].amount, 1200);
    assert_int_equal(board.total[GT_BOARD_TODAY].sales, 2);
    assert_int_equal(board.total[GT_BOARD_TODAY].reversals, 1);
    assert_int_equal(board.total[GT_BOARD_TODAY].reversed, 500);
    assert_int_equal(board.total[GT_BOARD_BEFORE].amount, 1000); /* without 17:00 */
    assert_int_equal(board.hour[GT_BOARD_BEFORE][17].amount, 300);
    assert_int_equal(board.hour[GT_BOARD_TODAY][13].amount, 500);
    assert_int_equal(board.op[GT_BOARD_TODAY][GT_OP_RECHARGE].sales, 2);
    assert_int_equal(board.channel[GT_BOARD_TODAY][GT_TERMINAL_POS].amount, 1200);
    assert_int_equal(board.nsystems, 1);
    assert_string_equal(board.system[0].name, "sg186");
}

static void organisations_are_those_right_below(void **state)
{
    (void)state;
    sell(1, 1000);
    read_board("/1/");
    assert_int_equal(board.norgs, 1);
    assert_int_equal(board.org[0].id, 2); /* the county */
    read_board("/1/2/");
    assert_int_equal(board.org[0].id, 3); /* the station */
    assert_int_equal(board.org[0].sum[GT_BOARD_TODAY].amount, 1000);
    read_board("/1/2/3/");
    assert_int_equal(board.org[0].id, 3); /* itself */
    read_board("/1/2/4/");
    assert_int_equal(board.norgs, 0);
    assert_int_equal(board.total[GT_BOARD_TODAY].sales, 0);
}

/* What is kept of the hours never hides what was sold since. */
static void each_look_sees_all_that_was_sold(void **state)
{
    int64_t trace = 0, sold = 0;
    (void)state;
    for (int hours_on = 0; hours_on < 60; hours_on += hours_on % 3 + 1) {
        sell(++trace, 100);
        sold += 100;
        kit.now += (hours_on % 3 + 1) * HOUR;
        if (hours_on % 4 != 0)
            continue; /* a look now and then */
        read_board("/1/");
        int64_t seen = 0;
        for (int hour = 0; hour < 24; hour++)
            seen += board.hour[GT_BOARD_TODAY][hour].amount;
        assert_int_equal(seen, sold);
    }
    /* What was sold between the last look and the cut-off is yesterday's. */
    sell(++trace, 50);
    assert_ok(gt_bizdate_cut(&kit.till, KIT_DATE, KIT_DATE + 1, "test"));
    for (int look = 0; look < 2; look++) {
        int64_t seen = 0;
        read_board("/1/");
        for (int hour = 0; hour < 24; hour++)
            seen += board.hour[GT_BOARD_BEFORE][hour].amount;
        assert_int_equal(seen, sold + 50);
        kit.now += 5 * HOUR;
    }
}

/* The clock of another machine goes ahead of ours: its sale is of the hour that comes. */
static void an_hour_that_begins_elsewhere_is_seen(void **state)
{
    (void)state;
    kit.now += 57 * 60 * 1000; /* 14:57 */
    read_board("/1/");
    kit.now += 4 * 60 * 1000;
    sell(1, 100); /* 15:01 by their clock */
    kit.now -= 3 * 60 * 1000;
    read_board("/1/");
    assert_int_equal(board.hour[GT_BOARD_TODAY][15].amount, 100);
}

static void accounts_near_their_limit_are_counted(void **state)
{
    (void)state;
    read_board("/1/");
    assert_int_equal(board.near_limit, 0);
    sell(1, KIT_LIMIT * 8 / 10 - 1);
    read_board("/1/");
    assert_int_equal(board.near_limit, 0);
    sell(2, 1);
    read_board("/1/");
    assert_int_equal(board.near_limit, 1);
}

static void a_date_begins_at_its_cut_off(void **state)
{
    struct gt_state at = {.biz_date = KIT_DATE, .cut_minute = 22 * 60};
    (void)state;
    gt_board_begin(&at, INT64_C(1795327200000), 480, &board); /* 14:00 */
    assert_int_equal(board.first_hour, 22);
    assert_int_equal(board.now, 16);
    at.cut_minute = 23 * 60 + 50;
    gt_board_begin(&at, INT64_C(1795327200000), 480, &board);
    assert_int_equal(board.first_hour, 0);
    at.cut_minute = -1;
    gt_board_begin(&at, INT64_C(1795327200000), 480, &board);
    assert_int_equal(board.now, 14);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(today_stands_beside_yesterday_at_the_same_hour),
        TEST(organisations_are_those_right_below),
        TEST(each_look_sees_all_that_was_sold),
        TEST(an_hour_that_begins_elsewhere_is_seen),
        TEST(accounts_near_their_limit_are_counted),
        cmocka_unit_test(a_date_begins_at_its_cut_off),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
