/*
 * The table of business outcomes: terminals know its numbers, so it must hold together.
 */
#include "base/outcome.h"
#include "base/text.h"
#include "unit.h"

static void numbers_and_names_are_given_once(void **state)
{
    (void)state;
    const struct gt_outcome_info *a;
    for (size_t i = 0; (a = gt_outcome_at(i)); i++) {
        const struct gt_outcome_info *b;
        for (size_t j = 0; j < i && (b = gt_outcome_at(j)); j++) {
            assert_int_not_equal(a->number, b->number);
            assert_string_not_equal(a->name, b->name);
        }
        assert_ptr_equal(gt_outcome_info(a->number), a);
        assert_ptr_equal(gt_outcome_find(a->name), a);
    }
}

/* The ranges are what the header tells terminal makers. */
static void number_ranges_tell_the_class(void **state)
{
    (void)state;
    const struct gt_outcome_info *info;
    for (size_t i = 0; (info = gt_outcome_at(i)); i++) {
        int number = (int)info->number;
        enum gt_class expected = number == 0     ? GT_CLASS_OK
                                 : number < 1000 ? GT_CLASS__MAX
                                 : number < 2000 ? GT_CLASS_IN_DOUBT
                                 : number < 9000 ? GT_CLASS_DECLINED
                                                 : GT_CLASS_ERROR;
        assert_int_equal(info->class, expected);
    }
}

static void every_outcome_has_both_texts(void **state)
{
    (void)state;
    const struct gt_outcome_info *info;
    for (size_t i = 0; (info = gt_outcome_at(i)); i++) {
        assert_true(gt_utf8_length(info->zh) > 1);
        assert_true(strlen(info->zh) > gt_utf8_length(info->zh));
        assert_true(gt_utf8_valid(info->zh, strlen(info->zh)));
        assert_true(strlen(info->en) > 3);
        assert_int_equal(strlen(info->en), gt_utf8_length(info->en));
    }
}

static void known_numbers_never_change(void **state)
{
    (void)state;
    static const struct {
        int number;
        const char *name;
    } known[] = {{0, "OK"},           {1001, "IN_DOUBT"},     {2001, "NO_CUSTOMER"},
                 {3001, "NO_CREDIT"}, {6001, "TRACE_REUSED"}, {6002, "ABSENT"},
                 {9001, "BUSY"},      {9003, "INTERNAL"}};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        const struct gt_outcome_info *info = gt_outcome_find(known[i].name);
        assert_non_null(info);
        assert_int_equal(info->number, known[i].number);
    }
}

static void unknown_number_is_an_internal_error(void **state)
{
    (void)state;
    assert_string_equal(gt_outcome_info((enum gt_outcome)4711)->name, "INTERNAL");
    assert_null(gt_outcome_find("NO_SUCH_OUTCOME"));
    assert_null(gt_outcome_find(""));
    assert_null(gt_outcome_at(SIZE_MAX));
}

static void classes_have_names(void **state)
{
    (void)state;
    assert_string_equal(gt_class_name(GT_CLASS_OK), "ok");
    assert_string_equal(gt_class_name(GT_CLASS_DECLINED), "declined");
    assert_string_equal(gt_class_name(GT_CLASS_IN_DOUBT), "in_doubt");
    assert_string_equal(gt_class_name(GT_CLASS_ERROR), "error");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_and_names_are_given_once),
        cmocka_unit_test(number_ranges_tell_the_class),
        cmocka_unit_test(every_outcome_has_both_texts),
        cmocka_unit_test(known_numbers_never_change),
        cmocka_unit_test(unknown_number_is_an_internal_error),
        cmocka_unit_test(classes_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
