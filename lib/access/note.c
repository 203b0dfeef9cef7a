/*
 * Rows of the operation log without a change.
 */
#include "access/note.h"

struct note {
    const struct gt_by *by;
    const char *what, *object, *detail;
};

static enum gt_err note_in(struct gt_tx *tx, void *arg)
{
    const struct note *n = arg;

    gt_oplog_add(tx, n->by->logger, n->what, n->object, n->detail);
    return gt_tx_err(tx);
}

enum gt_err gt_note(const struct gt_by *by, const char *what, const char *object,
                    const char *detail)
{
    struct note n = {by, what, object, detail};

    return gt_db_transact(by->db, "note", note_in, &n);
}
