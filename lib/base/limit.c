/*
 * The time limit of a thread's work.
 *
 * It belongs to the thread like its request id, because what waits in the end, a store or a socket,
 * is many calls below whoever knows the limit.
 */
#include "base/limit.h"

#include "base/clock.h"

static _Thread_local int64_t limit;

void gt_limit_set(int64_t at)
{
    limit = at;
}

int64_t gt_limit(void)
{
    return limit;
}

int64_t gt_limit_wait(int64_t ms)
{
    const struct gt_clock *clock = gt_clock_system();
    int64_t left = limit ? limit - clock->mono(clock->ctx) : ms;
    if (left < 0)
        return 0;
    return left < ms ? left : ms;
}
