/*
 * One posting: what made it, its entries, and the way to its document.
 */
#include "ledger.h"

#include "access/approval.h"
#include "access/user.h"
#include "books/remit.h"
#include "till/shift.h"
#include "till/slip.h"

#include <inttypes.h>
#include <stdio.h>

struct found {
    struct gt_page *page;
    int64_t id;
    bool there;
    struct gt_posting posting;
    struct gt_account account;
    struct gt_org org;
    char of[GT_SLIP_NAME];    /* what made it, as people call it */
    int64_t item_id, slip_id; /* it, or what it went into; 0: none */
    int n;
    struct gt_entry entries[GT_LEDGER_LINES + 1];
};

/* What people call the document, and the page that has it. */
static void read_document(struct gt_tx *tx, struct found *f)
{
    const struct gt_posting *posting = &f->posting;
    struct gt_approval approval;
    struct gt_shift shift;
    struct gt_slip slip;
    struct gt_user user;
    (void)snprintf(f->of, sizeof f->of, "%" PRId64, posting->of_id);
    f->item_id = f->slip_id = 0;
    switch ((enum gt_posting_kind)posting->kind) {
    case GT_POSTING_SHIFT_OPEN:
    case GT_POSTING_SHIFT_CLOSE:
        if (!gt_row_find(tx, &gt_shift_row, posting->of_id, &shift) ||
            !gt_row_find(tx, &gt_user_row, shift.user_id, &user))
            break;
        (void)snprintf(f->of, sizeof f->of, "%s-%" PRId64, user.operator_no, shift.shift_no);
        f->slip_id = shift.slip_id;
        break;
    case GT_POSTING_SLIP_SENT:
    case GT_POSTING_SLIP_RETURNED:
    case GT_POSTING_SLIP_RECEIVED:
    case GT_POSTING_SLIP_BANKED:
        if (!gt_row_find(tx, &gt_slip_row, posting->of_id, &slip))
            break;
        gt_slip_name(tx, &slip, f->of);
        f->slip_id = slip.id;
        break;
    case GT_POSTING_ITEM:
        if (gt_row_find(tx, &gt_approval_row, posting->of_id, &approval))
            f->item_id = approval.object_id;
        break;
    default:
        break;
    }
}

static enum gt_err read_in(struct gt_tx *tx, void *arg)
{
    struct found *f = arg;
    f->there = gt_row_find(tx, &gt_posting_row, f->id, &f->posting) &&
               gt_row_find(tx, &gt_account_row, f->posting.account_id, &f->account) &&
               gt_row_find(tx, &gt_org_row, f->account.org_id, &f->org) &&
               gt_page_may(f->page, GT_RIGHT_LEDGER_VIEW, f->org.path);
    if (f->there)
        read_document(tx, f);
    if (f->there)
        f->n = gt_posting_entries(tx, f->id, f->entries);
    return gt_tx_err(tx);
}

/* Where its document is shown; "" if nowhere, or not to this visitor. */
static void show_document(struct gt_page *page, const struct found *f)
{
    const struct gt_posting *posting = &f->posting;
    const char *page_of = "";
    int64_t id = posting->of_id;
    char path[64] = "";
    if (gt_posting_is_of_txn(posting))
        page_of = "txn";
    else if (f->item_id && gt_page_may(page, GT_RIGHT_ITEM_VIEW, f->org.path))
        page_of = "item";
    else if (f->slip_id && gt_page_may(page, GT_RIGHT_REMIT_VIEW, f->org.path))
        page_of = "remit/slip";
    else if (posting->kind == GT_POSTING_WRITE_OFF || posting->kind == GT_POSTING_REFUND_PAID)
        page_of = "approval";
    if (f->item_id || f->slip_id)
        id = f->item_id ? f->item_id : f->slip_id;
    if (page_of[0])
        (void)snprintf(path, sizeof path, "/console/%s?id=%" PRId64, page_of, id);
    if (posting->of_id)
        gt_page_set(page, f->of, "Posting.Of");
    gt_page_set(page, path, "Posting.Document");
}

static void show_entries(struct gt_page *page, const struct found *f)
{
    int64_t sum = 0;
    for (int i = 0; i < f->n; i++) {
        const struct gt_entry *entry = &f->entries[i];
        char leaf[32];
        (void)snprintf(leaf, sizeof leaf, "Entry.%d", i);
        gt_ledger_code_show(page, entry->code, leaf);
        gt_page_set(page, entry->code, "%s.Code", leaf);
        gt_page_set_money(page, entry->amount < 0 ? -entry->amount : entry->amount, "%s.%s", leaf,
                          entry->amount < 0 ? "Credit" : "Debit");
        sum += entry->amount > 0 ? entry->amount : 0;
    }
    gt_page_set_money(page, sum, "Sum");
}

static enum gt_err show(struct gt_page *page)
{
    struct found f = {.page = page};
    enum gt_err err = GT_OK;
    if (gt_page_id(page, "id", &f.id))
        err = gt_page_read(page, "posting.show", read_in, &f);
    if (err != GT_OK || !f.there)
        return err != GT_OK ? err : gt_page_error(page, 404);
    gt_page_set_int(page, f.posting.id, "Posting.Id");
    gt_page_set(page, gt_posting_label(page->site->words, page->lang, &f.posting), "Posting.Kind");
    gt_page_set_date(page, f.posting.biz_date, "Posting.Date");
    gt_page_set_time(page, f.posting.at, "Posting.At");
    gt_page_set_int(page, f.posting.account_id, "Posting.Keeper");
    gt_page_set_int(page, f.posting.account_seq, "Posting.Seq");
    gt_page_set(page, f.org.name, "Posting.Org");
    show_document(page, &f);
    show_entries(page, &f);
    return gt_page_show(page, "posting");
}

GT_ROUTE(posting, .path = "/console/posting", .name = "posting", .get = show,
         .right = GT_RIGHT_LEDGER_VIEW, .object = "posting", .under = "ledger");
