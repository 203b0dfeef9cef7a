/*
 * Small questions about text: UTF-8, numbers, masking.
 */
#ifndef GT_BASE_TEXT_H
#define GT_BASE_TEXT_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether `len` bytes are well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms) without a
 * NUL among them. */
bool gt_utf8_valid(const char *s, size_t len);

/* Reads the first character of `len` bytes.  The number of bytes it has, and its code point in
 * `*code`; 0 if they do not begin with a well-formed character (or `len` is 0). */
size_t gt_utf8_next(const char *s, size_t len, uint32_t *code) GT_CHECK;

/* Characters, not bytes, of well-formed UTF-8. */
size_t gt_utf8_length(const char *s);

/* Reads a decimal int64_t that fills the whole text.  GT_ERR_SYNTAX, GT_ERR_RANGE. */
enum gt_err gt_int_parse(const char *text, int64_t *out) GT_CHECK;

/* A person's name with all but its first and last character masked: 张*三, 王*; and a long number
 * with its middle masked: 2000****0001.  Always ended; a mask that does not fit is "*". */
void gt_mask_name(const char *name, char *out, size_t size);
void gt_mask_number(const char *number, char *out, size_t size);

#endif
