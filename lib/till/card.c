/*
 * Cards: what we remember of them, and what we refuse by it.
 */
#include "till/card.h"

#include "access/state.h"

#include <string.h>

GT_ROW_DEFINE(gt_card, GT_CARD_COLS);

GT_STMT(card_by_no, GT_ROW_SELECT(gt_card, GT_CARD_COLS) " WHERE system = ? AND card_no = ?");
GT_STMT(card_next_of_customer,
        "SELECT {top 1} " GT_ROW_NAMES(GT_CARD_COLS) " FROM gt_card"
                                                     " WHERE system = ? AND customer_no = ? AND "
                                                     "state = 1 AND id > ? ORDER BY id {limit 1}");

bool gt_card_not_inserted(const struct gt_card_read *read)
{
    return read->return_file[strspn(read->return_file, "0")] == '\0';
}

static bool wants_writing(const struct gt_txn *txn)
{
    return txn->state == GT_TXN_POSTED &&
           (txn->card_state == GT_CARD_TO_WRITE || txn->card_state == GT_CARD_FAILED);
}

/* What the card says against the last purchase that we made for it. */
static enum gt_outcome refuse_by_last(const struct gt_txn *last, const struct gt_card_read *read)
{
    if (last->state != GT_TXN_POSTED)
        return GT_OUT_OK;
    if (read->count == last->purchase_count)
        return gt_card_not_inserted(read) ? GT_OUT_CARD_NOT_INSERTED : GT_OUT_OK;
    if (wants_writing(last))
        return GT_OUT_CARD_NOT_WRITTEN;
    return read->count < last->purchase_count ? GT_OUT_CARD_COUNT : GT_OUT_OK;
}

/* What a card at this count proves to be written: the last purchase, or, if that was reversed, the
 * write-back of the reversal. */
static void card_confirms(struct gt_tx *tx, const struct gt_txn *last,
                          const struct gt_card_read *read, struct gt_txn *seen)
{
    struct gt_txn reversal;
    const struct gt_txn *due = last;

    if (gt_txn_taken_back(last) && last->reversed_by &&
        gt_row_find(tx, &gt_txn_row, last->reversed_by, &reversal))
        due = &reversal;
    if (wants_writing(due) && read->count == due->purchase_count)
        *seen = *due;
}

void gt_card_seen(struct gt_tx *tx, const char *system, const struct gt_card_read *read,
                  struct gt_txn *seen)
{
    struct gt_card card;
    struct gt_txn last;

    seen->id = 0;
    if (gt_row_one(tx, &gt_card_row, &card, &card_by_no, GT_TEXT(system), GT_TEXT(read->card_no)) &&
        card.last_txn && gt_row_find(tx, &gt_txn_row, card.last_txn, &last))
        card_confirms(tx, &last, read, seen);
}

enum gt_outcome gt_card_refuse_recharge(struct gt_tx *tx, const char *system,
                                        const char *customer_no, const struct gt_card_read *read,
                                        struct gt_txn *seen)
{
    struct gt_card card;
    struct gt_txn last;

    seen->id = 0;
    if (!read->meter_no[0])
        return GT_OUT_CARD_BLANK;
    if (!gt_row_one(tx, &gt_card_row, &card, &card_by_no, GT_TEXT(system), GT_TEXT(read->card_no)))
        return GT_OUT_OK;
    if (card.state == GT_CARD_REPLACED)
        return GT_OUT_CARD_OLD;
    if (strcmp(card.customer_no, customer_no) != 0)
        return GT_OUT_CARD_WRONG_CUSTOMER;
    if (card.meter_no[0] && strcmp(card.meter_no, read->meter_no) != 0)
        return GT_OUT_METER_DIFFERS;
    if (!card.last_txn || !gt_row_find(tx, &gt_txn_row, card.last_txn, &last))
        return GT_OUT_OK;
    card_confirms(tx, &last, read, seen);
    return refuse_by_last(&last, read);
}

enum gt_outcome gt_card_refuse_rewrite(const struct gt_txn *orig, const struct gt_card_read *read)
{
    if (!read->present)
        return GT_OUT_CARD_MISSING;
    if (strcmp(orig->card_no, read->card_no) != 0)
        return GT_OUT_CARD_WRONG_CUSTOMER;
    if (orig->card_state == GT_CARD_WRITTEN || read->count == orig->purchase_count)
        return GT_OUT_CARD_ALREADY_WRITTEN;
    if (orig->state != GT_TXN_POSTED || !wants_writing(orig))
        return GT_OUT_CARD_NO_PURCHASE;
    /* What was not written stands where the order found it: one below a purchase, one above the
     * write-back of a reversal, blank for a replacement. */
    return read->count == orig->card_count ? GT_OUT_OK : GT_OUT_CARD_COUNT;
}

enum gt_outcome gt_card_refuse_reverse(struct gt_tx *tx, const struct gt_txn *orig,
                                       const struct gt_card_read *read)
{
    struct gt_card card;

    if (!orig->card_no[0])
        return GT_OUT_OK;
    if (!read->present)
        return GT_OUT_REV_CARD_MISSING;
    if (strcmp(orig->card_no, read->card_no) != 0)
        return GT_OUT_CARD_WRONG_CUSTOMER;
    if (gt_row_one(tx, &gt_card_row, &card, &card_by_no, GT_TEXT(orig->system),
                   GT_TEXT(orig->card_no))) {
        if (card.state == GT_CARD_REPLACED)
            return GT_OUT_CARD_OLD;
        if (card.last_txn != orig->id)
            return GT_OUT_CARD_COUNT;
    }
    if (read->count == orig->purchase_count)
        return gt_card_not_inserted(read) ? GT_OUT_OK : GT_OUT_REV_CARD_INSERTED;
    return read->count == orig->purchase_count - 1 && orig->card_state != GT_CARD_WRITTEN
               ? GT_OUT_OK
               : GT_OUT_CARD_COUNT;
}

/* The customer's other cards are not valid any more; `replaced` is what one of them still lacked.
 */
static void cards_replace(struct gt_tx *tx, const struct gt_txn *txn, struct gt_txn *replaced)
{
    struct gt_card card;
    struct gt_txn last;
    int64_t after = 0;

    while (gt_row_one(tx, &gt_card_row, &card, &card_next_of_customer, GT_TEXT(txn->system),
                      GT_TEXT(txn->customer_no), GT_INT(after))) {
        after = card.id;
        if (strcmp(card.card_no, txn->card_no) == 0)
            continue;
        card.state = GT_CARD_REPLACED;
        gt_row_save(tx, &gt_card_row, &card);
        if (card.last_txn && gt_row_find(tx, &gt_txn_row, card.last_txn, &last) &&
            wants_writing(&last))
            *replaced = last;
    }
}

void gt_card_remember(struct gt_tx *tx, const struct gt_txn *txn, struct gt_bag *bag,
                      struct gt_txn *replaced)
{
    struct gt_card card;

    replaced->id = 0;
    if (!txn->card_no[0])
        return;
    if (txn->op == GT_OP_REPLACE)
        cards_replace(tx, txn, replaced);
    if (gt_row_one(tx, &gt_card_row, &card, &card_by_no, GT_TEXT(txn->system),
                   GT_TEXT(txn->card_no))) {
        card.last_txn = txn->id;
        memcpy(card.meter_no, txn->meter_no, sizeof(card.meter_no));
        gt_row_save(tx, &gt_card_row, &card);
        return;
    }
    card = (struct gt_card){.id = gt_bag_take(bag), .state = GT_CARD_VALID, .last_txn = txn->id};
    memcpy(card.system, txn->system, sizeof(card.system));
    memcpy(card.card_no, txn->card_no, sizeof(card.card_no));
    memcpy(card.customer_no, txn->customer_no, sizeof(card.customer_no));
    memcpy(card.meter_no, txn->meter_no, sizeof(card.meter_no));
    gt_row_insert(tx, &gt_card_row, &card);
    gt_census_add(tx, "gt_card", 1);
}
