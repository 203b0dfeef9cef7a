/*
 * One item: both sides, what may be done and why not, what waits, papers, history with notes.
 *
 * Not here: the forms (item_step.c).
 */
#include "item.h"

#include "access/user.h"
#include "history.h"
#include "staff/attached.h"
#include "staff/txn_words.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

struct found {
    struct gt_item_seen is;
    char maker[241], checker[241];
    struct gt_txn txn; /* id 0: none */
    bool may[GT_ITEM_ACTION__MAX];
    const char *zh[GT_ITEM_ACTION__MAX], *en[GT_ITEM_ACTION__MAX]; /* why not */
    enum gt_item_action proposed;
    struct gt_attachment attached[GT_ATTACH_MOST];
    size_t nattached;
    struct gt_history history;
};

static void read_name(struct gt_tx *tx, int64_t user_id, char out[241])
{
    struct gt_user user;
    out[0] = '\0';
    if (user_id > 0 && gt_row_find(tx, &gt_user_row, user_id, &user))
        (void)snprintf(out, 241, "%s", user.name);
}

static enum gt_err read_in(struct gt_tx *tx, void *arg)
{
    struct found *f = arg;
    const struct gt_item *item = &f->is.item;
    char object[32];
    gt_item_see(tx, &f->is);
    if (!f->is.there)
        return gt_tx_err(tx);
    read_name(tx, item->maker_id, f->maker);
    read_name(tx, item->checker_id, f->checker);
    f->txn.id = 0;
    if (item->txn_id && !gt_row_find(tx, &gt_txn_row, item->txn_id, &f->txn))
        f->txn.id = 0;
    for (int i = GT_ITEM_ACCEPT; i < GT_ITEM_ACTION__MAX; i++)
        f->may[i] = gt_settle_allowed(tx, item, (enum gt_item_action)i, &f->zh[i], &f->en[i]);
    f->proposed = gt_settle_proposed(tx, item);
    f->nattached = gt_attachments_of(tx, GT_ATTACH_ITEM, item->id, f->attached);
    (void)snprintf(object, sizeof object, "item %" PRId64, item->id);
    gt_history_read(tx, GT_ARGS("item", "approval"), object, &f->history);
    return gt_tx_err(tx);
}

/* Each action: allowed, or why it is not. */
static void show_actions(struct gt_page *page, const struct found *f)
{
    static const enum gt_item_action actions[] = {
        GT_ITEM_ACCEPT, GT_ITEM_ADJUST,  GT_ITEM_SEND_AGAIN, GT_ITEM_TO_SUSPENSE,
        GT_ITEM_CLEAR,  GT_ITEM_REVERSE, GT_ITEM_REFUND};
    bool settles = gt_page_may(page, GT_RIGHT_ITEM_SETTLE, f->is.org.path);
    char word[40];
    if (settles)
        gt_page_set(page, "1", "May.Note");
    if (settles && gt_item_is_sending(&f->is.item))
        gt_page_set(page, "1", "May.Stop");
    if (f->is.item.state == GT_ITEM_CLOSED)
        return;
    if (!settles || f->is.asked) {
        gt_page_set(page, gt_page_word(page, settles ? "item.why_asked" : "item.why_no_right"),
                    "Why");
        return;
    }
    gt_page_set(page, gt_page_word(page, gt_item_action_word(f->proposed, word)), "Proposed");
    for (size_t i = 0, shown = 0; i < sizeof actions / sizeof actions[0]; i++, shown++) {
        enum gt_item_action action = actions[i];
        gt_page_set(page, gt_item_action_name(action), "Action.%zu.Name", shown);
        gt_page_set(page, gt_page_word(page, gt_item_action_word(action, word)), "Action.%zu.Label",
                    shown);
        if (f->may[action])
            gt_page_set(page, "1", "Action.%zu.May", shown);
        else
            gt_page_set(page, page->lang == GT_LANG_EN ? f->en[action] : f->zh[action],
                        "Action.%zu.Why", shown);
    }
}

static void show_facts(struct gt_page *page, const struct found *f)
{
    const struct gt_item *item = &f->is.item;
    if (f->txn.id) {
        gt_page_set(page,
                    gt_txn_word(page->site->words, page->lang, "state",
                                gt_standing_name(gt_txn_standing(&f->txn))),
                    "Item.TxnState");
        gt_page_set(page, f->txn.customer_no, "Item.Customer");
        gt_page_set_time(page, f->txn.created_at, "Item.TxnAt");
    }
    if (item->suspense)
        gt_page_set_money(page, item->suspense, "Item.Suspense");
    gt_page_set(page, item->reason, "Item.Reason");
    gt_page_set(page, f->maker, "Item.Maker");
    gt_page_set(page, f->checker, "Item.Checker");
    gt_page_set_time(page, item->closed_at, "Item.ClosedAt");
    if (f->is.asked && gt_page_may(page, GT_RIGHT_APPROVAL_VIEW, f->is.org.path))
        gt_page_set_int(page, item->approval_id, "Item.Approval");
}

static enum gt_err show_all(struct gt_page *page, const struct found *f)
{
    gt_item_set(page, &f->is, "Item");
    show_facts(page, f);
    show_actions(page, f);
    gt_attached_show(page, f->attached, f->nattached, "/console/item/paper");
    gt_history_show(page, &f->history);
    return gt_page_show(page, "item");
}

static enum gt_err show(struct gt_page *page)
{
    int64_t id;
    if (!gt_page_id(page, "id", &id))
        return gt_page_error(page, 404);
    struct found *f = calloc(1, sizeof *f);
    if (!f)
        return gt_err_set(GT_ERR_NOMEM, "no memory for an item");
    f->is.page = page;
    f->is.id = id;
    enum gt_err err = gt_page_read(page, "item.show", read_in, f);
    if (err == GT_OK)
        err = f->is.there ? show_all(page, f) : gt_page_error(page, 404);
    free(f);
    return err;
}

GT_ROUTE(item, .path = "/console/item", .name = "item", .get = show, .right = GT_RIGHT_ITEM_VIEW,
         .object = "item", .under = "items");

/* --- a paper beside it */

static bool may_see(struct gt_tx *tx, int64_t owner_id, void *page)
{
    struct gt_item_seen is = {.page = page, .id = owner_id};
    gt_item_see(tx, &is);
    return is.there;
}

static enum gt_err send_paper(struct gt_page *page)
{
    return gt_attached_send(page, GT_ATTACH_ITEM, may_see, page);
}

GT_ROUTE(item_paper, .path = "/console/item/paper", .name = "item", .get = send_paper,
         .right = GT_RIGHT_ITEM_VIEW, .object = "paper", .under = "items");
