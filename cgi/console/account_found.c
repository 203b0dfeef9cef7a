/*
 * Finding and showing a credit account.
 */
#include "account_found.h"

#include "access/param.h"
#include "base/buf.h"
#include "till/credit.h"

#include <stdio.h>

#define WIDTH 1000

void gt_account_fill(struct gt_tx *tx, struct gt_account_found *found)
{
    struct gt_user user;
    struct gt_org owner;
    found->owner[0] = found->code[0] = '\0';
    if (found->account.kind != GT_ACCOUNT_CASHIER) {
        if (gt_row_find(tx, &gt_org_row, found->account.owner_id, &owner)) {
            (void)snprintf(found->owner, sizeof found->owner, "%s", owner.name);
            (void)snprintf(found->code, sizeof found->code, "%s", owner.code);
        }
    } else if (gt_row_find(tx, &gt_user_row, found->account.owner_id, &user)) {
        (void)snprintf(found->owner, sizeof found->owner, "%s", user.name);
        (void)snprintf(found->code, sizeof found->code, "%s", user.operator_no);
    }
    found->warn = gt_param_get(tx, GT_PARAM_CREDIT_WARN, found->org.path);
}

void gt_account_find(struct gt_tx *tx, enum gt_right right, struct gt_account_found *found)
{
    found->there = gt_row_find(tx, &gt_account_row, found->id, &found->account) &&
                   gt_row_find(tx, &gt_org_row, found->account.org_id, &found->org) &&
                   gt_page_may(found->page, right, found->org.path);
    if (found->there)
        gt_account_fill(tx, found);
}

/* `part` of `all` in thousandths, at most what is left of them.  Divided first: no product of sums
 * that could overflow. */
static int64_t share(int64_t part, int64_t all, int64_t left)
{
    if (part <= 0 || all <= 0)
        return 0;
    int64_t n = part >= all ? WIDTH : all >= WIDTH ? part / (all / WIDTH) : part * WIDTH / all;
    return n > left ? left : n;
}

void gt_account_show(struct gt_page *page, const struct gt_account_found *found, const char *leaf)
{
    const struct gt_account *a = &found->account;
    int64_t all = a->deposit + a->credit_limit;
    int64_t used = share(a->unremitted, all, WIDTH), held = share(a->held, all, WIDTH - used);
    gt_page_set_int(page, a->id, "%s.Id", leaf);
    gt_page_set(page, found->owner, "%s.Owner", leaf);
    gt_page_set(page, found->code, "%s.Code", leaf);
    gt_page_set(page, found->org.name, "%s.Org", leaf);
    gt_page_set(page,
                gt_page_word(page, a->kind == GT_ACCOUNT_AGENT ? "account_kind.agent"
                                                               : "account_kind.cashier"),
                "%s.Kind", leaf);
    gt_page_set_money(page, a->credit_limit, "%s.Limit", leaf);
    gt_page_set_money(page, a->deposit, "%s.Deposit", leaf);
    gt_page_set_money(page, a->unremitted, "%s.Unremitted", leaf);
    gt_page_set_money(page, a->held, "%s.Held", leaf);
    gt_page_set_money(page, gt_account_available(a), "%s.Available", leaf);
    gt_page_set_int(page, used, "%s.Bar.Used", leaf);
    gt_page_set_int(page, used, "%s.Bar.HeldAt", leaf);
    gt_page_set_int(page, held, "%s.Bar.Held", leaf);
    gt_page_set_int(page, (used + held) / (WIDTH / 100), "%s.Bar.Percent", leaf);
    if (a->state != GT_ACCOUNT_ENABLED)
        gt_page_set(page, "1", "%s.Suspended", leaf);
    if (gt_credit_warns(a, found->warn))
        gt_page_set(page, "1", "%s.Warns", leaf);
}
