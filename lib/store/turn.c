/*
 * Turns among processes that write to one SQLite file.
 *
 * SQLite's own busy handler polls: one busy process can keep another waiting for seconds.  Here a
 * process locks `<db>.next`, then `<db>.now`, and lets `next` go once it holds `now`: so one waits
 * at the door of `now` while the others wait behind it, and who has just written goes to the end.
 *
 * The locks belong to open file descriptions: a killed process gives them back by itself, and two
 * databases open in one process exclude each other as processes do.
 */
#include "store/sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Lets whoever may write the database use its locks too, whoever ran first (root, say, to set it
 * up).  Where that is not permitted it was not needed, or the other's open() says so. */
static void lock_share(int fd, const char *db_path)
{
    struct stat db, lock;
    if (stat(db_path, &db) != 0 || fstat(fd, &lock) != 0)
        return;
    if (geteuid() == 0 && (lock.st_uid != db.st_uid || lock.st_gid != db.st_gid))
        (void)!fchown(fd, db.st_uid, db.st_gid);
    if ((lock.st_mode & 0777) != (db.st_mode & 0777))
        (void)!fchmod(fd, db.st_mode & 0777);
}

static enum gt_err lock_open(const char *db_path, const char *suffix, int *fd)
{
    char *path = NULL;
    if (asprintf(&path, "%s.%s", db_path, suffix) < 0)
        return gt_err_set(GT_ERR_NOMEM, "no memory for a path");
    enum gt_err err = GT_OK;
    *fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0660);
    if (*fd < 0)
        err = gt_err_sys(GT_ERR_IO, errno, "cannot open %s", path);
    else
        lock_share(*fd, db_path);
    free(path);
    return err;
}

static enum gt_err lock_set(int fd, short type)
{
    struct flock lock = {.l_type = type, .l_whence = SEEK_SET};
    while (fcntl(fd, F_OFD_SETLKW, &lock) != 0) {
        if (errno != EINTR)
            return gt_err_sys(GT_ERR_IO, errno, "cannot lock");
    }
    return GT_OK;
}

enum gt_err gt_turn_open(struct gt_turn *turn, const char *db_path)
{
    turn->now = -1;
    enum gt_err err = lock_open(db_path, "next", &turn->next);
    if (!err)
        err = lock_open(db_path, "now", &turn->now);
    if (err)
        gt_turn_close(turn);
    return err;
}

void gt_turn_close(struct gt_turn *turn)
{
    if (turn->next >= 0)
        close(turn->next);
    if (turn->now >= 0)
        close(turn->now);
    turn->next = turn->now = -1;
}

enum gt_err gt_turn_take(struct gt_turn *turn)
{
    enum gt_err err = lock_set(turn->next, F_WRLCK);
    if (err)
        return err;
    err = lock_set(turn->now, F_WRLCK);
    enum gt_err unlocked = lock_set(turn->next, F_UNLCK);
    return err ? err : unlocked;
}

void gt_turn_give(struct gt_turn *turn)
{
    /* Unlocking fails only for a descriptor that is not one; SQLite's own lock still guards. */
    (void)!lock_set(turn->now, F_UNLCK);
}
