/*
 * A request and its reply, as a handler sees them: no FastCGI, no business.
 */
#ifndef GT_KIT_REQUEST_H
#define GT_KIT_REQUEST_H

#include "base/buf.h"

#include <stdbool.h>

/* Ceilings of what a handler answers. */
#define GT_HTTP_BODY_MAX    (4 * 1024 * 1024)
#define GT_HTTP_HEADERS_MAX 8192

/* All texts are borrowed until the handler returns; what was not sent is "". */
struct gt_http_request {
    const char *method; /* "POST" */
    const char *path;   /* "/terminal" */
    const char *query;  /* behind the '?' */
    const char *content_type;
    const char *host; /* as the client sent it: check it (gt_http_host_good) before use */
    const char *body; /* body_len bytes, and a NUL behind them */
    size_t body_len;
    /* Any other parameter of the web server, "HTTP_COOKIE"; "" if it was not sent. */
    const char *(*param)(void *ctx, const char *name);
    void *ctx;
};

struct gt_http_reply {
    int status;
    const char *content_type; /* static */
    struct gt_buf headers;    /* further headers, each with its line end */
    struct gt_buf body;
    /* What follows the body, a piece at a time, so that a long reply is never in memory as a whole.
     * Appends to `piece`, gives false behind the last one.  NULL: nothing follows.  Called after
     * the handler returned: all it needs is in `stream`, which stream_done frees. */
    bool (*more)(void *stream, struct gt_buf *piece);
    void (*stream_done)(void *stream);
    void *stream;
};

/* A reply with nothing in it yet: status 200, text/plain. */
void gt_http_reply_init(struct gt_http_reply *reply);
void gt_http_reply_done(struct gt_http_reply *reply);
/* Makes it a short text for people, whatever it was before. */
void gt_http_reply_text(struct gt_http_reply *reply, int status, const char *text);
/* Adds a header; a value that could begin another header makes the reply fail. */
void gt_http_reply_header(struct gt_http_reply *reply, const char *name, const char *value);
/* Appends status and headers as CGI has them, with the empty line. */
void gt_http_reply_head(const struct gt_http_reply *reply, const char *request_id,
                        struct gt_buf *out);

/* Whether a Content-Type is `type` ("text/xml"), in UTF-8 if it names a character set. */
bool gt_http_type_is(const char *content_type, const char *type);
/* Whether a Host header is a name, an address and perhaps a port, and nothing else. */
bool gt_http_host_good(const char *host);

#endif
