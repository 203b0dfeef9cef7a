/*
 * One transaction: what became of it, its three legs, who and where, money, events, and what hangs
 * together with it.
 *
 * Customers are masked for whoever does not hold name.full; who does sees them in full, and that
 * look is written to the operation log, once a request.
 */
#include "txn.h"

#include "access/note.h"
#include "base/text.h"
#include "history.h"
#include "ledger.h"
#include "search.h"
#include "till/decide.h"
#include "till/resolve.h"
#include "till/view.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct found {
    struct gt_page *page;
    int64_t id;
    bool there, waits; /* waits: a decision was asked for */
    struct gt_txn_view view;
    struct gt_history history;
    struct gt_approval waiting;
};

static enum gt_err read_in(struct gt_tx *tx, void *arg)
{
    static const char *const groups[] = {"txn", "refund", NULL};
    struct found *f = arg;
    char object[24];
    f->there = gt_txn_view_read(tx, f->id, &f->view) &&
               gt_page_may(f->page, GT_RIGHT_TXN_VIEW, f->view.org.path);
    (void)snprintf(object, sizeof object, "%" PRId64, f->id);
    if (f->there)
        gt_history_read(tx, groups, object, &f->history);
    f->waits = f->there && f->view.pending.id && gt_decide_waiting(tx, f->id, &f->waiting);
    return gt_tx_err(tx);
}

/* The transaction that the address names; answers 404 if the visitor may not see it. */
static enum gt_err find(struct gt_page *page, struct found **found)
{
    int64_t id;
    *found = NULL;
    if (!gt_page_id(page, "id", &id))
        return gt_page_error(page, 404);
    struct found *f = calloc(1, sizeof *f);
    if (!f)
        return gt_err_set(GT_ERR_NOMEM, "no memory for a transaction");
    f->page = page;
    f->id = id;
    enum gt_err err = gt_page_read(page, "txn.show", read_in, f);
    if (err == GT_OK && !f->there)
        err = gt_page_error(page, 404);
    if (err != GT_OK || page->done)
        free(f);
    else
        *found = f;
    return err;
}

static const char *word(const struct gt_page *page, const char *group, const char *name)
{
    return gt_txn_word(page->site->words, page->lang, group, name);
}

/* --- parts of the page */

static void show_head(struct gt_page *page, const struct gt_txn_view *v)
{
    const struct gt_txn *txn = &v->txn;
    const char *standing = gt_standing_name(gt_txn_standing(txn));
    char number[GT_TXN_NUMBER_MAX];
    gt_page_set_int(page, txn->id, "Txn.Id");
    gt_page_set(page, gt_txn_number(txn->id, number), "Txn.Number");
    gt_page_set(page, word(page, "op", gt_op_name((enum gt_op)txn->op)), "Txn.Op");
    gt_txn_set_state(page, "Txn.State", standing, "state", standing);
    if (gt_op_is_money((enum gt_op)txn->op))
        gt_page_set_money(page, txn->amount + txn->fee, "Txn.Amount");
    if (txn->fee)
        gt_page_set_money(page, txn->fee, "Txn.Fee");
    if (txn->state == GT_TXN_DECLINED || gt_txn_standing(txn) == GT_STANDING_DOUBT) {
        const struct gt_outcome_info *info = gt_outcome_info((enum gt_outcome)txn->outcome);
        gt_page_set(page, page->lang == GT_LANG_EN ? info->en : info->zh, "Txn.Outcome");
        gt_page_set_int(page, txn->outcome, "Txn.OutcomeNo");
    }
}

static void show_legs(struct gt_page *page, const struct gt_txn_view *v)
{
    static const char *const up_names[GT_UPS__MAX] = {"none",    "sent",     "accepted",
                                                      "refused", "not_sent", "unknown"};
    static const char *const up_kinds[GT_UPS__MAX] = {"declined", "pending",  "posted",
                                                      "declined", "declined", "doubt"};
    static const char *const card_kinds[GT_CARD__MAX] = {"declined", "pending", "posted", "error",
                                                         "reversed"};
    const struct gt_txn *txn = &v->txn;
    const char *standing = gt_standing_name(gt_txn_standing(txn));
    const char *up =
        txn->up_state >= 0 && txn->up_state < GT_UPS__MAX ? up_names[txn->up_state] : "none";
    gt_txn_set_state(page, "Leg.0.State", standing, "state", standing);
    gt_page_set_time(page, txn->decided_at, "Leg.0.At");
    gt_txn_set_state(page, "Leg.1.State", up_kinds[txn->up_state], "up", up);
    gt_page_set(page, txn->system, "Leg.1.System");
    gt_page_set(page, txn->up_ref, "Leg.1.Ref");
    gt_page_set(page, txn->up_code, "Leg.1.Code");
    gt_page_set_date(page, txn->up_date, "Leg.1.Date");
    gt_txn_set_words(page, txn, txn->outcome_text, "Leg.1.Text");
    gt_txn_set_state(page, "Leg.2.State", card_kinds[txn->card_state], "card",
                     gt_card_leg_name((enum gt_card_leg)txn->card_state));
    if (!v->packet.id)
        return;
    gt_page_set_int(page, v->packet.purchase_count, "Leg.2.Count");
    gt_page_set_int(page, (int64_t)strlen(v->packet.data) / 2, "Leg.2.Bytes");
}

static void show_customer(struct gt_page *page, const struct gt_txn *txn, bool full)
{
    char name[sizeof txn->customer_name], card[sizeof txn->card_no];
    gt_mask_name(txn->customer_name, name, sizeof name);
    gt_mask_number(txn->card_no, card, sizeof card);
    gt_page_set(page, txn->customer_no, "Customer.No");
    gt_page_set(page, full ? txn->customer_name : name, "Customer.Name");
    if (full)
        gt_page_set(page, txn->address, "Customer.Address");
    else if (txn->customer_name[0])
        gt_page_set(page, "1", "Customer.Masked");
    gt_page_set(page, txn->meter_no, "Customer.Meter");
    gt_page_set(page, full || !txn->card_no[0] ? txn->card_no : card, "Customer.Card");
    if (txn->purchase_count)
        gt_page_set_int(page, txn->purchase_count, "Customer.Count");
}

static void show_place(struct gt_page *page, const struct gt_txn_view *v)
{
    const struct gt_txn *txn = &v->txn;
    gt_page_set(page, v->org.name, "Place.Org");
    if (gt_page_may(page, GT_RIGHT_ORG_VIEW, v->org.path))
        gt_page_set_int(page, v->org.id, "Place.OrgId");
    gt_page_set(page, txn->operator_no, "Place.Operator");
    gt_page_set(page, v->user.id ? v->user.name : "", "Place.Person");
    gt_page_set(page, v->terminal.id ? v->terminal.terminal_no : "", "Place.Terminal");
    gt_page_set(page,
                word(page, "channel", gt_terminal_kind_name((enum gt_terminal_kind)txn->channel)),
                "Place.Channel");
    gt_page_set_int(page, txn->trace_no, "Place.Trace");
    if (v->batch_no)
        gt_page_set_int(page, v->batch_no, "Place.Batch");
    gt_page_set_date(page, txn->biz_date, "Place.Date");
    gt_page_set_date(page, txn->out_date, "Place.OutDate");
    gt_page_set_time(page, txn->created_at, "Place.At");
    gt_page_set_time(page, txn->decided_at, "Place.Decided");
    gt_page_set(page, txn->reason, "Place.Reason");
}

static void show_money(struct gt_page *page, const struct gt_txn_view *v)
{
    const struct gt_txn *txn = &v->txn;
    gt_page_set(page, gt_txn_method(page->site->words, page->lang, txn->method), "Money.Method");
    if (txn->tendered)
        gt_page_set_money(page, txn->tendered, "Money.Tendered");
    if (txn->advance)
        gt_page_set_money(page, txn->advance, "Money.Advance");
    if (txn->held)
        gt_page_set_money(page, txn->held, "Money.Held");
    if (txn->drawn)
        gt_page_set_money(page, txn->drawn, "Money.Drawn");
    for (size_t i = 0; i < v->nbills; i++) {
        const struct gt_txn_bill *bill = &v->bills[i];
        char kwh[32];
        (void)snprintf(kwh, sizeof kwh, "%" PRId64 ".%02d", bill->kwh / 100,
                       (int)(bill->kwh % 100));
        gt_page_set(page, bill->bill_no, "Bill.%zu.No", i);
        gt_page_set_int(page, bill->period, "Bill.%zu.Period", i);
        gt_page_set(page, kwh, "Bill.%zu.Kwh", i);
        gt_page_set_money(page, bill->late_fee, "Bill.%zu.Late", i);
        gt_page_set_money(page, bill->amount, "Bill.%zu.Amount", i);
    }
    if (v->nentries && gt_page_may(page, GT_RIGHT_LEDGER_VIEW, v->org.path))
        gt_page_set(page, "1", "May.Ledger");
    for (size_t i = 0; i < v->nentries; i++) {
        const struct gt_entry *entry = &v->entries[i];
        char leaf[32];
        (void)snprintf(leaf, sizeof leaf, "Entry.%zu", i);
        gt_ledger_code_show(page, entry->code, leaf);
        gt_page_set_date(page, entry->biz_date, "Entry.%zu.Date", i);
        gt_page_set_money(page, entry->amount < 0 ? -entry->amount : entry->amount,
                          entry->amount < 0 ? "Entry.%zu.Credit" : "Entry.%zu.Debit", i);
    }
}

static void show_event(struct gt_page *page, const struct gt_txn *txn, size_t i, int64_t at,
                       const char *kind, const char *note)
{
    char name[32];
    (void)snprintf(name, sizeof name, "Event.%zu.Note", i);
    gt_page_set_time(page, at, "Event.%zu.At", i);
    gt_page_set(page, word(page, "event", kind), "Event.%zu.What", i);
    gt_txn_set_words(page, txn, note, name);
}

/* Everything that happened, from the intent on; the outcome stands among the events by its time. */
static void show_events(struct gt_page *page, const struct gt_txn_view *v)
{
    size_t n = 0;
    bool open = v->txn.decided_at != 0;
    const char *outcome = v->txn.state == GT_TXN_DECLINED ? "declined" : "posted";
    show_event(page, &v->txn, n++, v->txn.created_at, "intent", "");
    for (size_t i = 0; i < v->nevents; i++) {
        if (open && v->events[i].at > v->txn.decided_at) {
            show_event(page, &v->txn, n++, v->txn.decided_at, outcome, "");
            open = false;
        }
        show_event(page, &v->txn, n++, v->events[i].at, v->events[i].kind, v->events[i].note);
    }
    if (open)
        show_event(page, &v->txn, n, v->txn.decided_at, outcome, "");
}

static void show_link(struct gt_page *page, const struct gt_txn *other, size_t i, const char *how)
{
    const char *standing = gt_standing_name(gt_txn_standing(other));
    char number[GT_TXN_NUMBER_MAX], prefix[32];
    (void)snprintf(prefix, sizeof prefix, "Link.%zu.State", i);
    gt_page_set_int(page, other->id, "Link.%zu.Id", i);
    gt_page_set(page, gt_txn_number(other->id, number), "Link.%zu.Number", i);
    gt_page_set(page, word(page, "link", how), "Link.%zu.How", i);
    gt_page_set_money(page, other->amount + other->fee, "Link.%zu.Amount", i);
    gt_txn_set_state(page, prefix, standing, "state", standing);
}

static void show_links(struct gt_page *page, const struct gt_txn_view *v)
{
    size_t n = 0;
    if (v->orig.id)
        show_link(page, &v->orig, n++, gt_op_name((enum gt_op)v->txn.op));
    if (v->reversal.id)
        show_link(page, &v->reversal, n++, "reversed_by");
}

/* The paper has the card's number; whoever only looks sees it masked there too. */
static void show_receipt(struct gt_page *page, const struct gt_txn_view *v, bool full)
{
    struct gt_txn txn = v->txn;
    struct gt_buf lines;
    if (!v->receipt.id)
        return;
    if (!full && txn.card_no[0])
        gt_mask_number(v->txn.card_no, txn.card_no, sizeof txn.card_no);
    gt_buf_init(&lines, 4096);
    gt_receipt_write(&lines, &txn, &v->receipt, gt_console_of(page)->start->conf.bureau,
                     v->org.name, page->site->tz_minutes);
    if (gt_buf_err(&lines) == GT_OK)
        gt_page_set(page, lines.data, "Receipt.Lines");
    gt_page_set_int(page, v->receipt.prints, "Receipt.Prints");
    gt_buf_done(&lines);
}

/* What can be done while it has no outcome. */
static void show_actions(struct gt_page *page, const struct found *f)
{
    const struct gt_staff *console = gt_console_of(page);
    const struct gt_txn *txn = &f->view.txn;
    if ((txn->op == GT_OP_PAY || txn->op == GT_OP_RECHARGE || txn->op == GT_OP_OPEN) &&
        gt_txn_is_posted(txn) && gt_page_may(page, GT_RIGHT_REVERSE, f->view.org.path))
        gt_page_set(page, "1", "May.Refund");
    if (!f->view.pending.id)
        return;
    if (!gt_doubt_rests(txn, gt_now(console->clock), console->till.answer_ms)) {
        gt_page_set_word(page, "Waiting", "txn.in_flight", NULL);
        return;
    }
    gt_page_set(page, "1", "May.Ask");
    if (f->waits)
        gt_page_set_word(page, "Waiting", "txn.waits", NULL);
    else if (gt_page_may(page, GT_RIGHT_TXN_DECIDE, f->view.org.path))
        gt_page_set(page, "1", "May.Decide");
}

/* --- the page, the receipt, printing */

/* Notes that a full name was looked at. */
static enum gt_err note_look(struct gt_page *page, const struct gt_txn *txn)
{
    char object[24];
    (void)snprintf(object, sizeof object, "%" PRId64, txn->id);
    return gt_note(&gt_who_of(page)->by, "txn.look", object, txn->customer_no);
}

static enum gt_err show(struct gt_page *page)
{
    struct found *f;
    enum gt_err err = find(page, &f);
    if (!f)
        return err;
    const struct gt_txn_view *v = &f->view;
    bool full = gt_page_may(page, GT_RIGHT_NAME_FULL, v->org.path);
    if (full && (v->txn.customer_name[0] || v->txn.card_no[0]))
        err = note_look(page, &v->txn);
    if (err == GT_OK) {
        show_head(page, v);
        show_legs(page, v);
        show_customer(page, &v->txn, full);
        show_place(page, v);
        show_money(page, v);
        show_events(page, v);
        gt_txn_show_messages(page, v);
        show_links(page, v);
        show_receipt(page, v, full);
        show_actions(page, f);
        gt_history_show(page, &f->history);
        err = gt_page_show(page, "txn");
    }
    free(f);
    return err;
}

GT_ROUTE(txn, .path = "/console/txn", .name = "txn", .get = show, .right = GT_RIGHT_TXN_VIEW,
         .object = "txn", .under = "txns");

static enum gt_err show_paper(struct gt_page *page)
{
    struct found *f;
    enum gt_err err = find(page, &f);
    if (!f)
        return err;
    if (!f->view.receipt.id) {
        err = gt_page_error(page, 404);
    } else {
        show_head(page, &f->view);
        show_receipt(page, &f->view, true);
        err = gt_page_show(page, "txn_receipt");
    }
    free(f);
    return err;
}

/* A print is counted first, and then shown with its count. */
static enum gt_err print(struct gt_page *page)
{
    struct gt_refusal no = {.why = GT_WHY_NONE};
    char path[64];
    int64_t id;
    if (!gt_page_id(page, "id", &id))
        return gt_page_error(page, 404);
    (void)snprintf(path, sizeof path, "/console/txn/receipt?id=%" PRId64, id);
    enum gt_err err = gt_txn_print(&gt_who_of(page)->by, id, &no);
    return err == GT_OK ? gt_page_go(page, path) : gt_page_refused_to(page, err, &no, path);
}

GT_ROUTE(txn_receipt, .path = "/console/txn/receipt", .name = "txn_receipt", .get = show_paper,
         .post = print, .right = GT_RIGHT_TXN_VIEW, .object = "txn", .under = "txns");

/* --- the search box: our number, a receipt, a customer */

static bool visible(struct gt_tx *tx, struct gt_page *page, int64_t id, struct gt_txn *txn)
{
    struct gt_org org;
    return id && gt_row_find(tx, &gt_txn_row, id, txn) &&
           gt_row_find(tx, &gt_org_row, txn->org_id, &org) &&
           gt_page_may(page, GT_RIGHT_TXN_VIEW, org.path);
}

static bool find_number(struct gt_tx *tx, struct gt_page *page, const char *text,
                        struct gt_found *found)
{
    struct gt_txn txn;
    char operator_no[21], number[GT_TXN_NUMBER_MAX];
    int64_t no;
    bool receipt = false;
    if (!gt_txn_number_read(text, &no)) {
        receipt = gt_receipt_number_read(text, operator_no, &no);
        no = receipt ? gt_txn_of_receipt(tx, operator_no, no) : 0;
    }
    if (!visible(tx, page, no, &txn))
        return false;
    (void)snprintf(found->path, sizeof found->path, "/console/txn?id=%" PRId64, txn.id);
    (void)snprintf(found->name, sizeof found->name, "%s",
                   receipt ? text : gt_txn_number(txn.id, number));
    found->kind = receipt ? "search.receipt" : "search.txn";
    return true;
}

GT_FINDER(txn, find_number);

/* A customer is known by a transaction of theirs that the visitor may see. */
static bool find_customer(struct gt_tx *tx, struct gt_page *page, const char *text,
                          struct gt_found *found)
{
    struct gt_txn_hunt hunt = {.grants = gt_who_of(page)->visit.grants};
    struct gt_txn_found rows;
    static const char fit[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-";
    if (strlen(text) > 32 || text[strspn(text, fit)] ||
        !gt_grants_anywhere(&hunt.grants, GT_RIGHT_TXN_VIEW))
        return false;
    struct gt_txn_line *line = calloc(1, sizeof *line);
    if (!line)
        return false;
    gt_scope_around(&hunt.grants, GT_RIGHT_TXN_VIEW, hunt.path);
    (void)snprintf(hunt.customer_no, sizeof hunt.customer_no, "%s", text);
    hunt.find.to = 99991231;
    gt_txn_hunt_go(tx, &hunt, line, 1, &rows);
    if (rows.n == 1) {
        char name[sizeof line->txn.customer_name];
        gt_mask_name(line->txn.customer_name, name, sizeof name);
        (void)snprintf(found->path, sizeof found->path, "/console/txns?customer=%s", text);
        (void)snprintf(found->name, sizeof found->name, "%s %.200s", text, name);
        found->kind = "search.customer";
    }
    free(line);
    return rows.n == 1;
}

GT_FINDER(txn_customer, find_customer);
