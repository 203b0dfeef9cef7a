/*
 * The rate of each terminal: a place a terminal, which holds the time at which it will have paid
 * for all that it asked.
 *
 * Only authentic requests are counted, so nobody can use up another's rate.  Two terminals that
 * fall on one place take it from each other, and are then a little freer than they should be.
 */
#include "terminal/rate.h"

#include <pthread.h>
#include <stdlib.h>

#define PLACES 4096

struct gt_rate {
    pthread_mutex_t lock;
    int64_t per_second;
    struct {
        int64_t terminal_id;
        int64_t paid_us; /* when what was asked is paid for */
    } place[PLACES];
};

enum gt_err gt_rate_new(int64_t per_second, struct gt_rate **rate)
{
    struct gt_rate *made = calloc(1, sizeof *made);
    if (!made)
        return gt_err_set(GT_ERR_NOMEM, "no memory for the rates of terminals");
    (void)pthread_mutex_init(&made->lock, NULL);
    made->per_second = per_second;
    *rate = made;
    return GT_OK;
}

void gt_rate_free(struct gt_rate *rate)
{
    if (!rate)
        return;
    (void)pthread_mutex_destroy(&rate->lock);
    free(rate);
}

bool gt_rate_take(struct gt_rate *rate, int64_t terminal_id, int64_t now_ms)
{
    const int64_t now_us = now_ms * 1000, second_us = 1000000;
    if (rate->per_second == 0)
        return true;
    size_t i = (uint64_t)terminal_id % PLACES;
    (void)pthread_mutex_lock(&rate->lock);
    bool known = rate->place[i].terminal_id == terminal_id && rate->place[i].paid_us > now_us;
    int64_t paid = (known ? rate->place[i].paid_us : now_us) + second_us / rate->per_second;
    bool within = paid <= now_us + second_us;
    if (within) {
        rate->place[i].terminal_id = terminal_id;
        rate->place[i].paid_us = paid;
    }
    (void)pthread_mutex_unlock(&rate->lock);
    return within;
}
