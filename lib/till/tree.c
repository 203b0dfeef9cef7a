/*
 * The organisations below some paths.
 */
#include "till/tree.h"

#include <stdlib.h>
#include <string.h>

GT_STMT(tree_below, "SELECT id, kind, path FROM gt_org WHERE path >= ? AND path < ?");

static int64_t child_of(const char *path, const char *org_path)
{
    const char *rest = org_path + strlen(path), *at = path + strlen(path) - 1;

    if (*rest)
        return strtoll(rest, NULL, 10);
    while (at > path && at[-1] != '/')
        at--;
    return strtoll(at, NULL, 10);
}

static bool make_room(struct gt_tx *tx, struct gt_tree *tree)
{
    size_t room = tree->room ? 2 * tree->room : 64;

    if (tree->n < tree->room)
        return true;
    struct gt_place *more = realloc(tree->place, room * sizeof(*more));
    if (!more) {
        gt_tx_fail(tx, gt_err_set(GT_ERR_NOMEM, "no memory for organisations"));
        return false;
    }
    tree->place = more;
    tree->room = room;
    return true;
}

static void read_path(struct gt_tx *tx, const char *path, struct gt_tree *tree)
{
    char end[202], org_path[201];

    gt_org_range_end(path, end);
    gt_tx_query(tx, &tree_below, GT_TEXT(path), GT_TEXT(end));
    while (gt_tx_next(tx) && make_room(tx, tree)) {
        struct gt_place *place = &tree->place[tree->n++];

        place->id = gt_col_int(tx);
        place->kind = gt_col_int(tx);
        gt_col_text(tx, org_path, sizeof(org_path));
        place->child = child_of(path, org_path);
    }
}

static int by_id(const void *a, const void *b)
{
    const struct gt_place *x = a, *y = b;

    return (x->id > y->id) - (x->id < y->id);
}

void gt_tree_read(struct gt_tx *tx, const char *const *path, size_t npaths, struct gt_tree *tree)
{
    *tree = (struct gt_tree){.n = 0};
    for (size_t i = 0; i < npaths; i++)
        read_path(tx, path[i], tree);
    if (tree->n > 0)
        qsort(tree->place, tree->n, sizeof(tree->place[0]), by_id);
}

void gt_tree_free(struct gt_tree *tree)
{
    free(tree->place);
    *tree = (struct gt_tree){.n = 0};
}

const struct gt_place *gt_tree_find(const struct gt_tree *tree, int64_t id)
{
    struct gt_place key = {.id = id};

    return tree->n ? bsearch(&key, tree->place, tree->n, sizeof(key), by_id) : NULL;
}
