/*
 * Importing organisations, users and terminals from a file.
 *
 * First the file is looked at, and nothing changes; the page that says so carries the file's text,
 * and its button imports it.  First passwords and secrets are the answer to that, as a file: nobody
 * can ask for them again.
 */
#include "till/import.h"
#include "console.h"
#include "kit/sheet.h"

#include <stdio.h>
#include <string.h>

/* Bytes of a body: the file, with Chinese in it, and what is around it. */
#define BODY_MAX ((size_t)4 * GT_IMPORT_BYTES)

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
    size_t shown = 0, all = gt_import_count(import);
    char lines[24], bad[24];
    for (size_t i = 0; i < all; i++) {
        struct gt_import_line line = gt_import_line(import, i);
        if (line.no.why != GT_WHY_NONE)
            set_wrong(page, &line, shown++);
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
    return show(page);
}

/* --- what an import made */

static const char *const columns[] = {"kind", "code", "name", "below", "secret", NULL};

static enum gt_err put_rows(struct gt_sheet *sheet, void *list, bool *more)
{
    struct gt_import *import = list;
    for (size_t i = 0; i < gt_import_count(import); i++) {
        struct gt_import_line line = gt_import_line(import, i);
        if (!line.secret[0])
            continue;
        gt_cell_text(sheet, line.kind);
        gt_cell_text(sheet, line.code);
        gt_cell_text(sheet, line.name);
        gt_cell_text(sheet, line.below);
        gt_cell_text(sheet, line.secret);
    }
    *more = false;
    return GT_OK;
}

static void free_import(void *list)
{
    gt_import_free(list);
}

static bool has_secrets(const struct gt_import *import)
{
    for (size_t i = 0; i < gt_import_count(import); i++) {
        if (gt_import_line(import, i).secret[0])
            return true;
    }
    return false;
}

/* The import is done; it is taken. */
static enum gt_err answer_made(struct gt_page *page, struct gt_import *import)
{
    static const struct gt_sheet_source source = {"first-passwords", "import", columns, put_rows,
                                                  free_import};
    char lines[24];
    if (has_secrets(import))
        return gt_sheet_send(page, &source, import);
    (void)snprintf(lines, sizeof lines, "%zu", gt_import_count(import));
    gt_import_free(import);
    gt_page_flash(page, "success", "import.done", GT_ARGS(lines));
    return gt_page_go(page, "/console/orgs");
}

static enum gt_err change(struct gt_page *page)
{
    const struct gt_by *by = &gt_who_of(page)->by;
    const struct gt_pair *given = gt_params_at(&page->form, "text", 0);
    bool apply = given != NULL;
    struct gt_import *import = NULL;
    struct gt_refusal no;
    size_t wrong = 0;
    if (!given)
        given = gt_params_at(&page->form, "file", 0);
    if (!given || given->len == 0) {
        gt_page_set(page, gt_page_word(page, "import.no_file"), "FormError");
        return show(page);
    }
    enum gt_err err = gt_import_read(given->value, given->len, &import, &no);
    if (err != GT_OK)
        return show_refusal(page, err, &no);
    err = apply ? gt_import_apply(by, import, NULL, NULL, &wrong)
                : gt_import_check(by, import, &wrong);
    if (err == GT_OK && apply && wrong == 0)
        return answer_made(page, import);
    if (err == GT_OK)
        err = show_found(page, import, wrong, given->value);
    gt_import_free(import);
    return err;
}

GT_ROUTE(import, .path = "/console/import", .name = "import", .get = show, .post = change,
         .right = GT_RIGHT_ORG_MANAGE, .body_max = BODY_MAX, .under = "orgs");
