/*
 * People: rows, and what login and number may look like.
 */
#include "access/user.h"

#include "access/name.h"
#include "access/state.h"

#define LOGIN_CHARS    32
#define OPERATOR_CHARS 20
#define NAME_CHARS     80

GT_ROW_DEFINE(gt_user, GT_USER_COLS);
GT_STMT(user_by_login, GT_ROW_SELECT(gt_user, GT_USER_COLS) " WHERE login = ?");
GT_STMT(user_by_operator, GT_ROW_SELECT(gt_user, GT_USER_COLS) " WHERE operator_no = ?");

bool gt_user_by_login(struct gt_tx *tx, const char *login, struct gt_user *user)
{
    return gt_row_one(tx, &gt_user_row, user, &user_by_login, GT_TEXT(login));
}

bool gt_user_by_operator(struct gt_tx *tx, const char *operator_no, struct gt_user *user)
{
    return gt_row_one(tx, &gt_user_row, user, &user_by_operator, GT_TEXT(operator_no));
}

/* Whether the fields of a new user have the form they must have. */
static enum gt_err check_form(const struct gt_user *user)
{
    if (!gt_code_ok(user->login, LOGIN_CHARS, ".-_"))
        return gt_err_set(GT_ERR_SYNTAX, "a login is 1 to %d letters, digits, '.', '-' and '_'",
                          LOGIN_CHARS);
    if (!gt_code_ok(user->operator_no, OPERATOR_CHARS, ".-_"))
        return gt_err_set(GT_ERR_SYNTAX,
                          "an operator number is 1 to %d letters, digits, '.', '-' and '_'",
                          OPERATOR_CHARS);
    if (!gt_name_ok(user->name, NAME_CHARS))
        return gt_err_set(GT_ERR_SYNTAX, "a name has 1 to %d characters", NAME_CHARS);
    return GT_OK;
}

/* Whether the organisation is there, and nobody has login or number yet. */
static enum gt_err check_place(struct gt_tx *tx, const struct gt_user *user)
{
    struct gt_user old;
    struct gt_org org;

    if (gt_user_by_login(tx, user->login, &old))
        return gt_err_set(GT_ERR_EXISTS, "the login %s is taken", user->login);
    if (gt_user_by_operator(tx, user->operator_no, &old))
        return gt_err_set(GT_ERR_EXISTS, "the operator number %s is taken", user->operator_no);
    if (!gt_row_find(tx, &gt_org_row, user->org_id, &org))
        return gt_err_set(GT_ERR_ABSENT, "there is no such organisation");
    return GT_OK;
}

enum gt_err gt_user_add(struct gt_tx *tx, struct gt_user *user)
{
    enum gt_err err = check_form(user);

    if (err != GT_OK)
        return gt_tx_fail(tx, err);
    err = check_place(tx, user);
    if (err != GT_OK)
        return gt_tx_fail(tx, err);
    user->state = GT_ENABLED;
    gt_row_insert(tx, &gt_user_row, user);
    gt_census_add(tx, gt_user_row.table, 1);
    gt_rights_changed(tx);
    return gt_tx_err(tx);
}

enum gt_err gt_user_change(struct gt_tx *tx, struct gt_user *user)
{
    enum gt_err err = check_form(user);

    if (err != GT_OK)
        return gt_tx_fail(tx, err);
    gt_row_save(tx, &gt_user_row, user);
    gt_rights_changed(tx);
    return gt_tx_err(tx);
}
