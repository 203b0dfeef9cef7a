/*
 * Rows that wait are written in one round trip, on PostgreSQL: one statement, in which each table's
 * inserts, saves and removals are a part of a WITH, however many rows they are.  A parameter is a
 * column of all rows of a part, as an array; so a sequence of parts is prepared once, and its rows
 * cost the server neither parsing nor planning.  What the statement gives is how many rows each
 * part has met; an insert writes all of its rows or fails, so it is not asked.
 *
 * The parts of a WITH see one state and come in no order.  An insert may need the key that a save
 * or a removal of the same table gives free, so it asks for their counts first, which is an order.
 * Rows are sorted by table and id, so that two processes lock them in one order.
 *
 * Rows that the transaction has guessed (guess.c) are parts too, which find those that are so.
 */
#include "store/guess.h"
#include "store/later.h"
#include "store/odbc.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Ceilings: of a statement's text, and of the values of a column. */
#define SQL_MAX   ((size_t)1 << 18)
#define ARRAY_MAX ((size_t)4 << 20)

#define PARTS_MAX  48
#define MERGES_MAX 64

/* A part: what is done with rows of a table.  Guesses come first, inserts last. */
enum part_kind { PART_GLANCE, PART_HOLD, PART_REMOVE, PART_SAVE, PART_INSERT };

struct part {
    enum part_kind kind;
    const struct gt_row *def;
};

/* A row of a part: a write that waits, or what was guessed. */
struct item {
    struct part part;
    int64_t id, version;
    const struct gt_write *write; /* NULL: guessed */
};

struct merge {
    int n; /* 0: free */
    struct part parts[PARTS_MAX];
    struct gt_odbc_stmt *stmt;
};

struct gt_odbc_merges {
    struct merge merges[MERGES_MAX];
    unsigned next;
    struct item items[GT_LATER_MAX + GT_GUESS_MAX];
    int nitems;
    struct gt_buf *arrays; /* one a parameter */
    struct gt_val *vals;
    size_t narrays, most;
};

void gt_odbc_merges_free(struct gt_odbc_conn *c)
{
    struct gt_odbc_merges *m = c->merges;
    if (!m)
        return;
    for (int i = 0; i < MERGES_MAX; i++)
        gt_odbc_stmt_free(m->merges[i].stmt);
    for (size_t i = 0; i < m->most; i++)
        gt_buf_done(&m->arrays[i]);
    free(m->arrays);
    free(m->vals);
    free(m);
}

/* --- the statement ---------------------------------------------------------------------------- */

/* The columns that a part binds, and what is behind them. */
static size_t part_cols(const struct part *p, const struct gt_row_col **cols)
{
    size_t n = 0;
    *cols = p->def->cols(&n);
    return p->kind == PART_INSERT || p->kind == PART_SAVE ? n : 0;
}

static bool is_bound(const struct part *p, const struct gt_row_col *col)
{
    return p->kind == PART_INSERT || !col->fixed;
}

/* The rows of a part: columns side by side.  unnest() stands in front of FROM, where the server
 * takes row by row of it; behind FROM it first puts all in a store, one a column. */
static void put_arrays(struct gt_buf *sql, const struct part *p)
{
    const struct gt_row_col *cols;
    size_t n = part_cols(p, &cols);
    const char *comma = "";
    gt_buf_puts(sql, "(SELECT ");
    for (size_t i = 0; i < n; i++) {
        if (!is_bound(p, &cols[i]))
            continue;
        gt_buf_printf(sql, "%sunnest(CAST(? AS %s[]))", comma, cols[i].size ? "TEXT" : "BIGINT");
        comma = ", ";
    }
    if (n > 0)
        gt_buf_puts(sql, ", unnest(CAST(? AS TEXT[]))");
    if (p->kind != PART_INSERT)
        gt_buf_printf(sql, "%sunnest(CAST(? AS BIGINT[])), unnest(CAST(? AS BIGINT[]))",
                      n > 0 ? ", " : "");
    gt_buf_puts(sql, ")");
}

static void put_save(struct gt_buf *sql, const struct part *p)
{
    const struct gt_row_col *cols;
    size_t n = part_cols(p, &cols);
    gt_buf_printf(sql, "UPDATE %s SET ", p->def->table);
    for (size_t i = 0; i < n; i++) {
        if (is_bound(p, &cols[i]))
            gt_buf_printf(sql, "%s = v.%s, ", cols[i].name, cols[i].name);
    }
    gt_buf_puts(sql, "seal = v.seal FROM ");
    put_arrays(sql, p);
    gt_buf_puts(sql, " AS v (");
    for (size_t i = 0; i < n; i++) {
        if (is_bound(p, &cols[i]))
            gt_buf_printf(sql, "%s, ", cols[i].name);
    }
    gt_buf_printf(sql,
                  "seal, this_id, this_version) WHERE %s.id = v.this_id AND %s.version ="
                  " v.this_version RETURNING 1",
                  p->def->table, p->def->table);
}

/* `before`: the parts in front of it, of which those of its table go first. */
static void put_insert(struct gt_buf *sql, const struct part *p, const struct part *parts,
                       int before)
{
    const struct gt_row_col *cols;
    size_t n = part_cols(p, &cols);
    const char *word = " WHERE";
    gt_buf_printf(sql, "INSERT INTO %s (", p->def->table);
    for (size_t i = 0; i < n; i++)
        gt_buf_printf(sql, "%s, ", cols[i].name);
    gt_buf_puts(sql, "seal) SELECT * FROM ");
    put_arrays(sql, p);
    gt_buf_puts(sql, " AS v");
    for (int i = 0; i < before; i++) {
        if (parts[i].def != p->def || parts[i].kind < PART_REMOVE)
            continue;
        gt_buf_printf(sql, "%s (SELECT COUNT(*) FROM w%d) >= 0", word, i);
        word = " AND";
    }
}

static void put_others(struct gt_buf *sql, const struct part *p)
{
    bool removes = p->kind == PART_REMOVE;
    gt_buf_printf(sql, removes ? "DELETE FROM %s t USING " : "SELECT 1 FROM %s t JOIN ",
                  p->def->table);
    put_arrays(sql, p);
    gt_buf_printf(sql,
                  " AS v (this_id, this_version) %s t.id = v.this_id AND t.version ="
                  " v.this_version%s",
                  removes ? "WHERE" : "ON",
                  removes                ? " RETURNING 1"
                  : p->kind == PART_HOLD ? " FOR UPDATE OF t"
                                         : "");
}

static void text_make(const struct part *parts, int n, struct gt_buf *sql)
{
    for (int i = 0; i < n; i++) {
        gt_buf_printf(sql, "%s w%d AS (", i ? "," : "WITH", i);
        if (parts[i].kind == PART_SAVE)
            put_save(sql, &parts[i]);
        else if (parts[i].kind == PART_INSERT)
            put_insert(sql, &parts[i], parts, i);
        else
            put_others(sql, &parts[i]);
        gt_buf_puts(sql, ")");
    }
    for (int i = 0; i < n; i++) {
        const char *comma = i ? "," : " SELECT";
        if (parts[i].kind == PART_INSERT)
            gt_buf_printf(sql, "%s 0", comma);
        else
            gt_buf_printf(sql, "%s (SELECT COUNT(*) FROM w%d)", comma, i);
    }
}

/* The prepared statement of these parts; one that is new takes the place of the one that was made
 * longest ago. */
static enum gt_err merge_get(struct gt_odbc_conn *c, const struct part *parts, int n,
                             struct gt_odbc_stmt **out)
{
    struct gt_odbc_merges *m = c->merges;
    struct gt_buf sql;
    for (int i = 0; i < MERGES_MAX; i++) {
        if (m->merges[i].n == n &&
            memcmp(m->merges[i].parts, parts, (size_t)n * sizeof(parts[0])) == 0) {
            *out = m->merges[i].stmt;
            return GT_OK;
        }
    }
    struct merge *new = &m->merges[m->next++ % MERGES_MAX];
    gt_odbc_stmt_free(new->stmt);
    new->stmt = NULL;
    new->n = 0;
    gt_buf_init(&sql, SQL_MAX);
    text_make(parts, n, &sql);
    enum gt_err err = gt_buf_err(&sql);
    if (!err)
        err = gt_odbc_stmt_new(c, sql.data, &new->stmt);
    gt_buf_done(&sql);
    if (err)
        return err;
    memcpy(new->parts, parts, (size_t)n * sizeof(parts[0]));
    new->n = n;
    *out = new->stmt;
    return GT_OK;
}

/* --- the values ------------------------------------------------------------------------------- */

static enum gt_err arrays_need(struct gt_odbc_merges *m, size_t n)
{
    if (n <= m->most)
        return GT_OK;
    struct gt_buf *arrays = realloc(m->arrays, n * sizeof(arrays[0]));
    if (arrays)
        m->arrays = arrays;
    struct gt_val *vals = realloc(m->vals, n * sizeof(vals[0]));
    if (vals)
        m->vals = vals;
    if (!arrays || !vals)
        return gt_err_set(GT_ERR_NOMEM, "no memory for a statement");
    for (; m->most < n; m->most++)
        gt_buf_init(&m->arrays[m->most], ARRAY_MAX);
    return GT_OK;
}

/* A text as an element of an array; an empty one is NULL, as everywhere in the store. */
static void put_text(struct gt_buf *array, const char *text)
{
    if (!text[0]) {
        gt_buf_puts(array, "NULL");
        return;
    }
    gt_buf_putc(array, '"');
    while (*text) {
        size_t plain = strcspn(text, "\"\\");
        gt_buf_put(array, text, plain);
        text += plain;
        if (!*text)
            break;
        gt_buf_putc(array, '\\');
        gt_buf_putc(array, *text++);
    }
    gt_buf_putc(array, '"');
}

static void put_int(struct gt_buf *array, int64_t value)
{
    char text[24], *p = text + sizeof(text);
    uint64_t left = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    do
        *--p = (char)('0' + left % 10);
    while ((left /= 10) > 0);
    if (value < 0)
        *--p = '-';
    gt_buf_put(array, p, (size_t)(text + sizeof(text) - p));
}

/* Adds a row to the arrays of its part, which begin at `first`. */
static enum gt_err put_item(struct gt_odbc_conn *c, const struct gt_later *l,
                            const struct item *item, size_t first, bool more)
{
    static const enum gt_write_kind none = GT_WRITE_REMOVE;
    struct gt_odbc_merges *m = c->merges;
    const struct gt_write *w = item->write;
    struct gt_row_vals vals;
    enum gt_err err = gt_row_vals(c->hmac, item->part.def, w ? w->kind : none, item->id,
                                  item->version, w ? gt_later_row(l, w) : NULL, &vals);
    if (!err)
        err = arrays_need(m, first + vals.n);
    if (err)
        return err;
    for (size_t i = 0; i < vals.n; i++) {
        struct gt_buf *array = &m->arrays[first + i];
        if (!more)
            gt_buf_reset(array);
        gt_buf_putc(array, more ? ',' : '{');
        if (vals.vals[i].kind == GT_VAL_INT)
            put_int(array, vals.vals[i].i);
        else
            put_text(array, vals.vals[i].t);
    }
    m->narrays = first + vals.n;
    return GT_OK;
}

/* --- all together ----------------------------------------------------------------------------- */

static int item_order(const void *one, const void *other)
{
    const struct item *a = one, *b = other;
    bool new_a = a->part.kind == PART_INSERT, new_b = b->part.kind == PART_INSERT;
    if (new_a != new_b)
        return new_a - new_b;
    if (a->part.def != b->part.def)
        return strcmp(a->part.def->table, b->part.def->table);
    if (a->part.kind != b->part.kind)
        return a->part.kind < b->part.kind ? -1 : 1;
    return (a->id > b->id) - (a->id < b->id);
}

/* What there is to do: writes that wait, and guesses that no write compares. */
static void items_make(struct gt_odbc_merges *m, const struct gt_tx *tx)
{
    static const enum part_kind kinds[] = {[GT_WRITE_INSERT] = PART_INSERT,
                                           [GT_WRITE_SAVE] = PART_SAVE,
                                           [GT_WRITE_REMOVE] = PART_REMOVE};
    const struct gt_later *l = tx->later;
    int n = 0, nguesses = 0;
    const struct gt_guess_row *guesses = tx->guess ? gt_guess_rows(tx->guess, &nguesses) : NULL;
    for (int i = 0; i < l->n; i++) {
        const struct gt_write *w = &l->writes[i];
        m->items[n++] = (struct item){.part = {.kind = kinds[w->kind], .def = w->def},
                                      .id = w->id,
                                      .version = w->version,
                                      .write = w};
    }
    for (int i = 0; i < nguesses; i++) {
        const struct gt_guess_row *g = &guesses[i];
        if (!gt_later_find(l, g->def, g->id))
            m->items[n++] =
                (struct item){.part = {.kind = g->hold ? PART_HOLD : PART_GLANCE, .def = g->def},
                              .id = g->id,
                              .version = g->version};
    }
    m->nitems = n;
    qsort(m->items, (size_t)n, sizeof(m->items[0]), item_order);
}

/* Makes the parts and their arrays; `expected` is how many rows each must meet. */
static enum gt_err parts_make(struct gt_odbc_conn *c, const struct gt_later *l,
                              struct part parts[PARTS_MAX], int64_t expected[PARTS_MAX],
                              int *nparts)
{
    struct gt_odbc_merges *m = c->merges;
    size_t first = 0;
    enum gt_err err = GT_OK;
    int n = 0;
    memset(parts, 0, PARTS_MAX * sizeof(parts[0]));
    for (int i = 0; !err && i < m->nitems; i++) {
        const struct item *item = &m->items[i];
        bool more =
            n > 0 && parts[n - 1].kind == item->part.kind && parts[n - 1].def == item->part.def;
        if (!more) {
            if (n == PARTS_MAX)
                return gt_err_set(GT_ERR_INTERNAL, "rows of too many tables at once");
            first = n ? m->narrays : 0;
            parts[n].kind = item->part.kind;
            parts[n].def = item->part.def;
            expected[n++] = 0;
        }
        expected[n - 1]++;
        err = put_item(c, l, item, first, more);
    }
    for (size_t i = 0; !err && i < m->narrays; i++) {
        gt_buf_putc(&m->arrays[i], '}');
        err = gt_buf_err(&m->arrays[i]);
        m->vals[i] = GT_TEXT(m->arrays[i].data);
    }
    *nparts = n;
    return err;
}

static enum gt_err counts_compare(const struct part *parts, int n, const int64_t counts[],
                                  const int64_t expected[])
{
    for (int i = 0; i < n; i++) {
        if (parts[i].kind != PART_INSERT && counts[i] != expected[i])
            return gt_err_set(GT_ERR_CHANGED,
                              "%s: of %" PRId64 " rows %" PRId64 " are as they were read",
                              parts[i].def->table, expected[i], counts[i]);
    }
    return GT_OK;
}

enum gt_err gt_odbc_merge(struct gt_tx *tx)
{
    struct gt_odbc_conn *c = tx->conn;
    struct gt_odbc_stmt *s = NULL;
    struct part parts[PARTS_MAX];
    int64_t expected[PARTS_MAX], counts[PARTS_MAX] = {0};
    int n = 0;
    if (!c->merges)
        c->merges = calloc(1, sizeof(*c->merges));
    if (!c->merges)
        return gt_err_set(GT_ERR_NOMEM, "no memory for a statement");
    items_make(c->merges, tx);
    if (c->merges->nitems == 0)
        return GT_OK;
    enum gt_err err = parts_make(c, tx->later, parts, expected, &n);
    if (!err)
        err = merge_get(c, parts, n, &s);
    if (!err)
        err = gt_odbc_stmt_run(c, s, c->merges->vals, c->merges->narrays);
    if (err)
        return err;
    gt_odbc_in(c);
    err = gt_odbc_counts(c, s, n, counts);
    SQLFreeStmt(s->handle, SQL_CLOSE);
    atomic_store_explicit(&c->since, 0, memory_order_relaxed);
    if (!err)
        err = counts_compare(parts, n, counts, expected);
    if (!err && tx->guess)
        gt_guess_right(tx->guess);
    return err;
}
