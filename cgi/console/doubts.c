/*
 * In doubt: what has no outcome yet, the oldest first; asking upstream about one; asking for a
 * decision by two persons.
 *
 * The worker asks by itself all the time: the button is for who has the customer in front of them.
 */
#include "txn.h"

#include "base/text.h"
#include "scope.h"
#include "till/decide.h"
#include "till/list.h"
#include "till/resolve.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE 50

struct row {
    struct gt_doubt doubt;
    char org_name[289];
    bool sees, decides, waits;
};

struct found {
    struct gt_page *page;
    int64_t after;
    struct gt_doubt doubts[PAGE + 1];
    struct row rows[PAGE];
    size_t n;
    int64_t next; /* keyset of the next page, 0: none */
};

static void complete(struct gt_tx *tx, struct gt_page *page, struct gt_orgs_seen *seen,
                     struct row *row)
{
    struct gt_approval waiting;
    struct gt_org org;
    row->sees = gt_org_seen(tx, seen, row->doubt.txn.org_id, &org) &&
                gt_page_may(page, GT_RIGHT_TXN_VIEW, org.path);
    if (!row->sees)
        return;
    memcpy(row->org_name, org.name, sizeof row->org_name);
    row->decides = gt_page_may(page, GT_RIGHT_TXN_DECIDE, org.path);
    row->waits = gt_decide_waiting(tx, row->doubt.txn.id, &waiting);
}

static enum gt_err read_in(struct gt_tx *tx, void *arg)
{
    struct found *f = arg;
    char path[201];
    gt_scope_around(&gt_who_of(f->page)->visit.grants, GT_RIGHT_TXN_VIEW, path);
    size_t n = gt_doubt_list(tx, path, f->after, f->doubts, PAGE + 1);
    struct gt_orgs_seen seen = {.n = 0};
    f->n = 0;
    f->next = n > PAGE ? f->doubts[PAGE - 1].txn.id : 0;
    for (size_t i = 0; i < n && i < PAGE; i++) {
        f->rows[f->n].doubt = f->doubts[i];
        complete(tx, f->page, &seen, &f->rows[f->n]);
        f->n += f->rows[f->n].sees;
    }
    return gt_tx_err(tx);
}

/* "3 h 20 min": how long it has been so. */
static void set_age(struct gt_page *page, int64_t ms, size_t i)
{
    char days[24], hours[24], minutes[24], leaf[32];
    int64_t all = ms / 60000;
    (void)snprintf(days, sizeof days, "%" PRId64, all / 1440);
    (void)snprintf(hours, sizeof hours, "%" PRId64, all / 60 % 24);
    (void)snprintf(minutes, sizeof minutes, "%" PRId64, all % 60);
    (void)snprintf(leaf, sizeof leaf, "Doubt.%zu.Age", i);
    gt_page_set_word(page, leaf,
                     all >= 1440 ? "doubts.age_days"
                     : all >= 60 ? "doubts.age_hours"
                                 : "doubts.age_minutes",
                     GT_ARGS(days, hours, minutes));
}

static void set_row(struct gt_page *page, const struct row *row, size_t i)
{
    const struct gt_staff *console = gt_console_of(page);
    const struct gt_txn *txn = &row->doubt.txn;
    const char *standing = gt_standing_name(gt_txn_standing(txn));
    int64_t now = gt_now(console->clock);
    bool rests = gt_doubt_rests(txn, now, console->till.answer_ms);
    char text[GT_TXN_NUMBER_MAX], name[sizeof txn->customer_name], prefix[40];
    gt_mask_name(txn->customer_name, name, sizeof name);
    (void)snprintf(prefix, sizeof prefix, "Doubt.%zu.State", i);
    gt_page_set_int(page, txn->id, "Doubt.%zu.Id", i);
    gt_page_set(page, gt_txn_number(txn->id, text), "Doubt.%zu.Number", i);
    gt_page_set_time(page, txn->created_at, "Doubt.%zu.At", i);
    set_age(page, now > txn->created_at ? now - txn->created_at : 0, i);
    gt_page_set(page,
                gt_txn_word(page->site->words, page->lang, "op", gt_op_name((enum gt_op)txn->op)),
                "Doubt.%zu.Op", i);
    gt_page_set(page, txn->customer_no, "Doubt.%zu.Customer", i);
    gt_page_set(page, name, "Doubt.%zu.Name", i);
    gt_page_set_money(page, txn->amount + txn->fee, "Doubt.%zu.Amount", i);
    gt_txn_set_state(page, prefix, standing, "state", standing);
    gt_page_set(page, txn->system, "Doubt.%zu.System", i);
    gt_page_set(page, row->org_name, "Doubt.%zu.Org", i);
    gt_page_set(page, txn->operator_no, "Doubt.%zu.Operator", i);
    gt_page_set_int(page, row->doubt.tries, "Doubt.%zu.Tries", i);
    if (rests)
        gt_page_set(page, "1", "Doubt.%zu.Rests", i);
    if (row->waits)
        gt_page_set(page, "1", "Doubt.%zu.Waits", i);
    else if (row->decides && rests)
        gt_page_set(page, "1", "Doubt.%zu.Decides", i);
}

static enum gt_err show(struct gt_page *page)
{
    struct gt_list list;
    struct found *f = calloc(1, sizeof *f);
    if (!f)
        return gt_err_set(GT_ERR_NOMEM, "no memory for a list");
    gt_list_read(page, NULL, 0, NULL, &list);
    f->page = page;
    f->after = gt_list_after_id(&list);
    enum gt_err err = gt_page_read(page, "doubts.list", read_in, f);
    if (err == GT_OK) {
        for (size_t i = 0; i < f->n; i++)
            set_row(page, &f->rows[i], i);
        gt_list_show_id(&list, f->next);
        err = gt_page_show(page, "doubts");
    }
    free(f);
    return err;
}

GT_ROUTE(doubts, .path = "/console/doubts", .name = "doubts", .get = show,
         .right = GT_RIGHT_TXN_VIEW, .menu = GT_MENU_TXN + 20);

/* --- asking upstream */

static enum gt_err ask(struct gt_page *page)
{
    static const char *const words[GT_ASKED__MAX] = {"doubts.asked_decided", "doubts.asked_busy",
                                                     "doubts.asked_silent", "doubts.asked_early"};
    struct gt_staff *console = gt_console_of(page);
    struct gt_refusal no = {.why = GT_WHY_NONE};
    enum gt_asked asked = GT_ASKED_SILENT;
    char path[64], number[GT_TXN_NUMBER_MAX];
    int64_t id;
    if (!gt_page_id(page, "id", &id))
        return gt_page_error(page, 404);
    (void)snprintf(path, sizeof path, "/console/txn?id=%" PRId64, id);
    enum gt_err err = gt_resolve_now(&console->till, &gt_who_of(page)->by, id,
                                     console->start->conf.retry_ms, &asked, &no);
    if (err != GT_OK)
        return gt_page_refused_to(page, err, &no, path);
    gt_page_flash(page, asked == GT_ASKED_DECIDED ? "success" : "warning", words[asked],
                  GT_ARGS(gt_txn_number(id, number)));
    return gt_page_go(page, path);
}

GT_ROUTE(doubt_ask, .path = "/console/doubt/ask", .name = "doubts", .post = ask,
         .right = GT_RIGHT_TXN_VIEW, .object = "txn", .under = "doubts");
