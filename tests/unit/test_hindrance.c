/*
 * What stands in the way of moving or disabling an organisation, a user, a terminal: each thing by
 * itself, in the order in which it has to be settled.
 */
#include "remit_kit.h"

#include "till/hindrance.h"
#include "till/manage.h"

/* Bureau 1 > county 2 > station 3 (cashier), agent 4; the bureau's people are in none of them. */
enum { COUNTY = 2, STATION = 3, AGENT = 4 };

#define assert_hindered(reason, number, call)        \
    do {                                             \
        assert_int_equal(call, GT_ERR_DENIED);       \
        assert_int_equal(o.no.why, GT_WHY_##reason); \
        assert_int_equal(o.no.n, number);            \
    } while (0)

static enum gt_err disable(struct office *o, int64_t org_id)
{
    return gt_org_enable(by_of(o, TOP), org_id, 0, false, "撤并", &o->no);
}

static enum gt_err disable_user(struct office *o, int64_t user_id, bool enable)
{
    return gt_user_enable(by_of(o, TOP), user_id, 0, enable, "离职", &o->no);
}

static enum gt_err disable_terminal(struct office *o, int64_t terminal_id, bool enable)
{
    return gt_terminal_enable(by_of(o, TOP), terminal_id, 0, enable, "报修", &o->no);
}

struct finding {
    const char *terminal_no;
    struct gt_terminal terminal;
};

static enum gt_err find_in(struct gt_tx *tx, void *arg)
{
    struct finding *f = arg;

    assert_true(gt_terminal_by_no(tx, f->terminal_no, &f->terminal));
    return gt_tx_err(tx);
}

static struct gt_terminal terminal(struct office *o, const char *no)
{
    struct finding f = {.terminal_no = no};

    assert_ok(gt_db_read(o->kit.till.db, "terminal", find_in, &f));
    return f.terminal;
}

static void a_station_from_its_shift_to_the_countys_safe(void **state)
{
    struct office o;

    (void)state;
    start(&o);
    int64_t shift = open_shift(&o, CASHIER, 1000, "k1");
    assert_hindered(SHIFTS, 1, disable(&o, STATION));
    sell(&o, &o.kit.cashier, 1, 3000);
    assert_hindered(SHIFTS, 1, disable(&o, COUNTY)); /* above it too */
    assert_hindered(SHIFTS, 1, gt_org_move(by_of(&o, TOP), STATION, 0, 1, &o.no));
    count_shift(&o, CASHIER, shift, 4000, "c1");
    assert_hindered(SHIFTS, 1, disable(&o, STATION)); /* counted is not closed */
    close_shift(&o, CASHIER, shift, 0, "z1");
    assert_hindered(MONEY_OUT, 3000, disable(&o, STATION));
    int64_t slip = submit(&o, CASHIER, 1, 0, "s1");
    assert_hindered(SLIPS_ON_WAY, 1, disable(&o, STATION));
    receive(&o, BOSS, slip);
    assert_hindered(SAFE, 3000, disable(&o, STATION));
    assert_hindered(SAFE, 3000, gt_org_move(by_of(&o, TOP), STATION, 0, 1, &o.no));
    slip = submit(&o, BOSS, 0, STATION, "s2");
    assert_hindered(SLIPS_ON_WAY, 1, disable(&o, STATION)); /* in transit */
    receive(&o, OTHER_BOSS, slip);
    assert_hindered(SAFE, 3000, disable(&o, COUNTY));
    assert_ok(disable(&o, STATION));
    office_stop(&o);
}

static void an_agent_until_the_bank_has_it(void **state)
{
    struct office o;

    (void)state;
    start(&o);
    sell(&o, &o.kit.agent, 1, 5000);
    assert_hindered(MONEY_OUT, 5000, disable(&o, AGENT));
    sign_off(&o, &o.kit.agent);
    struct gt_remit_form form = {.account_id = 2, .key = "s1", .bank = "工行", .amount = 5000};
    int64_t slip = 0;
    assert_ok(gt_remit_submit(by_of(&o, STAFF), &form, &slip, &o.no));
    assert_hindered(SLIPS_ON_WAY, 1, disable(&o, AGENT));
    receive(&o, TOP, slip);
    assert_hindered(SLIPS_ON_WAY, 1, disable(&o, AGENT)); /* the bank does not have it yet */
    bank(&o, TOP_TOO, slip);
    assert_ok(disable(&o, AGENT));
    office_stop(&o);
}

static void who_has_a_shift_stays(void **state)
{
    struct office o;

    (void)state;
    start(&o);
    int64_t shift = open_shift(&o, CASHIER, 0, "k1");
    assert_hindered(USER_SHIFT, 1, disable_user(&o, CASHIER, false));
    count_shift(&o, CASHIER, shift, 0, "c1");
    assert_hindered(USER_SHIFT, 1, disable_user(&o, CASHIER, false));
    close_shift(&o, BOSS, shift, 0, "z1"); /* a manager, in their place */
    assert_ok(disable_user(&o, CASHIER, false));
    assert_ok(disable_user(&o, CASHIER, true));
    assert_ok(disable_user(&o, SECOND, false)); /* who has none */
    office_stop(&o);
}

static void a_terminal_that_a_shift_collects_on_stays(void **state)
{
    struct office o;

    (void)state;
    start(&o);
    struct gt_terminal before = terminal(&o, "T1");
    struct gt_terminal_form form = {.org_id = STATION, .limit_day = 100};
    int64_t shift = open_shift(&o, CASHIER, 0, "k1");
    assert_ok(disable_terminal(&o, before.id, false)); /* nothing was sold on it */
    assert_ok(disable_terminal(&o, before.id, true));
    sell(&o, &o.kit.cashier, 1, 3000);
    assert_hindered(TERMINAL_SHIFT, 0, disable_terminal(&o, before.id, false));
    assert_hindered(TERMINAL_SHIFT, 0,
                    gt_terminal_alter(by_of(&o, TOP), before.id, 0, &form, &o.no));
    assert_int_equal(terminal(&o, "T1").limit_day, 0);
    form.org_id = 0; /* it stays where it is */
    assert_ok(gt_terminal_alter(by_of(&o, TOP), before.id, 0, &form, &o.no));
    assert_int_equal(terminal(&o, "T1").limit_day, 100);
    count_shift(&o, CASHIER, shift, 3000, "c1");
    assert_ok(disable_terminal(&o, before.id, false));
    office_stop(&o);
}

static void a_deposit_keeps_an_agent_but_moves_with_it(void **state)
{
    struct office o;
    int64_t approval = 0;

    (void)state;
    start(&o);
    assert_ok(gt_credit_deposit(by_of(&o, BOSS), 2, 1000, "到账", &approval, &o.no));
    assert_ok(gt_approval_decide(by_of(&o, OTHER_BOSS), approval, 1, true, "", &o.no));
    assert_hindered(MONEY_IN, 1000, disable(&o, AGENT));
    assert_ok(gt_org_move(by_of(&o, TOP), AGENT, 0, 1, &o.no));
    office_stop(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_station_from_its_shift_to_the_countys_safe),
        cmocka_unit_test(an_agent_until_the_bank_has_it),
        cmocka_unit_test(who_has_a_shift_stays),
        cmocka_unit_test(a_terminal_that_a_shift_collects_on_stays),
        cmocka_unit_test(a_deposit_keeps_an_agent_but_moves_with_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
