/*
 * The way of a message: envelope, schema, token, terminal, operator, operation, reply.
 *
 * Not here: what an operation does (op_*.c).  The order matters: what costs nothing is judged
 * first; the nonce is entered only when the digest was right; and that a terminal is disabled is
 * told only to who knows its secret.  Where a message is refused before its operation ran, it did
 * nothing, and the same trace number may come again.
 */
#include "terminal/contract.h"

#include "base/log.h"
#include "base/text.h"
#include "terminal/actors.h"
#include "terminal/call.h"
#include "terminal/envelope.h"
#include "terminal/nonces.h"
#include "terminal/rate.h"
#include "terminal/security.h"
#include "terminal/wsdl.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the fields of an operation may take of a reply. */
#define FIELDS_MAX (GT_REPLY_MAX - 8192)

struct gt_contract {
    struct gt_contract_conf conf;
    struct gt_xml_schema *schema;
    struct gt_wsdl wsdl;
    struct gt_nonces *nonces;
    struct gt_actors *actors;
    struct gt_rate *rate;
    struct gt_logger logger; /* chain of the operation log */
    atomic_llong biz_date;   /* last seen: for replies made while the store cannot be read */
};

static const struct gt_operation operations[] = {
    {"SignOn", GT_OP_NONE, gt_op_sign},
    {"SignOff", GT_OP_NONE, gt_op_sign},
    {"QueryCustomer", GT_OP_NONE, gt_op_query_customer},
    {"PayBill", GT_OP_PAY, gt_op_pay_bill},
    {"Recharge", GT_OP_RECHARGE, gt_op_recharge},
    {"OpenAccount", GT_OP_OPEN, gt_op_open_account},
    {"ReplaceCard", GT_OP_REPLACE, gt_op_replace_card},
    {"RewriteCard", GT_OP_REWRITE, gt_op_rewrite_card},
    {"ConfirmCard", GT_OP_CONFIRM, gt_op_confirm_card},
    {"Reverse", GT_OP_REVERSE, gt_op_reverse},
    {"InquireTransaction", GT_OP_NONE, gt_op_inquire_transaction},
    {"GetReceipt", GT_OP_NONE, gt_op_get_receipt},
    {"QueryCredit", GT_OP_NONE, gt_op_query_credit},
    {"CloseBatch", GT_OP_NONE, gt_op_close_batch},
    {"ListBatch", GT_OP_NONE, gt_op_list_batch},
    {"SubmitRemittance", GT_OP_NONE, gt_op_submit_remittance},
    {"QueryRemittance", GT_OP_NONE, gt_op_query_remittance},
    {"DownloadReadingTasks", GT_OP_NONE, gt_op_download_reading_tasks},
    {"UploadReadings", GT_OP_NONE, gt_op_upload_readings},
};

#define OPERATIONS (sizeof operations / sizeof operations[0])

const struct gt_operation *gt_operation_find(const char *name)
{
    for (size_t i = 0; i < OPERATIONS; i++) {
        if (strcmp(operations[i].name, name) == 0)
            return &operations[i];
    }
    return NULL;
}

const char *gt_operation_name(enum gt_op op)
{
    for (size_t i = 0; i < OPERATIONS && op != GT_OP_NONE; i++) {
        if (operations[i].op == op)
            return operations[i].name;
    }
    return "";
}

enum gt_err gt_contract_new(const struct gt_contract_conf *conf, struct gt_contract **contract)
{
    struct gt_contract *made = calloc(1, sizeof *made);
    if (!made)
        return gt_err_set(GT_ERR_NOMEM, "no memory for the contract");
    made->conf = *conf;
    char path[GT_PATH_MAX + 32];
    (void)snprintf(path, sizeof path, "%s/terminal.xsd", conf->folder);
    enum gt_err err = gt_xml_schema_load(path, &made->schema);
    if (err == GT_OK)
        err = gt_wsdl_load(conf->folder, &made->wsdl);
    if (err == GT_OK)
        err = gt_nonces_new(conf->fresh_ms, conf->random, &made->nonces);
    if (err == GT_OK)
        err = gt_actors_new(&made->actors);
    if (err == GT_OK)
        err = gt_rate_new(conf->rate, &made->rate);
    if (err == GT_OK)
        err = gt_logger_init(&made->logger, conf->till->keys, conf->till->clock, "terminal", "");
    if (err == GT_OK)
        *contract = made;
    else
        gt_contract_free(made);
    return err;
}

void gt_contract_free(struct gt_contract *contract)
{
    if (!contract)
        return;
    gt_rate_free(contract->rate);
    gt_actors_free(contract->actors);
    gt_nonces_free(contract->nonces);
    gt_wsdl_done(&contract->wsdl);
    gt_xml_schema_free(contract->schema);
    free(contract);
}

void gt_contract_wsdl(const struct gt_contract *contract, const char *location, struct gt_buf *out)
{
    gt_wsdl_write(&contract->wsdl, location, out);
}

/* Finds the operation, checks the request against the schema and reads its head. */
static bool read_request(struct gt_contract *contract, struct gt_call *call, struct gt_fault *fault)
{
    const char *name = (const char *)call->request->name;
    call->operation = gt_operation_find(name);
    if (!call->operation)
        return gt_fault_set(fault, GT_FAULT_UnknownOperation,
                            "Body: %.64s is no operation of " GT_TERMINAL_NS, name);
    if (!gt_xml_is(call->request, GT_TERMINAL_NS, name))
        return gt_fault_set(fault, GT_FAULT_UnknownOperation,
                            "Body: %s is not in the namespace " GT_TERMINAL_NS, name);
    enum gt_err err = gt_xml_schema_check(contract->schema, call->request);
    if (err == GT_ERR_NOMEM)
        return gt_fault_failure(fault, err);
    if (err != GT_OK || gt_call_head(call) != GT_OK)
        return gt_fault_set(fault, GT_FAULT_BadRequest, "%s: %s", name, gt_err_text());
    return true;
}

static enum gt_err read_state(struct gt_tx *tx, void *arg)
{
    struct gt_call *call = arg;
    gt_state_read(tx, &call->state);
    return gt_tx_err(tx);
}

/* Reads who a request comes from, in one state of the database. */
static enum gt_err read_actor(struct gt_tx *tx, void *arg)
{
    struct gt_call *call = arg;
    gt_state_read(tx, &call->state);
    if (!gt_actor_load(tx, call->terminal_no, call->operator_no, &call->actor))
        call->actor = (struct gt_actor){.rights = 0};
    return gt_tx_err(tx);
}

static enum gt_err load_actor(struct gt_contract *contract, struct gt_call *call)
{
    enum gt_err err = GT_OK;
    if (gt_actors_find(contract->actors, call->terminal_no, call->operator_no, &call->actor)) {
        /* What is kept is still true if no rights changed since. */
        err = gt_db_look(call->till->db, "terminal.rights", read_state, call);
        if (err != GT_OK || call->actor.rights == call->state.rights)
            return err;
    }
    err = gt_db_read(call->till->db, "terminal.actor", read_actor, call);
    if (err == GT_OK && call->actor.user.id > 0)
        gt_actors_keep(contract->actors, &call->actor);
    return err;
}

/* Whether the digest was made with the terminal's secret: `*right`. */
static enum gt_err compare(const struct gt_contract *contract, const struct gt_terminal *terminal,
                           const struct gt_token *token, bool *right)
{
    char secret[GT_SECRET_MAX] = "";
    enum gt_err err = GT_OK;
    if (terminal->id > 0)
        err = gt_terminal_show(contract->conf.keys, terminal, secret);
    if (err == GT_OK)
        err = gt_token_verify(token, secret, right);
    gt_wipe(secret, sizeof secret);
    /* The cashier page has no secret that anybody knows, and speaks to the till itself. */
    *right = *right && terminal->id > 0 && terminal->kind != GT_TERMINAL_PAGE;
    return err;
}

/* An order goes to the till with its actor as it is kept, unread: the intent reads the state
 * anyway, and turns away what is no longer allowed. */
static bool take_kept(struct gt_contract *contract, struct gt_call *call,
                      const struct gt_token *token)
{
    bool right = false;
    return call->operation->op != GT_OP_NONE &&
           gt_actors_find(contract->actors, call->terminal_no, call->operator_no, &call->actor) &&
           call->actor.terminal.state == GT_ENABLED &&
           compare(contract, &call->actor.terminal, token, &right) == GT_OK && right;
}

/* Whether the message comes from the terminal it names.  The client is not told whether it was the
 * name or the secret that is wrong; the log is. */
static bool verify(struct gt_contract *contract, struct gt_call *call, const struct gt_token *token,
                   struct gt_fault *fault, enum gt_err *failed)
{
    if (take_kept(contract, call, token))
        return true;
    bool right = false;
    enum gt_err err = load_actor(contract, call);
    if (err == GT_OK)
        err = compare(contract, &call->actor.terminal, token, &right);
    if (err != GT_OK) {
        *failed = err;
        gt_log_err("terminal.actor_failed", err);
        return false;
    }
    if (right)
        return true;
    gt_log(GT_LOG_WARN, call->actor.terminal.id > 0 ? "terminal.wrong_digest" : "terminal.unknown",
           "terminal=%s", call->terminal_no);
    return gt_fault_set(fault, GT_FAULT_NotAuthentic, "unknown terminal or wrong digest");
}

/* Remembers the nonce of a message that is authentic. */
static bool enter_nonce(struct gt_contract *contract, const struct gt_token *token,
                        struct gt_fault *fault)
{
    enum gt_err err = gt_nonces_enter(contract->nonces, token->username, token->nonce,
                                      token->nonce_len, token->created_ms);
    if (err == GT_OK)
        return true;
    if (err == GT_ERR_EXISTS || err == GT_ERR_RANGE)
        return gt_fault_set(fault, GT_FAULT_RepeatedNonce,
                            "Nonce: it was used before; this message did nothing: repeat it with "
                            "a new nonce and the same trace number");
    gt_log_err("terminal.nonces", err);
    return gt_fault_failure(fault, err == GT_ERR_FULL ? GT_ERR_BUSY : err);
}

/* Says who stands behind the message.  False with a fault, or with `*err`: the store failed. */
static bool authenticate(struct gt_contract *contract, struct gt_call *call,
                         const struct gt_envelope *envelope, struct gt_fault *fault,
                         enum gt_err *err)
{
    struct gt_token token;
    if (!gt_token_read(envelope->security, &token, fault) ||
        !gt_token_fresh(&token, gt_now(call->till->clock), contract->conf.fresh_ms, fault))
        return false;
    if (strcmp(token.username, call->terminal_no) != 0)
        return gt_fault_set(fault, GT_FAULT_TerminalDiffers,
                            "TerminalNo: it is %s, but the token's Username is another",
                            call->terminal_no);
    return verify(contract, call, &token, fault, err) && enter_nonce(contract, &token, fault);
}

/* Runs the operation of a message that is authentic, so that call->reply is its answer; false with
 * a fault if a field cannot be read. */
static bool run(struct gt_contract *contract, struct gt_call *call, struct gt_fault *fault,
                enum gt_err *err)
{
    call->reply.biz_date =
        call->state.biz_date ? call->state.biz_date : atomic_load(&contract->biz_date);
    const struct gt_clock *clock = call->till->clock;
    if (!gt_rate_take(contract->rate, call->actor.terminal.id, clock->mono(clock->ctx))) {
        gt_reply_outcome(&call->reply, GT_OUT_TOO_MANY);
        return true;
    }
    if (call->actor.terminal.state != GT_ENABLED) {
        gt_reply_outcome(&call->reply, GT_OUT_TERMINAL_DISABLED);
        return true;
    }
    if (call->actor.user.id == 0) {
        gt_reply_outcome(&call->reply, GT_OUT_OPERATOR_UNKNOWN);
        return true;
    }
    *err = call->operation->run(call);
    if (call->reply.biz_date > 0)
        atomic_store(&contract->biz_date, call->reply.biz_date);
    if (call->stale)
        gt_actors_drop(contract->actors, &call->actor);
    if (*err == GT_OK || *err == GT_ERR_FATAL)
        return true;
    if (call->malformed)
        return gt_fault_set(fault, GT_FAULT_BadRequest, "%s: %s", call->operation->name,
                            gt_err_text());
    gt_log_err("terminal.failed", *err);
    gt_reply_failure(&call->reply, *err);
    *err = GT_OK;
    return true;
}

static void log_reply(const struct gt_call *call, const struct gt_answer *answer, int64_t ms)
{
    char customer[32], masked[32] = "-";
    xmlNodePtr node = gt_xml_child(call->request, "CustomerNo");
    if (node && gt_xml_text(node, customer, sizeof customer) == GT_OK)
        gt_mask_number(customer, masked, sizeof masked);
    gt_log(GT_LOG_INFO, "terminal.answered",
           "op=%s terminal=%s operator=%s trace=%" PRId64
           " customer=%s class=%s code=%d txn=%" PRId64 " repeated=%d ms=%" PRId64,
           call->operation->name, call->terminal_no, call->operator_no, call->trace_no, masked,
           answer->class, (int)call->reply.outcome, call->reply.txn_id, (int)call->reply.repeated,
           ms);
}

static void log_fault(const struct gt_call *call, const struct gt_fault *fault, int64_t ms)
{
    /* Up to the first quote: behind it stands what the client sent, which may be a secret. */
    int len = (int)strcspn(fault->text, "';");
    gt_log(GT_LOG_INFO, "terminal.fault",
           "op=%s terminal=%s trace=%" PRId64 " fault=%s text=\"%.*s\" ms=%" PRId64,
           call->operation ? call->operation->name : "-", call->terminal_no, call->trace_no,
           gt_fault_name(fault->code), len, fault->text, ms);
}

/* Writes what the message is answered with: the reply of `call`, or a fault. */
static enum gt_err write_answer(const struct gt_call *call, const struct gt_fault *fault,
                                int64_t ms, struct gt_buf *reply, struct gt_answer *answer)
{
    if (call->operation)
        answer->operation = call->operation->name;
    if (fault) {
        char time[GT_TIME_MAX];
        gt_time_format_xsd(gt_now(call->till->clock), call->till->tz_minutes, time);
        gt_fault_write(fault, time, gt_log_request_id(), reply);
        log_fault(call, fault, ms);
        return gt_buf_err(reply);
    }
    /* A reply that could not be made is no reply: what was committed stays so, and the terminal
     * asks again. */
    enum gt_err err = gt_buf_err(&call->reply.fields);
    if (err != GT_OK)
        return err;
    answer->http_status = 200;
    answer->class = gt_class_name(gt_outcome_info(call->reply.outcome)->class);
    gt_reply_write(call, reply);
    log_reply(call, answer, ms);
    return gt_buf_err(reply);
}

enum gt_err gt_contract_answer(struct gt_contract *contract, const char *body, size_t len,
                               struct gt_buf *reply, struct gt_answer *answer)
{
    const struct gt_till *till = contract->conf.till;
    const struct gt_clock *clock = till->clock;
    int64_t start = clock->mono(clock->ctx);
    *answer = (struct gt_answer){.http_status = 500, .operation = "none", .class = "fault"};
    struct gt_call call = {
        .till = till, .logger = &contract->logger, .bureau = contract->conf.bureau};
    gt_buf_init(&call.reply.fields, FIELDS_MAX);
    struct gt_envelope envelope;
    struct gt_fault fault;
    enum gt_err err = GT_OK, unknown = GT_OK;

    gt_err_clear();
    bool good = gt_envelope_read(body, len, &envelope, &fault);
    if (good) {
        call.request = envelope.request;
        good = read_request(contract, &call, &fault) &&
               authenticate(contract, &call, &envelope, &fault, &unknown) &&
               run(contract, &call, &fault, &err);
    }
    /* A fault says that the message is wrong.  That we could not look who sent it is an answer:
     * nothing was stored, and the same message may come again. */
    if (unknown == GT_ERR_FATAL) {
        err = unknown;
    } else if (unknown != GT_OK) {
        gt_reply_failure(&call.reply, unknown);
        call.reply.biz_date = atomic_load(&contract->biz_date);
        good = true;
    }
    if (err != GT_ERR_FATAL) {
        int64_t ms = clock->mono(clock->ctx) - start;
        err = write_answer(&call, good ? NULL : &fault, ms, reply, answer);
    }
    gt_buf_done(&call.reply.fields);
    gt_envelope_done(&envelope);
    return err;
}
