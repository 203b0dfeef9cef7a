/*
 * Migrations: the files of sql/, applied in order, each once and whole.
 *
 * What was applied stands in gt_migration with the digest of its file, so that a file changed after
 * its release is found.  Each transaction looks again at what is applied: of two processes that
 * migrate at once, the second finds the work done.
 */
#include "base/clock.h"
#include "store/internal.h"
#include "store/schema.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Ceilings: of a migration file, of its expansion, and of a folder's. */
#define FILE_MAX    (1 << 20)
#define NUMBER_LAST 9999
#define NAME_SIZE   101

static const char table_sql[] =
    "-- What has been applied to this database.\n"
    "CREATE TABLE gt_migration (\n"
    "    number {int} NOT NULL PRIMARY KEY, -- of the migration, from 1\n"
    "    name {key 100} NOT NULL, -- its file\n"
    "    digest {key 64} NOT NULL, -- SHA-256 of the file, in hex\n"
    "    applied_at {int} NOT NULL -- UTC milliseconds\n"
    ") {table};\n";

/* A row a connection of a server, by which the outcome of a lost COMMIT is found (odbc_mark.c). */
static const char mark_sql[] =
    "\n-- Number of the last write transaction of each connection: its own part of it.\n"
    "CREATE TABLE gt_mark (\n"
    "    id {int} NOT NULL PRIMARY KEY, -- by chance\n"
    "    seq {int} NOT NULL, -- 1, 2, … of the connection\n"
    "    made_at {int} NOT NULL -- UTC milliseconds\n"
    ") {table};\n";

GT_STMT(migration_last, "SELECT MAX(number) FROM gt_migration");
GT_STMT(migration_find, "SELECT digest FROM gt_migration WHERE number = ?");
GT_STMT(migration_new,
        "INSERT INTO gt_migration (number, name, digest, applied_at) VALUES (?, ?, ?, ?)");

/* --- the folder ------------------------------------------------------------------------------- */

/* The names of the migrations, sorted: names[i] has the number i + 1. */
struct folder {
    const char *path;
    struct dirent **names;
    int n;
};

static int starts_with_digit(const struct dirent *entry)
{
    return entry->d_name[0] >= '0' && entry->d_name[0] <= '9';
}

/* The number of a migration's file name, 0 if it is not one. */
static int file_number(const char *name)
{
    size_t len = strlen(name);
    if (len < sizeof("0001_x.sql") - 1 || len >= NAME_SIZE || name[4] != '_' ||
        strspn(name, "0123456789") != 4 || strcmp(name + len - 4, ".sql") != 0)
        return 0;
    return (int)strtol(name, NULL, 10);
}

static void folder_done(struct folder *f)
{
    for (int i = 0; i < f->n; i++)
        free(f->names[i]);
    free(f->names);
}

static enum gt_err folder_read(struct folder *f, const char *path)
{
    *f = (struct folder){.path = path};
    int n = scandir(path, &f->names, starts_with_digit, alphasort);
    if (n < 0)
        return errno == ENOENT ? gt_err_sys(GT_ERR_ABSENT, errno, "%s", path)
                               : gt_err_sys(GT_ERR_IO, errno, "cannot read %s", path);
    f->n = n;
    enum gt_err err = GT_OK;
    if (n == 0 || n > NUMBER_LAST)
        err = gt_err_set(GT_ERR_CONFIG, "%s holds %d migrations", path, n);
    for (int i = 0; !err && i < n; i++) {
        int number = file_number(f->names[i]->d_name);
        if (number == 0)
            err = gt_err_set(GT_ERR_CONFIG, "%s/%s is not called NNNN_name.sql", path,
                             f->names[i]->d_name);
        else if (number != i + 1)
            err = gt_err_set(GT_ERR_CONFIG, "%s/%s stands where number %04d belongs", path,
                             f->names[i]->d_name, i + 1);
    }
    if (err)
        folder_done(f);
    return err;
}

/* Appends the file of migration `i`. */
static enum gt_err folder_load(const struct folder *f, int i, struct gt_buf *out)
{
    char *path = NULL;
    if (asprintf(&path, "%s/%s", f->path, f->names[i]->d_name) < 0)
        return gt_err_set(GT_ERR_NOMEM, "no memory for a path");
    enum gt_err err = GT_OK;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = -1;
    if (fd >= 0) {
        char chunk[8192];
        while ((got = read(fd, chunk, sizeof(chunk))) > 0)
            gt_buf_put(out, chunk, (size_t)got);
    }
    if (got < 0)
        err = gt_err_sys(GT_ERR_IO, errno, "cannot read %s", path);
    else if (gt_buf_err(out) || strlen(out->data) != out->len)
        err = gt_err_set(GT_ERR_CONFIG, "%s is too long or no text", path);
    if (fd >= 0)
        close(fd);
    free(path);
    return err;
}

/* --- applying --------------------------------------------------------------------------------- */

struct migration {
    int number, latest; /* latest: the last one of the folder */
    const char *name;
    enum gt_dialect dialect;
    const char *sql; /* expanded */
    char digest[GT_SHA256_HEX];
    bool applied; /* by this call */
};

/* The store's own tables. */
static enum gt_err tables_expand(enum gt_dialect dialect, struct gt_buf *out)
{
    enum gt_err err = gt_sql_expand(dialect, table_sql, out);
    if (!err)
        err = gt_sql_comments(dialect, table_sql, out);
    if (err || dialect == GT_DIALECT_SQLITE)
        return err;
    err = gt_sql_expand(dialect, mark_sql, out);
    return err ? err : gt_sql_comments(dialect, mark_sql, out);
}

/* Looks whether it was applied before, and whether it was the same then. */
static bool applied_before(struct gt_tx *tx, const struct migration *m)
{
    char digest[GT_SHA256_HEX];
    if (!gt_tx_one(tx, &migration_find, GT_INT(m->number)))
        return false;
    gt_col_text(tx, digest, sizeof(digest));
    if (!gt_tx_err(tx) && strcmp(digest, m->digest) != 0)
        gt_tx_fail(tx, gt_err_set(GT_ERR_CONFIG, "%s was changed after it was applied", m->name));
    return true;
}

static enum gt_err apply(struct gt_tx *tx, void *arg)
{
    struct migration *m = arg;
    m->applied = false;
    gt_tx_alone(tx);
    if (!gt_tx_has_table(tx, "gt_migration")) {
        struct gt_buf sql;
        gt_buf_init(&sql, FILE_MAX);
        gt_tx_fail(tx, tables_expand(m->dialect, &sql));
        gt_tx_script(tx, sql.data);
        gt_buf_done(&sql);
    }
    int64_t last = gt_tx_one0(tx, &migration_last) ? gt_col_int(tx) : 0;
    if (last > m->latest)
        return gt_tx_fail(tx, gt_err_set(GT_ERR_CONFIG,
                                         "the database has had migration %lld, the program knows "
                                         "%d: it is too old",
                                         (long long)last, m->latest));
    if (applied_before(tx, m) || gt_tx_err(tx))
        return gt_tx_err(tx);
    gt_tx_script(tx, m->sql);
    gt_tx_exec(tx, &migration_new, GT_INT(m->number), GT_TEXT(m->name), GT_TEXT(m->digest),
               GT_INT(gt_now(gt_clock_system())));
    m->applied = true;
    return gt_tx_err(tx);
}

/* Applies migration `i` of the folder unless it has been. */
static enum gt_err migrate_one(struct gt_db *db, const struct folder *f, int i, bool *applied)
{
    struct migration m = {
        .number = i + 1, .latest = f->n, .name = f->names[i]->d_name, .dialect = gt_db_dialect(db)};
    struct gt_buf file, sql;
    gt_buf_init(&file, FILE_MAX);
    gt_buf_init(&sql, 2 * FILE_MAX);
    uint8_t digest[GT_SHA256_SIZE];
    enum gt_err err = folder_load(f, i, &file);
    if (!err)
        err = gt_sha256(file.data, file.len, digest);
    if (!err) {
        gt_hex_encode(digest, sizeof(digest), m.digest);
        err = gt_sql_expand(m.dialect, file.data, &sql);
    }
    if (!err)
        err = gt_sql_comments(m.dialect, file.data, &sql);
    if (!err) {
        m.sql = sql.data;
        err = gt_db_transact(db, "migrate", apply, &m);
        /* What the file makes is there already, and nobody else was just making it. */
        if (err == GT_ERR_EXISTS)
            err = GT_ERR_SYNTAX;
    }
    *applied = !err && m.applied;
    gt_buf_done(&sql);
    gt_buf_done(&file);
    return gt_err_add(err, "%s", m.name);
}

enum gt_err gt_migrate(struct gt_db *db, const char *path, int *applied)
{
    struct folder f;
    enum gt_err err = folder_read(&f, path);
    if (err)
        return err;
    int count = 0;
    for (int i = 0; !err && i < f.n; i++) {
        bool did = false;
        err = migrate_one(db, &f, i, &did);
        count += did;
    }
    folder_done(&f);
    if (!err)
        *applied = count;
    return err;
}

/* --- looking ---------------------------------------------------------------------------------- */

static enum gt_err find_version(struct gt_tx *tx, void *arg)
{
    int *version = arg;
    *version = 0;
    if (gt_tx_has_table(tx, "gt_migration") && gt_tx_one0(tx, &migration_last))
        *version = (int)gt_col_int(tx);
    return gt_tx_err(tx);
}

enum gt_err gt_schema_version(struct gt_db *db, int *version)
{
    int found = 0;
    enum gt_err err = gt_db_read(db, "schema_version", find_version, &found);
    if (!err)
        *version = found;
    return err;
}

enum gt_err gt_schema_latest(const char *path, int *version)
{
    struct folder f;
    enum gt_err err = folder_read(&f, path);
    if (err)
        return err;
    *version = f.n;
    folder_done(&f);
    return GT_OK;
}

enum gt_err gt_schema_print(enum gt_dialect dialect, const char *path, struct gt_buf *out)
{
    struct folder f;
    enum gt_err err = folder_read(&f, path);
    if (err)
        return err;
    err = tables_expand(dialect, out);
    for (int i = 0; !err && i < f.n; i++) {
        struct gt_buf file;
        gt_buf_init(&file, FILE_MAX);
        err = folder_load(&f, i, &file);
        if (!err) {
            gt_buf_printf(out, "\n-- %s\n\n", f.names[i]->d_name);
            err = gt_sql_expand(dialect, file.data, out);
        }
        if (!err)
            err = gt_sql_comments(dialect, file.data, out);
        err = gt_err_add(err, "%s", f.names[i]->d_name);
        gt_buf_done(&file);
    }
    folder_done(&f);
    return err;
}
