/*
 * People, and passwords.
 */
#ifndef GT_ACCESS_USER_H
#define GT_ACCESS_USER_H

#include "access/org.h"

#define GT_USER_COLS(KI, KT, I, T) \
    KI(id)                         \
    KT(login, 33)                  \
    KT(operator_no, 21)            \
    I(org_id)                      \
    I(account_id) T(role, 17) T(name, 241) T(password, 161) I(must_change) I(state) I(version)
struct gt_user {
    GT_ROW_STRUCT(GT_USER_COLS)
};
extern const struct gt_row gt_user_row;

bool gt_user_by_login(struct gt_tx *tx, const char *login, struct gt_user *user);
bool gt_user_by_operator(struct gt_tx *tx, const char *operator_no, struct gt_user *user);
/* In a transaction: adds a user whose id (series "user"), login, operator_no, org_id, account_id,
 * role (admin, manager, cashier, agent), name and password hash are filled in.
 * GT_ERR_EXISTS, GT_ERR_SYNTAX (login and number: 1 to 32, or 20, of letters, digits, '.', '-',
 * '_'; a role that is none), GT_ERR_ABSENT (no such organisation), GT_ERR_DENIED (role and kind of
 * the organisation do not go together: agent staff belong to an agent, and nobody else does). */
enum gt_err gt_user_add(struct gt_tx *tx, struct gt_user *user);
/* In a transaction: saves a user that was read and changed. */
enum gt_err gt_user_change(struct gt_tx *tx, struct gt_user *user);

/* Whether a new password may be taken: GT_OK, or GT_ERR_SYNTAX with the reason (12 characters or
 * more, ASVS 2.1.1; at most 256 bytes of UTF-8). */
enum gt_err gt_password_rule(const char *password) GT_CHECK;

/* Hashes with yescrypt (crypt(3)), some tens of milliseconds: never inside a transaction.
 * GT_ERR_CRYPTO, GT_ERR_SYNTAX for an empty one or one over 256 bytes. */
enum gt_err gt_password_hash(const struct gt_random *random, const char *password,
                             char out[161]) GT_CHECK;
/* GT_OK, or GT_ERR_DENIED if it is not this password. */
enum gt_err gt_password_verify(const char *password, const char *hash) GT_CHECK;

#endif
