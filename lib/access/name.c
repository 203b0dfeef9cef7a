/*
 * What names and codes of this room may look like.
 *
 * Codes are compared by byte and typed by people, so they are plain ASCII; names are for people.
 */
#include "access/name.h"

#include "access/by.h"
#include "base/text.h"

#include <string.h>

bool gt_code_ok(const char *code, size_t most, const char *marks)
{
    size_t len = strlen(code);

    if (len == 0 || len > most)
        return false;
    for (size_t i = 0; i < len; i++) {
        char c = code[i];
        bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');

        if (!plain && !strchr(marks, c))
            return false;
    }
    return true;
}

bool gt_name_ok(const char *name, size_t most)
{
    size_t len = strlen(name);

    if (len == 0 || !gt_utf8_valid(name, len) || gt_utf8_length(name) > most)
        return false;
    if (name[0] == ' ' || name[len - 1] == ' ')
        return false;
    for (size_t i = 0; i < len; i++) {
        if ((unsigned char)name[i] < 0x20 || name[i] == 0x7f)
            return false;
    }
    return true;
}

bool gt_reason_ok(const char *reason)
{
    return gt_name_ok(reason, GT_REASON_CHARS);
}
