/*
 * Rows that wait to be written together; see later.c.  Known to tx.c, row.c and the ODBC backend.
 */
#ifndef GT_STORE_LATER_H
#define GT_STORE_LATER_H

#include "base/buf.h"
#include "store/row.h"

#define GT_LATER_MAX  12
#define GT_LATER_VALS 400
#define GT_LATER_SEEN 32

/* An insert, a save or a removal, which must change one row. */
struct gt_write {
    const struct gt_stmt *const *stmt;
    const struct gt_row *def;
    int64_t id;
    const void *row; /* as it is to be read from now on; NULL: it is removed.  Borrowed by put() */
    size_t nvals;
    size_t first, copy; /* where its values and its copy are */
};

struct gt_later {
    int n;
    struct gt_write writes[GT_LATER_MAX];
    size_t nvals;
    struct gt_val vals[GT_LATER_VALS];
    struct gt_buf data;
    /* Rows that this transaction has read or written, the last ones. */
    struct {
        const struct gt_row *def;
        int64_t id;
    } seen[GT_LATER_SEEN];
    unsigned nseen;
};

enum gt_err gt_later_new(struct gt_later **later) GT_CHECK;
void gt_later_free(struct gt_later *later);
/* Forgets what waits; and, at the end of a transaction, what it has seen. */
void gt_later_reset(struct gt_later *later);
void gt_later_end(struct gt_later *later);
/* Notes that the transaction has read a row; whether it did, as far as is remembered. */
void gt_later_saw(struct gt_later *later, const struct gt_row *def, int64_t id);
bool gt_later_has_seen(const struct gt_later *later, const struct gt_row *def, int64_t id);
/* The waiting write of a row; NULL if there is none. */
const struct gt_write *gt_later_find(const struct gt_later *later, const struct gt_row *def,
                                     int64_t id);
/* Whether a statement names a table of which a row waits. */
bool gt_later_touches(const struct gt_later *later, const char *sql);
/* Whether a write may wait with the others: there is room, none of them is of the same row, and an
 * insert takes no key that a save or a removal before it gives free, for they come in no order. */
bool gt_later_fits(const struct gt_later *later, const struct gt_write *write);
/* Copies a write and its values. */
enum gt_err gt_later_put(struct gt_later *later, const struct gt_write *write,
                         const struct gt_val *vals) GT_CHECK;
/* Before sending: the texts of the values are where they are told to be. */
void gt_later_settle(struct gt_later *later);

#endif
