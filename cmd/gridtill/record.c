/*
 * Printing objects.
 *
 * Columns are padded by what a terminal shows: a Chinese character takes two of them.
 */
#include "record.h"

#include "base/buf.h"
#include "base/money.h"
#include "base/text.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static struct gt_field *add(struct gt_record *r, const char *name, int width)
{
    assert(r->n < GT_RECORD_FIELDS_MAX);
    struct gt_field *f = &r->field[r->n++];
    f->name = name;
    f->width = width;
    f->number = false;
    return f;
}

void gt_record_text(struct gt_record *r, const char *name, int width, const char *text)
{
    struct gt_field *f = add(r, name, width);

    if (gt_str_copy(f->text, sizeof(f->text), text) != GT_OK)
        snprintf(f->text, sizeof(f->text), "(too long to show)");
}

void gt_record_int(struct gt_record *r, const char *name, int width, int64_t value)
{
    struct gt_field *f = add(r, name, width);

    f->number = true;
    snprintf(f->text, sizeof(f->text), "%" PRId64, value);
}

void gt_record_money(struct gt_record *r, const char *name, int width, int64_t fen)
{
    char text[GT_MONEY_MAX];

    gt_record_text(r, name, width, gt_money_format(fen, text));
}

static void put_json(const struct gt_record *r, struct gt_buf *out)
{
    gt_buf_putc(out, '{');
    for (int i = 0; i < r->n; i++) {
        const struct gt_field *f = &r->field[i];

        gt_buf_puts(out, i ? ", " : "");
        gt_buf_put_json(out, f->name);
        gt_buf_puts(out, ": ");
        if (f->number)
            gt_buf_puts(out, f->text);
        else
            gt_buf_put_json(out, f->text);
    }
    gt_buf_putc(out, '}');
}

static void print_json(const struct gt_record *r)
{
    struct gt_buf buf;

    gt_buf_init(&buf, 64 * 1024);
    put_json(r, &buf);
    if (gt_buf_err(&buf) == GT_OK)
        fputs(buf.data, stdout);
    gt_buf_done(&buf);
}

void gt_record_show(const struct gt_record *r, bool json)
{
    if (json) {
        print_json(r);
        putchar('\n');
        return;
    }
    for (int i = 0; i < r->n; i++)
        printf("%-14s %s\n", r->field[i].name, r->field[i].text);
}

/* Columns of a terminal that a text takes. */
static int columns_of(const char *text)
{
    size_t left = strlen(text), n;
    uint32_t code;
    int columns = 0;

    while ((n = gt_utf8_next(text, left, &code)) > 0) {
        columns += code >= 0x1100 ? 2 : 1;
        text += n;
        left -= n;
    }
    return columns;
}

static void print_line(const struct gt_record *r, bool header)
{
    int last = r->n - 1;

    while (last > 0 && r->field[last].width == 0)
        last--;
    for (int i = 0; i <= last; i++) {
        const struct gt_field *f = &r->field[i];
        const char *text = header ? f->name : f->text;

        if (f->width == 0)
            continue;
        int pad = f->width - columns_of(text);
        printf("%s%*s", text, i == last || pad < 0 ? 0 : pad, "");
        fputs(i == last ? "\n" : "  ", stdout);
    }
}

void gt_listing_row(struct gt_listing *l, const struct gt_record *r)
{
    if (l->json) {
        fputs(l->rows ? ",\n " : "[", stdout);
        print_json(r);
    } else {
        if (l->rows == 0)
            print_line(r, true);
        print_line(r, false);
    }
    l->rows++;
}

void gt_listing_end(struct gt_listing *l)
{
    if (l->json)
        fputs(l->rows ? "]\n" : "[]\n", stdout);
}
