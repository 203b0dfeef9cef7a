/*
 * A wire between a client and a server that can be cut, held or closed at a word: what tests of
 * lost links need.  A word is looked for as ASCII and as UTF-16, for TDS.
 */
#ifndef GT_TESTS_PROXY_KIT_H
#define GT_TESTS_PROXY_KIT_H

#include "server_kit.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>

#define PROXY_LINKS 64

enum proxy_moment {
    PROXY_NEVER,
    PROXY_BEFORE, /* the server never gets the word */
    PROXY_AFTER   /* it does, and its answer is lost */
};

struct proxy {
    int listener, port, server_port;
    pthread_t thread;
    atomic_int moment;     /* what to do at the word; once */
    const char *word;      /* set before `moment` */
    atomic_bool refuse;    /* new links are closed at once */
    atomic_bool frozen;    /* nothing goes on */
    atomic_bool refuse_on; /* becomes `refuse` when the word came */
    atomic_bool cut;       /* the server's sessions end; once */
    atomic_bool stop;
    atomic_int cuts;
    int client[PROXY_LINKS], server[PROXY_LINKS];
    bool cut_answer[PROXY_LINKS];
};

static inline int proxy_dial(int port)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(fd, (struct sockaddr *)&to, sizeof(to)) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

static inline void proxy_close(struct proxy *p, int i)
{
    close(p->client[i]);
    close(p->server[i]);
    p->client[i] = p->server[i] = -1;
}

/* Whether `word` stands there, and not as the beginning of a longer one. */
static inline bool proxy_finds(const char *data, size_t len, const char *word, size_t n)
{
    const char *at = data, *end = data + len;
    while ((at = memmem(at, (size_t)(end - at), word, n)) != NULL) {
        at += n;
        if (at == end || *at < 'A' || *at > 'Z')
            return true;
    }
    return false;
}

static inline bool proxy_sees(const struct proxy *p, const char *data, size_t len)
{
    char wide[80];
    size_t n = strlen(p->word);
    for (size_t i = 0; i < n; i++) {
        wide[2 * i] = p->word[i];
        wide[2 * i + 1] = '\0';
    }
    return proxy_finds(data, len, p->word, n) || proxy_finds(data, len, wide, 2 * n);
}

/* Moves what one side has sent; false if the link is to be closed. */
static inline bool proxy_move(struct proxy *p, int i, bool from_client)
{
    char data[65536];
    ssize_t n = recv(from_client ? p->client[i] : p->server[i], data, sizeof(data), 0);
    if (n <= 0)
        return false;
    if (!from_client && p->cut_answer[i]) {
        atomic_fetch_add(&p->cuts, 1);
        return false;
    }
    int moment = atomic_load(&p->moment);
    if (from_client && moment != PROXY_NEVER && proxy_sees(p, data, (size_t)n)) {
        atomic_store(&p->moment, PROXY_NEVER);
        if (atomic_load(&p->refuse_on))
            atomic_store(&p->refuse, true);
        if (moment == PROXY_BEFORE) {
            atomic_fetch_add(&p->cuts, 1);
            return false;
        }
        p->cut_answer[i] = true;
    }
    return send(from_client ? p->server[i] : p->client[i], data, (size_t)n, MSG_NOSIGNAL) == n;
}

static inline void proxy_accept(struct proxy *p)
{
    int fd = accept4(p->listener, NULL, NULL, SOCK_CLOEXEC);
    int to = fd >= 0 && !atomic_load(&p->refuse) ? proxy_dial(p->server_port) : -1;
    for (int i = 0; i < PROXY_LINKS && to >= 0; i++) {
        if (p->client[i] < 0) {
            p->client[i] = fd;
            p->server[i] = to;
            p->cut_answer[i] = false;
            return;
        }
    }
    close(fd);
    close(to);
}

static inline void *proxy_main(void *arg)
{
    struct proxy *p = arg;
    while (!atomic_load(&p->stop)) {
        struct pollfd fds[2 * PROXY_LINKS + 1];
        if (atomic_load(&p->frozen)) {
            usleep(10000);
            continue;
        }
        bool cut = atomic_exchange(&p->cut, false);
        for (int i = 0; i < PROXY_LINKS; i++) {
            if (cut && p->client[i] >= 0)
                shutdown(p->server[i], SHUT_RDWR);
            fds[2 * i] = (struct pollfd){.fd = p->client[i], .events = POLLIN};
            fds[2 * i + 1] = (struct pollfd){.fd = p->server[i], .events = POLLIN};
        }
        fds[2 * PROXY_LINKS] = (struct pollfd){.fd = p->listener, .events = POLLIN};
        if (poll(fds, 2 * PROXY_LINKS + 1, 20) <= 0 || atomic_load(&p->frozen))
            continue;
        for (int i = 0; i < PROXY_LINKS; i++) {
            if (p->client[i] >= 0 && ((fds[2 * i].revents && !proxy_move(p, i, true)) ||
                                      (fds[2 * i + 1].revents && !proxy_move(p, i, false))))
                proxy_close(p, i);
        }
        if (fds[2 * PROXY_LINKS].revents)
            proxy_accept(p);
    }
    return NULL;
}

/* Starts a wire to the server of `string` and gives the string that leads through it. */
static inline void proxy_start(struct proxy *p, const char *string, char out[SERVER_STRING_MAX])
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(at);
    char *end;
    const char *port = strstr(string, "Port=");
    assert_non_null(port);
    memset(p, 0, sizeof(*p));
    for (int i = 0; i < PROXY_LINKS; i++)
        p->client[i] = p->server[i] = -1;
    p->server_port = (int)strtol(port + 5, &end, 10);
    p->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(p->listener, (struct sockaddr *)&at, sizeof(at)), 0);
    assert_int_equal(listen(p->listener, 64), 0);
    assert_int_equal(getsockname(p->listener, (struct sockaddr *)&at, &len), 0);
    p->port = ntohs(at.sin_port);
    (void)snprintf(out, SERVER_STRING_MAX, "%.*sPort=%d%s", (int)(port - string), string, p->port,
                   end);
    assert_int_equal(pthread_create(&p->thread, NULL, proxy_main, p), 0);
}

static inline void proxy_stop(struct proxy *p)
{
    atomic_store(&p->stop, true);
    pthread_join(p->thread, NULL);
    for (int i = 0; i < PROXY_LINKS; i++) {
        if (p->client[i] >= 0)
            proxy_close(p, i);
    }
    close(p->listener);
}

/* What happens at the next word that a client sends. */
static inline void proxy_at(struct proxy *p, const char *word, enum proxy_moment moment)
{
    p->word = word;
    atomic_store(&p->moment, (int)moment);
}

#endif
