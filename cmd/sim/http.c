/*
 * The HTTP server; see http.h.
 *
 * How it stops: main thread sets `stopping`, makes the stop descriptor readable (which ends every
 * wait) and shuts down the reading side of every connection, so that a thread that waits for a
 * request sees its end while one that answers can still send.  A connection is in the list from
 * before its thread starts until its descriptor is closed, both under the lock.
 */
#include "http.h"

#include "base/log.h"
#include "base/xml.h"
#include "http_head.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#define STACK_SIZE   (512 * 1024) /* touched as needed; sanitizers want more */
#define BUFFER_KEEP  (32 * 1024)  /* a buffer that grew beyond this is not kept */
#define IDLE_SECONDS 300          /* a kept connection without a request is closed */
#define SEND_SECONDS 30

struct gt_sim_http_conn {
    struct gt_sim_http *server;
    struct gt_sim_http_conn *next, *prev;
    int fd;
    bool close_after; /* the client does not keep it, or the server stops */
    char *buf;        /* head and body of the request, and what was read behind it */
    size_t len, cap;
};

struct gt_sim_http {
    gt_sim_http_fn fn;
    void *ctx;
    int listen_fd, stop_fd;
    pthread_t acceptor;
    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t empty;
    struct gt_sim_http_conn *conns;
    int nconns;
    bool stopping;
};

/* --- answers */

static const char *reason_of(int status)
{
    switch (status) {
    case 200:
        return "OK";
    case 400:
        return "Bad Request";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 411:
        return "Length Required";
    case 413:
        return "Content Too Large";
    case 431:
        return "Request Header Fields Too Large";
    case 503:
        return "Service Unavailable";
    default:
        return "Internal Server Error";
    }
}

static bool send_all(int fd, struct iovec *iov, int niov)
{
    struct msghdr msg = {.msg_iov = iov, .msg_iovlen = (size_t)niov};
    while (msg.msg_iovlen > 0) {
        ssize_t n = sendmsg(fd, &msg, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return false;
        }
        size_t left = (size_t)n;
        while (msg.msg_iovlen > 0 && left >= msg.msg_iov->iov_len) {
            left -= msg.msg_iov->iov_len;
            msg.msg_iov++;
            msg.msg_iovlen--;
        }
        if (msg.msg_iovlen > 0) {
            msg.msg_iov->iov_base = (char *)msg.msg_iov->iov_base + left;
            msg.msg_iov->iov_len -= left;
        }
    }
    return true;
}

bool gt_sim_http_answer(struct gt_sim_http_conn *conn, int status, const char *type,
                        const char *data, size_t len)
{
    char head[256];
    int n = snprintf(
        head, sizeof(head), "HTTP/1.1 %d %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n%s\r\n",
        status, reason_of(status), type, len, conn->close_after ? "Connection: close\r\n" : "");
    struct iovec iov[2] = {{.iov_base = head, .iov_len = (size_t)n},
                           {.iov_base = (void *)(uintptr_t)data, .iov_len = len}};
    return send_all(conn->fd, iov, 2);
}

bool gt_sim_http_begin(struct gt_sim_http_conn *conn, const char *type)
{
    char head[256];
    int n = snprintf(head, sizeof(head),
                     "HTTP/1.1 200 OK\r\nContent-Type: %s\r\nTransfer-Encoding: chunked\r\n%s\r\n",
                     type, conn->close_after ? "Connection: close\r\n" : "");
    struct iovec iov = {.iov_base = head, .iov_len = (size_t)n};
    return send_all(conn->fd, &iov, 1);
}

bool gt_sim_http_part(struct gt_sim_http_conn *conn, const char *data, size_t len)
{
    char head[32];
    int n = snprintf(head, sizeof(head), "%zx\r\n", len);
    struct iovec iov[3] = {{.iov_base = head, .iov_len = (size_t)n},
                           {.iov_base = (void *)(uintptr_t)data, .iov_len = len},
                           {.iov_base = (void *)(uintptr_t) "\r\n", .iov_len = 2}};
    return len == 0 || send_all(conn->fd, iov, 3);
}

bool gt_sim_http_end(struct gt_sim_http_conn *conn)
{
    struct iovec iov = {.iov_base = (void *)(uintptr_t) "0\r\n\r\n", .iov_len = 5};
    return send_all(conn->fd, &iov, 1);
}

static void refuse(struct gt_sim_http_conn *conn, int status)
{
    const char *text = reason_of(status);
    conn->close_after = true;
    (void)gt_sim_http_answer(conn, status, "text/plain", text, strlen(text));
}

/* Closing with unread bytes would reset the connection and take the refusal back: reads on a
 * little, for a short time. */
static void refuse_and_drain(struct gt_sim_http_conn *conn, int status)
{
    char waste[4096];
    struct timeval brief = {.tv_sec = 1};
    refuse(conn, status);
    shutdown(conn->fd, SHUT_WR);
    (void)setsockopt(conn->fd, SOL_SOCKET, SO_RCVTIMEO, &brief, sizeof(brief));
    for (size_t n = 0; n < 4 * GT_SIM_HTTP_BODY_MAX; n += sizeof(waste)) {
        if (recv(conn->fd, waste, sizeof(waste), 0) <= 0) {
            break;
        }
    }
}

void gt_sim_http_wait(struct gt_sim_http_conn *conn, int64_t ms)
{
    struct pollfd stop = {.fd = conn->server->stop_fd, .events = POLLIN};
    while (poll(&stop, 1, (int)ms) < 0 && errno == EINTR) {
    }
}

void gt_sim_http_hang(struct gt_sim_http_conn *conn)
{
    struct pollfd both[2] = {{.fd = conn->server->stop_fd, .events = POLLIN},
                             {.fd = conn->fd, .events = POLLRDHUP}};
    while (poll(both, 2, -1) < 0 && errno == EINTR) {
    }
}

/* --- requests */

static bool reserve(struct gt_sim_http_conn *conn, size_t cap)
{
    if (cap <= conn->cap) {
        return true;
    }
    char *grown = realloc(conn->buf, cap);
    if (!grown) {
        return false;
    }
    conn->buf = grown;
    conn->cap = cap;
    return true;
}

/* Reads more behind what is there; false at the end of the connection. */
static bool read_more(struct gt_sim_http_conn *conn)
{
    for (;;) {
        ssize_t n = recv(conn->fd, conn->buf + conn->len, conn->cap - conn->len, 0);
        if (n > 0) {
            conn->len += (size_t)n;
            return true;
        }
        if (n == 0 || errno != EINTR) {
            return false;
        }
    }
}

/* Reads a head and gives its length with the empty line; 0: the connection ended or the head is too
 * long, which was answered. */
static size_t read_head(struct gt_sim_http_conn *conn)
{
    size_t seen = 0;
    for (;;) {
        size_t from = seen > 3 ? seen - 3 : 0;
        char *end = memmem(conn->buf + from, conn->len - from, "\r\n\r\n", 4);
        if (end) {
            return (size_t)(end - conn->buf) + 4;
        }
        seen = conn->len;
        if (conn->len >= GT_SIM_HTTP_HEAD_MAX) {
            refuse_and_drain(conn, 431);
            return 0;
        }
        if (!read_more(conn)) {
            return 0;
        }
    }
}

/* The status to refuse a head with, 0 if it is fine. */
static int check_head(const struct gt_sim_http_head *h)
{
    bool has_body = strcmp(h->method, "POST") == 0;
    if (h->chunked || (has_body && !h->has_length)) {
        return 411;
    }
    return h->body_len > GT_SIM_HTTP_BODY_MAX ? 413 : 0;
}

static bool read_body(struct gt_sim_http_conn *conn, size_t head_len,
                      const struct gt_sim_http_head *h)
{
    size_t whole = head_len + h->body_len;
    if (h->expects && conn->len < whole) {
        struct iovec go = {.iov_base = (void *)(uintptr_t) "HTTP/1.1 100 Continue\r\n\r\n",
                           .iov_len = 25};
        if (!send_all(conn->fd, &go, 1)) {
            return false;
        }
    }
    while (conn->len < whole) {
        if (!read_more(conn)) {
            return false;
        }
    }
    return true;
}

static void forget_request(struct gt_sim_http_conn *conn, size_t used)
{
    conn->len -= used;
    memmove(conn->buf, conn->buf + used, conn->len);
    if (conn->cap > BUFFER_KEEP && conn->len <= BUFFER_KEEP) {
        char *small = realloc(conn->buf, BUFFER_KEEP);
        if (small) {
            conn->buf = small;
            conn->cap = BUFFER_KEEP;
        }
    }
}

/* Serves one request; false when the connection is to end. */
static bool serve_one(struct gt_sim_http_conn *conn)
{
    struct gt_sim_http_head h;
    size_t head_len = read_head(conn);
    if (head_len == 0) {
        return false;
    }
    if (!gt_sim_http_parse_head(conn->buf, head_len, &h)) {
        refuse_and_drain(conn, 400);
        return false;
    }
    int status = check_head(&h);
    if (status) {
        refuse_and_drain(conn, status);
        return false;
    }
    size_t method = (size_t)(h.method - conn->buf), path = (size_t)(h.path - conn->buf);
    if (!reserve(conn, head_len + h.body_len) || !read_body(conn, head_len, &h)) {
        return false;
    }
    struct gt_sim_http_request req = {.method = conn->buf + method,
                                      .path = conn->buf + path,
                                      .body = conn->buf + head_len,
                                      .body_len = h.body_len};
    conn->close_after = !h.keep || __atomic_load_n(&conn->server->stopping, __ATOMIC_RELAXED);
    if (!conn->server->fn(conn->server->ctx, conn, &req) || conn->close_after) {
        return false;
    }
    forget_request(conn, head_len + h.body_len);
    return true;
}

/* --- connections */

static void conn_end(struct gt_sim_http_conn *conn)
{
    struct gt_sim_http *s = conn->server;
    pthread_mutex_lock(&s->lock);
    if (conn->prev) {
        conn->prev->next = conn->next;
    } else {
        s->conns = conn->next;
    }
    if (conn->next) {
        conn->next->prev = conn->prev;
    }
    close(conn->fd);
    if (--s->nconns == 0) {
        pthread_cond_signal(&s->empty);
    }
    pthread_mutex_unlock(&s->lock);
    free(conn->buf);
    free(conn);
}

static void *conn_main(void *arg)
{
    struct gt_sim_http_conn *conn = arg;
    while (serve_one(conn)) {
    }
    gt_xml_thread_end();
    conn_end(conn);
    return NULL;
}

static void set_options(int fd)
{
    int on = 1;
    struct timeval idle = {.tv_sec = IDLE_SECONDS}, out = {.tv_sec = SEND_SECONDS};
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &idle, sizeof(idle));
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &out, sizeof(out));
}

static bool conn_start(struct gt_sim_http_conn *conn)
{
    pthread_attr_t attr;
    pthread_t thread;
    if (pthread_attr_init(&attr)) {
        return false;
    }
    (void)pthread_attr_setstacksize(&attr, STACK_SIZE);
    (void)pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    int rc = pthread_create(&thread, &attr, conn_main, conn);
    pthread_attr_destroy(&attr);
    return rc == 0;
}

/* Adds the connection to the list; false if there are too many or the server stops. */
static bool conn_enter(struct gt_sim_http_conn *conn)
{
    struct gt_sim_http *s = conn->server;
    pthread_mutex_lock(&s->lock);
    bool room = !s->stopping && s->nconns < GT_SIM_HTTP_CONNS_MAX;
    if (room) {
        conn->next = s->conns;
        if (s->conns) {
            s->conns->prev = conn;
        }
        s->conns = conn;
        s->nconns++;
    }
    pthread_mutex_unlock(&s->lock);
    return room;
}

static void take_connection(struct gt_sim_http *s, int fd)
{
    struct gt_sim_http_conn *conn = calloc(1, sizeof(*conn));
    if (!conn) {
        close(fd);
        return;
    }
    conn->server = s;
    conn->fd = fd;
    set_options(fd);
    if (!reserve(conn, GT_SIM_HTTP_HEAD_MAX) || !conn_enter(conn)) {
        refuse(conn, 503);
        close(fd);
        free(conn->buf);
        free(conn);
        return;
    }
    if (!conn_start(conn)) {
        refuse(conn, 503);
        conn_end(conn);
    }
}

static void *accept_main(void *arg)
{
    struct gt_sim_http *s = arg;
    struct pollfd fds[2] = {{.fd = s->stop_fd, .events = POLLIN},
                            {.fd = s->listen_fd, .events = POLLIN}};
    for (;;) {
        if (poll(fds, 2, -1) < 0 && errno != EINTR) {
            gt_log(GT_LOG_ERROR, "accept.failed", "errno=%d", errno);
            return NULL;
        }
        if (fds[0].revents) {
            return NULL;
        }
        int fd = accept4(s->listen_fd, NULL, NULL, SOCK_CLOEXEC);
        if (fd >= 0) {
            take_connection(s, fd);
        } else if (errno == EMFILE || errno == ENFILE || errno == ENOMEM) {
            (void)poll(fds, 1, 50); /* let some connections end first */
        }
    }
}

/* --- the server */

static enum gt_err parse_listen(const char *text, struct sockaddr_in *addr)
{
    char host[64];
    const char *colon = strrchr(text, ':');
    char *end = NULL;
    unsigned long port = colon ? strtoul(colon + 1, &end, 10) : 0;
    *addr = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    if (!colon || end == colon + 1 || *end || port > 65535 ||
        (size_t)(colon - text) >= sizeof(host)) {
        return gt_err_set(GT_ERR_SYNTAX, "'%s' is not ADDRESS:PORT", text);
    }
    memcpy(host, text, (size_t)(colon - text));
    host[colon - text] = '\0';
    if (inet_pton(AF_INET, host, &addr->sin_addr) != 1) {
        return gt_err_set(GT_ERR_SYNTAX, "'%s' is not an IPv4 address", host);
    }
    return GT_OK;
}

static enum gt_err open_listener(const struct sockaddr_in *addr, int *out)
{
    int on = 1;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) {
        return gt_err_sys(GT_ERR_IO, errno, "socket");
    }
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (bind(fd, (const struct sockaddr *)addr, sizeof(*addr)) || listen(fd, 1024)) {
        enum gt_err err = gt_err_sys(GT_ERR_IO, errno, "listen on port %d", ntohs(addr->sin_port));
        close(fd);
        return err;
    }
    *out = fd;
    return GT_OK;
}

enum gt_err gt_sim_http_start(const char *where, gt_sim_http_fn fn, void *ctx,
                              struct gt_sim_http **server)
{
    struct sockaddr_in addr;
    enum gt_err err = parse_listen(where, &addr);
    if (err) {
        return err;
    }
    struct gt_sim_http *s = calloc(1, sizeof(*s));
    if (!s) {
        return GT_ERR_NOMEM;
    }
    *s = (struct gt_sim_http){.fn = fn, .ctx = ctx, .listen_fd = -1};
    s->stop_fd = eventfd(0, EFD_CLOEXEC);
    if (s->stop_fd < 0) {
        err = gt_err_sys(GT_ERR_IO, errno, "eventfd");
        goto out;
    }
    if ((err = open_listener(&addr, &s->listen_fd))) {
        goto out_stop_fd;
    }
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->empty, NULL);
    int rc = pthread_create(&s->acceptor, NULL, accept_main, s);
    if (rc) {
        err = gt_err_sys(GT_ERR_IO, rc, "thread");
        goto out_listen_fd;
    }
    *server = s;
    return GT_OK;
out_listen_fd:
    close(s->listen_fd);
out_stop_fd:
    close(s->stop_fd);
out:
    free(s);
    return err;
}

int gt_sim_http_port(const struct gt_sim_http *server)
{
    struct sockaddr_in addr = {0};
    socklen_t len = sizeof(addr);
    (void)getsockname(server->listen_fd, (struct sockaddr *)&addr, &len);
    return ntohs(addr.sin_port);
}

void gt_sim_http_stop(struct gt_sim_http *server)
{
    if (!server) {
        return;
    }
    uint64_t one = 1;
    while (write(server->stop_fd, &one, sizeof(one)) < 0 && errno == EINTR) {
    }
    pthread_join(server->acceptor, NULL);
    pthread_mutex_lock(&server->lock);
    __atomic_store_n(&server->stopping, true, __ATOMIC_RELAXED);
    for (struct gt_sim_http_conn *c = server->conns; c; c = c->next) {
        shutdown(c->fd, SHUT_RD);
    }
    while (server->nconns > 0) {
        pthread_cond_wait(&server->empty, &server->lock);
    }
    pthread_mutex_unlock(&server->lock);
    close(server->listen_fd);
    close(server->stop_fd);
    pthread_mutex_destroy(&server->lock);
    pthread_cond_destroy(&server->empty);
    free(server);
}
