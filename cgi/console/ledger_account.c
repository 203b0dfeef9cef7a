/*
 * One account in the ledger: what it has in each ledger account, and, of a cashier or an agent, its
 * statement by business date.
 */
#include "account_found.h"
#include "ledger.h"

#include "staff/export.h"
#include "till/statement.h"

#include <stdio.h>
#include <stdlib.h>

enum { F_FROM, F_TO, F__MAX };
static const struct gt_field filters[F__MAX] = {
    [F_FROM] = {"from", GT_FIELD_DATE},
    [F_TO] = {"to", GT_FIELD_DATE},
};

struct found {
    struct gt_form *form;
    struct gt_account_found account;
    bool good;
    int64_t from, to, today;
    struct gt_trial trial;
    struct gt_statement said;
};

/* A statement has so many dates at most. */
static void cut_from(struct found *f)
{
    int64_t date = f->to;
    for (int i = 1; i < GT_STATEMENT_DAYS && date > f->from; i++)
        date = gt_date_before(date);
    f->from = date;
}

static enum gt_err read_in(struct gt_tx *tx, void *arg)
{
    struct found *f = arg;
    struct gt_state state;
    gt_state_read(tx, &state);
    f->today = state.biz_date;
    gt_account_find(tx, GT_RIGHT_LEDGER_VIEW, &f->account);
    f->good =
        f->account.there && gt_ledger_dates(f->form, F_FROM, F_TO, f->today, &f->from, &f->to);
    if (!f->good)
        return gt_tx_err(tx);
    cut_from(f);
    gt_trial_of(tx, f->account.id, f->from, f->to, &f->trial);
    if (f->account.account.kind != GT_ACCOUNT_SAFE)
        gt_statement_read(tx, f->account.id, f->from, f->to, &f->said);
    return gt_tx_err(tx);
}

static char *date_text(int64_t date, char out[16])
{
    (void)snprintf(out, 16, "%d-%02d-%02d", (int)(date / 10000), (int)(date / 100 % 100),
                   (int)(date % 100));
    return out;
}

static void show_days(struct gt_page *page, const struct gt_statement *said)
{
    for (int i = 0; i < said->ndays; i++) {
        const struct gt_statement_day *day = &said->day[i];
        gt_page_set_date(page, day->biz_date, "Date.%d.Date", i);
        gt_page_set_int(page, day->work.sales, "Date.%d.Sales", i);
        gt_page_set_money(page, day->work.amount + day->work.fees, "Date.%d.Taken", i);
        gt_page_set_money(page, day->work.reversed, "Date.%d.Reversed", i);
        gt_page_set_money(page, day->other, "Date.%d.Other", i);
        gt_page_set_money(page, day->remitted, "Date.%d.Remitted", i);
        gt_page_set_money(page, day->unremitted, "Date.%d.Unremitted", i);
        gt_page_set_money(page, day->deposit, "Date.%d.Deposit", i);
    }
}

/* Reads what the address names; 404 at once if the visitor may not see it.  Owned by the caller. */
static enum gt_err find(struct gt_page *page, struct gt_list *list, struct found **found)
{
    struct found *f = calloc(1, sizeof *f);
    *found = NULL;
    if (!f)
        return gt_err_set(GT_ERR_NOMEM, "no memory for a statement");
    gt_list_read(page, filters, F__MAX, NULL, list);
    f->form = &list->filters;
    f->account.page = page;
    enum gt_err err = GT_OK;
    if (gt_page_id(page, "id", &f->account.id))
        err = gt_page_read(page, "ledger.account", read_in, f);
    if (err == GT_OK && !f->account.there)
        err = gt_page_error(page, 404);
    if (err != GT_OK || page->done)
        free(f);
    else
        *found = f;
    return err;
}

static enum gt_err show(struct gt_page *page)
{
    struct gt_list list;
    struct found *f;
    char from[16], to[16];
    enum gt_err err = find(page, &list, &f);
    if (!f)
        return err;
    gt_account_show(page, &f->account, "Account");
    if (f->good) {
        gt_form_put(&list.filters, F_FROM, date_text(f->from, from));
        gt_form_put(&list.filters, F_TO, date_text(f->to, to));
        gt_page_set(page, from, "Dates.From");
        gt_page_set(page, to, "Dates.To");
        gt_trial_show(page, &f->trial);
        show_days(page, &f->said);
        if (f->said.ndays)
            gt_export_show(&list, "/console/ledger/account/export");
    }
    gt_list_ranges(&list, F_FROM, F_TO, f->today);
    gt_list_show(&list, "");
    err = gt_page_show(page, "ledger_account");
    free(f);
    return err;
}

GT_ROUTE(ledger_account, .path = "/console/ledger/account", .name = "ledger_account", .get = show,
         .right = GT_RIGHT_LEDGER_VIEW, .object = "account", .under = "ledger");

/* --- as a file */

static const char *const columns[] = {"date",     "sales",      "collected", "reversed", "not_cash",
                                      "remitted", "unremitted", "deposit",   NULL};

static enum gt_err put_rows(struct gt_sheet *sheet, void *list, bool *more)
{
    const struct gt_statement *said = &((struct found *)list)->said;
    for (int i = 0; i < said->ndays; i++) {
        const struct gt_statement_day *day = &said->day[i];
        char date[16];
        gt_cell_text(sheet, date_text(day->biz_date, date));
        gt_cell_int(sheet, day->work.sales);
        gt_cell_money(sheet, day->work.amount + day->work.fees);
        gt_cell_money(sheet, day->work.reversed);
        gt_cell_money(sheet, day->other);
        gt_cell_money(sheet, day->remitted);
        gt_cell_money(sheet, day->unremitted);
        gt_cell_money(sheet, day->deposit);
    }
    *more = false;
    return GT_OK;
}

static enum gt_err send(struct gt_page *page)
{
    static const struct gt_sheet_source source = {"statement", "ledger_account", columns, put_rows,
                                                  free};
    struct gt_list list;
    struct found *f;
    enum gt_err err = find(page, &list, &f);
    return f ? gt_export_send(page, GT_RIGHT_LEDGER_VIEW, &list.filters, "ledger.export", &source,
                              f)
             : err;
}

GT_ROUTE(ledger_account_export, .path = "/console/ledger/account/export", .name = "ledger_account",
         .get = send, .right = GT_RIGHT_EXPORT, .object = "account", .under = "ledger");
