/*
 * The one growing buffer, and the escapes that belong to what is put into it.
 *
 * Not here: reading XML or JSON.  An empty buffer points at a literal "", so that `data` can always
 * be read as a string; `cap` tells whether the memory is ours to write and free.
 */
#include "base/buf.h"

#include "base/text.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FIRST_CAP 256

/* U+FFFD, which stands for what cannot be shown. */
#define REPLACEMENT "\xEF\xBF\xBD"

void gt_buf_init(struct gt_buf *b, size_t ceiling)
{
    *b = (struct gt_buf){.data = "", .ceiling = ceiling};
}

void gt_buf_done(struct gt_buf *b)
{
    if (!b)
        return;
    if (b->cap > 0)
        free(b->data);
    gt_buf_init(b, b->ceiling);
}

void gt_buf_reset(struct gt_buf *b)
{
    b->len = 0;
    b->err = GT_OK;
    if (b->cap > 0)
        b->data[0] = '\0';
}

/* Makes room for `more` bytes and the end.  False when it cannot: the error stands in the buffer.
 */
static int reserve(struct gt_buf *b, size_t more)
{
    if (b->err != GT_OK)
        return 0;
    if (more > b->ceiling - b->len) {
        b->err = gt_err_set(GT_ERR_TOOBIG, "more than %zu bytes", b->ceiling);
        return 0;
    }
    size_t need = b->len + more + 1;
    if (need <= b->cap)
        return 1;
    size_t cap = b->cap > 0 ? b->cap : FIRST_CAP;
    while (cap < need)
        cap = cap > SIZE_MAX / 2 ? need : cap * 2;
    if (cap > b->ceiling)
        cap = b->ceiling + 1;
    char *data = realloc(b->cap > 0 ? b->data : NULL, cap);
    if (!data) {
        b->err = gt_err_set(GT_ERR_NOMEM, "no memory for a buffer of %zu bytes", cap);
        return 0;
    }
    data[b->len] = '\0';
    b->data = data;
    b->cap = cap;
    return 1;
}

void gt_buf_put(struct gt_buf *b, const void *data, size_t len)
{
    if (len == 0 || !reserve(b, len))
        return;
    memcpy(b->data + b->len, data, len);
    b->len += len;
    b->data[b->len] = '\0';
}

void gt_buf_puts(struct gt_buf *b, const char *text)
{
    gt_buf_put(b, text, strlen(text));
}

void gt_buf_putc(struct gt_buf *b, char c)
{
    gt_buf_put(b, &c, 1);
}

void gt_buf_printf(struct gt_buf *b, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    gt_buf_vprintf(b, fmt, ap);
    va_end(ap);
}

void gt_buf_vprintf(struct gt_buf *b, const char *fmt, va_list ap)
{
    char small[256];
    va_list again;
    va_copy(again, ap);
    int n = vsnprintf(small, sizeof small, fmt, ap);
    if (n < 0) {
        if (b->err == GT_OK)
            b->err = gt_err_set(GT_ERR_TOOBIG, "a text that cannot be formatted");
    } else if ((size_t)n < sizeof small) {
        gt_buf_put(b, small, (size_t)n);
    } else if (reserve(b, (size_t)n)) {
        (void)vsnprintf(b->data + b->len, (size_t)n + 1, fmt, again);
        b->len += (size_t)n;
    }
    va_end(again);
}

/* Appends the character of `n` bytes at `s`, whose code is `code`, as XML 1.0 can hold it. */
static void put_xml_char(struct gt_buf *b, const char *s, size_t n, uint32_t code)
{
    switch (code) {
    case '&':
        gt_buf_puts(b, "&amp;");
        return;
    case '<':
        gt_buf_puts(b, "&lt;");
        return;
    case '>':
        gt_buf_puts(b, "&gt;");
        return;
    case '"':
        gt_buf_puts(b, "&quot;");
        return;
    case '\'':
        gt_buf_puts(b, "&apos;");
        return;
    default:
        break;
    }
    int allowed = code >= 0x20 || code == '\t' || code == '\n' || code == '\r';
    /* A bare CR would be read back as LF (XML 1.0, 2.11). */
    if (code == '\r')
        gt_buf_puts(b, "&#13;");
    else if (!allowed || code == 0xFFFE || code == 0xFFFF)
        gt_buf_puts(b, REPLACEMENT);
    else
        gt_buf_put(b, s, n);
}

/* Appends the character of `n` bytes at `s` as part of a JSON string.  '<' is escaped as well, so
 * that the text may stand inside an element of a page. */
static void put_json_char(struct gt_buf *b, const char *s, size_t n, uint32_t code)
{
    if (code == '"' || code == '\\')
        gt_buf_putc(b, '\\');
    if (code < 0x20 || code == 0x7F || code == '<')
        gt_buf_printf(b, "\\u%04x", (unsigned)code);
    else
        gt_buf_put(b, s, n);
}

/* Hands every character of `text` to `put`; bytes that are no UTF-8 become U+FFFD one by one. */
static void put_chars(struct gt_buf *b, const char *text,
                      void (*put)(struct gt_buf *, const char *, size_t, uint32_t))
{
    size_t len = strlen(text);
    while (len > 0 && b->err == GT_OK) {
        uint32_t code;
        size_t n = gt_utf8_next(text, len, &code);
        if (n > 0)
            put(b, text, n, code);
        else
            gt_buf_puts(b, REPLACEMENT);
        n += n == 0;
        text += n;
        len -= n;
    }
}

void gt_buf_put_xml(struct gt_buf *b, const char *text)
{
    put_chars(b, text, put_xml_char);
}

void gt_buf_put_json(struct gt_buf *b, const char *text)
{
    gt_buf_putc(b, '"');
    put_chars(b, text, put_json_char);
    gt_buf_putc(b, '"');
}

void gt_buf_read(struct gt_buf *b, int fd)
{
    char chunk[4096];
    while (b->err == GT_OK) {
        ssize_t n = read(fd, chunk, sizeof chunk);
        if (n > 0)
            gt_buf_put(b, chunk, (size_t)n);
        else if (n == 0)
            break;
        else if (errno != EINTR)
            b->err = gt_err_sys(GT_ERR_IO, errno, "cannot read");
    }
}

enum gt_err gt_buf_err(const struct gt_buf *b)
{
    return b->err;
}

enum gt_err gt_str_copy(char *dst, size_t size, const char *src)
{
    size_t n = strlen(src);
    if (n >= size) {
        if (size > 0)
            dst[0] = '\0';
        return gt_err_set(GT_ERR_TOOBIG, "a text of %zu bytes where %zu fit", n,
                          size > 0 ? size - 1 : 0);
    }
    memcpy(dst, src, n + 1);
    return GT_OK;
}
