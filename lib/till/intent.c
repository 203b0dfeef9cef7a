/*
 * Step 1 of a transaction: the intent, or the refusal, in one commit.
 *
 * Everything that is refused here is stored as declined, so that a late copy of it cannot post.
 * The subtle part is what is *not* stored: class `error` leaves nothing, and the terminal may send
 * the same trace number again.
 */
#include "till/account.h"
#include "till/bag.h"
#include "till/card.h"
#include "till/clearing.h"
#include "till/event.h"
#include "till/flow.h"
#include "till/limit.h"
#include "till/order.h"
#include "till/permit.h"
#include "till/refund.h"
#include "till/shift.h"
#include "till/slip.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Everything the callback works on; written anew each time it runs. */
struct intent {
    const struct gt_till *till;
    const struct gt_order *order;
    struct gt_flow *flow;
    struct gt_result *result;
    struct gt_bag bag;
    char digest[GT_SHA256_HEX];
    int64_t number; /* ten digits of the transaction number */
    int64_t now;
    struct gt_actor actor; /* as of this transaction */
    struct gt_state state; /* of the platform */
    struct gt_account account;
    struct gt_txn txn;       /* the row to be */
    struct gt_txn orig;      /* that is rewritten, confirmed, given back; else id 0 */
    struct gt_refund refund; /* the request that it carries out; else id 0 */
    struct gt_permit permit; /* that lifts the limits for this one; else id 0 */
    struct gt_txn seen;      /* a purchase that this reading of the card confirms; else id 0 */
};

GT_STMT(pending_guard, "SELECT id FROM gt_pending WHERE guard = ?");

/* --- what may be refused ------------------------------------------------------------------- */

static bool method_known(const char *method)
{
    static const char *const known[] = {"cash", "card", "wechat", "alipay", "cheque", "transfer"};

    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        if (strcmp(known[i], method) == 0)
            return true;
    return false;
}

static bool is_collecting(enum gt_op op)
{
    return gt_op_is_money(op) && !gt_op_gives_back(op);
}

/* Whether the operator lacks the shift that money wants.  A cashier's account is nobody else's, so
 * the shift that it counts is theirs. */
static bool lacks_shift(struct gt_tx *tx, const struct intent *in)
{
    if (!gt_op_is_money(in->order->op) || !(in->order->wants_shift || in->actor.wants_shift))
        return false;
    if (in->account.shifts == 0 || in->account.kind == GT_ACCOUNT_CASHIER)
        return in->account.shifts == 0;
    return gt_shift_at(tx, in->account.id, in->actor.user.id) == 0;
}

static enum gt_outcome refuse_rights(struct gt_tx *tx, const struct intent *in)
{
    const struct gt_order *order = in->order;

    if (in->actor.terminal.ops && !(in->actor.terminal.ops >> order->op & 1))
        return GT_OUT_OP_NOT_ALLOWED;
    if (in->account.state != GT_ACCOUNT_ENABLED)
        return GT_OUT_ACCOUNT_SUSPENDED;
    if (is_collecting(order->op) && !method_known(order->method))
        return GT_OUT_METHOD_NOT_ALLOWED;
    return lacks_shift(tx, in) ? GT_OUT_NO_SHIFT : GT_OUT_OK;
}

/* Whether the original is of the terminal itself or of the organisation the terminal stands in:
 * anything else answers as if it were not there. */
static bool may_know(struct gt_tx *tx, const struct intent *in, const struct gt_txn *orig)
{
    struct gt_org here;
    struct gt_org there;

    if (orig->terminal_id == in->actor.terminal.id || orig->account_id == in->account.id)
        return true;
    return gt_row_find(tx, &gt_org_row, in->actor.terminal.org_id, &here) &&
           gt_row_find(tx, &gt_org_row, orig->org_id, &there) && gt_org_within(&there, &here);
}

/* Finds the original; a rewrite stands for the purchase it wrote. */
static enum gt_outcome orig_find(struct gt_tx *tx, struct intent *in)
{
    if (!gt_row_find(tx, &gt_txn_row, in->order->orig_id, &in->orig))
        return GT_OUT_REV_NO_ORIGINAL;
    if (!may_know(tx, in, &in->orig)) {
        in->orig.id = 0;
        return GT_OUT_REV_NO_ORIGINAL;
    }
    if (in->orig.op == GT_OP_REWRITE && !gt_op_gives_back(in->order->op))
        if (!gt_row_find(tx, &gt_txn_row, in->orig.orig_id, &in->orig))
            return GT_OUT_REV_NO_ORIGINAL;
    return GT_OUT_OK;
}

/* What was collected in cash and not remitted; with a shift open, what its drawer has of it: the
 * rest is under way. */
static int64_t cash_there(struct gt_tx *tx, const struct intent *in)
{
    int64_t shift_id = gt_shift_at(tx, in->account.id, in->actor.user.id);
    int64_t drawer = shift_id ? gt_shift_cash(tx, shift_id) : INT64_MAX;

    return drawer < in->account.unremitted ? drawer : in->account.unremitted;
}

/* Whether two persons have said that it may be given back, here and now. */
static enum gt_outcome refuse_unapproved(struct gt_tx *tx, struct intent *in)
{
    enum gt_outcome outcome = gt_refund_permit(tx, &in->orig, in->actor.user.id, &in->refund);
    const char *method = in->order->op == GT_OP_REFUND ? in->refund.method : in->orig.method;

    if (outcome != GT_OUT_OK) {
        in->refund.id = 0;
        return outcome;
    }
    /* An agent gives of its own; a cashier only of what was collected and lies in the drawer. */
    if (strcmp(method, "cash") == 0 && in->account.kind == GT_ACCOUNT_CASHIER &&
        cash_there(tx, in) < in->order->amount)
        return GT_OUT_REFUND_CASH;
    return GT_OUT_OK;
}

/* What holds for a reversal and for a refund. */
static enum gt_outcome refuse_back(const struct intent *in)
{
    const struct gt_txn *orig = &in->orig;

    if (orig->op != GT_OP_PAY && orig->op != GT_OP_RECHARGE && orig->op != GT_OP_OPEN)
        return GT_OUT_REV_KIND;
    if (gt_txn_taken_back(orig))
        return GT_OUT_REV_DONE;
    if (orig->state == GT_TXN_REVERSING)
        return GT_OUT_REV_IN_PROGRESS;
    if (orig->state != GT_TXN_POSTED)
        return GT_OUT_REV_NOT_POSTED;
    if (strcmp(orig->customer_no, in->order->customer_no) != 0)
        return GT_OUT_REV_CUSTOMER;
    return orig->amount == in->order->amount ? GT_OUT_OK : GT_OUT_REV_AMOUNT;
}

/* A reversal of another account's wants an approval; on another date not even that helps. */
static enum gt_outcome refuse_reverse(struct gt_tx *tx, struct intent *in)
{
    const struct gt_txn *orig = &in->orig;
    enum gt_outcome outcome = GT_OUT_OK;

    if (orig->account_id != in->account.id)
        outcome = refuse_unapproved(tx, in);
    if (outcome == GT_OUT_REFUND_NOT_APPROVED)
        return GT_OUT_REV_OTHER_OPERATOR;
    if (outcome == GT_OUT_OK)
        outcome = refuse_back(in);
    if (outcome != GT_OUT_OK)
        return outcome;
    /* Neither a day that we closed, nor one that the marketing system has closed. */
    if (orig->out_date != in->state.biz_date || in->state.state != GT_TRADING ||
        orig->clear_date != gt_clearing_date(tx, orig->system, in->state.biz_date))
        return GT_OUT_REV_NEXT_DAY;
    if (gt_slip_has_txn(tx, orig))
        return GT_OUT_REV_REMITTED;
    return gt_card_refuse_reverse(tx, orig, &in->order->card);
}

static enum gt_outcome refuse_refund(struct gt_tx *tx, struct intent *in)
{
    enum gt_outcome outcome = refuse_back(in);

    if (outcome == GT_OUT_OK)
        outcome = refuse_unapproved(tx, in);
    return outcome == GT_OUT_OK ? gt_card_refuse_reverse(tx, &in->orig, &in->order->card) : outcome;
}

static enum gt_outcome refuse_confirm(const struct intent *in)
{
    if (in->orig.card_state == GT_CARD_NONE || in->orig.card_state == GT_CARD_SUPERSEDED)
        return GT_OUT_CARD_NO_PURCHASE;
    if (in->orig.card_state == GT_CARD_WRITTEN && !in->order->written)
        return GT_OUT_CARD_ALREADY_WRITTEN;
    return GT_OUT_OK;
}

static enum gt_outcome refuse_original(struct gt_tx *tx, struct intent *in)
{
    enum gt_outcome outcome;

    if (!in->order->orig_id)
        return GT_OUT_OK;
    outcome = orig_find(tx, in);
    if (outcome != GT_OUT_OK)
        return outcome;
    if (in->order->op == GT_OP_REVERSE)
        return refuse_reverse(tx, in);
    if (in->order->op == GT_OP_REFUND)
        return refuse_refund(tx, in);
    if (in->orig.account_id != in->account.id && in->orig.terminal_id != in->actor.terminal.id)
        return GT_OUT_REV_OTHER_OPERATOR;
    if (in->order->op == GT_OP_REWRITE)
        return gt_card_refuse_rewrite(&in->orig, &in->order->card);
    return refuse_confirm(in);
}

static enum gt_outcome refuse_card(struct gt_tx *tx, struct intent *in)
{
    const struct gt_order *order = in->order;

    if ((order->op == GT_OP_OPEN || order->op == GT_OP_REPLACE) && !order->card.present)
        return GT_OUT_CARD_MISSING;
    if (order->op == GT_OP_OPEN)
        gt_card_seen(tx, in->flow->upstream->name, &order->card, &in->seen);
    if (order->op != GT_OP_RECHARGE || !order->card.present)
        return GT_OUT_OK;
    return gt_card_refuse_recharge(tx, in->flow->upstream->name, order->customer_no, &order->card,
                                   &in->seen);
}

static enum gt_outcome refuse_limits(struct gt_tx *tx, struct intent *in)
{
    const struct gt_terminal *terminal = &in->actor.terminal;
    const struct gt_account *account = &in->account;
    int64_t due = in->order->amount + in->order->fee;

    if (!is_collecting(in->order->op))
        return GT_OUT_OK;
    if ((terminal->limit_txn && due > terminal->limit_txn) ||
        (account->limit_txn && due > account->limit_txn))
        return GT_OUT_OVER_TXN_LIMIT;
    if (strcmp(in->order->method, "cash") == 0 && due > gt_account_available(account))
        return GT_OUT_NO_CREDIT;
    if (!gt_use_room(tx, GT_USE_TERMINAL, terminal->id, in->state.biz_date, terminal->limit_day,
                     due) ||
        !gt_use_room(tx, GT_USE_ACCOUNT, account->id, in->state.biz_date, account->limit_day, due))
        return GT_OUT_OVER_DAY_LIMIT;
    return gt_limit_refuse(tx, account, in->order->op, in->state.biz_date, due);
}

/* A one-off permission for just this customer and amount lifts every limit.  Looked for only when a
 * limit refuses, so that other sales do not pay for it. */
static enum gt_outcome lift_limits(struct gt_tx *tx, struct intent *in, enum gt_outcome outcome)
{
    if (outcome != GT_OUT_OK &&
        gt_permit_for_sale(tx, in->account.id, in->order->customer_no,
                           in->order->amount + in->order->fee, in->now, &in->permit))
        return GT_OUT_OK;
    in->permit.id = 0;
    return outcome;
}

/* What a page was shown with is old where the customer had other money since. */
static enum gt_outcome refuse_old_page(struct gt_tx *tx, struct intent *in)
{
    const struct gt_seen *seen = &in->order->seen;
    struct gt_seen now;

    if (!seen->date || !is_collecting(in->order->op))
        return GT_OUT_OK;
    gt_seen_read(tx, in->order->customer_no, &now);
    return now.date == seen->date && now.mark == seen->mark ? GT_OUT_OK : GT_OUT_PAGE_OLD;
}

static void guard_of(const char *system, const char *customer_no, char out[GT_GUARD_MAX])
{
    snprintf(out, GT_GUARD_MAX, "%s/%s", system, customer_no);
}

/* What must not be in flight twice: a customer of a system; a confirmation is about itself. */
static void guard_name(const struct gt_txn *txn, char out[GT_GUARD_MAX])
{
    if (txn->op == GT_OP_CONFIRM)
        snprintf(out, GT_GUARD_MAX, "#%" PRId64, txn->id);
    else
        guard_of(txn->system, txn->customer_no, out);
}

int64_t gt_underway(struct gt_tx *tx, const char *system, const char *customer_no)
{
    char guard[GT_GUARD_MAX];

    guard_of(system, customer_no, guard);
    return gt_tx_one(tx, &pending_guard, GT_TEXT(guard)) ? gt_col_int(tx) : 0;
}

void gt_flow_guard_gone(struct gt_tx *tx, const struct gt_txn *txn)
{
    char guard[GT_GUARD_MAX];

    guard_name(txn, guard);
    gt_row_gone(tx, &pending_guard, GT_TEXT(guard));
}

static enum gt_outcome refuse_busy(struct gt_tx *tx, const struct intent *in)
{
    char guard[GT_GUARD_MAX];

    guard_name(&in->txn, guard);
    if (gt_row_unheard(tx, &pending_guard, GT_TEXT(guard)))
        return GT_OUT_OK;
    return gt_tx_one(tx, &pending_guard, GT_TEXT(guard)) ? GT_OUT_CUSTOMER_BUSY : GT_OUT_OK;
}

/* --- the row ---------------------------------------------------------------------------------- */

static void row_fill(struct intent *in)
{
    const struct gt_order *order = in->order;
    struct gt_txn *txn = &in->txn;

    *txn = (struct gt_txn){.id = in->state.biz_date * 10000000000 + in->number,
                           .terminal_id = in->actor.terminal.id,
                           .trace_no = order->trace_no,
                           .account_id = in->account.id,
                           .user_id = in->actor.user.id,
                           .org_id = in->account.org_id,
                           .channel = in->actor.terminal.kind,
                           .op = order->op,
                           .amount = order->amount,
                           .fee = order->fee,
                           .tendered = order->tendered,
                           .card_count = order->card.count,
                           .orig_id = order->orig_id,
                           .biz_date = in->state.biz_date,
                           .created_at = in->now};
    GT_FIELD_COPY(txn->digest, in->digest);
    GT_FIELD_COPY(txn->operator_no, in->actor.user.operator_no);
    GT_FIELD_COPY(txn->customer_no, order->customer_no);
    GT_FIELD_COPY(txn->method, order->method);
    GT_FIELD_COPY(txn->card_no, order->card.card_no);
    GT_FIELD_COPY(txn->meter_no, order->op == GT_OP_OPEN ? order->meter_no : order->card.meter_no);
    GT_FIELD_COPY(txn->reason, order->reason);
    if (in->flow->upstream)
        GT_FIELD_COPY(txn->system, in->flow->upstream->name);
}

/* A reversal, a rewrite and a confirmation are about the original's customer, card and system. */
static void row_follow_original(struct intent *in)
{
    struct gt_txn *txn = &in->txn;

    if (!in->orig.id)
        return;
    txn->orig_id = in->orig.id;
    GT_FIELD_COPY(txn->system, in->orig.system);
    GT_FIELD_COPY(txn->customer_no, in->orig.customer_no);
    GT_FIELD_COPY(txn->meter_no, in->orig.meter_no);
    GT_FIELD_COPY(txn->customer_name, in->orig.customer_name);
    GT_FIELD_COPY(txn->address, in->orig.address);
    if (!gt_op_gives_back((enum gt_op)txn->op))
        return;
    GT_FIELD_COPY(txn->method,
                  txn->op == GT_OP_REFUND && in->refund.id ? in->refund.method : in->orig.method);
    txn->fee = in->orig.fee;
}

static void row_insert(struct gt_tx *tx, struct intent *in)
{
    in->txn.account_seq = ++in->account.txn_count;
    gt_row_save(tx, &gt_account_row, &in->account);
    gt_row_insert(tx, &gt_txn_row, &in->txn);
}

/* A card that shows the count of a purchase we did not know as written confirms it. */
static void seen_written(struct gt_tx *tx, struct intent *in)
{
    if (!in->seen.id)
        return;
    in->seen.card_state = GT_CARD_WRITTEN;
    gt_event_add(tx, &in->seen, gt_bag_take(&in->bag), in->now, "card_seen",
                 "the card shows the purchase count");
    gt_row_save(tx, &gt_txn_row, &in->seen);
}

static void decline(struct gt_tx *tx, struct intent *in, enum gt_outcome outcome)
{
    in->txn.state = GT_TXN_DECLINED;
    in->txn.outcome = outcome;
    in->txn.decided_at = in->now;
    in->txn.out_date = in->state.biz_date;
    row_insert(tx, in);
    gt_flow_result_of(tx, &in->txn, &in->account, 0, false, in->result);
    in->flow->next = GT_FLOW_DONE;
}

static void original_reversing(struct gt_tx *tx, struct intent *in)
{
    in->orig.state = GT_TXN_REVERSING;
    in->orig.reversed_by = in->txn.id;
    gt_row_save(tx, &gt_txn_row, &in->orig);
}

/* Counts towards the limits of the day, where there are such. */
static void use_limits(struct gt_tx *tx, struct intent *in)
{
    int64_t due = in->txn.amount + in->txn.fee;

    if (in->actor.terminal.limit_day)
        gt_use_add(tx, gt_bag_take(&in->bag), GT_USE_TERMINAL, in->txn.terminal_id,
                   in->txn.biz_date, due);
    if (in->account.limit_day)
        gt_use_add(tx, gt_bag_take(&in->bag), GT_USE_ACCOUNT, in->txn.account_id, in->txn.biz_date,
                   due);
    gt_limit_use(tx, &in->account, (enum gt_op)in->txn.op, gt_bag_take(&in->bag), in->txn.biz_date,
                 due);
}

static void accept(struct gt_tx *tx, struct intent *in)
{
    struct gt_txn *txn = &in->txn;
    struct gt_pending pending = {
        .id = txn->id, .sent_at = in->now, .due_at = in->now + in->till->lease_ms};
    char guard[GT_GUARD_MAX];

    txn->state = GT_TXN_PENDING;
    txn->up_state = GT_UPS_SENT;
    txn->outcome = GT_OUT_IN_DOUBT;
    if (is_collecting(in->order->op) && strcmp(txn->method, "cash") == 0) {
        txn->held = txn->amount + txn->fee;
        if (in->permit.id) {
            gt_account_hold_beyond(&in->account, txn->held);
        } else if (!gt_account_hold(&in->account, txn->held)) {
            gt_tx_fail(tx, gt_err_set(GT_ERR_INTERNAL, "credit was checked and is gone"));
            return;
        }
    }
    if (is_collecting(in->order->op))
        use_limits(tx, in);
    if (in->permit.id)
        gt_permit_use(tx, &in->permit, txn->id);
    row_insert(tx, in);
    guard_name(txn, guard);
    GT_FIELD_COPY(pending.guard, guard);
    gt_row_insert(tx, &gt_pending_row, &pending);
    if (gt_op_gives_back((enum gt_op)txn->op))
        original_reversing(tx, in);
    if (in->refund.id)
        gt_refund_take(tx, &in->refund, txn);
    if (in->refund.id && txn->op == GT_OP_REFUND)
        GT_FIELD_COPY(in->flow->red_no, in->refund.red_no);
    in->flow->next = GT_FLOW_CALL;
}

/* A card that was not written needs nobody upstream: recorded and done. */
static void record_failed_write(struct gt_tx *tx, struct intent *in)
{
    in->txn.state = GT_TXN_POSTED;
    in->txn.decided_at = in->now;
    in->txn.out_date = in->state.biz_date;
    row_insert(tx, in);
    gt_flow_result_of(tx, &in->txn, &in->account, 0, false, in->result);
    in->flow->next = GT_FLOW_DONE;
}

/* The card's leg of the purchase is the terminal's own knowledge: it is stored with the intent of
 * the confirmation, whatever upstream then says to it. */
static void confirm_leg(struct gt_tx *tx, struct intent *in)
{
    enum gt_card_leg leg = in->order->written ? GT_CARD_WRITTEN : GT_CARD_FAILED;

    if (in->order->op != GT_OP_CONFIRM || in->orig.card_state == leg)
        return;
    in->orig.card_state = leg;
    gt_event_add(tx, &in->orig, gt_bag_take(&in->bag), in->now,
                 in->order->written ? "card_written" : "card_failed", in->order->reason);
    gt_row_save(tx, &gt_txn_row, &in->orig);
}

/* --- the transaction -------------------------------------------------------------------------- */

/* An earlier message with this trace number: its answer again, or the refusal of a re-use. */
static void answer_again(struct gt_tx *tx, struct intent *in, const struct gt_txn *old)
{
    in->flow->next = GT_FLOW_DONE;
    in->flow->txn_id = old->id;
    if (old->op == GT_OP_VOID) {
        gt_flow_result(tx, old, false, in->result);
        in->result->outcome = (enum gt_outcome)old->outcome;
        snprintf(in->result->text, sizeof(in->result->text), "%s",
                 gt_outcome_info(in->result->outcome)->zh);
    } else if (strcmp(old->digest, in->digest) != 0) {
        gt_result_plain(in->result, GT_OUT_TRACE_REUSED);
        in->result->biz_date = in->state.biz_date;
        in->result->has_available = true;
        in->result->available = gt_account_available(&in->account);
    } else {
        gt_flow_result(tx, old, true, in->result);
        if (old->state == GT_TXN_PENDING)
            in->flow->next = GT_FLOW_WAIT;
    }
}

/* Class `error`: nothing is stored. */
static enum gt_err turn_away(struct gt_tx *tx, struct intent *in, enum gt_outcome outcome)
{
    gt_result_plain(in->result, outcome);
    in->result->biz_date = in->state.biz_date;
    in->flow->next = GT_FLOW_DONE;
    return gt_tx_err(tx);
}

/* Rights may have changed since the actor was loaded: then it is loaded again, here.  `*outcome`
 * says why nobody may act; with another secret by now, who sent the order is not known. */
static bool actor_now(struct gt_tx *tx, struct intent *in, enum gt_outcome *outcome)
{
    const struct gt_actor *was = in->order->actor;

    in->actor = *was;
    in->flow->stale = in->state.rights != was->rights;
    *outcome = GT_OUT_TERMINAL_DISABLED;
    if (in->flow->stale &&
        !gt_actor_load(tx, was->terminal.terminal_no, was->user.operator_no, &in->actor))
        return false;
    if (strcmp(in->actor.terminal.secret, was->terminal.secret) != 0)
        *outcome = GT_OUT_BUSY;
    else if (in->actor.terminal.state == GT_ENABLED)
        *outcome = in->actor.user.id ? GT_OUT_OK : GT_OUT_OPERATOR_UNKNOWN;
    return *outcome == GT_OUT_OK;
}

static enum gt_outcome refuse(struct gt_tx *tx, struct intent *in)
{
    enum gt_outcome (*const checks[])(struct gt_tx *, struct intent *) = {
        refuse_old_page, refuse_original, refuse_card};
    enum gt_outcome outcome = refuse_rights(tx, in);

    if (outcome == GT_OUT_OK && !in->order->orig_id && !in->flow->upstream)
        outcome = GT_OUT_NOT_SERVED;
    for (size_t i = 0; outcome == GT_OUT_OK && i < sizeof(checks) / sizeof(checks[0]); i++)
        outcome = checks[i](tx, in);
    row_follow_original(in);
    if (outcome == GT_OUT_OK)
        outcome = refuse_busy(tx, in);
    if (outcome == GT_OUT_OK)
        outcome = lift_limits(tx, in, refuse_limits(tx, in));
    return outcome;
}

static enum gt_err intent_commit(struct gt_tx *tx, void *arg)
{
    struct intent *in = arg;
    struct gt_txn old;
    enum gt_outcome outcome;

    gt_bag_rewind(&in->bag);
    in->orig.id = 0;
    in->seen.id = 0;
    in->permit.id = 0;
    in->refund.id = 0;
    gt_state_read(tx, &in->state);
    if (!actor_now(tx, in, &outcome))
        return turn_away(tx, in, outcome);
    if (!gt_row_lock(tx, &gt_account_row, in->actor.user.account_id, &in->account))
        return turn_away(tx, in, GT_OUT_NO_ACCOUNT);
    if (gt_txn_repeated(tx, in->actor.terminal.id, in->order->trace_no, &old)) {
        answer_again(tx, in, &old);
        return gt_tx_err(tx);
    }
    row_fill(in);
    outcome = refuse(tx, in);
    in->txn.clear_date = gt_clearing_date(tx, in->txn.system, in->state.biz_date);
    if (gt_tx_err(tx))
        return gt_tx_err(tx);
    seen_written(tx, in);
    if (outcome == GT_OUT_OK)
        confirm_leg(tx, in);
    if (outcome != GT_OUT_OK)
        decline(tx, in, outcome);
    else if (in->order->op == GT_OP_CONFIRM && !in->order->written)
        record_failed_write(tx, in);
    else
        accept(tx, in);
    in->flow->txn_id = in->txn.id;
    return gt_tx_err(tx);
}

/* What the call sends, made of the order and the row that is now committed. */
static void request_fill(struct intent *in)
{
    gt_order_request(in->order, &in->txn, &in->orig, &in->flow->request);
    in->flow->row = in->txn;
    in->flow->created_at = in->now;
    if (in->orig.id)
        in->flow->upstream = gt_upstream_named(in->till->upstreams, in->txn.system);
}

enum gt_err gt_flow_intent(const struct gt_till *till, const struct gt_order *order,
                           struct gt_flow *flow, struct gt_result *result)
{
    struct intent in = {.till = till, .order = order, .flow = flow, .result = result};
    enum gt_err err;

    memset(flow, 0, sizeof(*flow));
    memset(result, 0, sizeof(*result));
    if (order->customer_no[0])
        flow->upstream = gt_upstream_for(till->upstreams, order->customer_no);
    err = gt_order_digest(order, in.digest);
    if (!err)
        err = gt_bag_fill(till->keys, 5, &in.bag);
    if (!err)
        err = gt_key_next(till->keys, "txn", &in.number);
    if (err)
        return err;
    in.now = gt_now(till->clock);
    err = gt_db_transact(till->db, "intent", intent_commit, &in);
    if (err)
        return gt_err_add(err, "intent of trace number %" PRId64, order->trace_no);
    if (flow->next == GT_FLOW_CALL)
        request_fill(&in);
    return GT_OK;
}
