/*
 * The registry of statements: the linker section gt_stmts, seen as an array.
 *
 * The section holds only pointers, so that it has no gaps.  The linker makes the two end symbols
 * when the section is there; weak, so that a program without statements links too.
 */
#include "store/stmt.h"

#include <assert.h>
#include <stdbool.h>

#define SECTION_END __attribute__((weak, visibility("hidden")))

extern const struct gt_stmt *const __start_gt_stmts[] SECTION_END;
extern const struct gt_stmt *const __stop_gt_stmts[] SECTION_END;

size_t gt_stmt_count(void)
{
    return (size_t)(__stop_gt_stmts - __start_gt_stmts);
}

const struct gt_stmt *gt_stmt_at(size_t i)
{
    assert(i < gt_stmt_count());
    return __start_gt_stmts[i];
}

size_t gt_stmt_index(const struct gt_stmt *const *stmt)
{
    bool registered = stmt >= __start_gt_stmts && stmt < __stop_gt_stmts;
    return registered ? (size_t)(stmt - __start_gt_stmts) : gt_stmt_count();
}
