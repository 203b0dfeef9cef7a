/*
 * Finding transactions in the journal.
 *
 * Numbers begin with the business date and go up, so a window of numbers holds at most as many rows
 * as it is wide: the database filters inside it, and that is what bounds a call.  Between windows
 * the next number below is looked up, which costs one step of the key and jumps over empty days.
 */
#include "till/search.h"

#include "access/user.h"
#include "base/clock.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Transactions of one business date: yyyymmdd and ten digits. */
#define DATE_PART        INT64_C(10000000000)
#define ID_OF_DATE(date) ((date)*DATE_PART)
/* Numbers (or places in an account) that one statement looks at. */
#define WINDOW INT64_C(5000)
/* Days that one call looks a customer up in, at most. */
#define DAYS_LOOK 800

/* clang-format off */
/* A text that may be NULL counts as '-', which lies between the two ends of "any". */
#define TEXT_IS(column) "AND COALESCE(" column ", '-') >= ? AND COALESCE(" column ", '-') <= ? "
#define MATCHES                                                                                    \
    "AND op >= ? AND op <= ? AND state >= ? AND state <= ? AND up_state >= ? AND up_state <= ? "   \
    "AND channel >= ? AND channel <= ? AND user_id >= ? AND user_id <= ? "                         \
    "AND terminal_id >= ? AND terminal_id <= ? AND amount + fee >= ? AND amount + fee <= ? "       \
    "AND created_at >= ? AND created_at <= ? " TEXT_IS("meter_no") TEXT_IS("card_no")              \
    TEXT_IS("system")                                                                              \
    "AND org_id IN (SELECT o.id FROM gt_org o WHERE o.path >= ? AND o.path < ?) "
#define ROWS "SELECT {top 101} " GT_ROW_NAMES(GT_TXN_COLS) " FROM gt_txn "

GT_STMT(txn_window, ROWS "WHERE id <= ? AND id >= ? " MATCHES "ORDER BY id DESC {limit 101}");
GT_STMT(txn_account_window, ROWS "WHERE account_id = ? AND account_seq <= ? AND account_seq >= ? "
        "AND id < ? AND id >= ? " MATCHES "ORDER BY account_seq DESC {limit 101}");
GT_STMT(txn_of_customer, ROWS "WHERE biz_date = ? AND customer_no = ? AND id < ? " MATCHES
        "ORDER BY id DESC {limit 101}");
GT_STMT(id_below, "SELECT {top 1} id FROM gt_txn WHERE id < ? AND id >= ? "
        "ORDER BY id DESC {limit 1}");
GT_STMT(id_first, "SELECT {top 1} id FROM gt_txn WHERE id >= ? ORDER BY id {limit 1}");
GT_STMT(seq_of, "SELECT account_seq FROM gt_txn WHERE id = ? AND account_id = ?");
GT_STMT(id_at, "SELECT id FROM gt_txn WHERE account_id = ? AND account_seq = ?");
GT_STMT(seq_last, "SELECT {top 1} account_seq FROM gt_txn WHERE account_id = ? "
        "ORDER BY account_seq DESC {limit 1}");
GT_STMT(txn_of_receipt, "SELECT r.id FROM gt_receipt r JOIN gt_user u ON u.id = r.user_id "
        "WHERE u.operator_no = ? AND r.receipt_no = ?");
GT_STMT(txn_of_void, "SELECT v.txn_id FROM gt_void v JOIN gt_user u ON u.id = v.user_id "
        "WHERE u.operator_no = ? AND v.receipt_no = ?");
/* clang-format on */

/* Values that a statement begins with, and those of MATCHES. */
#define KEY_VALS 5
#define VALS     (KEY_VALS + 24)

/* Where a search stands. */
struct walk {
    const struct gt_txn_find *find;
    struct gt_txn *txns;
    size_t most;
    struct gt_txn_found *found;
    int64_t floor; /* ids from here on */
    char end[202];
};

static size_t put_range(struct gt_val *val, int64_t least, int64_t most)
{
    val[0] = GT_INT(least);
    val[1] = GT_INT(most);
    return 2;
}

static size_t put_value(struct gt_val *val, int64_t value)
{
    return put_range(val, value, value ? value : INT64_MAX);
}

/* Keys are of digits, letters and '-': all lie between '!' and '~'. */
static size_t put_text(struct gt_val *val, const char *text)
{
    bool any = !text || !*text;
    val[0] = GT_TEXT(any ? "!" : text);
    val[1] = GT_TEXT(any ? "~" : text);
    return 2;
}

/* Opens a statement whose first values are those of `key`. */
static void open_matches(struct gt_tx *tx, const struct walk *w, const struct gt_stmt *const *stmt,
                         const struct gt_val *key, size_t nkey)
{
    const struct gt_txn_find *f = w->find;
    struct gt_val val[VALS];
    size_t n = 0;

    while (n < nkey) {
        val[n] = key[n];
        n++;
    }
    n += put_value(val + n, f->op);
    n += put_value(val + n, f->state);
    n += put_value(val + n, f->up_state);
    n += put_value(val + n, f->channel);
    n += put_value(val + n, f->user_id);
    n += put_value(val + n, f->terminal_id);
    n += put_range(val + n, f->least, f->greatest ? f->greatest : INT64_MAX);
    n += put_range(val + n, f->from_at, f->to_at ? f->to_at : INT64_MAX);
    n += put_text(val + n, f->meter_no);
    n += put_text(val + n, f->card_no);
    n += put_text(val + n, f->system);
    val[n++] = GT_TEXT(f->path);
    val[n++] = GT_TEXT(w->end);
    gt_tx_query_(tx, stmt, val, n);
}
#define OPEN(tx, w, stmt, ...) \
    open_matches((tx), (w), (stmt), GT_VALS_(__VA_ARGS__), GT_NVALS_(__VA_ARGS__))

/* Takes the rows of an open result; true if there is no room for more. */
static bool take_rows(struct gt_tx *tx, struct walk *w)
{
    while (w->found->n < w->most && gt_tx_next(tx)) {
        gt_row_read(tx, &gt_txn_row, &w->txns[w->found->n]);
        w->found->before = w->txns[w->found->n++].id;
    }
    return w->found->n == w->most;
}

/* How many rows may lie between two numbers: of one series for all dates, so a jump of the date is
 * none of the number. */
static int64_t between(int64_t upper, int64_t lower)
{
    int64_t rows = upper % DATE_PART - lower % DATE_PART;
    return rows < 1 ? 1 : rows < WINDOW ? rows : WINDOW;
}

static void walk_numbers(struct gt_tx *tx, struct walk *w)
{
    int64_t looked = 0, last = 0;

    while (gt_tx_one(tx, &id_below, GT_INT(w->found->before), GT_INT(w->floor))) {
        int64_t top = gt_col_int(tx), low = top - WINDOW + 1;

        looked += last ? between(last, top) : 0;
        w->found->more = true;
        if (looked >= GT_TXN_LOOK)
            return;
        OPEN(tx, w, &txn_window, GT_INT(top), GT_INT(low > w->floor ? low : w->floor));
        if (take_rows(tx, w))
            return;
        w->found->before = low;
        last = top;
    }
    w->found->more = false;
}

/* Where an account's rows are begun with: below the keyset, or at its end. */
static int64_t first_seq(struct gt_tx *tx, const struct gt_txn_find *find)
{
    if (find->before && gt_tx_one(tx, &seq_of, GT_INT(find->before), GT_INT(find->account_id)))
        return gt_col_int(tx) - 1;
    return gt_tx_one(tx, &seq_last, GT_INT(find->account_id)) ? gt_col_int(tx) : 0;
}

/* By the account's own series, which has no gaps; business dates only go down in it. */
static void walk_account(struct gt_tx *tx, struct walk *w)
{
    int64_t account = w->find->account_id, top = ID_OF_DATE(w->find->to + 1);
    int64_t seq = first_seq(tx, w->find);

    for (int64_t looked = 0; seq > 0 && gt_tx_err(tx) == GT_OK; looked += WINDOW, seq -= WINDOW) {
        w->found->more = true;
        if (looked >= GT_TXN_LOOK)
            return;
        OPEN(tx, w, &txn_account_window, GT_INT(account), GT_INT(seq), GT_INT(seq - WINDOW + 1),
             GT_INT(top), GT_INT(w->floor));
        if (take_rows(tx, w))
            return;
        if (!gt_tx_one(tx, &id_at, GT_INT(account), GT_INT(seq - WINDOW + 1)))
            break;
        w->found->before = gt_col_int(tx);
        if (w->found->before < w->floor)
            break;
    }
    w->found->more = false;
}

/* A customer is looked up day by day: the index begins with the date. */
static void walk_customer(struct gt_tx *tx, struct walk *w)
{
    if (!gt_tx_one(tx, &id_below, GT_INT(w->found->before), GT_INT(w->floor)))
        return;
    int64_t date = gt_txn_date(gt_col_int(tx));

    for (int days = 0; ID_OF_DATE(date + 1) > w->floor && gt_tx_err(tx) == GT_OK; days++) {
        w->found->more = true;
        if (days == DAYS_LOOK) {
            w->found->before = ID_OF_DATE(date + 1);
            return;
        }
        OPEN(tx, w, &txn_of_customer, GT_INT(date), GT_TEXT(w->find->customer_no),
             GT_INT(w->found->before));
        if (take_rows(tx, w))
            return;
        date = gt_date_before(date);
    }
    w->found->more = false;
}

void gt_txn_search(struct gt_tx *tx, const struct gt_txn_find *find, struct gt_txn *txns,
                   size_t most, struct gt_txn_found *found)
{
    struct walk w = {.find = find, .txns = txns, .most = most, .found = found};
    int64_t top = ID_OF_DATE(find->to + 1);

    *found =
        (struct gt_txn_found){.before = find->before && find->before < top ? find->before : top};
    gt_org_range_end(find->path, w.end);
    /* Before the first of the platform there is nothing to look for. */
    if (!gt_tx_one(tx, &id_first, GT_INT(ID_OF_DATE(find->from))))
        return;
    w.floor = ID_OF_DATE(gt_txn_date(gt_col_int(tx)));
    if (find->customer_no && *find->customer_no)
        walk_customer(tx, &w);
    else if (find->account_id)
        walk_account(tx, &w);
    else
        walk_numbers(tx, &w);
}

int64_t gt_txn_of_receipt(struct gt_tx *tx, const char *operator_no, int64_t receipt_no)
{
    if (gt_tx_one(tx, &txn_of_receipt, GT_TEXT(operator_no), GT_INT(receipt_no)) ||
        gt_tx_one(tx, &txn_of_void, GT_TEXT(operator_no), GT_INT(receipt_no)))
        return gt_col_int(tx);
    return 0;
}

/* --- numbers as people read them ---------------------------------------------------------------
 */

int64_t gt_txn_date(int64_t id)
{
    return id / DATE_PART;
}

char *gt_txn_number(int64_t id, char out[GT_TXN_NUMBER_MAX])
{
    (void)snprintf(out, GT_TXN_NUMBER_MAX, "%" PRId64 " %010" PRId64, id / DATE_PART,
                   id % DATE_PART);
    return out;
}

bool gt_txn_number_read(const char *text, int64_t *id)
{
    char digits[19];
    size_t n = 0;

    for (; *text; text++) {
        if (*text == ' ')
            continue;
        if (*text < '0' || *text > '9' || n == sizeof(digits) - 1)
            return false;
        digits[n++] = *text;
    }
    digits[n] = '\0';
    return n == sizeof(digits) - 1 && gt_int_parse(digits, id) == GT_OK &&
           gt_date_valid(gt_txn_date(*id));
}

bool gt_receipt_number_read(const char *text, char operator_no[21], int64_t *receipt_no)
{
    const char *dash = strrchr(text, '-');
    size_t n = dash ? (size_t)(dash - text) : 0;

    if (n == 0 || n > 20 || dash[1] < '0' || dash[1] > '9' ||
        gt_int_parse(dash + 1, receipt_no) != GT_OK || *receipt_no <= 0)
        return false;
    memcpy(operator_no, text, n);
    operator_no[n] = '\0';
    return true;
}
