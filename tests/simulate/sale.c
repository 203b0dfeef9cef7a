/*
 * What a terminal is told, checked against all it was told before, and what it does then.
 *
 * A final answer (ok, declined) never changes, "does not exist" is final too, and "in doubt" names
 * a transaction that never disappears.
 */
#include "scenario.h"

#include <stdio.h>
#include <string.h>

/* --- what follows from an answer ----------------------------------------------------------------
 */

static void send_follow_up(struct sim_world *world, int sale)
{
    if (sale >= 0)
        (void)sim_sale_send(world, sale, false);
}

/* A new card makes the customer's others old. */
static void others_old(struct sim_world *world, int card)
{
    for (int i = 0; i < world->field.ncards; i++) {
        struct sim_card *c = &world->field.cards[i];
        if (i != card && c->customer == world->field.cards[card].customer)
            c->old = true;
    }
}

/* The terminal writes the packet of a purchase, reports, and perhaps tries again. */
static void write_card(struct sim_world *world, struct sim_sale *s, const struct gt_result *result)
{
    struct sim_rng *rng = &world->rng;
    struct sim_card *card = &world->field.cards[s->card];
    int64_t purchase = s->order.op == GT_OP_REWRITE ? s->order.orig_id : result->txn.id;
    if (sim_rng_hit(rng, 30))
        sim_card_engage(card, rng); /* it slipped out of the reader and was put in again */
    bool wrote =
        sim_rng_hit(rng, 850) &&
        sim_card_write(card, world->field.meters[card->customer].meter_no, &result->packet);
    card->owed = wrote ? 0 : purchase;
    card->kept = card->kept && !wrote;
    sim_trace(world, "card %s %s count %lld", card->card_no, wrote ? "written" : "not written",
              (long long)card->count);
    if (s->order.op == GT_OP_REPLACE || s->order.op == GT_OP_OPEN)
        others_old(world, s->card);
    if (sim_rng_hit(rng, 800))
        send_follow_up(world, sim_sale_confirm(world, s, purchase, wrote));
    card->engaged = false;
    if (!wrote && sim_rng_hit(rng, 600))
        send_follow_up(world, sim_sale_rewrite(world, s->terminal, s->clerk, s->card));
}

/* The purchase goes off the card again, before any cash is given back. */
static void write_back(struct sim_world *world, struct sim_sale *s, const struct gt_result *result)
{
    struct sim_card *card = &world->field.cards[s->card];
    if (card->owed == s->order.orig_id)
        card->owed = 0;
    card->engaged = false;
    if (!result->packet.present)
        return;
    bool wrote =
        sim_rng_hit(&world->rng, 900) && sim_card_write(card, card->meter_no, &result->packet);
    sim_trace(world, "card %s %s back to count %lld", card->card_no,
              wrote ? "written" : "not written", (long long)card->count);
    card->owed = wrote ? 0 : result->txn.id;
    card->kept = !wrote;
    send_follow_up(world, sim_sale_confirm(world, s, result->txn.id, wrote));
    if (!wrote)
        send_follow_up(world, sim_sale_rewrite(world, s->terminal, s->clerk, s->card));
}

/* Of a purchase that was reversed or replaced since, there is nothing to write any more. */
static bool nothing_left(const struct gt_result *result)
{
    return !result->packet.present &&
           (result->txn.card_state == GT_CARD_SUPERSEDED || result->txn.op == GT_OP_REWRITE);
}

/* What upstream wants on a card is what the terminal gets. */
static void check_packet(struct sim_world *world, const struct gt_result *result)
{
    char serial[20];
    (void)snprintf(serial, sizeof(serial), "%018lld", (long long)result->txn.id);
    int index = sim_market_find(&world->wire.market, serial);
    if (index < 0 || nothing_left(result))
        return;
    const struct gt_card_packet *packet = &world->wire.market.records[index].packet;
    sim_expect(world,
               packet->present == result->packet.present &&
                   (!packet->present || (packet->count == result->packet.count &&
                                         strcmp(packet->data, result->packet.data) == 0)),
               "%s: upstream's packet is not the terminal's", serial);
}

static void finish(struct sim_world *world, struct sim_sale *s, const struct gt_result *result)
{
    if (s->finished)
        return;
    s->finished = true;
    if (result->outcome == GT_OUT_OK)
        check_packet(world, result);
    if (s->card < 0)
        return;
    if (result->outcome == GT_OUT_OK && gt_op_gives_back(s->order.op))
        write_back(world, s, result);
    else if (result->outcome == GT_OUT_OK && result->packet.present)
        write_card(world, s, result);
    else
        world->field.cards[s->card].engaged = false;
}

/* --- what is told -------------------------------------------------------------------------------
 */

static void told_final(struct sim_world *world, struct sim_sale *s, const struct gt_result *result)
{
    struct sim_answer a = {.outcome = result->outcome,
                           .txn_id = result->txn.id,
                           .receipt_no = result->receipt_no,
                           .biz_date = result->biz_date,
                           .amount = result->txn.amount,
                           .count = result->packet.present ? result->packet.count : -1};
    sim_expect(world, a.txn_id > 0, "trace %lld: a final answer without a transaction",
               (long long)s->trace_no);
    sim_expect(world, !s->absent, "trace %lld: told absent, then outcome %d",
               (long long)s->trace_no, (int)a.outcome);
    sim_expect(world, !s->doubt || s->doubt_id == a.txn_id,
               "trace %lld: in doubt as %lld, then told of %lld", (long long)s->trace_no,
               (long long)s->doubt_id, (long long)a.txn_id);
    if (!s->told) {
        s->told = true;
        s->answer = a;
        s->told_other = a.amount != s->order.amount;
        sim_expect(world, !s->told_other || (s->other_amount && a.amount == s->other_amount),
                   "trace %lld: told of amount %lld, which nobody sent", (long long)s->trace_no,
                   (long long)a.amount);
    } else {
        const struct sim_answer *b = &s->answer;
        if (nothing_left(result))
            a.count = b->count;
        sim_expect(
            world,
            a.outcome == b->outcome && a.txn_id == b->txn_id && a.receipt_no == b->receipt_no &&
                a.biz_date == b->biz_date && a.amount == b->amount && a.count == b->count,
            "trace %lld: told outcome %d of %lld receipt %lld count %lld, then outcome %d of "
            "%lld receipt %lld count %lld",
            (long long)s->trace_no, (int)b->outcome, (long long)b->txn_id, (long long)b->receipt_no,
            (long long)b->count, (int)a.outcome, (long long)a.txn_id, (long long)a.receipt_no,
            (long long)a.count);
    }
    finish(world, s, result);
}

static void told_doubt(struct sim_world *world, struct sim_sale *s, const struct gt_result *result)
{
    sim_expect(world, !s->told, "trace %lld: told outcome %d, then in doubt",
               (long long)s->trace_no, (int)s->answer.outcome);
    sim_expect(world, !s->absent, "trace %lld: told absent, then in doubt", (long long)s->trace_no);
    sim_expect(world, !s->doubt || s->doubt_id == result->txn.id,
               "trace %lld: in doubt as %lld, then as %lld", (long long)s->trace_no,
               (long long)s->doubt_id, (long long)result->txn.id);
    sim_expect(world, result->txn.id > 0, "trace %lld: in doubt without a number",
               (long long)s->trace_no);
    s->doubt = true;
    s->doubt_id = result->txn.id;
}

/* "Does not exist", or "made void": no copy of the message was, or will ever be, done. */
static void told_absent(struct sim_world *world, struct sim_sale *s)
{
    sim_expect(world, !s->told && !s->doubt, "trace %lld: told outcome %d, then absent",
               (long long)s->trace_no, (int)s->answer.outcome);
    s->absent = true;
    if (s->card >= 0 && !s->finished)
        world->field.cards[s->card].engaged = false;
    s->finished = true;
}

static void trace_result(struct sim_world *world, int sale, const struct gt_result *result,
                         const char *how)
{
    sim_trace(world, "sale %d %s outcome %d txn %lld state %d receipt %lld%s", sale, how,
              (int)result->outcome, (long long)result->txn.id, (int)result->txn.state,
              (long long)result->receipt_no, result->repeated ? " repeated" : "");
    sim_expect(world, !result->has_available || result->available >= 0, "available credit is %lld",
               (long long)result->available);
}

void sim_sale_answer(struct sim_world *world, int sale, bool other, const struct gt_result *result)
{
    struct sim_sale *s = &world->office->sales[sale];
    trace_result(world, sale, result, other ? "(other) told" : "told");
    enum gt_class class = gt_outcome_info(result->outcome)->class;
    if (class == GT_CLASS_ERROR) {
        sim_expect(world, result->txn.id == 0, "trace %lld: an error with a transaction",
                   (long long)s->trace_no);
    } else if (result->outcome == GT_OUT_TRACE_REUSED) {
        sim_expect(world, s->other_amount != 0, "trace %lld: reused by nobody",
                   (long long)s->trace_no);
        sim_expect(world, !s->told || s->told_other != other,
                   "trace %lld: the same message is called another one", (long long)s->trace_no);
    } else if (result->outcome == GT_OUT_VOIDED) {
        sim_expect(world, s->asked, "trace %lld: void, and nobody asked", (long long)s->trace_no);
        told_absent(world, s);
    } else if (class == GT_CLASS_IN_DOUBT) {
        told_doubt(world, s, result);
    } else {
        told_final(world, s, result);
        sim_expect(world, s->told_other == other, "trace %lld: answered another message",
                   (long long)s->trace_no);
    }
}

void sim_sale_inquire(struct sim_world *world, int sale)
{
    struct sim_sale *s = &world->office->sales[sale];
    struct gt_result result;
    s->asked = true;
    enum gt_err err = gt_till_inquire(&world->till, &world->actors[s->terminal][s->clerk],
                                      s->trace_no, 0, &result);
    if (!sim_went_well(world, err, "inquiry"))
        return;
    trace_result(world, sale, &result, "inquired");
    if (result.outcome == GT_OUT_ABSENT)
        told_absent(world, s);
    else if (gt_outcome_info(result.outcome)->class == GT_CLASS_IN_DOUBT)
        told_doubt(world, s, &result);
    else
        told_final(world, s, &result);
}

bool sim_sale_send(struct sim_world *world, int sale, bool other)
{
    struct sim_office *office = world->office;
    struct sim_sale *s = &office->sales[sale];
    for (int i = 0; i < SIM_FLOWS; i++) {
        struct sim_flow *f = &office->flows[i];
        if (f->used)
            continue;
        f->used = true;
        f->busy = false;
        f->sale = sale;
        f->other = other;
        f->stage = SIM_STAGE_INTENT;
        f->order = s->order;
        f->order.actor = &world->actors[s->terminal][s->clerk];
        if (other)
            f->order.amount = s->other_amount;
        s->sent = true;
        return true;
    }
    return false;
}
