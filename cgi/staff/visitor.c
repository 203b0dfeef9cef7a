/*
 * Who asks, and what they may.
 *
 * Not here: signing in and out (console/signin.c and its steps).  Whether somebody may do a thing
 * to one object is looked at again by the function of lib/ that does it, in its own transaction;
 * here only those are turned away who hold the right nowhere.
 */
#include "staff/staff.h"

#include "base/log.h"
#include "base/text.h"
#include "kit/cookie.h"
#include "till/bizdate.h"

#include <stdlib.h>
#include <string.h>

struct gt_staff *gt_staff_of(const struct gt_page *page)
{
    return page->ctx;
}

struct gt_who *gt_who_of(const struct gt_page *page)
{
    return page->who;
}

void gt_staff_by(struct gt_staff *staff, const struct gt_logger *logger, struct gt_by *by)
{
    *by = (struct gt_by){
        .db = staff->start->db,
        .src = staff->start->keysrc,
        .clock = staff->clock,
        .random = staff->random,
        .keys = &staff->start->keys,
        .logger = logger,
        .tz_minutes = staff->start->conf.tz_minutes,
    };
}

const char *gt_page_origin(const struct gt_page *page)
{
    return page->request->param(page->request->ctx, "REMOTE_ADDR");
}

const char *gt_page_agent(const struct gt_page *page)
{
    const char *agent = page->request->param(page->request->ctx, "HTTP_USER_AGENT");
    return gt_utf8_valid(agent, strlen(agent)) ? agent : "";
}

void gt_page_session(struct gt_page *page, const char *token)
{
    gt_cookie_set(page->reply, "session", token, 0);
}

/* --- who it is */

/* Finds the session that the cookie names; nobody if there is none, or it has ended. */
static enum gt_err find_session(struct gt_page *page)
{
    struct gt_staff *staff = gt_staff_of(page);
    char token[GT_TOKEN_MAX];
    const char *header = page->request->param(page->request->ctx, "HTTP_COOKIE");
    if (!gt_cookie_get(header, "session", token, sizeof token))
        return GT_OK;
    struct gt_who *who = calloc(1, sizeof *who);
    if (!who)
        return gt_err_set(GT_ERR_NOMEM, "no memory for a visitor");
    struct gt_refusal no = {.why = GT_WHY_NONE};
    gt_staff_by(staff, &staff->logger, &who->by);
    enum gt_err err = gt_visit_find(&who->by, token, &who->visit, &no);
    if (err == GT_OK)
        err = gt_logger_for(&staff->logger, who->visit.user.login, gt_page_origin(page),
                            &who->logger);
    if (err == GT_OK)
        err = gt_str_copy(page->token, sizeof page->token, who->visit.csrf);
    if (err != GT_OK) {
        free(who);
        if (no.why != GT_WHY_SESSION)
            return err;
        gt_cookie_drop(page->reply, "session");
        return GT_OK;
    }
    who->by.logger = &who->logger;
    who->by.user_id = who->visit.user.id;
    page->who = who;
    return GT_OK;
}

/* Sends somebody who is not signed in to where one signs in, and from there back. */
static enum gt_err to_sign_in(struct gt_page *page)
{
    struct gt_buf path;
    if (!page->route->get || strcmp(page->request->method, "POST") == 0)
        return gt_page_error(page, 403);
    gt_buf_init(&path, 4096);
    gt_buf_puts(&path, "/console/signin");
    if (strcmp(page->route->path, "/console") != 0) {
        struct gt_buf here;
        gt_buf_init(&here, 1024);
        gt_buf_printf(&here, "%s%s%s", page->request->path, page->request->query[0] ? "?" : "",
                      page->request->query);
        gt_buf_puts(&path, "?next=");
        if (gt_buf_err(&here) == GT_OK)
            gt_url_put(&path, here.data);
        gt_buf_done(&here);
    }
    enum gt_err err = gt_buf_err(&path);
    if (err == GT_OK)
        err = gt_page_go(page, path.data);
    gt_buf_done(&path);
    return err;
}

enum gt_err gt_staff_enter(struct gt_page *page)
{
    enum gt_err err = find_session(page);
    const struct gt_route *route = page->route;
    if (err != GT_OK || !route || route->right == GT_ROUTE_OPEN)
        return err;
    struct gt_who *who = gt_who_of(page);
    if (!who)
        return to_sign_in(page);
    if (who->visit.session.stage != GT_STAGE_FULL && !route->while_changing)
        return gt_page_go(page, gt_staff_next(&who->visit));
    if (route->right >= 0 && !gt_grants_anywhere(&who->visit.grants, (enum gt_right)route->right)) {
        gt_log(GT_LOG_WARN, "page.no_right", "path=%s user=%s", route->path, who->visit.user.login);
        return gt_page_error(page, 403);
    }
    return GT_OK;
}

void gt_staff_leave(struct gt_page *page)
{
    free(page->who);
    page->who = NULL;
}

bool gt_page_may(const struct gt_page *page, enum gt_right right, const char *path)
{
    return gt_grants_allow(&gt_who_of(page)->visit.grants, right, path);
}

enum gt_err gt_page_read(struct gt_page *page, const char *name, gt_db_fn fn, void *arg)
{
    return gt_db_read(gt_staff_of(page)->start->db, name, fn, arg);
}

const char *gt_staff_next(const struct gt_visit *visit)
{
    static const char *const steps[GT_STAGE__MAX] = {
        [GT_STAGE_CODE] = "/console/code",
        [GT_STAGE_PASSWORD] = "/console/password",
        [GT_STAGE_ENROL] = "/console/enrol",
        [GT_STAGE_FULL] = "/console",
    };
    return steps[visit->session.stage];
}

/* --- the frame */

bool gt_staff_collects(const struct gt_who *who)
{
    return who->visit.user.account_id > 0 &&
           gt_grants_anywhere(&who->visit.grants, GT_RIGHT_COLLECT);
}

void gt_staff_frame(struct gt_page *page)
{
    struct gt_staff *staff = gt_staff_of(page);
    struct gt_who *who = gt_who_of(page);
    struct gt_state state;
    gt_page_set(page, staff->start->conf.bureau, "Frame.Bureau");
    if (!who)
        return;
    gt_page_set(page, who->visit.user.name, "Frame.User");
    gt_page_set(page, who->visit.user.login, "Frame.Login");
    gt_page_set(page, who->visit.org.name, "Frame.Org");
    if (who->visit.session.stage != GT_STAGE_FULL)
        return;
    gt_page_set(page, "1", "Frame.Full");
    if (gt_bizdate_get(staff->start->db, &state) == GT_OK)
        gt_page_set_date(page, state.biz_date, "Frame.BizDate");
    staff->kind->frame(page);
}

/* --- what was refused */

enum gt_err gt_page_refused(struct gt_form *form, enum gt_err err, const struct gt_refusal *no)
{
    char text[512];
    struct gt_page *page = form->page;
    if (no->why == GT_WHY_NONE)
        return err;
    if (no->why == GT_WHY_ABSENT && !no->field[0])
        return gt_page_error(page, 404);
    if (no->why == GT_WHY_NO_RIGHT)
        return gt_page_error(page, 403);
    gt_form_fail_text(form, no->field,
                      gt_refusal_text(no, page->lang == GT_LANG_EN, text, sizeof text));
    return GT_OK;
}

enum gt_err gt_page_refused_to(struct gt_page *page, enum gt_err err, const struct gt_refusal *no,
                               const char *path)
{
    char text[512];
    if (no->why == GT_WHY_NONE)
        return err;
    if (no->why == GT_WHY_ABSENT)
        return gt_page_error(page, 404);
    if (no->why == GT_WHY_NO_RIGHT)
        return gt_page_error(page, 403);
    (void)gt_refusal_text(no, page->lang == GT_LANG_EN, text, sizeof text);
    gt_page_flash(page, "danger", "as_it_is", GT_ARGS(text));
    return gt_page_go(page, path);
}
