/*
 * Reading CSV (RFC 4180) that people made with a spreadsheet.
 */
#ifndef GT_BASE_CELLS_H
#define GT_BASE_CELLS_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

/* A text that is read a line at a time. */
struct gt_cells {
    char *at;      /* what is left of the text: changed while it is read, owned by the caller */
    size_t number; /* of the line that was read last, from 1; one with line ends in it counts once
                      for each of them */
    size_t next;   /* of the one that follows */
};

/* Begins with a text of UTF-8; the mark that spreadsheets put in front is passed over. */
void gt_cells_begin(struct gt_cells *cells, char *text);
/* Reads the next line that is not empty into `cell`, `most` at most, blanks around them cut off;
 * `*n` is 0 behind the last line.  Cells point into the text.  GT_ERR_SYNTAX: a quote is not
 * closed, or something follows one; GT_ERR_TOOBIG: more cells. */
enum gt_err gt_cells_next(struct gt_cells *cells, char **cell, size_t most, size_t *n) GT_CHECK;

#endif
