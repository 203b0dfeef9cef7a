/*
 * A day of the stand-in: totals and statement say the same, and planted differences show in both.
 */
#include "../../cmd/sim/day.h"
#include "base/buf.h"
#include "sim_kit.h"

#define DAY INT64_C(20261122)

struct text {
    struct gt_buf out;
    int middles;
};

static bool put(void *ctx, const char *data, size_t len, bool middle)
{
    struct text *t = ctx;

    gt_buf_put(&t->out, data, len);
    t->middles += middle;
    return gt_buf_err(&t->out) == GT_OK;
}

static void statement(struct world *w, int64_t date, struct text *t)
{
    t->middles = 0;
    gt_buf_init(&t->out, 1024 * 1024);
    assert_ok(gt_sim_day_write(w->sim.db, date, put, t));
}

static void expect_totals(struct world *w, int64_t date, int64_t count, int64_t amount)
{
    struct gt_sg_request req = {.op = GT_SG_TOTALS, .biz_date = date};
    struct text t;
    char head[64];

    assert_int_equal(run(w, &req), GT_SG_DONE);
    assert_int_equal(w->ans.up_date, date);
    assert_int_equal(w->ans.day_count, count);
    assert_int_equal(w->ans.day_amount, amount);
    statement(w, date, &t);
    (void)snprintf(head, sizeof(head), "%lld|", (long long)date);
    assert_holds(t.out.data, head);
    gt_buf_done(&t.out);
}

/* A recharge of a remote meter; its serial is in `req`. */
static struct gt_sg_request sell(struct world *w, const char *customer, int64_t amount)
{
    struct gt_sg_request req = request(w, GT_SG_RECHARGE, customer, amount);

    assert_int_equal(run(w, &req), GT_SG_DONE);
    return req;
}

static void totals_and_statement_tell_what_stands(void **state)
{
    struct world *w = *state;
    struct text t;

    struct gt_sg_request one = sell(w, "3000000001", 5000);
    struct gt_sg_request two = sell(w, "3000000002", 7000);
    assert_int_equal(reverse(w, &two), GT_SG_DONE);
    assert_int_equal(pay(w, "3000000003", 1), GT_SG_CARD_CUSTOMER);
    expect_totals(w, DAY, 1, 5000);
    expect_totals(w, DAY + 1, 0, 0);
    statement(w, DAY, &t);
    assert_holds(t.out.data, "20261122|1|\n");
    assert_holds(t.out.data, one.serial);
    assert_null(strstr(t.out.data, two.serial));
    assert_holds(t.out.data, "|1|1|50.00|0.00|20261122||\n");
    assert_int_equal(t.middles, 1);
    gt_buf_done(&t.out);
}

static void a_statement_of_many_pages_is_whole(void **state)
{
    struct world *w = *state;
    struct text t;
    char customer[16];
    int lines = 0;

    for (int i = 1; i <= 1100; i++) {
        (void)snprintf(customer, sizeof(customer), "30000%05d", i % 8000);
        (void)sell(w, customer, 100);
    }
    statement(w, DAY, &t);
    for (const char *p = t.out.data; *p; p++)
        lines += *p == '\n';
    assert_int_equal(lines, 1101);
    assert_int_equal(t.middles, 1);
    gt_buf_done(&t.out);
}

static void planted_differences_show_in_totals_and_statement(void **state)
{
    struct world *w = *state;
    struct gt_sim_planted p;
    struct gt_sg_request sold[6];

    for (int i = 0; i < 6; i++)
        sold[i] = sell(w, "3000000001", 1000 * (i + 1));
    expect_totals(w, DAY, 6, 21000);
    assert_ok(gt_sim_plant(&w->sim, "date", DAY, NULL, &p));
    assert_string_equal(p.serial, sold[0].serial);
    expect_totals(w, DAY, 5, 20000);
    expect_totals(w, DAY + 1, 1, 1000);
    assert_ok(gt_sim_plant(&w->sim, "amount", DAY, NULL, &p));
    assert_string_equal(p.serial, sold[1].serial);
    assert_int_equal(p.amount, 2100);
    expect_totals(w, DAY, 5, 20100);
    assert_ok(gt_sim_plant(&w->sim, "state", DAY, NULL, &p));
    expect_totals(w, DAY, 4, 17100);
    assert_int_equal(inquire(w, sold[2].serial), GT_SG_FATE_REVERSED);
    assert_ok(gt_sim_plant(&w->sim, "missing", DAY, NULL, &p));
    assert_string_equal(p.serial, sold[3].serial);
    expect_totals(w, DAY, 3, 13100);
    assert_int_equal(inquire(w, sold[3].serial), GT_SG_FATE_ABSENT);
    assert_ok(gt_sim_plant(&w->sim, "extra", DAY, NULL, &p));
    expect_totals(w, DAY, 4, 13100 + p.amount);
    assert_ok(gt_sim_plant(&w->sim, "twice", DAY, sold[5].serial, &p));
    expect_totals(w, DAY, 5, 13100 + 6000 + 1234);
    assert_err(GT_ERR_ABSENT, gt_sim_plant(&w->sim, "amount", DAY, sold[3].serial, &p));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(totals_and_statement_tell_what_stands),
        T(a_statement_of_many_pages_is_whole),
        T(planted_differences_show_in_totals_and_statement),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
