/*
 * A card, as commands: reading it, and writing a packet so that it can be said exactly what became
 * of it.
 *
 * Knows nothing of readers: commands go through a table of functions, so a test can put a card of
 * its own behind it, tear it out and exchange it.  What is said of a write is said of the card, by
 * reading it before and after; so writing the same packet again is no harm.
 */
#ifndef GT_CARD_CHIP_H
#define GT_CARD_CHIP_H

#include "layout.h"

#include <stdbool.h>

/* How often a card that went away in the middle is looked for. */
#define GT_CHIP_TRIES 10

/* An answer has at most this many bytes, with its status word. */
#define GT_CHIP_ANSWER_MAX 258

/* The way to the card in a reader. */
struct gt_chip_link {
    void *ctx;
    /* Sends a command; `answer` has room for GT_CHIP_ANSWER_MAX bytes.  False: none came, for the
     * card or the reader went away; whether the card did the command is not known then, and every
     * further command fails until again(). */
    bool (*transmit)(void *ctx, const uint8_t *command, size_t len, uint8_t *answer,
                     size_t *answer_len);
    /* Waits a moment, and turns to whichever card is in the reader then.  False: none. */
    bool (*again)(void *ctx);
};

enum gt_chip_kind {
    GT_CHIP_BLANK, /* count 0, whatever else is on it */
    GT_CHIP_OPENING,
    GT_CHIP_PURCHASE,
    GT_CHIP_REPLACEMENT,
    GT_CHIP_KIND__MAX
};

/* A card as it was read. */
struct gt_chip {
    char card_no[GT_CHIP_TEXT + 1];
    char customer_no[GT_CHIP_TEXT + 1]; /* "" on a blank card */
    char meter_no[GT_CHIP_TEXT + 1];    /* likewise */
    enum gt_chip_kind kind;
    int64_t count;                                      /* purchases */
    int64_t amount;                                     /* fen, of the last purchase written */
    bool inserted;                                      /* the return file holds something */
    uint8_t file[GT_CHIP_FILE__MAX][GT_CHIP_FILE_SIZE]; /* all of it */
};

/* What a platform wants written. */
struct gt_chip_packet {
    char card_no[GT_CHIP_TEXT + 1]; /* the card it was made for */
    uint8_t random[GT_CHIP_RANDOM]; /* and its random number then */
    uint8_t data[GT_CHIP_DATA];
    uint8_t mac[GT_CHIP_STEPS][GT_CHIP_MAC];
};

enum gt_chip_fault {
    GT_CHIP_FINE,
    GT_CHIP_GONE, /* no answer */
    GT_CHIP_ALIEN /* an answer that no card of ours gives */
};

/* Reads the card.  What it holds is foreign: numbers that are no text, counts and amounts beyond
 * their range make it GT_CHIP_ALIEN.  `chip` is filled only for GT_CHIP_FINE. */
enum gt_chip_fault gt_chip_read(const struct gt_chip_link *link, struct gt_chip *chip);
/* Asks for a random number, which holds until a packet is written or the card is reset. */
enum gt_chip_fault gt_chip_challenge(const struct gt_chip_link *link,
                                     uint8_t random[GT_CHIP_RANDOM]);

enum gt_chip_result { GT_CHIP_WRITTEN, GT_CHIP_NOT_WRITTEN, GT_CHIP_UNKNOWN };

/* Why; words and texts for people are in say.c. */
enum gt_chip_reason {
    GT_CHIP_DONE,
    GT_CHIP_ALREADY,
    GT_CHIP_DAMAGED,  /* the purchase is on it, but another file is not as it was written */
    GT_CHIP_STALE,    /* made for another random number */
    GT_CHIP_COUNT,    /* the card's count is not one off the packet's */
    GT_CHIP_REFUSED,  /* the card refused a step: `sw` */
    GT_CHIP_REMOVED,  /* it went away before the step that counts */
    GT_CHIP_MISMATCH, /* it took every step and holds something else */
    GT_CHIP_OTHER_CARD,
    GT_CHIP_TORN, /* it went away at the step that counts */
    GT_CHIP_UNREADABLE,
    GT_CHIP_NO_CARD,
    GT_CHIP_NO_READER,
    GT_CHIP_NO_SERVICE,
    GT_CHIP_BUSY,
    GT_CHIP_REASON__MAX
};

struct gt_chip_report {
    enum gt_chip_result result;
    enum gt_chip_reason reason;
    int sw;    /* REFUSED: the status word */
    bool used; /* the card's random number is used up: ask for a new one */
    bool read; /* `chip` is the card as it was read last */
    struct gt_chip chip;
};

/* Writes a packet.  `random` is what gt_chip_challenge() gave of this card last, NULL: nothing that
 * still holds. */
void gt_chip_write(const struct gt_chip_link *link, const struct gt_chip_packet *packet,
                   const uint8_t *random, struct gt_chip_report *report);

#endif
