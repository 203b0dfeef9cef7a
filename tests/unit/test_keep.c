/*
 * Rows that the writer keeps: whoever else writes, whatever is rolled back, what is read is what
 * the database holds.
 */
#include "store_kit.h"

#include "store/row.h"

static const char migration[] =
    "CREATE TABLE t_purse (id {int} NOT NULL PRIMARY KEY, owner {key 32} NOT NULL,\n"
    "    no {int} NOT NULL, held {int} NOT NULL, version {int} NOT NULL, seal {key 64}) {table};\n";

#define T_PURSE_COLS(KI, KT, I, T) KI(id) KT(owner, 33) KI(no) I(held) I(version)
struct t_purse {
    GT_ROW_STRUCT(T_PURSE_COLS);
};
extern const struct gt_row t_purse_row;
GT_ROW_DEFINE_KEPT(t_purse, T_PURSE_COLS);

GT_STMT(purse_last, "SELECT {top 1} " GT_ROW_NAMES(
                        T_PURSE_COLS) " FROM t_purse WHERE owner = ? ORDER BY no DESC {limit 1}");
GT_STMT(purse_add, "UPDATE t_purse SET held = held + ? WHERE id = ?");

static int setup(void **state)
{
    static struct kit kit;
    kit_start(&kit, (struct gt_db_conf){0}, migration);
    *state = &kit;
    return 0;
}

static int setup_inline(void **state)
{
    static struct kit kit;
    kit_start(&kit, (struct gt_db_conf){.inline_mode = true}, migration);
    *state = &kit;
    return 0;
}

static int teardown(void **state)
{
    kit_done(*state);
    return 0;
}

/* One transaction on one purse. */
struct work {
    enum { PUT, ADD, ADD_PAST, LAST, LOOK, REMOVE } what;
    int64_t id, amount;
    enum gt_err fail;     /* what the callback ends with */
    struct t_purse purse; /* as it was read */
    bool there;
};

static void work_on(struct gt_tx *tx, struct work *w)
{
    switch (w->what) {
    case PUT:
        w->purse = (struct t_purse){.id = w->id, .owner = "agent", .no = w->id, .held = w->amount};
        gt_row_insert(tx, &t_purse_row, &w->purse);
        return;
    case ADD_PAST:
        (void)gt_tx_exec(tx, &purse_add, GT_INT(w->amount), GT_INT(w->id));
        return;
    case LAST:
        w->there = gt_row_kept_one(tx, &t_purse_row, &w->purse, &purse_last, GT_TEXT("agent"));
        return;
    default:
        w->there = gt_row_lock(tx, &t_purse_row, w->id, &w->purse);
    }
    w->purse.held += w->amount;
    if (w->what == ADD)
        gt_row_save(tx, &t_purse_row, &w->purse);
    if (w->what == REMOVE)
        gt_row_remove(tx, &t_purse_row, &w->purse);
}

static enum gt_err run_work(struct gt_tx *tx, void *arg)
{
    struct work *w = arg;
    work_on(tx, w);
    return w->fail ? w->fail : gt_tx_err(tx);
}

static void act(struct gt_db *db, struct work work)
{
    assert_err(gt_db_transact(db, "act", run_work, &work), work.fail);
}

/* What the purse holds for who writes; -1 if it is not there. */
static int64_t held(struct gt_db *db, int64_t id)
{
    struct work w = {.what = LOOK, .id = id};
    assert_ok(gt_db_transact(db, "look", run_work, &w));
    return w.there ? w.purse.held : -1;
}

static int64_t last_no(struct gt_db *db)
{
    struct work w = {.what = LAST};
    assert_ok(gt_db_transact(db, "last", run_work, &w));
    return w.there ? w.purse.no : -1;
}

static void a_save_is_read_again(void **state)
{
    struct gt_db *db = ((struct kit *)*state)->db;
    act(db, (struct work){.what = PUT, .id = 1, .amount = 10});
    for (int i = 1; i <= 5; i++) {
        act(db, (struct work){.what = ADD, .id = 1, .amount = 1});
        assert_int_equal(held(db, 1), 10 + i);
    }
}

static void another_connection_s_save_is_seen(void **state)
{
    struct kit *kit = *state;
    struct gt_db *other = NULL;
    assert_ok(gt_db_open(
        &(struct gt_db_conf){.path = kit->path, .connection = server_string(&kit->server)},
        &other));
    act(kit->db, (struct work){.what = PUT, .id = 1, .amount = 10});
    for (int i = 1; i <= 5; i++) {
        assert_int_equal(held(kit->db, 1), 9 + 2 * i - 1);
        act(other, (struct work){.what = ADD, .id = 1, .amount = 1});
        act(kit->db, (struct work){.what = ADD, .id = 1, .amount = 1});
        assert_int_equal(held(other, 1), 10 + 2 * i);
    }
    assert_int_equal(last_no(kit->db), 1);
    act(other, (struct work){.what = PUT, .id = 2});
    assert_int_equal(last_no(kit->db), 2);
    gt_db_close(other);
}

static void what_is_rolled_back_is_forgotten(void **state)
{
    struct gt_db *db = ((struct kit *)*state)->db;
    act(db, (struct work){.what = PUT, .id = 1, .amount = 10});
    act(db, (struct work){.what = ADD, .id = 1, .amount = 5, .fail = GT_ERR_RANGE});
    assert_int_equal(held(db, 1), 10);
    act(db, (struct work){.what = PUT, .id = 2, .fail = GT_ERR_RANGE});
    assert_int_equal(held(db, 2), -1);
    assert_int_equal(last_no(db), 1);
    act(db, (struct work){.what = REMOVE, .id = 1, .fail = GT_ERR_RANGE});
    assert_int_equal(held(db, 1), 10);
}

static void a_row_that_comes_or_goes_changes_answers(void **state)
{
    struct gt_db *db = ((struct kit *)*state)->db;
    assert_int_equal(last_no(db), -1);
    for (int i = 1; i <= 3; i++) {
        act(db, (struct work){.what = PUT, .id = i});
        assert_int_equal(last_no(db), i);
        assert_int_equal(last_no(db), i);
    }
    act(db, (struct work){.what = REMOVE, .id = 3});
    assert_int_equal(last_no(db), 2);
    assert_int_equal(held(db, 3), -1);
}

static void a_statement_past_the_rows_is_noticed(void **state)
{
    struct gt_db *db = ((struct kit *)*state)->db;
    act(db, (struct work){.what = PUT, .id = 1, .amount = 10});
    assert_int_equal(held(db, 1), 10);
    act(db, (struct work){.what = ADD_PAST, .id = 1, .amount = 7});
    assert_int_equal(held(db, 1), 17);
}

enum { MANY = 9000, AT_ONCE = 300 };

static enum gt_err put_many(struct gt_tx *tx, void *arg)
{
    int64_t first = *(const int64_t *)arg;
    for (int64_t id = first; id < first + AT_ONCE; id++)
        work_on(tx, &(struct work){.what = PUT, .id = id, .amount = id * 3});
    return gt_tx_err(tx);
}

static enum gt_err look_at_all(struct gt_tx *tx, void *arg)
{
    (void)arg;
    for (int64_t id = 1; id <= MANY; id++) {
        struct t_purse purse;
        assert_true(gt_row_find(tx, &t_purse_row, id, &purse));
        assert_int_equal(purse.id, id);
        assert_int_equal(purse.held, id * 3);
    }
    return gt_tx_err(tx);
}

/* Twice as many as there are places. */
static void rows_that_share_a_place_are_not_mixed_up(void **state)
{
    struct gt_db *db = ((struct kit *)*state)->db;
    for (int64_t first = 1; first <= MANY; first += AT_ONCE)
        assert_ok(gt_db_transact(db, "many", put_many, &first));
    assert_ok(gt_db_transact(db, "look", look_at_all, NULL));
}

#define TEST(function)                                                \
    cmocka_unit_test_setup_teardown(function, setup, teardown),       \
    {                                                                 \
#function " (inline)", function, setup_inline, teardown, NULL \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_save_is_read_again),
        cmocka_unit_test_setup_teardown(another_connection_s_save_is_seen, setup, teardown),
        TEST(what_is_rolled_back_is_forgotten),
        TEST(a_row_that_comes_or_goes_changes_answers),
        TEST(a_statement_past_the_rows_is_noticed),
        TEST(rows_that_share_a_place_are_not_mixed_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
