/*
 * Finding and showing an item.
 */
#include "item.h"

#include "access/approval.h"
#include "staff/txn_words.h"

#include <inttypes.h>
#include <stdio.h>

#define DAY_MS INT64_C(86400000)

void gt_item_fill(struct gt_tx *tx, struct gt_orgs_seen *orgs, struct gt_item_seen *seen)
{
    struct gt_approval approval;
    const struct gt_item *item = &seen->item;
    if (!gt_org_seen(tx, orgs, item->org_id, &seen->org))
        seen->org = (struct gt_org){.id = 0};
    seen->asked = item->approval_id && item->state != GT_ITEM_CLOSED &&
                  gt_row_find(tx, &gt_approval_row, item->approval_id, &approval) &&
                  approval.state == GT_APPROVAL_WAITING;
}

void gt_item_see(struct gt_tx *tx, struct gt_item_seen *seen)
{
    struct gt_orgs_seen orgs = {.n = 0};
    seen->there = false;
    if (!gt_row_find(tx, &gt_item_row, seen->id, &seen->item))
        return;
    gt_item_fill(tx, &orgs, seen);
    seen->there = seen->org.id && gt_page_may(seen->page, GT_RIGHT_ITEM_VIEW, seen->org.path);
}

const char *gt_item_class_word(const struct gt_item *item, char word[40])
{
    (void)snprintf(word, 40, "item.class_%s", gt_item_class_name((enum gt_item_class)item->class));
    return word;
}

const char *gt_item_state_word(const struct gt_item_seen *seen, char word[40])
{
    (void)snprintf(word, 40, "item.state_%s",
                   seen->asked ? "asked"
                   : gt_item_is_sending(&seen->item)
                       ? "sending"
                       : gt_item_state_name((enum gt_item_state)seen->item.state));
    return word;
}

const char *gt_item_action_word(enum gt_item_action action, char word[40])
{
    (void)snprintf(word, 40, "item.action_%s", gt_item_action_name(action));
    return word;
}

/* Both sides: money, or how many. */
static void set_figures(struct gt_page *page, const struct gt_item *item, const char *leaf)
{
    if (item->class == GT_ITEM_COUNT) {
        gt_page_set_int(page, item->ours, "%s.Ours", leaf);
        gt_page_set_int(page, item->theirs, "%s.Theirs", leaf);
        gt_page_set_int(page, item->ours - item->theirs, "%s.Difference", leaf);
        gt_page_set(page, "1", "%s.Plain", leaf);
        return;
    }
    gt_page_set_money(page, item->ours, "%s.Ours", leaf);
    gt_page_set_money(page, item->theirs, "%s.Theirs", leaf);
    gt_page_set_money(page, item->ours - item->theirs, "%s.Difference", leaf);
}

void gt_item_set(struct gt_page *page, const struct gt_item_seen *seen, const char *leaf)
{
    const struct gt_item *item = &seen->item;
    const char *colour = seen->asked                       ? "pending"
                         : item->state == GT_ITEM_CLOSED   ? "posted"
                         : item->state == GT_ITEM_SUSPENSE ? "reversed"
                                                           : "doubt";
    int64_t until = item->closed_at ? item->closed_at : gt_now(gt_console_of(page)->clock);
    char word[40];
    gt_page_set_int(page, item->id, "%s.Id", leaf);
    gt_page_set(page, gt_page_word(page, gt_item_class_word(item, word)), "%s.Class", leaf);
    gt_page_set(page, item->system, "%s.System", leaf);
    gt_page_set_date(page, item->biz_date, "%s.Date", leaf);
    gt_page_set(page, seen->org.name, "%s.Org", leaf);
    if (gt_page_may(page, GT_RIGHT_ORG_VIEW, seen->org.path))
        gt_page_set_int(page, seen->org.id, "%s.OrgId", leaf);
    if (item->txn_id)
        gt_page_set_int(page, item->txn_id, "%s.Txn", leaf);
    if (item->txn_id && gt_page_may(page, GT_RIGHT_TXN_VIEW, seen->org.path))
        gt_page_set(page, "1", "%s.TxnSeen", leaf);
    gt_page_set(page, item->ref, "%s.Ref", leaf);
    if (item->op)
        gt_page_set(
            page,
            gt_txn_word(page->site->words, page->lang, "op", gt_op_name((enum gt_op)item->op)),
            "%s.Op", leaf);
    set_figures(page, item, leaf);
    gt_page_set(page, item->note, "%s.Note", leaf);
    gt_page_set_time(page, item->found_at, "%s.At", leaf);
    gt_page_set_int(page, (until - item->found_at) / DAY_MS, "%s.Days", leaf);
    gt_page_set(page, colour, "%s.State.Kind", leaf);
    gt_page_set(page, gt_page_word(page, gt_item_state_word(seen, word)), "%s.State.Word", leaf);
    if (item->action)
        gt_page_set(
            page, gt_page_word(page, gt_item_action_word((enum gt_item_action)item->action, word)),
            "%s.Action", leaf);
}
