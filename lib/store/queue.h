/*
 * Callbacks that wait for a writer's thread; see queue.c.
 */
#ifndef GT_STORE_QUEUE_H
#define GT_STORE_QUEUE_H

#include "store/internal.h"

#include <semaphore.h>

/* Callbacks in one commit at most: bounds how long a commit lasts and how much is dirty. */
#define GT_GROUP_MAX 256

/* A callback that waits; lives on the stack of who called gt_db_transact(). */
struct gt_job {
    gt_db_fn fn;
    void *arg;
    struct gt_job *next, *prev; /* in the queue; under its lock */
    bool queued;                /* nobody has begun it; under the lock */
    int64_t limit;              /* when its caller must have an answer; 0: none */
    bool again; /* out: nothing of it is stored, and its thread shall run it itself */
    enum gt_err err;
    char text[GT_ERR_TEXT_MAX]; /* the failure's context, made on the writer's thread */
    atomic_bool ended;          /* orders the result before its reading; `done` wakes */
    sem_t done;
};

struct gt_queue {
    pthread_mutex_t lock;
    pthread_cond_t work;
    struct gt_job *first, *last;
    int waiting;           /* jobs in the queue */
    int taken;             /* by the last gt_queue_take(); the writer's own */
    atomic_llong *longest; /* the most there were */
    bool sleeping;         /* the writer waits for work */
    bool stop;
};

/* `longest` is kept up to date. */
void gt_queue_init(struct gt_queue *queue, atomic_llong *longest);
void gt_queue_done(struct gt_queue *queue);

/* For the writer's thread.  Waits until there is work; false when the thread shall end. */
bool gt_queue_wait(struct gt_queue *queue);
/* The writer, before it takes: waits a moment for more where there were several last time. */
void gt_queue_gather(const struct gt_queue *queue);
/* Takes what waits; how many. */
int gt_queue_take(struct gt_queue *queue, struct gt_job *group[GT_GROUP_MAX]);
/* Notes a job's result, with this thread's context. */
void gt_job_end(struct gt_job *job, enum gt_err err);
/* Lets those who wait go on: the jobs are theirs again. */
void gt_jobs_wake(struct gt_job *const group[], int n);
/* Tells the thread to end when all is done. */
void gt_queue_stop(struct gt_queue *queue);

/* For everybody else.  Waits until the writer has run `fn`, at most `wait_ms` until it begins: then
 * it is taken back, and is GT_ERR_BUSY.  `*again` as in the job. */
enum gt_err gt_queue_run(struct gt_queue *queue, int wait_ms, gt_db_fn fn, void *arg,
                         bool *again) GT_CHECK;

#endif
