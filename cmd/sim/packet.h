/*
 * Card data: what a terminal writes to a card, and the MACs that the card checks.
 *
 * 64 bytes in hex: 4 of purchase count and 8 of fen, both big endian, 20 of customer number, padded
 * with NUL, and SHA-256 over serial, customer, count and amount.  The MACs are the first 8 bytes of
 * HMAC-SHA256, under a key of the customer, over 1 … 4, the data and the card's random number.  So
 * a packet can be made again from the books at any time.
 */
#ifndef GT_SIM_PACKET_H
#define GT_SIM_PACKET_H

#include "sg186.h"

/* Makes the packet that carries `count` and `amount` (fen) to the customer's card, with MACs for
 * the card's random number `random` (hex).  GT_ERR_CRYPTO. */
enum gt_err gt_sim_packet_make(const char *serial, const char *customer, int64_t count,
                               int64_t amount, const char *random,
                               struct gt_sg_packet *packet) GT_CHECK;

#endif
