/*
 * Questions to upstream.
 *
 * A question has a number of its own: who is asked for by meter, card or words cannot be told by
 * the answer, nor can a route, and a kept connection may hold a second answer to the question
 * before.  Sales are not asked twice: that is flow.c and resolve.c.
 */
#include "till/ask.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static enum gt_err ask_once(const struct gt_till *till, struct gt_upstream *up,
                            struct gt_up_request *request, int64_t until, struct gt_up_reply *reply)
{
    int64_t number = 0;
    enum gt_err err = gt_key_next(till->keys, "query", &number);
    int64_t left = until - till->clock->mono(till->clock->ctx);

    if (err != GT_OK)
        return gt_err_add(err, "the number of a question");
    if (left <= 0)
        return GT_OK;
    if (up->admit(up->ctx, till->slot_wait_ms) != GT_OK) {
        gt_err_clear(); /* it is not reached now: the reply says so */
        return GT_OK;
    }
    memset(reply, 0, sizeof(*reply));
    snprintf(request->serial, sizeof(request->serial), "Q%" PRId64, number);
    request->sent_at = gt_now(till->clock);
    up->call(up->ctx, request, left, reply);
    up->leave(up->ctx);
    return GT_OK;
}

enum gt_err gt_ask(const struct gt_till *till, struct gt_upstream *up,
                   struct gt_up_request *request, int64_t until, struct gt_up_reply *reply)
{
    memset(reply, 0, sizeof(*reply));
    reply->class = GT_UP_NOT_SENT;
    enum gt_err err = ask_once(till, up, request, until, reply);

    if (err == GT_OK && reply->stray)
        err = ask_once(till, up, request, until, reply);
    return err;
}

int64_t gt_ask_until(const struct gt_till *till)
{
    return till->clock->mono(till->clock->ctx) + till->answer_ms;
}
