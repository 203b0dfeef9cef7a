/*
 * The operation log: who did what, on which object, before and after; the newest first.
 *
 * Who holds the right at the top sees all of it.  Who holds it further down sees what people of
 * their organisations did, as the log knows who, not where.  A page of the list begins behind time
 * and id of the last row of the page before.
 */
#include "staff/export.h"

#include "access/list.h"
#include "base/text.h"
#include "history.h"
#include "scope.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE    50
#define WEEK_MS INT64_C(604800000)

enum { F_WHO, F_WHAT, F_OBJECT, F_ORG, F_FROM, F_TO, F__MAX };
static const struct gt_field filters[F__MAX] = {
    [F_WHO] = {"who", GT_FIELD_LINE, .most = 64},
    [F_WHAT] = {"what", GT_FIELD_LINE, .most = 48},
    [F_OBJECT] = {"object", GT_FIELD_LINE, .most = 80},
    [F_ORG] = {"org", GT_FIELD_LINE, .most = 32},
    [F_FROM] = {"from", GT_FIELD_DATE},
    [F_TO] = {"to", GT_FIELD_DATE},
};

/* A way through the log; it outlives the page where it is exported. */
struct walk {
    struct gt_page *page; /* as long as it lasts */
    struct gt_form *filter;
    struct gt_db *db;
    const struct gt_words *words;
    struct gt_scopes scopes;
    char who[64 * 4 + 1], what[48 * 4 + 1], object[80 * 4 + 1];
    struct gt_oplog_find find; /* where it stands; its texts are those above */
    struct gt_oplog rows[GT_GRANTS_MAX * (PAGE + 1)];
    size_t n;
    bool more;         /* there may be more behind the rows */
    int64_t before_at; /* how far down it was looked, where that is all that is known */
};

static int newest_first(const void *a, const void *b)
{
    const struct gt_oplog *one = a, *two = b;
    if (one->at != two->at)
        return (one->at < two->at) - (one->at > two->at);
    return (one->id < two->id) - (one->id > two->id);
}

static const char *text_of(const struct walk *w, size_t field)
{
    const struct gt_value *value = &w->filter->value[field];
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

/* Who sees several subtrees gets their rows merged, as far down as all of them were looked
 * through. */
static void read_rows(struct gt_tx *tx, struct walk *w)
{
    w->n = 0;
    w->more = false;
    w->before_at = 0;
    for (size_t i = 0; i < w->scopes.n; i++) {
        struct gt_oplog_found found;
        bool all = !w->scopes.org.id && is_top(w->scopes.path[i]);
        w->find.path = all ? NULL : w->scopes.path[i];
        gt_oplog_list(tx, &w->find, w->rows + w->n, &found);
        if (found.more && found.n < w->find.most && found.before_at > w->before_at)
            w->before_at = found.before_at;
        w->more |= found.more;
        w->n += found.n;
    }
    w->n = gt_rows_merge(w->rows, w->n, sizeof w->rows[0], PAGE + 1, newest_first);
    while (w->n > 0 && w->rows[w->n - 1].at < w->before_at)
        w->n--;
}

static enum gt_err read_on(struct gt_tx *tx, void *arg)
{
    read_rows(tx, arg);
    return gt_tx_err(tx);
}

static enum gt_err scopes_in(struct gt_tx *tx, void *arg)
{
    struct walk *w = arg;
    gt_scopes_read(tx, w->page, GT_RIGHT_OPLOG_VIEW, text_of(w, F_ORG), &w->scopes);
    return gt_tx_err(tx);
}

static enum gt_err read_in(struct gt_tx *tx, void *arg)
{
    return scopes_in(tx, arg) == GT_OK ? read_on(tx, arg) : gt_tx_err(tx);
}

/* A way through what is filtered; owned by the caller. */
static enum gt_err begin_walk(struct gt_page *page, struct gt_list *list, struct walk **walk)
{
    struct walk *w = calloc(1, sizeof *w);
    if (!w)
        return gt_err_set(GT_ERR_NOMEM, "no memory for a list");
    w->page = page;
    w->filter = &list->filters;
    w->db = gt_console_of(page)->start->db;
    w->words = page->site->words;
    (void)snprintf(w->who, sizeof w->who, "%s", text_of(w, F_WHO));
    (void)snprintf(w->what, sizeof w->what, "%s", text_of(w, F_WHAT));
    (void)snprintf(w->object, sizeof w->object, "%s", text_of(w, F_OBJECT));
    w->find = (struct gt_oplog_find){
        .who = w->who,
        .what = w->what,
        .object = w->object,
        .most = PAGE + 1,
    };
    gt_list_days(list, F_FROM, F_TO, &w->find.from, &w->find.to);
    *walk = w;
    return GT_OK;
}

/* Where the rows behind those that were read begin; false if there are none. */
static bool go_on(const struct walk *w, int64_t *at, int64_t *id)
{
    bool full = w->n > PAGE;
    if (!full && !w->more)
        return false;
    *at = full ? w->rows[PAGE - 1].at : w->before_at;
    *id = full ? w->rows[PAGE - 1].id : 0;
    return true;
}

static void show_rows(struct gt_page *page, const struct walk *w)
{
    for (size_t i = 0; i < w->n && i < PAGE; i++) {
        const struct gt_oplog *row = &w->rows[i];
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

/* How far it was looked where that was not to the end. */
static void show_reached(struct gt_page *page, int64_t at)
{
    char text[GT_TIME_MAX];
    gt_page_set_word(page, "Reached", "oplog.reached",
                     GT_ARGS(gt_time_format(at, page->site->tz_minutes, text)));
}

static enum gt_err show(struct gt_page *page)
{
    struct gt_list list;
    char next[64] = "", date[16] = "";
    int64_t at = 0, id = 0;
    struct walk *w;
    gt_list_read(page, filters, F__MAX, NULL, &list);
    bool plain = begin_with_week(&list, date);
    enum gt_err err = begin_walk(page, &list, &w);
    if (err != GT_OK)
        return err;
    read_place(list.after, &w->find);
    err = gt_page_read(page, "oplog.list", read_in, w);
    if (err == GT_OK) {
        if (w->scopes.absent)
            gt_form_fail(&list.filters, F_ORG, "no_such_org", NULL);
        show_rows(page, w);
        if (go_on(w, &at, &id))
            (void)snprintf(next, sizeof next, "%" PRId64 ".%" PRId64, at, id);
        if (next[0] && w->n <= PAGE)
            show_reached(page, at);
        if (gt_oplog_sees_all(page))
            gt_page_set(page, "1", "May.Check");
        if (w->n > 0)
            gt_export_show(&list, "/console/oplog/export");
        gt_list_ranges(&list, F_FROM, F_TO,
                       gt_time_date(gt_now(gt_console_of(page)->clock), page->site->tz_minutes));
        gt_list_show(&list, next);
        if (plain)
            gt_page_set(page, "", "List.Filtered");
        err = gt_page_show(page, "oplog");
    }
    free(w);
    return err;
}

bool gt_oplog_sees_all(const struct gt_page *page)
{
    const char *path = gt_grants_scope(&gt_who_of(page)->visit.grants, GT_RIGHT_OPLOG_VIEW, 0);
    return path && is_top(path);
}

GT_ROUTE(oplog, .path = "/console/oplog", .name = "oplog", .get = show,
         .right = GT_RIGHT_OPLOG_VIEW, .menu = GT_MENU_SYSTEM + 40);

/* --- as a file */

static const char *const columns[] = {"at", "who", "origin", "did", "key", "thing", "detail", NULL};

static void put_row(struct gt_sheet *sheet, const struct walk *w, const struct gt_oplog *row)
{
    char word[GT_OBJECT_LABEL];
    gt_cell_time(sheet, row->at);
    gt_cell_text(sheet, row->who);
    gt_cell_text(sheet, row->origin);
    if (gt_words_has(w->words, gt_what_word(row->what, word)))
        gt_cell_word(sheet, word);
    else
        gt_cell_text(sheet, row->what);
    gt_cell_text(sheet, row->what);
    gt_cell_text(sheet, row->object);
    gt_cell_text(sheet, row->detail);
}

static enum gt_err put_rows(struct gt_sheet *sheet, void *list, bool *more)
{
    struct walk *w = list;
    enum gt_err err = gt_db_read(w->db, "oplog.export", read_on, w);
    for (size_t i = 0; err == GT_OK && i < w->n && i < PAGE; i++)
        put_row(sheet, w, &w->rows[i]);
    *more = go_on(w, &w->find.before_at, &w->find.before_id);
    return err;
}

static enum gt_err send(struct gt_page *page)
{
    static const struct gt_sheet_source source = {"operations", "oplog", columns, put_rows, free};
    struct gt_list list;
    struct walk *w;
    gt_list_read(page, filters, F__MAX, NULL, &list);
    enum gt_err err = begin_walk(page, &list, &w);
    if (err != GT_OK)
        return err;
    return gt_export_send_read(page, scopes_in, GT_RIGHT_OPLOG_VIEW, &list.filters, "oplog.export",
                               &source, w);
}

GT_ROUTE(oplog_export, .path = "/console/oplog/export", .name = "oplog", .get = send,
         .right = GT_RIGHT_OPLOG_VIEW, .under = "oplog");
