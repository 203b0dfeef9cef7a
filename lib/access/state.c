/*
 * The platform's row of state, the census, and the version of rights.
 *
 * A seal shows that a row was changed; it cannot show that a row is gone, nor that an earlier state
 * of it was put back, whose seal fits.  So each table of slow growth has a sealed count of its
 * rows, and some of their saves, kept in the commit that adds, removes or saves one.  Ids in the
 * census are positions in a list that never changes its order: they need no key.
 */
#include "access/state.h"

#include "base/buf.h"

#include <string.h>

GT_ROW_DEFINE_KEPT(gt_state, GT_STATE_COLS);
GT_ROW_DEFINE(gt_census, GT_CENSUS_COLS);

static const char *const counted[] = {
    "gt_org",      "gt_user",       "gt_terminal", "gt_binding",    "gt_account", "gt_card",
    "gt_series",   "gt_use",        "gt_chain",    "gt_batch",      "gt_shift",   "gt_count",
    "gt_slip",     "gt_credential", "gt_recovery", "gt_role",       "gt_grant",   "gt_setting",
    "gt_approval", "gt_quota",      "gt_permit",   "gt_attachment", "gt_refund",  "gt_item",
    "gt_fold",     "gt_clearing",   "gt_recon",    "gt_day",        "gt_chore",   "gt_cash_back",
    "gt_limit",    "gt_round",
};

bool gt_state_peek(struct gt_tx *tx, struct gt_state *state)
{
    return gt_row_find(tx, &gt_state_row, 1, state);
}

void gt_state_read(struct gt_tx *tx, struct gt_state *state)
{
    if (gt_state_peek(tx, state) || gt_tx_err(tx) != GT_OK)
        return;
    gt_tx_fail(tx, gt_err_set(GT_ERR_CONFIG, "the platform is not initialised: run gridtill init"));
}

enum gt_err gt_state_create(struct gt_tx *tx, int64_t biz_date, int64_t cut_minute)
{
    struct gt_state state = {
        .id = 1, .biz_date = biz_date, .state = GT_TRADING, .cut_minute = cut_minute, .rights = 1};
    struct gt_state old;

    if (gt_state_peek(tx, &old))
        return gt_tx_fail(tx, gt_err_set(GT_ERR_EXISTS, "the platform is initialised already"));
    gt_row_insert(tx, &gt_state_row, &state);
    return gt_tx_err(tx);
}

/* The id of a table in the census, 0 if it is not counted. */
static int64_t census_id(const char *table)
{
    for (size_t i = 0; i < sizeof(counted) / sizeof(counted[0]); i++) {
        if (strcmp(counted[i], table) == 0)
            return (int64_t)i + 1;
    }
    return 0;
}

void gt_census_add(struct gt_tx *tx, const char *table, int members)
{
    struct gt_census census = {.id = census_id(table)};

    if (census.id == 0) {
        gt_tx_fail(tx, gt_err_set(GT_ERR_INTERNAL, "%s has no census", table));
        return;
    }
    if (gt_row_lock(tx, &gt_census_row, census.id, &census)) {
        census.members += members;
        gt_row_save(tx, &gt_census_row, &census);
        return;
    }
    enum gt_err err = gt_str_copy(census.name, sizeof(census.name), table);
    if (err != GT_OK) {
        gt_tx_fail(tx, err);
        return;
    }
    census.members = members;
    gt_row_insert(tx, &gt_census_row, &census);
}

void gt_counted_save(struct gt_tx *tx, const struct gt_row *def, void *row)
{
    struct gt_census census;

    gt_row_save(tx, def, row);
    if (gt_tx_err(tx) != GT_OK || !gt_row_lock(tx, &gt_census_row, census_id(def->table), &census))
        return;
    census.saves++;
    gt_row_save(tx, &gt_census_row, &census);
}

int64_t gt_census_members(struct gt_tx *tx, const char *table)
{
    struct gt_census census = {.members = 0};

    if (!gt_tx_one(tx, gt_census_row.find, GT_INT(census_id(table))))
        return 0;
    (void)gt_row_read_unchecked(tx, &gt_census_row, &census);
    return census.members;
}

int64_t gt_rights_version(struct gt_tx *tx)
{
    struct gt_state state = {0};

    gt_state_read(tx, &state);
    return gt_tx_err(tx) == GT_OK ? state.rights : 0;
}

void gt_rights_changed(struct gt_tx *tx)
{
    struct gt_state state;

    gt_state_read(tx, &state);
    if (gt_tx_err(tx) != GT_OK)
        return;
    state.rights++;
    gt_row_save(tx, &gt_state_row, &state);
}
