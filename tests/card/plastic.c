/*
 * Card and meter.  The keys are the training keys of gridtill-sim.
 */
#include "plastic.h"

#include <assert.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <string.h>

/* Where the parts of a packet's data are. */
#define DATA_CUSTOMER 44
#define HEAD          5

/* --- the card -----------------------------------------------------------------------------------
 */

static void text_put(uint8_t *at, const char *text)
{
    memset(at, 0, GT_CHIP_TEXT);
    memcpy(at, text, strnlen(text, GT_CHIP_TEXT));
}

void plastic_make(struct plastic *card, const char *card_no, uint64_t chance)
{
    *card = (struct plastic){.chance = chance};
    text_put(card->file[GT_CHIP_SERIAL], card_no);
}

void plastic_deliver(struct plastic *card, const char *customer_no, const char *meter_no,
                     uint32_t count, uint64_t amount)
{
    text_put(card->file[GT_CHIP_IDENTITY] + GT_CHIP_AT_CUSTOMER, customer_no);
    text_put(card->file[GT_CHIP_IDENTITY] + GT_CHIP_AT_METER, meter_no);
    card->file[GT_CHIP_IDENTITY][GT_CHIP_AT_KIND] = count > 1 ? 2 : 1;
    gt_chip_number_put(card->file[GT_CHIP_WALLET] + GT_CHIP_AT_COUNT, 4, count);
    gt_chip_number_put(card->file[GT_CHIP_WALLET] + GT_CHIP_AT_AMOUNT, 8, amount);
    gt_chip_number_put(card->file[GT_CHIP_RETURN] + GT_CHIP_AT_LEFT, 8, amount);
    gt_chip_number_put(card->file[GT_CHIP_RETURN] + GT_CHIP_AT_METER_COUNT, 4, count);
}

void plastic_reset(struct plastic *card)
{
    card->selected = card->challenged = false;
}

uint32_t plastic_count(const struct plastic *card)
{
    return (uint32_t)gt_chip_number(card->file[GT_CHIP_WALLET] + GT_CHIP_AT_COUNT, 4);
}

bool plastic_issued(const struct plastic *card)
{
    return plastic_count(card) != 0;
}

bool plastic_returned(const struct plastic *card)
{
    for (size_t i = 0; i < gt_chip_file_size[GT_CHIP_RETURN]; i++)
        if (card->file[GT_CHIP_RETURN][i] != 0)
            return true;
    return false;
}

static size_t answer_sw(uint8_t *answer, size_t len, unsigned sw)
{
    gt_chip_number_put(answer + len, 2, sw);
    return len + 2;
}

static size_t challenge(struct plastic *card, uint8_t *answer)
{
    card->chance += 0x9e3779b97f4a7c15U; /* splitmix64 */
    uint64_t z = card->chance;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9U;
    z = (z ^ z >> 27) * 0x94d049bb133111ebU;
    gt_chip_number_put(card->random, GT_CHIP_RANDOM, z ^ z >> 31);
    card->challenged = true;
    memcpy(answer, card->random, GT_CHIP_RANDOM);
    return answer_sw(answer, GT_CHIP_RANDOM, GT_CHIP_SW_OK);
}

/* What the secure element finds for a step of this packet. */
static void mac_make(const struct plastic *card, int step, const uint8_t *data,
                     uint8_t mac[GT_CHIP_MAC])
{
    char told[64];
    uint8_t key[32], digest[32], message[1 + GT_CHIP_DATA + GT_CHIP_RANDOM];
    unsigned len = 0;
    int n =
        snprintf(told, sizeof(told), "training card key %.20s", (const char *)data + DATA_CUSTOMER);
    int ok = EVP_Digest(told, (size_t)n, key, &len, EVP_sha256(), NULL);
    message[0] = (uint8_t)(step + 1);
    memcpy(message + 1, data, GT_CHIP_DATA);
    memcpy(message + 1 + GT_CHIP_DATA, card->random, GT_CHIP_RANDOM);
    assert(ok && HMAC(EVP_sha256(), key, 32, message, sizeof(message), digest, &len));
    (void)ok;
    memcpy(mac, digest, GT_CHIP_MAC);
}

static unsigned write_file(struct plastic *card, enum gt_chip_file file, const uint8_t *data,
                           const uint8_t *mac)
{
    uint8_t wanted[GT_CHIP_MAC];
    int step = 0;
    while (step < GT_CHIP_STEPS && gt_chip_steps[step].file != file)
        step++;
    if (step == GT_CHIP_STEPS)
        return GT_CHIP_SW_NO_FILE;
    if (!card->challenged)
        return GT_CHIP_SW_CHALLENGE;
    if (plastic_issued(card) && memcmp(card->file[GT_CHIP_IDENTITY] + GT_CHIP_AT_CUSTOMER,
                                       data + DATA_CUSTOMER, GT_CHIP_TEXT) != 0)
        return GT_CHIP_SW_OTHER;
    mac_make(card, step, data, wanted);
    if (memcmp(mac, wanted, GT_CHIP_MAC) != 0) {
        card->challenged = false;
        return GT_CHIP_SW_MAC;
    }
    if (gt_chip_steps[step].from == GT_CHIP_ZEROS)
        memset(card->file[file], 0, GT_CHIP_FILE_SIZE);
    else
        memcpy(card->file[file], data + gt_chip_steps[step].from, gt_chip_file_size[file]);
    if (file == GT_CHIP_WALLET)
        card->challenged = false;
    return GT_CHIP_SW_OK;
}

static size_t read_file(const struct plastic *card, unsigned file, size_t want, uint8_t *answer)
{
    if (file < GT_CHIP_SERIAL || file >= GT_CHIP_FILE__MAX)
        return answer_sw(answer, 0, GT_CHIP_SW_NO_FILE);
    if (want != gt_chip_file_size[file])
        return answer_sw(answer, 0, GT_CHIP_SW_LENGTH);
    memcpy(answer, card->file[file], want);
    return answer_sw(answer, want, GT_CHIP_SW_OK);
}

size_t plastic_command(struct plastic *card, const uint8_t *c, size_t len,
                       uint8_t answer[PLASTIC_ANSWER_MAX])
{
    if (len < HEAD)
        return answer_sw(answer, 0, GT_CHIP_SW_LENGTH);
    unsigned file = c[2] & 0x7fU;
    if (c[0] == GT_CHIP_CLA && c[1] == GT_CHIP_INS_SELECT) {
        card->selected =
            len == HEAD + GT_CHIP_AID_SIZE && memcmp(c + HEAD, gt_chip_aid, GT_CHIP_AID_SIZE) == 0;
        return answer_sw(answer, 0, card->selected ? GT_CHIP_SW_OK : GT_CHIP_SW_NO_FILE);
    }
    if (!card->selected)
        return answer_sw(answer, 0, GT_CHIP_SW_COMMAND);
    if (c[0] == GT_CHIP_CLA && c[1] == GT_CHIP_INS_CHALLENGE)
        return challenge(card, answer);
    if (c[0] == GT_CHIP_CLA && c[1] == GT_CHIP_INS_READ)
        return read_file(card, file, c[4], answer);
    if (c[0] != GT_CHIP_CLA_MAC || c[1] != GT_CHIP_INS_WRITE)
        return answer_sw(answer, 0, GT_CHIP_SW_COMMAND);
    if (len != HEAD + GT_CHIP_DATA + GT_CHIP_MAC || c[4] != GT_CHIP_DATA + GT_CHIP_MAC)
        return answer_sw(answer, 0, GT_CHIP_SW_LENGTH);
    return answer_sw(answer, 0,
                     write_file(card, (enum gt_chip_file)file, c + HEAD, c + HEAD + GT_CHIP_DATA));
}

/* --- the meter ----------------------------------------------------------------------------------
 */

#define MONEY_MAX INT64_C(99999999) /* fen that any meter holds */

void meter_make(struct meter *meter, const char *meter_no, const char *customer_no,
                const char *card_no, uint32_t count)
{
    *meter = (struct meter){.opened = *card_no != '\0', .count = count};
    (void)snprintf(meter->meter_no, sizeof(meter->meter_no), "%s", meter_no);
    (void)snprintf(meter->customer_no, sizeof(meter->customer_no), "%s", customer_no);
    text_put(meter->serial, card_no);
}

static bool text_is(const uint8_t *at, const char *text)
{
    return strncmp((const char *)at, text, GT_CHIP_TEXT) == 0;
}

/* Compares what is to be the same before anything is counted. */
static enum meter_says admit(struct meter *meter, const struct plastic *card)
{
    const uint8_t *identity = card->file[GT_CHIP_IDENTITY];
    int kind = identity[GT_CHIP_AT_KIND];
    if (!text_is(identity + GT_CHIP_AT_METER, meter->meter_no) ||
        !text_is(identity + GT_CHIP_AT_CUSTOMER, meter->customer_no))
        return METER_NOT_MINE;
    if (!meter->opened && (kind != 1 || plastic_count(card) > 1))
        return METER_NOT_OPEN;
    if (meter->opened && kind == 2 &&
        memcmp(meter->serial, card->file[GT_CHIP_SERIAL], GT_CHIP_TEXT) != 0)
        return METER_NOT_KNOWN;
    meter->opened = true;
    memcpy(meter->serial, card->file[GT_CHIP_SERIAL], GT_CHIP_TEXT);
    return METER_SEEN;
}

static enum meter_says count_card(struct meter *meter, const struct plastic *card)
{
    uint32_t count = plastic_count(card);
    int64_t amount = (int64_t)gt_chip_number(card->file[GT_CHIP_WALLET] + GT_CHIP_AT_AMOUNT, 8);
    if (count < meter->count)
        return METER_SEEN;
    if (count == meter->count) {
        meter->most = (uint32_t)gt_chip_number(card->file[GT_CHIP_PARAMETERS] + GT_CHIP_AT_MOST, 4);
        return METER_UPDATED;
    }
    if (count > meter->count + 1)
        return METER_SKIPPED;
    if (plastic_returned(card))
        return METER_NOT_EMPTY;
    if (meter->credited + amount > MONEY_MAX ||
        (meter->most && meter->credited + amount > meter->most))
        return METER_TOO_MUCH;
    meter->count = count;
    meter->credited += amount;
    return METER_CREDITED;
}

enum meter_says meter_insert(struct meter *meter, struct plastic *card)
{
    enum meter_says says = admit(meter, card);
    uint8_t *file = card->file[GT_CHIP_RETURN];
    if (says == METER_SEEN)
        says = count_card(meter, card);
    if (says == METER_NOT_MINE || says == METER_NOT_OPEN || says == METER_NOT_KNOWN) {
        meter->illegal++;
        return says;
    }
    if (says == METER_TOO_MUCH) /* to be tried again when some is used up */
        return says;
    gt_chip_number_put(file + GT_CHIP_AT_LEFT, 8, (uint64_t)meter->credited);
    gt_chip_number_put(file + GT_CHIP_AT_METER_COUNT, 4, meter->count);
    gt_chip_number_put(file + GT_CHIP_AT_ILLEGAL, 4, (uint64_t)meter->illegal);
    gt_chip_number_put(file + GT_CHIP_AT_TIME, 7, UINT64_C(0x20261122140000));
    return says;
}

const char *meter_word(enum meter_says says)
{
    static const char *const words[] = {
#define X(name, word) word,
        METER_SAYS(X)
#undef X
    };
    return words[says];
}
