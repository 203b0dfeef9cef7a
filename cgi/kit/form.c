/*
 * Reading and showing forms.
 *
 * Not here: rules of the business, which the rooms of lib/ check again: a form only sees to it that
 * they get what has the right form.
 */
#include "kit/form.h"

#include "base/money.h"
#include "base/text.h"
#include "kit/site.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define TEXT_MOST  4000
#define NUMBER_MAX 40

static const char *const kind_names[GT_FIELD__MAX] = {
    "line", "text", "secret", "int", "money", "date", "choice", "flag", "hidden",
};

void gt_form_start(struct gt_page *page, const struct gt_field *fields, size_t n,
                   struct gt_form *form)
{
    *form = (struct gt_form){.page = page, .fields = fields, .n = n};
    for (size_t i = 0; i < n; i++)
        form->value[i].text = "";
}

void gt_form_put(struct gt_form *form, size_t field, const char *text)
{
    form->value[field].text = text;
}

/* --- what is wrong */

static void set_error(struct gt_form *form, size_t field, const char *word, const char *const *args)
{
    char leaf[96];
    (void)snprintf(leaf, sizeof leaf, "Form.%s.Error", form->fields[field].name);
    gt_page_set_word(form->page, leaf, word, args);
    form->value[field].bad = form->bad = true;
}

void gt_form_fail(struct gt_form *form, size_t field, const char *word, const char *const *args)
{
    if (!form->value[field].bad)
        set_error(form, field, word, args);
}

void gt_form_fail_text(struct gt_form *form, const char *name, const char *text)
{
    form->bad = true;
    for (size_t i = 0; i < form->n; i++) {
        if (strcmp(form->fields[i].name, name) == 0 && form->fields[i].kind != GT_FIELD_HIDDEN) {
            gt_page_set(form->page, text, "Form.%s.Error", name);
            form->value[i].bad = true;
            return;
        }
    }
    gt_page_set(form->page, text, "FormError");
}

/* A limit as people read it. */
static const char *limit_text(const struct gt_field *field, int64_t value, char out[NUMBER_MAX])
{
    if (field->kind == GT_FIELD_MONEY)
        return gt_money_format(value, out);
    (void)snprintf(out, NUMBER_MAX, "%" PRId64, value);
    return out;
}

static void fail_limit(struct gt_form *form, size_t i, const char *word, int64_t limit)
{
    char text[NUMBER_MAX];
    set_error(form, i, word, GT_ARGS(limit_text(&form->fields[i], limit, text)));
}

/* --- checking a field */

static void check_text(struct gt_form *form, size_t i)
{
    const struct gt_field *field = &form->fields[i];
    const char *text = form->value[i].text;
    int64_t length = (int64_t)gt_utf8_length(text);
    int64_t most = field->most ? field->most : TEXT_MOST;
    for (const char *at = text; field->kind != GT_FIELD_SECRET && *at; at++) {
        bool lines = field->kind == GT_FIELD_TEXT && strchr("\r\n\t", *at);
        if (((unsigned char)*at < ' ' || *at == 0x7F) && !lines) {
            set_error(form, i, "form.control", NULL);
            return;
        }
    }
    if (length > most)
        fail_limit(form, i, "form.long", most);
    else if (length < field->least)
        fail_limit(form, i, "form.short", field->least);
}

static void check_range(struct gt_form *form, size_t i)
{
    const struct gt_field *field = &form->fields[i];
    if (field->least == 0 && field->most == 0)
        return;
    if (form->value[i].number < field->least)
        fail_limit(form, i, "form.small", field->least);
    else if (form->value[i].number > field->most)
        fail_limit(form, i, "form.great", field->most);
}

static void check_int(struct gt_form *form, size_t i)
{
    struct gt_value *value = &form->value[i];
    if (gt_int_parse(value->text, &value->number) != GT_OK)
        set_error(form, i, "form.int", NULL);
    else
        check_range(form, i);
}

/* "1,234.56": the commas go, wherever they stand. */
static void check_money(struct gt_form *form, size_t i)
{
    struct gt_value *value = &form->value[i];
    char plain[GT_MONEY_MAX];
    size_t n = 0;
    for (const char *at = value->text; *at && n + 1 < sizeof plain; at++) {
        if (*at != ',')
            plain[n++] = *at;
    }
    plain[n] = '\0';
    if (strlen(value->text) >= sizeof plain || gt_money_parse(plain, &value->number) != GT_OK)
        set_error(form, i, "form.money", NULL);
    else
        check_range(form, i);
}

static void check_date(struct gt_form *form, size_t i)
{
    struct gt_value *value = &form->value[i];
    const char *text = value->text;
    char digits[9];
    bool good = strlen(text) == 10 && text[4] == '-' && text[7] == '-';
    if (good)
        (void)snprintf(digits, sizeof digits, "%.4s%.2s%.2s", text, text + 5, text + 8);
    if (!good || strspn(digits, "0123456789") != 8 ||
        gt_int_parse(digits, &value->number) != GT_OK || !gt_date_valid(value->number))
        set_error(form, i, "form.date", NULL);
}

/* A choice that the page adds is looked at by the page. */
static void check_choice(struct gt_form *form, size_t i)
{
    const char *const *choices = form->fields[i].choices;
    for (size_t c = 0; choices && choices[c]; c++) {
        if (strcmp(choices[c], form->value[i].text) == 0) {
            form->value[i].number = (int64_t)c;
            return;
        }
    }
    if (choices)
        set_error(form, i, "form.choice", NULL);
}

static void check(struct gt_form *form, size_t i)
{
    static void (*const checks[GT_FIELD__MAX])(struct gt_form *, size_t) = {
        [GT_FIELD_LINE] = check_text,     [GT_FIELD_TEXT] = check_text,
        [GT_FIELD_SECRET] = check_text,   [GT_FIELD_INT] = check_int,
        [GT_FIELD_MONEY] = check_money,   [GT_FIELD_DATE] = check_date,
        [GT_FIELD_CHOICE] = check_choice, [GT_FIELD_HIDDEN] = check_int,
    };
    const struct gt_field *field = &form->fields[i];
    struct gt_value *value = &form->value[i];
    if (field->kind == GT_FIELD_FLAG)
        value->number = value->text[0] != '\0';
    else if (value->text[0])
        checks[field->kind](form, i);
    else if (field->required)
        set_error(form, i, field->kind == GT_FIELD_CHOICE ? "form.choose" : "form.required", NULL);
}

/* The value without blanks around it, in place: the store of parameters is the request's own. */
static const char *trimmed(const struct gt_pair *param)
{
    char *text = (char *)param->value;
    text += strspn(text, " \t\r\n");
    size_t n = strlen(text);
    while (n > 0 && strchr(" \t\r\n", text[n - 1]))
        n--;
    text[n] = '\0';
    return text;
}

static bool read_from(struct gt_page *page, const struct gt_params *params,
                      const struct gt_field *fields, size_t n, struct gt_form *form)
{
    gt_form_start(page, fields, n, form);
    for (size_t i = 0; i < n; i++) {
        const struct gt_pair *param = gt_params_at(params, fields[i].name, 0);
        if (param)
            form->value[i].text = fields[i].kind == GT_FIELD_SECRET ? param->value : trimmed(param);
        check(form, i);
    }
    return !form->bad;
}

bool gt_form_read(struct gt_page *page, const struct gt_field *fields, size_t n,
                  struct gt_form *form)
{
    return read_from(page, &page->form, fields, n, form);
}

bool gt_form_read_query(struct gt_page *page, const struct gt_field *fields, size_t n,
                        struct gt_form *form)
{
    return read_from(page, &page->query, fields, n, form);
}

/* --- showing */

void gt_form_choice(struct gt_form *form, size_t field, size_t i, const char *value,
                    const char *label)
{
    const char *name = form->fields[field].name;
    gt_page_set(form->page, value, "Form.%s.Choice.%zu.Value", name, i);
    gt_page_set(form->page, label, "Form.%s.Choice.%zu.Label", name, i);
    if (strcmp(value, form->value[field].text) == 0)
        gt_page_set(form->page, "1", "Form.%s.Choice.%zu.Selected", name, i);
}

/* A word of the page about a field; false if the page has none. */
static bool own_word(const struct gt_form *form, const char *name, const char *behind,
                     const char **text)
{
    char word[128];
    const struct gt_route *route = form->page->route;
    (void)snprintf(word, sizeof word, "%s.%s%s", route->words ? route->words : route->name, name,
                   behind);
    *text = gt_page_word(form->page, word);
    return gt_words_has(form->page->site->words, word);
}

static void show_choices(struct gt_form *form, size_t i)
{
    const char *const *choices = form->fields[i].choices;
    for (size_t c = 0; choices && choices[c]; c++) {
        char behind[64];
        const char *label;
        (void)snprintf(behind, sizeof behind, "_%s", choices[c]);
        (void)own_word(form, form->fields[i].name, behind, &label);
        gt_form_choice(form, i, c, choices[c], label);
    }
}

void gt_form_show(struct gt_form *form)
{
    for (size_t i = 0; i < form->n; i++) {
        const struct gt_field *field = &form->fields[i];
        const char *name = field->name, *text;
        gt_page_set(form->page, name, "Form.%s.Name", name);
        gt_page_set(form->page, kind_names[field->kind], "Form.%s.Kind", name);
        if (own_word(form, name, "", &text))
            gt_page_set(form->page, text, "Form.%s.Label", name);
        if (own_word(form, name, "_help", &text))
            gt_page_set(form->page, text, "Form.%s.Help", name);
        if (field->kind != GT_FIELD_SECRET)
            gt_page_set(form->page, form->value[i].text, "Form.%s.Value", name);
        if (field->required)
            gt_page_set(form->page, "1", "Form.%s.Required", name);
        if (field->most > 0 && field->kind <= GT_FIELD_SECRET)
            gt_page_set_int(form->page, field->most, "Form.%s.Most", name);
        show_choices(form, i);
    }
    if (form->bad)
        gt_page_set(form->page, "1", "FormBad");
}
