/*
 * Reads a day statement, line by line out of one buffer.
 *
 * The subtle thing is GBK: the second byte of a character may be a '|'.  So a line is cut by going
 * over characters, not bytes; a line's end cannot be inside one in either character set.
 */
#include "link/day.h"

#include "base/clock.h"
#include "base/money.h"
#include "base/text.h"
#include "link/adapter.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define READ_SIZE ((size_t)256 * 1024)

struct reader {
    const struct gt_day_format *format;
    int64_t date;
    int fd;
    char *buf; /* READ_SIZE */
    size_t at, len;
    bool end;         /* nothing more to read */
    bool cut;         /* the last line did not end */
    int64_t line_no;  /* of the line read last */
    int64_t promised; /* lines that the head tells of, -1: it does not */
    int64_t lines;
};

static enum gt_err wrong(const struct reader *r, const char *what)
{
    return gt_err_set(GT_ERR_SYNTAX, "line %" PRId64 ": %s", r->line_no, what);
}

/* --- lines ---------------------------------------------------------------------------------- */

static enum gt_err fill(struct reader *r)
{
    memmove(r->buf, r->buf + r->at, r->len - r->at);
    r->len -= r->at;
    r->at = 0;
    ssize_t n;
    do
        n = read(r->fd, r->buf + r->len, READ_SIZE - r->len);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return gt_err_sys(GT_ERR_IO, errno, "reading a statement");
    r->end = n == 0;
    r->len += (size_t)n;
    return GT_OK;
}

/* The next line, ended with NUL in place of its end; NULL behind the last one. */
static enum gt_err next_line(struct reader *r, char **line, size_t *len)
{
    char *end = memchr(r->buf + r->at, '\n', r->len - r->at);
    while (end == NULL && !r->end && r->len - r->at < GT_DAY_LINE_MAX) {
        enum gt_err err = fill(r);
        if (err != GT_OK)
            return err;
        end = memchr(r->buf + r->at, '\n', r->len - r->at);
    }
    *line = NULL;
    if (end == NULL && r->at == r->len)
        return GT_OK;
    r->line_no++;
    size_t n = end != NULL ? (size_t)(end - (r->buf + r->at)) : r->len - r->at;
    if (n >= GT_DAY_LINE_MAX)
        return wrong(r, "longer than a line may be");
    *line = r->buf + r->at;
    r->cut = end == NULL;
    r->at += n + (end != NULL);
    if (n > 0 && (*line)[n - 1] == '\r')
        n--;
    (*line)[n] = '\0'; /* the buffer has one byte more */
    *len = n;
    return memchr(*line, '\0', n) == NULL ? GT_OK : wrong(r, "a NUL in it");
}

/* Bytes of the GBK character at `p`, of which `left` are there; 0 if it is none. */
static size_t gbk_length(const unsigned char *p, size_t left)
{
    if (p[0] < 0x80)
        return 1;
    bool pair =
        p[0] != 0x80 && p[0] != 0xFF && left > 1 && p[1] >= 0x40 && p[1] != 0x7F && p[1] != 0xFF;
    return pair ? 2 : 0;
}

/* Cuts a line in place; gives how many columns it has, those beyond the greatest not counted. */
static enum gt_err cut_line(const struct reader *r, char *line, size_t len,
                            char *columns[GT_DAY_COLUMNS], int *n)
{
    const struct gt_day_format *f = r->format;
    if (!f->gbk && !gt_utf8_valid(line, len))
        return wrong(r, "not UTF-8");
    *n = 1;
    columns[0] = line;
    for (size_t i = 0; i < len;) {
        size_t width = f->gbk ? gbk_length((const unsigned char *)line + i, len - i) : 1;
        if (width == 0)
            return wrong(r, "not GBK");
        if (line[i] == f->delimiter) {
            line[i] = '\0';
            if (*n < GT_DAY_COLUMNS)
                columns[(*n)++] = line + i + 1;
        }
        i += width;
    }
    return GT_OK;
}

/* Takes off the blanks that some pad with. */
static char *trim(char *text)
{
    text += strspn(text, " ");
    size_t n = strlen(text);
    while (n > 0 && text[n - 1] == ' ')
        text[--n] = '\0';
    return text;
}

/* --- columns -------------------------------------------------------------------------------- */

/* Numbers and references: printable ASCII, so that both character sets agree on them. */
static enum gt_err copy_key(const struct reader *r, const char *text, char *out, size_t size)
{
    for (const char *p = text; *p != '\0'; p++)
        if (*p <= ' ' || *p >= 0x7F)
            return wrong(r, "a number with strange characters");
    if (strlen(text) >= size)
        return wrong(r, "a number that is too long");
    memcpy(out, text, strlen(text) + 1);
    return GT_OK;
}

static enum gt_err read_amount(const struct reader *r, const struct gt_day_cell *cell,
                               const char *text, struct gt_up_line *line)
{
    int64_t fen = 0;
    if (cell->column == GT_DAY_COL_FEE && *text == '\0')
        return GT_OK;
    enum gt_err err = cell->fen ? gt_int_parse(text, &fen) : gt_money_parse(text, &fen);
    if (err == GT_OK)
        err = gt_money_add(line->amount, fen, &line->amount);
    return err == GT_OK ? GT_OK : wrong(r, "an amount that is none");
}

static enum gt_err read_date(const struct reader *r, const char *text, int64_t *date)
{
    char digits[9];
    size_t n = 0;
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '-' && n > 0)
            continue;
        if (*p < '0' || *p > '9' || n == 8)
            return wrong(r, "a date that is none");
        digits[n++] = *p;
    }
    digits[n] = '\0';
    if (n == 0)
        return GT_OK;
    if (n != 8 || gt_int_parse(digits, date) != GT_OK || !gt_date_valid(*date))
        return wrong(r, "a date that is none");
    return GT_OK;
}

static enum gt_err read_word(const struct reader *r, const struct gt_day_cell *cell,
                             const char *text, struct gt_up_line *line)
{
    const char *ours = gt_map_ours(cell->map, text);
    if (ours == NULL)
        return wrong(r, cell->column == GT_DAY_COL_KIND ? "a kind that is in no map"
                                                        : "a state that is in no map");
    if (cell->column == GT_DAY_COL_KIND)
        line->reversal = strcmp(ours, "reversal") == 0;
    else
        line->reversed = strcmp(ours, "reversed") == 0;
    return GT_OK;
}

static enum gt_err read_cell(const struct reader *r, const struct gt_day_cell *cell,
                             const char *text, struct gt_up_line *line)
{
    switch (cell->column) {
    case GT_DAY_COL_SERIAL:
        return copy_key(r, text, line->serial, sizeof line->serial);
    case GT_DAY_COL_ORIG:
        return copy_key(r, text, line->orig_serial, sizeof line->orig_serial);
    case GT_DAY_COL_REF:
        return copy_key(r, text, line->ref, sizeof line->ref);
    case GT_DAY_COL_CUSTOMER:
        return copy_key(r, text, line->customer_no, sizeof line->customer_no);
    case GT_DAY_COL_KIND:
    case GT_DAY_COL_STATE:
        return read_word(r, cell, text, line);
    case GT_DAY_COL_AMOUNT:
    case GT_DAY_COL_FEE:
        return read_amount(r, cell, text, line);
    case GT_DAY_COL_DATE:
        return read_date(r, text, &line->date);
    default:
        return GT_OK;
    }
}

static enum gt_err read_line(struct reader *r, char *text, size_t len, struct gt_up_line *line)
{
    const struct gt_day_format *f = r->format;
    char *columns[GT_DAY_COLUMNS];
    int n = 0;
    memset(line, 0, sizeof *line);
    line->line_no = r->line_no;
    enum gt_err err = cut_line(r, text, len, columns, &n);
    if (err == GT_OK && n < f->ncells)
        err = wrong(r, "fewer columns than it should have");
    for (int i = 0; i < f->ncells && err == GT_OK; i++)
        if (f->cells[i].column != GT_DAY_COL_NONE)
            err = read_cell(r, &f->cells[i], trim(columns[i]), line);
    if (err == GT_OK && line->serial[0] == '\0')
        err = wrong(r, "no serial");
    if (err == GT_OK && line->reversal && line->orig_serial[0] == '\0')
        err = wrong(r, "a reversal that does not say of what");
    /* Some write what was taken back as a negative amount. */
    if (err == GT_OK && line->amount < 0 &&
        ((!line->reversal && !line->reversed) ||
         gt_money_sub(0, line->amount, &line->amount) != GT_OK))
        err = wrong(r, "a negative amount");
    return err;
}

/* The head: of which day, and how many lines follow. */
static enum gt_err read_head(struct reader *r)
{
    const struct gt_day_format *f = r->format;
    char *columns[GT_DAY_COLUMNS], *text = NULL;
    size_t len = 0;
    int n = 0;
    int64_t date = r->date;
    enum gt_err err = next_line(r, &text, &len);
    if (err == GT_OK && text == NULL)
        err = gt_err_set(GT_ERR_SYNTAX, "the statement is empty: not even its head is there");
    if (err == GT_OK)
        err = cut_line(r, text, len, columns, &n);
    if (err == GT_OK && n < f->nheads)
        err = wrong(r, "fewer columns than the head should have");
    for (int i = 0; i < f->nheads && err == GT_OK; i++) {
        if (f->heads[i].column == GT_DAY_COL_DATE)
            err = read_date(r, trim(columns[i]), &date);
        else if (f->heads[i].column == GT_DAY_COL_COUNT &&
                 (gt_int_parse(trim(columns[i]), &r->promised) != GT_OK || r->promised < 0))
            err = wrong(r, "the count is no number");
    }
    if (err == GT_OK && date != r->date)
        err = wrong(r, "the statement is of another day");
    return err;
}

/* --- the file -------------------------------------------------------------------------------- */

static enum gt_err read_lines(struct reader *r, gt_up_line_fn fn, void *arg)
{
    struct gt_up_line line;
    char *text = NULL;
    size_t len = 0;
    enum gt_err err = r->format->head ? read_head(r) : GT_OK;
    while (err == GT_OK && (err = next_line(r, &text, &len)) == GT_OK && text != NULL) {
        if (len == 0)
            continue;
        r->lines++;
        err = read_line(r, text, len, &line);
        if (err == GT_OK)
            err = fn(arg, &line);
    }
    return err;
}

/* Whether all of it was there. */
static enum gt_err check_end(const struct reader *r)
{
    if (r->promised >= 0 && r->promised != r->lines)
        return gt_err_set(GT_ERR_SYNTAX,
                          "line %" PRId64 ": the statement breaks off: its head tells of %" PRId64
                          " lines, there are %" PRId64,
                          r->line_no, r->promised, r->lines);
    if (r->promised < 0 && r->cut)
        return wrong(r, "the statement breaks off: this line has no end");
    return GT_OK;
}

enum gt_err gt_day_read(const struct gt_day_format *format, int64_t date, const char *path,
                        gt_up_line_fn fn, void *arg)
{
    struct reader r = {.format = format, .date = date, .promised = -1};
    r.fd = open(path, O_RDONLY | O_CLOEXEC);
    if (r.fd < 0)
        return gt_err_sys(errno == ENOENT ? GT_ERR_ABSENT : GT_ERR_IO, errno, "%s", path);
    r.buf = malloc(READ_SIZE + 1);
    enum gt_err err = r.buf != NULL ? read_lines(&r, fn, arg)
                                    : gt_err_set(GT_ERR_NOMEM, "no memory for a statement");
    if (err == GT_OK)
        err = check_end(&r);
    free(r.buf);
    (void)close(r.fd);
    return err;
}
