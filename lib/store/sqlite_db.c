/*
 * The SQLite backend: opening a file, its writer thread, its pool of readers, the inline mode.
 *
 * What runs on a connection is in sqlite_tx.c, how waiting callbacks share a commit in writer.c.
 */
#include "store/sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define READERS_DEFAULT 8

/* --- opening ---------------------------------------------------------------------------------- */

static enum gt_err db_open_inline(struct gt_db *db)
{
    enum gt_err err = gt_conn_open(db, GT_CONN_INLINE, &db->sqlite->inline_conn);
    if (err || strcmp(db->sqlite->path, ":memory:") == 0)
        return err;
    return gt_conn_make_wal(db->sqlite->inline_conn);
}

/* A new database is brought into its journal mode by one process while the others wait. */
static enum gt_err db_open_threads(struct gt_db *db)
{
    struct gt_conn *conn = NULL;
    struct gt_turn turn;
    enum gt_err err = GT_OK;
    if (db->sqlite->sync == GT_DB_DURABLE)
        err = gt_vfs_new(db->sqlite->vfs, &db->sqlite->writes);
    if (!err)
        err = gt_conn_open(db, GT_CONN_WRITER, &conn);
    if (err)
        return err;
    err = gt_turn_open(&turn, gt_conn_path(conn));
    if (err) {
        gt_conn_close(conn);
        return err;
    }
    bool wal = false;
    err = gt_conn_is_wal(conn, &wal);
    if (!err && !wal) {
        err = gt_turn_take(&turn);
        if (!err)
            err = gt_conn_make_wal(conn);
        gt_turn_give(&turn);
    }
    if (err) {
        gt_conn_close(conn);
        gt_turn_close(&turn);
        return err;
    }
    db->sqlite->create = false; /* readers never make a file */
    return gt_writer_start(db, conn, &turn, &db->sqlite->writer);
}

static enum gt_err sqlite_open(struct gt_db *db, const struct gt_db_conf *conf)
{
    struct gt_sqlite *s = db->sqlite = calloc(1, sizeof(*s));
    if (!s)
        return gt_err_set(GT_ERR_NOMEM, "no memory to open %s", conf->path);
    pthread_mutexattr_t knows_owner;
    pthread_mutexattr_init(&knows_owner);
    pthread_mutexattr_settype(&knows_owner, PTHREAD_MUTEX_ERRORCHECK);
    pthread_mutex_init(&s->inline_lock, &knows_owner);
    pthread_mutexattr_destroy(&knows_owner);
    gt_pool_init(&s->pool, conf->readers > 0 ? conf->readers : READERS_DEFAULT);
    s->path = strdup(conf->path);
    s->vfs = conf->vfs ? strdup(conf->vfs) : NULL;
    if (!s->path || (conf->vfs && !s->vfs))
        return gt_err_set(GT_ERR_NOMEM, "no memory to open %s", conf->path);
    s->inline_mode = conf->inline_mode;
    s->create = conf->create;
    s->sync = conf->sync;
    s->cache_mib = conf->cache_mib;
    gt_conn_setup();
    return s->inline_mode ? db_open_inline(db) : db_open_threads(db);
}

static void sqlite_close(struct gt_db *db)
{
    struct gt_sqlite *s = db->sqlite;
    struct gt_pool_item *item;
    if (!s)
        return;
    gt_writer_stop(s->writer);
    while ((item = gt_pool_take(&s->pool)) != NULL)
        gt_conn_close((struct gt_conn *)item);
    gt_conn_close(s->inline_conn);
    gt_vfs_free(s->writes);
    pthread_mutex_destroy(&s->inline_lock);
    gt_pool_done(&s->pool);
    free(s->path);
    free(s->vfs);
    free(s);
}

/* --- transactions ----------------------------------------------------------------------------- */

/* A callback must not call the database again: inline it would run inside itself, on the writer
 * thread it would wait for itself. */
static enum gt_err called_inside(void)
{
    return gt_err_set(GT_ERR_INTERNAL, "called inside a transaction");
}

static enum gt_err sqlite_enter(struct gt_db *db)
{
    const struct gt_sqlite *s = db->sqlite;
    return s->writer && gt_writer_is_self(s->writer) ? called_inside() : GT_OK;
}

static enum gt_err run_locked(struct gt_db *db, bool writes, gt_db_fn fn, void *arg)
{
    struct gt_conn *c = db->sqlite->inline_conn;
    enum gt_err err = gt_conn_run(c, writes ? GT_CMD_BEGIN_WRITE : GT_CMD_BEGIN);
    if (err)
        return err;
    err = gt_conn_call(c, writes, fn, arg);
    if (!err)
        err = gt_conn_run(c, GT_CMD_COMMIT);
    if (err)
        gt_conn_rollback(c);
    enum gt_err trusted = gt_db_trusted(db);
    if (trusted)
        return trusted;
    if (!err && writes) {
        atomic_fetch_add_explicit(&db->commits, 1, memory_order_relaxed);
        gt_log_move_inline(c, &db->sqlite->inline_threshold);
    }
    return err;
}

static enum gt_err run_inline(struct gt_db *db, bool writes, gt_db_fn fn, void *arg)
{
    pthread_mutex_t *lock = &db->sqlite->inline_lock;
    if (pthread_mutex_lock(lock) == EDEADLK)
        return called_inside();
    enum gt_err err = run_locked(db, writes, fn, arg);
    pthread_mutex_unlock(lock);
    return err;
}

static enum gt_err sqlite_transact(struct gt_db *db, gt_db_fn fn, void *arg, struct gt_run *run)
{
    enum gt_err err = db->sqlite->inline_mode ? run_inline(db, true, fn, arg)
                                              : gt_writer_run(db->sqlite->writer, fn, arg);
    run->again = err == GT_ERR_CHANGED;
    return err;
}

static enum gt_err reader_get(struct gt_db *db, struct gt_conn **conn)
{
    struct gt_pool_item *item = NULL;
    enum gt_err err = gt_pool_get(&db->sqlite->pool, -1, &item);
    if (err)
        return err;
    if (item) {
        *conn = (struct gt_conn *)item;
        return GT_OK;
    }
    err = gt_conn_open(db, GT_CONN_READER, conn);
    if (err)
        gt_pool_drop(&db->sqlite->pool);
    return err;
}

static enum gt_err run_reader(struct gt_db *db, gt_db_fn fn, void *arg)
{
    struct gt_conn *c = NULL;
    enum gt_err err = reader_get(db, &c);
    if (err)
        return err;
    err = gt_conn_run(c, GT_CMD_BEGIN);
    if (!err) {
        err = gt_conn_call(c, false, fn, arg);
        if (!err)
            err = gt_conn_run(c, GT_CMD_COMMIT);
        gt_conn_rollback(c);
    }
    gt_pool_put(&db->sqlite->pool, &c->item);
    enum gt_err trusted = gt_db_trusted(db);
    return trusted ? trusted : err;
}

static enum gt_err sqlite_read(struct gt_db *db, gt_db_fn fn, void *arg, struct gt_run *run)
{
    (void)run;
    return db->sqlite->inline_mode ? run_inline(db, false, fn, arg) : run_reader(db, fn, arg);
}

static enum gt_err sqlite_prepare(struct gt_db *db, gt_db_fn fn, void *arg)
{
    return sqlite_read(db, fn, arg, NULL);
}

static enum gt_err sqlite_probe(struct gt_db *db, struct gt_db_probe *probe)
{
    (void)db;
    (void)snprintf(probe->server, sizeof(probe->server), "SQLite %s", sqlite3_libversion());
    (void)snprintf(probe->isolation, sizeof(probe->isolation), "%s", "serializable");
    (void)snprintf(probe->collation, sizeof(probe->collation), "%s", "binary");
    return GT_OK;
}

/* The bytes of its file on which SQLite locks: each connection in WAL mode holds a reader's lock on
 * them as long as it is open (sqlite.org/fileformat2.html, "the lock-byte page"). */
#define LOCK_BYTES_AT 0x40000002
#define LOCK_BYTES    510

enum gt_err gt_db_file_user(const char *path, struct gt_db_user *user)
{
    struct flock lock = {
        .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = LOCK_BYTES_AT, .l_len = LOCK_BYTES};
    char comm[40];
    *user = (struct gt_db_user){.pid = 0};
    int fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0)
        return gt_err_sys(errno == ENOENT ? GT_ERR_ABSENT : GT_ERR_IO, errno, "%s", path);
    int rc = fcntl(fd, F_GETLK, &lock);
    int reason = errno;
    close(fd);
    if (rc != 0)
        return gt_err_sys(GT_ERR_IO, reason, "%s", path);
    if (lock.l_type == F_UNLCK)
        return GT_OK;
    user->pid = lock.l_pid;
    (void)snprintf(comm, sizeof(comm), "/proc/%ld/comm", user->pid);
    FILE *file = fopen(comm, "re");
    if (!file || fscanf(file, "%31s", user->name) != 1)
        (void)snprintf(user->name, sizeof(user->name), "?");
    if (file)
        (void)fclose(file);
    return GT_OK;
}

const struct gt_backend gt_backend_sqlite = {
    .tries = 5,
    .open = sqlite_open,
    .close = sqlite_close,
    .enter = sqlite_enter,
    .transact = sqlite_transact,
    .read = sqlite_read,
    .look = sqlite_read,
    .prepare = sqlite_prepare,
    .probe = sqlite_probe,
};
