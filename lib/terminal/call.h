/*
 * A request on its way through the contract; only for the files of this folder.
 *
 * An operation is one file, op_<name>.c, with one function.  It reads its fields from the request
 * (the schema has passed them already), does its work, sets the outcome of the reply and appends
 * its own fields to it.  What all requests and all replies have in common is done outside.
 */
#ifndef GT_TERMINAL_CALL_H
#define GT_TERMINAL_CALL_H

#include "access/oplog.h"
#include "access/state.h"
#include "base/xml.h"
#include "till/till.h"

struct gt_call;

/* GT_OK: call->reply is the answer.  GT_ERR_FATAL.  Any other failure becomes a reply of class
 * `error` - or a fault, if a field could not be read. */
typedef enum gt_err (*gt_op_fn)(struct gt_call *call);

struct gt_operation {
    const char *name; /* of the element in the body */
    enum gt_op op;    /* in the journal; GT_OP_NONE if it stores nothing there */
    gt_op_fn run;
};

/* What every reply has, and behind it the operation's own fields. */
struct gt_reply {
    enum gt_outcome outcome;
    char text[601];
    int64_t txn_id;   /* 0: none */
    int64_t biz_date; /* yyyymmdd */
    bool has_available;
    int64_t available; /* fen */
    bool repeated;
    struct gt_buf fields; /* XML */
};

struct gt_call {
    const struct gt_till *till;
    const struct gt_logger *logger; /* the process's chain of the operation log */
    const char *bureau;
    const struct gt_operation *operation;
    xmlNodePtr request; /* its element */
    char terminal_no[GT_TERMINAL_NO_MAX];
    char operator_no[21];
    int64_t trace_no;
    int64_t sent_at;
    struct gt_actor actor;
    struct gt_state state; /* of the platform; zero for an order whose actor was kept */
    bool stale;            /* the till found the actor's rights to be old */
    bool malformed;        /* a field could not be read: the error's context names it */
    struct gt_reply reply;
};

/* The operation of an element of the contract's namespace, NULL if there is none.  Static. */
const struct gt_operation *gt_operation_find(const char *name);
/* Those of the journal: "Recharge" for GT_OP_RECHARGE; "" if it is none.  Static. */
const char *gt_operation_name(enum gt_op op);

/* --- reading (call.c); absent optional fields leave the result as it is ------------------------
 */

enum gt_err gt_call_text(struct gt_call *call, const char *name, char *out, size_t size) GT_CHECK;
enum gt_err gt_call_int(struct gt_call *call, const char *name, int64_t *out) GT_CHECK;
enum gt_err gt_call_money(struct gt_call *call, const char *name, int64_t *out) GT_CHECK;
enum gt_err gt_call_bool(struct gt_call *call, const char *name, bool *out) GT_CHECK;
enum gt_err gt_call_card(struct gt_call *call, struct gt_card_read *card) GT_CHECK;

/* Reads what every request has. */
enum gt_err gt_call_head(struct gt_call *call) GT_CHECK;
/* An order of this call's operation, with nothing in it but who wants it. */
void gt_call_order(const struct gt_call *call, struct gt_order *order);
/* Runs it, and fills what the reply has in common. */
enum gt_err gt_call_run(struct gt_call *call, const struct gt_order *order,
                        struct gt_result *result) GT_CHECK;
/* The same for an order whose reply holds a receipt number and what to write to a card. */
enum gt_err gt_call_sell(struct gt_call *call, const struct gt_order *order) GT_CHECK;
/* Fills in the available credit, where the operation itself does not tell it. */
enum gt_err gt_call_available(struct gt_call *call) GT_CHECK;

/* --- writing (reply.c) -------------------------------------------------------------------------
 */

/* The outcome with its text from the table. */
void gt_reply_outcome(struct gt_reply *reply, enum gt_outcome outcome);
/* What stands in for a failure: nothing was stored. */
void gt_reply_failure(struct gt_reply *reply, enum gt_err err);
/* Appends the whole envelope of the reply. */
void gt_reply_write(const struct gt_call *call, struct gt_buf *out);

/* Elements; a text that is "" is written as an empty element. */
void gt_put_text(struct gt_buf *out, const char *name, const char *value);
void gt_put_int(struct gt_buf *out, const char *name, int64_t value);
void gt_put_money(struct gt_buf *out, const char *name, int64_t fen);
void gt_put_bool(struct gt_buf *out, const char *name, bool value);
void gt_put_transaction_no(struct gt_buf *out, int64_t txn_id);
void gt_put_bills(struct gt_buf *out, const struct gt_bill *bills, int nbills);
/* Nothing if there is none. */
void gt_put_receipt_no(struct gt_buf *out, const struct gt_result *result);
void gt_put_card_write(struct gt_buf *out, const struct gt_result *result);

/* --- operations --------------------------------------------------------------------------------
 */

enum gt_err gt_op_sign(struct gt_call *call) GT_CHECK;
enum gt_err gt_op_query_customer(struct gt_call *call) GT_CHECK;
enum gt_err gt_op_pay_bill(struct gt_call *call) GT_CHECK;
enum gt_err gt_op_recharge(struct gt_call *call) GT_CHECK;
enum gt_err gt_op_open_account(struct gt_call *call) GT_CHECK;
enum gt_err gt_op_replace_card(struct gt_call *call) GT_CHECK;
enum gt_err gt_op_rewrite_card(struct gt_call *call) GT_CHECK;
enum gt_err gt_op_confirm_card(struct gt_call *call) GT_CHECK;
enum gt_err gt_op_reverse(struct gt_call *call) GT_CHECK;
enum gt_err gt_op_inquire_transaction(struct gt_call *call) GT_CHECK;
enum gt_err gt_op_get_receipt(struct gt_call *call) GT_CHECK;
enum gt_err gt_op_query_credit(struct gt_call *call) GT_CHECK;
enum gt_err gt_op_close_batch(struct gt_call *call) GT_CHECK;
enum gt_err gt_op_list_batch(struct gt_call *call) GT_CHECK;
enum gt_err gt_op_submit_remittance(struct gt_call *call) GT_CHECK;
enum gt_err gt_op_query_remittance(struct gt_call *call) GT_CHECK;
enum gt_err gt_op_download_reading_tasks(struct gt_call *call) GT_CHECK;
enum gt_err gt_op_upload_readings(struct gt_call *call) GT_CHECK;

#endif
