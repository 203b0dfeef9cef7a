/*
 * A handful of keys for one transaction.
 */
#include "till/bag.h"

#include <assert.h>

enum gt_err gt_bag_fill(struct gt_keysrc *keys, int count, struct gt_bag *bag)
{
    assert(count <= GT_BAG_MAX);
    bag->count = 0;
    bag->used = 0;
    for (int i = 0; i < count; i++) {
        enum gt_err err = gt_key_next(keys, "row", &bag->key[i]);

        if (err)
            return gt_err_add(err, "taking keys");
    }
    bag->count = count;
    return GT_OK;
}

void gt_bag_rewind(struct gt_bag *bag)
{
    bag->used = 0;
}

int64_t gt_bag_take(struct gt_bag *bag)
{
    assert(bag->used < bag->count);
    return bag->key[bag->used++];
}
