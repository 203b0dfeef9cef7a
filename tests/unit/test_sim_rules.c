/*
 * The rules of the stand-in marketing system (doc/sg186.md), each on a database of its own.
 */
#include "../../cmd/sim/books.h"
#include "../../cmd/sim/rules.h"
#include "store/schema.h"
#include "unit.h"

#include <inttypes.h>
#include <pthread.h>

/* --- a stand-in with a clock that the test turns */

struct world {
    char folder[UNIT_PATH_MAX];
    int64_t now;
    struct gt_clock clock;
    struct gt_sim sim;
    int serials;
    struct gt_sg_answer ans; /* the last answer */
};

static int64_t world_now(void *ctx)
{
    return *(int64_t *)ctx;
}

static int set_up(void **state)
{
    char db[UNIT_PATH_MAX + 8], sql[UNIT_PATH_MAX];
    int applied = 0;
    struct world *w = calloc(1, sizeof(*w));
    assert_non_null(w);
    unit_folder(w->folder);
    (void)snprintf(db, sizeof(db), "%s/sim.db", w->folder);
    const struct gt_db_conf conf = {.path = db, .sync = GT_DB_RELAXED, .create = true};
    assert_ok(gt_db_open(&conf, &w->sim.db));
    assert_ok(gt_migrate(w->sim.db, unit_source("sql/sim", sql), &applied));
    assert_int_equal(applied, 1);
    w->now = 1795312800000; /* 2026-11-22, ten in the morning in China */
    w->clock = (struct gt_clock){.now = world_now, .mono = world_now, .ctx = &w->now};
    w->sim.clock = &w->clock;
    *state = w;
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;
    gt_db_close(w->sim.db);
    unit_remove(w->folder);
    free(w);
    return 0;
}

/* A request with a new serial. */
static struct gt_sg_request request(struct world *w, enum gt_sg_op op, const char *customer,
                                    int64_t amount)
{
    struct gt_sg_request req = {.op = op, .amount = amount};
    (void)snprintf(req.serial, sizeof(req.serial), "20261122%010d", ++w->serials);
    (void)snprintf(req.customer, sizeof(req.customer), "%s", customer);
    return req;
}

static int64_t run(struct world *w, const struct gt_sg_request *req)
{
    assert_ok(gt_sim_run(&w->sim, req, 0, &w->ans));
    return w->ans.code;
}

static void about(struct gt_sg_request *req, const char *serial)
{
    (void)snprintf(req->orig_serial, sizeof(req->orig_serial), "%s", serial);
}

/* The card `serial` of a customer at `count`; a return file only if it was inserted. */
static void show(struct gt_sg_request *req, const char *serial, int64_t count, bool inserted)
{
    (void)snprintf(req->card.serial, sizeof(req->card.serial), "%s", serial);
    (void)snprintf(req->card.meter, sizeof(req->card.meter), "M%.30s", req->customer);
    (void)snprintf(req->card.return_file, sizeof(req->card.return_file), "%s",
                   inserted ? "68a0010203" : "0000");
    (void)snprintf(req->card.random, sizeof(req->card.random), "0102030405060708");
    req->card.count = count;
}

static void show_blank(struct gt_sg_request *req, const char *serial)
{
    show(req, serial, 0, false);
    req->card.meter[0] = '\0';
}

static int64_t query(struct world *w, const char *customer)
{
    struct gt_sg_request req = {.op = GT_SG_QUERY};
    (void)snprintf(req.customer, sizeof(req.customer), "%s", customer);
    return run(w, &req);
}

static enum gt_sg_fate inquire(struct world *w, const char *serial)
{
    struct gt_sg_request req = {.op = GT_SG_INQUIRE};
    about(&req, serial);
    assert_int_equal(run(w, &req), GT_SG_DONE);
    return w->ans.fate;
}

static int64_t pay(struct world *w, const char *customer, int64_t amount)
{
    struct gt_sg_request req = request(w, GT_SG_PAY, customer, amount);
    return run(w, &req);
}

static int64_t reverse(struct world *w, const struct gt_sg_request *orig)
{
    struct gt_sg_request req = request(w, GT_SG_REVERSE, orig->customer, orig->amount);
    about(&req, orig->serial);
    return run(w, &req);
}

/* A recharge with the customer's first card; `*req` is what was asked. */
static int64_t card_recharge(struct world *w, const char *customer, int64_t count, bool inserted,
                             struct gt_sg_request *req)
{
    char serial[GT_SG_KEY_MAX];
    *req = request(w, GT_SG_RECHARGE, customer, 5000);
    (void)snprintf(serial, sizeof(serial), "C%.30s", customer);
    show(req, serial, count, inserted);
    return run(w, req);
}

static int64_t confirm(struct world *w, const char *customer, const char *serial, int written)
{
    struct gt_sg_request req = request(w, GT_SG_CONFIRM, customer, -1);
    about(&req, serial);
    req.written = written;
    return run(w, &req);
}

#define CARD   "2000000001"
#define BILL   "1000000001"
#define REMOTE "3000000001"

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

/* --- card meters */

static void a_purchase_takes_the_next_count(void **state)
{
    struct world *w = *state;
    struct gt_sg_request req;
    assert_int_equal(card_recharge(w, CARD, 1, true, &req), GT_SG_DONE);
    assert_int_equal(w->ans.count, 2);
    assert_true(w->ans.packet.present);
    assert_memory_equal(w->ans.packet.data, "000000020000000000001388", 24);
    assert_int_equal(strlen(w->ans.packet.data), 128);
    assert_int_equal(strlen(w->ans.packet.mac[3]), 16);
}

static void the_last_purchase_must_be_written_and_inserted(void **state)
{
    struct world *w = *state;
    struct gt_sg_request req, first;
    assert_int_equal(card_recharge(w, CARD, 1, false, &req), GT_SG_NOT_INSERTED);
    assert_int_equal(card_recharge(w, CARD, 1, true, &first), GT_SG_DONE);
    assert_int_equal(card_recharge(w, CARD, 1, true, &req), GT_SG_NOT_WRITTEN);
    assert_int_equal(card_recharge(w, CARD, 2, false, &req), GT_SG_NOT_INSERTED);
    /* The card at count 2 has told that it was written. */
    assert_int_equal(card_recharge(w, CARD, 1, true, &req), GT_SG_COUNT_DIFFERS);
    assert_int_equal(card_recharge(w, CARD, 3, true, &req), GT_SG_COUNT_DIFFERS);
    assert_int_equal(card_recharge(w, CARD, 2, true, &req), GT_SG_DONE);
    assert_int_equal(w->ans.count, 3);
}

static void a_confirmation_is_believed(void **state)
{
    struct world *w = *state;
    struct gt_sg_request req, first;
    assert_int_equal(card_recharge(w, CARD, 1, true, &first), GT_SG_DONE);
    assert_int_equal(confirm(w, CARD, first.serial, 0), GT_SG_DONE);
    assert_int_equal(card_recharge(w, CARD, 1, true, &req), GT_SG_NOT_WRITTEN);
    assert_int_equal(confirm(w, CARD, first.serial, 1), GT_SG_DONE);
    assert_int_equal(card_recharge(w, CARD, 1, true, &req), GT_SG_COUNT_DIFFERS);
    assert_int_equal(confirm(w, CARD, "88", 1), GT_SG_NO_PURCHASE);
    assert_int_equal(confirm(w, "2000000002", first.serial, 1), GT_SG_CUSTOMER_DIFFERS);
}

static void the_card_must_be_the_customers(void **state)
{
    struct world *w = *state;
    struct gt_sg_request req = request(w, GT_SG_RECHARGE, CARD, 5000);
    assert_int_equal(run(w, &req), GT_SG_BLANK_CARD); /* none was shown */
    req = request(w, GT_SG_RECHARGE, CARD, 5000);
    show_blank(&req, "C" CARD);
    assert_int_equal(run(w, &req), GT_SG_BLANK_CARD);
    req = request(w, GT_SG_RECHARGE, CARD, 5000);
    show(&req, "C2000000002", 1, true);
    assert_int_equal(run(w, &req), GT_SG_OTHER_CARD);
    req = request(w, GT_SG_RECHARGE, CARD, 5000);
    show(&req, "C" CARD, 1, true);
    memcpy(req.card.meter, "M2000000002", 12);
    assert_int_equal(run(w, &req), GT_SG_METER_DIFFERS);
    assert_int_equal(card_recharge(w, "2000000007", 0, true, &req), GT_SG_NOT_OPEN);
}

static int64_t rewrite(struct world *w, const struct gt_sg_request *orig, const char *card,
                       int64_t count)
{
    struct gt_sg_request req = request(w, GT_SG_REWRITE, orig->customer, -1);
    about(&req, orig->serial);
    show(&req, card, count, false);
    memcpy(req.card.random, "aabbccdd", 9);
    return run(w, &req);
}

static void a_rewrite_repeats_count_and_amount_with_new_macs(void **state)
{
    struct world *w = *state;
    struct gt_sg_request first;
    assert_int_equal(card_recharge(w, CARD, 1, true, &first), GT_SG_DONE);
    struct gt_sg_packet packet = w->ans.packet;
    assert_int_equal(rewrite(w, &first, "C" CARD, 1), GT_SG_DONE);
    assert_int_equal(w->ans.count, 2);
    assert_string_equal(w->ans.packet.data, packet.data);
    assert_string_not_equal(w->ans.packet.mac[0], packet.mac[0]);
    assert_int_equal(rewrite(w, &first, "C" CARD, 3), GT_SG_REWRITE_COUNT);
    assert_int_equal(rewrite(w, &first, "C" CARD, 2), GT_SG_ALREADY_WRITTEN);
    assert_int_equal(rewrite(w, &first, "C" CARD, 1), GT_SG_ALREADY_WRITTEN);
}

static void a_rewrite_is_for_a_purchase_on_record(void **state)
{
    struct world *w = *state;
    struct gt_sg_request first = request(w, GT_SG_RECHARGE, CARD, 5000);
    assert_int_equal(rewrite(w, &first, "C" CARD, 1), GT_SG_NO_PURCHASE);
    struct gt_sg_request req;
    assert_int_equal(card_recharge(w, CARD, 1, true, &req), GT_SG_DONE);
    assert_int_equal(confirm(w, CARD, req.serial, 1), GT_SG_DONE);
    assert_int_equal(rewrite(w, &req, "C" CARD, 1), GT_SG_ALREADY_WRITTEN);
}

#define UNOPENED "2000000007"

static struct gt_sg_request opening(struct world *w, const char *card)
{
    struct gt_sg_request req = request(w, GT_SG_OPEN, UNOPENED, 10000);
    memcpy(req.meter, "M" UNOPENED, sizeof("M" UNOPENED));
    show_blank(&req, card);
    return req;
}

static void an_opening_makes_count_one(void **state)
{
    struct world *w = *state;
    struct gt_sg_request req = opening(w, "C2000000001");
    assert_int_equal(run(w, &req), GT_SG_OTHER_CARD);
    req = opening(w, "N1");
    memcpy(req.meter, "M2000000017", 12);
    assert_int_equal(run(w, &req), GT_SG_METER_DIFFERS);
    req = opening(w, "N1");
    assert_int_equal(run(w, &req), GT_SG_DONE);
    assert_int_equal(w->ans.count, 1);
    assert_true(w->ans.packet.present);
    struct gt_sg_request again = opening(w, "N2");
    assert_int_equal(run(w, &again), GT_SG_ALREADY_OPEN);
    /* The card was never written: it is still blank, and gets the same packet. */
    struct gt_sg_request retry = request(w, GT_SG_REWRITE, UNOPENED, -1);
    about(&retry, req.serial);
    show_blank(&retry, "N1");
    assert_int_equal(run(w, &retry), GT_SG_DONE);
    assert_int_equal(w->ans.count, 1);
    struct gt_sg_request buy = request(w, GT_SG_RECHARGE, UNOPENED, 5000);
    show(&buy, "N1", 1, false);
    assert_int_equal(run(w, &buy), GT_SG_NOT_INSERTED);
    buy = request(w, GT_SG_RECHARGE, UNOPENED, 5000);
    show(&buy, "N1", 1, true);
    assert_int_equal(run(w, &buy), GT_SG_DONE);
    assert_int_equal(w->ans.count, 2);
}

static void a_reversed_opening_is_as_if_never_opened(void **state)
{
    struct world *w = *state;
    struct gt_sg_request req = opening(w, "N1");
    assert_int_equal(run(w, &req), GT_SG_DONE);
    struct gt_sg_request back = request(w, GT_SG_REVERSE, UNOPENED, 10000);
    about(&back, req.serial);
    show_blank(&back, "N1");
    assert_int_equal(run(w, &back), GT_SG_DONE);
    assert_int_equal(query(w, UNOPENED), GT_SG_DONE);
    assert_false(w->ans.opened);
    assert_int_equal(w->ans.count, 0);
    struct gt_sg_request again = opening(w, "N1");
    assert_int_equal(run(w, &again), GT_SG_DONE);
}

static struct gt_sg_request replacement(struct world *w, const char *card)
{
    struct gt_sg_request req = request(w, GT_SG_REPLACE, CARD, -1);
    req.fee = 1000;
    show_blank(&req, card);
    return req;
}

static void the_old_card_is_refused_after_a_replacement(void **state)
{
    struct world *w = *state;
    struct gt_sg_request req = replacement(w, "N1");
    assert_int_equal(run(w, &req), GT_SG_DONE);
    assert_int_equal(w->ans.count, 1);
    assert_memory_equal(w->ans.packet.data, "000000010000000000000000", 24); /* no amount */
    struct gt_sg_request buy;
    assert_int_equal(card_recharge(w, CARD, 1, true, &buy), GT_SG_OLD_CARD);
    struct gt_sg_request by_card = {.op = GT_SG_QUERY, .card_no = "C" CARD};
    assert_int_equal(run(w, &by_card), GT_SG_OLD_CARD);
    struct gt_sg_request back = replacement(w, "C" CARD);
    assert_int_equal(run(w, &back), GT_SG_OLD_CARD);
    buy = request(w, GT_SG_RECHARGE, CARD, 5000);
    show(&buy, "N1", 1, true);
    assert_int_equal(run(w, &buy), GT_SG_DONE);
    assert_int_equal(w->ans.count, 2);
}

static void a_replacement_carries_a_purchase_that_was_not_inserted(void **state)
{
    struct world *w = *state;
    struct gt_sg_request bought;
    assert_int_equal(card_recharge(w, CARD, 1, true, &bought), GT_SG_DONE);
    struct gt_sg_packet packet = w->ans.packet;
    struct gt_sg_request req = replacement(w, "N1");
    assert_int_equal(run(w, &req), GT_SG_DONE);
    assert_int_equal(w->ans.count, 2);
    assert_string_equal(w->ans.packet.data, packet.data);
    /* The same new card again is a rewrite; an unwritten one cannot be replaced by itself. */
    struct gt_sg_request again = replacement(w, "N1");
    assert_int_equal(run(w, &again), GT_SG_NOT_WRITTEN);
    struct gt_sg_request retry = request(w, GT_SG_REWRITE, CARD, -1);
    about(&retry, req.serial);
    show_blank(&retry, "N1");
    assert_int_equal(run(w, &retry), GT_SG_DONE);
    assert_string_equal(w->ans.packet.data, packet.data);
    /* The purchase may be on the lost card: it cannot be reversed any more. */
    struct gt_sg_request back = request(w, GT_SG_REVERSE, CARD, 5000);
    about(&back, bought.serial);
    show(&back, "N1", 2, false);
    assert_int_equal(run(w, &back), GT_SG_COUNT_DIFFERS);
}

static int64_t reverse_with_card(struct world *w, const struct gt_sg_request *orig, int64_t count,
                                 bool inserted)
{
    struct gt_sg_request req = request(w, GT_SG_REVERSE, orig->customer, orig->amount);
    about(&req, orig->serial);
    show(&req, orig->card.serial, count, inserted);
    return run(w, &req);
}

static void an_unwritten_purchase_is_reversed_without_a_packet(void **state)
{
    struct world *w = *state;
    struct gt_sg_request bought, next;
    assert_int_equal(card_recharge(w, CARD, 1, true, &bought), GT_SG_DONE);
    assert_int_equal(reverse(w, &bought), GT_SG_BLANK_CARD); /* the card must be shown */
    assert_int_equal(reverse_with_card(w, &bought, 1, true), GT_SG_DONE);
    assert_false(w->ans.packet.present);
    assert_int_equal(card_recharge(w, CARD, 1, true, &next), GT_SG_DONE);
    assert_int_equal(w->ans.count, 2);
}

static void a_written_purchase_is_written_back(void **state)
{
    struct world *w = *state;
    struct gt_sg_request bought, next;
    assert_int_equal(card_recharge(w, CARD, 1, true, &bought), GT_SG_DONE);
    assert_int_equal(confirm(w, CARD, bought.serial, 1), GT_SG_DONE);
    assert_int_equal(reverse_with_card(w, &bought, 1, true), GT_SG_COUNT_DIFFERS);
    assert_int_equal(reverse_with_card(w, &bought, 2, false), GT_SG_DONE);
    assert_true(w->ans.packet.present);
    assert_int_equal(w->ans.count, 1);
    char serial[GT_SG_KEY_MAX];
    memcpy(serial, w->ans.ref + 2, sizeof(serial));
    assert_memory_equal(w->ans.packet.data, "000000010000000000000000", 24);
    /* Not written back yet: the card still shows 2. */
    assert_int_equal(card_recharge(w, CARD, 2, false, &next), GT_SG_COUNT_DIFFERS);
    struct gt_sg_request reversal = {.customer = CARD};
    memcpy(reversal.serial, serial, sizeof(serial));
    assert_int_equal(rewrite(w, &reversal, "C" CARD, 2), GT_SG_DONE);
    assert_int_equal(confirm(w, CARD, serial, 1), GT_SG_DONE);
    /* Back at 1 with an empty return file, which the write-back explains. */
    assert_int_equal(card_recharge(w, CARD, 1, false, &next), GT_SG_DONE);
    assert_int_equal(w->ans.count, 2);
}

static void an_inserted_purchase_is_not_reversed(void **state)
{
    struct world *w = *state;
    struct gt_sg_request bought, later;
    assert_int_equal(card_recharge(w, CARD, 1, true, &bought), GT_SG_DONE);
    assert_int_equal(reverse_with_card(w, &bought, 2, true), GT_SG_COUNT_DIFFERS);
    assert_int_equal(card_recharge(w, CARD, 2, true, &later), GT_SG_DONE);
    /* Only the last one. */
    assert_int_equal(reverse_with_card(w, &bought, 2, false), GT_SG_COUNT_DIFFERS);
    assert_int_equal(reverse_with_card(w, &later, 3, false), GT_SG_DONE);
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

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

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
        T(a_purchase_takes_the_next_count),
        T(the_last_purchase_must_be_written_and_inserted),
        T(a_confirmation_is_believed),
        T(the_card_must_be_the_customers),
        T(a_rewrite_repeats_count_and_amount_with_new_macs),
        T(a_rewrite_is_for_a_purchase_on_record),
        T(an_opening_makes_count_one),
        T(a_reversed_opening_is_as_if_never_opened),
        T(the_old_card_is_refused_after_a_replacement),
        T(a_replacement_carries_a_purchase_that_was_not_inserted),
        T(an_unwritten_purchase_is_reversed_without_a_packet),
        T(a_written_purchase_is_written_back),
        T(an_inserted_purchase_is_not_reversed),
        T(books_are_compared_with_the_platforms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
