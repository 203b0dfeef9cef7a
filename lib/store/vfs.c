/*
 * How the connections that write reach their files: a VFS in front of the machine's.
 *
 * The log.  SQLite writes each page of a commit by two calls, some 150 for a group of sales, and
 * then syncs.  Here what is written one behind the other is gathered, and goes to the file at once
 * before the sync, or before anything else is asked of the file.  Nobody can miss what is held
 * back: frames count from the moment in which SQLite publishes them in its index, and with
 * synchronous=FULL it does so only after the sync.  (So this is of no use without.)  A write that
 * fails is told by the call that made it necessary, the sync mostly; what was gathered is dropped
 * then, as SQLite takes the whole transaction back.
 *
 * The database.  It is written when the log is moved into it: more than a thousand pages, and a
 * sync.  That one would keep the disk busy for so long that commits wait; so the file is synced
 * every few pages, and commits come in between.
 *
 * All other files are the machine's own.
 */
#include "store/sqlite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Most that SQLite's VFS for Unix takes in one write (its seekAndWriteFd()). */
#define GATHER_MAX ((size_t)0x1ffff)

/* Pages of the database between two syncs: with fewer the mover takes long, with 256 the slowest
 * sale in a hundred takes twice as long. */
#define SLICE_PAGES 64

struct gt_vfs {
    sqlite3_vfs vfs;
    char name[40];
};

struct file {
    sqlite3_file base;
    sqlite3_file *real; /* behind this struct */
    char *data;         /* of the log: gathered; NULL until something was written */
    size_t len;
    sqlite3_int64 at; /* where data[0] belongs */
    int unsynced;     /* of the database: pages written since it was synced */
};

/* Room for a struct, so that what stands behind it is aligned. */
#define ROOM ((sizeof(struct file) + 15) / 16 * 16)

static struct file *file_of(sqlite3_file *f)
{
    return (struct file *)(void *)f;
}

static sqlite3_file *real_of(sqlite3_file *f)
{
    return file_of(f)->real;
}

/* --- the log ---------------------------------------------------------------------------------- */

static int file_flush(struct file *f)
{
    size_t len = f->len;
    f->len = 0;
    return len == 0 ? SQLITE_OK : f->real->pMethods->xWrite(f->real, f->data, (int)len, f->at);
}

static int log_write(sqlite3_file *base, const void *data, int n, sqlite3_int64 at)
{
    struct file *f = file_of(base);
    size_t len = (size_t)n;
    if (f->len > 0 && (at != f->at + (sqlite3_int64)f->len || len > GATHER_MAX - f->len)) {
        int rc = file_flush(f);
        if (rc != SQLITE_OK)
            return rc;
    }
    if (!f->data)
        f->data = malloc(GATHER_MAX);
    if (!f->data || len > GATHER_MAX)
        return f->real->pMethods->xWrite(f->real, data, n, at);
    if (f->len == 0)
        f->at = at;
    memcpy(f->data + f->len, data, len);
    f->len += len;
    return SQLITE_OK;
}

/* --- the database ----------------------------------------------------------------------------- */

static int db_write(sqlite3_file *base, const void *data, int n, sqlite3_int64 at)
{
    struct file *f = file_of(base);
    int rc = f->real->pMethods->xWrite(f->real, data, n, at);
    if (rc != SQLITE_OK || ++f->unsynced < SLICE_PAGES)
        return rc;
    f->unsynced = 0;
    return f->real->pMethods->xSync(f->real, SQLITE_SYNC_NORMAL);
}

/* --- both: as the machine does it, behind what was gathered ----------------------------------- */

static int file_close(sqlite3_file *f)
{
    /* What nobody has synced by now belongs to a transaction that was taken back. */
    free(file_of(f)->data);
    return real_of(f)->pMethods->xClose(real_of(f));
}

static int file_read(sqlite3_file *f, void *data, int n, sqlite3_int64 at)
{
    int rc = file_flush(file_of(f));
    return rc != SQLITE_OK ? rc : real_of(f)->pMethods->xRead(real_of(f), data, n, at);
}

static int file_truncate(sqlite3_file *f, sqlite3_int64 size)
{
    int rc = file_flush(file_of(f));
    return rc != SQLITE_OK ? rc : real_of(f)->pMethods->xTruncate(real_of(f), size);
}

static int file_sync(sqlite3_file *f, int flags)
{
    int rc = file_flush(file_of(f));
    file_of(f)->unsynced = 0;
    return rc != SQLITE_OK ? rc : real_of(f)->pMethods->xSync(real_of(f), flags);
}

static int file_size(sqlite3_file *f, sqlite3_int64 *size)
{
    int rc = file_flush(file_of(f));
    return rc != SQLITE_OK ? rc : real_of(f)->pMethods->xFileSize(real_of(f), size);
}

static int file_lock(sqlite3_file *f, int level)
{
    return real_of(f)->pMethods->xLock(real_of(f), level);
}

static int file_unlock(sqlite3_file *f, int level)
{
    return real_of(f)->pMethods->xUnlock(real_of(f), level);
}

static int file_reserved(sqlite3_file *f, int *out)
{
    return real_of(f)->pMethods->xCheckReservedLock(real_of(f), out);
}

static int file_control(sqlite3_file *f, int op, void *arg)
{
    return real_of(f)->pMethods->xFileControl(real_of(f), op, arg);
}

static int file_sector(sqlite3_file *f)
{
    return real_of(f)->pMethods->xSectorSize(real_of(f));
}

static int file_traits(sqlite3_file *f)
{
    return real_of(f)->pMethods->xDeviceCharacteristics(real_of(f));
}

static int file_shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **out)
{
    return real_of(f)->pMethods->xShmMap(real_of(f), page, size, extend, out);
}

static int file_shm_lock(sqlite3_file *f, int offset, int n, int flags)
{
    return real_of(f)->pMethods->xShmLock(real_of(f), offset, n, flags);
}

static void file_shm_barrier(sqlite3_file *f)
{
    real_of(f)->pMethods->xShmBarrier(real_of(f));
}

static int file_shm_unmap(sqlite3_file *f, int remove)
{
    return real_of(f)->pMethods->xShmUnmap(real_of(f), remove);
}

#define METHODS(write)                                                                             \
    {                                                                                              \
        .iVersion = 2, .xClose = file_close, .xRead = file_read, .xWrite = (write),                \
        .xTruncate = file_truncate, .xSync = file_sync, .xFileSize = file_size,                    \
        .xLock = file_lock, .xUnlock = file_unlock, .xCheckReservedLock = file_reserved,           \
        .xFileControl = file_control, .xSectorSize = file_sector,                                  \
        .xDeviceCharacteristics = file_traits, .xShmMap = file_shm_map, .xShmLock = file_shm_lock, \
        .xShmBarrier = file_shm_barrier, .xShmUnmap = file_shm_unmap,                              \
    }

static const sqlite3_io_methods log_methods = METHODS(log_write);
static const sqlite3_io_methods db_methods = METHODS(db_write);

/* --- the VFS ---------------------------------------------------------------------------------- */

static sqlite3_vfs *machine_of(sqlite3_vfs *vfs)
{
    return vfs->pAppData;
}

static int vfs_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *base, int flags,
                    int *out)
{
    sqlite3_vfs *machine = machine_of(vfs);
    if (!(flags & (SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_DB)))
        return machine->xOpen(machine, name, base, flags, out);
    struct file *f = file_of(base);
    *f = (struct file){.real = (sqlite3_file *)(void *)((char *)base + ROOM)};
    int rc = machine->xOpen(machine, name, f->real, flags, out);
    if (f->real->pMethods)
        f->base.pMethods = flags & SQLITE_OPEN_WAL ? &log_methods : &db_methods;
    return rc;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *name, int sync_folder)
{
    return machine_of(vfs)->xDelete(machine_of(vfs), name, sync_folder);
}

static int vfs_access(sqlite3_vfs *vfs, const char *name, int flags, int *out)
{
    return machine_of(vfs)->xAccess(machine_of(vfs), name, flags, out);
}

static int vfs_path(sqlite3_vfs *vfs, const char *name, int room, char *out)
{
    return machine_of(vfs)->xFullPathname(machine_of(vfs), name, room, out);
}

static int vfs_randomness(sqlite3_vfs *vfs, int len, char *out)
{
    return machine_of(vfs)->xRandomness(machine_of(vfs), len, out);
}

static int vfs_sleep(sqlite3_vfs *vfs, int us)
{
    return machine_of(vfs)->xSleep(machine_of(vfs), us);
}

static int vfs_time(sqlite3_vfs *vfs, double *julian)
{
    return machine_of(vfs)->xCurrentTime(machine_of(vfs), julian);
}

static int vfs_last_error(sqlite3_vfs *vfs, int room, char *out)
{
    return machine_of(vfs)->xGetLastError(machine_of(vfs), room, out);
}

enum gt_err gt_vfs_new(const char *machine, struct gt_vfs **vfs)
{
    sqlite3_vfs *real = sqlite3_vfs_find(machine);
    struct gt_vfs *g = calloc(1, sizeof(*g));
    if (!real || !g) {
        free(g);
        return real ? gt_err_set(GT_ERR_NOMEM, "no memory for a VFS")
                    : gt_err_set(GT_ERR_INTERNAL, "there is no VFS %s", machine ? machine : "");
    }
    (void)snprintf(g->name, sizeof(g->name), "gridtill-%p", (void *)g);
    g->vfs = (sqlite3_vfs){
        .iVersion = 1,
        .szOsFile = (int)ROOM + real->szOsFile,
        .mxPathname = real->mxPathname,
        .zName = g->name,
        .pAppData = real,
        .xOpen = vfs_open,
        .xDelete = vfs_delete,
        .xAccess = vfs_access,
        .xFullPathname = vfs_path,
        .xRandomness = vfs_randomness,
        .xSleep = vfs_sleep,
        .xCurrentTime = vfs_time,
        .xGetLastError = vfs_last_error,
    };
    int rc = sqlite3_vfs_register(&g->vfs, 0);
    if (rc != SQLITE_OK) {
        free(g);
        return gt_err_set(GT_ERR_NOMEM, "cannot register a VFS (sqlite %d)", rc);
    }
    *vfs = g;
    return GT_OK;
}

const char *gt_vfs_name(const struct gt_vfs *vfs)
{
    return vfs->name;
}

void gt_vfs_free(struct gt_vfs *g)
{
    if (!g)
        return;
    sqlite3_vfs_unregister(&g->vfs);
    free(g);
}
