/*
 * Printing objects.
 *
 * Columns are padded by what a terminal shows: a Chinese character takes two of them.
 */
#include "record.h"

#include "base/buf.h"
#include "base/money.h"
#include "base/text.h"
#include "common.h"
#include "store/row.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE 100

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

struct page {
    const struct gt_row *def;
    int64_t after; /* behind this id */
    char *rows;
    size_t n;
};

static enum gt_err read_page(struct gt_tx *tx, void *arg)
{
    struct page *p = arg;

    p->n = 0;
    gt_tx_query(tx, p->def->scan, GT_INT(p->after));
    while (p->n < PAGE && gt_tx_next(tx))
        gt_row_read(tx, p->def, p->rows + p->n++ * p->def->size);
    return gt_tx_err(tx);
}

int gt_listing_table(struct gt_cmd *cmd, const struct gt_row *def,
                     void (*fill)(struct gt_record *r, const void *row))
{
    struct page p = {.def = def, .n = PAGE, .rows = calloc(PAGE, def->size)};
    struct gt_listing list = {.json = cmd->json};
    struct gt_record r;
    enum gt_err err = p.rows ? gt_cmd_open(cmd) : gt_err_set(GT_ERR_NOMEM, "no memory for a list");

    while (err == GT_OK && p.n == PAGE) {
        err = gt_db_read(cmd->db, "command.list", read_page, &p);
        for (size_t i = 0; err == GT_OK && i < p.n; i++) {
            const char *row = p.rows + i * def->size;

            fill(&r, row);
            gt_listing_row(&list, &r);
            memcpy(&p.after, row, sizeof(p.after)); /* every row begins with its id */
        }
    }
    free(p.rows);
    if (err != GT_OK)
        return gt_cmd_fail(err);
    gt_listing_end(&list);
    return GT_EXIT_OK;
}
