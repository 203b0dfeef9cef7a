/*
 * The steps of a slip: received, returned, found in the bank; and a picture put beside it.
 *
 * Each asks first, with the slip and its amount in the question.  That one's own slip is for others
 * is the rule of books/remit.h, here only shown.
 */
#include "slip.h"

#include "base/text.h"
#include "staff/attached.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define PATH_MOST 64

static enum gt_err read_in(struct gt_tx *tx, void *arg)
{
    gt_slip_find(tx, arg);
    return gt_tx_err(tx);
}

/* The slip that the address names; answers 404 if the visitor may not see it. */
static enum gt_err find(struct gt_page *page, struct gt_slip_found *found)
{
    *found = (struct gt_slip_found){.page = page};
    enum gt_err err = GT_OK;
    if (gt_page_id(page, "id", &found->id))
        err = gt_page_read(page, "slip.step", read_in, found);
    return err == GT_OK && !found->there ? gt_page_error(page, 404) : err;
}

static enum gt_err show_form(struct gt_form *form, const struct gt_slip_found *found)
{
    gt_slip_set(form->page, found, "Slip");
    gt_form_show(form);
    return gt_page_show(form->page, form->page->route->name);
}

static enum gt_err show_empty(struct gt_page *page, const struct gt_field *fields, size_t n)
{
    struct gt_slip_found found;
    struct gt_form form;
    enum gt_err err = find(page, &found);
    if (err != GT_OK || page->done)
        return err;
    gt_form_start(page, fields, n, &form);
    return show_form(&form, &found);
}

/* Reads a form about a slip; shows it again, and sets page->done, if it is wrong. */
static enum gt_err read_form(struct gt_page *page, const struct gt_field *fields, size_t n,
                             struct gt_slip_found *found, struct gt_form *form)
{
    enum gt_err err = find(page, found);
    if (err != GT_OK || page->done)
        return err;
    return gt_form_read(page, fields, n, form) ? GT_OK : show_form(form, found);
}

/* On to the slip, where one sees the effect, or the form again with the reason. */
static enum gt_err finish(struct gt_form *form, const struct gt_slip_found *found, enum gt_err err,
                          const struct gt_refusal *no, const char *done)
{
    struct gt_page *page = form->page;
    char path[PATH_MOST];
    if (err == GT_OK) {
        (void)snprintf(path, sizeof path, "/console/remit/slip?id=%" PRId64, found->id);
        gt_page_flash(page, "success", done, GT_ARGS(found->name));
        return gt_page_go(page, path);
    }
    err = gt_page_refused(form, err, no);
    return err != GT_OK || page->done ? err : show_form(form, found);
}

/* --- received */

static enum gt_err show_receive(struct gt_page *page)
{
    return show_empty(page, NULL, 0);
}

static enum gt_err receive(struct gt_page *page)
{
    struct gt_slip_found found;
    struct gt_form form;
    struct gt_refusal no = {.why = GT_WHY_NONE};
    enum gt_err err = read_form(page, NULL, 0, &found, &form);
    if (err != GT_OK || page->done)
        return err;
    err = gt_remit_receive(&gt_who_of(page)->by, found.id, &no);
    return finish(&form, &found, err, &no, "slip_receive.done");
}

GT_ROUTE(slip_receive, .path = "/console/remit/receive", .name = "slip_receive",
         .get = show_receive, .post = receive, .right = GT_RIGHT_REMIT_CONFIRM, .object = "slip",
         .under = "slips");

/* --- returned */

enum { R_REASON, R__MAX };
static const struct gt_field return_fields[R__MAX] = {
    [R_REASON] = {"reason", GT_FIELD_LINE, .required = true, .most = 200},
};

static enum gt_err show_return(struct gt_page *page)
{
    return show_empty(page, return_fields, R__MAX);
}

static enum gt_err give_back(struct gt_page *page)
{
    struct gt_slip_found found;
    struct gt_form form;
    struct gt_refusal no = {.why = GT_WHY_NONE};
    enum gt_err err = read_form(page, return_fields, R__MAX, &found, &form);
    if (err != GT_OK || page->done)
        return err;
    err = gt_remit_return(&gt_who_of(page)->by, found.id, form.value[R_REASON].text, &no);
    return finish(&form, &found, err, &no, "slip_return.done");
}

GT_ROUTE(slip_return, .path = "/console/remit/return", .name = "slip_return", .get = show_return,
         .post = give_back, .right = GT_RIGHT_REMIT_CONFIRM, .object = "slip", .under = "slips");

/* --- found in the bank */

enum { B_BANK, B_NO, B_DATE, B_AMOUNT, B__MAX };
static const struct gt_field bank_fields[B__MAX] = {
    [B_BANK] = {"bank", GT_FIELD_LINE, .required = true, .most = 40},
    [B_NO] = {"bank_no", GT_FIELD_LINE, .required = true, .most = 40},
    [B_DATE] = {"bank_date", GT_FIELD_DATE, .required = true},
    [B_AMOUNT] = {"amount", GT_FIELD_MONEY, .required = true, .most = INT64_MAX},
};

static enum gt_err show_bank(struct gt_page *page)
{
    struct gt_slip_found found;
    struct gt_form form;
    char date[16] = "";
    enum gt_err err = find(page, &found);
    if (err != GT_OK || page->done)
        return err;
    const struct gt_slip *slip = &found.slip;
    if (slip->bank_date)
        (void)snprintf(date, sizeof date, "%04d-%02d-%02d", (int)(slip->bank_date / 10000),
                       (int)(slip->bank_date / 100 % 100), (int)(slip->bank_date % 100));
    gt_form_start(page, bank_fields, B__MAX, &form);
    gt_form_put(&form, B_BANK, slip->bank);
    gt_form_put(&form, B_NO, slip->bank_no);
    gt_form_put(&form, B_DATE, date);
    return show_form(&form, &found);
}

static enum gt_err bank(struct gt_page *page)
{
    struct gt_slip_found found;
    struct gt_form form;
    struct gt_refusal no = {.why = GT_WHY_NONE};
    enum gt_err err = find(page, &found);
    if (err != GT_OK || page->done)
        return err;
    (void)gt_form_read(page, bank_fields, B__MAX, &form);
    /* As it stands on the bank's paper, so that nobody confirms another one. */
    if (!form.value[B_AMOUNT].bad && form.value[B_AMOUNT].number != found.slip.amount)
        gt_form_fail(&form, B_AMOUNT, "slip_bank.amount_differs", NULL);
    if (form.bad)
        return show_form(&form, &found);
    err = gt_remit_bank(&gt_who_of(page)->by, found.id, form.value[B_BANK].text,
                        form.value[B_NO].text, form.value[B_DATE].number, &no);
    return finish(&form, &found, err, &no, "slip_bank.done");
}

GT_ROUTE(slip_bank, .path = "/console/remit/bank", .name = "slip_bank", .get = show_bank,
         .post = bank, .right = GT_RIGHT_REMIT_CONFIRM, .object = "slip", .under = "slips");

/* --- a picture */

static enum gt_err show_attach(struct gt_page *page)
{
    return show_empty(page, NULL, 0);
}

static enum gt_err attach(struct gt_page *page)
{
    struct gt_slip_found found;
    struct gt_form form;
    struct gt_refusal no = {.why = GT_WHY_NONE};
    int64_t id = 0;
    enum gt_err err = read_form(page, NULL, 0, &found, &form);
    if (err != GT_OK || page->done)
        return err;
    const struct gt_pair *file = gt_attached_file(page);
    if (!file) {
        gt_form_fail_text(&form, "", gt_page_word(page, "slip_attach.no_file"));
        return show_form(&form, &found);
    }
    err = gt_slip_attach(&gt_who_of(page)->by, found.id, file->file, file->value, file->len, &id,
                         &no);
    return finish(&form, &found, err, &no, "slip_attach.done");
}

GT_ROUTE(slip_attach, .path = "/console/remit/attach", .name = "slip_attach", .get = show_attach,
         .post = attach, .right = GT_RIGHT_REMIT_VIEW, .object = "slip",
         .body_max = GT_ATTACHED_BODY, .under = "slips");
