/*
 * The card bridge before cards that are none: whatever comes back, it is read within its bounds,
 * and nothing is called written that is not.
 */
#include "../card/slot.h"
#include "unit.h"

#include <inttypes.h>

/* A card whose answers chance has changed. */
struct liar {
    struct plastic card;
    struct sim_rng rng;
    int permille; /* of answers that are changed */
};

static bool transmit(void *ctx, const uint8_t *command, size_t len, uint8_t *answer,
                     size_t *answer_len)
{
    struct liar *liar = ctx;
    size_t n = plastic_command(&liar->card, command, len, answer);
    if (sim_rng_hit(&liar->rng, liar->permille)) {
        if (sim_rng_hit(&liar->rng, 300))
            n = (size_t)sim_rng_below(&liar->rng, GT_CHIP_ANSWER_MAX + 1);
        for (size_t i = 0; i < n; i++)
            if (sim_rng_hit(&liar->rng, 200))
                answer[i] = (uint8_t)sim_rng_bits(&liar->rng);
        if (n >= 2 && sim_rng_hit(&liar->rng, 800)) {
            answer[n - 2] = 0x90;
            answer[n - 1] = 0;
        }
    }
    *answer_len = n;
    return !sim_rng_hit(&liar->rng, liar->permille / 10);
}

static bool again(void *ctx)
{
    return sim_rng_hit(&((struct liar *)ctx)->rng, 500);
}

static struct gt_chip_link link_of(struct liar *liar)
{
    return (struct gt_chip_link){.ctx = liar, .transmit = transmit, .again = again};
}

static void begin(struct liar *liar, uint64_t seed, int permille)
{
    *liar = (struct liar){.rng = {seed}, .permille = permille};
    plastic_make(&liar->card, "C2000000001", seed);
    plastic_deliver(&liar->card, "2000000001", "M2000000001", 1, 10000);
}

static bool is_text(const char *text)
{
    size_t len = strlen(text);
    for (size_t i = 0; i < len; i++)
        if (text[i] <= 0x20 || text[i] >= 0x7f)
            return false;
    return len <= GT_CHIP_TEXT;
}

static void whatever_a_card_answers_is_text_and_numbers_or_refused(void **state)
{
    struct liar liar;
    struct gt_chip chip;
    int fine = 0, alien = 0;
    (void)state;
    for (uint64_t seed = 1; seed <= 20000; seed++) {
        begin(&liar, seed, 200);
        const struct gt_chip_link link = link_of(&liar);
        enum gt_chip_fault fault = gt_chip_read(&link, &chip);
        alien += fault == GT_CHIP_ALIEN;
        if (fault != GT_CHIP_FINE)
            continue;
        fine++;
        assert_true(is_text(chip.card_no) && *chip.card_no);
        assert_true(is_text(chip.customer_no) && is_text(chip.meter_no));
        assert_in_range(chip.kind, GT_CHIP_BLANK, GT_CHIP_REPLACEMENT);
        assert_true(chip.count >= 0 && chip.count <= 0xffffffff && chip.amount >= 0);
        assert_true((chip.count == 0) == (chip.kind == GT_CHIP_BLANK));
    }
    assert_true(fine > 1000 && alien > 1000);
}

/* Each file of a card that chance has filled. */
static void a_card_full_of_chance_is_read_or_refused(void **state)
{
    struct liar liar;
    struct gt_chip chip;
    (void)state;
    for (uint64_t seed = 1; seed <= 20000; seed++) {
        begin(&liar, seed, 0);
        int file = (int)sim_rng_from(&liar.rng, GT_CHIP_SERIAL, GT_CHIP_WALLET);
        for (size_t i = 0; i < gt_chip_file_size[file]; i++)
            if (sim_rng_hit(&liar.rng, 300))
                liar.card.file[file][i] = (uint8_t)sim_rng_bits(&liar.rng);
        const struct gt_chip_link link = link_of(&liar);
        if (gt_chip_read(&link, &chip) == GT_CHIP_FINE)
            assert_true(is_text(chip.card_no) && is_text(chip.customer_no) &&
                        is_text(chip.meter_no) && chip.amount >= 0);
    }
}

/* A packet with wrong MACs: no card takes it, however it answers. */
static void what_no_card_took_is_never_called_written(void **state)
{
    struct liar liar;
    struct gt_chip_report report;
    (void)state;
    for (uint64_t seed = 1; seed <= 20000; seed++) {
        struct gt_chip_packet packet = {.card_no = "C2000000001"};
        begin(&liar, seed, 300);
        gt_chip_number_put(packet.data, 4, 2);
        for (size_t i = 4; i < GT_CHIP_DATA; i++)
            packet.data[i] = (uint8_t)sim_rng_bits(&liar.rng);
        const struct gt_chip_link link = link_of(&liar);
        gt_chip_write(&link, &packet, packet.random, &report);
        assert_int_not_equal(report.result, GT_CHIP_WRITTEN);
    }
}

/* The steps as doc/card.md has them: what a step takes is in the data, and the wallet is last. */
static void the_steps_take_all_of_the_data_and_the_wallet_last(void **state)
{
    bool taken[GT_CHIP_DATA] = {false};
    (void)state;
    for (int i = 0; i < GT_CHIP_STEPS; i++) {
        const struct gt_chip_step *step = &gt_chip_steps[i];
        if (step->from == GT_CHIP_ZEROS)
            continue;
        assert_true((size_t)step->from + gt_chip_file_size[step->file] <= GT_CHIP_DATA);
        for (size_t at = 0; at < gt_chip_file_size[step->file]; at++) {
            assert_false(taken[(size_t)step->from + at]);
            taken[(size_t)step->from + at] = true;
        }
    }
    for (int i = 0; i < GT_CHIP_DATA; i++)
        assert_true(taken[i]);
    assert_int_equal(gt_chip_steps[GT_CHIP_STEPS - 1].file, GT_CHIP_WALLET);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whatever_a_card_answers_is_text_and_numbers_or_refused),
        cmocka_unit_test(a_card_full_of_chance_is_read_or_refused),
        cmocka_unit_test(what_no_card_took_is_never_called_written),
        cmocka_unit_test(the_steps_take_all_of_the_data_and_the_wallet_last),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
