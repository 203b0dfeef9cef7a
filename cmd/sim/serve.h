/*
 * The stand-in as a service: HTTP in front, the rules behind, and faults in between.
 */
#ifndef GT_SIM_SERVE_H
#define GT_SIM_SERVE_H

#include "rules.h"

struct gt_sim_server;

struct gt_sim_server_conf {
    const char *listen; /* "127.0.0.1:18186"; port 0: a free one */
    struct gt_sim sim;  /* its database and clock, borrowed until the server has stopped */
    int delay_percent;  /* of the waits of faults: 100, or less to make tests quick */
};

/* Starts it; `*server` is owned by the caller (gt_sim_server_stop).  As gt_sim_http_start(). */
enum gt_err gt_sim_server_start(const struct gt_sim_server_conf *conf,
                                struct gt_sim_server **server) GT_CHECK;
int gt_sim_server_port(const struct gt_sim_server *server);
/* Finishes what is in flight, cutting waits short, and frees it.  NULL is allowed. */
void gt_sim_server_stop(struct gt_sim_server *server);

#endif
