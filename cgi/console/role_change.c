/*
 * Making a role, changing its name and rights, taking it away.
 *
 * Rights that the visitor does not hold are shown and cannot be ticked; a role that has one already
 * keeps it.
 */
#include "rights.h"
#include "role.h"
#include "scope.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATH_MOST 64

static enum gt_err go_to(struct gt_page *page, int64_t id, const char *done, const char *name)
{
    char path[PATH_MOST];
    (void)snprintf(path, sizeof path, "/console/role?id=%" PRId64, id);
    gt_page_flash(page, "success", done, GT_ARGS(name));
    return gt_page_go(page, path);
}

/* --- making */

enum { A_NAME, A_CODE, A_ORG, A__MAX };
static const struct gt_field add_fields[A__MAX] = {
    [A_NAME] = {"name", GT_FIELD_LINE, .required = true, .most = 64},
    [A_CODE] = {"code", GT_FIELD_LINE, .required = true, .most = 32},
    [A_ORG] = {"org", GT_FIELD_LINE, .required = true, .most = 32},
};

struct place {
    struct gt_page *page;
    const char *code;
    struct gt_scopes scopes;
};

static enum gt_err read_place(struct gt_tx *tx, void *arg)
{
    struct place *p = arg;
    gt_scopes_read(tx, p->page, GT_RIGHT_ROLE_MANAGE, p->code, &p->scopes);
    return gt_tx_err(tx);
}

/* All rights that the visitor holds somewhere: at which organisation is looked at when it is made.
 */
static int64_t held_anywhere(const struct gt_page *page)
{
    const struct gt_grants *grants = &gt_who_of(page)->visit.grants;
    int64_t rights = 0;
    for (int right = 0; right < GT_RIGHT__MAX; right++) {
        if (gt_grants_anywhere(grants, (enum gt_right)right))
            rights |= GT_RIGHT_BIT(right);
    }
    return rights;
}

static enum gt_err show_add_form(struct gt_form *form, int64_t ticked)
{
    gt_rights_show(form->page, ticked, held_anywhere(form->page));
    gt_form_show(form);
    return gt_page_show(form->page, "role_add");
}

static enum gt_err show_add(struct gt_page *page)
{
    struct gt_form form;
    gt_form_start(page, add_fields, A__MAX, &form);
    gt_form_put(&form, A_ORG, gt_who_of(page)->visit.org.code);
    return show_add_form(&form, 0);
}

static enum gt_err do_add(struct gt_page *page)
{
    struct gt_form form;
    struct gt_refusal no = {.why = GT_WHY_NONE};
    int64_t ticked = gt_rights_ticked(page), id = 0;
    bool good = gt_form_read(page, add_fields, A__MAX, &form);
    struct place place = {.page = page, .code = form.value[A_ORG].text};
    enum gt_err err = gt_page_read(page, "role.add", read_place, &place);
    if (err != GT_OK)
        return err;
    if (place.scopes.absent) {
        gt_form_fail(&form, A_ORG, "no_such_org", NULL);
        good = false;
    }
    if (good && !ticked) {
        gt_form_fail_text(&form, "rights", gt_page_word(page, "role_add.no_rights"));
        good = false;
    }
    if (!good)
        return show_add_form(&form, ticked);
    err = gt_role_make(&gt_who_of(page)->by, place.scopes.org.id, form.value[A_CODE].text,
                       form.value[A_NAME].text, ticked, &id, &no);
    if (err == GT_OK)
        return go_to(page, id, "role_add.done", form.value[A_NAME].text);
    err = gt_page_refused(&form, err, &no);
    return err != GT_OK || page->done ? err : show_add_form(&form, ticked);
}

GT_ROUTE(role_add, .path = "/console/role/add", .name = "role_add", .get = show_add, .post = do_add,
         .right = GT_RIGHT_ROLE_MANAGE, .under = "roles");

/* --- changing */

enum { C_VERSION, C_NAME, C__MAX };
static const struct gt_field change_fields[C__MAX] = {
    [C_VERSION] = {"version", GT_FIELD_HIDDEN, .required = true},
    [C_NAME] = {"name", GT_FIELD_LINE, .required = true, .most = 64},
};

static enum gt_err read_in(struct gt_tx *tx, void *arg)
{
    struct gt_role_found *found = arg;
    gt_role_read(tx, found);
    return gt_tx_err(tx);
}

/* The role that the address names; answers 404 if the visitor may not change it. */
static enum gt_err find(struct gt_page *page, struct gt_role_found *found)
{
    *found = (struct gt_role_found){.page = page};
    enum gt_err err = GT_OK;
    if (gt_page_id(page, "id", &found->id))
        err = gt_page_read(page, "role.change", read_in, found);
    return err == GT_OK && !found->own ? gt_page_error(page, 404) : err;
}

/* What the visitor holds where the role was made. */
static int64_t held(const struct gt_role_found *found)
{
    return gt_grants_at(&gt_who_of(found->page)->visit.grants, found->org.path);
}

static enum gt_err show_form(struct gt_form *form, const struct gt_role_found *found,
                             int64_t ticked)
{
    struct gt_page *page = form->page;
    char version[24];
    (void)snprintf(version, sizeof version, "%" PRId64, found->role.version);
    gt_form_put(form, 0, version);
    gt_role_show(page, found);
    gt_rights_show(page, ticked, held(found));
    gt_form_show(form);
    return gt_page_show(page, page->route->name);
}

static enum gt_err show_change(struct gt_page *page)
{
    struct gt_role_found found;
    struct gt_form form;
    enum gt_err err = find(page, &found);
    if (err != GT_OK || page->done)
        return err;
    gt_form_start(page, change_fields, C__MAX, &form);
    gt_form_put(&form, C_NAME, found.role.name);
    return show_form(&form, &found, found.role.rights);
}

static enum gt_err do_change(struct gt_page *page)
{
    struct gt_role_found found;
    struct gt_form form;
    struct gt_refusal no = {.why = GT_WHY_NONE};
    enum gt_err err = find(page, &found);
    if (err != GT_OK || page->done)
        return err;
    int64_t rights = gt_rights_ticked(page) | (found.role.rights & ~held(&found));
    if (!gt_form_read(page, change_fields, C__MAX, &form))
        return show_form(&form, &found, rights);
    err = gt_role_alter(&gt_who_of(page)->by, found.id, form.value[C_VERSION].number,
                        form.value[C_NAME].text, rights, &no);
    if (err == GT_OK)
        return go_to(page, found.id, "role_change.done", form.value[C_NAME].text);
    err = gt_page_refused(&form, err, &no);
    return err != GT_OK || page->done ? err : show_form(&form, &found, rights);
}

GT_ROUTE(role_change, .path = "/console/role/change", .name = "role_change", .get = show_change,
         .post = do_change, .right = GT_RIGHT_ROLE_MANAGE, .object = "role", .under = "roles");

/* --- taking away */

enum { R_VERSION, R__MAX };
static const struct gt_field remove_fields[R__MAX] = {
    [R_VERSION] = {"version", GT_FIELD_HIDDEN, .required = true},
};

static enum gt_err show_remove(struct gt_page *page)
{
    struct gt_role_found found;
    struct gt_form form;
    enum gt_err err = find(page, &found);
    if (err != GT_OK || page->done)
        return err;
    gt_form_start(page, remove_fields, R__MAX, &form);
    return show_form(&form, &found, found.role.rights);
}

static enum gt_err do_remove(struct gt_page *page)
{
    struct gt_role_found found;
    struct gt_form form;
    struct gt_refusal no = {.why = GT_WHY_NONE};
    enum gt_err err = find(page, &found);
    if (err != GT_OK || page->done)
        return err;
    gt_form_start(page, remove_fields, R__MAX, &form);
    err = gt_role_drop(&gt_who_of(page)->by, found.id, &no);
    if (err == GT_OK) {
        gt_page_flash(page, "success", "role_remove.done", GT_ARGS(found.role.name));
        return gt_page_go(page, "/console/roles");
    }
    err = gt_page_refused(&form, err, &no);
    return err != GT_OK || page->done ? err : show_form(&form, &found, found.role.rights);
}

GT_ROUTE(role_remove, .path = "/console/role/remove", .name = "role_remove", .get = show_remove,
         .post = do_remove, .right = GT_RIGHT_ROLE_MANAGE, .object = "role", .under = "roles");
