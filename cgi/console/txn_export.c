/*
 * Transactions as a file: exactly what is filtered, streamed, names masked as in the list.
 *
 * A piece is one read of the store, so however long the client takes, no read stays open; the file
 * ends with a line that says so if it could not be made to its end.
 */
#include "kit/csv.h"
#include "txn.h"

#include "access/note.h"
#include "base/log.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PIECE GT_LIST_MAX

struct stream {
    struct gt_db *db;
    const struct gt_words *words;
    enum gt_lang lang;
    int tz_minutes;
    struct gt_txn_hunt hunt;
    struct gt_txn_line lines[PIECE];
    struct gt_txn_found found;
};

/* --- lines */

static const char *const columns[] = {"number",   "biz_date", "at",     "op",       "customer",
                                      "name",     "meter",    "card",   "amount",   "fee",
                                      "method",   "state",    "org",    "operator", "channel",
                                      "terminal", "trace",    "up_ref", "decided",  NULL};

static void put_head(const struct gt_page *page, struct gt_buf *out)
{
    for (size_t i = 0; columns[i]; i++) {
        char word[64];
        (void)snprintf(word, sizeof word, "txn_export.%s", columns[i]);
        gt_csv_put(out, gt_page_word(page, word), !columns[i + 1]);
    }
}

static void put_line(const struct stream *s, const struct gt_txn_line *line, struct gt_buf *out)
{
    const struct gt_txn *txn = &line->txn;
    const struct gt_words *words = s->words;
    char name[sizeof txn->customer_name];
    gt_mask_name(txn->customer_name, name, sizeof name);
    gt_csv_put_int(out, txn->id, false);
    gt_csv_put_int(out, txn->biz_date, false);
    gt_csv_put_time(out, txn->created_at, s->tz_minutes, false);
    gt_csv_put(out, gt_txn_word(words, s->lang, "op", gt_op_name((enum gt_op)txn->op)), false);
    gt_csv_put(out, txn->customer_no, false);
    gt_csv_put(out, name, false);
    gt_csv_put(out, txn->meter_no, false);
    gt_csv_put(out, txn->card_no, false);
    gt_csv_put_money(out, txn->amount, false);
    gt_csv_put_money(out, txn->fee, false);
    gt_csv_put(out, gt_txn_method(words, s->lang, txn->method), false);
    gt_csv_put(out, gt_txn_word(words, s->lang, "state", gt_standing_name(gt_txn_standing(txn))),
               false);
    gt_csv_put(out, line->org_name, false);
    gt_csv_put(out, txn->operator_no, false);
    gt_csv_put(out,
               gt_txn_word(words, s->lang, "channel",
                           gt_terminal_kind_name((enum gt_terminal_kind)txn->channel)),
               false);
    gt_csv_put(out, line->terminal_no, false);
    gt_csv_put_int(out, txn->trace_no, false);
    gt_csv_put(out, txn->up_ref, false);
    gt_csv_put_time(out, txn->decided_at, s->tz_minutes, true);
}

/* --- pieces */

static enum gt_err read_in(struct gt_tx *tx, void *arg)
{
    struct stream *s = arg;
    gt_txn_hunt_go(tx, &s->hunt, s->lines, PIECE, &s->found);
    return gt_tx_err(tx);
}

static bool more(void *stream, struct gt_buf *piece)
{
    struct stream *s = stream;
    enum gt_err err = gt_db_read(s->db, "txns.export", read_in, s);
    if (err != GT_OK) {
        gt_log_err("txns.export", err);
        gt_csv_put(piece, gt_words_get(s->words, s->lang, "txn_export.broken"), true);
        return false;
    }
    for (size_t i = 0; i < s->found.n; i++)
        put_line(s, &s->lines[i], piece);
    s->hunt.find.before = s->found.before;
    return s->found.more;
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

static enum gt_err send(struct gt_page *page, struct stream *s)
{
    struct gt_buf head;
    gt_buf_init(&head, 4096);
    put_head(page, &head);
    enum gt_err err = gt_buf_err(&head);
    if (err == GT_OK)
        err = gt_csv_send(page, "transactions", &head, more, free, s);
    gt_buf_done(&head);
    return err;
}

static enum gt_err answer(struct gt_page *page)
{
    struct gt_who *who = gt_who_of(page);
    if (!gt_grants_anywhere(&who->visit.grants, GT_RIGHT_TXN_VIEW))
        return gt_page_error(page, 403);
    struct stream *s = calloc(1, sizeof *s);
    if (!s)
        return gt_err_set(GT_ERR_NOMEM, "no memory for an export");
    struct beginning b = {.page = page, .stream = s};
    (void)gt_form_read_query(page, gt_txn_filters, GT_TF__MAX, &b.form);
    s->db = gt_console_of(page)->start->db;
    s->words = page->site->words;
    s->lang = page->lang;
    s->tz_minutes = page->site->tz_minutes;
    enum gt_err err = gt_page_read(page, "txns.export_begin", begin_in, &b);
    /* A filter that is wrong would give more than was asked for. */
    if (err == GT_OK && b.form.bad)
        err = gt_page_error(page, 400);
    else if (err == GT_OK)
        err = gt_note(&who->by, "txn.export", "", page->request->query);
    if (err == GT_OK && !page->done)
        err = send(page, s);
    if (!page->reply->stream)
        free(s);
    return err;
}

GT_ROUTE(txn_export, .path = "/console/txns/export", .name = "txn_export", .get = answer,
         .right = GT_RIGHT_EXPORT, .under = "txns");
