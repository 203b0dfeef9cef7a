/*
 * Transactions as a file: exactly what is filtered, names masked as in the list.
 */
#include "staff/export.h"
#include "txn.h"

#include "base/text.h"

#include <stdlib.h>

#define PIECE GT_LIST_MAX

struct stream {
    struct gt_db *db;
    const struct gt_words *words;
    enum gt_lang lang;
    struct gt_txn_hunt hunt;
    struct gt_txn_line lines[PIECE];
    struct gt_txn_found found;
};

/* --- lines */

static const char *const columns[] = {"number",   "biz_date", "at",     "op",       "customer",
                                      "name",     "meter",    "card",   "amount",   "fee",
                                      "method",   "state",    "org",    "operator", "channel",
                                      "terminal", "trace",    "up_ref", "decided",  NULL};

static void put_line(const struct stream *s, const struct gt_txn_line *line, struct gt_sheet *sheet)
{
    const struct gt_txn *txn = &line->txn;
    const struct gt_words *words = s->words;
    char name[sizeof txn->customer_name];
    gt_mask_name(txn->customer_name, name, sizeof name);
    gt_cell_int(sheet, txn->id);
    gt_cell_int(sheet, txn->biz_date);
    gt_cell_time(sheet, txn->created_at);
    gt_cell_text(sheet, gt_txn_word(words, s->lang, "op", gt_op_name((enum gt_op)txn->op)));
    gt_cell_text(sheet, txn->customer_no);
    gt_cell_text(sheet, name);
    gt_cell_text(sheet, txn->meter_no);
    gt_cell_text(sheet, txn->card_no);
    gt_cell_money(sheet, txn->amount);
    gt_cell_money(sheet, txn->fee);
    gt_cell_text(sheet, gt_txn_method(words, s->lang, txn->method));
    gt_cell_text(sheet,
                 gt_txn_word(words, s->lang, "state", gt_standing_name(gt_txn_standing(txn))));
    gt_cell_text(sheet, line->org_name);
    gt_cell_text(sheet, txn->operator_no);
    gt_cell_text(sheet, gt_txn_word(words, s->lang, "channel",
                                    gt_terminal_kind_name((enum gt_terminal_kind)txn->channel)));
    gt_cell_text(sheet, line->terminal_no);
    gt_cell_int(sheet, txn->trace_no);
    gt_cell_text(sheet, txn->up_ref);
    gt_cell_time(sheet, txn->decided_at);
}

/* --- pieces */

static enum gt_err read_in(struct gt_tx *tx, void *arg)
{
    struct stream *s = arg;
    gt_txn_hunt_go(tx, &s->hunt, s->lines, PIECE, &s->found);
    return gt_tx_err(tx);
}

static enum gt_err put_rows(struct gt_sheet *sheet, void *list, bool *more)
{
    struct stream *s = list;
    enum gt_err err = gt_db_read(s->db, "txns.export", read_in, s);
    for (size_t i = 0; err == GT_OK && i < s->found.n; i++)
        put_line(s, &s->lines[i], sheet);
    s->hunt.find.before = s->found.before;
    *more = s->found.more;
    return err;
}

/* --- the page */

struct beginning {
    struct gt_page *page;
    struct gt_form form;
    struct stream *stream;
};

static enum gt_err begin_in(struct gt_tx *tx, void *arg)
{
    struct beginning *b = arg;
    gt_txn_hunt_begin(tx, b->page, &b->form, &b->stream->hunt);
    return gt_tx_err(tx);
}

static enum gt_err answer(struct gt_page *page)
{
    static const struct gt_sheet_source source = {"transactions", "txn_export", columns, put_rows,
                                                  free};
    struct stream *s = calloc(1, sizeof *s);
    if (!s)
        return gt_err_set(GT_ERR_NOMEM, "no memory for an export");
    struct beginning b = {.page = page, .stream = s};
    (void)gt_form_read_query(page, gt_txn_filters, GT_TF__MAX, &b.form);
    s->db = gt_console_of(page)->start->db;
    s->words = page->site->words;
    s->lang = page->lang;
    enum gt_err err = gt_page_read(page, "txns.export_begin", begin_in, &b);
    if (err != GT_OK) {
        free(s);
        return err;
    }
    return gt_export_send(page, GT_RIGHT_TXN_VIEW, &b.form, "txn.export", &source, s);
}

GT_ROUTE(txn_export, .path = "/console/txns/export", .name = "txn_export", .get = answer,
         .right = GT_RIGHT_EXPORT, .under = "txns");
