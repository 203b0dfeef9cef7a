/*
 * Shifts: what belongs to one, the blind count, over and short, and that nothing of it happens
 * twice.
 */
#include "office_kit.h"

struct asking {
    int64_t account_id, value;
};

static enum gt_err short_in(struct gt_tx *tx, void *arg)
{
    struct asking *a = arg;

    a->value = gt_short_of(tx, a->account_id);
    return gt_tx_err(tx);
}

static int64_t short_of(struct office *o, int64_t account_id)
{
    struct asking a = {.account_id = account_id};

    assert_ok(gt_db_read(o->kit.till.db, "short", short_in, &a));
    return a.value;
}

GT_STMT(test_code_sum, "SELECT CAST(SUM(debit - credit) AS BIGINT) FROM gt_balance WHERE code = ?");
GT_STMT(test_rows, "SELECT COUNT(*) FROM gt_shift WHERE user_id = ?");

struct summing {
    const char *code;
    int64_t user_id, sum, rows;
};

static enum gt_err sum_in(struct gt_tx *tx, void *arg)
{
    struct summing *s = arg;

    assert_true(gt_tx_one(tx, &test_code_sum, GT_TEXT(s->code)));
    s->sum = gt_col_int(tx);
    assert_true(gt_tx_one(tx, &test_rows, GT_INT(s->user_id)));
    s->rows = gt_col_int(tx);
    return gt_tx_err(tx);
}

static int64_t balance(struct office *o, const char *code)
{
    struct summing s = {.code = code};

    assert_ok(gt_db_read(o->kit.till.db, "sum", sum_in, &s));
    return s.sum;
}

static int64_t shifts(struct office *o, int64_t user_id)
{
    struct summing s = {.code = "cash", .user_id = user_id};

    assert_ok(gt_db_read(o->kit.till.db, "rows", sum_in, &s));
    return s.rows;
}

/* --- tests --------------------------------------------------------------------------------------
 */

static void a_shift_from_float_to_close(void **state)
{
    struct gt_shift_report report;
    struct office o;

    (void)state;
    office_start(&o);
    sell(&o, &o.kit.cashier, 1, 500); /* before the shift: not in it */
    int64_t id = open_shift(&o, CASHIER, 20000, "k1");
    assert_int_equal(balance(&o, "safe:3"), -20000);
    assert_int_equal(balance(&o, "float"), 20000);
    sell(&o, &o.kit.cashier, 2, 1000);
    int64_t taken_back = sell(&o, &o.kit.handheld, 3, 700);
    sell(&o, &o.kit.cashier, 4, 300);
    kit_reverse(&o.kit, 5, taken_back, 700)->actor = &o.kit.handheld;
    assert_int_equal(kit_run(&o.kit), GT_OUT_OK);
    kit_recharge(&o.kit, 6, "3000000001", 400);
    snprintf(o.kit.order.method, sizeof(o.kit.order.method), "wechat");
    assert_int_equal(kit_run(&o.kit), GT_OUT_OK);

    count_shift(&o, CASHIER, id, 21300, "c1");
    sell(&o, &o.kit.cashier, 7, 900); /* after the count: not in it either */
    report = report_of(&o, id);
    assert_int_equal(report.nlines, 2);
    assert_string_equal(report.line[0].method, "cash");
    assert_int_equal(report.line[0].sales, 3);
    assert_int_equal(report.line[0].amount, 2000);
    assert_int_equal(report.line[0].reversals, 1);
    assert_int_equal(report.line[0].reversed, 700);
    assert_string_equal(report.line[1].method, "wechat");
    assert_int_equal(report.line[1].amount, 400);
    assert_int_equal(report.taken, 1300);
    assert_int_equal(report.unremitted, 1300);
    assert_int_equal(report.expected, 21300);
    assert_int_equal(report.difference, 0);
    assert_int_equal(report.pieces[6], 213);
    close_shift(&o, CASHIER, id, 0, "z1");
    assert_int_equal(balance(&o, "safe:3"), 0);
    assert_int_equal(balance(&o, "float"), 0);
    assert_int_equal(kit_credit(&o.kit, &o.kit.cashier).unremitted, 500 + 1300 + 900);
    assert_int_equal(report_of(&o, id).shift.state, GT_SHIFT_CLOSED);
    office_stop(&o);
}

static void a_second_shift_waits_for_the_first(void **state)
{
    char text[300];
    struct office o;
    int64_t other = 0;

    (void)state;
    office_start(&o);
    int64_t id = open_shift(&o, CASHIER, 0, "k1");
    assert_int_equal(gt_shift_open(by_of(&o, CASHIER), 0, "k2", &other, &o.no), GT_ERR_DENIED);
    assert_int_equal(o.no.why, GT_WHY_SHIFT_OPEN);
    assert_holds(gt_refusal_text(&o.no, true, text, sizeof(text)), "Shift 1");
    assert_int_equal(gt_shift_close(by_of(&o, CASHIER), id, 0, "", "z", &o.no), GT_ERR_DENIED);
    assert_int_equal(o.no.why, GT_WHY_SHIFT_UNCOUNTED);
    count_shift(&o, CASHIER, id, 0, "c1");
    assert_int_equal(gt_shift_open(by_of(&o, CASHIER), 0, "k2", &other, &o.no), GT_ERR_DENIED);
    assert_int_equal(o.no.why, GT_WHY_SHIFT_COUNTED);
    close_shift(&o, CASHIER, id, 0, "z1");
    assert_true(open_shift(&o, CASHIER, 0, "k2") != id);
    assert_int_equal(shifts(&o, CASHIER), 2);
    office_stop(&o);
}

static void the_same_key_again_does_nothing(void **state)
{
    struct gt_count_form form = drawer(20100, 0), other = drawer(20200, 0);
    struct office o;
    int64_t again = 0;

    (void)state;
    office_start(&o);
    int64_t id = open_shift(&o, CASHIER, 20000, "k1");
    assert_int_equal(open_shift(&o, CASHIER, 20000, "k1"), id);
    assert_int_equal(gt_shift_open(by_of(&o, CASHIER), 10000, "k1", &again, &o.no), GT_ERR_DENIED);
    assert_int_equal(o.no.why, GT_WHY_KEY_USED);
    sell(&o, &o.kit.cashier, 1, 100);
    assert_ok(gt_shift_count(by_of(&o, CASHIER), id, &form, "c1", &o.no));
    assert_ok(gt_shift_count(by_of(&o, CASHIER), id, &form, "c1", &o.no));
    assert_int_equal(gt_shift_count(by_of(&o, CASHIER), id, &other, "c1", &o.no), GT_ERR_DENIED);
    assert_int_equal(o.no.why, GT_WHY_KEY_USED);
    assert_int_equal(report_of(&o, id).shift.counts, 1);
    close_shift(&o, CASHIER, id, 0, "z1");
    close_shift(&o, CASHIER, id, 0, "z1");
    assert_int_equal(gt_shift_close(by_of(&o, CASHIER), id, 0, "", "z2", &o.no), GT_ERR_DENIED);
    assert_int_equal(o.no.why, GT_WHY_SHIFT_CLOSED);
    assert_int_equal(open_shift(&o, CASHIER, 20000, "k1"), id); /* a very late copy */
    assert_int_equal(shifts(&o, CASHIER), 1);
    assert_int_equal(balance(&o, "safe:3"), 0);
    office_stop(&o);
}

static void over_and_short_want_a_note_and_are_posted(void **state)
{
    struct office o;

    (void)state;
    office_start(&o);
    int64_t id = open_shift(&o, CASHIER, 1000, "k1");
    sell(&o, &o.kit.cashier, 1, 5000);
    count_shift(&o, CASHIER, id, 5000, "c1"); /* wrong: counted again */
    count_shift(&o, CASHIER, id, 5900, "c2");
    assert_int_equal(report_of(&o, id).difference, -100);
    assert_int_equal(gt_shift_close(by_of(&o, CASHIER), id, -1000, "少", "z1", &o.no),
                     GT_ERR_DENIED); /* what was seen before */
    assert_int_equal(o.no.why, GT_WHY_CHANGED);
    assert_int_equal(gt_shift_close(by_of(&o, CASHIER), id, -100, "", "z1", &o.no), GT_ERR_SYNTAX);
    assert_int_equal(o.no.why, GT_WHY_NOTE);
    close_shift(&o, CASHIER, id, -100, "z1");
    assert_int_equal(short_of(&o, 1), 100);
    assert_int_equal(balance(&o, "cash"), 4900);
    assert_int_equal(kit_credit(&o.kit, &o.kit.cashier).unremitted, 5000); /* a short stays in it */

    id = open_shift(&o, CASHIER, 0, "k2");
    count_shift(&o, CASHIER, id, 30, "c1");
    close_shift(&o, CASHIER, id, 30, "z1");
    assert_int_equal(balance(&o, "over"), -30);
    assert_int_equal(kit_credit(&o.kit, &o.kit.cashier).unremitted, 5030);
    office_stop(&o);
}

static void a_short_is_put_in_again_or_written_off(void **state)
{
    struct office o;
    int64_t approval = 0;

    (void)state;
    office_start(&o);
    int64_t id = open_shift(&o, CASHIER, 100, "k1");
    count_shift(&o, CASHIER, id, 0, "c1");
    close_shift(&o, CASHIER, id, -100, "z1");
    id = open_shift(&o, CASHIER, 0, "k2");
    assert_int_equal(gt_shift_repay(by_of(&o, CASHIER), id, 101, &o.no), GT_ERR_RANGE);
    assert_int_equal(o.no.why, GT_WHY_SHORT_LESS);
    assert_ok(gt_shift_repay(by_of(&o, CASHIER), id, 60, &o.no));
    assert_ok(gt_shift_repay(by_of(&o, CASHIER), id, 60, &o.no)); /* clicked twice */
    count_shift(&o, CASHIER, id, 60, "c1");
    close_shift(&o, CASHIER, id, 0, "z1");
    assert_int_equal(short_of(&o, 1), 40);
    assert_int_equal(balance(&o, "cash"), -100 + 60);
    assert_int_equal(kit_credit(&o.kit, &o.kit.cashier).unremitted, 0);

    assert_ok(gt_short_write_off(by_of(&o, BOSS), 1, 40, "核销", &approval, &o.no));
    assert_int_equal(gt_approval_decide(by_of(&o, BOSS), approval, 1, true, "", &o.no),
                     GT_ERR_DENIED);
    assert_int_equal(o.no.why, GT_WHY_OWN_APPROVAL);
    assert_ok(gt_approval_decide(by_of(&o, OTHER_BOSS), approval, 1, true, "", &o.no));
    assert_int_equal(short_of(&o, 1), 0);
    assert_int_equal(balance(&o, "loss"), 40);
    assert_int_equal(kit_credit(&o.kit, &o.kit.cashier).unremitted, -40);
    office_stop(&o);
}

static void what_is_in_doubt_is_apart_and_posts_outside(void **state)
{
    struct gt_count_form form = drawer(1500, 600);
    struct gt_shift_report report;
    struct office o;

    (void)state;
    office_start(&o);
    int64_t id = open_shift(&o, CASHIER, 0, "k1");
    sell(&o, &o.kit.cashier, 1, 1000);
    o.kit.up.next = GT_UP_UNKNOWN;
    kit_recharge(&o.kit, 2, "3000000002", 500);
    assert_int_equal(kit_run(&o.kit), GT_OUT_IN_DOUBT);
    assert_int_equal(report_of(&o, id).pending_cash, 500);
    assert_int_equal(gt_shift_count(by_of(&o, CASHIER), id, &form, "c1", &o.no), GT_ERR_RANGE);
    assert_int_equal(o.no.why, GT_WHY_APART);
    assert_int_equal(o.no.n, 500);
    form.apart = 500;
    assert_ok(gt_shift_count(by_of(&o, CASHIER), id, &form, "c2", &o.no));
    o.kit.up.next = GT_UP_OK;
    o.kit.up.fate = GT_UP_FATE_POSTED;
    kit_work(&o.kit, 60000);
    assert_int_equal(kit_credit(&o.kit, &o.kit.cashier).unremitted, 1500);
    report = report_of(&o, id);
    assert_int_equal(report.expected, 1000);
    assert_int_equal(report.difference, 0);
    assert_int_equal(report.pending, 1);
    close_shift(&o, CASHIER, id, 0, "z1");
    assert_int_equal(report_of(&o, id).taken, 1000);
    office_stop(&o);
}

static void a_shift_lasts_over_a_cut_off(void **state)
{
    struct office o;

    (void)state;
    office_start(&o);
    int64_t id = open_shift(&o, CASHIER, 0, "k1");
    sell(&o, &o.kit.cashier, 1, 1000);
    assert_ok(gt_bizdate_cut(&o.kit.till, KIT_DATE, 0, "test"));
    sell(&o, &o.kit.cashier, 2, 200);
    assert_int_equal(report_of(&o, id).taken, 1200);
    office_stop(&o);
}

/* Two of an agent's staff on one terminal and one account: each sale is of its seller's shift. */
static void shifts_of_one_account_do_not_mix(void **state)
{
    struct gt_actor second;
    struct office o;

    (void)state;
    office_start(&o);
    second = o.kit.agent;
    second.user.id = SECOND;
    snprintf(second.user.operator_no, sizeof(second.user.operator_no), "900003");
    sell(&o, &o.kit.agent, 1, 10);
    sell(&o, &second, 2, 20); /* no shifts: one batch */
    assert_int_equal(balance(&o, "cash"), 30);
    int64_t first = open_shift(&o, STAFF, 0, "k1");
    for (int64_t i = 0; i < 3; i++) {
        sell(&o, &o.kit.agent, 10 + 2 * i, 100);
        sell(&o, &second, 11 + 2 * i, 1);
    }
    int64_t other = open_shift(&o, SECOND, 0, "k1");
    for (int64_t i = 0; i < 3; i++) {
        sell(&o, &o.kit.agent, 20 + 2 * i, 1000);
        sell(&o, &second, 21 + 2 * i, 10000);
    }
    assert_int_equal(report_of(&o, first).taken, 3300);
    assert_int_equal(report_of(&o, other).taken, 30000);
    count_shift(&o, STAFF, first, 3299, "c1");
    sell(&o, &o.kit.agent, 30, 7);
    sell(&o, &second, 31, 100);
    close_shift(&o, STAFF, first, -1, "z1");
    assert_int_equal(short_of(&o, 2), 0); /* the agent owes it all */
    assert_int_equal(report_of(&o, first).taken, 3300);
    assert_int_equal(report_of(&o, other).taken, 30100);
    office_stop(&o);
}

/* An agent's sales drawn from the deposit are cash in the drawer all the same. */
static void a_deposit_does_not_shrink_the_drawer(void **state)
{
    struct gt_shift_report report;
    struct office o;
    int64_t approval = 0;

    (void)state;
    office_start(&o);
    assert_ok(gt_credit_deposit(by_of(&o, BOSS), 2, 600, "到账", &approval, &o.no));
    assert_ok(gt_approval_decide(by_of(&o, OTHER_BOSS), approval, 1, true, "", &o.no));
    int64_t id = open_shift(&o, STAFF, 0, "k1");
    sell(&o, &o.kit.agent, 1, 1000);
    report = report_of(&o, id);
    assert_int_equal(report.taken, 1000);
    assert_int_equal(report.unremitted, 400);
    office_stop(&o);
}

static void no_sale_without_a_shift_where_one_is_wanted(void **state)
{
    struct office o;

    (void)state;
    office_start(&o);
    kit_recharge(&o.kit, 1, "3000000001", 100)->wants_shift = true;
    assert_int_equal(kit_run(&o.kit), GT_OUT_NO_SHIFT);
    int64_t id = open_shift(&o, CASHIER, 0, "k1");
    kit_recharge(&o.kit, 2, "3000000001", 100)->wants_shift = true;
    assert_int_equal(kit_run(&o.kit), GT_OUT_OK);
    count_shift(&o, CASHIER, id, 100, "c1");
    kit_recharge(&o.kit, 3, "3000000001", 100)->wants_shift = true;
    assert_int_equal(kit_run(&o.kit), GT_OUT_NO_SHIFT);

    (void)open_shift(&o, SECOND, 0, "k1"); /* not that of the agent's other one */
    kit_recharge(&o.kit, 4, "3000000001", 100)->wants_shift = true;
    o.kit.order.actor = &o.kit.agent;
    assert_int_equal(kit_run(&o.kit), GT_OUT_NO_SHIFT);
    (void)open_shift(&o, STAFF, 0, "k1");
    kit_recharge(&o.kit, 5, "3000000001", 100)->wants_shift = true;
    o.kit.order.actor = &o.kit.agent;
    assert_int_equal(kit_run(&o.kit), GT_OUT_OK);
    office_stop(&o);
}

static void a_parameter_makes_terminals_want_one(void **state)
{
    struct office o;

    (void)state;
    office_start(&o);
    sell(&o, &o.kit.cashier, 1, 100);
    assert_ok(
        gt_param_put(by_of(&o, GT_BY_COMMAND), GT_PARAM_SHIFT_TERMINALS, 3, false, 1, 0, &o.no));
    kit_recharge(&o.kit, 2, "3000000001", 100); /* with the actor as it was kept */
    assert_int_equal(kit_run(&o.kit), GT_OUT_NO_SHIFT);
    (void)open_shift(&o, CASHIER, 0, "k1");
    sell(&o, &o.kit.cashier, 3, 100);
    sell(&o, &o.kit.agent, 4, 100); /* elsewhere it is not set */
    office_stop(&o);
}

static void a_manager_closes_for_somebody_who_went_away(void **state)
{
    struct office o;
    struct gt_count_form form = drawer(0, 0);

    (void)state;
    office_start(&o);
    int64_t id = open_shift(&o, CASHIER, 0, "k1");
    assert_int_equal(gt_shift_count(by_of(&o, STAFF), id, &form, "c1", &o.no), GT_ERR_ABSENT);
    count_shift(&o, BOSS, id, 0, "c1");
    close_shift(&o, BOSS, id, 0, "z1");
    assert_int_equal(report_of(&o, id).shift.closed_by, BOSS);
    office_stop(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_shift_from_float_to_close),
        cmocka_unit_test(a_second_shift_waits_for_the_first),
        cmocka_unit_test(the_same_key_again_does_nothing),
        cmocka_unit_test(over_and_short_want_a_note_and_are_posted),
        cmocka_unit_test(a_short_is_put_in_again_or_written_off),
        cmocka_unit_test(what_is_in_doubt_is_apart_and_posts_outside),
        cmocka_unit_test(a_shift_lasts_over_a_cut_off),
        cmocka_unit_test(shifts_of_one_account_do_not_mix),
        cmocka_unit_test(a_deposit_does_not_shrink_the_drawer),
        cmocka_unit_test(no_sale_without_a_shift_where_one_is_wanted),
        cmocka_unit_test(a_parameter_makes_terminals_want_one),
        cmocka_unit_test(a_manager_closes_for_somebody_who_went_away),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
