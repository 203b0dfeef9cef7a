/*
 * HTTP by libcurl: connections are kept and used again, last one first.
 */
#ifndef GT_LINK_HTTP_H
#define GT_LINK_HTTP_H

#include "link/wire.h"

/* Static.  curl_global_init() comes before its open(). */
const struct gt_transport *gt_http_transport(void);

#endif
