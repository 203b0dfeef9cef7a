/*
 * PC/SC.  The service may go away and come back at any time; a context that it no longer knows is
 * thrown away and made anew.
 *
 * Looking has a context of its own: it must answer while a slow card is being written.
 */
#include "reader.h"

#include "base/buf.h"
#include "base/clock.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <winscard.h>

#define WAIT_S   5   /* for another request that has the card */
#define AGAIN_MS 100 /* for a card to come back */

struct gt_reader {
    char wanted[GT_READER_NAME_MAX];
    pthread_mutex_t look_lock;
    SCARDCONTEXT look; /* 0: none */
    uint32_t generation;

    pthread_mutex_t card_lock;
    SCARDCONTEXT context; /* 0: none */
    SCARDHANDLE card;
    bool connected;
    bool gone; /* of the card that is connected no answer came */
    DWORD protocol;
    char name[GT_READER_NAME_MAX]; /* of the reader that it is in */
    bool has_random;
    uint8_t random[GT_CHIP_RANDOM];
};

enum gt_err gt_reader_new(const char *wanted, struct gt_reader **reader)
{
    struct gt_reader *r = calloc(1, sizeof(*r));
    const struct gt_random *random = gt_random_system();
    if (!r)
        return GT_ERR_NOMEM;
    /* A page that saw the process before this one must not take its count for ours. */
    enum gt_err err = random->fill(random->ctx, &r->generation, sizeof(r->generation));
    if (err == GT_OK)
        err = gt_str_copy(r->wanted, sizeof(r->wanted), wanted ? wanted : "");
    if (err) {
        free(r);
        return err;
    }
    pthread_mutex_init(&r->look_lock, NULL);
    pthread_mutex_init(&r->card_lock, NULL);
    *reader = r;
    return GT_OK;
}

static void disconnect(struct gt_reader *r)
{
    /* Not to be reset: should the card be gone, pcscd would reset the one that is being put in, and
     * never tell that it came. */
    if (r->connected)
        (void)SCardDisconnect(r->card, SCARD_LEAVE_CARD);
    r->connected = r->gone = r->has_random = false;
}

static void drop(SCARDCONTEXT *context)
{
    if (*context)
        (void)SCardReleaseContext(*context);
    *context = 0;
}

void gt_reader_free(struct gt_reader *reader)
{
    if (!reader)
        return;
    disconnect(reader);
    drop(&reader->context);
    drop(&reader->look);
    pthread_mutex_destroy(&reader->look_lock);
    pthread_mutex_destroy(&reader->card_lock);
    free(reader);
}

/* --- looking */

/* The names of the readers that are wanted, into `states`; *n how many. */
static LONG list(struct gt_reader *r, char *names, DWORD size, SCARD_READERSTATE *states, DWORD *n)
{
    LONG rv = SCardListReaders(r->look, NULL, names, &size);
    *n = 0;
    if (rv != SCARD_S_SUCCESS)
        return rv;
    for (const char *name = names; *name && *n < PCSCLITE_MAX_READERS_CONTEXTS;
         name += strlen(name) + 1)
        if (strstr(name, r->wanted) && strlen(name) < GT_READER_NAME_MAX)
            states[(*n)++] = (SCARD_READERSTATE){.szReader = name};
    return *n ? SCARD_S_SUCCESS : SCARD_E_NO_READERS_AVAILABLE;
}

static LONG look_once(struct gt_reader *r, struct gt_presence *seen)
{
    char names[PCSCLITE_MAX_READERS_CONTEXTS * (MAX_READERNAME + 1)];
    SCARD_READERSTATE states[PCSCLITE_MAX_READERS_CONTEXTS];
    DWORD n, pick = 0;
    if (!r->look) {
        LONG rv = SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &r->look);
        if (rv != SCARD_S_SUCCESS) {
            r->look = 0;
            return rv;
        }
        r->generation++;
    }
    LONG rv = list(r, names, sizeof(names), states, &n);
    if (rv == SCARD_S_SUCCESS)
        rv = SCardGetStatusChange(r->look, 0, states, n);
    if (rv != SCARD_S_SUCCESS)
        return rv;
    while (pick < n && !(states[pick].dwEventState & SCARD_STATE_PRESENT))
        pick++;
    seen->state = pick < n ? GT_READER_CARD : GT_READER_NO_CARD;
    if (pick == n)
        pick = 0;
    memcpy(seen->name, states[pick].szReader, strlen(states[pick].szReader) + 1);
    seen->changes = r->generation << 16 | (uint32_t)(states[pick].dwEventState >> 16 & 0xffff);
    return SCARD_S_SUCCESS;
}

static bool no_reader(LONG rv)
{
    return rv == SCARD_E_NO_READERS_AVAILABLE || rv == SCARD_E_UNKNOWN_READER ||
           rv == SCARD_E_READER_UNAVAILABLE;
}

void gt_reader_look(struct gt_reader *reader, struct gt_presence *seen)
{
    *seen = (struct gt_presence){.state = GT_READER_NO_SERVICE};
    pthread_mutex_lock(&reader->look_lock);
    LONG rv = look_once(reader, seen);
    if (rv != SCARD_S_SUCCESS && !no_reader(rv)) {
        /* The service was started anew, say: once more, as if we were new. */
        drop(&reader->look);
        rv = look_once(reader, seen);
        if (rv != SCARD_S_SUCCESS && !no_reader(rv))
            drop(&reader->look);
    }
    if (no_reader(rv))
        seen->state = GT_READER_NONE;
    if (rv != SCARD_S_SUCCESS)
        seen->changes = reader->generation << 16;
    pthread_mutex_unlock(&reader->look_lock);
}

/* --- the card */

/* What a failed connection says of the card. */
static enum gt_reader_state state_of(LONG rv)
{
    switch (rv) {
    case SCARD_S_SUCCESS:
        return GT_READER_CARD;
    case SCARD_E_NO_SMARTCARD:
    case SCARD_W_REMOVED_CARD:
        return GT_READER_NO_CARD;
    case SCARD_W_UNRESPONSIVE_CARD:
    case SCARD_W_UNPOWERED_CARD:
    case SCARD_W_RESET_CARD:
    case SCARD_E_PROTO_MISMATCH:
        return GT_READER_UNREADABLE;
    case SCARD_E_SHARING_VIOLATION:
        return GT_READER_BUSY;
    default:
        return no_reader(rv) ? GT_READER_NONE : GT_READER_NO_SERVICE;
    }
}

static LONG connect_once(struct gt_reader *r, const char *name)
{
    LONG rv = r->context ? SCARD_S_SUCCESS
                         : SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &r->context);
    if (rv != SCARD_S_SUCCESS) {
        r->context = 0;
        return rv;
    }
    rv = SCardConnect(r->context, name, SCARD_SHARE_SHARED, SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1,
                      &r->card, &r->protocol);
    r->connected = rv == SCARD_S_SUCCESS;
    return r->connected ? SCardBeginTransaction(r->card) : rv;
}

/* Connects the card in the reader `name` anew, and has it to ourselves until release(). */
static enum gt_reader_state connect_card(struct gt_reader *r, const char *name)
{
    disconnect(r);
    LONG rv = connect_once(r, name);
    if (rv != SCARD_S_SUCCESS && state_of(rv) == GT_READER_NO_SERVICE) {
        disconnect(r);
        drop(&r->context);
        rv = connect_once(r, name);
    }
    if (rv != SCARD_S_SUCCESS) {
        disconnect(r);
        return state_of(rv);
    }
    memmove(r->name, name, strlen(name) + 1);
    return GT_READER_CARD;
}

/* Has the card in the reader to ourselves until release(), connected still or anew. */
static void engage(struct gt_reader *r, struct gt_presence *seen)
{
    gt_reader_look(r, seen);
    if (seen->state != GT_READER_CARD) {
        disconnect(r);
        return;
    }
    if (r->connected && strcmp(r->name, seen->name) == 0 &&
        SCardBeginTransaction(r->card) == SCARD_S_SUCCESS)
        return;
    seen->state = connect_card(r, seen->name);
}

static void release(struct gt_reader *r)
{
    if (r->gone)
        disconnect(r);
    if (r->connected)
        (void)SCardEndTransaction(r->card, SCARD_LEAVE_CARD);
}

static bool transmit(void *ctx, const uint8_t *command, size_t len, uint8_t *answer,
                     size_t *answer_len)
{
    struct gt_reader *r = ctx;
    DWORD got = GT_CHIP_ANSWER_MAX;
    const SCARD_IO_REQUEST *pci = r->protocol == SCARD_PROTOCOL_T0 ? SCARD_PCI_T0 : SCARD_PCI_T1;
    if (!r->connected || r->gone)
        return false;
    LONG rv = SCardTransmit(r->card, pci, command, len, NULL, answer, &got);
    /* Some drivers give an empty answer of a card that was torn out. */
    r->gone = rv != SCARD_S_SUCCESS || got < 2;
    *answer_len = got;
    return !r->gone;
}

static bool again(void *ctx)
{
    struct gt_reader *r = ctx;
    const struct timespec moment = {.tv_nsec = AGAIN_MS * 1000000};
    struct gt_presence seen;
    disconnect(r);
    (void)nanosleep(&moment, NULL);
    gt_reader_look(r, &seen);
    return seen.state == GT_READER_CARD && connect_card(r, seen.name) == GT_READER_CARD;
}

/* A new random number of the card.  The one before is worth nothing from now on, and what was made
 * for it neither: not the packet of a purchase that is being reversed by this reading. */
static bool challenge(struct gt_reader *r, const struct gt_chip_link *link,
                      uint8_t random[GT_CHIP_RANDOM])
{
    r->has_random = gt_chip_challenge(link, r->random) == GT_CHIP_FINE;
    memcpy(random, r->random, GT_CHIP_RANDOM);
    return r->has_random;
}

static bool lock_card(struct gt_reader *r)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += WAIT_S;
    return pthread_mutex_clocklock(&r->card_lock, CLOCK_MONOTONIC, &until) == 0;
}

void gt_reader_read(struct gt_reader *reader, struct gt_presence *seen, struct gt_chip *chip,
                    uint8_t random[GT_CHIP_RANDOM])
{
    const struct gt_chip_link link = {.ctx = reader, .transmit = transmit, .again = again};
    if (!lock_card(reader)) {
        gt_reader_look(reader, seen);
        if (seen->state == GT_READER_CARD)
            seen->state = GT_READER_BUSY;
        return;
    }
    engage(reader, seen);
    /* Of a card that came or went just now, or was reset by another program, the service may say
     * for a moment that it is there and can be used. */
    for (int i = 0; seen->state == GT_READER_CARD; i++) {
        enum gt_chip_fault fault = gt_chip_read(&link, chip);
        if (fault == GT_CHIP_FINE && challenge(reader, &link, random))
            break;
        if (!reader->gone || i == GT_CHIP_TRIES)
            seen->state = GT_READER_UNREADABLE;
        else if (!again(reader))
            gt_reader_look(reader, seen);
    }
    release(reader);
    pthread_mutex_unlock(&reader->card_lock);
}

void gt_reader_write(struct gt_reader *reader, const struct gt_chip_packet *packet,
                     struct gt_chip_report *report, uint8_t random[GT_CHIP_RANDOM])
{
    static const enum gt_chip_reason reasons[GT_READER_STATE__MAX] = {
        [GT_READER_NO_CARD] = GT_CHIP_NO_CARD,
        [GT_READER_NONE] = GT_CHIP_NO_READER,
        [GT_READER_NO_SERVICE] = GT_CHIP_NO_SERVICE,
        [GT_READER_UNREADABLE] = GT_CHIP_UNREADABLE,
        [GT_READER_BUSY] = GT_CHIP_BUSY,
    };
    const struct gt_chip_link link = {.ctx = reader, .transmit = transmit, .again = again};
    struct gt_presence seen;

    *report = (struct gt_chip_report){.result = GT_CHIP_UNKNOWN, .reason = GT_CHIP_BUSY};
    if (!lock_card(reader))
        return;
    engage(reader, &seen);
    if (seen.state == GT_READER_CARD) {
        gt_chip_write(&link, packet, reader->has_random ? reader->random : NULL, report);
        if (report->used)
            reader->has_random = false;
        report->read = report->read && challenge(reader, &link, random);
    } else {
        report->reason = reasons[seen.state];
    }
    release(reader);
    pthread_mutex_unlock(&reader->card_lock);
}
