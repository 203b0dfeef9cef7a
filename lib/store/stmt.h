/*
 * Statements: SQL beside the function that binds it, registered by being written.
 *
 *     GT_STMT(org_by_code, "SELECT id, name FROM gt_org WHERE code = ?");
 *
 * makes a static object and puts a pointer to it into the linker section `gt_stmts`, so that
 * gt_stmt_at() sees every statement of the program without anyone listing it.  Pass `&org_by_code`.
 *
 * Words in braces are expanded per dialect when prepared (schema.h): {top 20} … {limit 20}.
 */
#ifndef GT_STORE_STMT_H
#define GT_STORE_STMT_H

#include <stddef.h>

struct gt_stmt {
    const char *name; /* unique in its file */
    const char *file; /* where it stands */
    const char *sql;  /* one statement, parameters as ? */
};

#define GT_STMT(ident, text)                                                              \
    static const struct gt_stmt ident##_stmt = {#ident, __FILE__, text};                  \
    static const struct gt_stmt *const ident __attribute__((section("gt_stmts"), used)) = \
        &ident##_stmt

/* How many statements there are, and the i-th.  Static. */
size_t gt_stmt_count(void);
const struct gt_stmt *gt_stmt_at(size_t i);
/* The index of a statement by the address of its registered pointer; gt_stmt_count() for one that
 * is not registered, because it is made of the schema (copy.c).  A connection keeps one such
 * prepared, the last. */
size_t gt_stmt_index(const struct gt_stmt *const *stmt);

#endif
