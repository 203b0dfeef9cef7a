/*
 * Looking at shifts: lists, and the report, which is computed from the batches each time.
 */
#include "till/shift.h"

#include "access/list.h"
#include "till/batch.h"
#include "till/txn.h"

#include <string.h>

/* clang-format off */
GT_STMT(shift_range, "SELECT MIN(from_seq), MAX(last_seq), MIN(closed_at) FROM gt_batch "
        "WHERE shift_id = ?");
/* What is in a batch has posted money; 7 and 9 give it back. */
#define IN_SHIFT "WHERE t.account_id = ? AND t.account_seq >= ? AND t.account_seq <= ? AND b.shift_id = ? "
GT_STMT(shift_sales, "SELECT t.op, t.method, COUNT(*), CAST(SUM(t.amount + t.fee) AS BIGINT), "
        "CAST(SUM(t.drawn) AS BIGINT) FROM gt_txn t JOIN gt_batch b ON b.id = t.batch_id " IN_SHIFT
        "AND t.op <> 7 AND t.op <> 9 GROUP BY t.op, t.method ORDER BY t.op, t.method");
GT_STMT(shift_reversals, "SELECT o.op, t.method, COUNT(*), CAST(SUM(t.amount + t.fee) AS BIGINT), "
        "CAST(SUM(t.drawn) AS BIGINT) FROM gt_txn t JOIN gt_batch b ON b.id = t.batch_id "
        "JOIN gt_txn o ON o.id = t.orig_id " IN_SHIFT
        "AND t.op IN (7, 9) GROUP BY o.op, t.method ORDER BY o.op, t.method");
/* 5 and 6 move no money.  The short list comes first: a join might go through the journal. */
GT_STMT(shift_pending, "SELECT COUNT(*), CAST(SUM(t.held) AS BIGINT) FROM gt_txn t "
        "WHERE t.id IN (SELECT p.id FROM gt_pending p) AND t.user_id = ? AND t.op <> 5 AND t.op <> 6");
GT_STMT(shift_short, "SELECT CAST(SUM(debit - credit) AS BIGINT) FROM gt_balance "
        "WHERE account_id = ? AND code = 'short'");
GT_STMT(shifts_of, "SELECT {top 50} " GT_ROW_NAMES(GT_SHIFT_COLS) " FROM gt_shift "
        "WHERE user_id = ? AND shift_no < ? ORDER BY shift_no DESC {limit 50}");
GT_STMT(shifts_below, "SELECT {top 50} " GT_ROW_NAMES(GT_SHIFT_COLS) " FROM gt_shift "
        "WHERE id < ? AND state >= ? AND state <= ? AND org_id IN (SELECT o.id FROM gt_org o "
        "WHERE o.path >= ? AND o.path < ?) ORDER BY id DESC {limit 50}");
GT_STMT(count_last, "SELECT {top 1} " GT_ROW_NAMES(GT_COUNT_COLS) " FROM gt_count "
        "WHERE shift_id = ? ORDER BY count_no DESC {limit 1}");
GT_STMT(count_lines, "SELECT denomination, pieces FROM gt_count_line WHERE id > ? AND id < ?");
/* clang-format on */

size_t gt_shifts_of(struct gt_tx *tx, int64_t user_id, int64_t before_no, struct gt_shift *shifts,
                    size_t most)
{
    size_t n = 0;

    gt_tx_query(tx, &shifts_of, GT_INT(user_id), GT_INT(before_no ? before_no : INT64_MAX));
    while (n < most && gt_tx_next(tx))
        gt_row_read(tx, &gt_shift_row, &shifts[n++]);
    return gt_tx_err(tx) == GT_OK ? n : 0;
}

size_t gt_shifts_below(struct gt_tx *tx, const char *path, enum gt_shift_state state,
                       int64_t before_id, struct gt_shift *shifts, size_t most)
{
    char end[202];
    size_t n = 0;

    gt_org_range_end(path, end);
    gt_tx_query(tx, &shifts_below, GT_INT(before_id ? before_id : INT64_MAX),
                GT_INT((int64_t)state), GT_INT(state ? (int64_t)state : INT64_MAX), GT_TEXT(path),
                GT_TEXT(end));
    while (n < most && gt_tx_next(tx))
        gt_row_read(tx, &gt_shift_row, &shifts[n++]);
    return gt_tx_err(tx) == GT_OK ? n : 0;
}

int64_t gt_short_of(struct gt_tx *tx, int64_t account_id)
{
    return gt_tx_one(tx, &shift_short, GT_INT(account_id)) ? gt_col_int(tx) : 0;
}

void gt_shift_pending(struct gt_tx *tx, int64_t user_id, int64_t *count, int64_t *cash)
{
    *count = *cash = 0;
    if (gt_tx_one(tx, &shift_pending, GT_INT(user_id))) {
        *count = gt_col_int(tx);
        *cash = gt_col_int(tx);
    }
}

/* --- the report --------------------------------------------------------------------------------
 */

/* The line of a business and method, made if it is not there; in their order. */
static struct gt_shift_line *line_of(struct gt_tx *tx, struct gt_shift_report *r, int64_t op,
                                     const char *method)
{
    int at = 0;

    while (at < r->nlines && (r->line[at].op < op ||
                              (r->line[at].op == op && strcmp(r->line[at].method, method) < 0)))
        at++;
    if (at < r->nlines && r->line[at].op == op && strcmp(r->line[at].method, method) == 0)
        return &r->line[at];
    if (r->nlines == GT_SHIFT_LINES_MAX) {
        gt_tx_fail(tx, gt_err_set(GT_ERR_TOOBIG, "more kinds of business than a report has lines"));
        return NULL;
    }
    memmove(&r->line[at + 1], &r->line[at], (size_t)(r->nlines++ - at) * sizeof(r->line[0]));
    r->line[at] = (struct gt_shift_line){.op = op};
    GT_FIELD_COPY(r->line[at].method, method);
    return &r->line[at];
}

/* Reads what was sold, or taken back, into the lines. */
static void read_lines(struct gt_tx *tx, struct gt_shift_report *r, bool reversals, int64_t from,
                       int64_t last)
{
    char method[13];

    gt_tx_query(tx, reversals ? &shift_reversals : &shift_sales, GT_INT(r->shift.account_id),
                GT_INT(from), GT_INT(last), GT_INT(r->shift.id));
    while (gt_tx_next(tx)) {
        int64_t op = gt_col_int(tx);
        gt_col_text(tx, method, sizeof(method));
        int64_t count = gt_col_int(tx), amount = gt_col_int(tx), drawn = gt_col_int(tx);
        struct gt_shift_line *line = line_of(tx, r, op, method);

        if (!line)
            return;
        *(reversals ? &line->reversals : &line->sales) = count;
        *(reversals ? &line->reversed : &line->amount) = amount;
        if (strcmp(method, "cash") == 0) {
            r->taken += reversals ? -amount : amount;
            r->unremitted += reversals ? drawn - amount : amount - drawn;
        }
    }
}

/* Reads what its batches hold. */
static void read_business(struct gt_tx *tx, struct gt_shift_report *r)
{
    if (!gt_tx_one(tx, &shift_range, GT_INT(r->shift.id)))
        return;
    int64_t from = gt_col_int(tx), last = gt_col_int(tx);
    bool open = gt_col_int(tx) == 0; /* or there is none */

    read_lines(tx, r, false, from, open ? INT64_MAX : last);
    read_lines(tx, r, true, from, open ? INT64_MAX : last);
}

static void read_count(struct gt_tx *tx, struct gt_shift_report *r)
{
    if (!gt_row_one(tx, &gt_count_row, &r->count, &count_last, GT_INT(r->shift.id))) {
        r->count.id = 0;
        return;
    }
    gt_tx_query(tx, &count_lines, GT_INT(GT_COUNT_LINE_ID(r->count.id, 0)),
                GT_INT(GT_COUNT_LINE_ID(r->count.id + 1, 0)));
    while (gt_tx_next(tx)) {
        int64_t fen = gt_col_int(tx), pieces = gt_col_int(tx);

        for (int i = 0; i < GT_DENOMINATIONS; i++)
            if (gt_denomination[i] == fen)
                r->pieces[i] = pieces;
    }
}

bool gt_shift_report(struct gt_tx *tx, int64_t shift_id, struct gt_shift_report *report)
{
    struct gt_shift *shift = &report->shift;

    memset(report, 0, sizeof(*report));
    if (!gt_row_find(tx, &gt_shift_row, shift_id, shift))
        return false;
    read_business(tx, report);
    read_count(tx, report);
    report->expected = shift->float_amount + report->taken + shift->repaid + shift->kept;
    if (report->count.id)
        report->difference = shift->counted - shift->apart - report->expected;
    if (shift->state == GT_SHIFT_OPEN) {
        gt_shift_pending(tx, shift->user_id, &report->pending, &report->pending_cash);
    } else {
        report->pending = shift->pending;
        report->pending_cash = shift->pending_cash;
    }
    return gt_tx_err(tx) == GT_OK;
}

int64_t gt_shift_cash(struct gt_tx *tx, int64_t shift_id)
{
    struct gt_shift_report report;

    return gt_shift_report(tx, shift_id, &report) ? report.expected - report.shift.float_amount : 0;
}
