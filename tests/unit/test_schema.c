/*
 * Dialects and migrations: what the words become, what is applied, and what is refused.
 */
#include "store_kit.h"

#include <sys/wait.h>

#define FIRST "-- Accounts.\nCREATE TABLE t_a (id {int} NOT NULL PRIMARY KEY) {table};\n"
#define SECOND                                                               \
    "CREATE TABLE t_b (id {int} NOT NULL PRIMARY KEY, n {key 9}) {table};\n" \
    "INSERT INTO t_b (id, n) VALUES (1, 'one');\n"

GT_STMT(b_count, "SELECT COUNT(*) FROM t_b");

static int setup(void **state)
{
    static struct kit kit;
    kit_new(&kit);
    kit_file(&kit, "0001_first.sql", FIRST);
    kit_file(&kit, "0002_second.sql", SECOND);
    kit_file(&kit, "README", "no migration\n");
    kit_open(&kit, (struct gt_db_conf){0});
    *state = &kit;
    return 0;
}

static int teardown(void **state)
{
    kit_done(*state);
    return 0;
}

/* --- words ------------------------------------------------------------------------------------ */

static void assert_expands(enum gt_dialect dialect, const char *sql, const char *expected)
{
    struct gt_buf out;
    gt_buf_init(&out, 1000);
    assert_ok(gt_sql_expand(dialect, sql, &out));
    assert_string_equal(out.data, expected);
    gt_buf_done(&out);
}

static void each_dialect_has_its_words(void **state)
{
    (void)state;
    static const char sql[] = "{int} NOT NULL|{key 32} NOT NULL|{text 80}|{doc}|{table}|{top 20}|"
                              "{limit 20}|{lock}|{locked}";
    assert_expands(GT_DIALECT_SQLITE, sql,
                   "INTEGER NOT NULL|TEXT NOT NULL|TEXT|TEXT|STRICT||LIMIT 20||");
    assert_expands(GT_DIALECT_POSTGRES, sql,
                   "BIGINT NOT NULL|VARCHAR(32) COLLATE \"C\" NOT NULL|VARCHAR(80)|TEXT|||"
                   "LIMIT 20||FOR UPDATE");
    assert_expands(GT_DIALECT_MSSQL, sql,
                   "BIGINT NOT NULL|NVARCHAR(32) COLLATE Latin1_General_BIN2 NOT NULL|"
                   "NVARCHAR(80) NULL|NVARCHAR(MAX) NULL||"
                   "TOP 20||WITH (UPDLOCK, ROWLOCK)|");
    assert_expands(GT_DIALECT_SYBASE, sql,
                   "BIGINT NOT NULL|VARCHAR(32) NOT NULL|UNIVARCHAR(80) NULL|UNITEXT NULL|"
                   "LOCK DATAROWS|TOP 20||HOLDLOCK|");
}

static void names_that_sybase_reserves_are_in_brackets(void **state)
{
    (void)state;
    static const char sql[] = "at {int} NOT NULL, gt_x.role, roles, x = At -- at 'role'\n";
    assert_expands(GT_DIALECT_SYBASE, sql,
                   "[at] BIGINT NOT NULL, gt_x.[role], roles, x = [At] -- at 'role'\n");
    assert_expands(GT_DIALECT_MSSQL, sql,
                   "at BIGINT NOT NULL, gt_x.role, roles, x = At -- at 'role'\n");
}

static void comments_and_texts_are_left_alone(void **state)
{
    (void)state;
    assert_expands(GT_DIALECT_MSSQL,
                   "a {int} NULL -- {int} it's\nb {int} NOT NULL /* {x} */ '{y}''{z}'",
                   "a BIGINT NULL -- {int} it's\nb BIGINT NOT NULL /* {x} */ '{y}''{z}'");
    assert_expands(GT_DIALECT_SQLITE, "1-2/3 '{unended", "1-2/3 '{unended");
}

static void unknown_words_are_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {"{}",          "{integer}", "{int 3}",   "{key}",
                                        "{key 0}",     "{key -1}",  "{key 1 2}", "{key 4001}",
                                        "{key 99999}", "{int",      "{Int}",     "{top x}"};
    struct gt_buf out;
    gt_buf_init(&out, 1000);
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        assert_err(GT_ERR_SYNTAX, gt_sql_expand(GT_DIALECT_SQLITE, wrong[i], &out));
    gt_buf_done(&out);
}

static void dialects_have_names(void **state)
{
    (void)state;
    enum gt_dialect dialect;
    for (int i = 0; i < GT_DIALECT__MAX; i++) {
        assert_true(gt_dialect_find(gt_dialect_name((enum gt_dialect)i), &dialect));
        assert_int_equal(dialect, i);
    }
    assert_false(gt_dialect_find("oracle", &dialect));
}

/* --- migrations ------------------------------------------------------------------------------- */

static enum gt_err count_b(struct gt_tx *tx, void *arg)
{
    if (gt_tx_one0(tx, &b_count))
        *(int64_t *)arg = gt_col_int(tx);
    return gt_tx_err(tx);
}

static void each_is_applied_once_in_order(void **state)
{
    struct kit *kit = *state;
    int applied = 9, version = 9;
    int64_t rows = 0;
    assert_ok(gt_schema_version(kit->db, &version));
    assert_int_equal(version, 0);
    assert_ok(gt_schema_latest(kit->folder, &version));
    assert_int_equal(version, 2);
    assert_ok(gt_migrate(kit->db, kit->folder, &applied));
    assert_int_equal(applied, 2);
    assert_ok(gt_migrate(kit->db, kit->folder, &applied));
    assert_int_equal(applied, 0);
    assert_ok(gt_db_read(kit->db, "count", count_b, &rows));
    assert_int_equal(rows, 1);
    kit_file(kit, "0003_third.sql", "INSERT INTO t_b (id, n) VALUES (2, 'two');\n");
    assert_ok(gt_migrate(kit->db, kit->folder, &applied));
    assert_int_equal(applied, 1);
    assert_ok(gt_schema_version(kit->db, &version));
    assert_int_equal(version, 3);
}

static void a_failing_one_leaves_nothing_behind(void **state)
{
    struct kit *kit = *state;
    int applied = 9, version = 9;
    kit_file(kit, "0002_second.sql", SECOND "CREATE TABLE t_a (id {int}) {table};\n");
    assert_err(GT_ERR_SYNTAX, gt_migrate(kit->db, kit->folder, &applied));
    assert_holds(gt_err_text(), "0002_second.sql: ");
    assert_int_equal(applied, 9);
    assert_ok(gt_schema_version(kit->db, &version));
    assert_int_equal(version, 1);
    kit_file(kit, "0002_second.sql", SECOND);
    assert_ok(gt_migrate(kit->db, kit->folder, &applied));
    assert_int_equal(applied, 1);
}

static void a_released_file_must_not_change(void **state)
{
    struct kit *kit = *state;
    int applied = 0;
    assert_ok(gt_migrate(kit->db, kit->folder, &applied));
    kit_file(kit, "0001_first.sql", FIRST "\n");
    assert_err(GT_ERR_CONFIG, gt_migrate(kit->db, kit->folder, &applied));
    assert_holds(gt_err_text(), "0001_first.sql was changed");
}

static void a_folder_with_gaps_or_other_names_is_refused(void **state)
{
    struct kit *kit = *state;
    int applied = 0, version = 0;
    kit_file(kit, "0004_fourth.sql", "-- nothing\n");
    assert_err(GT_ERR_CONFIG, gt_migrate(kit->db, kit->folder, &applied));
    assert_holds(gt_err_text(), "0004_fourth.sql");
    kit_file(kit, "0003_third.sql", "-- nothing\n");
    assert_ok(gt_schema_latest(kit->folder, &version));
    assert_int_equal(version, 4);
    kit_file(kit, "0003_twice.sql", "-- nothing\n");
    assert_err(GT_ERR_CONFIG, gt_schema_latest(kit->folder, &version));
    kit_file(kit, "5_fifth.sql", "-- nothing\n");
    assert_err(GT_ERR_CONFIG, gt_schema_latest(kit->folder, &version));
    assert_err(GT_ERR_ABSENT, gt_schema_latest("/nowhere/at/all", &version));
}

static void a_database_newer_than_the_program_is_refused(void **state)
{
    struct kit *kit = *state;
    int applied = 0;
    char path[UNIT_PATH_MAX + 32];
    assert_ok(gt_migrate(kit->db, kit->folder, &applied));
    snprintf(path, sizeof(path), "%s/0002_second.sql", kit->folder);
    assert_int_equal(unlink(path), 0);
    assert_err(GT_ERR_CONFIG, gt_migrate(kit->db, kit->folder, &applied));
    assert_holds(gt_err_text(), "too old");
}

/* Exits with how many it applied, or 100 and why. */
static pid_t migrate_in_child(const struct kit *kit)
{
    pid_t child = fork();
    if (child != 0)
        return child;
    struct gt_db *db = NULL;
    int applied = 100;
    struct gt_db_conf conf = {
        .path = kit->path, .connection = server_string(&kit->server), .create = true};
    if (gt_db_open(&conf, &db) != GT_OK || gt_migrate(db, kit->folder, &applied) != GT_OK) {
        applied = 100;
        print_error("%s\n", gt_err_text());
    }
    gt_db_close(db);
    _exit(applied);
}

static void processes_that_migrate_at_once_apply_each_once(void **state)
{
    struct kit *kit = *state;
    pid_t children[4];
    int applied = 0;
    gt_db_close(kit->db); /* no threads when forking, and the file is made by a child */
    kit->db = NULL;
    for (int i = 0; i < 4; i++)
        children[i] = migrate_in_child(kit);
    for (int i = 0; i < 4; i++) {
        int status = 0;
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_true(WIFEXITED(status));
        applied += WEXITSTATUS(status);
    }
    assert_int_equal(applied, 2);
}

static void the_schema_is_printed_with_its_comments(void **state)
{
    struct kit *kit = *state;
    struct gt_buf out;
    gt_buf_init(&out, 10000);
    assert_ok(gt_schema_print(GT_DIALECT_SYBASE, kit->folder, &out));
    const char *table = strstr(out.data, "CREATE TABLE gt_migration");
    const char *first = strstr(out.data, "-- Accounts.\nCREATE TABLE t_a (id BIGINT NOT NULL "
                                         "PRIMARY KEY) LOCK DATAROWS;\n");
    const char *second = strstr(out.data, "CREATE TABLE t_b");
    assert_non_null(table);
    assert_non_null(first);
    assert_non_null(second);
    assert_true(table < first && first < second);
    gt_buf_reset(&out);
    assert_ok(gt_schema_print(GT_DIALECT_POSTGRES, kit->folder, &out));
    assert_holds(out.data, "COMMENT ON TABLE t_a IS 'Accounts.';\n");
    assert_holds(out.data, "COMMENT ON COLUMN gt_migration.name IS 'its file';\n");
    assert_holds(out.data, "COMMENT ON COLUMN gt_mark.id IS 'by chance';\n");
    gt_buf_done(&out);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_dialect_has_its_words),
        cmocka_unit_test(names_that_sybase_reserves_are_in_brackets),
        cmocka_unit_test(comments_and_texts_are_left_alone),
        cmocka_unit_test(unknown_words_are_refused),
        cmocka_unit_test(dialects_have_names),
        TEST(each_is_applied_once_in_order),
        TEST(a_failing_one_leaves_nothing_behind),
        TEST(a_released_file_must_not_change),
        TEST(a_folder_with_gaps_or_other_names_is_refused),
        TEST(a_database_newer_than_the_program_is_refused),
        TEST(processes_that_migrate_at_once_apply_each_once),
        TEST(the_schema_is_printed_with_its_comments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
