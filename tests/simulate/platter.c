/*
 * Files and faults of the disk in memory.
 *
 * The log of a file holds its writes in order.  Whether sectors reach the platter "in any order"
 * needs no shuffling: for one sector, an older write that came last is the same as a newer one that
 * was lost, and different sectors survive independently anyhow.
 */
#include "platter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- bytes ------------------------------------------------------------------------------------ */

static void bytes_room(struct sim_bytes *b, size_t cap)
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

void sim_bytes_resize(struct sim_bytes *b, size_t len)
{
    if (len > b->len) {
        bytes_room(b, len);
        memset(b->data + b->len, 0, len - b->len);
    }
    b->len = len;
}

void sim_bytes_put(struct sim_bytes *b, size_t at, const void *data, size_t len)
{
    if (at > b->len)
        sim_bytes_resize(b, at);
    bytes_room(b, at + len);
    if (data && len > 0)
        memcpy(b->data + at, data, len);
    if (at + len > b->len)
        b->len = at + len;
}

void sim_bytes_copy(struct sim_bytes *to, const struct sim_bytes *from)
{
    to->len = 0;
    sim_bytes_put(to, 0, from->data, from->len);
}

void sim_bytes_done(struct sim_bytes *b)
{
    free(b->data);
    *b = (struct sim_bytes){0};
}

/* --- files ------------------------------------------------------------------------------------ */

struct sim_file *sim_file_find(struct sim_disk *disk, const char *name)
{
    for (int i = 0; i < SIM_FILES; i++) {
        struct sim_file *f = &disk->files[i];
        if (f->used && !f->temp && strcmp(f->name, name) == 0)
            return f;
    }
    return NULL;
}

struct sim_file *sim_file_add(struct sim_disk *disk, const char *name)
{
    for (int i = 0; i < SIM_FILES; i++) {
        struct sim_file *f = &disk->files[i];
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

void sim_file_log(struct sim_file *f, struct sim_write record, const void *data)
{
    size_t at = f->log.len;
    sim_bytes_put(&f->log, at, &record, sizeof(record));
    sim_bytes_put(&f->log, at + sizeof(record), data, record.len);
}

/* Brings the sectors of a write to the platter, each with its chance. */
static void platter_write(struct sim_disk *disk, struct sim_file *f, struct sim_write record,
                          const uint8_t *data)
{
    size_t at = record.at, end = record.at + record.len;
    while (at < end) {
        size_t stop = (at / SIM_SECTOR + 1) * SIM_SECTOR;
        if (stop > end)
            stop = end;
        if (disk->survive >= 1000 || sim_rng_hit(&disk->rng, disk->survive))
            sim_bytes_put(&f->durable, at, data + (at - record.at), stop - at);
        at = stop;
    }
}

void sim_file_settle(struct sim_disk *disk, struct sim_file *f)
{
    for (size_t i = 0; i < f->log.len;) {
        struct sim_write record;
        memcpy(&record, f->log.data + i, sizeof(record));
        i += sizeof(record);
        if (!record.cut)
            platter_write(disk, f, record, f->log.data + i);
        else if (disk->survive >= 1000 || sim_rng_hit(&disk->rng, disk->survive))
            sim_bytes_resize(&f->durable, record.at);
        i += record.len;
    }
    f->log.len = 0;
}

/* Names follow: a file system with a journal writes what happened to folders before, with the sync
 * of any file.  What was in a file whose name is gone is gone with it. */
static void names_sync(struct sim_disk *disk)
{
    for (int i = 0; i < SIM_FILES; i++) {
        struct sim_file *f = &disk->files[i];
        f->linked_dur = f->linked;
        if (!f->linked)
            f->durable.len = f->log.len = 0;
    }
}

void sim_file_sync(struct sim_disk *disk, struct sim_file *f)
{
    int survive = disk->survive;
    disk->survive = 1000;
    sim_file_settle(disk, f);
    disk->survive = survive;
    names_sync(disk);
}

/* --- faults ----------------------------------------------------------------------------------- */

bool sim_counts_down(int *n)
{
    return *n > 0 && --*n == 0;
}

/* How much of what is not synced survives: nothing, some, or all of it. */
static int draw_survival(struct sim_disk *disk)
{
    static const int permille[] = {0, 1000, 500, 900, 100};
    return permille[sim_rng_below(&disk->rng, 5)];
}

void sim_platter_cut(struct sim_disk *disk)
{
    disk->state = SIM_DISK_DEAD;
    disk->survive = draw_survival(disk);
}

void sim_platter_hurt(struct sim_disk *disk, struct sim_file *synced)
{
    disk->state = SIM_DISK_HURT;
    disk->survive = draw_survival(disk);
    if (synced)
        sim_file_settle(disk, synced);
}
