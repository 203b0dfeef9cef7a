/*
 * Users: everybody in the subtrees that the visitor may see, by login or operator number.
 */
#include "staff/export.h"

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

static const char *const sorts[] = {"login", "operator", NULL};
#define BY_OPERATOR 1

/* What is found; it outlives the page where it is exported. */
struct found {
    struct gt_page *page; /* as long as it lasts */
    const struct gt_form *filter;
    struct gt_db *db;
    const struct gt_words *words;
    enum gt_lang lang;
    struct gt_scopes scopes;
    struct gt_role_choice roles;
    char text[64 * 4 + 1], after[33];
    struct gt_find find; /* with these */
    struct gt_user rows[GT_GRANTS_MAX * (PAGE + 1)];
    struct gt_org orgs[PAGE + 1]; /* of the rows */
    struct gt_role_held roles_held[GT_ROLES_HELD_MAX];
    char held[PAGE + 1][400]; /* roles of the rows */
    size_t n;
};

static int by_login(const void *a, const void *b)
{
    return strcmp(((const struct gt_user *)a)->login, ((const struct gt_user *)b)->login);
}

static int by_operator(const void *a, const void *b)
{
    return strcmp(((const struct gt_user *)a)->operator_no,
                  ((const struct gt_user *)b)->operator_no);
}

static int by_login_down(const void *a, const void *b)
{
    return by_login(b, a);
}

static int by_operator_down(const void *a, const void *b)
{
    return by_operator(b, a);
}

static int (*const orders[2][2])(const void *, const void *) = {
    {by_login, by_login_down},
    {by_operator, by_operator_down},
};

/* The names of the roles that the i-th user has. */
static void put_roles(struct found *f, size_t nroles, size_t i)
{
    struct gt_buf out;
    gt_buf_init(&out, sizeof f->held[0]);
    for (size_t k = 0; k < nroles; k++) {
        const struct gt_role_held *role = &f->roles_held[k];
        if (role->user_id != f->rows[i].id)
            continue;
        gt_buf_puts(&out, out.len ? " · " : "");
        gt_buf_puts(&out, gt_role_name(f->words, f->lang, role->role_id, role->code, role->name));
    }
    if (out.len == 0 || gt_buf_err(&out) != GT_OK ||
        gt_str_copy(f->held[i], sizeof f->held[i], out.data) != GT_OK)
        f->held[i][0] = '\0';
    gt_buf_done(&out);
}

static enum gt_err scopes_in(struct gt_tx *tx, void *arg)
{
    struct found *f = arg;
    gt_scopes_read(tx, f->page, GT_RIGHT_USER_VIEW, f->filter->value[F_ORG].text, &f->scopes);
    return gt_tx_err(tx);
}

static enum gt_err read_on(struct gt_tx *tx, void *arg)
{
    struct found *f = arg;
    int64_t ids[PAGE + 1], orgs[PAGE + 1];
    f->n = 0;
    for (size_t i = 0; i < f->scopes.n; i++) {
        f->find.path = f->scopes.path[i];
        f->n += gt_user_list(tx, &f->find, f->rows + f->n);
    }
    f->n = gt_rows_merge(f->rows, f->n, sizeof f->rows[0], PAGE + 1,
                         orders[f->find.by_operator][f->find.down]);
    for (size_t i = 0; i < f->n; i++) {
        ids[i] = f->rows[i].id;
        orgs[i] = f->rows[i].org_id;
    }
    gt_orgs_by_id(tx, orgs, f->n, f->orgs);
    size_t nroles = gt_roles_by_user(tx, ids, f->n, f->roles_held);
    for (size_t i = 0; i < f->n; i++)
        put_roles(f, nroles, i);
    return gt_tx_err(tx);
}

static enum gt_err read_in(struct gt_tx *tx, void *arg)
{
    struct found *f = arg;
    gt_roles_read(tx, f->page, GT_RIGHT_USER_VIEW, "", &f->roles);
    return scopes_in(tx, f) == GT_OK ? read_on(tx, f) : gt_tx_err(tx);
}

/* Owned by the caller. */
static enum gt_err begin(struct gt_page *page, struct gt_list *list, struct found **found)
{
    struct found *f = calloc(1, sizeof *f);
    if (!f)
        return gt_err_set(GT_ERR_NOMEM, "no memory for a list");
    gt_list_read(page, filters, F__MAX, sorts, list);
    const struct gt_value *value = list->filters.value;
    f->page = page;
    f->filter = &list->filters;
    f->db = gt_console_of(page)->start->db;
    f->words = page->site->words;
    f->lang = page->lang;
    if (!value[F_Q].bad)
        (void)!gt_str_copy(f->text, sizeof f->text, value[F_Q].text);
    (void)!gt_str_copy(f->after, sizeof f->after, list->after);
    f->find = (struct gt_find){
        .text = f->text,
        .role_id = gt_role_chosen(&list->filters, F_ROLE),
        .state =
            value[F_STATE].text[0] && !value[F_STATE].bad ? value[F_STATE].number + GT_ENABLED : 0,
        .by_operator = list->sort == BY_OPERATOR,
        .down = list->down,
        .after = f->after,
        .most = PAGE + 1,
    };
    *found = f;
    return GT_OK;
}

/* The keyset of the rows behind one. */
static const char *key_of(const struct found *f, size_t i)
{
    return f->find.by_operator ? f->rows[i].operator_no : f->rows[i].login;
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
    struct found *f;
    enum gt_err err = begin(page, &list, &f);
    if (err != GT_OK)
        return err;
    err = gt_page_read(page, "users.list", read_in, f);
    if (err == GT_OK) {
        if (f->scopes.absent)
            gt_form_fail(&list.filters, F_ORG, "no_such_org", NULL);
        gt_roles_show(&list.filters, F_ROLE, &f->roles);
        for (size_t i = 0; i < f->n && i < PAGE; i++)
            set_row(page, f, i);
        if (gt_grants_anywhere(&gt_who_of(page)->visit.grants, GT_RIGHT_USER_MANAGE))
            gt_page_set(page, "1", "May.Add");
        if (f->n > 0)
            gt_export_show(&list, "/console/users/export");
        gt_list_show(&list, f->n > PAGE ? key_of(f, PAGE - 1) : "");
        err = gt_page_show(page, "users");
    }
    free(f);
    return err;
}

GT_ROUTE(users, .path = "/console/users", .name = "users", .get = show, .right = GT_RIGHT_USER_VIEW,
         .menu = GT_MENU_ORG + 20);

/* --- as a file */

static const char *const columns[] = {"name", "login", "operator", "belongs",
                                      "role", "state", NULL};

static enum gt_err put_rows(struct gt_sheet *sheet, void *list, bool *more)
{
    struct found *f = list;
    enum gt_err err = gt_db_read(f->db, "users.export", read_on, f);
    size_t n = f->n < PAGE ? f->n : PAGE;
    for (size_t i = 0; err == GT_OK && i < n; i++) {
        const struct gt_user *user = &f->rows[i];
        gt_cell_text(sheet, user->name);
        gt_cell_text(sheet, user->login);
        gt_cell_text(sheet, user->operator_no);
        gt_cell_text(sheet, f->orgs[i].name);
        gt_cell_text(sheet, f->held[i]);
        gt_cell_word(sheet, user->state == GT_ENABLED ? "state.enabled" : "state.disabled");
    }
    *more = f->n > PAGE;
    if (n > 0)
        (void)!gt_str_copy(f->after, sizeof f->after, key_of(f, n - 1));
    return err;
}

static enum gt_err send(struct gt_page *page)
{
    static const struct gt_sheet_source source = {"users", "users", columns, put_rows, free};
    struct gt_list list;
    struct found *f;
    enum gt_err err = begin(page, &list, &f);
    if (err != GT_OK)
        return err;
    f->after[0] = '\0'; /* all, whichever page is shown */
    return gt_export_send_read(page, scopes_in, GT_RIGHT_USER_VIEW, &list.filters, "user.export",
                               &source, f);
}

GT_ROUTE(users_export, .path = "/console/users/export", .name = "users", .get = send,
         .right = GT_RIGHT_EXPORT, .under = "users");
