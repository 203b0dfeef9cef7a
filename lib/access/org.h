/*
 * Organisations: the tree of bureau, counties, stations and agents.
 */
#ifndef GT_ACCESS_ORG_H
#define GT_ACCESS_ORG_H

#include "store/key.h"
#include "store/row.h"

enum gt_org_kind { GT_ORG_BUREAU = 1, GT_ORG_COUNTY, GT_ORG_STATION, GT_ORG_AGENT, GT_ORG__MAX };
enum gt_enabled { GT_ENABLED = 1, GT_DISABLED };

/* How deep the tree may be. */
#define GT_ORG_DEPTH 12

#define GT_ORG_COLS(KI, KT, I, T) \
    KI(id) KT(code, 33) I(parent_id) T(path, 201) I(kind) T(name, 289) I(state) I(version)
struct gt_org {
    GT_ROW_STRUCT(GT_ORG_COLS)
};
extern const struct gt_row gt_org_row;

/* "bureau", "county", "station", "agent"; static.  And back: false if there is none. */
const char *gt_org_kind_name(enum gt_org_kind kind);
bool gt_org_kind_find(const char *name, enum gt_org_kind *kind);

/* In a transaction: finds by code; false if there is none. */
bool gt_org_by_code(struct gt_tx *tx, const char *code, struct gt_org *org);
/* In a transaction: adds below `parent_code` ("" for the bureau at the top; only one may be).
 * `org` holds id (a key of the series "org"), code, kind and name; the rest is filled in.
 * GT_ERR_ABSENT: no such parent.  GT_ERR_EXISTS: the code is taken, or there is a bureau.
 * GT_ERR_SYNTAX: a code that is not 1 to 32 of letters, digits, '-' and '_', or no name.
 * GT_ERR_DENIED: the kind cannot stand there (an organisation stands below one of its own kind or
 * of one named before it in gt_org_kind: nothing below an agent but agents). */
enum gt_err gt_org_add(struct gt_tx *tx, const char *parent_code, struct gt_org *org);
/* In a transaction: saves an organisation that was read and whose name or state was changed.
 * GT_ERR_SYNTAX: no name. */
enum gt_err gt_org_change(struct gt_tx *tx, struct gt_org *org);
/* In a transaction: whether the organisation and all above it are enabled. */
bool gt_org_active(struct gt_tx *tx, const struct gt_org *org);
/* Whether `org` is `top` or below it. */
bool gt_org_within(const struct gt_org *org, const struct gt_org *top);
/* Where the range of paths of a subtree ends: those from `path` up to, but not, `end`. */
void gt_org_range_end(const char *path, char end[202]);
/* In a transaction: puts an organisation and all below it under `parent`; the rows are saved.
 * GT_ERR_DENIED: the kind cannot stand there, or `parent` is inside what is moved.  GT_ERR_TOOBIG:
 * too deep, or more than GT_ORG_MOVE_MAX organisations. */
#define GT_ORG_MOVE_MAX 400
enum gt_err gt_org_put(struct gt_tx *tx, struct gt_org *org, const struct gt_org *parent);
/* In a transaction: up to `most` (100 at most) organisations behind the path `after` ("" to begin
 * with), each followed by what is below it.  Gives how many. */
size_t gt_org_page(struct gt_tx *tx, const char *after, struct gt_org *orgs, size_t most);

#endif
