/*
 * Lists of accounts and transactions.
 *
 * The journal is gone through by number, newest first: numbers begin with the date.  What an index
 * serves is in the statement, the rest is looked at here, in a bounded number of rows a call.
 */
#include "till/list.h"

#include "access/user.h"
#include "base/clock.h"

#include <stdio.h>
#include <string.h>

/* Transactions of one business date: yyyymmdd and ten digits. */
#define DATE_PART        INT64_C(10000000000)
#define ID_OF_DATE(date) ((date)*DATE_PART)
/* Days that one call looks at, at most. */
#define DAYS_LOOK 800

/* clang-format off */
#define BELOW "org_id IN (SELECT o.id FROM gt_org o WHERE o.path >= ? AND o.path < ?) "

GT_STMT(account_list, "SELECT {top 101} " GT_ROW_NAMES(GT_ACCOUNT_COLS) " FROM gt_account "
        "WHERE id > ? AND " BELOW "AND kind >= ? AND kind <= ? AND state >= ? AND state <= ? "
        "ORDER BY id {limit 101}");
GT_STMT(txn_list, "SELECT {top 500} " GT_ROW_NAMES(GT_TXN_COLS) " FROM gt_txn "
        "WHERE id < ? AND id >= ? AND " BELOW "ORDER BY id DESC {limit 500}");
GT_STMT(txn_of_account, "SELECT {top 500} " GT_ROW_NAMES(GT_TXN_COLS) " FROM gt_txn "
        "WHERE account_id = ? AND account_seq < ? AND " BELOW
        "ORDER BY account_seq DESC {limit 500}");
GT_STMT(txn_of_customer, "SELECT {top 500} " GT_ROW_NAMES(GT_TXN_COLS) " FROM gt_txn "
        "WHERE biz_date = ? AND customer_no = ? AND id < ? AND " BELOW
        "ORDER BY id DESC {limit 500}");
GT_STMT(seq_before, "SELECT account_seq FROM gt_txn WHERE id = ? AND account_id = ?");
GT_STMT(doubt_list, "SELECT {top 101} " GT_ROW_NAMES(GT_TXN_COLS) " FROM gt_txn "
        "WHERE id IN (SELECT p.id FROM gt_pending p WHERE p.id > ?) AND " BELOW
        "ORDER BY id {limit 101}");
GT_STMT(txn_of_receipt, "SELECT r.id FROM gt_receipt r JOIN gt_user u ON u.id = r.user_id "
        "WHERE u.operator_no = ? AND r.receipt_no = ?");
GT_STMT(txn_of_terminal, "SELECT {top 20} " GT_ROW_NAMES(GT_TXN_COLS) " FROM gt_txn "
        "WHERE terminal_id = ? ORDER BY trace_no DESC {limit 20}");
GT_STMT(terminal_seen, "SELECT {top 1} created_at FROM gt_txn WHERE terminal_id = ? "
        "ORDER BY trace_no DESC {limit 1}");
/* clang-format on */

size_t gt_account_list(struct gt_tx *tx, const struct gt_find *find, struct gt_account *accounts)
{
    int64_t kind = find->kind, state = find->state;
    char end[202];
    size_t n = 0;

    gt_org_range_end(find->path, end);
    gt_tx_query(tx, &account_list, GT_INT(find->after_id), GT_TEXT(find->path), GT_TEXT(end),
                GT_INT(kind), GT_INT(kind ? kind : INT64_MAX), GT_INT(state),
                GT_INT(state ? state : INT64_MAX));
    while (n < find->most && gt_tx_next(tx))
        gt_row_read(tx, &gt_account_row, &accounts[n++]);
    return gt_tx_err(tx) == GT_OK ? n : 0;
}

/* --- transactions ------------------------------------------------------------------------------
 */

static bool same_or_any(const char *wanted, const char *text)
{
    return !wanted || !*wanted || strcmp(wanted, text) == 0;
}

static bool wanted(const struct gt_txn_find *f, const struct gt_txn *txn)
{
    int64_t amount = txn->amount + txn->fee;

    return txn->biz_date >= f->from && txn->biz_date <= f->to &&
           (!f->account_id || txn->account_id == f->account_id) &&
           (!f->terminal_id || txn->terminal_id == f->terminal_id) &&
           (!f->op || txn->op == f->op) && (!f->state || txn->state == f->state) &&
           (!f->up_state || txn->up_state == f->up_state) && amount >= f->least &&
           (!f->greatest || amount <= f->greatest) &&
           same_or_any(f->customer_no, txn->customer_no) &&
           same_or_any(f->operator_no, txn->operator_no) && same_or_any(f->method, txn->method) &&
           same_or_any(f->meter_no, txn->meter_no) && same_or_any(f->card_no, txn->card_no);
}

/* Where a search stands. */
struct walk {
    const struct gt_txn_find *find;
    struct gt_txn *txns;
    size_t most;
    struct gt_txn_found *found;
    char end[202];
    int64_t looked; /* rows */
    int64_t seq;    /* of an account: below this one */
};

/* Takes the rows of an open result.  True if there may be more behind them. */
static bool take_rows(struct gt_tx *tx, struct walk *w)
{
    struct gt_txn *txn = &w->txns[w->found->n];
    int rows = 0;

    while (w->found->n < w->most && gt_tx_next(tx)) {
        gt_row_read(tx, &gt_txn_row, txn);
        rows++;
        w->looked++;
        w->found->before = txn->id;
        w->seq = txn->account_seq;
        if (txn->biz_date < w->find->from)
            return false; /* by number or by place in the account, dates only go down */
        if (wanted(w->find, txn))
            txn = &w->txns[++w->found->n];
    }
    return rows == 500 || w->found->n == w->most;
}

static bool open_account(struct gt_tx *tx, struct walk *w)
{
    gt_tx_query(tx, &txn_of_account, GT_INT(w->find->account_id), GT_INT(w->seq),
                GT_TEXT(w->find->path), GT_TEXT(w->end));
    return take_rows(tx, w);
}

static bool open_all(struct gt_tx *tx, struct walk *w)
{
    gt_tx_query(tx, &txn_list, GT_INT(w->found->before), GT_INT(ID_OF_DATE(w->find->from)),
                GT_TEXT(w->find->path), GT_TEXT(w->end));
    return take_rows(tx, w);
}

/* A customer is looked up day by day: the index begins with the date. */
static void walk_customer(struct gt_tx *tx, struct walk *w)
{
    int64_t date = w->found->before / DATE_PART;

    if (date > w->find->to)
        date = w->find->to;
    for (int days = 0; date >= w->find->from && gt_tx_err(tx) == GT_OK; days++) {
        if (days == DAYS_LOOK) {
            w->found->before = ID_OF_DATE(date + 1);
            w->found->more = true;
            return;
        }
        gt_tx_query(tx, &txn_of_customer, GT_INT(date), GT_TEXT(w->find->customer_no),
                    GT_INT(w->found->before), GT_TEXT(w->find->path), GT_TEXT(w->end));
        if (take_rows(tx, w)) {
            w->found->more = true;
            return;
        }
        date = gt_date_before(date);
    }
}

void gt_txn_list(struct gt_tx *tx, const struct gt_txn_find *find, struct gt_txn *txns, size_t most,
                 struct gt_txn_found *found)
{
    struct walk w = {.find = find, .txns = txns, .most = most, .found = found, .seq = INT64_MAX};
    int64_t top = ID_OF_DATE(find->to + 1);

    *found =
        (struct gt_txn_found){.before = find->before && find->before < top ? find->before : top};
    gt_org_range_end(find->path, w.end);
    if (find->customer_no && *find->customer_no) {
        walk_customer(tx, &w);
        return;
    }
    if (find->account_id && find->before &&
        gt_tx_one(tx, &seq_before, GT_INT(find->before), GT_INT(find->account_id)))
        w.seq = gt_col_int(tx);
    do
        found->more = find->account_id ? open_account(tx, &w) : open_all(tx, &w);
    while (found->more && found->n < most && w.looked < GT_TXN_LOOK && gt_tx_err(tx) == GT_OK);
}

size_t gt_doubt_list(struct gt_tx *tx, const char *path, int64_t after_id, struct gt_txn *txns,
                     size_t most)
{
    char end[202];
    size_t n = 0;

    gt_org_range_end(path, end);
    gt_tx_query(tx, &doubt_list, GT_INT(after_id), GT_TEXT(path), GT_TEXT(end));
    while (n < most && gt_tx_next(tx))
        gt_row_read(tx, &gt_txn_row, &txns[n++]);
    return gt_tx_err(tx) == GT_OK ? n : 0;
}

int64_t gt_txn_of_receipt(struct gt_tx *tx, const char *operator_no, int64_t receipt_no)
{
    return gt_tx_one(tx, &txn_of_receipt, GT_TEXT(operator_no), GT_INT(receipt_no)) ? gt_col_int(tx)
                                                                                    : 0;
}

size_t gt_txns_of_terminal(struct gt_tx *tx, int64_t terminal_id, struct gt_txn *txns, size_t most)
{
    size_t n = 0;

    gt_tx_query(tx, &txn_of_terminal, GT_INT(terminal_id));
    while (n < most && gt_tx_next(tx))
        gt_row_read(tx, &gt_txn_row, &txns[n++]);
    return gt_tx_err(tx) == GT_OK ? n : 0;
}

int64_t gt_terminal_seen(struct gt_tx *tx, int64_t terminal_id)
{
    return gt_tx_one(tx, &terminal_seen, GT_INT(terminal_id)) ? gt_col_int(tx) : 0;
}
