/*
 * Signing in and out.
 *
 * The form says the same whatever was wrong, and lib/access takes the same time for it.  The token
 * of the session goes to the browser once, in its cookie; each further step changes it.
 */
#include "console.h"

#include "kit/cookie.h"

#include <stdlib.h>
#include <string.h>

enum { F_LOGIN, F_PASSWORD, F__MAX };
static const struct gt_field fields[F__MAX] = {
    [F_LOGIN] = {"login", GT_FIELD_LINE, .required = true, .most = 32},
    [F_PASSWORD] = {"password", GT_FIELD_SECRET, .required = true, .most = 256},
};

/* Where the visitor wanted to go, if that is a page of ours. */
static const char *wanted(const struct gt_params *params)
{
    const char *next = gt_params_get(params, "next");
    bool ours = strncmp(next, "/console/", 9) == 0 || strcmp(next, "/cashier") == 0 ||
                strncmp(next, "/cashier/", 9) == 0 || strncmp(next, "/cashier?", 9) == 0;
    return ours && gt_path_good(next) ? next : "";
}

static enum gt_err show_form(struct gt_page *page, struct gt_form *form,
                             const struct gt_params *params)
{
    gt_page_set(page, wanted(params), "Next");
    gt_form_show(form);
    return gt_page_show(page, "signin");
}

static enum gt_err show(struct gt_page *page)
{
    struct gt_form form;
    if (gt_who_of(page))
        return gt_page_go(page, gt_staff_next(&gt_who_of(page)->visit));
    gt_form_start(page, fields, F__MAX, &form);
    return show_form(page, &form, &page->query);
}

static enum gt_err sign_in(struct gt_page *page)
{
    struct gt_staff *console = gt_console_of(page);
    struct gt_form form;
    if (!gt_form_read(page, fields, F__MAX, &form))
        return show_form(page, &form, &page->form);
    char token[GT_TOKEN_MAX];
    struct gt_refusal no = {.why = GT_WHY_NONE};
    struct gt_by by;
    struct gt_visit *visit = calloc(1, sizeof *visit);
    if (!visit)
        return gt_err_set(GT_ERR_NOMEM, "no memory for a visitor");
    gt_staff_by(console, &console->logger, &by);
    enum gt_err err = gt_sign_in(&by, form.value[F_LOGIN].text, form.value[F_PASSWORD].text,
                                 gt_page_origin(page), gt_page_agent(page), token, visit, &no);
    if (err == GT_OK) {
        bool full = visit->session.stage == GT_STAGE_FULL;
        const char *next = wanted(&page->form);
        gt_page_session(page, token);
        gt_cookie_drop(page->reply, "visit");
        err = gt_page_go(page, full && next[0] ? next : gt_staff_next(visit));
        gt_wipe(token, sizeof token);
    } else {
        err = gt_page_refused(&form, err, &no);
        if (err == GT_OK && !page->done)
            err = show_form(page, &form, &page->form);
    }
    free(visit);
    return err;
}

static enum gt_err sign_out(struct gt_page *page)
{
    enum gt_err err = gt_session_end(&gt_who_of(page)->by, &gt_who_of(page)->visit);
    if (err != GT_OK)
        return err;
    gt_cookie_drop(page->reply, "session");
    gt_page_flash(page, "success", "signin.out", NULL);
    return gt_page_go(page, "/console/signin");
}

/* The first page: what stands first in the menu of who asks. */
static enum gt_err home(struct gt_page *page)
{
    return gt_page_go(page, gt_console_first(gt_who_of(page)));
}

GT_ROUTE(signin, .path = "/console/signin", .name = "signin", .get = show, .post = sign_in,
         .right = GT_ROUTE_OPEN);
GT_ROUTE(signout, .path = "/console/signout", .name = "signout", .post = sign_out,
         .right = GT_ROUTE_SIGNED, .while_changing = true);
GT_ROUTE(first, .path = "/console", .name = "home", .get = home, .right = GT_ROUTE_SIGNED);
