/*
 * Lists for pages.
 */
#include "access/list.h"

#include "access/param.h"
#include "base/text.h"

#include <string.h>

/* clang-format off */
#define BELOW "org_id IN (SELECT o.id FROM gt_org o WHERE o.path >= ? AND o.path < ?) "

GT_STMT(org_list, "SELECT {top 101} " GT_ROW_NAMES(GT_ORG_COLS) " FROM gt_org "
        "WHERE path >= ? AND path < ? AND path > ? AND kind >= ? AND kind <= ? "
        "AND state >= ? AND state <= ? AND (LOWER(code) LIKE ? ESCAPE '!' OR LOWER(name) LIKE ? ESCAPE '!') "
        "ORDER BY path {limit 101}");
GT_STMT(user_list, "SELECT {top 101} " GT_ROW_NAMES(GT_USER_COLS) " FROM gt_user "
        "WHERE login > ? AND " BELOW "AND state >= ? AND state <= ? AND (LOWER(login) LIKE ? ESCAPE '!' "
        "OR LOWER(operator_no) LIKE ? ESCAPE '!' OR LOWER(name) LIKE ? ESCAPE '!') ORDER BY login {limit 101}");
GT_STMT(user_list_role, "SELECT {top 101} " GT_ROW_NAMES(GT_USER_COLS) " FROM gt_user "
        "WHERE login > ? AND EXISTS (SELECT g.id FROM gt_grant g WHERE g.user_id = gt_user.id AND g.role_id = ?) "
        "AND " BELOW "AND state >= ? AND state <= ? AND (LOWER(login) LIKE ? ESCAPE '!' "
        "OR LOWER(operator_no) LIKE ? ESCAPE '!' OR LOWER(name) LIKE ? ESCAPE '!') ORDER BY login {limit 101}");
GT_STMT(terminal_list, "SELECT {top 101} " GT_ROW_NAMES(GT_TERMINAL_COLS) " FROM gt_terminal "
        "WHERE terminal_no > ? AND " BELOW "AND kind >= ? AND kind <= ? AND state >= ? "
        "AND state <= ? AND LOWER(terminal_no) LIKE ? ESCAPE '!' ORDER BY terminal_no {limit 101}");
GT_STMT(terminal_list_bound, "SELECT {top 101} " GT_ROW_NAMES(GT_TERMINAL_COLS) " FROM gt_terminal "
        "WHERE id IN (SELECT b.terminal_id FROM gt_binding b WHERE b.user_id = ?) "
        "AND terminal_no > ? AND " BELOW "AND kind >= ? AND kind <= ? AND state >= ? "
        "AND state <= ? AND LOWER(terminal_no) LIKE ? ESCAPE '!' ORDER BY terminal_no {limit 101}");
/* Of all in the order of an index; of a subtree by its organisations, which are few. */
#define APPROVALS(where) "SELECT {top 101} " GT_ROW_NAMES(GT_APPROVAL_COLS) " FROM gt_approval "   \
        "WHERE " where "id < ? AND made_at >= ? AND made_at < ? AND maker_id >= ? AND maker_id <= ? AND LOWER(kind) LIKE ? ESCAPE '!' " \
        "AND (LOWER(object) LIKE ? ESCAPE '!' OR LOWER(reason) LIKE ? ESCAPE '!') "                \
        "ORDER BY id DESC {limit 101}"
GT_STMT(approval_list, APPROVALS(""));
GT_STMT(approval_list_state, APPROVALS("state = ? AND "));
GT_STMT(approval_list_below, APPROVALS(BELOW "AND state >= ? AND state <= ? AND "));
GT_STMT(orgs_by_id, "SELECT " GT_ROW_NAMES(GT_ORG_COLS) " FROM gt_org WHERE id IN " GT_IN_PAGE);
GT_STMT(users_by_id, "SELECT " GT_ROW_NAMES(GT_USER_COLS) " FROM gt_user WHERE id IN " GT_IN_PAGE);
GT_STMT(bindings_by_id, "SELECT terminal_id, COUNT(*) FROM gt_binding WHERE terminal_id IN " GT_IN_PAGE
        " GROUP BY terminal_id");
GT_STMT(roles_by_user, "SELECT g.user_id, g.role_id, r.code, r.name FROM gt_grant g "
        "JOIN gt_role r ON r.id = g.role_id WHERE g.user_id IN " GT_IN_PAGE 
        " GROUP BY g.user_id, g.role_id, r.code, r.name ORDER BY MIN(g.id)");
/* clang-format on */

void gt_like(const char *text, char out[GT_LIKE_MAX])
{
    size_t len = 0, all = text ? strlen(text) : 0, n;
    uint32_t code;

    out[len++] = '%';
    for (size_t at = 0; at < all && (n = gt_utf8_next(text + at, all - at, &code)) > 0; at += n) {
        if (len + n + 3 > GT_LIKE_MAX)
            break; /* longer than anything that is stored: the rest cannot matter */
        if (strchr("%_[!", text[at]))
            out[len++] = '!';
        memcpy(out + len, text + at, n);
        if (code >= 'A' && code <= 'Z')
            out[len] = (char)(code - 'A' + 'a');
        len += n;
    }
    if (len > 1)
        out[len++] = '%';
    out[len] = '\0';
}

/* The end of a range that begins with the value itself: one value, or (0) all. */
static int64_t most(int64_t value)
{
    return value ? value : INT64_MAX;
}

/* Whether a path is "/", or that of the organisation at the top. */
static bool is_all(const char *path)
{
    const char *slash = strchr(path + 1, '/');

    return !path[1] || (slash && !slash[1]);
}

/* A keyset of text: "" would be bound as NULL, which is before nothing; all keys are behind '!'. */
static const char *behind(const char *after)
{
    return after && *after ? after : " ";
}

size_t gt_org_list(struct gt_tx *tx, const struct gt_find *find, struct gt_org *orgs)
{
    char end[202], like[GT_LIKE_MAX];
    size_t n = 0;

    gt_org_range_end(find->path, end);
    gt_like(find->text, like);
    gt_tx_query(tx, &org_list, GT_TEXT(find->path), GT_TEXT(end), GT_TEXT(behind(find->after)),
                GT_INT(find->kind), GT_INT(most(find->kind)), GT_INT(find->state),
                GT_INT(most(find->state)), GT_TEXT(like), GT_TEXT(like));
    while (n < find->most && gt_tx_next(tx))
        gt_row_read(tx, &gt_org_row, &orgs[n++]);
    return gt_tx_err(tx) == GT_OK ? n : 0;
}

size_t gt_user_list(struct gt_tx *tx, const struct gt_find *find, struct gt_user *users)
{
    char end[202], like[GT_LIKE_MAX];
    size_t n = 0;

    gt_org_range_end(find->path, end);
    gt_like(find->text, like);
    if (find->role_id)
        gt_tx_query(tx, &user_list_role, GT_TEXT(behind(find->after)), GT_INT(find->role_id),
                    GT_TEXT(find->path), GT_TEXT(end), GT_INT(find->state),
                    GT_INT(most(find->state)), GT_TEXT(like), GT_TEXT(like), GT_TEXT(like));
    else
        gt_tx_query(tx, &user_list, GT_TEXT(behind(find->after)), GT_TEXT(find->path), GT_TEXT(end),
                    GT_INT(find->state), GT_INT(most(find->state)), GT_TEXT(like), GT_TEXT(like),
                    GT_TEXT(like));
    while (n < find->most && gt_tx_next(tx))
        gt_row_read(tx, &gt_user_row, &users[n++]);
    return gt_tx_err(tx) == GT_OK ? n : 0;
}

size_t gt_terminal_list(struct gt_tx *tx, const struct gt_find *find, struct gt_terminal *terminals)
{
    char end[202], like[GT_LIKE_MAX];
    size_t n = 0;

    gt_org_range_end(find->path, end);
    gt_like(find->text, like);
    if (find->user_id)
        gt_tx_query(tx, &terminal_list_bound, GT_INT(find->user_id), GT_TEXT(behind(find->after)),
                    GT_TEXT(find->path), GT_TEXT(end), GT_INT(find->kind), GT_INT(most(find->kind)),
                    GT_INT(find->state), GT_INT(most(find->state)), GT_TEXT(like));
    else
        gt_tx_query(tx, &terminal_list, GT_TEXT(behind(find->after)), GT_TEXT(find->path),
                    GT_TEXT(end), GT_INT(find->kind), GT_INT(most(find->kind)), GT_INT(find->state),
                    GT_INT(most(find->state)), GT_TEXT(like));
    while (n < find->most && gt_tx_next(tx))
        gt_row_read(tx, &gt_terminal_row, &terminals[n++]);
    return gt_tx_err(tx) == GT_OK ? n : 0;
}

size_t gt_approval_list(struct gt_tx *tx, const struct gt_find *find, int64_t maker_id,
                        struct gt_approval *rows)
{
    char end[202], like[GT_LIKE_MAX], kind[GT_LIKE_MAX];
    struct gt_val val[12];
    size_t nval = 0, n = 0;

    gt_org_range_end(find->path, end);
    gt_like(find->text, like);
    gt_like(find->kind_key, kind);
    bool all = is_all(find->path);
    if (!all) {
        val[nval++] = GT_TEXT(find->path);
        val[nval++] = GT_TEXT(end);
        val[nval++] = GT_INT(find->state);
        val[nval++] = GT_INT(most(find->state));
    } else if (find->state) {
        val[nval++] = GT_INT(find->state);
    }
    val[nval++] = GT_INT(most(find->after_id));
    val[nval++] = GT_INT(find->from);
    val[nval++] = GT_INT(most(find->to));
    val[nval++] = GT_INT(maker_id);
    val[nval++] = GT_INT(most(maker_id));
    val[nval++] = GT_TEXT(kind);
    val[nval++] = GT_TEXT(like);
    val[nval++] = GT_TEXT(like);
    gt_tx_query_(tx,
                 !all          ? &approval_list_below
                 : find->state ? &approval_list_state
                               : &approval_list,
                 val, nval);
    while (n < find->most && gt_tx_next(tx))
        gt_row_read(tx, &gt_approval_row, &rows[n++]);
    return gt_tx_err(tx) == GT_OK ? n : 0;
}

/* --- what a page's rows name */

void gt_page_ids(const int64_t *ids, size_t n, struct gt_val vals[GT_PAGE_IDS])
{
    for (size_t i = 0; i < GT_PAGE_IDS; i++)
        vals[i] = GT_INT(i < n ? ids[i] : 0);
}

static void ask(struct gt_tx *tx, const struct gt_stmt *const *stmt, const int64_t *ids, size_t n)
{
    struct gt_val vals[GT_PAGE_IDS];

    gt_page_ids(ids, n, vals);
    gt_tx_query_(tx, stmt, vals, GT_PAGE_IDS);
}

void gt_orgs_by_id(struct gt_tx *tx, const int64_t *ids, size_t n, struct gt_org *orgs)
{
    struct gt_org org;

    for (size_t i = 0; i < n; i++)
        orgs[i] = (struct gt_org){.id = 0};
    ask(tx, &orgs_by_id, ids, n);
    while (gt_tx_next(tx)) {
        gt_row_read(tx, &gt_org_row, &org);
        for (size_t i = 0; i < n; i++)
            if (ids[i] == org.id)
                orgs[i] = org;
    }
}

void gt_users_by_id(struct gt_tx *tx, const int64_t *ids, size_t n, struct gt_user *users)
{
    struct gt_user user;

    for (size_t i = 0; i < n; i++)
        users[i] = (struct gt_user){.id = 0};
    ask(tx, &users_by_id, ids, n);
    while (gt_tx_next(tx)) {
        gt_row_read(tx, &gt_user_row, &user);
        for (size_t i = 0; i < n; i++)
            if (ids[i] == user.id)
                users[i] = user;
    }
}

void gt_bindings_by_id(struct gt_tx *tx, const int64_t *ids, size_t n, size_t *bound)
{
    for (size_t i = 0; i < n; i++)
        bound[i] = 0;
    ask(tx, &bindings_by_id, ids, n);
    while (gt_tx_next(tx)) {
        int64_t id = gt_col_int(tx), count = gt_col_int(tx);

        for (size_t i = 0; i < n; i++)
            if (ids[i] == id)
                bound[i] = (size_t)count;
    }
}

size_t gt_roles_by_user(struct gt_tx *tx, const int64_t *ids, size_t n,
                        struct gt_role_held held[GT_ROLES_HELD_MAX])
{
    size_t found = 0;

    ask(tx, &roles_by_user, ids, n);
    while (found < GT_ROLES_HELD_MAX && gt_tx_next(tx)) {
        struct gt_role_held *one = &held[found++];

        one->user_id = gt_col_int(tx);
        one->role_id = gt_col_int(tx);
        gt_col_text(tx, one->code, sizeof(one->code));
        gt_col_text(tx, one->name, sizeof(one->name));
    }
    return gt_tx_err(tx) == GT_OK ? found : 0;
}
