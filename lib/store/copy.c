/*
 * Copying a store: see copy.h.
 *
 * Rows go in the order of their keys, a page a transaction, so the greatest key in the target says
 * where an interrupted copy was; nothing else need be kept.  Table gt_copy holds the sum of the
 * source as it was when the copy began: rows and saves of each table, which any change moves.  It
 * goes in the transaction that writes the last table.
 *
 * The statements are made of the schema and not registered, so a new table needs no line here.
 */
#include "store/copy.h"

#include "base/buf.h"
#include "base/clock.h"
#include "store/internal.h"
#include "store/layout.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Rows of a page at most; parameters of a statement (MSSQL takes 2100); ceilings of a statement's
 * text and of a page's. */
#define PAGE_ROWS  500
#define PARAMS_MAX 2000
#define SQL_MAX    ((size_t)1 << 16)
#define TEXT_MAX   ((size_t)64 << 20)

/* What a table holds, as far as a change of it must show. */
struct sum {
    int64_t rows, saves;
    char last[256]; /* greatest key */
};

struct page {
    size_t rows, ncols;
    struct gt_val *vals; /* [rows * ncols]; of a text `i` says where it is until page_settle() */
    size_t nvals, room;
    struct gt_buf text;
};

struct work {
    struct gt_copy *copy;
    struct gt_layout *layout;
    struct sum *sums; /* [layout->n], of the source */
    char digest[GT_SHA256_HEX];
    struct page page;
    struct page end; /* the rows of the last table */
    int64_t done, total;
};

/* --- statements that are not registered ---------------------------------------------------------
 */

struct loose {
    struct gt_stmt stmt;
    struct gt_buf sql;
};

static void loose_begin(struct loose *l)
{
    l->stmt = (struct gt_stmt){.name = "copy", .file = __FILE__};
    gt_buf_init(&l->sql, SQL_MAX);
}

/* Gives the statement as tx functions take it. */
static enum gt_err loose_end(struct loose *l, const struct gt_stmt **stmt)
{
    l->stmt.sql = l->sql.data;
    *stmt = &l->stmt;
    return gt_buf_err(&l->sql);
}

static void put_columns(struct gt_buf *sql, const struct gt_layout_table *t)
{
    for (int i = 0; i < t->ncols; i++)
        gt_buf_printf(sql, "%s%s", i ? ", " : "", t->cols[i].name);
}

/* Rows of one INSERT: Sybase takes one. */
static size_t rows_at_once(struct gt_db *to, const struct gt_layout_table *t)
{
    size_t most = PARAMS_MAX / (size_t)t->ncols;
    if (gt_db_dialect(to) == GT_DIALECT_SYBASE)
        return 1;
    return most < PAGE_ROWS ? most : PAGE_ROWS;
}

static void put_insert(struct gt_buf *sql, const struct gt_layout_table *t, size_t rows)
{
    gt_buf_printf(sql, "INSERT INTO %s (", t->name);
    put_columns(sql, t);
    gt_buf_puts(sql, ") VALUES ");
    for (size_t row = 0; row < rows; row++) {
        for (int i = 0; i < t->ncols; i++)
            gt_buf_puts(sql, i ? ", ?" : row ? ", (?" : "(?");
        gt_buf_putc(sql, ')');
    }
}

/* --- pages ------------------------------------------------------------------------------------ */

static void page_init(struct page *p)
{
    *p = (struct page){.rows = 0};
    gt_buf_init(&p->text, TEXT_MAX);
}

static void page_done(struct page *p)
{
    free(p->vals);
    gt_buf_done(&p->text);
}

static void page_reset(struct page *p, size_t ncols)
{
    p->rows = 0;
    p->nvals = 0;
    p->ncols = ncols;
    gt_buf_reset(&p->text);
}

static enum gt_err page_put(struct page *p, const struct gt_cell *cell)
{
    if (p->nvals == p->room) {
        size_t room = p->room ? 2 * p->room : 4096;
        struct gt_val *vals = realloc(p->vals, room * sizeof(*vals));
        if (!vals)
            return gt_err_set(GT_ERR_NOMEM, "no memory for a page of rows");
        p->vals = vals;
        p->room = room;
    }
    struct gt_val *v = &p->vals[p->nvals++];
    switch (cell->kind) {
    case GT_CELL_INT:
        *v = GT_INT(cell->i);
        return GT_OK;
    case GT_CELL_NULL:
    case GT_CELL_TEXT:
        *v = (struct gt_val){.kind = GT_VAL_TEXT, .i = (int64_t)p->text.len};
        if (cell->kind == GT_CELL_TEXT)
            gt_buf_put(&p->text, cell->t, cell->len);
        gt_buf_putc(&p->text, '\0');
        return gt_buf_err(&p->text);
    default:
        return gt_err_set(GT_ERR_TAMPERED, "a value is neither a number nor a text");
    }
}

/* Reads the rows of the open result. */
static enum gt_err page_read(struct page *p, struct gt_tx *tx)
{
    enum gt_err err = GT_OK;
    while (!err && gt_tx_next(tx)) {
        for (size_t i = 0; !err && i < p->ncols; i++) {
            struct gt_cell cell;
            err = gt_col_cell(tx, &cell);
            if (!err)
                err = page_put(p, &cell);
        }
        p->rows++;
    }
    for (size_t i = 0; i < p->nvals; i++) {
        if (p->vals[i].kind == GT_VAL_TEXT)
            p->vals[i].t = p->text.data + p->vals[i].i;
    }
    return err ? err : gt_tx_err(tx);
}

/* Reads the rows behind the key `after` (NULL: from the first) in the order of the keys. */
static enum gt_err page_fetch(struct page *p, struct gt_tx *tx, const struct gt_layout_table *t,
                              size_t rows, const struct gt_val *after)
{
    struct loose l;
    const struct gt_stmt *stmt;
    const char *key = t->cols[t->key].name;
    page_reset(p, (size_t)t->ncols);
    loose_begin(&l);
    gt_buf_printf(&l.sql, "SELECT {top %zu} ", rows);
    put_columns(&l.sql, t);
    gt_buf_printf(&l.sql, " FROM %s", t->name);
    if (after)
        gt_buf_printf(&l.sql, " WHERE %s > ?", key);
    gt_buf_printf(&l.sql, " ORDER BY %s {limit %zu}", key, rows);
    enum gt_err err = loose_end(&l, &stmt);
    if (!err) {
        gt_tx_query_(tx, &stmt, after, after ? 1 : 0);
        err = page_read(p, tx);
    }
    gt_buf_done(&l.sql);
    return gt_err_add(err, "%s", t->name);
}

/* --- sums ------------------------------------------------------------------------------------- */

/* A change shows in the number of rows, in the sum of their versions, or, of a table without, in
 * the sum of its numbers; those are small. */
static void put_sum(struct gt_buf *sql, const struct gt_layout_table *t)
{
    int version = gt_layout_col(t, "version");
    gt_buf_printf(sql, "SELECT COUNT(*), MAX(%s)", t->cols[t->key].name);
    for (int i = 0; i < t->ncols; i++) {
        if (!t->cols[i].text && (version < 0 ? i != t->key : i == version))
            gt_buf_printf(sql, ", SUM(%s)", t->cols[i].name);
    }
    gt_buf_printf(sql, " FROM %s", t->name);
}

static enum gt_err sum_read(struct gt_tx *tx, const struct gt_layout_table *t, struct sum *sum)
{
    struct loose l;
    const struct gt_stmt *stmt;
    *sum = (struct sum){.rows = 0};
    loose_begin(&l);
    put_sum(&l.sql, t);
    enum gt_err err = loose_end(&l, &stmt);
    if (!err && gt_tx_one_(tx, &stmt, NULL, 0)) {
        sum->rows = gt_col_int(tx);
        if (t->cols[t->key].text)
            gt_col_text(tx, sum->last, sizeof(sum->last));
        else
            (void)snprintf(sum->last, sizeof(sum->last), "%" PRId64, gt_col_int(tx));
        while (!gt_tx_err(tx) && tx->col < tx->ncols)
            sum->saves += gt_col_int(tx);
    }
    gt_buf_done(&l.sql);
    return gt_err_add(err ? err : gt_tx_err(tx), "%s", t->name);
}

static bool sum_same(const struct sum *a, const struct sum *b)
{
    return a->rows == b->rows && a->saves == b->saves && strcmp(a->last, b->last) == 0;
}

struct sums {
    const struct gt_layout *layout;
    struct sum *sums; /* [layout->n] */
};

static enum gt_err sums_in(struct gt_tx *tx, void *arg)
{
    const struct sums *s = arg;
    enum gt_err err = GT_OK;
    for (int i = 0; !err && i < s->layout->n; i++)
        err = sum_read(tx, &s->layout->tables[i], &s->sums[i]);
    return err;
}

static enum gt_err sums_digest(const struct gt_layout *layout, const struct sum *sums,
                               char digest[GT_SHA256_HEX])
{
    struct gt_buf text;
    uint8_t hash[GT_SHA256_SIZE];
    gt_buf_init(&text, SQL_MAX);
    for (int i = 0; i < layout->n; i++)
        gt_buf_printf(&text, "%s %" PRId64 " %" PRId64 " %s\n", layout->tables[i].name,
                      sums[i].rows, sums[i].saves, sums[i].last);
    enum gt_err err = gt_buf_err(&text);
    if (!err)
        err = gt_sha256(text.data, text.len, hash);
    if (!err)
        gt_hex_encode(hash, sizeof(hash), digest);
    gt_buf_done(&text);
    return err;
}

/* --- the note in the target ---------------------------------------------------------------------
 */

static const char note_sql[] =
    "CREATE TABLE gt_copy (id {int} NOT NULL PRIMARY KEY, digest {key 64} NOT NULL) {table};\n"
    "INSERT INTO gt_copy (id, digest) VALUES (1, '%s');\n";

struct note {
    bool there;
    char digest[GT_SHA256_HEX];
};

static enum gt_err note_find(struct gt_tx *tx, void *arg)
{
    static const struct gt_stmt find = {"copy_note", __FILE__, "SELECT digest FROM gt_copy"};
    const struct gt_stmt *stmt = &find;
    struct note *note = arg;
    *note = (struct note){.there = gt_tx_has_table(tx, "gt_copy")};
    if (note->there && gt_tx_one_(tx, &stmt, NULL, 0))
        gt_col_text(tx, note->digest, sizeof(note->digest));
    return gt_tx_err(tx);
}

struct script {
    enum gt_dialect dialect;
    char sql[512];
};

static enum gt_err script_in(struct gt_tx *tx, void *arg)
{
    const struct script *s = arg;
    struct gt_buf sql;
    gt_buf_init(&sql, SQL_MAX);
    gt_tx_fail(tx, gt_sql_expand(s->dialect, s->sql, &sql));
    gt_tx_script(tx, sql.data);
    gt_buf_done(&sql);
    return gt_tx_err(tx);
}

static enum gt_err note_make(struct work *w)
{
    struct script s = {.dialect = gt_db_dialect(w->copy->to)};
    (void)snprintf(s.sql, sizeof(s.sql), note_sql, w->digest);
    return gt_db_transact(w->copy->to, "copy.begin", script_in, &s);
}

/* Removes what an unfinished copy has left; the note goes last. */
static enum gt_err target_clear(struct work *w)
{
    struct script s = {.dialect = gt_db_dialect(w->copy->to)};
    enum gt_err err = GT_OK;
    for (int i = 0; !err && i <= w->layout->n; i++) {
        if (i < w->layout->n)
            (void)snprintf(s.sql, sizeof(s.sql), "DELETE FROM %s", w->layout->tables[i].name);
        else
            (void)snprintf(s.sql, sizeof(s.sql), "DROP TABLE gt_copy");
        err = gt_db_transact(w->copy->to, "copy.clear", script_in, &s);
    }
    return err;
}

/* --- the target before and after ----------------------------------------------------------------
 */

static struct sum *sums_new(const struct gt_layout *layout)
{
    struct sum *sums = calloc((size_t)layout->n + 1, sizeof(*sums));
    if (!sums)
        gt_err_set(GT_ERR_NOMEM, "no memory for the tables");
    return sums;
}

static bool is_last(const struct work *w, int i)
{
    return strcmp(w->layout->tables[i].name, w->copy->last) == 0;
}

/* The target has no unfinished copy: it is empty, or holds all of it, or has rows of its own. */
static enum gt_err target_fresh(struct work *w, const struct sum *have)
{
    int64_t rows = 0;
    bool same = true;
    for (int i = 0; i < w->layout->n; i++) {
        rows += have[i].rows;
        same = same && sum_same(&have[i], &w->sums[i]);
    }
    w->copy->there = same && rows > 0;
    if (rows == 0)
        return note_make(w);
    return same ? GT_OK
                : gt_err_set(GT_ERR_EXISTS, "the target has rows of its own (%" PRId64 ")", rows);
}

/* Sees what the target holds and makes it ready; `have` becomes the sums of its tables. */
static enum gt_err target_ready(struct work *w, struct sum *have)
{
    struct note note;
    struct sums sums = {w->layout, have};
    enum gt_err err = gt_db_read(w->copy->to, "copy.note", note_find, &note);
    if (!err && note.there && w->copy->anew) {
        err = target_clear(w);
        note.there = false;
    }
    if (!err)
        err = gt_db_read(w->copy->to, "copy.sums", sums_in, &sums);
    if (err)
        return err;
    if (!note.there)
        return target_fresh(w, have);
    if (strcmp(note.digest, w->digest) != 0)
        return gt_err_set(GT_ERR_CHANGED, "the source has changed since the copy was begun");
    w->copy->resumed = true;
    return GT_OK;
}

/* Compares the tables, but the last, which is not there yet. */
static enum gt_err target_compare(struct work *w, struct sum *have)
{
    struct sums sums = {w->layout, have};
    enum gt_err err = gt_db_read(w->copy->to, "copy.sums", sums_in, &sums);
    for (int i = 0; !err && i < w->layout->n; i++) {
        if (!is_last(w, i) && !sum_same(&have[i], &w->sums[i]))
            err = gt_err_set(GT_ERR_EXISTS,
                             "%s has %" PRId64 " rows in the source and %" PRId64
                             " in the target, or others: somebody else writes there",
                             w->layout->tables[i].name, w->sums[i].rows, have[i].rows);
    }
    return err;
}

/* --- copying ---------------------------------------------------------------------------------- */

struct put {
    const struct gt_layout_table *table;
    const struct page *page;
    size_t at_once;
    bool end; /* the copy's: the note goes too */
};

static enum gt_err put_in(struct gt_tx *tx, void *arg)
{
    const struct put *p = arg;
    enum gt_err err = GT_OK;
    for (size_t at = 0; !err && at < p->page->rows; at += p->at_once) {
        size_t left = p->page->rows - at;
        size_t rows = left < p->at_once ? left : p->at_once;
        struct loose l;
        const struct gt_stmt *stmt;
        loose_begin(&l);
        put_insert(&l.sql, p->table, rows);
        err = loose_end(&l, &stmt);
        if (!err) {
            int64_t made =
                gt_tx_exec_(tx, &stmt, p->page->vals + at * p->page->ncols, rows * p->page->ncols);
            err = gt_tx_err(tx);
            if (!err && made != (int64_t)rows)
                err = gt_err_set(GT_ERR_INTERNAL, "%zu rows were written as %" PRId64, rows, made);
        }
        gt_buf_done(&l.sql);
    }
    if (!err && p->end)
        gt_tx_script(tx, "DROP TABLE gt_copy");
    return gt_err_add(err ? err : gt_tx_err(tx), "%s", p->table->name);
}

/* The greatest key that the target has: of a text it borrows `sum`. */
static struct gt_val key_of(const struct gt_layout_table *t, const struct sum *sum)
{
    if (t->cols[t->key].text)
        return GT_TEXT(sum->last);
    return GT_INT(strtoll(sum->last, NULL, 10));
}

/* Copies what the target does not have of a table. */
static enum gt_err table_copy(struct work *w, struct gt_tx *tx, int i, const struct sum *have)
{
    const struct gt_layout_table *t = &w->layout->tables[i];
    struct put put = {.table = t, .page = &w->page, .at_once = rows_at_once(w->copy->to, t)};
    /* Whole statements: each is prepared once. */
    size_t rows = PAGE_ROWS / put.at_once * put.at_once;
    struct gt_val after = key_of(t, have);
    bool first = have->rows == 0;
    char key[sizeof(have->last)];
    int64_t copied = have->rows;
    enum gt_err err = GT_OK;
    w->done += copied;
    do {
        err = page_fetch(&w->page, tx, t, rows, first ? NULL : &after);
        if (!err && w->page.rows > 0)
            err = gt_db_transact(w->copy->to, "copy.rows", put_in, &put);
        if (err || w->page.rows == 0)
            break;
        const struct gt_val *last = &w->page.vals[(w->page.rows - 1) * w->page.ncols];
        after = last[t->key];
        if (after.kind == GT_VAL_TEXT) {
            err = gt_str_copy(key, sizeof(key), after.t);
            after.t = key;
        }
        first = false;
        copied += (int64_t)w->page.rows;
        w->done += (int64_t)w->page.rows;
        if (w->copy->progress)
            w->copy->progress(w->copy->ctx, t->name, w->done, w->total);
    } while (!err && w->page.rows == rows);
    return err;
}

static enum gt_err last_fetch(struct work *w, struct gt_tx *tx, int i)
{
    enum gt_err err = page_fetch(&w->end, tx, &w->layout->tables[i], PAGE_ROWS, NULL);
    if (!err && w->end.rows == 0)
        err = gt_err_set(GT_ERR_CONFIG, "the source is not initialised");
    return err;
}

/* The source is read here, in one state; another run goes on where the first was. */
static enum gt_err copy_in(struct gt_tx *tx, void *arg)
{
    struct work *w = arg;
    struct sums sums = {w->layout, w->sums};
    struct sum *have = sums_new(w->layout);
    enum gt_err err = have ? sums_in(tx, &sums) : GT_ERR_NOMEM;
    if (!err)
        err = sums_digest(w->layout, w->sums, w->digest);
    w->done = w->total = 0;
    for (int i = 0; i < w->layout->n; i++)
        w->total += w->sums[i].rows;
    if (!err)
        err = target_ready(w, have);
    for (int i = 0; !err && !w->copy->there && i < w->layout->n; i++)
        err = is_last(w, i) ? last_fetch(w, tx, i) : table_copy(w, tx, i, &have[i]);
    if (!err && !w->copy->there)
        err = target_compare(w, have);
    free(have);
    return err;
}

/* Whether the source is still as it was read. */
static enum gt_err source_same(struct work *w)
{
    char digest[GT_SHA256_HEX];
    struct sum *now = sums_new(w->layout);
    struct sums sums = {w->layout, now};
    enum gt_err err = now ? gt_db_read(w->copy->from, "copy.again", sums_in, &sums) : GT_ERR_NOMEM;
    if (!err)
        err = sums_digest(w->layout, now, digest);
    if (!err && strcmp(digest, w->digest) != 0)
        err = gt_err_set(GT_ERR_CHANGED, "the source has changed while it was copied");
    free(now);
    return err;
}

static enum gt_err copy_end(struct work *w)
{
    struct put put = {.page = &w->end, .end = true};
    for (int i = 0; i < w->layout->n; i++) {
        if (is_last(w, i))
            put.table = &w->layout->tables[i];
    }
    put.at_once = rows_at_once(w->copy->to, put.table);
    return gt_db_transact(w->copy->to, "copy.end", put_in, &put);
}

enum gt_err gt_copy_run(struct gt_copy *copy)
{
    struct work w = {.copy = copy};
    copy->there = copy->resumed = false;
    page_init(&w.page);
    page_init(&w.end);
    enum gt_err err = gt_layout_read(copy->folder, &w.layout);
    if (!err && !(w.sums = sums_new(w.layout)))
        err = GT_ERR_NOMEM;
    if (!err)
        err = gt_db_read(copy->from, "copy", copy_in, &w);
    if (!err && !copy->there)
        err = source_same(&w);
    if (!err && !copy->there)
        err = copy_end(&w);
    if (!err) {
        copy->tables = w.layout->n;
        copy->rows = w.total;
    }
    page_done(&w.page);
    page_done(&w.end);
    free(w.sums);
    free(w.layout);
    return err;
}

enum gt_err gt_copy_begun(struct gt_db *db, bool *begun)
{
    struct note note;
    enum gt_err err = gt_db_read(db, "copy.note", note_find, &note);
    if (!err)
        *begun = note.there;
    return err;
}
