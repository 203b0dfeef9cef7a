/*
 * The tables and columns that the migrations make, as a program may ask for them: by copy.c, which
 * knows no table by name.
 */
#ifndef GT_STORE_LAYOUT_H
#define GT_STORE_LAYOUT_H

#include "base/err.h"

#include <stdbool.h>

#define GT_LAYOUT_NAME       32
#define GT_LAYOUT_COLS_MAX   64
#define GT_LAYOUT_TABLES_MAX 128

struct gt_layout_table {
    char name[GT_LAYOUT_NAME];
    int ncols;
    int key; /* index of its primary key */
    struct gt_layout_col {
        char name[GT_LAYOUT_NAME];
        bool text; /* else an integer */
    } cols[GT_LAYOUT_COLS_MAX];
};

struct gt_layout {
    int n;
    struct gt_layout_table tables[GT_LAYOUT_TABLES_MAX]; /* in the order they were made */
};

/* Reads the migrations in `folder`; the store's own tables (gt_migration, gt_mark) are not among
 * them.  `*layout` is owned by the caller (free).  GT_ERR_SYNTAX where one says something else than
 * CREATE TABLE, ALTER TABLE … ADD, DROP TABLE, or a column without a type. */
enum gt_err gt_layout_read(const char *folder, struct gt_layout **layout) GT_CHECK;
/* The column with this name, -1 if there is none. */
int gt_layout_col(const struct gt_layout_table *table, const char *name);

#endif
