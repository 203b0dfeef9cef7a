/*
 * The auditor's rules of shifts, counts and slips.
 *
 * The figures of a close and the ranges of a slip are recomputed from what the journal's rows made
 * of their batches: these are closed, so both stay true for ever.
 */
#include "access/approval.h"
#include "till/audit.h"
#include "till/cash_back.h"
#include "till/refund.h"
#include "till/shift_post.h"
#include "till/slip.h"

#include <inttypes.h>
#include <string.h>

/* clang-format off */
GT_STMT(counts_of_shift, "SELECT COUNT(*), MAX(count_no) FROM gt_count WHERE shift_id = ?");
GT_STMT(lines_of_count, "SELECT COUNT(*), CAST(SUM(denomination * pieces) AS BIGINT) "
        "FROM gt_count_line WHERE id > ? AND id < ?");
GT_STMT(row_count, "SELECT lines FROM gt_count WHERE id = ?");
GT_STMT(kept_in_shift, "SELECT CAST(SUM(amount) AS BIGINT) FROM gt_cash_back "
        "WHERE shift_id = ? AND kept = 1");
GT_STMT(given_in_shift, "SELECT CAST(SUM(amount) AS BIGINT) FROM gt_cash_back WHERE given_id = ?");
GT_STMT(batches_of_shift, "SELECT id FROM gt_batch WHERE shift_id = ?");
GT_STMT(batches_of_line, "SELECT id FROM gt_batch WHERE account_id = ? AND terminal_id = ? "
        "AND batch_no >= ? AND batch_no <= ?");
GT_STMT(received_sum, "SELECT CAST(SUM(amount) AS BIGINT) FROM gt_slip WHERE to_org_id = ? "
        "AND received_no >= ? AND received_no <= ?");
GT_STMT(shift_gaps, "SELECT {top 1} user_id, COUNT(*), MAX(shift_no) FROM gt_shift "
        "GROUP BY user_id HAVING COUNT(*) <> MAX(shift_no) {limit 1}");
GT_STMT(slip_gaps, "SELECT {top 1} account_id, COUNT(*), MAX(slip_no) FROM gt_slip "
        "GROUP BY account_id HAVING COUNT(*) <> MAX(slip_no) {limit 1}");
GT_STMT(received_gaps, "SELECT {top 1} to_org_id, COUNT(*), MAX(received_no) FROM gt_slip "
        "WHERE received_no > 0 GROUP BY to_org_id HAVING COUNT(*) <> MAX(received_no) {limit 1}");
GT_STMT(range_gaps, "SELECT {top 1} account_id, CAST(SUM(last_no - first_no + 1) AS BIGINT), "
        "MAX(last_no) FROM gt_slip_line WHERE live = 1 GROUP BY account_id, source_id "
        "HAVING SUM(last_no - first_no + 1) <> MAX(last_no) {limit 1}");
GT_STMT(slip_shift_sums, "SELECT COUNT(*), CAST(SUM(difference + repaid + kept) AS BIGINT) FROM gt_shift "
        "WHERE account_id = ? AND slip_id = ?");
GT_STMT(slip_line_sums, "SELECT COUNT(*), CAST(SUM(amount) AS BIGINT), CAST(SUM(live) AS BIGINT) "
        "FROM gt_slip_line WHERE id > ? AND id < ?");
/* clang-format on */

/* Reads a row by its id without minding its seal, which was reported already. */
static bool find(struct gt_audit *a, const struct gt_row *def, int64_t id, void *row)
{
    if (!gt_tx_one(a->tx, def->find, GT_INT(id)))
        return false;
    gt_row_read_unchecked(a->tx, def, row);
    return true;
}

/* --- shifts ------------------------------------------------------------------------------------
 */

/* What a closed shift says, compared with its batches. */
static void closed_check(struct gt_audit *a, const struct gt_shift *shift)
{
    int64_t expected = shift->float_amount + shift->repaid + shift->kept;

    gt_tx_query(a->tx, &batches_of_shift, GT_INT(shift->id));
    while (gt_tx_next(a->tx)) {
        const struct gt_audit_batch *batch = gt_audit_batch_of(a, gt_col_int(a->tx));

        expected += batch ? batch->taken : 0;
    }
    if (shift->expected != expected)
        gt_audit_say(a, "gt_shift", shift->id, "expected %" PRId64 " fen, recomputed %" PRId64,
                     shift->expected, expected);
    if (shift->difference != shift->counted - shift->apart - shift->expected)
        gt_audit_say(a, "gt_shift", shift->id, "its difference is not what was counted");
}

void gt_audit_shift(struct gt_audit *a, const void *row)
{
    const struct gt_shift *shift = row;
    struct gt_audit_account *account = gt_audit_account_of(a, shift->account_id);
    int64_t counts = 0, last = 0;

    if (account)
        account->open_shifts += shift->state == GT_SHIFT_OPEN;
    else
        gt_audit_say(a, "gt_shift", shift->id, "account %" PRId64 " does not exist",
                     shift->account_id);
    if (gt_tx_one(a->tx, &counts_of_shift, GT_INT(shift->id))) {
        counts = gt_col_int(a->tx);
        last = gt_col_int(a->tx);
    }
    if (counts != shift->counts || last != shift->counts)
        gt_audit_say(a, "gt_shift", shift->id, "%" PRId64 " counts, other rows are there",
                     shift->counts);
    if ((shift->state == GT_SHIFT_OPEN) != (shift->counts == 0))
        gt_audit_say(a, "gt_shift", shift->id, "counted, and not known as such");
    int64_t kept = gt_tx_one(a->tx, &kept_in_shift, GT_INT(shift->id)) ? gt_col_int(a->tx) : 0;
    kept -= gt_tx_one(a->tx, &given_in_shift, GT_INT(shift->id)) ? gt_col_int(a->tx) : 0;
    if (kept != shift->kept)
        gt_audit_say(a, "gt_shift", shift->id, "kept %" PRId64 " fen, recomputed %" PRId64,
                     shift->kept, kept);
    if (shift->state == GT_SHIFT_CLOSED)
        closed_check(a, shift);
}

void gt_audit_cash_back(struct gt_audit *a, const void *row)
{
    const struct gt_cash_back *back = row;
    struct gt_txn txn;

    if (!find(a, &gt_txn_row, back->id, &txn) || txn.state != GT_TXN_DECLINED ||
        strcmp(txn.method, "cash") != 0 || back->amount != txn.amount + txn.fee)
        gt_audit_say(a, "gt_cash_back", back->id, "no cash of such a sale was to be given back");
    if ((back->shift_id != 0) != (back->kept != 0))
        gt_audit_say(a, "gt_cash_back", back->id, "kept, and in no shift; or the other way round");
    if (back->given_id && !back->kept)
        gt_audit_say(a, "gt_cash_back", back->id, "given back twice");
}

void gt_audit_count(struct gt_audit *a, const void *row)
{
    const struct gt_count *count = row;
    struct gt_shift shift;
    int64_t lines = 0, sum = 0;

    if (!find(a, &gt_shift_row, count->shift_id, &shift) || count->count_no > shift.counts)
        gt_audit_say(a, "gt_count", count->id, "shift %" PRId64 " does not know it",
                     count->shift_id);
    else if (count->count_no == shift.counts &&
             (count->total != shift.counted || count->apart != shift.apart))
        gt_audit_say(a, "gt_count", count->id, "its shift was counted otherwise");
    if (gt_tx_one(a->tx, &lines_of_count, GT_INT(GT_COUNT_LINE_ID(count->id, 0)),
                  GT_INT(GT_COUNT_LINE_ID(count->id + 1, 0)))) {
        lines = gt_col_int(a->tx);
        sum = gt_col_int(a->tx);
    }
    if (lines != count->lines || sum != count->total)
        gt_audit_say(a, "gt_count", count->id,
                     "%" PRId64 " lines of %" PRId64 " fen, found %" PRId64 " of %" PRId64,
                     count->lines, count->total, lines, sum);
}

void gt_audit_count_line(struct gt_audit *a, const void *row)
{
    const struct gt_count_line *line = row;

    if (!gt_tx_one(a->tx, &row_count, GT_INT(line->id / GT_COUNT_LINE_ID(1, 0))) ||
        gt_col_int(a->tx) < line->id % GT_COUNT_LINE_ID(1, 0))
        gt_audit_say(a, "gt_count_line", line->id, "belongs to no count");
}

/* --- slips -------------------------------------------------------------------------------------
 */

/* What its lines and shifts make. */
static void due_check(struct gt_audit *a, const struct gt_slip *slip)
{
    int64_t lines = 0, sum = 0, live = 0, shifts = 0, over = 0;

    if (gt_tx_one(a->tx, &slip_line_sums, GT_INT(GT_SLIP_LINE_ID(slip->id, 0)),
                  GT_INT(GT_SLIP_LINE_ID(slip->id + 1, 0)))) {
        lines = gt_col_int(a->tx);
        sum = gt_col_int(a->tx);
        live = gt_col_int(a->tx);
    }
    if (lines != slip->lines || live != (slip->state == GT_SLIP_RETURNED ? 0 : lines))
        gt_audit_say(a, "gt_slip", slip->id, "%" PRId64 " lines, other rows are there",
                     slip->lines);
    if (slip->state == GT_SLIP_RETURNED) /* its shifts may be in another one by now */
        return;
    if (gt_tx_one(a->tx, &slip_shift_sums, GT_INT(slip->account_id), GT_INT(slip->id))) {
        shifts = gt_col_int(a->tx);
        over = slip->kind == GT_ACCOUNT_CASHIER ? gt_col_int(a->tx) : 0;
    }
    if (shifts != slip->shifts || slip->due != sum + over - slip->prepaid)
        gt_audit_say(a, "gt_slip", slip->id,
                     "%" PRId64 " fen of %" PRId64 " shifts, recomputed %" PRId64 " of %" PRId64,
                     slip->due, slip->shifts, sum + over - slip->prepaid, shifts);
}

void gt_audit_slip(struct gt_audit *a, const void *row)
{
    const struct gt_slip *slip = row;
    struct gt_audit_account *account = gt_audit_account_of(a, slip->account_id);

    if (!account)
        gt_audit_say(a, "gt_slip", slip->id, "account %" PRId64 " does not exist",
                     slip->account_id);
    else if (slip->state != GT_SLIP_RETURNED)
        account->prepaid -= slip->prepaid;
    due_check(a, slip);
}

/* Fen of a range, recomputed. */
static int64_t money_of(struct gt_audit *a, const struct gt_slip *slip,
                        const struct gt_slip_line *line)
{
    int64_t sum = 0;

    if (!line->source_id)
        return gt_tx_one(a->tx, &received_sum, GT_INT(slip->org_id), GT_INT(line->first_no),
                         GT_INT(line->last_no))
                   ? gt_col_int(a->tx)
                   : 0;
    gt_tx_query(a->tx, &batches_of_line, GT_INT(line->account_id), GT_INT(line->source_id),
                GT_INT(line->first_no), GT_INT(line->last_no));
    while (gt_tx_next(a->tx)) {
        const struct gt_audit_batch *batch = gt_audit_batch_of(a, gt_col_int(a->tx));

        sum += batch ? batch->cash : 0;
    }
    return sum;
}

void gt_audit_slip_line(struct gt_audit *a, const void *row)
{
    const struct gt_slip_line *line = row;
    struct gt_slip slip;

    if (!find(a, &gt_slip_row, line->id / GT_SLIP_LINE_ID(1, 0), &slip) ||
        slip.lines < line->id % GT_SLIP_LINE_ID(1, 0)) {
        gt_audit_say(a, "gt_slip_line", line->id, "belongs to no slip");
        return;
    }
    int64_t money = money_of(a, &slip, line);

    if (money != line->amount)
        gt_audit_say(a, "gt_slip_line", line->id, "%" PRId64 " fen, recomputed %" PRId64,
                     line->amount, money);
}

/* --- both --------------------------------------------------------------------------------------
 */

/* Weak, as in check.c. */
#define SECTION_END __attribute__((weak, visibility("hidden")))
extern const struct gt_audit_made *const __start_gt_mades[] SECTION_END;
extern const struct gt_audit_made *const __stop_gt_mades[] SECTION_END;

/* What a room above says of a kind of posting; NULL: it is one of the till's. */
static const struct gt_audit_made *made_above(enum gt_posting_kind kind)
{
    size_t n = (size_t)(__stop_gt_mades - __start_gt_mades);

    for (size_t i = 0; i < n; i++)
        if (__start_gt_mades[i]->kind == kind)
            return __start_gt_mades[i];
    return NULL;
}

int gt_audit_lines(struct gt_audit *a, const struct gt_posting *posting,
                   struct gt_line lines[GT_LEDGER_LINES])
{
    enum gt_posting_kind kind = (enum gt_posting_kind)posting->kind;
    const struct gt_audit_account *account = gt_audit_account_of(a, posting->account_id);
    struct gt_approval approval;
    struct gt_refund refund;
    struct gt_shift shift;
    struct gt_slip slip;
    const struct gt_audit_made *above = made_above(kind);

    if (above)
        return above->lines(a, posting, lines);
    if (kind == GT_POSTING_REFUND_PAID)
        return find(a, &gt_refund_row, posting->of_id, &refund) && refund.paid_at
                   ? gt_ledger_refund_lines(refund.amount, lines)
                   : -1;
    if (kind == GT_POSTING_WRITE_OFF)
        return find(a, &gt_approval_row, posting->of_id, &approval)
                   ? gt_short_entries(gt_asked_get(approval.asked, "amount"), lines)
                   : -1;
    if (kind >= GT_POSTING_SLIP_SENT)
        return find(a, &gt_slip_row, posting->of_id, &slip) ? gt_slip_entries(&slip, kind, lines)
                                                            : -1;
    if (!account || !find(a, &gt_shift_row, posting->of_id, &shift))
        return -1;
    return gt_shift_entries(&shift, kind, account->row.kind == GT_ACCOUNT_AGENT, lines);
}

/* Reports a series that a statement found broken. */
static void say_gap(struct gt_audit *a, const struct gt_stmt *const *stmt, const char *table,
                    const char *whose)
{
    if (!gt_tx_one0(a->tx, stmt))
        return;
    int64_t of = gt_col_int(a->tx), count = gt_col_int(a->tx), last = gt_col_int(a->tx);

    gt_audit_say(a, table, 0, "%s %" PRId64 ": %" PRId64 ", numbered to %" PRId64, whose, of, count,
                 last);
}

void gt_audit_series_of_shifts(struct gt_audit *a)
{
    say_gap(a, &shift_gaps, "gt_shift", "user");
    say_gap(a, &slip_gaps, "gt_slip", "account");
    say_gap(a, &received_gaps, "gt_slip", "received by organisation");
    say_gap(a, &range_gaps, "gt_slip_line", "ranges of account");
}
