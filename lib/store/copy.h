/*
 * Copying a store into an empty one of any kind: every table of the schema, every column as it is.
 *
 * The source is read in one state and must stay as it is.  What was copied is noted in the target
 * (table gt_copy) until the copy has ended, so one that was interrupted goes on where it was.
 */
#ifndef GT_STORE_COPY_H
#define GT_STORE_COPY_H

#include "store/db.h"

struct gt_copy {
    struct gt_db *from, *to; /* both of the schema's newest version */
    const char *folder;      /* of the migrations */
    const char *last; /* the table that is written last, with the copy's end: without its rows
                         nobody works on the target */
    bool anew;        /* what an unfinished copy has left goes first */
    /* Told after each page of rows: of `table`, and of all tables together. */
    void (*progress)(void *ctx, const char *table, int64_t rows, int64_t of);
    void *ctx;
    /* What came of it. */
    bool there;   /* the target held all of it already; nothing was written */
    bool resumed; /* it went on with a copy that had been begun */
    int tables;
    int64_t rows; /* of all tables */
};

/* Copies.  GT_ERR_EXISTS: the target has rows of its own.  GT_ERR_CHANGED: the source has changed,
 * since a copy was begun or while it ran.  Otherwise as gt_db_transact(); run it again, and it goes
 * on. */
enum gt_err gt_copy_run(struct gt_copy *copy) GT_CHECK;

/* Whether a copy into this store was begun and has not ended. */
enum gt_err gt_copy_begun(struct gt_db *db, bool *begun) GT_CHECK;

#endif
