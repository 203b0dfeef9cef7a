/*
 * Finding rows of the operation log, and the history of one object.
 *
 * The log is gone through from the newest row on, in windows of time that grow where little was
 * done.  A window is counted before it is looked through, which an index does alone, so that one
 * call looks at a bounded number of rows.  What is typed in full, an object, a login, an action, is
 * found by an index; then only its rows count.
 */
#include "access/list.h"

#include <string.h>

/* The first window, and the least; the others are made so that they hold about this many rows. */
#define WINDOW_MS   INT64_C(3600000)
#define LEAST_MS    1000
#define WINDOW_ROWS 4000
#define GROWTH      8

/* clang-format off */
#define RANGE "at <= ? AND at >= ? "
/* What was not typed is not even looked at: that would be half of the work. */
#define HOLDS(column) "AND (? = 1 OR LOWER(" column ") LIKE ? ESCAPE '!') "
#define ROWS(key) "SELECT {top 101} " GT_ROW_NAMES(GT_OPLOG_COLS) " FROM gt_oplog WHERE " key RANGE \
    "AND (at < ? OR id < ?) " HOLDS("who") HOLDS("what") HOLDS("COALESCE(object, '-')")
#define NEWEST "ORDER BY at DESC, id DESC {limit 101}"
/* Programs that did something are in no organisation.  Of a part of the tree its people are looked
 * up in the log; of the whole tree each row is asked for its user, as nearly all have one. */
#define BY_PEOPLE_BELOW "AND who IN (SELECT u.login FROM gt_user u WHERE u.org_id IN "              \
    "(SELECT o.id FROM gt_org o WHERE o.path >= ? AND o.path < ?)) "
#define BY_PEOPLE "AND EXISTS (SELECT u.id FROM gt_user u WHERE u.login = gt_oplog.who) "
#define COUNT(key) "SELECT COUNT(*) FROM gt_oplog WHERE " key RANGE
#define LAST(key)  "SELECT {top 1} at FROM gt_oplog WHERE " key RANGE "ORDER BY at DESC {limit 1}"

GT_STMT(log_all, ROWS("") NEWEST);
GT_STMT(log_all_below, ROWS("") BY_PEOPLE_BELOW NEWEST);
GT_STMT(log_all_people, ROWS("") BY_PEOPLE NEWEST);
GT_STMT(log_all_count, COUNT(""));
GT_STMT(log_all_last, LAST(""));
GT_STMT(log_object, ROWS("object = ? AND ") NEWEST);
GT_STMT(log_object_below, ROWS("object = ? AND ") BY_PEOPLE_BELOW NEWEST);
GT_STMT(log_object_people, ROWS("object = ? AND ") BY_PEOPLE NEWEST);
GT_STMT(log_object_count, COUNT("object = ? AND "));
GT_STMT(log_object_last, LAST("object = ? AND "));
GT_STMT(log_who, ROWS("who = ? AND ") NEWEST);
GT_STMT(log_who_below, ROWS("who = ? AND ") BY_PEOPLE_BELOW NEWEST);
GT_STMT(log_who_people, ROWS("who = ? AND ") BY_PEOPLE NEWEST);
GT_STMT(log_who_count, COUNT("who = ? AND "));
GT_STMT(log_who_last, LAST("who = ? AND "));
GT_STMT(log_what, ROWS("what = ? AND ") NEWEST);
GT_STMT(log_what_below, ROWS("what = ? AND ") BY_PEOPLE_BELOW NEWEST);
GT_STMT(log_what_people, ROWS("what = ? AND ") BY_PEOPLE NEWEST);
GT_STMT(log_what_count, COUNT("what = ? AND "));
GT_STMT(log_what_last, LAST("what = ? AND "));
GT_STMT(oplog_history, "SELECT {top 101} " GT_ROW_NAMES(GT_OPLOG_COLS) " FROM gt_oplog "
        "WHERE object = ? AND at <= ? AND (at < ? OR id < ?) ORDER BY at DESC, id DESC {limit 101}");
/* clang-format on */

/* What an index finds: nothing, or rows with the value of one column. */
enum { BY_OBJECT, BY_WHO, BY_WHAT, BY_NOTHING, BY__MAX };
static const struct {
    const struct gt_stmt *const *rows, *const *below, *const *people, *const *count, *const *last;
} stmts[BY__MAX] = {
    [BY_OBJECT] = {&log_object, &log_object_below, &log_object_people, &log_object_count,
                   &log_object_last},
    [BY_WHO] = {&log_who, &log_who_below, &log_who_people, &log_who_count, &log_who_last},
    [BY_WHAT] = {&log_what, &log_what_below, &log_what_people, &log_what_count, &log_what_last},
    [BY_NOTHING] = {&log_all, &log_all_below, &log_all_people, &log_all_count, &log_all_last},
};

/* Where a search stands. */
struct walk {
    const struct gt_oplog_find *find;
    int by;
    const char *text[BY_NOTHING];          /* what was typed, "" for nothing */
    char pattern[BY_NOTHING][GT_LIKE_MAX]; /* of the columns */
    char end[202];
    bool everybody;            /* the path is that of the organisation at the top */
    int64_t top, low;          /* the window */
    int64_t before, before_id; /* keyset: at < before, or id < before_id */
};

/* Opens a statement with the value of the index in front, if it has one. */
static size_t put_key(const struct walk *w, struct gt_val *val)
{
    size_t n = 0;

    if (w->by != BY_NOTHING)
        val[n++] = GT_TEXT(w->text[w->by]);
    val[n++] = GT_INT(w->top);
    val[n++] = GT_INT(w->low);
    return n;
}

static size_t put_pattern(const struct walk *w, int column, struct gt_val *val)
{
    val[0] = GT_INT(!*w->text[column]);
    val[1] = GT_TEXT(w->pattern[column]);
    return 2;
}

static void open_window(struct gt_tx *tx, const struct walk *w)
{
    struct gt_val val[16];
    size_t n = put_key(w, val);

    val[n++] = GT_INT(w->before);
    val[n++] = GT_INT(w->before_id);
    n += put_pattern(w, BY_WHO, val + n);
    n += put_pattern(w, BY_WHAT, val + n);
    n += put_pattern(w, BY_OBJECT, val + n);
    const struct gt_stmt *const *stmt = stmts[w->by].rows;
    if (w->find->path && w->everybody) {
        stmt = stmts[w->by].people;
    } else if (w->find->path) {
        stmt = stmts[w->by].below;
        val[n++] = GT_TEXT(w->find->path);
        val[n++] = GT_TEXT(w->end);
    }
    gt_tx_query_(tx, stmt, val, n);
}

/* A figure of the window: rows, or the time of the newest; -1 if there is none. */
static int64_t figure(struct gt_tx *tx, const struct walk *w, const struct gt_stmt *const *stmt)
{
    struct gt_val val[3];
    size_t n = put_key(w, val);

    return gt_tx_one_(tx, stmt, val, n) ? gt_col_int(tx) : -1;
}

/* Takes what was typed for a column; what stands there in full is found as it is, by its index. */
static void take_text(struct gt_tx *tx, struct walk *w, int by, const char *text)
{
    char *pattern = w->pattern[by];

    w->text[by] = text ? text : "";
    gt_like(text, pattern);
    if (!*w->text[by])
        return;
    int before = w->by;
    w->by = by;
    if (figure(tx, w, stmts[by].last) < 0) {
        w->by = before;
        return;
    }
    size_t len = strlen(pattern) - 2; /* without its % on both sides */
    memmove(pattern, pattern + 1, len);
    pattern[len] = '\0';
}

/* Sets the window's lower end so that it holds no more than may be looked at, and gives how many;
 * `*width` becomes what the next one is tried with. */
static int64_t fit_window(struct gt_tx *tx, struct walk *w, int64_t floor, int64_t *width)
{
    int64_t n = 0;

    for (;; *width /= GROWTH) {
        w->low = w->top - floor > *width ? w->top - *width : floor;
        n = figure(tx, w, stmts[w->by].count);
        if (n <= WINDOW_ROWS || *width <= LEAST_MS || gt_tx_err(tx) != GT_OK)
            break;
    }
    if (n < WINDOW_ROWS / GROWTH && *width < INT64_MAX / GROWTH)
        *width *= GROWTH;
    return n;
}

static void walk_down(struct gt_tx *tx, struct walk *w, struct gt_oplog *rows,
                      struct gt_oplog_found *found)
{
    int64_t floor = w->find->from, width = WINDOW_MS, looked = 0, newest;

    for (w->low = floor; (newest = figure(tx, w, stmts[w->by].last)) >= 0; w->low = floor) {
        found->more = true;
        if (looked >= GT_OPLOG_LOOK)
            return;
        w->top = newest;
        looked += fit_window(tx, w, floor, &width);
        open_window(tx, w);
        while (found->n < w->find->most && gt_tx_next(tx))
            gt_row_read(tx, &gt_oplog_row, &rows[found->n++]);
        if (found->n == w->find->most)
            return;
        found->before_at = w->before = w->low;
        w->before_id = 0;
        w->top = w->low - 1;
    }
    found->more = false;
}

void gt_oplog_list(struct gt_tx *tx, const struct gt_oplog_find *find, struct gt_oplog *rows,
                   struct gt_oplog_found *found)
{
    struct walk w = {.find = find};
    int64_t top = find->to > 0 ? find->to - 1 : INT64_MAX;

    *found = (struct gt_oplog_found){.n = 0};
    w.by = BY_NOTHING;
    w.top = INT64_MAX;
    take_text(tx, &w, BY_WHAT, find->what);
    take_text(tx, &w, BY_WHO, find->who);
    take_text(tx, &w, BY_OBJECT, find->object);
    if (find->path) {
        const char *slash = strchr(find->path + 1, '/');
        w.everybody = slash && !slash[1];
        gt_org_range_end(find->path, w.end);
    }
    w.before = find->before_at && find->before_at < top ? find->before_at : top;
    w.before_id = find->before_at ? find->before_id : INT64_MAX;
    w.top = w.before;
    walk_down(tx, &w, rows, found);
    if (gt_tx_err(tx) != GT_OK)
        *found = (struct gt_oplog_found){.n = 0};
}

size_t gt_oplog_history(struct gt_tx *tx, const char *object, int64_t before_at, int64_t before_id,
                        struct gt_oplog *rows, size_t most)
{
    int64_t at = before_at ? before_at : INT64_MAX;
    size_t n = 0;

    gt_tx_query(tx, &oplog_history, GT_TEXT(object), GT_INT(at), GT_INT(at),
                GT_INT(before_at ? before_id : INT64_MAX));
    while (n < most && gt_tx_next(tx))
        gt_row_read(tx, &gt_oplog_row, &rows[n++]);
    return gt_tx_err(tx) == GT_OK ? n : 0;
}
