/*
 * The watch over threads that wait for a server.
 *
 * A frozen server is waited for without end: no time-out of the driver helps.  So who has waited
 * too long, or longer than the terminal will, has its link cut and goes on as after any lost link.
 * Where the link is not known, or the driver does not come back all the same, the process ends, and
 * the journal settles the rest when it has started anew; that is why this file, and no other of the
 * library, ends the process.
 */
#include "base/clock.h"
#include "base/log.h"
#include "store/odbc.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

/* As a process ends whose store cannot be trusted any more (sysexits.h, EX_SOFTWARE). */
#define EXIT_STUCK 70

#define EVERY_MS 100
/* What a thread gets of the server even if its limit is over. */
#define LEAST_MS 200
/* When all links have been waiting so long, the server is taken for away. */
#define SILENT_MS 1000

struct gt_watch {
    struct gt_odbc *odbc;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool stop;
};

/* What the watch finds when it looks around. */
struct view {
    bool stuck; /* a thread cannot be got back */
    int cut;    /* links cut just now */
    int links, silent;
};

/* When the link of a thread that has been in the driver since `since` is to be cut. */
static int64_t cut_at(const struct gt_odbc *o, const struct gt_odbc_conn *c, int64_t since)
{
    int64_t at = since + o->stuck_ms / 3;
    int64_t limit = c->limit > since + LEAST_MS ? c->limit : since + LEAST_MS;
    return c->limit && limit < at ? limit : at;
}

static void look_around(struct gt_odbc *o, struct view *view)
{
    const struct gt_clock *clock = gt_clock_system();
    int64_t now = clock->mono(clock->ctx);
    *view = (struct view){.stuck = false};
    pthread_mutex_lock(&o->lock);
    for (struct gt_odbc_conn *c = o->all; c; c = c->other) {
        int64_t since = atomic_load_explicit(&c->since, memory_order_relaxed);
        view->links++;
        view->silent += since && now - since >= SILENT_MS;
        view->stuck = view->stuck || (since && now - since > o->stuck_ms);
        if (since && !c->cut && now >= cut_at(o, c, since)) {
            /* Before the thread comes back and asks. */
            gt_away_begin(o, "it does not answer");
            c->cut = gt_wire_cut(c);
            view->cut += c->cut;
        }
    }
    pthread_mutex_unlock(&o->lock);
}

static void look(struct gt_odbc *o)
{
    struct view view;
    look_around(o, &view);
    if (view.stuck) {
        gt_log(GT_LOG_ERROR, "store.stuck", "why=\"the server has not answered for %d ms\"",
               o->stuck_ms);
        _exit(EXIT_STUCK);
    }
    if (view.cut && !gt_away(o))
        gt_log(GT_LOG_WARN, "store.cut", "links=%d why=\"no answer in time\"", view.cut);
    atomic_fetch_add(&o->db->cuts, view.cut);
    if (view.links && view.silent == view.links)
        gt_away_begin(o, "it does not answer");
}

static void *watch_main(void *arg)
{
    struct gt_watch *w = arg;
    pthread_mutex_lock(&w->lock);
    while (!w->stop) {
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_nsec += EVERY_MS * 1000000L;
        if (until.tv_nsec >= 1000000000L) {
            until.tv_nsec -= 1000000000L;
            until.tv_sec++;
        }
        pthread_cond_timedwait(&w->wake, &w->lock, &until);
        if (!w->stop)
            look(w->odbc);
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
