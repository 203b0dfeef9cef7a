/*
 * The search box: whatever has a number.  The page of each kind of object adds how it is found.
 *
 *     static bool find(struct gt_tx *tx, struct gt_page *page, const char *text, char path[…]) …
 *     GT_FINDER(org, find);
 */
#ifndef GT_CONSOLE_SEARCH_H
#define GT_CONSOLE_SEARCH_H

#include "console.h"

#define GT_FIND_PATH 160
#define GT_FIND_NAME 320

/* What was found: where it is shown, and how it is called. */
struct gt_found {
    char path[GT_FIND_PATH];
    char name[GT_FIND_NAME];
    const char *kind; /* word for what it is; static */
};

/* In a transaction: finds what is called `text` (1 to 64 characters), if the visitor may see it. */
typedef bool (*gt_finder)(struct gt_tx *tx, struct gt_page *page, const char *text,
                          struct gt_found *found);

/* The finder as a member of the section. */
struct gt_finder_at {
    gt_finder find;
};
#define GT_FINDER(ident, function)                                   \
    static const struct gt_finder_at ident##_finder_at = {function}; \
    static const struct gt_finder_at *const ident##_finder           \
        __attribute__((section("gt_finders"), used)) = &ident##_finder_at

#endif
