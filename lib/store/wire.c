/*
 * The socket below a connection, to be cut when its server stands still.
 *
 * A thread inside the driver waits without end, but a shutdown of the socket from outside makes the
 * driver return as if the link were lost.  Drivers give their descriptor to nobody.  Since a
 * process opens one connection at a time, it is the one TCP link to the server's port that no other
 * connection is known to have; the port is learnt from the first, which is made before the process
 * has any other link.  We keep a duplicate: the number of the original may belong to something else
 * by the time it is needed.
 */
#include "store/odbc.h"

#include <dirent.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* Both ends of a TCP link; 0 what is none. */
struct ends {
    int ours, theirs;
};

/* The port of an Internet address, 0 of any other. */
static int port_of(const struct sockaddr_storage *at)
{
    if (at->ss_family == AF_INET)
        return ntohs(((const struct sockaddr_in *)at)->sin_port);
    return at->ss_family == AF_INET6 ? ntohs(((const struct sockaddr_in6 *)at)->sin6_port) : 0;
}

static struct ends ends_of(int fd)
{
    struct sockaddr_storage own = {0}, peer = {0};
    socklen_t own_len = sizeof(own), peer_len = sizeof(peer);
    struct ends ends = {0, 0};
    if (getsockname(fd, (struct sockaddr *)&own, &own_len) == 0 &&
        getpeername(fd, (struct sockaddr *)&peer, &peer_len) == 0)
        ends = (struct ends){port_of(&own), port_of(&peer)};
    return ends;
}

/* Calls `look` with each TCP link to the server's port, to any port before that is known, until it
 * says to stop. */
static void links_walk(const struct gt_odbc *o, bool (*look)(void *ctx, int fd, int ours),
                       void *ctx)
{
    DIR *folder = opendir("/proc/self/fd");
    struct dirent *entry;
    bool more = true;
    while (folder && more && (entry = readdir(folder)) != NULL) {
        int fd = (int)strtol(entry->d_name, NULL, 10);
        struct ends ends = ends_of(fd);
        if (fd > STDERR_FILENO && ends.ours && (!o->port || ends.theirs == o->port))
            more = look(ctx, fd, ends.ours);
    }
    if (folder)
        (void)closedir(folder);
}

static bool before_has(const struct gt_wires *before, int ours)
{
    for (int i = 0; i < before->n; i++) {
        if (before->ours[i] == ours)
            return true;
    }
    return false;
}

static bool note(void *ctx, int fd, int ours)
{
    struct gt_wires *before = ctx;
    (void)fd;
    if (before->n < GT_WIRES_MAX)
        before->ours[before->n++] = ours;
    return before->n < GT_WIRES_MAX;
}

void gt_wire_before(const struct gt_odbc *o, struct gt_wires *before)
{
    before->n = 0;
    links_walk(o, note, before);
}

struct search {
    const struct gt_wires *before;
    int found, count; /* a duplicate of the first that is new, -1 */
    int ours;
};

static bool search_one(void *ctx, int fd, int ours)
{
    struct search *s = ctx;
    if (ours == s->ours || before_has(s->before, ours))
        return true;
    if (++s->count == 1) {
        s->found = fcntl(fd, F_DUPFD_CLOEXEC, 0);
        s->ours = ours;
    }
    return s->count == 1;
}

void gt_wire_find(struct gt_odbc_conn *c, const struct gt_wires *before)
{
    struct gt_odbc *o = c->db->odbc;
    struct search s = {.before = before, .found = -1};
    struct ends ends = {0, 0};
    if (before->n < GT_WIRES_MAX)
        links_walk(o, search_one, &s);
    if (s.found >= 0)
        ends = ends_of(s.found);
    /* Another thread may have closed the first and opened something else under its number. */
    if (s.found >= 0 && (s.count > 1 || ends.ours != s.ours)) {
        (void)close(s.found);
        s.found = -1;
    }
    pthread_mutex_lock(&o->lock);
    c->wire = s.found;
    pthread_mutex_unlock(&o->lock);
    if (s.found >= 0 && !o->port)
        o->port = ends.theirs;
}

bool gt_wire_cut(struct gt_odbc_conn *c)
{
    return c->wire >= 0 && shutdown(c->wire, SHUT_RDWR) == 0;
}

void gt_wire_close(struct gt_odbc_conn *c)
{
    if (c->wire >= 0)
        (void)close(c->wire);
    c->wire = -1;
}
