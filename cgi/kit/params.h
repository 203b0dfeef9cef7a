/*
 * Parameters of a request: the query, and bodies of forms.
 *
 * Strict and bounded: what a browser would never send (a broken escape, bytes that are not UTF-8, a
 * NUL, hundreds of names) is refused as a whole, never mended.
 */
#ifndef GT_KIT_PARAMS_H
#define GT_KIT_PARAMS_H

#include "base/err.h"

#include <stddef.h>

#define GT_PARAMS_MAX      256           /* of a query or a body */
#define GT_PARAM_NAME_MAX  64            /* bytes of a name */
#define GT_PARAM_VALUE_MAX (1024 * 1024) /* bytes of a value; each route bounds its body too */

struct gt_pair {
    const char *name;
    const char *value; /* `len` bytes and a NUL; UTF-8 without NUL unless it is a file */
    size_t len;
    const char *file; /* name that the browser gave a file, without folders; NULL: no file */
};

/* Owned by the caller, who begins with {0}; freed by gt_params_done(). */
struct gt_params {
    struct gt_pair *list;
    size_t n;
    char *store; /* what the texts point into */
};

/* Reads a query, or a body of application/x-www-form-urlencoded.  GT_ERR_SYNTAX, GT_ERR_UTF8,
 * GT_ERR_TOOBIG (too many, or one too long), GT_ERR_NOMEM. */
enum gt_err gt_params_urlencoded(struct gt_params *params, const char *text, size_t len) GT_CHECK;
/* Reads a body of multipart/form-data (RFC 7578), whose boundary `content_type` names.  The same
 * errors. */
enum gt_err gt_params_multipart(struct gt_params *params, const char *content_type,
                                const char *body, size_t len) GT_CHECK;
void gt_params_done(struct gt_params *params);

/* The value of the first of that name, "" if there is none. */
const char *gt_params_get(const struct gt_params *params, const char *name);
/* The i-th of that name, NULL behind the last. */
const struct gt_pair *gt_params_at(const struct gt_params *params, const char *name, size_t i);

#endif
