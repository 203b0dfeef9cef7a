/*
 * Quotas: what an organisation was granted to give on, what it gave on, and the same of those right
 * below it; setting one.
 *
 * Who stands at the organisation itself does not set what it is granted: gt_credit_quota() looks at
 * the one above.
 */
#include "access/browse.h"
#include "base/money.h"
#include "history.h"
#include "till/credit.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define WIDTH 1000

enum { F_GRANTED, F__MAX };
static const struct gt_field fields[F__MAX] = {
    [F_GRANTED] = {"granted", GT_FIELD_MONEY, .least = 0, .most = INT64_C(100000000000000)},
};

struct found {
    struct gt_page *page;
    int64_t id;
    bool there, above_seen;
    struct gt_org org, above;
    struct gt_quota_view quota;
    struct gt_quota own; /* id 0: none is set here */
    struct gt_org below[GT_BROWSE_MAX];
    struct gt_quota granted[GT_BROWSE_MAX]; /* id 0: none */
    int64_t given[GT_BROWSE_MAX];
    size_t n;
    struct gt_history history;
};

static enum gt_err read_in(struct gt_tx *tx, void *arg)
{
    struct found *f = arg;
    f->there = gt_row_find(tx, &gt_org_row, f->id, &f->org) &&
               gt_page_may(f->page, GT_RIGHT_CREDIT_VIEW, f->org.path);
    if (!f->there)
        return gt_tx_err(tx);
    f->above_seen = f->org.parent_id && gt_row_find(tx, &gt_org_row, f->org.parent_id, &f->above) &&
                    gt_page_may(f->page, GT_RIGHT_CREDIT_VIEW, f->above.path);
    gt_quota_look(tx, &f->org, &f->quota);
    if (!gt_row_find(tx, &gt_quota_row, f->id, &f->own))
        f->own.id = 0;
    f->n = gt_orgs_below(tx, f->id, "", f->below, GT_BROWSE_MAX);
    for (size_t i = 0; i < f->n; i++) {
        if (!gt_row_find(tx, &gt_quota_row, f->below[i].id, &f->granted[i]))
            f->granted[i].id = 0;
        f->given[i] = gt_quota_given(tx, &f->below[i]);
    }
    gt_history_read(tx, GT_ARGS("credit"), f->org.code, &f->history);
    return gt_tx_err(tx);
}

static void show_quota(struct gt_page *page, const struct found *f)
{
    const struct gt_quota_view *q = &f->quota;
    gt_page_set_money(page, q->given, "Quota.Given");
    if (!q->org_id)
        return;
    int64_t part = q->granted <= 0 || q->given >= q->granted ? WIDTH
                   : q->granted >= WIDTH                     ? q->given / (q->granted / WIDTH)
                                                             : q->given * WIDTH / q->granted;
    /* An organisation above that the visitor does not see is not named. */
    gt_page_set(page, q->org_id == f->id ? f->org.name : gt_page_word(page, "role_above"),
                "Quota.Org");
    gt_page_set_money(page, q->granted, "Quota.Granted");
    gt_page_set_money(page, q->granted - q->given, "Quota.Left");
    gt_page_set_int(page, part, "Quota.Part");
    gt_page_set_int(page, part / (WIDTH / 100), "Quota.Percent");
}

static enum gt_err show_page(struct gt_form *form, const struct found *f)
{
    struct gt_page *page = form->page;
    gt_page_set_int(page, f->org.id, "Org.Id");
    gt_page_set(page, f->org.name, "Org.Name");
    if (f->above_seen) {
        gt_page_set_int(page, f->above.id, "Above.Id");
        gt_page_set(page, f->above.name, "Above.Name");
    }
    show_quota(page, f);
    for (size_t i = 0; i < f->n; i++) {
        gt_page_set_int(page, f->below[i].id, "Below.%zu.Id", i);
        gt_page_set(page, f->below[i].name, "Below.%zu.Name", i);
        gt_page_set_money(page, f->given[i], "Below.%zu.Given", i);
        if (f->granted[i].id)
            gt_page_set_money(page, f->granted[i].granted, "Below.%zu.Granted", i);
    }
    if (f->n == GT_BROWSE_MAX)
        gt_page_set(page, "1", "More");
    if (gt_page_may(page, GT_RIGHT_CREDIT_GRANT, f->above_seen ? f->above.path : f->org.path) &&
        (f->above_seen || !f->org.parent_id))
        gt_page_set(page, "1", "May.Set");
    gt_history_show(page, &f->history);
    gt_form_show(form);
    return gt_page_show(page, "credit_quota");
}

/* Sets what was typed; nothing typed takes the quota away. */
static enum gt_err set(struct gt_form *form, const struct found *f)
{
    struct gt_page *page = form->page;
    struct gt_refusal no = {.why = GT_WHY_NONE};
    char path[64];
    int64_t granted = form->value[F_GRANTED].text[0] ? form->value[F_GRANTED].number : -1;
    enum gt_err err = gt_credit_quota(&gt_who_of(page)->by, f->id, granted, &no);
    if (err == GT_OK) {
        (void)snprintf(path, sizeof path, "/console/credit/quota?id=%" PRId64, f->id);
        gt_page_flash(page, "success", "credit_quota.done", GT_ARGS(f->org.name));
        return gt_page_go(page, path);
    }
    err = gt_page_refused(form, err, &no);
    return err != GT_OK || page->done ? err : show_page(form, f);
}

static enum gt_err answer(struct gt_page *page, bool changes)
{
    struct gt_form form;
    char typed[GT_MONEY_MAX];
    int64_t id;
    if (!gt_page_id(page, "id", &id))
        return gt_page_error(page, 404);
    struct found *f = calloc(1, sizeof *f);
    if (!f)
        return gt_err_set(GT_ERR_NOMEM, "no memory for quotas");
    *f = (struct found){.page = page, .id = id};
    enum gt_err err = gt_page_read(page, "credit.quota", read_in, f);
    if (err == GT_OK && !f->there) {
        err = gt_page_error(page, 404);
    } else if (err == GT_OK && changes) {
        bool good = gt_form_read(page, fields, F__MAX, &form);
        err = good ? set(&form, f) : show_page(&form, f);
    } else if (err == GT_OK) {
        gt_form_start(page, fields, F__MAX, &form);
        if (f->own.id)
            gt_form_put(&form, F_GRANTED, gt_money_format(f->own.granted, typed));
        err = show_page(&form, f);
    }
    free(f);
    return err;
}

static enum gt_err show(struct gt_page *page)
{
    return answer(page, false);
}

static enum gt_err change(struct gt_page *page)
{
    return answer(page, true);
}

GT_ROUTE(credit_quota, .path = "/console/credit/quota", .name = "credit_quota", .get = show,
         .post = change, .right = GT_RIGHT_CREDIT_VIEW, .object = "org", .under = "credit");
