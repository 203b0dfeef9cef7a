/*
 * Who may do what, both ways: what a user may at an organisation, and who may a thing there.
 *
 * Somebody above may do much here, too, but is outside of what the visitor sees: they are counted
 * and not named.
 */
#include "access/list.h"
#include "rights.h"
#include "scope.h"

#include <stdlib.h>
#include <string.h>

#define MOST 100

enum { F_USER, F_ORG, F_RIGHT, F__MAX };
static const struct gt_field filters[F__MAX] = {
    [F_USER] = {"user", GT_FIELD_LINE, .most = 32},
    [F_ORG] = {"org", GT_FIELD_LINE, .most = 32},
    [F_RIGHT] = {"right", GT_FIELD_CHOICE},
};

struct found {
    struct gt_page *page;
    struct gt_form *form;
    bool by_right; /* a right was asked for */
    bool no_user;  /* a user was, whom the visitor cannot see */
    struct gt_scopes place;
    enum gt_right right;
    struct gt_user user; /* id 0: none was asked for */
    struct gt_grants may, held;
    struct gt_grant_line lines[MOST];
    bool seen[MOST]; /* the visitor sees the user */
    size_t n;
};

/* What the user may there, and by which grants. */
static void read_user(struct gt_tx *tx, struct found *f)
{
    struct gt_grant_line all[GT_GRANTS_MAX];
    size_t n = gt_grants_of_user(tx, f->user.id, all);
    gt_grants_load(tx, f->user.id, &f->may);
    gt_grants_held(tx, f->user.id, &f->held);
    for (size_t i = 0; i < n; i++) {
        if (strncmp(f->place.org.path, all[i].org_path, strlen(all[i].org_path)) == 0)
            f->lines[f->n++] = all[i];
    }
}

static void read_right(struct gt_tx *tx, struct found *f)
{
    f->n = gt_grants_at_org(tx, f->place.org.path, GT_RIGHT_BIT(f->right), 0, f->lines, MOST);
    for (size_t i = 0; i < f->n; i++) {
        struct gt_user user;
        struct gt_org org;
        f->seen[i] = gt_row_find(tx, &gt_user_row, f->lines[i].grant.user_id, &user) &&
                     gt_row_find(tx, &gt_org_row, user.org_id, &org) &&
                     gt_page_may(f->page, GT_RIGHT_USER_VIEW, org.path);
    }
}

static enum gt_err read_in(struct gt_tx *tx, void *arg)
{
    struct found *f = arg;
    const char *login = f->form->value[F_USER].text, *code = f->form->value[F_ORG].text;
    struct gt_org org = {.id = 0};
    f->n = 0;
    f->no_user = false;
    f->user.id = 0;
    if (login[0]) {
        f->no_user =
            (!gt_user_by_login(tx, login, &f->user) && !gt_user_by_operator(tx, login, &f->user)) ||
            !gt_row_find(tx, &gt_org_row, f->user.org_id, &org) ||
            !gt_page_may(f->page, GT_RIGHT_USER_VIEW, org.path);
        if (f->no_user)
            f->user.id = 0;
    }
    /* Where nothing is said, it is about the user's own organisation, or the visitor's. */
    if (!code[0])
        code = f->user.id ? org.code : gt_who_of(f->page)->visit.org.code;
    gt_scopes_read(tx, f->page, GT_RIGHT_ROLE_VIEW, code, &f->place);
    if (f->place.absent || f->no_user)
        return gt_tx_err(tx);
    if (f->user.id)
        read_user(tx, f);
    else if (f->by_right)
        read_right(tx, f);
    return gt_tx_err(tx);
}

static void show_line(struct gt_page *page, const struct gt_grant_line *line, size_t row)
{
    gt_page_set_int(page, line->grant.user_id, "Line.%zu.Id", row);
    gt_page_set(page, line->user_name, "Line.%zu.Name", row);
    gt_page_set(page, line->user_login, "Line.%zu.Login", row);
    if (line->user_state == GT_ENABLED)
        gt_page_set(page, "1", "Line.%zu.Enabled", row);
    gt_page_set(page, gt_role_label(page, line->grant.role_id, line->role_code, line->role_name),
                "Line.%zu.Role", row);
    gt_page_set_int(page, line->grant.role_id, "Line.%zu.RoleId", row);
    if (gt_page_may(page, GT_RIGHT_ORG_VIEW, line->org_path))
        gt_page_set(page, line->org_name, "Line.%zu.Org", row);
}

static void show_found(struct gt_page *page, const struct found *f)
{
    size_t rows = 0;
    gt_page_set(page, f->place.org.name, "Place");
    if (f->user.id) {
        int64_t rights = gt_grants_at(&f->held, f->place.org.path);
        gt_page_set_int(page, f->user.id, "User.Id");
        gt_page_set(page, f->user.name, "User.Name");
        gt_rights_show(page, rights, GT_RIGHTS_ALL);
        if (rights && !gt_grants_at(&f->may, f->place.org.path))
            gt_page_set(page, "1", "User.Stopped");
    } else {
        gt_page_set(page, gt_right_label(page, f->right), "Right");
    }
    for (size_t i = 0; i < f->n; i++) {
        if (f->user.id || f->seen[i])
            show_line(page, &f->lines[i], rows++);
    }
    if (!f->user.id && f->n > rows)
        gt_page_set_int(page, (int64_t)(f->n - rows), "Unseen");
    if (f->n == MOST)
        gt_page_set(page, "1", "More");
}

static void show_rights(struct gt_form *form)
{
    for (int right = 0; right < GT_RIGHT__MAX; right++)
        gt_form_choice(form, F_RIGHT, (size_t)right, gt_right_info((enum gt_right)right)->key,
                       gt_right_label(form->page, (enum gt_right)right));
}

static enum gt_err show(struct gt_page *page)
{
    struct gt_list list;
    struct found *f = calloc(1, sizeof *f);
    if (!f)
        return gt_err_set(GT_ERR_NOMEM, "no memory for a list");
    gt_list_read(page, filters, F__MAX, NULL, &list);
    f->page = page;
    f->form = &list.filters;
    f->by_right = gt_right_find(list.filters.value[F_RIGHT].text, &f->right);
    enum gt_err err = gt_page_read(page, "who.list", read_in, f);
    if (err == GT_OK) {
        if (f->place.absent)
            gt_form_fail(&list.filters, F_ORG, "no_such_org", NULL);
        if (f->no_user)
            gt_form_fail(&list.filters, F_USER, "who.no_user", NULL);
        else if (!f->place.absent && (f->user.id || f->by_right))
            show_found(page, f);
        show_rights(&list.filters);
        gt_list_show(&list, "");
        err = gt_page_show(page, "who");
    }
    free(f);
    return err;
}

GT_ROUTE(who, .path = "/console/who", .name = "who", .get = show, .right = GT_RIGHT_ROLE_VIEW,
         .under = "roles");
