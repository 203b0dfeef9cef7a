/*
 * Sorting more than fits into memory: records of one size, in runs on the disk that are merged.
 *
 * What fits into one run never touches the disk.  The runs are files without a name: whatever kills
 * the process leaves nothing behind.
 */
#ifndef GT_BOOKS_SORT_H
#define GT_BOOKS_SORT_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

struct gt_sort;
/* As qsort's; equal records come out in any order. */
typedef int (*gt_sort_order)(const void *a, const void *b);

/* Makes a sorter of records of `size` bytes; its runs go to the folder, which is borrowed.  Owned
 * by the caller (gt_sort_free).  GT_ERR_NOMEM. */
enum gt_err gt_sort_new(const char *folder, size_t size, gt_sort_order order,
                        struct gt_sort **sort) GT_CHECK;
void gt_sort_free(struct gt_sort *sort);
/* Adds a record.  GT_ERR_IO, GT_ERR_FULL, GT_ERR_TOOBIG (more than 30 million lines or so). */
enum gt_err gt_sort_put(struct gt_sort *sort, const void *record) GT_CHECK;
/* After the last put: begins to give back.  May be called again, to begin anew. */
enum gt_err gt_sort_turn(struct gt_sort *sort) GT_CHECK;
/* The next record in order; NULL behind the last.  Borrowed until the next call. */
enum gt_err gt_sort_next(struct gt_sort *sort, const void **record) GT_CHECK;
/* How many were put. */
int64_t gt_sort_count(const struct gt_sort *sort);

#endif
