/*
 * Roles and grants: rows, and what a user holds.
 *
 * What people change of them is in grant.c.
 */
#include "access/role.h"

#include "access/name.h"
#include "access/state.h"
#include "access/user.h"
#include "base/buf.h"

#include <inttypes.h>
#include <string.h>

GT_ROW_DEFINE(gt_role, GT_ROLE_COLS);
GT_ROW_DEFINE(gt_grant, GT_GRANT_COLS);
GT_STMT(role_by_code, GT_ROW_SELECT(gt_role, GT_ROLE_COLS) " WHERE code = ?");
GT_STMT(grant_of_user, GT_ROW_SELECT(gt_grant, GT_GRANT_COLS) " WHERE user_id = ? ORDER BY id");
GT_STMT(grant_same, "SELECT id FROM gt_grant WHERE user_id = ? AND role_id = ? AND org_id = ?");

#define BIT(name) GT_RIGHT_BIT(GT_RIGHT_##name)
#define SEE_PEOPLE                                                                             \
    (BIT(ORG_VIEW) | BIT(USER_VIEW) | BIT(ROLE_VIEW) | BIT(CREDIT_VIEW) | BIT(TERMINAL_VIEW) | \
     BIT(TXN_VIEW) | BIT(STATS_VIEW) | BIT(NAME_FULL) | BIT(EXPORT))
#define TILL (BIT(COLLECT) | BIT(REVERSE) | BIT(READ) | BIT(VOID))

/* What is built in.  Administrators and managers hold the till's rights too, as nobody grants what
 * they do not hold; without a credit account they collect nothing. */
static const struct {
    const char *code, *name;
    int64_t rights;
} built_in[GT_ROLE__MAX] = {
    [GT_ROLE_ADMIN] = {"admin", "系统管理员", GT_RIGHTS_ALL},
    [GT_ROLE_MANAGER] = {"manager", "管理员",
                         SEE_PEOPLE | TILL | BIT(ORG_MANAGE) | BIT(USER_MANAGE) | BIT(ROLE_MANAGE) |
                             BIT(CREDIT_GRANT) | BIT(CREDIT_APPROVE) | BIT(TERMINAL_MANAGE) |
                             BIT(PARAM_VIEW) | BIT(TXN_DECIDE) | BIT(APPROVAL_VIEW) |
                             BIT(SHIFT_MANAGE) | BIT(REMIT_VIEW) | BIT(REMIT_SEND) |
                             BIT(REMIT_CONFIRM) | BIT(REFUND_APPROVE) | BIT(DATE_VIEW) |
                             BIT(RECON_VIEW) | BIT(RECON_RUN) | BIT(DAY_VIEW) | BIT(DAY_DECLARE) |
                             BIT(DAY_CONFIRM) | BIT(ITEM_VIEW) | BIT(ITEM_SETTLE) |
                             BIT(ITEM_DECIDE) | BIT(LEDGER_VIEW)},
    [GT_ROLE_CASHIER] = {"cashier", "收费员", TILL},
    [GT_ROLE_AGENT] = {"agent", "代理商", TILL},
};

bool gt_role_by_code(struct gt_tx *tx, const char *code, struct gt_role *role)
{
    return gt_row_one(tx, &gt_role_row, role, &role_by_code, GT_TEXT(code));
}

enum gt_err gt_roles_ensure(struct gt_tx *tx)
{
    for (int64_t id = 1; id < GT_ROLE__MAX; id++) {
        struct gt_role role = {.id = id, .state = GT_ENABLED};
        bool there = gt_row_find(tx, &gt_role_row, id, &role);

        if (there && role.rights == built_in[id].rights)
            continue;
        role.rights = built_in[id].rights;
        if (there) {
            gt_row_save(tx, &gt_role_row, &role);
        } else {
            (void)!gt_str_copy(role.code, sizeof(role.code), built_in[id].code);
            (void)!gt_str_copy(role.name, sizeof(role.name), built_in[id].name);
            gt_row_insert(tx, &gt_role_row, &role);
            gt_census_add(tx, gt_role_row.table, 1);
        }
        gt_rights_changed(tx);
    }
    return gt_tx_err(tx);
}

/* --- what a user holds -------------------------------------------------------------------------
 */

/* Adds what one grant gives, if role and organisation are there and at work. */
static void take_grant(struct gt_tx *tx, const struct gt_grant *grant, struct gt_grants *grants)
{
    struct gt_role role;
    struct gt_org org;

    if (!gt_row_find(tx, &gt_role_row, grant->role_id, &role) || role.state != GT_ENABLED ||
        !gt_row_find(tx, &gt_org_row, grant->org_id, &org) || !gt_org_active(tx, &org))
        return;
    grants->grant[grants->n].org_id = org.id;
    grants->grant[grants->n].rights = role.rights;
    memcpy(grants->grant[grants->n].path, org.path, sizeof(org.path));
    grants->n++;
}

void gt_grants_held(struct gt_tx *tx, int64_t user_id, struct gt_grants *grants)
{
    struct gt_grant found[GT_GRANTS_MAX];
    size_t n = 0;

    memset(grants, 0, sizeof(*grants));
    grants->user_id = user_id;
    grants->rights = gt_rights_version(tx);
    gt_tx_query(tx, &grant_of_user, GT_INT(user_id));
    while (n < GT_GRANTS_MAX && gt_tx_next(tx))
        gt_row_read(tx, &gt_grant_row, &found[n++]);
    for (size_t i = 0; i < n && gt_tx_err(tx) == GT_OK; i++)
        take_grant(tx, &found[i], grants);
}

void gt_grants_load(struct gt_tx *tx, int64_t user_id, struct gt_grants *grants)
{
    struct gt_user user;
    struct gt_org org;

    gt_grants_held(tx, user_id, grants);
    if (!gt_row_find(tx, &gt_user_row, user_id, &user) || user.state != GT_ENABLED ||
        !gt_row_find(tx, &gt_org_row, user.org_id, &org) || !gt_org_active(tx, &org))
        grants->n = 0;
}

/* Whether `path` is `top` or below it: paths end in '/'. */
static bool within(const char *path, const char *top)
{
    return strncmp(path, top, strlen(top)) == 0;
}

int64_t gt_grants_at(const struct gt_grants *grants, const char *path)
{
    int64_t rights = 0;

    if (grants->all)
        return GT_RIGHTS_ALL;
    for (size_t i = 0; i < grants->n; i++) {
        if (within(path, grants->grant[i].path))
            rights |= grants->grant[i].rights;
    }
    return rights;
}

bool gt_grants_allow(const struct gt_grants *grants, enum gt_right right, const char *path)
{
    return (gt_grants_at(grants, path) & GT_RIGHT_BIT(right)) != 0;
}

bool gt_grants_anywhere(const struct gt_grants *grants, enum gt_right right)
{
    return gt_grants_scope(grants, right, 0) != NULL;
}

/* Whether the grant's subtree is inside that of another which gives the right too; of two the same,
 * the first counts. */
static bool inside_another(const struct gt_grants *grants, enum gt_right right, size_t i)
{
    for (size_t k = 0; k < grants->n; k++) {
        const char *path = grants->grant[i].path, *top = grants->grant[k].path;

        if (k == i || !(grants->grant[k].rights & GT_RIGHT_BIT(right)) || !within(path, top))
            continue;
        if (strcmp(path, top) != 0 || k < i)
            return true;
    }
    return false;
}

const char *gt_grants_scope(const struct gt_grants *grants, enum gt_right right, size_t i)
{
    if (grants->all)
        return i == 0 ? "/" : NULL;
    for (size_t k = 0; k < grants->n; k++) {
        if ((grants->grant[k].rights & GT_RIGHT_BIT(right)) && !inside_another(grants, right, k) &&
            i-- == 0)
            return grants->grant[k].path;
    }
    return NULL;
}

/* --- may? --------------------------------------------------------------------------------------
 */

struct question {
    struct gt_grants *grants;
    enum gt_right right;
    int64_t org_id;
};

static enum gt_err may_in(struct gt_tx *tx, void *arg)
{
    struct question *q = arg;
    struct gt_grants now;
    struct gt_org org;

    if (!q->grants->all && q->grants->rights != gt_rights_version(tx)) {
        gt_grants_load(tx, q->grants->user_id, &now);
        if (gt_tx_err(tx) == GT_OK)
            *q->grants = now;
    }
    bool there = gt_row_find(tx, &gt_org_row, q->org_id, &org);
    if (gt_tx_err(tx) != GT_OK)
        return gt_tx_err(tx);
    if (!there || gt_grants_at(q->grants, org.path) == 0)
        return gt_err_set(GT_ERR_ABSENT, "there is no such organisation");
    if (!gt_grants_allow(q->grants, q->right, org.path))
        return gt_err_set(GT_ERR_DENIED, "the right %s is not held there",
                          gt_right_info(q->right)->key);
    return GT_OK;
}

enum gt_err gt_access_may(struct gt_db *db, struct gt_grants *grants, enum gt_right right,
                          int64_t org_id)
{
    struct question q = {grants, right, org_id};

    return gt_db_read(db, "access.may", may_in, &q);
}

/* --- rows --------------------------------------------------------------------------------------
 */

/* Whether a built-in role of the till and the kind of the user's organisation go together. */
static enum gt_err check_kind(struct gt_tx *tx, int64_t user_id, int64_t role_id)
{
    struct gt_user user;
    struct gt_org org;

    if (!gt_row_find(tx, &gt_user_row, user_id, &user) ||
        !gt_row_find(tx, &gt_org_row, user.org_id, &org))
        return gt_err_set(GT_ERR_ABSENT, "there is no such user");
    if (role_id < GT_ROLE_OWN && (role_id == GT_ROLE_AGENT) != (org.kind == GT_ORG_AGENT))
        return gt_err_set(GT_ERR_DENIED,
                          "users of role agent belong to an agent, others do not: %s is a %s",
                          org.code, gt_org_kind_name((enum gt_org_kind)org.kind));
    return GT_OK;
}

enum gt_err gt_grant_add(struct gt_tx *tx, int64_t id, int64_t user_id, int64_t role_id,
                         int64_t org_id, int64_t by_id, int64_t now)
{
    struct gt_grant grant = {.id = id,
                             .user_id = user_id,
                             .role_id = role_id,
                             .org_id = org_id,
                             .by_id = by_id,
                             .at = now};
    struct gt_role role;
    struct gt_org org;
    int n = 0;

    if (!gt_row_find(tx, &gt_role_row, role_id, &role) ||
        !gt_row_find(tx, &gt_org_row, org_id, &org))
        return gt_tx_fail(tx, gt_err_set(GT_ERR_ABSENT, "there is no such role or organisation"));
    enum gt_err err = check_kind(tx, user_id, role_id);
    if (err != GT_OK)
        return gt_tx_fail(tx, err);
    if (gt_tx_one(tx, &grant_same, GT_INT(user_id), GT_INT(role_id), GT_INT(org_id)))
        return gt_tx_fail(tx, gt_err_set(GT_ERR_EXISTS, "the user has the role there already"));
    gt_tx_query(tx, &grant_of_user, GT_INT(user_id));
    while (gt_tx_next(tx))
        n++;
    if (n >= GT_GRANTS_MAX)
        return gt_tx_fail(tx,
                          gt_err_set(GT_ERR_FULL, "a user has %d grants at most", GT_GRANTS_MAX));
    gt_row_insert(tx, &gt_grant_row, &grant);
    gt_census_add(tx, gt_grant_row.table, 1);
    gt_rights_changed(tx);
    return gt_tx_err(tx);
}
