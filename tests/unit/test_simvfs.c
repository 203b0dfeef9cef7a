/*
 * The simulation's disk is worth its salt: SQLite in WAL mode on it keeps every acknowledged commit
 * through hundreds of power cuts, and a disk that lies about a sync is noticed.
 */
#include "../simulate/vfs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <sqlite3.h>
#include <stdio.h>

#define CRASHES 500

static sqlite3 *open_db(void)
{
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open_v2("t.db", &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, "t"),
                     SQLITE_OK);
    /* A crash may still be due while the first table is made. */
    (void)sqlite3_exec(
        db,
        "PRAGMA locking_mode = EXCLUSIVE; PRAGMA synchronous = FULL;"
        "PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 25;"
        "CREATE TABLE IF NOT EXISTS t (id INTEGER PRIMARY KEY, sum INTEGER, pad BLOB)",
        NULL, NULL, NULL);
    return db;
}

static int64_t ask(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *stmt = NULL;
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    int64_t value = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    return value;
}

static bool has_table(sqlite3 *db)
{
    return ask(db, "SELECT count(*) FROM sqlite_schema") > 0;
}

/* One commit of three rows; true when it was acknowledged. */
static bool commit(sqlite3 *db, int64_t first, struct sim_rng *rng)
{
    char sql[512];
    int pad = (int)sim_rng_below(rng, 9000);
    (void)snprintf(
        sql, sizeof(sql),
        "BEGIN IMMEDIATE; INSERT INTO t VALUES (%lld, 1, zeroblob(%d)), (%lld, 2, NULL), "
        "(%lld, 3, NULL); COMMIT",
        (long long)first, pad, (long long)first + 1, (long long)first + 2);
    return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK;
}

static void acknowledged_commits_survive_power_cuts(void **state)
{
    (void)state;
    struct sim_disk *disk = sim_disk_new("t");
    struct sim_rng rng = {20261122};
    int64_t acked = 0, total = 0, seen_unacked = 0;
    for (int crash = 0; crash < CRASHES; crash++) {
        if (crash % 20 == 0) {
            sim_disk_reset(disk, false, (uint64_t)crash);
            total += acked;
            acked = 0;
        }
        if (crash % 5 == 4)
            sim_disk_fail_sync_at(disk, (int)sim_rng_from(&rng, 1, 40));
        else
            sim_disk_cut_at(disk, (int)sim_rng_from(&rng, 1, 40));
        sqlite3 *db = open_db();
        while (sim_disk_state(disk) == SIM_DISK_FINE) {
            /* As the store does: nothing after the first error. */
            if (!has_table(db) || !commit(db, acked * 3 + 1, &rng))
                break;
            acked++;
        }
        assert_int_not_equal(sim_disk_state(disk), SIM_DISK_FINE);
        sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
        sqlite3_close(db);
        sim_disk_boot(disk, true);
        db = open_db();
        int64_t rows = ask(db, "SELECT count(*) FROM t");
        assert_int_equal(rows % 3, 0);
        assert_true(rows / 3 == acked || rows / 3 == acked + 1);
        seen_unacked += rows / 3 - acked;
        acked = rows / 3;
        assert_int_equal(ask(db, "SELECT ifnull(sum(sum), 0) FROM t"), acked * 6);
        assert_int_equal(ask(db, "SELECT ifnull(max(id), 0) FROM t"), acked * 3);
        if (crash % 20 == 19)
            assert_int_equal(ask(db, "SELECT count(*) FROM pragma_integrity_check "
                                     "WHERE integrity_check <> 'ok'"),
                             0);
        sqlite3_close(db);
    }
    /* Both kinds of luck must have been met, or the disk is no test. */
    assert_true(total > CRASHES);
    assert_true(seen_unacked > CRASHES / 20);
    sim_disk_free(disk);
}

/* Whether the database can be read and holds so many rows. */
static bool keeps(sqlite3 *db, int64_t rows)
{
    sqlite3_stmt *stmt = NULL;
    bool is = sqlite3_prepare_v2(db, "SELECT count(*) FROM t", -1, &stmt, NULL) == SQLITE_OK &&
              sqlite3_step(stmt) == SQLITE_ROW && sqlite3_column_int64(stmt, 0) == rows;
    sqlite3_finalize(stmt);
    return is;
}

static void relaxed_commits_do_not(void **state)
{
    (void)state;
    struct sim_disk *disk = sim_disk_new("t");
    struct sim_rng rng = {1};
    int lost = 0;
    for (uint64_t i = 0; i < 20; i++) {
        sim_disk_reset(disk, false, i);
        sqlite3 *db = open_db();
        assert_int_equal(sqlite3_exec(db, "PRAGMA synchronous = OFF", NULL, NULL, NULL), SQLITE_OK);
        for (int k = 0; k < 8; k++)
            assert_true(commit(db, k * 3 + 1, &rng));
        sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
        sqlite3_close(db);
        sim_disk_boot(disk, true);
        db = open_db();
        lost += !keeps(db, 24);
        sqlite3_close(db);
    }
    assert_true(lost > 5);
    sim_disk_free(disk);
}

static void a_full_disk_takes_nothing(void **state)
{
    (void)state;
    struct sim_disk *disk = sim_disk_new("t");
    struct sim_rng rng = {3};
    sim_disk_reset(disk, false, 3);
    sqlite3 *db = open_db();
    assert_true(commit(db, 1, &rng));
    sim_disk_fill(disk, true);
    bool refused = false;
    int64_t acked = 1;
    for (int i = 0; i < 40; i++) {
        if (commit(db, acked * 3 + 1, &rng)) {
            acked++;
        } else {
            refused = true;
            (void)sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
        }
    }
    assert_true(refused);
    sim_disk_fill(disk, false);
    assert_true(commit(db, acked * 3 + 1, &rng));
    assert_int_equal(ask(db, "SELECT count(*) FROM t"), (acked + 1) * 3);
    sqlite3_close(db);
    sim_disk_free(disk);
}

static void a_seed_gives_the_same_disk(void **state)
{
    (void)state;
    struct sim_disk *disk = sim_disk_new("t");
    uint64_t rows[2] = {0, 0};
    for (int run = 0; run < 2; run++) {
        struct sim_rng rng = {5};
        sim_disk_reset(disk, false, 99);
        for (int crash = 0; crash < 20; crash++) {
            sim_disk_cut_at(disk, (int)sim_rng_from(&rng, 2, 20));
            sqlite3 *db = open_db();
            int64_t n = sim_disk_state(disk) == SIM_DISK_FINE && has_table(db)
                            ? ask(db, "SELECT count(*) FROM t")
                            : 0;
            while (sim_disk_state(disk) == SIM_DISK_FINE && commit(db, n + 1, &rng))
                n += 3;
            sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
            sqlite3_close(db);
            sim_disk_boot(disk, true);
            rows[run] = rows[run] * 31 + (uint64_t)n;
        }
    }
    assert_int_equal(rows[0], rows[1]);
    sim_disk_free(disk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(acknowledged_commits_survive_power_cuts),
        cmocka_unit_test(relaxed_commits_do_not),
        cmocka_unit_test(a_full_disk_takes_nothing),
        cmocka_unit_test(a_seed_gives_the_same_disk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
