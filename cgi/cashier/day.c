/*
 * Who collects here, and the day beside every page: credit and the last transactions.
 */
#include "cashier.h"

#include "till/cash_back.h"
#include "till/credit.h"
#include "till/receipt.h"
#include "till/search.h"
#include "till/shift.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LAST_MOST 5
#define LOOK      20 /* among these are the last that moved money */
/* The bar of credit, in units of its drawing. */
#define BAR 100

static enum gt_err refuse(struct gt_page *page, enum gt_outcome outcome)
{
    if (page->route->object) /* who collects nothing has none */
        return gt_page_error(page, 404);
    gt_cashier_says(page, outcome, "", "None");
    return gt_page_show(page, "cashier_none");
}

enum gt_err gt_cashier_open(struct gt_page *page, struct gt_actor *actor)
{
    struct gt_who *who = gt_who_of(page);
    if (!who->visit.user.account_id)
        return refuse(page, GT_OUT_NO_ACCOUNT);
    enum gt_err err = gt_window_open(&who->by, actor);
    if (err != GT_OK)
        return err;
    if (actor->terminal.state != GT_ENABLED)
        return refuse(page, GT_OUT_TERMINAL_DISABLED);
    return actor->user.id ? GT_OK : refuse(page, GT_OUT_OPERATOR_UNKNOWN);
}

/* --- words */

void gt_cashier_says(struct gt_page *page, enum gt_outcome outcome, const char *said,
                     const char *prefix)
{
    const struct gt_outcome_info *info = gt_outcome_info(outcome);
    gt_page_set(page, page->lang == GT_LANG_EN ? info->en : info->zh, "%s.Text", prefix);
    gt_page_set_int(page, info->number, "%s.Code", prefix);
    if (strcmp(said, info->zh) != 0)
        gt_page_set(page, said, "%s.Said", prefix);
}

void gt_cashier_txn(struct gt_page *page, const struct gt_txn *txn, const char *prefix)
{
    const char *standing = gt_standing_name(gt_txn_standing(txn));
    const char *op = gt_op_name((enum gt_op)txn->op);
    const char *kind = gt_txn_standing(txn) == GT_STANDING_REVERSING ? "pending" : standing;
    gt_page_set(page, gt_txn_word(page->site->words, page->lang, "op", op), "%s.Op", prefix);
    gt_txn_set_state(page, prefix, kind, "state", standing);
}

enum gt_err gt_cashier_go_done(struct gt_page *page, int64_t trace_no)
{
    char path[64];
    (void)snprintf(path, sizeof path, "/cashier/done?trace=%" PRId64, trace_no);
    return gt_page_go(page, path);
}

/* --- the day */

struct day {
    const struct gt_actor *actor;
    struct gt_state state;
    struct gt_account account;
    struct gt_txn txns[LOOK];
    struct gt_txn_found found;
    struct gt_shift shift;     /* not closed yet; id 0: none */
    struct gt_receipt receipt; /* of the last that has one; id 0: none */
    int64_t warn;
    int64_t untold, untold_id; /* released, and not told what became of the cash; the newest */
};

/* Looks for released sales whose cash was not told of, among the last. */
static void find_untold(struct gt_tx *tx, struct day *d)
{
    struct gt_cash_back back;
    d->untold = d->untold_id = 0;
    for (size_t i = 0; i < d->found.n; i++) {
        const struct gt_txn *txn = &d->txns[i];
        if (!gt_cash_back_asked(tx, txn) || gt_row_find(tx, &gt_cash_back_row, txn->id, &back))
            continue;
        d->untold_id = d->untold++ ? d->untold_id : txn->id;
    }
}

/* Confirmations and rewrites of cards are steps of a sale, and stand in its page. */
static void keep_money(struct day *d)
{
    size_t kept = 0;
    for (size_t i = 0; i < d->found.n && kept < LAST_MOST; i++) {
        if (gt_op_is_money((enum gt_op)d->txns[i].op))
            d->txns[kept++] = d->txns[i];
    }
    d->found.n = kept;
}

static enum gt_err read_in(struct gt_tx *tx, void *arg)
{
    struct day *d = arg;
    gt_state_read(tx, &d->state);
    struct gt_txn_find find = {.path = "/",
                               .from = d->state.biz_date,
                               .to = d->state.biz_date,
                               .account_id = d->actor->user.account_id,
                               .user_id = d->actor->user.id};
    if (!gt_row_find(tx, &gt_account_row, d->actor->user.account_id, &d->account))
        return gt_tx_err(tx);
    d->warn = gt_param_get(tx, GT_PARAM_CREDIT_WARN, d->actor->org.path);
    d->found = (struct gt_txn_found){.n = 0};
    gt_txn_search(tx, &find, d->txns, LOOK, &d->found);
    if (!gt_shift_unsettled(tx, d->actor->user.id, &d->shift))
        d->shift.id = 0;
    find_untold(tx, d);
    keep_money(d);
    d->receipt.id = 0;
    for (size_t i = 0; i < d->found.n; i++) {
        if (gt_row_find(tx, &gt_receipt_row, d->txns[i].id, &d->receipt))
            break;
        d->receipt.id = 0;
    }
    return gt_tx_err(tx);
}

/* A part of the whole in units of the bar; 0 for nothing of nothing. */
static int64_t share(int64_t part, int64_t whole)
{
    if (part <= 0 || whole <= 0)
        return 0;
    return part >= whole ? BAR : part / (whole / BAR > 0 ? whole / BAR : 1);
}

static void show_credit(struct gt_page *page, const struct day *d)
{
    const struct gt_account *a = &d->account;
    int64_t whole = a->deposit + a->credit_limit;
    int64_t used = share(a->unremitted, whole), held = share(a->held, whole);
    if (used > BAR)
        used = BAR;
    gt_page_set_money(page, gt_account_available(a), "Day.Available");
    gt_page_set_money(page, whole, "Day.Whole");
    gt_page_set_money(page, a->unremitted, "Day.Unremitted");
    gt_page_set_money(page, a->held, "Day.Held");
    gt_page_set_int(page, used, "Day.Used");
    gt_page_set_int(page, held > BAR - used ? BAR - used : held, "Day.HeldShare");
    if (a->held)
        gt_page_set(page, "1", "Day.IsHeld");
    if (a->state != GT_ACCOUNT_ENABLED)
        gt_page_set(page, "1", "Day.Suspended");
    else if (gt_credit_warns(a, d->warn))
        gt_page_set(page, "1", "Day.Warns");
}

static void show_shift(struct gt_page *page, const struct gt_shift *shift)
{
    char time[GT_TIME_MAX];
    if (!shift->id)
        return;
    (void)gt_time_format(shift->opened_at, page->site->tz_minutes, time);
    time[16] = '\0'; /* to the minute */
    gt_page_set_int(page, shift->shift_no, "Day.ShiftNo");
    gt_page_set(page, time + 5, "Day.ShiftSince");
    if (shift->state == GT_SHIFT_OPEN)
        gt_page_set(page, "1", "Day.ShiftOpen");
}

static void show_last(struct gt_page *page, const struct day *d)
{
    if (d->untold) {
        gt_page_set_int(page, d->untold, "Day.Untold");
        gt_page_set_int(page, d->untold_id, "Day.UntoldId");
    }
    if (d->receipt.id) {
        gt_page_set_int(page, d->receipt.id, "Day.LastId");
        gt_page_set_int(page, d->receipt.prints, "Day.LastPrints");
    }
    for (size_t i = 0; i < d->found.n; i++) {
        const struct gt_txn *txn = &d->txns[i];
        char prefix[32], time[GT_TIME_MAX];
        (void)snprintf(prefix, sizeof prefix, "Last.%zu", i);
        gt_cashier_txn(page, txn, prefix);
        (void)gt_time_format(txn->created_at, page->site->tz_minutes, time);
        gt_page_set(page, time + 11, "%s.Time", prefix);
        gt_page_set(page, txn->customer_no, "%s.Customer", prefix);
        gt_page_set_money(page, txn->amount + txn->fee, "%s.Amount", prefix);
        gt_page_set_int(page, txn->id, "%s.Id", prefix);
        if (gt_card_waits(txn))
            gt_txn_set_state(page, prefix, "doubt", "card", "to_write");
    }
}

enum gt_err gt_cashier_show(struct gt_page *page, const struct gt_actor *actor, const char *name)
{
    struct day *d = calloc(1, sizeof *d);
    if (!d)
        return gt_err_set(GT_ERR_NOMEM, "no memory for the day");
    d->actor = actor;
    enum gt_err err = gt_page_read(page, "cashier.day", read_in, d);
    if (err == GT_OK) {
        gt_page_set(page, gt_staff_of(page)->start->conf.bridge, "Bridge");
        show_credit(page, d);
        show_shift(page, &d->shift);
        show_last(page, d);
        err = gt_page_show(page, name);
    }
    free(d);
    return err;
}
