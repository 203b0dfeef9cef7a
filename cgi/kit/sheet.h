/*
 * A list as a file: exactly what is filtered, as CSV or, with `as=xlsx` in the address, as XLSX.
 *
 * A list says what its columns are and gives rows, some hundred a call, each call in a read of its
 * own: no read of the store is open while a slow client takes what was sent.  CSV is sent while it
 * is made, however long it gets.  XLSX is one compressed file, so it is made first, on disk, and
 * has an end to its rows.
 *
 *     static const char *const columns[] = {"code", "name", "limit", NULL};
 *
 *     static enum gt_err rows(struct gt_sheet *sheet, void *list, bool *more)
 *     {
 *         …read…
 *         gt_cell_text(sheet, org->code);    a row ends with its last column
 *         gt_cell_text(sheet, org->name);
 *         gt_cell_money(sheet, limit);
 *     }
 */
#ifndef GT_KIT_SHEET_H
#define GT_KIT_SHEET_H

#include "kit/page.h"

/* Rows of an XLSX file at most: some two seconds' work. */
#define GT_XLSX_ROWS_MAX 20000

struct gt_sheet;

struct gt_sheet_source {
    const char *file;           /* name of the file, without what tells its kind */
    const char *words;          /* the heads are the words "<words>.<column>" */
    const char *const *columns; /* ended by NULL */
    /* Puts the rows that follow; `*more` is true until it is told otherwise.  Called after the page
     * function returned: nothing of the page may be used, all it needs is in `list`. */
    enum gt_err (*rows)(struct gt_sheet *sheet, void *list, bool *more);
    void (*done)(void *list); /* frees `list` */
};

/* Makes the reply the file; `source` is static, `list` is taken whatever happens.  More rows than
 * XLSX may have: a message on the list's page instead, the one that the route is under. */
enum gt_err gt_sheet_send(struct gt_page *page, const struct gt_sheet_source *source,
                          void *list) GT_CHECK;

/* The next cell of the row.  Text that looks like a formula stays text; a word is one of the
 * language that the page was in; nothing for a time of 0. */
void gt_cell_text(struct gt_sheet *sheet, const char *text);
void gt_cell_word(struct gt_sheet *sheet, const char *word);
void gt_cell_int(struct gt_sheet *sheet, int64_t value);
void gt_cell_money(struct gt_sheet *sheet, int64_t fen);
void gt_cell_time(struct gt_sheet *sheet, int64_t ms);

#endif
