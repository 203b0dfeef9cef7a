/*
 * Sending on what an organisation's safe received: which safes hold something, and the slip that
 * takes it a level up, or to the bureau's bank.
 */
#include "slip.h"

#include "base/clock.h"
#include "base/money.h"
#include "till/window.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define PAGE 50

/* --- safes */

struct safes {
    struct gt_page *page;
    int64_t after;
    struct gt_scopes scopes;
    struct gt_safe_line lines[GT_GRANTS_MAX * (PAGE + 1)];
    size_t n;
};

static int by_org(const void *a, const void *b)
{
    const struct gt_safe_line *one = a, *two = b;
    return (one->org.id > two->org.id) - (one->org.id < two->org.id);
}

static enum gt_err safes_in(struct gt_tx *tx, void *arg)
{
    struct safes *s = arg;
    s->n = 0;
    gt_scopes_read(tx, s->page, GT_RIGHT_REMIT_SEND, "", &s->scopes);
    for (size_t i = 0; i < s->scopes.n; i++)
        s->n += gt_safes_below(tx, s->scopes.path[i], s->after, s->lines + s->n, PAGE + 1);
    s->n = gt_rows_merge(s->lines, s->n, sizeof s->lines[0], PAGE + 1, by_org);
    return gt_tx_err(tx);
}

static enum gt_err show_safes(struct gt_page *page)
{
    struct gt_list list;
    struct safes *s = calloc(1, sizeof *s);
    if (!s)
        return gt_err_set(GT_ERR_NOMEM, "no memory for a list");
    gt_list_read(page, NULL, 0, NULL, &list);
    s->page = page;
    s->after = gt_list_after_id(&list);
    enum gt_err err = gt_page_read(page, "safes.list", safes_in, s);
    if (err == GT_OK) {
        for (size_t i = 0; i < s->n && i < PAGE; i++) {
            gt_page_set_int(page, s->lines[i].org.id, "Safe.%zu.Id", i);
            gt_page_set(page, s->lines[i].org.name, "Safe.%zu.Name", i);
            gt_page_set(page, s->lines[i].org.code, "Safe.%zu.Code", i);
            gt_page_set_money(page, s->lines[i].waiting, "Safe.%zu.Waiting", i);
            if (s->lines[i].waiting)
                gt_page_set(page, "1", "Safe.%zu.Some", i);
        }
        gt_list_show_id(&list, s->n > PAGE ? s->lines[PAGE - 1].org.id : 0);
        err = gt_page_show(page, "safes");
    }
    free(s);
    return err;
}

GT_ROUTE(safes, .path = "/console/remit/safes", .name = "safes", .get = show_safes,
         .right = GT_RIGHT_REMIT_SEND, .under = "slips");

/* --- a slip of one */

enum { F_AMOUNT, F_BANK, F_BANK_NO, F_BANK_DATE, F_KEY, F__MAX };
static const struct gt_field fields[F__MAX] = {
    [F_AMOUNT] = {"amount", GT_FIELD_MONEY, .required = true, .least = 1, .most = INT64_MAX},
    [F_BANK] = {"bank", GT_FIELD_LINE, .most = 40},
    [F_BANK_NO] = {"bank_no", GT_FIELD_LINE, .most = 40},
    [F_BANK_DATE] = {"bank_date", GT_FIELD_DATE},
    [F_KEY] = {"key", GT_FIELD_HIDDEN, .required = true, .least = 1, .most = INT64_MAX},
};

struct names {
    int64_t org_id, to_id;
    struct gt_org org, to;
};

static enum gt_err names_in(struct gt_tx *tx, void *arg)
{
    struct names *n = arg;
    (void)gt_row_find(tx, &gt_org_row, n->org_id, &n->org);
    (void)gt_row_find(tx, &gt_org_row, n->to_id, &n->to);
    return gt_tx_err(tx);
}

static void show_offer(struct gt_page *page, const struct gt_remit_offer *offer)
{
    const struct gt_remit_series *series = &offer->series[0];
    gt_page_set_money(page, offer->due, "Offer.Due");
    if (offer->due > 0)
        gt_page_set(page, "1", "Offer.Some");
    if (series->last_no >= series->first_no) {
        gt_page_set_int(page, series->first_no, "Offer.First");
        gt_page_set_int(page, series->last_no, "Offer.Last");
    }
    if (offer->to_bank)
        gt_page_set(page, "1", "Offer.Bank");
}

/* The form for what the safe holds; answers 404 where the visitor may not send. */
static enum gt_err show_due(struct gt_form *form, int64_t org_id)
{
    struct gt_page *page = form->page;
    struct gt_remit_form asked = {.org_id = org_id};
    struct gt_refusal no = {.why = GT_WHY_NONE};
    struct names names = {.org_id = org_id};
    char amount[GT_MONEY_MAX];
    int64_t key = 0;
    struct gt_remit_offer *offer = calloc(1, sizeof *offer);
    if (!offer)
        return gt_err_set(GT_ERR_NOMEM, "no memory for what is to be remitted");
    enum gt_err err = gt_remit_offer(&gt_who_of(page)->by, &asked, offer, &no);
    if (no.why != GT_WHY_NONE) {
        free(offer);
        return gt_page_error(page, 404);
    }
    names.to_id = offer->to_org_id;
    if (err == GT_OK)
        err = gt_page_read(page, "slip.send", names_in, &names);
    if (err == GT_OK && !form->value[F_KEY].text[0])
        err = gt_window_trace(&gt_who_of(page)->by, &key);
    if (err == GT_OK) {
        gt_page_set_int(page, org_id, "Safe.Id");
        gt_page_set(page, names.org.name, "Safe.Name");
        gt_page_set(page, names.to.name, "Safe.To");
        show_offer(page, offer);
        if (key)
            gt_form_put(form, F_AMOUNT, gt_money_format(offer->due, amount));
        gt_form_show(form);
        if (key)
            gt_page_set_int(page, key, "Form.key.Value");
        err = gt_page_show(page, "slip_send");
    }
    free(offer);
    return err;
}

static enum gt_err show_send(struct gt_page *page)
{
    struct gt_form form;
    int64_t org_id;
    if (!gt_page_id(page, "id", &org_id))
        return gt_page_error(page, 404);
    gt_form_start(page, fields, F__MAX, &form);
    return show_due(&form, org_id);
}

static enum gt_err send(struct gt_page *page)
{
    struct gt_form form;
    struct gt_refusal no = {.why = GT_WHY_NONE};
    char path[64];
    int64_t org_id, id = 0;
    if (!gt_page_id(page, "id", &org_id))
        return gt_page_error(page, 404);
    if (!gt_form_read(page, fields, F__MAX, &form))
        return show_due(&form, org_id);
    struct gt_remit_form asked = {.org_id = org_id,
                                  .amount = form.value[F_AMOUNT].number,
                                  .bank = form.value[F_BANK].text,
                                  .bank_no = form.value[F_BANK_NO].text,
                                  .bank_date = form.value[F_BANK_DATE].number,
                                  .key = form.value[F_KEY].text};
    enum gt_err err = gt_remit_submit(&gt_who_of(page)->by, &asked, &id, &no);
    if (err == GT_OK) {
        (void)snprintf(path, sizeof path, "/console/remit/slip?id=%" PRId64, id);
        gt_page_flash(page, "success", "slip_send.done", NULL);
        return gt_page_go(page, path);
    }
    err = gt_page_refused(&form, err, &no);
    return err != GT_OK || page->done ? err : show_due(&form, org_id);
}

GT_ROUTE(slip_send, .path = "/console/remit/send", .name = "slip_send", .get = show_send,
         .post = send, .right = GT_RIGHT_REMIT_SEND, .object = "org", .under = "slips");
