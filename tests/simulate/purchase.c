/*
 * What a marketing system knows of cards, by the rules of meters in doc/sg186.md: who may buy,
 * write again and take back.
 */
#include "purchase.h"

#include "field.h"

#include <stdio.h>
#include <string.h>

#define COPY(dst, src) (void)snprintf((dst), sizeof(dst), "%.*s", (int)sizeof(dst) - 1, (src))

static bool card_is_old(const struct sim_customer *c, const char *card_no)
{
    for (int i = 0; i < c->nold; i++)
        if (strcmp(c->old_card[i], card_no) == 0)
            return true;
    return false;
}

/* Whose valid card this is, -1: nobody's. */
static int card_owner(const struct sim_market *m, const char *card_no)
{
    for (int i = 0; i < m->ncustomers; i++)
        if (m->customers[i].card_no[0] && strcmp(m->customers[i].card_no, card_no) == 0)
            return i;
    return -1;
}

/* --- purchases ----------------------------------------------------------------------------------
 */

static void purchase(struct sim_customer *c, struct sim_record *r, int index)
{
    c->before = c->last;
    c->last = c->carrier = index;
    r->count = ++c->count;
    c->written = c->inserted = c->kind == GT_METER_REMOTE;
}

/* What a reading of the card tells upstream by the way. */
static void card_seen(struct sim_customer *c, const struct gt_card_read *card)
{
    if (card->present && strcmp(card->card_no, c->card_no) == 0 && card->count == c->count) {
        c->written = true;
        if (strspn(card->return_file, "0") < strlen(card->return_file))
            c->inserted = true;
    }
}

static enum gt_outcome card_refuse(const struct sim_market *m, int customer,
                                   const struct gt_card_read *card)
{
    const struct sim_customer *c = &m->customers[customer];
    if (!card->present)
        return GT_OUT_CARD_MISSING;
    if (card_is_old(c, card->card_no))
        return GT_OUT_CARD_OLD;
    if (strcmp(c->card_no, card->card_no) != 0)
        return GT_OUT_CARD_WRONG_CUSTOMER;
    return GT_OUT_OK;
}

enum gt_outcome sim_do_recharge(struct sim_market *m, int customer, const struct gt_up_request *q,
                                struct sim_record *r, int index)
{
    struct sim_customer *c = &m->customers[customer];
    if (c->kind == GT_METER_BILL)
        return GT_OUT_NOT_CARD_CUSTOMER;
    if (!c->open)
        return GT_OUT_NOT_OPEN;
    if (c->kind == GT_METER_CARD) {
        enum gt_outcome outcome = card_refuse(m, customer, &q->card);
        if (outcome != GT_OUT_OK)
            return outcome;
        card_seen(c, &q->card);
        if (!c->written && q->card.count != c->count)
            return GT_OUT_CARD_NOT_WRITTEN;
        if (q->card.count != c->count)
            return GT_OUT_CARD_COUNT;
        if (!c->inserted)
            return GT_OUT_CARD_NOT_INSERTED;
    }
    purchase(c, r, index);
    if (c->kind == GT_METER_CARD)
        sim_packet_make(&r->packet, r->count, q->amount, q->card.random);
    return GT_OUT_OK;
}

enum gt_outcome sim_do_open(struct sim_market *m, int customer, const struct gt_up_request *q,
                            struct sim_record *r, int index)
{
    struct sim_customer *c = &m->customers[customer];
    if (c->kind != GT_METER_CARD)
        return GT_OUT_NOT_CARD_CUSTOMER;
    if (c->open)
        return GT_OUT_ALREADY_OPEN;
    if (strcmp(q->meter_no, c->meter_no) != 0)
        return GT_OUT_METER_DIFFERS;
    if (!q->card.present)
        return GT_OUT_CARD_MISSING;
    if (q->card.meter_no[0] || card_owner(m, q->card.card_no) >= 0)
        return GT_OUT_CARD_WRONG_CUSTOMER;
    c->open = true;
    COPY(c->card_no, q->card.card_no);
    purchase(c, r, index);
    sim_packet_make(&r->packet, r->count, q->amount, q->card.random);
    return GT_OUT_OK;
}

enum gt_outcome sim_do_replace(struct sim_market *m, int customer, const struct gt_up_request *q,
                               struct sim_record *r, int index)
{
    struct sim_customer *c = &m->customers[customer];
    if (c->kind != GT_METER_CARD)
        return GT_OUT_NOT_CARD_CUSTOMER;
    if (!c->open)
        return GT_OUT_NOT_OPEN;
    if (!q->card.present)
        return GT_OUT_CARD_MISSING;
    if (card_is_old(c, q->card.card_no))
        return GT_OUT_CARD_OLD;
    if (q->card.meter_no[0] || card_owner(m, q->card.card_no) >= 0)
        return GT_OUT_CARD_WRONG_CUSTOMER;
    if (c->nold == 8)
        return GT_OUT_WORK_ORDER_OPEN;
    memcpy(c->old_card[c->nold++], c->card_no, sizeof(c->card_no));
    COPY(c->card_no, q->card.card_no);
    int64_t carried = c->inserted || c->last < 0 ? 0 : m->records[c->last].amount;
    c->written = false;
    c->carrier = index;
    r->count = c->count;
    sim_packet_make(&r->packet, r->count, carried, q->card.random);
    return GT_OUT_OK;
}

/* The write-back of a reversal failed: the card still shows the count of the purchase. */
static enum gt_outcome write_back_again(const struct sim_market *m, const struct sim_customer *c,
                                        const struct gt_up_request *q, struct sim_record *r)
{
    const struct sim_record *orig = &m->records[r->orig];
    if (orig->fate != SIM_FATE_POSTED || !orig->packet.present || orig->count != c->count)
        return GT_OUT_CARD_NO_PURCHASE;
    if (!q->card.present || q->card.count != c->count + 1)
        return GT_OUT_CARD_COUNT;
    r->count = c->count;
    sim_packet_make(&r->packet, r->count, 0, q->card.random);
    return GT_OUT_OK;
}

enum gt_outcome sim_do_rewrite(struct sim_market *m, int customer, const struct gt_up_request *q,
                               struct sim_record *r)
{
    struct sim_customer *c = &m->customers[customer];
    if (r->orig >= 0 &&
        (m->records[r->orig].op == GT_UP_REVERSE || m->records[r->orig].op == GT_UP_REFUND))
        return write_back_again(m, c, q, r);
    enum gt_outcome outcome = card_refuse(m, customer, &q->card);
    if (outcome != GT_OUT_OK)
        return outcome;
    if (r->orig < 0 || r->orig != c->carrier)
        return GT_OUT_CARD_NO_PURCHASE;
    if (c->written || q->card.count == c->count)
        return GT_OUT_CARD_ALREADY_WRITTEN;
    if (q->card.meter_no[0] && q->card.count != c->count - 1)
        return GT_OUT_CARD_COUNT;
    int64_t carried = c->inserted || c->last < 0 ? 0 : m->records[c->last].amount;
    r->count = c->count;
    sim_packet_make(&r->packet, r->count, carried, q->card.random);
    return GT_OUT_OK;
}

enum gt_outcome sim_do_confirm(struct sim_market *m, int customer, const struct gt_up_request *q,
                               struct sim_record *r)
{
    struct sim_customer *c = &m->customers[customer];
    if (r->orig < 0)
        return GT_OUT_CARD_NO_PURCHASE;
    if (q->written && r->orig == c->carrier)
        c->written = true;
    return GT_OUT_OK;
}

/* --- reversal -----------------------------------------------------------------------------------
 */

static enum gt_outcome card_reverse_refuse(const struct sim_market *m, int customer, int orig,
                                           const struct gt_card_read *card)
{
    const struct sim_customer *c = &m->customers[customer];
    enum gt_outcome outcome = card_refuse(m, customer, card);
    if (outcome == GT_OUT_CARD_MISSING)
        return GT_OUT_REV_CARD_MISSING;
    if (outcome != GT_OUT_OK)
        return outcome;
    if (c->last != orig || m->records[orig].count != c->count)
        return GT_OUT_CARD_COUNT;
    bool returned = strspn(card->return_file, "0") < strlen(card->return_file);
    if (card->count == c->count)
        return returned ? GT_OUT_REV_CARD_INSERTED : GT_OUT_OK;
    return card->count == c->count - 1 && !c->written ? GT_OUT_OK : GT_OUT_CARD_COUNT;
}

/* The purchase is taken off the record; the next one takes its count again. */
static void purchase_undo(struct sim_market *m, struct sim_customer *c,
                          const struct gt_up_request *q, struct sim_record *r)
{
    struct sim_record *orig = &m->records[r->orig];
    bool on_card = q->card.count == c->count;
    c->count--;
    c->last = c->before;
    c->before = c->carrier = -1;
    c->written = c->inserted = true;
    r->count = c->count;
    if (c->kind != GT_METER_CARD)
        return;
    if (on_card)
        sim_packet_make(&r->packet, c->count, 0, q->card.random);
    if (orig->op == GT_UP_OPEN) {
        c->open = false;
        c->card_no[0] = '\0';
    }
}

enum gt_outcome sim_do_reverse(struct sim_market *m, int customer, const struct gt_up_request *q,
                               struct sim_record *r)
{
    struct sim_customer *c = &m->customers[customer];
    if (r->orig < 0)
        return GT_OUT_REV_NO_ORIGINAL;
    struct sim_record *orig = &m->records[r->orig];
    if (orig->fate == SIM_FATE_REVERSED)
        return GT_OUT_REV_DONE;
    if (orig->fate != SIM_FATE_POSTED)
        return GT_OUT_REV_NOT_POSTED;
    if (orig->op != GT_UP_PAY && orig->op != GT_UP_RECHARGE && orig->op != GT_UP_OPEN)
        return GT_OUT_REV_KIND;
    if (orig->customer != customer)
        return GT_OUT_REV_CUSTOMER;
    if (orig->amount != q->amount)
        return GT_OUT_REV_AMOUNT;
    if (q->op == GT_UP_REVERSE && orig->date != m->date)
        return GT_OUT_REV_NEXT_DAY;
    if (c->kind == GT_METER_CARD) {
        enum gt_outcome outcome = card_reverse_refuse(m, customer, r->orig, &q->card);
        if (outcome != GT_OUT_OK)
            return outcome;
    } else if (c->kind == GT_METER_REMOTE && c->last != r->orig) {
        return GT_OUT_REV_ADVANCE_USED;
    }
    orig->fate = SIM_FATE_REVERSED;
    if (orig->op == GT_UP_PAY)
        sim_bills_undo(c, orig, r->orig);
    else
        purchase_undo(m, c, q, r);
    return GT_OUT_OK;
}
