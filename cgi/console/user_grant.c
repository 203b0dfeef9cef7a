/*
 * Granting a user a role at an organisation, and taking a grant back.
 */
#include "kit/list.h"
#include "scope.h"
#include "user.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATH_MOST 64

/* Back to the user's page, with a message. */
static enum gt_err go_back(struct gt_page *page, int64_t user_id, const char *word,
                           const char *role, const char *org)
{
    char path[PATH_MOST];
    (void)snprintf(path, sizeof path, "/console/user?id=%" PRId64, user_id);
    gt_page_flash(page, "success", word, GT_ARGS(role, org));
    return gt_page_go(page, path);
}

/* --- granting: fields are named as what gt_grant_give() refuses */

/* Where there are more roles than a choice has, they are looked for: in the address. */
static const struct gt_field finder[] = {{"q", GT_FIELD_LINE, .most = 64}};

enum { F_ROLE, F_ORG, F__MAX };
static const struct gt_field fields[F__MAX] = {
    [F_ROLE] = {"role_id", GT_FIELD_CHOICE, .required = true},
    [F_ORG] = {"org", GT_FIELD_LINE, .required = true, .most = 32},
};

struct ground {
    struct gt_page *page;
    const char *code; /* of the organisation; "": the user's */
    struct gt_list roles_found;
    struct gt_user_found is;
    struct gt_scopes place;
    struct gt_role_choice roles;
};

static enum gt_err read_in(struct gt_tx *tx, void *arg)
{
    struct ground *g = arg;
    gt_user_read(tx, g->page, GT_RIGHT_USER_VIEW, g->is.id, &g->is);
    if (!g->is.there)
        return gt_tx_err(tx);
    gt_scopes_read(tx, g->page, GT_RIGHT_ROLE_MANAGE, g->code[0] ? g->code : g->is.org.code,
                   &g->place);
    const struct gt_value *text = &g->roles_found.filters.value[0];
    gt_roles_read(tx, g->page, GT_RIGHT_ROLE_MANAGE, text->bad ? "" : text->text, &g->roles);
    return gt_tx_err(tx);
}

static enum gt_err show_form(struct gt_form *form, struct ground *g)
{
    gt_user_show(form->page, &g->is);
    if (g->roles.more || gt_list_filtered(&g->roles_found))
        gt_page_set(form->page, "1", "Roles.Find");
    gt_list_elsewhere(&g->roles_found, "Roles.Action", "/console/user/grant");
    gt_list_show(&g->roles_found, "");
    gt_roles_show(form, F_ROLE, &g->roles);
    gt_form_show(form);
    return gt_page_show(form->page, "user_grant");
}

static enum gt_err give(struct gt_form *form, struct ground *g)
{
    struct gt_page *page = form->page;
    struct gt_refusal no = {.why = GT_WHY_NONE};
    int64_t role_id = gt_role_chosen(form, F_ROLE), id = 0;
    const char *role = "";
    for (size_t i = 0; i < g->roles.n; i++) {
        if (g->roles.role[i].id == role_id)
            role = gt_role_label(page, role_id, g->roles.role[i].code, g->roles.role[i].name);
    }
    enum gt_err err =
        gt_grant_give(&gt_who_of(page)->by, g->is.id, role_id, g->place.org.id, &id, &no);
    if (err == GT_OK)
        return go_back(page, g->is.id, "user_grant.done", role, g->place.org.name);
    if (no.why == GT_WHY_NOT_HELD)
        (void)snprintf(no.field, sizeof no.field, "role_id");
    err = gt_page_refused(form, err, &no);
    return err != GT_OK || page->done ? err : show_form(form, g);
}

static enum gt_err answer(struct gt_page *page, bool changes)
{
    struct gt_form form;
    int64_t id;
    if (!gt_page_id(page, "id", &id))
        return gt_page_error(page, 404);
    struct ground *g = calloc(1, sizeof *g);
    if (!g)
        return gt_err_set(GT_ERR_NOMEM, "no memory for a form");
    bool good = true;
    if (changes)
        good = gt_form_read(page, fields, F__MAX, &form);
    else
        gt_form_start(page, fields, F__MAX, &form);
    *g = (struct ground){.page = page, .code = form.value[F_ORG].text, .is = {.id = id}};
    gt_list_read(page, finder, 1, NULL, &g->roles_found);
    enum gt_err err = gt_page_read(page, "user.grant", read_in, g);
    if (err == GT_OK && !g->is.there) {
        err = gt_page_error(page, 404);
    } else if (err == GT_OK && !changes) {
        gt_form_put(&form, F_ORG, g->place.org.id ? g->place.org.code : "");
        err = show_form(&form, g);
    } else if (err == GT_OK) {
        if (g->code[0] && g->place.absent) {
            gt_form_fail(&form, F_ORG, "no_such_org", NULL);
            good = false;
        }
        err = good ? give(&form, g) : show_form(&form, g);
    }
    free(g);
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

GT_ROUTE(user_grant, .path = "/console/user/grant", .name = "user_grant", .get = show,
         .post = change, .right = GT_RIGHT_ROLE_MANAGE, .object = "user", .under = "users");

/* --- taking back */

struct taken {
    struct gt_page *page;
    int64_t id;
    bool there;
    struct gt_grant grant;
    struct gt_role role;
    struct gt_user user;
    struct gt_org org;
};

static enum gt_err read_grant(struct gt_tx *tx, void *arg)
{
    struct taken *t = arg;
    t->there = gt_row_find(tx, &gt_grant_row, t->id, &t->grant) &&
               gt_row_find(tx, &gt_org_row, t->grant.org_id, &t->org) &&
               gt_row_find(tx, &gt_role_row, t->grant.role_id, &t->role) &&
               gt_row_find(tx, &gt_user_row, t->grant.user_id, &t->user) &&
               gt_page_may(t->page, GT_RIGHT_ROLE_MANAGE, t->org.path);
    return gt_tx_err(tx);
}

/* The grant that the address names; answers 404 if the visitor may not take it. */
static enum gt_err find_grant(struct gt_page *page, struct taken *t)
{
    *t = (struct taken){.page = page};
    enum gt_err err = GT_OK;
    if (gt_page_id(page, "id", &t->id))
        err = gt_page_read(page, "grant.find", read_grant, t);
    return err == GT_OK && !t->there ? gt_page_error(page, 404) : err;
}

static enum gt_err show_take(struct gt_page *page)
{
    struct taken t;
    enum gt_err err = find_grant(page, &t);
    if (err != GT_OK || page->done)
        return err;
    gt_page_set_int(page, t.id, "Grant.Id");
    gt_page_set(page, gt_role_label(page, t.role.id, t.role.code, t.role.name), "Grant.Role");
    gt_page_set(page, t.org.name, "Grant.Org");
    gt_page_set_int(page, t.user.id, "User.Id");
    gt_page_set(page, t.user.name, "User.Name");
    gt_page_set(page, t.user.login, "User.Login");
    return gt_page_show(page, "grant_take");
}

static enum gt_err do_take(struct gt_page *page)
{
    struct taken t;
    struct gt_refusal no = {.why = GT_WHY_NONE};
    enum gt_err err = find_grant(page, &t);
    if (err != GT_OK || page->done)
        return err;
    err = gt_grant_take(&gt_who_of(page)->by, t.id, &no);
    if (err == GT_OK)
        return go_back(page, t.user.id, "grant_take.done",
                       gt_role_label(page, t.role.id, t.role.code, t.role.name), t.org.name);
    char path[PATH_MOST];
    (void)snprintf(path, sizeof path, "/console/user?id=%" PRId64, t.user.id);
    return gt_page_refused_to(page, err, &no, path);
}

GT_ROUTE(grant_take, .path = "/console/grant/take", .name = "grant_take", .get = show_take,
         .post = do_take, .right = GT_RIGHT_ROLE_MANAGE, .object = "grant", .under = "users");
