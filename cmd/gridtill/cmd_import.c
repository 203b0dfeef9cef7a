/*
 * gridtill import: organisations, users and terminals from a CSV file or a workbook.
 *
 * First passwords and secrets go to standard output, as CSV, and nowhere else, those of each commit
 * as soon as it is made; what is wrong with which line goes to standard error.
 */
#include "base/book.h"
#include "base/buf.h"
#include "commands.h"
#include "common.h"
#include "till/import.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Bytes of a file: a workbook may hold pictures besides. */
#define FILE_MOST (8 * 1024 * 1024)

static enum gt_err read_file(const char *path, struct gt_buf *text)
{
    bool given = strcmp(path, "-") == 0;
    int fd = given ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return gt_err_sys(GT_ERR_IO, errno, "%s", path);
    gt_buf_init(text, FILE_MOST);
    gt_buf_read(text, fd);
    if (!given)
        (void)close(fd);
    if (gt_buf_err(text) == GT_ERR_TOOBIG)
        return gt_err_set(GT_ERR_TOOBIG, "%s: more than %d bytes: split it", path, FILE_MOST);
    return gt_err_add(gt_buf_err(text), "%s", path);
}

/* The file's table as CSV. */
static enum gt_err read_table(const char *path, struct gt_buf *text)
{
    struct gt_buf book;
    enum gt_err err = read_file(path, text);

    if (err != GT_OK || !gt_book_is(text->data, text->len))
        return err;
    book = *text;
    gt_buf_init(text, FILE_MOST);
    err = gt_book_csv(book.data, book.len, text);
    gt_buf_done(&book);
    return gt_err_add(err, "%s", path);
}

/* Codes and secrets have no character that CSV would quote. */
static bool tell_secrets(void *ctx, const struct gt_import *import, size_t from, size_t to,
                         size_t all)
{
    (void)ctx;
    for (size_t i = from; i < to; i++) {
        struct gt_import_line line = gt_import_line(import, i);

        if (line.secret[0])
            printf("%s,%s,%s\n", line.kind, line.code, line.secret);
    }
    (void)fflush(stdout);
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\r%zu of %zu lines%s", to, all, to == all ? "\n" : "");
    return true;
}

static int tell_wrong(const struct gt_import *import, size_t at, size_t wrong)
{
    char text[512];

    for (size_t i = 0; i < gt_import_count(import); i++) {
        struct gt_import_line line = gt_import_line(import, i);

        if (line.no.why != GT_WHY_NONE)
            fprintf(stderr, "line %zu, %s %s: %s%s%s\n", line.number, line.kind, line.code,
                    line.no.field, line.no.field[0] ? ": " : "",
                    gt_refusal_text(&line.no, true, text, sizeof(text)));
    }
    if (wrong == GT_IMPORT_WRONG)
        fputs("There may be more.\n", stderr);
    if (at > 0)
        return gt_cmd_refuse("%zu of %zu lines were imported; mend the file and import it again: "
                             "what is there is passed over",
                             at, gt_import_count(import));
    return gt_cmd_refuse("%zu of %zu lines are wrong; nothing was imported", wrong,
                         gt_import_count(import));
}

static void tell_there(const struct gt_import *import)
{
    size_t there = 0, all = gt_import_count(import);

    for (size_t i = 0; i < all; i++)
        there += gt_import_line(import, i).there;
    if (there)
        fprintf(stderr, "%zu of %zu lines were there already.\n", there, all);
}

static enum gt_err import_all(const struct gt_by *by, struct gt_import *import, bool dry,
                              size_t *at, size_t *wrong)
{
    enum gt_err err = gt_import_check(by, import, wrong);

    if (err != GT_OK || *wrong > 0)
        return err;
    tell_there(import);
    if (dry)
        return GT_OK;
    puts("kind,code,secret");
    return gt_import_apply(by, import, at, tell_secrets, NULL, wrong);
}

static int run_import(struct gt_cmd *cmd, const struct gt_args *args)
{
    bool dry = gt_arg_given(args, "dry-run");
    struct gt_import *import = NULL;
    struct gt_refusal no;
    struct gt_buf text = {.data = NULL};
    size_t at = 0, wrong = 0;
    enum gt_err err = gt_cmd_open(cmd);
    struct gt_by by = gt_cmd_by(cmd);

    if (err == GT_OK)
        err = gt_cmd_log(cmd);
    if (err == GT_OK)
        err = read_table(args->operand[0], &text);
    if (err == GT_OK)
        err = gt_import_read(text.data, text.len, &import, &no);
    if (err == GT_OK)
        err = import_all(&by, import, dry, &at, &wrong);
    int status = GT_EXIT_OK;
    if (err != GT_OK)
        status = gt_cmd_fail(err);
    else if (wrong)
        status = tell_wrong(import, at, wrong);
    else if (dry)
        printf("%zu lines are good; nothing was imported.\n", gt_import_count(import));
    gt_import_free(import);
    gt_buf_done(&text);
    return status;
}

static const struct gt_option options[] = {
    {"dry-run", NULL, "only say what is wrong with each line"},
    {NULL, NULL, NULL},
};

static const struct gt_verb verbs[] = {
    {"", "FILE",
     "Imports FILE, CSV or XLSX (- for standard input); a line that is there already is passed "
     "over.",
     1, 1, options, run_import},
    {NULL, NULL, NULL, 0, 0, NULL, NULL},
};

const struct gt_command gt_command_import = {
    .name = "import",
    .help = "organisations, users and terminals from a CSV file or a workbook",
    .verbs = verbs,
};
