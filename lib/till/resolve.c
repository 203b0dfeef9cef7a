/*
 * In doubt ends: the worker's half of the till.
 *
 * A row is claimed by moving its due time, so any number of workers may run.  What upstream says
 * of the serial becomes the outcome of the flow, as if it had been the answer to the call.
 * "Absent" is believed only after the upstream's grace time: a request may still lie in a queue.
 */
#include "till/resolve.h"

#include "base/log.h"
#include "base/step.h"
#include "till/event.h"
#include "till/flow.h"
#include "till/order.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DUE_MOST = 50 };

GT_STMT(pending_due,
        "SELECT {top 50} id FROM gt_pending WHERE due_at <= ? ORDER BY due_at {limit 50}");

/* Whether anything is due: asked by a read first, so that a worker with nothing to do writes
 * nothing. */
struct look {
    int64_t now;
    bool due;
};

static enum gt_err look_read(struct gt_tx *tx, void *arg)
{
    struct look *look = arg;

    look->due = gt_tx_one(tx, &pending_due, GT_INT(look->now));
    return gt_tx_err(tx);
}

/* The claim of due rows. */
struct claim {
    int64_t now, retry_ms;
    int most, count;
    struct gt_pending rows[DUE_MOST];
    struct gt_txn txns[DUE_MOST];
    struct gt_txn origs[DUE_MOST];
};

static enum gt_err claim_commit(struct gt_tx *tx, void *arg)
{
    struct claim *c = arg;
    int64_t ids[DUE_MOST];
    int n = 0;

    c->count = 0;
    gt_tx_query(tx, &pending_due, GT_INT(c->now));
    while (n < c->most && n < DUE_MOST && gt_tx_next(tx))
        ids[n++] = gt_col_int(tx);
    for (int i = 0; i < n; i++) {
        struct gt_pending *row = &c->rows[c->count];
        struct gt_txn *txn = &c->txns[c->count];

        if (!gt_row_find(tx, &gt_pending_row, ids[i], row) ||
            !gt_row_find(tx, &gt_txn_row, ids[i], txn))
            continue;
        c->origs[c->count].op = GT_OP_NONE;
        if (txn->orig_id && !gt_row_find(tx, &gt_txn_row, txn->orig_id, &c->origs[c->count]))
            continue;
        row->due_at = c->now + c->retry_ms;
        gt_row_save(tx, &gt_pending_row, row);
        c->count++;
    }
    return gt_tx_err(tx);
}

/* --- one row -----------------------------------------------------------------------------------
 */

/* From when on upstream cannot do it any more: its grace time begins when the request is sent, and
 * that is up to answer_ms after the intent (gt_flow_call). */
static int64_t grace_end(const struct gt_till *till, const struct gt_pending *row,
                         const struct gt_upstream *up)
{
    return row->sent_at + till->answer_ms + up->grace_ms;
}

/* Turns the answer to an inquiry into the answer to the call; false if it does not decide. `absent`
 * says whether the inquiry was asked so late that "absent" is final: an answer may be old. */
static bool answer_decides(bool absent, struct gt_up_reply *reply)
{
    if (reply->class != GT_UP_OK)
        return false;
    switch (reply->fate) {
    case GT_UP_FATE_POSTED:
        reply->outcome = GT_OUT_OK;
        return true;
    case GT_UP_FATE_REFUSED:
        reply->class = GT_UP_REFUSED;
        return true;
    case GT_UP_FATE_REVERSED:
        reply->class = GT_UP_REFUSED;
        reply->outcome = GT_OUT_REV_DONE;
        return true;
    case GT_UP_FATE_ABSENT:
        if (!absent)
            return false;
        reply->class = GT_UP_REFUSED;
        reply->outcome = GT_OUT_UPSTREAM_NEVER_GOT;
        reply->text[0] = '\0';
        return true;
    default:
        return false;
    }
}

/* What an inquiry that did not decide leaves in the row. */
struct note {
    int64_t id, due_at;
    bool answered;
};

static enum gt_err note_commit(struct gt_tx *tx, void *arg)
{
    struct note *n = arg;
    struct gt_pending row;

    if (!gt_row_find(tx, &gt_pending_row, n->id, &row))
        return gt_tx_err(tx);
    row.due_at = n->due_at;
    if (n->answered)
        row.tries++;
    gt_row_save(tx, &gt_pending_row, &row);
    return gt_tx_err(tx);
}

/* "Absent" before the grace time: look again when it is over, not before. */
static enum gt_err look_again(const struct gt_till *till, const struct gt_pending *row,
                              const struct gt_upstream *up, const struct gt_up_reply *reply,
                              int64_t retry_ms, enum gt_asked *asked)
{
    int64_t now = gt_now(till->clock);
    int64_t end = grace_end(till, row, up);
    bool absent = reply->class == GT_UP_OK && reply->fate == GT_UP_FATE_ABSENT;
    struct note n = {.id = row->id,
                     .due_at = now + retry_ms,
                     .answered = reply->class == GT_UP_OK || reply->class == GT_UP_REFUSED};

    *asked = absent ? GT_ASKED_TOO_EARLY : GT_ASKED_SILENT;
    if (absent && end > now && end < now + retry_ms)
        n.due_at = end;
    return gt_db_transact(till->db, "resolve.again", note_commit, &n);
}

static enum gt_err resolve_one(const struct gt_till *till, const struct gt_pending *row,
                               const struct gt_txn *txn, const struct gt_txn *orig,
                               int64_t retry_ms, enum gt_asked *asked)
{
    struct gt_flow flow = {.txn_id = txn->id};
    struct gt_result result;
    int64_t asked_at;
    enum gt_err err;

    *asked = GT_ASKED_BUSY;
    flow.upstream = gt_upstream_named(till->upstreams, txn->system);
    if (!flow.upstream)
        return GT_OK;
    if (flow.upstream->admit(flow.upstream->ctx, till->slot_wait_ms))
        return GT_OK;
    asked_at = gt_now(till->clock);
    gt_order_inquiry(txn, orig, asked_at, &flow.request);
    flow.upstream->call(flow.upstream->ctx, &flow.request, till->answer_ms, &flow.reply);
    flow.upstream->leave(flow.upstream->ctx);
    GT_STEP("resolve.answered");
    if (!answer_decides(asked_at >= grace_end(till, row, flow.upstream), &flow.reply))
        return look_again(till, row, flow.upstream, &flow.reply, retry_ms, asked);
    *asked = GT_ASKED_DECIDED;
    err = gt_flow_outcome(till, &flow, &result);
    GT_STEP("resolve.committed");
    if (!err)
        gt_log(GT_LOG_INFO, "doubt.resolved", "txn=%" PRId64 " state=%s outcome=%d", txn->id,
               gt_txn_state_name((enum gt_txn_state)result.txn.state), (int)result.outcome);
    return err;
}

enum gt_err gt_resolve_due(const struct gt_till *till, int most, int64_t retry_ms, int *looked)
{
    struct look look = {.now = gt_now(till->clock)};
    enum gt_asked asked;
    struct claim *c;
    enum gt_err err = gt_db_look(till->db, "resolve.look", look_read, &look);

    *looked = 0;
    if (err || !look.due)
        return err;
    c = calloc(1, sizeof(*c));
    if (!c)
        return GT_ERR_NOMEM;
    c->now = look.now;
    c->retry_ms = retry_ms;
    c->most = most;
    err = gt_db_transact(till->db, "resolve.claim", claim_commit, c);
    for (int i = 0; i < c->count && !err; i++) {
        err = resolve_one(till, &c->rows[i], &c->txns[i], &c->origs[i], retry_ms, &asked);
        ++*looked;
        if (err && err != GT_ERR_FATAL) {
            gt_log_err("resolve.failed", err);
            err = GT_OK;
        }
    }
    free(c);
    return err;
}

/* --- for a person ------------------------------------------------------------------------------
 */

bool gt_doubt_rests(const struct gt_txn *txn, int64_t now, int64_t answer_ms)
{
    return txn->up_state == GT_UPS_UNKNOWN || now >= txn->created_at + 2 * answer_ms;
}

/* The claim of one row, whenever it is due. */
struct one {
    const struct gt_till *till;
    const struct gt_by *by; /* NULL: nobody in person */
    struct gt_refusal *no;
    int64_t id, now, retry_ms;
    struct gt_pending row;
    struct gt_txn txn, orig;
};

static enum gt_err one_commit(struct gt_tx *tx, void *arg)
{
    struct one *o = arg;
    char object[24];

    *o->no = (struct gt_refusal){.why = GT_WHY_NONE};
    o->orig.op = GT_OP_NONE;
    if (!gt_row_find(tx, &gt_txn_row, o->id, &o->txn))
        return gt_tx_refuse(tx, o->no, GT_WHY_ABSENT, "", 0, NULL);
    if (o->by && gt_by_may(tx, o->by, GT_RIGHT_TXN_VIEW, o->txn.org_id, NULL, o->no) != GT_OK)
        return gt_tx_err(tx);
    if (o->txn.state != GT_TXN_PENDING || !gt_row_lock(tx, &gt_pending_row, o->id, &o->row))
        return gt_tx_refuse(tx, o->no, GT_WHY_NOT_IN_DOUBT, "", 0, NULL);
    if (!gt_doubt_rests(&o->txn, o->now, o->till->answer_ms))
        return gt_tx_refuse(tx, o->no, GT_WHY_IN_FLIGHT, "", 0, NULL);
    if (o->txn.orig_id && !gt_row_find(tx, &gt_txn_row, o->txn.orig_id, &o->orig))
        return gt_tx_fail(tx, gt_err_set(GT_ERR_TAMPERED, "its original is not there"));
    o->row.due_at = o->now + o->retry_ms;
    gt_row_save(tx, &gt_pending_row, &o->row);
    (void)snprintf(object, sizeof(object), "%" PRId64, o->id);
    if (o->by)
        gt_oplog_add(tx, o->by->logger, "txn.ask", object, o->txn.system);
    return gt_tx_err(tx);
}

enum gt_err gt_resolve_now(const struct gt_till *till, const struct gt_by *by, int64_t id,
                           int64_t retry_ms, enum gt_asked *asked, struct gt_refusal *no)
{
    struct one *o = calloc(1, sizeof(*o));

    if (!o)
        return gt_err_set(GT_ERR_NOMEM, "no memory for an inquiry");
    o->till = till;
    o->by = by;
    o->no = no;
    o->id = id;
    o->now = gt_now(till->clock);
    o->retry_ms = retry_ms;
    enum gt_err err = gt_db_transact(till->db, "resolve.one", one_commit, o);
    if (err == GT_OK)
        err = resolve_one(till, &o->row, &o->txn, &o->orig, retry_ms, asked);
    free(o);
    return err;
}

/* --- of a date -----------------------------------------------------------------------------------
 */

GT_STMT(pending_range, "SELECT {top 50} gt_pending.id FROM gt_pending, gt_txn WHERE gt_txn.id ="
                       " gt_pending.id AND gt_pending.id > ? AND gt_pending.id < ? AND"
                       " gt_txn.system = ? ORDER BY gt_pending.id {limit 50}");

struct range {
    const char *system;
    int64_t after, end;
    int64_t ids[DUE_MOST];
    int n;
};

static enum gt_err range_read(struct gt_tx *tx, void *arg)
{
    struct range *r = arg;

    r->n = 0;
    gt_tx_query(tx, &pending_range, GT_INT(r->after), GT_INT(r->end), GT_TEXT(r->system));
    while (r->n < DUE_MOST && gt_tx_next(tx))
        r->ids[r->n++] = gt_col_int(tx);
    return gt_tx_err(tx);
}

/* One that was decided meanwhile, or that a process works on, is passed over. */
static enum gt_err resolve_alone(const struct gt_till *till, int64_t id, int64_t retry_ms)
{
    struct gt_refusal no;
    enum gt_asked asked;
    enum gt_err err = gt_resolve_now(till, NULL, id, retry_ms, &asked, &no);

    if (err == GT_ERR_FATAL || err == GT_ERR_LOST || err == GT_OK)
        return err;
    if (no.why == GT_WHY_NONE)
        gt_log_err("resolve.failed", err);
    gt_err_clear();
    return GT_OK;
}

enum gt_err gt_resolve_range(const struct gt_till *till, const char *system, int64_t first,
                             int64_t end, int64_t retry_ms)
{
    struct range r = {.system = system, .after = first - 1, .end = end};
    enum gt_err err;

    do {
        err = gt_db_read(till->db, "resolve.range", range_read, &r);
        for (int i = 0; i < r.n && err == GT_OK; i++)
            err = resolve_alone(till, r.ids[i], retry_ms);
        if (r.n)
            r.after = r.ids[r.n - 1];
    } while (err == GT_OK && r.n == DUE_MOST);
    return err;
}
