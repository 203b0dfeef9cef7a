/*
 * Cookies: only for this host and over TLS, out of reach of scripts, never sent along by a request
 * that begins on another site.
 */
#ifndef GT_KIT_COOKIE_H
#define GT_KIT_COOKIE_H

#include "kit/request.h"

/* In front of every name: a browser then takes the cookie only from this host, over TLS and for
 * the whole of it (RFC 6265bis, 4.1.3.2). */
#define GT_COOKIE_PREFIX "__Host-gridtill-"

/* Copies the cookie GT_COOKIE_PREFIX + `name` of a Cookie header.  False, and "" in `out`, if it is
 * not there, is there twice, does not fit, or holds other than letters, digits, '-', '_' and '.'.
 */
bool gt_cookie_get(const char *header, const char *name, char *out, size_t size);

/* Sets a cookie that lasts until the browser is closed, or `seconds` if that is above zero; and one
 * that takes it away. */
void gt_cookie_set(struct gt_http_reply *reply, const char *name, const char *value, int seconds);
void gt_cookie_drop(struct gt_http_reply *reply, const char *name);

#endif
