/*
 * Refunds: asking, approving, and which transaction carries a request out.
 */
#include "till/refund.h"

#include "access/list.h"
#include "access/name.h"
#include "base/buf.h"
#include "till/search.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define RED_NO_CHARS 40

GT_ROW_DEFINE(gt_refund, GT_REFUND_COLS);

/* clang-format off */
GT_STMT(refund_last, "SELECT {top 1} " GT_ROW_NAMES(GT_REFUND_COLS) " FROM gt_refund "
        "WHERE orig_id = ? ORDER BY id DESC {limit 1}");
GT_STMT(refund_of_txn, GT_ROW_SELECT(gt_refund, GT_REFUND_COLS) " WHERE orig_id = ? AND txn_id = ?");
/* States of approval, transaction and payment say how a request stands; 9 is GT_OP_REFUND. */
#define REFUNDS "SELECT {top 51} " GT_ROW_NAMES(GT_REFUND_COLS) " FROM gt_refund WHERE "
#define FOUND "maker_id >= ? AND maker_id <= ? AND orig_id >= ? AND orig_id <= ? "               \
    "AND made_at >= ? AND made_at < ? AND txn_id >= ? AND txn_id <= ? "                          \
    "AND org_id IN (SELECT o.id FROM gt_org o WHERE o.path >= ? AND o.path < ?) "                \
    "AND EXISTS (SELECT a.id FROM gt_approval a WHERE a.id = gt_refund.id AND a.state >= ? "     \
    "AND a.state <= ?) AND EXISTS (SELECT c.id FROM gt_txn c WHERE c.id = gt_refund.orig_id "    \
    "AND LOWER(c.customer_no) LIKE ? ESCAPE '!') "
#define DONE_AS "AND EXISTS (SELECT t.id FROM gt_txn t WHERE t.id = gt_refund.txn_id AND "
#define BOTH_WAYS(name, more)                                                                    \
    GT_STMT(name, REFUNDS "id < ? AND " FOUND more "ORDER BY id DESC {limit 51}");               \
    GT_STMT(name##_up, REFUNDS "id > ? AND " FOUND more "ORDER BY id {limit 51}")
BOTH_WAYS(refunds_found, "");
BOTH_WAYS(refunds_running, DONE_AS "t.state <> 2) ");
BOTH_WAYS(refunds_unpaid, "AND paid_at = 0 " DONE_AS "t.state = 2 AND t.op = 9 AND t.method <> 'cash') ");
BOTH_WAYS(refunds_done, DONE_AS "t.state = 2 AND (gt_refund.paid_at > 0 OR t.op <> 9 OR t.method = 'cash')) ");
GT_STMT(refunds_ready, "SELECT {top 50} " GT_ROW_NAMES(GT_REFUND_COLS) " FROM gt_refund "
        "WHERE txn_id = 0 AND org_id IN (SELECT o.id FROM gt_org o WHERE o.path >= ? AND o.path < ?) "
        "AND EXISTS (SELECT a.id FROM gt_approval a WHERE a.id = gt_refund.id AND a.state = 2) "
        "ORDER BY id DESC {limit 50}");
/* clang-format on */

/* --- requests ----------------------------------------------------------------------------------
 */

bool gt_refund_last(struct gt_tx *tx, int64_t orig_id, struct gt_refund *refund,
                    struct gt_approval *approval)
{
    return gt_row_one(tx, &gt_refund_row, refund, &refund_last, GT_INT(orig_id)) &&
           gt_row_find(tx, &gt_approval_row, refund->id, approval);
}

bool gt_refund_waits(const struct gt_refund *refund, const struct gt_approval *approval)
{
    return approval->state == GT_APPROVAL_APPROVED && refund->txn_id == 0;
}

bool gt_refund_is_red(struct gt_tx *tx, int64_t orig_id)
{
    struct gt_approval approval;
    struct gt_refund last;

    return gt_refund_last(tx, orig_id, &last, &approval) && gt_refund_waits(&last, &approval) &&
           last.red_no[0];
}

enum gt_outcome gt_refund_permit(struct gt_tx *tx, const struct gt_txn *orig, int64_t user_id,
                                 struct gt_refund *refund)
{
    struct gt_approval approval;
    struct gt_refund last;

    if (!gt_refund_last(tx, orig->id, &last, &approval) || !gt_refund_waits(&last, &approval) ||
        last.amount != orig->amount + orig->fee)
        return GT_OUT_REFUND_NOT_APPROVED;
    if (approval.checker_id == user_id)
        return GT_OUT_REFUND_OWN;
    return gt_row_lock(tx, &gt_refund_row, last.id, refund) && refund->txn_id == 0
               ? GT_OUT_OK
               : GT_OUT_REFUND_NOT_APPROVED;
}

void gt_refund_take(struct gt_tx *tx, struct gt_refund *refund, const struct gt_txn *txn)
{
    refund->txn_id = txn->id;
    gt_counted_save(tx, &gt_refund_row, refund);
}

void gt_refund_free(struct gt_tx *tx, const struct gt_txn *txn)
{
    struct gt_refund refund;

    if (!gt_row_one(tx, &gt_refund_row, &refund, &refund_of_txn, GT_INT(txn->orig_id),
                    GT_INT(txn->id)))
        return;
    refund.txn_id = 0;
    gt_counted_save(tx, &gt_refund_row, &refund);
}

/* --- how it stands -----------------------------------------------------------------------------
 */

bool gt_refund_view_read(struct gt_tx *tx, struct gt_refund_view *view)
{
    int64_t txn_id = view->refund.txn_id;

    view->txn.id = 0;
    return gt_row_find(tx, &gt_approval_row, view->refund.id, &view->approval) &&
           gt_row_find(tx, &gt_txn_row, view->refund.orig_id, &view->orig) &&
           (!txn_id || gt_row_find(tx, &gt_txn_row, txn_id, &view->txn));
}

enum gt_refund_standing gt_refund_standing(const struct gt_refund_view *view)
{
    const struct gt_txn *txn = &view->txn;

    switch ((enum gt_approval_state)view->approval.state) {
    case GT_APPROVAL_WAITING:
        return GT_REFUND_WAITING;
    case GT_APPROVAL_REFUSED:
        return GT_REFUND_REFUSED;
    case GT_APPROVAL_WITHDRAWN:
        return GT_REFUND_WITHDRAWN;
    case GT_APPROVAL_EXPIRED:
        return GT_REFUND_EXPIRED;
    default:
        break;
    }
    if (!txn->id)
        return GT_REFUND_READY;
    if (txn->state != GT_TXN_POSTED)
        return GT_REFUND_RUNNING;
    return txn->op == GT_OP_REFUND && strcmp(txn->method, "cash") != 0 && !view->refund.paid_at
               ? GT_REFUND_UNPAID
               : GT_REFUND_DONE;
}

const char *gt_refund_standing_name(enum gt_refund_standing standing)
{
    static const char *const names[GT_REFUND__MAX] = {
        "waiting", "ready", "running", "unpaid", "done", "refused", "withdrawn", "expired",
    };

    return names[standing];
}

/* --- lists -------------------------------------------------------------------------------------
 */

static size_t read_rows(struct gt_tx *tx, struct gt_refund *refunds, size_t most)
{
    size_t n = 0;

    while (n < most && gt_tx_next(tx))
        gt_row_read(tx, &gt_refund_row, &refunds[n++]);
    return gt_tx_err(tx) == GT_OK ? n : 0;
}

_Static_assert(GT_OP_REFUND == 9 && GT_TXN_POSTED == 2, "as the statements above have it");

/* The statement that finds a standing. */
static const struct gt_stmt *const *found_by(enum gt_refund_standing standing, bool oldest)
{
    switch (standing) {
    case GT_REFUND_RUNNING:
        return oldest ? &refunds_running_up : &refunds_running;
    case GT_REFUND_UNPAID:
        return oldest ? &refunds_unpaid_up : &refunds_unpaid;
    case GT_REFUND_DONE:
        return oldest ? &refunds_done_up : &refunds_done;
    default:
        return oldest ? &refunds_found_up : &refunds_found;
    }
}

size_t gt_refunds_find(struct gt_tx *tx, const struct gt_refund_find *find,
                       struct gt_refund *refunds)
{
    static const enum gt_approval_state approvals[GT_REFUND__MAX] = {
        GT_APPROVAL_WAITING,  GT_APPROVAL_APPROVED, GT_APPROVAL_APPROVED,  GT_APPROVAL_APPROVED,
        GT_APPROVAL_APPROVED, GT_APPROVAL_REFUSED,  GT_APPROVAL_WITHDRAWN, GT_APPROVAL_EXPIRED,
    };
    bool any = find->standing == GT_REFUND__MAX;
    bool carried = find->standing == GT_REFUND_RUNNING || find->standing == GT_REFUND_UNPAID ||
                   find->standing == GT_REFUND_DONE;
    int64_t first = find->oldest ? 0 : INT64_MAX;
    char end[202], like[GT_LIKE_MAX];

    gt_org_range_end(find->path, end);
    gt_like(find->customer, like);
    gt_tx_query(
        tx, found_by(find->standing, find->oldest), GT_INT(find->after_id ? find->after_id : first),
        GT_INT(find->maker_id ? find->maker_id : INT64_MIN),
        GT_INT(find->maker_id ? find->maker_id : INT64_MAX), GT_INT(find->orig_id),
        GT_INT(find->orig_id ? find->orig_id : INT64_MAX), GT_INT(find->from), GT_INT(find->to),
        GT_INT(carried ? 1 : 0), GT_INT(find->standing == GT_REFUND_READY ? 0 : INT64_MAX),
        GT_TEXT(find->path), GT_TEXT(end), GT_INT(any ? 0 : approvals[find->standing]),
        GT_INT(any ? INT64_MAX : approvals[find->standing]), GT_TEXT(like));
    return read_rows(tx, refunds, find->most);
}

size_t gt_refunds_ready(struct gt_tx *tx, const char *path, struct gt_refund *refunds, size_t most)
{
    char end[202];

    gt_org_range_end(path, end);
    gt_tx_query(tx, &refunds_ready, GT_TEXT(path), GT_TEXT(end));
    return read_rows(tx, refunds, most);
}

/* --- asking ------------------------------------------------------------------------------------
 */

struct asking {
    const struct gt_by *by;
    const struct gt_refund_form *form;
    struct gt_refusal *no;
    int64_t key;
};

static bool is_refundable(const struct gt_txn *txn)
{
    return txn->state == GT_TXN_POSTED &&
           (txn->op == GT_OP_PAY || txn->op == GT_OP_RECHARGE || txn->op == GT_OP_OPEN);
}

/* Whether what was asked before still stands: then it is not asked for twice. */
static bool asked_before(struct gt_tx *tx, int64_t orig_id)
{
    struct gt_approval approval;
    struct gt_refund last;

    return gt_refund_last(tx, orig_id, &last, &approval) &&
           (approval.state == GT_APPROVAL_WAITING || gt_refund_waits(&last, &approval));
}

static void request_fill(const struct asking *a, const struct gt_txn *txn,
                         struct gt_approval *approval, struct gt_refund *refund)
{
    *approval = (struct gt_approval){
        .id = a->key, .kind = GT_REFUND_KIND, .org_id = txn->org_id, .object_id = txn->id};
    (void)gt_txn_number(txn->id, approval->object);
    (void)!gt_str_copy(approval->reason, sizeof(approval->reason), a->form->reason);
    *refund = (struct gt_refund){.id = a->key,
                                 .orig_id = txn->id,
                                 .org_id = txn->org_id,
                                 .amount = txn->amount + txn->fee,
                                 .maker_id = a->by->user_id,
                                 .made_at = gt_now(a->by->clock)};
    (void)!gt_str_copy(refund->method, sizeof(refund->method), a->form->method);
    (void)!gt_str_copy(refund->red_no, sizeof(refund->red_no), a->form->red_no);
}

static enum gt_err ask_in(struct gt_tx *tx, void *arg)
{
    const struct asking *a = arg;
    struct gt_approval approval;
    struct gt_refund refund;
    struct gt_txn txn;
    char object[24];

    *a->no = (struct gt_refusal){.why = GT_WHY_NONE};
    /* Locked: two who ask at once are one behind the other. */
    if (!gt_row_lock(tx, &gt_txn_row, a->form->txn_id, &txn))
        return gt_tx_refuse(tx, a->no, GT_WHY_ABSENT, "", 0, NULL);
    if (gt_by_may(tx, a->by, GT_RIGHT_REVERSE, txn.org_id, NULL, a->no) != GT_OK)
        return gt_tx_err(tx);
    if (!is_refundable(&txn))
        return gt_tx_refuse(tx, a->no, GT_WHY_REFUND_KIND, "", 0, NULL);
    if (a->form->amount != txn.amount + txn.fee)
        return gt_tx_refuse(tx, a->no, GT_WHY_REFUND_AMOUNT, "amount", 0, NULL);
    if (asked_before(tx, txn.id))
        return gt_tx_refuse(tx, a->no, GT_WHY_REFUND_ASKED, "", 0, NULL);
    request_fill(a, &txn, &approval, &refund);
    enum gt_err err = gt_asked_put(approval.asked, refund.method, refund.amount);
    if (err != GT_OK)
        return gt_tx_fail(tx, err);
    if (gt_approval_ask(tx, a->by, &approval, a->no) != GT_OK)
        return gt_tx_err(tx);
    gt_row_insert(tx, &gt_refund_row, &refund);
    gt_census_add(tx, gt_refund_row.table, 1);
    (void)snprintf(object, sizeof(object), "%" PRId64, txn.id);
    gt_oplog_add(tx, a->by->logger, "refund.ask", object, approval.asked);
    return gt_tx_err(tx);
}

enum gt_err gt_refund_ask(const struct gt_by *by, const struct gt_refund_form *form,
                          int64_t *approval, struct gt_refusal *no)
{
    struct asking a = {.by = by, .form = form, .no = no};
    size_t len = strlen(form->red_no);

    if (strcmp(form->method, "cash") != 0 && strcmp(form->method, "transfer") != 0)
        return gt_refuse(no, GT_WHY_NAME_FORM, "method", 8, NULL);
    if (len > RED_NO_CHARS ||
        strspn(form->red_no, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-") !=
            len)
        return gt_refuse(no, GT_WHY_CODE_FORM, "red_no", RED_NO_CHARS, "-");
    enum gt_err err = gt_key_next(by->src, "approval", &a.key);
    if (err == GT_OK)
        err = gt_db_transact(by->db, "refund.ask", ask_in, &a);
    if (err == GT_OK)
        *approval = a.key;
    return err;
}

/* --- approving ---------------------------------------------------------------------------------
 */

static enum gt_err apply(struct gt_tx *tx, const struct gt_by *by, const struct gt_approval *asked,
                         const int64_t *keys, struct gt_refusal *no)
{
    struct gt_txn txn;
    char object[24];

    (void)keys;
    if (!gt_row_find(tx, &gt_txn_row, asked->object_id, &txn))
        return gt_tx_refuse(tx, no, GT_WHY_ABSENT, "", 0, NULL);
    if (txn.user_id == by->user_id) /* who took the money does not say that it may go back */
        return gt_tx_refuse(tx, no, GT_WHY_IS_SELF, "", 0, NULL);
    if (!is_refundable(&txn))
        return gt_tx_refuse(tx, no, GT_WHY_STALE, "", 0, NULL);
    (void)snprintf(object, sizeof(object), "%" PRId64, txn.id);
    gt_oplog_add(tx, by->logger, "refund.approve", object, asked->asked);
    return gt_tx_err(tx);
}

GT_APPROVAL(refund, {.key = GT_REFUND_KIND,
                     .zh = "退费",
                     .en = "Refund",
                     .ask = GT_RIGHT_REVERSE,
                     .decide = GT_RIGHT_REFUND_APPROVE,
                     .apply = apply});
