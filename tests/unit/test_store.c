/*
 * The database as callers see it: binds, columns, sticky errors, one consistent state for readers,
 * keys in blocks, the statements of the program.  Threads and processes are in test_writer.c.
 */
#include "store_kit.h"

#include "store/key.h"

#include <pthread.h>

static const char migration[] =
    "CREATE TABLE t_note (id {int} NOT NULL PRIMARY KEY, code {key 40}, body {text 80}, n {int})\n"
    "    {table};\n"
    "CREATE UNIQUE INDEX t_note_code ON t_note (code);\n"
    "CREATE TABLE gt_keyblock (name {key 32} NOT NULL PRIMARY KEY, next {int} NOT NULL) {table};\n";

GT_STMT(note_new, "INSERT INTO t_note (id, code, body, n) VALUES (?, ?, ?, ?)");
GT_STMT(note_find, "SELECT id, code, body, n FROM t_note WHERE id = ?");
GT_STMT(note_list, "SELECT {top 2} id FROM t_note ORDER BY id {limit 2}");
GT_STMT(note_sum, "SELECT SUM(n), COUNT(*) FROM t_note");
GT_STMT(note_move, "UPDATE t_note SET n = n + ?");
GT_STMT(note_bodiless, "SELECT COUNT(*) FROM t_note WHERE body IS NULL");
GT_STMT(note_wrong, "SELECT n FROM t_nowhere");
GT_STMT(note_two, "DELETE FROM t_note; DELETE FROM t_note");

struct note {
    int64_t id;
    const char *code, *body;
    int64_t n;
};

static enum gt_err add_note(struct gt_tx *tx, void *arg)
{
    const struct note *note = arg;
    gt_tx_exec(tx, &note_new, GT_INT(note->id), GT_TEXT(note->code), GT_TEXT(note->body),
               GT_INT(note->n));
    return gt_tx_err(tx);
}

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

static void add(struct kit *kit, struct note note)
{
    assert_ok(gt_db_transact(kit->db, "add", add_note, &note));
}

/* --- values ----------------------------------------------------------------------------------- */

static enum gt_err read_values(struct gt_tx *tx, void *arg)
{
    (void)arg;
    char code[40], body[80];
    assert_true(gt_tx_one(tx, &note_find, GT_INT(1)));
    assert_int_equal(gt_col_int(tx), 1);
    gt_col_text(tx, code, sizeof(code));
    gt_col_text(tx, body, sizeof(body));
    assert_string_equal(code, "电业局");
    assert_string_equal(body, "");
    assert_true(gt_col_int(tx) == INT64_MIN);
    assert_false(gt_tx_next(tx));
    assert_false(gt_tx_next(tx));
    assert_false(gt_tx_one(tx, &note_find, GT_INT(2)));
    assert_true(gt_tx_one0(tx, &note_bodiless));
    assert_int_equal(gt_col_int(tx), 1);
    return gt_tx_err(tx);
}

static void values_come_back_and_empty_is_null(void **state)
{
    struct kit *kit = *state;
    add(kit, (struct note){1, "电业局", "", INT64_MIN});
    assert_ok(gt_db_read(kit->db, "values", read_values, NULL));
}

static enum gt_err read_null_int(struct gt_tx *tx, void *arg)
{
    *(int64_t *)arg = 5;
    if (gt_tx_one0(tx, &note_sum))
        *(int64_t *)arg = gt_col_int(tx);
    return gt_tx_err(tx);
}

static void null_integer_is_zero(void **state)
{
    struct kit *kit = *state;
    int64_t sum = 1;
    assert_ok(gt_db_read(kit->db, "sum", read_null_int, &sum));
    assert_int_equal(sum, 0);
}

static enum gt_err read_short(struct gt_tx *tx, void *arg)
{
    char code[4] = "xxx";
    (void)arg;
    assert_true(gt_tx_one(tx, &note_find, GT_INT(1)));
    gt_col_int(tx);
    gt_col_text(tx, code, sizeof(code));
    assert_string_equal(code, "");
    assert_err(GT_ERR_TOOBIG, gt_tx_err(tx));
    return gt_tx_err(tx);
}

static enum gt_err read_wrong_order(struct gt_tx *tx, void *arg)
{
    (void)arg;
    char text[40];
    assert_true(gt_tx_one(tx, &note_find, GT_INT(1)));
    gt_col_text(tx, text, sizeof(text));
    return GT_OK; /* the error sticks all the same */
}

static enum gt_err read_too_many(struct gt_tx *tx, void *arg)
{
    (void)arg;
    assert_true(gt_tx_one0(tx, &note_list));
    gt_col_int(tx);
    assert_ok(gt_tx_err(tx));
    gt_col_int(tx);
    return gt_tx_err(tx);
}

static void wrong_columns_fail(void **state)
{
    struct kit *kit = *state;
    add(kit, (struct note){1, "code", "body", 1});
    assert_err(GT_ERR_TOOBIG, gt_db_read(kit->db, "short", read_short, NULL));
    assert_err(GT_ERR_INTERNAL, gt_db_read(kit->db, "order", read_wrong_order, NULL));
    assert_holds(gt_err_text(), "note_find");
    assert_err(GT_ERR_INTERNAL, gt_db_read(kit->db, "many", read_too_many, NULL));
}

static enum gt_err list_two(struct gt_tx *tx, void *arg)
{
    int *seen = arg;
    *seen = 0;
    gt_tx_query0(tx, &note_list);
    while (gt_tx_next(tx))
        *seen += (int)gt_col_int(tx);
    return gt_tx_err(tx);
}

static void limit_words_work(void **state)
{
    struct kit *kit = *state;
    int seen = 0;
    for (int i = 1; i <= 4; i++) {
        char code[8];
        snprintf(code, sizeof(code), "c%d", i);
        add(kit, (struct note){i, code, "", 0});
    }
    assert_ok(gt_db_read(kit->db, "list", list_two, &seen));
    assert_int_equal(seen, 1 + 2);
}

/* --- errors ----------------------------------------------------------------------------------- */

static enum gt_err stick(struct gt_tx *tx, void *arg)
{
    (void)arg;
    gt_tx_exec(tx, &note_new, GT_INT(7), GT_TEXT("seven"), GT_TEXT(""), GT_INT(0));
    assert_ok(gt_tx_err(tx));
    gt_tx_exec(tx, &note_new, GT_INT(8), GT_TEXT("seven"), GT_TEXT(""), GT_INT(0));
    assert_err(GT_ERR_EXISTS, gt_tx_err(tx));
    assert_int_equal(gt_tx_exec(tx, &note_new, GT_INT(9), GT_TEXT("n"), GT_TEXT(""), GT_INT(0)), 0);
    assert_false(gt_tx_one(tx, &note_find, GT_INT(7)));
    assert_int_equal(gt_col_int(tx), 0);
    assert_err(GT_ERR_EXISTS, gt_tx_fail(tx, GT_ERR_IO));
    return GT_OK;
}

static void first_error_sticks_and_nothing_is_stored(void **state)
{
    struct kit *kit = *state;
    int64_t count = 0;
    assert_err(GT_ERR_EXISTS, gt_db_transact(kit->db, "stick", stick, NULL));
    assert_holds(gt_err_text(), "stick: note_new: ");
    assert_ok(gt_db_read(kit->db, "sum", read_null_int, &count));
    add(kit, (struct note){7, "seven", "", 0});
    add(kit, (struct note){9, "n", "", 0});
}

static enum gt_err run_wrong(struct gt_tx *tx, void *arg)
{
    gt_tx_query_(tx, arg, NULL, 0);
    assert_false(gt_tx_next(tx));
    return gt_tx_err(tx);
}

static enum gt_err run_too_few(struct gt_tx *tx, void *arg)
{
    (void)arg;
    gt_tx_exec(tx, &note_new, GT_INT(1), GT_TEXT("x"));
    return gt_tx_err(tx);
}

static enum gt_err next_of_nothing(struct gt_tx *tx, void *arg)
{
    (void)arg;
    assert_false(gt_tx_next(tx));
    return gt_tx_err(tx);
}

static void mistakes_in_statements_are_named(void **state)
{
    struct kit *kit = *state;
    assert_int_equal(gt_db_read(kit->db, "wrong", run_wrong, (void *)(uintptr_t)&note_wrong),
                     GT_ERR_SYNTAX);
    assert_holds(gt_err_text(), "note_wrong: ");
    assert_holds(gt_err_text(), "t_nowhere");
    assert_int_equal(gt_db_transact(kit->db, "two", run_wrong, (void *)(uintptr_t)&note_two),
                     GT_ERR_SYNTAX);
    assert_err(GT_ERR_INTERNAL, gt_db_transact(kit->db, "few", run_too_few, NULL));
    assert_err(GT_ERR_INTERNAL, gt_db_read(kit->db, "next", next_of_nothing, NULL));
}

struct reports {
    int n;
    bool wrong, two;
};

static void note_report(void *ctx, const char *name, const char *why)
{
    struct reports *r = ctx;
    r->n++;
    r->wrong = r->wrong || (strcmp(name, "note_wrong") == 0 && strstr(why, "t_nowhere"));
    r->two = r->two || (strcmp(name, "note_two") == 0 && strstr(why, "not one statement"));
}

static void every_bad_statement_is_reported(void **state)
{
    struct kit *kit = *state;
    struct reports r = {0};
    assert_err(GT_ERR_SYNTAX, gt_db_check_statements(kit->db, note_report, &r));
    assert_int_equal(r.n, 2);
    assert_true(r.wrong);
    assert_true(r.two);
    assert_err(GT_ERR_SYNTAX, gt_db_check_statements(kit->db, NULL, NULL));
}

static enum gt_err write_note(struct gt_tx *tx, void *arg)
{
    (void)arg;
    assert_int_equal(gt_tx_exec(tx, &note_move, GT_INT(1)), 0);
    return gt_tx_err(tx);
}

static void readers_cannot_write(void **state)
{
    struct kit *kit = *state;
    add(kit, (struct note){1, "a", "", 1});
    int64_t sum = 0;
    assert_err(GT_ERR_INTERNAL, gt_db_read(kit->db, "write", write_note, NULL));
    assert_ok(gt_db_read(kit->db, "sum", read_null_int, &sum));
    assert_int_equal(sum, 1);
}

static enum gt_err nest(struct gt_tx *tx, void *arg)
{
    int64_t sum;
    (void)tx;
    assert_err(GT_ERR_INTERNAL, gt_db_read(arg, "inner", read_null_int, &sum));
    return gt_db_transact(arg, "inner", nest, arg);
}

static void a_transaction_inside_another_is_refused(void **state)
{
    struct kit *kit = *state;
    assert_err(GT_ERR_INTERNAL, gt_db_transact(kit->db, "outer", nest, kit->db));
}

static enum gt_err always_changed(struct gt_tx *tx, void *arg)
{
    ++*(int *)arg;
    return gt_tx_fail(tx, GT_ERR_CHANGED);
}

static void changed_is_tried_again_but_not_for_ever(void **state)
{
    struct kit *kit = *state;
    int runs = 0;
    struct gt_db_stats stats;
    assert_err(GT_ERR_CHANGED, gt_db_transact(kit->db, "changed", always_changed, &runs));
    assert_in_range(runs, 5, 10);
    gt_db_stats(kit->db, &stats);
    assert_int_equal(stats.retries, runs - 1);
}

/* --- opening ---------------------------------------------------------------------------------- */

static void a_file_that_is_not_there(void **state)
{
    only_on_sqlite("a server has no path to a file");
    struct kit *kit = *state;
    struct gt_db *db = NULL;
    char path[UNIT_PATH_MAX + 16];
    snprintf(path, sizeof(path), "%s.other", kit->path);
    struct gt_db_conf conf = {.path = path};
    assert_err(GT_ERR_ABSENT, gt_db_open(&conf, &db));
    conf.inline_mode = true;
    assert_err(GT_ERR_ABSENT, gt_db_open(&conf, &db));
    assert_int_not_equal(access(path, F_OK), 0);
    conf.path = "/nowhere/at/all.db";
    conf.create = true;
    assert_err(GT_ERR_IO, gt_db_open(&conf, &db));
    kit_file(kit, "t.db.other", "This is no database, but a text of some length.\n");
    conf.path = path;
    assert_err(GT_ERR_IO, gt_db_open(&conf, &db));
    assert_null(db);
}

static void what_was_committed_is_there_after_reopening(void **state)
{
    struct kit *kit = *state;
    int64_t sum = 0;
    add(kit, (struct note){1, "a", "", 41});
    kit_reopen(kit, (struct gt_db_conf){0});
    assert_ok(gt_db_read(kit->db, "sum", read_null_int, &sum));
    assert_int_equal(sum, 41);
}

/* --- consistent readers ----------------------------------------------------------------------- */

struct peek {
    struct gt_db *db;
    int64_t first, second;
};

static void *move_notes(void *arg)
{
    struct gt_db *db = arg;
    struct note note = {2, "b", "", 10};
    assert_ok(gt_db_transact(db, "add", add_note, &note));
    return NULL;
}

static enum gt_err peek_twice(struct gt_tx *tx, void *arg)
{
    struct peek *peek = arg;
    pthread_t thread;
    if (gt_tx_one0(tx, &note_sum))
        peek->first = gt_col_int(tx);
    assert_int_equal(pthread_create(&thread, NULL, move_notes, peek->db), 0);
    pthread_join(thread, NULL);
    if (gt_tx_one0(tx, &note_sum))
        peek->second = gt_col_int(tx);
    return gt_tx_err(tx);
}

static void a_reader_sees_one_state(void **state)
{
    struct kit *kit = *state;
    struct peek peek = {.db = kit->db};
    int64_t sum = 0;
    add(kit, (struct note){1, "a", "", 1});
    assert_ok(gt_db_read(kit->db, "peek", peek_twice, &peek));
    assert_int_equal(peek.first, 1);
    assert_int_equal(peek.second, 1);
    assert_ok(gt_db_read(kit->db, "sum", read_null_int, &sum));
    assert_int_equal(sum, 11);
}

static void *read_often(void *arg)
{
    for (int i = 0; i < 50; i++) {
        int64_t sum = 0;
        assert_ok(gt_db_read(arg, "sum", read_null_int, &sum));
        assert_int_equal(sum, 3);
    }
    return NULL;
}

static void more_threads_than_readers_wait(void **state)
{
    struct kit *kit = *state;
    pthread_t threads[12];
    add(kit, (struct note){1, "a", "", 3});
    kit_reopen(kit, (struct gt_db_conf){.readers = 2});
    for (size_t i = 0; i < 12; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, read_often, kit->db), 0);
    for (size_t i = 0; i < 12; i++)
        pthread_join(threads[i], NULL);
}

/* --- keys ------------------------------------------------------------------------------------- */

#define KEYS 300

struct keys {
    struct gt_keysrc *src;
    int64_t got[KEYS];
};

static void *take_keys(void *arg)
{
    struct keys *keys = arg;
    for (int i = 0; i < KEYS; i++)
        assert_ok(gt_key_next(keys->src, i % 3 ? "txn" : "posting", &keys->got[i]));
    return NULL;
}

static int compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Four threads over two sources (as two processes are) on two series: no number comes twice. */
static void no_key_comes_twice(void **state)
{
    struct kit *kit = *state;
    struct gt_keysrc *src[2];
    static struct keys keys[4];
    pthread_t threads[4];
    for (int i = 0; i < 2; i++)
        assert_ok(gt_keysrc_new(kit->db, 7 + i, &src[i]));
    for (int i = 0; i < 4; i++) {
        keys[i].src = src[i % 2];
        assert_int_equal(pthread_create(&threads[i], NULL, take_keys, &keys[i]), 0);
    }
    static int64_t txn[4 * KEYS];
    int n = 0;
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
        for (int j = 0; j < KEYS; j++) {
            if (j % 3)
                txn[n++] = keys[i].got[j];
        }
    }
    qsort(txn, (size_t)n, sizeof(txn[0]), compare);
    assert_int_equal(txn[0], 1);
    for (int i = 1; i < n; i++)
        assert_true(txn[i] > txn[i - 1]);
    for (int i = 0; i < 2; i++)
        gt_keysrc_free(src[i]);
}

static void keys_go_on_behind_the_block_after_a_restart(void **state)
{
    struct kit *kit = *state;
    struct gt_keysrc *src = NULL;
    int64_t key = 0;
    for (int start = 0; start < 3; start++) {
        assert_ok(gt_keysrc_new(kit->db, 100, &src));
        for (int i = 1; i <= 3; i++) {
            assert_ok(gt_key_next(src, "txn", &key));
            assert_int_equal(key, start * 100 + i);
        }
        gt_keysrc_free(src);
    }
    assert_err(GT_ERR_RANGE, gt_keysrc_new(kit->db, 0, &src));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)
#define INLINE_TEST(function)                                         \
    {                                                                 \
#function " (inline)", function, setup_inline, teardown, NULL \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(values_come_back_and_empty_is_null),
        TEST(null_integer_is_zero),
        TEST(wrong_columns_fail),
        TEST(limit_words_work),
        TEST(first_error_sticks_and_nothing_is_stored),
        TEST(mistakes_in_statements_are_named),
        TEST(every_bad_statement_is_reported),
        TEST(readers_cannot_write),
        TEST(a_transaction_inside_another_is_refused),
        TEST(changed_is_tried_again_but_not_for_ever),
        TEST(a_file_that_is_not_there),
        TEST(what_was_committed_is_there_after_reopening),
        TEST(a_reader_sees_one_state),
        TEST(more_threads_than_readers_wait),
        TEST(no_key_comes_twice),
        TEST(keys_go_on_behind_the_block_after_a_restart),
        INLINE_TEST(values_come_back_and_empty_is_null),
        INLINE_TEST(wrong_columns_fail),
        INLINE_TEST(first_error_sticks_and_nothing_is_stored),
        INLINE_TEST(mistakes_in_statements_are_named),
        INLINE_TEST(every_bad_statement_is_reported),
        INLINE_TEST(readers_cannot_write),
        INLINE_TEST(a_transaction_inside_another_is_refused),
        INLINE_TEST(changed_is_tried_again_but_not_for_ever),
        INLINE_TEST(what_was_committed_is_there_after_reopening),
        INLINE_TEST(keys_go_on_behind_the_block_after_a_restart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
