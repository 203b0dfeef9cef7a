/*
 * The organisations below some paths, in memory, for figures that are put together by them.
 *
 * Read once and looked up here: joined in the database, what is counted might be gone through once
 * for each organisation.
 */
#ifndef GT_TILL_TREE_H
#define GT_TILL_TREE_H

#include "access/org.h"

struct gt_place {
    int64_t id;
    int64_t kind;  /* enum gt_org_kind */
    int64_t child; /* the organisation right below the path that it belongs to, or the path's own */
};

struct gt_tree {
    struct gt_place *place; /* by id */
    size_t n, room;
};

/* In a transaction: reads what is below `npaths` paths, none of them inside another.
 * gt_tree_free(), also after an error. */
void gt_tree_read(struct gt_tx *tx, const char *const *path, size_t npaths, struct gt_tree *tree);
void gt_tree_free(struct gt_tree *tree);
/* Where an organisation stands; NULL if it is below none of the paths. */
const struct gt_place *gt_tree_find(const struct gt_tree *tree, int64_t id);

#endif
