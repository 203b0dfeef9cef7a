/*
 * What the worker does for the books besides money: it never delays what is in doubt, so it has a
 * thread of its own.
 */
#ifndef GT_CMD_CHORES_H
#define GT_CMD_CHORES_H

#include "store/db.h"

struct gt_chores {
    struct gt_db *db;
    bool (*stopping)(void *ctx);    /* whether the process is about to end */
    void (*fatal)(enum gt_err err); /* ends the process if the store may not be trusted */
    void *ctx;
};

/* Does all that is due now. */
void gt_chores_do(struct gt_chores *chores);

#endif
