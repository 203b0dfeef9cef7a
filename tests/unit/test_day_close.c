/*
 * Day closes: those below first, blind and then compared, confirmed by another above, differences
 * as items where they arose, opened again only with an approval.
 */
#include "remit_kit.h"

#include "books/day.h"
#include "books/item.h"
#include "till/total.h"

enum { BUREAU = 1, COUNTY, STATION, AGENT };

static struct office o;
static struct gt_day_tree tree;

static int setup(void **state)
{
    (void)state;
    memset(&o, 0, sizeof(o));
    start(&o);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    gt_day_tree_free(&tree);
    office_stop(&o);
    return 0;
}

/* --- what the tests do -------------------------------------------------------------------------
 */

static void cut_and_fold(int64_t date)
{
    int64_t folded = 0;

    assert_ok(gt_bizdate_cut(&o.kit.till, date, 0, "test"));
    assert_ok(gt_fold_next(o.kit.till.db, &folded));
    assert_int_equal(folded, date);
}

/* Two sales of the cashier, one taken back, and one of the agent's; then the date ends. */
static void a_day(void)
{
    int64_t id;

    sell(&o, &o.kit.cashier, 1, 1000);
    id = sell(&o, &o.kit.cashier, 2, 300);
    kit_reverse(&o.kit, 3, id, 300);
    assert_int_equal(kit_run(&o.kit), GT_OUT_OK);
    sell(&o, &o.kit.agent, 4, 5000);
    cut_and_fold(KIT_DATE);
}

/* What the station has by our figures: 2 recharges of 13.00, one of 3.00 taken back. */
static struct gt_day_form right_of_station(void)
{
    return (struct gt_day_form){.told = {[1] = {2, 1300}, [4] = {1, 300}}};
}

static int64_t declare(int64_t who, int64_t org_id, const struct gt_day_form *form)
{
    int64_t id = 0;
    enum gt_err err = gt_day_declare(by_of(&o, who), org_id, KIT_DATE, form, &id, &o.no);

    if (err != GT_OK && o.no.why == GT_WHY_NONE)
        fail_msg("%s", gt_err_text());
    return err == GT_OK ? id : 0;
}

struct seeing {
    int64_t id;
    struct gt_day day;
    struct gt_day_line line[GT_DAY_LINES];
    struct gt_item item[20];
    size_t nitems;
};

static enum gt_err see_in(struct gt_tx *tx, void *arg)
{
    struct seeing *s = arg;

    assert_true(gt_row_find(tx, &gt_day_row, s->id, &s->day));
    gt_day_lines(tx, s->id, s->line);
    s->nitems = gt_items_open(tx, GT_ITEM_ORG, "", s->day.org_id, KIT_DATE, 0, s->item, 20);
    return gt_tx_err(tx);
}

static struct seeing see(int64_t id)
{
    struct seeing s = {.id = id};

    assert_ok(gt_db_read(o.kit.till.db, "see", see_in, &s));
    return s;
}

static void confirm(int64_t who, int64_t id)
{
    assert_ok(gt_day_confirm(by_of(&o, who), id, see(id).day.version, &o.no));
}

static enum gt_why confirm_why(int64_t who, int64_t id)
{
    o.no.why = GT_WHY_NONE;
    assert_int_not_equal(GT_OK, gt_day_confirm(by_of(&o, who), id, see(id).day.version, &o.no));
    return o.no.why;
}

static enum gt_err tree_in(struct gt_tx *tx, void *arg)
{
    gt_day_tree_read(tx, arg, KIT_DATE, &tree);
    return gt_tx_err(tx);
}

static const struct gt_day_node *node(int64_t org_id)
{
    char path[] = "/1/";

    assert_ok(gt_db_read(o.kit.till.db, "tree", tree_in, path));
    return gt_day_node_of(&tree, org_id);
}

/* Closes the station rightly; the county and the agent are next. */
static int64_t station_closed(void)
{
    struct gt_day_form form = right_of_station();
    int64_t id = declare(BOSS, STATION, &form);

    confirm(OTHER_BOSS, id);
    return id;
}

/* --- the tests ---------------------------------------------------------------------------------
 */

static void only_who_had_business_has_to_close(void **state)
{
    struct gt_day_form none = {.rounds = 0};

    (void)state;
    sell(&o, &o.kit.agent, 1, 5000);
    cut_and_fold(KIT_DATE);
    assert_false(node(STATION)->due);
    assert_false(node(COUNTY)->due); /* an agent is the bureau's */
    assert_true(node(AGENT)->due);
    assert_true(node(BUREAU)->due);
    assert_int_equal(node(AGENT)->above_id, BUREAU);
    assert_int_equal(node(STATION)->above_id, COUNTY);
    assert_int_equal(declare(BOSS, STATION, &none), 0);
    assert_int_equal(o.no.why, GT_WHY_DAY_NOTHING);
}

static void nobody_declares_a_date_that_runs_or_is_not_put_together(void **state)
{
    struct gt_day_form form = right_of_station();

    (void)state;
    sell(&o, &o.kit.cashier, 1, 1000);
    assert_int_equal(declare(BOSS, STATION, &form), 0);
    assert_int_equal(o.no.why, GT_WHY_DAY_EARLY);
    assert_ok(gt_bizdate_cut(&o.kit.till, KIT_DATE, 0, "test"));
    assert_int_equal(declare(BOSS, STATION, &form), 0);
    assert_int_equal(o.no.why, GT_WHY_DAY_EARLY);
}

static void a_shift_of_the_date_is_closed_first(void **state)
{
    struct gt_day_form form = {.told = {[1] = {1, 1000}}};
    int64_t shift = open_shift(&o, CASHIER, 0, "k1");

    (void)state;
    sell(&o, &o.kit.cashier, 1, 1000);
    cut_and_fold(KIT_DATE);
    assert_int_equal(declare(BOSS, STATION, &form), 0);
    assert_int_equal(o.no.why, GT_WHY_DAY_SHIFTS);
    assert_int_equal(o.no.n, 1);
    count_shift(&o, CASHIER, shift, 1000, "c1");
    close_shift(&o, CASHIER, shift, 0, "z1");
    assert_int_not_equal(declare(BOSS, STATION, &form), 0);
}

static void it_goes_up_the_tree(void **state)
{
    struct gt_day_form form = {.told = {[1] = {2, 1300}, [4] = {1, 300}}};
    struct gt_day_form agent = {.told = {[1] = {1, 5000}}};
    struct gt_day_form all = {.told = {[1] = {3, 6300}, [4] = {1, 300}}};
    int64_t county, of_agent;

    (void)state;
    a_day();
    assert_int_equal(declare(BOSS, COUNTY, &form), 0);
    assert_int_equal(o.no.why, GT_WHY_DAY_BELOW);
    assert_string_equal(o.no.what, "机构 station");
    int64_t station = station_closed();
    county = declare(BOSS, COUNTY, &form);
    assert_int_equal(see(county).day.differs, 0);
    assert_int_equal(see(county).line[1].own_count, 0);
    assert_int_equal(see(county).line[1].ours_amount, 1300);
    assert_int_equal(see(station).day.up_id, county);
    confirm(TOP, county);
    assert_int_equal(declare(TOP, BUREAU, &all), 0);
    assert_int_equal(o.no.why, GT_WHY_DAY_BELOW); /* the agent */
    of_agent = declare(BOSS, AGENT, &agent);
    assert_int_equal(confirm_why(OTHER_BOSS, of_agent), GT_WHY_ABSENT); /* it is the bureau's */
    confirm(TOP_TOO, of_agent);
    int64_t top = declare(TOP, BUREAU, &all);
    assert_int_equal(see(top).day.differs, 0);
    confirm(TOP_TOO, top);
    assert_int_equal(see(top).day.state, GT_DAY_CONFIRMED);
    assert_int_equal(see(station).nitems + see(county).nitems + see(top).nitems, 0);
}

static void who_declared_does_not_confirm(void **state)
{
    struct gt_day_form form = right_of_station();

    (void)state;
    a_day();
    int64_t id = declare(BOSS, STATION, &form);
    assert_int_equal(confirm_why(BOSS, id), GT_WHY_OWN_DAY);
    assert_int_equal(confirm_why(CASHIER, id), GT_WHY_ABSENT);
    assert_int_equal(see(id).day.state, GT_DAY_DECLARED);
    confirm(OTHER_BOSS, id);
    assert_int_equal(confirm_why(OTHER_BOSS, id), GT_WHY_DAY_STATE); /* twice */
    o.no.why = GT_WHY_NONE;
    assert_int_equal(declare(BOSS, STATION, &form), 0);
    assert_int_equal(o.no.why, GT_WHY_DAY_STATE);
}

static void a_difference_is_told_corrected_or_becomes_an_item(void **state)
{
    struct gt_day_form form = {.told = {[1] = {3, 1250}, [4] = {1, 300}}};

    (void)state;
    a_day();
    int64_t id = declare(BOSS, STATION, &form);
    assert_int_equal(see(id).day.differs, 1);
    form.rounds = 1;
    assert_int_equal(declare(BOSS, STATION, &form), 0);
    assert_int_equal(o.no.why, GT_WHY_DAY_NOTE);
    form.note = "第三笔在手工簿上";
    assert_int_equal(declare(OTHER_BOSS, STATION, &form), id);
    assert_int_equal(declare(OTHER_BOSS, STATION, &form), 0); /* a page that has grown old */
    assert_int_equal(o.no.why, GT_WHY_CHANGED);
    confirm(BOSS, id);
    struct seeing s = see(id);
    assert_int_equal(s.nitems, 2);
    for (size_t i = 0; i < 2; i++) {
        bool count = s.item[i].class == GT_ITEM_COUNT;
        assert_int_equal(s.item[i].org_id, STATION);
        assert_int_equal(s.item[i].op, GT_OP_RECHARGE);
        assert_int_equal(s.item[i].ours, count ? 2 : 1300);
        assert_int_equal(s.item[i].theirs, count ? 3 : 1250);
    }
}

static void what_is_only_carried_on_from_below_is_no_second_item(void **state)
{
    struct gt_day_form wrong = {.told = {[1] = {3, 1400}, [4] = {1, 300}}};
    struct gt_day_form right = {.told = {[1] = {2, 1300}, [4] = {1, 300}}};
    struct gt_day_form worse = {.told = {[1] = {4, 1500}, [4] = {1, 300}}};

    (void)state;
    a_day();
    int64_t station = declare(BOSS, STATION, &wrong);
    confirm(OTHER_BOSS, station);
    assert_int_equal(see(station).nitems, 2);
    int64_t county = declare(BOSS, COUNTY, &wrong);
    confirm(TOP, county);
    assert_int_equal(see(county).day.differs, 1);
    assert_int_equal(see(county).nitems, 0);
    int64_t approval = 0;
    /* Opened again and declared rightly it has none; wrong by more it has one of its own. */
    for (int i = 0; i < 2; i++) {
        struct gt_day_form form = i ? worse : right;
        form.rounds = see(county).day.rounds;
        form.note = "核对";
        assert_ok(gt_day_reopen(by_of(&o, BOSS), county, "重报", &approval, &o.no));
        assert_ok(gt_approval_decide(by_of(&o, TOP), approval, 1, true, "", &o.no));
        assert_int_equal(declare(BOSS, COUNTY, &form), county);
        confirm(TOP, county);
        assert_int_equal(see(county).nitems, i ? 2 : 0);
    }
}

static void it_is_opened_again_only_with_an_approval_and_from_above(void **state)
{
    struct gt_day_form form = right_of_station();
    int64_t approval = 0;

    (void)state;
    a_day();
    int64_t id = declare(BOSS, STATION, &form);
    assert_int_not_equal(GT_OK, gt_day_reopen(by_of(&o, BOSS), id, "错", &approval, &o.no));
    assert_int_equal(o.no.why, GT_WHY_DAY_STATE);
    confirm(OTHER_BOSS, id);
    int64_t county = declare(BOSS, COUNTY, &form);
    assert_int_not_equal(GT_OK, gt_day_reopen(by_of(&o, BOSS), id, "错", &approval, &o.no));
    assert_int_equal(o.no.why, GT_WHY_DAY_ABOVE);
    assert_int_not_equal(GT_OK,
                         gt_day_return(by_of(&o, TOP), county, see(county).day.version, "", &o.no));
    assert_int_equal(o.no.why, GT_WHY_REASON);
    assert_ok(gt_day_return(by_of(&o, TOP), county, see(county).day.version, "请重报", &o.no));
    assert_int_equal(see(county).day.state, GT_DAY_OPEN);
    assert_ok(gt_day_reopen(by_of(&o, BOSS), id, "错", &approval, &o.no));
    int64_t again;
    assert_int_not_equal(GT_OK, gt_day_reopen(by_of(&o, BOSS), id, "错", &again, &o.no));
    assert_int_equal(o.no.why, GT_WHY_DAY_ASKED);
    assert_int_not_equal(GT_OK, gt_approval_decide(by_of(&o, BOSS), approval, 1, true, "", &o.no));
    assert_int_equal(o.no.why, GT_WHY_OWN_APPROVAL);
    assert_ok(gt_approval_decide(by_of(&o, OTHER_BOSS), approval, 1, true, "", &o.no));
    assert_int_equal(see(id).day.state, GT_DAY_OPEN);
    form.rounds = 1;
    assert_int_equal(declare(BOSS, COUNTY, &form), 0); /* not before the one below */
    assert_int_equal(o.no.why, GT_WHY_DAY_BELOW);
    assert_int_equal(declare(BOSS, STATION, &form), id);
    confirm(OTHER_BOSS, id);
    assert_int_equal(declare(BOSS, COUNTY, &form), county);
}

static enum gt_err move_in(struct gt_tx *tx, void *arg)
{
    struct gt_org station, bureau;

    (void)arg;
    assert_true(gt_row_find(tx, &gt_org_row, STATION, &station));
    assert_true(gt_row_find(tx, &gt_org_row, BUREAU, &bureau));
    return gt_org_put(tx, &station, &bureau);
}

static void a_closed_day_stays_where_it_was_counted(void **state)
{
    struct gt_day_form form = right_of_station(), agent = {.told = {[1] = {1, 5000}}};
    struct gt_day_form all = {.told = {[1] = {3, 6300}, [4] = {1, 300}}};

    (void)state;
    a_day();
    station_closed();
    int64_t county = declare(BOSS, COUNTY, &form);
    confirm(TOP, county);
    assert_ok(gt_db_transact(o.kit.till.db, "move", move_in, NULL));
    confirm(TOP, declare(BOSS, AGENT, &agent));
    int64_t top = declare(TOP, BUREAU, &all);
    assert_int_not_equal(top, 0);
    assert_int_equal(see(top).day.differs, 0); /* the station once, in the county */
}

static void figures_without_a_count_are_refused(void **state)
{
    struct gt_day_form forms[] = {
        {.told = {[0] = {-1, 0}}}, {.told = {[0] = {0, 5}}}, {.told = {[2] = {1, -5}}}};

    (void)state;
    a_day();
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(declare(BOSS, STATION, &forms[i]), 0);
        assert_int_equal(o.no.why, GT_WHY_DAY_FIGURE);
        assert_string_equal(o.no.field, i == 0   ? "pay_count"
                                        : i == 1 ? "pay_amount"
                                                 : "open_amount");
    }
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(only_who_had_business_has_to_close),
        TEST(nobody_declares_a_date_that_runs_or_is_not_put_together),
        TEST(a_shift_of_the_date_is_closed_first),
        TEST(it_goes_up_the_tree),
        TEST(who_declared_does_not_confirm),
        TEST(a_difference_is_told_corrected_or_becomes_an_item),
        TEST(what_is_only_carried_on_from_below_is_no_second_item),
        TEST(it_is_opened_again_only_with_an_approval_and_from_above),
        TEST(a_closed_day_stays_where_it_was_counted),
        TEST(figures_without_a_count_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
