/*
 * What the auditor found the last time.
 *
 * The operation log is the place: its rows are sealed and chained, so a bad result cannot be made a
 * good one, and it says who ran it.
 */
#include "till/checked.h"

#include "access/approval.h"
#include "access/list.h"
#include "access/note.h"
#include "till/txn.h"

#include <inttypes.h>
#include <stdio.h>

#define WHAT   "health.books"
#define OBJECT "check books" /* with a blank: nothing else is called so */

enum gt_err gt_checked_keep(const struct gt_by *by, const struct gt_check_sums *sums)
{
    char detail[160];

    (void)snprintf(detail, sizeof(detail), "differences=%" PRId64 " rows=%" PRId64 " txns=%" PRId64,
                   sums->differences, sums->rows, sums->txns);
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
}
