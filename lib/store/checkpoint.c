/*
 * Checkpoints: moving what the write-ahead log holds into the database file.
 *
 * A thread of its own moves the bulk while the writer goes on, because that takes tens of
 * milliseconds.  But what is committed meanwhile is behind it in the log, and only a log that was
 * moved to its last page is begun anew instead of growing; so the writer itself moves the rest,
 * which is little, while it still has the turn and nobody can write.
 */
#include "store/sqlite.h"

#include <stdlib.h>

/* Pages in the log from which on it is moved, and how many more there must be before it is tried
 * again when a reader was in the way.  A longer log is moved less often, but then the disk is busy
 * for so long that sales wait (p99 at half load: 4 times the median at 4000, 40 at 16000). */
#define LOG_PAGES 4000
#define LOG_AGAIN 1000

enum mover_state {
    MOVER_IDLE,
    MOVER_WANTED, /* the writer has asked for it, or the thread is at it */
    MOVER_MOVED,  /* the bulk is through, the writer does the rest */
    MOVER_STOP
};

struct gt_mover {
    struct gt_conn *conn;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    enum mover_state state; /* under the lock */
    int threshold;          /* the writer's own */
};

void gt_log_move_inline(struct gt_conn *conn, int *threshold)
{
    int pages = gt_conn_log_pages(conn);
    if (pages < LOG_PAGES)
        *threshold = LOG_PAGES;
    if (pages < *threshold)
        return;
    bool whole = false;
    /* What is committed stays so; a failure has poisoned the database for the next call. */
    if (gt_conn_checkpoint(conn, &whole) == GT_OK && !whole)
        *threshold = pages + LOG_AGAIN;
}

static void *mover_main(void *arg)
{
    struct gt_mover *m = arg;
    pthread_mutex_lock(&m->lock);
    while (m->state != MOVER_STOP) {
        if (m->state != MOVER_WANTED) {
            pthread_cond_wait(&m->changed, &m->lock);
            continue;
        }
        pthread_mutex_unlock(&m->lock);
        bool whole;
        (void)!gt_conn_checkpoint(m->conn, &whole);
        pthread_mutex_lock(&m->lock);
        if (m->state == MOVER_WANTED)
            m->state = MOVER_MOVED;
    }
    pthread_mutex_unlock(&m->lock);
    return NULL;
}

enum gt_err gt_mover_start(struct gt_db *db, struct gt_mover **mover)
{
    struct gt_mover *m = calloc(1, sizeof(*m));
    if (!m)
        return gt_err_set(GT_ERR_NOMEM, "no memory for checkpoints");
    m->threshold = LOG_PAGES;
    enum gt_err err = gt_conn_open(db, GT_CONN_MOVER, &m->conn);
    if (err) {
        free(m);
        return err;
    }
    pthread_mutex_init(&m->lock, NULL);
    pthread_cond_init(&m->changed, NULL);
    int rc = pthread_create(&m->thread, NULL, mover_main, m);
    if (rc != 0) {
        gt_conn_close(m->conn);
        pthread_cond_destroy(&m->changed);
        pthread_mutex_destroy(&m->lock);
        free(m);
        return gt_err_sys(GT_ERR_NOMEM, rc, "cannot start checkpoints");
    }
    *mover = m;
    return GT_OK;
}

void gt_mover_stop(struct gt_mover *m)
{
    if (!m)
        return;
    pthread_mutex_lock(&m->lock);
    m->state = MOVER_STOP;
    pthread_mutex_unlock(&m->lock);
    pthread_cond_signal(&m->changed);
    pthread_join(m->thread, NULL);
    gt_conn_close(m->conn);
    pthread_cond_destroy(&m->changed);
    pthread_mutex_destroy(&m->lock);
    free(m);
}

void gt_mover_poll(struct gt_mover *m, struct gt_conn *writer)
{
    int pages = gt_conn_log_pages(writer);
    if (pages < LOG_PAGES)
        m->threshold = LOG_PAGES; /* it was begun anew */
    bool due = pages >= m->threshold, rest = false, wake = false;
    pthread_mutex_lock(&m->lock);
    if (m->state == MOVER_MOVED) {
        rest = due;
        m->state = MOVER_IDLE;
    } else if (m->state == MOVER_IDLE && due) {
        wake = true;
        m->state = MOVER_WANTED;
    }
    pthread_mutex_unlock(&m->lock);
    if (wake)
        pthread_cond_signal(&m->changed);
    bool whole = true;
    if (rest && gt_conn_checkpoint(writer, &whole) == GT_OK && !whole)
        m->threshold = pages + LOG_AGAIN;
}
