/*
 * Finding transactions: every way gives the same rows, pages follow each other, and a search looks
 * at a bounded number of rows and goes on.
 */
#include "till_kit.h"

#include "till/search.h"

#include <stdlib.h>

static struct kit kit;

static int setup(void **state)
{
    (void)state;
    kit_start(&kit);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    kit_stop(&kit);
    return 0;
}

/* --- looking */

struct looking {
    struct gt_txn_find find;
    struct gt_txn *txns;
    size_t most;
    struct gt_txn_found found;
};

static enum gt_err look_in(struct gt_tx *tx, void *arg)
{
    struct looking *l = arg;
    gt_txn_search(tx, &l->find, l->txns, l->most, &l->found);
    return gt_tx_err(tx);
}

/* Looks page by page to the end; the ids into `ids`, how many. */
static size_t look_all(struct gt_txn_find find, size_t page, int64_t *ids, size_t room)
{
    struct looking l = {.find = find, .most = page, .txns = calloc(page, sizeof(struct gt_txn))};
    size_t n = 0;
    assert_non_null(l.txns);
    if (!l.find.path)
        l.find.path = "/";
    if (!l.find.to)
        l.find.to = 99991231;
    for (int pages = 0; pages < 100; pages++) {
        assert_ok(gt_db_read(kit.till.db, "look", look_in, &l));
        for (size_t i = 0; i < l.found.n; i++) {
            assert_true(n < room);
            ids[n++] = l.txns[i].id;
        }
        if (!l.found.more)
            break;
        assert_true(l.found.before > 0);
        l.find.before = l.found.before;
    }
    assert_false(l.found.more);
    free(l.txns);
    return n;
}

static size_t look(struct gt_txn_find find)
{
    int64_t ids[200];
    return look_all(find, GT_LIST_MAX, ids, 200);
}

/* --- tests */

static void every_filter_finds_what_it_names(void **state)
{
    (void)state;
    kit_recharge(&kit, 1, "3001", 1000);
    assert_int_equal(kit_run(&kit), GT_OUT_OK);
    int64_t terminal = kit.result.txn.terminal_id, user = kit.result.txn.user_id;
    int64_t account = kit.result.txn.account_id, at = kit.result.txn.created_at;
    kit_recharge(&kit, 2, "3002", 2000);
    assert_int_equal(kit_run(&kit), GT_OUT_OK);
    kit_pay(&kit, 3, "3003", 3000);
    kit.up.next = GT_UP_UNKNOWN;
    assert_int_equal(kit_run(&kit), GT_OUT_IN_DOUBT);
    assert_int_equal(look((struct gt_txn_find){.from = 0}), 3);
    assert_int_equal(look((struct gt_txn_find){.customer_no = "3002"}), 1);
    assert_int_equal(look((struct gt_txn_find){.customer_no = "3009"}), 0);
    assert_int_equal(look((struct gt_txn_find){.account_id = account}), 3);
    assert_int_equal(look((struct gt_txn_find){.account_id = account, .op = GT_OP_PAY}), 1);
    assert_int_equal(look((struct gt_txn_find){.terminal_id = terminal, .user_id = user}), 3);
    assert_int_equal(look((struct gt_txn_find){.state = GT_TXN_PENDING}), 1);
    assert_int_equal(look((struct gt_txn_find){.up_state = GT_UPS_UNKNOWN}), 1);
    assert_int_equal(look((struct gt_txn_find){.least = 2000, .greatest = 2999}), 1);
    assert_int_equal(look((struct gt_txn_find){.from_at = at, .to_at = at}), 3);
    assert_int_equal(look((struct gt_txn_find){.from_at = at + 1}), 0);
    assert_int_equal(look((struct gt_txn_find){.from = KIT_DATE, .to = KIT_DATE}), 3);
    assert_int_equal(look((struct gt_txn_find){.to = KIT_DATE - 1}), 0);
    assert_int_equal(look((struct gt_txn_find){.from = KIT_DATE + 1}), 0);
    assert_int_equal(look((struct gt_txn_find){.path = "/999/"}), 0);
    assert_int_equal(look((struct gt_txn_find){.card_no = "NONE"}), 0);
    assert_int_equal(look((struct gt_txn_find){.channel = 9}), 0);
}

static void pages_follow_each_other(void **state)
{
    int64_t ids[40];
    (void)state;
    for (int i = 1; i <= 23; i++) {
        kit_recharge(&kit, i, "3001", 100);
        assert_int_equal(kit_run(&kit), GT_OUT_OK);
    }
    int64_t account = kit.result.txn.account_id;
    const struct gt_txn_find finds[] = {
        {.from = 0}, {.customer_no = "3001"}, {.account_id = account}, {.op = GT_OP_RECHARGE}};
    for (size_t f = 0; f < sizeof(finds) / sizeof(finds[0]); f++) {
        assert_int_equal(look_all(finds[f], 5, ids, 40), 23);
        for (int i = 1; i < 23; i++)
            assert_true(ids[i] < ids[i - 1]);
    }
}

struct filling {
    int64_t date, first, n, org_id;
};

static enum gt_err fill_in(struct gt_tx *tx, void *arg)
{
    const struct filling *f = arg;
    for (int64_t i = f->first; i < f->first + f->n; i++) {
        struct gt_txn txn = {.id = f->date * 10000000000 + i,
                             .terminal_id = 99,
                             .trace_no = i,
                             .account_id = 99,
                             .account_seq = i,
                             .org_id = f->org_id,
                             .op = GT_OP_RECHARGE,
                             .amount = 1,
                             .biz_date = f->date,
                             .state = GT_TXN_DECLINED};
        GT_FIELD_COPY(txn.operator_no, "X");
        gt_row_insert(tx, &gt_txn_row, &txn);
    }
    return gt_tx_err(tx);
}

/* A hundred thousand of others stand between what is looked for and its end. */
static void a_rare_one_is_found_in_bounded_steps(void **state)
{
    int64_t ids[10];
    (void)state;
    kit_recharge(&kit, 1, "3001", 777);
    assert_int_equal(kit_run(&kit), GT_OUT_OK);
    int64_t wanted = kit.result.txn.id;
    for (int64_t i = 0; i < 100000; i += 10000) {
        struct filling f = {.date = KIT_DATE + 1 + i / 50000,
                            .first = 100000 + i,
                            .n = 10000,
                            .org_id = kit.result.txn.org_id};
        assert_ok(gt_db_transact(kit.till.db, "fill", fill_in, &f));
    }
    struct gt_txn txn;
    struct looking l = {.find = {.path = "/", .to = 99991231, .least = 777, .greatest = 777},
                        .txns = &txn,
                        .most = 1};
    assert_ok(gt_db_read(kit.till.db, "look", look_in, &l));
    assert_int_equal(l.found.n, 0);
    assert_true(l.found.more);
    assert_int_equal(look_all(l.find, 10, ids, 10), 1);
    assert_int_equal(ids[0], wanted);
}

static void numbers_are_read_as_people_write_them(void **state)
{
    char operator_no[21], text[GT_TXN_NUMBER_MAX];
    int64_t id = 0;
    (void)state;
    assert_true(gt_txn_number_read("20261122 0000000042", &id));
    assert_int_equal(id, 202611220000000042);
    assert_string_equal(gt_txn_number(id, text), "20261122 0000000042");
    assert_true(gt_txn_number_read("202611220000000042", &id));
    assert_int_equal(gt_txn_date(id), KIT_DATE);
    static const char *const bad[] = {
        "", "2026112200000000", "20261399 0000000001", "2026112200000000421", "20261122-000000042",
        "x"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_false(gt_txn_number_read(bad[i], &id));
    assert_true(gt_receipt_number_read("900001-0000042", operator_no, &id));
    assert_string_equal(operator_no, "900001");
    assert_int_equal(id, 42);
    assert_true(gt_receipt_number_read("a-b-7", operator_no, &id));
    assert_string_equal(operator_no, "a-b");
    static const char *const none[] = {"900001", "-1", "900001-", "900001-x", "9-0"};
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
        assert_false(gt_receipt_number_read(none[i], operator_no, &id));
}

#define WITH_KIT(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_KIT(every_filter_finds_what_it_names),
        WITH_KIT(pages_follow_each_other),
        WITH_KIT(a_rare_one_is_found_in_bounded_steps),
        cmocka_unit_test(numbers_are_read_as_people_write_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
