/*
 * Statistics: running totals of closed dates, and the figures that are made of them.
 */
#include "till_kit.h"

#include "books/stats.h"
#include "till/total.h"

static struct kit kit;
static int64_t trace;

static int setup(void **state)
{
    (void)state;
    trace = 0;
    kit_start(&kit);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    kit_stop(&kit);
    return 0;
}

static int64_t sell(const struct gt_actor *actor, int64_t amount)
{
    kit_recharge(&kit, ++trace, "3000000001", amount)->actor = actor;
    assert_int_equal(kit_run(&kit), GT_OUT_OK);
    return kit.result.txn.id;
}

static void take_back(const struct gt_actor *actor, int64_t id, int64_t amount)
{
    kit_reverse(&kit, ++trace, id, amount)->actor = actor;
    assert_int_equal(kit_run(&kit), GT_OUT_OK);
}

static void cut(int64_t from)
{
    assert_ok(gt_bizdate_cut(&kit.till, from, 0, "test"));
}

static int64_t fold(void)
{
    int64_t date;

    assert_ok(gt_fold_next(kit.till.db, &date));
    return date;
}

/* --- folding -----------------------------------------------------------------------------------
 */

static void a_closed_date_is_folded_once(void **state)
{
    (void)state;
    sell(&kit.cashier, 1000);
    assert_int_equal(fold(), 0); /* the date runs */
    cut(KIT_DATE);
    cut(KIT_DATE + 1); /* nothing was sold on this one */
    sell(&kit.agent, 300);
    take_back(&kit.agent, sell(&kit.agent, 200), 200);
    cut(KIT_DATE + 2);
    sell(&kit.cashier, 50);
    assert_int_equal(fold(), KIT_DATE);
    kit_books_agree(&kit);
    assert_int_equal(fold(), KIT_DATE + 2);
    assert_int_equal(fold(), 0);
    kit_books_agree(&kit);
}

struct look {
    int64_t date, org_id;
    enum gt_total_kind kind;
    const char *part;
    struct gt_total found;
};

GT_STMT(total_by_key, GT_ROW_SELECT(gt_total, GT_TOTAL_COLS) " WHERE org_id = ? AND kind = ? AND "
                                                             "biz_date = ? AND part = ?");

static enum gt_err look_in(struct gt_tx *tx, void *arg)
{
    struct look *l = arg;

    if (!gt_row_one(tx, &gt_total_row, &l->found, &total_by_key, GT_INT(l->org_id), GT_INT(l->kind),
                    GT_INT(l->date), GT_TEXT(l->part)))
        l->found = (struct gt_total){.id = 0};
    return gt_tx_err(tx);
}

static struct gt_total total(int64_t date, int64_t org_id, enum gt_total_kind kind,
                             const char *part)
{
    struct look l = {.date = date, .org_id = org_id, .kind = kind, .part = part};

    assert_ok(gt_db_read(kit.till.db, "look", look_in, &l));
    return l.found;
}

static void totals_go_up_from_the_first_date(void **state)
{
    char agent[24];

    (void)state;
    sell(&kit.cashier, 1000);
    cut(KIT_DATE);
    sell(&kit.cashier, 30);
    take_back(&kit.agent, sell(&kit.agent, 200), 200);
    cut(KIT_DATE + 1);
    while (fold())
        ;
    snprintf(agent, sizeof(agent), "%lld", (long long)kit.agent.user.id);
    assert_int_equal(total(KIT_DATE, 0, GT_TOTAL_ALL, "-").amount, 1000);
    assert_int_equal(total(KIT_DATE + 1, 0, GT_TOTAL_ALL, "-").amount, 1230);
    assert_int_equal(total(KIT_DATE + 1, 0, GT_TOTAL_ALL, "-").sales, 3);
    assert_int_equal(total(KIT_DATE + 1, 0, GT_TOTAL_ALL, "-").reversed, 200);
    assert_int_equal(total(KIT_DATE + 1, 0, GT_TOTAL_SYSTEM, "sg186").reversals, 1);
    assert_int_equal(total(KIT_DATE + 1, kit.result.txn.org_id, GT_TOTAL_USER, agent).amount, 200);
    assert_int_equal(total(KIT_DATE, kit.result.txn.org_id, GT_TOTAL_USER, agent).id, 0);
}

/* --- a fold that died --------------------------------------------------------------------------
 */

#define PEOPLE 400

/* What many people sold: more rows than one commit writes. */
static enum gt_err people_in(struct gt_tx *tx, void *arg)
{
    (void)arg;
    for (int64_t i = 1; i <= PEOPLE; i++) {
        struct gt_summary row = {.id = 1000 + i,
                                 .biz_date = KIT_DATE,
                                 .account_id = 1,
                                 .org_id = 3,
                                 .user_id = 100 + i,
                                 .channel = 1,
                                 .op = GT_OP_RECHARGE,
                                 .system = "sg186",
                                 .sales = i,
                                 .amount = 100 * i};

        gt_row_insert(tx, &gt_summary_row, &row);
    }
    return gt_tx_err(tx);
}

GT_STMT(total_sums, "SELECT COUNT(*), CAST(SUM(amount) AS BIGINT), MAX(id) FROM gt_total");

struct sums {
    int64_t n, amount, last;
};

static enum gt_err sums_in(struct gt_tx *tx, void *arg)
{
    struct sums *s = arg;

    gt_tx_one0(tx, &total_sums);
    s->n = gt_col_int(tx);
    s->amount = gt_col_int(tx);
    s->last = gt_col_int(tx);
    return gt_tx_err(tx);
}

/* Leaves what a process would have left that was killed behind its first commit. */
static enum gt_err forget_in(struct gt_tx *tx, void *arg)
{
    const struct sums *whole = arg;
    struct gt_total row;
    struct gt_fold f;
    int64_t left = 400;

    for (int64_t id = GT_TOTAL_ID(KIT_DATE, left + 1); id <= whole->last; id++) {
        assert_true(gt_row_find(tx, &gt_total_row, id, &row));
        gt_row_remove(tx, &gt_total_row, &row);
    }
    assert_true(gt_row_find(tx, &gt_fold_row, KIT_DATE, &f));
    assert_true(f.written > left);
    f.written = left;
    gt_row_save(tx, &gt_fold_row, &f);
    return gt_tx_err(tx);
}

static void one_that_was_killed_goes_on(void **state)
{
    struct sums whole, again;

    (void)state;
    assert_ok(gt_db_transact(kit.till.db, "people", people_in, NULL));
    cut(KIT_DATE);
    assert_int_equal(fold(), KIT_DATE);
    assert_ok(gt_db_read(kit.till.db, "sums", sums_in, &whole));
    assert_int_equal(whole.n, PEOPLE + 8); /* four kinds, here and everywhere */
    assert_int_equal(whole.amount, 9 * 100 * (PEOPLE + 1) * PEOPLE / 2);
    assert_ok(gt_db_transact(kit.till.db, "forget", forget_in, &whole));
    assert_int_equal(fold(), KIT_DATE);
    assert_ok(gt_db_read(kit.till.db, "sums", sums_in, &again));
    assert_memory_equal(&again, &whole, sizeof(whole));
}

/* --- figures -----------------------------------------------------------------------------------
 *
 * Beside them a naive recount: every posted row of the journal, looked at one by one.
 */

#define DATES 6
#define LINES 64

struct count {
    struct gt_stats_ask ask;
    struct gt_stats got;
    struct gt_stats_line line[LINES]; /* recounted */
    size_t nlines;
};

static int64_t key_of(enum gt_stats_by by, const struct gt_txn *txn, const struct gt_txn *sale)
{
    switch (by) {
    case GT_STATS_ORG:
    case GT_STATS_AGENT:
        return txn->org_id;
    case GT_STATS_OPERATOR:
        return txn->user_id;
    case GT_STATS_CHANNEL:
        return txn->channel;
    case GT_STATS_OP:
        return sale->op;
    default:
        return 0;
    }
}

static void recount(struct count *c, const struct gt_txn *txn, const struct gt_txn *sale)
{
    int64_t key = key_of(c->ask.by, txn, sale);
    size_t i = 0;

    while (i < c->nlines && c->line[i].id != key)
        i++;
    assert_true(i < LINES);
    if (i == c->nlines)
        c->line[c->nlines++] = (struct gt_stats_line){.id = key};
    for (int range = 0; range < GT_STATS_RANGES; range++) {
        const struct gt_stats_range *r = &c->ask.range[range];
        struct gt_sum *sum = &c->line[i].sum[range];

        if (txn->out_date < r->from || txn->out_date > r->to)
            continue;
        if (txn->id == sale->id) {
            sum->sales++;
            sum->amount += sale->amount + sale->fee;
        } else {
            sum->reversals++;
            sum->reversed += sale->amount + sale->fee;
        }
    }
}

static enum gt_err count_in(struct gt_tx *tx, void *arg)
{
    static struct gt_txn txns[400];
    struct count *c = arg;
    size_t n = 0;

    gt_stats_read(tx, &c->ask, &c->got);
    gt_tx_query(tx, gt_txn_row.scan, GT_INT(0));
    while (n < 400 && gt_tx_next(tx))
        gt_row_read(tx, &gt_txn_row, &txns[n++]);
    assert_true(n < 400);
    for (size_t i = 0; i < n; i++) {
        const struct gt_txn *sale = &txns[i];

        if (!gt_txn_is_posted(&txns[i]) || !gt_op_is_money((enum gt_op)txns[i].op))
            continue;
        for (size_t k = 0; k < n && txns[i].op == GT_OP_REVERSE; k++)
            sale = txns[k].id == txns[i].orig_id ? &txns[k] : sale;
        if (c->ask.by != GT_STATS_AGENT || txns[i].user_id == kit.agent.user.id)
            recount(c, &txns[i], sale);
    }
    return gt_tx_err(tx);
}

static const struct gt_stats_line *line_like(const struct gt_stats *stats, int64_t id)
{
    static const struct gt_stats_line none;

    for (size_t i = 0; i < stats->nlines; i++) {
        if (stats->line[i].id == id)
            return &stats->line[i];
    }
    return &none;
}

static void assert_same(const struct gt_sum *got, const struct gt_sum *recounted)
{
    assert_int_equal(got->sales, recounted->sales);
    assert_int_equal(got->amount, recounted->amount);
    assert_int_equal(got->reversals, recounted->reversals);
    assert_int_equal(got->reversed, recounted->reversed);
}

/* Asks below a path that holds cashier and agent, and compares. */
static void figures_are_those_of_the_journal(struct gt_hours *hours, enum gt_stats_by by,
                                             const char *path, struct gt_stats_range range)
{
    struct count c = {.ask = {.by = by,
                              .range = {range, gt_stats_before(range)},
                              .path = &path,
                              .npaths = 1,
                              .hours = hours,
                              .now = kit.now,
                              .tz_minutes = 480}};
    int64_t net = 0, over_time = 0;

    c.ask.grain = gt_stats_grain_for(range, GT_STATS_DAY);
    assert_ok(gt_db_read(kit.till.db, "count", count_in, &c));
    for (size_t i = 0; i < c.nlines; i++) {
        for (int at = 0; at < GT_STATS_RANGES; at++)
            assert_same(&line_like(&c.got, c.line[i].id)->sum[at], &c.line[i].sum[at]);
        net += gt_sum_net(&c.line[i].sum[GT_STATS_NOW]);
    }
    assert_int_equal(gt_sum_net(&c.got.total[GT_STATS_NOW]), net);
    for (size_t i = 0; i < c.got.npoints; i++)
        over_time += gt_sum_net(&c.got.point[i].sum);
    assert_int_equal(over_time, net);
    gt_stats_free(&c.got);
}

/* A day's business of everybody, with what chance takes back. */
static void a_day(unsigned day)
{
    const struct gt_actor *const actors[] = {&kit.cashier, &kit.handheld, &kit.agent};

    for (unsigned i = 0; i < 6 + day; i++) {
        const struct gt_actor *actor = actors[(i * 7 + day) % 3];
        int64_t amount = 100 + 10 * i + day, id = sell(actor, amount);

        if ((i + day) % 4 == 0)
            take_back(actor, id, amount);
        kit.now += 37 * 60 * 1000;
    }
}

/* Six dates, of which the first four are folded, one is closed and one runs. */
static void figures_equal_a_recount(void **state)
{
    struct gt_hours *hours;

    (void)state;
    assert_ok(gt_hours_new(&hours));
    for (unsigned day = 0; day < DATES; day++) {
        a_day(day);
        if (day == 4)
            while (fold())
                ;
        if (day + 1 < DATES)
            cut(KIT_DATE + day);
    }
    for (int64_t from = KIT_DATE - 1; from <= KIT_DATE + DATES; from++) {
        for (int64_t to = from; to <= KIT_DATE + DATES; to++) {
            for (int by = 0; by < GT_STATS__MAX; by++) {
                figures_are_those_of_the_journal(hours, (enum gt_stats_by)by, "/1/2/",
                                                 (struct gt_stats_range){from, to});
                if (by != GT_STATS_ORG)
                    figures_are_those_of_the_journal(hours, (enum gt_stats_by)by, "/1/",
                                                     (struct gt_stats_range){from, to});
            }
        }
    }
    gt_hours_free(hours);
}

static void a_range_has_one_before_it(void **state)
{
    static const struct {
        struct gt_stats_range range, before;
    } of[] = {
        {{20261122, 20261122}, {20261121, 20261121}}, {{20261116, 20261122}, {20261109, 20261115}},
        {{20261101, 20261122}, {20261001, 20261022}}, /* this month so far */
        {{20261101, 20261130}, {20261001, 20261031}}, /* whole months */
        {{20260301, 20260331}, {20260201, 20260228}}, {{20260301, 20260330}, {20260201, 20260228}},
        {{20260101, 20261122}, {20250101, 20251122}}, /* this year so far */
        {{20260101, 20260131}, {20251201, 20251231}}, {{20261101, 20261101}, {20261031, 20261031}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
        struct gt_stats_range before = gt_stats_before(of[i].range);
        assert_int_equal(before.from, of[i].before.from);
        assert_int_equal(before.to, of[i].before.to);
    }
    struct gt_stats_range leap = gt_stats_year_before((struct gt_stats_range){20280229, 20280229});
    assert_int_equal(leap.from, 20270228);
}

static void a_long_range_is_shown_by_months(void **state)
{
    (void)state;
    assert_int_equal(gt_stats_grain_for((struct gt_stats_range){20261001, 20261130}, GT_STATS_DAY),
                     GT_STATS_DAY);
    assert_int_equal(gt_stats_grain_for((struct gt_stats_range){20260101, 20261130}, GT_STATS_DAY),
                     GT_STATS_MONTH);
    assert_int_equal(gt_stats_grain_for((struct gt_stats_range){20200101, 20261130}, GT_STATS_DAY),
                     GT_STATS_YEAR);
    assert_int_equal(gt_stats_grain_for((struct gt_stats_range){20060101, 20261130}, GT_STATS_DAY),
                     GT_STATS_GRAINS);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_closed_date_is_folded_once),
        TEST(totals_go_up_from_the_first_date),
        TEST(one_that_was_killed_goes_on),
        TEST(figures_equal_a_recount),
        cmocka_unit_test(a_range_has_one_before_it),
        cmocka_unit_test(a_long_range_is_shown_by_months),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
