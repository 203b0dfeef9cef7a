/*
 * Inside the disk: files as durable bytes and a log of unsynced writes, and the faults.
 *
 * vfs.c makes an SQLite VFS of it.
 */
#ifndef SIM_PLATTER_H
#define SIM_PLATTER_H

#include "vfs.h"

#include <sqlite3.h>

#define SIM_SECTOR    512
#define SIM_NAME_ROOM 128
#define SIM_FILES     16

struct sim_bytes {
    uint8_t *data;
    size_t len, cap;
};

/* A record of the log, in front of its bytes; `len` of a cut is 0. */
struct sim_write {
    bool cut; /* the file was cut to `at` */
    size_t at, len;
};

struct sim_file {
    bool used;       /* the slot is taken */
    bool linked;     /* it has its name now */
    bool linked_dur; /* it has it on the disk */
    bool temp;       /* without a name: gone when closed */
    char name[SIM_NAME_ROOM];
    struct sim_bytes now;     /* what reads see */
    struct sim_bytes durable; /* what is on the platter */
    struct sim_bytes log;     /* records since the last sync */
    struct sim_bytes kept;    /* sim_disk_keep() */
};

struct sim_disk {
    sqlite3_vfs vfs;
    struct sim_rng rng;
    struct sim_file files[SIM_FILES];
    enum sim_disk_state state;
    int survive; /* permille of unsynced sectors that survive a cut that has happened */
    bool full;
    int cut_in, fail_sync_in, fail_write_in; /* countdowns, 0: off */
    int64_t syncs;
    int open;
};

/* Sets the length; what is new is zero. */
void sim_bytes_resize(struct sim_bytes *b, size_t len);
/* Writes at an offset, behind the end too. */
void sim_bytes_put(struct sim_bytes *b, size_t at, const void *data, size_t len);
void sim_bytes_copy(struct sim_bytes *to, const struct sim_bytes *from);
void sim_bytes_done(struct sim_bytes *b);

/* The file of this name; NULL: there never was one.  A new one (without a name: a temporary one);
 * NULL: too many. */
struct sim_file *sim_file_find(struct sim_disk *disk, const char *name);
struct sim_file *sim_file_add(struct sim_disk *disk, const char *name);
/* Adds a record to the log. */
void sim_file_log(struct sim_file *f, struct sim_write write, const void *data);
/* Plays the log onto the platter with the chance of disk->survive, and empties it. */
void sim_file_settle(struct sim_disk *disk, struct sim_file *f);
/* Makes it durable. */
void sim_file_sync(struct sim_disk *disk, struct sim_file *f);

/* One step of a countdown: whether it has just ended. */
bool sim_counts_down(int *n);
/* The power goes. */
void sim_platter_cut(struct sim_disk *disk);
/* A write failed, or the sync of a file: then some of it is on the platter, the rest never will be,
 * though reads still see it. */
void sim_platter_hurt(struct sim_disk *disk, struct sim_file *synced);

#endif
