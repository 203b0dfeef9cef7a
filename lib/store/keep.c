/*
 * Rows that every sale reads, kept by the connection that writes.
 *
 * The state, an account, its batch, its balances, an operator's series: whoever writes them is
 * nearly always the one writer of this process, which therefore knows what they hold.  Each lives
 * in one of a few places that its id says; a row that finds all of them taken takes one over.
 *
 * What is kept is true while the transaction lasts in which it was read or written, and from then
 * on until another connection has written or something was rolled back: the backend knows that and
 * clears.  The store stays the judge: a save still compares the version in the row.
 */
#include "store/keep.h"

#include <stdlib.h>
#include <string.h>

#define PLACES  8192 /* a power of two */
#define CHOICE  4    /* places that a row, or an answer, may take: those in a row */
#define TABLES  8    /* that are kept, at most; of more than these nothing is */
#define KEY_MAX 96   /* of a statement's values; longer ones are not remembered */

struct place {
    const struct gt_row *def; /* NULL: never used */
    int64_t id;
    uint64_t age; /* of the table when it was put */
    void *row;
    size_t size; /* of the memory at `row` */
};

struct answer {
    const struct gt_stmt *const *stmt; /* NULL: never used */
    uint64_t age;
    int table;
    int64_t id;
    size_t len;
    unsigned char key[KEY_MAX];
};

struct gt_keep {
    struct {
        const struct gt_row *def;
        uint64_t age, asked; /* of rows and answers: those of another age are forgotten */
    } tables[TABLES];
    struct place places[PLACES];
    struct answer answers[PLACES];
    unsigned turn; /* which of the places is taken over next */
};

enum gt_err gt_keep_new(struct gt_keep **keep)
{
    *keep = calloc(1, sizeof(**keep));
    return *keep ? GT_OK : gt_err_set(GT_ERR_NOMEM, "no memory for kept rows");
}

void gt_keep_free(struct gt_keep *k)
{
    for (size_t i = 0; k && i < PLACES; i++)
        free(k->places[i].row);
    free(k);
}

static void table_forget(struct gt_keep *k, int table)
{
    k->tables[table].age++;
    k->tables[table].asked++;
}

void gt_keep_clear(struct gt_keep *k)
{
    for (int i = 0; i < TABLES; i++)
        table_forget(k, i);
}

/* The number of a table, -1 if there are more than can be kept. */
static int table_of(const struct gt_keep *k, const struct gt_row *def)
{
    for (int i = 0; i < TABLES; i++) {
        if (k->tables[i].def == def)
            return i;
    }
    return -1;
}

static int table_add(struct gt_keep *k, const struct gt_row *def)
{
    int known = table_of(k, def);
    int i = known >= 0 ? known : table_of(k, NULL);
    if (i >= 0)
        k->tables[i].def = def;
    return i;
}

static size_t mix(uint64_t hash)
{
    hash *= 0x9E3779B97F4A7C15U;
    return (size_t)(hash >> 40) % PLACES / CHOICE * CHOICE;
}

static size_t place_of(const struct gt_row *def, int64_t id)
{
    return mix((uint64_t)(uintptr_t)def * 31 + (uint64_t)id);
}

static bool place_holds(const struct gt_keep *k, const struct place *p, const struct gt_row *def,
                        int64_t id)
{
    return p->def == def && p->id == id && p->age == k->tables[table_of(k, def)].age;
}

/* The row's place; NULL if it has none. */
static const struct place *place_find(const struct gt_keep *k, const struct gt_row *def, int64_t id)
{
    size_t first = place_of(def, id);
    for (size_t i = first; i < first + CHOICE; i++) {
        if (place_holds(k, &k->places[i], def, id))
            return &k->places[i];
    }
    return NULL;
}

/* The place that the row has, or takes: its own, one that nobody needs, or another's. */
static struct place *place_take(struct gt_keep *k, const struct gt_row *def, int64_t id)
{
    struct place *first = &k->places[place_of(def, id)], *unused = NULL;
    for (struct place *p = first; p < first + CHOICE; p++) {
        if (p->def == def && p->id == id)
            return p;
        if (!p->def || p->age != k->tables[table_of(k, p->def)].age)
            unused = p;
    }
    return unused ? unused : first + k->turn++ % CHOICE;
}

bool gt_keep_find(const struct gt_keep *k, const struct gt_row *def, int64_t id, void *row)
{
    const struct place *p = place_find(k, def, id);
    if (p)
        memcpy(row, p->row, def->size);
    return p != NULL;
}

void gt_keep_put(struct gt_keep *k, const struct gt_row *def, int64_t id, const void *row)
{
    int table = table_add(k, def);
    if (table < 0)
        return;
    struct place *p = place_take(k, def, id);
    p->def = NULL;
    if (p->size < def->size) {
        free(p->row);
        p->row = malloc(def->size);
        p->size = p->row ? def->size : 0;
    }
    if (!p->row)
        return; /* then it is read each time */
    memcpy(p->row, row, def->size);
    p->def = def;
    p->id = id;
    p->age = k->tables[table].age;
}

/* --- answers ---------------------------------------------------------------------------------- */

/* The values as bytes; 0 if they are too long. */
static size_t key_of(const struct gt_val *vals, size_t nvals, unsigned char key[KEY_MAX])
{
    size_t len = 0;
    for (size_t i = 0; i < nvals; i++) {
        bool text = vals[i].kind == GT_VAL_TEXT;
        const void *from = text ? (const void *)vals[i].t : (const void *)&vals[i].i;
        size_t n = text ? strlen(vals[i].t) + 1 : sizeof(vals[i].i);
        if (n > KEY_MAX - len)
            return 0;
        memcpy(key + len, from, n);
        len += n;
    }
    return len;
}

/* FNV-1a over statement and values. */
static size_t answer_of(const struct gt_stmt *const *stmt, const unsigned char *key, size_t len)
{
    uint64_t hash = 14695981039346656037U ^ (uint64_t)(uintptr_t)stmt;
    for (size_t i = 0; i < len; i++)
        hash = (hash ^ key[i]) * 1099511628211U;
    return mix(hash);
}

static bool answer_is(const struct answer *a, const struct gt_stmt *const *stmt,
                      const unsigned char *key, size_t len)
{
    return a->stmt == stmt && a->len == len && memcmp(a->key, key, len) == 0;
}

int64_t gt_keep_asked(const struct gt_keep *k, const struct gt_stmt *const *stmt,
                      const struct gt_val *vals, size_t nvals)
{
    unsigned char key[KEY_MAX];
    size_t len = key_of(vals, nvals, key);
    const struct answer *first = &k->answers[answer_of(stmt, key, len)];
    for (const struct answer *a = first; len > 0 && a < first + CHOICE; a++) {
        if (answer_is(a, stmt, key, len))
            return a->age == k->tables[a->table].asked ? a->id : 0;
    }
    return 0;
}

void gt_keep_answer(struct gt_keep *k, const struct gt_row *def, const struct gt_stmt *const *stmt,
                    const struct gt_val *vals, size_t nvals, int64_t id)
{
    unsigned char key[KEY_MAX];
    size_t len = key_of(vals, nvals, key);
    int table = table_add(k, def);
    if (len == 0 || table < 0)
        return;
    struct answer *first = &k->answers[answer_of(stmt, key, len)];
    struct answer *to = first + k->turn++ % CHOICE;
    for (struct answer *a = first; a < first + CHOICE; a++) {
        if (!a->stmt || a->age != k->tables[a->table].asked)
            to = a;
    }
    for (struct answer *a = first; a < first + CHOICE; a++) {
        if (answer_is(a, stmt, key, len))
            to = a;
    }
    *to = (struct answer){
        .stmt = stmt, .age = k->tables[table].asked, .table = table, .id = id, .len = len};
    memcpy(to->key, key, len);
}

void gt_keep_drop(struct gt_keep *k, const struct gt_row *def, int64_t id)
{
    int table = table_of(k, def);
    if (table < 0)
        return;
    k->tables[table].asked++;
    struct place *p = &k->places[place_of(def, id)];
    for (int i = 0; i < CHOICE; i++) {
        if (p[i].def == def && p[i].id == id)
            p[i].def = NULL;
    }
}

void gt_keep_drop_named(struct gt_keep *k, const char *sql)
{
    for (int i = 0; i < TABLES && k->tables[i].def; i++) {
        if (strstr(sql, k->tables[i].def->table))
            table_forget(k, i);
    }
}
