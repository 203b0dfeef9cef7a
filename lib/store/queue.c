/*
 * The queue of a writer's thread, and how its callers sleep until their callback is done.
 *
 * A callback that nobody has begun can be taken back when its time is over; one that was begun
 * takes what it takes.
 */
#include "store/queue.h"
#include "base/limit.h"

#include <errno.h>
#include <stdio.h>
#include <time.h>

/* Where more than a few came last time, more are on their way: so long is waited for them. */
#define GATHER_FEW 2
#define GATHER_NS  400000L

void gt_queue_init(struct gt_queue *q, atomic_llong *longest)
{
    *q = (struct gt_queue){.longest = longest};
    pthread_mutex_init(&q->lock, NULL);
    pthread_cond_init(&q->work, NULL);
}

void gt_queue_done(struct gt_queue *q)
{
    pthread_cond_destroy(&q->work);
    pthread_mutex_destroy(&q->lock);
}

static void queue_put(struct gt_queue *q, struct gt_job *job)
{
    pthread_mutex_lock(&q->lock);
    job->prev = q->last;
    if (q->last)
        q->last->next = job;
    else
        q->first = job;
    q->last = job;
    job->queued = true;
    q->waiting++;
    if (q->waiting > atomic_load_explicit(q->longest, memory_order_relaxed))
        atomic_store_explicit(q->longest, q->waiting, memory_order_relaxed);
    bool wake = q->sleeping;
    q->sleeping = false;
    pthread_mutex_unlock(&q->lock);
    if (wake)
        pthread_cond_signal(&q->work);
}

/* Under the lock. */
static void queue_remove(struct gt_queue *q, struct gt_job *job)
{
    if (job->prev)
        job->prev->next = job->next;
    else
        q->first = job->next;
    if (job->next)
        job->next->prev = job->prev;
    else
        q->last = job->prev;
    job->queued = false;
    q->waiting--;
}

/* Takes a job back unless it has been begun. */
static bool queue_cancel(struct gt_queue *q, struct gt_job *job)
{
    pthread_mutex_lock(&q->lock);
    bool queued = job->queued;
    if (queued)
        queue_remove(q, job);
    pthread_mutex_unlock(&q->lock);
    return queued;
}

/* --- the writer's side ------------------------------------------------------------------------ */

bool gt_queue_wait(struct gt_queue *q)
{
    pthread_mutex_lock(&q->lock);
    while (!q->first && !q->stop) {
        q->sleeping = true;
        pthread_cond_wait(&q->work, &q->lock);
    }
    q->sleeping = false;
    bool work = q->first != NULL;
    pthread_mutex_unlock(&q->lock);
    return work;
}

void gt_queue_gather(const struct gt_queue *q)
{
    if (q->taken > GATHER_FEW)
        (void)nanosleep(&(struct timespec){.tv_nsec = GATHER_NS}, NULL);
}

int gt_queue_take(struct gt_queue *q, struct gt_job *group[GT_GROUP_MAX])
{
    int n = 0;
    pthread_mutex_lock(&q->lock);
    while (q->first && n < GT_GROUP_MAX) {
        group[n] = q->first;
        queue_remove(q, q->first);
        n++;
    }
    pthread_mutex_unlock(&q->lock);
    q->taken = n;
    return n;
}

void gt_job_end(struct gt_job *job, enum gt_err err)
{
    job->err = err;
    if (err)
        snprintf(job->text, sizeof(job->text), "%s", gt_err_text());
}

void gt_jobs_wake(struct gt_job *const group[], int n)
{
    for (int i = 0; i < n; i++) {
        atomic_store_explicit(&group[i]->ended, true, memory_order_release);
        sem_post(&group[i]->done);
    }
}

void gt_queue_stop(struct gt_queue *q)
{
    pthread_mutex_lock(&q->lock);
    q->stop = true;
    pthread_mutex_unlock(&q->lock);
    pthread_cond_signal(&q->work);
}

/* --- the callers' side ------------------------------------------------------------------------ */

/* Waits for the job; false if its time passed and it was taken back. */
static bool job_wait(struct gt_queue *q, struct gt_job *job, int wait_ms)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += wait_ms / 1000;
    until.tv_nsec += wait_ms % 1000 * 1000000L;
    if (until.tv_nsec >= 1000000000L) {
        until.tv_nsec -= 1000000000L;
        until.tv_sec++;
    }
    bool begun = false;
    while ((begun ? sem_wait(&job->done) : sem_clockwait(&job->done, CLOCK_MONOTONIC, &until)) !=
           0) {
        if (errno != ETIMEDOUT)
            continue; /* a signal */
        if (queue_cancel(q, job))
            return false;
        begun = true; /* now it takes what it takes */
    }
    return atomic_load_explicit(&job->ended, memory_order_acquire);
}

enum gt_err gt_queue_run(struct gt_queue *q, int wait_ms, gt_db_fn fn, void *arg, bool *again)
{
    struct gt_job job;
    job.fn = fn;
    job.arg = arg;
    job.next = NULL;
    job.again = false;
    job.limit = gt_limit();
    job.err = GT_OK;
    atomic_init(&job.ended, false);
    sem_init(&job.done, 0, 0);
    queue_put(q, &job);
    bool ran = job_wait(q, &job, wait_ms);
    sem_destroy(&job.done);
    *again = ran && job.again;
    if (!ran)
        return gt_err_set(GT_ERR_BUSY, "the writer has been busy for %d ms", wait_ms);
    return job.err ? gt_err_set(job.err, "%s", job.text) : GT_OK;
}
