/*
 * The operation log: chains that show every row that was changed, removed or added.
 */
#include "access_kit.h"

#include "access/list.h"

static struct kit kit;
static struct gt_keysrc *src;
static struct gt_logger logger;

static int start(void **state)
{
    (void)state;
    access_start(&kit);
    assert_ok(gt_keysrc_new(kit.db, 5, &src));
    assert_ok(gt_logger_init(&logger, src, gt_clock_system(), "os:tester", "here"));
    return 0;
}

static int stop(void **state)
{
    (void)state;
    gt_keysrc_free(src);
    kit_done(&kit);
    return 0;
}

struct entry {
    const struct gt_logger *logger;
    const char *object, *detail;
    enum gt_err end; /* what the callback gives */
};

static enum gt_err add_in(struct gt_tx *tx, void *arg)
{
    const struct entry *e = arg;

    gt_oplog_add(tx, e->logger, "test.add", e->object, e->detail);
    return e->end ? gt_tx_fail(tx, e->end) : gt_tx_err(tx);
}

static enum gt_err add(const struct gt_logger *by, const char *object, enum gt_err end)
{
    struct entry e = {.logger = by, .object = object, .detail = "before -> after", .end = end};

    return gt_db_transact(kit.db, "test.log", add_in, &e);
}

/* What the check found: how many things, and the last of them. */
struct found {
    int count;
    int64_t rows;
    char object[64], what[160];
};

static void report(void *ctx, const char *object, const char *what)
{
    struct found *f = ctx;

    f->count++;
    snprintf(f->object, sizeof(f->object), "%s", object);
    snprintf(f->what, sizeof(f->what), "%s", what);
}

static enum gt_err check_in(struct gt_tx *tx, void *arg)
{
    struct found *f = arg;

    gt_oplog_check(tx, report, f, &f->rows);
    return gt_tx_err(tx);
}

static struct found check(void)
{
    struct found f = {0};

    assert_ok(gt_db_read(kit.db, "test.check", check_in, &f));
    return f;
}

/* Changes the database by another hand. */
static void tamper(const char *sql)
{
    gt_keysrc_free(src);
    src = NULL;
    kit_tamper(&kit, (struct gt_db_conf){.seal_key = kit_seal, .inline_mode = true}, sql);
}

struct rows {
    int64_t chain;
    struct gt_oplog row[4];
};

static enum gt_err read_in(struct gt_tx *tx, void *arg)
{
    struct rows *r = arg;

    for (int i = 0; i < 3; i++)
        assert_true(
            gt_row_find(tx, &gt_oplog_row, r->chain * GT_OPLOG_CHAIN_MAX + i + 1, &r->row[i]));
    return gt_tx_err(tx);
}

static void each_row_follows_from_the_one_before(void **state)
{
    struct rows r = {.chain = logger.chain};
    char digest[65];

    (void)state;
    assert_ok(add(&logger, "one", GT_OK));
    assert_ok(add(&logger, "two", GT_OK));
    assert_ok(add(&logger, "三", GT_OK));
    assert_ok(gt_db_read(kit.db, "test.read", read_in, &r));
    assert_string_equal(r.row[0].prev, "");
    assert_ok(gt_oplog_digest(&r.row[0], digest));
    assert_string_equal(r.row[1].prev, digest);
    assert_ok(gt_oplog_digest(&r.row[1], digest));
    assert_string_equal(r.row[2].prev, digest);
    assert_string_equal(r.row[2].who, "os:tester");
    assert_string_equal(r.row[2].origin, "here");
    assert_string_equal(r.row[2].object, "三");
    assert_int_equal(r.row[2].seq, 3);
    assert_int_equal(check().count, 0);
}

static void a_change_that_is_rolled_back_leaves_no_gap(void **state)
{
    struct rows r = {.chain = logger.chain};

    (void)state;
    assert_ok(add(&logger, "one", GT_OK));
    assert_err(GT_ERR_DENIED, add(&logger, "never", GT_ERR_DENIED));
    assert_ok(add(&logger, "two", GT_OK));
    assert_ok(add(&logger, "three", GT_OK));
    assert_ok(gt_db_read(kit.db, "test.read", read_in, &r));
    assert_string_equal(r.row[1].object, "two");
    assert_int_equal(check().count, 0);
}

static void a_first_row_that_is_rolled_back_leaves_no_chain(void **state)
{
    (void)state;
    assert_err(GT_ERR_DENIED, add(&logger, "never", GT_ERR_DENIED));
    struct found f = check();
    assert_int_equal(f.count, 0);
    assert_int_equal(f.rows, 0);
}

static void writers_have_chains_of_their_own(void **state)
{
    struct gt_logger other;

    (void)state;
    assert_ok(gt_logger_init(&other, src, gt_clock_system(), "os:other", ""));
    assert_true(other.chain != logger.chain);
    for (int i = 0; i < 3; i++) {
        assert_ok(add(&logger, "mine", GT_OK));
        assert_ok(add(&other, "yours", GT_OK));
    }
    struct found f = check();
    assert_int_equal(f.count, 0);
    assert_int_equal(f.rows, 8); /* six rows and two heads */
}

static void long_details_are_cut_at_a_character(void **state)
{
    struct entry e = {.logger = &logger, .object = "one"};
    struct rows r = {.chain = logger.chain};
    char detail[3 * 500 + 1];
    size_t len;

    (void)state;
    for (int i = 0; i < 500; i++)
        memcpy(detail + (ptrdiff_t)3 * i, "电", 4);
    e.detail = detail;
    for (int i = 0; i < 3; i++)
        assert_ok(gt_db_transact(kit.db, "test.log", add_in, &e));
    assert_ok(gt_db_read(kit.db, "test.read", read_in, &r));
    len = strlen(r.row[0].detail);
    assert_int_equal(len, 3 * 400);
    assert_string_equal(r.row[0].detail + len - 6, "电…");
    assert_int_equal(check().count, 0);
}

static void three_rows(void)
{
    assert_ok(add(&logger, "one", GT_OK));
    assert_ok(add(&logger, "two", GT_OK));
    assert_ok(add(&logger, "three", GT_OK));
    assert_int_equal(check().count, 0);
}

static void a_changed_row_shows(void **state)
{
    (void)state;
    three_rows();
    tamper("UPDATE gt_oplog SET detail = 'nothing' WHERE seq = 3");
    struct found f = check();
    assert_int_equal(f.count, 1);
    assert_holds(f.object, "gt_oplog 1000000003");
    assert_holds(f.what, "seal");
}

static void a_removed_row_shows(void **state)
{
    (void)state;
    three_rows();
    tamper("DELETE FROM gt_oplog WHERE seq = 2");
    struct found f = check();
    assert_int_equal(f.count, 1);
    assert_holds(f.object, "gt_oplog 1000000003");
    assert_holds(f.what, "missing");
}

static void a_removed_last_row_shows(void **state)
{
    (void)state;
    three_rows();
    tamper("DELETE FROM gt_oplog WHERE seq = 3");
    struct found f = check();
    assert_int_equal(f.count, 1);
    assert_string_equal(f.object, "gt_chain 1");
}

static void a_removed_head_shows(void **state)
{
    (void)state;
    three_rows();
    tamper("DELETE FROM gt_chain");
    struct found f = check();
    assert_int_equal(f.count, 2); /* the census misses it, and its rows do */
    assert_string_equal(f.object, "gt_chain 1");
    assert_holds(f.what, "no head");
}

static void a_changed_head_shows_and_takes_no_more_rows(void **state)
{
    (void)state;
    three_rows();
    tamper("UPDATE gt_chain SET members = 2");
    assert_int_equal(check().count, 2); /* its seal, and where the chain ends */
    assert_err(GT_ERR_TAMPERED, add(&logger, "four", GT_OK));
}

/* --- finding */

#define MANY 50000

/* Rows of which the oldest, and one in 10,000, are `somebody`'s; all in an hour and a day. */
static enum gt_err fill_in(struct gt_tx *tx, void *arg)
{
    int from = *(const int *)arg;
    for (int i = from; i < from + 500; i++) {
        struct gt_oplog row = {.id = 9 * GT_OPLOG_CHAIN_MAX + i + 1, .chain = 9, .seq = i + 1};
        row.at = 1000000 + i * (i < MANY / 2 ? INT64_C(3) : INT64_C(3000));
        snprintf(row.who, sizeof row.who, "%s", i % 10000 == 0 ? "somebody" : "else");
        snprintf(row.what, sizeof row.what, "%s", i % 2 ? "user.add" : "org.add");
        snprintf(row.object, sizeof row.object, "thing %d", i % 7);
        gt_row_insert(tx, &gt_oplog_row, &row);
    }
    return gt_tx_err(tx);
}

struct finding {
    struct gt_oplog_find find;
    struct gt_oplog rows[GT_LIST_MAX];
    struct gt_oplog_found found;
};

static enum gt_err find_in(struct gt_tx *tx, void *arg)
{
    struct finding *f = arg;
    gt_oplog_list(tx, &f->find, f->rows, &f->found);
    return gt_tx_err(tx);
}

/* Goes on to the end; gives how many rows there were, each newer than the next, and in how many
 * calls. */
static int find_all(struct finding *f, int *calls)
{
    int n = 0;
    int64_t at = INT64_MAX;
    f->found.more = true;
    for (*calls = 0; f->found.more; ++*calls) {
        assert_ok(gt_db_read(kit.db, "find", find_in, f));
        for (size_t i = 0; i < f->found.n; i++, n++) {
            assert_true(f->rows[i].at < at);
            at = f->rows[i].at;
        }
        f->find.before_at = f->found.before_at;
        f->find.before_id = 0;
        if (f->found.n == f->find.most) {
            f->find.before_at = f->rows[f->found.n - 1].at;
            f->find.before_id = f->rows[f->found.n - 1].id;
        }
    }
    return n;
}

static void what_is_rare_is_found_by_going_on(void **state)
{
    static struct finding f;
    int calls;
    (void)state;
    for (int i = 0; i < MANY; i += 500)
        assert_ok(gt_db_transact(kit.db, "fill", fill_in, &i));
    f.find = (struct gt_oplog_find){.who = "omebod", .most = 100};
    assert_int_equal(find_all(&f, &calls), 5);
    assert_in_range(calls, 2, 6);
    f.find = (struct gt_oplog_find){.who = "somebody", .most = 2};
    assert_int_equal(find_all(&f, &calls), 5);
    assert_int_equal(calls, 3); /* by its index */
    f.find = (struct gt_oplog_find){.what = "add", .object = "thing 4", .who = "SOME", .most = 100};
    assert_int_equal(find_all(&f, &calls), 1);
    f.find = (struct gt_oplog_find){.what = "user.add", .most = 100};
    assert_int_equal(find_all(&f, &calls), MANY / 2);
    f.find = (struct gt_oplog_find){.from = 1000000, .to = 1000000 + 300, .most = 100};
    assert_int_equal(find_all(&f, &calls), 100);
    f.find = (struct gt_oplog_find){.who = "nobody", .most = 100};
    assert_int_equal(find_all(&f, &calls), 0);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, start, stop)
    const struct CMUnitTest tests[] = {
        T(each_row_follows_from_the_one_before),
        T(a_change_that_is_rolled_back_leaves_no_gap),
        T(a_first_row_that_is_rolled_back_leaves_no_chain),
        T(writers_have_chains_of_their_own),
        T(long_details_are_cut_at_a_character),
        T(a_changed_row_shows),
        T(a_removed_row_shows),
        T(a_removed_last_row_shows),
        T(a_removed_head_shows),
        T(what_is_rare_is_found_by_going_on),
        T(a_changed_head_shows_and_takes_no_more_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
