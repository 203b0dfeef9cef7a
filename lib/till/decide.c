/*
 * Decisions of what is in doubt: asking, and doing what was approved.
 */
#include "till/decide.h"

#include "till/bag.h"
#include "till/flow.h"
#include "till/resolve.h"
#include "till/search.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

GT_STMT(decide_waiting,
        GT_ROW_SELECT(gt_approval,
                      GT_APPROVAL_COLS) " WHERE state = 1 AND kind = ? AND object_id = ?");

/* How it is decided is the name of the row's one figure, the amount: people read it there. */
#define POSTED "posted"
#define NEVER  "never"

bool gt_decide_waiting(struct gt_tx *tx, int64_t txn_id, struct gt_approval *row)
{
    return gt_row_one(tx, &gt_approval_row, row, &decide_waiting, GT_TEXT(GT_DECIDE_KIND),
                      GT_INT(txn_id));
}

/* Whether it can be decided at all, and so. */
static enum gt_err check(struct gt_tx *tx, const struct gt_txn *txn, bool posted,
                         struct gt_refusal *no)
{
    if (txn->state != GT_TXN_PENDING)
        return gt_tx_refuse(tx, no, GT_WHY_NOT_IN_DOUBT, "", 0, NULL);
    if (posted && txn->card_no[0])
        return gt_tx_refuse(tx, no, GT_WHY_NO_PACKET, "posted", 0, NULL);
    return GT_OK;
}

/* --- asking ------------------------------------------------------------------------------------
 */

struct asking {
    const struct gt_by *by;
    struct gt_refusal *no;
    int64_t txn_id, key, answer_ms;
    bool posted;
    const char *reason;
};

static enum gt_err ask_in(struct gt_tx *tx, void *arg)
{
    const struct asking *a = arg;
    struct gt_approval row, waiting;
    struct gt_txn txn;
    char object[24], number[GT_TXN_NUMBER_MAX];

    *a->no = (struct gt_refusal){.why = GT_WHY_NONE};
    if (!gt_row_find(tx, &gt_txn_row, a->txn_id, &txn))
        return gt_tx_refuse(tx, a->no, GT_WHY_ABSENT, "", 0, NULL);
    if (gt_by_may(tx, a->by, GT_RIGHT_TXN_DECIDE, txn.org_id, NULL, a->no) != GT_OK ||
        check(tx, &txn, a->posted, a->no) != GT_OK)
        return gt_tx_err(tx);
    if (!gt_doubt_rests(&txn, gt_now(a->by->clock), a->answer_ms))
        return gt_tx_refuse(tx, a->no, GT_WHY_IN_FLIGHT, "", 0, NULL);
    if (gt_decide_waiting(tx, txn.id, &waiting))
        return gt_tx_refuse(tx, a->no, GT_WHY_ASKED_BEFORE, "", 0, NULL);
    row = (struct gt_approval){.id = a->key, .org_id = txn.org_id, .object_id = txn.id};
    (void)snprintf(row.kind, sizeof(row.kind), "%s", GT_DECIDE_KIND);
    (void)gt_txn_number(txn.id, number);
    (void)snprintf(row.object, sizeof(row.object), "%s", number);
    (void)!gt_str_copy(row.reason, sizeof(row.reason), a->reason);
    enum gt_err err = gt_asked_put(row.asked, a->posted ? POSTED : NEVER, txn.amount + txn.fee);
    if (err != GT_OK)
        return gt_tx_fail(tx, err);
    if (gt_approval_ask(tx, a->by, &row, a->no) != GT_OK)
        return gt_tx_err(tx);
    (void)snprintf(object, sizeof(object), "%" PRId64, txn.id);
    gt_oplog_add(tx, a->by->logger, "txn.decide_ask", object, a->posted ? POSTED : NEVER);
    return gt_tx_err(tx);
}

enum gt_err gt_decide_ask(const struct gt_by *by, int64_t txn_id, bool posted, const char *reason,
                          int64_t answer_ms, int64_t *approval, struct gt_refusal *no)
{
    struct asking a = {.by = by,
                       .no = no,
                       .txn_id = txn_id,
                       .answer_ms = answer_ms,
                       .posted = posted,
                       .reason = reason};
    enum gt_err err = gt_key_next(by->src, "approval", &a.key);

    if (err == GT_OK)
        err = gt_db_transact(by->db, "txn.decide_ask", ask_in, &a);
    if (err == GT_OK)
        *approval = a.key;
    return err;
}

/* --- doing -------------------------------------------------------------------------------------
 */

_Static_assert(GT_APPROVAL_KEYS >= GT_DECIDE_KEYS, "a decision is one outcome");

/* What upstream would have answered. */
static void reply_fill(bool posted, struct gt_up_reply *reply)
{
    reply->class = posted ? GT_UP_OK : GT_UP_REFUSED;
    reply->outcome = posted ? GT_OUT_OK : GT_OUT_UPSTREAM_NEVER_GOT;
}

static enum gt_err apply(struct gt_tx *tx, const struct gt_by *by, const struct gt_approval *asked,
                         const int64_t *keys, struct gt_refusal *no)
{
    bool posted = strncmp(asked->asked, POSTED "=", sizeof(POSTED)) == 0;
    struct gt_till till = {.tz_minutes = by->tz_minutes};
    struct gt_flow flow = {.txn_id = asked->object_id};
    struct gt_bag bag = {.count = GT_APPROVAL_KEYS};
    struct gt_txn txn;
    char note[700], object[24];

    if (!gt_row_find(tx, &gt_txn_row, asked->object_id, &txn))
        return gt_tx_refuse(tx, no, GT_WHY_ABSENT, "", 0, NULL);
    if (txn.user_id == by->user_id) /* it would be their own cash */
        return gt_tx_refuse(tx, no, GT_WHY_IS_SELF, "", 0, NULL);
    if (check(tx, &txn, posted, no) != GT_OK)
        return gt_tx_err(tx);
    memcpy(bag.key, keys, GT_APPROVAL_KEYS * sizeof(keys[0]));
    reply_fill(posted, &flow.reply);
    (void)snprintf(note, sizeof(note), "%s, approval %" PRId64 ": %s", posted ? POSTED : NEVER,
                   asked->id, asked->reason);
    if (!gt_flow_decide(tx, &till, &flow, gt_now(by->clock), &bag, note))
        return gt_tx_err(tx) ? gt_tx_err(tx)
                             : gt_tx_refuse(tx, no, GT_WHY_NOT_IN_DOUBT, "", 0, NULL);
    (void)snprintf(object, sizeof(object), "%" PRId64, txn.id);
    gt_oplog_add(tx, by->logger, "txn.decide", object, posted ? POSTED : NEVER);
    return gt_tx_err(tx);
}

GT_APPROVAL(txn_decide, {.key = GT_DECIDE_KIND,
                         .zh = "未决交易认定",
                         .en = "Decision of a transaction in doubt",
                         .ask = GT_RIGHT_TXN_DECIDE,
                         .decide = GT_RIGHT_TXN_DECIDE,
                         .apply = apply});
