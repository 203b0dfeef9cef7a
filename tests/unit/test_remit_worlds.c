/*
 * Anything in any order: sales, reversals, doubt, shifts, deposits, cut-offs and slips, by chance.
 * In the evening everybody closes and remits; then each fen has gone up once.  GT_REMIT_WORLDS says
 * how many worlds (default 6).
 */
#include "remit_kit.h"

/* What a world of chance is like. */
struct world {
    struct office o;
    uint64_t seed;
    int64_t trace_no, serial;
    int64_t sale[64], customer[64]; /* the last sales, 0: none */
    int64_t shift[8];               /* of users, 0: none */
    bool counted[8];
    int64_t slip[64]; /* the last ones made */
    int nslips;
    struct gt_actor second; /* the agent's other one */
};

static int64_t chance(struct world *w, int64_t below)
{
    w->seed = w->seed * 6364136223846793005u + 1442695040888963407u;
    return (int64_t)((w->seed >> 33) % (uint64_t)below);
}

static const char *key_of(struct world *w, char key[24])
{
    snprintf(key, 24, "k%lld", (long long)++w->serial);
    return key;
}

static const struct gt_actor *actor_of(struct world *w, int64_t *user_id)
{
    static const int64_t users[] = {CASHIER, CASHIER, STAFF, SECOND};
    const struct gt_actor *actors[] = {&w->o.kit.cashier, &w->o.kit.handheld, &w->o.kit.agent,
                                       &w->second};
    int64_t i = chance(w, 4);

    *user_id = users[i];
    return actors[i];
}

static void some_sale(struct world *w)
{
    struct kit *kit = &w->o.kit;
    char customer[16];
    int64_t user, i = chance(w, 64);

    snprintf(customer, sizeof(customer), "30000000%02d", (int)i);
    kit->up.next = chance(w, 10) ? GT_UP_OK : GT_UP_UNKNOWN;
    kit_recharge(kit, ++w->trace_no, customer, 1 + chance(w, 2000))->actor = actor_of(w, &user);
    if (chance(w, 6) == 0)
        snprintf(kit->order.method, sizeof(kit->order.method), "wechat");
    (void)kit_run(kit);
    if (kit->result.outcome == GT_OUT_OK)
        w->sale[i] = kit->result.txn.id;
}

static void some_reversal(struct world *w)
{
    struct kit *kit = &w->o.kit;
    int64_t user, i = chance(w, 64);

    if (!w->sale[i])
        return;
    kit->up.next = chance(w, 6) ? GT_UP_OK : GT_UP_UNKNOWN;
    kit_reverse(kit, ++w->trace_no, w->sale[i], 0)->actor = actor_of(w, &user);
    snprintf(kit->order.customer_no, sizeof(kit->order.customer_no), "30000000%02d", (int)i);
    struct gt_result original;
    assert_ok(gt_till_inquire(&kit->till, kit->order.actor, 0, w->sale[i], &original));
    kit->order.amount = original.txn.amount;
    (void)kit_run(kit);
}

static void some_shift(struct world *w)
{
    static const int64_t users[] = {CASHIER, STAFF, SECOND};
    int64_t user = users[chance(w, 3)];
    char key[24];

    if (!w->shift[user]) {
        w->shift[user] = open_shift(&w->o, user, chance(w, 500), key_of(w, key));
        w->counted[user] = false;
        if (user == CASHIER && chance(w, 2))
            (void)!gt_shift_repay(by_of(&w->o, user), w->shift[user], chance(w, 20), &w->o.no);
        return;
    }
    struct gt_shift_report report = report_of(&w->o, w->shift[user]);
    if (!w->counted[user] || chance(w, 4) == 0) {
        int64_t most = report.pending_cash ? chance(w, report.pending_cash + 1) : 0;
        int64_t there = report.expected + most + chance(w, 3) * 20 - 20;
        struct gt_count_form form = drawer(there > most ? there : most, most);

        assert_ok(
            gt_shift_count(by_of(&w->o, user), w->shift[user], &form, key_of(w, key), &w->o.no));
        w->counted[user] = true;
        return;
    }
    close_shift(&w->o, user, w->shift[user], report.difference, key_of(w, key));
    w->shift[user] = 0;
}

static void some_slip(struct world *w)
{
    static const struct {
        int64_t user, account, org;
    } whose[] = {{CASHIER, 1, 0}, {STAFF, 2, 0}, {BOSS, 0, 3}, {BOSS, 0, 2}};
    int64_t i = chance(w, 4);
    char key[24];
    int64_t id = submit(&w->o, whose[i].user, whose[i].account, whose[i].org, key_of(w, key));

    if (id)
        w->slip[w->nslips++ % 64] = id;
}

static void some_step(struct world *w)
{
    int64_t id = w->slip[chance(w, 64)];
    int64_t what = chance(w, 6);

    if (!id)
        return;
    if (what < 3)
        (void)!gt_remit_receive(by_of(&w->o, TOP), id, &w->o.no);
    else if (what < 5)
        (void)!gt_remit_bank(by_of(&w->o, TOP_TOO), id, "银行", "1", KIT_DATE, &w->o.no);
    else
        (void)!gt_remit_return(by_of(&w->o, TOP), id, "退", &w->o.no);
}

static void some_deposit(struct world *w)
{
    int64_t approval = 0, account = 1 + chance(w, 2);

    assert_ok(gt_credit_deposit(by_of(&w->o, BOSS), account, 1 + chance(w, 900), "到账", &approval,
                                &w->o.no));
    assert_ok(gt_approval_decide(by_of(&w->o, OTHER_BOSS), approval, 1, true, "", &w->o.no));
}

static void some_end(struct world *w)
{
    struct gt_state state;
    int64_t user;

    if (chance(w, 3)) {
        sign_off(&w->o, actor_of(w, &user));
        return;
    }
    assert_ok(gt_bizdate_get(w->o.kit.till.db, &state));
    assert_ok(gt_bizdate_cut(&w->o.kit.till, state.biz_date, 0, "test"));
}

static void some_answer(struct world *w)
{
    w->o.kit.up.fate = chance(w, 2) ? GT_UP_FATE_POSTED : GT_UP_FATE_ABSENT;
    kit_work(&w->o.kit, 60000);
}

static void live(struct world *w, int steps)
{
    for (int i = 0; i < steps; i++) {
        int64_t what = chance(w, 100);

        if (what < 50)
            some_sale(w);
        else if (what < 60)
            some_reversal(w);
        else if (what < 75)
            some_shift(w);
        else if (what < 82)
            some_slip(w);
        else if (what < 92)
            some_step(w);
        else if (what < 95)
            some_deposit(w);
        else if (what < 97)
            some_end(w);
        else
            some_answer(w);
    }
}

/* Everybody goes home: nothing in doubt, all shifts closed, all money handed in and banked. */
static void evening(struct world *w)
{
    static const int64_t users[] = {CASHIER, STAFF, SECOND};
    struct office *o = &w->o;
    struct gt_state state;
    char key[24];

    for (int i = 0; i < 3; i++)
        some_answer(w);
    for (size_t i = 0; i < 3; i++) {
        struct gt_shift_report report;

        if (!w->shift[users[i]])
            continue;
        report = report_of(o, w->shift[users[i]]);
        if (!w->counted[users[i]])
            count_shift(o, users[i], w->shift[users[i]], report.expected > 0 ? report.expected : 0,
                        key_of(w, key));
        report = report_of(o, w->shift[users[i]]);
        close_shift(o, users[i], w->shift[users[i]], report.difference, key_of(w, key));
    }
    o->kit.up.next = GT_UP_OK; /* more than was ever given back, so that no slip is below zero */
    kit_pay_in(&o->kit, 1);
    for (int i = 0; i < 10; i++) {
        sell(o, &o->kit.cashier, ++w->trace_no, 2000);
        sell(o, &o->kit.agent, ++w->trace_no, 2000);
    }
    assert_ok(gt_bizdate_get(o->kit.till.db, &state));
    assert_ok(gt_bizdate_cut(&o->kit.till, state.biz_date, 0, "test"));
    for (int round = 0; round < 4; round++) {
        static const struct {
            int64_t user, account, org;
        } whose[] = {{CASHIER, 1, 0}, {STAFF, 2, 0}, {BOSS, 0, 3}, {BOSS, 0, 2}};

        for (int i = 0; i < 4; i++) {
            int64_t id = submit(o, whose[i].user, whose[i].account, whose[i].org, key_of(w, key));

            if (id)
                w->slip[w->nslips++ % 64] = id;
            for (int turn = 0; turn < 4; turn++)
                for (int at = 0; at < 64; at++) {
                    if (!w->slip[at])
                        continue;
                    (void)!gt_remit_receive(by_of(o, TOP), w->slip[at], &o->no);
                    (void)!gt_remit_bank(by_of(o, TOP_TOO), w->slip[at], "银行", "1", KIT_DATE,
                                         &o->no);
                }
        }
    }
}

static void account_is_settled(struct world *w, const struct gt_actor *actor, int64_t user_id)
{
    int64_t account_id = actor->user.account_id;
    struct gt_remit_offer offer = offer_of(&w->o, user_id, account_id, 0);
    int64_t lacks = account_id == 1 ? balance(&w->o, "short") : 0;

    assert_int_equal(offer.nseries, 0);
    assert_int_equal(offer.shifts, 0);
    assert_int_equal(kit_credit(&w->o.kit, actor).unremitted + offer.account.prepaid, lacks);
}

/* Credit is not what this is about. */
static void allow_much(struct office *o)
{
    const struct gt_limit_form form = {.seen = -1, .credit = 100000000, .txn = -1, .day = -1};
    int64_t approval;

    for (int64_t account = 1; account <= 2; account++)
        assert_ok(gt_credit_limit(by_of(o, GT_BY_COMMAND), account, &form, &approval, &o->no));
}

static void every_fen_goes_up_once(void **state)
{
    const char *asked = getenv("GT_REMIT_WORLDS");
    long worlds = asked ? strtol(asked, NULL, 10) : 6;

    (void)state;
    for (long i = 1; i <= worlds; i++) {
        struct world *w = calloc(1, sizeof(*w));

        assert_non_null(w);
        w->seed = (uint64_t)i * 7919;
        start(&w->o);
        allow_much(&w->o);
        w->second = w->o.kit.agent;
        w->second.user.id = SECOND;
        snprintf(w->second.user.operator_no, sizeof(w->second.user.operator_no), "900003");
        for (int part = 0; part < 3; part++) {
            live(w, 120);
            kit_books_agree(&w->o.kit);
            assert_int_equal(sum_of(&w->o, &remit_trial, GT_INT(0)), 0);
        }
        evening(w);
        account_is_settled(w, &w->o.kit.cashier, CASHIER);
        account_is_settled(w, &w->o.kit.agent, STAFF);
        assert_int_equal(balance(&w->o, "transit"), 0);
        assert_int_equal(balance(&w->o, "safe:2") + balance(&w->o, "safe:3"), 0);
        assert_int_equal(balance(&w->o, "float"), 0);
        /* Ranges hold each sale that was not taken back, once. */
        assert_int_equal(sum_of(&w->o, &remit_live_sum, GT_INT(1)),
                         sum_of(&w->o, &remit_sold, GT_INT(1)));
        assert_int_equal(sum_of(&w->o, &remit_live_sum, GT_INT(2)),
                         sum_of(&w->o, &remit_sold, GT_INT(2)));
        office_stop(&w->o);
        free(w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_fen_goes_up_once)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
