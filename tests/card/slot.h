/*
 * A reader without PC/SC: the table of functions of cmd/card/chip.h before a card of the tests,
 * with faults by chance.
 */
#ifndef GT_TESTS_SLOT_H
#define GT_TESTS_SLOT_H

#include "../../cmd/card/chip.h"
#include "../simulate/rng.h"
#include "plastic.h"

struct slot {
    struct plastic *card;     /* in the reader, NULL: none */
    struct plastic *stranger; /* a card that somebody may put in instead */
    struct sim_rng *rng;
    bool gone;    /* no answer until it is turned to again */
    int fault_at; /* the command that meets a fault, counted down; 0: none does */
    uint8_t random[GT_CHIP_RANDOM];
    bool has_random; /* of the card that is in it, and holds */
};

/* Another card is put in, or (NULL) the one in it is taken out. */
void slot_put(struct slot *slot, struct plastic *card);
struct gt_chip_link slot_link(struct slot *slot);
/* As the bridge does it: a reading takes a new random number, a write uses it up. */
bool slot_read(struct slot *slot, struct gt_chip *chip);
void slot_write(struct slot *slot, const struct gt_chip_packet *packet,
                struct gt_chip_report *report);

#endif
