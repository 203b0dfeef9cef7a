/*
 * The rules of the stand-in marketing system (doc/sg186.md), each on a database of its own;
 * those of card meters are in test_sim_cards.c.
 */
#include "../../cmd/sim/books.h"
#include "sim_kit.h"

#include <pthread.h>

/* --- customers */

static void customers_are_made_from_their_number(void **state)
{
    struct world *w = *state;
    assert_int_equal(query(w, BILL), GT_SG_DONE);
    assert_int_equal(w->ans.kind, 1);
    assert_int_equal(w->ans.nbills, 1);
    assert_int_equal(w->ans.total, 8640);
    assert_int_equal(w->ans.late_fee, 140);
    assert_string_equal(w->ans.meter, "M" BILL);
    char name[sizeof(w->ans.name)];
    memcpy(name, w->ans.name, sizeof(name));
    assert_int_equal(query(w, BILL), GT_SG_DONE);
    assert_string_equal(w->ans.name, name);
    assert_int_equal(query(w, CARD), GT_SG_DONE);
    assert_int_equal(w->ans.kind, 2);
    assert_int_equal(w->ans.count, 1);
    assert_true(w->ans.opened);
    assert_int_equal(w->ans.least, 100);
    assert_int_equal(w->ans.greatest, 500000);
    assert_int_equal(query(w, "2000000007"), GT_SG_DONE);
    assert_false(w->ans.opened);
    assert_int_equal(query(w, "3000099999"), GT_SG_DONE);
    assert_int_equal(w->ans.kind, 3);
    assert_int_equal(query(w, "1000000009"), GT_SG_DONE);
    assert_int_equal(w->ans.nbills, 0);
}

static void nobody_else_exists(void **state)
{
    struct world *w = *state;
    const char *none[] = {"1000010000", "2000000000",  "3000100000", "4000000001",
                          "100000001",  "10000000010", "abc",        "+100000001"};
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
        assert_int_equal(query(w, none[i]), GT_SG_NO_CUSTOMER);
        assert_int_equal(pay(w, none[i], 100), GT_SG_NO_CUSTOMER);
    }
}

static void a_customer_is_found_by_meter_and_card(void **state)
{
    struct world *w = *state;
    struct gt_sg_request by_meter = {.op = GT_SG_QUERY, .meter = "M" CARD};
    struct gt_sg_request by_card = {.op = GT_SG_QUERY, .card_no = "C" CARD};
    struct gt_sg_request by_none = {.op = GT_SG_QUERY, .card_no = "C2000000007"};
    assert_int_equal(run(w, &by_meter), GT_SG_DONE);
    assert_string_equal(w->ans.customer, CARD);
    assert_int_equal(run(w, &by_card), GT_SG_DONE);
    assert_string_equal(w->ans.customer, CARD);
    assert_int_equal(run(w, &by_none), GT_SG_NO_CUSTOMER);
}

/* --- bills */

static void a_bill_is_paid_once(void **state)
{
    struct world *w = *state;
    assert_int_equal(pay(w, BILL, 8640), GT_SG_DONE);
    assert_int_equal(w->ans.nbills, 1);
    assert_int_equal(w->ans.advance_part, 0);
    assert_int_equal(w->ans.up_date, 20261122);
    assert_int_equal(pay(w, BILL, 8640), GT_SG_PAID);
    assert_int_equal(query(w, BILL), GT_SG_DONE);
    assert_int_equal(w->ans.total, 0);
}

static void less_than_due_is_refused(void **state)
{
    struct world *w = *state;
    assert_int_equal(pay(w, BILL, 8639), GT_SG_NO_PARTIAL);
    assert_int_equal(pay(w, BILL, 0), GT_SG_NO_PARTIAL);
    assert_int_equal(query(w, BILL), GT_SG_DONE);
    assert_int_equal(w->ans.total, 8640);
}

static void more_than_due_becomes_advance(void **state)
{
    struct world *w = *state;
    assert_int_equal(pay(w, BILL, 10000), GT_SG_DONE);
    assert_int_equal(w->ans.advance_part, 1360);
    assert_int_equal(query(w, BILL), GT_SG_DONE);
    assert_int_equal(w->ans.advance, 1360);
}

/* A customer with at least two bills, which the last answer then shows. */
static const char *with_two_bills(struct world *w, char number[GT_SG_KEY_MAX])
{
    for (int i = 2; i < 50; i++) {
        (void)snprintf(number, GT_SG_KEY_MAX, "10000000%02d", i);
        assert_int_equal(query(w, number), GT_SG_DONE);
        if (w->ans.nbills >= 2)
            return number;
    }
    fail_msg("no demo customer has two bills");
    return NULL;
}

static void named_bills_are_settled_and_no_others(void **state)
{
    struct world *w = *state;
    char number[GT_SG_KEY_MAX];
    with_two_bills(w, number);
    struct gt_sg_bill first = w->ans.bills[0];
    int64_t total = w->ans.total;
    struct gt_sg_request req = request(w, GT_SG_PAY, number, first.amount + 1);
    req.nbills = 1;
    memcpy(req.bills[0], first.number, sizeof(first.number));
    assert_int_equal(run(w, &req), GT_SG_TOTAL_DIFFERS); /* no advance while others stay due */
    struct gt_sg_request exact = request(w, GT_SG_PAY, number, first.amount);
    exact.nbills = 1;
    memcpy(exact.bills[0], first.number, sizeof(first.number));
    assert_int_equal(run(w, &exact), GT_SG_DONE);
    assert_int_equal(w->ans.nbills, 1);
    assert_string_equal(w->ans.bills[0].number, first.number);
    assert_int_equal(query(w, number), GT_SG_DONE);
    assert_int_equal(w->ans.total, total - first.amount);
    struct gt_sg_request again = request(w, GT_SG_PAY, number, first.amount);
    again.nbills = 1;
    memcpy(again.bills[0], first.number, sizeof(first.number));
    assert_int_equal(run(w, &again), GT_SG_PAID);
}

static void a_bill_named_twice_or_unknown_is_refused(void **state)
{
    struct world *w = *state;
    struct gt_sg_request req = request(w, GT_SG_PAY, BILL, 17280);
    req.nbills = 2;
    memcpy(req.bills[0], "100000000120261001", 19);
    memcpy(req.bills[1], "100000000120261001", 19);
    assert_int_equal(run(w, &req), GT_SG_TOTAL_DIFFERS);
    struct gt_sg_request unknown = request(w, GT_SG_PAY, BILL, 8640);
    unknown.nbills = 1;
    memcpy(unknown.bills[0], "100000000220261001", 19); /* another customer's */
    assert_int_equal(run(w, &unknown), GT_SG_NO_RECORD);
}

static void nothing_ever_due_is_no_record(void **state)
{
    struct world *w = *state;
    assert_int_equal(pay(w, "1000000009", 1000), GT_SG_NO_RECORD);
}

static void an_advance_pays_of_the_next_bill(void **state)
{
    struct world *w = *state;
    struct gt_sg_bill bill;
    struct gt_sg_request paid = request(w, GT_SG_PAY, BILL, 10000);
    assert_int_equal(run(w, &paid), GT_SG_DONE);
    assert_ok(gt_sim_bill_issue(&w->sim, BILL, 1000, &bill));
    assert_int_equal(bill.amount, 0);
    assert_int_equal(reverse(w, &paid), GT_SG_ADVANCE_USED);
    assert_ok(gt_sim_bill_issue(&w->sim, BILL, 1000, &bill));
    assert_int_equal(bill.amount, 640);
    assert_int_equal(query(w, BILL), GT_SG_DONE);
    assert_int_equal(w->ans.total, 640);
    assert_int_equal(w->ans.advance, 0);
    assert_err(GT_ERR_ABSENT, gt_sim_bill_issue(&w->sim, "999", 1000, &bill));
}

static void each_kind_of_meter_has_its_business(void **state)
{
    struct world *w = *state;
    struct gt_sg_request req = request(w, GT_SG_RECHARGE, BILL, 5000);
    assert_int_equal(run(w, &req), GT_SG_NOT_CARD);
    assert_int_equal(pay(w, CARD, 5000), GT_SG_CARD_CUSTOMER);
    assert_int_equal(pay(w, REMOTE, 5000), GT_SG_CARD_CUSTOMER);
    struct gt_sg_request open = request(w, GT_SG_OPEN, REMOTE, 5000);
    show_blank(&open, "N1");
    assert_int_equal(run(w, &open), GT_SG_NOT_CARD);
}

/* --- remote meters */

static void a_remote_recharge_counts_up(void **state)
{
    struct world *w = *state;
    for (int i = 1; i <= 3; i++) {
        struct gt_sg_request req = request(w, GT_SG_RECHARGE, REMOTE, 5000);
        assert_int_equal(run(w, &req), GT_SG_DONE);
        assert_int_equal(w->ans.count, i);
        assert_false(w->ans.packet.present);
    }
}

static void amounts_have_limits(void **state)
{
    struct world *w = *state;
    const int64_t wrong[] = {0, 99, 500001};
    for (size_t i = 0; i < 3; i++) {
        struct gt_sg_request req = request(w, GT_SG_RECHARGE, REMOTE, wrong[i]);
        assert_int_equal(run(w, &req), GT_SG_AMOUNT_RANGE);
        struct gt_sg_request card = request(w, GT_SG_RECHARGE, CARD, wrong[i]);
        show(&card, "C" CARD, 1, true);
        assert_int_equal(run(w, &card), GT_SG_AMOUNT_RANGE);
    }
    const int64_t right[] = {100, 500000};
    for (size_t i = 0; i < 2; i++) {
        struct gt_sg_request req = request(w, GT_SG_RECHARGE, REMOTE, right[i]);
        assert_int_equal(run(w, &req), GT_SG_DONE);
    }
}

static void arrears_come_first(void **state)
{
    struct world *w = *state;
    struct gt_sg_bill bill;
    struct gt_sg_request req;
    assert_ok(gt_sim_bill_issue(&w->sim, REMOTE, 1000, &bill));
    assert_ok(gt_sim_bill_issue(&w->sim, CARD, 1000, &bill));
    req = request(w, GT_SG_RECHARGE, REMOTE, 5000);
    assert_int_equal(run(w, &req), GT_SG_ARREARS);
    assert_int_equal(card_recharge(w, CARD, 1, true, &req), GT_SG_ARREARS);
    assert_int_equal(pay(w, CARD, 1000), GT_SG_DONE);
    assert_int_equal(card_recharge(w, CARD, 1, true, &req), GT_SG_DONE);
}

/* --- once */

static void the_same_serial_is_never_done_again(void **state)
{
    struct world *w = *state;
    struct gt_sg_request req = request(w, GT_SG_RECHARGE, REMOTE, 5000);
    assert_int_equal(run(w, &req), GT_SG_DONE);
    assert_int_equal(run(w, &req), GT_SG_DUPLICATE);
    memcpy(req.customer, "3000000002", 11);
    assert_int_equal(run(w, &req), GT_SG_DUPLICATE);
    assert_int_equal(query(w, REMOTE), GT_SG_DONE);
    assert_int_equal(w->ans.count, 1);
    /* The serial of a refused request is used up too. */
    struct gt_sg_request refused = request(w, GT_SG_RECHARGE, REMOTE, 1);
    assert_int_equal(run(w, &refused), GT_SG_AMOUNT_RANGE);
    refused.amount = 5000;
    assert_int_equal(run(w, &refused), GT_SG_DUPLICATE);
}

struct racer {
    pthread_t thread;
    const struct gt_sim *sim;
    const struct gt_sg_request *req;
    pthread_barrier_t *start;
    int64_t code;
    enum gt_err err;
};

static void *race(void *arg)
{
    struct racer *r = arg;
    struct gt_sg_answer ans = {0};
    pthread_barrier_wait(r->start);
    r->err = gt_sim_run(r->sim, r->req, 0, &ans);
    r->code = ans.code;
    return NULL;
}

#define RACERS 16

static void one_of_sixteen_with_the_same_serial_is_done(void **state)
{
    struct world *w = *state;
    struct racer racers[RACERS];
    pthread_barrier_t start;
    struct gt_sg_request req = request(w, GT_SG_RECHARGE, REMOTE, 5000);
    int done = 0;
    assert_int_equal(pthread_barrier_init(&start, NULL, RACERS), 0);
    for (int i = 0; i < RACERS; i++) {
        racers[i] = (struct racer){.sim = &w->sim, .req = &req, .start = &start};
        assert_int_equal(pthread_create(&racers[i].thread, NULL, race, &racers[i]), 0);
    }
    for (int i = 0; i < RACERS; i++) {
        assert_int_equal(pthread_join(racers[i].thread, NULL), 0);
        assert_int_equal(racers[i].err, GT_OK);
        assert_true(racers[i].code == GT_SG_DONE || racers[i].code == GT_SG_DUPLICATE);
        done += racers[i].code == GT_SG_DONE;
    }
    pthread_barrier_destroy(&start);
    assert_int_equal(done, 1);
    assert_int_equal(query(w, REMOTE), GT_SG_DONE);
    assert_int_equal(w->ans.count, 1);
}

/* --- inquiries */

static void an_inquiry_repeats_the_answer(void **state)
{
    struct world *w = *state;
    struct gt_sg_request req;
    assert_int_equal(card_recharge(w, CARD, 1, true, &req), GT_SG_DONE);
    struct gt_sg_answer first = w->ans;
    assert_int_equal(inquire(w, req.serial), GT_SG_FATE_POSTED);
    assert_int_equal(w->ans.orig_op, GT_SG_RECHARGE);
    assert_string_equal(w->ans.ref, first.ref);
    assert_string_equal(w->ans.name, first.name);
    assert_int_equal(w->ans.count, first.count);
    assert_true(w->ans.packet.present);
    assert_string_equal(w->ans.packet.data, first.packet.data);
    for (int i = 0; i < GT_SG_MACS; i++)
        assert_string_equal(w->ans.packet.mac[i], first.packet.mac[i]);
}

static void an_inquiry_of_a_payment_names_its_bills(void **state)
{
    struct world *w = *state;
    struct gt_sg_request req = request(w, GT_SG_PAY, BILL, 9000);
    assert_int_equal(run(w, &req), GT_SG_DONE);
    assert_int_equal(inquire(w, req.serial), GT_SG_FATE_POSTED);
    assert_int_equal(w->ans.nbills, 1);
    assert_int_equal(w->ans.bills[0].amount, 8640);
    assert_int_equal(w->ans.advance_part, 360);
}

static void an_inquiry_tells_each_fate(void **state)
{
    struct world *w = *state;
    assert_int_equal(inquire(w, "999"), GT_SG_FATE_ABSENT);
    struct gt_sg_request refused = request(w, GT_SG_PAY, BILL, 1);
    assert_int_equal(run(w, &refused), GT_SG_NO_PARTIAL);
    assert_int_equal(inquire(w, refused.serial), GT_SG_FATE_REFUSED);
    assert_int_equal(w->ans.orig_code, 1035);
    assert_string_equal(w->ans.orig_text, gt_sg_code_text(1035));
    struct gt_sg_request paid = request(w, GT_SG_PAY, BILL, 8640);
    assert_int_equal(run(w, &paid), GT_SG_DONE);
    assert_int_equal(reverse(w, &paid), GT_SG_DONE);
    char ref[sizeof(w->ans.ref)];
    memcpy(ref, w->ans.ref, sizeof(ref));
    assert_int_equal(inquire(w, paid.serial), GT_SG_FATE_REVERSED);
    /* About the reversal's own serial it answers for the reversal. */
    assert_int_equal(inquire(w, ref + 2), GT_SG_FATE_POSTED);
    assert_int_equal(w->ans.orig_op, GT_SG_REVERSE);
    struct gt_sg_request other = {.op = GT_SG_INQUIRE, .customer = REMOTE};
    about(&other, paid.serial);
    assert_int_equal(run(w, &other), GT_SG_CUSTOMER_DIFFERS);
}

static void a_forced_refusal_is_in_the_books(void **state)
{
    struct world *w = *state;
    struct gt_sg_request req = request(w, GT_SG_PAY, BILL, 8640);
    assert_ok(gt_sim_run(&w->sim, &req, GT_SG_CLEARING, &w->ans));
    assert_int_equal(w->ans.code, GT_SG_CLEARING);
    assert_int_equal(inquire(w, req.serial), GT_SG_FATE_REFUSED);
    assert_int_equal(w->ans.orig_code, 1090);
    assert_int_equal(query(w, BILL), GT_SG_DONE);
    assert_int_equal(w->ans.total, 8640);
}

/* --- reversals */

static void a_payment_is_reversed_once(void **state)
{
    struct world *w = *state;
    struct gt_sg_request paid = request(w, GT_SG_PAY, BILL, 10000);
    assert_int_equal(run(w, &paid), GT_SG_DONE);
    struct gt_sg_request other = paid;
    memcpy(other.customer, "1000000002", 11);
    assert_int_equal(reverse(w, &other), GT_SG_CUSTOMER_DIFFERS);
    other = paid;
    other.amount = 9999;
    assert_int_equal(reverse(w, &other), GT_SG_AMOUNT_DIFFERS);
    other = paid;
    memcpy(other.serial, "77", 3);
    assert_int_equal(reverse(w, &other), GT_SG_NO_PAYMENT);
    assert_int_equal(reverse(w, &paid), GT_SG_DONE);
    assert_int_equal(query(w, BILL), GT_SG_DONE);
    assert_int_equal(w->ans.total, 8640);
    assert_int_equal(w->ans.advance, 0);
    assert_int_equal(reverse(w, &paid), GT_SG_REVERSED);
    assert_int_equal(pay(w, BILL, 8640), GT_SG_DONE);
}

static void a_reversal_is_for_the_same_date(void **state)
{
    struct world *w = *state;
    struct gt_sg_request paid = request(w, GT_SG_PAY, BILL, 8640);
    assert_int_equal(run(w, &paid), GT_SG_DONE);
    w->now += (int64_t)14 * 3600 * 1000; /* midnight in China */
    assert_int_equal(reverse(w, &paid), GT_SG_NEXT_DAY);
    w->now -= 1;
    assert_int_equal(reverse(w, &paid), GT_SG_DONE);
}

static void what_was_refused_cannot_be_reversed(void **state)
{
    struct world *w = *state;
    struct gt_sg_request refused = request(w, GT_SG_PAY, BILL, 1);
    assert_int_equal(run(w, &refused), GT_SG_NO_PARTIAL);
    assert_int_equal(reverse(w, &refused), GT_SG_NO_PAYMENT);
}

static void a_remote_recharge_is_reversed(void **state)
{
    struct world *w = *state;
    struct gt_sg_request req = request(w, GT_SG_RECHARGE, REMOTE, 5000);
    assert_int_equal(run(w, &req), GT_SG_DONE);
    assert_int_equal(reverse(w, &req), GT_SG_DONE);
    assert_false(w->ans.packet.present);
    assert_int_equal(inquire(w, req.serial), GT_SG_FATE_REVERSED);
    assert_int_equal(reverse(w, &req), GT_SG_REVERSED);
}

/* --- books */

static int64_t compare(struct world *w, const char *journal)
{
    char path[UNIT_PATH_MAX];
    int64_t differences = -1;
    FILE *sink = fopen("/dev/null", "w");
    assert_non_null(sink);
    assert_ok(gt_sim_books_compare(w->sim.db, unit_write(w->folder, "journal", journal, path), sink,
                                   &differences));
    assert_int_equal(fclose(sink), 0);
    return differences;
}

static void books_are_compared_with_the_platforms(void **state)
{
    struct world *w = *state;
    struct gt_sg_request paid = request(w, GT_SG_PAY, BILL, 8640);
    assert_int_equal(run(w, &paid), GT_SG_DONE);
    struct gt_sg_request refused = request(w, GT_SG_PAY, BILL, 1);
    assert_int_equal(run(w, &refused), GT_SG_PAID);
    assert_int_equal(reverse(w, &paid), GT_SG_DONE);
    char right[512];
    (void)snprintf(right, sizeof(right),
                   "%s\tpay\t%s\t86.40\treversed\n20261122%010d\treverse\t%s\t86.40\tposted\n"
                   "%s\tpay\t%s\t0.01\tdeclined\n20261122000000009\tpay\t%s\t5.00\tdeclined\n",
                   paid.serial, BILL, w->serials, BILL, refused.serial, BILL, BILL);
    assert_int_equal(compare(w, right), 0);
    assert_int_equal(compare(w, ""), 2);
    char wrong[1024];
    (void)snprintf(wrong, sizeof(wrong), "%s%s", right,
                   "20261122000000008\tpay\t" BILL "\t5.00\tposted\n"
                   "20261122000000007\tpay\t" BILL "\t5.00\tpending\n");
    assert_int_equal(compare(w, wrong), 2);
    (void)snprintf(wrong, sizeof(wrong), "%s\tpay\t%s\t86.41\treversed\n", paid.serial, BILL);
    assert_int_equal(compare(w, wrong), 2); /* the amount, and a reversal that is missing */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(customers_are_made_from_their_number),
        T(nobody_else_exists),
        T(a_customer_is_found_by_meter_and_card),
        T(a_bill_is_paid_once),
        T(less_than_due_is_refused),
        T(more_than_due_becomes_advance),
        T(named_bills_are_settled_and_no_others),
        T(a_bill_named_twice_or_unknown_is_refused),
        T(nothing_ever_due_is_no_record),
        T(an_advance_pays_of_the_next_bill),
        T(each_kind_of_meter_has_its_business),
        T(a_remote_recharge_counts_up),
        T(amounts_have_limits),
        T(arrears_come_first),
        T(the_same_serial_is_never_done_again),
        T(one_of_sixteen_with_the_same_serial_is_done),
        T(an_inquiry_repeats_the_answer),
        T(an_inquiry_of_a_payment_names_its_bills),
        T(an_inquiry_tells_each_fate),
        T(a_forced_refusal_is_in_the_books),
        T(a_payment_is_reversed_once),
        T(a_reversal_is_for_the_same_date),
        T(what_was_refused_cannot_be_reversed),
        T(a_remote_recharge_is_reversed),
        T(books_are_compared_with_the_platforms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
