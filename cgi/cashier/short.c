/*
 * A short of an earlier shift that the cashier puts into the drawer again.
 *
 * What is typed is all that was put in during this shift, not one more sum: sent twice it is the
 * same.  It is counted with the drawer and goes up with the next slip.
 */
#include "cashier.h"

#include "base/money.h"
#include "till/shift.h"

enum { F_AMOUNT, F__MAX };
static const struct gt_field fields[F__MAX] = {
    [F_AMOUNT] = {"amount", GT_FIELD_MONEY, .required = true, .most = INT64_MAX},
};

struct look {
    int64_t user_id, account_id, lacks;
    struct gt_shift shift;
    bool open;
};

static enum gt_err look_in(struct gt_tx *tx, void *arg)
{
    struct look *l = arg;
    l->lacks = gt_short_of(tx, l->account_id);
    l->open = gt_shift_unsettled(tx, l->user_id, &l->shift) && l->shift.state == GT_SHIFT_OPEN;
    return gt_tx_err(tx);
}

/* What is short, and the shift that it is put into. */
static enum gt_err find(struct gt_page *page, const struct gt_actor *actor, struct look *l)
{
    *l = (struct look){.user_id = actor->user.id, .account_id = actor->user.account_id};
    return gt_page_read(page, "cashier.short", look_in, l);
}

static enum gt_err show_form(struct gt_form *form, const struct gt_actor *actor,
                             const struct look *l)
{
    struct gt_page *page = form->page;
    gt_page_set_money(page, l->lacks, "Short.Lacks");
    if (l->lacks > 0)
        gt_page_set(page, "1", "Short.Some");
    if (l->open) {
        gt_page_set_int(page, l->shift.shift_no, "Short.Shift");
        gt_page_set_money(page, l->shift.repaid, "Short.Repaid");
    }
    gt_form_show(form);
    return gt_cashier_show(page, actor, "cashier_short");
}

static enum gt_err show(struct gt_page *page)
{
    struct gt_actor actor;
    struct gt_form form;
    struct look l;
    char amount[GT_MONEY_MAX];
    enum gt_err err = gt_cashier_open(page, &actor);
    if (err != GT_OK || page->done)
        return err;
    err = find(page, &actor, &l);
    if (err != GT_OK)
        return err;
    gt_form_start(page, fields, F__MAX, &form);
    gt_form_put(&form, F_AMOUNT, gt_money_format(l.lacks, amount));
    return show_form(&form, &actor, &l);
}

static enum gt_err repay(struct gt_page *page)
{
    struct gt_actor actor;
    struct gt_form form;
    struct gt_refusal no = {.why = GT_WHY_NONE};
    struct look l;
    enum gt_err err = gt_cashier_open(page, &actor);
    if (err != GT_OK || page->done)
        return err;
    err = find(page, &actor, &l);
    if (err != GT_OK)
        return err;
    if (!gt_form_read(page, fields, F__MAX, &form))
        return show_form(&form, &actor, &l);
    if (!l.open) {
        gt_form_fail_text(&form, "", gt_page_word(page, "cashier.short_no_shift"));
        return show_form(&form, &actor, &l);
    }
    err = gt_shift_repay(&gt_who_of(page)->by, l.shift.id, form.value[F_AMOUNT].number, &no);
    if (err == GT_OK) {
        gt_page_flash(page, "success", "cashier.short_done", NULL);
        return gt_page_go(page, "/cashier/short");
    }
    err = gt_page_refused(&form, err, &no);
    return err != GT_OK || page->done ? err : show_form(&form, &actor, &l);
}

GT_ROUTE(short, .path = "/cashier/short", .name = "cashier", .get = show, .post = repay,
         .right = GT_RIGHT_COLLECT);
