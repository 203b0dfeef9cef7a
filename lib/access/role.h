/*
 * Roles, grants, and who may do what.
 *
 * A role is a set of rights.  A grant gives a user a role at an organisation, and holds for the
 * subtree.  What a user holds is read once into a struct gt_grants, which is true as long as
 * gt_state.rights has not moved: every change of roles, grants, users and organisations moves it.
 */
#ifndef GT_ACCESS_ROLE_H
#define GT_ACCESS_ROLE_H

#include "access/org.h"
#include "access/right.h"

/* Built-in roles, their ids.  They belong to no organisation, anyone may grant them who holds their
 * rights, and nobody changes them.  Roles that people make have ids from GT_ROLE_OWN on. */
enum gt_role_id {
    GT_ROLE_ADMIN = 1,
    GT_ROLE_MANAGER,
    GT_ROLE_CASHIER,
    GT_ROLE_AGENT,
    GT_ROLE__MAX
};
#define GT_ROLE_OWN 100

#define GT_ROLE_COLS(KI, KT, I, T) \
    KI(id) KT(code, 33) KI(org_id) T(name, 193) I(rights) I(state) I(version)
struct gt_role {
    GT_ROW_STRUCT(GT_ROLE_COLS)
};
extern const struct gt_row gt_role_row;

#define GT_GRANT_COLS(KI, KT, I, T) \
    KI(id) KI(user_id) KI(role_id) KI(org_id) KI(by_id) KI(at) I(version)
struct gt_grant {
    GT_ROW_STRUCT(GT_GRANT_COLS)
};
extern const struct gt_row gt_grant_row;

/* What a user holds: copied, so it can be cached for a session. */
#define GT_GRANTS_MAX 16
struct gt_grants {
    int64_t rights;  /* gt_state.rights it was read at */
    int64_t user_id; /* whose */
    bool all;        /* may everything everywhere: a command.  All zero may nothing */
    size_t n;
    struct {
        int64_t org_id;
        char path[201]; /* of the organisation: the subtree is what begins with it */
        int64_t rights; /* set of GT_RIGHT_BIT() */
    } grant[GT_GRANTS_MAX];
};

/* In a transaction: reads what a user holds.  A disabled user, or one whose organisation or one
 * above is disabled, holds nothing; nor does a grant at a disabled organisation count. */
void gt_grants_load(struct gt_tx *tx, int64_t user_id, struct gt_grants *grants);
/* In a transaction: the same whether or not the user is disabled: what they would hold. */
void gt_grants_held(struct gt_tx *tx, int64_t user_id, struct gt_grants *grants);
/* Whether `right` is held at an organisation with this path.  No store is asked. */
bool gt_grants_allow(const struct gt_grants *grants, enum gt_right right, const char *path);
/* The set of rights held there. */
int64_t gt_grants_at(const struct gt_grants *grants, const char *path);
/* Whether the right is held anywhere: for menus. */
bool gt_grants_anywhere(const struct gt_grants *grants, enum gt_right right);
/* The i-th path (0, 1, …) below which the right is held, none of which is inside another: the
 * ranges of a list.  NULL behind the last; borrowed from `grants`. */
const char *gt_grants_scope(const struct gt_grants *grants, enum gt_right right, size_t i);

/* Whether a user may `right` at an organisation: GT_OK, GT_ERR_DENIED, or GT_ERR_ABSENT for one
 * that does not exist or is in no subtree of the user's - the same for both.  One read; `grants`
 * (the session's, cached) is read again if rights have changed since. */
enum gt_err gt_access_may(struct gt_db *db, struct gt_grants *grants, enum gt_right right,
                          int64_t org_id) GT_CHECK;

/* In a transaction: the built-in roles, made or brought to what this program knows.  For init and
 * for a migration. */
enum gt_err gt_roles_ensure(struct gt_tx *tx);
/* In a transaction: gives the user a role at an organisation, without asking who may; `id` is a key
 * of the series "grant".  `by_id` is who
 * granted it, GT_BY_COMMAND for a command.  GT_ERR_EXISTS, GT_ERR_ABSENT (user, role,
 * organisation), GT_ERR_FULL (GT_GRANTS_MAX). */
enum gt_err gt_grant_add(struct gt_tx *tx, int64_t id, int64_t user_id, int64_t role_id,
                         int64_t org_id, int64_t by_id, int64_t now);
/* In a transaction: the role called `code`; false if there is none. */
bool gt_role_by_code(struct gt_tx *tx, const char *code, struct gt_role *role);

/* --- for people: each runs its own transaction, see by.h ---------------------------------------
 */

struct gt_by;
struct gt_refusal;

/* Makes a role of `rights` for the subtree of `org_id`, or changes its name and rights (`version`
 * as read).  Who does it holds role.manage there, and every right that is added.  Fields: code,
 * name, rights. */
enum gt_err gt_role_make(const struct gt_by *by, int64_t org_id, const char *code, const char *name,
                         int64_t rights, int64_t *id, struct gt_refusal *no) GT_CHECK;
enum gt_err gt_role_alter(const struct gt_by *by, int64_t id, int64_t version, const char *name,
                          int64_t rights, struct gt_refusal *no) GT_CHECK;
/* Takes away a role that no grant uses. */
enum gt_err gt_role_drop(const struct gt_by *by, int64_t id, struct gt_refusal *no) GT_CHECK;

/* Grants and takes back.  Who does it holds role.manage at `org_id` and every right of the role
 * there; the user is in a subtree where they hold user.view. */
enum gt_err gt_grant_give(const struct gt_by *by, int64_t user_id, int64_t role_id, int64_t org_id,
                          int64_t *id, struct gt_refusal *no) GT_CHECK;
enum gt_err gt_grant_take(const struct gt_by *by, int64_t id, struct gt_refusal *no) GT_CHECK;
/* The same for who knows the three and not the id. */
enum gt_err gt_grant_take_back(const struct gt_by *by, int64_t user_id, int64_t role_id,
                               int64_t org_id, struct gt_refusal *no) GT_CHECK;

/* --- who may do what, both ways ----------------------------------------------------------------
 */

/* A grant with the names of what it joins. */
struct gt_grant_line {
    struct gt_grant grant;
    char role_code[33], role_name[193];
    int64_t rights;
    char org_code[33], org_name[289], org_path[201];
    char user_login[33], user_name[241];
    int64_t user_state;
};

/* In a transaction: the grants of a user (GT_GRANTS_MAX at most); gives how many. */
size_t gt_grants_of_user(struct gt_tx *tx, int64_t user_id, struct gt_grant_line *lines);
/* In a transaction: grants that hold at an organisation, its own and those above, with ids above
 * `after`, whose role has all of `rights` (0: any): who may do it there.  At most `most` (100). */
size_t gt_grants_at_org(struct gt_tx *tx, const char *path, int64_t rights, int64_t after,
                        struct gt_grant_line *lines, size_t most);
/* In a transaction: the grants of a role at organisations of a subtree, with ids above `after`; at
 * most `most` (100). */
size_t gt_grants_of_role(struct gt_tx *tx, int64_t role_id, const char *path, int64_t after,
                         struct gt_grant_line *lines, size_t most);
#endif
