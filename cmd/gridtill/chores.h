/*
 * What the worker does for the books besides money: it never delays what is in doubt, so it has a
 * thread of its own.
 */
#ifndef GT_CMD_CHORES_H
#define GT_CMD_CHORES_H

#include "base/clock.h"
#include "report.h"
#include "store/key.h"

#include <sys/types.h>

struct gt_chores {
    struct gt_db *db;
    struct gt_keysrc *src;
    const char *config; /* path of the configuration file */
    int tz_minutes;
    bool (*stopping)(void *ctx);    /* whether the process is about to end */
    void (*fatal)(enum gt_err err); /* ends the process if the store may not be trusted */
    void *ctx;
    struct gt_reports reports;
    int64_t again_at; /* after a failure: time of the next try */
    pid_t checker;    /* the process that checks the books; 0: none */
};

/* Does all that is due now; the check of the books is only begun. */
void gt_chores_do(struct gt_chores *chores);
/* Ends what was begun. */
void gt_chores_end(struct gt_chores *chores);

#endif
