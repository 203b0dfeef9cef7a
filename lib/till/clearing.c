/*
 * Rows of clearing dates.  What moves them is in bizdate.c.
 */
#include "till/clearing.h"

GT_ROW_DEFINE_KEPT(gt_clearing, GT_CLEARING_COLS);

GT_STMT(clearing_of, GT_ROW_SELECT(gt_clearing, GT_CLEARING_COLS) " WHERE system = ?");
GT_STMT(clearings, "SELECT {top 32} " GT_ROW_NAMES(GT_CLEARING_COLS) " FROM gt_clearing "
                                                                     "WHERE id > 0 ORDER BY system "
                                                                     "{limit 32}");

int64_t gt_clearing_minute(const struct gt_clearing *clearing)
{
    return clearing->cut_minute == GT_CUT_AS_DEFINED ? clearing->defined : clearing->cut_minute;
}

bool gt_clearing_follows(const struct gt_clearing *clearing)
{
    return clearing->cut_minute == GT_CUT_AS_DEFINED && clearing->defined == GT_CUT_BY_HAND;
}

bool gt_clearing_get(struct gt_tx *tx, const char *system, struct gt_clearing *clearing)
{
    return gt_row_kept_one(tx, &gt_clearing_row, clearing, &clearing_of, GT_TEXT(system));
}

int64_t gt_clearing_date(struct gt_tx *tx, const char *system, int64_t biz_date)
{
    struct gt_clearing clearing;

    if (!*system || !gt_clearing_get(tx, system, &clearing) || gt_clearing_follows(&clearing))
        return biz_date;
    return clearing.clear_date;
}

size_t gt_clearing_list(struct gt_tx *tx, struct gt_clearing *rows, size_t most)
{
    size_t n = 0;

    gt_tx_query0(tx, &clearings);
    while (n < most && gt_tx_next(tx))
        gt_row_read(tx, &gt_clearing_row, &rows[n++]);
    return gt_tx_err(tx) == GT_OK ? n : 0;
}
