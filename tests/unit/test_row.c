/*
 * Sealed rows: what is read is what was saved, versions guard against lost updates, and a row that
 * another hand changed shows.  That other hand here is a client past the store.
 */
#include "store_kit.h"

#include "store/row.h"

static const char migration[] =
    "CREATE TABLE t_account (id {int} NOT NULL PRIMARY KEY, owner {key 32}, held {int},\n"
    "    note {text 79}, version {int}, seal {key 64}) {table};\n"
    "CREATE TABLE t_twin (id {int} NOT NULL PRIMARY KEY, owner {key 32}, held {int},\n"
    "    note {text 79}, version {int}, seal {key 64}) {table};\n"
    "CREATE TABLE t_long (id {int} NOT NULL PRIMARY KEY, reply {doc}, version {int},\n"
    "    seal {key 64}) {table};\n";

#define T_ACCOUNT_COLS(KI, KT, I, T) KI(id) KT(owner, 33) I(held) T(note, 80) I(version)
struct t_account {
    GT_ROW_STRUCT(T_ACCOUNT_COLS);
};
struct t_twin {
    GT_ROW_STRUCT(T_ACCOUNT_COLS);
};
#define T_LONG_COLS(KI, KT, I, T) KI(id) T(reply, 20000) I(version)
struct t_long {
    GT_ROW_STRUCT(T_LONG_COLS);
};

extern const struct gt_row t_account_row, t_twin_row, t_long_row;
GT_ROW_DEFINE(t_account, T_ACCOUNT_COLS);
GT_ROW_DEFINE(t_twin, T_ACCOUNT_COLS);
GT_ROW_DEFINE(t_long, T_LONG_COLS);

GT_STMT(account_by_owner, GT_ROW_SELECT(t_account, T_ACCOUNT_COLS) " WHERE owner = ?");

static const uint8_t seal_key[GT_KEY_SIZE] = "a key of thirty-two bytes, abcde";

static int setup(void **state)
{
    static struct kit kit;
    kit_start(&kit, (struct gt_db_conf){.seal_key = seal_key, .inline_mode = true}, migration);
    *state = &kit;
    return 0;
}

static int teardown(void **state)
{
    kit_done(*state);
    return 0;
}

/* One operation on one account. */
struct op {
    void (*run)(struct gt_tx *tx, const struct gt_row *def, void *row);
    const struct gt_row *def;
    void *row;
};

static enum gt_err run_op(struct gt_tx *tx, void *arg)
{
    const struct op *op = arg;
    op->run(tx, op->def, op->row);
    return gt_tx_err(tx);
}

static enum gt_err insert(struct kit *kit, const struct gt_row *def, void *row)
{
    struct op op = {gt_row_insert, def, row};
    return gt_db_transact(kit->db, "insert", run_op, &op);
}

static enum gt_err save(struct kit *kit, void *row)
{
    struct op op = {gt_row_save, &t_account_row, row};
    return gt_db_transact(kit->db, "save", run_op, &op);
}

static void remove_row(struct gt_tx *tx, const struct gt_row *def, void *row)
{
    gt_row_remove(tx, def, row);
}

static enum gt_err drop(struct kit *kit, void *row)
{
    struct op op = {remove_row, &t_account_row, row};
    return gt_db_transact(kit->db, "remove", run_op, &op);
}

static void find_row(struct gt_tx *tx, const struct gt_row *def, void *row)
{
    int64_t id = *(int64_t *)row; /* the first member of each of them */
    if (!gt_row_find(tx, def, id, row))
        gt_tx_fail(tx, GT_ERR_ABSENT);
}

static enum gt_err find(struct kit *kit, const struct gt_row *def, void *row)
{
    struct op op = {find_row, def, row};
    return gt_db_read(kit->db, "find", run_op, &op);
}

static void tamper(struct kit *kit, const char *sql)
{
    kit_tamper(kit, (struct gt_db_conf){.seal_key = seal_key, .inline_mode = true}, sql);
}

static struct t_account sample(void)
{
    return (struct t_account){.id = 1, .owner = "cashier:7", .held = -5, .note = "收费员"};
}

/* --- reading and writing ---------------------------------------------------------------------- */

static void what_was_inserted_is_found(void **state)
{
    struct kit *kit = *state;
    struct t_account acc = sample(), found = {.id = 1};
    assert_ok(insert(kit, &t_account_row, &acc));
    assert_int_equal(acc.version, 1);
    assert_ok(find(kit, &t_account_row, &found));
    assert_memory_equal(&found, &acc, sizeof(acc));
    found.id = 2;
    assert_err(GT_ERR_ABSENT, find(kit, &t_account_row, &found));
    assert_err(GT_ERR_EXISTS, insert(kit, &t_account_row, &acc));
}

static enum gt_err find_owner(struct gt_tx *tx, void *arg)
{
    struct t_account *acc = arg;
    char owner[33];
    memcpy(owner, acc->owner, sizeof(owner));
    if (!gt_row_one(tx, &t_account_row, acc, &account_by_owner, GT_TEXT(owner)))
        return gt_tx_fail(tx, GT_ERR_ABSENT);
    return gt_tx_err(tx);
}

static void a_statement_of_ones_own_reads_rows(void **state)
{
    struct kit *kit = *state;
    struct t_account acc = sample(), found = {.owner = "cashier:7"};
    assert_ok(insert(kit, &t_account_row, &acc));
    assert_ok(gt_db_read(kit->db, "owner", find_owner, &found));
    assert_memory_equal(&found, &acc, sizeof(acc));
    found = (struct t_account){.owner = "cashier:8"};
    assert_err(GT_ERR_ABSENT, gt_db_read(kit->db, "owner", find_owner, &found));
}

static void a_save_changes_and_counts_versions(void **state)
{
    struct kit *kit = *state;
    struct t_account acc = sample(), found = {.id = 1};
    assert_ok(insert(kit, &t_account_row, &acc));
    for (int i = 0; i < 3; i++) {
        acc.held += 100;
        acc.note[0] = '\0';
        assert_ok(save(kit, &acc));
        assert_int_equal(acc.version, 2 + i);
    }
    assert_ok(find(kit, &t_account_row, &found));
    assert_int_equal(found.held, 295);
    assert_string_equal(found.note, "");
    assert_int_equal(found.version, 4);
}

static void a_fixed_column_is_never_saved(void **state)
{
    struct kit *kit = *state;
    struct t_account acc = sample(), found = {.id = 1};
    assert_ok(insert(kit, &t_account_row, &acc));
    memcpy(acc.owner, "thief", 6);
    assert_ok(save(kit, &acc));
    /* The seal covers what the struct said: the contradiction shows instead of passing. */
    assert_err(GT_ERR_TAMPERED, find(kit, &t_account_row, &found));
}

static void a_stale_row_is_neither_saved_nor_removed(void **state)
{
    struct kit *kit = *state;
    struct t_account acc = sample(), stale;
    assert_ok(insert(kit, &t_account_row, &acc));
    stale = acc;
    acc.held = 1;
    assert_ok(save(kit, &acc));
    stale.held = 2;
    assert_err(GT_ERR_CHANGED, save(kit, &stale));
    assert_int_equal(stale.version, 1);
    assert_err(GT_ERR_CHANGED, drop(kit, &stale));
    assert_ok(find(kit, &t_account_row, &stale));
    assert_int_equal(stale.held, 1);
    assert_ok(drop(kit, &stale));
    assert_err(GT_ERR_ABSENT, find(kit, &t_account_row, &stale));
}

static void no_text_ends_in_a_blank(void **state)
{
    struct kit *kit = *state;
    struct t_account acc = {.id = 7, .note = "  a b  "}, found;
    assert_ok(insert(kit, &t_account_row, &acc));
    found.id = 7;
    assert_ok(find(kit, &t_account_row, &found));
    assert_string_equal(found.note, "  a b");
    (void)snprintf(found.note, sizeof(found.note), " ");
    assert_ok(save(kit, &found));
    assert_ok(find(kit, &t_account_row, &found));
    assert_string_equal(found.note, "");
}

static void a_long_row_is_sealed_too(void **state)
{
    struct kit *kit = *state;
    static struct t_long row, found;
    row.id = found.id = 4;
    memset(row.reply, 'x', 19999);
    assert_ok(insert(kit, &t_long_row, &row));
    assert_ok(find(kit, &t_long_row, &found));
    assert_memory_equal(&row, &found, sizeof(row));
    tamper(kit, "UPDATE t_long SET reply = replace(reply, 'xx', 'xy')");
    assert_err(GT_ERR_TAMPERED, find(kit, &t_long_row, &found));
}

/* --- tampering -------------------------------------------------------------------------------- */

struct audit {
    int rows, bad;
};

static enum gt_err audit_rows(struct gt_tx *tx, void *arg)
{
    struct audit *audit = arg;
    struct t_account acc;
    *audit = (struct audit){0};
    gt_tx_query(tx, t_account_row.scan, GT_INT(0));
    while (gt_tx_next(tx)) {
        audit->rows++;
        audit->bad += !gt_row_read_unchecked(tx, &t_account_row, &acc);
    }
    return gt_tx_err(tx);
}

/* Every way to change one row is seen by a reader, and counted by the auditor, who goes on. */
static void any_change_by_another_hand_shows(void **state)
{
    static const struct {
        const char *sql;
        bool sqlite; /* only there: a server keeps no such text */
    } changes[] = {
        {"UPDATE t_account SET held = held + 1 WHERE id = 1", false},
        {"UPDATE t_account SET held = NULL WHERE id = 1", false},
        {"UPDATE t_account SET note = 'x' WHERE id = 1", false},
        {"UPDATE t_account SET note = '' WHERE id = 1", false},
        {"UPDATE t_account SET note = owner || char(0) WHERE id = 1", true},
        {"UPDATE t_account SET note = printf('%.100c', 'n') WHERE id = 1", true},
        {"UPDATE t_account SET owner = owner || char(0) || 'x' WHERE id = 1", true},
        {"UPDATE t_account SET owner = note, note = owner WHERE id = 1", false},
        {"UPDATE t_account SET version = version + 1 WHERE id = 1", false},
        {"UPDATE t_account SET seal = NULL WHERE id = 1", false},
        {"UPDATE t_account SET seal = upper(seal) WHERE id = 1", false},
        {"UPDATE t_account SET seal = seal || 'a' WHERE id = 1", true},
        {"UPDATE t_account SET seal = (SELECT seal FROM t_account WHERE id = 2) WHERE id = 1",
         false},
        {"UPDATE t_account SET held = (SELECT held FROM t_account WHERE id = 2) WHERE id = 1",
         false},
    };
    struct kit *kit = *state;
    struct audit audit;
    struct t_account one = sample(), two = sample();
    one.held = 0;
    one.note[0] = '\0';
    two.id = 2;
    assert_ok(insert(kit, &t_account_row, &two));
    for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        struct t_account found = {.id = 1};
        if (changes[i].sqlite && server_given())
            continue;
        assert_ok(insert(kit, &t_account_row, &one));
        assert_ok(gt_db_read(kit->db, "audit", audit_rows, &audit));
        assert_int_equal(audit.bad, 0);
        tamper(kit, changes[i].sql);
        assert_err(GT_ERR_TAMPERED, find(kit, &t_account_row, &found));
        assert_ok(gt_db_read(kit->db, "audit", audit_rows, &audit));
        assert_int_equal(audit.rows, 2);
        assert_int_equal(audit.bad, 1);
        tamper(kit, "DELETE FROM t_account WHERE id = 1");
    }
}

static void a_row_moved_to_another_table_shows(void **state)
{
    struct kit *kit = *state;
    struct t_account acc = sample();
    struct t_twin twin = {.id = 1};
    assert_ok(insert(kit, &t_account_row, &acc));
    tamper(kit, "INSERT INTO t_twin SELECT * FROM t_account");
    assert_err(GT_ERR_TAMPERED, find(kit, &t_twin_row, &twin));
    assert_holds(gt_err_text(), "t_twin 1");
}

static void without_a_key_rows_have_no_seals(void **state)
{
    struct kit *kit = *state;
    struct t_account acc = sample(), found = {.id = 1};
    kit_reopen(kit, (struct gt_db_conf){0});
    assert_ok(insert(kit, &t_account_row, &acc));
    assert_ok(find(kit, &t_account_row, &found));
    assert_memory_equal(&found, &acc, sizeof(acc));
    struct audit audit;
    assert_ok(gt_db_read(kit->db, "audit", audit_rows, &audit));
    assert_int_equal(audit.bad, 0);
    kit_reopen(kit, (struct gt_db_conf){.seal_key = seal_key});
    assert_err(GT_ERR_TAMPERED, find(kit, &t_account_row, &found));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_was_inserted_is_found),
        TEST(a_statement_of_ones_own_reads_rows),
        TEST(a_save_changes_and_counts_versions),
        TEST(a_fixed_column_is_never_saved),
        TEST(a_stale_row_is_neither_saved_nor_removed),
        TEST(no_text_ends_in_a_blank),
        TEST(a_long_row_is_sealed_too),
        TEST(any_change_by_another_hand_shows),
        TEST(a_row_moved_to_another_table_shows),
        TEST(without_a_key_rows_have_no_seals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
