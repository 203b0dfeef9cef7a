/*
 * Lists of items, and what people put beside one: notes and files.
 */
#include "access/list.h"
#include "access/name.h"
#include "base/text.h"
#include "books/attach.h"
#include "books/settle.h"
#include "till/search.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define NOTE_CHARS 200
#define ROWS_MOST  101
#define HOUR_MS    INT64_C(3600000)

/* clang-format off */
#define ITEMS_SELECT "SELECT {top 101} " GT_ROW_NAMES(GT_ITEM_COLS) " FROM gt_item WHERE "
#define ITEMS_BOUNDS "AND state >= ? AND state <= ? AND class >= ? AND class <= ? AND biz_date >= ? AND biz_date <= ? " \
        "AND found_at < ? AND org_id IN (SELECT o.id FROM gt_org o WHERE o.path >= ? AND o.path < ?) "
#define ITEMS_TEXTS "AND LOWER(COALESCE(system, '-')) LIKE ? ESCAPE '!' AND LOWER(COALESCE(ref, '-')) LIKE ? ESCAPE '!' "
GT_STMT(items_newest, ITEMS_SELECT "id < ? " ITEMS_BOUNDS ITEMS_TEXTS "ORDER BY id DESC {limit 101}");
GT_STMT(items_oldest, ITEMS_SELECT "id > ? " ITEMS_BOUNDS ITEMS_TEXTS "ORDER BY id {limit 101}");
GT_STMT(items_of_txn, ITEMS_SELECT "txn_id = ? " ITEMS_BOUNDS "ORDER BY id DESC {limit 101}");
GT_STMT(items_ages, "SELECT COUNT(*), "
        "CAST(COALESCE(SUM(CASE WHEN i.found_at < ? THEN 1 ELSE 0 END), 0) AS BIGINT), "
        "CAST(COALESCE(SUM(CASE WHEN i.found_at < ? THEN 1 ELSE 0 END), 0) AS BIGINT), "
        "COALESCE(MIN(i.found_at), 0) FROM gt_item i WHERE i.state < 3 "
        "AND i.org_id IN (SELECT o.id FROM gt_org o WHERE o.path >= ? AND o.path < ?)");
/* clang-format on */

/* --- lists -------------------------------------------------------------------------------------
 */

/* The bounds that a filter means: from … to of states, classes and dates. */
struct bounds {
    int64_t state[2], class[2], date[2];
};

static struct bounds bounds_of(const struct gt_item_find *find)
{
    struct bounds b = {.state = {GT_ITEM_OPEN, GT_ITEM_CLOSED},
                       .class = {0, GT_ITEM_CLASS__MAX},
                       .date = {find->from, find->to ? find->to : 99991231}};

    if (find->state == 0)
        b.state[1] = GT_ITEM_SUSPENSE;
    else if (find->state > 0)
        b.state[0] = b.state[1] = find->state;
    if (find->class)
        b.class[0] = b.class[1] = find->class;
    return b;
}

static size_t read_items(struct gt_tx *tx, struct gt_item *items, size_t most)
{
    size_t n = 0;

    while (n < most && gt_tx_next(tx))
        gt_row_read(tx, &gt_item_row, &items[n++]);
    return gt_tx_err(tx) == GT_OK ? n : 0;
}

size_t gt_item_list(struct gt_tx *tx, const struct gt_item_find *find, struct gt_item *items)
{
    struct bounds b = bounds_of(find);
    int64_t edge = find->oldest ? 0 : INT64_MAX, txn_id = 0;
    int64_t found_before = find->found_before ? find->found_before : INT64_MAX;
    char system[GT_LIKE_MAX], ref[GT_LIKE_MAX], end[202];
    size_t n = 0, most = find->most < ROWS_MOST ? find->most : ROWS_MOST;

    gt_like(find->system, system);
    gt_like(find->text, ref);
    gt_org_range_end(find->path, end);
    if (find->before)
        edge = find->before;
    if (find->text && !find->before && gt_txn_number_read(find->text, &txn_id)) {
        gt_tx_query(tx, &items_of_txn, GT_INT(txn_id), GT_INT(b.state[0]), GT_INT(b.state[1]),
                    GT_INT(b.class[0]), GT_INT(b.class[1]), GT_INT(b.date[0]), GT_INT(b.date[1]),
                    GT_INT(found_before), GT_TEXT(find->path), GT_TEXT(end));
        n = read_items(tx, items, most);
    }
    if (n > 0) /* else it is a number of theirs */
        return n;
    gt_tx_query(tx, find->oldest ? &items_oldest : &items_newest, GT_INT(edge), GT_INT(b.state[0]),
                GT_INT(b.state[1]), GT_INT(b.class[0]), GT_INT(b.class[1]), GT_INT(b.date[0]),
                GT_INT(b.date[1]), GT_INT(found_before), GT_TEXT(find->path), GT_TEXT(end),
                GT_TEXT(system), GT_TEXT(ref));
    return read_items(tx, items, most);
}

void gt_item_ages(struct gt_tx *tx, const char *path, int64_t now, struct gt_item_ages *ages)
{
    char end[202];

    *ages = (struct gt_item_ages){.open = 0};
    gt_org_range_end(path, end);
    if (!gt_tx_one(tx, &items_ages, GT_INT(now - 24 * HOUR_MS), GT_INT(now - 7 * 24 * HOUR_MS),
                   GT_TEXT(path), GT_TEXT(end)))
        return;
    ages->open = gt_col_int(tx);
    ages->days = gt_col_int(tx);
    ages->old = gt_col_int(tx);
    ages->oldest = gt_col_int(tx);
}

/* --- beside an item ----------------------------------------------------------------------------
 */

struct beside {
    const struct gt_by *by;
    struct gt_refusal *no;
    int64_t item_id;
    const char *note;
    struct gt_attaching *file;
};

static enum gt_err find_item(struct gt_tx *tx, const struct beside *b, char object[32],
                             struct gt_item *item)
{
    *b->no = (struct gt_refusal){.why = GT_WHY_NONE};
    (void)snprintf(object, 32, "item %" PRId64, b->item_id);
    if (!gt_row_lock(tx, &gt_item_row, b->item_id, item))
        return gt_tx_refuse(tx, b->no, GT_WHY_ABSENT, "", 0, NULL);
    return gt_by_may(tx, b->by, GT_RIGHT_ITEM_SETTLE, item->org_id, NULL, b->no);
}

static enum gt_err stop_in(struct gt_tx *tx, void *arg)
{
    const struct beside *b = arg;
    struct gt_item item;
    char object[32];

    if (find_item(tx, b, object, &item) != GT_OK)
        return gt_tx_err(tx);
    if (!gt_item_is_sending(&item))
        return gt_tx_fail(tx,
                          gt_refuse_named(b->no, GT_WHY_ITEM_ACTION, "", "没有在重发，上级已有答复",
                                          "it is not being sent again any more"));
    item.action = GT_ITEM_NOTHING;
    gt_counted_save(tx, &gt_item_row, &item);
    gt_oplog_add(tx, b->by->logger, "item.stop", object, b->note);
    return gt_tx_err(tx);
}

enum gt_err gt_settle_stop(const struct gt_by *by, int64_t item_id, const char *reason,
                           struct gt_refusal *no)
{
    struct beside b = {.by = by, .no = no, .item_id = item_id, .note = reason};
    enum gt_err err = gt_by_reason(by, reason, no);

    return err == GT_OK ? gt_db_transact(by->db, "item.stop", stop_in, &b) : err;
}

static enum gt_err note_in(struct gt_tx *tx, void *arg)
{
    const struct beside *b = arg;
    struct gt_item item;
    char object[32];

    if (find_item(tx, b, object, &item) == GT_OK)
        gt_oplog_add(tx, b->by->logger, "item.note", object, b->note);
    return gt_tx_err(tx);
}

enum gt_err gt_settle_note(const struct gt_by *by, int64_t item_id, const char *note,
                           struct gt_refusal *no)
{
    struct beside b = {.by = by, .no = no, .item_id = item_id, .note = note};

    if (!gt_name_ok(note, NOTE_CHARS))
        return gt_refuse(no, GT_WHY_ITEM_NOTE, "note", NOTE_CHARS, NULL);
    return gt_db_transact(by->db, "item.note", note_in, &b);
}

static enum gt_err attach_in(struct gt_tx *tx, void *arg)
{
    const struct beside *b = arg;
    struct gt_item item;
    char object[32], detail[320];
    bool added;

    if (find_item(tx, b, object, &item) != GT_OK ||
        gt_attach_add(tx, b->file, GT_ATTACH_ITEM, b->item_id, &added, b->no) != GT_OK || !added)
        return gt_tx_err(tx);
    (void)snprintf(detail, sizeof(detail), "%s, %" PRId64 " bytes", gt_attach_made(b->file)->name,
                   gt_attach_made(b->file)->size);
    gt_oplog_add(tx, b->by->logger, "item.attach", object, detail);
    return gt_tx_err(tx);
}

enum gt_err gt_settle_attach(const struct gt_by *by, int64_t item_id, const char *name,
                             const void *data, size_t len, int64_t *id, struct gt_refusal *no)
{
    struct beside b = {.by = by, .no = no, .item_id = item_id};
    enum gt_err err = gt_attach_begin(by, name, data, len, &b.file, no);

    if (err == GT_OK)
        err = gt_db_transact(by->db, "item.attach", attach_in, &b);
    if (err == GT_OK)
        *id = gt_attach_made(b.file)->id;
    gt_attach_free(b.file);
    return err;
}
