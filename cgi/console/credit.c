/*
 * Credit: the accounts of cashiers and agents in the visitor's subtrees, and how much of it is
 * used.
 */
#include "account_found.h"

#include "access/param.h"
#include "base/text.h"
#include "scope.h"
#include "till/list.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define PAGE 50

enum { F_Q, F_ORG, F_KIND, F_STATE, F__MAX };
static const char *const kinds[] = {"cashier", "agent", NULL};
static const char *const states[] = {"enabled", "suspended", "near", NULL};
#define NEAR 3 /* place of "near" in them, from 1: accounts of any state that have used most */
static const struct gt_field filters[F__MAX] = {
    [F_Q] = {"q", GT_FIELD_LINE, .most = 64},
    [F_ORG] = {"org", GT_FIELD_LINE, .most = 32},
    [F_KIND] = {"kind", GT_FIELD_CHOICE, .choices = kinds},
    [F_STATE] = {"state", GT_FIELD_CHOICE, .choices = states},
};

struct found {
    struct gt_page *page;
    struct gt_list *list;
    struct gt_scopes scopes;
    struct gt_account rows[GT_GRANTS_MAX * (PAGE + 1)];
    struct gt_account_found shown[PAGE];
    size_t n;
};

static int by_id(const void *a, const void *b)
{
    const struct gt_account *one = a, *two = b;
    return (one->id > two->id) - (one->id < two->id);
}

/* The number of a choice, counted from 1; 0 if none is set. */
static int64_t chosen(const struct gt_form *filter, size_t field)
{
    const struct gt_value *value = &filter->value[field];
    return value->text[0] && !value->bad ? value->number + 1 : 0;
}

static enum gt_err read_in(struct gt_tx *tx, void *arg)
{
    struct found *f = arg;
    const struct gt_form *filter = &f->list->filters;
    bool near = chosen(filter, F_STATE) == NEAR;
    struct gt_find find = {
        .text = filter->value[F_Q].bad ? "" : filter->value[F_Q].text,
        .kind = chosen(filter, F_KIND),
        .state = near ? 0 : chosen(filter, F_STATE),
        .most = PAGE + 1,
    };
    if (gt_int_parse(f->list->after, &find.after_id) != GT_OK)
        find.after_id = 0;
    gt_scopes_read(tx, f->page, GT_RIGHT_CREDIT_VIEW, filter->value[F_ORG].text, &f->scopes);
    struct gt_orgs_seen seen = {.n = 0};
    f->n = 0;
    for (size_t i = 0; i < f->scopes.n; i++) {
        find.path = f->scopes.path[i];
        find.used = near ? gt_param_get(tx, GT_PARAM_CREDIT_WARN, find.path) : 0;
        f->n += gt_account_list(tx, &find, f->rows + f->n);
    }
    f->n = gt_rows_merge(f->rows, f->n, sizeof f->rows[0], PAGE + 1, by_id);
    for (size_t i = 0; i < f->n && i < PAGE; i++) {
        f->shown[i].account = f->rows[i];
        if (gt_org_seen(tx, &seen, f->rows[i].org_id, &f->shown[i].org))
            gt_account_fill(tx, &f->shown[i]);
    }
    return gt_tx_err(tx);
}

static enum gt_err show(struct gt_page *page)
{
    struct gt_list list;
    char next[24] = "", leaf[32];
    struct found *f = calloc(1, sizeof *f);
    if (!f)
        return gt_err_set(GT_ERR_NOMEM, "no memory for a list");
    gt_list_read(page, filters, F__MAX, NULL, &list);
    f->page = page;
    f->list = &list;
    enum gt_err err = gt_page_read(page, "credit.list", read_in, f);
    if (err == GT_OK) {
        if (f->scopes.absent)
            gt_form_fail(&list.filters, F_ORG, "no_such_org", NULL);
        for (size_t i = 0; i < f->n && i < PAGE; i++) {
            (void)snprintf(leaf, sizeof leaf, "Account.%zu", i);
            gt_account_show(page, &f->shown[i], leaf);
        }
        gt_page_set_int(page, gt_who_of(page)->visit.org.id, "OwnOrg");
        if (f->n > PAGE)
            (void)snprintf(next, sizeof next, "%" PRId64, f->rows[PAGE - 1].id);
        gt_list_show(&list, next);
        err = gt_page_show(page, "credit");
    }
    free(f);
    return err;
}

GT_ROUTE(credit, .path = "/console/credit", .name = "credit", .get = show,
         .right = GT_RIGHT_CREDIT_VIEW, .menu = GT_MENU_ORG + 40);
