/*
 * Pictures of bank slips, beside the slip.
 */
#include "access/user.h"
#include "books/remit.h"

#include <inttypes.h>
#include <stdio.h>

struct adding {
    const struct gt_by *by;
    struct gt_refusal *no;
    int64_t slip_id;
    struct gt_attaching *file;
};

/* Who made it, whose account it is of, and who may confirm it. */
static enum gt_err refuse_strangers(struct gt_tx *tx, struct adding *a, const struct gt_slip *slip)
{
    struct gt_user user = {.account_id = 0};
    int64_t who = a->by->user_id;

    if (who != GT_BY_COMMAND && !gt_row_find(tx, &gt_user_row, who, &user))
        return gt_tx_refuse(tx, a->no, GT_WHY_ABSENT, "", 0, NULL);
    if (slip->kind != GT_ACCOUNT_SAFE && user.account_id == slip->account_id)
        return gt_by_may(tx, a->by, GT_RIGHT_COLLECT, slip->org_id, NULL, a->no);
    if (slip->kind == GT_ACCOUNT_SAFE && slip->maker_id == who)
        return gt_by_may(tx, a->by, GT_RIGHT_REMIT_SEND, slip->org_id, NULL, a->no);
    return gt_by_may(tx, a->by, GT_RIGHT_REMIT_CONFIRM, slip->to_org_id, NULL, a->no);
}

static enum gt_err add_in(struct gt_tx *tx, void *arg)
{
    struct adding *a = arg;
    struct gt_slip slip;
    char object[40], detail[320];
    bool added;

    *a->no = (struct gt_refusal){.why = GT_WHY_NONE};
    if (!gt_row_lock(tx, &gt_slip_row, a->slip_id, &slip))
        return gt_tx_refuse(tx, a->no, GT_WHY_ABSENT, "", 0, NULL);
    if (refuse_strangers(tx, a, &slip) != GT_OK ||
        gt_attach_add(tx, a->file, GT_ATTACH_SLIP, slip.id, &added, a->no) != GT_OK || !added)
        return gt_tx_err(tx);
    (void)snprintf(object, sizeof(object), "slip %" PRId64, slip.id);
    (void)snprintf(detail, sizeof(detail), "%s (%" PRId64 " KB)", gt_attach_made(a->file)->name,
                   (gt_attach_made(a->file)->size + 1023) / 1024);
    gt_oplog_add(tx, a->by->logger, "remit.attach", object, detail);
    return gt_tx_err(tx);
}

enum gt_err gt_slip_attach(const struct gt_by *by, int64_t slip_id, const char *name,
                           const void *data, size_t len, int64_t *id, struct gt_refusal *no)
{
    struct adding a = {.by = by, .no = no, .slip_id = slip_id};
    enum gt_err err = gt_attach_begin(by, name, data, len, &a.file, no);

    if (err == GT_OK)
        err = gt_db_transact(by->db, "slip.attach", add_in, &a);
    if (err == GT_OK)
        *id = gt_attach_made(a.file)->id;
    gt_attach_free(a.file);
    return err;
}
