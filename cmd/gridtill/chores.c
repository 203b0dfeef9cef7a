/*
 * Chores of the books: totals of closed dates.
 *
 * Each is found by what is not there yet, so one that was missed, or that died in the middle, is
 * done when somebody looks the next time.
 */
#include "chores.h"

#include "base/log.h"
#include "till/total.h"

#include <inttypes.h>

static bool failed(const struct gt_chores *c, enum gt_err err, const char *event)
{
    c->fatal(err);
    if (err != GT_OK)
        gt_log_err(event, err);
    return err != GT_OK;
}

/* Folds closed dates, the oldest first. */
static void fold(const struct gt_chores *c)
{
    int64_t date = 0;

    do {
        if (failed(c, gt_fold_next(c->db, &date), "worker.fold"))
            return;
        if (date)
            gt_log(GT_LOG_INFO, "date.folded", "date=%" PRId64, date);
    } while (date && !c->stopping(c->ctx));
}

void gt_chores_do(struct gt_chores *c)
{
    fold(c);
}
