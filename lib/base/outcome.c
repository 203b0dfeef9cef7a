/*
 * The table of business outcomes, made from the one list in the header.
 *
 * Not here: which outcome an upstream's code means; that is the adapters' (link).
 */
#include "base/outcome.h"

#include <string.h>

static const struct gt_outcome_info table[] = {
#define GT_X(name, number, class, zh, en) {GT_OUT_##name, GT_CLASS_##class, #name, zh, en},
    GT_OUTCOMES(GT_X)
#undef GT_X
};

#define COUNT (sizeof table / sizeof table[0])

const struct gt_outcome_info *gt_outcome_info(enum gt_outcome number)
{
    const struct gt_outcome_info *internal = NULL;
    for (size_t i = 0; i < COUNT; i++) {
        if (table[i].number == number)
            return &table[i];
        if (table[i].number == GT_OUT_INTERNAL)
            internal = &table[i];
    }
    return internal;
}

const struct gt_outcome_info *gt_outcome_find(const char *name)
{
    for (size_t i = 0; i < COUNT; i++) {
        if (strcmp(table[i].name, name) == 0)
            return &table[i];
    }
    return NULL;
}

const struct gt_outcome_info *gt_outcome_at(size_t i)
{
    return i < COUNT ? &table[i] : NULL;
}

const char *gt_class_name(enum gt_class class)
{
    static const char *const names[] = {
        [GT_CLASS_OK] = "ok",
        [GT_CLASS_DECLINED] = "declined",
        [GT_CLASS_IN_DOUBT] = "in_doubt",
        [GT_CLASS_ERROR] = "error",
    };
    return (size_t) class < GT_CLASS__MAX ? names[class] : "error";
}
