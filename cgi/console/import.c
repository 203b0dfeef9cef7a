/*
 * Importing organisations, users and terminals from a file, CSV or XLSX.
 *
 * First the file is looked at, and nothing changes; the page that says so carries the file's table,
 * and its button imports it.  A request does some seconds of that, and answers with a page that
 * shows how far it is and goes on by itself.  That page carries what goes on: the table, the place,
 * and the first passwords and secrets so far, which nobody can ask for again.  So nothing is kept
 * here between requests, any handler may serve the next, and if one dies the page before, or the
 * same file once more, goes on where it ended.
 */
#include "till/import.h"

#include "base/book.h"
#include "base/log.h"
#include "base/text.h"
#include "console.h"
#include "kit/sheet.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Bytes of a body: a workbook, or a table and what was made of it so far. */
#define BODY_MAX ((size_t)4 * GT_IMPORT_BYTES)
/* Bytes of all first passwords and secrets. */
#define SECRETS_MAX ((size_t)GT_IMPORT_LINES * 64)
/* What a request imports for; then it says how far it is. */
#define BUDGET_MS 2500

static enum gt_err show(struct gt_page *page)
{
    return gt_page_show(page, "import");
}

/* A refusal of the whole file, above the form. */
static enum gt_err show_refusal(struct gt_page *page, enum gt_err err, const struct gt_refusal *no)
{
    char text[512];
    if (no->why == GT_WHY_NONE)
        return err;
    gt_page_set(page, gt_refusal_text(no, page->lang == GT_LANG_EN, text, sizeof text),
                "FormError");
    return show(page);
}

/* --- what a look found */

static void set_wrong(struct gt_page *page, const struct gt_import_line *line, size_t i)
{
    char text[512], word[64];
    (void)snprintf(word, sizeof word, "import.at_%s", line->no.field);
    gt_page_set_int(page, (int64_t)line->number, "Wrong.%zu.Line", i);
    gt_page_set(page, line->kind, "Wrong.%zu.Kind", i);
    gt_page_set(page, line->code, "Wrong.%zu.Code", i);
    if (gt_words_has(page->site->words, word))
        gt_page_set(page, gt_page_word(page, word), "Wrong.%zu.At", i);
    gt_page_set(page, gt_refusal_text(&line->no, page->lang == GT_LANG_EN, text, sizeof text),
                "Wrong.%zu.Why", i);
}

static enum gt_err show_found(struct gt_page *page, const struct gt_import *import, size_t wrong,
                              const char *text)
{
    size_t shown = 0, there = 0, all = gt_import_count(import);
    char lines[24], bad[24];
    for (size_t i = 0; i < all; i++) {
        struct gt_import_line line = gt_import_line(import, i);
        if (line.no.why != GT_WHY_NONE)
            set_wrong(page, &line, shown++);
        there += line.there;
    }
    (void)snprintf(lines, sizeof lines, "%zu", all);
    (void)snprintf(bad, sizeof bad, "%zu", wrong);
    gt_page_set_word(page, "Found",
                     wrong == 0                 ? "import.good"
                     : wrong == GT_IMPORT_WRONG ? "import.wrong_many"
                                                : "import.wrong",
                     GT_ARGS(lines, bad));
    if (wrong == 0)
        gt_page_set(page, text, "Text");
    (void)snprintf(bad, sizeof bad, "%zu", there);
    if (wrong == 0 && there > 0)
        gt_page_set_word(page, "There", "import.there", GT_ARGS(bad));
    return show(page);
}

/* --- what an import made: "<number of the line> <secret>" a line, in their order */

struct made {
    struct gt_import *import;
    char *secrets;
};

static void free_made(void *list)
{
    struct made *made = list;
    gt_import_free(made->import);
    if (made->secrets)
        gt_wipe(made->secrets, strlen(made->secrets));
    free(made->secrets);
    free(made);
}

static void put_line(struct gt_sheet *sheet, const struct gt_import_line *line, const char *secret)
{
    gt_cell_text(sheet, line->kind);
    gt_cell_text(sheet, line->code);
    gt_cell_text(sheet, line->name);
    gt_cell_text(sheet, line->below);
    if (secret)
        gt_cell_text(sheet, secret);
    else
        gt_cell_word(sheet, "import.kept");
}

/* Users and terminals with what was made for them; what was there before is named too, so that
 * nobody waits for its password. */
static enum gt_err put_rows(struct gt_sheet *sheet, void *list, bool *more)
{
    const struct made *made = list;
    char *at = made->secrets, *end;
    for (size_t i = 0; i < gt_import_count(made->import); i++) {
        struct gt_import_line line = gt_import_line(made->import, i);
        size_t number = strtoul(at, &end, 10);
        if (!line.secret_due)
            continue;
        if (end == at || number != line.number) {
            put_line(sheet, &line, NULL);
            continue;
        }
        at = end + (*end == ' ');
        end = at + strcspn(at, "\n");
        bool last = *end == '\0';
        *end = '\0';
        put_line(sheet, &line, at);
        at = last ? end : end + 1;
    }
    *more = false;
    return GT_OK;
}

static const char *const columns[] = {"kind", "code", "name", "below", "secret", NULL};

/* Sends what is known so far as a file; `import` is taken. */
static enum gt_err send_secrets(struct gt_page *page, struct gt_import *import, const char *secrets)
{
    static const struct gt_sheet_source source = {"first-passwords", "import", columns, put_rows,
                                                  free_made};
    struct made *made = calloc(1, sizeof *made);
    if (!made) {
        gt_import_free(import);
        return gt_err_set(GT_ERR_NOMEM, "no memory for what was imported");
    }
    made->import = import;
    made->secrets = strdup(secrets);
    if (!made->secrets) {
        free_made(made);
        return gt_err_set(GT_ERR_NOMEM, "no memory for what was imported");
    }
    return gt_sheet_send(page, &source, made);
}

static void add_secrets(struct gt_buf *secrets, const struct gt_import *import, size_t from,
                        size_t to)
{
    for (size_t i = from; i < to; i++) {
        struct gt_import_line line = gt_import_line(import, i);
        if (line.secret[0])
            gt_buf_printf(secrets, "%zu %s\n", line.number, line.secret);
    }
}

/* --- going on */

struct budget {
    const struct gt_clock *clock;
    int64_t until;
};

static bool within(void *ctx, const struct gt_import *import, size_t from, size_t to, size_t all)
{
    const struct budget *budget = ctx;
    (void)import, (void)from, (void)to, (void)all;
    return gt_now(budget->clock) < budget->until;
}

/* How far it is, with what the next request needs. */
static enum gt_err show_progress(struct gt_page *page, const struct gt_import *import, size_t at,
                                 const char *text, const char *secrets)
{
    char done[24], all[24];
    (void)snprintf(done, sizeof done, "%zu", at);
    (void)snprintf(all, sizeof all, "%zu", gt_import_count(import));
    gt_page_set_word(page, "Progress.Said",
                     at == gt_import_count(import) ? "import.all_there" : "import.so_far",
                     GT_ARGS(done, all));
    gt_page_set(page, done, "Progress.At");
    gt_page_set(page, all, "Progress.All");
    gt_page_set(page, text, "Progress.Text");
    gt_page_set(page, secrets, "Progress.Secrets");
    if (at == gt_import_count(import))
        gt_page_set(page, "1", "Progress.Done");
    return show(page);
}

/* All of it is there; it is taken.  What was done in one go needs no page in between. */
static enum gt_err answer_done(struct gt_page *page, struct gt_import *import, bool at_once,
                               const char *text, const char *secrets)
{
    char lines[24];
    if (secrets[0] && at_once)
        return send_secrets(page, import, secrets);
    (void)snprintf(lines, sizeof lines, "%zu", gt_import_count(import));
    enum gt_err err = GT_OK;
    if (secrets[0]) {
        err = show_progress(page, import, gt_import_count(import), text, secrets);
    } else {
        gt_page_flash(page, "success", "import.done", GT_ARGS(lines));
        err = gt_page_go(page, "/console/orgs");
    }
    gt_import_free(import);
    return err;
}

/* Imports for a while from line `from` on; `import` is taken. */
static enum gt_err go_on(struct gt_page *page, struct gt_import *import, size_t from,
                         const char *text, struct gt_buf *secrets)
{
    const struct gt_by *by = &gt_who_of(page)->by;
    struct budget budget = {by->clock, gt_now(by->clock) + BUDGET_MS};
    size_t at = from, wrong = 0;
    enum gt_err err = from == 0 ? gt_import_check(by, import, &wrong) : GT_OK;
    if (err == GT_OK && wrong == 0)
        err = gt_import_apply(by, import, &at, within, &budget, &wrong);
    add_secrets(secrets, import, from, at);
    if (gt_buf_err(secrets) != GT_OK && err == GT_OK)
        err = gt_buf_err(secrets);
    if (err == GT_OK && wrong == 0 && at == gt_import_count(import))
        return answer_done(page, import, from == 0, text, secrets->data);
    if (at > 0) {
        /* What is there is not given up for what failed behind it. */
        if (err != GT_OK)
            gt_log_err("console.import", err);
        if (err != GT_OK || wrong)
            gt_page_set(page, gt_page_word(page, "import.stuck"), "Progress.Stuck");
        for (size_t i = 0, n = 0; wrong && i < gt_import_count(import); i++) {
            struct gt_import_line line = gt_import_line(import, i);
            if (line.no.why != GT_WHY_NONE)
                set_wrong(page, &line, n++);
        }
        err = show_progress(page, import, at, text, secrets->data);
    } else if (err == GT_OK) {
        err = show_found(page, import, wrong, text);
    }
    gt_import_free(import);
    return err;
}

/* What a page before sent: "from", and "secrets". */
static enum gt_err answer_text(struct gt_page *page, struct gt_import *import, const char *text)
{
    struct gt_buf secrets;
    int64_t from = 0;
    const char *given = gt_params_get(&page->form, "from");
    if ((given[0] && gt_int_parse(given, &from) != GT_OK) || from < 0 ||
        (uint64_t)from > gt_import_count(import)) {
        gt_import_free(import);
        return gt_page_error(page, 400);
    }
    gt_buf_init(&secrets, SECRETS_MAX);
    gt_buf_puts(&secrets, gt_params_get(&page->form, "secrets"));
    enum gt_err err;
    if (gt_params_get(&page->form, "finish")[0])
        err = send_secrets(page, import, secrets.data);
    else
        err = go_on(page, import, (size_t)from, text, &secrets);
    if (secrets.cap)
        gt_wipe(secrets.data, secrets.len);
    gt_buf_done(&secrets);
    return err;
}

/* --- the request */

/* The table of a file that was chosen, as CSV in `csv` where it is a workbook. */
static enum gt_err read_file(const struct gt_pair *file, struct gt_buf *csv, struct gt_refusal *no)
{
    *no = (struct gt_refusal){.why = GT_WHY_NONE};
    if (!gt_book_is(file->value, file->len)) {
        gt_buf_put(csv, file->value, file->len);
        return gt_buf_err(csv) == GT_ERR_TOOBIG
                   ? gt_refuse(no, GT_WHY_IMPORT_MANY, "file", GT_IMPORT_LINES, NULL)
                   : gt_buf_err(csv);
    }
    enum gt_err err = gt_book_csv(file->value, file->len, csv);
    if (err == GT_ERR_SYNTAX)
        return gt_refuse(no, GT_WHY_IMPORT_BOOK, "file", 0, NULL);
    if (err == GT_ERR_TOOBIG)
        return gt_refuse(no, GT_WHY_IMPORT_MANY, "file", GT_IMPORT_LINES, NULL);
    return err;
}

static enum gt_err look(struct gt_page *page, const struct gt_pair *file)
{
    struct gt_import *import = NULL;
    struct gt_refusal no;
    struct gt_buf csv;
    size_t wrong = 0;
    gt_buf_init(&csv, GT_IMPORT_BYTES);
    enum gt_err err = read_file(file, &csv, &no);
    if (err == GT_OK)
        err = gt_import_read(csv.data, csv.len, &import, &no);
    if (err != GT_OK) {
        err = show_refusal(page, err, &no);
    } else {
        err = gt_import_check(&gt_who_of(page)->by, import, &wrong);
        if (err == GT_OK)
            err = show_found(page, import, wrong, csv.data);
    }
    gt_import_free(import);
    gt_buf_done(&csv);
    return err;
}

static enum gt_err change(struct gt_page *page)
{
    const struct gt_pair *text = gt_params_at(&page->form, "text", 0);
    const struct gt_pair *file = gt_params_at(&page->form, "file", 0);
    struct gt_import *import = NULL;
    struct gt_refusal no;
    if (!text && (!file || file->len == 0)) {
        gt_page_set(page, gt_page_word(page, "import.no_file"), "FormError");
        return show(page);
    }
    if (!text)
        return look(page, file);
    enum gt_err err = gt_import_read(text->value, text->len, &import, &no);
    return err == GT_OK ? answer_text(page, import, text->value) : show_refusal(page, err, &no);
}

GT_ROUTE(import, .path = "/console/import", .name = "import", .get = show, .post = change,
         .right = GT_RIGHT_ORG_MANAGE, .body_max = BODY_MAX, .under = "orgs");
