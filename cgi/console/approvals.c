/*
 * Approvals: one inbox for everything that wants a second person.
 *
 * The newest first, or the oldest where that is asked for.  Each row says in figures what is
 * asked; deciding is on the request's own page (approval.c), where its reason stands.
 */
#include "approvals.h"
#include "staff/export.h"

#include "access/list.h"
#include "base/text.h"
#include "history.h"
#include "item.h"
#include "scope.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE 50

/* --- how a request is shown */

const char *gt_approval_kind_label(const struct gt_page *page, const struct gt_approval *row)
{
    const struct gt_approval_kind *kind = gt_approval_kind(row->kind);
    if (!kind)
        return row->kind;
    return page->lang == GT_LANG_EN ? kind->en : kind->zh;
}

/* Of an item: what is to be done, where the money goes, and how much. */
static void show_item(struct gt_page *page, const struct gt_approval *row, const char *leaf)
{
    enum gt_settle_way way = (enum gt_settle_way)gt_asked_get(row->asked, "way");
    char word[40], label[400];
    int n = snprintf(
        label, sizeof label, "%s",
        gt_page_word(page, gt_item_action_word(
                               (enum gt_item_action)gt_asked_get(row->asked, "action"), word)));
    (void)snprintf(word, sizeof word, "item.way_%s", gt_settle_way_name(way));
    if (way && n > 0 && n < (int)sizeof label)
        (void)snprintf(label + n, sizeof label - (size_t)n, " · %s", gt_page_word(page, word));
    gt_page_set(page, label, "%s.Figure.0.Name", leaf);
    gt_page_set_money(page, gt_asked_get(row->asked, "amount"), "%s.Figure.0.After", leaf);
}

/* "limit=100000 from=5000": what the change goes from stands under the name of what it goes to. */
static void show_figures(struct gt_page *page, const struct gt_approval *row, const char *leaf)
{
    char asked[201], *rest = asked, *item;
    int n = 0;
    bool from = strstr(row->asked, "from=") != NULL;
    (void)snprintf(asked, sizeof asked, "%s", row->asked);
    while ((item = strsep(&rest, " "))) {
        char word[64], *equals = strchr(item, '=');
        int64_t value = 0;
        if (!equals)
            continue;
        *equals = '\0';
        if (strcmp(item, "from") == 0 || gt_int_parse(equals + 1, &value) != GT_OK)
            continue;
        (void)snprintf(word, sizeof word, "asked.%.40s", item);
        gt_page_set(page, gt_words_has(page->site->words, word) ? gt_page_word(page, word) : item,
                    "%s.Figure.%d.Name", leaf, n);
        if (from && strcmp(item, "limit") == 0)
            gt_page_set_money(page, gt_asked_get(row->asked, "from"), "%s.Figure.%d.Before", leaf,
                              n);
        if (strcmp(item, "date") == 0)
            gt_page_set_date(page, value, "%s.Figure.%d.Plain", leaf, n);
        else
            gt_page_set_money(page, value, "%s.Figure.%d.After", leaf, n);
        n++;
    }
}

static const char *state_word(const struct gt_approval *row, char word[64])
{
    static const char *const states[GT_APPROVAL__MAX] = {
        "", "waiting", "approved", "refused", "withdrawn", "expired",
    };
    bool known = row->state > 0 && row->state < GT_APPROVAL__MAX;
    (void)snprintf(word, 64, "approval_state.%s", known ? states[row->state] : "waiting");
    return word;
}

void gt_approval_show(struct gt_page *page, const struct gt_approval *row, const char *leaf)
{
    static const char *const colours[GT_APPROVAL__MAX] = {
        "", "pending", "posted", "declined", "declined", "declined",
    };
    char word[64], object[GT_OBJECT_LABEL];
    bool known = row->state > 0 && row->state < GT_APPROVAL__MAX;
    gt_page_set_int(page, row->id, "%s.Id", leaf);
    gt_page_set(page, gt_approval_kind_label(page, row), "%s.Kind", leaf);
    gt_page_set(page, gt_object_label(page, row->object, object), "%s.Object", leaf);
    gt_page_set(page, row->reason, "%s.Reason", leaf);
    gt_page_set_time(page, row->made_at, "%s.At", leaf);
    gt_page_set_time(page, row->expires_at, "%s.Until", leaf);
    gt_page_set(page, gt_page_word(page, state_word(row, word)), "%s.State", leaf);
    gt_page_set(page, known ? colours[row->state] : "pending", "%s.StateKind", leaf);
    if (row->maker_id == gt_who_of(page)->visit.user.id)
        gt_page_set(page, "1", "%s.Own", leaf);
    if (strcmp(row->kind, GT_SETTLE_KIND) == 0)
        show_item(page, row, leaf);
    else
        show_figures(page, row, leaf);
}

/* --- the list */

enum { F_STATE, F_KIND, F_MINE, F_Q, F_FROM, F_TO, F__MAX };
static const char *const states[] = {"waiting", "approved", "refused", "withdrawn",
                                     "expired", "any",      NULL};
static const char *const whose[] = {"own", NULL};
static const struct gt_field filters[F__MAX] = {
    [F_STATE] = {"state", GT_FIELD_CHOICE, .choices = states},
    [F_KIND] = {"kind", GT_FIELD_CHOICE},
    [F_MINE] = {"mine", GT_FIELD_CHOICE, .choices = whose},
    [F_Q] = {"q", GT_FIELD_LINE, .most = 64},
    [F_FROM] = {"from", GT_FIELD_DATE},
    [F_TO] = {"to", GT_FIELD_DATE},
};

static const char *const sorts[] = {"at", NULL};

/* What is found; it outlives the page where it is exported. */
struct found {
    struct gt_page *page; /* as long as it lasts */
    struct gt_db *db;
    enum gt_lang lang;
    char text[64 * 4 + 1];
    struct gt_find find; /* with this */
    int64_t maker_id;    /* whose, 0: anybody's */
    struct gt_scopes scopes;
    struct gt_approval rows[GT_GRANTS_MAX * (PAGE + 1)];
    struct gt_user makers[PAGE + 1]; /* of the rows */
    size_t n;
    bool more;       /* there may be more behind the rows */
    int64_t reached; /* how far it was looked, where that is all that is known; else 0 */
};

static int newest_first(const void *a, const void *b)
{
    const struct gt_approval *one = a, *two = b;
    return (one->id < two->id) - (one->id > two->id);
}

static int oldest_first(const void *a, const void *b)
{
    return newest_first(b, a);
}

/* Whether the id stands in front of the other in this list's order. */
static bool in_front(const struct found *f, int64_t id, int64_t other)
{
    return f->find.oldest ? id < other : id > other;
}

/* Where nothing is said, what waits; a kind's key goes where a text would. */
static void fill_find(const struct gt_list *list, struct found *f)
{
    const struct gt_form *filter = &list->filters;
    const struct gt_value *state = &filter->value[F_STATE];
    const struct gt_approval_kind *kind = gt_approval_kind(filter->value[F_KIND].text);
    f->find = (struct gt_find){
        .text = f->text, .state = GT_APPROVAL_WAITING, .oldest = !list->down, .most = PAGE + 1};
    gt_list_days(list, F_FROM, F_TO, &f->find.from, &f->find.to);
    if (state->text[0] && !state->bad)
        f->find.state = strcmp(state->text, "any") == 0 ? 0 : state->number + GT_APPROVAL_WAITING;
    if (!filter->value[F_Q].bad)
        (void)!gt_str_copy(f->text, sizeof f->text, filter->value[F_Q].text);
    if (kind)
        f->find.kind_key = kind->key;
    f->maker_id = filter->value[F_MINE].text[0] && !filter->value[F_MINE].bad
                      ? gt_who_of(f->page)->visit.user.id
                      : 0;
}

/* Owned by the caller. */
static enum gt_err begin(struct gt_page *page, struct gt_list *list, struct found **found)
{
    struct found *f = calloc(1, sizeof *f);
    if (!f)
        return gt_err_set(GT_ERR_NOMEM, "no memory for a list");
    gt_list_read(page, filters, F__MAX, sorts, list);
    if (!*gt_params_get(&page->query, "sort"))
        list->down = true;
    f->page = page;
    f->db = gt_console_of(page)->start->db;
    f->lang = page->lang;
    fill_find(list, f);
    *found = f;
    return GT_OK;
}

static enum gt_err scopes_in(struct gt_tx *tx, void *arg)
{
    struct found *f = arg;
    gt_scopes_read(tx, f->page, GT_RIGHT_APPROVAL_VIEW, "", &f->scopes);
    return gt_tx_err(tx);
}

static enum gt_err read_on(struct gt_tx *tx, void *arg)
{
    struct found *f = arg;
    f->n = 0;
    f->more = false;
    f->reached = 0;
    for (size_t i = 0; i < f->scopes.n; i++) {
        struct gt_approvals_found found;
        f->find.path = f->scopes.path[i];
        gt_approval_list(tx, &f->find, f->maker_id, f->rows + f->n, &found);
        if (found.more && found.n < f->find.most &&
            (!f->reached || in_front(f, found.reached, f->reached)))
            f->reached = found.reached;
        f->more |= found.more;
        f->n += found.n;
    }
    f->n = gt_rows_merge(f->rows, f->n, sizeof f->rows[0], PAGE + 1,
                         f->find.oldest ? oldest_first : newest_first);
    while (f->n > 0 && f->reached && in_front(f, f->reached, f->rows[f->n - 1].id))
        f->n--;
    int64_t makers[PAGE + 1];
    for (size_t i = 0; i < f->n; i++)
        makers[i] = f->rows[i].maker_id;
    gt_users_by_id(tx, makers, f->n, f->makers);
    return gt_tx_err(tx);
}

static enum gt_err read_in(struct gt_tx *tx, void *arg)
{
    return scopes_in(tx, arg) == GT_OK ? read_on(tx, arg) : gt_tx_err(tx);
}

/* The keyset of the rows behind those that were read; 0 if there are none. */
static int64_t go_on(const struct found *f)
{
    if (f->n > PAGE)
        return f->rows[PAGE - 1].id;
    return f->more ? f->reached : 0;
}

static void show_kinds(struct gt_form *form)
{
    const struct gt_approval_kind *kind;
    for (size_t i = 0; (kind = gt_approval_kind_at(i)); i++)
        gt_form_choice(form, F_KIND, i, kind->key,
                       form->page->lang == GT_LANG_EN ? kind->en : kind->zh);
}

static void show_rows(struct gt_page *page, const struct found *f)
{
    int64_t now = gt_now(gt_console_of(page)->clock);
    char leaf[32];
    for (size_t i = 0; i < f->n && i < PAGE; i++) {
        (void)snprintf(leaf, sizeof leaf, "Asked.%zu", i);
        gt_approval_show(page, &f->rows[i], leaf);
        gt_page_set(page, f->makers[i].name, "Asked.%zu.Maker", i);
        gt_page_set_int(page, (now - f->rows[i].made_at) / 3600000, "Asked.%zu.Hours", i);
    }
}

static enum gt_err show(struct gt_page *page)
{
    struct gt_list list;
    struct found *f;
    enum gt_err err = begin(page, &list, &f);
    if (err != GT_OK)
        return err;
    f->find.after_id = gt_list_after_id(&list);
    bool inbox = !gt_list_filtered(&list);
    if (inbox)
        gt_page_set(page, "1", "Inbox");
    if (!list.filters.value[F_STATE].text[0])
        gt_form_put(&list.filters, F_STATE, states[0]);
    err = gt_page_read(page, "approvals.list", read_in, f);
    if (err == GT_OK) {
        show_kinds(&list.filters);
        show_rows(page, f);
        if (go_on(f) && f->n <= PAGE)
            gt_page_set(page, gt_page_word(page, "approvals.reached"), "Reached");
        if (f->n > 0)
            gt_export_show(&list, "/console/approvals/export");
        gt_list_ranges(&list, F_FROM, F_TO,
                       gt_time_date(gt_now(gt_console_of(page)->clock), page->site->tz_minutes));
        gt_list_show_id(&list, go_on(f));
        if (inbox) /* what waits is what is shown where nothing is asked for */
            gt_page_set(page, "", "List.Filtered");
        err = gt_page_show(page, "approvals");
    }
    free(f);
    return err;
}

GT_ROUTE(approvals, .path = "/console/approvals", .name = "approvals", .get = show,
         .right = GT_RIGHT_APPROVAL_VIEW, .menu = GT_MENU_TXN + 30);

/* --- as a file */

static const char *const columns[] = {"at",    "kind",  "object", "asked", "reason",
                                      "maker", "state", "note",   NULL};

static void put_row(struct gt_sheet *sheet, const struct found *f, size_t i)
{
    const struct gt_approval *row = &f->rows[i];
    const struct gt_approval_kind *kind = gt_approval_kind(row->kind);
    char word[64];
    gt_cell_time(sheet, row->made_at);
    gt_cell_text(sheet, !kind ? row->kind : f->lang == GT_LANG_EN ? kind->en : kind->zh);
    gt_cell_text(sheet, row->object);
    gt_cell_text(sheet, row->asked);
    gt_cell_text(sheet, row->reason);
    gt_cell_text(sheet, f->makers[i].name);
    gt_cell_word(sheet, state_word(row, word));
    gt_cell_text(sheet, row->note);
}

static enum gt_err put_rows(struct gt_sheet *sheet, void *list, bool *more)
{
    struct found *f = list;
    enum gt_err err = gt_db_read(f->db, "approvals.export", read_on, f);
    for (size_t i = 0; err == GT_OK && i < f->n && i < PAGE; i++)
        put_row(sheet, f, i);
    f->find.after_id = go_on(f);
    *more = f->find.after_id != 0;
    return err;
}

static enum gt_err send(struct gt_page *page)
{
    static const struct gt_sheet_source source = {"approvals", "approvals", columns, put_rows,
                                                  free};
    struct gt_list list;
    struct found *f;
    enum gt_err err = begin(page, &list, &f);
    if (err != GT_OK)
        return err;
    return gt_export_send_read(page, scopes_in, GT_RIGHT_APPROVAL_VIEW, &list.filters,
                               "approval.export", &source, f);
}

GT_ROUTE(approvals_export, .path = "/console/approvals/export", .name = "approvals", .get = send,
         .right = GT_RIGHT_EXPORT, .under = "approvals");
