/*
 * Items (手工对账): differences that wait for somebody, with their age; the oldest first unless
 * sorted.
 *
 * Where nothing is filtered, those that are not closed.
 */
#include "item.h"

#include "base/text.h"
#include "staff/export.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define PAGE   50
#define DAY_MS INT64_C(86400000)

enum { F_STATE, F_CLASS, F_AGE, F_SYSTEM, F_ORG, F_FROM, F_TO, F_Q, F__MAX };
static const char *const states[] = {"waiting", "open", "suspense", "closed", "any", NULL};
static const char *const classes[] = {"other_date", "amount", "state", "only_ours", "only_theirs",
                                      "twice",      "count",  "money", "kept",      NULL};
static const char *const ages[] = {"day", "week", NULL};
static const char *const sorts[] = {"found", NULL};
static const struct gt_field filters[F__MAX] = {
    [F_STATE] = {"state", GT_FIELD_CHOICE, .choices = states},
    [F_CLASS] = {"class", GT_FIELD_CHOICE, .choices = classes},
    [F_AGE] = {"age", GT_FIELD_CHOICE, .choices = ages},
    [F_SYSTEM] = {"system", GT_FIELD_LINE, .most = 16},
    [F_ORG] = {"org", GT_FIELD_LINE, .most = 32},
    [F_FROM] = {"from", GT_FIELD_DATE},
    [F_TO] = {"to", GT_FIELD_DATE},
    [F_Q] = {"q", GT_FIELD_LINE, .most = 40},
};

/* What is found; it outlives the page where it is exported. */
struct found {
    struct gt_page *page; /* as long as it lasts */
    const struct gt_form *filter;
    struct gt_db *db;
    struct gt_item_find find;
    char system[16 * 4 + 1], text[40 * 4 + 1];
    struct gt_scopes scopes;
    struct gt_item rows[GT_GRANTS_MAX * (PAGE + 1)];
    struct gt_item_seen shown[PAGE];
    size_t n;
};

static int newest_first(const void *a, const void *b)
{
    const struct gt_item *one = a, *two = b;
    return (one->id < two->id) - (one->id > two->id);
}

static int oldest_first(const void *a, const void *b)
{
    return newest_first(b, a);
}

static const struct gt_value *given(const struct gt_form *filter, size_t field)
{
    const struct gt_value *value = &filter->value[field];
    return value->text[0] && !value->bad ? value : NULL;
}

static void fill_find(struct found *f, bool down, int64_t now)
{
    static const int64_t meant[] = {0, GT_ITEM_OPEN, GT_ITEM_SUSPENSE, GT_ITEM_CLOSED, -1};
    const struct gt_form *filter = f->filter;
    const struct gt_value *value;
    f->find = (struct gt_item_find){
        .system = f->system, .text = f->text, .oldest = !down, .most = PAGE + 1};
    if ((value = given(filter, F_STATE)))
        f->find.state = meant[value->number];
    if ((value = given(filter, F_CLASS)))
        f->find.class = value->number + GT_ITEM_OTHER_DATE;
    if ((value = given(filter, F_AGE)))
        f->find.found_before = now - (value->number ? 7 : 1) * DAY_MS;
    if ((value = given(filter, F_FROM)))
        f->find.from = value->number;
    if ((value = given(filter, F_TO)))
        f->find.to = value->number;
    if ((value = given(filter, F_SYSTEM)))
        (void)!gt_str_copy(f->system, sizeof f->system, value->text);
    if ((value = given(filter, F_Q)))
        (void)!gt_str_copy(f->text, sizeof f->text, value->text);
}

/* Owned by the caller. */
static enum gt_err begin(struct gt_page *page, struct gt_list *list, struct found **found)
{
    struct found *f = calloc(1, sizeof *f);
    if (!f)
        return gt_err_set(GT_ERR_NOMEM, "no memory for a list");
    gt_list_read(page, filters, F__MAX, sorts, list);
    f->page = page;
    f->filter = &list->filters;
    f->db = gt_console_of(page)->start->db;
    fill_find(f, list->down, gt_now(gt_console_of(page)->clock));
    *found = f;
    return GT_OK;
}

static enum gt_err scopes_in(struct gt_tx *tx, void *arg)
{
    struct found *f = arg;
    gt_scopes_read(tx, f->page, GT_RIGHT_ITEM_VIEW, f->filter->value[F_ORG].text, &f->scopes);
    return gt_tx_err(tx);
}

static enum gt_err read_on(struct gt_tx *tx, void *arg)
{
    struct found *f = arg;
    struct gt_orgs_seen orgs = {.n = 0};
    f->n = 0;
    for (size_t i = 0; i < f->scopes.n; i++) {
        f->find.path = f->scopes.path[i];
        f->n += gt_item_list(tx, &f->find, f->rows + f->n);
    }
    f->n = gt_rows_merge(f->rows, f->n, sizeof f->rows[0], PAGE + 1,
                         f->find.oldest ? oldest_first : newest_first);
    for (size_t i = 0; i < f->n && i < PAGE; i++) {
        f->shown[i].item = f->rows[i];
        gt_item_fill(tx, &orgs, &f->shown[i]);
    }
    return gt_tx_err(tx);
}

static enum gt_err read_in(struct gt_tx *tx, void *arg)
{
    return scopes_in(tx, arg) == GT_OK ? read_on(tx, arg) : gt_tx_err(tx);
}

static void show_found(struct gt_page *page, struct gt_list *list, const struct found *f)
{
    char leaf[32];
    if (f->scopes.absent)
        gt_form_fail(&list->filters, F_ORG, "no_such_org", NULL);
    for (size_t i = 0; i < f->n && i < PAGE; i++) {
        (void)snprintf(leaf, sizeof leaf, "Item.%zu", i);
        gt_item_set(page, &f->shown[i], leaf);
    }
    if (f->n > 0)
        gt_export_show(list, "/console/items/export");
    gt_list_ranges(list, F_FROM, F_TO,
                   gt_time_date(gt_now(gt_console_of(page)->clock), page->site->tz_minutes));
    gt_list_show_id(list, f->n > PAGE ? f->rows[PAGE - 1].id : 0);
}

static enum gt_err show(struct gt_page *page)
{
    struct gt_list list;
    struct found *f;
    enum gt_err err = begin(page, &list, &f);
    if (err != GT_OK)
        return err;
    f->find.before = gt_list_after_id(&list);
    bool all = !gt_list_filtered(&list);
    if (!list.filters.value[F_STATE].text[0])
        gt_form_put(&list.filters, F_STATE, states[0]);
    err = gt_page_read(page, "items.list", read_in, f);
    if (err == GT_OK) {
        show_found(page, &list, f);
        if (all) /* what waits is what is shown where nothing is asked for */
            gt_page_set(page, "", "List.Filtered");
        err = gt_page_show(page, "items");
    }
    free(f);
    return err;
}

GT_ROUTE(items, .path = "/console/items", .name = "items", .get = show, .right = GT_RIGHT_ITEM_VIEW,
         .menu = GT_MENU_BOOKS + 40);

/* --- as a file */

static const char *const columns[] = {"no",     "class",  "system", "date",   "org",
                                      "txn",    "ref",    "ours",   "theirs", "state",
                                      "action", "reason", "found",  "closed", NULL};

static void put_figure(struct gt_sheet *sheet, const struct gt_item *item, int64_t value)
{
    if (item->class == GT_ITEM_COUNT)
        gt_cell_int(sheet, value);
    else
        gt_cell_money(sheet, value);
}

static void put_row(struct gt_sheet *sheet, const struct gt_item_seen *seen)
{
    const struct gt_item *item = &seen->item;
    char word[40], txn[24] = "", date[16];
    if (item->txn_id)
        (void)snprintf(txn, sizeof txn, "%" PRId64, item->txn_id);
    (void)snprintf(date, sizeof date, "%04d-%02d-%02d", (int)(item->biz_date / 10000),
                   (int)(item->biz_date / 100 % 100), (int)(item->biz_date % 100));
    gt_cell_int(sheet, item->id);
    gt_cell_word(sheet, gt_item_class_word(item, word));
    gt_cell_text(sheet, item->system);
    gt_cell_text(sheet, date);
    gt_cell_text(sheet, seen->org.name);
    gt_cell_text(sheet, txn);
    gt_cell_text(sheet, item->ref);
    put_figure(sheet, item, item->ours);
    put_figure(sheet, item, item->theirs);
    gt_cell_word(sheet, gt_item_state_word(seen, word));
    if (item->action)
        gt_cell_word(sheet, gt_item_action_word((enum gt_item_action)item->action, word));
    else
        gt_cell_text(sheet, "");
    gt_cell_text(sheet, item->reason);
    gt_cell_time(sheet, item->found_at);
    gt_cell_time(sheet, item->closed_at);
}

static enum gt_err put_rows(struct gt_sheet *sheet, void *list, bool *more)
{
    struct found *f = list;
    enum gt_err err = gt_db_read(f->db, "items.export", read_on, f);
    for (size_t i = 0; err == GT_OK && i < f->n && i < PAGE; i++) {
        put_row(sheet, &f->shown[i]);
        f->find.before = f->rows[i].id;
    }
    *more = f->n > PAGE;
    return err;
}

static enum gt_err send(struct gt_page *page)
{
    static const struct gt_sheet_source source = {"items", "items", columns, put_rows, free};
    struct gt_list list;
    struct found *f;
    enum gt_err err = begin(page, &list, &f);
    if (err != GT_OK)
        return err;
    return gt_export_send_read(page, scopes_in, GT_RIGHT_ITEM_VIEW, &list.filters, "item.export",
                               &source, f);
}

GT_ROUTE(items_export, .path = "/console/items/export", .name = "items", .get = send,
         .right = GT_RIGHT_EXPORT, .under = "items");
