/*
 * What names and codes of this room may look like.  For the files of lib/access only.
 */
#ifndef GT_ACCESS_NAME_H
#define GT_ACCESS_NAME_H

#include <stdbool.h>
#include <stddef.h>

/* Whether `code` is 1 to `most` ASCII letters, digits, and characters of `marks`: no blanks, which
 * at its end SQL Server would not compare.  Whatever people type as a key goes through here. */
bool gt_code_ok(const char *code, size_t most, const char *marks);
/* Whether `name` is well-formed UTF-8 of 1 to `most` characters without control characters, and
 * neither begins nor ends with a blank. */
bool gt_name_ok(const char *name, size_t most);
/* Whether `reason` says why somebody did something: a name of GT_REASON_CHARS (by.h). */
bool gt_reason_ok(const char *reason);

#endif
