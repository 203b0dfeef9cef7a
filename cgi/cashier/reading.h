/*
 * What the pages of meter readings share.
 */
#ifndef GT_CASHIER_READING_H
#define GT_CASHIER_READING_H

#include "cashier.h"
#include "till/reading.h"

/* Characters of numbers of routes and tasks. */
#define GT_READING_NO "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz.-_"

/* Shows a page with the words of readings. */
enum gt_err gt_reading_show(struct gt_page *page, const struct gt_actor *actor,
                            const char *name) GT_CHECK;
/* Sets <leaf>.Id, .Route, .Name, .Period, and how far it is. */
void gt_round_show(struct gt_page *page, const struct gt_round *round, const int64_t *counts,
                   const char *leaf);

#endif
