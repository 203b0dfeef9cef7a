/*
 * Lists of accounts and of what is in doubt.
 */
#include "till/list.h"

#include "till/flow.h"

/* clang-format off */
#define BELOW "org_id IN (SELECT o.id FROM gt_org o WHERE o.path >= ? AND o.path < ?) "
/* An account that has used this much, and this share of what it has (as board.c counts them). */
#define USED "AND unremitted + held >= ? AND (unremitted + held) * 100 >= (deposit + credit_limit) * ? "

GT_STMT(account_list, "SELECT {top 101} " GT_ROW_NAMES(GT_ACCOUNT_COLS) " FROM gt_account "
        "WHERE id > ? AND " BELOW "AND kind >= ? AND kind <= ? AND state >= ? AND state <= ? " USED
        "ORDER BY id {limit 101}");
/* The owners of the accounts below are looked at, not all: kinds by <>, which no index serves. */
GT_STMT(account_find, "SELECT {top 101} " GT_ROW_NAMES(GT_ACCOUNT_COLS) " FROM gt_account "
        "WHERE id > ? AND " BELOW "AND kind >= ? AND kind <= ? AND state >= ? AND state <= ? " USED
        "AND ((kind <> 2 AND EXISTS (SELECT u.id FROM gt_user u WHERE u.id = gt_account.owner_id AND "
        "(LOWER(u.login) LIKE ? ESCAPE '!' OR LOWER(u.operator_no) LIKE ? ESCAPE '!' OR LOWER(u.name) LIKE ? ESCAPE '!'))) "
        "OR (kind <> 1 AND EXISTS (SELECT g.id FROM gt_org g WHERE g.id = gt_account.owner_id AND "
        "(LOWER(g.code) LIKE ? ESCAPE '!' OR LOWER(g.name) LIKE ? ESCAPE '!')))) ORDER BY id {limit 101}");
GT_STMT(doubt_list, "SELECT {top 101} " GT_ROW_NAMES(GT_TXN_COLS) " FROM gt_txn "
        "WHERE id IN (SELECT p.id FROM gt_pending p WHERE p.id > ?) AND " BELOW
        "ORDER BY id {limit 101}");
GT_STMT(txn_of_terminal, "SELECT {top 20} " GT_ROW_NAMES(GT_TXN_COLS) " FROM gt_txn "
        "WHERE terminal_id = ? ORDER BY trace_no DESC {limit 20}");
/* 5: the upstream leg is unknown. */
GT_STMT(doubt_sums, "SELECT system, COUNT(*), MIN(created_at) FROM gt_txn "
        "WHERE id IN (SELECT p.id FROM gt_pending p) AND up_state = 5 AND " BELOW
        "GROUP BY system ORDER BY system");
GT_STMT(terminal_seen, "SELECT {top 1} created_at FROM gt_txn WHERE terminal_id = ? "
        "ORDER BY trace_no DESC {limit 1}");
GT_STMT(terminals_seen, "SELECT t.terminal_id, t.created_at FROM gt_terminal m JOIN gt_txn t ON t.terminal_id = m.id "
        "AND t.trace_no = (SELECT MAX(x.trace_no) FROM gt_txn x WHERE x.terminal_id = m.id) "
        "WHERE m.id IN " GT_IN_PAGE);
/* clang-format on */

size_t gt_account_list(struct gt_tx *tx, const struct gt_find *find, struct gt_account *accounts)
{
    int64_t kind = find->kind, state = find->state, used = find->used;
    char end[202], like[GT_LIKE_MAX];
    size_t n = 0;

    gt_org_range_end(find->path, end);
    gt_like(find->text, like);
    if (find->text && *find->text)
        gt_tx_query(tx, &account_find, GT_INT(find->after_id), GT_TEXT(find->path), GT_TEXT(end),
                    GT_INT(kind), GT_INT(kind ? kind : GT_ACCOUNT_AGENT), GT_INT(state),
                    GT_INT(state ? state : INT64_MAX), GT_INT(used > 0), GT_INT(used),
                    GT_TEXT(like), GT_TEXT(like), GT_TEXT(like), GT_TEXT(like), GT_TEXT(like));
    else
        gt_tx_query(tx, &account_list, GT_INT(find->after_id), GT_TEXT(find->path), GT_TEXT(end),
                    GT_INT(kind), GT_INT(kind ? kind : GT_ACCOUNT_AGENT), GT_INT(state),
                    GT_INT(state ? state : INT64_MAX), GT_INT(used > 0), GT_INT(used));
    while (n < find->most && gt_tx_next(tx))
        gt_row_read(tx, &gt_account_row, &accounts[n++]);
    return gt_tx_err(tx) == GT_OK ? n : 0;
}

size_t gt_doubt_list(struct gt_tx *tx, const char *path, int64_t after_id, struct gt_doubt *rows,
                     size_t most)
{
    struct gt_pending pending;
    char end[202];
    size_t n = 0, there = 0;

    gt_org_range_end(path, end);
    gt_tx_query(tx, &doubt_list, GT_INT(after_id), GT_TEXT(path), GT_TEXT(end));
    while (n < most && gt_tx_next(tx))
        gt_row_read(tx, &gt_txn_row, &rows[n++].txn);
    for (size_t i = 0; i < n; i++) {
        if (!gt_row_find(tx, &gt_pending_row, rows[i].txn.id, &pending))
            continue;
        rows[there] =
            (struct gt_doubt){rows[i].txn, pending.sent_at, pending.due_at, pending.tries};
        there++;
    }
    return gt_tx_err(tx) == GT_OK ? there : 0;
}

size_t gt_doubt_sums(struct gt_tx *tx, const char *path, struct gt_doubt_sum *sums, size_t most)
{
    char end[202];
    size_t n = 0;

    gt_org_range_end(path, end);
    gt_tx_query(tx, &doubt_sums, GT_TEXT(path), GT_TEXT(end));
    while (n < most && gt_tx_next(tx)) {
        gt_col_text(tx, sums[n].system, sizeof(sums[n].system));
        sums[n].count = gt_col_int(tx);
        sums[n++].since = gt_col_int(tx);
    }
    return gt_tx_err(tx) == GT_OK ? n : 0;
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

void gt_terminals_seen(struct gt_tx *tx, const int64_t *ids, size_t n, int64_t *seen)
{
    struct gt_val vals[GT_PAGE_IDS];

    for (size_t i = 0; i < n; i++)
        seen[i] = 0;
    gt_page_ids(ids, n, vals);
    gt_tx_query_(tx, &terminals_seen, vals, GT_PAGE_IDS);
    while (gt_tx_next(tx)) {
        int64_t id = gt_col_int(tx), at = gt_col_int(tx);

        for (size_t i = 0; i < n; i++)
            if (ids[i] == id)
                seen[i] = at;
    }
}
