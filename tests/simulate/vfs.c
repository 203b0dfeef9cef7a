/*
 * The disk in memory.  Files, their unsynced writes, faults, and SQLite's table of functions.
 *
 * The log of a file holds its writes in order.  Whether sectors reach the platter "in any order"
 * needs no shuffling: for one sector, an older write that came last is the same as a newer one that
 * was lost, and different sectors survive independently anyhow.
 *
 * Shared memory is not offered: in inline mode the store locks its file for good, and SQLite then
 * keeps the index of the write-ahead log on its heap.
 */
#include "vfs.h"

#include <assert.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECTOR    512
#define NAME_ROOM 128
#define FILES_MAX 16

struct bytes {
    uint8_t *data;
    size_t len, cap;
};

/* A record of the log, in front of its bytes; `len` of a cut is 0. */
struct record {
    bool cut; /* the file was cut to `at` */
    size_t at, len;
};

struct file {
    bool used;       /* the slot is taken */
    bool linked;     /* it has its name now */
    bool linked_dur; /* it has it on the disk */
    bool temp;       /* without a name: gone when closed */
    char name[NAME_ROOM];
    struct bytes now;     /* what reads see */
    struct bytes durable; /* what is on the platter */
    struct bytes log;     /* records since the last sync */
    struct bytes kept;    /* sim_disk_keep() */
};

struct sim_disk {
    sqlite3_vfs vfs;
    struct sim_rng rng;
    struct file files[FILES_MAX];
    enum sim_disk_state state;
    int survive; /* permille of unsynced sectors that survive a cut that has happened */
    bool full;
    int cut_in, fail_sync_in, fail_write_in; /* countdowns, 0: off */
    int64_t syncs;
    int open;
};

/* What SQLite holds for an open file. */
struct handle {
    sqlite3_file base;
    struct sim_disk *disk;
    struct file *file;
};

/* --- bytes ------------------------------------------------------------------------------------ */

static void bytes_room(struct bytes *b, size_t cap)
{
    if (cap <= b->cap)
        return;
    size_t want = b->cap ? b->cap : 4096;
    while (want < cap)
        want *= 2;
    b->data = realloc(b->data, want);
    if (!b->data)
        abort();
    b->cap = want;
}

static void bytes_resize(struct bytes *b, size_t len)
{
    if (len > b->len) {
        bytes_room(b, len);
        memset(b->data + b->len, 0, len - b->len);
    }
    b->len = len;
}

static void bytes_put(struct bytes *b, size_t at, const void *data, size_t len)
{
    if (at > b->len)
        bytes_resize(b, at);
    bytes_room(b, at + len);
    if (data && len > 0)
        memcpy(b->data + at, data, len);
    if (at + len > b->len)
        b->len = at + len;
}

static void bytes_copy(struct bytes *to, const struct bytes *from)
{
    to->len = 0;
    bytes_put(to, 0, from->data, from->len);
}

static void bytes_done(struct bytes *b)
{
    free(b->data);
    *b = (struct bytes){0};
}

/* --- files ------------------------------------------------------------------------------------ */

static struct file *file_find(struct sim_disk *disk, const char *name)
{
    for (int i = 0; i < FILES_MAX; i++) {
        struct file *f = &disk->files[i];
        if (f->used && !f->temp && strcmp(f->name, name) == 0)
            return f;
    }
    return NULL;
}

static struct file *file_add(struct sim_disk *disk, const char *name)
{
    for (int i = 0; i < FILES_MAX; i++) {
        struct file *f = &disk->files[i];
        if (f->used)
            continue;
        f->used = true;
        f->temp = name == NULL;
        f->linked = f->linked_dur = false;
        f->now.len = f->durable.len = f->log.len = f->kept.len = 0;
        (void)snprintf(f->name, sizeof(f->name), "%s", name ? name : "");
        return f;
    }
    return NULL;
}

static void file_log(struct file *f, struct record record, const void *data)
{
    size_t at = f->log.len;
    bytes_put(&f->log, at, &record, sizeof(record));
    bytes_put(&f->log, at + sizeof(record), data, record.len);
}

/* Brings the sectors of a write to the platter, each with its chance. */
static void platter_write(struct sim_disk *disk, struct file *f, struct record record,
                          const uint8_t *data)
{
    size_t at = record.at, end = record.at + record.len;
    while (at < end) {
        size_t stop = (at / SECTOR + 1) * SECTOR;
        if (stop > end)
            stop = end;
        if (disk->survive >= 1000 || sim_rng_hit(&disk->rng, disk->survive))
            bytes_put(&f->durable, at, data + (at - record.at), stop - at);
        at = stop;
    }
}

/* Plays the log onto the platter with the chance of disk->survive, and empties it. */
static void file_settle(struct sim_disk *disk, struct file *f)
{
    for (size_t i = 0; i < f->log.len;) {
        struct record record;
        memcpy(&record, f->log.data + i, sizeof(record));
        i += sizeof(record);
        if (!record.cut)
            platter_write(disk, f, record, f->log.data + i);
        else if (disk->survive >= 1000 || sim_rng_hit(&disk->rng, disk->survive))
            bytes_resize(&f->durable, record.at);
        i += record.len;
    }
    f->log.len = 0;
}

/* Names follow: a file system with a journal writes what happened to folders before, with the sync
 * of any file.  What was in a file whose name is gone is gone with it. */
static void names_sync(struct sim_disk *disk)
{
    for (int i = 0; i < FILES_MAX; i++) {
        struct file *f = &disk->files[i];
        f->linked_dur = f->linked;
        if (!f->linked)
            f->durable.len = f->log.len = 0;
    }
}

static void file_sync(struct sim_disk *disk, struct file *f)
{
    int survive = disk->survive;
    disk->survive = 1000;
    file_settle(disk, f);
    disk->survive = survive;
    names_sync(disk);
}

/* --- faults ----------------------------------------------------------------------------------- */

static bool counts_down(int *n)
{
    return *n > 0 && --*n == 0;
}

/* How much of what is not synced survives: nothing, some, or all of it. */
static int draw_survival(struct sim_disk *disk)
{
    static const int permille[] = {0, 1000, 500, 900, 100};
    return permille[sim_rng_below(&disk->rng, 5)];
}

static void disk_cut(struct sim_disk *disk)
{
    disk->state = SIM_DISK_DEAD;
    disk->survive = draw_survival(disk);
}

/* A failed sync: some of it is on the platter, the rest never will be, though reads still see it.
 */
static void disk_hurt(struct sim_disk *disk, struct file *f)
{
    disk->state = SIM_DISK_HURT;
    disk->survive = draw_survival(disk);
    file_settle(disk, f);
}

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
    const struct bytes *now = &h->file->now;
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
    struct file *f = h->file;
    struct record record = {false, (size_t)offset, (size_t)amount};
    if (h->disk->state == SIM_DISK_DEAD)
        return SQLITE_IOERR_WRITE;
    if (!f->temp && counts_down(&h->disk->fail_write_in)) {
        h->disk->state = SIM_DISK_HURT;
        h->disk->survive = draw_survival(h->disk);
        return SQLITE_IOERR_WRITE;
    }
    if (h->disk->full && record.at + record.len > f->now.len)
        return SQLITE_FULL;
    bytes_put(&f->now, record.at, data, record.len);
    if (!f->temp)
        file_log(f, record, data);
    return SQLITE_OK;
}

static int file_truncate(sqlite3_file *base, sqlite3_int64 size)
{
    struct handle *h = handle_of(base);
    if (h->disk->state == SIM_DISK_DEAD)
        return SQLITE_IOERR_TRUNCATE;
    struct record record = {true, (size_t)size, 0};
    bytes_resize(&h->file->now, record.at);
    if (!h->file->temp)
        file_log(h->file, record, NULL);
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
    if (counts_down(&disk->cut_in)) {
        disk_cut(disk);
        return SQLITE_IOERR_FSYNC;
    }
    if (counts_down(&disk->fail_sync_in)) {
        disk_hurt(disk, h->file);
        return SQLITE_IOERR_FSYNC;
    }
    file_sync(disk, h->file);
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
    return SECTOR;
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
    struct file *f = name ? file_find(disk, name) : NULL;
    if (!f || !f->linked) {
        if (!(flags & SQLITE_OPEN_CREATE))
            return SQLITE_CANTOPEN;
        if (!f)
            f = file_add(disk, name);
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
    struct file *f = file_find(disk, name);
    if (!f || !f->linked)
        return SQLITE_IOERR_DELETE_NOENT;
    f->linked = false;
    bytes_resize(&f->now, 0);
    file_log(f, (struct record){true, 0, 0}, NULL);
    if (sync_folder)
        file_sync(disk, f);
    return SQLITE_OK;
}

static int disk_access(sqlite3_vfs *vfs, const char *name, int flags, int *out)
{
    (void)flags;
    struct sim_disk *disk = vfs->pAppData;
    if (disk->state == SIM_DISK_DEAD)
        return SQLITE_IOERR_ACCESS;
    const struct file *f = file_find(disk, name);
    *out = f && f->linked;
    return SQLITE_OK;
}

static int disk_path(sqlite3_vfs *vfs, const char *name, int room, char *out)
{
    (void)vfs;
    int len = snprintf(out, (size_t)room, "%s", name);
    return len < room && len < NAME_ROOM ? SQLITE_OK : SQLITE_CANTOPEN;
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
        .mxPathname = NAME_ROOM,
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

static void file_done(struct file *f)
{
    bytes_done(&f->now);
    bytes_done(&f->durable);
    bytes_done(&f->log);
    bytes_done(&f->kept);
}

void sim_disk_free(struct sim_disk *disk)
{
    if (!disk)
        return;
    sqlite3_vfs_unregister(&disk->vfs);
    for (int i = 0; i < FILES_MAX; i++)
        file_done(&disk->files[i]);
    free(disk);
}

void sim_disk_keep(struct sim_disk *disk)
{
    for (int i = 0; i < FILES_MAX; i++)
        bytes_copy(&disk->files[i].kept, &disk->files[i].durable);
}

void sim_disk_reset(struct sim_disk *disk, bool kept, uint64_t seed)
{
    assert(disk->open == 0);
    for (int i = 0; i < FILES_MAX; i++) {
        struct file *f = &disk->files[i];
        f->log.len = f->durable.len = 0;
        if (kept)
            bytes_copy(&f->durable, &f->kept);
        f->linked = f->linked_dur = f->durable.len > 0;
        bytes_copy(&f->now, &f->durable);
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
        disk_cut(disk);
    for (int i = 0; i < FILES_MAX && disk->state != SIM_DISK_FINE; i++) {
        struct file *f = &disk->files[i];
        file_settle(disk, f);
        if (f->linked != f->linked_dur)
            f->linked_dur = sim_rng_hit(&disk->rng, disk->survive) ? f->linked : f->linked_dur;
        f->linked = f->linked_dur;
        if (!f->linked)
            f->durable.len = 0;
        bytes_copy(&f->now, &f->durable);
    }
    disk->state = SIM_DISK_FINE;
    disk->full = false;
    disk->cut_in = disk->fail_sync_in = disk->fail_write_in = 0;
}
