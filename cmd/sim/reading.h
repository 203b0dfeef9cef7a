/*
 * Meter readings of the stand-in: which meters a reader gets, and what it takes of them.
 */
#ifndef GT_SIM_READING_H
#define GT_SIM_READING_H

#include "rules.h"

#include <stdio.h>

/* Answers TASKS and READINGS, into req->tasks.  `refuse_with` 0, or the code all is refused with.
 * Failures of the store. */
enum gt_err gt_sim_read(const struct gt_sim *sim, const struct gt_sg_request *req,
                        int64_t refuse_with, struct gt_sg_answer *ans) GT_CHECK;

/* What of readings is in the books, a line a task with tabs between: task, reading, operator, times
 * it came. */
enum gt_err gt_sim_readings_print(struct gt_db *db, FILE *out) GT_CHECK;

#endif
