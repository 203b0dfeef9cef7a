/*
 * The FastCGI loop: request threads over libfcgi, and a clean end.
 */
#ifndef GT_KIT_FCGI_H
#define GT_KIT_FCGI_H

#include "kit/request.h"

/* What a process ends with when its store cannot be trusted any more: its supervisor starts it
 * anew (sysexits.h, EX_SOFTWARE). */
#define GT_EXIT_FATAL 70

/* Answers a request; called by many threads at once.  GT_OK: `reply` is sent.  GT_ERR_FATAL: the
 * process ends at once and answers nobody any more.  Others: status 500, nothing of `reply`. */
typedef enum gt_err (*gt_http_handler)(void *ctx, const struct gt_http_request *request,
                                       struct gt_http_reply *reply);

struct gt_server {
    const char *socket; /* path of the Unix socket; made with mode 0660 */
    int threads;        /* requests answered at once */
    size_t body_max;    /* bytes of a request body */
    gt_http_handler handler;
    void *ctx;
};

/* The first thing in main, before any thread is made: signals are waited for in gt_fcgi_serve(). */
void gt_fcgi_block_signals(void);

/* Serves until SIGTERM or SIGINT; requests in flight are answered first.  SIGHUP opens the log
 * anew.  GT_ERR_IO, GT_ERR_BUSY (somebody listens there), GT_ERR_TOOBIG (path), GT_ERR_NOMEM. */
enum gt_err gt_fcgi_serve(const struct gt_server *server) GT_CHECK;

#endif
