/*
 * Refunds: asked for by one person, approved by another, carried out once by a third, whatever
 * upstream and the clock do meanwhile.  The books agree after each.
 */
#include "office_kit.h"

#include "books/payout.h"
#include "till/account.h"

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

static void next_day(void)
{
    assert_ok(gt_bizdate_cut(&o.kit.till, KIT_DATE, 0, "test"));
}

static enum gt_err ask(int64_t who, int64_t txn_id, int64_t amount, const char *method,
                       const char *red_no, int64_t *id)
{
    struct gt_refund_form form = {.txn_id = txn_id,
                                  .amount = amount,
                                  .method = method,
                                  .red_no = red_no,
                                  .reason = "户号录错"};

    o.no.why = GT_WHY_NONE;
    return gt_refund_ask(by_of(&o, who), &form, id, &o.no);
}

static enum gt_err approve(int64_t who, int64_t id)
{
    o.no.why = GT_WHY_NONE;
    return gt_approval_decide(by_of(&o, who), id, 1, true, "", &o.no);
}

static int64_t approved(int64_t txn_id, int64_t amount, const char *method, const char *red_no)
{
    int64_t id = 0;

    assert_ok(ask(CASHIER, txn_id, amount, method, red_no, &id));
    assert_ok(approve(BOSS, id));
    return id;
}

static enum gt_outcome refund(const struct gt_actor *actor, int64_t trace_no, int64_t orig_id,
                              int64_t amount)
{
    kit_reverse(&o.kit, trace_no, orig_id, amount)->op = GT_OP_REFUND;
    o.kit.order.actor = actor;
    return kit_run(&o.kit);
}

/* --- rows as they stand */

static enum gt_err txn_in(struct gt_tx *tx, void *arg)
{
    struct gt_txn *txn = arg;

    assert_true(gt_row_find(tx, &gt_txn_row, txn->id, txn));
    return gt_tx_err(tx);
}

static struct gt_txn txn_of(int64_t id)
{
    struct gt_txn txn = {.id = id};

    assert_ok(gt_db_read(o.kit.till.db, "txn", txn_in, &txn));
    return txn;
}

GT_STMT(refund_test_code,
        "SELECT CAST(SUM(debit - credit) AS BIGINT) FROM gt_balance WHERE code = ?");

struct sum {
    const char *code;
    int64_t fen;
};

static enum gt_err sum_in(struct gt_tx *tx, void *arg)
{
    struct sum *s = arg;

    s->fen = gt_tx_one(tx, &refund_test_code, GT_TEXT(s->code)) ? gt_col_int(tx) : 0;
    return gt_tx_err(tx);
}

static int64_t ledger(const char *code)
{
    struct sum s = {.code = code};

    assert_ok(gt_db_read(o.kit.till.db, "sum", sum_in, &s));
    return s.fen;
}

/* --- the way of a refund */

static void a_refund_is_given_in_cash_after_two_persons_said_so(void **state)
{
    int64_t sale = sell(&o, &o.kit.cashier, 1, 5000);

    (void)state;
    next_day();
    kit_reverse(&o.kit, 2, sale, 5000);
    assert_int_equal(kit_run(&o.kit), GT_OUT_REV_NEXT_DAY);
    assert_int_equal(refund(&o.kit.cashier, 3, sale, 5000), GT_OUT_REFUND_NOT_APPROVED);
    approved(sale, 5000, "cash", "");
    int calls = o.kit.up.calls;
    assert_int_equal(refund(&o.kit.cashier, 4, sale, 5000), GT_OUT_OK);
    assert_int_equal(o.kit.up.calls, calls + 1);
    assert_int_equal(o.kit.up.last.op, GT_UP_REFUND);
    assert_string_equal(o.kit.up.last.method, "cash");
    assert_true(o.kit.result.receipt_no > 0);
    assert_int_equal(txn_of(sale).state, GT_TXN_REFUNDED);
    assert_int_equal(kit_credit(&o.kit, &o.kit.cashier).unremitted, 0);
    assert_int_equal(ledger("payable:sg186"), 0);
    assert_int_equal(ledger("refund"), 0);
    assert_int_equal(ledger("cash"), 0);
}

static void a_refund_is_carried_out_once(void **state)
{
    int64_t sale = sell(&o, &o.kit.cashier, 1, 5000);

    (void)state;
    (void)sell(&o, &o.kit.cashier, 2, 9000);
    next_day();
    approved(sale, 5000, "cash", "");
    assert_int_equal(refund(&o.kit.cashier, 3, sale, 5000), GT_OUT_OK);
    int64_t id = o.kit.result.txn.id;
    assert_int_equal(refund(&o.kit.cashier, 3, sale, 5000), GT_OUT_OK); /* the same click again */
    assert_int_equal(o.kit.result.txn.id, id);
    assert_true(o.kit.result.repeated);
    assert_int_equal(refund(&o.kit.cashier, 4, sale, 5000), GT_OUT_REV_DONE);
    assert_int_equal(kit_credit(&o.kit, &o.kit.cashier).unremitted, 9000);
}

static void what_upstream_refuses_may_be_tried_again(void **state)
{
    int64_t sale = sell(&o, &o.kit.cashier, 1, 5000);

    (void)state;
    next_day();
    approved(sale, 5000, "cash", "");
    o.kit.up.next = GT_UP_REFUSED;
    o.kit.up.refusal = GT_OUT_CLEARING;
    assert_int_equal(refund(&o.kit.cashier, 2, sale, 5000), GT_OUT_CLEARING);
    assert_int_equal(txn_of(sale).state, GT_TXN_POSTED);
    o.kit.up.next = GT_UP_NOT_SENT;
    assert_int_equal(refund(&o.kit.cashier, 3, sale, 5000), GT_OUT_UPSTREAM_NOT_REACHED);
    o.kit.up.next = GT_UP_OK;
    assert_int_equal(refund(&o.kit.cashier, 4, sale, 5000), GT_OUT_OK);
}

static void a_refund_in_doubt_is_found_out(void **state)
{
    int64_t sale = sell(&o, &o.kit.cashier, 1, 5000), other = 0;

    (void)state;
    next_day();
    approved(sale, 5000, "cash", "");
    o.kit.up.next = GT_UP_UNKNOWN;
    assert_int_equal(refund(&o.kit.cashier, 2, sale, 5000), GT_OUT_IN_DOUBT);
    assert_int_equal(kit_credit(&o.kit, &o.kit.cashier).unremitted, 5000);
    assert_int_equal(txn_of(sale).state, GT_TXN_REVERSING);
    assert_int_equal(refund(&o.kit.cashier, 3, sale, 5000), GT_OUT_REV_IN_PROGRESS);
    assert_int_not_equal(ask(CASHIER, sale, 5000, "cash", "", &other), GT_OK);
    assert_int_equal(o.no.why, GT_WHY_REFUND_KIND);
    kit_books_agree(&o.kit);
    o.kit.up.next = GT_UP_OK;
    o.kit.up.fate = GT_UP_FATE_POSTED;
    kit_work(&o.kit, 60000);
    assert_int_equal(o.kit.up.last.orig_op, GT_UP_REFUND);
    assert_int_equal(txn_of(sale).state, GT_TXN_REFUNDED);
    assert_int_equal(kit_credit(&o.kit, &o.kit.cashier).unremitted, 0);
}

static void a_doubtful_refund_that_never_came_frees_its_request(void **state)
{
    int64_t sale = sell(&o, &o.kit.cashier, 1, 5000);

    (void)state;
    next_day();
    approved(sale, 5000, "cash", "");
    o.kit.up.next = GT_UP_UNKNOWN;
    assert_int_equal(refund(&o.kit.cashier, 2, sale, 5000), GT_OUT_IN_DOUBT);
    o.kit.up.fate = GT_UP_FATE_ABSENT;
    kit_work(&o.kit, 60000);
    assert_int_equal(txn_of(sale).state, GT_TXN_POSTED);
    o.kit.up.next = GT_UP_OK;
    assert_int_equal(refund(&o.kit.cashier, 3, sale, 5000), GT_OUT_OK);
}

static void a_red_entry_stands_for_the_call(void **state)
{
    int64_t sale = sell(&o, &o.kit.cashier, 1, 5000);

    (void)state;
    next_day();
    approved(sale, 5000, "cash", "HC-20261123-7");
    int calls = o.kit.up.calls;
    o.kit.up.down = true; /* it wants nothing of the marketing system */
    assert_int_equal(refund(&o.kit.cashier, 2, sale, 5000), GT_OUT_OK);
    assert_int_equal(o.kit.up.calls, calls);
    assert_string_equal(txn_of(o.kit.result.txn.id).up_ref, "HC-20261123-7");
}

static void a_transfer_is_entered_by_another_person_once(void **state)
{
    int64_t sale = sell(&o, &o.kit.cashier, 1, 5000);

    (void)state;
    next_day();
    int64_t id = approved(sale, 5000, "transfer", "");
    assert_int_not_equal(gt_refund_pay(by_of(&o, BOSS), id, "N1", &o.no), GT_OK);
    assert_int_equal(o.no.why, GT_WHY_REFUND_PAID); /* upstream comes first */
    assert_int_equal(refund(&o.kit.cashier, 2, sale, 5000), GT_OUT_OK);
    assert_int_equal(kit_credit(&o.kit, &o.kit.cashier).unremitted, 5000);
    assert_int_equal(ledger("refund"), -5000);
    kit_books_agree(&o.kit);
    assert_int_not_equal(gt_refund_pay(by_of(&o, CASHIER), id, "N1", &o.no), GT_OK);
    assert_int_equal(o.no.why, GT_WHY_NO_RIGHT);
    assert_ok(gt_refund_pay(by_of(&o, BOSS), id, "N1", &o.no));
    assert_ok(gt_refund_pay(by_of(&o, BOSS), id, "N1", &o.no));
    assert_int_not_equal(gt_refund_pay(by_of(&o, OTHER_BOSS), id, "N2", &o.no), GT_OK);
    assert_int_equal(o.no.why, GT_WHY_REFUND_PAID);
    assert_int_equal(ledger("refund"), 0);
    assert_int_equal(ledger("bank"), -5000);
}

/* --- who may */

static void nobody_approves_or_pays_out_their_own(void **state)
{
    int64_t sale = sell(&o, &o.kit.cashier, 1, 5000), id = 0;

    (void)state;
    next_day();
    assert_ok(ask(BOSS, sale, 5000, "cash", "", &id));
    assert_int_not_equal(approve(BOSS, id), GT_OK);
    assert_int_equal(o.no.why, GT_WHY_OWN_APPROVAL);
    assert_int_not_equal(approve(CASHIER, id), GT_OK);
    assert_int_equal(o.no.why, GT_WHY_NO_RIGHT);
    assert_int_equal(refund(&o.kit.cashier, 2, sale, 5000), GT_OUT_REFUND_NOT_APPROVED);
    assert_ok(approve(OTHER_BOSS, id));
    assert_int_equal(refund(&o.kit.cashier, 3, sale, 5000), GT_OUT_OK);
}

static void asking_wants_the_amount_again_and_one_request_stands(void **state)
{
    int64_t sale = sell(&o, &o.kit.cashier, 1, 5000), id = 0;

    (void)state;
    assert_int_not_equal(ask(CASHIER, sale, 4999, "cash", "", &id), GT_OK);
    assert_int_equal(o.no.why, GT_WHY_REFUND_AMOUNT);
    assert_int_not_equal(ask(STAFF, sale, 5000, "cash", "", &id), GT_OK);
    assert_int_equal(o.no.why, GT_WHY_ABSENT); /* of another organisation */
    assert_int_not_equal(ask(CASHIER, sale, 5000, "cash", "1'--", &id), GT_OK);
    assert_string_equal(o.no.field, "red_no");
    assert_ok(ask(CASHIER, sale, 5000, "cash", "", &id));
    assert_int_not_equal(ask(BOSS, sale, 5000, "cash", "", &id), GT_OK);
    assert_int_equal(o.no.why, GT_WHY_REFUND_ASKED);
    assert_ok(gt_approval_decide(by_of(&o, BOSS), id, 1, false, "不同意", &o.no));
    assert_ok(ask(BOSS, sale, 5000, "cash", "", &id));
}

static void a_cashier_gives_no_more_than_was_collected(void **state)
{
    int64_t sale = sell(&o, &o.kit.cashier, 1, 5000);

    (void)state;
    kit_pay_in(&o.kit, 3000);
    next_day();
    approved(sale, 5000, "cash", "");
    assert_int_equal(refund(&o.kit.cashier, 2, sale, 5000), GT_OUT_REFUND_CASH);
    (void)sell(&o, &o.kit.cashier, 3, 4000);
    assert_int_equal(refund(&o.kit.cashier, 4, sale, 5000), GT_OUT_OK);
    assert_int_equal(kit_credit(&o.kit, &o.kit.cashier).unremitted, 1000);
}

static void an_agents_refund_goes_into_its_deposit(void **state)
{
    int64_t sale = sell(&o, &o.kit.agent, 1, 5000), id = 0;

    (void)state;
    next_day();
    assert_ok(ask(BOSS, sale, 5000, "cash", "", &id));
    assert_ok(approve(OTHER_BOSS, id));
    (void)sell(&o, &o.kit.agent, 2, 100);
    assert_int_equal(refund(&o.kit.agent, 3, sale, 5000), GT_OUT_OK);
    struct gt_credit credit = kit_credit(&o.kit, &o.kit.agent);
    assert_int_equal(credit.unremitted, 100);
    assert_int_equal(credit.deposit, 0);
    assert_int_equal(credit.available, KIT_LIMIT - 100);
}

/* --- another account's, on the same date */

static void anothers_sale_is_reversed_with_an_approval(void **state)
{
    int64_t sale = sell(&o, &o.kit.agent, 1, 5000), id = 0;

    (void)state;
    (void)sell(&o, &o.kit.cashier, 2, 6000);
    kit_reverse(&o.kit, 3, sale, 5000);
    assert_int_equal(kit_run(&o.kit), GT_OUT_REV_OTHER_OPERATOR);
    assert_ok(ask(BOSS, sale, 5000, "cash", "", &id));
    assert_ok(approve(OTHER_BOSS, id));
    kit_reverse(&o.kit, 4, sale, 5000);
    assert_int_equal(kit_run(&o.kit), GT_OUT_OK);
    assert_int_equal(o.kit.up.last.op, GT_UP_REVERSE);
    assert_int_equal(kit_credit(&o.kit, &o.kit.cashier).unremitted, 1000);
    assert_int_equal(kit_credit(&o.kit, &o.kit.agent).unremitted, 5000); /* it has the money */
    assert_int_equal(txn_of(sale).state, GT_TXN_REVERSED);
    kit_reverse(&o.kit, 5, sale, 5000);
    assert_int_equal(kit_run(&o.kit), GT_OUT_REV_OTHER_OPERATOR);
}

static void a_card_that_was_inserted_is_not_refunded(void **state)
{
    (void)state;
    kit_card_recharge(&o.kit, 1, 3, "", 5000);
    assert_int_equal(kit_run(&o.kit), GT_OUT_OK);
    struct gt_txn sale = o.kit.result.txn;
    next_day();
    approved(sale.id, 5000, "cash", "");
    struct gt_order *order = kit_reverse(&o.kit, 2, sale.id, 5000);
    order->op = GT_OP_REFUND;
    GT_FIELD_COPY(order->customer_no, sale.customer_no);
    assert_int_equal(kit_run(&o.kit), GT_OUT_REV_CARD_MISSING);
    order->trace_no = 3;
    order->card = (struct gt_card_read){.present = true, .count = sale.purchase_count};
    GT_FIELD_COPY(order->card.card_no, sale.card_no);
    GT_FIELD_COPY(order->card.meter_no, sale.meter_no);
    snprintf(order->card.return_file, sizeof(order->card.return_file), "%s", "01");
    assert_int_equal(kit_run(&o.kit), GT_OUT_REV_CARD_INSERTED);
    order->trace_no = 4;
    order->card.return_file[0] = '\0';
    assert_int_equal(kit_run(&o.kit), GT_OUT_OK);
}

/* --- what else counts it */

static void a_shift_counts_what_it_gave_back(void **state)
{
    int64_t sale = sell(&o, &o.kit.cashier, 1, 5000);

    (void)state;
    next_day();
    int64_t shift = open_shift(&o, CASHIER, 10000, "k1");
    (void)sell(&o, &o.kit.cashier, 2, 7000);
    approved(sale, 5000, "cash", "");
    assert_int_equal(refund(&o.kit.cashier, 3, sale, 5000), GT_OUT_OK);
    struct gt_shift_report report = report_of(&o, shift);
    assert_int_equal(report.taken, 2000);
    assert_int_equal(report.unremitted, 2000);
    assert_int_equal(report.line[0].reversals, 1);
    assert_int_equal(report.line[0].reversed, 5000);
    count_shift(&o, CASHIER, shift, 12000, "k2");
    close_shift(&o, CASHIER, shift, 0, "k3");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_refund_is_given_in_cash_after_two_persons_said_so),
        TEST(a_refund_is_carried_out_once),
        TEST(what_upstream_refuses_may_be_tried_again),
        TEST(a_refund_in_doubt_is_found_out),
        TEST(a_doubtful_refund_that_never_came_frees_its_request),
        TEST(a_red_entry_stands_for_the_call),
        TEST(a_transfer_is_entered_by_another_person_once),
        TEST(nobody_approves_or_pays_out_their_own),
        TEST(asking_wants_the_amount_again_and_one_request_stands),
        TEST(a_cashier_gives_no_more_than_was_collected),
        TEST(an_agents_refund_goes_into_its_deposit),
        TEST(anothers_sale_is_reversed_with_an_approval),
        TEST(a_card_that_was_inserted_is_not_refunded),
        TEST(a_shift_counts_what_it_gave_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
