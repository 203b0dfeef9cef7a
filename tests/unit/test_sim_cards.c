/*
 * The stand-in's rules of card meters (doc/sg186.md): counts, packets, rewrites, replacements.
 */
#include "sim_kit.h"

static void a_purchase_takes_the_next_count(void **state)
{
    struct world *w = *state;
    struct gt_sg_request req;
    assert_int_equal(card_recharge(w, CARD, 1, true, &req), GT_SG_DONE);
    assert_int_equal(w->ans.count, 2);
    assert_true(w->ans.packet.present);
    assert_memory_equal(w->ans.packet.data, "000000020000000000001388", 24);
    /* The whole card, as doc/card.md lays it out: customer, meter, kind, what the meter warns at.
     */
    assert_int_equal(strlen(w->ans.packet.data), 192);
    assert_memory_equal(w->ans.packet.data + 88,
                        "3230303030303030303100000000000000000000" /* 2000000001 */
                        "4d32303030303030303031000000000000000000" /* M2000000001 */
                        "02000000000007d005f5e0ff",
                        104);
    assert_int_equal(strlen(w->ans.packet.mac[3]), 16);
}

static void the_last_purchase_must_be_written_and_inserted(void **state)
{
    struct world *w = *state;
    struct gt_sg_request req, first;
    assert_int_equal(card_recharge(w, CARD, 1, false, &req), GT_SG_NOT_INSERTED);
    assert_int_equal(card_recharge(w, CARD, 1, true, &first), GT_SG_DONE);
    assert_int_equal(card_recharge(w, CARD, 1, true, &req), GT_SG_NOT_WRITTEN);
    assert_int_equal(card_recharge(w, CARD, 2, false, &req), GT_SG_NOT_INSERTED);
    /* The card at count 2 has told that it was written. */
    assert_int_equal(card_recharge(w, CARD, 1, true, &req), GT_SG_COUNT_DIFFERS);
    assert_int_equal(card_recharge(w, CARD, 3, true, &req), GT_SG_COUNT_DIFFERS);
    assert_int_equal(card_recharge(w, CARD, 2, true, &req), GT_SG_DONE);
    assert_int_equal(w->ans.count, 3);
}

static void a_confirmation_is_believed(void **state)
{
    struct world *w = *state;
    struct gt_sg_request req, first;
    assert_int_equal(card_recharge(w, CARD, 1, true, &first), GT_SG_DONE);
    assert_int_equal(confirm(w, CARD, first.serial, 0), GT_SG_DONE);
    assert_int_equal(card_recharge(w, CARD, 1, true, &req), GT_SG_NOT_WRITTEN);
    assert_int_equal(confirm(w, CARD, first.serial, 1), GT_SG_DONE);
    assert_int_equal(card_recharge(w, CARD, 1, true, &req), GT_SG_COUNT_DIFFERS);
    assert_int_equal(confirm(w, CARD, "88", 1), GT_SG_NO_PURCHASE);
    assert_int_equal(confirm(w, "2000000002", first.serial, 1), GT_SG_CUSTOMER_DIFFERS);
}

static void the_card_must_be_the_customers(void **state)
{
    struct world *w = *state;
    struct gt_sg_request req = request(w, GT_SG_RECHARGE, CARD, 5000);
    assert_int_equal(run(w, &req), GT_SG_BLANK_CARD); /* none was shown */
    req = request(w, GT_SG_RECHARGE, CARD, 5000);
    show_blank(&req, "C" CARD);
    assert_int_equal(run(w, &req), GT_SG_BLANK_CARD);
    req = request(w, GT_SG_RECHARGE, CARD, 5000);
    show(&req, "C2000000002", 1, true);
    assert_int_equal(run(w, &req), GT_SG_OTHER_CARD);
    req = request(w, GT_SG_RECHARGE, CARD, 5000);
    show(&req, "C" CARD, 1, true);
    memcpy(req.card.meter, "M2000000002", 12);
    assert_int_equal(run(w, &req), GT_SG_METER_DIFFERS);
    assert_int_equal(card_recharge(w, "2000000007", 0, true, &req), GT_SG_NOT_OPEN);
}

static int64_t rewrite(struct world *w, const struct gt_sg_request *orig, const char *card,
                       int64_t count)
{
    struct gt_sg_request req = request(w, GT_SG_REWRITE, orig->customer, -1);
    about(&req, orig->serial);
    show(&req, card, count, false);
    memcpy(req.card.random, "aabbccdd", 9);
    return run(w, &req);
}

static void a_rewrite_repeats_count_and_amount_with_new_macs(void **state)
{
    struct world *w = *state;
    struct gt_sg_request first;
    assert_int_equal(card_recharge(w, CARD, 1, true, &first), GT_SG_DONE);
    struct gt_sg_packet packet = w->ans.packet;
    assert_int_equal(rewrite(w, &first, "C" CARD, 1), GT_SG_DONE);
    assert_int_equal(w->ans.count, 2);
    assert_string_equal(w->ans.packet.data, packet.data);
    assert_string_not_equal(w->ans.packet.mac[0], packet.mac[0]);
    assert_int_equal(rewrite(w, &first, "C" CARD, 3), GT_SG_REWRITE_COUNT);
    assert_int_equal(rewrite(w, &first, "C" CARD, 2), GT_SG_ALREADY_WRITTEN);
    assert_int_equal(rewrite(w, &first, "C" CARD, 1), GT_SG_ALREADY_WRITTEN);
}

static void a_rewrite_is_for_a_purchase_on_record(void **state)
{
    struct world *w = *state;
    struct gt_sg_request first = request(w, GT_SG_RECHARGE, CARD, 5000);
    assert_int_equal(rewrite(w, &first, "C" CARD, 1), GT_SG_NO_PURCHASE);
    struct gt_sg_request req;
    assert_int_equal(card_recharge(w, CARD, 1, true, &req), GT_SG_DONE);
    assert_int_equal(confirm(w, CARD, req.serial, 1), GT_SG_DONE);
    assert_int_equal(rewrite(w, &req, "C" CARD, 1), GT_SG_ALREADY_WRITTEN);
}

#define UNOPENED "2000000007"

static struct gt_sg_request opening(struct world *w, const char *card)
{
    struct gt_sg_request req = request(w, GT_SG_OPEN, UNOPENED, 10000);
    memcpy(req.meter, "M" UNOPENED, sizeof("M" UNOPENED));
    show_blank(&req, card);
    return req;
}

static void an_opening_makes_count_one(void **state)
{
    struct world *w = *state;
    struct gt_sg_request req = opening(w, "C2000000001");
    assert_int_equal(run(w, &req), GT_SG_OTHER_CARD);
    req = opening(w, "N1");
    memcpy(req.meter, "M2000000017", 12);
    assert_int_equal(run(w, &req), GT_SG_METER_DIFFERS);
    req = opening(w, "N1");
    assert_int_equal(run(w, &req), GT_SG_DONE);
    assert_int_equal(w->ans.count, 1);
    assert_true(w->ans.packet.present);
    struct gt_sg_request again = opening(w, "N2");
    assert_int_equal(run(w, &again), GT_SG_ALREADY_OPEN);
    /* The card was never written: it is still blank, and gets the same packet. */
    struct gt_sg_request retry = request(w, GT_SG_REWRITE, UNOPENED, -1);
    about(&retry, req.serial);
    show_blank(&retry, "N1");
    assert_int_equal(run(w, &retry), GT_SG_DONE);
    assert_int_equal(w->ans.count, 1);
    struct gt_sg_request buy = request(w, GT_SG_RECHARGE, UNOPENED, 5000);
    show(&buy, "N1", 1, false);
    assert_int_equal(run(w, &buy), GT_SG_NOT_INSERTED);
    buy = request(w, GT_SG_RECHARGE, UNOPENED, 5000);
    show(&buy, "N1", 1, true);
    assert_int_equal(run(w, &buy), GT_SG_DONE);
    assert_int_equal(w->ans.count, 2);
}

static void a_reversed_opening_is_as_if_never_opened(void **state)
{
    struct world *w = *state;
    struct gt_sg_request req = opening(w, "N1");
    assert_int_equal(run(w, &req), GT_SG_DONE);
    struct gt_sg_request back = request(w, GT_SG_REVERSE, UNOPENED, 10000);
    about(&back, req.serial);
    show_blank(&back, "N1");
    assert_int_equal(run(w, &back), GT_SG_DONE);
    assert_int_equal(query(w, UNOPENED), GT_SG_DONE);
    assert_false(w->ans.opened);
    assert_int_equal(w->ans.count, 0);
    struct gt_sg_request again = opening(w, "N1");
    assert_int_equal(run(w, &again), GT_SG_DONE);
}

static struct gt_sg_request replacement(struct world *w, const char *card)
{
    struct gt_sg_request req = request(w, GT_SG_REPLACE, CARD, -1);
    req.fee = 1000;
    show_blank(&req, card);
    return req;
}

static void the_old_card_is_refused_after_a_replacement(void **state)
{
    struct world *w = *state;
    struct gt_sg_request req = replacement(w, "N1");
    assert_int_equal(run(w, &req), GT_SG_DONE);
    assert_int_equal(w->ans.count, 1);
    assert_memory_equal(w->ans.packet.data, "000000010000000000000000", 24); /* no amount */
    struct gt_sg_request buy;
    assert_int_equal(card_recharge(w, CARD, 1, true, &buy), GT_SG_OLD_CARD);
    struct gt_sg_request by_card = {.op = GT_SG_QUERY, .card_no = "C" CARD};
    assert_int_equal(run(w, &by_card), GT_SG_OLD_CARD);
    struct gt_sg_request back = replacement(w, "C" CARD);
    assert_int_equal(run(w, &back), GT_SG_OLD_CARD);
    buy = request(w, GT_SG_RECHARGE, CARD, 5000);
    show(&buy, "N1", 1, true);
    assert_int_equal(run(w, &buy), GT_SG_DONE);
    assert_int_equal(w->ans.count, 2);
}

/* Of what they carry only the kind of the card differs: replacement, not purchase. */
static void same_purchase_on_a_new_card(const struct gt_sg_packet *renewed,
                                        const struct gt_sg_packet *bought)
{
    assert_memory_equal(renewed->data, bought->data, 168);
    assert_memory_equal(renewed->data + 168, "03", 2);
    assert_string_equal(renewed->data + 170, bought->data + 170);
}

static void a_replacement_carries_a_purchase_that_was_not_inserted(void **state)
{
    struct world *w = *state;
    struct gt_sg_request bought;
    assert_int_equal(card_recharge(w, CARD, 1, true, &bought), GT_SG_DONE);
    struct gt_sg_packet packet = w->ans.packet;
    struct gt_sg_request req = replacement(w, "N1");
    assert_int_equal(run(w, &req), GT_SG_DONE);
    assert_int_equal(w->ans.count, 2);
    same_purchase_on_a_new_card(&w->ans.packet, &packet);
    /* The same new card again is a rewrite; an unwritten one cannot be replaced by itself. */
    struct gt_sg_request again = replacement(w, "N1");
    assert_int_equal(run(w, &again), GT_SG_NOT_WRITTEN);
    struct gt_sg_request retry = request(w, GT_SG_REWRITE, CARD, -1);
    about(&retry, req.serial);
    show_blank(&retry, "N1");
    assert_int_equal(run(w, &retry), GT_SG_DONE);
    same_purchase_on_a_new_card(&w->ans.packet, &packet);
    /* The purchase may be on the lost card: it cannot be reversed any more. */
    struct gt_sg_request back = request(w, GT_SG_REVERSE, CARD, 5000);
    about(&back, bought.serial);
    show(&back, "N1", 2, false);
    assert_int_equal(run(w, &back), GT_SG_COUNT_DIFFERS);
}

static int64_t reverse_with_card(struct world *w, const struct gt_sg_request *orig, int64_t count,
                                 bool inserted)
{
    struct gt_sg_request req = request(w, GT_SG_REVERSE, orig->customer, orig->amount);
    about(&req, orig->serial);
    show(&req, orig->card.serial, count, inserted);
    return run(w, &req);
}

static void an_unwritten_purchase_is_reversed_without_a_packet(void **state)
{
    struct world *w = *state;
    struct gt_sg_request bought, next;
    assert_int_equal(card_recharge(w, CARD, 1, true, &bought), GT_SG_DONE);
    assert_int_equal(reverse(w, &bought), GT_SG_BLANK_CARD); /* the card must be shown */
    assert_int_equal(reverse_with_card(w, &bought, 1, true), GT_SG_DONE);
    assert_false(w->ans.packet.present);
    assert_int_equal(card_recharge(w, CARD, 1, true, &next), GT_SG_DONE);
    assert_int_equal(w->ans.count, 2);
}

static void a_written_purchase_is_written_back(void **state)
{
    struct world *w = *state;
    struct gt_sg_request bought, next;
    assert_int_equal(card_recharge(w, CARD, 1, true, &bought), GT_SG_DONE);
    assert_int_equal(confirm(w, CARD, bought.serial, 1), GT_SG_DONE);
    assert_int_equal(reverse_with_card(w, &bought, 1, true), GT_SG_COUNT_DIFFERS);
    assert_int_equal(reverse_with_card(w, &bought, 2, false), GT_SG_DONE);
    assert_true(w->ans.packet.present);
    assert_int_equal(w->ans.count, 1);
    char serial[GT_SG_KEY_MAX];
    memcpy(serial, w->ans.ref + 2, sizeof(serial));
    assert_memory_equal(w->ans.packet.data, "000000010000000000000000", 24);
    /* Not written back yet: the card still shows 2. */
    assert_int_equal(card_recharge(w, CARD, 2, false, &next), GT_SG_COUNT_DIFFERS);
    struct gt_sg_request reversal = {.customer = CARD};
    memcpy(reversal.serial, serial, sizeof(serial));
    assert_int_equal(rewrite(w, &reversal, "C" CARD, 2), GT_SG_DONE);
    assert_int_equal(confirm(w, CARD, serial, 1), GT_SG_DONE);
    /* Back at 1 with an empty return file, which the write-back explains. */
    assert_int_equal(card_recharge(w, CARD, 1, false, &next), GT_SG_DONE);
    assert_int_equal(w->ans.count, 2);
}

static void an_inserted_purchase_is_not_reversed(void **state)
{
    struct world *w = *state;
    struct gt_sg_request bought, later;
    assert_int_equal(card_recharge(w, CARD, 1, true, &bought), GT_SG_DONE);
    assert_int_equal(reverse_with_card(w, &bought, 2, true), GT_SG_COUNT_DIFFERS);
    assert_int_equal(card_recharge(w, CARD, 2, true, &later), GT_SG_DONE);
    /* Only the last one. */
    assert_int_equal(reverse_with_card(w, &bought, 2, false), GT_SG_COUNT_DIFFERS);
    assert_int_equal(reverse_with_card(w, &later, 3, false), GT_SG_DONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(a_purchase_takes_the_next_count),
        T(the_last_purchase_must_be_written_and_inserted),
        T(a_confirmation_is_believed),
        T(the_card_must_be_the_customers),
        T(a_rewrite_repeats_count_and_amount_with_new_macs),
        T(a_rewrite_is_for_a_purchase_on_record),
        T(an_opening_makes_count_one),
        T(a_reversed_opening_is_as_if_never_opened),
        T(the_old_card_is_refused_after_a_replacement),
        T(a_replacement_carries_a_purchase_that_was_not_inserted),
        T(an_unwritten_purchase_is_reversed_without_a_packet),
        T(a_written_purchase_is_written_back),
        T(an_inserted_purchase_is_not_reversed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
