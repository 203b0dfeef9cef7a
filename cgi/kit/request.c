/*
 * Requests and replies.
 *
 * Not here: where they come from and go to (fcgi.c), and which path means what (the handlers).
 */
#include "kit/request.h"

#include <string.h>
#include <strings.h>

static const struct {
    int status;
    const char *text;
} statuses[] = {
    {200, "OK"},
    {303, "See Other"},
    {400, "Bad Request"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {411, "Length Required"},
    {413, "Payload Too Large"},
    {415, "Unsupported Media Type"},
    {429, "Too Many Requests"},
    {500, "Internal Server Error"},
    {503, "Service Unavailable"},
};

static const char *status_text(int status)
{
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        if (statuses[i].status == status)
            return statuses[i].text;
    }
    return "Status";
}

void gt_http_reply_init(struct gt_http_reply *reply)
{
    *reply = (struct gt_http_reply){.status = 200, .content_type = "text/plain; charset=utf-8"};
    gt_buf_init(&reply->headers, GT_HTTP_HEADERS_MAX);
    gt_buf_init(&reply->body, GT_HTTP_BODY_MAX);
}

void gt_http_reply_done(struct gt_http_reply *reply)
{
    if (reply->stream_done)
        reply->stream_done(reply->stream);
    gt_buf_done(&reply->headers);
    gt_buf_done(&reply->body);
}

void gt_http_reply_text(struct gt_http_reply *reply, int status, const char *text)
{
    gt_buf_reset(&reply->body);
    reply->status = status;
    reply->content_type = "text/plain; charset=utf-8";
    gt_buf_puts(&reply->body, text);
    gt_buf_putc(&reply->body, '\n');
}

void gt_http_reply_header(struct gt_http_reply *reply, const char *name, const char *value)
{
    if (value[strcspn(value, "\r\n")]) {
        reply->headers.err = gt_err_set(GT_ERR_SYNTAX, "header %s: a line end in its value", name);
        return;
    }
    gt_buf_puts(&reply->headers, name);
    gt_buf_puts(&reply->headers, ": ");
    gt_buf_puts(&reply->headers, value);
    gt_buf_puts(&reply->headers, "\r\n");
}

void gt_http_reply_head(const struct gt_http_reply *reply, const char *request_id,
                        struct gt_buf *out)
{
    gt_buf_printf(out,
                  "Status: %d %s\r\nContent-Type: %s\r\n"
                  "X-Request-Id: %s\r\nCache-Control: no-store\r\n",
                  reply->status, status_text(reply->status), reply->content_type, request_id);
    if (!reply->more) /* else nobody knows yet how long it will be */
        gt_buf_printf(out, "Content-Length: %zu\r\n", reply->body.len);
    gt_buf_put(out, reply->headers.data, reply->headers.len);
    gt_buf_puts(out, "\r\n");
}

bool gt_http_type_is(const char *content_type, const char *type)
{
    size_t n = strlen(type);
    if (strncasecmp(content_type, type, n) != 0)
        return false;
    const char *rest = content_type + n;
    rest += strspn(rest, " \t");
    if (*rest != ';')
        return *rest == '\0';
    const char *charset = strcasestr(rest, "charset=");
    if (!charset)
        return true;
    charset += strlen("charset=");
    charset += *charset == '"';
    static const char utf8[] = "utf-8";
    return strncasecmp(charset, utf8, sizeof utf8 - 1) == 0 &&
           strchr("\"; \t", charset[sizeof utf8 - 1]) != NULL;
}

bool gt_http_host_good(const char *host)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789.:-[]";
    size_t n = strspn(host, allowed);
    return n > 0 && n < 256 && host[n] == '\0';
}
