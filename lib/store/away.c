/*
 * Whether the server is there.
 *
 * It is taken for away when nothing was heard of it for a while and something failed that should
 * not have.  For the first two seconds whoever needs it waits, so a quick restart is not felt;
 * after that everybody is turned away at once, and no threads pile up.  Only one at a time tries to
 * connect, and as long as it is away a bare TCP connect goes first: that is known to fail within
 * half a second, where drivers take at least two.
 */
#include "base/clock.h"
#include "base/limit.h"
#include "base/log.h"
#include "store/odbc.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

/* One that was heard within this time is not taken for away. */
#define HEARD_MS 1000
/* So long is the return of one that is away waited for. */
#define PATIENCE_MS 2000
/* How long a bare connect may take. */
#define REACH_MS 400

static int64_t mono_now(void)
{
    const struct gt_clock *clock = gt_clock_system();
    return clock->mono(clock->ctx);
}

void gt_away_heard(struct gt_odbc *o)
{
    int64_t now = mono_now();
    atomic_store_explicit(&o->heard, now, memory_order_relaxed);
    if (!gt_away(o))
        return;
    int64_t since = atomic_exchange(&o->away_since, 0);
    atomic_store(&o->db->away, false);
    if (since)
        gt_log(GT_LOG_WARN, "store.back", "after_ms=%lld refused_ever=%lld cut_ever=%lld",
               (long long)(now - since), atomic_load(&o->db->refused), atomic_load(&o->db->cuts));
}

void gt_away_begin(struct gt_odbc *o, const char *why)
{
    int64_t now = mono_now();
    long long never = 0;
    if (now - atomic_load(&o->heard) < HEARD_MS ||
        !atomic_compare_exchange_strong(&o->away_since, &never, now))
        return;
    atomic_store(&o->db->away, true);
    gt_log(GT_LOG_ERROR, "store.away", "why=\"%s\"", why);
}

bool gt_away(struct gt_odbc *o)
{
    return atomic_load_explicit(&o->away_since, memory_order_relaxed) != 0;
}

bool gt_away_for_long(struct gt_odbc *o)
{
    int64_t since = atomic_load_explicit(&o->away_since, memory_order_relaxed);
    return since && mono_now() - since >= PATIENCE_MS;
}

/* --- reaching it ------------------------------------------------------------------------------ */

/* Whether somebody takes a connection there. */
static bool address_reached(const struct addrinfo *at)
{
    int fd = socket(at->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return true; /* who cannot try cannot say no */
    struct pollfd wait = {.fd = fd, .events = POLLOUT};
    int failure = 0;
    socklen_t len = sizeof(failure);
    bool reached = connect(fd, at->ai_addr, at->ai_addrlen) == 0;
    if (!reached && errno == EINPROGRESS)
        reached = poll(&wait, 1, (int)gt_limit_wait(REACH_MS)) == 1 &&
                  getsockopt(fd, SOL_SOCKET, SO_ERROR, &failure, &len) == 0 && failure == 0;
    (void)close(fd);
    return reached;
}

bool gt_away_reach(const struct gt_odbc *o)
{
    struct addrinfo wanted = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST};
    struct addrinfo *found = NULL;
    char server[256], port[16];
    /* A name may take its time, a list or a section of freetds.conf is the driver's own matter. */
    if (!gt_odbc_value(o->string, "Server", server, sizeof(server)) ||
        !gt_odbc_value(o->string, "Port", port, sizeof(port)) ||
        getaddrinfo(server, port, &wanted, &found) != 0)
        return true;
    bool reached = address_reached(found);
    freeaddrinfo(found);
    return reached;
}
