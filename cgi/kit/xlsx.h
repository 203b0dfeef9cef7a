/*
 * A workbook of one sheet (XLSX), made on disk by libxlsxwriter, a row in memory at a time.
 */
#ifndef GT_KIT_XLSX_H
#define GT_KIT_XLSX_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

#define GT_XLSX_TYPE "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

struct gt_xlsx;

/* Begins one of so many columns, in a file without a name: nothing of it stays, whatever ends this
 * process.  GT_ERR_IO, GT_ERR_NOMEM. */
enum gt_err gt_xlsx_new(size_t columns, struct gt_xlsx **xlsx) GT_CHECK;
void gt_xlsx_free(struct gt_xlsx *xlsx); /* NULL is allowed */

/* Sets a cell; rows and columns from 0, rows in their order.  Row 0 is the heads.  Money is a
 * number, in yuan.  GT_ERR_IO. */
enum gt_err gt_xlsx_text(struct gt_xlsx *xlsx, int64_t row, size_t column,
                         const char *text) GT_CHECK;
enum gt_err gt_xlsx_money(struct gt_xlsx *xlsx, int64_t row, size_t column, int64_t fen) GT_CHECK;

/* Ends it: from now on it can be read from gt_xlsx_fd(), which stays the workbook's.  GT_ERR_IO. */
enum gt_err gt_xlsx_end(struct gt_xlsx *xlsx) GT_CHECK;
int gt_xlsx_fd(const struct gt_xlsx *xlsx);

#endif
