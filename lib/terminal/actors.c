/*
 * The cache of actors.
 *
 * A fixed number of places; a terminal and operator may have one of a few, so that two who meet do
 * not push each other out at every request; who comes when all are taken has another's.  Nothing is
 * ever taken out because it is old: whoever uses it compares the rights number with the state's.
 * Terminal secrets are kept as they are stored, hidden.
 */
#include "terminal/actors.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* About two KiB each, when used. */
#define PLACES 1024
#define CHOICE 4 /* those in a row */

struct gt_actors {
    pthread_mutex_t lock;
    struct gt_actor *place[PLACES]; /* NULL: not used yet */
    unsigned turn;                  /* which of the choice is taken over next */
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
    return (hash ^ hash >> 16) % PLACES / CHOICE * CHOICE;
}

/* Whether `kept`, which may be NULL, is of these two. */
static bool is_of(const struct gt_actor *kept, const char *terminal_no, const char *operator_no)
{
    return kept && strcmp(kept->terminal.terminal_no, terminal_no) == 0 &&
           strcmp(kept->user.operator_no, operator_no) == 0;
}

/* Where the actor is; where it would be put if it is nowhere.  Under the lock. */
static struct gt_actor **look_for(struct gt_actors *actors, const char *terminal_no,
                                  const char *operator_no)
{
    struct gt_actor **first = &actors->place[place_of(terminal_no, operator_no)], **unused = NULL;
    for (struct gt_actor **at = first; at < first + CHOICE; at++) {
        if (is_of(*at, terminal_no, operator_no))
            return at;
        if (!*at)
            unused = at;
    }
    return unused ? unused : first + actors->turn++ % CHOICE;
}

bool gt_actors_find(struct gt_actors *actors, const char *terminal_no, const char *operator_no,
                    struct gt_actor *actor)
{
    (void)pthread_mutex_lock(&actors->lock);
    const struct gt_actor *kept = *look_for(actors, terminal_no, operator_no);
    bool found = is_of(kept, terminal_no, operator_no);
    if (found)
        *actor = *kept;
    (void)pthread_mutex_unlock(&actors->lock);
    return found;
}

void gt_actors_keep(struct gt_actors *actors, const struct gt_actor *actor)
{
    (void)pthread_mutex_lock(&actors->lock);
    struct gt_actor **at = look_for(actors, actor->terminal.terminal_no, actor->user.operator_no);
    if (!*at)
        *at = malloc(sizeof *actor);
    if (*at)
        **at = *actor;
    (void)pthread_mutex_unlock(&actors->lock);
}

void gt_actors_drop(struct gt_actors *actors, const struct gt_actor *actor)
{
    (void)pthread_mutex_lock(&actors->lock);
    struct gt_actor **at = look_for(actors, actor->terminal.terminal_no, actor->user.operator_no);
    if (is_of(*at, actor->terminal.terminal_no, actor->user.operator_no) &&
        (*at)->rights == actor->rights) {
        free(*at);
        *at = NULL;
    }
    (void)pthread_mutex_unlock(&actors->lock);
}
