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
#include "store/queue.h"
#include "store/sqlite.h"

#include <stdlib.h>

struct gt_writer {
    struct gt_db *db;
    struct gt_conn *conn;
    struct gt_mover *mover;
    struct gt_turn turn;
    pthread_t thread;
    struct gt_queue queue;
    struct gt_job *group[GT_GROUP_MAX]; /* the thread's own */
};

/* --- the group -------------------------------------------------------------------------------- */

static void group_end(struct gt_job **jobs, int n, enum gt_err err)
{
    for (int i = 0; i < n; i++)
        gt_job_end(jobs[i], err);
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
static void run_alone(struct gt_writer *w, struct gt_job *job)
{
    enum gt_err err = group_begin(w);
    if (!err) {
        err = gt_conn_call(w->conn, true, job->fn, job->arg);
        if (!err)
            err = writer_commit(w);
        if (err) {
            gt_job_end(job, err);
            gt_conn_rollback(w->conn);
            /* A commit that broke, or a callback that hid its statement's I/O error. */
            err = gt_db_trusted(w->db);
            if (!err)
                return;
        }
    }
    gt_job_end(job, err);
}

/* Runs one callback where others have run before it.  True if it succeeded. */
static bool run_bare(struct gt_writer *w, struct gt_job *job)
{
    gt_job_end(job, gt_conn_call(w->conn, true, job->fn, job->arg));
    return !job->err && gt_conn_in_transaction(w->conn) && !atomic_load(&w->db->poisoned);
}

/* Runs one callback in a savepoint.  True if the SQLite transaction still stands. */
static bool run_in_savepoint(struct gt_writer *w, struct gt_job *job)
{
    enum gt_err err = gt_conn_run(w->conn, GT_CMD_SAVEPOINT);
    if (!err) {
        err = gt_conn_call(w->conn, true, job->fn, job->arg);
        gt_job_end(job, err);
        if (err && gt_conn_in_transaction(w->conn))
            err = gt_conn_run(w->conn, GT_CMD_BACK);
        if (gt_conn_in_transaction(w->conn) && !err)
            err = gt_conn_run(w->conn, GT_CMD_RELEASE);
    }
    return !err && gt_conn_in_transaction(w->conn) && !atomic_load(&w->db->poisoned);
}

/* Runs all in the transaction that was begun, and commits.  False if it fell with all that was in
 * it. */
static bool run_together(struct gt_writer *w, struct gt_job **jobs, int n,
                         bool (*run)(struct gt_writer *, struct gt_job *))
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

static void run_group(struct gt_writer *w, struct gt_job **jobs, int n)
{
    bool (*const ways[])(struct gt_writer *, struct gt_job *) = {run_bare, run_in_savepoint};
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
    while (gt_queue_wait(&w->queue)) {
        gt_queue_gather(&w->queue);
        enum gt_err err = gt_turn_take(&w->turn);
        int n = gt_queue_take(&w->queue, w->group);
        if (err)
            group_end(w->group, n, err);
        else if (n > 0)
            run_group(w, w->group, n);
        if (!err && !atomic_load(&w->db->poisoned))
            gt_mover_poll(w->mover, w->conn);
        gt_turn_give(&w->turn);
        gt_jobs_wake(w->group, n);
    }
    return NULL;
}

/* Frees what is there of a writer whose thread does not run. */
static void writer_free(struct gt_writer *w)
{
    gt_mover_stop(w->mover);
    gt_conn_close(w->conn);
    gt_turn_close(&w->turn);
    gt_queue_done(&w->queue);
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
    gt_queue_init(&w->queue, &db->queue_max);
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
    gt_queue_stop(&w->queue);
    pthread_join(w->thread, NULL);
    writer_free(w);
}

bool gt_writer_is_self(const struct gt_writer *w)
{
    return pthread_equal(pthread_self(), w->thread) != 0;
}

enum gt_err gt_writer_run(struct gt_writer *w, gt_db_fn fn, void *arg)
{
    bool again;
    return gt_queue_run(&w->queue, GT_BUSY_MS, fn, arg, &again);
}
