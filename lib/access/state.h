/*
 * Two small things that every room above needs: the platform's one row of state, and the census
 * that makes a removed row show.
 */
#ifndef GT_ACCESS_STATE_H
#define GT_ACCESS_STATE_H

#include "store/row.h"

enum gt_trading { GT_TRADING = 1, GT_CLEARING };

#define GT_STATE_COLS(KI, KT, I, T) \
    KI(id) I(biz_date) I(state) I(cut_minute) I(cut_at) I(rights) I(version)
struct gt_state {
    GT_ROW_STRUCT(GT_STATE_COLS)
};
extern const struct gt_row gt_state_row;

#define GT_CENSUS_COLS(KI, KT, I, T) KI(id) KT(name, 33) I(members) I(saves) I(version)
struct gt_census {
    GT_ROW_STRUCT(GT_CENSUS_COLS)
};
extern const struct gt_row gt_census_row;

/* In a transaction: the state row; without one the transaction fails with GT_ERR_CONFIG ("run
 * gridtill init"). */
void gt_state_read(struct gt_tx *tx, struct gt_state *state);
/* In a transaction: the same; false if there is no row yet. */
bool gt_state_peek(struct gt_tx *tx, struct gt_state *state);
/* In a transaction: makes the row, trading, rights 1.  `cut_minute` as in gt_state.  GT_ERR_EXISTS:
 * the platform is initialised already. */
enum gt_err gt_state_create(struct gt_tx *tx, int64_t biz_date, int64_t cut_minute);

/* In a transaction: one row more (or, negative, fewer) in `table`.  The auditor's tables say which
 * are counted so (till/audit.h); gt_chain is, too. */
void gt_census_add(struct gt_tx *tx, const char *table, int members);
/* In a transaction: saves a row of a counted table, and counts that it was saved: so an old state
 * of the row, put back together with its seal, shows too.  For tables whose rows nothing else
 * tells. */
void gt_counted_save(struct gt_tx *tx, const struct gt_row *def, void *row);
/* In a transaction: how many rows `table` must have; for the auditor, so the seal is not looked at.
 */
int64_t gt_census_members(struct gt_tx *tx, const char *table);

/* In a transaction: the number that goes up with every change of organisations, users, terminals,
 * bindings, roles and grants, so that what is cached of them can be believed or not; and its rise,
 * which every function of this room that changes one calls. */
int64_t gt_rights_version(struct gt_tx *tx);
void gt_rights_changed(struct gt_tx *tx);

#endif
