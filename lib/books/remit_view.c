/*
 * Looking at slips.
 */
#include "access/list.h"
#include "books/remit.h"

/* clang-format off */
#define SLIPS "SELECT {top 50} " GT_ROW_NAMES(GT_SLIP_COLS) " FROM gt_slip "
GT_STMT(slip_lines, "SELECT {top 200} " GT_ROW_NAMES(GT_SLIP_LINE_COLS) " FROM gt_slip_line "
        "WHERE id > ? AND id < ? ORDER BY id {limit 200}");
GT_STMT(slips_of, SLIPS "WHERE account_id = ? AND id < ? ORDER BY id DESC {limit 50}");
GT_STMT(slips_below, SLIPS "WHERE id < ? AND state >= ? AND state <= ? AND (org_id IN "
        "(SELECT o.id FROM gt_org o WHERE o.path >= ? AND o.path < ?) OR to_org_id IN "
        "(SELECT r.id FROM gt_org r WHERE r.path >= ? AND r.path < ?)) ORDER BY id DESC {limit 50}");
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

size_t gt_slips_below(struct gt_tx *tx, const char *path, enum gt_slip_state state,
                      int64_t before_id, struct gt_slip *slips, size_t most)
{
    char end[202];

    gt_org_range_end(path, end);
    gt_tx_query(tx, &slips_below, GT_INT(before_id ? before_id : INT64_MAX), GT_INT((int64_t)state),
                GT_INT(state ? (int64_t)state : INT64_MAX), GT_TEXT(path), GT_TEXT(end),
                GT_TEXT(path), GT_TEXT(end));
    return read_slips(tx, slips, most);
}

bool gt_slip_by_no(struct gt_tx *tx, int64_t account_id, int64_t slip_no, struct gt_slip *slip)
{
    return gt_row_one(tx, &gt_slip_row, slip, &slip_by_no, GT_INT(account_id), GT_INT(slip_no));
}
