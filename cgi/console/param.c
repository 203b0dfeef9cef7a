/*
 * One parameter at one organisation: what holds, where it comes from, who below has another value,
 * history.
 *
 * The address names both by what people call them: ?name=credit.warn&org=DEMO-COUNTY.
 */
#include "param.h"

#include "base/money.h"
#include "history.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct found {
    struct gt_param_found is;
    struct gt_page *page;
    struct gt_setting below[GT_PARAM_BELOW];
    struct gt_org orgs[GT_PARAM_BELOW]; /* of them */
    size_t nbelow;
    struct gt_history history;
};

void gt_param_find_in(struct gt_tx *tx, struct gt_page *page, enum gt_right right,
                      struct gt_param_found *found)
{
    struct gt_org above;
    found->there = gt_param_find(gt_params_get(&page->query, "name"), &found->param) &&
                   gt_org_by_code(tx, gt_params_get(&page->query, "org"), &found->org) &&
                   gt_page_may(page, right, found->org.path);
    if (!found->there)
        return;
    const struct gt_param_info *info = gt_param_info(found->param);
    gt_param_look(tx, found->param, &found->org, &found->view);
    found->inherited = info->standard;
    if (!info->top && found->org.parent_id &&
        gt_row_find(tx, &gt_org_row, found->org.parent_id, &above))
        found->inherited = gt_param_get(tx, found->param, above.path);
    if (!found->view.from_id || !gt_row_find(tx, &gt_org_row, found->view.from_id, &found->from))
        found->from.id = 0;
}

static enum gt_err read_in(struct gt_tx *tx, void *arg)
{
    struct found *f = arg;
    char object[80];
    gt_param_find_in(tx, f->page, GT_RIGHT_PARAM_VIEW, &f->is);
    if (!f->is.there)
        return gt_tx_err(tx);
    f->nbelow = gt_param_below(tx, f->is.param, &f->is.org, f->below);
    for (size_t i = 0; i < f->nbelow; i++) {
        if (!gt_row_find(tx, &gt_org_row, f->below[i].org_id, &f->orgs[i]))
            return gt_tx_err(tx);
    }
    (void)snprintf(object, sizeof object, "%s@%s", gt_param_info(f->is.param)->key, f->is.org.code);
    gt_history_read(tx, GT_ARGS("param"), object, &f->history);
    return gt_tx_err(tx);
}

/* --- showing */

const char *gt_param_choice(const struct gt_page *page, enum gt_param param, int64_t value)
{
    char word[96];
    (void)snprintf(word, sizeof word, "param.choice.%s.%" PRId64, gt_param_info(param)->key, value);
    return gt_page_word(page, word);
}

const char *gt_param_text(const struct gt_page *page, enum gt_param param, int64_t value,
                          char text[GT_PARAM_TEXT])
{
    const struct gt_param_info *info = gt_param_info(param);
    char money[GT_MONEY_GROUPED_MAX];
    bool english = page->lang == GT_LANG_EN;
    const char *unit = gt_param_unit_name(info->unit, english);
    if (info->unit == GT_UNIT_CHOICE)
        (void)snprintf(text, GT_PARAM_TEXT, "%s", gt_param_choice(page, param, value));
    else if (info->unit == GT_UNIT_FEN)
        (void)snprintf(text, GT_PARAM_TEXT, "¥%s", gt_money_group(value, money));
    else if (info->unit == GT_UNIT_COUNT)
        (void)snprintf(text, GT_PARAM_TEXT, "%" PRId64, value);
    else if (info->unit == GT_UNIT_PERCENT)
        (void)snprintf(text, GT_PARAM_TEXT, "%" PRId64 "%%", value);
    else if (info->unit == GT_UNIT_CLOCK)
        (void)snprintf(text, GT_PARAM_TEXT, "%02d:00", (int)value);
    else /* "1 minute", "2 minutes" */
        (void)snprintf(text, GT_PARAM_TEXT, "%" PRId64 " %.*s", value,
                       (int)(strlen(unit) - (english && value == 1)), unit);
    return text;
}

static void set_range(struct gt_page *page, enum gt_param param)
{
    const struct gt_param_info *info = gt_param_info(param);
    char least[GT_PARAM_TEXT], most[GT_PARAM_TEXT], range[2 * GT_PARAM_TEXT + 8];
    if (info->unit == GT_UNIT_CHOICE)
        return;
    (void)snprintf(range, sizeof range, "%s – %s", gt_param_text(page, param, info->least, least),
                   gt_param_text(page, param, info->most, most));
    gt_page_set(page, range, "Param.Range");
}

void gt_param_set(struct gt_page *page, const struct gt_param_found *found)
{
    const struct gt_param_info *info = gt_param_info(found->param);
    bool english = page->lang == GT_LANG_EN;
    char text[GT_PARAM_TEXT];
    gt_page_set(page, info->key, "Param.Key");
    gt_page_set(page, english ? info->en : info->zh, "Param.Name");
    gt_page_set(page, english ? info->en_help : info->zh_help, "Param.Help");
    gt_page_set(page, gt_param_text(page, found->param, found->view.value, text), "Param.Value");
    gt_page_set(page, gt_param_text(page, found->param, info->standard, text), "Param.Default");
    gt_page_set(page, gt_param_text(page, found->param, found->inherited, text), "Param.Inherited");
    set_range(page, found->param);
    if (found->view.version)
        gt_page_set(page, "1", "Param.Set");
    else if (found->from.id)
        gt_page_set(page, found->from.name, "Param.From");
    if (info->top)
        gt_page_set(page, "1", "Param.TopOnly");
    gt_page_set(page, found->org.name, "Param.Org");
    gt_page_set(page, found->org.code, "Param.OrgCode");
}

static void show_below(struct gt_page *page, const struct found *f)
{
    char text[GT_PARAM_TEXT];
    for (size_t i = 0; i < f->nbelow; i++) {
        gt_page_set(page, f->orgs[i].name, "Below.%zu.Org", i);
        gt_page_set(page, f->orgs[i].code, "Below.%zu.Code", i);
        gt_page_set(page, gt_param_text(page, f->is.param, f->below[i].setting, text),
                    "Below.%zu.Value", i);
    }
    if (f->nbelow == GT_PARAM_BELOW)
        gt_page_set(page, "1", "BelowMore");
}

static enum gt_err show(struct gt_page *page)
{
    if (!gt_params_get(&page->query, "name")[0])
        return gt_page_go(page, "/console/params");
    struct found *f = calloc(1, sizeof *f);
    if (!f)
        return gt_err_set(GT_ERR_NOMEM, "no memory for a parameter");
    f->page = page;
    enum gt_err err = gt_page_read(page, "param.show", read_in, f);
    if (err == GT_OK && !f->is.there) {
        err = gt_page_error(page, 404);
    } else if (err == GT_OK) {
        const struct gt_param_info *info = gt_param_info(f->is.param);
        gt_param_set(page, &f->is);
        show_below(page, f);
        if (gt_page_may(page, GT_RIGHT_PARAM_MANAGE, f->is.org.path)) {
            if (!info->top || !f->is.org.parent_id)
                gt_page_set(page, "1", "May.Change");
            else
                gt_page_set(page, gt_page_word(page, "param.why_top"), "WhyNot");
        }
        gt_history_show(page, &f->history);
        err = gt_page_show(page, "param");
    }
    free(f);
    return err;
}

GT_ROUTE(param, .path = "/console/param", .name = "param", .get = show,
         .right = GT_RIGHT_PARAM_VIEW, .under = "params");
