/*
 * A pool of connections: a few warm ones serve hundreds of threads.
 *
 * It knows only items on a list, not what they are; opening and closing them is its users' work.
 */
#include "store/internal.h"

#include <errno.h>
#include <time.h>

void gt_pool_init(struct gt_pool *p, int most)
{
    pthread_condattr_t attr;
    p->idle = NULL;
    p->opened = 0;
    p->most = most;
    pthread_mutex_init(&p->lock, NULL);
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&p->free, &attr);
    pthread_condattr_destroy(&attr);
}

void gt_pool_done(struct gt_pool *p)
{
    pthread_cond_destroy(&p->free);
    pthread_mutex_destroy(&p->lock);
}

/* Waits for something to come free; false when the time is over.  Under the lock. */
static bool pool_wait(struct gt_pool *p, const struct timespec *until)
{
    if (until)
        return pthread_cond_timedwait(&p->free, &p->lock, until) != ETIMEDOUT;
    pthread_cond_wait(&p->free, &p->lock);
    return true;
}

enum gt_err gt_pool_get(struct gt_pool *p, int wait_ms, struct gt_pool_item **item)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += wait_ms / 1000;
    until.tv_nsec += wait_ms % 1000 * 1000000L;
    if (until.tv_nsec >= 1000000000L) {
        until.tv_nsec -= 1000000000L;
        until.tv_sec++;
    }
    bool in_time = true;
    pthread_mutex_lock(&p->lock);
    while (!p->idle && p->opened == p->most && in_time)
        in_time = pool_wait(p, wait_ms < 0 ? NULL : &until);
    bool got = p->idle || p->opened < p->most;
    if (got) {
        *item = p->idle;
        if (p->idle)
            p->idle = p->idle->next;
        else
            p->opened++;
    }
    pthread_mutex_unlock(&p->lock);
    return got ? GT_OK
               : gt_err_set(GT_ERR_BUSY, "all %d connections were busy for %d ms", p->most,
                            wait_ms);
}

void gt_pool_put(struct gt_pool *p, struct gt_pool_item *item)
{
    pthread_mutex_lock(&p->lock);
    item->next = p->idle;
    p->idle = item;
    pthread_mutex_unlock(&p->lock);
    pthread_cond_signal(&p->free);
}

void gt_pool_drop(struct gt_pool *p)
{
    pthread_mutex_lock(&p->lock);
    p->opened--;
    pthread_mutex_unlock(&p->lock);
    pthread_cond_signal(&p->free);
}

struct gt_pool_item *gt_pool_take(struct gt_pool *p)
{
    pthread_mutex_lock(&p->lock);
    struct gt_pool_item *item = p->idle;
    if (item)
        p->idle = item->next;
    pthread_mutex_unlock(&p->lock);
    return item;
}
