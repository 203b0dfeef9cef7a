/*
 * The socket below a connection, to be cut when its server stands still.
 *
 * A thread inside the driver waits without end, but a shutdown of the socket from outside makes the
 * driver return as if the link were lost.  The driver gives its descriptor to nobody, so it is
 * found by the port that the server sees us come from.  We keep a duplicate: the number of the
 * original may belong to something else by the time it is needed.
 */
#include "store/odbc.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* The port of an Internet address, 0 of any other. */
static int port_of(const struct sockaddr_storage *at)
{
    if (at->ss_family == AF_INET)
        return ntohs(((const struct sockaddr_in *)at)->sin_port);
    return at->ss_family == AF_INET6 ? ntohs(((const struct sockaddr_in6 *)at)->sin6_port) : 0;
}

/* Whether the descriptor is a link from our port to that port of the server. */
static bool is_link(int fd, int ours, int theirs)
{
    struct sockaddr_storage own = {0}, peer = {0};
    socklen_t own_len = sizeof(own), peer_len = sizeof(peer);
    return getsockname(fd, (struct sockaddr *)&own, &own_len) == 0 && port_of(&own) == ours &&
           getpeername(fd, (struct sockaddr *)&peer, &peer_len) == 0 && port_of(&peer) == theirs;
}

/* A duplicate of the descriptor that is this link; -1 if there is none. */
static int link_find(int ours, int theirs)
{
    DIR *folder = opendir("/proc/self/fd");
    struct dirent *entry;
    int found = -1;
    while (folder && found < 0 && (entry = readdir(folder)) != NULL) {
        int fd = (int)strtol(entry->d_name, NULL, 10);
        if (fd > STDERR_FILENO && is_link(fd, ours, theirs))
            found = fcntl(fd, F_DUPFD_CLOEXEC, 0);
        /* Another thread may have closed it meanwhile and opened something else. */
        if (found >= 0 && !is_link(found, ours, theirs)) {
            (void)close(found);
            found = -1;
        }
    }
    if (folder)
        (void)closedir(folder);
    return found;
}

enum gt_err gt_wire_find(struct gt_odbc_conn *c)
{
    int64_t ports = 0;
    int found = -1;
    enum gt_err err = c->server->ports ? gt_odbc_value_int(c, c->server->ports, &ports) : GT_OK;
    if (err && c->fate == GT_FATE_LOST)
        return err;
    if (!err && ports > 0)
        found = link_find((int)(ports / 65536), (int)(ports % 65536));
    /* A relative of the server may not know the question. */
    gt_err_clear();
    c->fate = GT_FATE_FAILED;
    pthread_mutex_lock(&c->db->odbc->lock);
    c->wire = found;
    pthread_mutex_unlock(&c->db->odbc->lock);
    return GT_OK;
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
