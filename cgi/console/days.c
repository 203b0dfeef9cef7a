/*
 * Day closes of a date: the tree of those who have to close it, and how far each is.
 */
#include "day.h"
#include "scope.h"
#include "staff/export.h"

#include "base/clock.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE 50

enum { F_DATE, F_STATE, F__MAX };
static const char *const states[] = {"missing", "open", "declared", "confirmed", NULL};
static const struct gt_field filters[F__MAX] = {
    [F_DATE] = {"date", GT_FIELD_DATE},
    [F_STATE] = {"state", GT_FIELD_CHOICE, .choices = states},
};

/* What is found; it outlives the page where it is exported. */
struct found {
    struct gt_page *page; /* as long as it lasts */
    struct gt_db *db;
    const char *state; /* that is asked for; "": any */
    int64_t date;      /* 0: the last that has ended */
    int64_t before, behind;
    int64_t biz_date;
    struct gt_scopes scopes;
    struct gt_day_tree tree[GT_GRANTS_MAX];
};

static enum gt_err scopes_in(struct gt_tx *tx, void *arg)
{
    struct found *f = arg;
    struct gt_state state;
    gt_state_read(tx, &state);
    if (gt_tx_err(tx) != GT_OK)
        return gt_tx_err(tx);
    f->biz_date = state.biz_date;
    if (!f->date)
        f->date = gt_day_before(tx, state.biz_date);
    f->before = gt_day_before(tx, f->date);
    f->behind = gt_day_behind(tx, f->date);
    gt_scopes_read(tx, f->page, GT_RIGHT_DAY_VIEW, "", &f->scopes);
    return gt_tx_err(tx);
}

static enum gt_err read_on(struct gt_tx *tx, void *arg)
{
    struct found *f = arg;
    for (size_t i = 0; i < f->scopes.n; i++)
        gt_day_tree_read(tx, f->scopes.path[i], f->date, &f->tree[i]);
    return gt_tx_err(tx);
}

static enum gt_err read_in(struct gt_tx *tx, void *arg)
{
    return scopes_in(tx, arg) == GT_OK ? read_on(tx, arg) : gt_tx_err(tx);
}

/* The state of a choice as it is static: a file outlives what was typed. */
static const char *chosen(const struct gt_form *filter)
{
    const struct gt_value *value = &filter->value[F_STATE];
    return value->text[0] && !value->bad ? states[value->number] : "";
}

/* Owned by the caller. */
static enum gt_err begin(struct gt_page *page, struct gt_list *list, struct found **found)
{
    struct found *f = calloc(1, sizeof *f);
    if (!f)
        return gt_err_set(GT_ERR_NOMEM, "no memory for the day closes");
    gt_list_read(page, filters, F__MAX, NULL, list);
    f->page = page;
    f->db = gt_console_of(page)->start->db;
    f->state = chosen(&list->filters);
    if (list->filters.value[F_DATE].text[0] && !list->filters.value[F_DATE].bad)
        f->date = list->filters.value[F_DATE].number;
    *found = f;
    return GT_OK;
}

static void free_found(void *found)
{
    struct found *f = found;
    for (size_t i = 0; i < GT_GRANTS_MAX; i++)
        gt_day_tree_free(&f->tree[i]);
    free(f);
}

static bool is_shown(const struct gt_day_node *node, const char *state)
{
    return node->due &&
           (!*state || strcmp(state, gt_day_state_name((enum gt_day_state)node->day.state)) == 0);
}

/* --- showing */

void gt_day_state_set(struct gt_page *page, enum gt_day_state state, const char *leaf)
{
    static const char *const colours[GT_DAY__MAX] = {"declined", "doubt", "pending", "posted"};
    char word[64];
    (void)snprintf(word, sizeof word, "days.state_%s", gt_day_state_name(state));
    gt_page_set(page, gt_page_word(page, word), "%s.State", leaf);
    gt_page_set(page, colours[state], "%s.Colour", leaf);
}

void gt_day_node_set(struct gt_page *page, const struct gt_day_node *node, int64_t date,
                     const char *leaf)
{
    gt_page_set_int(page, node->org.id, "%s.Id", leaf);
    gt_page_set_int(page, date, "%s.Date", leaf);
    gt_page_set(page, node->org.name, "%s.Name", leaf);
    gt_page_set(page, node->org.code, "%s.Code", leaf);
    gt_day_state_set(page, (enum gt_day_state)node->day.state, leaf);
    if (node->day.state < GT_DAY_DECLARED)
        return;
    gt_page_set_int(page, node->day.differs, "%s.Differs", leaf);
    gt_page_set_time(page, node->day.declared_at, "%s.DeclaredAt", leaf);
    gt_page_set_time(page, node->day.confirmed_at, "%s.ConfirmedAt", leaf);
}

static int depth_of(const char *path)
{
    int depth = 0;
    for (; *path; path++)
        depth += *path == '/';
    return depth > 2 ? depth - 2 : 0;
}

/* The rows of a page behind `after`, a path; how far the tree is besides. */
struct showing {
    const char *after, *state;
    int64_t count[GT_DAY__MAX];
    size_t shown;
    const char *last; /* path of the last row, if there are more */
    bool more;
};

static void show_tree(struct gt_page *page, const struct gt_day_tree *tree, struct showing *s)
{
    char leaf[32];
    for (size_t i = 0; i < tree->n; i++) {
        const struct gt_day_node *node = &tree->node[i];
        if (!node->due)
            continue;
        s->count[node->day.state]++;
        if (strcmp(node->org.path, s->after) <= 0 || !is_shown(node, s->state))
            continue;
        s->more = s->more || s->shown == PAGE;
        if (s->more)
            continue;
        (void)snprintf(leaf, sizeof leaf, "Day.%zu", s->shown++);
        gt_day_node_set(page, node, tree->date, leaf);
        gt_page_set_int(page, depth_of(node->org.path), "%s.Depth", leaf);
        s->last = node->org.path;
    }
}

static void show_dates(struct gt_page *page, const struct found *f)
{
    gt_page_set_date(page, f->date, "Date.Is");
    gt_page_set_date(page, f->before, "Date.Before");
    gt_page_set_date(page, f->behind, "Date.Behind");
    if (f->date && f->date >= f->biz_date)
        gt_page_set(page, "1", "Date.Runs");
    else if (f->date && f->scopes.n > 0 && !f->tree[0].ready)
        gt_page_set(page, "1", "Date.NotReady");
}

static enum gt_err show(struct gt_page *page)
{
    struct gt_list list;
    struct showing s = {.last = ""};
    char date[GT_DATE_TEXT];
    struct found *f;
    enum gt_err err = begin(page, &list, &f);
    if (err != GT_OK)
        return err;
    s.after = list.after;
    s.state = f->state;
    err = gt_page_read(page, "days.list", read_in, f);
    for (size_t i = 0; err == GT_OK && i < f->scopes.n; i++)
        show_tree(page, &f->tree[i], &s);
    if (err == GT_OK) {
        for (int i = 0; i < GT_DAY__MAX; i++)
            gt_page_set_int(page, s.count[i], "Count.%s", gt_day_state_name((enum gt_day_state)i));
        show_dates(page, f);
        if (!list.filters.value[F_DATE].bad && f->date)
            gt_form_put(&list.filters, F_DATE, gt_date_text(f->date, date));
        if (s.shown > 0)
            gt_export_show(&list, "/console/days/export");
        gt_list_show(&list, s.more ? s.last : "");
        err = gt_page_show(page, "days");
    }
    free_found(f);
    return err;
}

GT_ROUTE(days, .path = "/console/days", .name = "days", .get = show, .right = GT_RIGHT_DAY_VIEW,
         .menu = GT_MENU_BOOKS + 20);

/* --- as a file */

static const char *const columns[] = {"date",    "code",        "org",          "state",
                                      "differs", "declared_at", "confirmed_at", NULL};

static void put_row(struct gt_sheet *sheet, const struct gt_day_node *node, int64_t date)
{
    char text[GT_DATE_TEXT], word[64];
    (void)snprintf(word, sizeof word, "days.state_%s",
                   gt_day_state_name((enum gt_day_state)node->day.state));
    gt_cell_text(sheet, gt_date_text(date, text));
    gt_cell_text(sheet, node->org.code);
    gt_cell_text(sheet, node->org.name);
    gt_cell_word(sheet, word);
    gt_cell_int(sheet, node->day.differs);
    gt_cell_time(sheet, node->day.declared_at);
    gt_cell_time(sheet, node->day.confirmed_at);
}

/* A date's closes are all read at once: there is one an organisation. */
static enum gt_err put_rows(struct gt_sheet *sheet, void *list, bool *more)
{
    struct found *f = list;
    enum gt_err err = gt_db_read(f->db, "days.export", read_on, f);
    for (size_t i = 0; err == GT_OK && i < f->scopes.n; i++) {
        for (size_t at = 0; at < f->tree[i].n; at++) {
            if (is_shown(&f->tree[i].node[at], f->state))
                put_row(sheet, &f->tree[i].node[at], f->date);
        }
    }
    *more = false;
    return err;
}

static enum gt_err send(struct gt_page *page)
{
    static const struct gt_sheet_source source = {"day-closes", "days", columns, put_rows,
                                                  free_found};
    struct gt_list list;
    struct found *f;
    enum gt_err err = begin(page, &list, &f);
    if (err != GT_OK)
        return err;
    return gt_export_send_read(page, scopes_in, GT_RIGHT_DAY_VIEW, &list.filters, "day.export",
                               &source, f);
}

GT_ROUTE(days_export, .path = "/console/days/export", .name = "days", .get = send,
         .right = GT_RIGHT_EXPORT, .under = "days");
