/*
 * Looking at the ledger: sums from totals and balances, entries by their ids.
 */
#include "till/trial.h"

#include "access/list.h"
#include "base/clock.h"
#include "till/total.h"

#include <stdio.h>
#include <string.h>

/* clang-format off */
#define SUMS "CAST(SUM(amount) AS BIGINT), CAST(SUM(reversed) AS BIGINT) FROM gt_total "
GT_STMT(trial_all, "SELECT part, amount, reversed FROM gt_total WHERE org_id = 0 AND kind = 7 "
        "AND biz_date = ?");
GT_STMT(trial_below, "SELECT part, " SUMS "WHERE kind = 7 AND biz_date = ? AND org_id IN "
        "(SELECT o.id FROM gt_org o WHERE o.path >= ? AND o.path < ?) GROUP BY part");
/* Of one date: the index has date and account, so only rows of the subtree's accounts are read. */
GT_STMT(trial_rest, "SELECT b.code, CAST(SUM(b.debit) AS BIGINT), CAST(SUM(b.credit) AS BIGINT) "
        "FROM gt_balance b WHERE b.biz_date = ? AND b.account_id IN (SELECT a.id FROM gt_account a "
        "JOIN gt_org o ON o.id = a.org_id WHERE o.path >= ? AND o.path < ?) GROUP BY b.code");
GT_STMT(trial_account, "SELECT code, CAST(SUM(debit) AS BIGINT), CAST(SUM(credit) AS BIGINT) "
        "FROM gt_balance WHERE account_id = ? AND biz_date <= ? GROUP BY code");

/* How many entries there are: sums from the first day on, as those of the trial balance. */
#define COUNT_TOTALS "SELECT CAST(SUM(sales) AS BIGINT) FROM gt_total WHERE kind = 7 " \
        "AND biz_date = ? AND part >= ? AND part <= ? AND org_id "
#define COUNT_REST "SELECT CAST(SUM(b.entries) AS BIGINT) FROM gt_balance b WHERE b.biz_date = ? " \
        "AND b.code >= ? AND b.code <= ? "
GT_STMT(entries_to, COUNT_TOTALS "= 0");
GT_STMT(entries_to_below, COUNT_TOTALS "IN (SELECT o.id FROM gt_org o WHERE o.path >= ? AND o.path < ?)");
GT_STMT(entries_rest, COUNT_REST);
GT_STMT(entries_rest_below, COUNT_REST "AND b.account_id IN (SELECT a.id FROM gt_account a "
        "JOIN gt_org o ON o.id = a.org_id WHERE o.path >= ? AND o.path < ?)");
GT_STMT(entries_expected_of, "SELECT CAST(SUM(entries) AS BIGINT) FROM gt_balance "
        "WHERE account_id = ? AND biz_date >= ? AND biz_date <= ? AND code >= ? AND code <= ?");
GT_STMT(entry_below, "SELECT MAX(id) FROM gt_entry WHERE id < ?");
#define IN_WINDOW "WHERE e.id <= ? AND e.id >= ? AND e.biz_date >= ? AND e.biz_date <= ? " \
        "AND e.code >= ? AND e.code <= ? "
#define ENTRY_COLS "e.id, e.account_id, e.code, e.biz_date, e.amount, e.version, e.seal"
#define NEWEST "ORDER BY e.id DESC {limit 50}"
#define ENTRIES "SELECT {top 50} " ENTRY_COLS " FROM gt_entry e " IN_WINDOW
GT_STMT(entries_window, ENTRIES NEWEST);
GT_STMT(entries_window_below, ENTRIES "AND e.account_id IN (SELECT a.id FROM gt_account a "
        "JOIN gt_org o ON o.id = a.org_id WHERE o.path >= ? AND o.path < ?) " NEWEST);
GT_STMT(entries_window_of, ENTRIES "AND e.account_id = ? " NEWEST);
GT_STMT(entries_of, GT_ROW_SELECT(gt_entry, GT_ENTRY_COLS) " WHERE id >= ? AND id < ? ORDER BY id");
/* clang-format on */

/* --- the trial balance ------------------------------------------------------------------------ */

/* All safes are one ledger account to people. */
static const char *shown_code(const char *code)
{
    return strncmp(code, "safe:", 5) == 0 ? "safe" : code;
}

static struct gt_trial_line *line_of(struct gt_tx *tx, struct gt_trial *t, const char *code)
{
    int at = 0;

    while (at < t->n && strcmp(t->line[at].code, code) < 0)
        at++;
    if (at < t->n && strcmp(t->line[at].code, code) == 0)
        return &t->line[at];
    if (t->n == GT_TRIAL_LINES) {
        gt_tx_fail(tx, gt_err_set(GT_ERR_TOOBIG, "more ledger accounts than a page has lines"));
        return NULL;
    }
    memmove(&t->line[at + 1], &t->line[at], (size_t)(t->n++ - at) * sizeof(t->line[0]));
    t->line[at] = (struct gt_trial_line){.opening = 0};
    GT_FIELD_COPY(t->line[at].code, code);
    return &t->line[at];
}

/* Adds what an open result tells: before the first date (`sign` 1 for the opening and -1 for what
 * moved, as both are sums from the beginning), or up to the last. */
static void take(struct gt_tx *tx, struct gt_trial *t, bool before)
{
    char code[33];

    while (gt_tx_next(tx)) {
        gt_col_text(tx, code, sizeof(code));
        int64_t debit = gt_col_int(tx), credit = gt_col_int(tx);
        struct gt_trial_line *line = line_of(tx, t, shown_code(code));

        if (!line)
            return;
        line->opening += before ? debit - credit : 0;
        line->debit += before ? -debit : debit;
        line->credit += before ? -credit : credit;
    }
}

/* Adds what stood at the end of a date. */
static void stood_at(struct gt_tx *tx, const char *path, int64_t date, bool before,
                     struct gt_trial *t)
{
    int64_t folded = gt_fold_last(tx, date);
    char end[202];

    gt_org_range_end(path, end);
    if (folded && strcmp(path, "/") == 0)
        gt_tx_query(tx, &trial_all, GT_INT(folded));
    else if (folded)
        gt_tx_query(tx, &trial_below, GT_INT(folded), GT_TEXT(path), GT_TEXT(end));
    if (folded)
        take(tx, t, before);
    /* Behind the last folded date there is hardly more than the one that runs. */
    for (int64_t rest = gt_fold_next_date(tx, folded); rest && rest <= date;
         rest = gt_fold_next_date(tx, rest)) {
        gt_tx_query(tx, &trial_rest, GT_INT(rest), GT_TEXT(path), GT_TEXT(end));
        take(tx, t, before);
    }
}

/* Leaves out what never was anything, and sums the rest. */
static void settle(struct gt_trial *t)
{
    int kept = 0;

    for (int i = 0; i < t->n; i++) {
        const struct gt_trial_line *line = &t->line[i];

        if (!line->opening && !line->debit && !line->credit)
            continue;
        t->opening += line->opening;
        t->debit += line->debit;
        t->credit += line->credit;
        t->line[kept++] = *line;
    }
    t->n = kept;
}

void gt_trial_read(struct gt_tx *tx, const char *path, int64_t from, int64_t to,
                   struct gt_trial *trial)
{
    *trial = (struct gt_trial){.n = 0};
    stood_at(tx, path, gt_date_before(from), true, trial);
    stood_at(tx, path, to, false, trial);
    settle(trial);
}

void gt_trial_of(struct gt_tx *tx, int64_t account_id, int64_t from, int64_t to,
                 struct gt_trial *trial)
{
    *trial = (struct gt_trial){.n = 0};
    gt_tx_query(tx, &trial_account, GT_INT(account_id), GT_INT(gt_date_before(from)));
    take(tx, trial, true);
    gt_tx_query(tx, &trial_account, GT_INT(account_id), GT_INT(to));
    take(tx, trial, false);
    settle(trial);
}

/* --- entries ---------------------------------------------------------------------------------- */

/* Ids that one statement looks at, rows that one call looks at, and how long before its business
 * date a posting's transaction may have begun. */
#define WINDOW     INT64_C(20000)
#define LOOK       INT64_C(120000)
#define DAYS_DOUBT 31
#define DATE_PART  INT64_C(10000000000)

/* Where ids of what no transaction made end. */
#define OTHERS_END GT_ENTRY_ID(INT64_C(10000101) * DATE_PART, 0)

struct walk {
    const struct gt_entry_find *find;
    struct gt_entry_seen *rows;
    struct gt_entry_found *found;
    char from_code[33], to_code[33], end[202];
    int64_t floor; /* of ids of transactions */
    bool all;      /* of everybody */
};

static void code_range(struct walk *w)
{
    bool safes = strcmp(w->find->code, "safe") == 0;

    (void)snprintf(w->from_code, sizeof(w->from_code), "%s%s", w->find->code, safes ? ":" : "");
    (void)snprintf(w->to_code, sizeof(w->to_code), "%s%s", w->find->code,
                   safes ? ":9999999999999999999" : "");
}

static int64_t sum(struct gt_tx *tx, const struct walk *w, const struct gt_stmt *const *all,
                   const struct gt_stmt *const *below, int64_t date)
{
    struct gt_val val[5] = {GT_INT(date), GT_TEXT(w->from_code), GT_TEXT(w->to_code),
                            GT_TEXT(w->find->path), GT_TEXT(w->end)};

    return gt_tx_one_(tx, w->all ? all : below, val, w->all ? 3 : 5) ? gt_col_int(tx) : 0;
}

/* Entries from the first day to the end of a date. */
static int64_t entries_at(struct gt_tx *tx, const struct walk *w, int64_t date)
{
    int64_t folded = gt_fold_last(tx, date);
    int64_t n = folded ? sum(tx, w, &entries_to, &entries_to_below, folded) : 0;

    for (int64_t rest = gt_fold_next_date(tx, folded); rest && rest <= date;
         rest = gt_fold_next_date(tx, rest))
        n += sum(tx, w, &entries_rest, &entries_rest_below, rest);
    return n;
}

static int64_t expected(struct gt_tx *tx, const struct walk *w)
{
    const struct gt_entry_find *f = w->find;

    if (!f->account_id)
        return entries_at(tx, w, f->to) - entries_at(tx, w, gt_date_before(f->from));
    return gt_tx_one(tx, &entries_expected_of, GT_INT(f->account_id), GT_INT(f->from),
                     GT_INT(f->to), GT_TEXT(w->from_code), GT_TEXT(w->to_code))
               ? gt_col_int(tx)
               : 0;
}

/* Takes what a window has; true if there is room for more. */
static bool take_window(struct gt_tx *tx, struct walk *w, int64_t top, int64_t low)
{
    const struct gt_entry_find *f = w->find;
    struct gt_entry_found *found = w->found;

    if (f->account_id)
        gt_tx_query(tx, &entries_window_of, GT_INT(top), GT_INT(low), GT_INT(f->from),
                    GT_INT(f->to), GT_TEXT(w->from_code), GT_TEXT(w->to_code),
                    GT_INT(f->account_id));
    else if (w->all)
        gt_tx_query(tx, &entries_window, GT_INT(top), GT_INT(low), GT_INT(f->from), GT_INT(f->to),
                    GT_TEXT(w->from_code), GT_TEXT(w->to_code));
    else
        gt_tx_query(tx, &entries_window_below, GT_INT(top), GT_INT(low), GT_INT(f->from),
                    GT_INT(f->to), GT_TEXT(w->from_code), GT_TEXT(w->to_code), GT_TEXT(f->path),
                    GT_TEXT(w->end));
    while (found->n < GT_ENTRY_ROWS && gt_tx_next(tx)) {
        struct gt_entry *entry = &w->rows[found->n++].entry;

        gt_row_read(tx, &gt_entry_row, entry);
        found->before = entry->id;
        found->left--;
    }
    return found->n < GT_ENTRY_ROWS;
}

/* Down the ids: those of transactions to the floor, then all that no transaction made. */
static void walk_down(struct gt_tx *tx, struct walk *w)
{
    struct gt_entry_found *found = w->found;

    for (int64_t looked = 0; found->left > 0 && looked < LOOK; looked += WINDOW) {
        if (found->before < w->floor && found->before > OTHERS_END)
            found->before = OTHERS_END;
        int64_t top = gt_tx_one(tx, &entry_below, GT_INT(found->before)) ? gt_col_int(tx) : 0;
        if (top && top < w->floor && top > OTHERS_END) {
            found->before = OTHERS_END;
            continue;
        }
        if (!top) { /* fewer than told: the auditor says why */
            found->left = 0;
            break;
        }
        if (!take_window(tx, w, top, top - WINDOW + 1))
            break;
        found->before = top - WINDOW + 1;
    }
    found->more = found->left > 0;
}

void gt_entry_search(struct gt_tx *tx, const struct gt_entry_find *find, struct gt_entry_seen *rows,
                     struct gt_entry_found *found)
{
    struct walk w = {
        .find = find, .rows = rows, .found = found, .all = strcmp(find->path, "/") == 0};
    int64_t first = find->from, top = GT_ENTRY_ID((find->to + 1) * DATE_PART, 0);

    for (int i = 0; i < DAYS_DOUBT; i++)
        first = gt_date_before(first);
    w.floor = GT_ENTRY_ID(first * DATE_PART, 0);
    code_range(&w);
    gt_org_range_end(find->path, w.end);
    *found = (struct gt_entry_found){
        .before = find->before && find->before < top ? find->before : top, .left = find->left};
    if (found->left < 0)
        found->left = expected(tx, &w);
    walk_down(tx, &w);
    for (size_t i = 0; i < found->n && gt_tx_err(tx) == GT_OK; i++) {
        if (!gt_row_find(tx, &gt_posting_row, rows[i].entry.id / GT_ENTRY_ID(1, 0),
                         &rows[i].posting))
            rows[i].posting.id = 0;
    }
}

int gt_posting_entries(struct gt_tx *tx, int64_t posting_id,
                       struct gt_entry entries[GT_LEDGER_LINES + 1])
{
    int n = 0;

    gt_tx_query(tx, &entries_of, GT_INT(GT_ENTRY_ID(posting_id, 0)),
                GT_INT(GT_ENTRY_ID(posting_id + 1, 0)));
    while (n <= GT_LEDGER_LINES && gt_tx_next(tx))
        gt_row_read(tx, &gt_entry_row, &entries[n++]);
    return gt_tx_err(tx) == GT_OK ? n : 0;
}

const char *gt_posting_kind_name(enum gt_posting_kind kind)
{
    static const char *const names[GT_POSTING__MAX] = {
        [GT_POSTING_SALE] = "sale",
        [GT_POSTING_REVERSAL] = "reversal",
        [GT_POSTING_PAY_IN] = "pay_in",
        [GT_POSTING_SHIFT_OPEN] = "shift_open",
        [GT_POSTING_SHIFT_CLOSE] = "shift_close",
        [GT_POSTING_WRITE_OFF] = "write_off",
        [GT_POSTING_SLIP_SENT] = "slip_sent",
        [GT_POSTING_SLIP_RETURNED] = "slip_returned",
        [GT_POSTING_SLIP_RECEIVED] = "slip_received",
        [GT_POSTING_SLIP_BANKED] = "slip_banked",
        [GT_POSTING_REFUND] = "refund",
        [GT_POSTING_REFUND_PAID] = "refund_paid",
        [GT_POSTING_ITEM] = "item",
    };

    return kind > 0 && kind < GT_POSTING__MAX && names[kind] ? names[kind] : "other";
}
