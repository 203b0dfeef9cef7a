/*
 * The reader of the property test.
 */
#include "slot.h"

#include <string.h>

void slot_put(struct slot *slot, struct plastic *card)
{
    slot->card = card;
    slot->gone = slot->has_random = false;
    slot->fault_at = 0;
    if (card)
        plastic_reset(card);
}

/* What goes wrong with a command; gives whether an answer comes. */
static bool fault(struct slot *slot, const uint8_t *command, size_t len, uint8_t *answer,
                  size_t *answer_len)
{
    bool done = sim_rng_hit(slot->rng, 500);
    if (done)
        *answer_len = plastic_command(slot->card, command, len, answer);
    switch (sim_rng_below(slot->rng, 4)) {
    case 0: /* a wrong status word, whether it was done or not */
        gt_chip_number_put(answer, 2, GT_CHIP_SW_MEMORY);
        *answer_len = 2;
        return true;
    case 1: /* an answer that is cut short */
        answer[0] = 0x90;
        *answer_len = (size_t)sim_rng_below(slot->rng, 2);
        return true;
    default:
        slot->gone = true;
        return false;
    }
}

static bool transmit(void *ctx, const uint8_t *command, size_t len, uint8_t *answer,
                     size_t *answer_len)
{
    struct slot *slot = ctx;
    if (!slot->card || slot->gone)
        return false;
    if (slot->fault_at > 0 && --slot->fault_at == 0)
        return fault(slot, command, len, answer, answer_len);
    *answer_len = plastic_command(slot->card, command, len, answer);
    return true;
}

/* A bad contact, a card taken away, another one put in, the service started anew. */
static bool again(void *ctx)
{
    struct slot *slot = ctx;
    int64_t what = sim_rng_below(slot->rng, 10);
    if (!slot->card)
        return false;
    slot_put(slot, what < 4 ? slot->card : what < 6 ? slot->stranger : NULL);
    return slot->card != NULL;
}

struct gt_chip_link slot_link(struct slot *slot)
{
    return (struct gt_chip_link){.ctx = slot, .transmit = transmit, .again = again};
}

static bool challenge(struct slot *slot)
{
    const struct gt_chip_link link = slot_link(slot);
    slot->has_random = gt_chip_challenge(&link, slot->random) == GT_CHIP_FINE;
    return slot->has_random;
}

bool slot_read(struct slot *slot, struct gt_chip *chip)
{
    const struct gt_chip_link link = slot_link(slot);
    return gt_chip_read(&link, chip) == GT_CHIP_FINE && challenge(slot);
}

void slot_write(struct slot *slot, const struct gt_chip_packet *packet,
                struct gt_chip_report *report)
{
    const struct gt_chip_link link = slot_link(slot);
    gt_chip_write(&link, packet, slot->has_random ? slot->random : NULL, report);
    if (report->used)
        slot->has_random = false;
}
