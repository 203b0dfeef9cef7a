/*
 * Keys in blocks: ids made by the program, hi/lo, never by the database.
 *
 * A process takes a block of numbers of a series in a transaction of its own and hands them out
 * from memory; what is left at its end is lost, which is a gap and no harm.
 */
#ifndef GT_STORE_KEY_H
#define GT_STORE_KEY_H

#include "store/db.h"

struct gt_keysrc; /* one a process and database; any thread may use it */

/* `block` numbers are taken at a time (simulation: few; service: 1000). */
enum gt_err gt_keysrc_new(struct gt_db *db, int block, struct gt_keysrc **src) GT_CHECK;
void gt_keysrc_free(struct gt_keysrc *src);

/* The next number, from 1, of the series `name` (static: "txn", "posting").  Must not be called
 * inside a transaction: it may run one.  As gt_db_transact(). */
enum gt_err gt_key_next(struct gt_keysrc *src, const char *name, int64_t *key) GT_CHECK;

#endif
