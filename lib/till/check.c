/*
 * The auditor's way through the tables: every row, its seal, its rule; then what the census and
 * the series say of rows that are not there.  The rules are in audit.c.
 */
#include "till/check.h"

#include "access/approval.h"
#include "access/oplog.h"
#include "access/param.h"
#include "access/session.h"
#include "access/terminal.h"
#include "till/audit.h"
#include "till/batch.h"
#include "till/bizdate.h"
#include "till/card.h"
#include "till/cash_back.h"
#include "till/checked.h"
#include "till/credit.h"
#include "till/flow.h"
#include "till/limit.h"
#include "till/permit.h"
#include "till/refund.h"
#include "till/service.h"
#include "till/shift.h"
#include "till/slip.h"
#include "till/void.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAGE_ROWS = 500 };

void gt_audit_say(struct gt_audit *a, const char *table, int64_t id, const char *fmt, ...)
{
    char object[64];
    char what[256];
    va_list ap;

    snprintf(object, sizeof(object), "%s %" PRId64, table, id);
    va_start(ap, fmt);
    vsnprintf(what, sizeof(what), fmt, ap);
    va_end(ap);
    a->sums->differences++;
    if (a->report)
        a->report(a->ctx, object, what);
}

/* --- going through a table ---------------------------------------------------------------------
 */

/* In this order: what later rules look up is there first. */
static const struct gt_audit_table tables[] = {
    {&gt_state_row, NULL, false},
    {&gt_census_row, NULL, false},
    {&gt_org_row, NULL, true},
    {&gt_user_row, NULL, true},
    {&gt_credential_row, NULL, true},
    {&gt_recovery_row, NULL, true},
    {&gt_session_row, NULL, false}, /* one that is gone is a sign-out */
    {&gt_process_row, NULL, false}, /* that come and go with their processes */
    {&gt_process_link_row, NULL, false},
    {&gt_chore_row, NULL, true},
    {&gt_role_row, NULL, true},
    {&gt_grant_row, NULL, true},
    {&gt_setting_row, NULL, true},
    {&gt_approval_row, NULL, GT_COUNTED_SAVES},
    {&gt_quota_row, NULL, true},
    {&gt_limit_row, NULL, true},
    {&gt_permit_row, NULL, true},
    {&gt_terminal_row, NULL, true},
    {&gt_binding_row, NULL, true},
    {&gt_account_row, gt_audit_account, true},
    {&gt_balance_row, gt_audit_balance, false},
    {&gt_series_row, gt_audit_series, true},
    {&gt_summary_row, gt_audit_summary, false},
    {&gt_use_row, NULL, true},
    {&gt_card_row, NULL, true},
    {&gt_batch_row, gt_audit_batch, true},
    {&gt_clearing_row, gt_audit_clearing, true},
    {&gt_cutoff_row, NULL, false},
    {&gt_txn_row, gt_audit_txn, false},
    {&gt_refund_row, gt_audit_refund, GT_COUNTED_SAVES},
    {&gt_shift_row, gt_audit_shift, GT_COUNTED_SAVES},
    {&gt_cash_back_row, gt_audit_cash_back, GT_COUNTED_SAVES},
    {&gt_count_row, gt_audit_count, true},
    {&gt_count_line_row, gt_audit_count_line, false},
    {&gt_slip_row, gt_audit_slip, GT_COUNTED_SAVES},
    {&gt_slip_line_row, gt_audit_slip_line, false},
    {&gt_pending_row, gt_audit_pending, false},
    {&gt_txn_bill_row, gt_audit_bill, false},
    {&gt_packet_row, gt_audit_packet, false},
    {&gt_event_row, gt_audit_event, false},
    {&gt_message_row, gt_audit_message, false},
    {&gt_posting_row, gt_audit_posting, false},
    {&gt_entry_row, gt_audit_entry, false},
    {&gt_receipt_row, gt_audit_receipt, false},
    {&gt_void_row, gt_audit_void, false}, /* the series counts them */
    {&gt_fold_row, gt_audit_fold, true},
    {&gt_total_row, gt_audit_total, false},
};
enum { NTABLES = sizeof(tables) / sizeof(tables[0]) };

/* Those of the rooms above; weak, so that a program without any links too. */
#define SECTION_END __attribute__((weak, visibility("hidden")))
extern const struct gt_audit_table *const __start_gt_audits[] SECTION_END;
extern const struct gt_audit_table *const __stop_gt_audits[] SECTION_END;

const struct gt_audit_table *gt_audit_table_at(size_t i)
{
    size_t more = (size_t)(__stop_gt_audits - __start_gt_audits);

    if (i < NTABLES)
        return &tables[i];
    return i - NTABLES < more ? __start_gt_audits[i - NTABLES] : NULL;
}

/* Every row struct begins with its id. */
static int64_t row_id(const void *row)
{
    int64_t id;

    memcpy(&id, row, sizeof(id));
    return id;
}

/* Reads the rows with ids above `after` into `page`; a bad seal is reported. */
static int page_read(struct gt_audit *a, const struct gt_row *def, int64_t after, char *page)
{
    bool sealed[PAGE_ROWS];
    int n = 0;

    gt_tx_query(a->tx, def->scan, GT_INT(after));
    while (n < PAGE_ROWS && gt_tx_next(a->tx)) {
        sealed[n] = gt_row_read_unchecked(a->tx, def, page + (size_t)n * def->size);
        n++;
    }
    for (int i = 0; i < n; i++)
        if (!sealed[i])
            gt_audit_say(a, def->table, row_id(page + (size_t)i * def->size),
                         "the seal does not fit: the row was changed or added from outside");
    return n;
}

/* What the census says of a table. */
struct tally {
    int64_t rows, saves;
};

/* Every row struct ends with its version, which begins with 1. */
static int64_t saves_of(const struct gt_row *def, const char *row)
{
    size_t n = 0;
    const struct gt_row_col *cols = def->cols(&n);
    int64_t version;

    memcpy(&version, row + cols[n - 1].offset, sizeof(version));
    return version - 1;
}

static struct tally table_check(struct gt_audit *a, const struct gt_audit_table *table, char *page)
{
    int64_t after = INT64_MIN;
    struct tally tally = {0, 0};
    int n;

    do {
        n = page_read(a, table->def, after, page);
        for (int i = 0; i < n && !gt_tx_err(a->tx); i++) {
            const char *row = page + (size_t)i * table->def->size;

            after = row_id(row);
            tally.saves += table->counted == GT_COUNTED_SAVES ? saves_of(table->def, row) : 0;
            if (table->rule)
                table->rule(a, row);
        }
        tally.rows += n;
    } while (n == PAGE_ROWS && !gt_tx_err(a->tx));
    a->sums->rows += tally.rows;
    return tally;
}

/* --- what is not there -------------------------------------------------------------------------
 */

GT_STMT(census_members, GT_ROW_SELECT(gt_census, GT_CENSUS_COLS) " WHERE name = ?");
GT_STMT(batch_gaps, "SELECT {top 1} account_id, terminal_id, COUNT(*), MAX(batch_no) FROM gt_batch"
                    " GROUP BY account_id, terminal_id HAVING COUNT(*) <> MAX(batch_no) {limit 1}");
GT_STMT(cutoff_count, "SELECT COUNT(*), MAX(seq) FROM gt_cutoff WHERE seq > 0");
GT_STMT(cutoff_sum, "SELECT COUNT(*), MAX(to_date), MAX(at) FROM gt_cutoff WHERE clearing_id = ?");

/* Whether a date is what its last move says: `clearing_id` 0 is the business date. */
static bool moved_so(struct gt_audit *a, int64_t clearing_id, int64_t date, int64_t cut_at)
{
    int64_t count, to_date;

    if (!gt_tx_one(a->tx, &cutoff_sum, GT_INT(clearing_id)))
        return true; /* the store failed */
    count = gt_col_int(a->tx);
    to_date = gt_col_int(a->tx);
    return count ? to_date == date && gt_col_int(a->tx) == cut_at : cut_at == 0;
}

void gt_audit_clearing(struct gt_audit *a, const void *row)
{
    const struct gt_clearing *clearing = row;

    if (!moved_so(a, clearing->id, clearing->clear_date, clearing->cut_at))
        gt_audit_say(a, "gt_clearing", clearing->id, "clearing date and last move do not agree");
}

static void census_check(struct gt_audit *a, const struct gt_audit_table *table,
                         const struct tally *tally)
{
    struct gt_census census = {.members = 0};
    const char *name = table->def->table;

    if (gt_tx_one(a->tx, &census_members, GT_TEXT(name)))
        gt_row_read_unchecked(a->tx, &gt_census_row, &census);
    if (census.members != tally->rows)
        gt_audit_say(a, name, 0, "%" PRId64 " rows, but %" PRId64 " by the census", tally->rows,
                     census.members);
    else if (table->counted == GT_COUNTED_SAVES && census.saves != tally->saves)
        gt_audit_say(a, name, 0,
                     "rows were saved %" PRId64 " times, but %" PRId64
                     " by the census: an old state of one was put back",
                     tally->saves, census.saves);
}

static void batches_check(struct gt_audit *a)
{
    if (gt_tx_one0(a->tx, &batch_gaps)) {
        int64_t account = gt_col_int(a->tx);
        int64_t terminal = gt_col_int(a->tx);
        int64_t count = gt_col_int(a->tx);

        gt_audit_say(a, "gt_batch", 0,
                     "account %" PRId64 ", terminal %" PRId64 ": %" PRId64
                     " batches, numbered to %" PRId64,
                     account, terminal, count, gt_col_int(a->tx));
    }
}

static void dates_check(struct gt_audit *a)
{
    struct gt_state state;

    if (!gt_tx_one(a->tx, gt_state_row.find, GT_INT(1))) {
        gt_audit_say(a, "gt_state", 1, "the platform's row of state is not there");
        return;
    }
    gt_row_read_unchecked(a->tx, &gt_state_row, &state);
    if (!moved_so(a, 0, state.biz_date, state.cut_at))
        gt_audit_say(a, "gt_state", 1, "business date and last cut-off do not agree");
    if (gt_tx_one0(a->tx, &cutoff_count)) {
        int64_t count = gt_col_int(a->tx), last = gt_col_int(a->tx);

        if (count != last)
            gt_audit_say(a, "gt_cutoff", 0, "%" PRId64 " cut-offs, numbered to %" PRId64, count,
                         last);
    }
}

static void oplog_forward(void *ctx, const char *object, const char *what)
{
    struct gt_audit *a = ctx;

    a->sums->differences++;
    if (a->report)
        a->report(a->ctx, object, what);
}

/* Goes through all tables; then what the census says of those it counts. */
static void tables_check(struct gt_audit *a)
{
    const struct gt_audit_table *table;
    size_t largest = 0, n = 0;

    for (; (table = gt_audit_table_at(n)); n++)
        largest = table->def->size > largest ? table->def->size : largest;
    char *page = malloc(largest * PAGE_ROWS);
    struct tally *tallies = calloc(n, sizeof(*tallies));
    if (!page || !tallies)
        (void)!gt_tx_fail(a->tx, gt_err_set(GT_ERR_NOMEM, "no memory for checking the books"));
    for (size_t i = 0; i < n && page && tallies; i++)
        tallies[i] = table_check(a, gt_audit_table_at(i), page);
    free(page);
    for (size_t i = 0; i < n && tallies; i++)
        if (gt_audit_table_at(i)->counted)
            census_check(a, gt_audit_table_at(i), &tallies[i]);
    free(tallies);
}

static enum gt_err books_read(struct gt_tx *tx, void *arg)
{
    struct gt_audit *a = arg;

    a->tx = tx;
    tables_check(a);
    batches_check(a);
    gt_audit_series_of_shifts(a);
    dates_check(a);
    gt_audit_finish_totals(a);
    gt_audit_finish(a);
    gt_oplog_check(tx, oplog_forward, a, &a->sums->rows);
    return gt_tx_err(tx);
}

enum gt_err gt_check_books(struct gt_db *db, gt_check_report report, void *ctx,
                           struct gt_check_sums *sums)
{
    struct gt_audit a = {.report = report, .ctx = ctx, .sums = sums};
    enum gt_err err = GT_ERR_NOMEM;

    memset(sums, 0, sizeof(*sums));
    a.orig = calloc(1, sizeof(*a.orig));
    if (a.orig)
        err = gt_db_read(db, "check.books", books_read, &a);
    free(a.orig);
    gt_audit_rows_done(&a);
    free(a.accounts);
    free(a.balances);
    free(a.by_date);
    free(a.batches);
    free(a.series);
    free(a.summaries);
    free(a.folds);
    gt_totals_free(&a.totals);
    gt_tree_free(&a.tree);
    return gt_err_add(err, "checking the books");
}
