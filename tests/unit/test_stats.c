/*
 * Statistics: running totals of closed dates, and the figures that are made of them.
 */
#include "till_kit.h"

#include "till/total.h"

static struct kit kit;
static int64_t trace;

static int setup(void **state)
{
    (void)state;
    trace = 0;
    kit_start(&kit);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    kit_stop(&kit);
    return 0;
}

static int64_t sell(const struct gt_actor *actor, int64_t amount)
{
    kit_recharge(&kit, ++trace, "3000000001", amount)->actor = actor;
    assert_int_equal(kit_run(&kit), GT_OUT_OK);
    return kit.result.txn.id;
}

static void take_back(const struct gt_actor *actor, int64_t id, int64_t amount)
{
    kit_reverse(&kit, ++trace, id, amount)->actor = actor;
    assert_int_equal(kit_run(&kit), GT_OUT_OK);
}

static void cut(int64_t from)
{
    assert_ok(gt_bizdate_cut(&kit.till, from, 0, "test"));
}

static int64_t fold(void)
{
    int64_t date;

    assert_ok(gt_fold_next(kit.till.db, &date));
    return date;
}

/* --- folding -----------------------------------------------------------------------------------
 */

static void a_closed_date_is_folded_once(void **state)
{
    (void)state;
    sell(&kit.cashier, 1000);
    assert_int_equal(fold(), 0); /* the date runs */
    cut(KIT_DATE);
    cut(KIT_DATE + 1); /* nothing was sold on this one */
    sell(&kit.agent, 300);
    take_back(&kit.agent, sell(&kit.agent, 200), 200);
    cut(KIT_DATE + 2);
    sell(&kit.cashier, 50);
    assert_int_equal(fold(), KIT_DATE);
    kit_books_agree(&kit);
    assert_int_equal(fold(), KIT_DATE + 2);
    assert_int_equal(fold(), 0);
    kit_books_agree(&kit);
}

struct look {
    int64_t date, org_id;
    enum gt_total_kind kind;
    const char *part;
    struct gt_total found;
};

GT_STMT(total_by_key, GT_ROW_SELECT(gt_total, GT_TOTAL_COLS) " WHERE org_id = ? AND kind = ? AND "
                                                             "biz_date = ? AND part = ?");

static enum gt_err look_in(struct gt_tx *tx, void *arg)
{
    struct look *l = arg;

    if (!gt_row_one(tx, &gt_total_row, &l->found, &total_by_key, GT_INT(l->org_id), GT_INT(l->kind),
                    GT_INT(l->date), GT_TEXT(l->part)))
        l->found = (struct gt_total){.id = 0};
    return gt_tx_err(tx);
}

static struct gt_total total(int64_t date, int64_t org_id, enum gt_total_kind kind,
                             const char *part)
{
    struct look l = {.date = date, .org_id = org_id, .kind = kind, .part = part};

    assert_ok(gt_db_read(kit.till.db, "look", look_in, &l));
    return l.found;
}

static void totals_go_up_from_the_first_date(void **state)
{
    char agent[24];

    (void)state;
    sell(&kit.cashier, 1000);
    cut(KIT_DATE);
    sell(&kit.cashier, 30);
    take_back(&kit.agent, sell(&kit.agent, 200), 200);
    cut(KIT_DATE + 1);
    while (fold())
        ;
    snprintf(agent, sizeof(agent), "%lld", (long long)kit.agent.user.id);
    assert_int_equal(total(KIT_DATE, 0, GT_TOTAL_ALL, "-").amount, 1000);
    assert_int_equal(total(KIT_DATE + 1, 0, GT_TOTAL_ALL, "-").amount, 1230);
    assert_int_equal(total(KIT_DATE + 1, 0, GT_TOTAL_ALL, "-").sales, 3);
    assert_int_equal(total(KIT_DATE + 1, 0, GT_TOTAL_ALL, "-").reversed, 200);
    assert_int_equal(total(KIT_DATE + 1, 0, GT_TOTAL_SYSTEM, "sg186").reversals, 1);
    assert_int_equal(total(KIT_DATE + 1, kit.result.txn.org_id, GT_TOTAL_USER, agent).amount, 200);
    assert_int_equal(total(KIT_DATE, kit.result.txn.org_id, GT_TOTAL_USER, agent).id, 0);
}

/* --- a fold that died --------------------------------------------------------------------------
 */

#define PEOPLE 400

/* What many people sold: more rows than one commit writes. */
static enum gt_err people_in(struct gt_tx *tx, void *arg)
{
    (void)arg;
    for (int64_t i = 1; i <= PEOPLE; i++) {
        struct gt_summary row = {.id = 1000 + i,
                                 .biz_date = KIT_DATE,
                                 .account_id = 1,
                                 .org_id = 3,
                                 .user_id = 100 + i,
                                 .channel = 1,
                                 .op = GT_OP_RECHARGE,
                                 .system = "sg186",
                                 .sales = i,
                                 .amount = 100 * i};

        gt_row_insert(tx, &gt_summary_row, &row);
    }
    return gt_tx_err(tx);
}

GT_STMT(total_sums, "SELECT COUNT(*), CAST(SUM(amount) AS BIGINT), MAX(id) FROM gt_total");

struct sums {
    int64_t n, amount, last;
};

static enum gt_err sums_in(struct gt_tx *tx, void *arg)
{
    struct sums *s = arg;

    gt_tx_one0(tx, &total_sums);
    s->n = gt_col_int(tx);
    s->amount = gt_col_int(tx);
    s->last = gt_col_int(tx);
    return gt_tx_err(tx);
}

/* Leaves what a process would have left that was killed behind its first commit. */
static enum gt_err forget_in(struct gt_tx *tx, void *arg)
{
    const struct sums *whole = arg;
    struct gt_total row;
    struct gt_fold f;
    int64_t left = 400;

    for (int64_t id = GT_TOTAL_ID(KIT_DATE, left + 1); id <= whole->last; id++) {
        assert_true(gt_row_find(tx, &gt_total_row, id, &row));
        gt_row_remove(tx, &gt_total_row, &row);
    }
    assert_true(gt_row_find(tx, &gt_fold_row, KIT_DATE, &f));
    assert_true(f.written > left);
    f.written = left;
    gt_row_save(tx, &gt_fold_row, &f);
    return gt_tx_err(tx);
}

static void one_that_was_killed_goes_on(void **state)
{
    struct sums whole, again;

    (void)state;
    assert_ok(gt_db_transact(kit.till.db, "people", people_in, NULL));
    cut(KIT_DATE);
    assert_int_equal(fold(), KIT_DATE);
    assert_ok(gt_db_read(kit.till.db, "sums", sums_in, &whole));
    assert_int_equal(whole.n, PEOPLE + 8); /* four kinds, here and everywhere */
    assert_int_equal(whole.amount, 9 * 100 * (PEOPLE + 1) * PEOPLE / 2);
    assert_ok(gt_db_transact(kit.till.db, "forget", forget_in, &whole));
    assert_int_equal(fold(), KIT_DATE);
    assert_ok(gt_db_read(kit.till.db, "sums", sums_in, &again));
    assert_memory_equal(&again, &whole, sizeof(whole));
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_closed_date_is_folded_once),
        TEST(totals_go_up_from_the_first_date),
        TEST(one_that_was_killed_goes_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
