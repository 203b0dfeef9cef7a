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
#define UP   " > ", ""
#define DOWN " < ", " DESC"
#define USERS_(key, beyond, order, which) "SELECT {top 101} " GT_ROW_NAMES(GT_USER_COLS) " FROM gt_user "     \
        "WHERE " key beyond "? AND " which BELOW "AND state >= ? AND state <= ? AND (LOWER(login) LIKE ? ESCAPE '!' "  \
        "OR LOWER(operator_no) LIKE ? ESCAPE '!' OR LOWER(name) LIKE ? ESCAPE '!') ORDER BY " key order " {limit 101}"
#define USERS(key, way, which) USERS_(key, way, which)
#define HOLDING "EXISTS (SELECT g.id FROM gt_grant g WHERE g.user_id = gt_user.id AND g.role_id = ?) AND "
GT_STMT(users_login, USERS("login", UP, ""));
GT_STMT(users_login_down, USERS("login", DOWN, ""));
GT_STMT(users_login_role, USERS("login", UP, HOLDING));
GT_STMT(users_login_role_down, USERS("login", DOWN, HOLDING));
GT_STMT(users_operator, USERS("operator_no", UP, ""));
GT_STMT(users_operator_down, USERS("operator_no", DOWN, ""));
GT_STMT(users_operator_role, USERS("operator_no", UP, HOLDING));
GT_STMT(users_operator_role_down, USERS("operator_no", DOWN, HOLDING));
#define TERMINALS_(beyond, order, which) "SELECT {top 101} " GT_ROW_NAMES(GT_TERMINAL_COLS) " FROM gt_terminal " \
        "WHERE " which "terminal_no" beyond "? AND " BELOW "AND kind >= ? AND kind <= ? AND state >= ? "       \
        "AND state <= ? AND LOWER(terminal_no) LIKE ? ESCAPE '!' ORDER BY terminal_no" order " {limit 101}"
#define TERMINALS(way, which) TERMINALS_(way, which)
#define BOUND "id IN (SELECT b.terminal_id FROM gt_binding b WHERE b.user_id = ?) AND "
GT_STMT(terminals_up, TERMINALS(UP, ""));
GT_STMT(terminals_down, TERMINALS(DOWN, ""));
GT_STMT(terminals_bound, TERMINALS(UP, BOUND));
GT_STMT(terminals_bound_down, TERMINALS(DOWN, BOUND));
/* Of all in the order of an index; of a subtree by its organisations, which are few, or by what
 * waits, which is little. */
#define STATES "state >= ? AND state <= ? AND "
#define ASKED_BELOW "EXISTS (SELECT o.id FROM gt_org o WHERE o.id = gt_approval.org_id AND o.path >= ? AND o.path < ?) AND "
#define NEW_FIRST " DESC "
#define OLD_FIRST " "
#define APPROVALS(where, order) "SELECT {top 101} " GT_ROW_NAMES(GT_APPROVAL_COLS) " FROM gt_approval "   \
        "WHERE " where "id > ? AND id < ? AND made_at >= ? AND made_at < ? AND maker_id >= ? AND maker_id <= ? AND LOWER(kind) LIKE ? ESCAPE '!' " \
        "AND (LOWER(object) LIKE ? ESCAPE '!' OR LOWER(reason) LIKE ? ESCAPE '!') "                \
        "ORDER BY id" order "{limit 101}"
/* How far a thousand rows go, whatever stands in them. */
#define APPROVAL_IDS(where, order) "SELECT {top 1000} id FROM gt_approval WHERE " where "id > ? AND id < ? ORDER BY id" order "{limit 1000}"
GT_STMT(approvals_new, APPROVALS("", NEW_FIRST));
GT_STMT(approvals_old, APPROVALS("", OLD_FIRST));
GT_STMT(approvals_new_state, APPROVALS("state = ? AND ", NEW_FIRST));
GT_STMT(approvals_old_state, APPROVALS("state = ? AND ", OLD_FIRST));
GT_STMT(approvals_new_waiting, APPROVALS("state = ? AND " ASKED_BELOW, NEW_FIRST));
GT_STMT(approvals_old_waiting, APPROVALS("state = ? AND " ASKED_BELOW, OLD_FIRST));
GT_STMT(approvals_new_below, APPROVALS(STATES BELOW "AND ", NEW_FIRST));
GT_STMT(approvals_old_below, APPROVALS(STATES BELOW "AND ", OLD_FIRST));
GT_STMT(approval_ids_new, APPROVAL_IDS("", NEW_FIRST));
GT_STMT(approval_ids_old, APPROVAL_IDS("", OLD_FIRST));
GT_STMT(approval_ids_new_state, APPROVAL_IDS("state = ? AND ", NEW_FIRST));
GT_STMT(approval_ids_old_state, APPROVAL_IDS("state = ? AND ", OLD_FIRST));
GT_STMT(approval_ids_new_below, APPROVAL_IDS(STATES BELOW "AND ", NEW_FIRST));
GT_STMT(approval_ids_old_below, APPROVAL_IDS(STATES BELOW "AND ", OLD_FIRST));
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

/* A keyset of text: "" would be bound as NULL, which is before nothing; all keys are behind ' ',
 * and before '~'. */
static const char *behind(const struct gt_find *find)
{
    if (find->after && *find->after)
        return find->after;
    return find->down ? "~" : " ";
}

size_t gt_org_list(struct gt_tx *tx, const struct gt_find *find, struct gt_org *orgs)
{
    char end[202], like[GT_LIKE_MAX];
    size_t n = 0;

    gt_org_range_end(find->path, end);
    gt_like(find->text, like);
    gt_tx_query(tx, &org_list, GT_TEXT(find->path), GT_TEXT(end), GT_TEXT(behind(find)),
                GT_INT(find->kind), GT_INT(most(find->kind)), GT_INT(find->state),
                GT_INT(most(find->state)), GT_TEXT(like), GT_TEXT(like));
    while (n < find->most && gt_tx_next(tx))
        gt_row_read(tx, &gt_org_row, &orgs[n++]);
    return gt_tx_err(tx) == GT_OK ? n : 0;
}

/* By login or operator number; up or down; of any role or one. */
static const struct gt_stmt *const *const user_lists[2][2][2] = {
    {{&users_login, &users_login_role}, {&users_login_down, &users_login_role_down}},
    {{&users_operator, &users_operator_role}, {&users_operator_down, &users_operator_role_down}},
};

size_t gt_user_list(struct gt_tx *tx, const struct gt_find *find, struct gt_user *users)
{
    char end[202], like[GT_LIKE_MAX];
    struct gt_val val[9];
    size_t nval = 0, n = 0;

    gt_org_range_end(find->path, end);
    gt_like(find->text, like);
    val[nval++] = GT_TEXT(behind(find));
    if (find->role_id)
        val[nval++] = GT_INT(find->role_id);
    val[nval++] = GT_TEXT(find->path);
    val[nval++] = GT_TEXT(end);
    val[nval++] = GT_INT(find->state);
    val[nval++] = GT_INT(most(find->state));
    for (int i = 0; i < 3; i++)
        val[nval++] = GT_TEXT(like);
    gt_tx_query_(tx, user_lists[find->by_operator][find->down][find->role_id != 0], val, nval);
    while (n < find->most && gt_tx_next(tx))
        gt_row_read(tx, &gt_user_row, &users[n++]);
    return gt_tx_err(tx) == GT_OK ? n : 0;
}

/* Up or down; any, or those of an operator. */
static const struct gt_stmt *const *const terminal_lists[2][2] = {
    {&terminals_up, &terminals_bound},
    {&terminals_down, &terminals_bound_down},
};

size_t gt_terminal_list(struct gt_tx *tx, const struct gt_find *find, struct gt_terminal *terminals)
{
    char end[202], like[GT_LIKE_MAX];
    struct gt_val val[9];
    size_t nval = 0, n = 0;

    gt_org_range_end(find->path, end);
    gt_like(find->text, like);
    if (find->user_id)
        val[nval++] = GT_INT(find->user_id);
    val[nval++] = GT_TEXT(behind(find));
    val[nval++] = GT_TEXT(find->path);
    val[nval++] = GT_TEXT(end);
    val[nval++] = GT_INT(find->kind);
    val[nval++] = GT_INT(most(find->kind));
    val[nval++] = GT_INT(find->state);
    val[nval++] = GT_INT(most(find->state));
    val[nval++] = GT_TEXT(like);
    gt_tx_query_(tx, terminal_lists[find->down][find->user_id != 0], val, nval);
    while (n < find->most && gt_tx_next(tx))
        gt_row_read(tx, &gt_terminal_row, &terminals[n++]);
    return gt_tx_err(tx) == GT_OK ? n : 0;
}

/* --- approvals */

#define APPROVAL_WINDOW 1000 /* as the statements have it */

/* By the place that is asked for; the newest first, the oldest first.  What waits below a subtree
 * is little, so it is never gone through in windows. */
enum { OF_ALL, OF_STATE, WAITING_BELOW, OF_TREE, PLACES };
static const struct gt_stmt *const *const approval_lists[PLACES][2] = {
    [OF_ALL] = {&approvals_new, &approvals_old},
    [OF_STATE] = {&approvals_new_state, &approvals_old_state},
    [WAITING_BELOW] = {&approvals_new_waiting, &approvals_old_waiting},
    [OF_TREE] = {&approvals_new_below, &approvals_old_below},
};
static const struct gt_stmt *const *const approval_windows[PLACES][2] = {
    [OF_ALL] = {&approval_ids_new, &approval_ids_old},
    [OF_STATE] = {&approval_ids_new_state, &approval_ids_old_state},
    [OF_TREE] = {&approval_ids_new_below, &approval_ids_old_below},
};

/* What a walk through approvals asks with: values of the place, then the window, then the rest. */
struct approvals {
    const struct gt_stmt *const *rows, *const *ids;
    struct gt_val place[4], rest[7];
    size_t nplace;
    bool oldest;
};

static void place_approvals(const struct gt_find *find, const char *end, struct approvals *a)
{
    bool tree = !is_all(find->path), waits = find->state == GT_APPROVAL_WAITING;
    int of = tree ? waits ? WAITING_BELOW : OF_TREE : find->state ? OF_STATE : OF_ALL;

    a->oldest = find->oldest;
    a->rows = approval_lists[of][find->oldest];
    a->ids = approval_windows[of][find->oldest];
    if (of != OF_ALL)
        a->place[a->nplace++] = GT_INT(find->state);
    if (of == OF_TREE)
        a->place[a->nplace++] = GT_INT(most(find->state));
    if (tree) {
        a->place[a->nplace++] = GT_TEXT(find->path);
        a->place[a->nplace++] = GT_TEXT(end);
    }
}

/* Puts the place, and the ids between `from` and `to`, as the order has them. */
static size_t put_window(const struct approvals *a, int64_t from, int64_t to, struct gt_val *val)
{
    size_t n = a->nplace;

    memcpy(val, a->place, n * sizeof(val[0]));
    val[n++] = GT_INT(a->oldest ? from : to);
    val[n++] = GT_INT(a->oldest ? to : from);
    return n;
}

/* The id behind which nothing stands in this order. */
static int64_t last_id(const struct approvals *a)
{
    return a->oldest ? INT64_MAX : 0;
}

/* The id of the last row of the window behind `from`; last_id() if it holds all that there is. */
static int64_t window_end(struct gt_tx *tx, const struct approvals *a, int64_t from)
{
    struct gt_val val[6];
    int64_t id = 0;
    int n = 0;

    gt_tx_query_(tx, a->ids, val, put_window(a, from, last_id(a), val));
    while (gt_tx_next(tx)) {
        id = gt_col_int(tx);
        n++;
    }
    return n == APPROVAL_WINDOW ? id : last_id(a);
}

/* Opens the rows behind `from` down to `to`, which is one of them unless it is last_id(). */
static void open_approvals(struct gt_tx *tx, const struct approvals *a, int64_t from, int64_t to)
{
    struct gt_val val[13];
    int64_t beyond = to == last_id(a) ? to : a->oldest ? to + 1 : to - 1;
    size_t n = put_window(a, from, beyond, val);

    memcpy(val + n, a->rest, sizeof(a->rest));
    gt_tx_query_(tx, a->rows, val, n + sizeof(a->rest) / sizeof(a->rest[0]));
}

void gt_approval_list(struct gt_tx *tx, const struct gt_find *find, int64_t maker_id,
                      struct gt_approval *rows, struct gt_approvals_found *found)
{
    char end[202], like[GT_LIKE_MAX], kind[GT_LIKE_MAX];
    bool looks = (find->text && *find->text) || find->kind_key || maker_id || find->from ||
                 most(find->to) < INT64_MAX;

    gt_org_range_end(find->path, end);
    gt_like(find->text, like);
    gt_like(find->kind_key, kind);
    struct approvals a = {.rest = {GT_INT(find->from), GT_INT(most(find->to)), GT_INT(maker_id),
                                   GT_INT(most(maker_id)), GT_TEXT(kind), GT_TEXT(like),
                                   GT_TEXT(like)}};
    place_approvals(find, end, &a);
    int64_t last = last_id(&a), to = 1;
    *found = (struct gt_approvals_found){.reached =
                                             find->oldest ? find->after_id : most(find->after_id)};
    for (int looked = 0; to != last && looked < GT_APPROVAL_LOOK; looked += APPROVAL_WINDOW) {
        to = looks && a.ids ? window_end(tx, &a, found->reached) : last;
        open_approvals(tx, &a, found->reached, to);
        while (found->n < find->most && gt_tx_next(tx))
            gt_row_read(tx, &gt_approval_row, &rows[found->n++]);
        if (found->n == find->most || gt_tx_err(tx) != GT_OK)
            break;
        found->reached = to;
    }
    found->more = to != last || found->n == find->most;
    if (gt_tx_err(tx) != GT_OK)
        *found = (struct gt_approvals_found){.n = 0};
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
