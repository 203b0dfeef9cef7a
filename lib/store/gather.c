/*
 * Frames of the log, written together.
 *
 * SQLite writes each page of a commit to its log by two calls, some 150 for a group of sales, and
 * then syncs.  This VFS stands in front of the machine's for the connection that writes: what is
 * written to the log one behind the other is gathered, and goes to the file at once before the
 * sync, or before anything else is asked of the file.  All other files are the machine's own.
 *
 * Nobody can miss what is held back: frames count from the moment in which SQLite publishes them
 * in its index, and with synchronous=FULL it does so only after the sync.  (So it is of no use
 * without.)  A write that fails is told by the call that made it necessary, the sync mostly; what
 * was gathered is dropped then, as SQLite takes the whole transaction back.
 */
#include "store/sqlite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Most that SQLite's VFS for Unix takes in one write (its seekAndWriteFd()). */
#define GATHER_MAX ((size_t)0x1ffff)

struct gt_gather {
    sqlite3_vfs vfs;
    char name[40];
};

struct log_file {
    sqlite3_file file;
    sqlite3_file *real; /* behind this struct */
    char *data;         /* NULL until something was written */
    size_t len;
    sqlite3_int64 at; /* where data[0] belongs */
};

/* Room for a struct, so that what stands behind it is aligned. */
#define ROOM ((sizeof(struct log_file) + 15) / 16 * 16)

static struct log_file *log_of(sqlite3_file *f)
{
    return (struct log_file *)(void *)f;
}

static int log_flush(struct log_file *l)
{
    size_t len = l->len;
    l->len = 0;
    return len == 0 ? SQLITE_OK : l->real->pMethods->xWrite(l->real, l->data, (int)len, l->at);
}

static int log_close(sqlite3_file *f)
{
    struct log_file *l = log_of(f);
    /* What nobody has synced by now belongs to a transaction that was taken back. */
    free(l->data);
    return l->real->pMethods->xClose(l->real);
}

static int log_read(sqlite3_file *f, void *data, int n, sqlite3_int64 at)
{
    struct log_file *l = log_of(f);
    int rc = log_flush(l);
    return rc != SQLITE_OK ? rc : l->real->pMethods->xRead(l->real, data, n, at);
}

static int log_write(sqlite3_file *f, const void *data, int n, sqlite3_int64 at)
{
    struct log_file *l = log_of(f);
    size_t len = (size_t)n;
    if (l->len > 0 && (at != l->at + (sqlite3_int64)l->len || len > GATHER_MAX - l->len)) {
        int rc = log_flush(l);
        if (rc != SQLITE_OK)
            return rc;
    }
    if (!l->data)
        l->data = malloc(GATHER_MAX);
    if (!l->data || len > GATHER_MAX)
        return l->real->pMethods->xWrite(l->real, data, n, at);
    if (l->len == 0)
        l->at = at;
    memcpy(l->data + l->len, data, len);
    l->len += len;
    return SQLITE_OK;
}

static int log_truncate(sqlite3_file *f, sqlite3_int64 size)
{
    struct log_file *l = log_of(f);
    int rc = log_flush(l);
    return rc != SQLITE_OK ? rc : l->real->pMethods->xTruncate(l->real, size);
}

static int log_sync(sqlite3_file *f, int flags)
{
    struct log_file *l = log_of(f);
    int rc = log_flush(l);
    return rc != SQLITE_OK ? rc : l->real->pMethods->xSync(l->real, flags);
}

static int log_size(sqlite3_file *f, sqlite3_int64 *size)
{
    struct log_file *l = log_of(f);
    int rc = log_flush(l);
    return rc != SQLITE_OK ? rc : l->real->pMethods->xFileSize(l->real, size);
}

static int log_lock(sqlite3_file *f, int level)
{
    return log_of(f)->real->pMethods->xLock(log_of(f)->real, level);
}

static int log_unlock(sqlite3_file *f, int level)
{
    return log_of(f)->real->pMethods->xUnlock(log_of(f)->real, level);
}

static int log_reserved(sqlite3_file *f, int *out)
{
    return log_of(f)->real->pMethods->xCheckReservedLock(log_of(f)->real, out);
}

static int log_control(sqlite3_file *f, int op, void *arg)
{
    return log_of(f)->real->pMethods->xFileControl(log_of(f)->real, op, arg);
}

static int log_sector(sqlite3_file *f)
{
    return log_of(f)->real->pMethods->xSectorSize(log_of(f)->real);
}

static int log_traits(sqlite3_file *f)
{
    return log_of(f)->real->pMethods->xDeviceCharacteristics(log_of(f)->real);
}

static int open_log(sqlite3_vfs *machine, sqlite3_filename name, sqlite3_file *f, int flags,
                    int *out)
{
    static const sqlite3_io_methods methods = {
        .iVersion = 1,
        .xClose = log_close,
        .xRead = log_read,
        .xWrite = log_write,
        .xTruncate = log_truncate,
        .xSync = log_sync,
        .xFileSize = log_size,
        .xLock = log_lock,
        .xUnlock = log_unlock,
        .xCheckReservedLock = log_reserved,
        .xFileControl = log_control,
        .xSectorSize = log_sector,
        .xDeviceCharacteristics = log_traits,
    };
    struct log_file *l = log_of(f);
    *l = (struct log_file){.real = (sqlite3_file *)(void *)((char *)f + ROOM)};
    int rc = machine->xOpen(machine, name, l->real, flags, out);
    if (l->real->pMethods)
        l->file.pMethods = &methods;
    return rc;
}

/* --- the VFS: all but the log is the machine's own -------------------------------------------- */

static sqlite3_vfs *machine_of(sqlite3_vfs *vfs)
{
    return vfs->pAppData;
}

static int vfs_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *f, int flags, int *out)
{
    sqlite3_vfs *machine = machine_of(vfs);
    return flags & SQLITE_OPEN_WAL ? open_log(machine, name, f, flags, out)
                                   : machine->xOpen(machine, name, f, flags, out);
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

enum gt_err gt_gather_new(const char *machine, struct gt_gather **gather)
{
    sqlite3_vfs *real = sqlite3_vfs_find(machine);
    struct gt_gather *g = calloc(1, sizeof(*g));
    if (!real || !g) {
        free(g);
        return real ? gt_err_set(GT_ERR_NOMEM, "no memory for the log")
                    : gt_err_set(GT_ERR_INTERNAL, "there is no VFS %s", machine ? machine : "");
    }
    (void)snprintf(g->name, sizeof(g->name), "gather-%p", (void *)g);
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
    *gather = g;
    return GT_OK;
}

const char *gt_gather_name(const struct gt_gather *gather)
{
    return gather->name;
}

void gt_gather_free(struct gt_gather *g)
{
    if (!g)
        return;
    sqlite3_vfs_unregister(&g->vfs);
    free(g);
}
