/*
 * Terminals: all that stand in the subtrees that the visitor may see, by number.
 */
#include "staff/export.h"

#include "access/list.h"
#include "scope.h"
#include "terminal.h"
#include "till/list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE 50

enum { F_Q, F_ORG, F_KIND, F_STATE, F_OPERATOR, F__MAX };
static const char *const kinds[] = {"pos", "handheld", "kiosk", "pc", "page", NULL};
static const char *const states[] = {"enabled", "disabled", NULL};
static const struct gt_field filters[F__MAX] = {
    [F_Q] = {"q", GT_FIELD_LINE, .most = 20},
    [F_ORG] = {"org", GT_FIELD_LINE, .most = 32},
    [F_KIND] = {"kind", GT_FIELD_CHOICE, .choices = kinds},
    [F_STATE] = {"state", GT_FIELD_CHOICE, .choices = states},
    [F_OPERATOR] = {"operator", GT_FIELD_LINE, .most = 20},
};

static const char *const sorts[] = {"number", NULL};

/* What is found; it outlives the page where it is exported. */
struct found {
    struct gt_page *page; /* as long as it lasts */
    struct gt_list *list;
    struct gt_db *db;
    char text[20 * 4 + 1], after[21];
    struct gt_find find; /* with these */
    struct gt_scopes scopes;
    bool no_operator; /* the filter names none that the visitor may see */
    struct gt_terminal rows[GT_GRANTS_MAX * (PAGE + 1)];
    struct gt_org orgs[PAGE + 1]; /* of the rows */
    int64_t seen[PAGE + 1];
    size_t bound[PAGE + 1];
    size_t n;
};

static int by_number(const void *a, const void *b)
{
    return strcmp(((const struct gt_terminal *)a)->terminal_no,
                  ((const struct gt_terminal *)b)->terminal_no);
}

static int by_number_down(const void *a, const void *b)
{
    return by_number(b, a);
}

static int64_t chosen(const struct gt_value *value)
{
    return value->text[0] && !value->bad ? value->number + 1 : 0;
}

/* The id of the operator that the filter names, 0 if it names nobody. */
static int64_t read_operator(struct gt_tx *tx, struct found *f)
{
    const char *number = f->list->filters.value[F_OPERATOR].text;
    struct gt_user user;
    struct gt_org org;
    f->no_operator = false;
    if (!number[0])
        return 0;
    if (gt_user_by_operator(tx, number, &user) && gt_row_find(tx, &gt_org_row, user.org_id, &org) &&
        gt_page_may(f->page, GT_RIGHT_USER_VIEW, org.path))
        return user.id;
    f->no_operator = true;
    return 0;
}

static enum gt_err scopes_in(struct gt_tx *tx, void *arg)
{
    struct found *f = arg;
    f->find.user_id = read_operator(tx, f);
    gt_scopes_read(tx, f->page, GT_RIGHT_TERMINAL_VIEW, f->list->filters.value[F_ORG].text,
                   &f->scopes);
    return gt_tx_err(tx);
}

static enum gt_err read_on(struct gt_tx *tx, void *arg)
{
    struct found *f = arg;
    int64_t ids[PAGE + 1], orgs[PAGE + 1];
    f->n = 0;
    for (size_t i = 0; i < f->scopes.n && !f->no_operator; i++) {
        f->find.path = f->scopes.path[i];
        f->n += gt_terminal_list(tx, &f->find, f->rows + f->n);
    }
    f->n = gt_rows_merge(f->rows, f->n, sizeof f->rows[0], PAGE + 1,
                         f->find.down ? by_number_down : by_number);
    for (size_t i = 0; i < f->n; i++) {
        ids[i] = f->rows[i].id;
        orgs[i] = f->rows[i].org_id;
    }
    gt_orgs_by_id(tx, orgs, f->n, f->orgs);
    gt_terminals_seen(tx, ids, f->n, f->seen);
    gt_bindings_by_id(tx, ids, f->n, f->bound);
    return gt_tx_err(tx);
}

static enum gt_err read_in(struct gt_tx *tx, void *arg)
{
    return scopes_in(tx, arg) == GT_OK ? read_on(tx, arg) : gt_tx_err(tx);
}

/* Owned by the caller. */
static enum gt_err begin(struct gt_page *page, struct gt_list *list, struct found **found)
{
    struct found *f = calloc(1, sizeof *f);
    if (!f)
        return gt_err_set(GT_ERR_NOMEM, "no memory for a list");
    gt_list_read(page, filters, F__MAX, sorts, list);
    const struct gt_value *value = list->filters.value;
    f->page = page;
    f->list = list;
    f->db = gt_console_of(page)->start->db;
    if (!value[F_Q].bad)
        (void)!gt_str_copy(f->text, sizeof f->text, value[F_Q].text);
    (void)!gt_str_copy(f->after, sizeof f->after, list->after);
    f->find = (struct gt_find){
        .text = f->text,
        .kind = chosen(&value[F_KIND]),
        .state = chosen(&value[F_STATE]),
        .down = list->down,
        .after = f->after,
        .most = PAGE + 1,
    };
    *found = f;
    return GT_OK;
}

static void set_row(struct gt_page *page, const struct found *f, size_t i)
{
    const struct gt_terminal *terminal = &f->rows[i];
    gt_page_set_int(page, terminal->id, "Terminal.%zu.Id", i);
    gt_page_set(page, terminal->terminal_no, "Terminal.%zu.No", i);
    gt_page_set(page, gt_terminal_kind_word(page, terminal->kind), "Terminal.%zu.Kind", i);
    gt_page_set(page, f->orgs[i].name, "Terminal.%zu.Org", i);
    if (gt_page_may(page, GT_RIGHT_ORG_VIEW, f->orgs[i].path))
        gt_page_set_int(page, terminal->org_id, "Terminal.%zu.OrgId", i);
    if (f->bound[i])
        gt_page_set_int(page, (int64_t)f->bound[i], "Terminal.%zu.Bound", i);
    gt_page_set_time(page, f->seen[i], "Terminal.%zu.Seen", i);
    if (terminal->state == GT_ENABLED)
        gt_page_set(page, "1", "Terminal.%zu.Enabled", i);
}

static void show_rows(struct gt_page *page, struct found *f)
{
    if (f->scopes.absent)
        gt_form_fail(&f->list->filters, F_ORG, "no_such_org", NULL);
    if (f->no_operator)
        gt_form_fail(&f->list->filters, F_OPERATOR, "terminal.no_operator", NULL);
    for (size_t i = 0; i < f->n && i < PAGE; i++)
        set_row(page, f, i);
    if (gt_grants_anywhere(&gt_who_of(page)->visit.grants, GT_RIGHT_TERMINAL_MANAGE))
        gt_page_set(page, "1", "May.Add");
    if (f->n > 0)
        gt_export_show(f->list, "/console/terminals/export");
    gt_list_show(f->list, f->n > PAGE ? f->rows[PAGE - 1].terminal_no : "");
}

static enum gt_err show(struct gt_page *page)
{
    struct gt_list list;
    struct found *f;
    enum gt_err err = begin(page, &list, &f);
    if (err != GT_OK)
        return err;
    err = gt_page_read(page, "terminals.list", read_in, f);
    if (err == GT_OK) {
        show_rows(page, f);
        err = gt_page_show(page, "terminals");
    }
    free(f);
    return err;
}

GT_ROUTE(terminals, .path = "/console/terminals", .name = "terminals", .get = show,
         .right = GT_RIGHT_TERMINAL_VIEW, .menu = GT_MENU_ORG + 50);

/* --- as a file */

static const char *const columns[] = {"no", "kind", "belongs", "operators", "seen", "state", NULL};

static enum gt_err put_rows(struct gt_sheet *sheet, void *list, bool *more)
{
    struct found *f = list;
    char word[64];
    enum gt_err err = gt_db_read(f->db, "terminals.export", read_on, f);
    size_t n = f->n < PAGE ? f->n : PAGE;
    for (size_t i = 0; err == GT_OK && i < n; i++) {
        const struct gt_terminal *terminal = &f->rows[i];
        gt_cell_text(sheet, terminal->terminal_no);
        (void)snprintf(word, sizeof word, "terminals.kind_%s",
                       gt_terminal_kind_name((enum gt_terminal_kind)terminal->kind));
        gt_cell_word(sheet, word);
        gt_cell_text(sheet, f->orgs[i].name);
        if (f->bound[i])
            gt_cell_int(sheet, (int64_t)f->bound[i]);
        else
            gt_cell_word(sheet, "terminals.everyone");
        gt_cell_time(sheet, f->seen[i]);
        gt_cell_word(sheet, terminal->state == GT_ENABLED ? "state.enabled" : "state.disabled");
    }
    *more = f->n > PAGE;
    if (n > 0)
        memcpy(f->after, f->rows[n - 1].terminal_no, sizeof f->after);
    return err;
}

static enum gt_err send(struct gt_page *page)
{
    static const struct gt_sheet_source source = {"terminals", "terminals", columns, put_rows,
                                                  free};
    struct gt_list list;
    struct found *f;
    enum gt_err err = begin(page, &list, &f);
    if (err != GT_OK)
        return err;
    f->after[0] = '\0'; /* all, whichever page is shown */
    return gt_export_send_read(page, scopes_in, GT_RIGHT_TERMINAL_VIEW, &list.filters,
                               "terminal.export", &source, f);
}

GT_ROUTE(terminals_export, .path = "/console/terminals/export", .name = "terminals", .get = send,
         .right = GT_RIGHT_EXPORT, .under = "terminals");
