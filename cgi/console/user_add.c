/*
 * Adding a user: who they are, where they belong, a first role there, a credit limit if they
 * collect.  The first password stands in the answer, and nowhere else.
 */
#include "scope.h"
#include "till/manage.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Named as what gt_user_make() refuses. */
enum { F_LOGIN, F_OPERATOR, F_NAME, F_ORG, F_ROLE, F_LIMIT, F__MAX };
static const struct gt_field fields[F__MAX] = {
    [F_LOGIN] = {"login", GT_FIELD_LINE, .required = true, .most = 32},
    [F_OPERATOR] = {"operator_no", GT_FIELD_LINE, .required = true, .most = 20},
    [F_NAME] = {"name", GT_FIELD_LINE, .required = true, .most = 80},
    [F_ORG] = {"org_id", GT_FIELD_LINE, .required = true, .most = 32},
    [F_ROLE] = {"role_id", GT_FIELD_CHOICE},
    [F_LIMIT] = {"limit", GT_FIELD_MONEY, .least = 0, .most = INT64_C(100000000000)},
};

struct ground {
    struct gt_page *page;
    const char *code; /* of the organisation */
    struct gt_scopes place;
    struct gt_role_choice roles;
};

static enum gt_err read_in(struct gt_tx *tx, void *arg)
{
    struct ground *g = arg;
    gt_scopes_read(tx, g->page, GT_RIGHT_USER_MANAGE, g->code, &g->place);
    gt_roles_read(tx, g->page, GT_RIGHT_ROLE_MANAGE, "", &g->roles);
    return gt_tx_err(tx);
}

static enum gt_err show_form(struct gt_form *form, const struct ground *g)
{
    gt_roles_show(form, F_ROLE, &g->roles);
    gt_form_show(form);
    return gt_page_show(form->page, "user_add");
}

static enum gt_err show(struct gt_page *page)
{
    struct gt_form form;
    const char *code = gt_params_get(&page->query, "org");
    struct ground *g = calloc(1, sizeof *g);
    if (!g)
        return gt_err_set(GT_ERR_NOMEM, "no memory for a form");
    *g = (struct ground){.page = page, .code = code};
    enum gt_err err = gt_page_read(page, "user.add", read_in, g);
    if (err == GT_OK) {
        gt_form_start(page, fields, F__MAX, &form);
        gt_form_put(&form, F_ORG, g->place.org.id ? g->place.org.code : "");
        err = show_form(&form, g);
    }
    free(g);
    return err;
}

/* Makes the user, and shows the password once. */
static enum gt_err make(struct gt_form *form, const struct ground *g)
{
    struct gt_page *page = form->page;
    struct gt_refusal no = {.why = GT_WHY_NONE};
    char first[32] = "";
    int64_t id = 0;
    const struct gt_user_form given = {
        .org_id = g->place.org.id,
        .login = form->value[F_LOGIN].text,
        .operator_no = form->value[F_OPERATOR].text,
        .name = form->value[F_NAME].text,
        .role_id = gt_role_chosen(form, F_ROLE),
        .limit = form->value[F_LIMIT].text[0] ? form->value[F_LIMIT].number : -1,
    };
    enum gt_err err = gt_user_make(&gt_who_of(page)->by, &given, &id, first, &no);
    if (err == GT_OK) {
        gt_page_set_int(page, id, "User.Id");
        gt_page_set(page, given.name, "User.Name");
        gt_page_set(page, given.login, "User.Login");
        gt_page_set(page, first, "First");
        gt_wipe(first, sizeof first);
        return gt_page_show(page, "user_add");
    }
    if (no.why == GT_WHY_NOT_HELD)
        (void)snprintf(no.field, sizeof no.field, "role_id");
    err = gt_page_refused(form, err, &no);
    return err != GT_OK || page->done ? err : show_form(form, g);
}

static enum gt_err add(struct gt_page *page)
{
    struct gt_form form;
    struct ground *g = calloc(1, sizeof *g);
    if (!g)
        return gt_err_set(GT_ERR_NOMEM, "no memory for a form");
    bool good = gt_form_read(page, fields, F__MAX, &form);
    *g = (struct ground){.page = page, .code = form.value[F_ORG].text};
    enum gt_err err = gt_page_read(page, "user.add", read_in, g);
    if (err == GT_OK && g->place.absent) {
        gt_form_fail(&form, F_ORG, "no_such_org", NULL);
        good = false;
    }
    if (err == GT_OK)
        err = good ? make(&form, g) : show_form(&form, g);
    free(g);
    return err;
}

GT_ROUTE(user_add, .path = "/console/user/add", .name = "user_add", .get = show, .post = add,
         .right = GT_RIGHT_USER_MANAGE, .under = "users");
