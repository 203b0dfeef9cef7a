/*
 * The trial balance: what a subtree has in each ledger account, before some dates, in them, and at
 * their end.
 */
#include "ledger.h"

#include "scope.h"
#include "staff/export.h"
#include "staff/txn_words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAYS_MOST 366

/* --- words */

static void split_code(const struct gt_words *words, enum gt_lang lang, const char *code,
                       const char **name, const char **of)
{
    char kind[33];
    const char *colon = strchr(code, ':');
    (void)snprintf(kind, sizeof kind, "%.*s", (int)strcspn(code, ":"), code);
    *name = gt_txn_word(words, lang, "ledger", kind);
    if (*name == kind) /* no word: its own name */
        *name = code;
    *of = !colon || *name == code         ? ""
          : strcmp(kind, "clearing") == 0 ? gt_txn_method(words, lang, colon + 1)
                                          : colon + 1;
}

void gt_ledger_code_show(struct gt_page *page, const char *code, const char *leaf)
{
    const char *name, *of;
    split_code(page->site->words, page->lang, code, &name, &of);
    gt_page_set(page, name, "%s.Account", leaf);
    gt_page_set(page, of, "%s.Of", leaf);
}

void gt_ledger_code_text(const struct gt_words *words, enum gt_lang lang, const char *code,
                         char out[128])
{
    const char *name, *of;
    split_code(words, lang, code, &name, &of);
    (void)snprintf(out, 128, "%s%s%s", name, *of ? " " : "", of);
}

const char *gt_posting_label(const struct gt_words *words, enum gt_lang lang,
                             const struct gt_posting *posting)
{
    char word[64];
    (void)snprintf(word, sizeof word, "posting.kind_%s",
                   gt_posting_kind_name((enum gt_posting_kind)posting->kind));
    return gt_words_has(words, word) ? gt_words_get(words, lang, word) : "";
}

static void set_side(struct gt_page *page, int64_t amount, const char *leaf, const char *name)
{
    if (amount)
        gt_page_set_money(page, amount < 0 ? -amount : amount, "%s.%s%s", leaf, name,
                          amount < 0 ? "Credit" : "Debit");
}

void gt_trial_show(struct gt_page *page, const struct gt_trial *trial)
{
    for (int i = 0; i < trial->n; i++) {
        const struct gt_trial_line *line = &trial->line[i];
        char leaf[32];
        (void)snprintf(leaf, sizeof leaf, "Line.%d", i);
        gt_page_set(page, line->code, "%s.Code", leaf);
        gt_ledger_code_show(page, line->code, leaf);
        set_side(page, line->opening, leaf, "Opening");
        if (line->debit)
            gt_page_set_money(page, line->debit, "%s.Debit", leaf);
        if (line->credit)
            gt_page_set_money(page, line->credit, "%s.Credit", leaf);
        set_side(page, line->opening + line->debit - line->credit, leaf, "Closing");
    }
    gt_page_set_money(page, trial->debit, "Sum.Debit");
    gt_page_set_money(page, trial->credit, "Sum.Credit");
    gt_page_set_money(page, trial->opening, "Sum.Opening");
    gt_page_set_money(page, trial->opening + trial->debit - trial->credit, "Sum.Closing");
    if (trial->opening == 0 && trial->debit == trial->credit)
        gt_page_set(page, "1", "Sum.Even");
}

bool gt_ledger_dates(struct gt_form *form, size_t from_field, size_t to_field, int64_t today,
                     int64_t *from, int64_t *to)
{
    const struct gt_value *begin = &form->value[from_field], *end = &form->value[to_field];
    *to = end->text[0] && !end->bad ? end->number : today;
    *from = begin->text[0] && !begin->bad ? begin->number : *to;
    int days = 0;
    for (int64_t date = *from; date < *to && days <= DAYS_MOST; date = gt_date_next(date))
        days++;
    if (*from > *to || days > DAYS_MOST)
        gt_form_fail(form, from_field, "ledger_dates", NULL);
    return *from <= *to && days <= DAYS_MOST;
}

/* --- what is found */

enum { F_ORG, F_FROM, F_TO, F__MAX };
static const struct gt_field filters[F__MAX] = {
    [F_ORG] = {"org", GT_FIELD_LINE, .most = 32},
    [F_FROM] = {"from", GT_FIELD_DATE},
    [F_TO] = {"to", GT_FIELD_DATE},
};

struct found {
    struct gt_page *page; /* as long as it lasts */
    struct gt_form *form;
    const struct gt_words *words;
    enum gt_lang lang;
    bool good;
    int64_t from, to, today;
    struct gt_scopes scopes;
    struct gt_trial trial, part;
};

/* Adds the trial balance of one more subtree. */
static void add_part(struct gt_trial *to, const struct gt_trial *part)
{
    for (int i = 0; i < part->n; i++) {
        const struct gt_trial_line *line = &part->line[i];
        int at = 0;
        while (at < to->n && strcmp(to->line[at].code, line->code) < 0)
            at++;
        if (at == GT_TRIAL_LINES)
            return;
        if (at == to->n || strcmp(to->line[at].code, line->code) != 0) {
            memmove(&to->line[at + 1], &to->line[at], (size_t)(to->n++ - at) * sizeof to->line[0]);
            to->line[at] = (struct gt_trial_line){.opening = 0};
            memcpy(to->line[at].code, line->code, sizeof line->code);
        }
        to->line[at].opening += line->opening;
        to->line[at].debit += line->debit;
        to->line[at].credit += line->credit;
    }
    to->opening += part->opening;
    to->debit += part->debit;
    to->credit += part->credit;
}

const char *gt_ledger_tree(const char *path)
{
    const char *second = strchr(path + 1, '/');
    return second && second[1] == '\0' ? "/" : path;
}

static enum gt_err read_in(struct gt_tx *tx, void *arg)
{
    struct found *f = arg;
    struct gt_state state;
    gt_state_read(tx, &state);
    f->today = state.biz_date;
    gt_scopes_read(tx, f->page, GT_RIGHT_LEDGER_VIEW, f->form->value[F_ORG].text, &f->scopes);
    f->good = gt_ledger_dates(f->form, F_FROM, F_TO, f->today, &f->from, &f->to);
    f->trial = (struct gt_trial){.n = 0};
    for (size_t i = 0; f->good && i < f->scopes.n; i++) {
        gt_trial_read(tx, gt_ledger_tree(f->scopes.path[i]), f->from, f->to, &f->part);
        add_part(&f->trial, &f->part);
    }
    return gt_tx_err(tx);
}

static enum gt_err begin(struct gt_page *page, struct gt_list *list, struct found **found)
{
    struct found *f = calloc(1, sizeof *f);
    if (!f)
        return gt_err_set(GT_ERR_NOMEM, "no memory for a trial balance");
    gt_list_read(page, filters, F__MAX, NULL, list);
    f->page = page;
    f->form = &list->filters;
    f->words = page->site->words;
    f->lang = page->lang;
    *found = f;
    return GT_OK;
}

static enum gt_err show(struct gt_page *page)
{
    struct gt_list list;
    struct found *f;
    char from[16], to[16];
    enum gt_err err = begin(page, &list, &f);
    if (err != GT_OK)
        return err;
    bool given = gt_list_filtered(&list);
    err = gt_page_read(page, "ledger.trial", read_in, f);
    if (err == GT_OK) {
        if (f->scopes.absent)
            gt_form_fail(&list.filters, F_ORG, "no_such_org", NULL);
        if (f->good && !f->scopes.absent) {
            (void)snprintf(from, sizeof from, "%d-%02d-%02d", (int)(f->from / 10000),
                           (int)(f->from / 100 % 100), (int)(f->from % 100));
            (void)snprintf(to, sizeof to, "%d-%02d-%02d", (int)(f->to / 10000),
                           (int)(f->to / 100 % 100), (int)(f->to % 100));
            gt_form_put(&list.filters, F_FROM, from);
            gt_form_put(&list.filters, F_TO, to);
            gt_page_set(page, from, "Dates.From");
            gt_page_set(page, to, "Dates.To");
            gt_page_set(page, list.filters.value[F_ORG].text, "Dates.Org");
            gt_trial_show(page, &f->trial);
            if (f->trial.n)
                gt_export_show(&list, "/console/ledger/export");
        }
        gt_list_ranges(&list, F_FROM, F_TO, f->today);
        gt_list_show(&list, "");
        if (!given)
            gt_page_set(page, "", "List.Filtered");
        err = gt_page_show(page, "ledger");
    }
    free(f);
    return err;
}

GT_ROUTE(ledger, .path = "/console/ledger", .name = "ledger", .get = show,
         .right = GT_RIGHT_LEDGER_VIEW, .menu = GT_MENU_BOOKS + 80);

/* --- as a file */

static const char *const columns[] = {"account", "opening", "debit", "credit", "closing", NULL};

static enum gt_err put_rows(struct gt_sheet *sheet, void *list, bool *more)
{
    const struct found *f = list;
    for (int i = 0; i < f->trial.n; i++) {
        const struct gt_trial_line *line = &f->trial.line[i];
        char text[128];
        gt_ledger_code_text(f->words, f->lang, line->code, text);
        gt_cell_text(sheet, text);
        gt_cell_money(sheet, line->opening);
        gt_cell_money(sheet, line->debit);
        gt_cell_money(sheet, line->credit);
        gt_cell_money(sheet, line->opening + line->debit - line->credit);
    }
    *more = false;
    return GT_OK;
}

static enum gt_err send(struct gt_page *page)
{
    static const struct gt_sheet_source source = {"trial-balance", "ledger", columns, put_rows,
                                                  free};
    struct gt_list list;
    struct found *f;
    enum gt_err err = begin(page, &list, &f);
    if (err != GT_OK)
        return err;
    return gt_export_send_read(page, read_in, GT_RIGHT_LEDGER_VIEW, &list.filters, "ledger.export",
                               &source, f);
}

GT_ROUTE(ledger_export, .path = "/console/ledger/export", .name = "ledger", .get = send,
         .right = GT_RIGHT_EXPORT, .under = "ledger");
