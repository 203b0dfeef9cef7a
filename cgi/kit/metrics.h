/*
 * What a handler counts about itself, in Prometheus text.
 */
#ifndef GT_KIT_METRICS_H
#define GT_KIT_METRICS_H

#include "base/buf.h"

#include <stdint.h>

struct gt_metrics; /* any thread may use it */

enum gt_err gt_metrics_new(struct gt_metrics **metrics) GT_CHECK;
void gt_metrics_free(struct gt_metrics *metrics);

/* Counts a request.  `operation` and `class` are static names of letters and '_'; of each the
 * first 32 and 8 that come are counted. */
void gt_metrics_count(struct gt_metrics *metrics, const char *operation, const char *class,
                      int64_t microseconds);

/* Appends gridtill_requests_total and gridtill_request_seconds. */
void gt_metrics_write(struct gt_metrics *metrics, struct gt_buf *out);

/* Appends a figure of another room, with its help and type: "counter" or "gauge". */
void gt_metrics_put_head(struct gt_buf *out, const char *name, const char *type, const char *help);

#endif
