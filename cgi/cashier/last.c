/*
 * One's own transactions of the business date, the newest first: to print again, or to reverse.
 * With a date, as a statement's line leads here: all of the account on that date.
 */
#include "cashier.h"

#include "base/text.h"
#include "till/search.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define ROWS 30

struct found {
    int64_t user_id; /* whose own may be opened from here */
    struct gt_txn_find find;
    struct gt_txn txns[ROWS];
    struct gt_txn_found rows;
};

static enum gt_err read_in(struct gt_tx *tx, void *arg)
{
    struct found *f = arg;
    struct gt_state state;
    gt_state_read(tx, &state);
    if (!f->find.from)
        f->find.from = f->find.to = state.biz_date;
    f->rows = (struct gt_txn_found){.n = 0};
    gt_txn_search(tx, &f->find, f->txns, ROWS, &f->rows);
    return gt_tx_err(tx);
}

static void show_rows(struct gt_page *page, const struct found *f)
{
    for (size_t i = 0; i < f->rows.n; i++) {
        const struct gt_txn *txn = &f->txns[i];
        char prefix[32], number[GT_TXN_NUMBER_MAX];
        (void)snprintf(prefix, sizeof prefix, "Row.%zu", i);
        gt_cashier_txn(page, txn, prefix);
        if (txn->user_id == f->user_id)
            gt_page_set_int(page, txn->id, "%s.Id", prefix);
        gt_page_set(page, txn->operator_no, "%s.Operator", prefix);
        gt_page_set(page, gt_txn_number(txn->id, number), "%s.Number", prefix);
        gt_page_set_time(page, txn->created_at, "%s.At", prefix);
        gt_page_set(page, txn->customer_no, "%s.Customer", prefix);
        gt_page_set_money(page, txn->amount + txn->fee, "%s.Amount", prefix);
        gt_page_set(page, gt_txn_method(page->site->words, page->lang, txn->method), "%s.Method",
                    prefix);
        if (txn->user_id == f->user_id && txn->state == GT_TXN_POSTED &&
            gt_op_is_money((enum gt_op)txn->op) && !gt_op_gives_back((enum gt_op)txn->op) &&
            txn->op != GT_OP_REPLACE)
            gt_page_set(page, "1", "%s.Reversible", prefix);
    }
    if (f->rows.more)
        gt_page_set_int(page, f->rows.before, "Next");
}

/* Takes the date of the address, if it names one; false if that is none. */
static bool take_date(struct gt_page *page, struct gt_txn_find *find)
{
    struct gt_form form;
    static const struct gt_field fields[] = {{.name = "date", .kind = GT_FIELD_DATE}};
    if (!gt_form_read_query(page, fields, 1, &form))
        return false;
    if (!form.value[0].text[0])
        return true;
    find->from = find->to = form.value[0].number;
    find->user_id = 0;
    gt_page_set(page, form.value[0].text, "Date");
    return true;
}

static enum gt_err show(struct gt_page *page)
{
    struct gt_actor actor;
    int64_t before = 0;
    enum gt_err err = gt_cashier_open(page, &actor);
    if (err != GT_OK || page->done)
        return err;
    struct found *f = calloc(1, sizeof *f);
    if (!f)
        return gt_err_set(GT_ERR_NOMEM, "no memory for transactions");
    (void)gt_page_id(page, "before", &before);
    f->find = (struct gt_txn_find){.path = "/",
                                   .before = before,
                                   .account_id = actor.user.account_id,
                                   .user_id = actor.user.id};
    f->user_id = actor.user.id;
    err = take_date(page, &f->find) ? gt_page_read(page, "cashier.last", read_in, f)
                                    : gt_page_error(page, 404);
    if (err == GT_OK && !page->done) {
        show_rows(page, f);
        err = gt_cashier_show(page, &actor, "cashier_last");
    }
    free(f);
    return err;
}

GT_ROUTE(last, .path = "/cashier/last", .name = "cashier", .get = show, .right = GT_RIGHT_COLLECT);
