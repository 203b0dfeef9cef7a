/*
 * SQLite's tables of functions over the disk in memory, and the disk's own switches.
 *
 * Shared memory is not offered: in inline mode the store locks its file for good, and SQLite then
 * keeps the index of the write-ahead log on its heap.
 */
#include "platter.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What SQLite holds for an open file. */
struct handle {
    sqlite3_file base;
    struct sim_disk *disk;
    struct sim_file *file;
};

/* --- SQLite: methods of a file ---------------------------------------------------------------- */

static struct handle *handle_of(sqlite3_file *base)
{
    return (struct handle *)base;
}

static int file_close(sqlite3_file *base)
{
    struct handle *h = handle_of(base);
    h->disk->open--;
    if (h->file->temp)
        h->file->used = false;
    return SQLITE_OK;
}

static int file_read(sqlite3_file *base, void *out, int amount, sqlite3_int64 offset)
{
    struct handle *h = handle_of(base);
    if (h->disk->state == SIM_DISK_DEAD)
        return SQLITE_IOERR_READ;
    size_t at = (size_t)offset, len = (size_t)amount, have = 0;
    const struct sim_bytes *now = &h->file->now;
    if (at < now->len)
        have = now->len - at < len ? now->len - at : len;
    if (have > 0)
        memcpy(out, now->data + at, have);
    memset((uint8_t *)out + have, 0, len - have);
    return have == len ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

static int file_write(sqlite3_file *base, const void *data, int amount, sqlite3_int64 offset)
{
    struct handle *h = handle_of(base);
    struct sim_file *f = h->file;
    struct sim_write record = {false, (size_t)offset, (size_t)amount};
    if (h->disk->state == SIM_DISK_DEAD)
        return SQLITE_IOERR_WRITE;
    if (!f->temp && sim_counts_down(&h->disk->fail_write_in)) {
        sim_platter_hurt(h->disk, NULL);
        return SQLITE_IOERR_WRITE;
    }
    if (h->disk->full && record.at + record.len > f->now.len)
        return SQLITE_FULL;
    sim_bytes_put(&f->now, record.at, data, record.len);
    if (!f->temp)
        sim_file_log(f, record, data);
    return SQLITE_OK;
}

static int file_truncate(sqlite3_file *base, sqlite3_int64 size)
{
    struct handle *h = handle_of(base);
    if (h->disk->state == SIM_DISK_DEAD)
        return SQLITE_IOERR_TRUNCATE;
    struct sim_write record = {true, (size_t)size, 0};
    sim_bytes_resize(&h->file->now, record.at);
    if (!h->file->temp)
        sim_file_log(h->file, record, NULL);
    return SQLITE_OK;
}

static int file_xsync(sqlite3_file *base, int flags)
{
    (void)flags;
    struct handle *h = handle_of(base);
    struct sim_disk *disk = h->disk;
    if (disk->state == SIM_DISK_DEAD)
        return SQLITE_IOERR_FSYNC;
    if (h->file->temp)
        return SQLITE_OK;
    disk->syncs++;
    if (sim_counts_down(&disk->cut_in)) {
        sim_platter_cut(disk);
        return SQLITE_IOERR_FSYNC;
    }
    if (sim_counts_down(&disk->fail_sync_in)) {
        sim_platter_hurt(disk, h->file);
        return SQLITE_IOERR_FSYNC;
    }
    sim_file_sync(disk, h->file);
    return SQLITE_OK;
}

static int file_size(sqlite3_file *base, sqlite3_int64 *size)
{
    struct handle *h = handle_of(base);
    if (h->disk->state == SIM_DISK_DEAD)
        return SQLITE_IOERR_FSTAT;
    *size = (sqlite3_int64)h->file->now.len;
    return SQLITE_OK;
}

/* One process, one connection: a lock is always free. */
static int file_lock(sqlite3_file *base, int level)
{
    (void)base;
    (void)level;
    return SQLITE_OK;
}

static int file_check_lock(sqlite3_file *base, int *reserved)
{
    (void)base;
    *reserved = 0;
    return SQLITE_OK;
}

static int file_control(sqlite3_file *base, int op, void *arg)
{
    (void)base;
    (void)op;
    (void)arg;
    return SQLITE_NOTFOUND;
}

static int file_sector(sqlite3_file *base)
{
    (void)base;
    return SIM_SECTOR;
}

/* As SQLite's own VFS says of real disks: a torn write leaves the bytes beside it alone. */
static int file_traits(sqlite3_file *base)
{
    (void)base;
    return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

static const sqlite3_io_methods file_methods = {
    .iVersion = 1,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_xsync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_lock,
    .xCheckReservedLock = file_check_lock,
    .xFileControl = file_control,
    .xSectorSize = file_sector,
    .xDeviceCharacteristics = file_traits,
};

/* --- SQLite: methods of the disk -------------------------------------------------------------- */

static int disk_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *base, int flags,
                     int *out_flags)
{
    struct sim_disk *disk = vfs->pAppData;
    struct handle *h = handle_of(base);
    h->base.pMethods = NULL;
    if (disk->state == SIM_DISK_DEAD)
        return SQLITE_IOERR;
    struct sim_file *f = name ? sim_file_find(disk, name) : NULL;
    if (!f || !f->linked) {
        if (!(flags & SQLITE_OPEN_CREATE))
            return SQLITE_CANTOPEN;
        if (!f)
            f = sim_file_add(disk, name);
        if (!f)
            return SQLITE_CANTOPEN;
        f->linked = true;
    }
    h->disk = disk;
    h->file = f;
    h->base.pMethods = &file_methods;
    disk->open++;
    if (out_flags)
        *out_flags = flags;
    return SQLITE_OK;
}

static int disk_delete(sqlite3_vfs *vfs, const char *name, int sync_folder)
{
    struct sim_disk *disk = vfs->pAppData;
    if (disk->state == SIM_DISK_DEAD)
        return SQLITE_IOERR_DELETE;
    struct sim_file *f = sim_file_find(disk, name);
    if (!f || !f->linked)
        return SQLITE_IOERR_DELETE_NOENT;
    f->linked = false;
    sim_bytes_resize(&f->now, 0);
    sim_file_log(f, (struct sim_write){true, 0, 0}, NULL);
    if (sync_folder)
        sim_file_sync(disk, f);
    return SQLITE_OK;
}

static int disk_access(sqlite3_vfs *vfs, const char *name, int flags, int *out)
{
    (void)flags;
    struct sim_disk *disk = vfs->pAppData;
    if (disk->state == SIM_DISK_DEAD)
        return SQLITE_IOERR_ACCESS;
    const struct sim_file *f = sim_file_find(disk, name);
    *out = f && f->linked;
    return SQLITE_OK;
}

static int disk_path(sqlite3_vfs *vfs, const char *name, int room, char *out)
{
    (void)vfs;
    int len = snprintf(out, (size_t)room, "%s", name);
    return len < room && len < SIM_NAME_ROOM ? SQLITE_OK : SQLITE_CANTOPEN;
}

static int disk_randomness(sqlite3_vfs *vfs, int len, char *out)
{
    struct sim_disk *disk = vfs->pAppData;
    for (int i = 0; i < len; i++)
        out[i] = (char)sim_rng_below(&disk->rng, 256);
    return len;
}

static int disk_sleep(sqlite3_vfs *vfs, int us)
{
    (void)vfs;
    return us;
}

/* Nothing in the platform asks SQLite for the time. */
static int disk_time(sqlite3_vfs *vfs, double *julian)
{
    (void)vfs;
    *julian = 2460000;
    return SQLITE_OK;
}

static int disk_last_error(sqlite3_vfs *vfs, int room, char *out)
{
    (void)vfs;
    if (room > 0)
        out[0] = '\0';
    return 0;
}

/* --- the disk --------------------------------------------------------------------------------- */

struct sim_disk *sim_disk_new(const char *name)
{
    struct sim_disk *disk = calloc(1, sizeof(*disk));
    if (!disk)
        abort();
    disk->vfs = (sqlite3_vfs){
        .iVersion = 1,
        .szOsFile = (int)sizeof(struct handle),
        .mxPathname = SIM_NAME_ROOM,
        .zName = name,
        .pAppData = disk,
        .xOpen = disk_open,
        .xDelete = disk_delete,
        .xAccess = disk_access,
        .xFullPathname = disk_path,
        .xRandomness = disk_randomness,
        .xSleep = disk_sleep,
        .xCurrentTime = disk_time,
        .xGetLastError = disk_last_error,
    };
    if (sqlite3_vfs_register(&disk->vfs, 1) != SQLITE_OK)
        abort();
    return disk;
}

static void file_done(struct sim_file *f)
{
    sim_bytes_done(&f->now);
    sim_bytes_done(&f->durable);
    sim_bytes_done(&f->log);
    sim_bytes_done(&f->kept);
}

void sim_disk_free(struct sim_disk *disk)
{
    if (!disk)
        return;
    sqlite3_vfs_unregister(&disk->vfs);
    for (int i = 0; i < SIM_FILES; i++)
        file_done(&disk->files[i]);
    free(disk);
}

void sim_disk_keep(struct sim_disk *disk)
{
    for (int i = 0; i < SIM_FILES; i++)
        sim_bytes_copy(&disk->files[i].kept, &disk->files[i].durable);
}

void sim_disk_reset(struct sim_disk *disk, bool kept, uint64_t seed)
{
    assert(disk->open == 0);
    for (int i = 0; i < SIM_FILES; i++) {
        struct sim_file *f = &disk->files[i];
        f->log.len = f->durable.len = 0;
        if (kept)
            sim_bytes_copy(&f->durable, &f->kept);
        f->linked = f->linked_dur = f->durable.len > 0;
        sim_bytes_copy(&f->now, &f->durable);
    }
    disk->rng = (struct sim_rng){seed};
    disk->state = SIM_DISK_FINE;
    disk->full = false;
    disk->cut_in = disk->fail_sync_in = disk->fail_write_in = 0;
    disk->syncs = 0;
    sqlite3_randomness(0, NULL);
}

void sim_disk_cut_at(struct sim_disk *disk, int n)
{
    disk->cut_in = n;
}

void sim_disk_fail_sync_at(struct sim_disk *disk, int n)
{
    disk->fail_sync_in = n;
}

void sim_disk_fail_write_at(struct sim_disk *disk, int n)
{
    disk->fail_write_in = n;
}

void sim_disk_kill(struct sim_disk *disk)
{
    if (disk->state == SIM_DISK_FINE)
        disk->survive = 1000;
    disk->state = SIM_DISK_DEAD;
}

void sim_disk_fill(struct sim_disk *disk, bool full)
{
    disk->full = full;
}

enum sim_disk_state sim_disk_state(const struct sim_disk *disk)
{
    return disk->state;
}

int64_t sim_disk_syncs(const struct sim_disk *disk)
{
    return disk->syncs;
}

void sim_disk_boot(struct sim_disk *disk, bool power)
{
    assert(disk->open == 0);
    if (power && disk->state == SIM_DISK_FINE)
        sim_platter_cut(disk);
    for (int i = 0; i < SIM_FILES && disk->state != SIM_DISK_FINE; i++) {
        struct sim_file *f = &disk->files[i];
        sim_file_settle(disk, f);
        if (f->linked != f->linked_dur)
            f->linked_dur = sim_rng_hit(&disk->rng, disk->survive) ? f->linked : f->linked_dur;
        f->linked = f->linked_dur;
        if (!f->linked)
            f->durable.len = 0;
        sim_bytes_copy(&f->now, &f->durable);
    }
    disk->state = SIM_DISK_FINE;
    disk->full = false;
    disk->cut_in = disk->fail_sync_in = disk->fail_write_in = 0;
}
