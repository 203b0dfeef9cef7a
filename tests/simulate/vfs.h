/*
 * A disk in memory that can lose power: an SQLite VFS for the simulation.
 *
 * A file is what is durable, and a log of the writes since its last sync.  Programs read what they
 * wrote; only a sync makes it durable.  When the power goes, each sector of each unsynced write
 * survives or not by chance.
 */
#ifndef SIM_VFS_H
#define SIM_VFS_H

#include "rng.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sim_disk;

/* What happened to the disk since it was last booted. */
enum sim_disk_state {
    SIM_DISK_FINE,
    SIM_DISK_HURT, /* a sync failed, or a write met an I/O error: what is durable is not known */
    SIM_DISK_DEAD  /* power is gone: every call fails */
};

/* Makes an empty disk and registers it as the default SQLite VFS under `name` (static).  Owned by
 * the caller (sim_disk_free, after the last database on it is closed).  Aborts without memory. */
struct sim_disk *sim_disk_new(const char *name);
void sim_disk_free(struct sim_disk *disk);

/* Keeps a copy of what is durable now, */
void sim_disk_keep(struct sim_disk *disk);
/* and goes back to it (`kept`) or to an empty disk, with a new seed and no faults.  SQLite's own
 * random numbers start anew too.  No file may be open. */
void sim_disk_reset(struct sim_disk *disk, bool kept, uint64_t seed);

/* Power goes at the n-th sync from now (1: the next one): before it, in its middle, or right behind
 * it, by chance.  0: never. */
void sim_disk_cut_at(struct sim_disk *disk, int n);
/* The n-th sync from now fails; calls go on.  0: never. */
void sim_disk_fail_sync_at(struct sim_disk *disk, int n);
/* The n-th write from now fails with an I/O error; calls go on.  0: never. */
void sim_disk_fail_write_at(struct sim_disk *disk, int n);
/* Power goes now, but nothing is lost: the process is killed, and the system writes what it wrote.
 */
void sim_disk_kill(struct sim_disk *disk);
/* From now on there is (no) room to grow: writes behind the end give SQLITE_FULL. */
void sim_disk_fill(struct sim_disk *disk, bool full);

enum sim_disk_state sim_disk_state(const struct sim_disk *disk);
/* Syncs so far, since the reset. */
int64_t sim_disk_syncs(const struct sim_disk *disk);

/* A new start.  With `power` lost (or after SIM_DISK_DEAD or SIM_DISK_HURT) only what is durable is
 * there, and what survived by chance; otherwise everything written.  No file may be open. */
void sim_disk_boot(struct sim_disk *disk, bool power);

#endif
