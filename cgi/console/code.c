/*
 * The second step of signing in: a one-time code, or a recovery code.
 */
#include "console.h"

enum { F_CODE, F__MAX };
static const struct gt_field fields[F__MAX] = {
    [F_CODE] = {"code", GT_FIELD_LINE, .required = true, .most = GT_RECOVERY_MAX},
};

static enum gt_err show_form(struct gt_page *page, struct gt_form *form)
{
    gt_form_show(form);
    return gt_page_show(page, "code");
}

static enum gt_err show(struct gt_page *page)
{
    struct gt_form form;
    const struct gt_visit *visit = &gt_who_of(page)->visit;
    if (visit->session.stage != GT_STAGE_CODE)
        return gt_page_go(page, gt_staff_next(visit));
    gt_form_start(page, fields, F__MAX, &form);
    return show_form(page, &form);
}

static enum gt_err give(struct gt_page *page)
{
    struct gt_who *who = gt_who_of(page);
    struct gt_form form;
    char token[GT_TOKEN_MAX];
    struct gt_refusal no = {.why = GT_WHY_NONE};
    if (who->visit.session.stage != GT_STAGE_CODE)
        return gt_page_go(page, gt_staff_next(&who->visit));
    if (!gt_form_read(page, fields, F__MAX, &form))
        return show_form(page, &form);
    enum gt_err err = gt_session_code(&who->by, &who->visit, form.value[F_CODE].text, token, &no);
    if (err == GT_OK) {
        gt_page_session(page, token);
        gt_wipe(token, sizeof token);
        return gt_page_go(page, gt_staff_next(&who->visit));
    }
    /* Too many wrong ones: the session is gone. */
    if (no.why == GT_WHY_SESSION)
        return gt_page_refused_to(page, err, &no, "/console/signin");
    err = gt_page_refused(&form, err, &no);
    return err != GT_OK || page->done ? err : show_form(page, &form);
}

GT_ROUTE(code, .path = "/console/code", .name = "code", .get = show, .post = give,
         .right = GT_ROUTE_SIGNED, .while_changing = true);
