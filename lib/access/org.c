/*
 * Organisations: the tree.
 *
 * A row holds the path of ids from the top ("/1/5/9/"), so that a subtree is a range of the path
 * and needs no recursion.  An organisation never moves: what it collected stays where it was.
 */
#include "access/org.h"

#include "access/name.h"
#include "access/state.h"
#include "base/buf.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define CODE_CHARS 32
#define NAME_CHARS 96
#define DEPTH_MAX  20

GT_ROW_DEFINE(gt_org, GT_ORG_COLS);
GT_STMT(org_by_code, GT_ROW_SELECT(gt_org, GT_ORG_COLS) " WHERE code = ?");
GT_STMT(org_top, GT_ROW_SELECT(gt_org, GT_ORG_COLS) " WHERE parent_id = 0");
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

/* Fills parent and path of an organisation below another. */
static enum gt_err place_below(struct gt_tx *tx, const char *parent_code, struct gt_org *org)
{
    struct gt_org parent;

    if (!gt_org_by_code(tx, parent_code, &parent))
        return gt_err_set(GT_ERR_ABSENT, "there is no organisation %s", parent_code);
    if (org->kind < parent.kind)
        return gt_err_set(GT_ERR_DENIED,
                          "an organisation of kind %s cannot stand below one of kind %s",
                          gt_org_kind_name((enum gt_org_kind)org->kind),
                          gt_org_kind_name((enum gt_org_kind)parent.kind));
    int n = snprintf(org->path, sizeof(org->path), "%s%" PRId64 "/", parent.path, org->id);
    if (n < 0 || (size_t)n >= sizeof(org->path))
        return gt_err_set(GT_ERR_TOOBIG, "the tree is too deep below %s", parent_code);
    org->parent_id = parent.id;
    return GT_OK;
}

enum gt_err gt_org_add(struct gt_tx *tx, const char *parent_code, struct gt_org *org)
{
    struct gt_org old;

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

    enum gt_err err = *parent_code ? place_below(tx, parent_code, org) : place_top(tx, org);
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

bool gt_org_active(struct gt_tx *tx, const struct gt_org *org)
{
    struct gt_org at = *org;

    /* The bound is for a loop made by another hand; the tree itself is never that deep. */
    for (int depth = 0; depth < DEPTH_MAX; depth++) {
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
