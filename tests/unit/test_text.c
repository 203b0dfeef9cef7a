/*
 * UTF-8, whole numbers, masks.
 */
#include "base/text.h"
#include "unit.h"

static void utf8_is_what_rfc_3629_allows(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        bool valid;
    } cases[] = {
        {"", true},
        {"plain", true},
        {"中文", true},
        {"\xF0\x9F\x98\x80", true},
        {"\xF4\x8F\xBF\xBF", true},
        {"\xED\x9F\xBF", true},
        {"\xEE\x80\x80", true},
        {"\x80", false},
        {"\xC0\x80", false},
        {"\xC1\xBF", false},
        {"\xE0\x9F\xBF", false},
        {"\xED\xA0\x80", false},
        {"\xF0\x8F\xBF\xBF", false},
        {"\xF4\x90\x80\x80", false},
        {"\xF5\x80\x80\x80", false},
        {"\xFF", false},
        {"\xE4\xB8", false},
        {"\xE4", false},
        {"a\xE4\xB8z", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(gt_utf8_valid(cases[i].bytes, strlen(cases[i].bytes)), cases[i].valid);
    assert_false(gt_utf8_valid("a\0b", 3));
}

static void every_character_reads_back(void **state)
{
    (void)state;
    static const uint32_t codes[] = {0x41, 0x7F, 0x80, 0x7FF, 0x800, 0xFFFF, 0x10000, 0x10FFFF};
    static const char *const bytes[] = {"A",
                                        "\x7F",
                                        "\xC2\x80",
                                        "\xDF\xBF",
                                        "\xE0\xA0\x80",
                                        "\xEF\xBF\xBF",
                                        "\xF0\x90\x80\x80",
                                        "\xF4\x8F\xBF\xBF"};
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        uint32_t code = 0;
        assert_int_equal(gt_utf8_next(bytes[i], strlen(bytes[i]), &code), strlen(bytes[i]));
        assert_int_equal(code, codes[i]);
        assert_int_equal(gt_utf8_next(bytes[i], strlen(bytes[i]) - 1, &code), 0);
    }
}

static void length_counts_characters(void **state)
{
    (void)state;
    assert_int_equal(gt_utf8_length(""), 0);
    assert_int_equal(gt_utf8_length("a中\xF0\x9F\x98\x80"), 3);
}

static void numbers_fill_the_whole_text(void **state)
{
    (void)state;
    int64_t n = 77;
    assert_ok(gt_int_parse("-9223372036854775808", &n));
    assert_true(n == INT64_MIN);
    assert_ok(gt_int_parse("9223372036854775807", &n));
    assert_true(n == INT64_MAX);
    assert_ok(gt_int_parse("0042", &n));
    assert_true(n == 42);
    assert_err(GT_ERR_RANGE, gt_int_parse("9223372036854775808", &n));
    assert_err(GT_ERR_RANGE, gt_int_parse("-9223372036854775809", &n));
    static const char *const bad[] = {"", "-", " 1", "1 ", "+1", "1.0", "0x10", "1a", "--1"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_err(GT_ERR_SYNTAX, gt_int_parse(bad[i], &n));
    assert_true(n == 42);
}

static void names_show_only_their_ends(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"张小三", "张*三"},    {"王五", "王*"},    {"王", "*"}, {"", ""},
        {"欧阳小明", "欧**明"}, {"Smith", "S***h"},
    };
    char out[64];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        gt_mask_name(cases[i][0], out, sizeof out);
        assert_string_equal(out, cases[i][1]);
    }
}

static void numbers_hide_their_middle(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"2000000001", "2000****0001"},
        {"6222021234567890123", "6222****0123"},
        {"12345678", "12****78"},
        {"1234", "1****4"},
        {"123", "****"},
        {"", ""},
    };
    char out[64];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        gt_mask_number(cases[i][0], out, sizeof out);
        assert_string_equal(out, cases[i][1]);
    }
}

static void masks_that_do_not_fit_are_a_star(void **state)
{
    (void)state;
    char out[8];
    gt_mask_number("2000000001", out, sizeof out);
    assert_string_equal(out, "*");
    gt_mask_name("张小三", out, 7);
    assert_string_equal(out, "*");
    gt_mask_name("张小三", out, 8);
    assert_string_equal(out, "张*三");
    gt_mask_name("张小三", out, 1);
    assert_string_equal(out, "");
    gt_mask_name("\xFF\xFE\xFD", out, sizeof out);
    assert_string_equal(out, "*");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(utf8_is_what_rfc_3629_allows),
        cmocka_unit_test(every_character_reads_back),
        cmocka_unit_test(length_counts_characters),
        cmocka_unit_test(numbers_fill_the_whole_text),
        cmocka_unit_test(names_show_only_their_ends),
        cmocka_unit_test(numbers_hide_their_middle),
        cmocka_unit_test(masks_that_do_not_fit_are_a_star),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
