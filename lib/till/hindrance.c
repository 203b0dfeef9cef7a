/*
 * What stands in the way.
 */
#include "till/hindrance.h"

#include "access/org.h"
#include "till/shift.h"
#include "till/slip.h"

#include <string.h>

/* clang-format off */
#define BELOW "IN (SELECT o.id FROM gt_org o WHERE o.path >= ? AND o.path < ?)"
/* By IN, not by JOIN: without figures about its tables SQLite would begin with the journal. */
GT_STMT(hindrance_pending, "SELECT COUNT(*) FROM gt_txn WHERE id IN (SELECT p.id FROM gt_pending p) AND org_id " BELOW);
GT_STMT(hindrance_shifts, "SELECT COUNT(*) FROM gt_shift WHERE state = ? AND org_id " BELOW);
GT_STMT(hindrance_slips, "SELECT COUNT(*) FROM gt_slip WHERE state = ? AND to_bank >= ? AND (org_id " BELOW
                         " OR to_org_id " BELOW ")");
GT_STMT(hindrance_batches, "SELECT COUNT(*) FROM gt_batch b JOIN gt_account a ON a.id = b.account_id "
                           "JOIN gt_org o ON o.id = a.org_id "
                           "WHERE b.closed_at = 0 AND o.path >= ? AND o.path < ?");
GT_STMT(hindrance_money, "SELECT CAST(SUM(a.unremitted + a.held) AS BIGINT), "
                         "CAST(SUM(a.deposit) AS BIGINT) FROM gt_account a "
                         "JOIN gt_org o ON o.id = a.org_id WHERE o.path >= ? AND o.path < ?");
/* What a safe received behind the last that it sent on: kind 3, source 0. */
GT_STMT(hindrance_safe, "SELECT CAST(SUM(s.amount) AS BIGINT) FROM gt_account a "
                        "JOIN gt_org o ON o.id = a.org_id JOIN gt_slip s ON s.to_org_id = a.owner_id "
                        "WHERE a.kind = 3 AND o.path >= ? AND o.path < ? AND s.to_bank = 0 AND s.received_no > "
                        "COALESCE((SELECT MAX(l.last_no) FROM gt_slip_line l WHERE l.account_id = a.id "
                        "AND l.source_id = 0 AND l.live = 1), 0)");
GT_STMT(hindrance_terminal, "SELECT COUNT(*) FROM gt_batch WHERE closed_at = 0 AND terminal_id = ? AND shift_id > 0");
/* clang-format on */

/* Shifts in a state, and slips: those that are submitted, and those that the bank has to have. */
static int64_t shifts(struct gt_tx *tx, enum gt_shift_state state, const char *path,
                      const char *end)
{
    bool there =
        gt_tx_one(tx, &hindrance_shifts, GT_INT((int64_t)state), GT_TEXT(path), GT_TEXT(end));

    return there ? gt_col_int(tx) : 0;
}

static int64_t slips(struct gt_tx *tx, int64_t state, int64_t to_bank, const char *path,
                     const char *end)
{
    bool there = gt_tx_one(tx, &hindrance_slips, GT_INT(state), GT_INT(to_bank), GT_TEXT(path),
                           GT_TEXT(end), GT_TEXT(path), GT_TEXT(end));

    return there ? gt_col_int(tx) : 0;
}

void gt_hindrance_read(struct gt_tx *tx, const char *path, struct gt_hindrance *h)
{
    char end[202];

    memset(h, 0, sizeof(*h));
    gt_org_range_end(path, end);
    if (gt_tx_one(tx, &hindrance_pending, GT_TEXT(path), GT_TEXT(end)))
        h->open_txns = gt_col_int(tx);
    h->shifts = shifts(tx, GT_SHIFT_OPEN, path, end) + shifts(tx, GT_SHIFT_COUNTED, path, end);
    h->slips =
        slips(tx, GT_SLIP_SUBMITTED, 0, path, end) + slips(tx, GT_SLIP_RECEIVED, 1, path, end);
    if (gt_tx_one(tx, &hindrance_batches, GT_TEXT(path), GT_TEXT(end)))
        h->batches = gt_col_int(tx);
    if (gt_tx_one(tx, &hindrance_safe, GT_TEXT(path), GT_TEXT(end)))
        h->safe = gt_col_int(tx);
    if (gt_tx_one(tx, &hindrance_money, GT_TEXT(path), GT_TEXT(end))) {
        h->unremitted = gt_col_int(tx);
        h->deposit = gt_col_int(tx);
    }
}

enum gt_err gt_hindered_org(struct gt_tx *tx, const char *path, bool deposits,
                            struct gt_refusal *no)
{
    struct gt_hindrance h;

    gt_hindrance_read(tx, path, &h);
    const struct {
        enum gt_why why;
        int64_t n;
    } reasons[] = {
        {GT_WHY_OPEN_TXNS, h.open_txns},
        {GT_WHY_SHIFTS, h.shifts},
        {GT_WHY_SLIPS_ON_WAY, h.slips},
        {GT_WHY_MONEY_OUT, h.unremitted},
        {GT_WHY_BATCHES, h.batches},
        {GT_WHY_SAFE, h.safe},
        {GT_WHY_MONEY_IN, deposits ? h.deposit : 0},
    };
    for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
        if (reasons[i].n)
            return gt_tx_refuse(tx, no, reasons[i].why, "", reasons[i].n, NULL);
    return gt_tx_err(tx);
}

enum gt_err gt_hindered_user(struct gt_tx *tx, int64_t user_id, struct gt_refusal *no)
{
    struct gt_shift shift;

    if (gt_shift_unsettled(tx, user_id, &shift))
        return gt_tx_refuse(tx, no, GT_WHY_USER_SHIFT, "", shift.shift_no, NULL);
    return gt_tx_err(tx);
}

enum gt_err gt_hindered_terminal(struct gt_tx *tx, int64_t terminal_id, struct gt_refusal *no)
{
    if (gt_tx_one(tx, &hindrance_terminal, GT_INT(terminal_id)) && gt_col_int(tx) > 0)
        return gt_tx_refuse(tx, no, GT_WHY_TERMINAL_SHIFT, "", 0, NULL);
    return gt_tx_err(tx);
}
