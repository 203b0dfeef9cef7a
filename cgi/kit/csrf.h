/*
 * Whether a change was asked for by a page of ours: a token that only our pages hold, and the
 * Origin that the browser tells.
 */
#ifndef GT_KIT_CSRF_H
#define GT_KIT_CSRF_H

#include "base/crypt.h"
#include "kit/request.h"

/* The token of a visit without a session: made from its cookie, which cannot be found from it.
 * (Sessions have tokens of their own.)  GT_ERR_CRYPTO, GT_ERR_TOOBIG. */
enum gt_err gt_csrf_token(const char *visit, char out[GT_SHA256_HEX]) GT_CHECK;
/* Whether `given` is `token`, in a time that tells nothing; an empty token is never right. */
bool gt_csrf_good(const char *token, const char *given);

/* Whether the browser says that the request comes from a page of this host (Origin,
 * Sec-Fetch-Site), or says nothing: what is no browser sends neither. */
bool gt_origin_good(const struct gt_http_request *request);

#endif
