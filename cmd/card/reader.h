/*
 * The reader: PC/SC, and the card that lies in it.
 *
 * All calls are for any thread; of those that touch the card one runs at a time.  Between calls the
 * card stays connected, so that its random number holds while a platform works on the packet; that
 * and nothing else is lost with the process.
 */
#ifndef GT_CARD_READER_H
#define GT_CARD_READER_H

#include "base/err.h"
#include "chip.h"

#define GT_READER_NAME_MAX 128

enum gt_reader_state {
    GT_READER_CARD,
    GT_READER_NO_CARD,
    GT_READER_NONE,       /* no reader */
    GT_READER_NO_SERVICE, /* pcscd does not answer */
    GT_READER_UNREADABLE, /* a card, but none of ours, or it does not answer */
    GT_READER_BUSY,       /* somebody else has the card */
    GT_READER_STATE__MAX
};

/* What is in the reader. */
struct gt_presence {
    enum gt_reader_state state;
    char name[GT_READER_NAME_MAX]; /* of the reader; "" for NONE and NO_SERVICE */
    uint32_t changes;              /* another one whenever a card came or went */
};

struct gt_reader;

/* Uses the reader whose name holds `wanted` (NULL: any), one with a card before others.  Owned by
 * the caller (gt_reader_free).  The service need not be there yet.  GT_ERR_NOMEM, GT_ERR_CRYPTO. */
enum gt_err gt_reader_new(const char *wanted, struct gt_reader **reader) GT_CHECK;
void gt_reader_free(struct gt_reader *reader);

/* Looks, without touching the card. */
void gt_reader_look(struct gt_reader *reader, struct gt_presence *seen);
/* Reads the card; `chip` and its random number are filled if seen->state is GT_READER_CARD. */
void gt_reader_read(struct gt_reader *reader, struct gt_presence *seen, struct gt_chip *chip,
                    uint8_t random[GT_CHIP_RANDOM]);
/* Writes a packet (chip.h).  If report->read, `random` is filled too; if the card gave no new one
 * any more, report->read is false. */
void gt_reader_write(struct gt_reader *reader, const struct gt_chip_packet *packet,
                     struct gt_chip_report *report, uint8_t random[GT_CHIP_RANDOM]);

#endif
