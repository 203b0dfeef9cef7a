/*
 * One request: what is asked in words, before and after, who asks and why; approving, refusing,
 * taking one's own back.
 *
 * Who asked never decides: the page does not offer it, and gt_approval_decide() refuses it whatever
 * is sent.
 */
#include "approvals.h"

#include "books/settle.h"
#include "till/refund.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define PATH_MOST 64

enum { F_VERSION, F_NOTE, F__MAX };
static const struct gt_field fields[F__MAX] = {
    [F_VERSION] = {"version", GT_FIELD_HIDDEN, .required = true},
    [F_NOTE] = {"note", GT_FIELD_LINE, .most = 200},
};

struct found {
    struct gt_page *page;
    int64_t id;
    bool there;
    struct gt_approval row;
    struct gt_org org;
    struct gt_user maker, checker; /* id 0: none */
};

static enum gt_err read_in(struct gt_tx *tx, void *arg)
{
    struct found *f = arg;
    f->there = gt_row_find(tx, &gt_approval_row, f->id, &f->row) &&
               gt_row_find(tx, &gt_org_row, f->row.org_id, &f->org) &&
               gt_page_may(f->page, GT_RIGHT_APPROVAL_VIEW, f->org.path);
    if (!f->there)
        return gt_tx_err(tx);
    if (!gt_row_find(tx, &gt_user_row, f->row.maker_id, &f->maker))
        f->maker.id = 0;
    if (!f->row.checker_id || !gt_row_find(tx, &gt_user_row, f->row.checker_id, &f->checker))
        f->checker.id = 0;
    return gt_tx_err(tx);
}

/* The request that the address names; answers 404 if the visitor may not see it. */
static enum gt_err find(struct gt_page *page, struct found *f)
{
    *f = (struct found){.page = page};
    enum gt_err err = GT_OK;
    if (gt_page_id(page, "id", &f->id))
        err = gt_page_read(page, "approval.find", read_in, f);
    return err == GT_OK && !f->there ? gt_page_error(page, 404) : err;
}

/* What the visitor can do now, or why not. */
static void show_actions(struct gt_page *page, const struct found *f)
{
    const struct gt_approval_kind *kind = gt_approval_kind(f->row.kind);
    bool own = f->row.maker_id == gt_who_of(page)->visit.user.id;
    const char *why = NULL;
    if (f->row.state != GT_APPROVAL_WAITING || !kind)
        return;
    if (own)
        gt_page_set(page, "1", "May.Withdraw");
    if (own)
        why = "approval.why_own";
    else if (f->row.expires_at <= gt_now(gt_console_of(page)->clock))
        why = "approval.why_expired";
    else if (!gt_page_may(page, kind->decide, f->org.path))
        why = "approval.why_no_right";
    if (why)
        gt_page_set(page, gt_page_word(page, why), "WhyNot");
    else
        gt_page_set(page, "1", "May.Decide");
}

static enum gt_err show_page(struct gt_form *form, const struct found *f)
{
    struct gt_page *page = form->page;
    char version[24];
    (void)snprintf(version, sizeof version, "%" PRId64, f->row.version);
    gt_form_put(form, F_VERSION, version);
    gt_approval_show(page, &f->row, "Asked");
    gt_page_set(page, f->org.name, "Asked.Org");
    gt_page_set(page, f->maker.name, "Asked.Maker");
    gt_page_set(page, f->checker.name, "Asked.Checker");
    gt_page_set_time(page, f->row.decided_at, "Asked.DecidedAt");
    gt_page_set(page, f->row.note, "Asked.Note");
    if (strncmp(f->row.kind, "credit.", 7) == 0 &&
        gt_page_may(page, GT_RIGHT_CREDIT_VIEW, f->org.path))
        gt_page_set_int(page, f->row.object_id, "Asked.AccountId");
    if ((strncmp(f->row.kind, "txn.", 4) == 0 || strcmp(f->row.kind, GT_REFUND_KIND) == 0) &&
        gt_page_may(page, GT_RIGHT_TXN_VIEW, f->org.path))
        gt_page_set_int(page, f->row.object_id, "Asked.TxnId");
    if (strncmp(f->row.kind, "day.", 4) == 0 && gt_page_may(page, GT_RIGHT_DAY_VIEW, f->org.path)) {
        gt_page_set_int(page, f->org.id, "Asked.DayOrg");
        gt_page_set_int(page, gt_asked_get(f->row.asked, "date"), "Asked.DayDate");
    }
    if (strcmp(f->row.kind, GT_SETTLE_KIND) == 0 &&
        gt_page_may(page, GT_RIGHT_ITEM_VIEW, f->org.path))
        gt_page_set_int(page, f->row.object_id, "Asked.ItemId");
    show_actions(page, f);
    gt_form_show(form);
    return gt_page_show(page, "approval");
}

static enum gt_err show(struct gt_page *page)
{
    struct found f;
    struct gt_form form;
    enum gt_err err = find(page, &f);
    if (err != GT_OK || page->done)
        return err;
    gt_form_start(page, fields, F__MAX, &form);
    return show_page(&form, &f);
}

static enum gt_err go_back(struct gt_page *page, int64_t id, const char *done)
{
    char path[PATH_MOST];
    (void)snprintf(path, sizeof path, "/console/approval?id=%" PRId64, id);
    gt_page_flash(page, "success", done, NULL);
    return gt_page_go(page, path);
}

/* The button that was pressed says which way. */
static enum gt_err decide(struct gt_page *page)
{
    struct found f;
    struct gt_form form;
    struct gt_refusal no = {.why = GT_WHY_NONE};
    enum gt_err err = find(page, &f);
    if (err != GT_OK || page->done)
        return err;
    const char *way = gt_params_get(&page->form, "decision");
    bool approve = strcmp(way, "approve") == 0;
    if (!approve && strcmp(way, "refuse") != 0)
        return gt_page_error(page, 400);
    if (!gt_form_read(page, fields, F__MAX, &form))
        return show_page(&form, &f);
    err = gt_approval_decide(&gt_who_of(page)->by, f.id, form.value[F_VERSION].number, approve,
                             form.value[F_NOTE].text, &no);
    if (err == GT_OK)
        return go_back(page, f.id, approve ? "approval.approved" : "approval.refused");
    /* What a kind's apply says is about fields of another form. */
    if (strcmp(no.field, "note") != 0)
        no.field[0] = '\0';
    err = gt_page_refused(&form, err, &no);
    return err != GT_OK || page->done ? err : show_page(&form, &f);
}

GT_ROUTE(approval, .path = "/console/approval", .name = "approval", .get = show, .post = decide,
         .right = GT_RIGHT_APPROVAL_VIEW, .object = "approval", .under = "approvals");

static enum gt_err withdraw(struct gt_page *page)
{
    struct found f;
    char path[PATH_MOST];
    struct gt_refusal no = {.why = GT_WHY_NONE};
    enum gt_err err = find(page, &f);
    if (err != GT_OK || page->done)
        return err;
    (void)snprintf(path, sizeof path, "/console/approval?id=%" PRId64, f.id);
    err = gt_approval_withdraw(&gt_who_of(page)->by, f.id, &no);
    if (err != GT_OK)
        return gt_page_refused_to(page, err, &no, path);
    return go_back(page, f.id, "approval.withdrawn");
}

GT_ROUTE(approval_withdraw, .path = "/console/approval/withdraw", .name = "approval",
         .post = withdraw, .right = GT_RIGHT_APPROVAL_VIEW, .object = "approval",
         .under = "approvals");
