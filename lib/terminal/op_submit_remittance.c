/*
 * SubmitRemittance: a slip over closed batches of the operator's account.
 *
 * Once by its trace number: the slip's key is terminal and trace number.  A number that another
 * business has used, or that an inquiry made void, makes no slip; and one that made a slip makes no
 * sale.
 */
#include "access/terminal.h"
#include "terminal/batch_fields.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct submitting {
    struct gt_call *call;
    char key[GT_CALL_KEY], bank[121], bank_no[121];
    char terminal_no[GT_SLIP_LINES][GT_TERMINAL_NO_MAX];
    struct gt_remit_form form;
    enum gt_outcome outcome; /* OK: the slip is there */
    bool known;              /* and was before */
    int64_t id;
    struct gt_slip slip;
    char name[GT_SLIP_NAME];
};

/* --- the request */

static enum gt_err read_ranges(struct submitting *s)
{
    xmlNodePtr node = gt_xml_child(s->call->request, "Batch");
    enum gt_err err = GT_OK;
    for (; node && err == GT_OK && s->form.nranges < GT_SLIP_LINES; node = gt_xml_next(node)) {
        int i = s->form.nranges++;
        err = gt_xml_child_text(node, "TerminalNo", s->terminal_no[i], sizeof s->terminal_no[i]);
        if (err == GT_OK)
            err = gt_xml_child_int(node, "FirstBatchNo", &s->form.range[i].first_no);
        if (err == GT_OK)
            err = gt_xml_child_int(node, "LastBatchNo", &s->form.range[i].last_no);
    }
    if (err != GT_OK)
        s->call->malformed = true;
    return err;
}

static enum gt_err read_request(struct submitting *s)
{
    struct gt_call *call = s->call;
    enum gt_err err = gt_call_money(call, "Amount", &s->form.amount);
    if (err == GT_OK)
        err = gt_call_text(call, "Bank", s->bank, sizeof s->bank);
    if (err == GT_OK)
        err = gt_call_text(call, "BankSlipNo", s->bank_no, sizeof s->bank_no);
    if (err == GT_OK)
        err = gt_call_int(call, "BankDate", &s->form.bank_date);
    if (err == GT_OK)
        err = read_ranges(s);
    gt_call_key(call, call->trace_no, s->key);
    s->form.account_id = call->actor.user.account_id;
    s->form.key = s->key;
    s->form.actor = &call->actor;
    s->form.trace_no = call->trace_no;
    s->form.bank = s->bank;
    s->form.bank_no = s->bank_no;
    return err;
}

/* --- what is there already */

/* Whether a slip was made by the same request. */
static bool is_same(const struct submitting *s)
{
    const struct gt_slip *slip = &s->slip;
    if (slip->amount != s->form.amount)
        return false;
    /* Bank, number and date are typed again when the money is found there. */
    return slip->state == GT_SLIP_BANKED ||
           (strcmp(slip->bank, s->bank) == 0 && strcmp(slip->bank_no, s->bank_no) == 0 &&
            slip->bank_date == s->form.bank_date);
}

static enum gt_err look_in(struct gt_tx *tx, void *arg)
{
    struct submitting *s = arg;
    const struct gt_actor *actor = &s->call->actor;
    struct gt_txn txn;
    struct gt_terminal terminal;
    s->outcome = GT_OUT_OK;
    s->known = gt_slip_of_key(tx, actor->user.id, s->key, &s->slip);
    if (s->known) {
        s->id = s->slip.id;
        s->outcome = is_same(s) ? GT_OUT_OK : GT_OUT_TRACE_REUSED;
    } else if (gt_txn_by_trace(tx, actor->terminal.id, s->call->trace_no, &txn)) {
        s->outcome = txn.op == GT_OP_VOID ? (enum gt_outcome)txn.outcome : GT_OUT_TRACE_REUSED;
    }
    for (int i = 0; i < s->form.nranges && s->outcome == GT_OUT_OK && !s->known; i++) {
        if (gt_terminal_by_no(tx, s->terminal_no[i], &terminal))
            s->form.range[i].source_id = terminal.id;
        else
            s->outcome = GT_OUT_REMIT_BATCHES;
    }
    return gt_tx_err(tx);
}

static enum gt_err name_in(struct gt_tx *tx, void *arg)
{
    struct submitting *s = arg;
    if (gt_row_find(tx, &gt_slip_row, s->id, &s->slip))
        gt_slip_name(tx, &s->slip, s->name);
    return gt_tx_err(tx);
}

/* --- making it */

/* What a refusal is to a terminal. */
static enum gt_outcome outcome_of(enum gt_why why)
{
    switch (why) {
    case GT_WHY_REMIT_NONE:
        return GT_OUT_REMIT_NONE;
    case GT_WHY_REMIT_AMOUNT:
        return GT_OUT_REMIT_AMOUNT;
    case GT_WHY_REMIT_GAP:
    case GT_WHY_REMIT_OVERLAP:
    case GT_WHY_REMIT_CLOSED:
        return GT_OUT_REMIT_BATCHES;
    case GT_WHY_REMIT_REVERSING:
    case GT_WHY_REMIT_BELOW:
        return GT_OUT_REMIT_WAIT;
    case GT_WHY_CHANGED: /* somebody else was faster: nothing is stored */
        return GT_OUT_BUSY;
    case GT_WHY_KEY_USED:
        return GT_OUT_TRACE_REUSED;
    case GT_WHY_BANK_DATE:
    case GT_WHY_NAME_FORM:
        return GT_OUT_REMIT_BANK;
    default:
        return GT_OUT_OP_NOT_ALLOWED;
    }
}

static enum gt_err submit(struct submitting *s)
{
    struct gt_logger logger;
    struct gt_refusal no = {.why = GT_WHY_NONE};
    struct gt_by by;
    enum gt_err err = gt_call_by(s->call, &logger, &by);
    if (err == GT_OK)
        err = gt_remit_submit(&by, &s->form, &s->id, &no);
    if (no.why == GT_WHY_NONE)
        return err;
    s->outcome = outcome_of(no.why);
    gt_reply_outcome(&s->call->reply, s->outcome);
    if (s->outcome != GT_OUT_BUSY && s->outcome != GT_OUT_OP_NOT_ALLOWED)
        gt_refusal_text(&no, false, s->call->reply.text, sizeof s->call->reply.text);
    gt_err_clear();
    return GT_OK;
}

static enum gt_err answer(struct submitting *s)
{
    struct gt_call *call = s->call;
    enum gt_err err = read_request(s);
    if (err == GT_OK && !call->actor.user.account_id)
        s->outcome = GT_OUT_NO_ACCOUNT;
    else if (err == GT_OK)
        err = gt_db_read(call->till->db, "remit.look", look_in, s);
    if (err != GT_OK)
        return err;
    gt_reply_outcome(&call->reply, s->outcome);
    if (s->outcome == GT_OUT_OK && !s->known)
        err = submit(s);
    if (err == GT_OK && s->outcome == GT_OUT_OK)
        err = gt_db_read(call->till->db, "remit.name", name_in, s);
    if (err == GT_OK)
        err = gt_call_available(call);
    if (err == GT_OK && s->outcome == GT_OUT_OK) {
        call->reply.repeated = s->known;
        gt_put_slip(&call->reply.fields, &s->slip, s->name);
    }
    return err;
}

enum gt_err gt_op_submit_remittance(struct gt_call *call)
{
    struct submitting *s = calloc(1, sizeof *s);
    if (!s)
        return gt_err_set(GT_ERR_NOMEM, "no memory for a slip");
    s->call = call;
    enum gt_err err = answer(s);
    free(s);
    return err;
}
