/*
 * Card data; see packet.h.  A training key stands where a real system has its encryption machine.
 */
#include "packet.h"

#include "base/crypt.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define CUSTOMER_SIZE 20
#define HEAD_SIZE     (4 + 8 + CUSTOMER_SIZE)
#define DATA_SIZE     (HEAD_SIZE + GT_SHA256_SIZE)
#define MAC_SIZE      8

static void put_big_endian(uint8_t *out, size_t size, uint64_t value)
{
    while (size > 0) {
        out[--size] = (uint8_t)value;
        value >>= 8;
    }
}

static enum gt_err make_data(const char *serial, const char *customer, int64_t count,
                             int64_t amount, uint8_t data[DATA_SIZE])
{
    char told[160];
    int len =
        snprintf(told, sizeof(told), "%s|%s|%" PRId64 "|%" PRId64, serial, customer, count, amount);
    put_big_endian(data, 4, (uint64_t)count);
    put_big_endian(data + 4, 8, (uint64_t)amount);
    memset(data + 12, 0, CUSTOMER_SIZE);
    memcpy(data + 12, customer, strnlen(customer, CUSTOMER_SIZE));
    return gt_sha256(told, (size_t)len, data + HEAD_SIZE);
}

static enum gt_err card_key(const char *customer, uint8_t key[GT_KEY_SIZE])
{
    char told[64];
    int len = snprintf(told, sizeof(told), "training card key %s", customer);
    return gt_sha256(told, (size_t)len, key);
}

static enum gt_err make_macs(struct gt_hmac *hmac, const uint8_t data[DATA_SIZE],
                             const char *random, struct gt_sg_packet *packet)
{
    uint8_t message[1 + DATA_SIZE + 64];
    size_t len = strlen(random);
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

enum gt_err gt_sim_packet_make(const char *serial, const char *customer, int64_t count,
                               int64_t amount, const char *random, struct gt_sg_packet *packet)
{
    uint8_t data[DATA_SIZE], key[GT_KEY_SIZE];
    struct gt_hmac *hmac = NULL;
    struct gt_sg_packet made = {.present = true};
    if (strlen(random) > 64) {
        return gt_err_set(GT_ERR_TOOBIG, "random number of a card");
    }
    enum gt_err err = make_data(serial, customer, count, amount, data);
    if (err || (err = card_key(customer, key)) || (err = gt_hmac_new(key, &hmac)) ||
        (err = make_macs(hmac, data, random, &made))) {
        goto out;
    }
    gt_hex_encode(data, DATA_SIZE, made.data);
    *packet = made;
out:
    gt_hmac_free(hmac);
    return err;
}
