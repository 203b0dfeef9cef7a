/*
 * Accounts of cashiers and agents, with what they hold now; each leads to its lines in the ledger.
 *
 * Not here: safes.  What lies in one is posted by all that give to it, so it is a line of the trial
 * balance of its organisation.
 */
#include "account_found.h"
#include "ledger.h"

#include "base/text.h"
#include "scope.h"
#include "staff/export.h"
#include "till/list.h"

#include <stdlib.h>

#define PAGE 50

enum { F_Q, F_ORG, F_KIND, F__MAX };
static const char *const kinds[] = {"cashier", "agent", NULL};
static const struct gt_field filters[F__MAX] = {
    [F_Q] = {"q", GT_FIELD_LINE, .most = 64},
    [F_ORG] = {"org", GT_FIELD_LINE, .most = 32},
    [F_KIND] = {"kind", GT_FIELD_CHOICE, .choices = kinds},
};

struct found {
    struct gt_page *page; /* as long as it lasts */
    const struct gt_form *form;
    struct gt_db *db;
    char text[64 * 4 + 1];
    struct gt_find find;
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

static enum gt_err scopes_in(struct gt_tx *tx, void *arg)
{
    struct found *f = arg;
    gt_scopes_read(tx, f->page, GT_RIGHT_LEDGER_VIEW, f->form->value[F_ORG].text, &f->scopes);
    return gt_tx_err(tx);
}

static enum gt_err read_on(struct gt_tx *tx, void *arg)
{
    struct found *f = arg;
    struct gt_orgs_seen seen = {.n = 0};
    f->n = 0;
    for (size_t i = 0; i < f->scopes.n; i++) {
        f->find.path = f->scopes.path[i];
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
    f->form = &list->filters;
    f->db = gt_console_of(page)->start->db;
    const struct gt_value *kind = &f->form->value[F_KIND];
    if (!f->form->value[F_Q].bad)
        (void)!gt_str_copy(f->text, sizeof f->text, f->form->value[F_Q].text);
    f->find = (struct gt_find){.text = f->text,
                               .kind = kind->text[0] && !kind->bad ? kind->number + 1 : 0,
                               .most = PAGE + 1};
    *found = f;
    return GT_OK;
}

static const char *kind_word(const struct gt_account *account)
{
    return account->kind == GT_ACCOUNT_AGENT ? "account_kind.agent" : "account_kind.cashier";
}

static enum gt_err show(struct gt_page *page)
{
    struct gt_list list;
    struct found *f;
    enum gt_err err = begin(page, &list, &f);
    if (err != GT_OK)
        return err;
    f->find.after_id = gt_list_after_id(&list);
    err = gt_page_read(page, "ledger.accounts", read_in, f);
    if (err == GT_OK) {
        if (f->scopes.absent)
            gt_form_fail(&list.filters, F_ORG, "no_such_org", NULL);
        for (size_t i = 0; i < f->n && i < PAGE; i++) {
            const struct gt_account_found *is = &f->shown[i];
            gt_page_set_int(page, is->account.id, "Account.%zu.Id", i);
            gt_page_set(page, is->owner, "Account.%zu.Owner", i);
            gt_page_set(page, is->code, "Account.%zu.Code", i);
            gt_page_set(page, is->org.name, "Account.%zu.Org", i);
            gt_page_set(page, gt_page_word(page, kind_word(&is->account)), "Account.%zu.Kind", i);
            gt_page_set_money(page, is->account.unremitted, "Account.%zu.Cash", i);
            gt_page_set_money(page, is->account.deposit, "Account.%zu.Deposit", i);
        }
        if (f->n > 0)
            gt_export_show(&list, "/console/ledger/accounts/export");
        gt_list_show_id(&list, f->n > PAGE ? f->rows[PAGE - 1].id : 0);
        err = gt_page_show(page, "ledger_accounts");
    }
    free(f);
    return err;
}

GT_ROUTE(ledger_accounts, .path = "/console/ledger/accounts", .name = "ledger_accounts",
         .get = show, .right = GT_RIGHT_LEDGER_VIEW, .under = "ledger");

/* --- as a file */

static const char *const columns[] = {"owner", "code", "kind", "belongs", "cash", "deposit", NULL};

static enum gt_err put_rows(struct gt_sheet *sheet, void *list, bool *more)
{
    struct found *f = list;
    enum gt_err err = gt_db_read(f->db, "ledger.export", read_on, f);
    for (size_t i = 0; err == GT_OK && i < f->n && i < PAGE; i++) {
        const struct gt_account_found *is = &f->shown[i];
        gt_cell_text(sheet, is->owner);
        gt_cell_text(sheet, is->code);
        gt_cell_word(sheet, kind_word(&is->account));
        gt_cell_text(sheet, is->org.name);
        gt_cell_money(sheet, is->account.unremitted);
        gt_cell_money(sheet, is->account.deposit);
        f->find.after_id = f->rows[i].id;
    }
    *more = f->n > PAGE;
    return err;
}

static enum gt_err send(struct gt_page *page)
{
    static const struct gt_sheet_source source = {"accounts", "ledger_accounts", columns, put_rows,
                                                  free};
    struct gt_list list;
    struct found *f;
    enum gt_err err = begin(page, &list, &f);
    if (err != GT_OK)
        return err;
    return gt_export_send_read(page, scopes_in, GT_RIGHT_LEDGER_VIEW, &list.filters,
                               "ledger.export", &source, f);
}

GT_ROUTE(ledger_accounts_export, .path = "/console/ledger/accounts/export",
         .name = "ledger_accounts", .get = send, .right = GT_RIGHT_EXPORT, .under = "ledger");
