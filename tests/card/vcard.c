/*
 * Cards in the virtual reader: speaks vpcd's protocol (vsmartcard) for whichever card lies in it,
 * and does what a test says on standard input, a line a word of it; each is answered by a line.
 *
 *     vcard PORT                       the port that vpcd listens on
 *
 *     card I NUMBER                    card I is a blank one with this number
 *     deliver I CUSTOMER METER N FEN   it was delivered, having bought N times, FEN the last time
 *     meter NUMBER CUSTOMER CARD N     the meter, opened by CARD at count N ("-": not opened)
 *     in I | out                       card I is put into the reader; none is
 *     insert I                         card I is put into the meter: what the meter shows
 *     show I                           count, fen and returned (0, 1) of the card
 *     credited                         fen, count of the meter
 *     tear N before|after              at the N-th command from now the card is torn out, before it
 *                                      did it or after
 *     swap N I                         the same, and card I is put in instead
 *     sw N XXXX                        the N-th command is answered by this, and not done
 *     slow MS                          each command takes so long
 *     calm                             no fault waits any more, no command is slow
 *     commands                         how many there were
 */
#include "plastic.h"

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define CARDS    8
#define RETRY_MS 50
#define NUMBER   "%20s"

enum fault { FAULT_NONE, FAULT_BEFORE, FAULT_AFTER, FAULT_SW };

struct desk {
    uint16_t port;
    int reader; /* the connection to vpcd, -1: nothing is in the reader */
    int inside; /* the card that is, or will be as soon as vpcd takes it; -1 */
    struct plastic cards[CARDS];
    struct meter meter;
    long commands;
    enum fault fault;
    long at;  /* commands until the fault */
    int next; /* the card that is put in then, -1 */
    unsigned sw;
    int slow_ms;
    uint64_t chance;
};

/* --- the reader ---------------------------------------------------------------------------------
 */

static void take_out(struct desk *d)
{
    if (d->reader >= 0)
        close(d->reader);
    d->reader = d->inside = -1;
}

static void put_in(struct desk *d, int card)
{
    take_out(d);
    d->inside = card;
    plastic_reset(&d->cards[card]);
}

static void dial(struct desk *d)
{
    const struct sockaddr_in to = {.sin_family = AF_INET,
                                   .sin_port = htons(d->port),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    d->reader = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (d->reader >= 0 && connect(d->reader, (const struct sockaddr *)&to, sizeof(to)) != 0) {
        close(d->reader);
        d->reader = -1;
    }
}

static bool read_all(int fd, uint8_t *out, size_t len)
{
    while (len > 0) {
        ssize_t n = read(fd, out, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        out += n;
        len -= (size_t)n;
    }
    return true;
}

static bool answer(int fd, const uint8_t *data, size_t len)
{
    uint8_t frame[2 + PLASTIC_ANSWER_MAX];
    gt_chip_number_put(frame, 2, len);
    memcpy(frame + 2, data, len);
    return send(fd, frame, len + 2, MSG_NOSIGNAL) == (ssize_t)(len + 2);
}

/* Whether this command meets the fault that was asked for. */
static enum fault meet_fault(struct desk *d)
{
    enum fault fault = d->fault;
    if (fault == FAULT_NONE || --d->at > 0)
        return FAULT_NONE;
    d->fault = FAULT_NONE;
    return fault;
}

/* Gives whether the card is still in the reader. */
static bool command(struct desk *d, const uint8_t *data, size_t len)
{
    uint8_t out[PLASTIC_ANSWER_MAX];
    size_t n = 2;
    enum fault fault = meet_fault(d);
    const struct timespec pause = {d->slow_ms / 1000, d->slow_ms % 1000 * 1000000L};
    d->commands++;
    (void)nanosleep(&pause, NULL);
    if (fault == FAULT_SW)
        gt_chip_number_put(out, 2, d->sw);
    else if (fault != FAULT_BEFORE)
        n = plastic_command(&d->cards[d->inside], data, len, out);
    if (fault == FAULT_BEFORE || fault == FAULT_AFTER) {
        int next = d->next;
        take_out(d);
        if (next >= 0)
            put_in(d, next);
        return false;
    }
    return answer(d->reader, out, n);
}

/* A message of vpcd: a command, or one byte of control. */
static bool message(struct desk *d)
{
    static const uint8_t atr[] = {0x3b, 0x80, 0x80, 0x01, 0x01};
    uint8_t head[2], data[65536];
    if (!read_all(d->reader, head, 2))
        return false;
    size_t len = gt_chip_number(head, 2);
    /* vpcd sends a length and then the rest: it must not wait for us between them. */
    (void)setsockopt(d->reader, IPPROTO_TCP, TCP_QUICKACK, &(int){1}, sizeof(int));
    if (!read_all(d->reader, data, len))
        return false;
    if (len != 1)
        return command(d, data, len);
    if (data[0] == 4)
        return answer(d->reader, atr, sizeof(atr));
    plastic_reset(&d->cards[d->inside]);
    return true;
}

/* --- what the test says -------------------------------------------------------------------------
 */

static bool is_card(int i)
{
    return i >= 0 && i < CARDS;
}

static bool set_up(struct desk *d, const char *line)
{
    char one[21], two[21], three[21];
    unsigned count;
    uint64_t fen;
    int i;
    if (sscanf(line, "card %d " NUMBER, &i, one) == 2 && is_card(i)) {
        d->chance += 0x1000001;
        plastic_make(&d->cards[i], one, d->chance);
    } else if (sscanf(line, "deliver %d " NUMBER " " NUMBER " %u %" SCNu64, &i, one, two, &count,
                      &fen) == 5 &&
               is_card(i)) {
        plastic_deliver(&d->cards[i], one, two, count, fen);
    } else if (sscanf(line, "meter " NUMBER " " NUMBER " " NUMBER " %u", one, two, three, &count) ==
               4) {
        meter_make(&d->meter, one, two, strcmp(three, "-") == 0 ? "" : three, count);
    } else {
        return false;
    }
    puts("ok");
    return true;
}

static bool set_fault(struct desk *d, const char *line)
{
    char how[8];
    if (sscanf(line, "tear %ld %7s", &d->at, how) == 2) {
        d->fault = strcmp(how, "after") == 0 ? FAULT_AFTER : FAULT_BEFORE;
        d->next = -1;
    } else if (sscanf(line, "swap %ld %d", &d->at, &d->next) == 2 && is_card(d->next)) {
        d->fault = FAULT_BEFORE;
    } else if (sscanf(line, "sw %ld %x", &d->at, &d->sw) == 2) {
        d->fault = FAULT_SW;
    } else if (strcmp(line, "calm") == 0) {
        d->fault = FAULT_NONE;
        d->slow_ms = 0;
    } else if (sscanf(line, "slow %d", &d->slow_ms) != 1) {
        return false;
    }
    puts("ok");
    return true;
}

static bool move(struct desk *d, const char *line)
{
    int i;
    if (strcmp(line, "out") == 0) {
        take_out(d);
        puts("ok");
    } else if (sscanf(line, "in %d", &i) == 1 && is_card(i)) {
        put_in(d, i);
        puts("ok");
    } else if (sscanf(line, "insert %d", &i) == 1 && is_card(i)) {
        if (d->inside == i)
            take_out(d);
        puts(meter_word(meter_insert(&d->meter, &d->cards[i])));
    } else {
        return false;
    }
    return true;
}

static bool tell(const struct desk *d, const char *line)
{
    int i;
    if (sscanf(line, "show %d", &i) == 1 && is_card(i)) {
        const struct plastic *c = &d->cards[i];
        printf("%u %" PRIu64 " %d\n", plastic_count(c),
               gt_chip_number(c->file[GT_CHIP_WALLET] + GT_CHIP_AT_AMOUNT, 8),
               plastic_returned(c) ? 1 : 0);
    } else if (strcmp(line, "credited") == 0) {
        printf("%" PRId64 " %u\n", d->meter.credited, d->meter.count);
    } else if (strcmp(line, "commands") == 0) {
        printf("%ld\n", d->commands);
    } else {
        return false;
    }
    return true;
}

/* False at the end of the input. */
static bool obey(struct desk *d)
{
    char line[256];
    if (!fgets(line, sizeof(line), stdin))
        return false;
    line[strcspn(line, "\n")] = '\0';
    if (!set_up(d, line) && !set_fault(d, line) && !move(d, line) && !tell(d, line))
        printf("what is '%s'?\n", line);
    return true;
}

int main(int argc, char **argv)
{
    static struct desk d = {.reader = -1, .inside = -1, .next = -1};
    if (argc != 2 || sscanf(argv[1], "%" SCNu16, &d.port) != 1) {
        fputs("usage: vcard PORT\n", stderr);
        return 2;
    }
    d.chance = (uint64_t)time(NULL) << 32;
    setvbuf(stdin, NULL, _IONBF, 0); /* or poll() would not see the lines that stdio has read */
    setvbuf(stdout, NULL, _IOLBF, 0);
    for (;;) {
        if (d.inside >= 0 && d.reader < 0)
            dial(&d);
        struct pollfd fds[2] = {{.fd = STDIN_FILENO, .events = POLLIN},
                                {.fd = d.reader, .events = POLLIN}};
        if (poll(fds, 2, d.inside >= 0 && d.reader < 0 ? RETRY_MS : -1) < 0 && errno != EINTR)
            return 1;
        if (fds[1].revents && !message(&d) && d.reader == fds[1].fd) {
            /* The reader went away; the card lies there still. */
            close(d.reader);
            d.reader = -1;
        }
        if (fds[0].revents && !obey(&d))
            return 0;
    }
}
