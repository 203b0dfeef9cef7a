/*
 * Statistics: from the filters of a page to its figures, and from a line to its name.
 */
#include "stats.h"

#include "access/user.h"
#include "base/text.h"
#include "staff/txn_words.h"
#include "till/bizdate.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *const grains[] = {"day", "month", "year", NULL};
static const char *const others[] = {"before", "year", NULL};
static const char *const bys[] = {"org", "operator", "agent", "channel", "op", "system", NULL};

const struct gt_field gt_stats_filters[GT_SF__MAX] = {
    [GT_SF_ORG] = {"org", GT_FIELD_LINE, .most = 32},
    [GT_SF_FROM] = {"from", GT_FIELD_DATE},
    [GT_SF_TO] = {"to", GT_FIELD_DATE},
    [GT_SF_GRAIN] = {"grain", GT_FIELD_CHOICE, .choices = grains},
    [GT_SF_VERSUS] = {"versus", GT_FIELD_CHOICE, .choices = others},
    [GT_SF_BY] = {"by", GT_FIELD_CHOICE, .choices = bys},
};

const char *gt_stats_by_name(enum gt_stats_by by)
{
    return bys[by];
}

/* --- what is asked */

static int64_t number(const struct gt_form *form, enum gt_stats_filter field, int64_t otherwise)
{
    const struct gt_value *value = &form->value[field];
    return value->text[0] && !value->bad ? value->number : otherwise;
}

/* This month so far, unless the filters say otherwise; false if they make no range. */
static bool read_range(struct gt_form *form, struct gt_stats_found *f)
{
    struct gt_stats_range *now = &f->ask.range[GT_STATS_NOW];
    now->to = number(form, GT_SF_TO, f->today);
    now->from = number(form, GT_SF_FROM, now->to / 100 * 100 + 1);
    f->ask.grain = GT_STATS_DAY;
    if (now->from > now->to) {
        gt_form_fail(form, GT_SF_TO, "stats.to_before_from", NULL);
        return false;
    }
    f->ask.grain =
        gt_stats_grain_for(*now, (enum gt_stats_grain)number(form, GT_SF_GRAIN, GT_STATS_DAY));
    if (f->ask.grain == GT_STATS_GRAINS) {
        gt_form_fail(form, GT_SF_FROM, "stats.too_long", NULL);
        return false;
    }
    f->ask.range[GT_STATS_BEFORE] =
        number(form, GT_SF_VERSUS, 0) == 1 ? gt_stats_year_before(*now) : gt_stats_before(*now);
    f->late = now->to >= f->today;
    return true;
}

struct finding {
    struct gt_page *page;
    struct gt_form *form;
    struct gt_stats_found *f;
    char code[33 * 4];
};

static enum gt_err find_in(struct gt_tx *tx, void *arg)
{
    const struct finding *finding = arg;
    struct gt_stats_found *f = finding->f;
    gt_scopes_read(tx, finding->page, GT_RIGHT_STATS_VIEW, finding->code, &f->scopes);
    for (size_t i = 0; i < f->scopes.n; i++)
        f->path[i] = f->scopes.path[i];
    f->ask.path = f->path;
    f->ask.npaths = f->scopes.n;
    gt_stats_free(&f->stats);
    if (gt_tx_err(tx) == GT_OK && !f->scopes.absent)
        gt_stats_read(tx, &f->ask, &f->stats);
    return gt_tx_err(tx);
}

enum gt_err gt_stats_find(struct gt_page *page, enum gt_stats_by by, struct gt_form *filters,
                          struct gt_stats_found *found)
{
    struct gt_staff *console = gt_console_of(page);
    struct finding finding = {.page = page, .form = filters, .f = found};
    struct gt_state state;
    enum gt_err err = gt_bizdate_get(console->start->db, &state);
    if (err != GT_OK)
        return err;
    found->today = state.biz_date;
    found->ask.by = by;
    found->ask.hours = console->hours;
    found->ask.now = gt_now(console->clock);
    found->ask.tz_minutes = page->site->tz_minutes;
    if (!read_range(filters, found))
        return GT_OK;
    if (!filters->value[GT_SF_ORG].bad)
        (void)!gt_str_copy(finding.code, sizeof finding.code, filters->value[GT_SF_ORG].text);
    err = gt_page_read(page, "stats", find_in, &finding);
    if (err == GT_OK && found->scopes.absent)
        gt_form_fail(filters, GT_SF_ORG, "no_such_org", NULL);
    return err;
}

/* --- names */

static void name_org(struct gt_tx *tx, const struct gt_stats_found *f, int64_t id,
                     struct gt_stats_name *name)
{
    struct gt_org org;
    if (!gt_row_find(tx, &gt_org_row, id, &org))
        return;
    GT_FIELD_COPY(name->name, org.name);
    GT_FIELD_COPY(name->code, org.code);
    GT_FIELD_COPY(name->key, org.code);
    name->below = org.kind != GT_ORG_AGENT;
    for (size_t i = 0; i < f->scopes.n; i++)
        name->below &= f->scopes.n > 1 || strcmp(f->scopes.path[i], org.path) != 0;
}

static void name_operator(struct gt_tx *tx, int64_t id, struct gt_stats_name *name)
{
    struct gt_user user;
    if (!gt_row_find(tx, &gt_user_row, id, &user))
        return;
    GT_FIELD_COPY(name->name, user.name);
    GT_FIELD_COPY(name->code, user.operator_no);
    GT_FIELD_COPY(name->key, user.operator_no);
}

void gt_stats_name_read(struct gt_tx *tx, const struct gt_words *words, enum gt_lang lang,
                        const struct gt_stats_found *found, const struct gt_stats_line *line,
                        struct gt_stats_name *name)
{
    const char *key;
    *name = (struct gt_stats_name){.below = false};
    switch (found->ask.by) {
    case GT_STATS_ORG:
    case GT_STATS_AGENT:
        name_org(tx, found, line->id, name);
        break;
    case GT_STATS_OPERATOR:
        name_operator(tx, line->id, name);
        break;
    case GT_STATS_CHANNEL:
        key = gt_terminal_kind_name((enum gt_terminal_kind)line->id);
        GT_FIELD_COPY(name->key, key);
        GT_FIELD_COPY(name->name, gt_txn_word(words, lang, "channel", key));
        break;
    case GT_STATS_OP:
        key = gt_op_name((enum gt_op)line->id);
        GT_FIELD_COPY(name->key, key);
        GT_FIELD_COPY(name->name, gt_txn_word(words, lang, "op", key));
        break;
    default:
        GT_FIELD_COPY(name->key, line->name);
        GT_FIELD_COPY(name->name, line->name);
    }
}

/* --- per cent */

static void put_percent(int64_t part, int64_t whole, const char *sign, char out[GT_PERCENT_MAX])
{
    /* Tenths of a per cent, without a product that does not fit. */
    int64_t tenths = part / whole * 1000 + part % whole * 1000 / whole;
    (void)snprintf(out, GT_PERCENT_MAX, "%s%" PRId64 ".%d%%", sign, tenths / 10,
                   (int)(tenths % 10));
}

void gt_percent(int64_t part, int64_t whole, char out[GT_PERCENT_MAX])
{
    out[0] = '\0';
    if (whole > 0)
        put_percent(part < 0 ? -part : part, whole, part < 0 ? "-" : "", out);
}

void gt_percent_change(int64_t now, int64_t before, char out[GT_PERCENT_MAX])
{
    out[0] = '\0';
    if (before > 0)
        put_percent(now < before ? before - now : now - before, before, now < before ? "-" : "+",
                    out);
}
