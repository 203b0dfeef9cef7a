/*
 * Roles and grants as people change and see them.
 *
 * One rule stands behind all of it: nobody gives what they do not hold, and nobody touches what is
 * outside their subtree.
 */
#include "access/by.h"
#include "access/list.h"
#include "access/name.h"
#include "access/state.h"
#include "access/user.h"
#include "base/buf.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define CODE_CHARS 32
#define NAME_CHARS 64

GT_STMT(grants_with_role, "SELECT COUNT(*) FROM gt_grant WHERE role_id = ?");

GT_STMT(grant_by_all,
        GT_ROW_SELECT(gt_grant, GT_GRANT_COLS) " WHERE user_id = ? AND role_id = ? AND org_id = ?");

/* The columns of a struct gt_grant_line, and where they come from. */
#define LINE_COLS                                                                                \
    "g.id, g.user_id, g.role_id, g.org_id, g.by_id, g.at, g.version, r.code, r.name, r.rights, " \
    "o.code, o.name, o.path, u.login, u.name, u.state FROM gt_grant g "                          \
    "JOIN gt_role r ON r.id = g.role_id JOIN gt_org o ON o.id = g.org_id "                       \
    "JOIN gt_user u ON u.id = g.user_id "
GT_STMT(lines_of_user, "SELECT " LINE_COLS "WHERE g.user_id = ? ORDER BY g.id");
GT_STMT(lines_at_org, "SELECT {top 100} " LINE_COLS
                      "WHERE g.org_id IN (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) AND g.id > ? "
                      "AND (r.rights & ?) = ? ORDER BY g.id {limit 100}");
GT_STMT(lines_of_role, "SELECT {top 100} " LINE_COLS
                       "WHERE g.role_id = ? AND g.org_id IN (SELECT b.id FROM gt_org b "
                       "WHERE b.path >= ? AND b.path < ?) AND g.id > ? ORDER BY g.id {limit 100}");
GT_STMT(role_list,
        "SELECT {top 101} " GT_ROW_NAMES(
            GT_ROLE_COLS) " FROM gt_role WHERE (org_id IN "
                          "(0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) OR org_id IN "
                          "(SELECT o.id FROM gt_org o WHERE o.path >= ? AND o.path < ?)) "
                          "AND id > ? AND (id < ? OR LOWER(code) LIKE ? ESCAPE '!' "
                          "OR LOWER(name) LIKE ? ESCAPE '!') ORDER BY id {limit 101}");

/* Appends the keys of a set of rights, for the operation log. */
static void list_rights(int64_t rights, char *out, size_t size)
{
    size_t len = 0;

    *out = '\0';
    for (int right = 0; right < GT_RIGHT__MAX && len < size; right++) {
        if (rights & GT_RIGHT_BIT(right))
            len += (size_t)snprintf(out + len, size - len, "%s%s", len ? "," : "",
                                    gt_right_info((enum gt_right)right)->key);
    }
}

/* --- roles -------------------------------------------------------------------------------------
 */

struct role_change {
    const struct gt_by *by;
    struct gt_refusal *no;
    int64_t id, version, org_id, rights;
    const char *code, *name;
};

static enum gt_err make_in(struct gt_tx *tx, void *arg)
{
    const struct role_change *c = arg;
    struct gt_role role = {.id = c->id, .rights = c->rights, .state = GT_ENABLED}, old;
    struct gt_org org;
    char detail[900], keys[700];

    *c->no = (struct gt_refusal){.why = GT_WHY_NONE};
    if (gt_by_may(tx, c->by, GT_RIGHT_ROLE_MANAGE, c->org_id, &org, c->no) != GT_OK ||
        gt_by_holds(tx, c->by, c->rights, org.path, c->no) != GT_OK)
        return gt_tx_err(tx);
    if (gt_role_by_code(tx, c->code, &old))
        return gt_tx_refuse(tx, c->no, GT_WHY_TAKEN, "code", 0, c->code);
    role.org_id = org.id;
    (void)!gt_str_copy(role.code, sizeof(role.code), c->code);
    (void)!gt_str_copy(role.name, sizeof(role.name), c->name);
    gt_row_insert(tx, &gt_role_row, &role);
    gt_census_add(tx, gt_role_row.table, 1);
    list_rights(role.rights, keys, sizeof(keys));
    snprintf(detail, sizeof(detail), "org=%s rights=%s", org.code, keys);
    gt_oplog_add(tx, c->by->logger, "role.add", role.code, detail);
    return gt_tx_err(tx);
}

enum gt_err gt_role_make(const struct gt_by *by, int64_t org_id, const char *code, const char *name,
                         int64_t rights, int64_t *id, struct gt_refusal *no)
{
    struct role_change c = {.by = by,
                            .no = no,
                            .org_id = org_id,
                            .rights = rights & GT_RIGHTS_ALL,
                            .code = code,
                            .name = name};

    if (!gt_code_ok(code, CODE_CHARS, ".-_"))
        return gt_refuse(no, GT_WHY_CODE_FORM, "code", CODE_CHARS, ". - _");
    if (!gt_name_ok(name, NAME_CHARS))
        return gt_refuse(no, GT_WHY_NAME_FORM, "name", NAME_CHARS, NULL);
    enum gt_err err = gt_key_next(by->src, "role", &c.id);
    c.id += GT_ROLE_OWN;
    if (err == GT_OK)
        err = gt_db_transact(by->db, "role.make", make_in, &c);
    if (err == GT_OK)
        *id = c.id;
    return err;
}

/* In a transaction: a role that the person may change, as it is now. */
static enum gt_err find_own(struct gt_tx *tx, const struct role_change *c, struct gt_role *role,
                            struct gt_org *org)
{
    *c->no = (struct gt_refusal){.why = GT_WHY_NONE};
    if (!gt_row_find(tx, &gt_role_row, c->id, role))
        return gt_tx_refuse(tx, c->no, GT_WHY_ABSENT, "", 0, NULL);
    if (role->org_id == 0)
        return gt_tx_refuse(tx, c->no, GT_WHY_BUILT_IN, "", 0, NULL);
    return gt_by_may(tx, c->by, GT_RIGHT_ROLE_MANAGE, role->org_id, org, c->no);
}

static enum gt_err alter_in(struct gt_tx *tx, void *arg)
{
    const struct role_change *c = arg;
    struct gt_role role;
    struct gt_org org;
    char detail[1200], before[400], after[400];

    if (find_own(tx, c, &role, &org) != GT_OK)
        return gt_tx_err(tx);
    if (role.version != c->version)
        return gt_tx_refuse(tx, c->no, GT_WHY_CHANGED, "", 0, NULL);
    if (gt_by_holds(tx, c->by, c->rights & ~role.rights, org.path, c->no) != GT_OK)
        return gt_tx_err(tx);
    list_rights(role.rights, before, sizeof(before));
    list_rights(c->rights, after, sizeof(after));
    snprintf(detail, sizeof(detail), "name %s -> %s, rights %s -> %s", role.name, c->name, before,
             after);
    role.rights = c->rights;
    (void)!gt_str_copy(role.name, sizeof(role.name), c->name);
    gt_row_save(tx, &gt_role_row, &role);
    gt_rights_changed(tx);
    gt_oplog_add(tx, c->by->logger, "role.change", role.code, detail);
    return gt_tx_err(tx);
}

enum gt_err gt_role_alter(const struct gt_by *by, int64_t id, int64_t version, const char *name,
                          int64_t rights, struct gt_refusal *no)
{
    struct role_change c = {.by = by,
                            .no = no,
                            .id = id,
                            .version = version,
                            .rights = rights & GT_RIGHTS_ALL,
                            .name = name};

    if (!gt_name_ok(name, NAME_CHARS))
        return gt_refuse(no, GT_WHY_NAME_FORM, "name", NAME_CHARS, NULL);
    return gt_db_transact(by->db, "role.alter", alter_in, &c);
}

static enum gt_err drop_in(struct gt_tx *tx, void *arg)
{
    const struct role_change *c = arg;
    struct gt_role role;
    struct gt_org org;
    int64_t used = 0;

    if (find_own(tx, c, &role, &org) != GT_OK)
        return gt_tx_err(tx);
    if (gt_tx_one(tx, &grants_with_role, GT_INT(role.id)))
        used = gt_col_int(tx);
    if (used)
        return gt_tx_refuse(tx, c->no, GT_WHY_ROLE_USED, "", used, NULL);
    gt_row_remove(tx, &gt_role_row, &role);
    gt_census_add(tx, gt_role_row.table, -1);
    gt_oplog_add(tx, c->by->logger, "role.remove", role.code, "");
    return gt_tx_err(tx);
}

enum gt_err gt_role_drop(const struct gt_by *by, int64_t id, struct gt_refusal *no)
{
    struct role_change c = {.by = by, .no = no, .id = id};

    return gt_db_transact(by->db, "role.drop", drop_in, &c);
}

/* --- grants ------------------------------------------------------------------------------------
 */

struct grant_change {
    const struct gt_by *by;
    struct gt_refusal *no;
    int64_t id, user_id, role_id, org_id, now;
};

/* Whether the role may be used at the organisation: built in, or made there or above. */
static bool usable(struct gt_tx *tx, const struct gt_role *role, const struct gt_org *org)
{
    struct gt_org of;

    return role->org_id == 0 ||
           (gt_row_find(tx, &gt_org_row, role->org_id, &of) && gt_org_within(org, &of));
}

static void log_grant(struct gt_tx *tx, const struct gt_by *by, const char *what,
                      const struct gt_user *user, const struct gt_role *role,
                      const struct gt_org *org)
{
    char detail[100];

    snprintf(detail, sizeof(detail), "role=%s org=%s", role->code, org->code);
    gt_oplog_add(tx, by->logger, what, user->login, detail);
}

/* Turns what gt_grant_add() says into words. */
static enum gt_err add_grant(struct gt_tx *tx, const struct grant_change *c)
{
    enum gt_err err =
        gt_grant_add(tx, c->id, c->user_id, c->role_id, c->org_id, c->by->user_id, c->now);

    if (err == GT_ERR_FULL)
        return gt_refuse(c->no, GT_WHY_GRANT_MANY, "role_id", GT_GRANTS_MAX, NULL);
    if (err == GT_ERR_EXISTS)
        return gt_refuse(c->no, GT_WHY_GRANTED, "role_id", 0, NULL);
    if (err == GT_ERR_DENIED)
        return gt_refuse(c->no, GT_WHY_ROLE_ORG, "role_id", 0, NULL);
    return err;
}

static enum gt_err give_in(struct gt_tx *tx, void *arg)
{
    const struct grant_change *c = arg;
    struct gt_user user;
    struct gt_role role;
    struct gt_org org;

    *c->no = (struct gt_refusal){.why = GT_WHY_NONE};
    if (gt_by_may(tx, c->by, GT_RIGHT_ROLE_MANAGE, c->org_id, &org, c->no) != GT_OK)
        return gt_tx_err(tx);
    if (!gt_row_find(tx, &gt_user_row, c->user_id, &user))
        return gt_tx_refuse(tx, c->no, GT_WHY_ABSENT, "user_id", 0, NULL);
    if (gt_by_may(tx, c->by, GT_RIGHT_USER_VIEW, user.org_id, NULL, c->no) != GT_OK)
        return gt_tx_err(tx);
    if (!gt_row_find(tx, &gt_role_row, c->role_id, &role) || !usable(tx, &role, &org))
        return gt_tx_refuse(tx, c->no, GT_WHY_ABSENT, "role_id", 0, NULL);
    if (gt_by_holds(tx, c->by, role.rights, org.path, c->no) != GT_OK)
        return gt_tx_err(tx);
    if (add_grant(tx, c) == GT_OK)
        log_grant(tx, c->by, "grant.give", &user, &role, &org);
    return gt_tx_err(tx);
}

enum gt_err gt_grant_give(const struct gt_by *by, int64_t user_id, int64_t role_id, int64_t org_id,
                          int64_t *id, struct gt_refusal *no)
{
    struct grant_change c = {.by = by,
                             .no = no,
                             .user_id = user_id,
                             .role_id = role_id,
                             .org_id = org_id,
                             .now = gt_now(by->clock)};
    enum gt_err err = gt_key_next(by->src, "grant", &c.id);

    if (err == GT_OK)
        err = gt_db_transact(by->db, "grant.give", give_in, &c);
    if (err == GT_OK)
        *id = c.id;
    return err;
}

static enum gt_err take_in(struct gt_tx *tx, void *arg)
{
    const struct grant_change *c = arg;
    struct gt_grant grant;
    struct gt_user user;
    struct gt_role role;
    struct gt_org org;

    *c->no = (struct gt_refusal){.why = GT_WHY_NONE};
    if (c->id ? !gt_row_find(tx, &gt_grant_row, c->id, &grant)
              : !gt_row_one(tx, &gt_grant_row, &grant, &grant_by_all, GT_INT(c->user_id),
                            GT_INT(c->role_id), GT_INT(c->org_id)))
        return gt_tx_refuse(tx, c->no, GT_WHY_ABSENT, "", 0, NULL);
    if (gt_by_may(tx, c->by, GT_RIGHT_ROLE_MANAGE, grant.org_id, &org, c->no) != GT_OK)
        return gt_tx_err(tx);
    if (!gt_row_find(tx, &gt_role_row, grant.role_id, &role) ||
        !gt_row_find(tx, &gt_user_row, grant.user_id, &user))
        return gt_tx_refuse(tx, c->no, GT_WHY_ABSENT, "", 0, NULL);
    /* A last administrator who takes their own grant away could not give it back. */
    if (grant.user_id == c->by->user_id)
        return gt_tx_refuse(tx, c->no, GT_WHY_IS_SELF, "", 0, NULL);
    if (gt_by_holds(tx, c->by, role.rights, org.path, c->no) != GT_OK)
        return gt_tx_err(tx);
    gt_row_remove(tx, &gt_grant_row, &grant);
    gt_census_add(tx, gt_grant_row.table, -1);
    gt_rights_changed(tx);
    log_grant(tx, c->by, "grant.take", &user, &role, &org);
    return gt_tx_err(tx);
}

enum gt_err gt_grant_take(const struct gt_by *by, int64_t id, struct gt_refusal *no)
{
    struct grant_change c = {.by = by, .no = no, .id = id};

    return gt_db_transact(by->db, "grant.take", take_in, &c);
}

enum gt_err gt_grant_take_back(const struct gt_by *by, int64_t user_id, int64_t role_id,
                               int64_t org_id, struct gt_refusal *no)
{
    struct grant_change c = {
        .by = by, .no = no, .user_id = user_id, .role_id = role_id, .org_id = org_id};

    return gt_db_transact(by->db, "grant.take", take_in, &c);
}

/* --- both ways ---------------------------------------------------------------------------------
 */

static void read_line(struct gt_tx *tx, struct gt_grant_line *line)
{
    line->grant.id = gt_col_int(tx);
    line->grant.user_id = gt_col_int(tx);
    line->grant.role_id = gt_col_int(tx);
    line->grant.org_id = gt_col_int(tx);
    line->grant.by_id = gt_col_int(tx);
    line->grant.at = gt_col_int(tx);
    line->grant.version = gt_col_int(tx);
    gt_col_text(tx, line->role_code, sizeof(line->role_code));
    gt_col_text(tx, line->role_name, sizeof(line->role_name));
    line->rights = gt_col_int(tx);
    gt_col_text(tx, line->org_code, sizeof(line->org_code));
    gt_col_text(tx, line->org_name, sizeof(line->org_name));
    gt_col_text(tx, line->org_path, sizeof(line->org_path));
    gt_col_text(tx, line->user_login, sizeof(line->user_login));
    gt_col_text(tx, line->user_name, sizeof(line->user_name));
    line->user_state = gt_col_int(tx);
}

size_t gt_grants_of_user(struct gt_tx *tx, int64_t user_id, struct gt_grant_line *lines)
{
    size_t n = 0;

    gt_tx_query(tx, &lines_of_user, GT_INT(user_id));
    while (n < GT_GRANTS_MAX && gt_tx_next(tx))
        read_line(tx, &lines[n++]);
    return gt_tx_err(tx) == GT_OK ? n : 0;
}

/* The ids of a path "/1/5/9/", the rest 0. */
static void path_ids(const char *path, struct gt_val ids[GT_ORG_DEPTH])
{
    int n = 0;

    for (int i = 0; i < GT_ORG_DEPTH; i++)
        ids[i] = GT_INT(0);
    for (const char *at = path + 1; *at && n < GT_ORG_DEPTH; at++) {
        if (*at == '/')
            n++;
        else
            ids[n].i = ids[n].i * 10 + (*at - '0');
    }
}

size_t gt_grants_at_org(struct gt_tx *tx, const char *path, int64_t rights, int64_t after,
                        struct gt_grant_line *lines, size_t most)
{
    struct gt_val vals[GT_ORG_DEPTH + 3];
    size_t n = 0;

    path_ids(path, vals);
    vals[GT_ORG_DEPTH] = GT_INT(after);
    vals[GT_ORG_DEPTH + 1] = GT_INT(rights);
    vals[GT_ORG_DEPTH + 2] = GT_INT(rights);
    gt_tx_query_(tx, &lines_at_org, vals, GT_ORG_DEPTH + 3);
    while (n < most && gt_tx_next(tx))
        read_line(tx, &lines[n++]);
    return gt_tx_err(tx) == GT_OK ? n : 0;
}

size_t gt_grants_of_role(struct gt_tx *tx, int64_t role_id, const char *path, int64_t after,
                         struct gt_grant_line *lines, size_t most)
{
    char end[202];
    size_t n = 0;

    gt_org_range_end(path, end);
    gt_tx_query(tx, &lines_of_role, GT_INT(role_id), GT_TEXT(path), GT_TEXT(end), GT_INT(after));
    while (n < most && gt_tx_next(tx))
        read_line(tx, &lines[n++]);
    return gt_tx_err(tx) == GT_OK ? n : 0;
}

size_t gt_role_list(struct gt_tx *tx, const struct gt_find *find, struct gt_role *roles)
{
    struct gt_val vals[GT_ORG_DEPTH + 6];
    char end[202], like[GT_LIKE_MAX];
    size_t n = 0;

    gt_org_range_end(find->path, end);
    gt_like(find->text, like);
    path_ids(find->path, vals);
    vals[GT_ORG_DEPTH] = GT_TEXT(find->path);
    vals[GT_ORG_DEPTH + 1] = GT_TEXT(end);
    vals[GT_ORG_DEPTH + 2] = GT_INT(find->after_id);
    vals[GT_ORG_DEPTH + 3] = GT_INT(GT_ROLE_OWN);
    vals[GT_ORG_DEPTH + 4] = vals[GT_ORG_DEPTH + 5] = GT_TEXT(like);
    gt_tx_query_(tx, &role_list, vals, GT_ORG_DEPTH + 6);
    while (n < find->most && gt_tx_next(tx))
        gt_row_read(tx, &gt_role_row, &roles[n++]);
    return gt_tx_err(tx) == GT_OK ? n : 0;
}
