/*
 * The ledger looked at: a trial balance sums to zero, whatever dates and whichever subtree, and
 * says the same before and after its dates are folded; entries are found as often as balances tell.
 */
#include "office_kit.h"

#include "till/total.h"
#include "till/trial.h"

static struct office o;

static int setup(void **state)
{
    (void)state;
    office_start(&o);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    office_stop(&o);
    return 0;
}

struct looking {
    const char *path;
    int64_t account_id, from, to;
    struct gt_trial trial;
};

static enum gt_err look_in(struct gt_tx *tx, void *arg)
{
    struct looking *l = arg;

    if (l->account_id)
        gt_trial_of(tx, l->account_id, l->from, l->to, &l->trial);
    else
        gt_trial_read(tx, l->path, l->from, l->to, &l->trial);
    return gt_tx_err(tx);
}

static struct gt_trial trial(const char *path, int64_t from, int64_t to)
{
    struct looking l = {.path = path, .from = from, .to = to};

    assert_ok(gt_db_read(o.kit.till.db, "trial", look_in, &l));
    assert_int_equal(l.trial.opening, 0);
    assert_int_equal(l.trial.debit, l.trial.credit);
    return l.trial;
}

static struct gt_trial_line line(const struct gt_trial *t, const char *code)
{
    for (int i = 0; i < t->n; i++)
        if (strcmp(t->line[i].code, code) == 0)
            return t->line[i];
    return (struct gt_trial_line){.opening = 0};
}

static void next_day(void)
{
    struct gt_state state;

    assert_ok(gt_bizdate_get(o.kit.till.db, &state));
    assert_ok(gt_bizdate_cut(&o.kit.till, state.biz_date, 0, "test"));
}

static void fold_all(void)
{
    int64_t date;

    do {
        assert_ok(gt_fold_next(o.kit.till.db, &date));
    } while (date);
}

/* Three dates: sales of a cashier and an agent, a reversal, a deposit. */
static void three_dates(void)
{
    (void)sell(&o, &o.kit.cashier, 1, 5000);
    kit_pay_in(&o.kit, 2000);
    next_day();
    (void)sell(&o, &o.kit.agent, 2, 700);
    int64_t back = sell(&o, &o.kit.cashier, 3, 300);
    kit_reverse(&o.kit, 4, back, 300);
    assert_int_equal(kit_run(&o.kit), GT_OUT_OK);
    next_day();
    (void)sell(&o, &o.kit.cashier, 5, 11);
}

static void check_dates(void)
{
    struct gt_trial all = trial("/", KIT_DATE, KIT_DATE + 2);

    assert_int_equal(line(&all, "cash").debit, 6011);
    assert_int_equal(line(&all, "cash").credit, 2300);
    assert_int_equal(line(&all, "bank").debit, 2000);
    assert_int_equal(line(&all, "payable:sg186").credit, 6011);
    struct gt_trial second = trial("/", KIT_DATE + 1, KIT_DATE + 1);
    assert_int_equal(line(&second, "cash").opening, 3000);
    assert_int_equal(line(&second, "cash").debit, 1000);
    assert_int_equal(line(&second, "cash").credit, 300);
    struct gt_trial before = trial("/", KIT_DATE - 9, KIT_DATE - 1);
    assert_int_equal(before.n, 0);
}

static void a_trial_balance_is_the_same_before_and_after_the_fold(void **state)
{
    (void)state;
    three_dates();
    check_dates();
    fold_all();
    check_dates();
    kit_books_agree(&o.kit);
}

static void a_subtree_has_its_own(void **state)
{
    (void)state;
    three_dates();
    for (int folded = 0; folded < 2; folded++) {
        struct gt_trial station = trial("/1/2/3/", KIT_DATE, KIT_DATE + 2);
        struct gt_trial agent = trial("/1/2/4/", KIT_DATE, KIT_DATE + 2);
        struct gt_trial county = trial("/1/2/", KIT_DATE, KIT_DATE + 2);

        assert_int_equal(line(&station, "payable:sg186").credit, 5311);
        assert_int_equal(line(&agent, "payable:sg186").credit, 700);
        assert_int_equal(line(&county, "payable:sg186").credit, 6011);
        fold_all();
    }
}

static void an_account_has_its_own(void **state)
{
    struct looking l = {.account_id = 1, .from = KIT_DATE + 1, .to = KIT_DATE + 2};

    (void)state;
    three_dates();
    assert_ok(gt_db_read(o.kit.till.db, "trial", look_in, &l));
    assert_int_equal(line(&l.trial, "cash").opening, 3000);
    assert_int_equal(line(&l.trial, "cash").debit, 311);
    assert_int_equal(line(&l.trial, "cash").credit, 300);
    assert_int_equal(l.trial.opening, 0);
}

/* --- entries */

struct entries {
    struct gt_entry_find find;
    struct gt_entry_seen rows[GT_ENTRY_ROWS];
    struct gt_entry_found found;
};

static enum gt_err entries_in(struct gt_tx *tx, void *arg)
{
    struct entries *e = arg;

    gt_entry_search(tx, &e->find, e->rows, &e->found);
    return gt_tx_err(tx);
}

/* All of them, page by page; their sum. */
static int64_t walk(struct entries *e, int64_t *sum)
{
    int64_t n = 0, last = INT64_MAX;

    *sum = 0;
    e->find.left = -1;
    e->find.before = 0;
    do {
        assert_ok(gt_db_read(o.kit.till.db, "entries", entries_in, e));
        for (size_t i = 0; i < e->found.n; i++) {
            assert_true(e->rows[i].entry.id < last);
            assert_true(e->rows[i].posting.id != 0);
            last = e->rows[i].entry.id;
            *sum += e->rows[i].entry.amount;
            n++;
        }
        e->find.before = e->found.before;
        e->find.left = e->found.left;
    } while (e->found.more);
    return n;
}

static void find_entries(void)
{
    struct entries e = {
        .find = {.path = "/", .code = "cash", .from = KIT_DATE, .to = KIT_DATE + 2}};
    int64_t sum;

    assert_int_equal(walk(&e, &sum), 6); /* five of transactions, one of what was paid in */
    assert_int_equal(sum, 3711);
    e.find.path = "/1/2/4/";
    assert_int_equal(walk(&e, &sum), 1);
    assert_int_equal(sum, 700);
    e.find.path = "/";
    e.find.from = e.find.to = KIT_DATE + 1;
    assert_int_equal(walk(&e, &sum), 3);
    e.find.path = "/1/2/4/";
    assert_int_equal(walk(&e, &sum), 1);
    e.find.account_id = 1;
    assert_int_equal(walk(&e, &sum), 2);
    assert_int_equal(sum, 0);
    e.find.code = "none";
    assert_int_equal(walk(&e, &sum), 0);
}

/* How many there are is told by totals where a date has them, else by balances. */
static void entries_are_found_by_date_code_and_tree(void **state)
{
    (void)state;
    three_dates();
    find_entries();
    fold_all();
    find_entries();
}

static void more_than_a_page_of_entries_is_walked_once(void **state)
{
    struct entries e = {
        .find = {.path = "/", .code = "payable:sg186", .from = KIT_DATE, .to = KIT_DATE}};
    int64_t sum;

    (void)state;
    for (int i = 1; i <= 120; i++)
        (void)sell(&o, &o.kit.cashier, i, 100);
    assert_int_equal(walk(&e, &sum), 120);
    assert_int_equal(sum, -12000);
}

/* What was decided long after it began is of the date of its outcome, and is found there. */
static void what_posted_late_is_found(void **state)
{
    struct entries e = {
        .find = {.path = "/", .code = "cash", .from = KIT_DATE + 1, .to = KIT_DATE + 1}};
    int64_t sum;

    (void)state;
    kit_recharge(&o.kit, 1, "3000000001", 4200);
    o.kit.up.next = GT_UP_UNKNOWN;
    assert_int_equal(kit_run(&o.kit), GT_OUT_IN_DOUBT);
    next_day();
    o.kit.up.next = GT_UP_OK;
    o.kit.up.fate = GT_UP_FATE_POSTED;
    kit_work(&o.kit, 60000);
    assert_int_equal(walk(&e, &sum), 1);
    assert_int_equal(sum, 4200);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_trial_balance_is_the_same_before_and_after_the_fold),
        TEST(a_subtree_has_its_own),
        TEST(an_account_has_its_own),
        TEST(entries_are_found_by_date_code_and_tree),
        TEST(more_than_a_page_of_entries_is_walked_once),
        TEST(what_posted_late_is_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
