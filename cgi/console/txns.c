/*
 * Transactions: the list, found by whatever a caller can name.
 *
 * Without a name it shows the business date; with a number, customer, meter or card all dates.  The
 * newest comes first, and there is no other order: the journal has one.  A search for something
 * rare ends after a bounded number of rows, says how far it came, and goes on with a click.
 */
#include "staff/export.h"
#include "txn.h"

#include "base/text.h"
#include "till/bizdate.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE 50

struct found {
    struct gt_page *page;
    struct gt_list *list;
    struct gt_txn_hunt hunt;
    struct gt_txn_line lines[PAGE + 1];
    struct gt_txn_found found;
};

static enum gt_err read_in(struct gt_tx *tx, void *arg)
{
    struct found *f = arg;
    int64_t before = 0;
    gt_txn_hunt_begin(tx, f->page, &f->list->filters, &f->hunt);
    if (f->list->after[0] && gt_int_parse(f->list->after, &before) == GT_OK && before > 0)
        f->hunt.find.before = before;
    gt_txn_hunt_go(tx, &f->hunt, f->lines, PAGE + 1, &f->found);
    return gt_tx_err(tx);
}

static void set_row(struct gt_page *page, const struct gt_txn_line *line, size_t i)
{
    const struct gt_txn *txn = &line->txn;
    const struct gt_words *words = page->site->words;
    char text[GT_TXN_NUMBER_MAX], name[sizeof txn->customer_name], prefix[32];
    const char *standing = gt_standing_name(gt_txn_standing(txn));
    gt_mask_name(txn->customer_name, name, sizeof name);
    (void)snprintf(prefix, sizeof prefix, "Txn.%zu.State", i);
    gt_page_set_int(page, txn->id, "Txn.%zu.Id", i);
    gt_page_set(page, gt_txn_number(txn->id, text), "Txn.%zu.Number", i);
    gt_page_set_time(page, txn->created_at, "Txn.%zu.At", i);
    gt_page_set(page, gt_txn_word(words, page->lang, "op", gt_op_name((enum gt_op)txn->op)),
                "Txn.%zu.Op", i);
    gt_page_set(page, txn->customer_no, "Txn.%zu.Customer", i);
    gt_page_set(page, name, "Txn.%zu.Name", i);
    if (gt_op_is_money((enum gt_op)txn->op))
        gt_page_set_money(page, txn->amount + txn->fee, "Txn.%zu.Amount", i);
    gt_page_set(page, gt_txn_method(words, page->lang, txn->method), "Txn.%zu.Method", i);
    gt_txn_set_state(page, prefix, standing, "state", standing);
    gt_page_set(page, txn->operator_no, "Txn.%zu.Operator", i);
    gt_page_set(page, line->org_name, "Txn.%zu.Org", i);
    gt_page_set(page, line->terminal_no, "Txn.%zu.Terminal", i);
}

/* How far a search came that ended before it had looked at all. */
static void set_reached(struct gt_page *page, const struct gt_txn_found *found)
{
    int64_t date = gt_txn_date(found->before);
    char text[16];
    (void)snprintf(text, sizeof text, "%04d-%02d-%02d", (int)(date / 10000),
                   (int)(date / 100 % 100), (int)(date % 100));
    gt_page_set_word(page, "Reached", "txns.reached", GT_ARGS(text));
}

static void show_rows(struct gt_page *page, struct found *f)
{
    char next[24] = "";
    size_t shown = f->found.n < PAGE ? f->found.n : PAGE;
    for (size_t i = 0; i < shown; i++)
        set_row(page, &f->lines[i], i);
    if (f->found.n > PAGE)
        (void)snprintf(next, sizeof next, "%" PRId64, f->lines[PAGE - 1].txn.id);
    else if (f->found.more)
        (void)snprintf(next, sizeof next, "%" PRId64, f->found.before);
    if (f->found.more && f->found.n <= PAGE)
        set_reached(page, &f->found);
    gt_list_show(f->list, next);
    if (shown > 0)
        gt_export_show(f->list, "/console/txns/export");
}

/* Puts the business date into the filters if they name nothing. */
static void put_today(struct gt_list *list, int64_t today, char text[16])
{
    struct gt_form *form = &list->filters;
    (void)snprintf(text, 16, "%04d-%02d-%02d", (int)(today / 10000), (int)(today / 100 % 100),
                   (int)(today % 100));
    if (gt_txn_named(form) || form->value[GT_TF_FROM].text[0] || form->value[GT_TF_TO].text[0])
        return;
    form->value[GT_TF_FROM] = form->value[GT_TF_TO] = (struct gt_value){text, today, false};
}

/* The filters of the second row stay open while one of them is set. */
static void show_more_filters(struct gt_page *page, const struct gt_form *form)
{
    for (size_t i = GT_TF_BEGIN; i < GT_TF__MAX; i++) {
        if (form->value[i].text[0])
            gt_page_set(page, "1", "MoreOpen");
    }
}

static enum gt_err show(struct gt_page *page)
{
    struct gt_list list;
    struct gt_state state;
    char today[16];
    enum gt_err err = gt_bizdate_get(gt_console_of(page)->start->db, &state);
    if (err != GT_OK)
        return err;
    struct found *f = calloc(1, sizeof *f);
    if (!f)
        return gt_err_set(GT_ERR_NOMEM, "no memory for a list");
    gt_list_read(page, gt_txn_filters, GT_TF__MAX, NULL, &list);
    put_today(&list, state.biz_date, today);
    f->page = page;
    f->list = &list;
    err = gt_page_read(page, "txns.list", read_in, f);
    if (err == GT_OK) {
        gt_list_ranges(&list, GT_TF_FROM, GT_TF_TO, state.biz_date);
        show_more_filters(page, &list.filters);
        show_rows(page, f);
        err = gt_page_show(page, "txns");
    }
    free(f);
    return err;
}

GT_ROUTE(txns, .path = "/console/txns", .name = "txns", .get = show, .right = GT_RIGHT_TXN_VIEW,
         .menu = GT_MENU_TXN + 10);
