/*
 * The stand-in's books for people and for comparing: lists, totals, differences.
 */
#ifndef GT_SIM_BOOKS_H
#define GT_SIM_BOOKS_H

#include "store/db.h"

#include <stdio.h>

/* Writes a line a transaction (serial, operation, customer, amount, fee, state, purchase count,
 * with tabs between) and totals by operation, or the same as one JSON object.  `date` is an
 * accounting date, 0 for all. */
enum gt_err gt_sim_books_print(struct gt_db *db, int64_t date, bool json, FILE *out) GT_CHECK;

/* Compares the books with the platform's, a file of lines
 * serial<TAB>operation<TAB>customer<TAB>yuan<TAB>posted|declined|reversed|pending.  Only operations
 * that move money count.  What was declined may be refused or absent here; what is pending is a
 * difference always.  Writes a line a difference and gives how many.  GT_ERR_SYNTAX with the line,
 * GT_ERR_IO. */
enum gt_err gt_sim_books_compare(struct gt_db *db, const char *path, FILE *out,
                                 int64_t *differences) GT_CHECK;

#endif
