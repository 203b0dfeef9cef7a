/*
 * Waiting for something while a service starts, without missing the signal that ends it.
 */
#ifndef GT_BASE_STOP_H
#define GT_BASE_STOP_H

#include <stdbool.h>
#include <stdint.h>

/* Waits `ms`; true if SIGTERM or SIGINT came, which all threads must have blocked. */
bool gt_stop_within(int64_t ms);

#endif
