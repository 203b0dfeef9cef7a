/*
 * What is in doubt: asking upstream for a person, and decisions by two persons.  The books agree
 * after each.
 */
#include "till_kit.h"

#include "access/credential.h"
#include "till/decide.h"

enum { MANAGER = 50, SECOND };

static struct kit kit;
static struct gt_logger logger;
static struct gt_refusal no;

static void add_manager(struct gt_tx *tx, int64_t id, const char *login)
{
    struct gt_user user = {.id = id, .org_id = 2, .name = "主任"};
    snprintf(user.login, sizeof(user.login), "%s", login);
    snprintf(user.operator_no, sizeof(user.operator_no), "%s", login);
    assert_ok(gt_user_add(tx, &user));
    assert_ok(gt_credential_set(tx, id, "", true, 0));
    assert_ok(gt_grant_add(tx, id, id, GT_ROLE_MANAGER, 2, 0, 0));
}

static enum gt_err people_in(struct gt_tx *tx, void *arg)
{
    (void)arg;
    add_manager(tx, MANAGER, "m1");
    add_manager(tx, SECOND, "m2");
    return gt_tx_err(tx);
}

static int setup(void **state)
{
    (void)state;
    kit_start(&kit);
    assert_ok(gt_db_transact(kit.till.db, "people", people_in, NULL));
    assert_ok(gt_logger_init(&logger, kit.till.keys, &kit.clock, "test", ""));
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    kit_books_agree(&kit);
    kit_stop(&kit);
    return 0;
}

static struct gt_by by_of(int64_t user_id)
{
    return (struct gt_by){.db = kit.till.db,
                          .src = kit.till.keys,
                          .clock = &kit.clock,
                          .random = gt_random_system(),
                          .logger = &logger,
                          .user_id = user_id,
                          .tz_minutes = 480};
}

/* A recharge of 50.00 that stays in doubt; its id. */
static int64_t doubtful(int64_t trace_no)
{
    kit_recharge(&kit, trace_no, "3000000001", 5000);
    kit.up.next = GT_UP_UNKNOWN;
    assert_int_equal(kit_run(&kit), GT_OUT_IN_DOUBT);
    return kit.result.txn.id;
}

static enum gt_err ask_for(int64_t user_id, int64_t txn_id, bool posted, int64_t *approval)
{
    struct gt_by by = by_of(user_id);
    no.why = GT_WHY_NONE;
    return gt_decide_ask(&by, txn_id, posted, "asked by telephone", 8000, approval, &no);
}

static enum gt_err approve(int64_t user_id, int64_t approval)
{
    struct gt_by by = by_of(user_id);
    no.why = GT_WHY_NONE;
    return gt_approval_decide(&by, approval, 1, true, "", &no);
}

static enum gt_asked ask_upstream(int64_t user_id, int64_t txn_id)
{
    struct gt_by by = by_of(user_id);
    enum gt_asked asked = GT_ASKED__MAX;
    no.why = GT_WHY_NONE;
    enum gt_err err = gt_resolve_now(&kit.till, &by, txn_id, 5000, &asked, &no);
    assert_true(err == GT_OK || no.why != GT_WHY_NONE);
    return asked;
}

static enum gt_err read_txn(struct gt_tx *tx, void *arg)
{
    struct gt_txn *txn = arg;
    assert_true(gt_row_find(tx, &gt_txn_row, txn->id, txn));
    return gt_tx_err(tx);
}

static struct gt_txn txn_of(int64_t id)
{
    struct gt_txn txn = {.id = id};
    assert_ok(gt_db_read(kit.till.db, "txn", read_txn, &txn));
    return txn;
}

/* --- decisions */

static void two_persons_post_what_is_in_doubt(void **state)
{
    int64_t approval, id = doubtful(1);
    (void)state;
    struct gt_credit before = kit_credit(&kit, &kit.cashier);
    assert_int_equal(before.held, 5000);
    assert_ok(ask_for(MANAGER, id, true, &approval));
    assert_int_equal(txn_of(id).state, GT_TXN_PENDING);
    assert_int_not_equal(approve(MANAGER, approval), GT_OK);
    assert_int_equal(no.why, GT_WHY_OWN_APPROVAL);
    assert_ok(approve(SECOND, approval));
    struct gt_txn txn = txn_of(id);
    assert_int_equal(txn.state, GT_TXN_POSTED);
    assert_int_equal(txn.up_state, GT_UPS_ACCEPTED);
    assert_int_equal(txn.out_hour, 14);
    struct gt_credit after = kit_credit(&kit, &kit.cashier);
    assert_int_equal(after.held, 0);
    assert_int_equal(after.unremitted, before.unremitted + 5000);
    /* The terminal asks again and is told the same. */
    kit_recharge(&kit, 1, "3000000001", 5000);
    assert_int_equal(kit_run(&kit), GT_OUT_OK);
    assert_true(kit.result.receipt_no > 0);
}

static void two_persons_release_what_never_happened(void **state)
{
    int64_t approval, id = doubtful(1);
    (void)state;
    assert_ok(ask_for(MANAGER, id, false, &approval));
    assert_ok(approve(SECOND, approval));
    assert_int_equal(txn_of(id).state, GT_TXN_DECLINED);
    assert_int_equal(kit_credit(&kit, &kit.cashier).held, 0);
    kit_recharge(&kit, 1, "3000000001", 5000);
    assert_int_equal(kit_run(&kit), GT_OUT_UPSTREAM_NEVER_GOT);
}

static enum gt_err promote_in(struct gt_tx *tx, void *arg)
{
    (void)arg;
    return gt_grant_add(tx, 60, 1, GT_ROLE_MANAGER, 2, 0, 0);
}

static void who_sold_it_does_not_approve(void **state)
{
    int64_t approval, id = doubtful(1);
    (void)state;
    assert_ok(gt_db_transact(kit.till.db, "promote", promote_in, NULL));
    assert_ok(ask_for(MANAGER, id, false, &approval));
    assert_int_not_equal(approve(1, approval), GT_OK);
    assert_int_equal(no.why, GT_WHY_IS_SELF);
    assert_int_equal(txn_of(id).state, GT_TXN_PENDING);
    assert_ok(approve(SECOND, approval));
    assert_int_equal(txn_of(id).state, GT_TXN_DECLINED);
}

static void what_upstream_told_meanwhile_wins(void **state)
{
    int64_t approval, id = doubtful(1);
    (void)state;
    assert_ok(ask_for(MANAGER, id, false, &approval));
    kit.up.fate = GT_UP_FATE_POSTED;
    kit_work(&kit, 40000);
    assert_int_equal(txn_of(id).state, GT_TXN_POSTED);
    assert_int_not_equal(approve(SECOND, approval), GT_OK);
    assert_int_equal(no.why, GT_WHY_NOT_IN_DOUBT);
    assert_int_equal(txn_of(id).state, GT_TXN_POSTED);
}

static void a_reversal_is_decided_like_a_sale(void **state)
{
    int64_t approval;
    (void)state;
    kit_recharge(&kit, 1, "3000000001", 5000);
    assert_int_equal(kit_run(&kit), GT_OUT_OK);
    int64_t sale = kit.result.txn.id;
    kit_reverse(&kit, 2, sale, 5000);
    kit.up.next = GT_UP_UNKNOWN;
    assert_int_equal(kit_run(&kit), GT_OUT_IN_DOUBT);
    assert_ok(ask_for(MANAGER, kit.result.txn.id, true, &approval));
    assert_ok(approve(SECOND, approval));
    assert_int_equal(txn_of(sale).state, GT_TXN_REVERSED);
    assert_int_equal(kit_credit(&kit, &kit.cashier).unremitted, 0);
}

static void what_cannot_be_decided_is_refused(void **state)
{
    int64_t approval, id = doubtful(1);
    (void)state;
    assert_int_not_equal(ask_for(1, id, true, &approval), GT_OK); /* a cashier */
    assert_int_equal(no.why, GT_WHY_NO_RIGHT);
    assert_int_not_equal(ask_for(2, id, true, &approval), GT_OK); /* of another subtree */
    assert_int_equal(no.why, GT_WHY_ABSENT);
    assert_int_not_equal(ask_for(MANAGER, 5, true, &approval), GT_OK);
    assert_int_equal(no.why, GT_WHY_ABSENT);
    assert_ok(ask_for(MANAGER, id, true, &approval));
    assert_int_not_equal(ask_for(SECOND, id, false, &approval), GT_OK);
    assert_int_equal(no.why, GT_WHY_ASKED_BEFORE);
    kit_card_recharge(&kit, 2, 1, "01", 3000);
    kit.up.next = GT_UP_UNKNOWN;
    assert_int_equal(kit_run(&kit), GT_OUT_IN_DOUBT);
    assert_int_not_equal(ask_for(MANAGER, kit.result.txn.id, true, &approval), GT_OK);
    assert_int_equal(no.why, GT_WHY_NO_PACKET);
    assert_ok(ask_for(MANAGER, kit.result.txn.id, false, &approval));
    kit_recharge(&kit, 3, "3000000002", 100);
    kit.up.next = GT_UP_OK;
    kit.up.packet = false;
    assert_int_equal(kit_run(&kit), GT_OUT_OK);
    assert_int_not_equal(ask_for(MANAGER, kit.result.txn.id, true, &approval), GT_OK);
    assert_int_equal(no.why, GT_WHY_NOT_IN_DOUBT);
}

/* --- asking */

static void upstream_is_asked_for_a_person(void **state)
{
    int64_t id = doubtful(1);
    (void)state;
    kit.up.fate = GT_UP_FATE_ABSENT;
    assert_int_equal(ask_upstream(MANAGER, id), GT_ASKED_TOO_EARLY);
    assert_int_equal(txn_of(id).state, GT_TXN_PENDING);
    kit.up.fate = GT_UP_FATE_NONE;
    assert_int_equal(ask_upstream(MANAGER, id), GT_ASKED_SILENT);
    kit.up.down = true;
    assert_int_equal(ask_upstream(MANAGER, id), GT_ASKED_BUSY);
    kit.up.down = false;
    assert_int_equal(ask_upstream(2, id), GT_ASKED__MAX);
    assert_int_equal(no.why, GT_WHY_ABSENT);
    kit.up.fate = GT_UP_FATE_POSTED;
    assert_int_equal(ask_upstream(MANAGER, id), GT_ASKED_DECIDED);
    assert_int_equal(txn_of(id).state, GT_TXN_POSTED);
    int inquiries = kit.up.inquiries;
    (void)ask_upstream(MANAGER, id);
    assert_int_equal(no.why, GT_WHY_NOT_IN_DOUBT);
    assert_int_equal(kit.up.inquiries, inquiries);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(two_persons_post_what_is_in_doubt), TEST(two_persons_release_what_never_happened),
        TEST(what_upstream_told_meanwhile_wins), TEST(a_reversal_is_decided_like_a_sale),
        TEST(who_sold_it_does_not_approve),      TEST(what_cannot_be_decided_is_refused),
        TEST(upstream_is_asked_for_a_person),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
