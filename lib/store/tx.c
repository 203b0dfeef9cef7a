/*
 * Transactions as callbacks see them, on whatever database: the error that sticks, the one open
 * result, columns from left to right, and what values may be.
 *
 * The first failure sticks to the transaction; each of the functions here does nothing after it.
 */
#include "store/guess.h"
#include "store/internal.h"
#include "store/keep.h"
#include "store/later.h"

#include <string.h>

/* --- errors ----------------------------------------------------------------------------------- */

enum gt_err gt_tx_err(const struct gt_tx *tx)
{
    return tx->err;
}

enum gt_err gt_tx_fail(struct gt_tx *tx, enum gt_err err)
{
    if (!tx->err)
        tx->err = err;
    return tx->err;
}

/* A failure with the name of the statement in front, which sticks. */
static void tx_fail_at(struct gt_tx *tx, enum gt_err err)
{
    if (tx->name)
        gt_err_add(err, "%s", tx->name->name);
    gt_tx_fail(tx, err);
}

static void tx_close_result(struct gt_tx *tx)
{
    bool was_open = tx->open;
    tx->open = false;
    tx->ncols = 0;
    enum gt_err err = was_open ? tx->ops->done(tx) : GT_OK;
    /* On a server a result may end with an error that only its last packet tells. */
    if (err && !tx->err)
        tx_fail_at(tx, err);
}

void gt_tx_flush(struct gt_tx *tx)
{
    if (tx->err || !tx->later)
        return;
    enum gt_err err = tx->ops->flush(tx);
    if (err)
        tx_fail_at(tx, err);
    gt_later_reset(tx->later);
}

/* Closes the open result before another statement, and writes what that might ask for; false after
 * an error. */
static bool tx_begin(struct gt_tx *tx, const struct gt_stmt *name)
{
    if (tx->err)
        return false;
    tx_close_result(tx);
    if (tx->later && (!name || gt_later_touches(tx->later, name->sql)))
        gt_tx_flush(tx);
    tx->name = name;
    return tx->err == GT_OK;
}

struct gt_hmac *gt_tx_seal(struct gt_tx *tx)
{
    return tx->hmac;
}

enum gt_err gt_tx_call(struct gt_tx *tx, gt_db_fn fn, void *arg)
{
    gt_err_clear();
    enum gt_err err = fn(tx, arg);
    tx_close_result(tx);
    if (!err)
        gt_tx_flush(tx);
    if (tx->later)
        gt_later_end(tx->later);
    return err ? err : tx->err;
}

enum gt_err gt_tx_part(struct gt_tx *tx, gt_db_fn fn, void *arg, bool *whole)
{
    gt_err_clear();
    gt_later_part(tx->later);
    enum gt_err err = fn(tx, arg);
    tx_close_result(tx);
    if (!err)
        err = tx->err;
    *whole = !err || gt_later_undo(tx->later);
    if (err)
        gt_keep_clear(tx->keep);
    return err;
}

/* --- statements ------------------------------------------------------------------------------- */

static int64_t tx_exec(struct gt_tx *tx, const struct gt_stmt *const *stmt,
                       const struct gt_val *vals, size_t nvals)
{
    if (!tx_begin(tx, *stmt))
        return 0;
    int64_t changed = 0;
    enum gt_err err = tx->ops->exec(tx, stmt, vals, nvals, &changed);
    if (!err)
        return changed;
    tx_fail_at(tx, err);
    return 0;
}

int64_t gt_tx_exec_(struct gt_tx *tx, const struct gt_stmt *const *stmt, const struct gt_val *vals,
                    size_t nvals)
{
    if (tx->keep)
        gt_keep_drop_named(tx->keep, (*stmt)->sql);
    return tx_exec(tx, stmt, vals, nvals);
}

void gt_tx_query_(struct gt_tx *tx, const struct gt_stmt *const *stmt, const struct gt_val *vals,
                  size_t nvals)
{
    if (!tx_begin(tx, *stmt))
        return;
    enum gt_err err = tx->ops->query(tx, stmt, vals, nvals);
    if (err) {
        tx_fail_at(tx, err);
        return;
    }
    tx->open = true;
    tx->ended = false;
}

bool gt_tx_one_(struct gt_tx *tx, const struct gt_stmt *const *stmt, const struct gt_val *vals,
                size_t nvals)
{
    gt_tx_query_(tx, stmt, vals, nvals);
    return gt_tx_next(tx);
}

bool gt_tx_next(struct gt_tx *tx)
{
    if (tx->err)
        return false;
    if (!tx->open) {
        gt_tx_fail(tx, gt_err_set(GT_ERR_INTERNAL, "no result is open"));
        return false;
    }
    if (tx->ended)
        return false; /* another step would run it anew */
    tx->col = 0;
    tx->ncols = 0;
    enum gt_err err = tx->ops->next(tx, &tx->ncols);
    if (err) {
        tx->ncols = 0;
        tx_close_result(tx);
        tx_fail_at(tx, err);
    }
    tx->ended = tx->ncols == 0;
    return !tx->ended;
}

void gt_tx_keep(struct gt_tx *tx, const struct gt_row *def, int64_t id, const void *row)
{
    if (!tx->keep || !def->kept || tx->err)
        return;
    gt_keep_put(tx->keep, def, id, row);
    if (tx->guess)
        gt_guess_know(tx->guess, def, id);
}

/* What is kept is what was written last.  After a failure it goes with the transaction. */
static void keep_written(struct gt_tx *tx, enum gt_write_kind kind, const struct gt_row *def,
                         int64_t id, const void *row)
{
    if (!tx->keep || !def->kept)
        return;
    if (kind != GT_WRITE_SAVE)
        gt_keep_drop(tx->keep, def, id);
    if (row)
        gt_tx_keep(tx, def, id, row);
}

static void write_now(struct gt_tx *tx, enum gt_write_kind kind, const struct gt_row *def,
                      int64_t id, int64_t version, const void *row)
{
    struct gt_row_vals vals;
    enum gt_err err = gt_row_vals(tx->hmac, def, kind, id, version, row, &vals);
    if (err)
        gt_tx_fail(tx, err);
    else if (tx_exec(tx, gt_row_stmt(def, kind), vals.vals, vals.n) != 1 && !tx->err)
        gt_tx_fail(tx, gt_row_changed(def, id));
}

static void write_later(struct gt_tx *tx, const struct gt_write *write, const void *row)
{
    tx_close_result(tx);
    if (!tx->writes)
        gt_tx_fail(tx,
                   gt_err_set(GT_ERR_INTERNAL, "%s: writes in gt_db_read()", write->def->table));
    if (!gt_later_fits(tx->later, write))
        gt_tx_flush(tx);
    if (!tx->err)
        gt_tx_fail(tx, gt_later_put(tx->later, write, row));
    gt_later_saw(tx->later, write->def, write->id);
}

void gt_tx_write(struct gt_tx *tx, enum gt_write_kind kind, const struct gt_row *def, int64_t id,
                 int64_t version, const void *row)
{
    struct gt_write write = {.kind = kind, .def = def, .id = id, .version = version};
    if (tx->err)
        return;
    if (tx->later && (kind != GT_WRITE_SAVE || gt_later_has_seen(tx->later, def, id)))
        write_later(tx, &write, row);
    else
        write_now(tx, kind, def, id, version, row);
    keep_written(tx, kind, def, id, row);
}

void gt_tx_saw(struct gt_tx *tx, const struct gt_row *def, int64_t id)
{
    if (tx->later)
        gt_later_saw(tx->later, def, id);
}

bool gt_tx_kept(struct gt_tx *tx, const struct gt_row *def, int64_t id, bool hold, void *row)
{
    if (tx->err || !tx->keep || !def->kept || !gt_keep_find(tx->keep, def, id, row) ||
        (tx->guess && !gt_guess_take(tx->guess, def, id, hold, row)))
        return false;
    tx_close_result(tx);
    gt_tx_saw(tx, def, id);
    return true;
}

bool gt_tx_waiting(struct gt_tx *tx, const struct gt_row *def, int64_t id, void *row, bool *there)
{
    const struct gt_write *w = tx->err || !tx->later ? NULL : gt_later_find(tx->later, def, id);
    if (!w)
        return false;
    tx_close_result(tx);
    *there = w->kind != GT_WRITE_REMOVE;
    if (*there)
        memcpy(row, gt_later_row(tx->later, w), def->size);
    gt_tx_saw(tx, def, id);
    return true;
}

void gt_tx_script(struct gt_tx *tx, const char *sql)
{
    if (!tx_begin(tx, NULL))
        return;
    if (tx->keep)
        gt_keep_clear(tx->keep);
    enum gt_err err = tx->ops->script(tx, sql);
    if (err)
        tx_fail_at(tx, err);
}

bool gt_tx_has_table(struct gt_tx *tx, const char *table)
{
    bool there = false;
    if (!tx_begin(tx, NULL))
        return false;
    enum gt_err err = tx->ops->has_table(tx, table, &there);
    if (err)
        tx_fail_at(tx, err);
    return !err && there;
}

void gt_tx_alone(struct gt_tx *tx)
{
    if (!tx_begin(tx, NULL) || !tx->ops->alone)
        return;
    enum gt_err err = tx->ops->alone(tx);
    if (err)
        tx_fail_at(tx, err);
}

enum gt_err gt_tx_try(struct gt_tx *tx, const struct gt_stmt *stmt)
{
    return tx->err ? tx->err : tx->ops->try(tx, stmt);
}

/* --- columns ---------------------------------------------------------------------------------- */

/* What stands in the next column; the column is passed when its value was taken. */
static enum gt_err col_get(struct gt_tx *tx, struct gt_cell *cell)
{
    if (tx->err)
        return tx->err;
    if (tx->col >= tx->ncols)
        return gt_err_set(GT_ERR_INTERNAL, "there is no column %d", tx->col + 1);
    return tx->ops->column(tx, tx->col, cell);
}

enum gt_err gt_col_cell(struct gt_tx *tx, struct gt_cell *cell)
{
    enum gt_err err = col_get(tx, cell);
    tx->col += !err;
    return err;
}

static enum gt_err cell_int(struct gt_tx *tx, const struct gt_cell *cell, int64_t *out)
{
    if (cell->kind != GT_CELL_INT && cell->kind != GT_CELL_NULL)
        return gt_err_set(GT_ERR_INTERNAL, "column %d is no integer", tx->col + 1);
    *out = cell->kind == GT_CELL_INT ? cell->i : 0;
    tx->col++;
    return GT_OK;
}

static enum gt_err cell_text(struct gt_tx *tx, const struct gt_cell *cell, char *out, size_t size)
{
    if (cell->kind != GT_CELL_TEXT && cell->kind != GT_CELL_NULL)
        return gt_err_set(GT_ERR_INTERNAL, "column %d is no text", tx->col + 1);
    size_t len = cell->kind == GT_CELL_TEXT ? cell->len : 0;
    if (len >= size)
        return gt_err_set(GT_ERR_TOOBIG, "column %d has %zu bytes, %zu fit", tx->col + 1, len,
                          size - 1);
    if (len > 0 && memchr(cell->t, '\0', len))
        return gt_err_set(GT_ERR_TAMPERED, "column %d holds a NUL", tx->col + 1);
    if (len > 0)
        memcpy(out, cell->t, len);
    out[len] = '\0';
    tx->col++;
    return GT_OK;
}

int64_t gt_col_int(struct gt_tx *tx)
{
    struct gt_cell cell;
    int64_t value = 0;
    enum gt_err err = col_get(tx, &cell);
    if (!err)
        err = cell_int(tx, &cell, &value);
    if (err && !tx->err)
        tx_fail_at(tx, err);
    return value;
}

void gt_col_text(struct gt_tx *tx, char *out, size_t size)
{
    struct gt_cell cell;
    out[0] = '\0';
    enum gt_err err = col_get(tx, &cell);
    if (!err)
        err = cell_text(tx, &cell, out, size);
    if (err && !tx->err)
        tx_fail_at(tx, err);
}

enum gt_err gt_col_strict_int(struct gt_tx *tx, int64_t *out)
{
    struct gt_cell cell;
    enum gt_err err = col_get(tx, &cell);
    if (!err && cell.kind != GT_CELL_INT)
        err = gt_err_set(GT_ERR_TAMPERED, "column %d is no integer", tx->col + 1);
    return err ? err : cell_int(tx, &cell, out);
}

enum gt_err gt_col_strict_text(struct gt_tx *tx, char *out, size_t size)
{
    struct gt_cell cell;
    enum gt_err err = col_get(tx, &cell);
    if (!err && cell.kind != GT_CELL_NULL && (cell.kind != GT_CELL_TEXT || cell.len == 0))
        err = gt_err_set(GT_ERR_TAMPERED, "column %d is no text of ours", tx->col + 1);
    if (!err)
        err = cell_text(tx, &cell, out, size);
    /* The column was made for what fits the struct. */
    return err == GT_ERR_TOOBIG ? GT_ERR_TAMPERED : err;
}
