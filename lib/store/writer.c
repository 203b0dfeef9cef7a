/*
 * The writer thread: group commit.
 *
 * Waiting callbacks of a process go together into one SQLite transaction, and one sync makes all of
 * them durable; the next group gathers while the disk works.  The turn among processes is taken
 * before the group is, so that who waits for another process gathers too, and a callback that
 * nobody has begun can still be taken back when its time is over.
 *
 * One that fails must not take the others along.  That seldom happens, and savepoints cost a copy
 * of each page, so a group is first run without; if one failed, all is undone and run again with
 * each in a savepoint.  Errors that end the whole SQLite transaction (a full disk, no memory) harm
 * whoever shares it; then each callback is run in a transaction of its own.
 */
#include "base/step.h"
#include "store/sqlite.h"

#include <errno.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* Callbacks in one commit at most: bounds how long a commit lasts and how much is dirty. */
#define GROUP_MAX 256

/* A callback that waits; lives on the stack of who called gt_db_transact(). */
struct job {
    gt_db_fn fn;
    void *arg;
    struct job *next, *prev; /* in the queue; under the writer's lock */
    bool queued;             /* nobody has begun it; under the writer's lock */
    enum gt_err err;
    char text[GT_ERR_TEXT_MAX]; /* the failure's context, made on the writer's thread */
    atomic_bool ended;          /* orders the result before its reading; `done` wakes */
    sem_t done;
};

struct gt_writer {
    struct gt_db *db;
    struct gt_conn *conn;
    struct gt_mover *mover;
    struct gt_turn turn;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t work;
    struct job *first, *last;
    int waiting;   /* jobs in the queue */
    bool sleeping; /* the thread waits for work */
    bool stop;
    struct job *group[GROUP_MAX]; /* the thread's own */
};

/* --- the queue -------------------------------------------------------------------------------- */

static void queue_put(struct gt_writer *w, struct job *job)
{
    pthread_mutex_lock(&w->lock);
    job->prev = w->last;
    if (w->last)
        w->last->next = job;
    else
        w->first = job;
    w->last = job;
    job->queued = true;
    w->waiting++;
    if (w->waiting > atomic_load_explicit(&w->db->queue_max, memory_order_relaxed))
        atomic_store_explicit(&w->db->queue_max, w->waiting, memory_order_relaxed);
    bool wake = w->sleeping;
    w->sleeping = false;
    pthread_mutex_unlock(&w->lock);
    if (wake)
        pthread_cond_signal(&w->work);
}

/* Under the lock. */
static void queue_remove(struct gt_writer *w, struct job *job)
{
    if (job->prev)
        job->prev->next = job->next;
    else
        w->first = job->next;
    if (job->next)
        job->next->prev = job->prev;
    else
        w->last = job->prev;
    job->queued = false;
    w->waiting--;
}

/* Waits until there is work; false when the thread shall end. */
static bool queue_wait(struct gt_writer *w)
{
    pthread_mutex_lock(&w->lock);
    while (!w->first && !w->stop) {
        w->sleeping = true;
        pthread_cond_wait(&w->work, &w->lock);
    }
    w->sleeping = false;
    bool work = w->first != NULL;
    pthread_mutex_unlock(&w->lock);
    return work;
}

static int queue_take(struct gt_writer *w)
{
    int n = 0;
    pthread_mutex_lock(&w->lock);
    while (w->first && n < GROUP_MAX) {
        w->group[n] = w->first;
        queue_remove(w, w->first);
        n++;
    }
    pthread_mutex_unlock(&w->lock);
    return n;
}

/* Takes a job back unless it has been begun. */
static bool queue_cancel(struct gt_writer *w, struct job *job)
{
    pthread_mutex_lock(&w->lock);
    bool queued = job->queued;
    if (queued)
        queue_remove(w, job);
    pthread_mutex_unlock(&w->lock);
    return queued;
}

/* --- the group -------------------------------------------------------------------------------- */

/* Notes a job's result, with this thread's context. */
static void job_end(struct job *job, enum gt_err err)
{
    job->err = err;
    if (err)
        snprintf(job->text, sizeof(job->text), "%s", gt_err_text());
}

static void group_end(struct job **jobs, int n, enum gt_err err)
{
    for (int i = 0; i < n; i++)
        job_end(jobs[i], err);
}

static enum gt_err writer_commit(struct gt_writer *w)
{
    GT_STEP("store.before_commit");
    enum gt_err err = gt_conn_run(w->conn, GT_CMD_COMMIT);
    GT_STEP("store.after_commit");
    if (!err)
        atomic_fetch_add_explicit(&w->db->commits, 1, memory_order_relaxed);
    return err;
}

static enum gt_err group_begin(struct gt_writer *w)
{
    enum gt_err err = gt_db_trusted(w->db);
    return err ? err : gt_conn_run(w->conn, GT_CMD_BEGIN_WRITE);
}

/* Runs one callback in a transaction of its own. */
static void run_alone(struct gt_writer *w, struct job *job)
{
    enum gt_err err = group_begin(w);
    if (!err) {
        err = gt_conn_call(w->conn, true, job->fn, job->arg);
        if (!err)
            err = writer_commit(w);
        if (err) {
            job_end(job, err);
            gt_conn_rollback(w->conn);
            /* A commit that broke, or a callback that hid its statement's I/O error. */
            err = gt_db_trusted(w->db);
            if (!err)
                return;
        }
    }
    job_end(job, err);
}

/* Runs one callback where others have run before it.  True if it succeeded. */
static bool run_bare(struct gt_writer *w, struct job *job)
{
    job_end(job, gt_conn_call(w->conn, true, job->fn, job->arg));
    return !job->err && gt_conn_in_transaction(w->conn) && !atomic_load(&w->db->poisoned);
}

/* Runs one callback in a savepoint.  True if the SQLite transaction still stands. */
static bool run_in_savepoint(struct gt_writer *w, struct job *job)
{
    enum gt_err err = gt_conn_run(w->conn, GT_CMD_SAVEPOINT);
    if (!err) {
        err = gt_conn_call(w->conn, true, job->fn, job->arg);
        job_end(job, err);
        if (err && gt_conn_in_transaction(w->conn))
            err = gt_conn_run(w->conn, GT_CMD_BACK);
        if (gt_conn_in_transaction(w->conn) && !err)
            err = gt_conn_run(w->conn, GT_CMD_RELEASE);
    }
    return !err && gt_conn_in_transaction(w->conn) && !atomic_load(&w->db->poisoned);
}

/* Runs all in the transaction that was begun, and commits.  False if it fell with all that was in
 * it. */
static bool run_together(struct gt_writer *w, struct job **jobs, int n,
                         bool (*run)(struct gt_writer *, struct job *))
{
    bool any = false;
    for (int i = 0; i < n; i++) {
        if (!run(w, jobs[i]))
            return false;
        any = any || !jobs[i]->err;
    }
    if (any)
        return writer_commit(w) == GT_OK;
    gt_conn_rollback(w->conn);
    return true;
}

static void run_group(struct gt_writer *w, struct job **jobs, int n)
{
    bool (*const ways[])(struct gt_writer *, struct job *) = {run_bare, run_in_savepoint};
    for (size_t i = 0; n > 1 && i < sizeof(ways) / sizeof(ways[0]); i++) {
        enum gt_err err = group_begin(w);
        if (err) {
            group_end(jobs, n, err);
            return;
        }
        if (run_together(w, jobs, n, ways[i]))
            return;
        gt_conn_rollback(w->conn);
    }
    for (int i = 0; i < n; i++)
        run_alone(w, jobs[i]);
}

/* --- the thread ------------------------------------------------------------------------------- */

static void *writer_main(void *arg)
{
    struct gt_writer *w = arg;
    while (queue_wait(w)) {
        enum gt_err err = gt_turn_take(&w->turn);
        int n = queue_take(w);
        if (err)
            group_end(w->group, n, err);
        else if (n > 0)
            run_group(w, w->group, n);
        if (!err && !atomic_load(&w->db->poisoned))
            gt_mover_poll(w->mover, w->conn);
        gt_turn_give(&w->turn);
        for (int i = 0; i < n; i++) {
            atomic_store_explicit(&w->group[i]->ended, true, memory_order_release);
            sem_post(&w->group[i]->done);
        }
    }
    return NULL;
}

/* Frees what is there of a writer whose thread does not run. */
static void writer_free(struct gt_writer *w)
{
    gt_mover_stop(w->mover);
    gt_conn_close(w->conn);
    gt_turn_close(&w->turn);
    pthread_cond_destroy(&w->work);
    pthread_mutex_destroy(&w->lock);
    free(w);
}

enum gt_err gt_writer_start(struct gt_db *db, struct gt_conn *conn, struct gt_turn *turn,
                            struct gt_writer **writer)
{
    struct gt_writer *w = calloc(1, sizeof(*w));
    if (!w) {
        gt_conn_close(conn);
        gt_turn_close(turn);
        return gt_err_set(GT_ERR_NOMEM, "no memory for the writer");
    }
    w->db = db;
    w->conn = conn;
    w->turn = *turn;
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->work, NULL);
    enum gt_err err = gt_mover_start(db, &w->mover);
    if (!err) {
        int rc = pthread_create(&w->thread, NULL, writer_main, w);
        if (rc != 0)
            err = gt_err_sys(GT_ERR_NOMEM, rc, "cannot start the writer");
    }
    if (err) {
        writer_free(w);
        return err;
    }
    *writer = w;
    return GT_OK;
}

void gt_writer_stop(struct gt_writer *w)
{
    if (!w)
        return;
    pthread_mutex_lock(&w->lock);
    w->stop = true;
    pthread_mutex_unlock(&w->lock);
    pthread_cond_signal(&w->work);
    pthread_join(w->thread, NULL);
    writer_free(w);
}

bool gt_writer_is_self(const struct gt_writer *w)
{
    return pthread_equal(pthread_self(), w->thread) != 0;
}

/* Waits for the job; false if its time passed and it was taken back. */
static bool job_wait(struct gt_writer *w, struct job *job)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += GT_BUSY_MS / 1000;
    bool begun = false;
    while ((begun ? sem_wait(&job->done) : sem_clockwait(&job->done, CLOCK_MONOTONIC, &until)) !=
           0) {
        if (errno != ETIMEDOUT)
            continue; /* a signal */
        if (queue_cancel(w, job))
            return false;
        begun = true; /* now it takes what it takes */
    }
    return atomic_load_explicit(&job->ended, memory_order_acquire);
}

enum gt_err gt_writer_run(struct gt_writer *w, gt_db_fn fn, void *arg)
{
    struct job job;
    job.fn = fn;
    job.arg = arg;
    job.next = NULL;
    job.err = GT_OK;
    atomic_init(&job.ended, false);
    sem_init(&job.done, 0, 0);
    queue_put(w, &job);
    bool ran = job_wait(w, &job);
    sem_destroy(&job.done);
    if (!ran)
        return gt_err_set(GT_ERR_BUSY, "another process has been writing for too long");
    return job.err ? gt_err_set(job.err, "%s", job.text) : GT_OK;
}
