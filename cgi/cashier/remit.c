/*
 * Remittance: what of one's account waits, the slip that is made of it, and the slips so far.
 *
 * A cashier sends what closed shifts took to the station's safe, an agent to the bureau's bank.
 * Confirming is for others, in the console.
 */
#include "cashier.h"

#include "base/money.h"
#include "books/remit.h"
#include "staff/attached.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define SLIPS_MOST 8

enum { F_AMOUNT, F_BANK, F_BANK_NO, F_BANK_DATE, F_KEY, F__MAX };
static const struct gt_field fields[F__MAX] = {
    [F_AMOUNT] = {"amount", GT_FIELD_MONEY, .required = true, .least = 1, .most = INT64_MAX},
    [F_BANK] = {"bank", GT_FIELD_LINE, .most = 40},
    [F_BANK_NO] = {"bank_no", GT_FIELD_LINE, .most = 40},
    [F_BANK_DATE] = {"bank_date", GT_FIELD_DATE},
    [F_KEY] = {"key", GT_FIELD_HIDDEN, .required = true, .least = 1, .most = INT64_MAX},
};

struct look {
    int64_t account_id, id; /* the slip that the address names */
    bool found;
    struct gt_slip slip;
    struct gt_slip_line lines[GT_SLIP_LINES];
    size_t nlines;
    struct gt_slip past[SLIPS_MOST];
    size_t npast;
    int64_t lacks; /* fen of earlier shorts */
    struct gt_attachment attached[GT_ATTACH_MOST];
    size_t nattached;
};

static enum gt_err look_in(struct gt_tx *tx, void *arg)
{
    struct look *l = arg;
    l->found = l->id && gt_row_find(tx, &gt_slip_row, l->id, &l->slip) &&
               l->slip.account_id == l->account_id;
    l->nlines = l->found ? gt_slip_lines(tx, &l->slip, l->lines) : 0;
    l->nattached = l->found ? gt_attachments_of(tx, GT_ATTACH_SLIP, l->id, l->attached) : 0;
    l->npast = gt_slips_of(tx, l->account_id, 0, l->past, SLIPS_MOST);
    l->lacks = gt_short_of(tx, l->account_id);
    return gt_tx_err(tx);
}

/* Sets <prefix>.Word and .Kind: the state of a slip. */
static void show_state(struct gt_page *page, const struct gt_slip *slip, const char *prefix)
{
    static const char *const kinds[GT_SLIP__MAX] = {"", "pending", "posted", "posted", "declined"};
    char word[40];
    (void)snprintf(word, sizeof word, "cashier.slip_%s",
                   gt_slip_state_name((enum gt_slip_state)slip->state));
    gt_page_set(page, gt_page_word(page, word), "%s.Word", prefix);
    gt_page_set(page, kinds[slip->state], "%s.Kind", prefix);
}

static void show_past(struct gt_page *page, const struct look *l)
{
    for (size_t i = 0; i < l->npast; i++) {
        char prefix[32];
        (void)snprintf(prefix, sizeof prefix, "Past.%zu", i);
        show_state(page, &l->past[i], prefix);
        gt_page_set_int(page, l->past[i].id, "%s.Id", prefix);
        gt_page_set_int(page, l->past[i].slip_no, "%s.No", prefix);
        gt_page_set_money(page, l->past[i].amount, "%s.Amount", prefix);
        gt_page_set_date(page, l->past[i].made_date, "%s.Date", prefix);
    }
}

/* --- what waits */

static void show_offer(struct gt_page *page, const struct gt_remit_offer *offer)
{
    for (int i = 0; i < offer->nseries; i++) {
        const struct gt_remit_series *series = &offer->series[i];
        gt_page_set(page, series->name, "Series.%d.Name", i);
        gt_page_set_int(page, series->first_no, "Series.%d.First", i);
        gt_page_set_int(page, series->last_no, "Series.%d.Last", i);
        gt_page_set_money(page, series->amount, "Series.%d.Amount", i);
        if (series->last_no >= series->first_no)
            gt_page_set(page, "1", "Series.%d.Some", i);
        if (series->next_no)
            gt_page_set_int(page, series->next_no, "Series.%d.Next", i);
    }
    gt_page_set_int(page, offer->shifts, "Offer.Shifts");
    gt_page_set_money(page, offer->over, "Offer.Over");
    gt_page_set_money(page, offer->prepaid, "Offer.Prepaid");
    gt_page_set_money(page, offer->due, "Offer.Due");
    if (offer->due > 0)
        gt_page_set(page, "1", "Offer.Some");
    if (offer->to_bank)
        gt_page_set(page, "1", "Offer.Bank");
    if (offer->reversing)
        gt_page_set_int(page, offer->reversing, "Offer.Reversing");
}

static enum gt_err show_due(struct gt_page *page, const struct gt_actor *actor,
                            struct gt_form *form)
{
    struct gt_remit_form asked = {.account_id = actor->user.account_id};
    struct gt_refusal no = {.why = GT_WHY_NONE};
    struct look *l = calloc(1, sizeof *l);
    struct gt_remit_offer *offer = calloc(1, sizeof *offer);
    int64_t key = 0;
    char amount[GT_MONEY_MAX];
    enum gt_err err =
        l && offer ? GT_OK : gt_err_set(GT_ERR_NOMEM, "no memory for what is to be remitted");
    if (err == GT_OK)
        err = gt_remit_offer(&gt_who_of(page)->by, &asked, offer, &no);
    if (err == GT_OK) {
        l->account_id = actor->user.account_id;
        err = gt_page_read(page, "cashier.slips", look_in, l);
    }
    if (err == GT_OK && !form->value[F_KEY].text[0])
        err = gt_window_trace(&gt_who_of(page)->by, &key);
    if (err == GT_OK) {
        show_offer(page, offer);
        show_past(page, l);
        if (l->lacks > 0)
            gt_page_set_money(page, l->lacks, "Short.Lacks");
        if (key) /* a new form: for all that is due, as nothing else is taken of a cashier */
            gt_form_put(form, F_AMOUNT, gt_money_format(offer->due, amount));
        gt_form_show(form);
        if (key)
            gt_page_set_int(page, key, "Form.key.Value");
        err = gt_cashier_show(page, actor, "cashier_remit");
    } else if (no.why != GT_WHY_NONE) {
        err = gt_page_error(page, 404);
    }
    free(offer);
    free(l);
    return err;
}

static enum gt_err show(struct gt_page *page)
{
    struct gt_actor actor;
    struct gt_form form;
    enum gt_err err = gt_cashier_open(page, &actor);
    if (err != GT_OK || page->done)
        return err;
    gt_form_start(page, fields, F__MAX, &form);
    return show_due(page, &actor, &form);
}

static enum gt_err submit(struct gt_page *page)
{
    struct gt_actor actor;
    struct gt_form form;
    struct gt_refusal no = {.why = GT_WHY_NONE};
    char path[64];
    int64_t id = 0;
    enum gt_err err = gt_cashier_open(page, &actor);
    if (err != GT_OK || page->done)
        return err;
    if (!gt_form_read(page, fields, F__MAX, &form))
        return show_due(page, &actor, &form);
    struct gt_remit_form asked = {.account_id = actor.user.account_id,
                                  .amount = form.value[F_AMOUNT].number,
                                  .bank = form.value[F_BANK].text,
                                  .bank_no = form.value[F_BANK_NO].text,
                                  .bank_date = form.value[F_BANK_DATE].number,
                                  .key = form.value[F_KEY].text};
    err = gt_remit_submit(&gt_who_of(page)->by, &asked, &id, &no);
    if (err == GT_OK) {
        (void)snprintf(path, sizeof path, "/cashier/slip?id=%" PRId64, id);
        return gt_page_go(page, path);
    }
    err = gt_page_refused(&form, err, &no);
    return err != GT_OK || page->done ? err : show_due(page, &actor, &form);
}

GT_ROUTE(remit, .path = "/cashier/remit", .name = "cashier", .get = show, .post = submit,
         .right = GT_RIGHT_COLLECT);

/* --- a slip */

static void show_slip(struct gt_page *page, const struct look *l)
{
    const struct gt_slip *slip = &l->slip;
    show_state(page, slip, "Slip");
    gt_page_set_int(page, slip->id, "Slip.Id");
    gt_page_set_int(page, slip->slip_no, "Slip.No");
    gt_page_set_money(page, slip->amount, "Slip.Amount");
    gt_page_set_money(page, slip->due, "Slip.Due");
    gt_page_set_time(page, slip->made_at, "Slip.At");
    gt_page_set(page, slip->bank, "Slip.Bank");
    gt_page_set(page, slip->bank_no, "Slip.BankNo");
    gt_page_set_date(page, slip->bank_date, "Slip.BankDate");
    gt_page_set(page, slip->note, "Slip.Note");
    gt_page_set_int(page, slip->shifts, "Slip.Shifts");
    for (size_t i = 0; i < l->nlines; i++) {
        gt_page_set_int(page, l->lines[i].first_no, "Line.%zu.First", i);
        gt_page_set_int(page, l->lines[i].last_no, "Line.%zu.Last", i);
        gt_page_set_money(page, l->lines[i].amount, "Line.%zu.Amount", i);
    }
}

static enum gt_err show_one(struct gt_page *page)
{
    struct gt_actor actor;
    enum gt_err err = gt_cashier_open(page, &actor);
    if (err != GT_OK || page->done)
        return err;
    struct look *l = calloc(1, sizeof *l);
    if (!l)
        return gt_err_set(GT_ERR_NOMEM, "no memory for a slip");
    l->account_id = actor.user.account_id;
    if (gt_page_id(page, "id", &l->id))
        err = gt_page_read(page, "cashier.slip", look_in, l);
    if (err == GT_OK && !l->found)
        err = gt_page_error(page, 404);
    if (err == GT_OK && !page->done) {
        show_slip(page, l);
        gt_attached_show(page, l->attached, l->nattached, "/cashier/slip/picture");
        show_past(page, l);
        err = gt_cashier_show(page, &actor, "cashier_slip");
    }
    free(l);
    return err;
}

GT_ROUTE(slip, .path = "/cashier/slip", .name = "cashier", .get = show_one,
         .right = GT_RIGHT_COLLECT, .object = "slip");
