/*
 * One slip: its state and what may be done now, what it is made of, what it has posted, pictures of
 * the bank's slip, history.
 *
 * Not here: the doing (slip_step.c).  The postings are told by the rule that makes them, which the
 * auditor holds every posting against.
 */
#include "slip.h"

#include "access/terminal.h"
#include "access/user.h"
#include "base/text.h"
#include "history.h"
#include "search.h"
#include "staff/attached.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHIFTS 50

struct found {
    struct gt_slip_found is;
    struct gt_slip_line lines[GT_SLIP_LINES];
    char source[GT_SLIP_LINES][GT_TERMINAL_NO_MAX];
    size_t nlines;
    struct gt_shift shifts[SHIFTS];
    size_t nshifts;
    char maker[241], receiver[241], banker[241];
    struct gt_attachment attached[GT_ATTACH_MOST];
    size_t nattached;
    struct gt_history history;
};

static void read_name(struct gt_tx *tx, int64_t user_id, char out[241])
{
    struct gt_user user;
    out[0] = '\0';
    if (user_id > 0 && gt_row_find(tx, &gt_user_row, user_id, &user))
        (void)snprintf(out, 241, "%s", user.name);
}

static enum gt_err read_in(struct gt_tx *tx, void *arg)
{
    struct found *f = arg;
    struct gt_terminal terminal;
    char object[40];
    gt_slip_find(tx, &f->is);
    if (!f->is.there)
        return gt_tx_err(tx);
    const struct gt_slip *slip = &f->is.slip;
    f->nlines = gt_slip_lines(tx, slip, f->lines);
    for (size_t i = 0; i < f->nlines; i++) {
        f->source[i][0] = '\0';
        if (f->lines[i].source_id &&
            gt_row_find(tx, &gt_terminal_row, f->lines[i].source_id, &terminal))
            (void)snprintf(f->source[i], sizeof f->source[i], "%s", terminal.terminal_no);
    }
    f->nshifts = gt_slip_shifts(tx, slip, f->shifts, SHIFTS);
    read_name(tx, slip->maker_id, f->maker);
    read_name(tx, slip->received_by, f->receiver);
    read_name(tx, slip->banked_by, f->banker);
    f->nattached = gt_attachments_of(tx, GT_ATTACH_SLIP, slip->id, f->attached);
    (void)snprintf(object, sizeof object, "slip %" PRId64, slip->id);
    gt_history_read(tx, GT_ARGS("remit"), object, &f->history);
    return gt_tx_err(tx);
}

/* --- what it has posted */

/* "safe:5" in words: the safe of whom. */
static void set_code(struct gt_page *page, const struct found *f, const char *code,
                     const char *leaf)
{
    char word[64], of[24];
    size_t n = strcspn(code, ":");
    const struct gt_org *org = NULL;
    (void)snprintf(word, sizeof word, "slip.code_%.*s", (int)n, code);
    if (code[n]) {
        (void)snprintf(of, sizeof of, "%" PRId64, f->is.org.id);
        org = strcmp(code + n + 1, of) == 0 ? &f->is.org : &f->is.to_org;
    }
    gt_page_set(page, gt_page_word(page, word), "%s.Code", leaf);
    gt_page_set(page, org ? org->name : "", "%s.Of", leaf);
}

static void show_posting(struct gt_page *page, const struct found *f, enum gt_posting_kind kind,
                         int64_t date, int *rows)
{
    struct gt_line lines[GT_LEDGER_LINES];
    int n = gt_slip_entries(&f->is.slip, kind, lines);
    char day[16];
    (void)snprintf(day, sizeof day, "%04d-%02d-%02d", (int)(date / 10000 % 10000),
                   (int)(date / 100 % 100), (int)(date % 100));
    for (int i = 0; i < n; i++) {
        char leaf[32];
        (void)snprintf(leaf, sizeof leaf, "Entry.%d", (*rows)++);
        gt_page_set_date(page, date, "%s.Date", leaf);
        set_code(page, f, lines[i].code, leaf);
        gt_page_set(page, lines[i].code, "%s.Account", leaf);
        gt_page_set(page, day, "%s.Day", leaf);
        if (lines[i].amount > 0)
            gt_page_set_money(page, lines[i].amount, "%s.Debit", leaf);
        else
            gt_page_set_money(page, -lines[i].amount, "%s.Credit", leaf);
    }
}

static void show_postings(struct gt_page *page, const struct found *f)
{
    const struct gt_slip *slip = &f->is.slip;
    int rows = 0;
    /* All its postings stand in the books of the account that sends. */
    if (gt_page_may(page, GT_RIGHT_LEDGER_VIEW, f->is.org.path))
        gt_page_set_int(page, slip->account_id, "Slip.Keeper");
    if (slip->kind == GT_ACCOUNT_SAFE)
        show_posting(page, f, GT_POSTING_SLIP_SENT, slip->made_date, &rows);
    if (slip->state == GT_SLIP_RETURNED && slip->kind == GT_ACCOUNT_SAFE)
        show_posting(page, f, GT_POSTING_SLIP_RETURNED, slip->received_date, &rows);
    if (slip->state == GT_SLIP_RECEIVED && !slip->to_bank)
        show_posting(page, f, GT_POSTING_SLIP_RECEIVED, slip->received_date, &rows);
    if (slip->state == GT_SLIP_BANKED)
        show_posting(page, f, GT_POSTING_SLIP_BANKED, slip->banked_date, &rows);
}

/* --- what may be done */

/* Says whether a step could be done now, or why not: then `why` is not "". */
static enum gt_err look_at(struct gt_page *page, const struct found *f, enum gt_slip_state to,
                           const char *leaf, char why[512])
{
    struct gt_refusal no;
    enum gt_err err = gt_remit_could(&gt_who_of(page)->by, f->is.id, to, &no);
    why[0] = '\0';
    if (err == GT_OK) {
        gt_page_set(page, "1", "May.%s", leaf);
        return GT_OK;
    }
    if (no.why == GT_WHY_NONE)
        return err;
    if (no.why == GT_WHY_ABSENT) /* it is for people of another part of the tree */
        (void)snprintf(why, 512, "%s%s", gt_page_word(page, "slip.waits_for"), f->is.to_org.name);
    else
        gt_refusal_text(&no, page->lang == GT_LANG_EN, why, 512);
    return GT_OK;
}

static enum gt_err show_steps(struct gt_page *page, const struct found *f)
{
    const struct gt_slip *slip = &f->is.slip;
    char receive[512] = "", back[512] = "";
    enum gt_err err = GT_OK;
    if (slip->state == GT_SLIP_SUBMITTED) {
        err = look_at(page, f, GT_SLIP_RECEIVED, "Receive", receive);
        if (err == GT_OK)
            err = look_at(page, f, GT_SLIP_RETURNED, "Return", back);
    } else if (slip->state == GT_SLIP_RECEIVED && slip->to_bank) {
        err = look_at(page, f, GT_SLIP_BANKED, "Bank", receive);
    }
    gt_page_set(page, receive, "Why");
    if (strcmp(receive, back) != 0) /* the same reason twice says nothing */
        gt_page_set(page, back, "WhyReturn");
    return err;
}

/* --- the page */

static void show_lines(struct gt_page *page, const struct found *f)
{
    for (size_t i = 0; i < f->nlines; i++) {
        gt_page_set(page, f->source[i], "Line.%zu.Source", i);
        gt_page_set_int(page, f->lines[i].first_no, "Line.%zu.First", i);
        gt_page_set_int(page, f->lines[i].last_no, "Line.%zu.Last", i);
        gt_page_set_money(page, f->lines[i].amount, "Line.%zu.Amount", i);
    }
    for (size_t i = 0; i < f->nshifts; i++) {
        const struct gt_shift *shift = &f->shifts[i];
        gt_page_set_int(page, shift->shift_no, "Shift.%zu.No", i);
        gt_page_set_time(page, shift->closed_at, "Shift.%zu.At", i);
        gt_page_set_money(page, shift->difference, "Shift.%zu.Difference", i);
        gt_page_set_money(page, shift->repaid, "Shift.%zu.Repaid", i);
        gt_page_set(page, shift->note, "Shift.%zu.Note", i);
    }
}

static void show_facts(struct gt_page *page, const struct found *f)
{
    const struct gt_slip *slip = &f->is.slip;
    gt_page_set(page, f->maker, "Slip.Maker");
    gt_page_set_money(page, slip->prepaid, "Slip.Prepaid");
    if (slip->amount > slip->due)
        gt_page_set_money(page, slip->amount - slip->due, "Slip.More");
    if (slip->kind == GT_ACCOUNT_CASHIER)
        gt_page_set(page, "1", "Slip.Cashier");
    gt_page_set(page, f->receiver, "Slip.Receiver");
    gt_page_set_time(page, slip->received_at, "Slip.ReceivedAt");
    gt_page_set(page, f->banker, "Slip.Banker");
    gt_page_set_time(page, slip->banked_at, "Slip.BankedAt");
    gt_page_set(page, slip->bank, "Slip.BankName");
    gt_page_set(page, slip->bank_no, "Slip.BankNo");
    if (slip->bank_date)
        gt_page_set_date(page, slip->bank_date, "Slip.BankDate");
    gt_page_set(page, slip->note, "Slip.Note");
    if (slip->state == GT_SLIP_RETURNED)
        gt_page_set(page, "1", "Slip.Returned");
}

static enum gt_err show_all(struct gt_page *page, const struct found *f)
{
    bool own = f->is.slip.maker_id == gt_who_of(page)->visit.user.id;
    gt_slip_set(page, &f->is, "Slip");
    show_facts(page, f);
    show_lines(page, f);
    show_postings(page, f);
    gt_attached_show(page, f->attached, f->nattached, "/console/remit/picture");
    if (own || gt_page_may(page, GT_RIGHT_REMIT_CONFIRM, f->is.to_org.path))
        gt_page_set(page, "1", "May.Attach");
    gt_history_show(page, &f->history);
    enum gt_err err = show_steps(page, f);
    return err == GT_OK ? gt_page_show(page, "slip") : err;
}

static enum gt_err show(struct gt_page *page)
{
    int64_t id;
    if (!gt_page_id(page, "id", &id))
        return gt_page_error(page, 404);
    struct found *f = calloc(1, sizeof *f);
    if (!f)
        return gt_err_set(GT_ERR_NOMEM, "no memory for a slip");
    f->is.page = page;
    f->is.id = id;
    enum gt_err err = gt_page_read(page, "slip.show", read_in, f);
    if (err == GT_OK)
        err = f->is.there ? show_all(page, f) : gt_page_error(page, 404);
    free(f);
    return err;
}

GT_ROUTE(slip, .path = "/console/remit/slip", .name = "slip", .get = show,
         .right = GT_RIGHT_REMIT_VIEW, .object = "slip", .under = "slips");

/* --- a picture of it */

static bool may_see(struct gt_tx *tx, int64_t owner_id, void *page)
{
    struct gt_slip_found is = {.page = page, .id = owner_id};
    gt_slip_find(tx, &is);
    return is.there;
}

static enum gt_err send_picture(struct gt_page *page)
{
    return gt_attached_send(page, GT_ATTACH_SLIP, may_see, page);
}

GT_ROUTE(slip_picture, .path = "/console/remit/picture", .name = "slip", .get = send_picture,
         .right = GT_RIGHT_REMIT_VIEW, .object = "attachment", .under = "slips");

/* --- the search box */

static bool find(struct gt_tx *tx, struct gt_page *page, const char *text, struct gt_found *found)
{
    struct gt_slip_found is = {.page = page};
    if (!gt_slip_named(tx, text, &is.slip))
        return false;
    is.id = is.slip.id;
    gt_slip_find(tx, &is);
    if (!is.there)
        return false;
    (void)snprintf(found->path, sizeof found->path, "/console/remit/slip?id=%" PRId64, is.id);
    (void)snprintf(found->name, sizeof found->name, "%s", is.name);
    found->kind = "slip.title";
    return true;
}

GT_FINDER(slip, find);
