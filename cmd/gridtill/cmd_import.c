/*
 * gridtill import: organisations, users and terminals from a CSV file, all of it or nothing.
 *
 * First passwords and secrets go to standard output, as CSV, and nowhere else; what is wrong with
 * which line goes to standard error.
 */
#include "base/buf.h"
#include "commands.h"
#include "common.h"
#include "till/import.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static enum gt_err read_file(const char *path, struct gt_buf *text)
{
    bool given = strcmp(path, "-") == 0;
    int fd = given ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return gt_err_sys(GT_ERR_IO, errno, "%s", path);
    gt_buf_init(text, GT_IMPORT_BYTES + 1);
    gt_buf_read(text, fd);
    if (!given)
        (void)close(fd);
    if (gt_buf_err(text) == GT_ERR_TOOBIG)
        return gt_err_set(GT_ERR_TOOBIG, "%s: more than %d bytes: split it", path, GT_IMPORT_BYTES);
    return gt_err_add(gt_buf_err(text), "%s", path);
}

static void show_progress(void *ctx, size_t done, size_t all)
{
    (void)ctx;
    fprintf(stderr, "\rpasswords: %zu of %zu%s", done, all, done == all ? "\n" : "");
}

static int tell_wrong(const struct gt_import *import, size_t wrong)
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
    return gt_cmd_refuse("%zu of %zu lines are wrong; nothing was imported", wrong,
                         gt_import_count(import));
}

/* Codes and secrets have no character that CSV would quote. */
static void tell_secrets(const struct gt_import *import)
{
    puts("kind,code,secret");
    for (size_t i = 0; i < gt_import_count(import); i++) {
        struct gt_import_line line = gt_import_line(import, i);

        if (line.secret[0])
            printf("%s,%s,%s\n", line.kind, line.code, line.secret);
    }
}

static int run_import(struct gt_cmd *cmd, const struct gt_args *args)
{
    bool dry = gt_arg_given(args, "dry-run");
    struct gt_import *import = NULL;
    struct gt_refusal no;
    struct gt_buf text = {.data = NULL};
    size_t wrong = 0;
    enum gt_err err = gt_cmd_open(cmd);
    struct gt_by by = gt_cmd_by(cmd);

    if (err == GT_OK)
        err = gt_cmd_log(cmd);
    if (err == GT_OK)
        err = read_file(args->operand[0], &text);
    if (err == GT_OK)
        err = gt_import_read(text.data, text.len, &import, &no);
    if (err == GT_OK)
        err = dry ? gt_import_check(&by, import, &wrong)
                  : gt_import_apply(&by, import, isatty(STDERR_FILENO) ? show_progress : NULL, NULL,
                                    &wrong);
    int status = GT_EXIT_OK;
    if (err != GT_OK)
        status = gt_cmd_fail(err);
    else if (wrong)
        status = tell_wrong(import, wrong);
    else if (dry)
        printf("%zu lines are good; nothing was imported.\n", gt_import_count(import));
    else
        tell_secrets(import);
    gt_import_free(import);
    gt_buf_done(&text);
    return status;
}

static const struct gt_option options[] = {
    {"dry-run", NULL, "only say what is wrong with each line"},
    {NULL, NULL, NULL},
};

static const struct gt_verb verbs[] = {
    {"", "FILE", "Imports all lines of FILE (- for standard input), or none.", 1, 1, options,
     run_import},
    {NULL, NULL, NULL, 0, 0, NULL, NULL},
};

const struct gt_command gt_command_import = {
    .name = "import",
    .help = "organisations, users and terminals from a CSV file",
    .verbs = verbs,
};
