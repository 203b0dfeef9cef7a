/*
 * Writes of rows that wait: on a server each statement costs a round trip, so rows that a callback
 * inserts, saves and removes are kept here and go together, before anything is asked that they
 * could change, and before the commit.  Callbacks that share a transaction share this too.
 *
 * A transaction sees its own writes all the same: a row found by its id is given from here, and a
 * statement that names a table of a waiting row sends them first.  Their failures stick when they
 * are sent.  A row that is saved again while it waits is written once, as it is last.
 *
 * A save waits only for a row that the same callback has read.  One that was read before it
 * began would, when the save met no row, come into the next run with the version that the first
 * run gave it, and then be saved over what somebody else has written.
 */
#include "store/later.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Ceiling of the copies of all waiting rows. */
#define DATA_MAX ((size_t)4 << 20)

enum gt_err gt_later_new(int most, struct gt_later **later)
{
    struct gt_later *l = calloc(1, sizeof(*l));
    if (!l)
        return gt_err_set(GT_ERR_NOMEM, "no memory for waiting rows");
    assert(most <= GT_LATER_MAX);
    l->most = most;
    gt_buf_init(&l->data, DATA_MAX);
    *later = l;
    return GT_OK;
}

void gt_later_free(struct gt_later *l)
{
    if (!l)
        return;
    gt_buf_done(&l->data);
    free(l);
}

/* --- finding ---------------------------------------------------------------------------------- */

/* Where a row's index is, or would be. */
static size_t slot_of(const struct gt_later *l, const struct gt_row *def, int64_t id)
{
    size_t n = sizeof(l->slots) / sizeof(l->slots[0]);
    uint64_t hash = ((uint64_t)id ^ (uint64_t)(uintptr_t)def) * 0x9e3779b97f4a7c15u;
    size_t at = (size_t)((hash >> 32) % n);
    while (l->slots[at]) {
        const struct gt_write *w = &l->writes[l->slots[at] - 1];
        if (w->def == def && w->id == id)
            break;
        at = (at + 1) % n;
    }
    return at;
}

static void slots_fill(struct gt_later *l)
{
    memset(l->slots, 0, sizeof(l->slots));
    for (int i = 0; i < l->n; i++)
        l->slots[slot_of(l, l->writes[i].def, l->writes[i].id)] = (short)(i + 1);
}

const struct gt_write *gt_later_find(const struct gt_later *l, const struct gt_row *def, int64_t id)
{
    short at = l->n ? l->slots[slot_of(l, def, id)] : 0;
    return at ? &l->writes[at - 1] : NULL;
}

const void *gt_later_row(const struct gt_later *l, const struct gt_write *w)
{
    return l->data.data + w->copy;
}

bool gt_later_touches(const struct gt_later *l, const char *sql)
{
    const struct gt_row *last = NULL;
    for (int i = 0; i < l->n; i++) {
        if (l->writes[i].def != last && strstr(sql, l->writes[i].def->table))
            return true;
        last = l->writes[i].def;
    }
    return false;
}

/* --- forgetting ------------------------------------------------------------------------------- */

void gt_later_reset(struct gt_later *l)
{
    l->sent = l->sent || l->n > 0;
    if (l->n > 0)
        memset(l->slots, 0, sizeof(l->slots));
    l->n = l->part = l->nundo = 0;
    gt_buf_reset(&l->data);
}

void gt_later_part(struct gt_later *l)
{
    l->part = l->n;
    l->nundo = 0;
    l->sent = false;
    memset(l->seen, 0, sizeof(l->seen));
}

void gt_later_end(struct gt_later *l)
{
    gt_later_reset(l);
    gt_later_part(l);
}

bool gt_later_undo(struct gt_later *l)
{
    if (l->sent)
        return false;
    while (l->nundo > 0) {
        l->nundo--;
        l->writes[l->undo[l->nundo].at] = l->undo[l->nundo].before;
    }
    l->n = l->part;
    slots_fill(l);
    return true;
}

/* --- what was read ---------------------------------------------------------------------------- */

void gt_later_saw(struct gt_later *l, const struct gt_row *def, int64_t id)
{
    unsigned at = l->nseen++ % GT_LATER_SEEN;
    l->seen[at].def = def;
    l->seen[at].id = id;
}

bool gt_later_has_seen(const struct gt_later *l, const struct gt_row *def, int64_t id)
{
    for (int i = 0; i < GT_LATER_SEEN; i++) {
        if (l->seen[i].def == def && l->seen[i].id == id)
            return true;
    }
    return false;
}

/* --- waiting ---------------------------------------------------------------------------------- */

bool gt_later_fits(const struct gt_later *l, const struct gt_write *write)
{
    const struct gt_write *waits = gt_later_find(l, write->def, write->id);
    /* Of one row only a save joins what waits.  That one must have a place to be put back. */
    if (waits && (write->kind != GT_WRITE_SAVE || waits->kind == GT_WRITE_REMOVE ||
                  l->nundo == GT_LATER_MAX))
        return false;
    return l->n < l->most && l->data.len + write->def->size + 16 < DATA_MAX;
}

enum gt_err gt_later_put(struct gt_later *l, const struct gt_write *write, const void *row)
{
    size_t slot = slot_of(l, write->def, write->id);
    size_t copy = l->data.len;
    if (row) {
        gt_buf_put(&l->data, row, write->def->size);
        enum gt_err err = gt_buf_err(&l->data);
        if (err)
            return gt_err_set(err, "no memory for waiting rows");
    }
    if (!l->slots[slot]) {
        l->writes[l->n] = *write;
        l->writes[l->n].copy = copy;
        l->slots[slot] = (short)++l->n;
        return GT_OK;
    }
    int at = l->slots[slot] - 1;
    if (at < l->part) {
        l->undo[l->nundo].at = at;
        l->undo[l->nundo++].before = l->writes[at];
    }
    l->writes[at].copy = copy;
    return GT_OK;
}
