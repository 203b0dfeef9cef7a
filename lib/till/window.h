/*
 * A window: the cashier page of one operator, as a terminal.
 *
 * Its trace numbers are what keeps a page's order from being taken twice, so it is a terminal like
 * any other, bound to its operator.  It is made when the page is first used; nobody knows its
 * secret, and the terminal interface does not take it (terminal/contract.c).
 */
#ifndef GT_TILL_WINDOW_H
#define GT_TILL_WINDOW_H

#include "access/by.h"
#include "access/terminal.h"

/* Finds the window of by->user_id, or makes it; `actor` is who collects there, as of now.
 * actor->user.id is 0 if they may not (gt_actor_load()); whether the window is disabled is for the
 * caller to look at.  GT_ERR_ABSENT: no such user. */
enum gt_err gt_window_open(const struct gt_by *by, struct gt_actor *actor) GT_CHECK;

/* A trace number of a window that was never given before: the time, and a number besides, so that
 * they go up. */
enum gt_err gt_window_trace(const struct gt_by *by, int64_t *trace_no) GT_CHECK;

#endif
