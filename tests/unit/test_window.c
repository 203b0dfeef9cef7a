/*
 * The cashier page as a terminal: made once, trace numbers that go up, orders of a page that has
 * grown old, receipts that are counted once.
 */
#include "till_kit.h"

#include "till/receipt.h"
#include "till/window.h"

#define CUSTOMER "3000000001"
#define OTHER    "3000000002"

static struct kit kit;
static struct gt_logger logger;
static struct gt_keys keys;

static int setup(void **state)
{
    (void)state;
    kit_start(&kit);
    memset(&keys, 7, sizeof(keys));
    assert_ok(gt_logger_init(&logger, kit.till.keys, &kit.clock, "test", ""));
    for (int i = 0; i < 100; i++) { /* behind the ids that the kit gave by hand */
        int64_t key;
        assert_ok(gt_key_next(kit.till.keys, "terminal", &key));
        assert_ok(gt_key_next(kit.till.keys, "binding", &key));
    }
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    kit_books_agree(&kit);
    kit_stop(&kit);
    return 0;
}

static struct gt_by by_cashier(void)
{
    return (struct gt_by){.db = kit.till.db,
                          .src = kit.till.keys,
                          .clock = &kit.clock,
                          .random = gt_random_system(),
                          .keys = &keys,
                          .logger = &logger,
                          .user_id = kit.cashier.user.id,
                          .tz_minutes = 480};
}

static void a_window_is_made_once_and_serves_its_operator(void **state)
{
    struct gt_by by = by_cashier();
    struct gt_actor first, again;
    (void)state;
    assert_ok(gt_window_open(&by, &first));
    assert_int_equal(first.terminal.kind, GT_TERMINAL_PAGE);
    assert_int_equal(first.user.id, kit.cashier.user.id);
    assert_int_equal(first.user.account_id, kit.cashier.user.account_id);
    assert_ok(gt_window_open(&by, &again));
    assert_int_equal(again.terminal.id, first.terminal.id);
    assert_string_equal(again.terminal.secret, first.terminal.secret);
    by.user_id = kit.agent.user.id;
    assert_ok(gt_window_open(&by, &again));
    assert_int_not_equal(again.terminal.id, first.terminal.id);
    by.user_id = 999;
    assert_int_equal(gt_window_open(&by, &again), GT_ERR_ABSENT);
}

static void trace_numbers_go_up_and_fit(void **state)
{
    struct gt_by by = by_cashier();
    int64_t before = 0, trace = 0;
    (void)state;
    for (int i = 0; i < 50; i++) {
        assert_ok(gt_window_trace(&by, &trace));
        assert_true(trace > before && trace < INT64_C(1000000000000000000));
        before = trace;
        kit.now++;
    }
}

struct look {
    const char *customer_no;
    struct gt_seen seen;
};

static enum gt_err look_in(struct gt_tx *tx, void *arg)
{
    struct look *l = arg;
    gt_seen_read(tx, l->customer_no, &l->seen);
    return gt_tx_err(tx);
}

static struct gt_seen seen_of(const char *customer_no)
{
    struct look l = {.customer_no = customer_no};
    assert_ok(gt_db_read(kit.till.db, "test.seen", look_in, &l));
    return l.seen;
}

/* A recharge by a page that was shown with `seen`. */
static enum gt_outcome recharge(int64_t trace, const char *customer_no, struct gt_seen seen)
{
    kit_recharge(&kit, trace, customer_no, 1000)->seen = seen;
    return kit_run(&kit);
}

static void an_order_of_an_old_page_is_declined(void **state)
{
    struct gt_seen old = seen_of(CUSTOMER);
    (void)state;
    assert_int_equal(recharge(1, CUSTOMER, old), GT_OUT_OK);
    assert_int_equal(recharge(2, CUSTOMER, old), GT_OUT_PAGE_OLD);
    assert_int_equal(kit.up.calls, 1);
    assert_int_equal(recharge(1, CUSTOMER, old), GT_OUT_OK); /* its own copy is no other order */
    assert_true(kit.result.repeated);
    assert_int_equal(recharge(2, CUSTOMER, seen_of(CUSTOMER)), GT_OUT_PAGE_OLD);
    assert_true(kit.result.repeated); /* what was declined stays so */
    assert_int_equal(recharge(3, CUSTOMER, seen_of(CUSTOMER)), GT_OUT_OK);
    assert_int_equal(recharge(4, OTHER, seen_of(OTHER)), GT_OUT_OK);
    assert_int_equal(kit_credit(&kit, &kit.cashier).unremitted, 3000);
}

static void what_was_declined_makes_no_page_old(void **state)
{
    struct gt_seen seen = seen_of(CUSTOMER);
    (void)state;
    kit.up.next = GT_UP_REFUSED;
    kit.up.refusal = GT_OUT_ARREARS_FIRST;
    assert_int_equal(recharge(1, CUSTOMER, seen), GT_OUT_ARREARS_FIRST);
    kit.up.next = GT_UP_OK;
    assert_int_equal(recharge(2, CUSTOMER, seen), GT_OUT_OK);
}

static void what_is_in_doubt_makes_a_page_old(void **state)
{
    struct gt_seen seen = seen_of(CUSTOMER);
    (void)state;
    kit.up.next = GT_UP_UNKNOWN;
    assert_int_equal(recharge(1, CUSTOMER, seen), GT_OUT_IN_DOUBT);
    kit.up.next = GT_UP_OK;
    assert_int_equal(recharge(2, CUSTOMER, seen), GT_OUT_PAGE_OLD);
    kit.up.fate = GT_UP_FATE_POSTED;
    kit_work(&kit, 60000);
}

static void a_page_does_not_outlive_its_business_date(void **state)
{
    struct gt_seen seen = seen_of(CUSTOMER);
    (void)state;
    assert_ok(gt_bizdate_cut(&kit.till, KIT_DATE, 0, "test"));
    assert_int_equal(recharge(1, CUSTOMER, seen), GT_OUT_PAGE_OLD);
    assert_int_equal(recharge(2, CUSTOMER, seen_of(CUSTOMER)), GT_OUT_OK);
}

static void a_look_makes_nothing_void(void **state)
{
    struct gt_result result;
    (void)state;
    assert_ok(gt_till_look(&kit.till, &kit.cashier, 1, 0, &result));
    assert_int_equal(result.outcome, GT_OUT_ABSENT);
    assert_int_equal(recharge(1, CUSTOMER, seen_of(CUSTOMER)), GT_OUT_OK);
    assert_ok(gt_till_look(&kit.till, &kit.cashier, 1, 0, &result));
    assert_int_equal(result.outcome, GT_OUT_OK);
    assert_ok(gt_till_look(&kit.till, &kit.agent, 0, result.txn.id, &result));
    assert_int_equal(result.outcome, GT_OUT_OK); /* the same terminal */
}

/* Prints of a receipt after one more look or print. */
static int64_t print(int64_t txn_id, int64_t seen)
{
    struct gt_buf lines;
    int64_t prints = -1;
    enum gt_outcome outcome = GT_OUT_INTERNAL;
    gt_buf_init(&lines, 16384);
    assert_ok(gt_till_receipt_once(&kit.till, &kit.cashier, "供电公司", txn_id, seen, &lines,
                                   &prints, &outcome));
    assert_int_equal(outcome, GT_OUT_OK);
    assert_true((strstr(lines.data, "补打") != NULL) == (prints > 1));
    gt_buf_done(&lines);
    return prints;
}

static void a_print_that_is_asked_twice_counts_once(void **state)
{
    (void)state;
    assert_int_equal(recharge(1, CUSTOMER, seen_of(CUSTOMER)), GT_OUT_OK);
    int64_t id = kit.result.txn.id;
    assert_int_equal(print(id, -1), 0);
    assert_int_equal(print(id, 0), 1);
    assert_int_equal(print(id, 0), 1);
    assert_int_equal(print(id, 1), 2);
    assert_int_equal(print(id, -1), 2);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_window_is_made_once_and_serves_its_operator),
        TEST(trace_numbers_go_up_and_fit),
        TEST(an_order_of_an_old_page_is_declined),
        TEST(what_was_declined_makes_no_page_old),
        TEST(what_is_in_doubt_makes_a_page_old),
        TEST(a_page_does_not_outlive_its_business_date),
        TEST(a_look_makes_nothing_void),
        TEST(a_print_that_is_asked_twice_counts_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
