/*
 * All that is known of one transaction.
 */
#include "till/view.h"

#include "base/text.h"
#include "till/batch.h"
#include "till/order.h"

#include <inttypes.h>
#include <stdio.h>

GT_STMT(events_of_txn, GT_ROW_SELECT(gt_event, GT_EVENT_COLS) " WHERE txn_id = ? ORDER BY seq");
GT_STMT(messages_of_txn,
        GT_ROW_SELECT(gt_message, GT_MESSAGE_COLS) " WHERE txn_id = ? ORDER BY id");
GT_STMT(bills_for_view,
        GT_ROW_SELECT(gt_txn_bill, GT_TXN_BILL_COLS) " WHERE txn_id = ? ORDER BY line");
GT_STMT(entries_of_posting,
        GT_ROW_SELECT(gt_entry, GT_ENTRY_COLS) " WHERE id >= ? AND id < ? ORDER BY id");

static void read_events(struct gt_tx *tx, struct gt_txn_view *v)
{
    gt_tx_query(tx, &events_of_txn, GT_INT(v->txn.id));
    while (v->nevents < GT_VIEW_EVENTS && gt_tx_next(tx))
        gt_row_read(tx, &gt_event_row, &v->events[v->nevents++]);
}

static void read_messages(struct gt_tx *tx, struct gt_txn_view *v)
{
    gt_tx_query(tx, &messages_of_txn, GT_INT(v->txn.id));
    while (v->nmessages < GT_VIEW_MESSAGES && gt_tx_next(tx))
        gt_row_read(tx, &gt_message_row, &v->messages[v->nmessages++]);
}

static void read_bills(struct gt_tx *tx, struct gt_txn_view *v)
{
    gt_tx_query(tx, &bills_for_view, GT_INT(v->txn.id));
    while (v->nbills < GT_BILLS_MAX && gt_tx_next(tx))
        gt_row_read(tx, &gt_txn_bill_row, &v->bills[v->nbills++]);
}

static void read_entries(struct gt_tx *tx, struct gt_txn_view *v)
{
    gt_tx_query(tx, &entries_of_posting, GT_INT(GT_ENTRY_ID(v->txn.id, 0)),
                GT_INT(GT_ENTRY_ID(v->txn.id + 1, 0)));
    while (v->nentries < GT_VIEW_ENTRIES && gt_tx_next(tx))
        gt_row_read(tx, &gt_entry_row, &v->entries[v->nentries++]);
}

/* Reads a row that may not be there: its id (the first member) is then 0. */
static void read_maybe(struct gt_tx *tx, const struct gt_row *def, int64_t id, void *row)
{
    if (!id || !gt_row_find(tx, def, id, row))
        *(int64_t *)row = 0;
}

bool gt_txn_view_read(struct gt_tx *tx, int64_t id, struct gt_txn_view *v)
{
    struct gt_batch batch;

    *v = (struct gt_txn_view){.nevents = 0};
    if (!gt_row_find(tx, &gt_txn_row, id, &v->txn) ||
        !gt_row_find(tx, &gt_org_row, v->txn.org_id, &v->org))
        return false;
    read_maybe(tx, &gt_user_row, v->txn.user_id, &v->user);
    read_maybe(tx, &gt_terminal_row, v->txn.terminal_id, &v->terminal);
    read_maybe(tx, &gt_pending_row, id, &v->pending);
    read_maybe(tx, &gt_receipt_row, id, &v->receipt);
    read_maybe(tx, &gt_packet_row, id, &v->packet);
    read_maybe(tx, &gt_txn_row, v->txn.orig_id, &v->orig);
    read_maybe(tx, &gt_txn_row, v->txn.reversed_by, &v->reversal);
    read_maybe(tx, &gt_batch_row, v->txn.batch_id, &batch);
    v->batch_no = batch.id ? batch.batch_no : 0;
    read_events(tx, v);
    read_messages(tx, v);
    read_bills(tx, v);
    read_entries(tx, v);
    return gt_tx_err(tx) == GT_OK;
}

static void card_again(const struct gt_txn *txn, struct gt_card_read *card)
{
    card->present = txn->card_no[0] != '\0';
    if (!card->present)
        return;
    gt_mask_number(txn->card_no, card->card_no, sizeof(card->card_no));
    GT_FIELD_COPY(card->meter_no, txn->meter_no);
    GT_FIELD_COPY(card->return_file, "***");
    GT_FIELD_COPY(card->random, "***");
    card->count = txn->card_count;
}

void gt_txn_view_request(const struct gt_txn_view *v, struct gt_up_request *request)
{
    const struct gt_txn *txn = &v->txn;
    struct gt_actor actor = {.user = {.id = txn->user_id}};
    struct gt_order order = {.op = (enum gt_op)txn->op,
                             .actor = &actor,
                             .amount = txn->amount,
                             .fee = txn->op == GT_OP_REPLACE ? txn->fee : 0,
                             .written = txn->op == GT_OP_CONFIRM,
                             .nbills = (int)v->nbills};

    GT_FIELD_COPY(actor.user.operator_no, txn->operator_no);
    if (v->terminal.id)
        GT_FIELD_COPY(actor.terminal.terminal_no, v->terminal.terminal_no);
    GT_FIELD_COPY(order.method, txn->method);
    GT_FIELD_COPY(order.reason, txn->reason);
    if (txn->op == GT_OP_OPEN)
        GT_FIELD_COPY(order.meter_no, txn->meter_no);
    card_again(txn, &order.card);
    for (size_t i = 0; i < v->nbills; i++)
        GT_FIELD_COPY(order.bill_no[i], v->bills[i].bill_no);
    gt_order_request(&order, txn, &v->orig, request);
}

/* --- printing ----------------------------------------------------------------------------------
 */

struct printing {
    const struct gt_by *by;
    struct gt_refusal *no;
    int64_t id;
};

static enum gt_err print_in(struct gt_tx *tx, void *arg)
{
    const struct printing *p = arg;
    struct gt_receipt receipt;
    struct gt_txn txn;
    char object[24], detail[48];

    *p->no = (struct gt_refusal){.why = GT_WHY_NONE};
    if (!gt_row_find(tx, &gt_txn_row, p->id, &txn))
        return gt_tx_refuse(tx, p->no, GT_WHY_ABSENT, "", 0, NULL);
    if (gt_by_may(tx, p->by, GT_RIGHT_TXN_VIEW, txn.org_id, NULL, p->no) != GT_OK)
        return gt_tx_err(tx);
    if (!gt_row_lock(tx, &gt_receipt_row, p->id, &receipt))
        return gt_tx_refuse(tx, p->no, GT_WHY_ABSENT, "", 0, NULL);
    receipt.prints++;
    gt_row_save(tx, &gt_receipt_row, &receipt);
    (void)snprintf(object, sizeof(object), "%" PRId64, p->id);
    (void)snprintf(detail, sizeof(detail), "receipt, print %" PRId64, receipt.prints);
    gt_oplog_add(tx, p->by->logger, "txn.print", object, detail);
    return gt_tx_err(tx);
}

enum gt_err gt_txn_print(const struct gt_by *by, int64_t id, struct gt_refusal *no)
{
    struct printing p = {by, no, id};

    return gt_db_transact(by->db, "txn.print", print_in, &p);
}
