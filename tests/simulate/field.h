/*
 * Out in the field: cards and the meters they are put into.
 *
 * A meter knows nothing of our books or of the marketing system's.  It credits a card whose count
 * is one above its own, once; a count beyond that locks the customer out.
 */
#ifndef SIM_FIELD_H
#define SIM_FIELD_H

#include "link/upstream.h"
#include "rng.h"

#define SIM_CARDS     64
#define SIM_METERS    16
#define SIM_PURCHASES 64 /* counts of one meter */

struct sim_card {
    char card_no[33];
    char meter_no[33]; /* "": blank */
    int64_t count;
    int64_t amount;  /* of the last write, fen */
    bool returned;   /* a meter has written its return file */
    char random[17]; /* as the reader shows it now, hex */
    int customer;    /* whose it is */
    int64_t owed;    /* our transaction that should be written to it and is not, 0: none */
    bool kept;       /* a write-back failed: the cashier keeps it until it is done */
    bool old;        /* lost: a new one was issued for it */
    bool engaged;    /* lies in a terminal's reader */
};

struct sim_meter {
    char meter_no[33];
    int64_t count;                 /* purchases credited */
    int64_t credit[SIM_PURCHASES]; /* fen credited by count */
    bool locked;                   /* a count was skipped */
    bool foreign;                  /* somebody else's card was put in */
};

struct sim_field {
    struct sim_card cards[SIM_CARDS];
    int ncards;
    struct sim_meter meters[SIM_METERS];
    int nmeters;
};

/* A new, blank card for a customer, or -1: all are in use. */
int sim_field_card(struct sim_field *field, int customer);
/* The card is put into a reader, which gives it a new random number. */
void sim_card_engage(struct sim_card *card, struct sim_rng *rng);
void sim_card_read(const struct sim_card *card, struct gt_card_read *read);
/* Writes a packet; false if its MACs are not for the card's random number now. */
bool sim_card_write(struct sim_card *card, const char *meter_no,
                    const struct gt_card_packet *packet);
/* The customer puts the card into the meter. */
void sim_meter_insert(struct sim_meter *meter, struct sim_card *card);

/* A packet that a card with this random number takes. */
void sim_packet_make(struct gt_card_packet *packet, int64_t count, int64_t amount,
                     const char *random);

#endif
