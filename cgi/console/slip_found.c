/*
 * Finding and showing a remittance slip.
 */
#include "slip.h"

#include "access/user.h"

#include <stdio.h>

void gt_slip_fill(struct gt_tx *tx, struct gt_orgs_seen *seen, struct gt_slip_found *found)
{
    struct gt_account account;
    struct gt_user user;
    const struct gt_slip *slip = &found->slip;
    if (!gt_org_seen(tx, seen, slip->org_id, &found->org) ||
        !gt_org_seen(tx, seen, slip->to_org_id, &found->to_org))
        return;
    gt_slip_name(tx, slip, found->name);
    (void)snprintf(found->owner, sizeof found->owner, "%s", found->org.name);
    if (slip->kind == GT_ACCOUNT_CASHIER &&
        gt_row_find(tx, &gt_account_row, slip->account_id, &account) &&
        gt_row_find(tx, &gt_user_row, account.owner_id, &user))
        (void)snprintf(found->owner, sizeof found->owner, "%s", user.name);
}

void gt_slip_find(struct gt_tx *tx, struct gt_slip_found *found)
{
    struct gt_orgs_seen seen = {.n = 0};
    found->there = false;
    if (!gt_row_find(tx, &gt_slip_row, found->id, &found->slip))
        return;
    gt_slip_fill(tx, &seen, found);
    found->there = gt_page_may(found->page, GT_RIGHT_REMIT_VIEW, found->org.path) ||
                   gt_page_may(found->page, GT_RIGHT_REMIT_VIEW, found->to_org.path);
}

const char *gt_slip_kind_word(const struct gt_slip *slip)
{
    return slip->kind == GT_ACCOUNT_CASHIER ? "slip.kind_cashier"
           : slip->kind == GT_ACCOUNT_AGENT ? "slip.kind_agent"
                                            : "slip.kind_safe";
}

const char *gt_slip_state_word(const struct gt_slip *slip, char word[40])
{
    (void)snprintf(word, 40, "slip.state_%s", gt_slip_state_name((enum gt_slip_state)slip->state));
    return word;
}

void gt_slip_set(struct gt_page *page, const struct gt_slip_found *found, const char *leaf)
{
    static const char *const colours[GT_SLIP__MAX] = {"", "pending", "posted", "posted",
                                                      "declined"};
    const struct gt_slip *slip = &found->slip;
    char word[40];
    /* What still has a step before it is not yet where it should be. */
    bool waits = slip->state == GT_SLIP_RECEIVED && slip->to_bank;
    gt_page_set_int(page, slip->id, "%s.Id", leaf);
    gt_page_set(page, found->name, "%s.Name", leaf);
    gt_page_set(page, found->owner, "%s.Owner", leaf);
    gt_page_set(page, found->org.name, "%s.Org", leaf);
    gt_page_set(page, found->to_org.name, "%s.To", leaf);
    if (gt_page_may(page, GT_RIGHT_ORG_VIEW, found->org.path))
        gt_page_set_int(page, found->org.id, "%s.OrgId", leaf);
    if (gt_page_may(page, GT_RIGHT_ORG_VIEW, found->to_org.path))
        gt_page_set_int(page, found->to_org.id, "%s.ToId", leaf);
    gt_page_set(page, gt_page_word(page, gt_slip_kind_word(slip)), "%s.Kind", leaf);
    gt_page_set_money(page, slip->amount, "%s.Amount", leaf);
    gt_page_set_money(page, slip->due, "%s.Due", leaf);
    gt_page_set_time(page, slip->made_at, "%s.At", leaf);
    gt_page_set_date(page, slip->made_date, "%s.Date", leaf);
    gt_page_set(page, waits ? "pending" : colours[slip->state], "%s.State.Kind", leaf);
    gt_page_set(page,
                gt_page_word(page, waits ? "slip.state_to_bank" : gt_slip_state_word(slip, word)),
                "%s.State.Word", leaf);
    if (slip->to_bank)
        gt_page_set(page, "1", "%s.Bank", leaf);
}
