/*
 * Credit: the accounts of cashiers and agents in the visitor's subtrees, and how much of it is
 * used.
 */
#include "account_found.h"
#include "staff/export.h"

#include "access/param.h"
#include "base/text.h"
#include "scope.h"
#include "till/list.h"

#include <stdio.h>
#include <stdlib.h>

#define PAGE 50

enum { F_Q, F_ORG, F_KIND, F_STATE, F__MAX };
static const char *const kinds[] = {"cashier", "agent", NULL};
static const char *const states[] = {"enabled", "suspended", "near", NULL};
#define NEAR 3 /* place of "near" in them, from 1: accounts of any state that have used most */
static const struct gt_field filters[F__MAX] = {
    [F_Q] = {"q", GT_FIELD_LINE, .most = 64},
    [F_ORG] = {"org", GT_FIELD_LINE, .most = 32},
    [F_KIND] = {"kind", GT_FIELD_CHOICE, .choices = kinds},
    [F_STATE] = {"state", GT_FIELD_CHOICE, .choices = states},
};

/* What is found; it outlives the page where it is exported. */
struct found {
    struct gt_page *page; /* as long as it lasts */
    const struct gt_form *filter;
    struct gt_db *db;
    char text[64 * 4 + 1];
    struct gt_find find; /* with this */
    bool near;           /* only what is nearly used up */
    struct gt_scopes scopes;
    struct gt_account rows[GT_GRANTS_MAX * (PAGE + 1)];
    struct gt_account_found shown[PAGE];
    size_t n;
};

static int by_id(const void *a, const void *b)
{
    const struct gt_account *one = a, *two = b;
    return (one->id > two->id) - (one->id < two->id);
}

/* The number of a choice, counted from 1; 0 if none is set. */
static int64_t chosen(const struct gt_form *filter, size_t field)
{
    const struct gt_value *value = &filter->value[field];
    return value->text[0] && !value->bad ? value->number + 1 : 0;
}

static enum gt_err scopes_in(struct gt_tx *tx, void *arg)
{
    struct found *f = arg;
    gt_scopes_read(tx, f->page, GT_RIGHT_CREDIT_VIEW, f->filter->value[F_ORG].text, &f->scopes);
    return gt_tx_err(tx);
}

static enum gt_err read_on(struct gt_tx *tx, void *arg)
{
    struct found *f = arg;
    struct gt_orgs_seen seen = {.n = 0};
    f->n = 0;
    for (size_t i = 0; i < f->scopes.n; i++) {
        f->find.path = f->scopes.path[i];
        f->find.used = f->near ? gt_param_get(tx, GT_PARAM_CREDIT_WARN, f->find.path) : 0;
        f->n += gt_account_list(tx, &f->find, f->rows + f->n);
    }
    f->n = gt_rows_merge(f->rows, f->n, sizeof f->rows[0], PAGE + 1, by_id);
    for (size_t i = 0; i < f->n && i < PAGE; i++) {
        f->shown[i].account = f->rows[i];
        if (gt_org_seen(tx, &seen, f->rows[i].org_id, &f->shown[i].org))
            gt_account_fill(tx, &f->shown[i]);
    }
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
    gt_list_read(page, filters, F__MAX, NULL, list);
    f->page = page;
    f->filter = &list->filters;
    f->db = gt_console_of(page)->start->db;
    if (!f->filter->value[F_Q].bad)
        (void)!gt_str_copy(f->text, sizeof f->text, f->filter->value[F_Q].text);
    f->near = chosen(f->filter, F_STATE) == NEAR;
    f->find = (struct gt_find){
        .text = f->text,
        .kind = chosen(f->filter, F_KIND),
        .state = f->near ? 0 : chosen(f->filter, F_STATE),
        .most = PAGE + 1,
    };
    *found = f;
    return GT_OK;
}

static enum gt_err show(struct gt_page *page)
{
    struct gt_list list;
    char leaf[32];
    struct found *f;
    enum gt_err err = begin(page, &list, &f);
    if (err != GT_OK)
        return err;
    f->find.after_id = gt_list_after_id(&list);
    err = gt_page_read(page, "credit.list", read_in, f);
    if (err == GT_OK) {
        if (f->scopes.absent)
            gt_form_fail(&list.filters, F_ORG, "no_such_org", NULL);
        for (size_t i = 0; i < f->n && i < PAGE; i++) {
            (void)snprintf(leaf, sizeof leaf, "Account.%zu", i);
            gt_account_show(page, &f->shown[i], leaf);
        }
        gt_page_set_int(page, gt_who_of(page)->visit.org.id, "OwnOrg");
        if (f->n > 0)
            gt_export_show(&list, "/console/credit/export");
        gt_list_show_id(&list, f->n > PAGE ? f->rows[PAGE - 1].id : 0);
        err = gt_page_show(page, "credit");
    }
    free(f);
    return err;
}

GT_ROUTE(credit, .path = "/console/credit", .name = "credit", .get = show,
         .right = GT_RIGHT_CREDIT_VIEW, .menu = GT_MENU_ORG + 40);

/* --- as a file */

static const char *const columns[] = {"owner",     "code",    "kind",       "belongs",
                                      "limit",     "deposit", "unremitted", "held",
                                      "available", "state",   NULL};

static void put_row(struct gt_sheet *sheet, const struct gt_account_found *found)
{
    const struct gt_account *account = &found->account;
    gt_cell_text(sheet, found->owner);
    gt_cell_text(sheet, found->code);
    gt_cell_word(sheet,
                 account->kind == GT_ACCOUNT_AGENT ? "credit.kind_agent" : "credit.kind_cashier");
    gt_cell_text(sheet, found->org.name);
    gt_cell_money(sheet, account->credit_limit);
    gt_cell_money(sheet, account->deposit);
    gt_cell_money(sheet, account->unremitted);
    gt_cell_money(sheet, account->held);
    gt_cell_money(sheet, gt_account_available(account));
    gt_cell_word(sheet, account->state == GT_ACCOUNT_ENABLED ? "credit.state_enabled"
                                                             : "credit.state_suspended");
}

static enum gt_err put_rows(struct gt_sheet *sheet, void *list, bool *more)
{
    struct found *f = list;
    enum gt_err err = gt_db_read(f->db, "credit.export", read_on, f);
    for (size_t i = 0; err == GT_OK && i < f->n && i < PAGE; i++) {
        put_row(sheet, &f->shown[i]);
        f->find.after_id = f->rows[i].id;
    }
    *more = f->n > PAGE;
    return err;
}

static enum gt_err send(struct gt_page *page)
{
    static const struct gt_sheet_source source = {"credit", "credit", columns, put_rows, free};
    struct gt_list list;
    struct found *f;
    enum gt_err err = begin(page, &list, &f);
    if (err != GT_OK)
        return err;
    return gt_export_send_read(page, scopes_in, GT_RIGHT_CREDIT_VIEW, &list.filters,
                               "account.export", &source, f);
}

GT_ROUTE(credit_export, .path = "/console/credit/export", .name = "credit", .get = send,
         .right = GT_RIGHT_EXPORT, .under = "credit");
