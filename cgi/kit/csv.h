/*
 * Lists as files: CSV (RFC 4180) with the mark that makes spreadsheets read it as UTF-8, sent while
 * it is made.
 *
 * A list's page reads its filters, gives the reply a stream with gt_csv_send(), and the stream
 * appends rows a piece at a time, each piece in a read of its own: no read of the store is open
 * while a slow client takes what was sent.
 */
#ifndef GT_KIT_CSV_H
#define GT_KIT_CSV_H

#include "kit/page.h"

/* Appends a cell; `end` ends the line.  A text that a spreadsheet would run as a formula gets an
 * apostrophe in front. */
void gt_csv_put(struct gt_buf *out, const char *text, bool end);
void gt_csv_put_int(struct gt_buf *out, int64_t value, bool end);
/* Yuan, without grouping; and local time, nothing for 0. */
void gt_csv_put_money(struct gt_buf *out, int64_t fen, bool end);
void gt_csv_put_time(struct gt_buf *out, int64_t ms, int tz_minutes, bool end);

/* Makes the reply a file called `name` (".csv" is added): what is in `head`, and then what `more`
 * appends until it gives false.  `stream` is taken, and freed by `done`. */
enum gt_err gt_csv_send(struct gt_page *page, const char *name, const struct gt_buf *head,
                        bool (*more)(void *stream, struct gt_buf *piece),
                        void (*done)(void *stream), void *stream) GT_CHECK;

#endif
