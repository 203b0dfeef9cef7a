/*
 * Two small things that every room above needs: the platform's one row of state, and the census
 * that makes a removed row show.
 */
#ifndef GT_ACCESS_STATE_H
#define GT_ACCESS_STATE_H

#include "store/row.h"

enum gt_trading { GT_TRADING = 1, GT_CLEARING };

#define GT_STATE_COLS(KI, KT, I, T)                                                        \
    KI(id) I(biz_date) I(state) I(cut_minute) I(cut_at) I(rights) I(version)
struct gt_state {
    GT_ROW_STRUCT(GT_STATE_COLS)
};
extern const struct gt_row gt_state_row;

#define GT_CENSUS_COLS(KI, KT, I, T) KI(id) KT(name, 33) I(members) I(version)
struct gt_census {
    GT_ROW_STRUCT(GT_CENSUS_COLS)
};
extern const struct gt_row gt_census_row;

/* In a transaction: the state row; without one the transaction fails with GT_ERR_CONFIG ("run
 * gridtill init"). */
void gt_state_read(struct gt_tx *tx, struct gt_state *state);
/* In a transaction: one row more (or, negative, fewer) in `table`.  Tables that are counted so:
 * gt_org, gt_user, gt_terminal, gt_binding, gt_account, gt_card, gt_series, gt_use. */
void gt_census_add(struct gt_tx *tx, const char *table, int members);

#endif
