/*
 * What a transaction on a server presumes instead of asking.
 *
 * Rows that every sale reads are kept from one transaction to the next (keep.c).  On a server that
 * is a guess: another process may have changed them.  So whatever was taken from there is compared
 * by its version in the statement that writes - a save compares anyway - in the same database
 * transaction; where one differs nothing is stored, and the callbacks run again one by one and read
 * for themselves.  What was committed has thus seen no row but as it was.
 *
 * The same with rows that are not there: a look-up whose only purpose is to find what a unique key
 * refuses anyway is left out for values that nobody here has met of late.
 */
#include "store/guess.h"

#include <stdlib.h>
#include <string.h>

#define KNOWN 8192 /* powers of two */
#define HEARD 65536

struct gt_guess {
    uint64_t number; /* of this transaction */
    bool blind;
    int n;
    struct gt_guess_row rows[GT_GUESS_MAX];
    /* Rows that it knows.  One that is pushed out is compared again, which does no harm. */
    struct {
        const struct gt_row *def;
        int64_t id;
        uint64_t number;
    } known[KNOWN];
    uint64_t heard[HEARD]; /* hashes; of two on one place the later stays */
};

enum gt_err gt_guess_new(struct gt_guess **guess)
{
    *guess = calloc(1, sizeof(**guess));
    return *guess ? GT_OK : gt_err_set(GT_ERR_NOMEM, "no memory for guesses");
}

void gt_guess_free(struct gt_guess *g)
{
    free(g);
}

static uint64_t mix(uint64_t hash)
{
    hash *= 0x9E3779B97F4A7C15U;
    return hash ^ (hash >> 29);
}

/* --- rows ------------------------------------------------------------------------------------- */

void gt_guess_begin(struct gt_guess *g, bool blind)
{
    g->number++;
    g->blind = blind;
    g->n = 0;
}

static size_t place_of(const struct gt_row *def, int64_t id)
{
    return (size_t)(mix((uint64_t)(uintptr_t)def * 31 + (uint64_t)id) >> 32) % KNOWN;
}

void gt_guess_know(struct gt_guess *g, const struct gt_row *def, int64_t id)
{
    size_t at = place_of(def, id);
    g->known[at].def = def;
    g->known[at].id = id;
    g->known[at].number = g->number;
}

/* The version is the last column of every row. */
static int64_t version_of(const struct gt_row *def, const void *row)
{
    size_t n = 0;
    int64_t version;
    const struct gt_row_col *cols = def->cols(&n);
    memcpy(&version, (const char *)row + cols[n - 1].offset, sizeof(version));
    return version;
}

bool gt_guess_take(struct gt_guess *g, const struct gt_row *def, int64_t id, bool hold,
                   const void *row)
{
    size_t at = place_of(def, id);
    if (g->known[at].def == def && g->known[at].id == id && g->known[at].number == g->number)
        return true;
    if (g->blind || g->n == GT_GUESS_MAX)
        return false;
    g->rows[g->n++] =
        (struct gt_guess_row){.def = def, .id = id, .version = version_of(def, row), .hold = hold};
    gt_guess_know(g, def, id);
    return true;
}

const struct gt_guess_row *gt_guess_rows(const struct gt_guess *g, int *n)
{
    *n = g->n;
    return g->rows;
}

void gt_guess_right(struct gt_guess *g)
{
    g->n = 0;
}

/* --- what was met ----------------------------------------------------------------------------- */

static uint64_t hash_of(const struct gt_stmt *const *stmt, const struct gt_val *vals, size_t nvals)
{
    uint64_t hash = mix((uint64_t)(uintptr_t)stmt);
    for (size_t i = 0; i < nvals; i++) {
        const char *text = vals[i].kind == GT_VAL_TEXT ? vals[i].t : "";
        hash = mix(hash ^ (vals[i].kind == GT_VAL_INT ? (uint64_t)vals[i].i : 0));
        for (; *text; text++)
            hash = (hash ^ (unsigned char)*text) * 1099511628211U;
    }
    return mix(hash) | 1;
}

bool gt_guess_unheard(struct gt_guess *g, const struct gt_stmt *const *stmt,
                      const struct gt_val *vals, size_t nvals)
{
    uint64_t hash = hash_of(stmt, vals, nvals);
    uint64_t *at = &g->heard[(hash >> 32) % HEARD];
    bool unheard = *at != hash;
    *at = hash;
    return unheard;
}

void gt_guess_unhear(struct gt_guess *g, const struct gt_stmt *const *stmt,
                     const struct gt_val *vals, size_t nvals)
{
    uint64_t hash = hash_of(stmt, vals, nvals);
    uint64_t *at = &g->heard[(hash >> 32) % HEARD];
    if (*at == hash)
        *at = 0;
}
