/*
 * How long this thread's current work may still take: set where a request comes in, read wherever
 * something is waited for.
 */
#ifndef GT_BASE_LIMIT_H
#define GT_BASE_LIMIT_H

#include <stdint.h>

/* Kept of the time for an answer to write and send it, and for a store that does not answer: it is
 * left a little after the work should have ended (lib/store/watch.c). */
#define GT_LIMIT_MARGIN_MS 500

/* The work ends at `at`, milliseconds of the system's monotonic clock; 0: it takes what it takes.
 */
void gt_limit_set(int64_t at);
/* The end; 0 if there is none. */
int64_t gt_limit(void);
/* `ms`, or less where the work must end sooner; never below 0. */
int64_t gt_limit_wait(int64_t ms);

#endif
