/*
 * Questions: what became of a transaction, what a customer owes, what credit is left; and the
 * signing on and off of terminals.
 */
#include "till/account.h"
#include "till/ask.h"
#include "till/bag.h"
#include "till/batch.h"
#include "till/flow.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* --- inquiry -----------------------------------------------------------------------------------
 */

struct inquiry {
    const struct gt_actor *actor;
    int64_t trace_no, txn_id;
    int64_t number; /* for the row that makes a trace number void */
    int64_t now;
    struct gt_result *result;
    bool found;
};

static enum gt_err inquiry_read(struct gt_tx *tx, void *arg)
{
    struct inquiry *q = arg;
    struct gt_txn txn;

    q->found = q->trace_no ? gt_txn_by_trace(tx, q->actor->terminal.id, q->trace_no, &txn)
                           : gt_row_find(tx, &gt_txn_row, q->txn_id, &txn) &&
                                 gt_flow_may_see(q->actor, &txn);
    if (q->found && txn.op == GT_OP_VOID) {
        bool by_inquiry = txn.outcome == GT_OUT_VOIDED;
        gt_result_plain(q->result, by_inquiry ? GT_OUT_ABSENT : (enum gt_outcome)txn.outcome);
        q->result->txn.trace_no = txn.trace_no;
    } else if (q->found) {
        gt_flow_result(tx, &txn, true, q->result);
    } else {
        gt_result_plain(q->result, GT_OUT_ABSENT);
    }
    return gt_tx_err(tx);
}

void gt_trace_spend(struct gt_tx *tx, struct gt_account *account, const struct gt_spend *spend)
{
    struct gt_state state;

    gt_state_read(tx, &state);
    struct gt_txn txn = {.id = state.biz_date * 10000000000 + spend->number,
                         .terminal_id = spend->actor->terminal.id,
                         .trace_no = spend->trace_no,
                         .account_id = account->id,
                         .account_seq = ++account->txn_count,
                         .user_id = spend->actor->user.id,
                         .org_id = account->org_id,
                         .op = GT_OP_VOID,
                         .biz_date = state.biz_date,
                         .clear_date = state.biz_date,
                         .created_at = spend->now,
                         .state = GT_TXN_DECLINED,
                         .outcome = spend->outcome,
                         .out_date = state.biz_date,
                         .decided_at = spend->now};

    GT_FIELD_COPY(txn.operator_no, spend->actor->user.operator_no);
    gt_row_insert(tx, &gt_txn_row, &txn);
}

/* Enters the trace number as void, unless the original came in the meantime. */
static enum gt_err inquiry_void(struct gt_tx *tx, void *arg)
{
    struct inquiry *q = arg;
    struct gt_account account;

    if (inquiry_read(tx, q) || q->found)
        return gt_tx_err(tx);
    if (!gt_row_lock(tx, &gt_account_row, q->actor->user.account_id, &account))
        return gt_tx_err(tx) ? gt_tx_err(tx) : gt_tx_fail(tx, GT_ERR_ABSENT);
    gt_trace_spend(tx, &account,
                   &(struct gt_spend){q->actor, q->trace_no, q->number, q->now, GT_OUT_VOIDED});
    gt_row_save(tx, &gt_account_row, &account);
    gt_result_plain(q->result, GT_OUT_ABSENT);
    return gt_tx_err(tx);
}

enum gt_err gt_till_inquire(const struct gt_till *till, const struct gt_actor *actor,
                            int64_t trace_no, int64_t txn_id, struct gt_result *original)
{
    struct inquiry q = {.actor = actor, .trace_no = trace_no, .txn_id = txn_id, .result = original};
    enum gt_err err = gt_db_read(till->db, "inquire", inquiry_read, &q);

    if (err || q.found || !trace_no)
        return gt_err_add(err, "inquiry");
    err = gt_key_next(till->keys, "txn", &q.number);
    q.now = gt_now(till->clock);
    if (!err)
        err = gt_db_transact(till->db, "inquire.void", inquiry_void, &q);
    return gt_err_add(err, "inquiry for trace number %" PRId64, trace_no);
}

enum gt_err gt_till_look(const struct gt_till *till, const struct gt_actor *actor, int64_t trace_no,
                         int64_t txn_id, struct gt_result *original)
{
    struct inquiry q = {.actor = actor, .trace_no = trace_no, .txn_id = txn_id, .result = original};

    return gt_err_add(gt_db_read(till->db, "inquire.look", inquiry_read, &q), "a look");
}

/* --- customers ---------------------------------------------------------------------------------
 */

/* What is told of a call that only asks; NULL: nobody was asked. */
static void say_asked(const struct gt_up_reply *reply, enum gt_outcome *outcome, char text[601])
{
    if (!reply)
        *outcome = GT_OUT_NOT_SERVED;
    else if (reply->class == GT_UP_OK || reply->class == GT_UP_REFUSED)
        *outcome = reply->outcome;
    else
        *outcome = GT_OUT_UPSTREAM_DOWN;
    snprintf(text, 601, "%s",
             reply && reply->class == GT_UP_REFUSED && reply->text[0]
                 ? reply->text
                 : gt_outcome_info(*outcome)->zh);
}

enum gt_err gt_till_query(const struct gt_till *till, const struct gt_actor *actor,
                          const char *customer_no, const char *meter_no, const char *card_no,
                          struct gt_up_reply *reply, enum gt_outcome *outcome, char text[601])
{
    struct gt_up_request request = {.op = GT_UP_QUERY};
    enum gt_err err = GT_OK;
    bool asked = false;

    GT_FIELD_COPY(request.customer_no, customer_no);
    GT_FIELD_COPY(request.meter_no, meter_no);
    GT_FIELD_COPY(request.card_no, card_no);
    GT_FIELD_COPY(request.operator_no, actor->user.operator_no);
    GT_FIELD_COPY(request.terminal_no, actor->terminal.terminal_no);
    for (int i = 0; i < till->upstreams->count && err == GT_OK; i++) {
        struct gt_upstream *up = &till->upstreams->all[i];

        if (customer_no[0] && !up->serves(up->ctx, customer_no))
            continue;
        err = gt_ask(till, up, &request, gt_ask_until(till), reply);
        asked = true;
        if (reply->class == GT_UP_OK)
            break;
    }
    if (err == GT_OK)
        say_asked(asked ? reply : NULL, outcome, text);
    return err;
}

/* The next system behind the i-th that can be searched; "" if there is none. */
static void next_place(const struct gt_till *till, int i, struct gt_search_place *place)
{
    *place = (struct gt_search_place){.system = ""};
    while (++i < till->upstreams->count) {
        if (!till->upstreams->all[i].search)
            continue;
        GT_FIELD_COPY(place->system, till->upstreams->all[i].name);
        return;
    }
}

enum gt_err gt_till_search(const struct gt_till *till, const struct gt_actor *actor,
                           const char *words, struct gt_search_place *place,
                           struct gt_up_reply *reply, enum gt_outcome *outcome, char text[601])
{
    struct gt_up_request request = {.op = GT_UP_SEARCH};
    int i = 0;

    while (i < till->upstreams->count &&
           (!till->upstreams->all[i].search ||
            (place->system[0] && strcmp(till->upstreams->all[i].name, place->system) != 0)))
        i++;
    bool there = i < till->upstreams->count;
    if (there) {
        GT_FIELD_COPY(request.words, words);
        GT_FIELD_COPY(request.after, place->after);
        GT_FIELD_COPY(request.operator_no, actor->user.operator_no);
        GT_FIELD_COPY(request.terminal_no, actor->terminal.terminal_no);
        enum gt_err err =
            gt_ask(till, &till->upstreams->all[i], &request, gt_ask_until(till), reply);
        if (err != GT_OK)
            return err;
    }
    say_asked(there ? reply : NULL, outcome, text);
    if (there && *outcome == GT_OUT_OK && reply->more && reply->nfound > 0) {
        GT_FIELD_COPY(place->system, till->upstreams->all[i].name);
        GT_FIELD_COPY(place->after, reply->found[reply->nfound - 1].customer_no);
    } else {
        next_place(till, i, place);
    }
    return GT_OK;
}

/* --- credit and signing on ---------------------------------------------------------------------
 */

struct sign {
    const struct gt_actor *actor;
    struct gt_bag bag;
    int64_t now;
    bool on;
    struct gt_signon *out;
    struct gt_account account;
};

static enum gt_err account_read(struct gt_tx *tx, void *arg)
{
    struct sign *s = arg;

    if (!gt_row_find(tx, &gt_account_row, s->actor->user.account_id, &s->account))
        return gt_tx_err(tx) ? gt_tx_err(tx)
                             : gt_tx_fail(tx, gt_err_set(GT_ERR_ABSENT, "no credit account"));
    return GT_OK;
}

enum gt_err gt_till_credit(const struct gt_till *till, const struct gt_actor *actor,
                           struct gt_credit *credit)
{
    struct sign s = {.actor = actor};
    enum gt_err err = gt_db_look(till->db, "credit", account_read, &s);

    if (err)
        return err;
    *credit = (struct gt_credit){.deposit = s.account.deposit,
                                 .limit = s.account.credit_limit,
                                 .unremitted = s.account.unremitted,
                                 .held = s.account.held,
                                 .available = gt_account_available(&s.account)};
    return GT_OK;
}

static enum gt_err sign_commit(struct gt_tx *tx, void *arg)
{
    struct sign *s = arg;
    struct gt_state state;
    struct gt_batch batch = {.batch_no = 0};
    struct gt_batch_of of = {
        .account = &s->account, .terminal_id = s->actor->terminal.id, .user_id = s->actor->user.id};

    gt_bag_rewind(&s->bag);
    if (!gt_row_lock(tx, &gt_account_row, s->actor->user.account_id, &s->account))
        return gt_tx_fail(tx, gt_err_set(GT_ERR_ABSENT, "no credit account"));
    gt_state_read(tx, &state);
    of.biz_date = state.biz_date;
    of.seq = s->account.txn_count + 1;
    if (s->on)
        gt_batch_need(tx, &of, s->now, &s->bag, &batch);
    else if (!gt_batch_close(tx, &s->account, s->actor->terminal.id, s->now, &batch))
        batch.batch_no = 0;
    *s->out = (struct gt_signon){.biz_date = state.biz_date,
                                 .batch_no = batch.batch_no,
                                 .last_trace = gt_txn_last_trace(tx, s->actor->terminal.id),
                                 .available = gt_account_available(&s->account)};
    return gt_tx_err(tx);
}

static enum gt_err sign(const struct gt_till *till, const struct gt_actor *actor, bool on,
                        struct gt_signon *out)
{
    struct sign s = {.actor = actor, .on = on, .out = out, .now = gt_now(till->clock)};
    enum gt_err err = gt_bag_fill(till->keys, 1, &s.bag);

    if (!err)
        err = gt_db_transact(till->db, on ? "sign_on" : "sign_off", sign_commit, &s);
    return err;
}

enum gt_err gt_till_sign_on(const struct gt_till *till, const struct gt_actor *actor,
                            struct gt_signon *out)
{
    return sign(till, actor, true, out);
}

enum gt_err gt_till_sign_off(const struct gt_till *till, const struct gt_actor *actor,
                             struct gt_signon *out)
{
    return sign(till, actor, false, out);
}
