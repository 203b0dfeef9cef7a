/*
 * What the auditor found the last time, and when it is due.
 *
 * The operation log is the place: its rows are sealed and chained, so a bad result cannot be made a
 * good one, and it says who ran it.
 */
#include "till/checked.h"

#include "access/approval.h"
#include "access/list.h"
#include "access/note.h"
#include "access/param.h"
#include "access/state.h"
#include "base/clock.h"
#include "store/key.h"
#include "till/txn.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define WHAT   "health.books"
#define OBJECT "check books" /* with a blank: nothing else is called so */

#define CHORE "check.books"

GT_ROW_DEFINE(gt_chore, GT_CHORE_COLS);
GT_STMT(chore_by_name, GT_ROW_SELECT(gt_chore, GT_CHORE_COLS) " WHERE name = ?");

enum gt_err gt_checked_keep(const struct gt_by *by, const struct gt_check_sums *sums,
                            const char *found)
{
    char detail[160 + GT_CHECKED_FOUND];

    (void)snprintf(detail, sizeof(detail),
                   "differences=%" PRId64 " rows=%" PRId64 " txns=%" PRId64 "%s%s",
                   sums->differences, sums->rows, sums->txns, *found ? "; " : "", found);
    return gt_note(by, WHAT, OBJECT, detail);
}

void gt_checked_read(struct gt_tx *tx, struct gt_checked *last)
{
    struct gt_oplog row;

    *last = (struct gt_checked){.at = 0};
    if (gt_oplog_history(tx, OBJECT, 0, 0, &row, 1) == 0)
        return;
    last->at = row.at;
    GT_FIELD_COPY(last->who, row.who);
    GT_FIELD_COPY(last->origin, row.origin);
    last->differences = gt_asked_get(row.detail, "differences");
    last->rows = gt_asked_get(row.detail, "rows");
    const char *found = strstr(row.detail, "; ");
    if (found)
        GT_FIELD_COPY(last->found, found + 2);
}

/* --- when it is due ----------------------------------------------------------------------------
 */

struct taking {
    int64_t now, key;
    int tz_minutes;
    bool due, taken;
};

/* When the hour struck the last time. */
static int64_t last_struck(int64_t now, int tz_minutes, int64_t hour)
{
    int64_t since = (gt_time_minute(now, tz_minutes) - hour * 60 + 1440) % 1440;

    return now - now % 60000 - since * 60000;
}

static enum gt_err due_in(struct gt_tx *tx, void *arg)
{
    struct taking *t = arg;
    int64_t struck = last_struck(t->now, t->tz_minutes, gt_param_get(tx, GT_PARAM_BOOKS_HOUR, ""));
    struct gt_checked last;
    struct gt_chore chore = {.at = 0};

    gt_checked_read(tx, &last);
    if (gt_tx_one(tx, &chore_by_name, GT_TEXT(CHORE)))
        gt_row_read(tx, &gt_chore_row, &chore);
    t->due = last.at < struck && (chore.at < struck || t->now - chore.at > GT_CHECKED_LEASE_MS);
    return gt_tx_err(tx);
}

static enum gt_err take_in(struct gt_tx *tx, void *arg)
{
    struct taking *t = arg;
    struct gt_chore chore = {.id = t->key, .name = CHORE, .at = t->now};

    t->taken = false;
    if (due_in(tx, t) != GT_OK || !t->due)
        return gt_tx_err(tx);
    if (gt_row_one(tx, &gt_chore_row, &chore, &chore_by_name, GT_TEXT(CHORE))) {
        chore.at = t->now;
        gt_row_save(tx, &gt_chore_row, &chore);
    } else {
        gt_row_insert(tx, &gt_chore_row, &chore);
        gt_census_add(tx, gt_chore_row.table, 1);
    }
    t->taken = true;
    return gt_tx_err(tx);
}

enum gt_err gt_checked_take(struct gt_db *db, struct gt_keysrc *src, int64_t now, int tz_minutes,
                            bool *taken)
{
    struct taking t = {.now = now, .tz_minutes = tz_minutes};
    enum gt_err err = gt_db_read(db, "check.due", due_in, &t);

    *taken = false;
    if (err != GT_OK || !t.due)
        return err;
    err = gt_key_next(src, "chore", &t.key);
    if (err == GT_OK)
        err = gt_db_transact(db, "check.take", take_in, &t);
    *taken = err == GT_OK && t.taken;
    return err == GT_ERR_EXISTS ? GT_OK : err; /* another worker was first */
}
