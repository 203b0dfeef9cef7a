/*
 * The one growing buffer.  Each use names its ceiling; beyond it nothing is appended.
 *
 * Errors stick: after a failed append every later one does nothing, so a run of appends is checked
 * once at its end with gt_buf_err().  The data always end with a NUL that `len` does not count.
 */
#ifndef GT_BASE_BUF_H
#define GT_BASE_BUF_H

#include "base/err.h"

#include <stdarg.h>
#include <stddef.h>

struct gt_buf {
    char *data;      /* borrowed by callers until the next append; "" when empty */
    size_t len;      /* bytes in use, without the NUL */
    size_t cap;      /* bytes allocated */
    size_t ceiling;  /* greatest len */
    enum gt_err err; /* first failure: GT_ERR_NOMEM, GT_ERR_TOOBIG, GT_ERR_IO */
};

/* An empty buffer of at most `ceiling` bytes; allocates nothing yet. */
void gt_buf_init(struct gt_buf *b, size_t ceiling);
/* Frees what it holds; it may be initialised again.  NULL is allowed. */
void gt_buf_done(struct gt_buf *b);
/* Empties it and forgets its error; keeps the memory. */
void gt_buf_reset(struct gt_buf *b);

void gt_buf_put(struct gt_buf *b, const void *data, size_t len);
void gt_buf_puts(struct gt_buf *b, const char *text);
void gt_buf_putc(struct gt_buf *b, char c);
void gt_buf_printf(struct gt_buf *b, const char *fmt, ...) GT_PRINTF(2, 3);
void gt_buf_vprintf(struct gt_buf *b, const char *fmt, va_list ap) GT_PRINTF(2, 0);
/* Appends text with & < > " ' as XML entities; characters XML cannot hold become U+FFFD. */
void gt_buf_put_xml(struct gt_buf *b, const char *text);
/* Appends text as a JSON string, with its quotes. */
void gt_buf_put_json(struct gt_buf *b, const char *text);

/* Appends what a file descriptor gives until its end. */
void gt_buf_read(struct gt_buf *b, int fd);

/* GT_OK, or the first failure since the buffer was initialised or reset. */
enum gt_err gt_buf_err(const struct gt_buf *b) GT_CHECK;

/* Copies `src` to `dst` of `size` bytes, always ended.  GT_ERR_TOOBIG if it did not fit: then `dst`
 * is "" - nothing is ever cut silently. */
enum gt_err gt_str_copy(char *dst, size_t size, const char *src) GT_CHECK;

#endif
