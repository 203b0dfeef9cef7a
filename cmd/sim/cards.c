/*
 * Card meters: purchase counts, packets, replacement cards.  doc/sg186.md, "Rules of the meters",
 * says the same in words.
 *
 * What the subtle flags of a customer with count n mean: `written`: the card is known to hold n;
 * `inserted`: the meter is known to have taken n; `written_back`: a reversal brought the card back
 * to n and emptied its return file, so that an empty one does not mean "not inserted".
 */
#include "cards.h"

#include <string.h>

static bool same(const char *a, const char *b)
{
    return strcmp(a, b) == 0;
}

/* A return file of zeros is as empty as none. */
static bool file_empty(const struct gt_sg_card *card)
{
    return card->return_file[strspn(card->return_file, "0")] == '\0';
}

static bool meter_is(const struct gt_sim_customer *c, const char *meter)
{
    return meter[0] == 'M' && same(meter + 1, c->number);
}

/* A card nobody has written for this dialect: it names no meter. */
static bool card_blank(const struct gt_sg_card *card)
{
    return card->meter[0] == '\0';
}

/* Whether the shown card is the one in force of this customer.  A blank one may be, when it was
 * issued but never written. */
static enum gt_sg_code check_shown(struct gt_tx *tx, const struct gt_sim_deal *d)
{
    const struct gt_sg_card *card = &d->req->card;
    char owner[GT_SG_KEY_MAX];
    bool replaced = false;
    if (!d->c.opened) {
        return GT_SG_NOT_OPEN;
    }
    if (!*card->serial) {
        return GT_SG_BLANK_CARD;
    }
    if (!same(card->serial, d->c.card)) {
        (void)gt_sim_card_owner(tx, card->serial, owner, &replaced);
        return replaced ? GT_SG_OLD_CARD : GT_SG_OTHER_CARD;
    }
    if (!card_blank(card) && !meter_is(&d->c, card->meter)) {
        return GT_SG_METER_DIFFERS;
    }
    return GT_SG_DONE;
}

/* Keeps what a card at the count on record proves. */
static void learn(struct gt_sim_deal *d)
{
    const struct gt_sg_card *card = &d->req->card;
    if (card_blank(card) || card->count != d->c.count) {
        return;
    }
    if (!d->c.written) {
        d->c.written = 1;
        d->changed = true;
    }
    if (!d->c.inserted && !file_empty(card)) {
        d->c.inserted = 1;
        d->changed = true;
    }
}

static bool amount_in_range(int64_t amount)
{
    return amount >= GT_SIM_LEAST && amount <= GT_SIM_GREATEST;
}

/* What the transaction's packet carries to the card. */
static void carry(struct gt_sim_deal *d, enum gt_sim_packet_kind kind, const char *serial,
                  int64_t amount)
{
    d->txn.packet_kind = kind;
    memcpy(d->txn.packet_serial, serial, sizeof(d->txn.packet_serial));
    d->txn.packet_amount = amount;
    memcpy(d->txn.random, d->req->card.random, sizeof(d->txn.random));
    d->txn.count = d->c.count;
}

/* Books a purchase at the next count and makes its packet the one the card should get. */
static void buy(struct gt_sim_deal *d)
{
    d->c.count++;
    d->c.written = d->c.inserted = d->c.written_back = 0;
    memcpy(d->c.purchase, d->req->serial, sizeof(d->c.purchase));
    memcpy(d->c.packet, d->req->serial, sizeof(d->c.packet));
    d->changed = true;
    carry(d, d->req->op == GT_SG_OPEN ? GT_SIM_PACKET_OPENING : GT_SIM_PACKET_PURCHASE,
          d->req->serial, d->req->amount);
}

enum gt_sg_code gt_sim_card_recharge(struct gt_tx *tx, struct gt_sim_deal *d)
{
    const struct gt_sg_card *card = &d->req->card;
    enum gt_sg_code code = check_shown(tx, d);
    if (code != GT_SG_DONE) {
        return code;
    }
    if (card_blank(card)) {
        return GT_SG_BLANK_CARD;
    }
    learn(d);
    if (!d->c.written && card->count == d->c.count - 1) {
        return GT_SG_NOT_WRITTEN;
    }
    if (card->count != d->c.count) {
        return GT_SG_COUNT_DIFFERS;
    }
    if (d->c.count >= 1 && file_empty(card) && !d->c.written_back) {
        return GT_SG_NOT_INSERTED;
    }
    if (gt_sim_in_arrears(tx, d->c.number)) {
        return GT_SG_ARREARS;
    }
    if (!amount_in_range(d->req->amount)) {
        return GT_SG_AMOUNT_RANGE;
    }
    buy(d);
    return GT_SG_DONE;
}

/* Whether the shown card may become this customer's. */
static enum gt_sg_code check_new(struct gt_tx *tx, const struct gt_sim_deal *d)
{
    const struct gt_sg_card *card = &d->req->card;
    char owner[GT_SG_KEY_MAX];
    bool replaced = false;
    if (!*card->serial) {
        return GT_SG_BLANK_CARD;
    }
    if (gt_sim_card_owner(tx, card->serial, owner, &replaced)) {
        return replaced ? GT_SG_OLD_CARD : GT_SG_OTHER_CARD;
    }
    return card_blank(card) ? GT_SG_DONE : GT_SG_OTHER_CARD;
}

static void take_card(struct gt_tx *tx, struct gt_sim_deal *d)
{
    memcpy(d->c.card, d->req->card.serial, sizeof(d->c.card));
    gt_sim_card_issue(tx, d->c.card, d->c.number);
}

enum gt_sg_code gt_sim_card_open(struct gt_tx *tx, struct gt_sim_deal *d)
{
    if (d->c.opened) {
        return GT_SG_ALREADY_OPEN;
    }
    if (!meter_is(&d->c, d->req->meter)) {
        return GT_SG_METER_DIFFERS;
    }
    enum gt_sg_code code = check_new(tx, d);
    if (code != GT_SG_DONE) {
        return code;
    }
    if (!amount_in_range(d->req->amount)) {
        return GT_SG_AMOUNT_RANGE;
    }
    d->c.opened = 1;
    take_card(tx, d);
    buy(d);
    return GT_SG_DONE;
}

enum gt_sg_code gt_sim_card_renew(struct gt_tx *tx, struct gt_sim_deal *d)
{
    struct gt_sim_txn purchase;
    if (!d->c.opened) {
        return GT_SG_NOT_OPEN;
    }
    if (same(d->req->card.serial, d->c.card) && !d->c.written) {
        return GT_SG_NOT_WRITTEN; /* this card is the new one already: rewrite it */
    }
    enum gt_sg_code code = check_new(tx, d);
    if (code != GT_SG_DONE) {
        return code;
    }
    gt_sim_card_replace(tx, d->c.card);
    take_card(tx, d);
    if (!d->c.inserted && gt_sim_txn_find(tx, d->c.purchase, &purchase)) {
        /* A meter that the lost card never opened takes an opening card only. */
        carry(d, purchase.op == GT_SG_OPEN ? GT_SIM_PACKET_OPENING : GT_SIM_PACKET_REPLACEMENT,
              purchase.serial, purchase.amount);
    } else {
        carry(d, GT_SIM_PACKET_REPLACEMENT, d->req->serial, 0);
    }
    memcpy(d->c.packet, d->req->serial, sizeof(d->c.packet));
    d->c.written = d->c.written_back = 0;
    d->changed = true;
    return GT_SG_DONE;
}

/* The write-back of a reversal once more: the card still stands one above the record. */
static enum gt_sg_code rewrite_back(struct gt_sim_deal *d, const struct gt_sim_txn *reversal)
{
    const struct gt_sg_card *card = &d->req->card;
    if (!*reversal->packet_serial || *d->c.packet || reversal->count != d->c.count) {
        return GT_SG_NO_PURCHASE;
    }
    if (!*card->serial || card_blank(card)) {
        return GT_SG_BLANK_CARD;
    }
    if (!meter_is(&d->c, card->meter)) {
        return GT_SG_METER_DIFFERS;
    }
    if (card->count == d->c.count) {
        return GT_SG_ALREADY_WRITTEN;
    }
    if (card->count != d->c.count + 1 || !file_empty(card)) {
        return GT_SG_REWRITE_COUNT;
    }
    carry(d, (enum gt_sim_packet_kind)reversal->packet_kind, reversal->packet_serial,
          reversal->packet_amount);
    return GT_SG_DONE;
}

/* Whether the shown card stands where `last` found it: it never got the packet. */
static bool stands_before(const struct gt_sim_deal *d, const struct gt_sim_txn *last)
{
    const struct gt_sg_card *card = &d->req->card;
    if (last->op == GT_SG_RECHARGE) {
        return !card_blank(card) && card->count == d->c.count - 1;
    }
    return card_blank(card) || card->count == 0;
}

enum gt_sg_code gt_sim_card_rewrite(struct gt_tx *tx, struct gt_sim_deal *d)
{
    struct gt_sim_txn orig, last;
    if (!gt_sim_txn_find(tx, d->req->orig_serial, &orig) || orig.state != GT_SIM_POSTED) {
        return GT_SG_NO_PURCHASE;
    }
    if (!same(orig.customer, d->c.number)) {
        return GT_SG_CUSTOMER_DIFFERS;
    }
    if (orig.op == GT_SG_REVERSE || orig.op == GT_SG_REFUND) {
        return rewrite_back(d, &orig);
    }
    if (orig.op != GT_SG_RECHARGE && orig.op != GT_SG_OPEN && orig.op != GT_SG_REPLACE) {
        return GT_SG_NO_PURCHASE;
    }
    enum gt_sg_code code = check_shown(tx, d);
    if (code != GT_SG_DONE) {
        return code;
    }
    learn(d);
    bool is_last = same(orig.serial, d->c.packet) || same(orig.serial, d->c.purchase);
    if (d->c.written || !is_last) {
        return GT_SG_ALREADY_WRITTEN; /* a later purchase could not be without it */
    }
    if (!gt_sim_txn_find(tx, d->c.packet, &last)) {
        return GT_SG_NO_PURCHASE;
    }
    if (!stands_before(d, &last)) {
        return GT_SG_REWRITE_COUNT;
    }
    carry(d, (enum gt_sim_packet_kind)last.packet_kind, last.packet_serial, last.packet_amount);
    return GT_SG_DONE;
}

enum gt_sg_code gt_sim_card_confirm(struct gt_tx *tx, struct gt_sim_deal *d)
{
    struct gt_sim_txn orig;
    if (!gt_sim_txn_find(tx, d->req->orig_serial, &orig) || orig.state != GT_SIM_POSTED ||
        !*orig.packet_serial) {
        return GT_SG_NO_PURCHASE;
    }
    if (!same(orig.customer, d->c.number)) {
        return GT_SG_CUSTOMER_DIFFERS;
    }
    /* A rewritten packet is confirmed under its own serial or that of the purchase. */
    const char *serial = orig.op == GT_SG_REWRITE ? orig.orig_serial : orig.serial;
    if (d->req->written && same(serial, d->c.packet) && !d->c.written) {
        d->c.written = 1;
        d->changed = true;
    }
    return GT_SG_DONE;
}

/* Whether the card lets the last purchase go; `*write_back` if it holds it, not inserted. */
static enum gt_sg_code check_return(struct gt_sim_deal *d, bool *write_back)
{
    const struct gt_sg_card *card = &d->req->card;
    int64_t count = card_blank(card) ? 0 : card->count;
    bool was_written = d->c.written != 0;
    learn(d);
    *write_back = count == d->c.count;
    if (*write_back) {
        return file_empty(card) ? GT_SG_DONE : GT_SG_COUNT_DIFFERS;
    }
    return count == d->c.count - 1 && !was_written ? GT_SG_DONE : GT_SG_COUNT_DIFFERS;
}

enum gt_sg_code gt_sim_card_reverse(struct gt_tx *tx, struct gt_sim_deal *d,
                                    const struct gt_sim_txn *orig)
{
    bool write_back = false;
    if (!same(orig->serial, d->c.purchase) || !same(orig->serial, d->c.packet)) {
        return GT_SG_COUNT_DIFFERS; /* not the last one, or its card was lost and replaced */
    }
    enum gt_sg_code code = check_shown(tx, d);
    if (code != GT_SG_DONE || (code = check_return(d, &write_back)) != GT_SG_DONE) {
        return code;
    }
    d->c.count--;
    d->c.written = d->c.written_back = 1;
    d->c.inserted = d->c.count > 0; /* else the purchase would not have been allowed */
    d->c.purchase[0] = d->c.packet[0] = '\0';
    d->changed = true;
    if (orig->op == GT_SG_OPEN) {
        gt_sim_card_withdraw(tx, d->c.card);
        d->c.opened = 0;
        d->c.card[0] = '\0';
    }
    d->txn.count = d->c.count;
    if (write_back) {
        carry(d, GT_SIM_PACKET_PURCHASE, d->req->serial, 0);
    }
    return GT_SG_DONE;
}
