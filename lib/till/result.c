/*
 * From the journal's row to the answer: the first answer, a repeated one and an inquiry are all
 * made here, from what is stored, so they cannot differ.
 */
#include "till/account.h"
#include "till/flow.h"
#include "till/receipt.h"

#include <stdio.h>
#include <string.h>

GT_ROW_DEFINE(gt_pending, GT_PENDING_COLS);
GT_ROW_DEFINE(gt_txn_bill, GT_TXN_BILL_COLS);
GT_ROW_DEFINE(gt_packet, GT_PACKET_COLS);
GT_ROW_DEFINE(gt_event, GT_EVENT_COLS);
GT_ROW_DEFINE(gt_message, GT_MESSAGE_COLS);

GT_STMT(bills_of_txn,
        GT_ROW_SELECT(gt_txn_bill, GT_TXN_BILL_COLS) " WHERE txn_id = ? ORDER BY line");

static void put_packet(struct gt_tx *tx, int64_t txn_id, struct gt_card_packet *out)
{
    struct gt_packet row;

    if (!gt_row_find(tx, &gt_packet_row, txn_id, &row))
        return;
    out->present = true;
    out->count = row.purchase_count;
    memcpy(out->data, row.data, sizeof(out->data));
    memcpy(out->mac[0], row.mac1, sizeof(out->mac[0]));
    memcpy(out->mac[1], row.mac2, sizeof(out->mac[1]));
    memcpy(out->mac[2], row.mac3, sizeof(out->mac[2]));
    memcpy(out->mac[3], row.mac4, sizeof(out->mac[3]));
}

static void put_bills(struct gt_tx *tx, const struct gt_txn *txn, struct gt_result *result)
{
    struct gt_txn_bill row;

    gt_tx_query(tx, &bills_of_txn, GT_INT(txn->id));
    while (result->nbills < GT_BILLS_MAX && gt_tx_next(tx)) {
        struct gt_bill *bill = &result->bills[result->nbills++];

        gt_row_read(tx, &gt_txn_bill_row, &row);
        *bill = (struct gt_bill){
            .period = row.period, .kwh = row.kwh, .amount = row.amount, .late_fee = row.late_fee};
        snprintf(bill->bill_no, sizeof(bill->bill_no), "%.31s", row.bill_no);
    }
}

/* Whether what was to be written is worthless by now: reversed, or carried by another card. Whoever
 * repeats the order then must not write it. */
static bool superseded(struct gt_tx *tx, const struct gt_txn *txn)
{
    struct gt_txn orig;

    if (txn->op == GT_OP_REWRITE && gt_row_find(tx, &gt_txn_row, txn->orig_id, &orig))
        return orig.card_state == GT_CARD_SUPERSEDED;
    return txn->card_state == GT_CARD_SUPERSEDED;
}

void gt_result_plain(struct gt_result *result, enum gt_outcome outcome)
{
    memset(result, 0, sizeof(*result));
    result->outcome = outcome;
    snprintf(result->text, sizeof(result->text), "%s", gt_outcome_info(outcome)->zh);
}

bool gt_flow_may_see(const struct gt_actor *actor, const struct gt_txn *txn)
{
    return txn->terminal_id == actor->terminal.id || txn->account_id == actor->user.account_id;
}

void gt_flow_result_of(struct gt_tx *tx, const struct gt_txn *txn, const struct gt_account *account,
                       int64_t receipt_no, bool repeated, struct gt_result *result)
{
    gt_result_plain(result,
                    txn->state == GT_TXN_PENDING ? GT_OUT_IN_DOUBT : (enum gt_outcome)txn->outcome);
    if (txn->outcome_text[0] && txn->state == GT_TXN_DECLINED)
        memcpy(result->text, txn->outcome_text, sizeof(result->text));
    result->repeated = repeated;
    result->biz_date = txn->out_date ? txn->out_date : txn->biz_date;
    result->txn = *txn;
    result->receipt_no = receipt_no;
    result->has_available = account != NULL;
    if (account)
        result->available = gt_account_available(account);
    if (!gt_txn_is_posted(txn))
        return;
    if (txn->card_no[0] && !superseded(tx, txn))
        put_packet(tx, txn->id, &result->packet);
    if (txn->bills)
        put_bills(tx, txn, result);
}

void gt_flow_result(struct gt_tx *tx, const struct gt_txn *txn, bool repeated,
                    struct gt_result *result)
{
    struct gt_receipt receipt = {.receipt_no = 0};
    struct gt_account account;
    bool known = gt_row_find(tx, &gt_account_row, txn->account_id, &account);

    if (gt_txn_is_posted(txn) && gt_op_is_money((enum gt_op)txn->op) &&
        !gt_row_find(tx, &gt_receipt_row, txn->id, &receipt))
        receipt.receipt_no = 0;
    gt_flow_result_of(tx, txn, known ? &account : NULL, receipt.receipt_no, repeated, result);
}
