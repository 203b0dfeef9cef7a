/*
 * Sealed rows: between a struct and a table row, by the row's descriptor.
 *
 * The seal is HMAC-SHA256 over the table's name and all columns in order, an integer as 8 bytes,
 * a text as its length in 4 bytes and its bytes, both big endian; so no two rows have the same
 * encoding.  Where rows have no seals the column is NULL and nothing is checked.
 */
#include "store/row.h"
#include "store/guess.h"
#include "store/internal.h"
#include "store/keep.h"
#include "store/later.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Columns of a row at most, its seal and the key of a save among them. */
#define COLS_MAX GT_ROW_VALS_MAX

/* Encodings up to here need no allocation; longer ones are rows with long documents. */
#define ENCODING_STACK 8192

/* --- the struct's members --------------------------------------------------------------------- */

static int64_t *member_int(void *row, const struct gt_row_col *col)
{
    return (int64_t *)(void *)((char *)row + col->offset);
}

static char *member_text(void *row, const struct gt_row_col *col)
{
    return (char *)row + col->offset;
}

static struct gt_val member_val(const void *row, const struct gt_row_col *col)
{
    const char *at = (const char *)row + col->offset;
    if (col->size == 0)
        return GT_INT(*(const int64_t *)(const void *)at);
    return GT_TEXT(at);
}

static const struct gt_row_col *row_cols(const struct gt_row *def, size_t *n)
{
    const struct gt_row_col *cols = def->cols(n);
    assert(*n >= 2 && *n + 3 <= COLS_MAX && strcmp(cols[0].name, "id") == 0 &&
           strcmp(cols[*n - 1].name, "version") == 0);
    return cols;
}

/* --- seals ------------------------------------------------------------------------------------ */

static unsigned char *put_int(unsigned char *p, uint64_t v, int bytes)
{
    for (int i = bytes - 1; i >= 0; i--)
        *p++ = (unsigned char)(v >> (8 * i));
    return p;
}

static unsigned char *put_text(unsigned char *p, const char *text, size_t len)
{
    p = put_int(p, len, 4);
    memcpy(p, text, len);
    return p + len;
}

/* What the encoding takes at most. */
static size_t encoding_max(const struct gt_row *def, const struct gt_row_col *cols, size_t n)
{
    size_t size = 4 + strlen(def->table);
    for (size_t i = 0; i < n; i++)
        size += cols[i].size == 0 ? 8 : 4 + cols[i].size;
    return size;
}

static size_t encode(const struct gt_row *def, const struct gt_row_col *cols, size_t n,
                     const void *row, unsigned char *out)
{
    unsigned char *p = put_text(out, def->table, strlen(def->table));
    for (size_t i = 0; i < n; i++) {
        struct gt_val v = member_val(row, &cols[i]);
        if (v.kind == GT_VAL_INT)
            p = put_int(p, (uint64_t)v.i, 8);
        else
            p = put_text(p, v.t, strnlen(v.t, cols[i].size));
    }
    return (size_t)(p - out);
}

/* Gives the row's seal in hex; "" where rows have none. */
static enum gt_err row_seal(struct gt_hmac *hmac, const struct gt_row *def, const void *row,
                            char seal[GT_SHA256_HEX])
{
    seal[0] = '\0';
    if (!hmac)
        return GT_OK;
    size_t n = 0;
    const struct gt_row_col *cols = row_cols(def, &n);
    unsigned char stack[ENCODING_STACK];
    unsigned char *buf = stack, *heap = NULL;
    size_t max = encoding_max(def, cols, n);
    if (max > sizeof(stack)) {
        buf = heap = malloc(max);
        if (!heap)
            return gt_err_set(GT_ERR_NOMEM, "no memory to seal a row of %s", def->table);
    }
    uint8_t mac[GT_SHA256_SIZE];
    enum gt_err err = gt_hmac(hmac, buf, encode(def, cols, n, row, buf), mac);
    if (!err)
        gt_hex_encode(mac, sizeof(mac), seal);
    free(heap);
    return err;
}

/* --- writing ---------------------------------------------------------------------------------- */

/* Takes the blanks off the ends of texts: SQL Server does not compare them and ASE does not keep
 * them, so that there the seal would be wrong. */
static void row_trim(const struct gt_row_col *cols, size_t n, void *row)
{
    for (size_t i = 0; i < n; i++) {
        if (cols[i].size == 0)
            continue;
        char *text = member_text(row, &cols[i]);
        size_t len = strlen(text);
        while (len > 0 && text[len - 1] == ' ')
            text[--len] = '\0';
    }
}

enum gt_err gt_row_vals(struct gt_hmac *hmac, const struct gt_row *def, enum gt_write_kind kind,
                        int64_t id, int64_t version, const void *row, struct gt_row_vals *out)
{
    size_t n = 0;
    const struct gt_row_col *cols = row_cols(def, &n);
    out->n = 0;
    if (kind != GT_WRITE_REMOVE) {
        enum gt_err err = row_seal(hmac, def, row, out->seal);
        if (err)
            return err;
        for (size_t i = 0; i < n; i++) {
            if (kind == GT_WRITE_INSERT || !cols[i].fixed)
                out->vals[out->n++] = member_val(row, &cols[i]);
        }
        out->vals[out->n++] = GT_TEXT(out->seal);
    }
    if (kind != GT_WRITE_INSERT) {
        out->vals[out->n++] = GT_INT(id);
        out->vals[out->n++] = GT_INT(version);
    }
    return GT_OK;
}

const struct gt_stmt *const *gt_row_stmt(const struct gt_row *def, enum gt_write_kind kind)
{
    if (kind == GT_WRITE_INSERT)
        return def->insert;
    return kind == GT_WRITE_SAVE ? def->save : def->remove;
}

enum gt_err gt_row_changed(const struct gt_row *def, int64_t id)
{
    return gt_err_set(GT_ERR_CHANGED, "%s %lld is no longer as it was read", def->table,
                      (long long)id);
}

void gt_row_insert(struct gt_tx *tx, const struct gt_row *def, void *row)
{
    size_t n = 0;
    const struct gt_row_col *cols = row_cols(def, &n);
    if (gt_tx_err(tx))
        return;
    *member_int(row, &cols[n - 1]) = 1;
    row_trim(cols, n, row);
    gt_tx_write(tx, GT_WRITE_INSERT, def, *member_int(row, &cols[0]), 0, row);
}

void gt_row_save(struct gt_tx *tx, const struct gt_row *def, void *row)
{
    size_t n = 0;
    const struct gt_row_col *cols = row_cols(def, &n);
    int64_t *version = member_int(row, &cols[n - 1]);
    int64_t old = *version;
    if (gt_tx_err(tx))
        return;
    *version = old + 1;
    row_trim(cols, n, row);
    gt_tx_write(tx, GT_WRITE_SAVE, def, *member_int(row, &cols[0]), old, row);
    if (gt_tx_err(tx))
        *version = old;
}

void gt_row_remove(struct gt_tx *tx, const struct gt_row *def, const void *row)
{
    size_t n = 0;
    const struct gt_row_col *cols = row_cols(def, &n);
    gt_tx_write(tx, GT_WRITE_REMOVE, def, member_val(row, &cols[0]).i,
                member_val(row, &cols[n - 1]).i, NULL);
}

void gt_row_own(struct gt_tx *tx, const struct gt_row *def, int64_t id)
{
    gt_tx_saw(tx, def, id);
}

/* --- reading ---------------------------------------------------------------------------------- */

/* Reads a row that carries seals: what this program would not have written so is tampered with. */
static enum gt_err read_sealed(struct gt_tx *tx, const struct gt_row *def,
                               const struct gt_row_col *cols, size_t n, void *row)
{
    enum gt_err err = GT_OK;
    for (size_t i = 0; !err && i < n; i++) {
        if (cols[i].size == 0)
            err = gt_col_strict_int(tx, member_int(row, &cols[i]));
        else
            err = gt_col_strict_text(tx, member_text(row, &cols[i]), cols[i].size);
    }
    char stored[GT_SHA256_HEX] = "", seal[GT_SHA256_HEX];
    if (!err)
        err = gt_col_strict_text(tx, stored, sizeof(stored));
    if (!err)
        err = row_seal(gt_tx_seal(tx), def, row, seal);
    if (!err && !gt_same(stored, seal, sizeof(seal)))
        err = gt_err_set(GT_ERR_TAMPERED, "bad seal");
    if (err == GT_ERR_TAMPERED)
        gt_err_add(err, "%s %lld", def->table, (long long)*member_int(row, &cols[0]));
    return err;
}

static void read_plain(struct gt_tx *tx, const struct gt_row_col *cols, size_t n, void *row)
{
    for (size_t i = 0; i < n; i++) {
        if (cols[i].size == 0)
            *member_int(row, &cols[i]) = gt_col_int(tx);
        else
            gt_col_text(tx, member_text(row, &cols[i]), cols[i].size);
    }
    char seal[GT_SHA256_HEX];
    gt_col_text(tx, seal, sizeof(seal));
}

void gt_row_read(struct gt_tx *tx, const struct gt_row *def, void *row)
{
    size_t n = 0;
    const struct gt_row_col *cols = row_cols(def, &n);
    memset(row, 0, def->size);
    if (gt_tx_err(tx))
        return;
    if (gt_tx_seal(tx))
        gt_tx_fail(tx, read_sealed(tx, def, cols, n, row));
    else
        read_plain(tx, cols, n, row);
    gt_tx_saw(tx, def, *member_int(row, &cols[0]));
}

/* `hold`: it must stay as it is until the transaction ends. */
static bool row_by_id(struct gt_tx *tx, const struct gt_row *def, const struct gt_stmt *const *stmt,
                      bool hold, int64_t id, void *row)
{
    bool there = false;
    if (gt_tx_waiting(tx, def, id, row, &there))
        return there;
    if (gt_tx_kept(tx, def, id, hold, row))
        return true;
    if (!gt_tx_one(tx, stmt, GT_INT(id)))
        return false;
    gt_row_read(tx, def, row);
    gt_tx_keep(tx, def, *(const int64_t *)row, row);
    return true;
}

bool gt_row_find(struct gt_tx *tx, const struct gt_row *def, int64_t id, void *row)
{
    return row_by_id(tx, def, def->find, false, id, row);
}

bool gt_row_lock(struct gt_tx *tx, const struct gt_row *def, int64_t id, void *row)
{
    return row_by_id(tx, def, def->lock, true, id, row);
}

bool gt_row_kept_one_(struct gt_tx *tx, const struct gt_row *def, void *row,
                      const struct gt_stmt *const *stmt, const struct gt_val *vals, size_t nvals)
{
    int64_t id = tx->keep ? gt_keep_asked(tx->keep, stmt, vals, nvals) : 0;
    bool there = false, hold = strstr((*stmt)->sql, "{locked}") != NULL;
    if (id &&
        ((gt_tx_waiting(tx, def, id, row, &there) && there) || gt_tx_kept(tx, def, id, hold, row)))
        return true;
    if (!gt_tx_one_(tx, stmt, vals, nvals))
        return false;
    gt_row_read(tx, def, row);
    gt_tx_keep(tx, def, *(const int64_t *)row, row);
    if (tx->keep && !gt_tx_err(tx))
        gt_keep_answer(tx->keep, def, stmt, vals, nvals, *(const int64_t *)row);
    return true;
}

bool gt_row_unheard_(struct gt_tx *tx, const struct gt_stmt *const *stmt, const struct gt_val *vals,
                     size_t nvals)
{
    return tx->guess && !tx->err && gt_guess_unheard(tx->guess, stmt, vals, nvals);
}

void gt_row_gone_(struct gt_tx *tx, const struct gt_stmt *const *stmt, const struct gt_val *vals,
                  size_t nvals)
{
    if (tx->guess)
        gt_guess_unhear(tx->guess, stmt, vals, nvals);
}

bool gt_row_read_unchecked(struct gt_tx *tx, const struct gt_row *def, void *row)
{
    size_t n = 0;
    const struct gt_row_col *cols = row_cols(def, &n);
    memset(row, 0, def->size);
    if (gt_tx_err(tx))
        return false;
    if (!gt_tx_seal(tx)) {
        read_plain(tx, cols, n, row);
        return gt_tx_err(tx) == GT_OK;
    }
    enum gt_err err = read_sealed(tx, def, cols, n, row);
    if (err && err != GT_ERR_TAMPERED)
        gt_tx_fail(tx, err);
    return err == GT_OK;
}
