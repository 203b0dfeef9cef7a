/*
 * One's account and its statement, by business date; for an agent also the work of its people.
 *
 * The account is always the visitor's own: no parameter names another.
 */
#include "cashier.h"

#include "staff/export.h"
#include "till/statement.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { F_FROM, F_TO, F__MAX };
static const struct gt_field filters[F__MAX] = {
    [F_FROM] = {"from", GT_FIELD_DATE},
    [F_TO] = {"to", GT_FIELD_DATE},
};

struct look {
    int64_t account_id, from, to;
    int64_t today;
    struct gt_account account;
    struct gt_statement said;
    char name[GT_STATEMENT_PEOPLE][241];
};

/* --- reading */

static enum gt_err today_in(struct gt_tx *tx, void *arg)
{
    struct gt_state state;
    gt_state_read(tx, &state);
    *(int64_t *)arg = state.biz_date;
    return gt_tx_err(tx);
}

static enum gt_err look_in(struct gt_tx *tx, void *arg)
{
    struct look *l = arg;
    if (!gt_row_find(tx, &gt_account_row, l->account_id, &l->account))
        return gt_tx_err(tx);
    gt_statement_read(tx, l->account_id, l->from, l->to, &l->said);
    for (int i = 0; l->account.kind == GT_ACCOUNT_AGENT && i < l->said.npeople; i++) {
        struct gt_user user;
        l->name[i][0] = '\0';
        if (gt_row_find(tx, &gt_user_row, l->said.person[i].user_id, &user))
            (void)snprintf(l->name[i], sizeof l->name[i], "%s", user.name);
    }
    return gt_tx_err(tx);
}

static const char *date_text(int64_t date, char out[16])
{
    (void)snprintf(out, 16, "%04d-%02d-%02d", (int)(date / 10000), (int)(date / 100 % 100),
                   (int)(date % 100));
    return out;
}

static bool fits(int64_t from, int64_t to)
{
    for (int days = 1; from < to; days++, from = gt_date_next(from)) {
        if (days == GT_STATEMENT_DAYS)
            return false;
    }
    return true;
}

/* The dates of the address: without any this month so far; one alone is that one until now, or that
 * one only. */
static void read_dates(struct gt_form *form, struct look *l)
{
    const struct gt_value *from = &form->value[F_FROM], *to = &form->value[F_TO];
    char most[8];
    l->to = to->text[0] && !to->bad ? to->number : l->today;
    l->from = from->text[0] && !from->bad ? from->number
              : to->text[0]               ? l->to
                                          : l->today / 100 * 100 + 1;
    (void)snprintf(most, sizeof most, "%d", GT_STATEMENT_DAYS);
    if (l->from > l->to)
        gt_form_fail(form, F_FROM, "cashier.backwards", NULL);
    else if (!fits(l->from, l->to))
        gt_form_fail(form, F_FROM, "cashier.too_long", GT_ARGS(most));
}

/* A look through the dates of the address; owned by the caller. */
static enum gt_err begin(struct gt_page *page, const struct gt_actor *actor, struct gt_form *form,
                         struct look **look)
{
    struct look *l = calloc(1, sizeof *l);
    if (!l)
        return gt_err_set(GT_ERR_NOMEM, "no memory for a statement");
    l->account_id = actor->user.account_id;
    enum gt_err err = gt_page_read(page, "cashier.today", today_in, &l->today);
    if (err == GT_OK) {
        read_dates(form, l);
        if (form->bad) /* the account is shown all the same */
            l->from = l->to = l->today;
        err = gt_page_read(page, "cashier.statement", look_in, l);
    }
    if (err != GT_OK)
        free(l);
    else
        *look = l;
    return err;
}

/* --- the page */

static void show_account(struct gt_page *page, const struct look *l)
{
    const struct gt_account *a = &l->account;
    gt_page_set_money(page, a->credit_limit, "Account.Limit");
    gt_page_set_money(page, a->deposit, "Account.Deposit");
    gt_page_set_money(page, a->unremitted, "Account.Unremitted");
    gt_page_set_money(page, a->held, "Account.Held");
    gt_page_set_money(page, gt_account_available(a), "Account.Available");
    if (a->kind == GT_ACCOUNT_AGENT)
        gt_page_set(page, "1", "Account.Agent");
}

/* Nothing where nothing was, so that what was is seen. */
static void set_some(struct gt_page *page, int64_t fen, const char *list, int i, const char *leaf)
{
    if (fen)
        gt_page_set_money(page, fen, "%s.%d.%s", list, i, leaf);
}

static void show_work(struct gt_page *page, const struct gt_work *work, const char *list, int i)
{
    gt_page_set_int(page, work->sales, "%s.%d.Sales", list, i);
    set_some(page, work->amount + work->fees, list, i, "Taken");
    if (work->reversals)
        gt_page_set_int(page, work->reversals, "%s.%d.Reversals", list, i);
    set_some(page, work->reversed, list, i, "Reversed");
    gt_page_set_money(page, gt_work_net(work), "%s.%d.Net", list, i);
}

static void show_days(struct gt_page *page, const struct gt_statement *said)
{
    int64_t unremitted = said->unremitted, deposit = said->deposit;
    gt_page_set_money(page, unremitted, "Opening.Unremitted");
    gt_page_set_money(page, deposit, "Opening.Deposit");
    for (int i = 0; i < said->ndays; i++) {
        const struct gt_statement_day *day = &said->day[i];
        gt_page_set_date(page, day->biz_date, "Date.%d.Date", i);
        show_work(page, &day->work, "Date", i);
        set_some(page, day->other, "Date", i, "Other");
        set_some(page, day->remitted, "Date", i, "Remitted");
        set_some(page, day->difference, "Date", i, "Difference");
        gt_page_set_money(page, unremitted = day->unremitted, "Date.%d.Unremitted", i);
        gt_page_set_money(page, deposit = day->deposit, "Date.%d.Deposit", i);
    }
    gt_page_set_money(page, unremitted, "Closing.Unremitted");
    gt_page_set_money(page, deposit, "Closing.Deposit");
}

/* By business, by method, and by person. */
static void show_kinds(struct gt_page *page, const struct look *l)
{
    const struct gt_statement *said = &l->said;
    for (int op = 0; op < GT_OP__MAX; op++) {
        if (!said->op[op].sales && !said->op[op].reversals)
            continue;
        const char *name = gt_op_name((enum gt_op)op);
        gt_page_set(page, gt_txn_word(page->site->words, page->lang, "op", name),
                    "Business.%d.Name", op);
        show_work(page, &said->op[op], "Business", op);
        set_some(page, said->op[op].fees, "Business", op, "Fees");
    }
    for (int i = 0; i < said->nmethods; i++) {
        const struct gt_statement_method *method = &said->method[i];
        gt_page_set(page, gt_txn_method(page->site->words, page->lang, method->method),
                    "Method.%d.Name", i);
        set_some(page, method->taken, "Method", i, "Taken");
        set_some(page, method->given_back, "Method", i, "Reversed");
        gt_page_set_money(page, method->taken - method->given_back, "Method.%d.Net", i);
    }
    for (int i = 0; l->account.kind == GT_ACCOUNT_AGENT && i < said->npeople; i++) {
        gt_page_set(page, l->name[i][0] ? l->name[i] : gt_page_word(page, "cashier.others"),
                    "Person.%d.Name", i);
        show_work(page, &said->person[i].work, "Person", i);
    }
}

static enum gt_err show(struct gt_page *page)
{
    struct gt_actor actor;
    struct gt_list list;
    struct look *l;
    char from[16], to[16];
    enum gt_err err = gt_cashier_open(page, &actor);
    if (err != GT_OK || page->done)
        return err;
    gt_list_read(page, filters, F__MAX, NULL, &list);
    bool given = gt_list_filtered(&list);
    if ((err = begin(page, &actor, &list.filters, &l)) != GT_OK)
        return err;
    show_account(page, l);
    if (!list.filters.bad) {
        gt_form_put(&list.filters, F_FROM, date_text(l->from, from));
        gt_form_put(&list.filters, F_TO, date_text(l->to, to));
        gt_page_set(page, "1", "Statement");
        show_days(page, &l->said);
        show_kinds(page, l);
        gt_export_show_own(&list, "/cashier/account/export");
    }
    gt_list_ranges(&list, F_FROM, F_TO, l->today);
    gt_list_show(&list, "");
    if (!given)
        gt_page_set(page, "", "List.Filtered");
    err = gt_cashier_show(page, &actor, "cashier_account");
    free(l);
    return err;
}

GT_ROUTE(account, .path = "/cashier/account", .name = "cashier", .get = show,
         .right = GT_RIGHT_COLLECT);

/* --- as a file */

static const char *const columns[] = {"date",       "sales",    "collected", "reversals",
                                      "reversed",   "not_cash", "remitted",  "difference",
                                      "unremitted", "deposit",  NULL};

/* The lines before the first date and behind the last: only what stood then. */
static void put_standing(struct gt_sheet *sheet, const char *word, int64_t unremitted,
                         int64_t deposit)
{
    gt_cell_word(sheet, word);
    for (int i = 0; i < 7; i++)
        gt_cell_text(sheet, "");
    gt_cell_money(sheet, unremitted);
    gt_cell_money(sheet, deposit);
}

static enum gt_err put_rows(struct gt_sheet *sheet, void *list, bool *more)
{
    const struct gt_statement *said = &((struct look *)list)->said;
    int64_t unremitted = said->unremitted, deposit = said->deposit;
    put_standing(sheet, "cashier.opening", unremitted, deposit);
    for (int i = 0; i < said->ndays; i++) {
        const struct gt_statement_day *day = &said->day[i];
        char date[16];
        gt_cell_text(sheet, date_text(day->biz_date, date));
        gt_cell_int(sheet, day->work.sales);
        gt_cell_money(sheet, day->work.amount + day->work.fees);
        gt_cell_int(sheet, day->work.reversals);
        gt_cell_money(sheet, day->work.reversed);
        gt_cell_money(sheet, day->other);
        gt_cell_money(sheet, day->remitted);
        gt_cell_money(sheet, day->difference);
        gt_cell_money(sheet, unremitted = day->unremitted);
        gt_cell_money(sheet, deposit = day->deposit);
    }
    put_standing(sheet, "cashier.closing", unremitted, deposit);
    *more = false;
    return GT_OK;
}

static enum gt_err send(struct gt_page *page)
{
    static const struct gt_sheet_source source = {"statement", "cashier", columns, put_rows, free};
    struct gt_actor actor;
    struct gt_list list;
    struct look *l;
    enum gt_err err = gt_cashier_open(page, &actor);
    if (err != GT_OK || page->done)
        return err;
    gt_list_read(page, filters, F__MAX, NULL, &list);
    err = begin(page, &actor, &list.filters, &l);
    return err == GT_OK ? gt_export_send_own(page, &list.filters, "account.statement", &source, l)
                        : err;
}

GT_ROUTE(account_export, .path = "/cashier/account/export", .name = "cashier", .get = send,
         .right = GT_RIGHT_COLLECT);
