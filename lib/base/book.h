/*
 * Reading workbooks (XLSX, ECMA-376) that people made with a spreadsheet: the first sheet, as CSV.
 */
#ifndef GT_BASE_BOOK_H
#define GT_BASE_BOOK_H

#include "base/buf.h"

#include <stdbool.h>

/* A workbook that holds more is refused, whatever it is compressed to. */
#define GT_BOOK_PART_MAX (4 * 1024 * 1024) /* bytes of a part, unpacked */
#define GT_BOOK_ROWS     20000
#define GT_BOOK_COLUMNS  32

/* Whether these bytes begin as a workbook does (as any ZIP archive). */
bool gt_book_is(const char *data, size_t len);
/* Appends the cells of the first sheet, a line a row, so that the number of a line is that of its
 * row; rows without text are empty lines.  GT_ERR_SYNTAX: it is no workbook; GT_ERR_TOOBIG: more
 * than the above, or than `csv` may hold; GT_ERR_NOMEM. */
enum gt_err gt_book_csv(const char *data, size_t len, struct gt_buf *csv) GT_CHECK;

#endif
