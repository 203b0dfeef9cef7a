/*
 * Users: everybody in the subtrees that the visitor may see, by login.
 */
#include "access/list.h"
#include "base/buf.h"
#include "scope.h"

#include <stdlib.h>
#include <string.h>

#define PAGE 50

enum { F_Q, F_ORG, F_ROLE, F_STATE, F__MAX };
static const char *const states[] = {"enabled", "disabled", NULL};
static const struct gt_field filters[F__MAX] = {
    [F_Q] = {"q", GT_FIELD_LINE, .most = 64},
    [F_ORG] = {"org", GT_FIELD_LINE, .most = 32},
    [F_ROLE] = {"role", GT_FIELD_CHOICE},
    [F_STATE] = {"state", GT_FIELD_CHOICE, .choices = states},
};

struct found {
    struct gt_page *page;
    struct gt_list *list;
    struct gt_scopes scopes;
    struct gt_role_choice roles;
    struct gt_user rows[GT_GRANTS_MAX * (PAGE + 1)];
    struct gt_org orgs[PAGE + 1]; /* of the rows */
    char held[PAGE + 1][400];     /* roles of the rows */
    size_t n;
};

static int by_login(const void *a, const void *b)
{
    return strcmp(((const struct gt_user *)a)->login, ((const struct gt_user *)b)->login);
}

/* The names of the roles a user has, each once. */
static void read_roles(struct gt_tx *tx, struct found *f, size_t i)
{
    struct gt_grant_line lines[GT_GRANTS_MAX];
    size_t n = gt_grants_of_user(tx, f->rows[i].id, lines);
    struct gt_buf out;
    gt_buf_init(&out, sizeof f->held[0]);
    for (size_t k = 0; k < n; k++) {
        bool again = false;
        for (size_t j = 0; j < k; j++)
            again |= lines[j].grant.role_id == lines[k].grant.role_id;
        if (again)
            continue;
        gt_buf_puts(&out, out.len ? " · " : "");
        gt_buf_puts(&out, gt_role_label(f->page, lines[k].grant.role_id, lines[k].role_code,
                                        lines[k].role_name));
    }
    if (out.len == 0 || gt_buf_err(&out) != GT_OK ||
        gt_str_copy(f->held[i], sizeof f->held[i], out.data) != GT_OK)
        f->held[i][0] = '\0';
    gt_buf_done(&out);
}

static enum gt_err read_in(struct gt_tx *tx, void *arg)
{
    struct found *f = arg;
    const struct gt_form *filter = &f->list->filters;
    struct gt_find find = {
        .text = filter->value[F_Q].bad ? "" : filter->value[F_Q].text,
        .role_id = gt_role_chosen(filter, F_ROLE),
        .state = filter->value[F_STATE].text[0] && !filter->value[F_STATE].bad
                     ? filter->value[F_STATE].number + GT_ENABLED
                     : 0,
        .after = f->list->after,
        .most = PAGE + 1,
    };
    gt_scopes_read(tx, f->page, GT_RIGHT_USER_VIEW, filter->value[F_ORG].text, &f->scopes);
    gt_roles_read(tx, f->page, GT_RIGHT_USER_VIEW, &f->roles);
    struct gt_orgs_seen seen = {.n = 0};
    f->n = 0;
    for (size_t i = 0; i < f->scopes.n; i++) {
        find.path = f->scopes.path[i];
        f->n += gt_user_list(tx, &find, f->rows + f->n);
    }
    f->n = gt_rows_merge(f->rows, f->n, sizeof f->rows[0], PAGE + 1, by_login);
    for (size_t i = 0; i < f->n; i++) {
        if (!gt_org_seen(tx, &seen, f->rows[i].org_id, &f->orgs[i]))
            f->orgs[i].name[0] = '\0';
        read_roles(tx, f, i);
    }
    return gt_tx_err(tx);
}

static void set_row(struct gt_page *page, const struct found *f, size_t i)
{
    const struct gt_user *user = &f->rows[i];
    gt_page_set_int(page, user->id, "User.%zu.Id", i);
    gt_page_set(page, user->login, "User.%zu.Login", i);
    gt_page_set(page, user->name, "User.%zu.Name", i);
    gt_page_set(page, user->operator_no, "User.%zu.Operator", i);
    gt_page_set(page, f->orgs[i].name, "User.%zu.Org", i);
    gt_page_set(page, f->held[i], "User.%zu.Roles", i);
    if (gt_page_may(page, GT_RIGHT_ORG_VIEW, f->orgs[i].path))
        gt_page_set_int(page, user->org_id, "User.%zu.OrgId", i);
    if (user->state == GT_ENABLED)
        gt_page_set(page, "1", "User.%zu.Enabled", i);
}

static enum gt_err show(struct gt_page *page)
{
    struct gt_list list;
    struct found *f = calloc(1, sizeof *f);
    if (!f)
        return gt_err_set(GT_ERR_NOMEM, "no memory for a list");
    gt_list_read(page, filters, F__MAX, NULL, &list);
    f->page = page;
    f->list = &list;
    enum gt_err err = gt_page_read(page, "users.list", read_in, f);
    if (err == GT_OK) {
        if (f->scopes.absent)
            gt_form_fail(&list.filters, F_ORG, "no_such_org", NULL);
        gt_roles_show(&list.filters, F_ROLE, &f->roles);
        for (size_t i = 0; i < f->n && i < PAGE; i++)
            set_row(page, f, i);
        if (gt_grants_anywhere(&gt_who_of(page)->visit.grants, GT_RIGHT_USER_MANAGE))
            gt_page_set(page, "1", "May.Add");
        gt_list_show(&list, f->n > PAGE ? f->rows[PAGE - 1].login : "");
        err = gt_page_show(page, "users");
    }
    free(f);
    return err;
}

GT_ROUTE(users, .path = "/console/users", .name = "users", .get = show, .right = GT_RIGHT_USER_VIEW,
         .menu = GT_MENU_ORG + 20);
