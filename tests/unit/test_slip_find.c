/*
 * Finding slips: a page is the newest of its subtree, and what is rare is found by going on.
 */
#include "by_kit.h"

#include "books/remit.h"

static struct people p;

/* The slips of one station lie among many of towns. */
#define MANY  (GT_SLIP_LOOK + 3000)
#define FIRST 10000 /* id of the oldest */
#define TOWNS 12
#define TOWN  500 /* id of the first */

static enum gt_err towns_in(struct gt_tx *tx, void *arg)
{
    (void)arg;
    for (int i = 0; i < TOWNS; i++) {
        struct gt_org org = {.id = TOWN + i,
                             .parent_id = ID_B,
                             .kind = GT_ORG_COUNTY,
                             .state = GT_ENABLED,
                             .name = "town"};

        (void)snprintf(org.code, sizeof org.code, "TOWN%d", i);
        (void)snprintf(org.path, sizeof org.path, "/%d/%d/", ID_B, TOWN + i);
        gt_row_insert(tx, &gt_org_row, &org);
    }
    return gt_tx_err(tx);
}

/* The oldest of all is the station's and told apart by its bank slip; so is one in the middle,
 * which a town sent and the station received. */
static enum gt_err slips_in(struct gt_tx *tx, void *arg)
{
    const int *from = arg;

    for (int i = *from; i < *from + 500; i++) {
        bool old = i == 0, middle = i == MANY / 2;
        struct gt_slip slip = {.id = FIRST + i,
                               .account_id = 1 + (i % 2),
                               .slip_no = 1 + i / 2,
                               .kind = GT_ACCOUNT_CASHIER,
                               .org_id = old ? ID_S1 : TOWN + i % TOWNS,
                               .to_org_id = middle ? ID_S1 : TOWN + i % TOWNS,
                               .maker_id = CASHIER,
                               .made_date = old ? 20261101 : 20261122,
                               .state = middle ? GT_SLIP_SUBMITTED : GT_SLIP_BANKED};

        (void)snprintf(slip.slip_key, sizeof slip.slip_key, "key %d", i);
        (void)snprintf(slip.bank_no, sizeof slip.bank_no, "%s", old ? "B-Needle" : "usual");
        gt_row_insert(tx, &gt_slip_row, &slip);
    }
    return gt_tx_err(tx);
}

static int start(void **state)
{
    (void)state;
    people_start(&p);
    assert_ok(gt_db_transact(p.kit.db, "towns", towns_in, NULL));
    for (int i = 0; i < MANY; i += 500)
        assert_ok(gt_db_transact(p.kit.db, "fill", slips_in, &i));
    return 0;
}

static int stop(void **state)
{
    (void)state;
    people_stop(&p);
    return 0;
}

struct asking {
    struct gt_slip_find find;
    struct gt_slip rows[51];
    struct gt_slips_found found;
};

static enum gt_err find_in(struct gt_tx *tx, void *arg)
{
    struct asking *a = arg;

    gt_slips_find(tx, &a->find, a->rows, &a->found);
    return gt_tx_err(tx);
}

static struct asking found(struct gt_slip_find find)
{
    struct asking a = {.find = find};

    assert_ok(gt_db_read(p.kit.db, "find", find_in, &a));
    return a;
}

static void what_is_rare_in_a_large_tree_is_found_by_going_on(void **state)
{
    struct gt_slip_find find = {.path = "/1/", .text = "needle", .most = 51};
    struct asking a = found(find);

    (void)state;
    assert_int_equal(a.found.n, 0);
    assert_true(a.found.more);
    assert_in_range(a.found.before, FIRST + MANY - GT_SLIP_LOOK, FIRST + MANY - GT_SLIP_LOOK + 1);
    find.before_id = a.found.before;
    a = found(find);
    assert_int_equal(a.found.n, 1);
    assert_int_equal(a.rows[0].id, FIRST);
    assert_false(a.found.more);
}

/* However many slips others made since. */
static void a_small_tree_sees_its_own_at_once(void **state)
{
    const struct gt_slip_find finds[] = {
        {.path = "/1/2/3/", .text = "NEEDLE", .most = 51},
        {.path = "/1/2/3/", .state = GT_SLIP_BANKED, .most = 51},
        {.path = "/1/2/3/", .to = 20261121, .most = 51},
        {.path = "/1/2/3/", .before_id = FIRST + 1, .most = 51},
    };
    struct asking a = found((struct gt_slip_find){.path = "/1/2/3/", .most = 51});

    (void)state;
    assert_int_equal(a.found.n, 2); /* sent, and received from elsewhere */
    assert_int_equal(a.rows[0].id, FIRST + MANY / 2);
    assert_int_equal(a.rows[1].id, FIRST);
    assert_false(a.found.more);
    for (size_t i = 0; i < sizeof finds / sizeof finds[0]; i++) {
        a = found(finds[i]);
        assert_int_equal(a.found.n, 1);
        assert_int_equal(a.rows[0].id, FIRST);
        assert_false(a.found.more);
    }
    a = found((struct gt_slip_find){.path = "/1/2/3/", .receives = true, .most = 51});
    assert_int_equal(a.found.n, 1);
    assert_int_equal(a.rows[0].id, FIRST + MANY / 2);
    a = found((struct gt_slip_find){.path = "/1/2/4/", .most = 51});
    assert_int_equal(a.found.n, 0);
    assert_false(a.found.more);
}

/* Pages of some rows give each slip once, in order, whichever way they are found. */
static void pages_leave_nothing_out(void **state)
{
    const struct gt_slip_find finds[] = {
        {.path = "/1/", .most = 51},
        {.path = "/1/500/", .most = 51},
        {.path = "/1/", .account_id = 2, .most = 51},
    };
    const int all[] = {MANY, (MANY + TOWNS - 1) / TOWNS, MANY / 2};

    (void)state;
    for (size_t i = 0; i < sizeof finds / sizeof finds[0]; i++) {
        struct gt_slip_find find = finds[i];
        struct asking a;
        int n = 0;

        for (int64_t last = INT64_MAX;; find.before_id = last) {
            a = found(find);
            for (size_t k = 0; k < a.found.n; k++, n++) {
                assert_true(a.rows[k].id < last);
                last = a.rows[k].id;
            }
            if (!a.found.more)
                break;
            if (a.found.n < find.most)
                last = a.found.before;
        }
        assert_int_equal(n, all[i]);
    }
}

static void what_waits_is_found_by_its_state(void **state)
{
    struct asking a =
        found((struct gt_slip_find){.path = "/1/", .state = GT_SLIP_SUBMITTED, .most = 51});

    (void)state;
    assert_int_equal(a.found.n, 1);
    assert_int_equal(a.rows[0].id, FIRST + MANY / 2);
    assert_false(a.found.more);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_rare_in_a_large_tree_is_found_by_going_on),
        cmocka_unit_test(a_small_tree_sees_its_own_at_once),
        cmocka_unit_test(pages_leave_nothing_out),
        cmocka_unit_test(what_waits_is_found_by_its_state),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
