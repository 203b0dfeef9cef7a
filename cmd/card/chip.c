/*
 * Commands to a card.
 */
#include "chip.h"

#include <string.h>

#define HEAD      5 /* class, instruction, two parameters, length */
#define COUNT_MAX INT64_C(0xffffffff)

/* --- commands */

/* Sends a command of `len` bytes behind its head; `want` bytes must come back for GT_CHIP_SW_OK. */
static enum gt_chip_fault ask(const struct gt_chip_link *link, const uint8_t *command, size_t len,
                              uint8_t *out, size_t want, int *sw)
{
    uint8_t answer[GT_CHIP_ANSWER_MAX];
    size_t got = 0;
    if (!link->transmit(link->ctx, command, len, answer, &got))
        return GT_CHIP_GONE;
    if (got < 2 || got > sizeof(answer))
        return GT_CHIP_ALIEN;
    *sw = (int)gt_chip_number(answer + got - 2, 2);
    if (*sw != GT_CHIP_SW_OK)
        return GT_CHIP_ALIEN;
    if (got - 2 != want)
        return GT_CHIP_ALIEN;
    memcpy(out, answer, want);
    return GT_CHIP_FINE;
}

static enum gt_chip_fault select_application(const struct gt_chip_link *link)
{
    uint8_t command[HEAD + GT_CHIP_AID_SIZE] = {GT_CHIP_CLA, GT_CHIP_INS_SELECT, 4, 0,
                                                GT_CHIP_AID_SIZE};
    uint8_t nothing[1];
    int sw;
    memcpy(command + HEAD, gt_chip_aid, GT_CHIP_AID_SIZE);
    return ask(link, command, sizeof(command), nothing, 0, &sw);
}

static enum gt_chip_fault read_file(const struct gt_chip_link *link, enum gt_chip_file file,
                                    uint8_t *out)
{
    size_t size = gt_chip_file_size[file];
    const uint8_t command[HEAD] = {GT_CHIP_CLA, GT_CHIP_INS_READ, (uint8_t)(GT_CHIP_P1_FILE | file),
                                   0, (uint8_t)size};
    int sw;
    return ask(link, command, sizeof(command), out, size, &sw);
}

enum gt_chip_fault gt_chip_challenge(const struct gt_chip_link *link,
                                     uint8_t random[GT_CHIP_RANDOM])
{
    const uint8_t command[HEAD] = {GT_CHIP_CLA, GT_CHIP_INS_CHALLENGE, 0, 0, GT_CHIP_RANDOM};
    int sw;
    return ask(link, command, sizeof(command), random, GT_CHIP_RANDOM, &sw);
}

/* A step of writing; `*sw` is 0 if the card gave no status word. */
static enum gt_chip_fault write_step(const struct gt_chip_link *link,
                                     const struct gt_chip_packet *packet, int step, int *sw)
{
    uint8_t command[HEAD + GT_CHIP_DATA + GT_CHIP_MAC] = {
        GT_CHIP_CLA_MAC, GT_CHIP_INS_WRITE, (uint8_t)(GT_CHIP_P1_FILE | gt_chip_steps[step].file),
        0, GT_CHIP_DATA + GT_CHIP_MAC};
    uint8_t nothing[1];
    memcpy(command + HEAD, packet->data, GT_CHIP_DATA);
    memcpy(command + HEAD + GT_CHIP_DATA, packet->mac[step], GT_CHIP_MAC);
    *sw = 0;
    return ask(link, command, sizeof(command), nothing, 0, sw);
}

/* --- reading */

/* A number of a card, customer or meter: visible ASCII, padded with NUL to the end. */
static bool take_text(const uint8_t *at, char out[GT_CHIP_TEXT + 1])
{
    size_t len = strnlen((const char *)at, GT_CHIP_TEXT);
    for (size_t i = 0; i < GT_CHIP_TEXT; i++)
        if (i < len ? at[i] <= 0x20 || at[i] >= 0x7f : at[i] != 0)
            return false;
    memcpy(out, at, len);
    out[len] = '\0';
    return true;
}

static bool all_zero(const uint8_t *at, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (at[i] != 0)
            return false;
    return true;
}

/* What the files say. */
static bool interpret(struct gt_chip *chip)
{
    const uint8_t *identity = chip->file[GT_CHIP_IDENTITY];
    const uint8_t *wallet = chip->file[GT_CHIP_WALLET];
    uint64_t amount = gt_chip_number(wallet + GT_CHIP_AT_AMOUNT, 8);
    uint8_t kind = identity[GT_CHIP_AT_KIND];

    if (!take_text(chip->file[GT_CHIP_SERIAL], chip->card_no) || !*chip->card_no)
        return false;
    chip->inserted = !all_zero(chip->file[GT_CHIP_RETURN], gt_chip_file_size[GT_CHIP_RETURN]);
    chip->count = (int64_t)gt_chip_number(wallet + GT_CHIP_AT_COUNT, 4);
    if (chip->count == 0) /* identity and parameters may be of a packet that never got further */
        return true;
    if (amount > INT64_MAX / 100 || kind == GT_CHIP_BLANK || kind >= GT_CHIP_KIND__MAX)
        return false;
    chip->amount = (int64_t)amount;
    chip->kind = (enum gt_chip_kind)kind;
    return take_text(identity + GT_CHIP_AT_CUSTOMER, chip->customer_no) && *chip->customer_no &&
           take_text(identity + GT_CHIP_AT_METER, chip->meter_no) && *chip->meter_no;
}

enum gt_chip_fault gt_chip_read(const struct gt_chip_link *link, struct gt_chip *chip)
{
    struct gt_chip got = {.kind = GT_CHIP_BLANK};
    enum gt_chip_fault fault = select_application(link);
    for (int file = GT_CHIP_SERIAL; fault == GT_CHIP_FINE && file < GT_CHIP_FILE__MAX; file++)
        fault = read_file(link, (enum gt_chip_file)file, got.file[file]);
    if (fault == GT_CHIP_FINE && !interpret(&got))
        fault = GT_CHIP_ALIEN;
    if (fault == GT_CHIP_FINE)
        *chip = got;
    return fault;
}

/* --- writing */

static bool holds(const struct gt_chip *chip, const struct gt_chip_packet *packet, int step)
{
    const struct gt_chip_step *s = &gt_chip_steps[step];
    const uint8_t *content = chip->file[s->file];
    size_t size = gt_chip_file_size[s->file];
    return s->from == GT_CHIP_ZEROS ? all_zero(content, size)
                                    : memcmp(content, packet->data + s->from, size) == 0;
}

/* Whether the packet's purchase is on the card: the wallet tells.  The other files were written
 * before it, and may since have met the meter, or the first steps of another packet. */
static bool carries(const struct gt_chip *chip, const struct gt_chip_packet *packet)
{
    return holds(chip, packet, GT_CHIP_STEPS - 1);
}

static bool holds_all(const struct gt_chip *chip, const struct gt_chip_packet *packet)
{
    for (int i = 0; i < GT_CHIP_STEPS; i++)
        if (!holds(chip, packet, i))
            return false;
    return true;
}

static void conclude(struct gt_chip_report *report, enum gt_chip_result result,
                     enum gt_chip_reason reason)
{
    report->result = result;
    report->reason = reason;
}

/* Whether the card is the one, free of this packet, and in a state to take it; else what is to be
 * said is in `report`. */
static bool ready(const struct gt_chip_link *link, const struct gt_chip_packet *packet,
                  const uint8_t *random, struct gt_chip_report *report)
{
    int64_t count = (int64_t)gt_chip_number(packet->data + GT_CHIP_AT_COUNT, 4);
    enum gt_chip_fault fault = gt_chip_read(link, &report->chip);
    report->read = fault == GT_CHIP_FINE;
    if (!report->read) {
        conclude(report, GT_CHIP_UNKNOWN,
                 fault == GT_CHIP_GONE ? GT_CHIP_NO_CARD : GT_CHIP_UNREADABLE);
        return false;
    }
    int64_t off = report->chip.count - count;
    if (strcmp(report->chip.card_no, packet->card_no) != 0)
        conclude(report, GT_CHIP_UNKNOWN, GT_CHIP_OTHER_CARD);
    else if (carries(&report->chip, packet))
        conclude(report, GT_CHIP_WRITTEN, GT_CHIP_ALREADY);
    else if (!random || memcmp(random, packet->random, GT_CHIP_RANDOM) != 0)
        conclude(report, GT_CHIP_NOT_WRITTEN, GT_CHIP_STALE);
    else if (report->chip.count != 0 && off != 1 && off != -1)
        conclude(report, GT_CHIP_NOT_WRITTEN, GT_CHIP_COUNT);
    else
        return true;
    return false;
}

/* Reads the card back after the steps; false if the card cannot be read, or is another one. */
static bool read_back(const struct gt_chip_link *link, bool gone,
                      const struct gt_chip_packet *packet, struct gt_chip_report *report)
{
    struct gt_chip now;
    enum gt_chip_fault fault = gone ? GT_CHIP_GONE : gt_chip_read(link, &now);
    for (int i = 0; fault == GT_CHIP_GONE && i < GT_CHIP_TRIES; i++)
        if (link->again(link->ctx))
            fault = gt_chip_read(link, &now);
    report->read = fault == GT_CHIP_FINE;
    if (!report->read)
        return false;
    report->chip = now;
    return strcmp(now.card_no, packet->card_no) == 0;
}

void gt_chip_write(const struct gt_chip_link *link, const struct gt_chip_packet *packet,
                   const uint8_t *random, struct gt_chip_report *report)
{
    enum gt_chip_fault fault = GT_CHIP_FINE;
    int step = 0;

    *report = (struct gt_chip_report){.sw = 0};
    if (!ready(link, packet, random, report))
        return;
    report->used = true;
    for (; step < GT_CHIP_STEPS; step++)
        if ((fault = write_step(link, packet, step, &report->sw)) != GT_CHIP_FINE)
            break;
    /* Whether the step that counts was sent at all: if not, the card cannot carry the packet. */
    bool counted = step >= GT_CHIP_STEPS - 1;
    enum gt_chip_reason why = fault == GT_CHIP_GONE    ? GT_CHIP_REMOVED
                              : fault == GT_CHIP_ALIEN ? GT_CHIP_REFUSED
                                                       : GT_CHIP_MISMATCH;
    if (!read_back(link, fault == GT_CHIP_GONE, packet, report)) {
        conclude(report, counted ? GT_CHIP_UNKNOWN : GT_CHIP_NOT_WRITTEN,
                 counted ? GT_CHIP_TORN : why);
    } else if (carries(&report->chip, packet)) {
        conclude(report, GT_CHIP_WRITTEN,
                 holds_all(&report->chip, packet) ? GT_CHIP_DONE : GT_CHIP_DAMAGED);
    } else {
        conclude(report, GT_CHIP_NOT_WRITTEN, why);
    }
}
