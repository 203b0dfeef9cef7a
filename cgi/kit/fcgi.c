/*
 * The FastCGI loop.  The only file that knows libfcgi.
 *
 * Each thread has its own FCGX_Request and accepts for itself; nothing is shared but the listening
 * socket and the gate in front of it: the kernel would wake the thread that has waited longest,
 * whose stack and memory are cold, so only a few threads wait in accept() and the others rest in a
 * stack, of which the youngest is woken first.  Where the web server keeps its connection, the
 * thread stays with it and waits for the next request, unless half of the threads do that already:
 * somebody must be left for new ones.
 *
 * The main thread waits for signals.  To stop, it tells libfcgi and shuts the listening socket
 * down, which wakes every thread that waits in accept(), and the kept connections for reading,
 * which wakes those that wait there; a request that has arrived is answered first.
 *
 * A handler that says GT_ERR_FATAL ends the process on the spot: what other threads are about to
 * answer may be untrue as well, and the web server turns a closed connection into a 502.
 */
#include "kit/fcgi.h"

#include "base/clock.h"
#include "base/crypt.h"
#include "base/log.h"
#include "base/step.h"
#include "base/text.h"

#include <errno.h>
#include <fcgiapp.h>
#include <inttypes.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

/* A handler parses XML and calls upstream on its stack; measured use is below 100 KiB. */
#define STACK_SIZE ((size_t)384 * 1024)

#define PREFIX_SIZE 5

/* Seconds that a client of a long reply may take nothing. */
#define SEND_PATIENCE_S 30

/* Threads that wait in accept(): fewer than the least wakes one that rests, with the most a thread
 * that has answered rests. */
enum { ACCEPT_LEAST = 2, ACCEPT_MOST = 8 };

/* A thread, as the gate sees it; lives on its stack. */
struct resting {
    pthread_cond_t wake;
    bool woken;
    struct resting *below;
    int kept;                    /* connection that it waits on, -1: none */
    struct resting *next, *prev; /* of those that do */
};

struct gate {
    pthread_mutex_t lock;
    int accepting;            /* threads in accept(), or on their way */
    struct resting *youngest; /* of the stack of those that rest */
    struct resting *keepers;  /* threads that wait on a connection that is kept, */
    int nkeepers, keepers_most;
    bool open; /* the service ends: nobody rests any more */
};

struct loop {
    const struct gt_server *server;
    struct gate gate;
    int listener;
    atomic_bool stopping;
    atomic_uint_least64_t requests; /* for request ids */
    char
        prefix[2 * PREFIX_SIZE + 1]; /* of request ids: random, so that no two processes share it */
};

static void signals_of_ours(sigset_t *set)
{
    (void)sigemptyset(set);
    (void)sigaddset(set, SIGTERM);
    (void)sigaddset(set, SIGINT);
    (void)sigaddset(set, SIGHUP);
}

void gt_fcgi_block_signals(void)
{
    sigset_t set;
    signals_of_ours(&set);
    (void)pthread_sigmask(SIG_BLOCK, &set, NULL);
    (void)signal(SIGPIPE, SIG_IGN);
}

/* --- the socket */

/* Removes a socket that nobody listens on any more. */
static enum gt_err remove_stale(const struct sockaddr_un *address)
{
    const char *path = address->sun_path;
    struct stat st;
    if (lstat(path, &st) != 0)
        return errno == ENOENT ? GT_OK : gt_err_sys(GT_ERR_IO, errno, "%s", path);
    if (!S_ISSOCK(st.st_mode))
        return gt_err_set(GT_ERR_IO, "%s is there already and is no socket", path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return gt_err_sys(GT_ERR_IO, errno, "socket");
    int rc = connect(fd, (const struct sockaddr *)address, sizeof *address);
    bool alive = rc == 0 || errno == EAGAIN;
    (void)close(fd);
    if (alive)
        return gt_err_set(GT_ERR_BUSY, "another process listens on %s", path);
    if (unlink(path) != 0)
        return gt_err_sys(GT_ERR_IO, errno, "cannot remove %s", path);
    return GT_OK;
}

/* Until listen() nobody can connect, so the mode set between bind() and listen() holds for all. */
static enum gt_err open_socket(const char *path, int *listener)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    enum gt_err err = gt_str_copy(address.sun_path, sizeof address.sun_path, path);
    if (err != GT_OK)
        return gt_err_set(err, "socket %s: longer than %zu bytes", path,
                          sizeof address.sun_path - 1);
    err = remove_stale(&address);
    if (err != GT_OK)
        return err;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return gt_err_sys(GT_ERR_IO, errno, "socket");
    if (bind(fd, (const struct sockaddr *)&address, sizeof address) != 0 ||
        chmod(path, 0660) != 0 || listen(fd, SOMAXCONN) != 0) {
        int errnum = errno;
        (void)close(fd);
        return gt_err_sys(GT_ERR_IO, errnum, "cannot listen on %s", path);
    }
    *listener = fd;
    return GT_OK;
}

/* --- a request */

static const char *param(void *ctx, const char *name)
{
    const FCGX_Request *fcgi = ctx;
    const char *value = FCGX_GetParam(name, fcgi->envp);
    return value ? value : "";
}

/* The web server does not listen to an answer before it has sent all that it has. */
static void skip_body(FCGX_Request *fcgi, int64_t length)
{
    char chunk[8192];
    while (length > 0) {
        int want = length < (int64_t)sizeof chunk ? (int)length : (int)sizeof chunk;
        if (FCGX_GetStr(chunk, want, fcgi->in) != want)
            return;
        length -= want;
    }
}

/* Reads the body that CONTENT_LENGTH announces; the status says what is wrong, 0 if nothing.
 * `*body` is owned by the caller. */
static int read_body(FCGX_Request *fcgi, size_t body_max, char **body, size_t *len)
{
    const char *text = param(fcgi, "CONTENT_LENGTH");
    bool wanted = strcmp(param(fcgi, "REQUEST_METHOD"), "POST") == 0;
    int64_t length = 0;
    if (!text[0] && wanted)
        return 411;
    if (text[0] && (gt_int_parse(text, &length) != GT_OK || length < 0))
        return 400;
    if ((uint64_t)length > body_max || length >= INT_MAX) {
        skip_body(fcgi, length);
        return 413;
    }
    *body = malloc((size_t)length + 1);
    if (!*body)
        return 503;
    int n = length > 0 ? FCGX_GetStr(*body, (int)length, fcgi->in) : 0;
    if (n != length)
        return 400;
    (*body)[length] = '\0';
    *len = (size_t)length;
    return 0;
}

static bool put(FCGX_Request *fcgi, const struct gt_buf *buf)
{
    return buf->len == 0 || (buf->len < INT_MAX &&
                             FCGX_PutStr(buf->data, (int)buf->len, fcgi->out) == (int)buf->len);
}

/* Sends what follows the body, piece by piece; false if the client went away, or takes nothing any
 * more: a thread does not wait for it without end. */
static bool put_more(FCGX_Request *fcgi, struct gt_http_reply *reply)
{
    struct gt_buf piece;
    bool more = reply->more != NULL, sent = true;
    struct timeval patience = {.tv_sec = SEND_PATIENCE_S};
    if (more && setsockopt(fcgi->ipcFd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience) != 0)
        gt_log(GT_LOG_WARN, "http.no_send_timeout", "errno=%d", errno);
    gt_buf_init(&piece, GT_HTTP_BODY_MAX);
    while (more && sent) {
        gt_buf_reset(&piece);
        more = reply->more(reply->stream, &piece);
        sent = gt_buf_err(&piece) == GT_OK && put(fcgi, &piece);
    }
    gt_buf_done(&piece);
    return sent;
}

static void send_reply(FCGX_Request *fcgi, struct gt_http_reply *reply)
{
    if (gt_buf_err(&reply->body) != GT_OK || gt_buf_err(&reply->headers) != GT_OK) {
        gt_log(GT_LOG_ERROR, "http.reply_lost", "%s", gt_err_text());
        gt_buf_reset(&reply->headers);
        gt_http_reply_text(reply, 500, "the reply could not be made");
    }
    struct gt_buf head;
    gt_buf_init(&head, GT_HTTP_HEADERS_MAX * 2);
    gt_http_reply_head(reply, gt_log_request_id(), &head);
    GT_STEP("reply.before_write");
    /* With both streams closed, the end of the request goes out with its last bytes. */
    bool sent = gt_buf_err(&head) == GT_OK && put(fcgi, &head) && put(fcgi, &reply->body) &&
                put_more(fcgi, reply) && FCGX_FClose(fcgi->err) == 0 && FCGX_FClose(fcgi->out) == 0;
    /* The client went away: it asks again with the same trace number. */
    if (!sent)
        gt_log(GT_LOG_WARN, "http.client_gone", "status=%d", reply->status);
    gt_buf_done(&head);
}

static void answer(const struct gt_server *server, FCGX_Request *fcgi, const char *body, size_t len,
                   struct gt_http_reply *reply)
{
    struct gt_http_request request = {
        .method = param(fcgi, "REQUEST_METHOD"),
        .path = param(fcgi, "SCRIPT_NAME"),
        .query = param(fcgi, "QUERY_STRING"),
        .content_type = param(fcgi, "CONTENT_TYPE"),
        .host = param(fcgi, "HTTP_HOST"),
        .body = body,
        .body_len = len,
        .param = param,
        .ctx = fcgi,
    };
    enum gt_err err = server->handler(server->ctx, &request, reply);
    if (err == GT_ERR_FATAL) {
        gt_log_err("http.fatal", err);
        _exit(GT_EXIT_FATAL);
    }
    if (err != GT_OK) {
        gt_log_err("http.failed", err);
        gt_buf_reset(&reply->headers);
        gt_http_reply_text(reply, 500, "internal error");
    }
}

/* The id of a request is the web server's, so that its log and ours agree; if it gives none that
 * is fit for a log, one of ours. */
static void name_request(struct loop *loop, FCGX_Request *fcgi)
{
    static const char fit[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-";
    const char *given = param(fcgi, "GRIDTILL_REQUEST");
    size_t n = strspn(given, fit);
    if (n > 0 && given[n] == '\0' && n < GT_REQUEST_ID_MAX) {
        gt_log_request(given);
        return;
    }
    char id[GT_REQUEST_ID_MAX];
    (void)snprintf(id, sizeof id, "%s-%" PRIu64, loop->prefix,
                   (uint64_t)atomic_fetch_add(&loop->requests, 1) + 1);
    gt_log_request(id);
}

/* Reads what is left of the input; false if the connection is of no use any more.  A kept
 * connection begins behind it with the next request. */
static bool read_rest(FCGX_Request *fcgi)
{
    char rest[64];
    int n;
    while ((n = FCGX_GetStr(rest, (int)sizeof rest, fcgi->in)) > 0)
        ;
    return n == 0;
}

static void serve_one(struct loop *loop, FCGX_Request *fcgi)
{
    name_request(loop, fcgi);
    gt_err_clear();
    char *body = NULL;
    size_t len = 0;
    struct gt_http_reply reply;
    gt_http_reply_init(&reply);
    int status = read_body(fcgi, loop->server->body_max, &body, &len);
    GT_STEP("request.read");
    if (status == 0) {
        answer(loop->server, fcgi, body, len, &reply);
    } else {
        static const char text[] = "send CONTENT_LENGTH, and as many bytes, within the limit";
        gt_log(GT_LOG_WARN, "http.bad_body", "status=%d", status);
        gt_http_reply_text(&reply, status, text);
    }
    send_reply(fcgi, &reply);
    gt_http_reply_done(&reply);
    free(body);
    gt_log_request("");
}

/* --- the gate */

/* Lets the youngest of those that rest go to accept(). */
static void gate_wake(struct gate *gate)
{
    struct resting *r = gate->youngest;
    gate->youngest = r->below;
    gate->accepting++;
    r->woken = true;
    (void)pthread_cond_signal(&r->wake);
}

/* Before accept(): `me` rests while there are enough that accept. */
static void gate_enter(struct gate *gate, struct resting *me)
{
    (void)pthread_mutex_lock(&gate->lock);
    if (gate->accepting < ACCEPT_MOST || gate->open) {
        gate->accepting++;
    } else {
        me->woken = false;
        me->below = gate->youngest;
        gate->youngest = me;
        while (!me->woken)
            (void)pthread_cond_wait(&me->wake, &gate->lock);
    }
    (void)pthread_mutex_unlock(&gate->lock);
}

/* Behind accept(), with a request or without. */
static void gate_leave(struct gate *gate)
{
    (void)pthread_mutex_lock(&gate->lock);
    gate->accepting--;
    if (gate->accepting < ACCEPT_LEAST && gate->youngest)
        gate_wake(gate);
    (void)pthread_mutex_unlock(&gate->lock);
}

/* The end: everybody goes to accept(), which gives nothing any more. */
static void gate_open(struct gate *gate)
{
    (void)pthread_mutex_lock(&gate->lock);
    gate->open = true;
    while (gate->youngest)
        gate_wake(gate);
    (void)pthread_mutex_unlock(&gate->lock);
}

/* --- kept connections */

/* Before waiting on a connection that the web server keeps; false if it is to be closed. */
static bool keep_enter(struct gate *gate, struct resting *me, int fd)
{
    (void)pthread_mutex_lock(&gate->lock);
    bool may = !gate->open && gate->nkeepers < gate->keepers_most;
    if (may) {
        me->kept = fd;
        me->prev = NULL;
        me->next = gate->keepers;
        if (me->next)
            me->next->prev = me;
        gate->keepers = me;
        gate->nkeepers++;
    }
    (void)pthread_mutex_unlock(&gate->lock);
    return may;
}

static void keep_leave(struct gate *gate, struct resting *me)
{
    (void)pthread_mutex_lock(&gate->lock);
    if (me->prev)
        me->prev->next = me->next;
    else
        gate->keepers = me->next;
    if (me->next)
        me->next->prev = me->prev;
    gate->nkeepers--;
    me->kept = -1;
    (void)pthread_mutex_unlock(&gate->lock);
}

/* Waits for the next request on the connection of the last one; false if none will come. */
static bool keep_wait(struct loop *loop, struct resting *me, const FCGX_Request *fcgi)
{
    char first;
    ssize_t n;
    if (!fcgi->keepConnection || !keep_enter(&loop->gate, me, fcgi->ipcFd))
        return false;
    do
        n = recv(fcgi->ipcFd, &first, 1, MSG_PEEK);
    while (n < 0 && errno == EINTR);
    keep_leave(&loop->gate, me);
    return n > 0;
}

/* The end: nothing more is taken on them than what has arrived. */
static void keep_end(struct gate *gate)
{
    (void)pthread_mutex_lock(&gate->lock);
    for (struct resting *r = gate->keepers; r; r = r->next)
        (void)shutdown(r->kept, SHUT_RD);
    (void)pthread_mutex_unlock(&gate->lock);
}

/* --- a thread */

/* Accepts a connection, with its first request. */
static bool accept_one(struct loop *loop, struct resting *me, FCGX_Request *fcgi)
{
    gate_enter(&loop->gate, me);
    int rc = atomic_load(&loop->stopping) ? -1 : FCGX_Accept_r(fcgi);
    gate_leave(&loop->gate);
    if (rc != 0 && !atomic_load(&loop->stopping)) {
        /* Too many open files, say: not the end. */
        gt_log(GT_LOG_WARN, "http.accept_failed", "rc=%d", rc);
        (void)nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL);
    }
    return rc == 0;
}

/* Serves what comes on a connection until it is closed. */
static void serve_connection(struct loop *loop, struct resting *me, FCGX_Request *fcgi)
{
    bool more = true;
    while (more) {
        serve_one(loop, fcgi);
        bool clean = read_rest(fcgi);
        if (!clean)
            fcgi->keepConnection = 0;
        else if (!fcgi->keepConnection)
            /* libfcgi would shut it down and wait for the web server to close its side, which costs
             * a wake-up and four system calls.  A Unix socket keeps what was sent; only unread
             * input would turn the close into a reset. */
            FCGX_Detach(fcgi);
        FCGX_Finish_r(fcgi);
        more = fcgi->ipcFd >= 0 && keep_wait(loop, me, fcgi) && FCGX_Accept_r(fcgi) == 0;
    }
    FCGX_Free(fcgi, 1);
}

static void *serve(void *arg)
{
    struct loop *loop = arg;
    struct resting me = {.wake = PTHREAD_COND_INITIALIZER, .kept = -1};
    FCGX_Request fcgi;
    if (FCGX_InitRequest(&fcgi, loop->listener, 0) != 0)
        return NULL;
    while (!atomic_load(&loop->stopping))
        if (accept_one(loop, &me, &fcgi))
            serve_connection(loop, &me, &fcgi);
    FCGX_Free(&fcgi, 1);
    (void)pthread_cond_destroy(&me.wake);
    return NULL;
}

/* --- beginning and end */

static enum gt_err start(struct loop *loop, pthread_t *thread, int *started)
{
    pthread_attr_t attr;
    if (pthread_attr_init(&attr) != 0)
        return gt_err_set(GT_ERR_NOMEM, "no memory for threads");
    int rc = pthread_attr_setstacksize(&attr, STACK_SIZE);
    for (; rc == 0 && *started < loop->server->threads; (*started)++) {
        rc = pthread_create(&thread[*started], &attr, serve, loop);
        if (rc != 0)
            break;
    }
    (void)pthread_attr_destroy(&attr);
    return rc == 0 ? GT_OK
                   : gt_err_sys(GT_ERR_NOMEM, rc, "only %d of %d threads", *started,
                                loop->server->threads);
}

static void stop(struct loop *loop, const pthread_t *thread, int started)
{
    atomic_store(&loop->stopping, true);
    gate_open(&loop->gate);
    FCGX_ShutdownPending();
    (void)shutdown(loop->listener, SHUT_RDWR);
    keep_end(&loop->gate);
    for (int i = 0; i < started; i++)
        (void)pthread_join(thread[i], NULL);
}

/* Waits for the signal that ends the service. */
static void wait_for_end(void)
{
    sigset_t set;
    signals_of_ours(&set);
    int signo = 0;
    while (sigwait(&set, &signo) != 0 || signo == SIGHUP) {
        if (signo != SIGHUP)
            continue;
        enum gt_err err = gt_log_reopen();
        if (err != GT_OK)
            gt_log_err("log.reopen", err);
        else
            gt_log(GT_LOG_INFO, "log.reopened", "%s", "");
    }
    gt_log(GT_LOG_INFO, "service.stopping", "signal=%d", signo);
}

static enum gt_err run(struct loop *loop)
{
    pthread_t *thread = calloc((size_t)loop->server->threads, sizeof *thread);
    if (!thread)
        return gt_err_set(GT_ERR_NOMEM, "no memory for threads");
    int started = 0;
    enum gt_err err = start(loop, thread, &started);
    if (err == GT_OK) {
        gt_log(GT_LOG_INFO, "service.started", "socket=%s threads=%d", loop->server->socket,
               started);
        wait_for_end();
    }
    stop(loop, thread, started);
    free(thread);
    return err;
}

enum gt_err gt_fcgi_serve(const struct gt_server *server)
{
    struct loop loop = {
        .server = server,
        .gate = {.lock = PTHREAD_MUTEX_INITIALIZER, .keepers_most = server->threads / 2}};
    const struct gt_random *random = gt_random_system();
    uint8_t prefix[PREFIX_SIZE];
    enum gt_err err = random->fill(random->ctx, prefix, sizeof prefix);
    if (err != GT_OK)
        return err;
    gt_hex_encode(prefix, sizeof prefix, loop.prefix);
    if (FCGX_Init() != 0)
        return gt_err_set(GT_ERR_INTERNAL, "libfcgi does not start");
    err = open_socket(server->socket, &loop.listener);
    if (err != GT_OK)
        return err;
    err = run(&loop);
    (void)unlink(server->socket);
    (void)close(loop.listener);
    return err;
}
