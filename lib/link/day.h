/*
 * The day statement of a marketing system: a file of lines, told by the definition.
 *
 * The definition says where the file lies behind the system's address, how its lines are cut into
 * columns and what each column is.  The file is foreign bytes: everything in it is bounded, and
 * what cannot be read is told with the number of its line.
 */
#ifndef GT_LINK_DAY_H
#define GT_LINK_DAY_H

#include "link/upstream.h"

/* Columns of a line, and bytes of one, that are looked at. */
#define GT_DAY_COLUMNS  64
#define GT_DAY_LINE_MAX 4096

enum gt_day_column {
    GT_DAY_COL_NONE,
    GT_DAY_COL_SERIAL, /* our transaction number */
    GT_DAY_COL_ORIG,   /* of a reversal: the serial it takes back */
    GT_DAY_COL_REF,
    GT_DAY_COL_CUSTOMER,
    GT_DAY_COL_KIND,  /* map: sale, reversal */
    GT_DAY_COL_STATE, /* map: posted, reversed */
    GT_DAY_COL_AMOUNT,
    GT_DAY_COL_FEE,
    GT_DAY_COL_DATE,
    GT_DAY_COL_COUNT, /* of the head: lines behind it */
    GT_DAY_COL__MAX
};

struct gt_map;
/* What one column holds. */
struct gt_day_cell {
    enum gt_day_column column; /* NONE: nothing we want */
    bool fen;                  /* amounts are in fen, not in yuan */
    const struct gt_map *map;
};

/* How the file is written.  `path` is "" where the system has no statement. */
struct gt_day_format {
    char path[128]; /* behind the address; {date} stands for yyyymmdd */
    bool gbk;       /* GBK, in whose characters any ASCII byte from '@' on may be; else UTF-8 */
    char delimiter;
    bool head; /* the first line is one of its own: */
    struct gt_day_cell heads[GT_DAY_COLUMNS];
    struct gt_day_cell cells[GT_DAY_COLUMNS];
    int ncells; /* a line has at least so many columns */
    int nheads;
    int64_t bytes_max; /* a longer file is refused */
};

/* Goes through the file at `path`, the statement of `date`, and calls `fn` for each line; as
 * `lines` of upstream.h. */
enum gt_err gt_day_read(const struct gt_day_format *format, int64_t date, const char *path,
                        gt_up_line_fn fn, void *arg) GT_CHECK;

#endif
