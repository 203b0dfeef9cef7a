/*
 * The operation log: who did what, on which object, before and after; the newest first.
 *
 * Who holds the right at the top sees all of it.  Who holds it further down sees what people of
 * their organisations did, as the log knows who, not where.  A page of the list begins behind time
 * and id of the last row of the page before.
 */
#include "access/list.h"
#include "base/text.h"
#include "history.h"
#include "scope.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE    50
#define DAY_MS  INT64_C(86400000)
#define WEEK_MS (7 * DAY_MS)

enum { F_WHO, F_WHAT, F_OBJECT, F_ORG, F_FROM, F_TO, F__MAX };
static const struct gt_field filters[F__MAX] = {
    [F_WHO] = {"who", GT_FIELD_LINE, .most = 64},
    [F_WHAT] = {"what", GT_FIELD_LINE, .most = 48},
    [F_OBJECT] = {"object", GT_FIELD_LINE, .most = 80},
    [F_ORG] = {"org", GT_FIELD_LINE, .most = 32},
    [F_FROM] = {"from", GT_FIELD_DATE},
    [F_TO] = {"to", GT_FIELD_DATE},
};

struct found {
    struct gt_page *page;
    struct gt_list *list;
    struct gt_scopes scopes;
    struct gt_oplog rows[GT_GRANTS_MAX * (PAGE + 1)];
    size_t n;
};

static int newest_first(const void *a, const void *b)
{
    const struct gt_oplog *one = a, *two = b;
    if (one->at != two->at)
        return (one->at < two->at) - (one->at > two->at);
    return (one->id < two->id) - (one->id > two->id);
}

/* When a date begins where people are; `otherwise` if the filter names none. */
static int64_t time_of(const struct found *f, size_t field, int64_t otherwise)
{
    const struct gt_value *value = &f->list->filters.value[field];
    char text[32];
    int64_t at;
    if (!value->text[0] || value->bad)
        return otherwise;
    (void)snprintf(text, sizeof text, "%sT00:00:00", value->text);
    return gt_time_parse_xsd(text, f->page->site->tz_minutes, &at) == GT_OK ? at : otherwise;
}

static const char *text_of(const struct found *f, size_t field)
{
    const struct gt_value *value = &f->list->filters.value[field];
    return value->bad ? "" : value->text;
}

/* "at.id" of the address. */
static void read_place(const char *after, struct gt_oplog_find *find)
{
    char text[48];
    char *dot;
    (void)snprintf(text, sizeof text, "%s", after);
    if (!(dot = strchr(text, '.')))
        return;
    *dot = '\0';
    if (gt_int_parse(text, &find->before_at) != GT_OK ||
        gt_int_parse(dot + 1, &find->before_id) != GT_OK)
        find->before_at = find->before_id = 0;
}

/* Whether a path is that of the organisation at the top. */
static bool is_top(const char *path)
{
    const char *slash = strchr(path + 1, '/');
    return slash && !slash[1];
}

static enum gt_err read_in(struct gt_tx *tx, void *arg)
{
    struct found *f = arg;
    int64_t to = time_of(f, F_TO, 0);
    struct gt_oplog_find find = {
        .from = time_of(f, F_FROM, 0),
        .to = to ? to + DAY_MS : INT64_MAX,
        .who = text_of(f, F_WHO),
        .what = text_of(f, F_WHAT),
        .object = text_of(f, F_OBJECT),
        .most = PAGE + 1,
    };
    read_place(f->list->after, &find);
    gt_scopes_read(tx, f->page, GT_RIGHT_OPLOG_VIEW, text_of(f, F_ORG), &f->scopes);
    f->n = 0;
    for (size_t i = 0; i < f->scopes.n; i++) {
        bool all = !f->scopes.org.id && is_top(f->scopes.path[i]);
        find.path = all ? NULL : f->scopes.path[i];
        f->n += gt_oplog_list(tx, &find, f->rows + f->n);
    }
    f->n = gt_rows_merge(f->rows, f->n, sizeof f->rows[0], PAGE + 1, newest_first);
    return gt_tx_err(tx);
}

static void show_rows(struct gt_page *page, const struct found *f)
{
    for (size_t i = 0; i < f->n && i < PAGE; i++) {
        const struct gt_oplog *row = &f->rows[i];
        char leaf[32], label[GT_OBJECT_LABEL];
        (void)snprintf(leaf, sizeof leaf, "Log.%zu", i);
        gt_page_set_time(page, row->at, "Log.%zu.At", i);
        gt_page_set(page, row->who, "Log.%zu.Who", i);
        gt_page_set(page, row->origin, "Log.%zu.Origin", i);
        gt_page_set(page, gt_what_label(page, row->what, label), "Log.%zu.What", i);
        gt_page_set(page, row->what, "Log.%zu.Key", i);
        gt_page_set(page, gt_object_label(page, row->object, label), "Log.%zu.Object", i);
        gt_detail_show(page, row, leaf);
    }
}

/* Without any filter the last week: what somebody looks for is nearly always there. */
static bool begin_with_week(struct gt_list *list, char date[16])
{
    struct gt_page *page = list->page;
    if (gt_list_filtered(list))
        return false;
    int64_t from =
        gt_time_date(gt_now(gt_console_of(page)->clock) - WEEK_MS, page->site->tz_minutes);
    (void)snprintf(date, 16, "%04d-%02d-%02d", (int)(from / 10000), (int)(from / 100 % 100),
                   (int)(from % 100));
    gt_form_put(&list->filters, F_FROM, date);
    return true;
}

static enum gt_err show(struct gt_page *page)
{
    struct gt_list list;
    char next[64] = "", date[16] = "";
    struct found *f = calloc(1, sizeof *f);
    if (!f)
        return gt_err_set(GT_ERR_NOMEM, "no memory for a list");
    gt_list_read(page, filters, F__MAX, NULL, &list);
    bool plain = begin_with_week(&list, date);
    f->page = page;
    f->list = &list;
    enum gt_err err = gt_page_read(page, "oplog.list", read_in, f);
    if (err == GT_OK) {
        if (f->scopes.absent)
            gt_form_fail(&list.filters, F_ORG, "no_such_org", NULL);
        show_rows(page, f);
        if (f->n > PAGE)
            (void)snprintf(next, sizeof next, "%" PRId64 ".%" PRId64, f->rows[PAGE - 1].at,
                           f->rows[PAGE - 1].id);
        if (gt_oplog_sees_all(page))
            gt_page_set(page, "1", "May.Check");
        gt_list_show(&list, next);
        if (plain)
            gt_page_set(page, "", "List.Filtered");
        err = gt_page_show(page, "oplog");
    }
    free(f);
    return err;
}

bool gt_oplog_sees_all(const struct gt_page *page)
{
    const char *path = gt_grants_scope(&gt_who_of(page)->visit.grants, GT_RIGHT_OPLOG_VIEW, 0);
    return path && is_top(path);
}

GT_ROUTE(oplog, .path = "/console/oplog", .name = "oplog", .get = show,
         .right = GT_RIGHT_OPLOG_VIEW, .menu = GT_MENU_SYSTEM + 40);
