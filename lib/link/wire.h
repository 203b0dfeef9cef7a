/*
 * The seam between the engine and a transport: one exchange, request out and answer back.
 *
 * A transport keeps connections; the engine takes a wire, writes the request into it, exchanges,
 * reads the answer, and gives the wire back with word whether its connection can be trusted still.
 */
#ifndef GT_LINK_WIRE_H
#define GT_LINK_WIRE_H

#include "base/buf.h"
#include "link/adapter.h"

/* How an exchange ended. */
enum gt_wire_end {
    GT_WIRE_ANSWERED, /* `answer` is a whole answer */
    GT_WIRE_NOT_SENT, /* it is certain that no byte of the request left */
    GT_WIRE_LOST      /* anything else */
};

struct gt_wire {
    struct gt_buf request;
    struct gt_buf answer;
    enum gt_wire_end end;
    char why[160]; /* not answered: a few ASCII words for the log */
};

struct gt_transport {
    /* Makes ready to call `url`; `adapter` is borrowed until close.  GT_ERR_CONFIG, GT_ERR_NOMEM.
     */
    enum gt_err (*open)(const struct gt_adapter *adapter, const char *url, void **ctx);
    void (*close)(void *ctx); /* after the last give; NULL is allowed */
    /* A wire with empty buffers; any thread.  GT_ERR_NOMEM. */
    enum gt_err (*take)(void *ctx, struct gt_wire **wire);
    /* Sends `request` once, never twice, and waits for the answer at most the definition's limit
     * and `limit_ms` (0: no other limit). */
    void (*exchange)(void *ctx, struct gt_wire *wire, enum gt_up_op op, int64_t limit_ms);
    void (*give)(void *ctx, struct gt_wire *wire, bool keep);
};

#endif
