/*
 * The watch over threads that wait for a server.
 *
 * A frozen server is waited for without end: no time-out of the driver helps, and a thread inside
 * it cannot be got back.  So the process ends, and the journal settles the rest when it has started
 * anew; that is why this file, and no other of the library, ends the process.
 */
#include "base/clock.h"
#include "base/log.h"
#include "store/odbc.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

/* As a process ends whose store cannot be trusted any more (sysexits.h, EX_SOFTWARE). */
#define EXIT_STUCK 70

struct gt_watch {
    struct gt_odbc *odbc;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool stop;
};

/* Whether any thread is in the driver for too long. */
static bool any_stuck(struct gt_odbc *o)
{
    const struct gt_clock *clock = gt_clock_system();
    int64_t now = clock->mono(clock->ctx);
    bool stuck = false;
    pthread_mutex_lock(&o->lock);
    for (struct gt_odbc_conn *c = o->all; c; c = c->other) {
        int64_t since = atomic_load_explicit(&c->since, memory_order_relaxed);
        stuck = stuck || (since && now - since > o->stuck_ms);
    }
    pthread_mutex_unlock(&o->lock);
    return stuck;
}

static void *watch_main(void *arg)
{
    struct gt_watch *w = arg;
    int every = w->odbc->stuck_ms / 10 < 1000 ? w->odbc->stuck_ms / 10 + 1 : 1000;
    pthread_mutex_lock(&w->lock);
    while (!w->stop) {
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_sec += every / 1000;
        until.tv_nsec += every % 1000 * 1000000L;
        if (until.tv_nsec >= 1000000000L) {
            until.tv_nsec -= 1000000000L;
            until.tv_sec++;
        }
        pthread_cond_timedwait(&w->wake, &w->lock, &until);
        if (!w->stop && any_stuck(w->odbc)) {
            gt_log(GT_LOG_ERROR, "store.stuck", "why=\"the server has not answered for %d ms\"",
                   w->odbc->stuck_ms);
            _exit(EXIT_STUCK);
        }
    }
    pthread_mutex_unlock(&w->lock);
    return NULL;
}

enum gt_err gt_watch_start(struct gt_odbc *o, struct gt_watch **watch)
{
    struct gt_watch *w = calloc(1, sizeof(*w));
    pthread_condattr_t attr;
    if (!w)
        return gt_err_set(GT_ERR_NOMEM, "no memory for the watch");
    w->odbc = o;
    pthread_mutex_init(&w->lock, NULL);
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&w->wake, &attr);
    pthread_condattr_destroy(&attr);
    int rc = pthread_create(&w->thread, NULL, watch_main, w);
    if (rc != 0) {
        pthread_cond_destroy(&w->wake);
        pthread_mutex_destroy(&w->lock);
        free(w);
        return gt_err_sys(GT_ERR_NOMEM, rc, "cannot start the watch");
    }
    *watch = w;
    return GT_OK;
}

void gt_watch_stop(struct gt_watch *w)
{
    if (!w)
        return;
    pthread_mutex_lock(&w->lock);
    w->stop = true;
    pthread_mutex_unlock(&w->lock);
    pthread_cond_signal(&w->wake);
    pthread_join(w->thread, NULL);
    pthread_cond_destroy(&w->wake);
    pthread_mutex_destroy(&w->lock);
    free(w);
}
