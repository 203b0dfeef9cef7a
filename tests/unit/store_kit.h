/*
 * What the tests of the store share: a temporary folder with a database and migrations in it, or
 * the folder and a schema on the server of GT_TEST_STORE.
 */
#ifndef GT_TESTS_STORE_KIT_H
#define GT_TESTS_STORE_KIT_H

#include "server_kit.h"

#include "store/db.h"
#include "store/schema.h"

#include <sqlite3.h>

struct kit {
    char folder[UNIT_PATH_MAX];
    char path[UNIT_PATH_MAX + 8]; /* of the database */
    struct server server;
    struct gt_db *db; /* NULL until opened */
};

static inline void kit_new(struct kit *kit)
{
    memset(kit, 0, sizeof(*kit));
    unit_folder(kit->folder);
    snprintf(kit->path, sizeof(kit->path), "%s/t.db", kit->folder);
    server_start(&kit->server);
}

static inline void kit_done(struct kit *kit)
{
    gt_db_close(kit->db);
    server_stop(&kit->server);
    unit_remove(kit->folder);
}

static inline void kit_file(const struct kit *kit, const char *name, const char *text)
{
    char path[UNIT_PATH_MAX];
    unit_write(kit->folder, name, text, path);
}

/* Opens the kit's database, made if it is not there. */
static inline void kit_open(struct kit *kit, struct gt_db_conf conf)
{
    conf.path = kit->path;
    conf.connection = server_string(&kit->server);
    conf.create = true;
    assert_ok(gt_db_open(&conf, &kit->db));
}

static inline void kit_reopen(struct kit *kit, struct gt_db_conf conf)
{
    gt_db_close(kit->db);
    kit->db = NULL;
    kit_open(kit, conf);
}

/* A folder with one migration, applied to a new database that stays open. */
static inline void kit_start(struct kit *kit, struct gt_db_conf conf, const char *sql)
{
    int applied = 0;
    kit_new(kit);
    kit_file(kit, "0001_test.sql", sql);
    kit_open(kit, conf);
    assert_ok(gt_migrate(kit->db, kit->folder, &applied));
    assert_int_equal(applied, 1);
}

/* What somebody with the file or a client in hand does to one row.  The store is closed meanwhile,
 * and is opened again with `conf`. */
static inline void kit_tamper(struct kit *kit, struct gt_db_conf conf, const char *sql)
{
    sqlite3 *sqlite = NULL;
    gt_db_close(kit->db);
    kit->db = NULL;
    if (kit->server.string[0]) {
        assert_int_equal(server_run(kit->server.string, sql), 1);
    } else {
        assert_int_equal(sqlite3_open(kit->path, &sqlite), SQLITE_OK);
        assert_int_equal(sqlite3_exec(sqlite, sql, NULL, NULL, NULL), SQLITE_OK);
        assert_int_equal(sqlite3_changes(sqlite), 1);
        assert_int_equal(sqlite3_close(sqlite), SQLITE_OK);
    }
    kit_open(kit, conf);
}

#endif
