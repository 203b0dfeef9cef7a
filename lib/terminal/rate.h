/*
 * How many requests a second a terminal may make.
 */
#ifndef GT_TERMINAL_RATE_H
#define GT_TERMINAL_RATE_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

struct gt_rate; /* one a process; any thread may use it */

/* `per_second` requests of one terminal, and as many at once; 0: no limit. */
enum gt_err gt_rate_new(int64_t per_second, struct gt_rate **rate) GT_CHECK;
void gt_rate_free(struct gt_rate *rate);

/* Whether one more request of the terminal with this id is within its rate at `now_ms`, of a clock
 * that never goes back; it is counted if so. */
bool gt_rate_take(struct gt_rate *rate, int64_t terminal_id, int64_t now_ms) GT_CHECK;

#endif
