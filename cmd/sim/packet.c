/*
 * Card data; see packet.h.  A training key stands where a real system has its encryption machine.
 */
#include "packet.h"

#include "base/crypt.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define TEXT_SIZE  20 /* of a customer or meter number */
#define IDENTITY   44 /* where the parts begin; the wallet at 0 */
#define PARAMETERS 88
#define DATA_SIZE  96
#define MAC_SIZE   8
#define RANDOM_MAX 32

#define ALARM_FEN INT64_C(2000)
#define MOST_FEN  INT64_C(99999999)

static void put_big_endian(uint8_t *out, size_t size, uint64_t value)
{
    while (size > 0) {
        out[--size] = (uint8_t)value;
        value >>= 8;
    }
}

static enum gt_err make_data(const struct gt_sim_load *load, uint8_t data[DATA_SIZE])
{
    char told[160];
    int len = snprintf(told, sizeof(told), "%s|%s|%" PRId64 "|%" PRId64, load->serial,
                       load->customer, load->count, load->amount);
    memset(data, 0, DATA_SIZE);
    put_big_endian(data, 4, (uint64_t)load->count);
    put_big_endian(data + 4, 8, (uint64_t)load->amount);
    memcpy(data + IDENTITY, load->customer, strnlen(load->customer, TEXT_SIZE));
    memcpy(data + IDENTITY + TEXT_SIZE, load->meter, strnlen(load->meter, TEXT_SIZE));
    data[IDENTITY + 2 * TEXT_SIZE] = (uint8_t)load->kind;
    put_big_endian(data + PARAMETERS, 4, ALARM_FEN);
    put_big_endian(data + PARAMETERS + 4, 4, MOST_FEN);
    return gt_sha256(told, (size_t)len, data + 12);
}

static enum gt_err card_key(const char *customer, uint8_t key[GT_KEY_SIZE])
{
    char told[64];
    int len = snprintf(told, sizeof(told), "training card key %s", customer);
    return gt_sha256(told, (size_t)len, key);
}

static enum gt_err make_macs(struct gt_hmac *hmac, const uint8_t data[DATA_SIZE],
                             const uint8_t *random, size_t len, struct gt_sg_packet *packet)
{
    uint8_t message[1 + DATA_SIZE + RANDOM_MAX];
    memcpy(message + 1, data, DATA_SIZE);
    memcpy(message + 1 + DATA_SIZE, random, len);
    for (int i = 0; i < GT_SG_MACS; i++) {
        uint8_t digest[GT_SHA256_SIZE];
        message[0] = (uint8_t)(i + 1);
        enum gt_err err = gt_hmac(hmac, message, 1 + DATA_SIZE + len, digest);
        if (err) {
            return err;
        }
        gt_hex_encode(digest, MAC_SIZE, packet->mac[i]);
    }
    return GT_OK;
}

enum gt_err gt_sim_packet_make(const struct gt_sim_load *load, const char *random,
                               struct gt_sg_packet *packet)
{
    uint8_t data[DATA_SIZE], key[GT_KEY_SIZE], bytes[RANDOM_MAX];
    size_t len = 0;
    struct gt_hmac *hmac = NULL;
    struct gt_sg_packet made = {.present = true};
    enum gt_err err = gt_hex_decode(random, bytes, sizeof(bytes), &len);
    if (err || (err = make_data(load, data)) || (err = card_key(load->customer, key)) ||
        (err = gt_hmac_new(key, &hmac)) || (err = make_macs(hmac, data, bytes, len, &made))) {
        goto out;
    }
    gt_hex_encode(data, DATA_SIZE, made.data);
    *packet = made;
out:
    gt_hmac_free(hmac);
    return err;
}
