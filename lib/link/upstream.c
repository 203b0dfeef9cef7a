/*
 * Marketing systems by customer and by name, and the names of operations.
 */
#include "link/upstream.h"

#include <string.h>

static const char *const op_names[GT_UP_OP__MAX] = {
    [GT_UP_QUERY] = "query",     [GT_UP_PAY] = "pay",           [GT_UP_RECHARGE] = "recharge",
    [GT_UP_OPEN] = "open",       [GT_UP_REPLACE] = "replace",   [GT_UP_REWRITE] = "rewrite",
    [GT_UP_CONFIRM] = "confirm", [GT_UP_REVERSE] = "reverse",   [GT_UP_INQUIRE] = "inquire",
    [GT_UP_TOTALS] = "totals",   [GT_UP_REFUND] = "refund",     [GT_UP_SEARCH] = "search",
    [GT_UP_TASKS] = "tasks",     [GT_UP_READINGS] = "readings",
};

struct gt_upstream *gt_upstream_for(const struct gt_upstreams *ups, const char *customer_no)
{
    for (int i = 0; i < ups->count; i++)
        if (ups->all[i].serves(ups->all[i].ctx, customer_no))
            return &ups->all[i];
    return NULL;
}

struct gt_upstream *gt_upstream_named(const struct gt_upstreams *ups, const char *name)
{
    for (int i = 0; i < ups->count; i++)
        if (strcmp(ups->all[i].name, name) == 0)
            return &ups->all[i];
    return NULL;
}

const char *gt_up_op_name(enum gt_up_op op)
{
    return op >= 0 && op < GT_UP_OP__MAX ? op_names[op] : "none";
}

bool gt_up_op_asks(enum gt_up_op op)
{
    return op == GT_UP_QUERY || op == GT_UP_TOTALS || op == GT_UP_SEARCH || op == GT_UP_TASKS;
}

bool gt_up_op_find(const char *name, enum gt_up_op *op)
{
    for (int i = 0; i < GT_UP_OP__MAX; i++) {
        if (strcmp(op_names[i], name) == 0) {
            *op = (enum gt_up_op)i;
            return true;
        }
    }
    return false;
}
