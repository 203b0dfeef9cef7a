/*
 * Writes of rows that wait: on a server each statement costs a round trip, so rows that a callback
 * inserts, saves and removes are kept here and go together, before anything is asked that they
 * could change, and before the commit.
 *
 * A transaction sees its own writes all the same: a row found by its id is given from here, and a
 * statement that names a table of a waiting row sends them first.  Their failures stick when they
 * are sent.
 *
 * A save waits only for a row that the same transaction has read.  One that was read before it
 * began would, when the save met no row, come into the next run with the version that the first
 * run gave it, and then be saved over what somebody else has written.
 */
#include "store/later.h"

#include <stdlib.h>
#include <string.h>

/* Ceiling of the text and the copies of all waiting rows. */
#define DATA_MAX ((size_t)1 << 20)

enum gt_err gt_later_new(struct gt_later **later)
{
    struct gt_later *l = calloc(1, sizeof(*l));
    if (!l)
        return gt_err_set(GT_ERR_NOMEM, "no memory for waiting rows");
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

void gt_later_reset(struct gt_later *l)
{
    l->n = 0;
    l->nvals = 0;
    gt_buf_reset(&l->data);
}

void gt_later_end(struct gt_later *l)
{
    gt_later_reset(l);
    memset(l->seen, 0, sizeof(l->seen));
}

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

const struct gt_write *gt_later_find(const struct gt_later *l, const struct gt_row *def, int64_t id)
{
    for (int i = 0; i < l->n; i++) {
        if (l->writes[i].def == def && l->writes[i].id == id)
            return &l->writes[i];
    }
    return NULL;
}

bool gt_later_touches(const struct gt_later *l, const char *sql)
{
    for (int i = 0; i < l->n; i++) {
        if (strstr(sql, l->writes[i].def->table))
            return true;
    }
    return false;
}

bool gt_later_fits(const struct gt_later *l, const struct gt_write *w)
{
    for (int i = 0; i < l->n; i++) {
        const struct gt_write *other = &l->writes[i];
        if (other->def == w->def &&
            (other->id == w->id || (w->stmt == w->def->insert && other->stmt != w->stmt)))
            return false;
    }
    /* Texts take at most what the struct has for them; twice, with the copy. */
    return l->n < GT_LATER_MAX && l->nvals + w->nvals <= GT_LATER_VALS &&
           l->data.len + 2 * w->def->size + w->nvals + 256 < DATA_MAX;
}

enum gt_err gt_later_put(struct gt_later *l, const struct gt_write *write,
                         const struct gt_val *vals)
{
    struct gt_write *w = &l->writes[l->n];
    *w = *write;
    w->first = l->nvals;
    w->copy = l->data.len;
    if (w->row)
        gt_buf_put(&l->data, w->row, w->def->size);
    for (size_t i = 0; i < w->nvals; i++) {
        struct gt_val *v = &l->vals[l->nvals + i];
        *v = vals[i];
        if (v->kind != GT_VAL_TEXT)
            continue;
        /* The memory may still move: until it is sent it is told where in it. */
        v->i = (int64_t)l->data.len;
        gt_buf_put(&l->data, v->t ? v->t : "", v->t ? strlen(v->t) + 1 : 1);
    }
    enum gt_err err = gt_buf_err(&l->data);
    if (err)
        return gt_err_set(err, "no memory for waiting rows");
    l->nvals += w->nvals;
    l->n++;
    return GT_OK;
}

void gt_later_settle(struct gt_later *l)
{
    for (size_t i = 0; i < l->nvals; i++) {
        if (l->vals[i].kind == GT_VAL_TEXT)
            l->vals[i].t = l->data.data + l->vals[i].i;
    }
}
