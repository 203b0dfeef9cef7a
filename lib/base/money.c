/*
 * Reading, writing and adding amounts.
 *
 * Not here: who may have how much (the till).  Magnitudes are taken as uint64_t, so that the least
 * int64_t, which has no positive counterpart, is an amount like any other.
 */
#include "base/money.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static uint64_t magnitude(int64_t fen)
{
    return fen < 0 ? 0 - (uint64_t)fen : (uint64_t)fen;
}

enum gt_err gt_money_parse(const char *text, int64_t *fen)
{
    const char *yuan = text + (text[0] == '-');
    size_t whole = strspn(yuan, "0123456789");
    const char *point = yuan + whole;
    size_t decimals = *point == '.' ? strspn(point + 1, "0123456789") : 0;
    if (whole == 0 || (*point == '.' && (decimals < 1 || decimals > 2)) ||
        point[*point == '.' ? 1 + decimals : 0] != '\0')
        return gt_err_set(GT_ERR_SYNTAX, "'%.64s' is not an amount", text);

    /* Built towards its sign: the least amount has no positive counterpart. */
    int sign = text[0] == '-' ? -1 : 1;
    int64_t value = 0;
    for (size_t i = 0; i < whole + 2; i++) {
        int digit = 0;
        if (i < whole)
            digit = yuan[i] - '0';
        else if (i - whole < decimals)
            digit = point[1 + i - whole] - '0';
        if (__builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, sign * digit, &value))
            return gt_err_set(GT_ERR_RANGE, "%.64s is too large an amount", text);
    }
    *fen = value;
    return GT_OK;
}

char *gt_money_format(int64_t fen, char out[GT_MONEY_MAX])
{
    uint64_t m = magnitude(fen);
    (void)snprintf(out, GT_MONEY_MAX, "%s%" PRIu64 ".%02u", fen < 0 ? "-" : "", m / 100,
                   (unsigned)(m % 100));
    return out;
}

char *gt_money_group(int64_t fen, char out[GT_MONEY_GROUPED_MAX])
{
    char plain[GT_MONEY_MAX];
    const char *at = gt_money_format(fen, plain);
    size_t n = 0;

    if (*at == '-')
        out[n++] = *at++;
    for (size_t left = strcspn(at, "."); left > 0; left--) {
        out[n++] = *at++;
        if (left > 1 && (left - 1) % 3 == 0)
            out[n++] = ',';
    }
    snprintf(out + n, GT_MONEY_GROUPED_MAX - n, "%s", at);
    return out;
}

enum gt_err gt_money_add(int64_t a, int64_t b, int64_t *sum)
{
    int64_t result;
    if (__builtin_add_overflow(a, b, &result))
        return gt_err_set(GT_ERR_RANGE, "the sum of two amounts is too large");
    *sum = result;
    return GT_OK;
}

enum gt_err gt_money_sub(int64_t a, int64_t b, int64_t *diff)
{
    int64_t result;
    if (__builtin_sub_overflow(a, b, &result))
        return gt_err_set(GT_ERR_RANGE, "the difference of two amounts is too large");
    *diff = result;
    return GT_OK;
}

static void put_digit(struct gt_buf *out, uint64_t digit)
{
    static const char *const digits[] = {"零", "壹", "贰", "叁", "肆",
                                         "伍", "陆", "柒", "捌", "玖"};
    gt_buf_puts(out, digits[digit]);
}

/* Writes `n` > 0 without leading zeros.  A number is said as its upper part, the unit, its lower
 * part, at the greatest unit it reaches; one 零 stands for the zeros the lower part begins with. */
static void put_number(struct gt_buf *out, uint64_t n)
{
    static const struct {
        uint64_t value;
        const char *name;
    } units[] = {{100000000, "亿"}, {10000, "万"}, {1000, "仟"}, {100, "佰"}, {10, "拾"}};

    if (n < 10) {
        put_digit(out, n);
        return;
    }
    size_t u = 0;
    while (n < units[u].value)
        u++;
    put_number(out, n / units[u].value);
    gt_buf_puts(out, units[u].name);
    uint64_t lower = n % units[u].value;
    if (lower == 0)
        return;
    if (lower < units[u].value / 10)
        put_digit(out, 0);
    put_number(out, lower);
}

void gt_money_words(struct gt_buf *out, int64_t fen)
{
    uint64_t m = magnitude(fen);
    uint64_t yuan = m / 100;
    uint64_t jiao = m / 10 % 10;
    uint64_t cent = m % 10;

    gt_buf_puts(out, fen < 0 ? "人民币负" : "人民币");
    if (m == 0)
        put_digit(out, 0);
    if (yuan > 0)
        put_number(out, yuan);
    if (yuan > 0 || m == 0)
        gt_buf_puts(out, "元");
    if (jiao > 0) {
        put_digit(out, jiao);
        gt_buf_puts(out, "角");
    } else if (yuan > 0 && cent > 0) {
        put_digit(out, 0);
    }
    if (cent > 0) {
        put_digit(out, cent);
        gt_buf_puts(out, "分");
    } else {
        gt_buf_puts(out, "整");
    }
}
