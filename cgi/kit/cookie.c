/*
 * Reading and setting cookies.
 */
#include "kit/cookie.h"

#include <stdio.h>
#include <string.h>

bool gt_cookie_get(const char *header, const char *name, char *out, size_t size)
{
    static const char fit[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_.";
    char full[96];
    int n = snprintf(full, sizeof full, GT_COOKIE_PREFIX "%s=", name);
    bool found = false;
    out[0] = '\0';
    if (n < 0 || (size_t)n >= sizeof full)
        return false;
    for (const char *at = header; *at; at += strcspn(at, ";")) {
        at += strspn(at, "; \t");
        if (strncmp(at, full, (size_t)n) != 0)
            continue;
        at += n;
        size_t len = strspn(at, fit);
        size_t gap = strspn(at + len, " \t");
        bool good = !found && len > 0 && len < size && (!at[len + gap] || at[len + gap] == ';');
        if (!good) {
            out[0] = '\0';
            return false;
        }
        memcpy(out, at, len);
        out[len] = '\0';
        found = true;
    }
    return found;
}

static void put(struct gt_http_reply *reply, const char *name, const char *value, const char *age)
{
    struct gt_buf line;
    gt_buf_init(&line, 2048);
    gt_buf_printf(&line, GT_COOKIE_PREFIX "%s=%s; Path=/; Secure; HttpOnly; SameSite=Strict%s",
                  name, value, age);
    if (gt_buf_err(&line) == GT_OK)
        gt_http_reply_header(reply, "Set-Cookie", line.data);
    else
        reply->headers.err = gt_buf_err(&line);
    gt_buf_done(&line);
}

void gt_cookie_set(struct gt_http_reply *reply, const char *name, const char *value, int seconds)
{
    char age[32] = "";
    if (seconds > 0)
        (void)snprintf(age, sizeof age, "; Max-Age=%d", seconds);
    put(reply, name, value, age);
}

void gt_cookie_drop(struct gt_http_reply *reply, const char *name)
{
    put(reply, name, "", "; Max-Age=0");
}
