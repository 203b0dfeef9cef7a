/*
 * What the reading of a card tells the till of packets whose confirmation was lost.
 */
#include "till_kit.h"

static int setup(void **state)
{
    struct kit *kit = malloc(sizeof(*kit));

    assert_non_null(kit);
    kit_start(kit);
    *state = kit;
    return 0;
}

static int teardown(void **state)
{
    kit_books_agree(*state);
    kit_stop(*state);
    free(*state);
    return 0;
}

static int64_t card_leg(struct kit *kit, int64_t id)
{
    struct gt_result result;

    assert_ok(gt_till_inquire(&kit->till, &kit->cashier, 0, id, &result));
    return result.txn.card_state;
}

/* A purchase that took the card from 1 to 2 and was reversed; gives the reversal, whose write-back
 * nobody has confirmed. */
static int64_t reversed(struct kit *kit)
{
    struct gt_card_read card;
    int64_t bought;

    kit_card_recharge(kit, 1, 1, "01", 5000);
    assert_int_equal(kit_run(kit), GT_OUT_OK);
    bought = kit->result.txn.id;
    kit_confirm(kit, 2, bought, true);
    assert_int_equal(kit_run(kit), GT_OUT_OK);
    card = kit_card_recharge(kit, 3, 2, "", 5000)->card;
    kit_reverse(kit, 3, bought, 5000);
    GT_FIELD_COPY(kit->order.customer_no, "2000000001");
    kit->order.card = card;
    kit->up.packet = true;
    kit->up.count = 1;
    assert_int_equal(kit_run(kit), GT_OUT_OK);
    assert_int_equal(card_leg(kit, kit->result.txn.id), GT_CARD_TO_WRITE);
    return kit->result.txn.id;
}

static void a_recharge_with_the_count_before_confirms_a_write_back(void **state)
{
    struct kit *kit = *state;
    int64_t id = reversed(kit);

    kit_card_recharge(kit, 4, 1, "", 3000);
    assert_int_equal(kit_run(kit), GT_OUT_OK);
    assert_int_equal(card_leg(kit, id), GT_CARD_WRITTEN);
}

static void a_card_that_still_has_the_purchase_confirms_nothing(void **state)
{
    struct kit *kit = *state;
    int64_t id = reversed(kit);

    kit->up.next = GT_UP_REFUSED;
    kit->up.refusal = GT_OUT_CARD_COUNT;
    kit_card_recharge(kit, 4, 2, "", 3000);
    assert_int_equal(kit_run(kit), GT_OUT_CARD_COUNT);
    assert_int_equal(card_leg(kit, id), GT_CARD_TO_WRITE);
}

static void an_opening_confirms_the_write_back_too(void **state)
{
    struct kit *kit = *state;
    int64_t id = reversed(kit);

    kit_card_recharge(kit, 4, 1, "", 3000)->op = GT_OP_OPEN;
    GT_FIELD_COPY(kit->order.meter_no, "M2000000001");
    assert_int_equal(kit_run(kit), GT_OUT_OK);
    assert_int_equal(card_leg(kit, id), GT_CARD_WRITTEN);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(a_recharge_with_the_count_before_confirms_a_write_back),
        T(a_card_that_still_has_the_purchase_confirms_nothing),
        T(an_opening_confirms_the_write_back_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
