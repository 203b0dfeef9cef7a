/*
 * Slots and breaker of one system, under one lock.
 *
 * A slot is anonymous: leave() does not say which call it was.  So a try of an open breaker ends
 * with the next report of any call, with the last call in flight, or after probe_ms, whichever is
 * first; a caller that left without calling cannot keep the breaker open for ever.
 *
 * An answer that cannot be read counts as bad, like silence: each leaves a sale in doubt, and a
 * gateway's error page in front of a dead system looks just so.  One readable answer between them
 * sets the count back, so the odd customer who makes upstream fail does not shut it for everybody.
 */
#include "link/breaker.h"

#include <errno.h>
#include <time.h>

static int64_t mono(const struct gt_breaker *b)
{
    return b->clock->mono(b->clock->ctx);
}

enum gt_err gt_breaker_init(struct gt_breaker *b, const struct gt_breaker_limits *limits,
                            const struct gt_clock *clock)
{
    pthread_condattr_t attr;
    *b = (struct gt_breaker){.limits = *limits, .clock = clock};
    if (pthread_mutex_init(&b->lock, NULL) != 0)
        return gt_err_set(GT_ERR_NOMEM, "cannot make a mutex");
    if (pthread_condattr_init(&attr) != 0)
        goto fail;
    /* Waiting is real time that must not jump when the wall clock is set. */
    int rc = pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    if (rc == 0)
        rc = pthread_cond_init(&b->changed, &attr);
    pthread_condattr_destroy(&attr);
    if (rc == 0)
        return GT_OK;
fail:
    pthread_mutex_destroy(&b->lock);
    return gt_err_set(GT_ERR_NOMEM, "cannot make a condition variable");
}

void gt_breaker_done(struct gt_breaker *b)
{
    pthread_cond_destroy(&b->changed);
    pthread_mutex_destroy(&b->lock);
}

static struct timespec deadline_in(int64_t ms)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    t.tv_sec += (time_t)(ms / 1000);
    t.tv_nsec += (long)(ms % 1000) * 1000000L;
    if (t.tv_nsec >= 1000000000L) {
        t.tv_sec++;
        t.tv_nsec -= 1000000000L;
    }
    return t;
}

/* Whether the breaker lets a call through now.  Under the lock. */
static bool passable(const struct gt_breaker *b)
{
    return !b->open || mono(b) >= b->next;
}

enum gt_err gt_breaker_admit(struct gt_breaker *b, int64_t wait_ms)
{
    enum gt_err err = GT_OK;
    pthread_mutex_lock(&b->lock);
    if (passable(b) && b->in_flight >= b->limits.slots && wait_ms > 0) {
        struct timespec until = deadline_in(wait_ms);
        while (passable(b) && b->in_flight >= b->limits.slots)
            if (pthread_cond_timedwait(&b->changed, &b->lock, &until) == ETIMEDOUT)
                break;
    }
    if (!passable(b)) {
        err = gt_err_set(GT_ERR_BUSY, "the breaker is open");
    } else if (b->in_flight >= b->limits.slots) {
        err = gt_err_set(GT_ERR_BUSY, "all %d slots are taken", b->limits.slots);
    } else {
        b->in_flight++;
        if (b->open) {
            b->probing = true;
            b->next = mono(b) + b->limits.probe_ms;
        }
    }
    pthread_mutex_unlock(&b->lock);
    return err;
}

void gt_breaker_leave(struct gt_breaker *b)
{
    pthread_mutex_lock(&b->lock);
    b->in_flight--;
    if (b->probing && b->in_flight == 0) {
        b->probing = false;
        b->next = mono(b);
    }
    pthread_cond_signal(&b->changed);
    pthread_mutex_unlock(&b->lock);
}

/* Under the lock. */
static bool note_good(struct gt_breaker *b)
{
    bool changed = b->open;
    b->bad = 0;
    b->open = false;
    b->probing = false;
    return changed;
}

/* Under the lock. */
static bool note_bad(struct gt_breaker *b)
{
    bool changed = false;
    if (b->bad < b->limits.failures)
        b->bad++;
    if (b->open) {
        b->next = mono(b) + b->limits.open_ms;
        b->probing = false;
    } else if (b->bad >= b->limits.failures) {
        b->open = true;
        b->probing = false;
        b->next = mono(b) + b->limits.open_ms;
        changed = true;
        pthread_cond_broadcast(&b->changed);
    }
    return changed;
}

bool gt_breaker_report(struct gt_breaker *b, enum gt_news news)
{
    bool changed = false;
    pthread_mutex_lock(&b->lock);
    if (news == GT_NEWS_GOOD)
        changed = note_good(b);
    else if (news == GT_NEWS_BAD)
        changed = note_bad(b);
    pthread_mutex_unlock(&b->lock);
    return changed;
}

void gt_breaker_state(struct gt_breaker *b, bool *open, int *in_flight)
{
    pthread_mutex_lock(&b->lock);
    if (open != NULL)
        *open = b->open;
    if (in_flight != NULL)
        *in_flight = b->in_flight;
    pthread_mutex_unlock(&b->lock);
}
