/*
 * The cache of actors.
 *
 * A fixed number of places; a terminal and operator have one place, and the last who came has it.
 * Nothing is ever taken out because it is old: whoever uses it compares the rights number with the
 * state's.  Terminal secrets are kept as they are stored, hidden.
 */
#include "terminal/actors.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* About two KiB each, when used. */
#define PLACES 1024

struct gt_actors {
    pthread_mutex_t lock;
    struct gt_actor *place[PLACES]; /* NULL: not used yet */
};

enum gt_err gt_actors_new(struct gt_actors **actors)
{
    struct gt_actors *made = calloc(1, sizeof *made);
    if (!made)
        return gt_err_set(GT_ERR_NOMEM, "no memory for actors");
    (void)pthread_mutex_init(&made->lock, NULL);
    *actors = made;
    return GT_OK;
}

void gt_actors_free(struct gt_actors *actors)
{
    if (!actors)
        return;
    for (size_t i = 0; i < PLACES; i++)
        free(actors->place[i]);
    (void)pthread_mutex_destroy(&actors->lock);
    free(actors);
}

/* FNV-1a over both numbers. */
static size_t place_of(const char *terminal_no, const char *operator_no)
{
    uint32_t hash = 2166136261U;
    for (const char *s = terminal_no; *s; s++)
        hash = (hash ^ (unsigned char)*s) * 16777619U;
    hash *= 16777619U; /* the end of the first */
    for (const char *s = operator_no; *s; s++)
        hash = (hash ^ (unsigned char)*s) * 16777619U;
    return (hash ^ hash >> 16) % PLACES;
}

/* Whether `kept`, which may be NULL, is of these two. */
static bool is_of(const struct gt_actor *kept, const char *terminal_no, const char *operator_no)
{
    return kept && strcmp(kept->terminal.terminal_no, terminal_no) == 0 &&
           strcmp(kept->user.operator_no, operator_no) == 0;
}

bool gt_actors_find(struct gt_actors *actors, const char *terminal_no, const char *operator_no,
                    struct gt_actor *actor)
{
    size_t i = place_of(terminal_no, operator_no);
    (void)pthread_mutex_lock(&actors->lock);
    bool found = is_of(actors->place[i], terminal_no, operator_no);
    if (found)
        *actor = *actors->place[i];
    (void)pthread_mutex_unlock(&actors->lock);
    return found;
}

void gt_actors_keep(struct gt_actors *actors, const struct gt_actor *actor)
{
    size_t i = place_of(actor->terminal.terminal_no, actor->user.operator_no);
    (void)pthread_mutex_lock(&actors->lock);
    if (!actors->place[i])
        actors->place[i] = malloc(sizeof *actor);
    if (actors->place[i])
        *actors->place[i] = *actor;
    (void)pthread_mutex_unlock(&actors->lock);
}

void gt_actors_drop(struct gt_actors *actors, const struct gt_actor *actor)
{
    size_t i = place_of(actor->terminal.terminal_no, actor->user.operator_no);
    (void)pthread_mutex_lock(&actors->lock);
    struct gt_actor *kept = actors->place[i];
    if (is_of(kept, actor->terminal.terminal_no, actor->user.operator_no) &&
        kept->rights == actor->rights) {
        free(kept);
        actors->place[i] = NULL;
    }
    (void)pthread_mutex_unlock(&actors->lock);
}
