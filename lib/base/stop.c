/*
 * The end of a service that has not begun yet; that of a running one is its main thread's matter.
 */
#include "base/stop.h"

#include <signal.h>
#include <time.h>

bool gt_stop_within(int64_t ms)
{
    struct timespec wait = {.tv_sec = (time_t)(ms / 1000), .tv_nsec = (long)(ms % 1000) * 1000000};
    sigset_t ends;
    (void)sigemptyset(&ends);
    (void)sigaddset(&ends, SIGTERM);
    (void)sigaddset(&ends, SIGINT);
    return sigtimedwait(&ends, NULL, &wait) > 0;
}
