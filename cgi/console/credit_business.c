/*
 * Limits of an account by kind of business: of one transaction and of one business date.
 *
 * The form carries what it was made from, so that of two who change them at once the second one
 * looks again.
 */
#include "account_found.h"
#include "base/money.h"
#include "base/text.h"
#include "till/limit.h"

#include <inttypes.h>
#include <stdio.h>

#define LIMIT_MOST INT64_C(1000000000000)

/* Two fields a business, in the order of gt_limit_op. */
enum { B_SEEN, B_FIRST, B__MAX = B_FIRST + 2 * GT_LIMIT_OPS };
#define LIMIT(name)                                          \
    {                                                        \
        name, GT_FIELD_MONEY, .least = 0, .most = LIMIT_MOST \
    }
static const struct gt_field fields[B__MAX] = {
    [B_SEEN] = {"seen", GT_FIELD_HIDDEN, .required = true},
    [B_FIRST] = LIMIT("pay_txn"),
    LIMIT("pay_day"),
    LIMIT("recharge_txn"),
    LIMIT("recharge_day"),
    LIMIT("open_txn"),
    LIMIT("open_day"),
    LIMIT("replace_txn"),
    LIMIT("replace_day"),
};

struct asked {
    struct gt_account_found is;
    struct gt_limits limits;
};

static enum gt_err read_in(struct gt_tx *tx, void *arg)
{
    struct asked *a = arg;
    gt_account_find(tx, GT_RIGHT_CREDIT_GRANT, &a->is);
    if (a->is.there)
        gt_limits_read(tx, a->is.id, &a->limits);
    return gt_tx_err(tx);
}

/* The account that the address names; answers 404 if the visitor may not change it. */
static enum gt_err find(struct gt_page *page, struct asked *a)
{
    *a = (struct asked){.is = {.page = page}};
    enum gt_err err = GT_OK;
    if (gt_page_id(page, "id", &a->is.id))
        err = gt_page_read(page, "account.limits", read_in, a);
    return err == GT_OK && !a->is.there ? gt_page_error(page, 404) : err;
}

static enum gt_err show_form(struct gt_form *form, const struct asked *a)
{
    char seen[24];
    (void)snprintf(seen, sizeof seen, "%" PRId64, a->limits.seen);
    gt_form_put(form, B_SEEN, seen);
    gt_account_show(form->page, &a->is, "Account");
    gt_form_show(form);
    return gt_page_show(form->page, "credit_business");
}

static enum gt_err show(struct gt_page *page)
{
    struct asked a;
    struct gt_form form;
    char text[2 * GT_LIMIT_OPS][GT_MONEY_MAX];
    enum gt_err err = find(page, &a);
    if (err != GT_OK || page->done)
        return err;
    gt_form_start(page, fields, B__MAX, &form);
    for (size_t i = 0; i < 2 * GT_LIMIT_OPS; i++) {
        int64_t fen = i % 2 ? a.limits.of[i / 2].day : a.limits.of[i / 2].txn;
        gt_form_put(&form, B_FIRST + i, fen ? gt_money_format(fen, text[i]) : "");
    }
    return show_form(&form, &a);
}

static enum gt_err change(struct gt_page *page)
{
    struct asked a;
    struct gt_form form;
    struct gt_limits limits;
    struct gt_refusal no = {.why = GT_WHY_NONE};
    char path[64];
    enum gt_err err = find(page, &a);
    if (err != GT_OK || page->done)
        return err;
    if (!gt_form_read(page, fields, B__MAX, &form))
        return show_form(&form, &a);
    if (gt_int_parse(form.value[B_SEEN].text, &limits.seen) != GT_OK)
        limits.seen = -1;
    for (size_t i = 0; i < GT_LIMIT_OPS; i++) { /* nothing typed: 0, no limit */
        limits.of[i].txn = form.value[B_FIRST + 2 * i].number;
        limits.of[i].day = form.value[B_FIRST + 2 * i + 1].number;
    }
    err = gt_limits_put(&gt_who_of(page)->by, a.is.id, &limits, &no);
    if (err == GT_OK) {
        (void)snprintf(path, sizeof path, "/console/credit/account?id=%" PRId64, a.is.id);
        gt_page_flash(page, "success", "credit_business.done", GT_ARGS(a.is.owner));
        return gt_page_go(page, path);
    }
    err = gt_page_refused(&form, err, &no);
    return err != GT_OK || page->done ? err : show_form(&form, &a);
}

GT_ROUTE(credit_business, .path = "/console/credit/business", .name = "credit_business",
         .get = show, .post = change, .right = GT_RIGHT_CREDIT_GRANT, .object = "account",
         .under = "credit");
