/*
 * A card, and the meter that it is put into: what the tests have instead of plastic and iron.
 *
 * The card answers commands as doc/card.md says, checks MACs as its secure element would, and can
 * be torn out at any command.  The meter credits by its own rules (doc/sg186.md) and knows nothing
 * of anybody's books.
 */
#ifndef GT_TESTS_PLASTIC_H
#define GT_TESTS_PLASTIC_H

#include "../../cmd/card/layout.h"

#include <stdbool.h>

#define PLASTIC_ANSWER_MAX 258

struct plastic {
    uint8_t file[GT_CHIP_FILE__MAX][GT_CHIP_FILE_SIZE];
    uint64_t chance; /* where its random numbers come from */
    bool selected;
    bool challenged;
    uint8_t random[GT_CHIP_RANDOM];
};

/* A blank card with this number. */
void plastic_make(struct plastic *card, const char *card_no, uint64_t chance);
/* As it was delivered: bought `count` times, last time for `amount` fen; the meter has seen it. */
void plastic_deliver(struct plastic *card, const char *customer_no, const char *meter_no,
                     uint32_t count, uint64_t amount);
/* Power goes off and on: nothing is selected, no random number holds. */
void plastic_reset(struct plastic *card);
/* Does a command; gives the length of the answer. */
size_t plastic_command(struct plastic *card, const uint8_t *command, size_t len,
                       uint8_t answer[PLASTIC_ANSWER_MAX]);
uint32_t plastic_count(const struct plastic *card);
/* Whether it has a customer: its count is not 0. */
bool plastic_issued(const struct plastic *card);
/* Whether a meter has written back. */
bool plastic_returned(const struct plastic *card);

struct meter {
    char meter_no[GT_CHIP_TEXT + 1];
    char customer_no[GT_CHIP_TEXT + 1];
    bool opened;
    uint8_t serial[GT_CHIP_TEXT]; /* of the card that it knows */
    uint32_t count;
    int64_t credited; /* fen, ever, by cards */
    uint32_t most;    /* fen it holds at most, 0: no limit */
    int illegal;
};

/* What a meter shows when a card was put in.  The first three are as it should be. */
#define METER_SAYS(X)                                                                 \
    X(CREDITED, "credited")                                                           \
    X(UPDATED, "updated")     /* equal count: parameters only */                      \
    X(SEEN, "seen")           /* count below the meter's: return file only */         \
    X(NOT_MINE, "not_mine")   /* another meter's, another customer's, a blank card */ \
    X(NOT_OPEN, "not_open")   /* not opened, and no opening card */                   \
    X(NOT_KNOWN, "not_known") /* a buying card that it does not know */               \
    X(NOT_EMPTY, "not_empty") /* one more, but the return file is full */             \
    X(TOO_MUCH, "too_much")                                                           \
    X(SKIPPED, "skipped") /* two or more ahead */

enum meter_says {
#define X(name, word) METER_##name,
    METER_SAYS(X)
#undef X
};

/* As it was delivered: opened by the card `card_no` if that is not "", at `count`. */
void meter_make(struct meter *meter, const char *meter_no, const char *customer_no,
                const char *card_no, uint32_t count);
/* The customer puts the card in. */
enum meter_says meter_insert(struct meter *meter, struct plastic *card);
const char *meter_word(enum meter_says says);

#endif
