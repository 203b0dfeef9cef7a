/*
 * Organisations: the tree.
 *
 * A row holds the path of ids from the top ("/1/5/9/"), so that a subtree is a range of the path
 * and needs no recursion.  One that moves takes all below it along: their paths are written anew.
 */
#include "access/org.h"

#include "access/name.h"
#include "access/state.h"
#include "base/buf.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CODE_CHARS 32
#define NAME_CHARS 96

GT_ROW_DEFINE(gt_org, GT_ORG_COLS);
GT_STMT(org_by_code, GT_ROW_SELECT(gt_org, GT_ORG_COLS) " WHERE code = ?");
GT_STMT(org_top, GT_ROW_SELECT(gt_org, GT_ORG_COLS) " WHERE parent_id = 0");
GT_STMT(org_subtree, "SELECT {top 500} " GT_ROW_NAMES(GT_ORG_COLS) " FROM gt_org WHERE path >= ? "
                                                                   "AND path < ? ORDER BY path "
                                                                   "{limit 500}");
GT_STMT(org_page, "SELECT {top 100} " GT_ROW_NAMES(
                      GT_ORG_COLS) " FROM gt_org WHERE path > ? ORDER BY path {limit 100}");

static const char *const kind_names[GT_ORG__MAX] = {
    [GT_ORG_BUREAU] = "bureau",
    [GT_ORG_COUNTY] = "county",
    [GT_ORG_STATION] = "station",
    [GT_ORG_AGENT] = "agent",
};

const char *gt_org_kind_name(enum gt_org_kind kind)
{
    return kind >= GT_ORG_BUREAU && kind < GT_ORG__MAX ? kind_names[kind] : "none";
}

bool gt_org_kind_find(const char *name, enum gt_org_kind *kind)
{
    for (int i = GT_ORG_BUREAU; i < GT_ORG__MAX; i++) {
        if (strcmp(kind_names[i], name) == 0) {
            *kind = (enum gt_org_kind)i;
            return true;
        }
    }
    return false;
}

bool gt_org_by_code(struct gt_tx *tx, const char *code, struct gt_org *org)
{
    return gt_row_one(tx, &gt_org_row, org, &org_by_code, GT_TEXT(code));
}

/* Fills parent and path of a bureau at the top. */
static enum gt_err place_top(struct gt_tx *tx, struct gt_org *org)
{
    struct gt_org top;

    if (org->kind != GT_ORG_BUREAU)
        return gt_err_set(GT_ERR_DENIED, "at the top stands a bureau, not a %s",
                          gt_org_kind_name((enum gt_org_kind)org->kind));
    if (gt_tx_one0(tx, &org_top)) {
        gt_row_read(tx, &gt_org_row, &top);
        return gt_err_set(GT_ERR_EXISTS, "there is a bureau at the top already");
    }
    org->parent_id = 0;
    snprintf(org->path, sizeof(org->path), "/%" PRId64 "/", org->id);
    return GT_OK;
}

/* How many ids a path has. */
static int depth_of(const char *path)
{
    int depth = -1;

    for (; *path; path++)
        depth += *path == '/';
    return depth;
}

/* Whether a path is not longer than the tree may be deep. */
static enum gt_err path_make(char out[201], const char *above, int64_t id)
{
    char path[201];
    int n = snprintf(path, sizeof(path), "%s%" PRId64 "/", above, id);

    if (n < 0 || (size_t)n >= sizeof(path) || depth_of(path) > GT_ORG_DEPTH)
        return gt_err_set(GT_ERR_TOOBIG, "the tree has %d levels at most", GT_ORG_DEPTH);
    memcpy(out, path, sizeof(path));
    return GT_OK;
}

/* Fills parent and path of an organisation below another. */
static enum gt_err place_below(const struct gt_org *parent, struct gt_org *org)
{
    if (org->kind < parent->kind)
        return gt_err_set(GT_ERR_DENIED,
                          "an organisation of kind %s cannot stand below one of kind %s",
                          gt_org_kind_name((enum gt_org_kind)org->kind),
                          gt_org_kind_name((enum gt_org_kind)parent->kind));
    enum gt_err err = path_make(org->path, parent->path, org->id);
    if (err == GT_OK)
        org->parent_id = parent->id;
    return err;
}

enum gt_err gt_org_add(struct gt_tx *tx, const char *parent_code, struct gt_org *org)
{
    struct gt_org old, parent;

    if (!gt_code_ok(org->code, CODE_CHARS, "-_"))
        return gt_tx_fail(tx, gt_err_set(GT_ERR_SYNTAX,
                                         "a code is 1 to %d letters, digits, - and _", CODE_CHARS));
    if (!gt_name_ok(org->name, NAME_CHARS))
        return gt_tx_fail(tx,
                          gt_err_set(GT_ERR_SYNTAX, "a name has 1 to %d characters", NAME_CHARS));
    if (gt_org_by_code(tx, org->code, &old))
        return gt_tx_fail(tx, gt_err_set(GT_ERR_EXISTS, "the code %s is taken", org->code));
    if (gt_tx_err(tx) != GT_OK)
        return gt_tx_err(tx);

    enum gt_err err;
    if (!*parent_code)
        err = place_top(tx, org);
    else if (gt_org_by_code(tx, parent_code, &parent))
        err = place_below(&parent, org);
    else
        err = gt_err_set(GT_ERR_ABSENT, "there is no organisation %s", parent_code);
    if (err != GT_OK)
        return gt_tx_fail(tx, err);
    org->state = GT_ENABLED;
    gt_row_insert(tx, &gt_org_row, org);
    gt_census_add(tx, gt_org_row.table, 1);
    gt_rights_changed(tx);
    return gt_tx_err(tx);
}

enum gt_err gt_org_change(struct gt_tx *tx, struct gt_org *org)
{
    if (!gt_name_ok(org->name, NAME_CHARS))
        return gt_tx_fail(tx,
                          gt_err_set(GT_ERR_SYNTAX, "a name has 1 to %d characters", NAME_CHARS));
    gt_row_save(tx, &gt_org_row, org);
    gt_rights_changed(tx);
    return gt_tx_err(tx);
}

void gt_org_range_end(const char *path, char end[202])
{
    size_t len = strlen(path);

    /* Behind '/' comes '0': the first path that does not begin with this one. */
    snprintf(end, 202, "%.*s0", (int)(len - 1), path);
}

/* Reads the subtree of `org` into `rows`; how many, GT_ORG_MOVE_MAX + 1 if there are more. */
static int read_subtree(struct gt_tx *tx, const struct gt_org *org, struct gt_org *rows)
{
    char end[202];
    int n = 0;

    gt_org_range_end(org->path, end);
    gt_tx_query(tx, &org_subtree, GT_TEXT(org->path), GT_TEXT(end));
    while (n <= GT_ORG_MOVE_MAX && gt_tx_next(tx))
        gt_row_read(tx, &gt_org_row, &rows[n++]);
    return n;
}

/* Writes the paths of what is below `org` anew.  Rows come in the
 * order of their paths, so each finds its parent's new path made. */
static enum gt_err move_rows(struct gt_tx *tx, const struct gt_org *org, struct gt_org *rows, int n)
{
    for (int i = 1; i < n; i++) {
        const char *above = NULL;

        for (int k = i - 1; k >= 0 && !above; k--) {
            if (rows[k].id == rows[i].parent_id)
                above = rows[k].path;
        }
        if (!above)
            return gt_err_set(GT_ERR_TAMPERED, "%s is not below %s", rows[i].code, org->code);
        enum gt_err err = path_make(rows[i].path, above, rows[i].id);
        if (err != GT_OK)
            return err;
        gt_row_save(tx, &gt_org_row, &rows[i]);
    }
    return GT_OK;
}

enum gt_err gt_org_put(struct gt_tx *tx, struct gt_org *org, const struct gt_org *parent)
{
    struct gt_org *rows;
    int n;

    if (gt_org_within(parent, org))
        return gt_tx_fail(tx,
                          gt_err_set(GT_ERR_DENIED, "%s is inside of %s", parent->code, org->code));
    rows = calloc(GT_ORG_MOVE_MAX + 1, sizeof(*rows));
    if (!rows)
        return gt_tx_fail(tx, gt_err_set(GT_ERR_NOMEM, "no memory for a subtree"));
    n = read_subtree(tx, org, rows);
    enum gt_err err = gt_tx_err(tx);
    if (err == GT_OK && (n > GT_ORG_MOVE_MAX || n == 0))
        err = gt_err_set(GT_ERR_TOOBIG, "%d organisations move at once at most", GT_ORG_MOVE_MAX);
    if (err == GT_OK)
        err = place_below(parent, &rows[0]);
    if (err == GT_OK) {
        gt_row_save(tx, &gt_org_row, &rows[0]);
        err = move_rows(tx, org, rows, n);
        *org = rows[0];
    }
    free(rows);
    if (err != GT_OK)
        return gt_tx_fail(tx, err);
    gt_rights_changed(tx);
    return gt_tx_err(tx);
}

bool gt_org_active(struct gt_tx *tx, const struct gt_org *org)
{
    struct gt_org at = *org;

    /* The bound is for a loop made by another hand; the tree itself is never that deep. */
    for (int depth = 0; depth < GT_ORG_DEPTH; depth++) {
        if (at.state != GT_ENABLED)
            return false;
        if (at.parent_id == 0)
            return true;
        if (!gt_row_find(tx, &gt_org_row, at.parent_id, &at))
            return false;
    }
    return false;
}

bool gt_org_within(const struct gt_org *org, const struct gt_org *top)
{
    return strncmp(org->path, top->path, strlen(top->path)) == 0;
}

size_t gt_org_page(struct gt_tx *tx, const char *after, struct gt_org *orgs, size_t most)
{
    size_t n = 0;

    /* An empty text would be bound as NULL, which is before and behind nothing; paths begin '/'. */
    gt_tx_query(tx, &org_page, GT_TEXT(*after ? after : "/"));
    while (n < most && gt_tx_next(tx))
        gt_row_read(tx, &gt_org_row, &orgs[n++]);
    return gt_tx_err(tx) == GT_OK ? n : 0;
}
