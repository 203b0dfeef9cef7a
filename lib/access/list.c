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
        "WHERE id IN (SELECT g.user_id FROM gt_grant g WHERE g.role_id = ?) AND login > ? AND "
        BELOW "AND state >= ? AND state <= ? AND (LOWER(login) LIKE ? ESCAPE '!' "
        "OR LOWER(operator_no) LIKE ? ESCAPE '!' OR LOWER(name) LIKE ? ESCAPE '!') ORDER BY login {limit 101}");
GT_STMT(role_list, "SELECT {top 101} " GT_ROW_NAMES(GT_ROLE_COLS) " FROM gt_role "
        "WHERE id > ? AND " BELOW "AND (LOWER(code) LIKE ? ESCAPE '!' OR LOWER(name) LIKE ? ESCAPE '!') "
        "ORDER BY id {limit 101}");
GT_STMT(terminal_list, "SELECT {top 101} " GT_ROW_NAMES(GT_TERMINAL_COLS) " FROM gt_terminal "
        "WHERE terminal_no > ? AND " BELOW "AND kind >= ? AND kind <= ? AND state >= ? "
        "AND state <= ? AND LOWER(terminal_no) LIKE ? ESCAPE '!' ORDER BY terminal_no {limit 101}");
GT_STMT(terminal_list_bound, "SELECT {top 101} " GT_ROW_NAMES(GT_TERMINAL_COLS) " FROM gt_terminal "
        "WHERE id IN (SELECT b.terminal_id FROM gt_binding b WHERE b.user_id = ?) "
        "AND terminal_no > ? AND " BELOW "AND kind >= ? AND kind <= ? AND state >= ? "
        "AND state <= ? AND LOWER(terminal_no) LIKE ? ESCAPE '!' ORDER BY terminal_no {limit 101}");
GT_STMT(approval_list, "SELECT {top 101} " GT_ROW_NAMES(GT_APPROVAL_COLS) " FROM gt_approval "
        "WHERE id < ? AND " BELOW "AND state >= ? AND state <= ? AND maker_id >= ? "
        "AND maker_id <= ? AND LOWER(kind) LIKE ? ESCAPE '!' AND (LOWER(object) LIKE ? ESCAPE '!' "
        "OR LOWER(reason) LIKE ? ESCAPE '!') "
        "ORDER BY id DESC {limit 101}");
GT_STMT(oplog_list, "SELECT {top 101} " GT_ROW_NAMES(GT_OPLOG_COLS) " FROM gt_oplog "
        "WHERE at >= ? AND at <= ? AND (at < ? OR id < ?) AND LOWER(who) LIKE ? ESCAPE '!' "
        "AND LOWER(what) LIKE ? ESCAPE '!' AND LOWER(COALESCE(object, '-')) LIKE ? ESCAPE '!' "
        "ORDER BY at DESC, id DESC {limit 101}");
GT_STMT(oplog_of_org, "SELECT {top 101} " GT_ROW_NAMES(GT_OPLOG_COLS) " FROM gt_oplog "
        "WHERE at >= ? AND at <= ? AND (at < ? OR id < ?) AND LOWER(who) LIKE ? ESCAPE '!' "
        "AND LOWER(what) LIKE ? ESCAPE '!' AND LOWER(COALESCE(object, '-')) LIKE ? ESCAPE '!' AND who IN "
        "(SELECT u.login FROM gt_user u JOIN gt_org o ON o.id = u.org_id WHERE o.path >= ? "
        "AND o.path < ?) ORDER BY at DESC, id DESC {limit 101}");
GT_STMT(oplog_history, "SELECT {top 101} " GT_ROW_NAMES(GT_OPLOG_COLS) " FROM gt_oplog "
        "WHERE object = ? AND at <= ? AND (at < ? OR id < ?) "
        "ORDER BY at DESC, id DESC {limit 101}");
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
        gt_tx_query(tx, &user_list_role, GT_INT(find->role_id), GT_TEXT(behind(find->after)),
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

size_t gt_role_list(struct gt_tx *tx, const struct gt_find *find, struct gt_role *roles)
{
    char end[202], like[GT_LIKE_MAX];
    size_t n = 0;

    gt_org_range_end(find->path, end);
    gt_like(find->text, like);
    gt_tx_query(tx, &role_list, GT_INT(find->after_id), GT_TEXT(find->path), GT_TEXT(end),
                GT_TEXT(like), GT_TEXT(like));
    while (n < find->most && gt_tx_next(tx))
        gt_row_read(tx, &gt_role_row, &roles[n++]);
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
    size_t n = 0;

    gt_org_range_end(find->path, end);
    gt_like(find->text, like);
    gt_like(find->kind_key, kind);
    gt_tx_query(tx, &approval_list, GT_INT(most(find->after_id)), GT_TEXT(find->path), GT_TEXT(end),
                GT_INT(find->state), GT_INT(most(find->state)), GT_INT(maker_id),
                GT_INT(most(maker_id)), GT_TEXT(kind), GT_TEXT(like), GT_TEXT(like));
    while (n < find->most && gt_tx_next(tx))
        gt_row_read(tx, &gt_approval_row, &rows[n++]);
    return gt_tx_err(tx) == GT_OK ? n : 0;
}

size_t gt_oplog_list(struct gt_tx *tx, const struct gt_oplog_find *find, struct gt_oplog *rows)
{
    char who[GT_LIKE_MAX], what[GT_LIKE_MAX], object[GT_LIKE_MAX];
    int64_t top = find->to > 0 ? find->to - 1 : INT64_MAX;
    int64_t at = find->before_at && find->before_at < top ? find->before_at : top;
    int64_t before = find->before_at ? find->before_id : INT64_MAX;
    char end[202];
    size_t n = 0;

    gt_like(find->who, who);
    gt_like(find->what, what);
    gt_like(find->object, object);
    if (find->path) {
        gt_org_range_end(find->path, end);
        gt_tx_query(tx, &oplog_of_org, GT_INT(find->from), GT_INT(at), GT_INT(at), GT_INT(before),
                    GT_TEXT(who), GT_TEXT(what), GT_TEXT(object), GT_TEXT(find->path),
                    GT_TEXT(end));
    } else {
        gt_tx_query(tx, &oplog_list, GT_INT(find->from), GT_INT(at), GT_INT(at), GT_INT(before),
                    GT_TEXT(who), GT_TEXT(what), GT_TEXT(object));
    }
    while (n < find->most && gt_tx_next(tx))
        gt_row_read(tx, &gt_oplog_row, &rows[n++]);
    return gt_tx_err(tx) == GT_OK ? n : 0;
}

size_t gt_oplog_history(struct gt_tx *tx, const char *object, int64_t before_at, int64_t before_id,
                        struct gt_oplog *rows, size_t most_rows)
{
    int64_t at = before_at ? before_at : INT64_MAX;
    size_t n = 0;

    gt_tx_query(tx, &oplog_history, GT_TEXT(object), GT_INT(at), GT_INT(at),
                GT_INT(before_at ? before_id : INT64_MAX));
    while (n < most_rows && gt_tx_next(tx))
        gt_row_read(tx, &gt_oplog_row, &rows[n++]);
    return gt_tx_err(tx) == GT_OK ? n : 0;
}
