/*
 * Keys in blocks (hi/lo): table gt_keyblock holds the first number of each series not yet given to
 * any process.
 *
 * A block's taking costs a commit.  So that nobody but one thread waits for it, who sees the block
 * run low takes the next one beforehand, while the others go on with what is left.
 */
#include "store/key.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* Series of one process at most: their names are written in the program. */
#define SERIES_MAX 64

struct range {
    int64_t next, end; /* numbers from next, below end */
};

struct series {
    const char *name;
    struct range now, spare; /* spare: taken already, used when `now` is through */
    bool taking;             /* a thread is in the transaction that takes a block */
};

struct gt_keysrc {
    struct gt_db *db;
    int block;
    pthread_mutex_t lock;
    pthread_cond_t taken; /* some `taking` has ended */
    int nseries;
    struct series series[SERIES_MAX];
};

GT_STMT(keyblock_find, "SELECT next FROM gt_keyblock WHERE name = ?");
GT_STMT(keyblock_new, "INSERT INTO gt_keyblock (name, next) VALUES (?, ?)");
GT_STMT(keyblock_move, "UPDATE gt_keyblock SET next = ? WHERE name = ? AND next = ?");

struct take {
    const char *name;
    int block;
    struct range got;
};

static enum gt_err take_block(struct gt_tx *tx, void *arg)
{
    struct take *t = arg;
    t->got.next = 1;
    bool there = gt_tx_one(tx, &keyblock_find, GT_TEXT(t->name));
    if (there)
        t->got.next = gt_col_int(tx);
    if (t->got.next < 1 || t->got.next > INT64_MAX - t->block)
        return gt_tx_fail(tx, gt_err_set(GT_ERR_RANGE, "series %s is used up", t->name));
    t->got.end = t->got.next + t->block;
    if (!there) {
        gt_tx_exec(tx, &keyblock_new, GT_TEXT(t->name), GT_INT(t->got.end));
        /* Another process made the row since it was looked for: run again and find it. */
        return gt_tx_err(tx) == GT_ERR_EXISTS ? GT_ERR_CHANGED : gt_tx_err(tx);
    }
    int64_t moved =
        gt_tx_exec(tx, &keyblock_move, GT_INT(t->got.end), GT_TEXT(t->name), GT_INT(t->got.next));
    if (moved != 1 && !gt_tx_err(tx))
        gt_tx_fail(tx, gt_err_set(GT_ERR_CHANGED, "series %s moved", t->name));
    return gt_tx_err(tx);
}

enum gt_err gt_keysrc_new(struct gt_db *db, int block, struct gt_keysrc **src)
{
    if (block < 1)
        return gt_err_set(GT_ERR_RANGE, "a block of %d keys", block);
    struct gt_keysrc *s = calloc(1, sizeof(*s));
    if (!s)
        return gt_err_set(GT_ERR_NOMEM, "no memory for a source of keys");
    s->db = db;
    s->block = block;
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->taken, NULL);
    *src = s;
    return GT_OK;
}

void gt_keysrc_free(struct gt_keysrc *src)
{
    if (!src)
        return;
    pthread_cond_destroy(&src->taken);
    pthread_mutex_destroy(&src->lock);
    free(src);
}

/* Under the lock. */
static struct series *series_get(struct gt_keysrc *src, const char *name)
{
    for (int i = 0; i < src->nseries; i++) {
        if (strcmp(src->series[i].name, name) == 0)
            return &src->series[i];
    }
    if (src->nseries == SERIES_MAX)
        return NULL;
    struct series *s = &src->series[src->nseries++];
    s->name = name;
    return s;
}

/* Takes a block into `spare`.  Under the lock, which is let go meanwhile. */
static enum gt_err series_fill(struct gt_keysrc *src, struct series *s)
{
    struct take take = {.name = s->name, .block = src->block};
    s->taking = true;
    pthread_mutex_unlock(&src->lock);
    enum gt_err err = gt_db_transact(src->db, "take_keys", take_block, &take);
    pthread_mutex_lock(&src->lock);
    s->taking = false;
    if (!err)
        s->spare = take.got;
    pthread_cond_broadcast(&src->taken);
    /* If it was taken all the same it is a gap. */
    return err == GT_ERR_LOST ? GT_ERR_BUSY : err;
}

/* Sees to it that `now` holds a number.  Under the lock. */
static enum gt_err series_ready(struct gt_keysrc *src, struct series *s)
{
    while (s->now.next == s->now.end) {
        if (s->spare.next < s->spare.end) {
            s->now = s->spare;
            s->spare = (struct range){0, 0};
        } else if (s->taking && gt_db_away(src->db)) {
            /* Who takes a block also looks whether the server is back: that is not waited for. */
            return gt_err_set(GT_ERR_BUSY, "the database is not there");
        } else if (s->taking) {
            pthread_cond_wait(&src->taken, &src->lock);
        } else {
            enum gt_err err = series_fill(src, s);
            if (err)
                return err;
        }
    }
    return GT_OK;
}

enum gt_err gt_key_next(struct gt_keysrc *src, const char *name, int64_t *key)
{
    pthread_mutex_lock(&src->lock);
    struct series *s = series_get(src, name);
    enum gt_err err =
        s ? series_ready(src, s) : gt_err_set(GT_ERR_INTERNAL, "more than %d series", SERIES_MAX);
    if (!err) {
        *key = s->now.next++;
        bool low = s->now.end - s->now.next < src->block / 4;
        /* There are keys left: who needs the next block and does not get it will say so. */
        if (low && s->spare.next == s->spare.end && !s->taking && series_fill(src, s) != GT_OK)
            gt_err_clear();
    }
    pthread_mutex_unlock(&src->lock);
    return err;
}
