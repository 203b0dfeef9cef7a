/*
 * Cards and meters.  The MACs are no cryptography: they only bind a packet to a random number.
 */
#include "field.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t hash(const char *text, uint64_t h)
{
    for (; *text; text++)
        h = (h ^ (uint8_t)*text) * 0x100000001b3U;
    return h;
}

static void mac_make(char mac[17], const char *random, const char *data, int i)
{
    (void)snprintf(mac, 17, "%016" PRIx64,
                   hash(data, hash(random, 0xcbf29ce484222325U + (uint64_t)i)));
}

int sim_field_card(struct sim_field *field, int customer)
{
    if (field->ncards == SIM_CARDS)
        return -1;
    int i = field->ncards++;
    struct sim_card *card = &field->cards[i];
    *card = (struct sim_card){.customer = customer};
    (void)snprintf(card->card_no, sizeof(card->card_no), "C%07d", i + 1);
    return i;
}

void sim_card_engage(struct sim_card *card, struct sim_rng *rng)
{
    card->engaged = true;
    (void)snprintf(card->random, sizeof(card->random), "%016" PRIx64, sim_rng_bits(rng));
}

void sim_card_read(const struct sim_card *card, struct gt_card_read *read)
{
    *read = (struct gt_card_read){.present = true, .count = card->count};
    memcpy(read->card_no, card->card_no, sizeof(read->card_no));
    memcpy(read->meter_no, card->meter_no, sizeof(read->meter_no));
    (void)snprintf(read->return_file, sizeof(read->return_file), "%s",
                   card->returned ? "00a1b2c3" : "0000");
    (void)snprintf(read->random, sizeof(read->random), "%s", card->random);
}

bool sim_card_write(struct sim_card *card, const char *meter_no,
                    const struct gt_card_packet *packet)
{
    assert(packet->present);
    for (int i = 0; i < 4; i++) {
        char mac[17];
        mac_make(mac, card->random, packet->data, i);
        if (strcmp(mac, packet->mac[i]) != 0)
            return false;
    }
    int64_t count = 0, amount = 0;
    if (sscanf(packet->data, "%8" SCNx64 "%16" SCNx64, &count, &amount) != 2)
        return false;
    card->count = count;
    card->amount = amount;
    card->returned = false;
    (void)snprintf(card->meter_no, sizeof(card->meter_no), "%s", meter_no);
    return true;
}

void sim_meter_insert(struct sim_meter *meter, struct sim_card *card)
{
    if (strcmp(card->meter_no, meter->meter_no) != 0) {
        meter->foreign = true;
        return;
    }
    if (card->count == meter->count + 1 && !card->returned && card->count < SIM_PURCHASES) {
        meter->count = card->count;
        meter->credit[meter->count] += card->amount;
    } else if (card->count > meter->count) {
        meter->locked = true;
    }
    card->returned = true;
}

void sim_packet_make(struct gt_card_packet *packet, int64_t count, int64_t amount,
                     const char *random)
{
    *packet = (struct gt_card_packet){.present = true, .count = count};
    (void)snprintf(packet->data, sizeof(packet->data), "%08" PRIx64 "%016" PRIx64, count, amount);
    for (int i = 0; i < 4; i++)
        mac_make(packet->mac[i], random, packet->data, i);
}
