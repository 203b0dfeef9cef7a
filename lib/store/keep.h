/*
 * Rows that a connection keeps in memory; see keep.c.  Known to tx.c, row.c and the backends.
 */
#ifndef GT_STORE_KEEP_H
#define GT_STORE_KEEP_H

#include "store/row.h"

struct gt_keep; /* of one connection: one thread at a time */

enum gt_err gt_keep_new(struct gt_keep **keep) GT_CHECK;
void gt_keep_free(struct gt_keep *keep);
/* Forgets all: somebody else has written, or something was rolled back. */
void gt_keep_clear(struct gt_keep *keep);

/* Copies the row as it is kept into `row`; false if it is not. */
bool gt_keep_find(const struct gt_keep *keep, const struct gt_row *def, int64_t id, void *row);
/* Keeps a copy; another row may have to go for it. */
void gt_keep_put(struct gt_keep *keep, const struct gt_row *def, int64_t id, const void *row);

/* The id of the row that a statement found for these values; 0 if that is not known. */
int64_t gt_keep_asked(const struct gt_keep *keep, const struct gt_stmt *const *stmt,
                      const struct gt_val *vals, size_t nvals);
/* Notes it. */
void gt_keep_answer(struct gt_keep *keep, const struct gt_row *def,
                    const struct gt_stmt *const *stmt, const struct gt_val *vals, size_t nvals,
                    int64_t id);
/* A row came or went: it and all answers of its table are forgotten. */
void gt_keep_drop(struct gt_keep *keep, const struct gt_row *def, int64_t id);
/* A statement wrote past row.c: what is kept of tables that it names is forgotten. */
void gt_keep_drop_named(struct gt_keep *keep, const char *sql);

#endif
