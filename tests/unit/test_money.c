/*
 * Money: reading, writing, adding, and the words of receipts.
 */
#include "base/money.h"
#include "unit.h"

static void parse_takes_yuan_with_up_to_two_decimals(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t fen;
    } cases[] = {
        {"0", 0},
        {"12", 1200},
        {"12.3", 1230},
        {"12.34", 1234},
        {"-0.05", -5},
        {"-12", -1200},
        {"0.01", 1},
        {"007.50", 750},
        {"92233720368547758.07", INT64_MAX},
        {"-92233720368547758.08", INT64_MIN},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t fen = -1;
        assert_ok(gt_money_parse(cases[i].text, &fen));
        assert_true(fen == cases[i].fen);
    }
}

static void parse_refuses_what_is_no_amount(void **state)
{
    (void)state;
    static const char *const cases[] = {"",     "-",  ".",     ".5",  "5.",  "1.234", "+1",
                                        " 1",   "1 ", "1,000", "1e3", "0x1", "--1",   "1.2.3",
                                        "1.-2", "１", "NaN",   "1\n", "¥1"};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t fen = 77;
        assert_err(GT_ERR_SYNTAX, gt_money_parse(cases[i], &fen));
        assert_true(fen == 77);
    }
}

static void parse_refuses_overflow(void **state)
{
    (void)state;
    static const char *const cases[] = {"92233720368547758.08", "-92233720368547758.09",
                                        "92233720368547759", "99999999999999999999999999",
                                        "-99999999999999999999999999"};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t fen = 77;
        assert_err(GT_ERR_RANGE, gt_money_parse(cases[i], &fen));
        assert_true(fen == 77);
    }
}

static void format_and_parse_are_inverse(void **state)
{
    (void)state;
    static const int64_t cases[] = {0,   1,    -1,        -5,        10,       99,
                                    100, -100, 123456789, INT64_MAX, INT64_MIN};
    char text[GT_MONEY_MAX];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t back = 77;
        assert_ok(gt_money_parse(gt_money_format(cases[i], text), &back));
        assert_true(back == cases[i]);
    }
    assert_string_equal(gt_money_format(-5, text), "-0.05");
    assert_string_equal(gt_money_format(5000, text), "50.00");
    assert_string_equal(gt_money_format(INT64_MIN, text), "-92233720368547758.08");
}

static void sums_that_overflow_are_refused(void **state)
{
    (void)state;
    int64_t result = 77;
    assert_ok(gt_money_add(40, 2, &result));
    assert_true(result == 42);
    assert_ok(gt_money_sub(40, 50, &result));
    assert_true(result == -10);
    assert_err(GT_ERR_RANGE, gt_money_add(INT64_MAX, 1, &result));
    assert_err(GT_ERR_RANGE, gt_money_add(INT64_MIN, -1, &result));
    assert_err(GT_ERR_RANGE, gt_money_sub(INT64_MIN, 1, &result));
    assert_err(GT_ERR_RANGE, gt_money_sub(0, INT64_MIN, &result));
    assert_true(result == -10);
}

static void words_follow_the_rules_of_vouchers(void **state)
{
    (void)state;
    static const struct {
        const char *yuan;
        const char *words;
    } cases[] = {
        {"0", "人民币零元整"},
        {"0.01", "人民币壹分"},
        {"0.12", "人民币壹角贰分"},
        {"0.30", "人民币叁角整"},
        {"1", "人民币壹元整"},
        {"5.03", "人民币伍元零叁分"},
        {"5.30", "人民币伍元叁角整"},
        {"10", "人民币壹拾元整"},
        {"10.05", "人民币壹拾元零伍分"},
        {"15", "人民币壹拾伍元整"},
        {"50", "人民币伍拾元整"},
        {"86.40", "人民币捌拾陆元肆角整"},
        {"101", "人民币壹佰零壹元整"},
        {"110", "人民币壹佰壹拾元整"},
        {"123.45", "人民币壹佰贰拾叁元肆角伍分"},
        {"1001", "人民币壹仟零壹元整"},
        {"1010", "人民币壹仟零壹拾元整"},
        {"1409.50", "人民币壹仟肆佰零玖元伍角整"},
        {"6007.14", "人民币陆仟零柒元壹角肆分"},
        {"10005", "人民币壹万零伍元整"},
        {"10500", "人民币壹万零伍佰元整"},
        {"15000", "人民币壹万伍仟元整"},
        {"100000", "人民币壹拾万元整"},
        {"101000", "人民币壹拾万壹仟元整"},
        {"1000000", "人民币壹佰万元整"},
        {"10000001", "人民币壹仟万零壹元整"},
        {"10010010.01", "人民币壹仟零壹万零壹拾元零壹分"},
        {"100000000", "人民币壹亿元整"},
        {"100000500.00", "人民币壹亿零伍佰元整"},
        {"100010000", "人民币壹亿零壹万元整"},
        {"1000000000.10", "人民币壹拾亿元壹角整"},
        {"123456789.09", "人民币壹亿贰仟叁佰肆拾伍万陆仟柒佰捌拾玖元零玖分"},
        {"1000000000000", "人民币壹万亿元整"},
        {"1000000010000", "人民币壹万亿零壹万元整"},
        {"-0.05", "人民币负伍分"},
        {"-86.40", "人民币负捌拾陆元肆角整"},
        {"92233720368547758.07", "人民币玖亿贰仟贰佰叁拾叁万柒仟贰佰零叁亿陆仟捌佰伍拾肆万"
                                 "柒仟柒佰伍拾捌元零柒分"},
        {"-92233720368547758.08", "人民币负玖亿贰仟贰佰叁拾叁万柒仟贰佰零叁亿陆仟捌佰伍拾肆万"
                                  "柒仟柒佰伍拾捌元零捌分"},
    };
    struct gt_buf words;
    gt_buf_init(&words, 512);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t fen = 0;
        gt_buf_reset(&words);
        assert_ok(gt_money_parse(cases[i].yuan, &fen));
        gt_money_words(&words, fen);
        assert_ok(gt_buf_err(&words));
        assert_string_equal(words.data, cases[i].words);
    }
    gt_buf_done(&words);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parse_takes_yuan_with_up_to_two_decimals),
        cmocka_unit_test(parse_refuses_what_is_no_amount),
        cmocka_unit_test(parse_refuses_overflow),
        cmocka_unit_test(format_and_parse_are_inverse),
        cmocka_unit_test(sums_that_overflow_are_refused),
        cmocka_unit_test(words_follow_the_rules_of_vouchers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
