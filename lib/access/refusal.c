/*
 * The table of refusals, and their texts.
 */
#include "access/refusal.h"

#include "base/buf.h"
#include "base/money.h"
#include "store/db.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const struct {
    enum gt_err err;
    const char *text[2]; /* Chinese, English */
} infos[GT_WHY__MAX] = {
#define GT_X(name, number, zh, en) [GT_WHY_##name] = {number, {zh, en}},
    GT_REFUSALS(GT_X)
#undef GT_X
};

/* Appends what stands for a word in braces, and gives what is behind it; NULL if it is none. */
static const char *put_word(struct gt_buf *out, const char *at, const struct gt_refusal *no,
                            bool english)
{
    char money[GT_MONEY_MAX];

    if (strncmp(at, "{n}", 3) == 0) {
        gt_buf_printf(out, "%" PRId64, no->n);
        return at + 3;
    }
    if (strncmp(at, "{money}", 7) == 0) {
        gt_buf_puts(out, gt_money_format(no->n, money));
        return at + 7;
    }
    if (strncmp(at, "{what}", 6) == 0) {
        gt_buf_puts(out, english && *no->what_en ? no->what_en : no->what);
        return at + 6;
    }
    return NULL;
}

char *gt_refusal_text(const struct gt_refusal *no, bool english, char *out, size_t size)
{
    struct gt_buf buf;

    assert(no->why < GT_WHY__MAX);
    gt_buf_init(&buf, 2048);
    for (const char *at = infos[no->why].text[english]; *at;) {
        const char *behind = *at == '{' ? put_word(&buf, at, no, english) : NULL;

        if (!behind)
            gt_buf_putc(&buf, *at++);
        else
            at = behind;
    }
    if (gt_buf_err(&buf) != GT_OK || gt_str_copy(out, size, buf.data) != GT_OK)
        snprintf(out, size, "-");
    gt_buf_done(&buf);
    return out;
}

/* Copies a name; one that is too long is left out rather than cut within a character. */
static void copy_name(char *out, size_t size, const char *name)
{
    if (gt_str_copy(out, size, name ? name : "") != GT_OK)
        *out = '\0';
}

static enum gt_err refuse(struct gt_refusal *no, enum gt_why why, const char *field, int64_t n,
                          const char *zh, const char *en)
{
    struct gt_refusal own;
    char text[GT_ERR_TEXT_MAX];

    if (!no)
        no = &own;
    *no = (struct gt_refusal){.why = why, .n = n};
    copy_name(no->field, sizeof(no->field), field);
    copy_name(no->what, sizeof(no->what), zh);
    copy_name(no->what_en, sizeof(no->what_en), en);
    return gt_err_set(infos[why].err, "%s", gt_refusal_text(no, true, text, sizeof(text)));
}

enum gt_err gt_refuse(struct gt_refusal *no, enum gt_why why, const char *field, int64_t n,
                      const char *what)
{
    return refuse(no, why, field, n, what, NULL);
}

enum gt_err gt_refuse_named(struct gt_refusal *no, enum gt_why why, const char *field,
                            const char *zh, const char *en)
{
    return refuse(no, why, field, 0, zh, en);
}

enum gt_err gt_tx_refuse(struct gt_tx *tx, struct gt_refusal *no, enum gt_why why,
                         const char *field, int64_t n, const char *what)
{
    if (gt_tx_err(tx) != GT_OK)
        return gt_tx_err(tx);
    return gt_tx_fail(tx, gt_refuse(no, why, field, n, what));
}
