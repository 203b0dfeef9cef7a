/*
 * UTF-8, numbers and masks.
 *
 * Not here: escaping (buf.c).  All UTF-8 in the platform is read by gt_utf8_next(), which takes
 * exactly the byte sequences of RFC 3629, table 3-7 of the Unicode standard.
 */
#include "base/text.h"

#include "base/buf.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

size_t gt_utf8_next(const char *s, size_t len, uint32_t *code)
{
    const unsigned char *u = (const unsigned char *)s;
    if (len == 0)
        return 0;
    if (u[0] < 0x80) {
        *code = u[0];
        return 1;
    }
    if (u[0] < 0xC2 || u[0] > 0xF4)
        return 0;
    size_t n = u[0] < 0xE0 ? 2 : u[0] < 0xF0 ? 3 : 4;
    if (len < n)
        return 0;
    uint32_t value = u[0] & (0xFFU >> (n + 1));
    for (size_t i = 1; i < n; i++) {
        if ((u[i] & 0xC0) != 0x80)
            return 0;
        value = value << 6 | (u[i] & 0x3F);
    }
    /* Overlong forms of two bytes went with 0xC0 and 0xC1; surrogates and the end of the range. */
    if ((n == 3 && value < 0x800) || (n == 4 && value < 0x10000))
        return 0;
    if ((value >= 0xD800 && value <= 0xDFFF) || value > 0x10FFFF)
        return 0;
    *code = value;
    return n;
}

bool gt_utf8_valid(const char *s, size_t len)
{
    while (len > 0) {
        uint32_t code;
        size_t n = gt_utf8_next(s, len, &code);
        if (n == 0 || code == 0)
            return false;
        s += n;
        len -= n;
    }
    return true;
}

size_t gt_utf8_length(const char *s)
{
    size_t n = 0;
    for (; *s; s++)
        n += ((unsigned char)*s & 0xC0) != 0x80;
    return n;
}

enum gt_err gt_int_parse(const char *text, int64_t *out)
{
    const char *digits = text + (text[0] == '-');
    size_t n = strspn(digits, "0123456789");
    if (n == 0 || digits[n] != '\0')
        return gt_err_set(GT_ERR_SYNTAX, "'%.64s' is not a whole number", text);
    errno = 0;
    intmax_t value = strtoimax(text, NULL, 10);
    if (errno == ERANGE || value > INT64_MAX || value < INT64_MIN)
        return gt_err_set(GT_ERR_RANGE, "%.64s is too large a number", text);
    *out = (int64_t)value;
    return GT_OK;
}

/* Where character `n` of well-formed UTF-8 begins; the end if there are fewer. */
static const char *nth(const char *s, size_t n)
{
    for (; *s; s++) {
        if (((unsigned char)*s & 0xC0) != 0x80 && n-- == 0)
            break;
    }
    return s;
}

/* Writes the first `head` and the last `tail` characters of `s` with `stars` stars between. */
static void mask(const char *s, size_t head, size_t stars, size_t tail, char *out, size_t size)
{
    struct gt_buf b;
    gt_buf_init(&b, 4 * strlen(s) + stars);
    if (gt_utf8_valid(s, strlen(s))) {
        size_t length = gt_utf8_length(s);
        gt_buf_put(&b, s, (size_t)(nth(s, head) - s));
        for (size_t i = 0; i < stars; i++)
            gt_buf_putc(&b, '*');
        gt_buf_puts(&b, nth(s, length - tail));
    } else {
        gt_buf_putc(&b, '*');
    }
    if (gt_buf_err(&b) == GT_OK && b.len < size)
        memcpy(out, b.data, b.len + 1);
    else if (size > 0)
        (void)snprintf(out, size, "*");
    gt_buf_done(&b);
}

void gt_mask_name(const char *name, char *out, size_t size)
{
    size_t length = gt_utf8_length(name);
    if (length > 2)
        mask(name, 1, length - 2, 1, out, size);
    else if (length == 2)
        mask(name, 1, 1, 0, out, size);
    else
        mask(name, 0, length, 0, out, size);
}

void gt_mask_number(const char *number, char *out, size_t size)
{
    /* Four stars whatever the length: it is not told either.  Short numbers show less. */
    size_t length = gt_utf8_length(number);
    size_t shown = length >= 10 ? 4 : length / 4;
    mask(number, shown, length > 0 ? 4 : 0, shown, out, size);
}
