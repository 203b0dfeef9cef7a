/*
 * Looking at slips.  How a list of them is found: slip_find.c.
 */
#include "access/list.h"
#include "access/user.h"
#include "base/text.h"
#include "books/remit.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* clang-format off */
#define SLIPS "SELECT {top 50} " GT_ROW_NAMES(GT_SLIP_COLS) " FROM gt_slip "
GT_STMT(slip_lines, "SELECT {top 200} " GT_ROW_NAMES(GT_SLIP_LINE_COLS) " FROM gt_slip_line "
        "WHERE id > ? AND id < ? ORDER BY id {limit 200}");
GT_STMT(slips_of, SLIPS "WHERE account_id = ? AND id < ? ORDER BY id DESC {limit 50}");
GT_STMT(slip_shift_rows, "SELECT {top 200} " GT_ROW_NAMES(GT_SHIFT_COLS) " FROM gt_shift "
        "WHERE account_id = ? AND slip_id = ? ORDER BY id {limit 200}");
GT_STMT(safes_below, "SELECT {top 51} a.id, a.owner_id FROM gt_account a JOIN gt_org o "
        "ON o.id = a.owner_id WHERE a.kind = 3 AND a.owner_id > ? AND o.path >= ? AND o.path < ? "
        "ORDER BY a.owner_id {limit 51}");
GT_STMT(safe_waiting, "SELECT CAST(SUM(amount) AS BIGINT) FROM gt_slip WHERE to_org_id = ? "
        "AND received_no > ?");
GT_STMT(slip_by_no, GT_ROW_SELECT(gt_slip, GT_SLIP_COLS) " WHERE account_id = ? AND slip_no = ?");
/* clang-format on */

size_t gt_slip_lines(struct gt_tx *tx, const struct gt_slip *slip, struct gt_slip_line *lines)
{
    size_t n = 0;

    gt_tx_query(tx, &slip_lines, GT_INT(GT_SLIP_LINE_ID(slip->id, 0)),
                GT_INT(GT_SLIP_LINE_ID(slip->id + 1, 0)));
    while (n < GT_SLIP_LINES && gt_tx_next(tx))
        gt_row_read(tx, &gt_slip_line_row, &lines[n++]);
    return gt_tx_err(tx) == GT_OK ? n : 0;
}

static size_t read_slips(struct gt_tx *tx, struct gt_slip *slips, size_t most)
{
    size_t n = 0;

    while (n < most && gt_tx_next(tx))
        gt_row_read(tx, &gt_slip_row, &slips[n++]);
    return gt_tx_err(tx) == GT_OK ? n : 0;
}

size_t gt_slips_of(struct gt_tx *tx, int64_t account_id, int64_t before_id, struct gt_slip *slips,
                   size_t most)
{
    gt_tx_query(tx, &slips_of, GT_INT(account_id), GT_INT(before_id ? before_id : INT64_MAX));
    return read_slips(tx, slips, most);
}

bool gt_slip_by_no(struct gt_tx *tx, int64_t account_id, int64_t slip_no, struct gt_slip *slip)
{
    return gt_row_one(tx, &gt_slip_row, slip, &slip_by_no, GT_INT(account_id), GT_INT(slip_no));
}

/* --- what people call it -----------------------------------------------------------------------
 */

void gt_slip_name(struct gt_tx *tx, const struct gt_slip *slip, char out[GT_SLIP_NAME])
{
    struct gt_account account;
    struct gt_user user = {.operator_no = "?"};
    struct gt_org org = {.code = "?"};
    const char *owner = org.code;

    if (slip->kind != GT_ACCOUNT_CASHIER) {
        (void)gt_row_find(tx, &gt_org_row, slip->org_id, &org);
    } else if (gt_row_find(tx, &gt_account_row, slip->account_id, &account)) {
        (void)gt_row_find(tx, &gt_user_row, account.owner_id, &user);
        owner = user.operator_no;
    }
    (void)snprintf(out, GT_SLIP_NAME, "%s-J%" PRId64, owner, slip->slip_no);
}

bool gt_slip_named(struct gt_tx *tx, const char *name, struct gt_slip *slip)
{
    const char *dash = strrchr(name, '-');
    char owner[33];
    struct gt_user user;
    struct gt_org org;
    struct gt_account account;
    int64_t no;

    if (!dash || (size_t)(dash - name) >= sizeof(owner) || dash[1] != 'J' ||
        gt_int_parse(dash + 2, &no) != GT_OK)
        return false;
    (void)snprintf(owner, sizeof(owner), "%.*s", (int)(dash - name), name);
    if (gt_user_by_operator(tx, owner, &user) && user.account_id &&
        gt_slip_by_no(tx, user.account_id, no, slip) && slip->kind == GT_ACCOUNT_CASHIER)
        return true;
    return gt_org_by_code(tx, owner, &org) &&
           gt_account_by_owner(tx, org.kind == GT_ORG_AGENT ? GT_ACCOUNT_AGENT : GT_ACCOUNT_SAFE,
                               org.id, &account) &&
           gt_slip_by_no(tx, account.id, no, slip);
}

/* --- what stands beside it ---------------------------------------------------------------------
 */

size_t gt_slip_shifts(struct gt_tx *tx, const struct gt_slip *slip, struct gt_shift *shifts,
                      size_t most)
{
    size_t n = 0;

    gt_tx_query(tx, &slip_shift_rows, GT_INT(slip->account_id), GT_INT(slip->id));
    while (n < most && gt_tx_next(tx))
        gt_row_read(tx, &gt_shift_row, &shifts[n++]);
    return gt_tx_err(tx) == GT_OK ? n : 0;
}

size_t gt_safes_below(struct gt_tx *tx, const char *path, int64_t after, struct gt_safe_line *lines,
                      size_t most)
{
    int64_t account[51];
    char end[202];
    size_t n = 0;

    gt_org_range_end(path, end);
    gt_tx_query(tx, &safes_below, GT_INT(after), GT_TEXT(path), GT_TEXT(end));
    while (n < most && n < sizeof(account) / sizeof(account[0]) && gt_tx_next(tx)) {
        account[n] = gt_col_int(tx);
        lines[n++].org.id = gt_col_int(tx);
    }
    for (size_t i = 0; i < n; i++) {
        int64_t id = lines[i].org.id, reached = gt_slip_reached(tx, account[i], 0);

        lines[i].waiting =
            gt_tx_one(tx, &safe_waiting, GT_INT(id), GT_INT(reached)) ? gt_col_int(tx) : 0;
        (void)gt_row_find(tx, &gt_org_row, id, &lines[i].org);
    }
    return gt_tx_err(tx) == GT_OK ? n : 0;
}
