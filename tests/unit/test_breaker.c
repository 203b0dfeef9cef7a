/* Slots and breaker: what is let through, when, on a clock of the test's own. */
#include "link/breaker.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

struct fixture {
    int64_t now;
    struct gt_clock clock;
    struct gt_breaker b;
};

static int64_t fake_now(void *ctx)
{
    return ((struct fixture *)ctx)->now;
}

static int setup(void **state)
{
    static struct fixture f;
    struct gt_breaker_limits limits = {
        .slots = 2, .failures = 3, .open_ms = 2000, .probe_ms = 8000};
    f = (struct fixture){.now = 1000};
    f.clock = (struct gt_clock){.now = fake_now, .mono = fake_now, .ctx = &f};
    *state = &f;
    return gt_breaker_init(&f.b, &limits, &f.clock) == GT_OK ? 0 : -1;
}

static int teardown(void **state)
{
    gt_breaker_done(&((struct fixture *)*state)->b);
    return 0;
}

static void one_call(struct fixture *f, enum gt_news news)
{
    assert_int_equal(gt_breaker_admit(&f->b, 0), GT_OK);
    gt_breaker_report(&f->b, news);
    gt_breaker_leave(&f->b);
}

static bool is_open(struct fixture *f)
{
    bool open;
    gt_breaker_state(&f->b, &open, NULL);
    return open;
}

static void shut(struct fixture *f)
{
    for (int i = 0; i < 3; i++)
        one_call(f, GT_NEWS_BAD);
    assert_true(is_open(f));
}

static void slots_are_bounded(void **state)
{
    struct fixture *f = *state;
    int in_flight;
    assert_int_equal(gt_breaker_admit(&f->b, 0), GT_OK);
    assert_int_equal(gt_breaker_admit(&f->b, 0), GT_OK);
    assert_int_equal(gt_breaker_admit(&f->b, 0), GT_ERR_BUSY);
    gt_breaker_state(&f->b, NULL, &in_flight);
    assert_int_equal(in_flight, 2);
    gt_breaker_leave(&f->b);
    assert_int_equal(gt_breaker_admit(&f->b, 0), GT_OK);
    gt_breaker_leave(&f->b);
    gt_breaker_leave(&f->b);
    gt_breaker_state(&f->b, NULL, &in_flight);
    assert_int_equal(in_flight, 0);
}

static void *leave_later(void *arg)
{
    struct fixture *f = arg;
    nanosleep(&(struct timespec){.tv_nsec = 50 * 1000000L}, NULL);
    gt_breaker_leave(&f->b);
    return NULL;
}

static void waiting_gets_the_slot_that_comes_free(void **state)
{
    struct fixture *f = *state;
    pthread_t thread;
    assert_int_equal(gt_breaker_admit(&f->b, 0), GT_OK);
    assert_int_equal(gt_breaker_admit(&f->b, 0), GT_OK);
    assert_int_equal(pthread_create(&thread, NULL, leave_later, f), 0);
    assert_int_equal(gt_breaker_admit(&f->b, 5000), GT_OK);
    assert_int_equal(pthread_join(thread, NULL), 0);
    gt_breaker_leave(&f->b);
    gt_breaker_leave(&f->b);
}

static void waiting_ends_after_its_time(void **state)
{
    struct fixture *f = *state;
    struct timespec a, b;
    assert_int_equal(gt_breaker_admit(&f->b, 0), GT_OK);
    assert_int_equal(gt_breaker_admit(&f->b, 0), GT_OK);
    clock_gettime(CLOCK_MONOTONIC, &a);
    assert_int_equal(gt_breaker_admit(&f->b, 60), GT_ERR_BUSY);
    clock_gettime(CLOCK_MONOTONIC, &b);
    int64_t ms = (b.tv_sec - a.tv_sec) * 1000 + (b.tv_nsec - a.tv_nsec) / 1000000;
    assert_true(ms >= 55 && ms < 3000);
    gt_breaker_leave(&f->b);
    gt_breaker_leave(&f->b);
}

static void *shut_later(void *arg)
{
    struct fixture *f = arg;
    nanosleep(&(struct timespec){.tv_nsec = 50 * 1000000L}, NULL);
    for (int i = 0; i < 3; i++)
        gt_breaker_report(&f->b, GT_NEWS_BAD);
    return NULL;
}

static void opening_ends_the_waiting(void **state)
{
    struct fixture *f = *state;
    pthread_t thread;
    struct timespec a, b;
    assert_int_equal(gt_breaker_admit(&f->b, 0), GT_OK);
    assert_int_equal(gt_breaker_admit(&f->b, 0), GT_OK);
    assert_int_equal(pthread_create(&thread, NULL, shut_later, f), 0);
    clock_gettime(CLOCK_MONOTONIC, &a);
    assert_int_equal(gt_breaker_admit(&f->b, 20000), GT_ERR_BUSY);
    clock_gettime(CLOCK_MONOTONIC, &b);
    assert_true(b.tv_sec - a.tv_sec < 10);
    assert_int_equal(pthread_join(thread, NULL), 0);
    gt_breaker_leave(&f->b);
    gt_breaker_leave(&f->b);
}

static void failures_in_a_row_open_it(void **state)
{
    struct fixture *f = *state;
    one_call(f, GT_NEWS_BAD);
    one_call(f, GT_NEWS_BAD);
    assert_false(is_open(f));
    assert_int_equal(gt_breaker_admit(&f->b, 0), GT_OK);
    assert_true(gt_breaker_report(&f->b, GT_NEWS_BAD));
    gt_breaker_leave(&f->b);
    assert_true(is_open(f));
    assert_int_equal(gt_breaker_admit(&f->b, 60000), GT_ERR_BUSY);
}

static void an_answer_between_sets_the_count_back(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < 10; i++) {
        one_call(f, GT_NEWS_BAD);
        one_call(f, GT_NEWS_BAD);
        one_call(f, GT_NEWS_GOOD);
    }
    assert_false(is_open(f));
}

static void our_own_failures_do_not_count(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < 10; i++)
        one_call(f, GT_NEWS_NONE);
    assert_false(is_open(f));
    one_call(f, GT_NEWS_BAD);
    one_call(f, GT_NEWS_NONE);
    one_call(f, GT_NEWS_BAD);
    one_call(f, GT_NEWS_BAD);
    assert_true(is_open(f));
}

static void one_try_after_its_time(void **state)
{
    struct fixture *f = *state;
    shut(f);
    f->now += 1999;
    assert_int_equal(gt_breaker_admit(&f->b, 0), GT_ERR_BUSY);
    f->now += 1;
    assert_int_equal(gt_breaker_admit(&f->b, 0), GT_OK);
    assert_int_equal(gt_breaker_admit(&f->b, 0), GT_ERR_BUSY);
    f->now += 3000; /* the try is still out */
    assert_int_equal(gt_breaker_admit(&f->b, 0), GT_ERR_BUSY);
    assert_true(gt_breaker_report(&f->b, GT_NEWS_GOOD));
    gt_breaker_leave(&f->b);
    assert_false(is_open(f));
    one_call(f, GT_NEWS_BAD); /* the count began anew */
    assert_false(is_open(f));
}

static void a_failed_try_shuts_it_again(void **state)
{
    struct fixture *f = *state;
    shut(f);
    f->now += 2000;
    one_call(f, GT_NEWS_BAD);
    assert_int_equal(gt_breaker_admit(&f->b, 0), GT_ERR_BUSY);
    f->now += 1999;
    assert_int_equal(gt_breaker_admit(&f->b, 0), GT_ERR_BUSY);
    f->now += 1;
    one_call(f, GT_NEWS_GOOD);
    assert_false(is_open(f));
}

static void a_try_that_never_called_is_not_the_last(void **state)
{
    struct fixture *f = *state;
    shut(f);
    f->now += 2000;
    assert_int_equal(gt_breaker_admit(&f->b, 0), GT_OK);
    gt_breaker_leave(&f->b);
    assert_int_equal(gt_breaker_admit(&f->b, 0), GT_OK);
    assert_int_equal(gt_breaker_admit(&f->b, 0), GT_ERR_BUSY);
    f->now += 8000; /* taken for lost */
    assert_int_equal(gt_breaker_admit(&f->b, 0), GT_OK);
    gt_breaker_leave(&f->b);
    gt_breaker_leave(&f->b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
        T(slots_are_bounded),
        T(waiting_gets_the_slot_that_comes_free),
        T(waiting_ends_after_its_time),
        T(opening_ends_the_waiting),
        T(failures_in_a_row_open_it),
        T(an_answer_between_sets_the_count_back),
        T(our_own_failures_do_not_count),
        T(one_try_after_its_time),
        T(a_failed_try_shuts_it_again),
        T(a_try_that_never_called_is_not_the_last),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
