/*
 * Chores of the books: totals of closed dates, reports of them, the nightly check.
 *
 * Each is found by what is not there yet, so one that was missed, or that died in the middle, is
 * done when somebody looks the next time.  The check is a process of its own, `gridtill check
 * books`: what it needs of memory grows with the platform and is given back when it ends, and it
 * may take long without keeping the worker from ending.
 */
#include "chores.h"

#include "base/log.h"
#include "till/checked.h"
#include "till/total.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

/* This program, wherever it was installed. */
#define SELF "/proc/self/exe"

/* What failed is tried again after a minute, so that the log holds other lines too. */
#define AGAIN_MS 60000

static bool failed(struct gt_chores *c, enum gt_err err, const char *event)
{
    c->fatal(err);
    if (err == GT_OK)
        return false;
    gt_log_err(event, err);
    c->again_at = gt_now(gt_clock_system()) + AGAIN_MS;
    return true;
}

/* Folds closed dates, the oldest first. */
static void fold(struct gt_chores *c)
{
    int64_t date = 0;

    do {
        if (failed(c, gt_fold_next(c->db, &date), "worker.fold"))
            return;
        if (date)
            gt_log(GT_LOG_INFO, "date.folded", "date=%" PRId64, date);
    } while (date && !c->stopping(c->ctx));
}

/* --- the check of the books --------------------------------------------------------------------
 */

/* Starts it without the signals that this process blocks, and with nothing to say: what it finds is
 * in the operation log. */
static enum gt_err start_check(struct gt_chores *c)
{
    char *const words[] = {"gridtill", "--config", (char *)(uintptr_t)c->config,
                           "check",    "books",    NULL};
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attr;
    sigset_t none, usual;

    sigemptyset(&none);
    sigemptyset(&usual);
    sigaddset(&usual, SIGPIPE);
    posix_spawnattr_init(&attr);
    posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setsigmask(&attr, &none);
    posix_spawnattr_setsigdefault(&attr, &usual);
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    int why = posix_spawn(&c->checker, SELF, &files, &attr, words, environ);
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attr);
    if (why == 0)
        return GT_OK;
    c->checker = 0;
    return gt_err_sys(GT_ERR_IO, why, "starting gridtill check books");
}

/* Whether one runs; takes what became of one that has ended. */
static bool is_checking(struct gt_chores *c)
{
    int status = 0;

    if (c->checker == 0)
        return false;
    if (waitpid(c->checker, &status, WNOHANG) == 0)
        return true;
    c->checker = 0;
    if (WIFEXITED(status))
        gt_log(WEXITSTATUS(status) ? GT_LOG_ERROR : GT_LOG_INFO, "books.checked", "status=%d",
               WEXITSTATUS(status));
    else
        gt_log(GT_LOG_ERROR, "books.check_died", "signal=%d", WTERMSIG(status));
    return false;
}

static void check(struct gt_chores *c)
{
    bool taken = false;

    if (is_checking(c))
        return;
    enum gt_err err =
        gt_checked_take(c->db, c->src, gt_now(gt_clock_system()), c->tz_minutes, &taken);
    if (err == GT_OK && taken)
        err = start_check(c);
    failed(c, err, "worker.check");
}

void gt_chores_do(struct gt_chores *c)
{
    if (gt_now(gt_clock_system()) < c->again_at)
        return;
    fold(c);
    if (!c->stopping(c->ctx))
        failed(c, gt_reports_do(&c->reports), "worker.reports");
    check(c);
}

void gt_chores_end(struct gt_chores *c)
{
    gt_reports_done(&c->reports);
    if (c->checker == 0)
        return;
    kill(c->checker, SIGKILL); /* it only reads */
    while (waitpid(c->checker, NULL, 0) < 0 && errno == EINTR)
        ;
    c->checker = 0;
}
