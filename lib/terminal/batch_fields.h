/*
 * Elements of batches and slips, which several operations share; only for the files of this folder.
 */
#ifndef GT_TERMINAL_BATCH_FIELDS_H
#define GT_TERMINAL_BATCH_FIELDS_H

#include "books/batch_sum.h"
#include "books/remit.h"
#include "terminal/call.h"

/* BatchNo, BatchDate, Closed. */
void gt_put_batch(struct gt_buf *out, const struct gt_batch *batch);
/* A <Total> for each operation that the contract knows. */
void gt_put_totals(struct gt_buf *out, const struct gt_batch_total *totals, size_t n);
/* <Remittance>: a slip, called `name`. */
void gt_put_slip(struct gt_buf *out, const struct gt_slip *slip, const char *name);

/* What the operator is called where slips are made and the operation log is written; `logger` is
 * for `by`. */
enum gt_err gt_call_by(const struct gt_call *call, struct gt_logger *logger,
                       struct gt_by *by) GT_CHECK;
/* The key of the slip that this trace number of the terminal makes. */
#define GT_CALL_KEY 48
void gt_call_key(const struct gt_call *call, int64_t trace_no, char key[GT_CALL_KEY]);

#endif
