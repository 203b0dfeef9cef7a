/*
 * What the page is told: words, and texts for people in Chinese and English.
 */
#ifndef GT_CARD_SAY_H
#define GT_CARD_SAY_H

#include "reader.h"

struct gt_say {
    const char *word;
    const char *zh, *en;
};

/* Static; the text of GT_CHIP_REFUSED ends where the status word goes. */
const struct gt_say *gt_say_state(enum gt_reader_state state);
const struct gt_say *gt_say_reason(enum gt_chip_reason reason);
const char *gt_say_result(enum gt_chip_result result);
const char *gt_say_kind(enum gt_chip_kind kind);

#endif
