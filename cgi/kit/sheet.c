/*
 * Lists as files.
 *
 * Not here: who may take a list away (the handler), and how a cell looks in CSV (csv.c) or XLSX
 * (xlsx.c).  Whoever takes a file slowly holds a thread: fcgi.c gives up on who takes nothing, and
 * CSV ends, saying so, when it has taken too long.
 */
#include "kit/sheet.h"

#include "base/log.h"
#include "kit/csv.h"
#include "kit/site.h"
#include "kit/xlsx.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A file that is still not sent after this is broken off. */
#define SEND_MS INT64_C(600000)
/* Of an XLSX file, at once. */
#define PIECE 65536

struct gt_sheet {
    const struct gt_sheet_source *source;
    void *list;
    const struct gt_words *words;
    enum gt_lang lang;
    int tz_minutes;
    const struct gt_clock *clock;
    int64_t until; /* mono */
    size_t columns, column;
    int64_t row;
    bool begun;           /* the heads are there */
    struct gt_buf *csv;   /* what is being made; NULL: XLSX */
    struct gt_xlsx *xlsx; /* NULL: CSV */
    enum gt_err err;      /* the first of XLSX */
};

static void free_sheet(void *stream)
{
    struct gt_sheet *sheet = stream;
    sheet->source->done(sheet->list);
    gt_xlsx_free(sheet->xlsx);
    free(sheet);
}

/* --- cells */

static bool is_last(const struct gt_sheet *sheet)
{
    return sheet->column + 1 == sheet->columns;
}

static void next_cell(struct gt_sheet *sheet)
{
    bool end = is_last(sheet);
    sheet->column = end ? 0 : sheet->column + 1;
    sheet->row += end;
}

static bool is_good(struct gt_sheet *sheet)
{
    if (sheet->row > GT_XLSX_ROWS_MAX && sheet->err == GT_OK)
        sheet->err = gt_err_set(GT_ERR_FULL, "more than %d rows", GT_XLSX_ROWS_MAX);
    return sheet->err == GT_OK;
}

void gt_cell_text(struct gt_sheet *sheet, const char *text)
{
    if (sheet->csv)
        gt_csv_put(sheet->csv, text, is_last(sheet));
    else if (is_good(sheet))
        sheet->err = gt_xlsx_text(sheet->xlsx, sheet->row, sheet->column, text);
    next_cell(sheet);
}

void gt_cell_word(struct gt_sheet *sheet, const char *word)
{
    gt_cell_text(sheet, gt_words_get(sheet->words, sheet->lang, word));
}

void gt_cell_int(struct gt_sheet *sheet, int64_t value)
{
    char text[24];
    if (sheet->csv) {
        gt_csv_put_int(sheet->csv, value, is_last(sheet));
        next_cell(sheet);
    } else {
        /* Spreadsheets keep 15 digits, our numbers have more. */
        (void)snprintf(text, sizeof text, "%" PRId64, value);
        gt_cell_text(sheet, text);
    }
}

void gt_cell_money(struct gt_sheet *sheet, int64_t fen)
{
    if (sheet->csv)
        gt_csv_put_money(sheet->csv, fen, is_last(sheet));
    else if (is_good(sheet))
        sheet->err = gt_xlsx_money(sheet->xlsx, sheet->row, sheet->column, fen);
    next_cell(sheet);
}

void gt_cell_time(struct gt_sheet *sheet, int64_t ms)
{
    char text[GT_TIME_MAX] = "";
    gt_cell_text(sheet, ms ? gt_time_format(ms, sheet->tz_minutes, text) : text);
}

static void put_heads(struct gt_sheet *sheet)
{
    char word[96];
    for (size_t i = 0; i < sheet->columns; i++) {
        (void)snprintf(word, sizeof word, "%s.%s", sheet->source->words, sheet->source->columns[i]);
        gt_cell_word(sheet, word);
    }
    sheet->begun = true;
}

/* --- CSV */

/* A piece: heads and the first rows, then rows. */
static bool more_csv(void *stream, struct gt_buf *piece)
{
    struct gt_sheet *sheet = stream;
    enum gt_err err = GT_OK;
    bool more = true;
    sheet->csv = piece;
    if (!sheet->begun) {
        gt_buf_puts(piece, GT_CSV_MARK);
        put_heads(sheet);
    }
    if (sheet->clock->mono(sheet->clock->ctx) > sheet->until)
        err = gt_err_set(GT_ERR_TIMEOUT, "the client takes it too slowly");
    else
        err = sheet->source->rows(sheet, sheet->list, &more);
    if (err == GT_OK)
        return more;
    gt_log_err("sheet.broken_off", err);
    gt_csv_put(piece, gt_words_get(sheet->words, sheet->lang, "sheet.broken_off"), true);
    return false;
}

/* --- XLSX */

static bool more_xlsx(void *stream, struct gt_buf *piece)
{
    const struct gt_sheet *sheet = stream;
    char bytes[PIECE / 4];
    int fd = gt_xlsx_fd(sheet->xlsx);
    while (piece->len < PIECE) {
        ssize_t n = read(fd, bytes, sizeof bytes);
        if (n < 0)
            piece->err = gt_err_sys(GT_ERR_IO, errno, "a file that was made");
        if (n <= 0)
            return false;
        gt_buf_put(piece, bytes, (size_t)n);
    }
    return true;
}

static enum gt_err make_xlsx(struct gt_sheet *sheet)
{
    bool more = true;
    enum gt_err err = gt_xlsx_new(sheet->columns, &sheet->xlsx);
    if (err != GT_OK)
        return err;
    put_heads(sheet);
    while (err == GT_OK && sheet->err == GT_OK && more)
        err = sheet->source->rows(sheet, sheet->list, &more);
    if (err == GT_OK)
        err = sheet->err;
    return err == GT_OK ? gt_xlsx_end(sheet->xlsx) : err;
}

/* Sends the visitor back to the list, which has more rows than an XLSX file may have. */
static enum gt_err too_many(struct gt_page *page)
{
    struct gt_buf path;
    char most[24];
    (void)snprintf(most, sizeof most, "%d", GT_XLSX_ROWS_MAX);
    gt_page_flash(page, "warning", "sheet.too_many", GT_ARGS(most));
    gt_buf_init(&path, 1024);
    for (size_t i = 0; i < gt_route_count(); i++) {
        const struct gt_route *route = gt_route_at(i);
        if (page->route->under && strcmp(route->name, page->route->under) == 0 && route->menu)
            gt_buf_printf(&path, "%s?%s", route->path, page->request->query);
    }
    enum gt_err err = gt_buf_err(&path);
    if (err == GT_OK)
        err = gt_page_go(page, path.data);
    gt_buf_done(&path);
    return err;
}

/* --- the reply */

static void begin_reply(struct gt_page *page, struct gt_sheet *sheet)
{
    struct gt_http_reply *reply = page->reply;
    char value[128];
    (void)snprintf(value, sizeof value, "attachment; filename=\"%s.%s\"", sheet->source->file,
                   sheet->xlsx ? "xlsx" : "csv");
    gt_buf_reset(&reply->body);
    reply->status = 200;
    reply->content_type = sheet->xlsx ? GT_XLSX_TYPE : "text/csv; charset=utf-8";
    gt_http_reply_header(reply, "Content-Disposition", value);
    reply->more = sheet->xlsx ? more_xlsx : more_csv;
    reply->stream = sheet;
    reply->stream_done = free_sheet;
    page->done = true;
}

enum gt_err gt_sheet_send(struct gt_page *page, const struct gt_sheet_source *source, void *list)
{
    const struct gt_clock *clock = page->site->clock;
    struct gt_sheet *sheet = calloc(1, sizeof *sheet);
    if (!sheet) {
        source->done(list);
        return gt_err_set(GT_ERR_NOMEM, "no memory for a file");
    }
    *sheet = (struct gt_sheet){.source = source,
                               .list = list,
                               .words = page->site->words,
                               .lang = page->lang,
                               .tz_minutes = page->site->tz_minutes,
                               .clock = clock,
                               .until = clock->mono(clock->ctx) + SEND_MS};
    while (source->columns[sheet->columns])
        sheet->columns++;
    enum gt_err err = GT_OK;
    if (strcmp(gt_params_get(&page->query, "as"), "xlsx") == 0)
        err = make_xlsx(sheet);
    if (err == GT_OK) {
        begin_reply(page, sheet);
        return GT_OK;
    }
    bool many = sheet->err == GT_ERR_FULL;
    free_sheet(sheet);
    return many ? too_many(page) : err;
}
