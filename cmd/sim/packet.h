/*
 * Card data: what a terminal writes to a card, and the MACs that the card checks.
 *
 * 96 bytes in hex, as doc/card.md lays out a card: the wallet (4 of purchase count, 8 of fen, both
 * big endian, and a SHA-256 over serial, customer, count and amount), the identity (20 of customer
 * and 20 of meter number, padded with NUL, 1 of kind, 3 zeros) and the meter's parameters (4 of
 * fen below which it warns, 4 of the most it holds).  The MACs are the first 8 bytes of
 * HMAC-SHA256, under a key of the customer, over 1 … 4, the data and the card's random number.  So
 * a packet can be made again from the books at any time.
 */
#ifndef GT_SIM_PACKET_H
#define GT_SIM_PACKET_H

#include "rows.h"
#include "sg186.h"

/* What a packet carries; texts borrowed. */
struct gt_sim_load {
    const char *serial; /* of the purchase */
    const char *customer;
    const char *meter;
    enum gt_sim_packet_kind kind;
    int64_t count;
    int64_t amount; /* fen */
};

/* Makes the packet of a load, with MACs for the card's random number `random` (hex).
 * GT_ERR_CRYPTO; GT_ERR_TOOBIG, GT_ERR_SYNTAX: the random number. */
enum gt_err gt_sim_packet_make(const struct gt_sim_load *load, const char *random,
                               struct gt_sg_packet *packet) GT_CHECK;

#endif
