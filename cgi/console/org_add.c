/*
 * Adding an organisation below another.
 */
#include "console.h"

#include "till/manage.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { F_CODE, F_NAME, F_KIND, F_LIMIT, F__MAX };
static const char *const kinds[] = {"county", "station", "agent", NULL};
static const struct gt_field fields[F__MAX] = {
    [F_CODE] = {"code", GT_FIELD_LINE, .required = true, .most = 32},
    [F_NAME] = {"name", GT_FIELD_LINE, .required = true, .most = 96},
    [F_KIND] = {"kind", GT_FIELD_CHOICE, .required = true, .choices = kinds},
    [F_LIMIT] = {"limit", GT_FIELD_MONEY, .least = 0, .most = INT64_C(100000000000)},
};

struct above {
    struct gt_page *page;
    int64_t id;
    bool there;
    struct gt_org org;
};

static enum gt_err read_in(struct gt_tx *tx, void *arg)
{
    struct above *a = arg;
    a->there = gt_row_find(tx, &gt_org_row, a->id, &a->org) &&
               gt_page_may(a->page, GT_RIGHT_ORG_MANAGE, a->org.path);
    return gt_tx_err(tx);
}

/* The organisation that the new one will stand below; answers 404 if the visitor may not add there.
 */
static enum gt_err find_above(struct gt_page *page, struct above *a)
{
    *a = (struct above){.page = page};
    enum gt_err err = GT_OK;
    if (gt_page_id(page, "id", &a->id))
        err = gt_page_read(page, "org.above", read_in, a);
    return err == GT_OK && !a->there ? gt_page_error(page, 404) : err;
}

static enum gt_err show_form(struct gt_page *page, struct gt_form *form, const struct above *a)
{
    gt_page_set_int(page, a->id, "Above.Id");
    gt_page_set(page, a->org.name, "Above.Name");
    gt_form_show(form);
    return gt_page_show(page, "org_add");
}

static enum gt_err show(struct gt_page *page)
{
    struct above a;
    struct gt_form form;
    enum gt_err err = find_above(page, &a);
    if (err != GT_OK || page->done)
        return err;
    gt_form_start(page, fields, F__MAX, &form);
    return show_form(page, &form, &a);
}

static enum gt_err add(struct gt_page *page)
{
    struct above a;
    struct gt_form form;
    enum gt_err err = find_above(page, &a);
    if (err != GT_OK || page->done)
        return err;
    if (!gt_form_read(page, fields, F__MAX, &form))
        return show_form(page, &form, &a);
    struct gt_refusal no = {.why = GT_WHY_NONE};
    int64_t id = 0;
    struct gt_org_form given = {
        .parent_id = a.id,
        .code = form.value[F_CODE].text,
        .name = form.value[F_NAME].text,
        .kind = (enum gt_org_kind)(GT_ORG_COUNTY + form.value[F_KIND].number),
        .limit = form.value[F_LIMIT].number,
    };
    err = gt_org_make(&gt_who_of(page)->by, &given, &id, &no);
    if (err == GT_OK) {
        char path[64];
        (void)snprintf(path, sizeof path, "/console/org?id=%" PRId64, id);
        gt_page_flash(page, "success", "org_add.done", GT_ARGS(given.name));
        return gt_page_go(page, path);
    }
    err = gt_page_refused(&form, err, &no);
    return err != GT_OK || page->done ? err : show_form(page, &form, &a);
}

GT_ROUTE(org_add, .path = "/console/org/add", .name = "org_add", .get = show, .post = add,
         .right = GT_RIGHT_ORG_MANAGE, .object = "org", .under = "orgs");
