/*
 * One posting: what made it, its entries, and the way to its document.
 */
#include "ledger.h"

#include "till/batch.h"

#include <inttypes.h>
#include <stdio.h>

struct found {
    struct gt_page *page;
    int64_t id;
    bool there;
    struct gt_posting posting;
    struct gt_account account;
    struct gt_org org;
    int n;
    struct gt_entry entries[GT_LEDGER_LINES + 1];
};

static enum gt_err read_in(struct gt_tx *tx, void *arg)
{
    struct found *f = arg;
    f->there = gt_row_find(tx, &gt_posting_row, f->id, &f->posting) &&
               gt_row_find(tx, &gt_account_row, f->posting.account_id, &f->account) &&
               gt_row_find(tx, &gt_org_row, f->account.org_id, &f->org) &&
               gt_page_may(f->page, GT_RIGHT_LEDGER_VIEW, f->org.path);
    if (f->there)
        f->n = gt_posting_entries(tx, f->id, f->entries);
    return gt_tx_err(tx);
}

/* Where its document is shown; "" if nowhere. */
static void document(const struct gt_posting *posting, char out[64])
{
    out[0] = '\0';
    if (gt_posting_is_of_txn(posting))
        (void)snprintf(out, 64, "/console/txn?id=%" PRId64, posting->of_id);
    else if (posting->kind == GT_POSTING_WRITE_OFF || posting->kind == GT_POSTING_REFUND_PAID)
        (void)snprintf(out, 64, "/console/approval?id=%" PRId64, posting->of_id);
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
    char path[64];
    enum gt_err err = GT_OK;
    if (gt_page_id(page, "id", &f.id))
        err = gt_page_read(page, "posting.show", read_in, &f);
    if (err != GT_OK || !f.there)
        return err != GT_OK ? err : gt_page_error(page, 404);
    document(&f.posting, path);
    gt_page_set_int(page, f.posting.id, "Posting.Id");
    gt_page_set(page, gt_posting_label(page->site->words, page->lang, &f.posting), "Posting.Kind");
    gt_page_set_date(page, f.posting.biz_date, "Posting.Date");
    gt_page_set_time(page, f.posting.at, "Posting.At");
    gt_page_set_int(page, f.posting.account_id, "Posting.Keeper");
    gt_page_set_int(page, f.posting.account_seq, "Posting.Seq");
    gt_page_set(page, f.org.name, "Posting.Org");
    if (f.posting.of_id)
        gt_page_set_int(page, f.posting.of_id, "Posting.Of");
    gt_page_set(page, path, "Posting.Document");
    show_entries(page, &f);
    return gt_page_show(page, "posting");
}

GT_ROUTE(posting, .path = "/console/posting", .name = "posting", .get = show,
         .right = GT_RIGHT_LEDGER_VIEW, .object = "posting", .under = "ledger");
