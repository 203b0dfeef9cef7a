/*
 * Money: int64_t fen, everywhere.  No floating point.
 */
#ifndef GT_BASE_MONEY_H
#define GT_BASE_MONEY_H

#include "base/buf.h"
#include "base/err.h"

#include <stdint.h>

/* Room for any amount as text, with sign, point and end. */
#define GT_MONEY_MAX 24

/* Reads yuan: an optional '-', digits, and at most two decimals behind a point ("12", "12.3",
 * "12.34").  No blanks, no '+', no grouping.  GT_ERR_SYNTAX, GT_ERR_RANGE. */
enum gt_err gt_money_parse(const char *text, int64_t *fen) GT_CHECK;

/* Writes yuan with two decimals, "-0.05" for -5.  Gives `out` back. */
char *gt_money_format(int64_t fen, char out[GT_MONEY_MAX]);
/* The same as people read it: "1,234.56". */
#define GT_MONEY_GROUPED_MAX 48
char *gt_money_group(int64_t fen, char out[GT_MONEY_GROUPED_MAX]);

/* `*sum = a + b` and `*diff = a - b`.  GT_ERR_RANGE on overflow, the result untouched. */
enum gt_err gt_money_add(int64_t a, int64_t b, int64_t *sum) GT_CHECK;
enum gt_err gt_money_sub(int64_t a, int64_t b, int64_t *diff) GT_CHECK;

/* Appends the amount in financial Chinese numerals (大写), as the rules of the Ministry of Finance
 * and the People's Bank for notes and settlement vouchers want them (支付结算办法, annex 1):
 * 人民币 in front, zeros run together, 整 behind an amount that ends at yuan or jiao.
 * 5000 gives 人民币伍拾元整; 0 gives 人民币零元整; a negative one has 负 behind 人民币. */
void gt_money_words(struct gt_buf *out, int64_t fen);

#endif
