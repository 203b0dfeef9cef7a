/*
 * The table of rights.
 */
#include "access/right.h"

#include <assert.h>
#include <string.h>

static const struct gt_right_info infos[GT_RIGHT__MAX] = {
#define GT_X(name, number, key, group, zh, en) [number] = {key, GT_RIGHTS_##group, zh, en},
    GT_RIGHTS(GT_X)
#undef GT_X
};

static const char *const groups[GT_RIGHTS__MAX][2] = {
    [GT_RIGHTS_ORG] = {"组织", "Organisation"}, [GT_RIGHTS_CREDIT] = {"信用额", "Credit"},
    [GT_RIGHTS_TXN] = {"交易", "Transactions"}, [GT_RIGHTS_STATS] = {"统计", "Statistics"},
    [GT_RIGHTS_TILL] = {"收费", "Collecting"},  [GT_RIGHTS_SYSTEM] = {"系统", "System"},
    [GT_RIGHTS_BOOKS] = {"账务", "Books"},
};

_Static_assert(GT_RIGHT__MAX < 63, "a set of rights is an int64_t");

const struct gt_right_info *gt_right_info(enum gt_right right)
{
    assert((int)right >= 0 && right < GT_RIGHT__MAX);
    return &infos[right];
}

bool gt_right_find(const char *key, enum gt_right *right)
{
    for (int i = 0; i < GT_RIGHT__MAX; i++) {
        if (strcmp(infos[i].key, key) == 0) {
            *right = (enum gt_right)i;
            return true;
        }
    }
    return false;
}

const char *gt_right_group_name(enum gt_right_group group, bool english)
{
    assert((int)group >= 0 && group < GT_RIGHTS__MAX);
    return groups[group][english];
}
