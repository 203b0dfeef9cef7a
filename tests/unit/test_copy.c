/*
 * Copying a store: every row arrives as it was, an interrupted copy goes on, a source that changes
 * is noticed, and the copy sells on.
 *
 * The source is where GT_TEST_STORE says, the copy in a file; and from there it goes back into
 * another place of the server.
 */
#include "till_kit.h"

#include "store/copy.h"
#include "store/layout.h"

#include <pthread.h>
#include <sqlite3.h>

#define SALES 210 /* more entries than a page of the copy has */

static struct kit kit;
static int64_t trace;

/* A store beside the kit's. */
struct target {
    char path[UNIT_PATH_MAX + 16];
    struct server server; /* "" for a file */
    struct gt_db *db;
};
static struct target file, place;

static void target_open(struct target *t)
{
    struct gt_db_conf conf = {.path = t->path,
                              .connection = server_string(&t->server),
                              .seal_key = kit.key,
                              .sync = GT_DB_RELAXED,
                              .create = true};
    char sql[UNIT_PATH_MAX];
    int applied;
    assert_ok(gt_db_open(&conf, &t->db));
    assert_ok(gt_migrate(t->db, unit_source("sql", sql), &applied));
}

/* The kit's store is opened as services do: with threads, so that others may come in between. */
static void source_reopen(void)
{
    struct gt_db_conf conf = {.path = kit.path,
                              .connection = server_string(&kit.server),
                              .seal_key = kit.key,
                              .sync = GT_DB_RELAXED};
    gt_keysrc_free(kit.till.keys);
    gt_db_close(kit.till.db);
    assert_ok(gt_db_open(&conf, &kit.till.db));
    assert_ok(gt_keysrc_new(kit.till.db, 100, &kit.till.keys));
}

static void sell(void)
{
    kit.up.packet = false;
    kit_recharge(&kit, ++trace, "3000000001", 100);
    assert_int_equal(kit_run(&kit), GT_OUT_OK);
}

/* Transactions of all kinds, one of them reversed, one in doubt. */
static int setup(void **state)
{
    (void)state;
    kit_start(&kit);
    source_reopen();
    trace = 0;
    kit_pay_in(&kit, 1000000);
    for (int i = 0; i < SALES; i++)
        sell();
    int64_t sold = kit.result.txn.id;
    kit_reverse(&kit, ++trace, sold, 100);
    assert_int_equal(kit_run(&kit), GT_OUT_OK);
    kit_card_recharge(&kit, ++trace, 1, "01", 5000);
    assert_int_equal(kit_run(&kit), GT_OUT_OK);
    kit.up.nbills = 3;
    kit_pay(&kit, ++trace, "1000000001", 300);
    assert_int_equal(kit_run(&kit), GT_OUT_OK);
    kit.up.next = GT_UP_UNKNOWN;
    kit_recharge(&kit, ++trace, "3000000007", 100);
    assert_int_not_equal(kit_run(&kit), GT_OUT_OK);
    kit.up.next = GT_UP_OK;
    memset(&file, 0, sizeof(file));
    (void)snprintf(file.path, sizeof(file.path), "%s/copy.db", kit.folder);
    target_open(&file);
    memset(&place, 0, sizeof(place));
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    gt_db_close(file.db);
    gt_db_close(place.db);
    server_stop(&place.server);
    kit_stop(&kit);
    return 0;
}

static enum gt_err copy_with(struct gt_copy *copy, struct gt_db *from, struct gt_db *to)
{
    char sql[UNIT_PATH_MAX];
    copy->from = from;
    copy->to = to;
    copy->folder = unit_source("sql", sql);
    copy->last = "gt_state";
    return gt_copy_run(copy);
}

static enum gt_err count_rows(struct gt_tx *tx, void *arg)
{
    struct gt_layout *layout = arg;
    int64_t rows = 0;
    for (int i = 0; i < layout->n; i++) {
        char sql[80];
        const struct gt_stmt loose = {"count", __FILE__, sql};
        const struct gt_stmt *stmt = &loose;
        (void)snprintf(sql, sizeof(sql), "SELECT COUNT(*) FROM %s", layout->tables[i].name);
        rows += gt_tx_one_(tx, &stmt, NULL, 0) ? gt_col_int(tx) : 0;
    }
    layout->tables[0].ncols = (int)rows;
    return gt_tx_err(tx);
}

/* Rows of all tables. */
static int rows_of(struct gt_db *db)
{
    char sql[UNIT_PATH_MAX];
    struct gt_layout *layout = NULL;
    assert_ok(gt_layout_read(unit_source("sql", sql), &layout));
    assert_ok(gt_db_read(db, "count", count_rows, layout));
    int rows = layout->tables[0].ncols;
    free(layout);
    return rows;
}

/* The kit works on another store from now on. */
static void use(struct gt_db *db, struct gt_db **was)
{
    gt_keysrc_free(kit.till.keys);
    *was = kit.till.db;
    kit.till.db = db;
    assert_ok(gt_keysrc_new(db, 100, &kit.till.keys));
}

static void assert_books(struct gt_db *db, int64_t transactions)
{
    struct gt_check_sums sums;
    assert_ok(gt_check_books(db, NULL, NULL, &sums));
    assert_int_equal(sums.differences, 0);
    assert_int_equal(sums.txns, transactions);
}

/* --- copying ---------------------------------------------------------------------------------- */

static void a_copy_has_all_rows_and_sells_on(void **state)
{
    (void)state;
    struct gt_copy copy = {.rows = 0};
    struct gt_db *was = NULL;
    assert_ok(copy_with(&copy, kit.till.db, file.db));
    assert_false(copy.there);
    assert_false(copy.resumed);
    assert_int_equal(copy.rows, rows_of(kit.till.db));
    assert_int_equal(copy.rows, rows_of(file.db));
    assert_books(file.db, SALES + 4);
    use(file.db, &was);
    sell();
    kit.up.fate = GT_UP_FATE_POSTED;
    kit_work(&kit, 60000); /* what was in doubt is decided there */
    kit_books_agree(&kit);
    use(was, &file.db);
    assert_books(kit.till.db, SALES + 4);
}

static void a_copy_goes_into_the_other_kind_of_store_too(void **state)
{
    (void)state;
    struct gt_copy copy = {.rows = 0}, back = {.rows = 0};
    server_start(&place.server);
    (void)snprintf(place.path, sizeof(place.path), "%s/place.db", kit.folder);
    target_open(&place);
    assert_ok(copy_with(&copy, kit.till.db, file.db));
    assert_ok(copy_with(&back, file.db, place.db));
    assert_int_equal(back.rows, copy.rows);
    assert_books(place.db, SALES + 4);
}

static void a_second_copy_changes_nothing(void **state)
{
    (void)state;
    struct gt_copy copy = {.rows = 0};
    struct gt_db *was = NULL;
    assert_ok(copy_with(&copy, kit.till.db, file.db));
    int rows = rows_of(file.db);
    assert_ok(copy_with(&copy, kit.till.db, file.db));
    assert_true(copy.there);
    assert_int_equal(rows_of(file.db), rows);
    use(file.db, &was);
    sell();
    use(was, &file.db);
    rows = rows_of(file.db);
    copy.anew = true;
    assert_err(GT_ERR_EXISTS, copy_with(&copy, kit.till.db, file.db));
    assert_holds(gt_err_text(), "rows of its own");
    assert_int_equal(rows_of(file.db), rows);
}

/* --- interrupted copies ----------------------------------------------------------------------- */

#define IN_THE_WAY "gt_posting"

/* A row that is in the way of one that comes later ends the copy in the middle. */
static void put_in_the_way(bool there)
{
    sqlite3 *other = NULL;
    assert_int_equal(sqlite3_open(file.path, &other), SQLITE_OK);
    sqlite3_busy_timeout(other, 5000);
    assert_int_equal(sqlite3_exec(other,
                                  there ? "INSERT INTO gt_receipt VALUES (1, 1, 210, 0, 1, '')"
                                        : "DELETE FROM gt_receipt WHERE id = 1",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_close(other), SQLITE_OK);
}

static void end_soon(void *ctx, const char *table, int64_t rows, int64_t of)
{
    bool *done = ctx;
    assert_in_range(rows, 1, of);
    if (!*done && strcmp(table, IN_THE_WAY) == 0) {
        *done = true;
        put_in_the_way(true);
    }
}

static void interrupt(void)
{
    bool done = false, begun = false;
    struct gt_copy copy = {.progress = end_soon, .ctx = &done};
    enum gt_err err = copy_with(&copy, kit.till.db, file.db);
    assert_int_equal(err, GT_ERR_EXISTS);
    assert_true(done);
    assert_ok(gt_copy_begun(file.db, &begun));
    assert_true(begun);
    put_in_the_way(false);
}

static enum gt_err find_state(struct gt_tx *tx, void *arg)
{
    struct gt_state platform;
    *(bool *)arg = gt_state_peek(tx, &platform);
    return gt_tx_err(tx);
}

static void an_interrupted_copy_goes_on(void **state)
{
    (void)state;
    bool begun = true, there = true;
    struct gt_copy copy = {.rows = 0};
    interrupt();
    int rows = rows_of(file.db);
    assert_in_range(rows, 1, rows_of(kit.till.db) - 1);
    assert_ok(gt_db_read(file.db, "state", find_state, &there));
    assert_false(there); /* nobody works on half a platform */
    assert_ok(copy_with(&copy, kit.till.db, file.db));
    assert_true(copy.resumed);
    assert_ok(gt_copy_begun(file.db, &begun));
    assert_false(begun);
    assert_int_equal(rows_of(file.db), rows_of(kit.till.db));
    assert_books(file.db, SALES + 4);
}

static void a_source_that_changed_since_is_noticed(void **state)
{
    (void)state;
    struct gt_copy copy = {.rows = 0};
    interrupt();
    sell();
    assert_err(GT_ERR_CHANGED, copy_with(&copy, kit.till.db, file.db));
    assert_holds(gt_err_text(), "changed since");
    copy.anew = true;
    assert_ok(copy_with(&copy, kit.till.db, file.db));
    assert_false(copy.resumed);
    assert_books(file.db, SALES + 5);
}

static void *run_sell(void *arg)
{
    sell();
    return arg;
}

/* A sale in the middle of the copy, by another thread as it would be another process. */
static void sell_meanwhile(void *ctx, const char *table, int64_t rows, int64_t of)
{
    bool *done = ctx;
    pthread_t thread;
    (void)rows;
    (void)of;
    if (*done || strcmp(table, IN_THE_WAY) != 0)
        return;
    *done = true;
    assert_int_equal(pthread_create(&thread, NULL, run_sell, NULL), 0);
    pthread_join(thread, NULL);
}

static void a_source_that_changes_meanwhile_is_noticed(void **state)
{
    (void)state;
    bool done = false, there = true;
    struct gt_copy copy = {.progress = sell_meanwhile, .ctx = &done};
    assert_err(GT_ERR_CHANGED, copy_with(&copy, kit.till.db, file.db));
    assert_holds(gt_err_text(), "while it was copied");
    assert_ok(gt_db_read(file.db, "state", find_state, &there));
    assert_false(there);
    copy = (struct gt_copy){.anew = true};
    assert_ok(copy_with(&copy, kit.till.db, file.db));
    assert_books(file.db, SALES + 5);
}

/* --- tables ----------------------------------------------------------------------------------- */

static int columns_of(sqlite3 *db, const struct gt_layout_table *t)
{
    char sql[120];
    sqlite3_stmt *stmt = NULL;
    int n = 0;
    (void)snprintf(sql, sizeof(sql), "SELECT name, type, pk FROM pragma_table_info('%s')", t->name);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
    for (; sqlite3_step(stmt) == SQLITE_ROW; n++) {
        assert_string_equal((const char *)sqlite3_column_text(stmt, 0), t->cols[n].name);
        assert_string_equal((const char *)sqlite3_column_text(stmt, 1),
                            t->cols[n].text ? "TEXT" : "INTEGER");
        assert_int_equal(sqlite3_column_int(stmt, 2), n == t->key);
    }
    sqlite3_finalize(stmt);
    return n;
}

/* A table that is missed here would be missed by every copy. */
static void the_layout_is_what_the_database_has(void **state)
{
    (void)state;
    char sql[UNIT_PATH_MAX];
    struct gt_layout *layout = NULL;
    sqlite3 *db = NULL;
    sqlite3_stmt *stmt = NULL;
    assert_ok(gt_layout_read(unit_source("sql", sql), &layout));
    assert_int_equal(sqlite3_open(file.path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db,
                                        "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table'"
                                        " AND name <> 'gt_migration'",
                                        -1, &stmt, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    assert_int_equal(sqlite3_column_int(stmt, 0), layout->n);
    sqlite3_finalize(stmt);
    for (int i = 0; i < layout->n; i++)
        assert_int_equal(columns_of(db, &layout->tables[i]), layout->tables[i].ncols);
    sqlite3_close(db);
    free(layout);
}

static void a_layout_knows_what_later_migrations_do(void **state)
{
    (void)state;
    char folder[UNIT_PATH_MAX], path[UNIT_PATH_MAX];
    struct gt_layout *layout = NULL;
    unit_folder(folder);
    unit_write(
        folder, "0001_a.sql",
        "-- a\nCREATE TABLE gt_a (\n    -- the key\n    id {int} NOT NULL PRIMARY KEY, -- k\n"
        "    word {key 8} -- no PRIMARY KEY\n){table};\n"
        "CREATE TABLE gt_b (\n    name {key 8} NOT NULL PRIMARY KEY\n){table};\n",
        path);
    unit_write(folder, "0002_b.sql",
               "ALTER TABLE gt_a ADD more {text 9};\nDROP TABLE gt_b;\n"
               "CREATE TABLE gt_c (\n    id {int} NOT NULL PRIMARY KEY\n){table};\n",
               path);
    assert_ok(gt_layout_read(folder, &layout));
    assert_int_equal(layout->n, 2);
    assert_string_equal(layout->tables[0].name, "gt_a");
    assert_int_equal(layout->tables[0].ncols, 3);
    assert_int_equal(layout->tables[0].key, 0);
    assert_int_equal(gt_layout_col(&layout->tables[0], "more"), 2);
    assert_true(layout->tables[0].cols[2].text);
    assert_string_equal(layout->tables[1].name, "gt_c");
    free(layout);
    unit_write(folder, "0003_c.sql", "CREATE TABLE gt_d (\n    id NUMBER\n){table};\n", path);
    assert_err(GT_ERR_SYNTAX, gt_layout_read(folder, &layout));
    assert_holds(gt_err_text(), "gt_d");
    unit_remove(folder);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_copy_has_all_rows_and_sells_on),
        TEST(a_copy_goes_into_the_other_kind_of_store_too),
        TEST(a_second_copy_changes_nothing),
        TEST(an_interrupted_copy_goes_on),
        TEST(a_source_that_changed_since_is_noticed),
        TEST(a_source_that_changes_meanwhile_is_noticed),
        TEST(the_layout_is_what_the_database_has),
        cmocka_unit_test(a_layout_knows_what_later_migrations_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
