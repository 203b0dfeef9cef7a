/*
 * A handful of keys, taken before a transaction and used inside it.
 *
 * The callback of a transaction may run again, so it starts with gt_bag_rewind().
 */
#ifndef GT_TILL_BAG_H
#define GT_TILL_BAG_H

#include "store/key.h"

#define GT_BAG_MAX 64

struct gt_bag {
    int64_t key[GT_BAG_MAX];
    int count;
    int used;
};

/* Takes `count` (at most GT_BAG_MAX) keys of the series "row".  As gt_key_next(). */
enum gt_err gt_bag_fill(struct gt_keysrc *keys, int count, struct gt_bag *bag) GT_CHECK;
/* All keys may be used again: whatever was written with them was rolled back. */
void gt_bag_rewind(struct gt_bag *bag);
/* The next key; asking for more than were taken is a programmer's error. */
int64_t gt_bag_take(struct gt_bag *bag);

#endif
