/*
 * People, and passwords.
 *
 * Hashing costs tens of milliseconds on purpose: it is done outside of transactions, and what comes
 * in here is the hash.
 */
#include "access/user.h"

#include "access/name.h"
#include "access/state.h"
#include "base/buf.h"
#include "base/crypt.h"
#include "base/text.h"

#include <crypt.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define LOGIN_CHARS    32
#define OPERATOR_CHARS 20
#define NAME_CHARS     80
#define PASSWORD_LEAST 12
#define PASSWORD_MAX   256
#define HASH_MAX       161
#define SALT_BYTES     32

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
    static const char *const roles[] = {"admin", "manager", "cashier", "agent"};

    if (!gt_code_ok(user->login, LOGIN_CHARS, ".-_"))
        return gt_err_set(GT_ERR_SYNTAX, "a login is 1 to %d letters, digits, '.', '-' and '_'",
                          LOGIN_CHARS);
    if (!gt_code_ok(user->operator_no, OPERATOR_CHARS, ".-_"))
        return gt_err_set(GT_ERR_SYNTAX,
                          "an operator number is 1 to %d letters, digits, '.', '-' and '_'",
                          OPERATOR_CHARS);
    if (!gt_name_ok(user->name, NAME_CHARS))
        return gt_err_set(GT_ERR_SYNTAX, "a name has 1 to %d characters", NAME_CHARS);
    for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++) {
        if (strcmp(user->role, roles[i]) == 0)
            return GT_OK;
    }
    return gt_err_set(GT_ERR_SYNTAX, "a role is admin, manager, cashier or agent");
}

/* Whether role and organisation go together, and nobody has login or number yet. */
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
    if ((strcmp(user->role, "agent") == 0) != (org.kind == GT_ORG_AGENT))
        return gt_err_set(GT_ERR_DENIED,
                          "users of role agent belong to an agent, others do not: "
                          "%s is a %s",
                          org.code, gt_org_kind_name((enum gt_org_kind)org.kind));
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

enum gt_err gt_password_rule(const char *password)
{
    size_t len = strlen(password);

    if (len > PASSWORD_MAX)
        return gt_err_set(GT_ERR_SYNTAX, "the password is longer than %d bytes", PASSWORD_MAX);
    if (!gt_utf8_valid(password, len))
        return gt_err_set(GT_ERR_SYNTAX, "the password is not UTF-8");
    if (gt_utf8_length(password) < PASSWORD_LEAST)
        return gt_err_set(GT_ERR_SYNTAX, "the password is shorter than %d characters",
                          PASSWORD_LEAST);
    return GT_OK;
}

/* crypt(3) in memory that is wiped afterwards: GT_OK with the hash under `setting` in `out`. */
static enum gt_err hash_under(const char *password, const char *setting, char out[HASH_MAX])
{
    struct crypt_data *work = calloc(1, sizeof(*work));

    if (!work)
        return gt_err_set(GT_ERR_NOMEM, "no memory to hash a password");
    const char *hash = crypt_rn(password, setting, work, (int)sizeof(*work));
    enum gt_err err = GT_OK;
    if (!hash)
        err = gt_err_sys(GT_ERR_CRYPTO, errno, "cannot hash a password");
    else
        err = gt_str_copy(out, HASH_MAX, hash);
    gt_wipe(work, sizeof(*work));
    free(work);
    return err;
}

enum gt_err gt_password_hash(const struct gt_random *random, const char *password, char out[161])
{
    char salt[SALT_BYTES], setting[CRYPT_GENSALT_OUTPUT_SIZE];
    size_t len = strlen(password);

    if (len == 0 || len > PASSWORD_MAX)
        return gt_err_set(GT_ERR_SYNTAX, "a password has 1 to %d bytes", PASSWORD_MAX);
    enum gt_err err = random->fill(random->ctx, salt, sizeof(salt));
    if (err != GT_OK)
        return err;
    if (!crypt_gensalt_rn("$y$", 0, salt, sizeof(salt), setting, sizeof(setting)))
        return gt_err_sys(GT_ERR_CRYPTO, errno, "cannot make a salt");
    return hash_under(password, setting, out);
}

enum gt_err gt_password_verify(const char *password, const char *hash)
{
    char again[HASH_MAX];

    if (!*hash || strlen(password) > PASSWORD_MAX)
        return gt_err_set(GT_ERR_DENIED, "wrong password");
    enum gt_err err = hash_under(password, hash, again);
    if (err != GT_OK)
        return err;
    if (strlen(again) != strlen(hash) || !gt_same(again, hash, strlen(hash)))
        return gt_err_set(GT_ERR_DENIED, "wrong password");
    return GT_OK;
}
