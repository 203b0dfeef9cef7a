/*
 * Sorting more than fits into memory: all that went in comes out, in order, as often as asked.
 */
#include "books/sort.h"
#include "unit.h"

struct record {
    int64_t key, check;
    char fill[240];
};

static int by_key(const void *a, const void *b)
{
    const struct record *x = a, *y = b;

    return x->key < y->key ? -1 : x->key > y->key;
}

static uint64_t next_random(uint64_t *seed)
{
    *seed = *seed * UINT64_C(6364136223846793005) + 1442695040888963407;
    return *seed >> 17;
}

/* Puts `n` records in and looks at what comes out, twice. */
static void sort_many(int64_t n)
{
    char folder[UNIT_PATH_MAX];
    struct gt_sort *sort = NULL;
    struct record record = {.key = 0};
    uint64_t seed = 7;
    int64_t sum = 0;

    unit_folder(folder);
    assert_ok(gt_sort_new(folder, sizeof(record), by_key, &sort));
    for (int64_t i = 0; i < n; i++) {
        record.key = (int64_t)(next_random(&seed) % 1000000);
        record.check = ~record.key;
        sum += record.key;
        assert_ok(gt_sort_put(sort, &record));
    }
    assert_int_equal(gt_sort_count(sort), n);
    for (int round = 0; round < 2; round++) {
        int64_t got = 0, left = sum, last = -1;
        const void *next = NULL;

        assert_ok(gt_sort_turn(sort));
        for (;;) {
            assert_ok(gt_sort_next(sort, &next));
            if (!next)
                break;
            memcpy(&record, next, sizeof(record));
            assert_true(record.key >= last);
            assert_int_equal(record.check, ~record.key);
            last = record.key;
            left -= record.key;
            got++;
        }
        assert_int_equal(got, n);
        assert_int_equal(left, 0);
        assert_ok(gt_sort_next(sort, &next));
        assert_null(next);
    }
    gt_sort_free(sort);
    assert_int_equal(rmdir(folder), 0); /* nothing is left behind */
}

static void nothing_sorts_to_nothing(void **state)
{
    (void)state;
    sort_many(0);
}

static void what_fits_is_sorted_in_memory(void **state)
{
    (void)state;
    sort_many(1000);
}

static void what_does_not_fit_is_merged(void **state)
{
    (void)state;
    sort_many(65536); /* exactly one chunk */
    sort_many(65537);
    sort_many(300000);
}

static void a_folder_that_is_not_there_is_told(void **state)
{
    struct gt_sort *sort = NULL;
    struct record record = {.key = 0};
    enum gt_err err = GT_OK;

    (void)state;
    assert_ok(gt_sort_new("/nowhere", sizeof(record), by_key, &sort));
    for (int i = 0; i < 100000 && err == GT_OK; i++)
        err = gt_sort_put(sort, &record);
    assert_err(GT_ERR_IO, err);
    gt_sort_free(sort);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_sorts_to_nothing),
        cmocka_unit_test(what_fits_is_sorted_in_memory),
        cmocka_unit_test(what_does_not_fit_is_merged),
        cmocka_unit_test(a_folder_that_is_not_there_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
