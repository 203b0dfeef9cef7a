/*
 * Rows that wait to be written together; see later.c.  Known to tx.c, row.c and the ODBC backend.
 */
#ifndef GT_STORE_LATER_H
#define GT_STORE_LATER_H

#include "base/buf.h"
#include "store/internal.h"
#include "store/row.h"

/* A row's values as a statement binds them; texts are the struct's own and the seal. */
#define GT_ROW_VALS_MAX 64
struct gt_row_vals {
    struct gt_val vals[GT_ROW_VALS_MAX];
    size_t n;
    char seal[GT_SHA256_HEX];
};

/* (row.c) The values of a write, its seal made; `row` NULL if it is removed. */
enum gt_err gt_row_vals(struct gt_hmac *hmac, const struct gt_row *def, enum gt_write_kind kind,
                        int64_t id, int64_t version, const void *row,
                        struct gt_row_vals *out) GT_CHECK;
/* The statement that binds them. */
const struct gt_stmt *const *gt_row_stmt(const struct gt_row *def, enum gt_write_kind kind);
/* GT_ERR_CHANGED with its words. */
enum gt_err gt_row_changed(const struct gt_row *def, int64_t id);

#define GT_LATER_MAX  1000
#define GT_LATER_SEEN 32

/* An insert, a save or a removal, which must change one row. */
struct gt_write {
    enum gt_write_kind kind;
    const struct gt_row *def;
    int64_t id;
    int64_t version; /* that the row must have; 0: any.  Of a save and a removal */
    size_t copy;     /* where the struct is, as it is to be; not of a removal */
};

struct gt_later {
    int n, most;
    struct gt_write writes[GT_LATER_MAX];
    short slots[2 * GT_LATER_MAX]; /* by table and id: index + 1, or 0 */
    struct gt_buf data;
    /* What the callback that runs now has changed of those that waited before it. */
    struct {
        int at;
        struct gt_write before;
    } undo[GT_LATER_MAX];
    int nundo, part; /* `part`: the first write of that callback */
    bool sent;       /* and whether some of what waited was sent since it began */
    /* Rows that it has read or written, the last ones. */
    struct {
        const struct gt_row *def;
        int64_t id;
    } seen[GT_LATER_SEEN];
    unsigned nseen;
};

/* `most` writes wait at once. */
enum gt_err gt_later_new(int most, struct gt_later **later) GT_CHECK;
void gt_later_free(struct gt_later *later);
/* Forgets what waits; and, at the end of a transaction, what it has seen. */
void gt_later_reset(struct gt_later *later);
void gt_later_end(struct gt_later *later);
/* Another callback begins in the same transaction.  What it has changed since is taken back by
 * undo(); false if some of that was sent already. */
void gt_later_part(struct gt_later *later);
bool gt_later_undo(struct gt_later *later);
/* Notes that the transaction has read a row; whether it did, as far as is remembered. */
void gt_later_saw(struct gt_later *later, const struct gt_row *def, int64_t id);
bool gt_later_has_seen(const struct gt_later *later, const struct gt_row *def, int64_t id);
/* The waiting write of a row; NULL if there is none. */
const struct gt_write *gt_later_find(const struct gt_later *later, const struct gt_row *def,
                                     int64_t id);
/* The struct as a write leaves it; borrowed until the next put. */
const void *gt_later_row(const struct gt_later *later, const struct gt_write *write);
/* Whether a statement names a table of which a row waits. */
bool gt_later_touches(const struct gt_later *later, const char *sql);
/* Whether a write may wait with the others: there is room, and it can be made one with what waits
 * of the same row. */
bool gt_later_fits(const struct gt_later *later, const struct gt_write *write);
/* Copies a write and its row (NULL if it is removed). */
enum gt_err gt_later_put(struct gt_later *later, const struct gt_write *write,
                         const void *row) GT_CHECK;

#endif
