/*
 * How many calls may be in flight to one system, and the breaker that shuts it when it is down.
 */
#ifndef GT_LINK_BREAKER_H
#define GT_LINK_BREAKER_H

#include "base/clock.h"
#include "base/err.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

/* What a call tells about the system. */
enum gt_news {
    GT_NEWS_NONE, /* nothing: the call failed before it reached for the system */
    GT_NEWS_GOOD, /* a readable answer, a refusal too */
    GT_NEWS_BAD   /* not reached, silence, or an answer that cannot be read */
};

struct gt_breaker_limits {
    int slots;        /* calls in flight at most */
    int failures;     /* bad ones in a row that open the breaker */
    int64_t open_ms;  /* how long it stays open before a call may try */
    int64_t probe_ms; /* a try that told nothing for this long is taken for lost */
};

struct gt_breaker {
    struct gt_breaker_limits limits;
    const struct gt_clock *clock;
    pthread_mutex_t lock;
    pthread_cond_t changed; /* a slot is free, or the breaker opened */
    int in_flight;
    int bad; /* bad ones in a row */
    bool open;
    bool probing; /* open: a try is in flight */
    int64_t next; /* open: when the next try may go; probing: when this one is taken for lost */
};

/* In the caller's storage; `clock` is borrowed until gt_breaker_done().  GT_ERR_NOMEM. */
enum gt_err gt_breaker_init(struct gt_breaker *b, const struct gt_breaker_limits *limits,
                            const struct gt_clock *clock) GT_CHECK;
void gt_breaker_done(struct gt_breaker *b);

/* Takes a slot, waiting up to `wait_ms` of real time for one.  GT_ERR_BUSY: none came free, or the
 * breaker is open (at once).  Each GT_OK is followed by one gt_breaker_leave(). */
enum gt_err gt_breaker_admit(struct gt_breaker *b, int64_t wait_ms) GT_CHECK;
void gt_breaker_leave(struct gt_breaker *b);
/* Between the two: how the call went.  Gives whether that opened or closed the breaker. */
bool gt_breaker_report(struct gt_breaker *b, enum gt_news news);
/* A look at its state; either may be NULL. */
void gt_breaker_state(struct gt_breaker *b, bool *open, int *in_flight);

#endif
