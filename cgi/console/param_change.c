/*
 * Setting a parameter at an organisation, or taking the value away so that what is above holds
 * again.
 */
#include "param.h"

#include "base/money.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { F_VERSION, F_VALUE, F__MAX };

struct asked {
    struct gt_page *page;
    struct gt_param_found is;
    struct gt_field fields[F__MAX]; /* the value's kind and range are the parameter's */
};

static enum gt_err read_in(struct gt_tx *tx, void *arg)
{
    struct asked *a = arg;
    gt_param_find_in(tx, a->page, GT_RIGHT_PARAM_MANAGE, &a->is);
    return gt_tx_err(tx);
}

/* What the address names; answers 404 if the visitor may not change it. */
static enum gt_err find(struct gt_page *page, struct asked *a)
{
    static const enum gt_field_kind kinds[GT_UNIT__MAX] = {
        [GT_UNIT_COUNT] = GT_FIELD_INT,   [GT_UNIT_MINUTES] = GT_FIELD_INT,
        [GT_UNIT_HOURS] = GT_FIELD_INT,   [GT_UNIT_DAYS] = GT_FIELD_INT,
        [GT_UNIT_PERCENT] = GT_FIELD_INT, [GT_UNIT_FEN] = GT_FIELD_MONEY,
        [GT_UNIT_CLOCK] = GT_FIELD_INT,   [GT_UNIT_CHOICE] = GT_FIELD_CHOICE,
    };
    *a = (struct asked){.page = page};
    enum gt_err err = gt_page_read(page, "param.change", read_in, a);
    if (err != GT_OK || !a->is.there)
        return err == GT_OK ? gt_page_error(page, 404) : err;
    const struct gt_param_info *info = gt_param_info(a->is.param);
    a->fields[F_VERSION] = (struct gt_field){"version", GT_FIELD_HIDDEN, .required = true};
    a->fields[F_VALUE] = (struct gt_field){"value", kinds[info->unit], .required = true,
                                           .least = info->least, .most = info->most};
    return GT_OK;
}

static enum gt_err show_form(struct gt_form *form, const struct asked *a)
{
    struct gt_page *page = form->page;
    const struct gt_param_info *info = gt_param_info(a->is.param);
    char version[24];
    (void)snprintf(version, sizeof version, "%" PRId64, a->is.view.version);
    gt_form_put(form, F_VERSION, version);
    for (int64_t i = info->least; info->unit == GT_UNIT_CHOICE && i <= info->most; i++) {
        char value[24];
        (void)snprintf(value, sizeof value, "%" PRId64, i);
        gt_form_choice(form, F_VALUE, (size_t)(i - info->least), value,
                       gt_param_choice(page, a->is.param, i));
    }
    gt_param_set(page, &a->is);
    gt_form_show(form);
    return gt_page_show(page, "param_change");
}

static enum gt_err show(struct gt_page *page)
{
    struct asked a;
    struct gt_form form;
    char value[GT_MONEY_MAX];
    if (!gt_params_get(&page->query, "name")[0])
        return gt_page_go(page, "/console/params");
    enum gt_err err = find(page, &a);
    if (err != GT_OK || page->done)
        return err;
    if (a.fields[F_VALUE].kind == GT_FIELD_MONEY)
        gt_money_format(a.is.view.value, value);
    else
        (void)snprintf(value, sizeof value, "%" PRId64, a.is.view.value);
    gt_form_start(page, a.fields, F__MAX, &form);
    gt_form_put(&form, F_VALUE, value);
    return show_form(&form, &a);
}

/* Sets the value, or with `clear` takes it away. */
static enum gt_err put(struct gt_form *form, const struct asked *a, bool clear)
{
    struct gt_page *page = form->page;
    const struct gt_param_info *info = gt_param_info(a->is.param);
    const char *name = page->lang == GT_LANG_EN ? info->en : info->zh;
    struct gt_refusal no = {.why = GT_WHY_NONE};
    enum gt_err err = gt_param_put(&gt_who_of(page)->by, a->is.param, a->is.org.id, clear,
                                   form->value[F_VALUE].number, form->value[F_VERSION].number, &no);
    if (err == GT_OK) {
        char path[160];
        (void)snprintf(path, sizeof path, "/console/param?name=%s&org=%s", info->key,
                       a->is.org.code);
        gt_page_flash(page, "success", clear ? "param_change.cleared" : "param_change.done",
                      GT_ARGS(name));
        return gt_page_go(page, path);
    }
    if (strcmp(no.field, info->key) == 0)
        (void)snprintf(no.field, sizeof no.field, "value");
    err = gt_page_refused(form, err, &no);
    return err != GT_OK || page->done ? err : show_form(form, a);
}

static enum gt_err change(struct gt_page *page)
{
    struct asked a;
    struct gt_form form;
    bool clear = gt_params_get(&page->form, "clear")[0];
    enum gt_err err = find(page, &a);
    if (err != GT_OK || page->done)
        return err;
    if (clear)
        a.fields[F_VALUE].required = false;
    bool good = gt_form_read(page, a.fields, F__MAX, &form);
    if (good && a.fields[F_VALUE].kind == GT_FIELD_CHOICE && !clear &&
        gt_int_parse(form.value[F_VALUE].text, &form.value[F_VALUE].number) != GT_OK) {
        gt_form_fail(&form, F_VALUE, "form.choice", NULL);
        good = false;
    }
    return good ? put(&form, &a, clear) : show_form(&form, &a);
}

GT_ROUTE(param_change, .path = "/console/param/change", .name = "param_change", .get = show,
         .post = change, .right = GT_RIGHT_PARAM_MANAGE, .under = "params");
