/*
 * How a card is laid out: its files, and the steps in which a packet is written to them.
 *
 * The one place that knows (doc/card.md shows the same tables).  The order of the steps is what
 * makes a card safe to tear out: the wallet, with the purchase count, is written last and by one
 * command, so a card carries the whole packet or still the one before.
 */
#ifndef GT_CARD_LAYOUT_H
#define GT_CARD_LAYOUT_H

#include <stddef.h>
#include <stdint.h>

#define GT_CHIP_TEXT   20 /* bytes of a card's, customer's or meter's number */
#define GT_CHIP_DATA   96 /* bytes of a packet's data */
#define GT_CHIP_MAC    8
#define GT_CHIP_RANDOM 8
#define GT_CHIP_REF    32 /* reference of a purchase */

enum gt_chip_file {
    GT_CHIP_SERIAL = 1, /* the card's number */
    GT_CHIP_IDENTITY,
    GT_CHIP_PARAMETERS,
    GT_CHIP_RETURN, /* what the meter wrote back */
    GT_CHIP_WALLET,
    GT_CHIP_FILE__MAX
};

#define GT_CHIP_FILE_SIZE 44 /* of the longest file */

/* Bytes of each file. */
extern const size_t gt_chip_file_size[GT_CHIP_FILE__MAX];

/* A step: the file's new content are the data from `from` on, or (GT_CHIP_ZEROS) zeros. */
#define GT_CHIP_ZEROS (-1)
struct gt_chip_step {
    enum gt_chip_file file;
    int from;
};

/* The last one is the step that counts. */
#define GT_CHIP_STEPS 4
extern const struct gt_chip_step gt_chip_steps[GT_CHIP_STEPS];

/* Where in the files things stand. */
enum {
    GT_CHIP_AT_CUSTOMER = 0, /* identity */
    GT_CHIP_AT_METER = 20,
    GT_CHIP_AT_KIND = 40,
    GT_CHIP_AT_ALARM = 0, /* parameters: fen */
    GT_CHIP_AT_MOST = 4,
    GT_CHIP_AT_LEFT = 0, /* return file: fen on the meter */
    GT_CHIP_AT_METER_COUNT = 8,
    GT_CHIP_AT_OVERDRAFT = 12,
    GT_CHIP_AT_ILLEGAL = 16, /* illegal insertions */
    GT_CHIP_AT_TIME = 20,    /* yyyymmddhhmmss, BCD */
    GT_CHIP_AT_COUNT = 0,    /* wallet, and the data */
    GT_CHIP_AT_AMOUNT = 4,
    GT_CHIP_AT_REF = 12
};

/* Commands. */
enum {
    GT_CHIP_CLA = 0x00,
    GT_CHIP_CLA_MAC = 0x84,
    GT_CHIP_INS_SELECT = 0xa4,
    GT_CHIP_INS_CHALLENGE = 0x84,
    GT_CHIP_INS_READ = 0xb0,
    GT_CHIP_INS_WRITE = 0xd6,
    GT_CHIP_P1_FILE = 0x80 /* and the file's number */
};
#define GT_CHIP_AID_SIZE 9
extern const uint8_t gt_chip_aid[GT_CHIP_AID_SIZE];

/* Status words. */
enum {
    GT_CHIP_SW_OK = 0x9000,
    GT_CHIP_SW_MEMORY = 0x6581,
    GT_CHIP_SW_LENGTH = 0x6700,
    GT_CHIP_SW_MAC = 0x6982,
    GT_CHIP_SW_CHALLENGE = 0x6984,
    GT_CHIP_SW_OTHER = 0x6985, /* another customer's packet */
    GT_CHIP_SW_NO_FILE = 0x6a82,
    GT_CHIP_SW_COMMAND = 0x6d00
};

/* Big endian numbers of `size` bytes, at most 8. */
uint64_t gt_chip_number(const uint8_t *at, size_t size);
void gt_chip_number_put(uint8_t *at, size_t size, uint64_t value);

#endif
