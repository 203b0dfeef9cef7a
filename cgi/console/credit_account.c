/*
 * One credit account: what may still be collected, as a bar that keeps itself true; limits, quota
 * that bounds it, what waits for approval, one-off permissions, history.
 *
 * Not here: the doing (credit_change.c).
 */
#include "access/approval.h"
#include "account_found.h"
#include "approvals.h"
#include "history.h"
#include "till/credit.h"
#include "till/limit.h"
#include "till/permit.h"

#include <stdio.h>
#include <stdlib.h>

#define PERMITS 20
#define WAITING 20

struct found {
    struct gt_account_found is;
    struct gt_quota_view quota;
    struct gt_limits limits;
    struct gt_approval waiting[2 * WAITING];
    size_t nwaiting;
    struct gt_permit permits[PERMITS];
    size_t npermits;
    int64_t second; /* fen above which another person approves */
    struct gt_history history;
};

static enum gt_err read_in(struct gt_tx *tx, void *arg)
{
    struct found *f = arg;
    char object[241];
    gt_account_find(tx, GT_RIGHT_CREDIT_VIEW, &f->is);
    if (!f->is.there)
        return gt_tx_err(tx);
    gt_quota_look(tx, &f->is.org, &f->quota);
    f->second = gt_param_get(tx, GT_PARAM_CREDIT_SECOND, f->is.org.path);
    f->nwaiting = gt_approvals_about(tx, "credit.limit", f->is.id, f->waiting, WAITING);
    f->nwaiting +=
        gt_approvals_about(tx, "credit.deposit", f->is.id, f->waiting + f->nwaiting, WAITING);
    f->npermits = gt_permits_of(tx, f->is.id, f->permits, PERMITS);
    gt_limits_read(tx, f->is.id, &f->limits);
    gt_account_name(tx, &f->is.account, object);
    gt_history_read(tx, GT_ARGS("account"), object, &f->history);
    return gt_tx_err(tx);
}

static void show_permits(struct gt_page *page, const struct found *f)
{
    int64_t now = gt_now(gt_console_of(page)->clock);
    for (size_t i = 0; i < f->npermits; i++) {
        const struct gt_permit *permit = &f->permits[i];
        gt_page_set(page, permit->customer_no, "Permit.%zu.Customer", i);
        gt_page_set_money(page, permit->amount, "Permit.%zu.Amount", i);
        gt_page_set(page, permit->reason, "Permit.%zu.Reason", i);
        gt_page_set_time(page, permit->made_at, "Permit.%zu.At", i);
        gt_page_set_time(page, permit->expires_at, "Permit.%zu.Until", i);
        if (permit->txn_id)
            gt_page_set_int(page, permit->txn_id, "Permit.%zu.Txn", i);
        else if (permit->expires_at <= now)
            gt_page_set(page, "1", "Permit.%zu.Over", i);
    }
}

static void show_bounds(struct gt_page *page, const struct found *f)
{
    const struct gt_account *account = &f->is.account;
    if (account->limit_txn)
        gt_page_set_money(page, account->limit_txn, "Account.LimitTxn");
    if (account->limit_day)
        gt_page_set_money(page, account->limit_day, "Account.LimitDay");
    gt_page_set_int(page, f->is.warn, "Account.Warn");
    gt_page_set_money(page, f->second, "Second");
    if (f->quota.org_id) {
        gt_page_set(page, f->quota.name, "Quota.Org");
        gt_page_set_money(page, f->quota.granted, "Quota.Granted");
        gt_page_set_money(page, f->quota.given, "Quota.Given");
        gt_page_set_money(page, f->quota.granted - f->quota.given, "Quota.Left");
    }
}

static void show_limits(struct gt_page *page, const struct found *f)
{
    for (int i = 0; i < GT_LIMIT_OPS; i++) {
        char word[64];
        if (!f->limits.of[i].txn && !f->limits.of[i].day)
            continue;
        (void)snprintf(word, sizeof word, "credit_business.%s", gt_op_name(gt_limit_op[i]));
        gt_page_set(page, gt_page_word(page, word), "Limit.%d.Op", i);
        if (f->limits.of[i].txn)
            gt_page_set_money(page, f->limits.of[i].txn, "Limit.%d.Txn", i);
        if (f->limits.of[i].day)
            gt_page_set_money(page, f->limits.of[i].day, "Limit.%d.Day", i);
    }
}

static enum gt_err show_all(struct gt_page *page, const struct found *f)
{
    gt_account_show(page, &f->is, "Account");
    show_bounds(page, f);
    if (gt_page_may(page, GT_RIGHT_ORG_VIEW, f->is.org.path))
        gt_page_set_int(page, f->is.org.id, "Account.OrgId");
    if (f->is.account.kind == GT_ACCOUNT_CASHIER &&
        gt_page_may(page, GT_RIGHT_USER_VIEW, f->is.org.path))
        gt_page_set_int(page, f->is.account.owner_id, "Account.UserId");
    for (size_t i = 0; i < f->nwaiting; i++) {
        char leaf[32];
        (void)snprintf(leaf, sizeof leaf, "Asked.%zu", i);
        gt_approval_show(page, &f->waiting[i], leaf);
    }
    show_limits(page, f);
    show_permits(page, f);
    if (gt_page_may(page, GT_RIGHT_CREDIT_GRANT, f->is.org.path))
        gt_page_set(page, "1", "May.Grant");
    gt_history_show(page, &f->history);
    return gt_page_show(page, "credit_account");
}

static enum gt_err show(struct gt_page *page)
{
    int64_t id;
    if (!gt_page_id(page, "id", &id))
        return gt_page_error(page, 404);
    struct found *f = calloc(1, sizeof *f);
    if (!f)
        return gt_err_set(GT_ERR_NOMEM, "no memory for an account");
    f->is.page = page;
    f->is.id = id;
    enum gt_err err = gt_page_read(page, "account.show", read_in, f);
    if (err == GT_OK)
        err = f->is.there ? show_all(page, f) : gt_page_error(page, 404);
    free(f);
    return err;
}

GT_ROUTE(credit_account, .path = "/console/credit/account", .name = "credit_account", .get = show,
         .right = GT_RIGHT_CREDIT_VIEW, .object = "account", .under = "credit");
