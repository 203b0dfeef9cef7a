/*
 * Marketing systems by definition file: adapters are data.
 *
 * A definition (conf/marketing/<adapter>.xml, checked by conf/marketing/adapter.xsd) names the
 * transport, a ClearSilver request template for each operation, where to find each field of the
 * reply, the code table, limits, and how doubt is settled.  This file makes a gt_upstream of it.
 */
#ifndef GT_LINK_LINK_H
#define GT_LINK_LINK_H

#include "base/clock.h"
#include "base/conf.h"
#include "link/upstream.h"

struct gt_link;

/* Loads the definitions that `conf` names and makes ready to call; `slots` is how many calls may be
 * in flight to one system.  `*link` is owned by the caller (gt_link_free, after the last call).
 * GT_ERR_CONFIG with file, line and reason. */
enum gt_err gt_link_new(const struct gt_conf *conf, const struct gt_clock *clock, int slots,
                        struct gt_link **link) GT_CHECK;
void gt_link_free(struct gt_link *link);
/* Borrowed from `link`. */
const struct gt_upstreams *gt_link_upstreams(struct gt_link *link);

/* The definition of system `i`, NULL behind the last; borrowed from `link`. */
struct gt_adapter;
const struct gt_adapter *gt_link_adapter(const struct gt_link *link, int i);
/* What the configuration calls it; as above. */
const char *gt_link_name(const struct gt_link *link, int i);

/* State of system `i`, for /metrics and the console. */
struct gt_link_state {
    char name[16];
    bool breaker_open;
    int in_flight;
    int64_t calls, ok, refused, not_sent, unknown;
    int64_t last_ms; /* how long the last answered call took */
};
bool gt_link_state(struct gt_link *link, int i, struct gt_link_state *state);

#endif
