/*
 * A small HTTP/1.1 server: one thread a connection, blocking sockets, bounded in everything.
 *
 * It knows nothing of marketing systems.  A handler is called for each request and answers it once,
 * twice or not at all - the stand-in has faults to play - and says whether the connection stays.
 * Waiting in a handler holds up its own connection only, and ends early when the server stops.
 */
#ifndef GT_SIM_HTTP_H
#define GT_SIM_HTTP_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GT_SIM_HTTP_HEAD_MAX  (16 * 1024)  /* request line and headers */
#define GT_SIM_HTTP_BODY_MAX  (256 * 1024) /* body */
#define GT_SIM_HTTP_CONNS_MAX 600          /* connections at once; more are told 503 */

struct gt_sim_http;
struct gt_sim_http_conn;

/* A request; borrowed while the handler runs. */
struct gt_sim_http_request {
    const char *method;
    const char *path; /* without the query */
    const char *body;
    size_t body_len;
};

/* Gives false to have the connection closed. */
typedef bool (*gt_sim_http_fn)(void *ctx, struct gt_sim_http_conn *conn,
                               const struct gt_sim_http_request *req);

/* Listens on "127.0.0.1:18186" (port 0: a free one) and serves until gt_sim_http_stop().
 * GT_ERR_SYNTAX, GT_ERR_IO, GT_ERR_NOMEM. */
enum gt_err gt_sim_http_start(const char *listen, gt_sim_http_fn fn, void *ctx,
                              struct gt_sim_http **server) GT_CHECK;
/* The port it listens on. */
int gt_sim_http_port(const struct gt_sim_http *server);
/* Takes no new connections and requests, lets those in flight finish, and frees the server. */
void gt_sim_http_stop(struct gt_sim_http *server);

/* Sends a whole response with one call; false if the client has left. */
bool gt_sim_http_answer(struct gt_sim_http_conn *conn, int status, const char *type,
                        const char *data, size_t len);
/* The same in parts, however many bytes that become; all or nothing is told by the end. */
bool gt_sim_http_begin(struct gt_sim_http_conn *conn, const char *type);
bool gt_sim_http_part(struct gt_sim_http_conn *conn, const char *data, size_t len);
bool gt_sim_http_end(struct gt_sim_http_conn *conn);
/* Waits, whether the client stays or not; shorter when the server stops. */
void gt_sim_http_wait(struct gt_sim_http_conn *conn, int64_t ms);
/* Waits until the client leaves or the server stops. */
void gt_sim_http_hang(struct gt_sim_http_conn *conn);

#endif
