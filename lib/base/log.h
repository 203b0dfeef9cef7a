/*
 * The service log: a file, a line an event, one write(2) a line.
 *
 *   2026-11-22T14:03:05.123+08:00 info terminal.fcgi[812] req=5f0c… recharge.posted txn=… amount=…
 *
 * Event names are `what.happened`; behind them key=value pairs.  No secrets; names and card numbers
 * are masked by the caller (text.h).  Control characters are escaped, a line is at most 2 KiB.
 */
#ifndef GT_BASE_LOG_H
#define GT_BASE_LOG_H

#include "base/err.h"

enum gt_log_level { GT_LOG_DEBUG, GT_LOG_INFO, GT_LOG_WARN, GT_LOG_ERROR, GT_LOG__MAX };

/* Room for a request id with its end. */
#define GT_REQUEST_ID_MAX 40

/* Opens `path` for appending (NULL: standard error) and names this service in every line.  Until
 * then lines go to standard error.  GT_ERR_IO. */
enum gt_err gt_log_open(const char *path, const char *service, int tz_minutes) GT_CHECK;
/* Opens the same path anew, for rotation: called by main when SIGHUP arrived. */
enum gt_err gt_log_reopen(void) GT_CHECK;
/* Lines below this level are dropped; the default is GT_LOG_INFO. */
void gt_log_level(enum gt_log_level least);
/* The request id that this thread's lines carry from now on; "" for none.  Copied. */
void gt_log_request(const char *id);
const char *gt_log_request_id(void);

/* Writes a line.  `event` is a fixed name; the rest is a printf text of key=value pairs, ""
 * allowed. */
void gt_log(enum gt_log_level level, const char *event, const char *fmt, ...) GT_PRINTF(3, 4);
/* Writes a line about a failure: its name and this thread's context, at level error.  `event` is
 * static.  Of the same failure at most 5 lines a second are written; left_out=N in the next one
 * says how many were not. */
void gt_log_err(const char *event, enum gt_err err);

#endif
