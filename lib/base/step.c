/*
 * Failure points, in builds configured for them; nothing at all in others.
 *
 * The process dies by SIGKILL, not by exit(): no handler runs and no buffer is flushed, as when the
 * power goes.  The counters are process-wide, because a test means the n-th passage of any thread.
 */
#include "base/step.h"

#ifdef GT_FAILPOINTS

#include "base/text.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct {
    pthread_once_t once;
    char name[64];       /* "" if the environment names none */
    int64_t at;          /* which passage is the last */
    atomic_llong passed; /* passages so far */
} target = {.once = PTHREAD_ONCE_INIT};

/* Reads "intent.committed:3"; without a number it is the first passage.  Anything else names no
 * step: a test that expects a death will then see none and fail. */
static void read_target(void)
{
    const char *text = getenv("GRIDTILL_DIE_AT");
    if (!text)
        return;
    size_t n = strcspn(text, ":");
    if (n >= sizeof target.name)
        return;
    target.at = 1;
    if (text[n] == ':' && gt_int_parse(text + n + 1, &target.at) != GT_OK)
        return;
    memcpy(target.name, text, n);
}

void gt_step(const char *name)
{
    (void)pthread_once(&target.once, read_target);
    if (strcmp(name, target.name) != 0)
        return;
    if (atomic_fetch_add(&target.passed, 1) + 1 == target.at)
        (void)kill(getpid(), SIGKILL);
}

#endif
