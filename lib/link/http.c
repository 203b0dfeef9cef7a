/*
 * HTTP by libcurl.
 *
 * The subtle idea is "once".  When a kept connection dies unanswered, libcurl sends a POST again by
 * itself.  It asks before each time that it begins to send: the second time the answer is no, and
 * the call fails.  (A body from a read callback that cannot be rewound does the same, but then
 * head and body go in two packets.)
 *
 * "Not sent" must be proved: the error is one of connecting, and libcurl never asked whether it may
 * begin to send.  Every other error is GT_WIRE_LOST.
 */
#include "link/http.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Bytes a pooled buffer may keep. */
#define KEEP_MAX ((size_t)32 * 1024)

struct conn {
    struct gt_wire wire; /* first: a wire is its connection */
    CURL *easy;
    int begun; /* times that libcurl wanted to send the request */
    struct conn *next;
};

struct http {
    const struct gt_adapter *adapter;
    char url[256];
    struct curl_slist *headers[GT_UP_OP__MAX]; /* read only after open */
    pthread_mutex_t lock;
    struct conn *idle; /* last given first: its connection is the freshest */
};

/* Before each sending: once is enough. */
static int begin_once(void *ctx, char *peer, char *local, int peer_port, int local_port)
{
    struct conn *c = ctx;
    (void)peer, (void)local, (void)peer_port, (void)local_port;
    return c->begun++ == 0 ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

static size_t take_answer(char *data, size_t size, size_t n, void *ctx)
{
    struct conn *c = ctx;
    gt_buf_put(&c->wire.answer, data, size * n);
    return gt_buf_err(&c->wire.answer) == GT_OK ? size * n : 0;
}

static void conn_free(struct conn *c)
{
    if (c == NULL)
        return;
    curl_easy_cleanup(c->easy);
    gt_buf_done(&c->wire.request);
    gt_buf_done(&c->wire.answer);
    free(c);
}

/* Options that hold for every call of a connection. */
static CURLcode set_fixed(CURL *e, const struct gt_adapter *adapter, struct conn *c)
{
    CURLcode rc = CURLE_OK;
#define SET(option, value) \
    if (rc == CURLE_OK)    \
    rc = curl_easy_setopt(e, option, value)
    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_PROXY, "");
    SET(CURLOPT_PROTOCOLS_STR, "http,https");
    SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    SET(CURLOPT_FOLLOWLOCATION, 0L);
    SET(CURLOPT_SSL_VERIFYPEER, 1L);
    SET(CURLOPT_SSL_VERIFYHOST, 2L);
    SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (adapter->ca_file[0] != '\0')
        SET(CURLOPT_CAINFO, adapter->ca_file);
    SET(CURLOPT_MAXCONNECTS, 1L);
    SET(CURLOPT_MAXAGE_CONN, (long)adapter->idle_s);
    SET(CURLOPT_TCP_KEEPALIVE, 1L);
    SET(CURLOPT_POST, 1L);
    SET(CURLOPT_PREREQFUNCTION, begin_once);
    SET(CURLOPT_PREREQDATA, c);
    SET(CURLOPT_WRITEFUNCTION, take_answer);
    SET(CURLOPT_WRITEDATA, c);
#undef SET
    return rc;
}

static enum gt_err conn_new(const struct http *http, struct conn **out)
{
    struct conn *c = calloc(1, sizeof *c);
    if (c == NULL)
        return gt_err_set(GT_ERR_NOMEM, "no memory for a connection");
    gt_buf_init(&c->wire.request, GT_ADAPTER_REQUEST_MAX);
    gt_buf_init(&c->wire.answer, (size_t)http->adapter->reply_max);
    c->easy = curl_easy_init();
    if (c->easy == NULL || set_fixed(c->easy, http->adapter, c) != CURLE_OK) {
        conn_free(c);
        return gt_err_set(GT_ERR_NOMEM, "cannot make a connection object");
    }
    *out = c;
    return GT_OK;
}

static enum gt_err http_take(void *ctx, struct gt_wire **wire)
{
    struct http *http = ctx;
    pthread_mutex_lock(&http->lock);
    struct conn *c = http->idle;
    if (c != NULL)
        http->idle = c->next;
    pthread_mutex_unlock(&http->lock);
    if (c == NULL) {
        enum gt_err err = conn_new(http, &c);
        if (err != GT_OK)
            return err;
    }
    c->next = NULL;
    c->wire.why[0] = '\0';
    *wire = &c->wire;
    return GT_OK;
}

/* Empties a buffer; memory of an unusually long message is not kept. */
static void put_away(struct gt_buf *b)
{
    size_t ceiling = b->ceiling;
    if (b->cap > KEEP_MAX) {
        gt_buf_done(b);
        gt_buf_init(b, ceiling);
    } else {
        gt_buf_reset(b);
    }
}

static void http_give(void *ctx, struct gt_wire *wire, bool keep)
{
    struct http *http = ctx;
    struct conn *c = (struct conn *)wire;
    if (!keep) {
        conn_free(c);
        return;
    }
    put_away(&wire->request);
    put_away(&wire->answer);
    pthread_mutex_lock(&http->lock);
    c->next = http->idle;
    http->idle = c;
    pthread_mutex_unlock(&http->lock);
}

/* Whether the error proves that nothing left this machine. */
static bool proves_not_sent(const struct conn *c, CURLcode rc)
{
    switch (rc) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_OPERATION_TIMEDOUT:
        return c->begun == 0;
    default:
        return false;
    }
}

static void judge(struct conn *c, CURLcode rc)
{
    struct gt_wire *wire = &c->wire;
    long status = 0;
    wire->end = GT_WIRE_LOST;
    if (rc != CURLE_OK) {
        if (proves_not_sent(c, rc))
            wire->end = GT_WIRE_NOT_SENT;
        const char *why = curl_easy_strerror(rc);
        if (gt_buf_err(&wire->answer) == GT_ERR_TOOBIG)
            why = "the answer is longer than allowed";
        else if (c->begun > 1)
            why = "the kept connection ended without an answer";
        snprintf(wire->why, sizeof wire->why, "curl %d: %s", (int)rc, why);
        return;
    }
    rc = curl_easy_getinfo(c->easy, CURLINFO_RESPONSE_CODE, &status);
    if (rc == CURLE_OK && status == 200)
        wire->end = GT_WIRE_ANSWERED;
    else
        snprintf(wire->why, sizeof wire->why, "HTTP status %ld", status);
}

static void http_exchange(void *ctx, struct gt_wire *wire, enum gt_up_op op, int64_t limit_ms)
{
    struct http *http = ctx;
    struct conn *c = (struct conn *)wire;
    const struct gt_adapter *adapter = http->adapter;
    char url[sizeof http->url + sizeof adapter->ops[op].path];
    int64_t total = adapter->answer_ms;
    if (limit_ms > 0 && limit_ms < total)
        total = limit_ms;
    int64_t connect = adapter->connect_ms < total ? adapter->connect_ms : total;
    snprintf(url, sizeof url, "%s%s", http->url, adapter->ops[op].path);
    c->begun = 0;
    CURLcode rc = curl_easy_setopt(c->easy, CURLOPT_URL, url);
    if (rc == CURLE_OK)
        rc = curl_easy_setopt(c->easy, CURLOPT_HTTPHEADER, http->headers[op]);
    if (rc == CURLE_OK)
        rc = curl_easy_setopt(c->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)wire->request.len);
    if (rc == CURLE_OK)
        rc = curl_easy_setopt(c->easy, CURLOPT_POSTFIELDS, wire->request.data);
    if (rc == CURLE_OK)
        rc = curl_easy_setopt(c->easy, CURLOPT_TIMEOUT_MS, (long)total);
    if (rc == CURLE_OK)
        rc = curl_easy_setopt(c->easy, CURLOPT_CONNECTTIMEOUT_MS, (long)connect);
    if (rc != CURLE_OK) {
        wire->end = GT_WIRE_NOT_SENT;
        snprintf(wire->why, sizeof wire->why, "curl %d: %s", (int)rc, curl_easy_strerror(rc));
        return;
    }
    judge(c, curl_easy_perform(c->easy));
}

static void http_close(void *ctx)
{
    struct http *http = ctx;
    if (http == NULL)
        return;
    while (http->idle != NULL) {
        struct conn *c = http->idle;
        http->idle = c->next;
        conn_free(c);
    }
    for (int i = 0; i < GT_UP_OP__MAX; i++)
        curl_slist_free_all(http->headers[i]);
    pthread_mutex_destroy(&http->lock);
    free(http);
}

static enum gt_err add_header(struct curl_slist **list, const char *line)
{
    struct curl_slist *longer = curl_slist_append(*list, line);
    if (longer == NULL)
        return gt_err_set(GT_ERR_NOMEM, "no memory for a header");
    *list = longer;
    return GT_OK;
}

/* The headers of each operation.  "Expect:" keeps libcurl from asking before it sends a body. */
static enum gt_err make_headers(struct http *http)
{
    enum gt_err err = GT_OK;
    char line[160];
    for (int i = 0; i < GT_UP_OP__MAX && err == GT_OK; i++) {
        const struct gt_adapter_op *op = &http->adapter->ops[i];
        struct curl_slist **list = &http->headers[i];
        if (!op->defined)
            continue;
        snprintf(line, sizeof line, "Content-Type: %s", http->adapter->content_type);
        err = add_header(list, line);
        if (err == GT_OK)
            err = add_header(list, "Expect:");
        snprintf(line, sizeof line, "SOAPAction: \"%s\"", op->action);
        if (err == GT_OK && op->action[0] != '\0')
            err = add_header(list, line);
    }
    return err;
}

static enum gt_err http_open(const struct gt_adapter *adapter, const char *url, void **ctx)
{
    if (strncmp(url, "http://", 7) != 0 && strncmp(url, "https://", 8) != 0)
        return gt_err_set(GT_ERR_CONFIG, "%s: not an http or https address", url);
    struct http *http = calloc(1, sizeof *http);
    if (http == NULL)
        return gt_err_set(GT_ERR_NOMEM, "no memory for a transport");
    http->adapter = adapter;
    if (pthread_mutex_init(&http->lock, NULL) != 0) {
        free(http);
        return gt_err_set(GT_ERR_NOMEM, "cannot make a mutex");
    }
    enum gt_err err = gt_str_copy(http->url, sizeof http->url, url);
    size_t n = strlen(http->url);
    if (n > 0 && http->url[n - 1] == '/')
        http->url[n - 1] = '\0';
    if (err == GT_OK)
        err = make_headers(http);
    if (err != GT_OK) {
        http_close(http);
        return err;
    }
    *ctx = http;
    return GT_OK;
}

static const struct gt_transport transport = {
    .open = http_open,
    .close = http_close,
    .take = http_take,
    .exchange = http_exchange,
    .give = http_give,
};

const struct gt_transport *gt_http_transport(void)
{
    return &transport;
}
