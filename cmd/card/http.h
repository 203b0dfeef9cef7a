/*
 * The door to the page: HTTP on the loopback, for the platform's own pages only.
 *
 * Any page that the cashier's browser shows may try to reach us, and any name may be pointed at
 * 127.0.0.1.  So a request must name us as its host, and come from an origin that was configured:
 * both are written by the browser, no page can change them.
 */
#ifndef GT_CARD_HTTP_H
#define GT_CARD_HTTP_H

#include "base/err.h"
#include "reader.h"

#define GT_CARD_ORIGINS_MAX 16

struct gt_card_http;

struct gt_card_http_conf {
    uint16_t port; /* 0: a free one */
    struct gt_reader *reader;
    int norigins;
    const char *origins[GT_CARD_ORIGINS_MAX]; /* borrowed until the server has stopped */
};

/* Whether a text is an origin as a browser writes it: scheme://host or scheme://host:port. */
bool gt_card_origin_valid(const char *origin);

/* Starts it; `*http` is owned by the caller (gt_card_http_stop).  GT_ERR_IO: the port is taken. */
enum gt_err gt_card_http_start(const struct gt_card_http_conf *conf,
                               struct gt_card_http **http) GT_CHECK;
uint16_t gt_card_http_port(const struct gt_card_http *http);
/* Finishes what is under way, and frees it.  NULL is allowed. */
void gt_card_http_stop(struct gt_card_http *http);

#endif
