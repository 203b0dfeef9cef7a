/*
 * Changing an organisation: renaming, moving, disabling and enabling.  Three forms, one way.
 *
 * Each form carries the version of the row that it was made from: if somebody else changed the
 * organisation meanwhile, the page says so and shows it as it is now, and nothing is overwritten.
 */
#include "console.h"

#include "scope.h"
#include "till/hindrance.h"
#include "till/manage.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct found {
    struct gt_page *page;
    int64_t id;
    const char *to; /* code of the new place; NULL: none is looked for */
    bool there, to_there;
    struct gt_org org, above, place;
    struct gt_hindrance hindrance;
};

static enum gt_err read_in(struct gt_tx *tx, void *arg)
{
    struct found *f = arg;
    f->there = gt_row_find(tx, &gt_org_row, f->id, &f->org) &&
               gt_page_may(f->page, GT_RIGHT_ORG_MANAGE, f->org.path);
    if (!f->there)
        return gt_tx_err(tx);
    if (!f->org.parent_id || !gt_row_find(tx, &gt_org_row, f->org.parent_id, &f->above))
        f->above = f->org;
    f->to_there = f->to && gt_org_by_code(tx, f->to, &f->place) &&
                  gt_page_may(f->page, GT_RIGHT_ORG_MANAGE, f->place.path);
    gt_hindrance_read(tx, f->org.path, &f->hindrance);
    return gt_tx_err(tx);
}

/* The organisation that the address names; answers 404 if the visitor may not change it. */
static enum gt_err find(struct gt_page *page, const char *to, struct found *f)
{
    *f = (struct found){.page = page, .to = to};
    enum gt_err err = GT_OK;
    if (gt_page_id(page, "id", &f->id))
        err = gt_page_read(page, "org.change", read_in, f);
    return err == GT_OK && !f->there ? gt_page_error(page, 404) : err;
}

static enum gt_err show_form(struct gt_form *form, size_t version_field, const struct found *f)
{
    struct gt_page *page = form->page;
    char version[24];
    (void)snprintf(version, sizeof version, "%" PRId64, f->org.version);
    gt_form_put(form, version_field, version);
    gt_page_set_int(page, f->org.id, "Org.Id");
    gt_page_set(page, f->org.code, "Org.Code");
    gt_page_set(page, f->org.name, "Org.Name");
    gt_page_set(page, f->above.name, "Org.Above");
    if (f->org.state == GT_ENABLED)
        gt_page_set(page, "1", "Org.Enabled");
    gt_hindrance_show(page, &f->hindrance);
    gt_form_show(form);
    return gt_page_show(page, page->route->name);
}

/* What became of a change: on to the organisation's page, or the form again with the reason. */
static enum gt_err finish(struct gt_form *form, size_t version_field, const struct found *f,
                          enum gt_err err, const struct gt_refusal *no, const char *done)
{
    struct gt_page *page = form->page;
    char path[64];
    if (err == GT_OK) {
        (void)snprintf(path, sizeof path, "/console/org?id=%" PRId64, f->id);
        gt_page_flash(page, "success", done, GT_ARGS(f->org.name));
        return gt_page_go(page, path);
    }
    err = gt_page_refused(form, err, no);
    return err != GT_OK || page->done ? err : show_form(form, version_field, f);
}

/* --- renaming */

enum { R_VERSION, R_NAME, R__MAX };
static const struct gt_field rename_fields[R__MAX] = {
    [R_VERSION] = {"version", GT_FIELD_HIDDEN, .required = true},
    [R_NAME] = {"name", GT_FIELD_LINE, .required = true, .most = 96},
};

static enum gt_err show_rename(struct gt_page *page)
{
    struct found f;
    struct gt_form form;
    enum gt_err err = find(page, NULL, &f);
    if (err != GT_OK || page->done)
        return err;
    gt_form_start(page, rename_fields, R__MAX, &form);
    gt_form_put(&form, R_NAME, f.org.name);
    return show_form(&form, R_VERSION, &f);
}

static enum gt_err do_rename(struct gt_page *page)
{
    struct found f;
    struct gt_form form;
    struct gt_refusal no = {.why = GT_WHY_NONE};
    enum gt_err err = find(page, NULL, &f);
    if (err != GT_OK || page->done)
        return err;
    if (!gt_form_read(page, rename_fields, R__MAX, &form))
        return show_form(&form, R_VERSION, &f);
    err = gt_org_rename(&gt_who_of(page)->by, f.id, form.value[R_VERSION].number,
                        form.value[R_NAME].text, &no);
    return finish(&form, R_VERSION, &f, err, &no, "org_rename.done");
}

GT_ROUTE(org_rename, .path = "/console/org/rename", .name = "org_rename", .get = show_rename,
         .post = do_rename, .right = GT_RIGHT_ORG_MANAGE, .object = "org", .under = "orgs");

/* --- moving */

enum { M_VERSION, M_TO, M__MAX };
static const struct gt_field move_fields[M__MAX] = {
    [M_VERSION] = {"version", GT_FIELD_HIDDEN, .required = true},
    [M_TO] = {"to", GT_FIELD_LINE, .required = true, .most = 32},
};

static enum gt_err show_move(struct gt_page *page)
{
    struct found f;
    struct gt_form form;
    enum gt_err err = find(page, NULL, &f);
    if (err != GT_OK || page->done)
        return err;
    gt_form_start(page, move_fields, M__MAX, &form);
    return show_form(&form, M_VERSION, &f);
}

static enum gt_err do_move(struct gt_page *page)
{
    struct found f;
    struct gt_form form;
    struct gt_refusal no = {.why = GT_WHY_NONE};
    bool good = gt_form_read(page, move_fields, M__MAX, &form);
    enum gt_err err = find(page, form.value[M_TO].text, &f);
    if (err != GT_OK || page->done)
        return err;
    if (good && !f.to_there) {
        gt_form_fail(&form, M_TO, "org_move.no_place", NULL);
        good = false;
    }
    if (!good)
        return show_form(&form, M_VERSION, &f);
    err = gt_org_move(&gt_who_of(page)->by, f.id, form.value[M_VERSION].number, f.place.id, &no);
    return finish(&form, M_VERSION, &f, err, &no, "org_move.done");
}

GT_ROUTE(org_move, .path = "/console/org/move", .name = "org_move", .get = show_move,
         .post = do_move, .right = GT_RIGHT_ORG_MANAGE, .object = "org", .under = "orgs");

/* --- disabling and enabling: the code is typed once more, as all below stops with it */

enum { E_VERSION, E_CODE, E_REASON, E__MAX };
static const struct gt_field enable_fields[E__MAX] = {
    [E_VERSION] = {"version", GT_FIELD_HIDDEN, .required = true},
    [E_CODE] = {"code", GT_FIELD_LINE, .required = true, .most = 32},
    [E_REASON] = {"reason", GT_FIELD_LINE, .required = true, .most = GT_REASON_CHARS},
};

static enum gt_err show_enable(struct gt_page *page)
{
    struct found f;
    struct gt_form form;
    enum gt_err err = find(page, NULL, &f);
    if (err != GT_OK || page->done)
        return err;
    gt_form_start(page, enable_fields, E__MAX, &form);
    return show_form(&form, E_VERSION, &f);
}

static enum gt_err do_enable(struct gt_page *page)
{
    struct found f;
    struct gt_form form;
    struct gt_refusal no = {.why = GT_WHY_NONE};
    enum gt_err err = find(page, NULL, &f);
    if (err != GT_OK || page->done)
        return err;
    bool good = gt_form_read(page, enable_fields, E__MAX, &form);
    if (good && strcmp(form.value[E_CODE].text, f.org.code) != 0) {
        gt_form_fail(&form, E_CODE, "org_enable.code_differs", GT_ARGS(f.org.code));
        good = false;
    }
    if (!good)
        return show_form(&form, E_VERSION, &f);
    bool enable = f.org.state != GT_ENABLED;
    err = gt_org_enable(&gt_who_of(page)->by, f.id, form.value[E_VERSION].number, enable,
                        form.value[E_REASON].text, &no);
    return finish(&form, E_VERSION, &f, err, &no,
                  enable ? "org_enable.enabled" : "org_enable.disabled");
}

GT_ROUTE(org_enable, .path = "/console/org/enable", .name = "org_enable", .get = show_enable,
         .post = do_enable, .right = GT_RIGHT_ORG_MANAGE, .object = "org", .under = "orgs");
