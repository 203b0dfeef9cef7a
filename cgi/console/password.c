/*
 * One's own password: changed by choice, or because the first one must be.
 */
#include "console.h"

#include <string.h>

enum { F_OLD, F_PASSWORD, F_AGAIN, F__MAX };
static const struct gt_field fields[F__MAX] = {
    [F_OLD] = {"old", GT_FIELD_SECRET, .required = true, .most = 256},
    [F_PASSWORD] = {"password", GT_FIELD_SECRET, .required = true, .most = 256},
    [F_AGAIN] = {"again", GT_FIELD_SECRET, .required = true, .most = 256},
};

static bool may(const struct gt_visit *visit)
{
    return visit->session.stage == GT_STAGE_PASSWORD || visit->session.stage == GT_STAGE_FULL;
}

static enum gt_err show_form(struct gt_page *page, struct gt_form *form)
{
    if (gt_who_of(page)->visit.session.stage == GT_STAGE_PASSWORD)
        gt_page_set(page, "1", "MustChange");
    gt_form_show(form);
    return gt_page_show(page, "password");
}

static enum gt_err show(struct gt_page *page)
{
    struct gt_form form;
    const struct gt_visit *visit = &gt_who_of(page)->visit;
    if (!may(visit))
        return gt_page_go(page, gt_staff_next(visit));
    gt_form_start(page, fields, F__MAX, &form);
    return show_form(page, &form);
}

static enum gt_err change(struct gt_page *page)
{
    struct gt_who *who = gt_who_of(page);
    struct gt_form form;
    char token[GT_TOKEN_MAX];
    struct gt_refusal no = {.why = GT_WHY_NONE};
    if (!may(&who->visit))
        return gt_page_go(page, gt_staff_next(&who->visit));
    bool good = gt_form_read(page, fields, F__MAX, &form);
    if (good && strcmp(form.value[F_PASSWORD].text, form.value[F_AGAIN].text) != 0) {
        gt_form_fail(&form, F_AGAIN, "password.differs", NULL);
        good = false;
    }
    if (!good)
        return show_form(page, &form);
    enum gt_err err = gt_session_password(&who->by, &who->visit, form.value[F_OLD].text,
                                          form.value[F_PASSWORD].text, token, &no);
    if (err == GT_OK) {
        gt_page_session(page, token);
        gt_wipe(token, sizeof token);
        gt_page_flash(page, "success", "password.done", NULL);
        return gt_page_go(page, gt_staff_next(&who->visit));
    }
    err = gt_page_refused(&form, err, &no);
    return err != GT_OK || page->done ? err : show_form(page, &form);
}

GT_ROUTE(password, .path = "/console/password", .name = "password", .get = show, .post = change,
         .right = GT_ROUTE_SIGNED, .while_changing = true);
