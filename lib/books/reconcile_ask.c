/*
 * What is only ours: upstream is asked about each before it is called so, and before anybody sends
 * it again.
 */
#include "books/reconcile_run.h"

#include "till/order.h"

#include <inttypes.h>
#include <string.h>

/* So many are asked about; where more are missing it is not about single ones. */
#define ASKED_MOST 200

struct reading {
    int64_t id;
    struct gt_txn txn, orig;
    bool found;
};

static enum gt_err read_txn(struct gt_tx *tx, void *arg)
{
    struct reading *a = arg;

    a->orig.op = GT_OP_NONE;
    a->found = gt_row_find(tx, &gt_txn_row, a->id, &a->txn);
    return gt_tx_err(tx);
}

/* Asks; the reply's class is UNKNOWN if it could not be. */
static enum gt_err inquire(struct gt_recon_run_state *r, int64_t id, struct gt_up_reply *reply)
{
    const struct gt_till *till = r->conf->till;
    struct reading a = {.id = id};
    struct gt_up_request request;
    enum gt_err err = gt_db_read(till->db, "recon.txn", read_txn, &a);

    memset(reply, 0, sizeof(*reply));
    reply->class = GT_UP_UNKNOWN;
    if (err != GT_OK || !a.found)
        return err;
    if (r->up->admit(r->up->ctx, till->slot_wait_ms) != GT_OK)
        return GT_OK;
    gt_order_inquiry(&a.txn, &a.orig, gt_now(till->clock), &request);
    r->up->call(r->up->ctx, &request, till->answer_ms, reply);
    r->up->leave(r->up->ctx);
    return GT_OK;
}

static void classify(const struct gt_recon_ours *ours, bool asked, const struct gt_up_reply *reply,
                     struct gt_recon_diff *diff)
{
    bool told = asked && reply->class == GT_UP_OK;
    const char *note = "上级对账单中没有，未能查询";

    diff->class = GT_ITEM_ONLY_OURS;
    diff->ours = ours->amount;
    if (!asked)
        note = "上级对账单中没有，未逐笔查询";
    if (told && reply->fate == GT_UP_FATE_POSTED && reply->up_date &&
        reply->up_date != ours->date) {
        diff->class = GT_ITEM_OTHER_DATE;
        diff->theirs = ours->amount;
        (void)snprintf(diff->note, sizeof(diff->note),
                       "我方 %" PRId64 "，上级 %" PRId64 "（查询所得）", ours->date,
                       reply->up_date);
        return;
    }
    if (told && reply->fate == GT_UP_FATE_POSTED)
        note = "上级对账单中没有，但查询答复为成功";
    if (told && (reply->fate == GT_UP_FATE_REVERSED)) {
        diff->class = GT_ITEM_STATE;
        note = "我方成功，上级已冲正（查询所得）";
    }
    if (told && reply->fate == GT_UP_FATE_ABSENT)
        note = "上级没有此交易（查询所得），可以重新发送";
    if (told && reply->fate == GT_UP_FATE_REFUSED)
        note = "上级已拒绝此交易（查询所得）";
    (void)snprintf(diff->note, sizeof(diff->note), "%s", note);
}

enum gt_err gt_recon_ask(struct gt_recon_run_state *r, FILE *from)
{
    struct gt_recon_ours ours;
    struct gt_up_reply reply = {.class = GT_UP_UNKNOWN};
    struct gt_recon_diff diff;
    int64_t n = 0;
    enum gt_err err = GT_OK;

    rewind(from);
    while (err == GT_OK && fread(&ours, sizeof(ours), 1, from) == 1) {
        bool asks = n++ < ASKED_MOST;

        if (asks)
            err = inquire(r, ours.id, &reply);
        if (err != GT_OK)
            break;
        memset(&diff, 0, sizeof(diff));
        diff.biz_date = ours.date;
        diff.org_id = ours.org_id;
        diff.txn_id = ours.id;
        diff.op = ours.op;
        (void)snprintf(diff.ref, sizeof(diff.ref), "%018" PRId64, ours.id);
        classify(&ours, asks, &reply, &diff);
        err = gt_recon_found(r, &diff);
        if (err == GT_OK)
            err = gt_recon_tick(r, n, 0);
    }
    if (err == GT_OK && ferror(from))
        err = gt_err_set(GT_ERR_IO, "reading what is left");
    return err;
}
