/*
 * Counters of a handler.
 *
 * Names are static, so they are compared by address first; there are few of them.  One mutex holds
 * all: a request takes it once, for some tens of nanoseconds.
 */
#include "kit/metrics.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define OPERATIONS 32
#define CLASSES    8

/* Upper bounds of the histogram's buckets, in microseconds, and as Prometheus wants them told. */
static const struct {
    int64_t us;
    const char *le;
} bounds[] = {
    {1000, "0.001"},  {2500, "0.0025"}, {5000, "0.005"},  {10000, "0.01"}, {25000, "0.025"},
    {50000, "0.05"},  {100000, "0.1"},  {250000, "0.25"}, {500000, "0.5"}, {1000000, "1"},
    {2500000, "2.5"}, {5000000, "5"},   {10000000, "10"},
};

#define BOUNDS (sizeof bounds / sizeof bounds[0])

struct operation {
    const char *name;              /* NULL: not used yet */
    const char *class[CLASSES];    /* as above */
    int64_t of_class[CLASSES];     /* requests */
    int64_t in_bucket[BOUNDS + 1]; /* requests that took at most its bound, and no less */
    int64_t us;                    /* sum */
};

struct gt_metrics {
    pthread_mutex_t lock;
    struct operation operation[OPERATIONS];
};

enum gt_err gt_metrics_new(struct gt_metrics **metrics)
{
    struct gt_metrics *made = calloc(1, sizeof *made);
    if (!made)
        return gt_err_set(GT_ERR_NOMEM, "no memory for metrics");
    (void)pthread_mutex_init(&made->lock, NULL);
    *metrics = made;
    return GT_OK;
}

void gt_metrics_free(struct gt_metrics *metrics)
{
    if (!metrics)
        return;
    (void)pthread_mutex_destroy(&metrics->lock);
    free(metrics);
}

static bool same(const char *a, const char *b)
{
    return a == b || strcmp(a, b) == 0;
}

static struct operation *find_operation(struct gt_metrics *metrics, const char *name)
{
    for (size_t i = 0; i < OPERATIONS; i++) {
        struct operation *operation = &metrics->operation[i];
        if (!operation->name)
            operation->name = name;
        if (same(operation->name, name))
            return operation;
    }
    return NULL;
}

static void count(struct operation *operation, const char *class, int64_t us)
{
    for (size_t i = 0; i < CLASSES; i++) {
        if (!operation->class[i])
            operation->class[i] = class;
        if (same(operation->class[i], class)) {
            operation->of_class[i]++;
            break;
        }
    }
    size_t bucket = 0;
    while (bucket < BOUNDS && us > bounds[bucket].us)
        bucket++;
    operation->in_bucket[bucket]++;
    operation->us += us;
}

void gt_metrics_count(struct gt_metrics *metrics, const char *operation, const char *class,
                      int64_t microseconds)
{
    (void)pthread_mutex_lock(&metrics->lock);
    struct operation *found = find_operation(metrics, operation);
    if (found)
        count(found, class, microseconds);
    (void)pthread_mutex_unlock(&metrics->lock);
}

void gt_metrics_put_head(struct gt_buf *out, const char *name, const char *type, const char *help)
{
    gt_buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void put_histogram(const struct operation *operation, struct gt_buf *out)
{
    int64_t sum = 0;
    for (size_t i = 0; i <= BOUNDS; i++) {
        sum += operation->in_bucket[i];
        gt_buf_printf(out,
                      "gridtill_request_seconds_bucket{operation=\"%s\",le=\"%s\"} %" PRId64 "\n",
                      operation->name, i < BOUNDS ? bounds[i].le : "+Inf", sum);
    }
    gt_buf_printf(out,
                  "gridtill_request_seconds_sum{operation=\"%s\"} %" PRId64 ".%06" PRId64 "\n"
                  "gridtill_request_seconds_count{operation=\"%s\"} %" PRId64 "\n",
                  operation->name, operation->us / 1000000, operation->us % 1000000,
                  operation->name, sum);
}

void gt_metrics_write(struct gt_metrics *metrics, struct gt_buf *out)
{
    (void)pthread_mutex_lock(&metrics->lock);
    gt_metrics_put_head(out, "gridtill_requests_total", "counter",
                        "Requests answered, by operation and class of outcome.");
    for (size_t i = 0; i < OPERATIONS && metrics->operation[i].name; i++) {
        const struct operation *operation = &metrics->operation[i];
        for (size_t c = 0; c < CLASSES && operation->class[c]; c++)
            gt_buf_printf(out,
                          "gridtill_requests_total{operation=\"%s\",class=\"%s\"} %" PRId64 "\n",
                          operation->name, operation->class[c], operation -> of_class[c]);
    }
    gt_metrics_put_head(out, "gridtill_request_seconds", "histogram",
                        "Time from reading a request to its answer.");
    for (size_t i = 0; i < OPERATIONS && metrics->operation[i].name; i++)
        put_histogram(&metrics->operation[i], out);
    (void)pthread_mutex_unlock(&metrics->lock);
}
