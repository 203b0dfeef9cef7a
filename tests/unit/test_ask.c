/*
 * Questions: one has a number of its own, is asked once more where the answer was to something
 * else, and not at all where there is no number for it.
 */
#include "till_kit.h"

static struct {
    struct kit kit;
    int strays; /* so many answers, the next ones, are to something else */
    int asked;
    char serial[20]; /* of the last question */
} w;

static void call(void *ctx, const struct gt_up_request *request, int64_t limit_ms,
                 struct gt_up_reply *reply)
{
    (void)ctx;
    assert_in_range(limit_ms, 1, w.kit.till.answer_ms);
    assert_string_not_equal(request->serial, w.serial);
    memcpy(w.serial, request->serial, sizeof(w.serial));
    memset(reply, 0, sizeof(*reply));
    w.asked++;
    if (w.strays > 0) {
        w.strays--;
        reply->class = GT_UP_UNKNOWN;
        reply->stray = true;
    }
}

static int setup(void **state)
{
    (void)state;
    memset(&w, 0, sizeof(w));
    kit_start(&w.kit);
    w.kit.upstream.call = call;
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    kit_stop(&w.kit);
    return 0;
}

static enum gt_err query(const struct gt_till *till, enum gt_outcome *outcome)
{
    struct gt_up_reply reply;
    char text[601];

    return gt_till_query(till, &w.kit.cashier, "1000000001", "", "", &reply, outcome, text);
}

static void a_stray_answer_is_asked_for_once_more(void **state)
{
    static const enum gt_outcome outcomes[] = {GT_OUT_OK, GT_OUT_OK, GT_OUT_UPSTREAM_DOWN};

    (void)state;
    for (int strays = 0; strays < 3; strays++) {
        enum gt_outcome outcome = GT_OUT_INTERNAL;

        w.asked = 0;
        w.strays = strays;
        assert_ok(query(&w.kit.till, &outcome));
        assert_int_equal(outcome, outcomes[strays]);
        assert_int_equal(w.asked, strays ? 2 : 1);
    }
}

/* A store without tables gives no numbers: that is our failure, and not upstream's silence. */
static void a_question_without_a_number_is_an_error(void **state)
{
    struct gt_db_conf conf = {.inline_mode = true, .create = true, .sync = GT_DB_RELAXED};
    struct gt_till till = w.kit.till;
    struct gt_db *db = NULL;
    enum gt_outcome outcome = GT_OUT_INTERNAL;
    char path[UNIT_PATH_MAX + 16];

    (void)state;
    snprintf(path, sizeof(path), "%s/empty.db", w.kit.folder);
    conf.path = path;
    conf.seal_key = w.kit.key;
    assert_ok(gt_db_open(&conf, &db));
    assert_ok(gt_keysrc_new(db, 100, &till.keys));
    assert_int_not_equal(query(&till, &outcome), GT_OK);
    assert_int_equal(w.asked, 0);
    gt_keysrc_free(till.keys);
    gt_db_close(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_stray_answer_is_asked_for_once_more, setup, teardown),
        cmocka_unit_test_setup_teardown(a_question_without_a_number_is_an_error, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
