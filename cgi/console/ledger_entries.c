/*
 * Entries of one ledger account, the newest first, by dates and organisation, or of one account.
 *
 * The place in the address is the last id and how many are still to come: till/trial.h.
 */
#include "account_found.h"
#include "ledger.h"

#include "base/text.h"
#include "scope.h"
#include "staff/export.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { F_CODE, F_ORG, F_KEEPER, F_FROM, F_TO, F__MAX };
static const struct gt_field filters[F__MAX] = {
    [F_CODE] = {"code", GT_FIELD_LINE, .most = 32},
    [F_ORG] = {"org", GT_FIELD_LINE, .most = 32},
    [F_KEEPER] = {"keeper", GT_FIELD_INT, .least = 1, .most = INT64_MAX},
    [F_FROM] = {"from", GT_FIELD_DATE},
    [F_TO] = {"to", GT_FIELD_DATE},
};

struct found {
    struct gt_page *page; /* as long as it lasts */
    struct gt_form *form;
    struct gt_db *db;
    const struct gt_words *words;
    enum gt_lang lang;
    bool good;
    int64_t today;
    char code[33];
    struct gt_scopes scopes;
    struct gt_entry_find find;
    struct gt_entry_seen rows[GT_ENTRY_ROWS];
    struct gt_entry_found got;
    struct gt_account_found keeper[GT_ENTRY_ROWS];
};

/* The account that is named, where the visitor may see it. */
static bool keeper_may(struct gt_tx *tx, struct found *f)
{
    struct gt_account account;
    struct gt_org org;
    return gt_row_find(tx, &gt_account_row, f->find.account_id, &account) &&
           gt_row_find(tx, &gt_org_row, account.org_id, &org) &&
           gt_page_may(f->page, GT_RIGHT_LEDGER_VIEW, org.path);
}

static enum gt_err begin_in(struct gt_tx *tx, void *arg)
{
    struct found *f = arg;
    struct gt_state state;
    gt_state_read(tx, &state);
    f->today = state.biz_date;
    gt_scopes_read(tx, f->page, GT_RIGHT_LEDGER_VIEW, f->form->value[F_ORG].text, &f->scopes);
    f->good = gt_ledger_dates(f->form, F_FROM, F_TO, f->today, &f->find.from, &f->find.to) &&
              f->code[0] && f->scopes.n > 0 && (!f->find.account_id || keeper_may(tx, f));
    if (f->good && f->scopes.n > 1 && !f->find.account_id) { /* one walk is of one subtree */
        gt_form_fail(f->form, F_ORG, "ledger_entries.which_org", NULL);
        f->good = false;
    }
    f->find.code = f->code;
    f->find.path = gt_ledger_tree(f->scopes.path[0]);
    return gt_tx_err(tx);
}

static enum gt_err read_on(struct gt_tx *tx, void *arg)
{
    struct found *f = arg;
    f->got = (struct gt_entry_found){.n = 0};
    if (!f->good)
        return GT_OK;
    gt_entry_search(tx, &f->find, f->rows, &f->got);
    for (size_t i = 0; i < f->got.n; i++) {
        struct gt_account_found *keeper = &f->keeper[i];
        /* Entries of one account stand together. */
        if (i > 0 && f->rows[i].entry.account_id == f->rows[i - 1].entry.account_id) {
            *keeper = f->keeper[i - 1];
            continue;
        }
        keeper->owner[0] = '\0';
        if (gt_row_find(tx, &gt_account_row, f->rows[i].entry.account_id, &keeper->account) &&
            gt_row_find(tx, &gt_org_row, keeper->account.org_id, &keeper->org))
            gt_account_fill(tx, keeper);
    }
    return gt_tx_err(tx);
}

static enum gt_err read_in(struct gt_tx *tx, void *arg)
{
    return begin_in(tx, arg) == GT_OK ? read_on(tx, arg) : gt_tx_err(tx);
}

static enum gt_err begin(struct gt_page *page, struct gt_list *list, struct found **found)
{
    struct found *f = calloc(1, sizeof *f);
    if (!f)
        return gt_err_set(GT_ERR_NOMEM, "no memory for entries");
    gt_list_read(page, filters, F__MAX, NULL, list);
    f->page = page;
    f->form = &list->filters;
    f->db = gt_console_of(page)->start->db;
    f->words = page->site->words;
    f->lang = page->lang;
    f->find.left = -1;
    if (!f->form->value[F_CODE].bad)
        (void)!gt_str_copy(f->code, sizeof f->code, f->form->value[F_CODE].text);
    if (!f->form->value[F_KEEPER].bad)
        f->find.account_id = f->form->value[F_KEEPER].number;
    *found = f;
    return GT_OK;
}

/* "id-left", as it was put into the address. */
static void go_on(struct found *f, const char *after)
{
    char id[24];
    const char *dash = strchr(after, '-');
    if (!dash || (size_t)(dash - after) >= sizeof id)
        return;
    (void)snprintf(id, sizeof id, "%.*s", (int)(dash - after), after);
    if (gt_int_parse(id, &f->find.before) != GT_OK || f->find.before <= 0 ||
        gt_int_parse(dash + 1, &f->find.left) != GT_OK || f->find.left < 0) {
        f->find.before = 0;
        f->find.left = -1;
    }
}

static void show_row(struct gt_page *page, const struct found *f, size_t i)
{
    const struct gt_entry_seen *row = &f->rows[i];
    const struct gt_entry *entry = &row->entry;
    gt_page_set(page, f->keeper[i].owner, "Entry.%zu.Owner", i);
    gt_page_set_int(page, entry->id / GT_ENTRY_ID(1, 0), "Entry.%zu.Posting", i);
    gt_page_set_date(page, entry->biz_date, "Entry.%zu.Date", i);
    gt_page_set_time(page, row->posting.at, "Entry.%zu.At", i);
    gt_page_set(page, gt_posting_label(page->site->words, page->lang, &row->posting),
                "Entry.%zu.Kind", i);
    gt_page_set_int(page, entry->account_id, "Entry.%zu.Keeper", i);
    gt_page_set_money(page, entry->amount < 0 ? -entry->amount : entry->amount,
                      entry->amount < 0 ? "Entry.%zu.Credit" : "Entry.%zu.Debit", i);
}

static enum gt_err show(struct gt_page *page)
{
    struct gt_list list;
    char next[64] = "";
    struct found *f;
    enum gt_err err = begin(page, &list, &f);
    if (err != GT_OK)
        return err;
    go_on(f, list.after);
    err = gt_page_read(page, "ledger.entries", read_in, f);
    if (err == GT_OK) {
        if (f->scopes.absent)
            gt_form_fail(&list.filters, F_ORG, "no_such_org", NULL);
        for (size_t i = 0; i < f->got.n; i++)
            show_row(page, f, i);
        if (f->code[0])
            gt_ledger_code_show(page, f->code, "Named");
        if (f->got.n)
            gt_export_show(&list, "/console/ledger/entries/export");
        if (f->got.more)
            (void)snprintf(next, sizeof next, "%" PRId64 "-%" PRId64, f->got.before, f->got.left);
        gt_list_ranges(&list, F_FROM, F_TO, f->today);
        gt_list_show(&list, next);
        err = gt_page_show(page, "ledger_entries");
    }
    free(f);
    return err;
}

GT_ROUTE(ledger_entries, .path = "/console/ledger/entries", .name = "ledger_entries", .get = show,
         .right = GT_RIGHT_LEDGER_VIEW, .under = "ledger");

/* --- as a file */

static const char *const columns[] = {"date",   "at",    "kind",   "posting",
                                      "keeper", "debit", "credit", NULL};

static enum gt_err put_rows(struct gt_sheet *sheet, void *list, bool *more)
{
    struct found *f = list;
    enum gt_err err = gt_db_read(f->db, "ledger.export", read_on, f);
    for (size_t i = 0; err == GT_OK && i < f->got.n; i++) {
        const struct gt_entry *entry = &f->rows[i].entry;
        char date[16];
        (void)snprintf(date, sizeof date, "%d-%02d-%02d", (int)(entry->biz_date / 10000),
                       (int)(entry->biz_date / 100 % 100), (int)(entry->biz_date % 100));
        gt_cell_text(sheet, date);
        gt_cell_time(sheet, f->rows[i].posting.at);
        gt_cell_text(sheet, gt_posting_label(f->words, f->lang, &f->rows[i].posting));
        gt_cell_int(sheet, entry->id / GT_ENTRY_ID(1, 0));
        gt_cell_text(sheet, f->keeper[i].owner);
        gt_cell_money(sheet, entry->amount > 0 ? entry->amount : 0);
        gt_cell_money(sheet, entry->amount < 0 ? -entry->amount : 0);
    }
    f->find.before = f->got.before;
    f->find.left = f->got.left;
    *more = f->got.more;
    return err;
}

static enum gt_err send(struct gt_page *page)
{
    static const struct gt_sheet_source source = {"entries", "ledger_entries", columns, put_rows,
                                                  free};
    struct gt_list list;
    struct found *f;
    enum gt_err err = begin(page, &list, &f);
    if (err != GT_OK)
        return err;
    return gt_export_send_read(page, begin_in, GT_RIGHT_LEDGER_VIEW, &list.filters, "ledger.export",
                               &source, f);
}

GT_ROUTE(ledger_entries_export, .path = "/console/ledger/entries/export", .name = "ledger_entries",
         .get = send, .right = GT_RIGHT_EXPORT, .under = "ledger");
