/*
 * Cells of CSV (RFC 4180).
 *
 * Not here: what a file of a list is made of, and how it is sent (sheet.h).
 */
#ifndef GT_KIT_CSV_H
#define GT_KIT_CSV_H

#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>

/* What makes spreadsheets read a file as UTF-8; its first bytes. */
#define GT_CSV_MARK "\xEF\xBB\xBF"

/* Appends a cell; `end` ends the line.  A text that a spreadsheet would run as a formula gets an
 * apostrophe in front. */
void gt_csv_put(struct gt_buf *out, const char *text, bool end);
void gt_csv_put_int(struct gt_buf *out, int64_t value, bool end);
/* Yuan, without grouping; and local time, nothing for 0. */
void gt_csv_put_money(struct gt_buf *out, int64_t fen, bool end);
void gt_csv_put_time(struct gt_buf *out, int64_t ms, int tz_minutes, bool end);

#endif
