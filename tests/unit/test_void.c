/*
 * Void numbers: spoiled paper costs a number of the series and nothing else, once.
 */
#include "office_kit.h"

#include "till/receipt.h"
#include "till/search.h"
#include "till/void.h"

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

static enum gt_err spoil(int64_t who, int64_t sale, int64_t receipt_no, const char *reason)
{
    o.no.why = GT_WHY_NONE;
    return gt_receipt_void(by_of(&o, who), sale, receipt_no, reason, &o.no);
}

struct look {
    int64_t sale, of_number; /* whose receipt it is; the transaction that 900001-1 leads to */
    struct gt_receipt receipt;
    struct gt_void_find find;
    struct gt_void voids[GT_VOIDS_MAX];
    size_t n;
};

static enum gt_err look_in(struct gt_tx *tx, void *arg)
{
    struct look *l = arg;

    assert_true(gt_row_find(tx, &gt_receipt_row, l->sale, &l->receipt));
    l->of_number = gt_txn_of_receipt(tx, "900001", 1);
    l->n = gt_voids_find(tx, &l->find, l->voids);
    return gt_tx_err(tx);
}

static struct look look(int64_t sale, int64_t shift_id)
{
    struct look l = {
        .sale = sale,
        .find = {.path = "/", .user_id = CASHIER, .shift_id = shift_id, .most = GT_VOIDS_MAX}};

    assert_ok(gt_db_read(o.kit.till.db, "look", look_in, &l));
    return l;
}

static void spoiled_paper_takes_the_next_number(void **state)
{
    int64_t sale = sell(&o, &o.kit.cashier, 1, 5000);
    int64_t unremitted = kit_credit(&o.kit, &o.kit.cashier).unremitted;

    (void)state;
    (void)sell(&o, &o.kit.cashier, 2, 100);
    assert_ok(spoil(CASHIER, sale, 1, "卡纸"));
    struct look l = look(sale, 0);
    assert_int_equal(l.receipt.receipt_no, 3);
    assert_int_equal(l.receipt.prints, 0);
    assert_int_equal(l.n, 1);
    assert_int_equal(l.voids[0].receipt_no, 1);
    assert_int_equal(l.voids[0].txn_id, sale);
    assert_int_equal(l.voids[0].biz_date, KIT_DATE);
    assert_string_equal(l.voids[0].reason, "卡纸");
    assert_int_equal(l.of_number, sale);
    assert_int_equal(kit_credit(&o.kit, &o.kit.cashier).unremitted, unremitted + 100);
    (void)sell(&o, &o.kit.cashier, 3, 100);
    assert_int_equal(o.kit.result.receipt_no, 4);
}

static void the_same_again_does_nothing(void **state)
{
    int64_t sale = sell(&o, &o.kit.cashier, 1, 5000);

    (void)state;
    assert_ok(spoil(CASHIER, sale, 1, "卡纸"));
    assert_ok(spoil(CASHIER, sale, 1, "卡纸"));
    assert_int_equal(look(sale, 0).receipt.receipt_no, 2);
    assert_int_equal(spoil(CASHIER, sale, 3, "卡纸"), GT_ERR_DENIED);
    assert_int_equal(o.no.why, GT_WHY_CHANGED);
    assert_ok(spoil(CASHIER, sale, 2, "又卡纸"));
    assert_int_equal(look(sale, 0).receipt.receipt_no, 3);
    assert_int_equal(look(sale, 0).n, 2);
}

static void only_ones_own_with_a_reason(void **state)
{
    int64_t sale = sell(&o, &o.kit.cashier, 1, 5000);

    (void)state;
    assert_int_equal(spoil(SECOND, sale, 1, "卡纸"), GT_ERR_ABSENT);
    assert_int_equal(spoil(BOSS, sale, 1, "卡纸"), GT_ERR_ABSENT);
    assert_int_equal(spoil(CASHIER, sale + 1, 1, "卡纸"), GT_ERR_ABSENT);
    assert_int_equal(spoil(CASHIER, sale, 1, ""), GT_ERR_SYNTAX);
    assert_int_equal(o.no.why, GT_WHY_REASON);
    assert_int_equal(look(sale, 0).receipt.receipt_no, 1);
    assert_int_equal(look(sale, 0).n, 0);
}

static void they_are_of_the_shift_that_is_open(void **state)
{
    int64_t before = sell(&o, &o.kit.cashier, 1, 100);

    (void)state;
    assert_ok(spoil(CASHIER, before, 1, "卡纸"));
    int64_t shift = open_shift(&o, CASHIER, 0, "k1");
    int64_t sale = sell(&o, &o.kit.cashier, 2, 100);
    assert_ok(spoil(CASHIER, sale, o.kit.result.receipt_no, "打印不清"));
    struct look l = look(sale, shift);
    assert_int_equal(l.n, 1);
    assert_int_equal(l.voids[0].shift_id, shift);
    assert_int_equal(l.voids[0].txn_id, sale);
    assert_int_equal(look(sale, 0).n, 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(spoiled_paper_takes_the_next_number),
        TEST(the_same_again_does_nothing),
        TEST(only_ones_own_with_a_reason),
        TEST(they_are_of_the_shift_that_is_open),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
