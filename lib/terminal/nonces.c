/*
 * The memory of used nonces.
 *
 * A nonce must be remembered as long as its token would be taken for fresh, and no longer.  So the
 * tables go by the token's own time, Created, not by the time it came: a generation holds a span of
 * Created as long as `fresh_ms`.  What is fresh touches three generations at most; when a fourth
 * begins, the oldest holds only what is stale anyway, and its table is emptied.  At 2,000 messages
 * a second and five minutes that is 1.2 million nonces, in two full tables.
 *
 * What is kept of a nonce is 64 bits of a digest under a key of this process, so nobody outside can
 * look for two that collide.  Tables are split into shards, each with its lock: a table that grows
 * holds up only those of its own shard, for a fraction of a millisecond.
 */
#include "terminal/nonces.h"

#include "base/crypt.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define SHARDS      64
#define GENERATIONS 3
#define KEY_SIZE    16
#define TABLE_MIN   64
/* Most entries of one table: 14,000 messages a second for five minutes. */
#define TABLE_MAX 65536

/* A hash table with linear probing; 0 is an empty place. */
struct table {
    int64_t span;   /* number of its span of Created */
    uint64_t *slot; /* NULL while it is empty */
    size_t cap, used;
};

struct shard {
    pthread_mutex_t lock;
    struct table table[GENERATIONS];
};

struct gt_nonces {
    int64_t span_ms;
    uint8_t key[KEY_SIZE];
    struct shard shard[SHARDS];
};

enum gt_err gt_nonces_new(int64_t fresh_ms, const struct gt_random *random,
                          struct gt_nonces **nonces)
{
    struct gt_nonces *made = calloc(1, sizeof *made);
    if (!made)
        return gt_err_set(GT_ERR_NOMEM, "no memory for nonces");
    made->span_ms = fresh_ms > 0 ? fresh_ms : 1;
    enum gt_err err = random->fill(random->ctx, made->key, sizeof made->key);
    if (err != GT_OK) {
        free(made);
        return err;
    }
    for (size_t i = 0; i < SHARDS; i++)
        (void)pthread_mutex_init(&made->shard[i].lock, NULL);
    *nonces = made;
    return GT_OK;
}

void gt_nonces_free(struct gt_nonces *nonces)
{
    if (!nonces)
        return;
    for (size_t i = 0; i < SHARDS; i++) {
        for (size_t g = 0; g < GENERATIONS; g++)
            free(nonces->shard[i].table[g].slot);
        (void)pthread_mutex_destroy(&nonces->shard[i].lock);
    }
    free(nonces);
}

/* 64 bits that stand for a nonce of a terminal; never 0. */
static enum gt_err fingerprint(const struct gt_nonces *nonces, const char *username,
                               const void *nonce, size_t len, uint64_t *print)
{
    uint8_t text[KEY_SIZE + 128];
    size_t name_len = strlen(username) + 1; /* its end parts it from the nonce */
    if (name_len + len > sizeof text - KEY_SIZE)
        return gt_err_set(GT_ERR_TOOBIG, "a nonce of %zu bytes", len);
    memcpy(text, nonces->key, KEY_SIZE);
    memcpy(text + KEY_SIZE, username, name_len);
    memcpy(text + KEY_SIZE + name_len, nonce, len);
    uint8_t digest[GT_SHA256_SIZE];
    enum gt_err err = gt_sha256(text, KEY_SIZE + name_len + len, digest);
    if (err != GT_OK)
        return err;
    memcpy(print, digest, sizeof *print);
    if (*print == 0)
        *print = 1;
    return GT_OK;
}

/* The place of `print`, or the empty place where it belongs.  The shard took the low bits, so the
 * place is scaled from the high ones. */
static size_t place_of(const uint64_t *slot, size_t cap, uint64_t print)
{
    size_t i = (size_t)(((print >> 32) * cap) >> 32);
    while (slot[i] != 0 && slot[i] != print)
        i = i + 1 == cap ? 0 : i + 1;
    return i;
}

static bool holds(const struct table *table, uint64_t print)
{
    return table->used > 0 && table->slot[place_of(table->slot, table->cap, print)] == print;
}

/* Makes room for one more: a table is at most seven eighths full, and grows by an eighth. */
static enum gt_err make_room(struct table *table)
{
    if (table->used >= TABLE_MAX)
        return gt_err_set(GT_ERR_FULL, "more nonces than can be remembered");
    if ((table->used + 1) * 8 <= table->cap * 7)
        return GT_OK;
    size_t cap = table->cap ? table->cap + table->cap / 8 : TABLE_MIN;
    uint64_t *slot = calloc(cap, sizeof *slot);
    if (!slot)
        return gt_err_set(GT_ERR_NOMEM, "no memory for nonces");
    for (size_t i = 0; i < table->cap; i++) {
        if (table->slot[i] != 0)
            slot[place_of(slot, cap, table->slot[i])] = table->slot[i];
    }
    free(table->slot);
    table->slot = slot;
    table->cap = cap;
    return GT_OK;
}

/* With the shard's lock held. */
static enum gt_err enter(struct shard *shard, int64_t span, uint64_t print)
{
    struct table *table = &shard->table[span % GENERATIONS];
    if (table->span > span)
        return gt_err_set(GT_ERR_RANGE, "a nonce of a time that is forgotten");
    if (table->span < span) {
        free(table->slot);
        *table = (struct table){.span = span};
    }
    /* A nonce is used once, whatever Created it comes with. */
    for (size_t g = 0; g < GENERATIONS; g++) {
        if (holds(&shard->table[g], print))
            return gt_err_set(GT_ERR_EXISTS, "the nonce was used before");
    }
    enum gt_err err = make_room(table);
    if (err != GT_OK)
        return err;
    table->slot[place_of(table->slot, table->cap, print)] = print;
    table->used++;
    return GT_OK;
}

enum gt_err gt_nonces_enter(struct gt_nonces *nonces, const char *username, const void *nonce,
                            size_t len, int64_t created_ms)
{
    if (created_ms < 0)
        return gt_err_set(GT_ERR_RANGE, "a nonce from before 1970");
    uint64_t print = 0;
    enum gt_err err = fingerprint(nonces, username, nonce, len, &print);
    if (err != GT_OK)
        return err;
    struct shard *shard = &nonces->shard[print % SHARDS];
    (void)pthread_mutex_lock(&shard->lock);
    err = enter(shard, created_ms / nonces->span_ms, print);
    (void)pthread_mutex_unlock(&shard->lock);
    return err;
}

size_t gt_nonces_memory(struct gt_nonces *nonces)
{
    size_t bytes = sizeof *nonces;
    for (size_t i = 0; i < SHARDS; i++) {
        struct shard *shard = &nonces->shard[i];
        (void)pthread_mutex_lock(&shard->lock);
        for (size_t g = 0; g < GENERATIONS; g++)
            bytes += shard->table[g].cap * sizeof(uint64_t);
        (void)pthread_mutex_unlock(&shard->lock);
    }
    return bytes;
}
