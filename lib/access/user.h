/*
 * People.
 */
#ifndef GT_ACCESS_USER_H
#define GT_ACCESS_USER_H

#include "access/org.h"

#define GT_USER_COLS(KI, KT, I, T) \
    KI(id)                         \
    KT(login, 33)                  \
    KT(operator_no, 21)            \
    I(org_id)                      \
    I(account_id) T(name, 241) I(state) I(version)
struct gt_user {
    GT_ROW_STRUCT(GT_USER_COLS)
};
extern const struct gt_row gt_user_row;

bool gt_user_by_login(struct gt_tx *tx, const char *login, struct gt_user *user);
bool gt_user_by_operator(struct gt_tx *tx, const char *operator_no, struct gt_user *user);
/* In a transaction: adds a user whose id (series "user"), login, operator_no, org_id, account_id
 * and name are filled in; what the user may do comes by grants (role.h), how the user signs in by
 * credentials (credential.h).  GT_ERR_EXISTS, GT_ERR_SYNTAX (login and number: 1 to 32, or 20, of
 * letters, digits, '.', '-', '_'), GT_ERR_ABSENT (no such organisation). */
enum gt_err gt_user_add(struct gt_tx *tx, struct gt_user *user);
/* In a transaction: saves a user that was read and changed. */
enum gt_err gt_user_change(struct gt_tx *tx, struct gt_user *user);

#endif
