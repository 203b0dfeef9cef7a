/*
 * Cards, from the till to the meter: a thousand customers, each with a sequence of purchases, card
 * writes that fail in every way, rewrites, confirmations, reversals, replacements and visits to the
 * meter, by chance.  What the meter credited is what was paid less what was given back.
 *
 * The till, the adapter, the stand-in's rules and the card's steps are the real ones; card, meter
 * and reader are those of tests/card/.  A cashier does what doc/card.md says, with mistakes.
 *
 *     GT_CARD_SEQUENCES=N    so many
 *     GT_CARD_SEED=S         this one alone, and tells what happens
 */
#include "till_kit.h"

#include "../card/slot.h"
#include "../card/standin.h"
#include "base/template.h"
#include "base/xml.h"

#include <inttypes.h>

#define SEQUENCES 1000
#define ACTIONS   24
#define CARDS     12
#define DEALS     96
#define PACKETS   64

/* Something that was asked of the platform and done. */
struct deal {
    int64_t id;
    enum gt_op op;
    int64_t amount;
    bool back; /* REVERSE: the cash was given back */
};

/* A packet that was once sent, and for which card. */
struct sent {
    struct gt_chip_packet packet;
    int card;
    int64_t deal; /* id of the purchase or reversal it belongs to */
};

struct town {
    struct kit kit;
    struct standin standin;
    struct sim_rng rng;
    bool loud;
    int64_t traces;
    uint64_t seed;

    char customer[21], meter_no[21];
    struct meter meter;
    struct plastic cards[CARDS];
    int ncards;
    int mine; /* the card in force, as the customer thinks */
    struct plastic stranger;
    struct slot slot;
    int64_t held; /* a reversal that is to be written back: the cashier keeps card and cash; 0 */
    int64_t paid, given_back;
    struct deal deals[DEALS];
    int ndeals;
    struct sent sent[PACKETS];
    int nsent;
    /* What happened in all sequences, so that it is seen that everything did. */
    int written, not_written, unknown, reversed, replaced, in_doubt, credited;
};

#define tell(t, ...)                    \
    do {                                \
        if ((t)->loud)                  \
            print_message(__VA_ARGS__); \
    } while (0)

#define expect(t, holds, ...)                                       \
    do {                                                            \
        if (!(holds)) {                                             \
            print_message("GT_CARD_SEED=%" PRIu64 ": ", (t)->seed); \
            fail_msg(__VA_ARGS__);                                  \
        }                                                           \
    } while (0)

static int64_t below(struct town *t, int64_t n)
{
    return sim_rng_below(&t->rng, n);
}

static bool chance(struct town *t, int permille)
{
    return sim_rng_hit(&t->rng, permille);
}

/* --- the platform -------------------------------------------------------------------------------
 */

static struct gt_order order_of(struct town *t, enum gt_op op, int64_t amount)
{
    struct gt_order order = {
        .op = op, .actor = &t->kit.cashier, .trace_no = ++t->traces, .amount = amount};
    GT_FIELD_COPY(order.customer_no, t->customer);
    GT_FIELD_COPY(order.method, "cash");
    return order;
}

static void order_card(struct gt_order *order, const struct gt_chip *chip,
                       const uint8_t random[GT_CHIP_RANDOM])
{
    struct gt_card_read *read = &order->card;
    *read = (struct gt_card_read){.present = true, .count = chip->count};
    GT_FIELD_COPY(read->card_no, chip->card_no);
    GT_FIELD_COPY(read->meter_no, chip->meter_no);
    gt_hex_encode(random, GT_CHIP_RANDOM, read->random);
    if (chip->inserted)
        gt_hex_encode(chip->file[GT_CHIP_RETURN], gt_chip_file_size[GT_CHIP_RETURN],
                      read->return_file);
}

/* What became of a transaction; waits for it. */
static void look(struct town *t, int64_t id, struct gt_result *result)
{
    for (int i = 0; i < 100; i++) {
        assert_ok(gt_till_inquire(&t->kit.till, &t->kit.cashier, 0, id, result));
        if (gt_outcome_info(result->outcome)->class != GT_CLASS_IN_DOUBT)
            return;
        kit_work(&t->kit, 40000);
    }
    expect(t, false, "in doubt for ever");
}

/* Sends an order, sometimes twice, and waits until it is known what became of it. */
static enum gt_outcome submit(struct town *t, const struct gt_order *order,
                              struct gt_result *result)
{
    assert_ok(gt_till_run(&t->kit.till, order, result));
    if (chance(t, 100)) {
        int64_t id = result->txn.id;
        assert_ok(gt_till_run(&t->kit.till, order, result));
        expect(t, result->repeated && result->txn.id == id, "a repeat was another sale");
    }
    if (gt_outcome_info(result->outcome)->class == GT_CLASS_IN_DOUBT) {
        t->in_doubt++;
        look(t, result->txn.id, result);
    }
    tell(t, "  %s %" PRId64 ": %d, count %" PRId64 "%s\n", gt_op_name(order->op), result->txn.id,
         (int)result->outcome, result->txn.purchase_count,
         result->packet.present ? ", packet" : "");
    expect(t, gt_outcome_info(result->outcome)->class != GT_CLASS_ERROR, "%s",
           gt_outcome_info(result->outcome)->en);
    return result->outcome;
}

static void deal_add(struct town *t, const struct gt_result *result)
{
    struct deal *deal = &t->deals[t->ndeals];
    assert_true(t->ndeals < DEALS);
    *deal = (struct deal){
        .id = result->txn.id, .op = (enum gt_op)result->txn.op, .amount = result->txn.amount};
    t->ndeals++;
}

static enum gt_outcome confirm(struct town *t, int64_t id, bool written)
{
    struct gt_order order = order_of(t, GT_OP_CONFIRM, 0);
    struct gt_result result;
    order.customer_no[0] = order.method[0] = '\0';
    order.orig_id = id;
    order.written = written;
    return submit(t, &order, &result);
}

/* --- the card -----------------------------------------------------------------------------------
 */

static void keep_packet(struct town *t, const struct gt_result *result, const char *random,
                        int64_t deal)
{
    struct sent *sent = &t->sent[t->nsent % PACKETS];
    size_t len;
    *sent = (struct sent){.card = (int)(t->slot.card - t->cards), .deal = deal};
    (void)snprintf(sent->packet.card_no, sizeof(sent->packet.card_no), "%.20s",
                   (const char *)t->slot.card->file[GT_CHIP_SERIAL]);
    assert_ok(gt_hex_decode(random, sent->packet.random, GT_CHIP_RANDOM, &len));
    assert_ok(gt_hex_decode(result->packet.data, sent->packet.data, GT_CHIP_DATA, &len));
    assert_int_equal(len, GT_CHIP_DATA);
    for (int i = 0; i < GT_CHIP_STEPS; i++)
        assert_ok(gt_hex_decode(result->packet.mac[i], sent->packet.mac[i], GT_CHIP_MAC, &len));
    t->nsent++;
}

/* Writes a packet; what is said of the card is held against the card. */
static enum gt_chip_result write_packet(struct town *t, const struct sent *sent)
{
    struct gt_chip_report report;
    const struct plastic *card = &t->cards[sent->card];
    slot_write(&t->slot, &sent->packet, &report);
    bool truth = memcmp(card->file[GT_CHIP_WALLET], sent->packet.data, 44) == 0;
    tell(t, "  write: %d for %d, the card %s\n", (int)report.result, (int)report.reason,
         truth ? "has it" : "has not");
    expect(t, report.result != GT_CHIP_WRITTEN || truth, "said to be written and is not");
    expect(t, report.result != GT_CHIP_NOT_WRITTEN || !truth, "said not to be written and is");
    t->written += report.result == GT_CHIP_WRITTEN;
    t->not_written += report.result == GT_CHIP_NOT_WRITTEN;
    t->unknown += report.result == GT_CHIP_UNKNOWN;
    return report.result;
}

/* The customer gets cash and card back: the platform knows that the card is written back. */
static void give_back(struct town *t)
{
    for (int i = 0; i < t->ndeals; i++)
        if (t->deals[i].id == t->held) {
            expect(t, !t->deals[i].back, "given back twice");
            t->deals[i].back = true;
            t->given_back += t->deals[i].amount;
        }
    t->held = 0;
}

/* The write-back is on the card: the cashier confirms until the platform has it, then gives. */
static void return_cash(struct town *t)
{
    for (int i = 0; t->held && i < 20; i++)
        if (confirm(t, t->held, true) == GT_OUT_OK)
            give_back(t);
    expect(t, !t->held, "a write-back cannot be confirmed");
}

/* Reads the card for a business; false if that failed. */
static bool read_card(struct town *t, int card, struct gt_chip *chip)
{
    if (t->slot.card != &t->cards[card] || t->slot.gone || chance(t, 300))
        slot_put(&t->slot, &t->cards[card]);
    return slot_read(&t->slot, chip);
}

/* Writes the newest packet as a cashier does, with or without a fault. */
static void attempt(struct town *t, bool faults)
{
    const struct sent *sent = &t->sent[(t->nsent - 1) % PACKETS];
    enum gt_chip_result said;
    t->slot.fault_at = faults && chance(t, 500) ? (int)sim_rng_from(&t->rng, 1, 18) : 0;
    for (int i = 0; i < 4; i++) {
        said = write_packet(t, sent);
        if (said != GT_CHIP_UNKNOWN || (faults && chance(t, 300)))
            break;
        slot_put(&t->slot, &t->cards[sent->card]); /* "put it back": the same packet again */
    }
    t->slot.fault_at = 0;
    if (said == GT_CHIP_NOT_WRITTEN && chance(t, 500))
        confirm(t, sent->deal, false);
    if (said != GT_CHIP_WRITTEN || (faults && chance(t, 150)))
        return; /* the page is closed before it has confirmed */
    if (sent->deal == t->held)
        return_cash(t);
    else
        confirm(t, sent->deal, true);
}

/* --- businesses ---------------------------------------------------------------------------------
 */

/* An order with the card that was read; its packet is written unless the page is gone. */
static enum gt_outcome with_card(struct town *t, struct gt_order *order, const struct gt_chip *chip,
                                 struct gt_result *result, bool faults)
{
    order_card(order, chip, t->slot.random);
    enum gt_outcome outcome = submit(t, order, result);
    bool rewrite = order->op == GT_OP_REWRITE;
    if (outcome != GT_OUT_OK)
        return outcome;
    if (!rewrite)
        deal_add(t, result);
    if (order->op == GT_OP_RECHARGE || order->op == GT_OP_OPEN)
        t->paid += order->amount;
    if (order->op == GT_OP_REVERSE) {
        t->reversed++;
        t->held = result->txn.id;
        if (!result->packet.present)
            give_back(t);
    }
    if (!result->packet.present)
        return outcome;
    keep_packet(t, result, order->card.random, rewrite ? order->orig_id : result->txn.id);
    if (!faults || chance(t, 850))
        attempt(t, faults);
    return outcome;
}

static void buy(struct town *t)
{
    struct gt_order order = order_of(t, GT_OP_RECHARGE, sim_rng_from(&t->rng, 100, 20000));
    struct gt_result result;
    struct gt_chip chip;
    if (!read_card(t, t->mine, &chip))
        return;
    tell(t, "buys %" PRId64 "\n", order.amount);
    (void)with_card(t, &order, &chip, &result, true);
}

static void open_account(struct town *t)
{
    struct gt_order order = order_of(t, GT_OP_OPEN, sim_rng_from(&t->rng, 100, 20000));
    struct gt_result result;
    struct gt_chip chip;
    if (!read_card(t, t->mine, &chip))
        return;
    tell(t, "opens\n");
    GT_FIELD_COPY(order.meter_no, t->meter_no);
    (void)with_card(t, &order, &chip, &result, true);
}

/* A deal, most likely the newest; NULL: none yet. */
static const struct deal *some_deal(struct town *t)
{
    if (!t->ndeals)
        return NULL;
    return &t->deals[chance(t, 750) ? t->ndeals - 1 : below(t, t->ndeals)];
}

static enum gt_outcome rewrite(struct town *t, int64_t id, bool faults)
{
    struct gt_order order = order_of(t, GT_OP_REWRITE, 0);
    struct gt_result result;
    struct gt_chip chip;
    if (!read_card(t, t->mine, &chip))
        return GT_OUT_CARD_MISSING;
    tell(t, "rewrites %" PRId64 "\n", id);
    order.customer_no[0] = order.method[0] = '\0';
    order.orig_id = id;
    return with_card(t, &order, &chip, &result, faults);
}

static void rewrite_some(struct town *t)
{
    const struct deal *deal = some_deal(t);
    if (deal)
        (void)rewrite(t, deal->id, true);
}

/* Goes on with a write-back: what is known of it now, else writes it again. */
static void serve_held(struct town *t, bool faults)
{
    struct gt_result now;
    look(t, t->held, &now);
    if (now.txn.card_state == GT_CARD_WRITTEN)
        give_back(t);
    else if (rewrite(t, t->held, faults) == GT_OUT_CARD_ALREADY_WRITTEN)
        return_cash(t);
}

static void reverse(struct town *t)
{
    const struct deal *deal = some_deal(t);
    struct gt_order order = order_of(t, GT_OP_REVERSE, deal ? deal->amount : 0);
    struct gt_result result;
    struct gt_chip chip;
    if (!deal || !deal->amount || t->held || !read_card(t, t->mine, &chip))
        return;
    tell(t, "reverses %" PRId64 "\n", deal->id);
    order.method[0] = '\0';
    order.orig_id = deal->id;
    GT_FIELD_COPY(order.reason, "error");
    if (with_card(t, &order, &chip, &result, true) == GT_OUT_OK && !result.packet.present &&
        t->nsent && chance(t, 500)) {
        tell(t, "another tab has the packet of what was reversed\n");
        (void)write_packet(t, &t->sent[(t->nsent - 1) % PACKETS]);
    }
}

static void new_card(struct town *t)
{
    char number[40];
    (void)snprintf(number, sizeof(number), "N%s-%d", t->customer, t->ncards);
    plastic_make(&t->cards[t->ncards++], number, sim_rng_bits(&t->rng));
}

/* The card is lost: a new one. */
static void replace(struct town *t, bool faults)
{
    struct gt_order order = order_of(t, GT_OP_REPLACE, 0);
    struct gt_result result;
    struct gt_chip chip;
    if (t->held || t->ncards == (faults ? CARDS - 1 : CARDS))
        return;
    new_card(t);
    int card = t->ncards - 1, old = t->mine;
    if (!read_card(t, card, &chip))
        return;
    tell(t, "replaces\n");
    order.fee = 1000;
    GT_FIELD_COPY(order.reason, "lost");
    t->mine = card;
    if (with_card(t, &order, &chip, &result, faults) == GT_OUT_OK)
        t->replaced++;
    else
        t->mine = old;
}

static void replace_some(struct town *t)
{
    replace(t, true);
}

/* The customer goes to the meter with a card, sometimes with one that was lost and found. */
static void visit(struct town *t)
{
    int card = chance(t, 850) ? t->mine : (int)below(t, t->ncards);
    if (t->held && card == t->mine)
        return;
    slot_put(&t->slot, NULL);
    enum meter_says says = meter_insert(&t->meter, &t->cards[card]);
    tell(t, "meter: card %d %s, %" PRId64 " fen, count %u\n", card, meter_word(says),
         t->meter.credited, t->meter.count);
    expect(t, says != METER_SKIPPED && says != METER_NOT_EMPTY && says != METER_TOO_MUCH,
           "the meter says %s", meter_word(says));
    t->credited += says == METER_CREDITED;
}

/* A page that was forgotten, or another tab, posts an old packet for whatever card is there. */
static void post_stale(struct town *t)
{
    if (!t->nsent)
        return;
    int kept = t->nsent < PACKETS ? t->nsent : PACKETS;
    const struct sent *sent = &t->sent[below(t, kept)];
    tell(t, "an old packet\n");
    (void)write_packet(t, sent);
}

static void act(struct town *t)
{
    static void (*const acts[])(struct town *) = {
        buy,   buy,     buy,     buy,          buy,          visit,        visit,      visit,
        visit, reverse, reverse, rewrite_some, rewrite_some, replace_some, post_stale, open_account,
    };
    acts[below(t, (int64_t)(sizeof(acts) / sizeof(acts[0])))](t);
    if (t->held && chance(t, 700))
        serve_held(t, true);
    expect(t, t->meter.credited <= t->paid - t->given_back,
           "the meter credited %" PRId64 " of %" PRId64 " paid and %" PRId64 " given back",
           t->meter.credited, t->paid, t->given_back);
}

/* --- a sequence ---------------------------------------------------------------------------------
 */

static void begin(struct town *t, uint64_t seed)
{
    t->seed = seed;
    t->rng = (struct sim_rng){seed * UINT64_C(0x2545f4914f6cdd1d)};
    t->standin.rng = &t->rng;
    t->standin.loss = 60;
    t->kit.now = INT64_C(1795327200000);
    (void)snprintf(t->customer, sizeof(t->customer), "%" PRIu64, 2000000001 + seed % 9000);
    (void)snprintf(t->meter_no, sizeof(t->meter_no), "M%.19s", t->customer);
    t->ncards = t->mine = t->ndeals = t->nsent = 0;
    t->held = t->paid = t->given_back = 0;
    t->slot = (struct slot){.rng = &t->rng, .stranger = &t->stranger};
    plastic_make(&t->stranger, "STRANGER", seed);
    new_card(t);
    if (t->customer[9] == '7') { /* not opened yet */
        meter_make(&t->meter, t->meter_no, t->customer, "", 0);
        return;
    }
    char number[21];
    (void)snprintf(number, sizeof(number), "C%.19s", t->customer);
    plastic_make(&t->cards[0], number, seed);
    plastic_deliver(&t->cards[0], t->customer, t->meter_no, 1, 10000);
    meter_make(&t->meter, t->meter_no, t->customer, number, 1);
}

/* Everything that is to be written is written: a cashier without haste, a reader without faults. */
static void settle(struct town *t)
{
    t->standin.loss = 0;
    for (int i = 0; t->held && i < 3; i++)
        serve_held(t, false);
    for (int i = t->ndeals - 1; i >= 0; i--) {
        struct gt_result now;
        look(t, t->deals[i].id, &now);
        bool wants = now.txn.state == GT_TXN_POSTED && (now.txn.card_state == GT_CARD_TO_WRITE ||
                                                        now.txn.card_state == GT_CARD_FAILED);
        if (wants && rewrite(t, t->deals[i].id, false) == GT_OUT_CARD_ALREADY_WRITTEN)
            expect(t, confirm(t, t->deals[i].id, true) == GT_OUT_OK, "cannot be confirmed");
    }
    expect(t, !t->held, "a write-back could not be written");
}

static void end(struct town *t)
{
    struct gt_sg_answer theirs;
    struct gt_result now;
    int64_t ours = 0;
    settle(t);
    /* An old card that was found made the meter know it again: one more replacement. */
    if (plastic_issued(&t->cards[t->mine]) &&
        meter_insert(&t->meter, &t->cards[t->mine]) == METER_NOT_KNOWN) {
        replace(t, false);
        (void)meter_insert(&t->meter, &t->cards[t->mine]);
    }
    for (int i = 0; i < t->ndeals; i++) {
        look(t, t->deals[i].id, &now);
        if (t->deals[i].op == GT_OP_RECHARGE || t->deals[i].op == GT_OP_OPEN)
            ours += now.txn.state == GT_TXN_POSTED ? now.txn.amount : 0;
        expect(t, now.txn.card_state != GT_CARD_TO_WRITE && now.txn.card_state != GT_CARD_FAILED,
               "%" PRId64 " is still to be written", t->deals[i].id);
    }
    tell(t, "paid %" PRId64 ", given back %" PRId64 ", credited %" PRId64 ", posted %" PRId64 "\n",
         t->paid, t->given_back, t->meter.credited, ours);
    expect(t, t->meter.credited == t->paid - t->given_back && t->meter.credited == ours,
           "credited %" PRId64 ", paid %" PRId64 ", given back %" PRId64 ", posted %" PRId64,
           t->meter.credited, t->paid, t->given_back, ours);
    standin_ask(&t->standin, t->customer, &theirs);
    expect(t, theirs.count == t->meter.count,
           "the marketing system counts %" PRId64 ", the meter %u", theirs.count, t->meter.count);
}

static void sequence(struct town *t, uint64_t seed)
{
    begin(t, seed);
    for (int i = 0; i < ACTIONS; i++)
        act(t);
    end(t);
    if (t->paid)
        kit_pay_in(&t->kit, kit_credit(&t->kit, &t->kit.cashier).unremitted);
}

static int64_t setting(const char *name, int64_t otherwise)
{
    const char *text = getenv(name);
    return text ? strtoll(text, NULL, 10) : otherwise;
}

static void what_the_meter_credited_is_what_was_paid_less_what_was_given_back(void **state)
{
    struct town *t = calloc(1, sizeof(*t));
    char source[UNIT_PATH_MAX];
    int64_t seed = setting("GT_CARD_SEED", -1);
    int64_t n = setting("GT_CARD_SEQUENCES", server_given() ? SEQUENCES / 20 : SEQUENCES);
    (void)state;
    assert_non_null(t);
    kit_start(&t->kit);
    assert_ok(standin_init(&t->standin, t->kit.folder, unit_source(".", source), &t->kit.clock));
    t->kit.upstream = standin_upstream(&t->standin);
    kit_pay_in(&t->kit, 10000000);
    t->loud = seed >= 0;
    for (int64_t i = t->loud ? seed : 0; i < (t->loud ? seed + 1 : n); i++)
        sequence(t, (uint64_t)i);
    print_message("%d written, %d not, %d unknown; %d reversed, %d replaced, %d in doubt, "
                  "%d credited\n",
                  t->written, t->not_written, t->unknown, t->reversed, t->replaced, t->in_doubt,
                  t->credited);
    if (!t->loud)
        assert_true(t->not_written > n && t->unknown > n / 4 && t->reversed > n / 2 &&
                    t->replaced > n / 2 && t->in_doubt > n / 2 && t->credited > n / 2);
    kit_books_agree(&t->kit);
    standin_done(&t->standin);
    kit_stop(&t->kit);
    free(t);
}

static int start(void **state)
{
    (void)state;
    gt_xml_start();
    return gt_tmpl_start() == GT_OK ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_meter_credited_is_what_was_paid_less_what_was_given_back),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
