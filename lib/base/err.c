/*
 * The names of failures and the per-thread context text.
 *
 * Not here: logging it (log.c), and turning a failure into what a client sees (the terminal room).
 * The context is formatted into a local buffer first, because callers like to pass gt_err_text()
 * as one of the arguments.
 */
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static _Thread_local char context[GT_ERR_TEXT_MAX];

static const char *const names[] = {
    [GT_OK] = "ok",
    [GT_ERR_NOMEM] = "nomem",
    [GT_ERR_IO] = "io",
    [GT_ERR_BUSY] = "busy",
    [GT_ERR_FULL] = "full",
    [GT_ERR_TOOBIG] = "toobig",
    [GT_ERR_SYNTAX] = "syntax",
    [GT_ERR_RANGE] = "range",
    [GT_ERR_UTF8] = "utf8",
    [GT_ERR_ABSENT] = "absent",
    [GT_ERR_EXISTS] = "exists",
    [GT_ERR_CHANGED] = "changed",
    [GT_ERR_TIMEOUT] = "timeout",
    [GT_ERR_DENIED] = "denied",
    [GT_ERR_CONFIG] = "config",
    [GT_ERR_CRYPTO] = "crypto",
    [GT_ERR_TAMPERED] = "tampered",
    [GT_ERR_LOST] = "lost",
    [GT_ERR_FATAL] = "fatal",
    [GT_ERR_INTERNAL] = "internal",
};
_Static_assert(sizeof names / sizeof names[0] == GT_ERR__MAX, "every failure has a name");

const char *gt_err_name(enum gt_err err)
{
    if ((size_t)err >= GT_ERR__MAX)
        return "unknown";
    return names[err];
}

/* Formats into `out`, which may be longer than needed; a text that is too long is cut. */
static void format(char out[GT_ERR_TEXT_MAX], const char *fmt, va_list ap)
{
    if (vsnprintf(out, GT_ERR_TEXT_MAX, fmt, ap) < 0)
        out[0] = '\0';
}

enum gt_err gt_err_set(enum gt_err err, const char *fmt, ...)
{
    char text[GT_ERR_TEXT_MAX];
    va_list ap;
    va_start(ap, fmt);
    format(text, fmt, ap);
    va_end(ap);
    memcpy(context, text, sizeof context);
    return err;
}

/* Makes the context "head: tail"; the tail is cut if both do not fit. */
static void join(const char *head, const char *tail)
{
    size_t n = strlen(head);
    size_t left = sizeof context - n;
    size_t copied = strlen(tail);
    memcpy(context, head, n);
    if (copied > 0 && left > 3) {
        memcpy(context + n, ": ", 2);
        n += 2;
        left -= 3;
        copied = copied < left ? copied : left;
        memcpy(context + n, tail, copied);
        n += copied;
    }
    context[n] = '\0';
}

enum gt_err gt_err_add(enum gt_err err, const char *fmt, ...)
{
    if (err == GT_OK)
        return err;
    char head[GT_ERR_TEXT_MAX];
    char tail[GT_ERR_TEXT_MAX];
    memcpy(tail, context, sizeof tail);
    va_list ap;
    va_start(ap, fmt);
    format(head, fmt, ap);
    va_end(ap);
    join(head, tail);
    return err;
}

enum gt_err gt_err_sys(enum gt_err err, int errnum, const char *fmt, ...)
{
    char head[GT_ERR_TEXT_MAX];
    char reason[128];
    va_list ap;
    va_start(ap, fmt);
    format(head, fmt, ap);
    va_end(ap);
    join(head, strerror_r(errnum, reason, sizeof reason));
    return err;
}

const char *gt_err_text(void)
{
    return context;
}

void gt_err_clear(void)
{
    context[0] = '\0';
}
