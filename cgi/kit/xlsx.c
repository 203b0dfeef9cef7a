/*
 * XLSX.  The only file that knows libxlsxwriter.
 *
 * Text is always written as text, so nothing that somebody typed becomes a formula.  The library
 * wants a file's name: it gets the one that the kernel gives an open file.
 */
#include "kit/xlsx.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <xlsxwriter.h>

struct gt_xlsx {
    int fd;
    lxw_workbook *book; /* NULL: ended */
    lxw_worksheet *sheet;
    lxw_format *head, *money;
};

/* A file that is there only as long as it is open. */
static enum gt_err open_unnamed(int *fd)
{
    char path[] = "/tmp/gridtill-XXXXXX";
    *fd = mkostemp(path, O_CLOEXEC);
    if (*fd < 0)
        return gt_err_sys(GT_ERR_IO, errno, "cannot make a file in /tmp");
    (void)unlink(path);
    return GT_OK;
}

static enum gt_err begin(struct gt_xlsx *x, size_t columns)
{
    char path[64];
    lxw_workbook_options options = {.constant_memory = LXW_TRUE};
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", x->fd);
    x->book = workbook_new_opt(path, &options);
    x->sheet = x->book ? workbook_add_worksheet(x->book, NULL) : NULL;
    x->head = x->sheet ? workbook_add_format(x->book) : NULL;
    x->money = x->head ? workbook_add_format(x->book) : NULL;
    if (!x->money)
        return gt_err_set(GT_ERR_NOMEM, "no memory for a workbook");
    format_set_bold(x->head);
    format_set_num_format(x->money, "#,##0.00");
    worksheet_freeze_panes(x->sheet, 1, 0);
    if (worksheet_set_column(x->sheet, 0, (lxw_col_t)(columns - 1), 18, NULL) != LXW_NO_ERROR)
        return gt_err_set(GT_ERR_INTERNAL, "%zu columns of a workbook", columns);
    return GT_OK;
}

enum gt_err gt_xlsx_new(size_t columns, struct gt_xlsx **xlsx)
{
    struct gt_xlsx *x = calloc(1, sizeof *x);
    if (!x)
        return gt_err_set(GT_ERR_NOMEM, "no memory for a workbook");
    enum gt_err err = open_unnamed(&x->fd);
    if (err == GT_OK)
        err = begin(x, columns);
    if (err != GT_OK) {
        gt_xlsx_free(x);
        return err;
    }
    *xlsx = x;
    return GT_OK;
}

void gt_xlsx_free(struct gt_xlsx *xlsx)
{
    if (!xlsx)
        return;
    if (xlsx->book)
        lxw_workbook_free(xlsx->book);
    if (xlsx->fd >= 0)
        (void)close(xlsx->fd);
    free(xlsx);
}

static enum gt_err result(lxw_error rc, const char *what)
{
    return rc == LXW_NO_ERROR ? GT_OK
                              : gt_err_set(GT_ERR_IO, "%s of a workbook: error %d of libxlsxwriter",
                                           what, (int)rc);
}

enum gt_err gt_xlsx_text(struct gt_xlsx *xlsx, int64_t row, size_t column, const char *text)
{
    if (!text[0])
        return GT_OK;
    return result(worksheet_write_string(xlsx->sheet, (lxw_row_t)row, (lxw_col_t)column, text,
                                         row == 0 ? xlsx->head : NULL),
                  "a text");
}

enum gt_err gt_xlsx_money(struct gt_xlsx *xlsx, int64_t row, size_t column, int64_t fen)
{
    return result(worksheet_write_number(xlsx->sheet, (lxw_row_t)row, (lxw_col_t)column,
                                         (double)fen / 100, xlsx->money),
                  "an amount");
}

enum gt_err gt_xlsx_end(struct gt_xlsx *xlsx)
{
    lxw_workbook *book = xlsx->book;
    xlsx->book = NULL; /* freed by its close, whatever comes of it */
    enum gt_err err = result(workbook_close(book), "the end");
    if (err == GT_OK && lseek(xlsx->fd, 0, SEEK_SET) != 0)
        err = gt_err_sys(GT_ERR_IO, errno, "a workbook's file");
    return err;
}

int gt_xlsx_fd(const struct gt_xlsx *xlsx)
{
    return xlsx->fd;
}
