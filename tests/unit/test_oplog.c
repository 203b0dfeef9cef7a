/*
 * The operation log: chains that show every row that was changed, removed or added.
 */
#include "access_kit.h"

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
        T(a_changed_head_shows_and_takes_no_more_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
