/*
 * Failures: what a function returns when it could not do its work.
 *
 * Three things never mix.  A failure (this file) is no memory, a broken disk, a bad file.  A
 * business outcome (outcome.h) is "declined" or "in doubt": the function worked.  What a client
 * sees is made from either in one place, at the top.
 *
 * The context of a failure is text kept per thread: the function that fails sets it, functions on
 * the way up may put words in front of it, the top logs it once.
 */
#ifndef GT_BASE_ERR_H
#define GT_BASE_ERR_H

#include <stddef.h>

/* Marks a result that must be looked at, and a function that takes printf's arguments. */
#define GT_CHECK              __attribute__((warn_unused_result))
#define GT_PRINTF(fmt, first) __attribute__((format(printf, fmt, first)))

enum gt_err {
    GT_OK = 0,
    GT_ERR_NOMEM,    /* no memory */
    GT_ERR_IO,       /* a file or socket failed */
    GT_ERR_BUSY,     /* somebody else holds it; the same call may succeed later */
    GT_ERR_FULL,     /* the disk or a bounded table is full; nothing was stored */
    GT_ERR_TOOBIG,   /* longer than its ceiling */
    GT_ERR_SYNTAX,   /* does not have the form it must have */
    GT_ERR_RANGE,    /* a number beyond its range; money overflow */
    GT_ERR_UTF8,     /* not UTF-8 */
    GT_ERR_ABSENT,   /* not there */
    GT_ERR_EXISTS,   /* there already (a unique key) */
    GT_ERR_CHANGED,  /* a row is no longer as it was read: somebody else was first */
    GT_ERR_TIMEOUT,  /* the time limit passed */
    GT_ERR_DENIED,   /* not allowed: wrong secret, disabled, no right */
    GT_ERR_CONFIG,   /* the configuration says something that cannot be */
    GT_ERR_CRYPTO,   /* a digest, a cipher or the random source failed */
    GT_ERR_TAMPERED, /* a sealed row was changed outside the platform */
    GT_ERR_LOST,     /* the link broke at the commit: whether it is stored is not known */
    GT_ERR_FATAL,    /* the store cannot be trusted any more: the process must end */
    GT_ERR_INTERNAL, /* a mistake of ours */
    GT_ERR__MAX
};

/* What a failure's context may hold, with its end. */
#define GT_ERR_TEXT_MAX 512

/* The short name of a failure, "io" for GT_ERR_IO.  Static. */
const char *gt_err_name(enum gt_err err);

/* Sets this thread's context to a printf text and gives `err` back, so that a function can say
 * `return gt_err_set(GT_ERR_IO, "cannot open %s", path);`. */
enum gt_err gt_err_set(enum gt_err err, const char *fmt, ...) GT_PRINTF(2, 3);

/* Puts "words: " in front of this thread's context and gives `err` back.  Does nothing for GT_OK.
 */
enum gt_err gt_err_add(enum gt_err err, const char *fmt, ...) GT_PRINTF(2, 3);

/* As gt_err_set, with ": " and the system's text of `errnum` behind it. */
enum gt_err gt_err_sys(enum gt_err err, int errnum, const char *fmt, ...) GT_PRINTF(3, 4);

/* This thread's context, "" if none.  Borrowed until the next call of this file. */
const char *gt_err_text(void);

/* Forgets this thread's context. */
void gt_err_clear(void);

#endif
