/*
 * Remittance: slips that the visitor's subtrees sent or receive, the newest first.
 *
 * Where nothing is said, all of them; what waits for the visitor's hands are the views in front.
 */
#include "slip.h"
#include "staff/export.h"

#include "access/user.h"
#include "base/text.h"
#include "search.h"

#include <stdio.h>
#include <stdlib.h>

#define PAGE 50

enum { F_VIEW, F_STATE, F_KIND, F_ORG, F_FROM, F_TO, F_Q, F__MAX };
static const char *const views[] = {"receive", "bank", "made", NULL};
enum { VIEW_RECEIVE, VIEW_BANK, VIEW_MADE };
static const char *const states[] = {"submitted", "received", "banked", "returned", NULL};
static const char *const kinds[] = {"cashier", "agent", "safe", NULL};
static const struct gt_field filters[F__MAX] = {
    [F_VIEW] = {"view", GT_FIELD_CHOICE, .choices = views},
    [F_STATE] = {"state", GT_FIELD_CHOICE, .choices = states},
    [F_KIND] = {"kind", GT_FIELD_CHOICE, .choices = kinds},
    [F_ORG] = {"org", GT_FIELD_LINE, .most = 32},
    [F_FROM] = {"from", GT_FIELD_DATE},
    [F_TO] = {"to", GT_FIELD_DATE},
    [F_Q] = {"q", GT_FIELD_LINE, .most = 60},
};

/* What is found; it outlives the page where it is exported. */
struct found {
    struct gt_page *page; /* as long as it lasts */
    const struct gt_form *filter;
    struct gt_db *db;
    struct gt_slip_find find;
    enum gt_right right; /* below which subtrees */
    char text[61 * 4];   /* a slip's name, an owner's number, or of the bank; "": any */
    struct gt_scopes scopes;
    struct gt_slip rows[GT_GRANTS_MAX * (PAGE + 1)];
    struct gt_slip_found shown[PAGE];
    size_t n;
    bool more;      /* there may be more behind the rows */
    int64_t before; /* how far down it was looked, where that is all that is known */
};

static int newest_first(const void *a, const void *b)
{
    const struct gt_slip *one = a, *two = b;
    return (one->id < two->id) - (one->id > two->id);
}

static const struct gt_value *given(const struct gt_form *filter, size_t field)
{
    const struct gt_value *value = &filter->value[field];
    return value->text[0] && !value->bad ? value : NULL;
}

static void fill_find(struct found *f)
{
    const struct gt_form *filter = f->filter;
    const struct gt_value *view = given(filter, F_VIEW), *value;
    f->right = GT_RIGHT_REMIT_VIEW;
    f->find = (struct gt_slip_find){.most = PAGE + 1};
    if ((value = given(filter, F_STATE)))
        f->find.state = (enum gt_slip_state)(value->number + GT_SLIP_SUBMITTED);
    if ((value = given(filter, F_KIND)))
        f->find.kind = value->number + GT_ACCOUNT_CASHIER;
    if ((value = given(filter, F_FROM)))
        f->find.from = value->number;
    if ((value = given(filter, F_TO)))
        f->find.to = value->number;
    if ((value = given(filter, F_Q)))
        (void)!gt_str_copy(f->text, sizeof f->text, value->text);
    if (view && view->number == VIEW_MADE) {
        f->find.maker_id = gt_who_of(f->page)->visit.user.id;
    } else if (view) {
        f->right = GT_RIGHT_REMIT_CONFIRM;
        f->find.receives = true;
        f->find.to_bank = view->number == VIEW_BANK;
        f->find.state = view->number == VIEW_BANK ? GT_SLIP_RECEIVED : GT_SLIP_SUBMITTED;
    }
}

/* Owned by the caller. */
static enum gt_err begin(struct gt_page *page, struct gt_list *list, struct found **found)
{
    struct found *f = calloc(1, sizeof *f);
    if (!f)
        return gt_err_set(GT_ERR_NOMEM, "no memory for a list");
    gt_list_read(page, filters, F__MAX, NULL, list);
    f->page = page;
    f->filter = &list->filters;
    f->db = gt_console_of(page)->start->db;
    fill_find(f);
    *found = f;
    return GT_OK;
}

static enum gt_err scopes_in(struct gt_tx *tx, void *arg)
{
    struct found *f = arg;
    gt_scopes_read(tx, f->page, f->right, f->filter->value[F_ORG].text, &f->scopes);
    return gt_tx_err(tx);
}

static bool is_within(const struct found *f, const struct gt_org *org)
{
    for (size_t i = 0; i < f->scopes.n; i++) {
        struct gt_org top = {.id = 1};
        (void)!gt_str_copy(top.path, sizeof top.path, f->scopes.path[i]);
        if (gt_org_within(org, &top))
            return true;
    }
    return false;
}

/* Whether a slip is in one of the subtrees. */
static bool in_scopes(struct gt_tx *tx, const struct found *f, const struct gt_slip *slip)
{
    struct gt_org org, to;
    return gt_row_find(tx, &gt_org_row, slip->org_id, &org) &&
           gt_row_find(tx, &gt_org_row, slip->to_org_id, &to) &&
           (is_within(f, &org) || is_within(f, &to));
}

/* The account of a cashier's number, or of an organisation's code; 0 if there is none to see. */
static int64_t account_of(struct gt_tx *tx, const struct found *f)
{
    struct gt_user user;
    struct gt_org org;
    struct gt_account account;
    if (gt_user_by_operator(tx, f->text, &user) && gt_row_find(tx, &gt_org_row, user.org_id, &org))
        return is_within(f, &org) ? user.account_id : 0;
    return gt_org_by_code(tx, f->text, &org) && is_within(f, &org) &&
                   gt_account_by_owner(
                       tx, org.kind == GT_ORG_AGENT ? GT_ACCOUNT_AGENT : GT_ACCOUNT_SAFE, org.id,
                       &account)
               ? account.id
               : 0;
}

/* Those of all subtrees; one that two of them have a hand in is found twice, and shown once. */
static void find_slips(struct gt_tx *tx, struct found *f)
{
    size_t kept = 0;
    for (size_t i = 0; i < f->scopes.n; i++) {
        struct gt_slips_found found;
        f->find.path = f->scopes.path[i];
        gt_slips_find(tx, &f->find, f->rows + f->n, &found);
        if (found.more && found.n < f->find.most && found.before > f->before)
            f->before = found.before;
        f->more |= found.more;
        f->n += found.n;
    }
    f->n = gt_rows_merge(f->rows, f->n, sizeof f->rows[0], sizeof f->rows / sizeof f->rows[0],
                         newest_first);
    for (size_t i = 0; i < f->n; i++)
        if (f->rows[i].id >= f->before && (!kept || f->rows[i].id != f->rows[kept - 1].id))
            f->rows[kept++] = f->rows[i];
    f->n = kept < PAGE + 1 ? kept : PAGE + 1;
}

static enum gt_err read_on(struct gt_tx *tx, void *arg)
{
    struct found *f = arg;
    struct gt_orgs_seen seen = {.n = 0};
    struct gt_slip named;
    f->n = 0;
    f->more = false;
    f->before = 0;
    if (f->text[0] && gt_slip_named(tx, f->text, &named) && in_scopes(tx, f, &named)) {
        /* what is named is meant, whatever the other filters say */
        f->rows[0] = named;
        f->n = !f->find.before_id;
    } else {
        f->find.account_id = f->text[0] ? account_of(tx, f) : 0;
        f->find.text = f->find.account_id ? "" : f->text;
        find_slips(tx, f);
    }
    for (size_t i = 0; i < f->n && i < PAGE; i++) {
        f->shown[i].slip = f->rows[i];
        gt_slip_fill(tx, &seen, &f->shown[i]);
    }
    return gt_tx_err(tx);
}

static enum gt_err read_in(struct gt_tx *tx, void *arg)
{
    return scopes_in(tx, arg) == GT_OK ? read_on(tx, arg) : gt_tx_err(tx);
}

/* The keyset of the rows behind those that were read; 0 if there are none. */
static int64_t go_on(const struct found *f)
{
    if (f->n > PAGE)
        return f->rows[PAGE - 1].id;
    return f->more ? f->before : 0;
}

static enum gt_err show(struct gt_page *page)
{
    struct gt_list list;
    char leaf[32];
    struct found *f;
    enum gt_err err = begin(page, &list, &f);
    if (err != GT_OK)
        return err;
    f->find.before_id = gt_list_after_id(&list);
    err = gt_page_read(page, "slips.list", read_in, f);
    if (err == GT_OK) {
        if (f->scopes.absent)
            gt_form_fail(&list.filters, F_ORG, "no_such_org", NULL);
        for (size_t i = 0; i < f->n && i < PAGE; i++) {
            (void)snprintf(leaf, sizeof leaf, "Slip.%zu", i);
            gt_slip_set(page, &f->shown[i], leaf);
        }
        if (gt_grants_anywhere(&gt_who_of(page)->visit.grants, GT_RIGHT_REMIT_SEND))
            gt_page_set(page, "1", "May.Send");
        if (f->n > 0)
            gt_export_show(&list, "/console/remit/export");
        if (go_on(f) && f->n <= PAGE)
            gt_page_set(page, gt_page_word(page, "slips.reached"), "Reached");
        gt_list_show_id(&list, go_on(f));
        err = gt_page_show(page, "slips");
    }
    free(f);
    return err;
}

GT_ROUTE(slips, .path = "/console/remit", .name = "slips", .get = show,
         .right = GT_RIGHT_REMIT_VIEW, .menu = GT_MENU_BOOKS + 50);

/* --- as a file */

static const char *const columns[] = {"slip",    "kind",      "owner", "belongs", "receiver",
                                      "due",     "amount",    "state", "made_at", "bank",
                                      "bank_no", "bank_date", "note",  NULL};

static void put_row(struct gt_sheet *sheet, const struct gt_slip_found *found)
{
    const struct gt_slip *slip = &found->slip;
    char word[40];
    gt_cell_text(sheet, found->name);
    gt_cell_word(sheet, gt_slip_kind_word(slip));
    gt_cell_text(sheet, found->owner);
    gt_cell_text(sheet, found->org.name);
    gt_cell_text(sheet, found->to_org.name);
    gt_cell_money(sheet, slip->due);
    gt_cell_money(sheet, slip->amount);
    gt_cell_word(sheet, gt_slip_state_word(slip, word));
    gt_cell_time(sheet, slip->made_at);
    gt_cell_text(sheet, slip->bank);
    gt_cell_text(sheet, slip->bank_no);
    if (slip->bank_date)
        gt_cell_int(sheet, slip->bank_date);
    else
        gt_cell_text(sheet, "");
    gt_cell_text(sheet, slip->note);
}

static enum gt_err put_rows(struct gt_sheet *sheet, void *list, bool *more)
{
    struct found *f = list;
    enum gt_err err = gt_db_read(f->db, "slips.export", read_on, f);
    for (size_t i = 0; err == GT_OK && i < f->n && i < PAGE; i++)
        put_row(sheet, &f->shown[i]);
    f->find.before_id = go_on(f);
    *more = f->find.before_id != 0;
    return err;
}

static enum gt_err send(struct gt_page *page)
{
    static const struct gt_sheet_source source = {"remittance", "slips", columns, put_rows, free};
    struct gt_list list;
    struct found *f;
    enum gt_err err = begin(page, &list, &f);
    if (err != GT_OK)
        return err;
    return gt_export_send_read(page, scopes_in, GT_RIGHT_REMIT_VIEW, &list.filters, "remit.export",
                               &source, f);
}

GT_ROUTE(slips_export, .path = "/console/remit/export", .name = "slips", .get = send,
         .right = GT_RIGHT_EXPORT, .under = "slips");
