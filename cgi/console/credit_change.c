/*
 * Changing credit: limits, a deposit, a one-off permission, suspending.
 *
 * A limit above the threshold and every deposit are asked for, and decided by another person
 * (approval.c).  The limit's form carries the limit it was made from, so that two who change it at
 * once do not add up.
 */
#include "account_found.h"
#include "base/money.h"
#include "till/credit.h"
#include "till/permit.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define PATH_MOST  64
#define LIMIT_MOST INT64_C(1000000000000)

struct asked {
    struct gt_account_found is;
    int64_t second, hours; /* parameters that the pages tell */
};

static enum gt_err read_in(struct gt_tx *tx, void *arg)
{
    struct asked *a = arg;
    gt_account_find(tx, GT_RIGHT_CREDIT_GRANT, &a->is);
    if (a->is.there) {
        a->second = gt_param_get(tx, GT_PARAM_CREDIT_SECOND, a->is.org.path);
        a->hours = gt_param_get(tx, GT_PARAM_PERMIT_HOURS, a->is.org.path);
    }
    return gt_tx_err(tx);
}

/* The account that the address names; answers 404 if the visitor may not change it. */
static enum gt_err find(struct gt_page *page, struct asked *a)
{
    *a = (struct asked){.is = {.page = page}};
    enum gt_err err = GT_OK;
    if (gt_page_id(page, "id", &a->is.id))
        err = gt_page_read(page, "account.change", read_in, a);
    return err == GT_OK && !a->is.there ? gt_page_error(page, 404) : err;
}

static enum gt_err show_form(struct gt_form *form, const struct asked *a)
{
    struct gt_page *page = form->page;
    gt_account_show(page, &a->is, "Account");
    gt_page_set_money(page, a->second, "Second");
    gt_page_set_int(page, a->hours, "Hours");
    gt_form_show(form);
    return gt_page_show(page, page->route->name);
}

/* On to the account's page, where one sees the effect, or the form again with the reason. */
static enum gt_err finish(struct gt_form *form, const struct asked *a, enum gt_err err,
                          const struct gt_refusal *no, const char *done)
{
    struct gt_page *page = form->page;
    char path[PATH_MOST];
    if (err == GT_OK) {
        (void)snprintf(path, sizeof path, "/console/credit/account?id=%" PRId64, a->is.id);
        gt_page_flash(page, "success", done, GT_ARGS(a->is.owner));
        return gt_page_go(page, path);
    }
    err = gt_page_refused(form, err, no);
    return err != GT_OK || page->done ? err : show_form(form, a);
}

/* Reads a form about an account; shows it again, and sets page->done, if it is wrong. */
static enum gt_err read_form(struct gt_page *page, const struct gt_field *fields, size_t n,
                             struct asked *a, struct gt_form *form)
{
    enum gt_err err = find(page, a);
    if (err != GT_OK || page->done)
        return err;
    return gt_form_read(page, fields, n, form) ? GT_OK : show_form(form, a);
}

static enum gt_err show_empty(struct gt_page *page, const struct gt_field *fields, size_t n)
{
    struct asked a;
    struct gt_form form;
    enum gt_err err = find(page, &a);
    if (err != GT_OK || page->done)
        return err;
    gt_form_start(page, fields, n, &form);
    return show_form(&form, &a);
}

/* --- limits */

enum { L_SEEN, L_CREDIT, L_TXN, L_DAY, L_REASON, L__MAX };
static const struct gt_field limit_fields[L__MAX] = {
    [L_SEEN] = {"seen", GT_FIELD_HIDDEN, .required = true},
    [L_CREDIT] = {"credit", GT_FIELD_MONEY, .required = true, .least = 0, .most = LIMIT_MOST},
    [L_TXN] = {"txn", GT_FIELD_MONEY, .least = 0, .most = LIMIT_MOST},
    [L_DAY] = {"day", GT_FIELD_MONEY, .least = 0, .most = LIMIT_MOST},
    [L_REASON] = {"reason", GT_FIELD_LINE, .most = 200},
};

static enum gt_err show_limit(struct gt_page *page)
{
    struct asked a;
    struct gt_form form;
    char seen[24], credit[GT_MONEY_MAX], txn[GT_MONEY_MAX], day[GT_MONEY_MAX];
    enum gt_err err = find(page, &a);
    if (err != GT_OK || page->done)
        return err;
    const struct gt_account *account = &a.is.account;
    (void)snprintf(seen, sizeof seen, "%" PRId64, account->credit_limit);
    gt_form_start(page, limit_fields, L__MAX, &form);
    gt_form_put(&form, L_SEEN, seen);
    gt_form_put(&form, L_CREDIT, gt_money_format(account->credit_limit, credit));
    gt_form_put(&form, L_TXN, account->limit_txn ? gt_money_format(account->limit_txn, txn) : "");
    gt_form_put(&form, L_DAY, account->limit_day ? gt_money_format(account->limit_day, day) : "");
    return show_form(&form, &a);
}

static enum gt_err do_limit(struct gt_page *page)
{
    struct asked a;
    struct gt_form form;
    int64_t approval = 0;
    struct gt_refusal no = {.why = GT_WHY_NONE};
    enum gt_err err = read_form(page, limit_fields, L__MAX, &a, &form);
    if (err != GT_OK || page->done)
        return err;
    const struct gt_limit_form limits = {
        .seen = form.value[L_SEEN].number,
        .credit = form.value[L_CREDIT].number,
        .txn = form.value[L_TXN].number, /* nothing typed: 0, no limit */
        .day = form.value[L_DAY].number,
        .reason = form.value[L_REASON].text,
    };
    err = gt_credit_limit(&gt_who_of(page)->by, a.is.id, &limits, &approval, &no);
    if (no.why == GT_WHY_CHANGED) {
        char seen[24];
        (void)snprintf(seen, sizeof seen, "%" PRId64, a.is.account.credit_limit);
        gt_form_put(&form, L_SEEN, seen);
        return finish(&form, &a, err, &no, "");
    }
    return finish(&form, &a, err, &no, approval ? "credit_limit.asked" : "credit_limit.done");
}

GT_ROUTE(credit_limit, .path = "/console/credit/limit", .name = "credit_limit", .get = show_limit,
         .post = do_limit, .right = GT_RIGHT_CREDIT_GRANT, .object = "account", .under = "credit");

/* --- a deposit */

enum { D_AMOUNT, D_REASON, D__MAX };
static const struct gt_field deposit_fields[D__MAX] = {
    [D_AMOUNT] = {"amount", GT_FIELD_MONEY, .required = true, .least = 1, .most = GT_DEPOSIT_MAX},
    [D_REASON] = {"reason", GT_FIELD_LINE, .required = true, .most = 200},
};

static enum gt_err show_deposit(struct gt_page *page)
{
    return show_empty(page, deposit_fields, D__MAX);
}

static enum gt_err do_deposit(struct gt_page *page)
{
    struct asked a;
    struct gt_form form;
    int64_t approval = 0;
    struct gt_refusal no = {.why = GT_WHY_NONE};
    enum gt_err err = read_form(page, deposit_fields, D__MAX, &a, &form);
    if (err != GT_OK || page->done)
        return err;
    err = gt_credit_deposit(&gt_who_of(page)->by, a.is.id, form.value[D_AMOUNT].number,
                            form.value[D_REASON].text, &approval, &no);
    return finish(&form, &a, err, &no, "credit_deposit.asked");
}

GT_ROUTE(credit_deposit, .path = "/console/credit/deposit", .name = "credit_deposit",
         .get = show_deposit, .post = do_deposit, .right = GT_RIGHT_CREDIT_GRANT,
         .object = "account", .under = "credit");

/* --- a one-off permission */

enum { P_CUSTOMER, P_AMOUNT, P_REASON, P__MAX };
static const struct gt_field permit_fields[P__MAX] = {
    [P_CUSTOMER] = {"customer_no", GT_FIELD_LINE, .required = true, .most = 32},
    [P_AMOUNT] = {"amount", GT_FIELD_MONEY, .required = true, .least = 1, .most = LIMIT_MOST},
    [P_REASON] = {"reason", GT_FIELD_LINE, .required = true, .most = 200},
};

static enum gt_err show_permit(struct gt_page *page)
{
    return show_empty(page, permit_fields, P__MAX);
}

static enum gt_err do_permit(struct gt_page *page)
{
    struct asked a;
    struct gt_form form;
    int64_t id = 0;
    struct gt_refusal no = {.why = GT_WHY_NONE};
    enum gt_err err = read_form(page, permit_fields, P__MAX, &a, &form);
    if (err != GT_OK || page->done)
        return err;
    err = gt_permit_give(&gt_who_of(page)->by, a.is.id, form.value[P_CUSTOMER].text,
                         form.value[P_AMOUNT].number, form.value[P_REASON].text, &id, &no);
    return finish(&form, &a, err, &no, "credit_permit.done");
}

GT_ROUTE(credit_permit, .path = "/console/credit/permit", .name = "credit_permit",
         .get = show_permit, .post = do_permit, .right = GT_RIGHT_CREDIT_GRANT, .object = "account",
         .under = "credit");

/* --- suspending, and letting collect again: the form says which, so a second one changes nothing
 */

enum { S_SUSPEND, S_REASON, S__MAX };
static const struct gt_field suspend_fields[S__MAX] = {
    [S_SUSPEND] = {"suspend", GT_FIELD_HIDDEN, .required = true, .least = 0, .most = 1},
    [S_REASON] = {"reason", GT_FIELD_LINE, .required = true, .most = 200},
};

static enum gt_err show_suspend(struct gt_page *page)
{
    struct asked a;
    struct gt_form form;
    enum gt_err err = find(page, &a);
    if (err != GT_OK || page->done)
        return err;
    gt_form_start(page, suspend_fields, S__MAX, &form);
    gt_form_put(&form, S_SUSPEND, a.is.account.state == GT_ACCOUNT_ENABLED ? "1" : "0");
    return show_form(&form, &a);
}

static enum gt_err do_suspend(struct gt_page *page)
{
    struct asked a;
    struct gt_form form;
    struct gt_refusal no = {.why = GT_WHY_NONE};
    enum gt_err err = read_form(page, suspend_fields, S__MAX, &a, &form);
    if (err != GT_OK || page->done)
        return err;
    bool suspend = form.value[S_SUSPEND].number == 1;
    err = gt_credit_suspend(&gt_who_of(page)->by, a.is.id, suspend, form.value[S_REASON].text, &no);
    return finish(&form, &a, err, &no,
                  suspend ? "credit_suspend.suspended" : "credit_suspend.resumed");
}

GT_ROUTE(credit_suspend, .path = "/console/credit/suspend", .name = "credit_suspend",
         .get = show_suspend, .post = do_suspend, .right = GT_RIGHT_CREDIT_GRANT,
         .object = "account", .under = "credit");
