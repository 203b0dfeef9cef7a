/*
 * Writing CSV.
 */
#include "kit/csv.h"

#include "base/clock.h"
#include "base/money.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void end_cell(struct gt_buf *out, bool end)
{
    gt_buf_puts(out, end ? "\r\n" : ",");
}

void gt_csv_put(struct gt_buf *out, const char *text, bool end)
{
    bool formula = text[0] && strchr("=+-@\t\r", text[0]);
    bool quoted = strpbrk(text, "\",\r\n") != NULL;
    if (quoted)
        gt_buf_putc(out, '"');
    if (formula)
        gt_buf_putc(out, '\'');
    for (; *text; text++) {
        if (*text == '"')
            gt_buf_putc(out, '"');
        gt_buf_putc(out, *text);
    }
    if (quoted)
        gt_buf_putc(out, '"');
    end_cell(out, end);
}

void gt_csv_put_int(struct gt_buf *out, int64_t value, bool end)
{
    gt_buf_printf(out, "%" PRId64, value);
    end_cell(out, end);
}

void gt_csv_put_money(struct gt_buf *out, int64_t fen, bool end)
{
    char text[GT_MONEY_MAX];
    gt_buf_puts(out, gt_money_format(fen, text));
    end_cell(out, end);
}

void gt_csv_put_time(struct gt_buf *out, int64_t ms, int tz_minutes, bool end)
{
    char text[GT_TIME_MAX];
    if (ms)
        gt_buf_puts(out, gt_time_format(ms, tz_minutes, text));
    end_cell(out, end);
}
